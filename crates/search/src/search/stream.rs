//! Giving out every hit, one at a time, so that exports never hold more than one.

use super::{Hit, Pass, Request, SearchEngine};
use std::ops::ControlFlow;
use svodka_store::error::Result;
use tantivy::{DocAddress, DocSet, TERMINATED, query::EnableScoring};

impl SearchEngine<'_> {
    /// Calls `sink` with every hit of a request in its order until it breaks off; gives the number of matches.
    ///
    /// # Errors
    /// As [`search`](Self::search), or the sink's.
    pub fn each_hit(&self, request: &Request, sink: &mut dyn FnMut(Hit) -> Result<ControlFlow<()>>) -> Result<u64> {
        let Pass { collected, highlights, .. } = self.pass(&Request { facets: Vec::new(), ..request.clone() })?;
        for (address, score) in collected.hits.iter().skip(request.offset) {
            if sink(self.hit(*address, *score, &highlights, request.min_confidence)?)?.is_break() {
                break;
            }
        }
        Ok(collected.total)
    }

    /// Calls `sink` with the address of every hit of a request in its order until it breaks off; gives the number of
    /// matches.
    ///
    /// # Errors
    /// As [`search`](Self::search), or the sink's.
    pub(super) fn each_address(
        &self,
        request: &Request,
        sink: &mut dyn FnMut(DocAddress) -> Result<ControlFlow<()>>,
    ) -> Result<u64> {
        let Pass { collected, .. } = self.pass(&Request { facets: Vec::new(), ..request.clone() })?;
        for (address, _) in collected.hits.iter().skip(request.offset) {
            if sink(*address)?.is_break() {
                break;
            }
        }
        Ok(collected.total)
    }

    /// Hands every hit of the request to `sink`, in the order of the index, in memory that does not grow with their
    /// number: limit, offset and sort do not count. Gives the number of matches.
    ///
    /// # Errors
    /// As [`search`](Self::search), or the sink's.
    pub fn each_hit_unsorted(&self, request: &Request, sink: &mut dyn FnMut(&Hit) -> Result<()>) -> Result<u64> {
        let (query, highlights) = self.narrowed(request)?;
        let weight = query.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
        let mut total = 0;
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let mut scorer = weight.scorer(segment, 1.0)?;
            while scorer.doc() != TERMINATED {
                let doc = scorer.doc();
                if !segment.is_deleted(doc) {
                    let score = scorer.score();
                    sink(&self.hit(DocAddress::new(ordinal, doc), score, &highlights, request.min_confidence)?)?;
                    total += 1;
                }
                scorer.advance();
            }
        }
        Ok(total)
    }
}

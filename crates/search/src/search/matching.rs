//! Which of a few chosen documents a saved search matches: those that a commit has added.
//!
//! The query is compiled against the whole index, so that it means what the same search means, and then asked about the
//! chosen documents alone: its postings are sought, not read through. A name that the index does not hold matches
//! nothing; it may come.

use super::{Hit, Request, SearchEngine};
use crate::resolve::Resolver;
use svodka_store::error::Result;
use tantivy::{DocAddress, DocId, query::EnableScoring};

/// Documents of one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SegmentDocuments {
    /// Ordinal of the segment.
    pub segment: u32,
    /// The documents, in ascending order.
    pub documents: Vec<DocId>,
}

impl SearchEngine<'_> {
    /// Those of `chosen` that a request matches, in their order; limit, offset, sort and facets do not count.
    ///
    /// # Errors
    /// A query that cannot be understood, or storage failures.
    pub fn matching(&self, request: &Request, chosen: &[SegmentDocuments]) -> Result<Vec<DocAddress>> {
        let request = Request { limit: 0, ..request.clone() };
        let resolver = Resolver::new(&self.searcher, self.lexicon).allowing_unknown();
        let (query, _) = self.narrowed_by(&request, &resolver)?;
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut matching = Vec::new();
        for SegmentDocuments { segment, documents } in chosen {
            let mut scorer = weight.scorer(self.searcher.segment_reader(*segment), 1.0)?;
            for document in documents {
                if scorer.doc() < *document {
                    scorer.seek(*document);
                }
                if scorer.doc() == *document {
                    matching.push(DocAddress::new(*segment, *document));
                }
            }
            self.deadline.check()?;
        }
        Ok(matching)
    }

    /// The articles at these addresses as hits of a request that matches them, each handed to `sink`.
    ///
    /// # Errors
    /// As [`matching`](Self::matching), or the sink's.
    pub fn hits_at(
        &self,
        request: &Request,
        addresses: &[DocAddress],
        sink: &mut dyn FnMut(DocAddress, Hit) -> Result<()>,
    ) -> Result<()> {
        let resolver = Resolver::new(&self.searcher, self.lexicon).allowing_unknown();
        let (_, highlights) = self.narrowed_by(request, &resolver)?;
        addresses
            .iter()
            .try_for_each(|address| sink(*address, self.hit(*address, 0.0, &highlights, request.min_confidence)?))
    }
}

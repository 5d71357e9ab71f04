//! Giving out articles one at a time: one by its id, or every hit, so that exports never hold more than one.

use super::{Hit, Pass, Request, SearchEngine};
use std::ops::ControlFlow;
use svodka_model::{article::Article, error::InputError};
use svodka_store::error::Result;
use tantivy::{
    DocAddress, DocSet, TERMINATED, Term,
    collector::TopDocs,
    query::{EnableScoring, TermSetQuery},
};

impl SearchEngine<'_> {
    /// The article with exactly this id.
    ///
    /// # Errors
    /// [`InputError::NoSuchArticle`], or storage failures.
    pub fn article_with_id(&self, id: &str) -> Result<Article> {
        let query = TermSetQuery::new([Term::from_field_text(self.index.fields().id, id)]);
        let best = self.searcher.search(&query, &TopDocs::with_limit(1).order_by_score())?;
        match best.first() {
            Some((_, address)) => self.index.article(&self.searcher, *address),
            None => Err(InputError::NoSuchArticle { id: id.to_owned(), suggestions: Vec::new() }.into()),
        }
    }

    /// Calls `sink` with every hit of a request in its order until it breaks off; gives the number of matches.
    ///
    /// # Errors
    /// As [`search`](Self::search), or the sink's.
    pub fn each_hit(&self, request: &Request, sink: &mut dyn FnMut(Hit) -> Result<ControlFlow<()>>) -> Result<u64> {
        let Pass { collected, highlights, .. } = self.pass(&Request { facets: Vec::new(), ..request.clone() })?;
        for (address, score) in collected.hits.iter().skip(request.offset) {
            if sink(self.hit(*address, *score, &highlights)?)?.is_break() {
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
                    sink(&self.hit(DocAddress::new(ordinal, doc), score, &highlights)?)?;
                    total += 1;
                }
                scorer.advance();
            }
        }
        Ok(total)
    }
}

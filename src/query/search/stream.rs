//! Giving out articles one at a time: one by its id, or every hit, so that exports never hold more than one.

use super::{Hit, Request, SearchEngine};
use crate::{
    article::Article,
    error::{InputError, Result},
};
use std::ops::ControlFlow;
use tantivy::{Term, collector::TopDocs, query::TermSetQuery};

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
        let (collected, wanted) = self.pass(&Request { facets: Vec::new(), ..request.clone() })?;
        for (address, score) in collected.hits.iter().skip(request.offset) {
            if sink(self.hit(*address, *score, &wanted)?)?.is_break() {
                break;
            }
        }
        Ok(collected.total)
    }
}

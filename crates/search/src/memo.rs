//! What searches on one state of the index share: what is worth working out once, where there will be many of them.
//!
//! An engine with a memo answers exactly as one without, only sooner.

use super::order::Order;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use svodka_store::{Facet, error::Result};
use tantivy::Searcher;

/// Most words whose neighbours are remembered, about a hundred bytes each.
const WORDS: usize = 1 << 16;

/// By word, and how many articles have it, the words it may have been typed for.
type Near = FxHashMap<(String, u64), Arc<[String]>>;

/// What searches on one state of the index share.
pub struct Memo {
    generation: u64,
    orders: [OnceLock<Option<Arc<Order>>>; Facet::ALL.len()],
    near: Mutex<Near>,
}

impl Memo {
    /// A memo of the state that `searcher` searches.
    #[must_use]
    pub fn new(searcher: &Searcher) -> Self {
        Self { generation: searcher.generation().generation_id(), orders: Default::default(), near: Mutex::default() }
    }

    /// Whether it is of the state that `searcher` searches.
    pub(super) fn is_of(&self, searcher: &Searcher) -> bool {
        searcher.generation().generation_id() == self.generation
    }

    /// Works out beforehand what counting facets needs; takes the longer, the more values there are. Until it is done,
    /// searches do without.
    ///
    /// # Errors
    /// Storage failures.
    pub fn prepare(&self, searcher: &Searcher) -> Result<()> {
        if searcher.segment_readers().len() < 2 || !self.is_of(searcher) {
            return Ok(());
        }
        for (facet, place) in Facet::ALL.into_iter().zip(&self.orders) {
            if place.get().is_none() {
                let order = Order::new(searcher, facet)?.map(Arc::new);
                let _ = place.set(order);
            }
        }
        Ok(())
    }

    /// The order of a facet's values, if it has been worked out.
    pub(super) fn order(&self, facet: Facet) -> Option<Arc<Order>> {
        let at = Facet::ALL.iter().position(|other| *other == facet)?;
        self.orders.get(at)?.get()?.clone()
    }

    /// The words that `word`, which `known` articles have, may have been typed for: remembered or found by `find`.
    pub(super) fn near(
        &self,
        word: &str,
        known: u64,
        find: impl FnOnce() -> Result<Vec<String>>,
    ) -> Result<Vec<String>> {
        let key = (word.to_owned(), known);
        if let Some(found) = self.near.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(found.to_vec());
        }
        let found = find()?;
        let mut near = self.near.lock().unwrap_or_else(PoisonError::into_inner);
        // Forgetting everything is crude, but rare: the frequent words are back soon.
        if near.len() >= WORDS {
            near.clear();
        }
        near.insert(key, found.as_slice().into());
        Ok(found)
    }
}

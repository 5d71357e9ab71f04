//! Cache shared by all searches of one index generation.
//!
//! An engine with a cache gives the same answers as one without, only sooner.

use super::order::Order;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use svodka_store::{Facet, error::Result};
use tantivy::Searcher;

/// Maximum number of words whose corrections are cached, about a hundred bytes each.
const WORDS: usize = 1 << 16;

/// A word with its document frequency: its corrections depend on both.
type WordAndFrequency = (String, u64);

/// Corrections by word.
type Corrections = FxHashMap<WordAndFrequency, Arc<[String]>>;

/// Cache shared by all searches of one index generation.
pub struct GenerationCache {
    generation: u64,
    orders: [OnceLock<Option<Arc<Order>>>; Facet::ALL.len()],
    corrections: Mutex<Corrections>,
}

impl GenerationCache {
    /// An empty cache for the generation of `searcher`.
    #[must_use]
    pub fn new(searcher: &Searcher) -> Self {
        Self {
            generation: searcher.generation().generation_id(),
            orders: Default::default(),
            corrections: Mutex::default(),
        }
    }

    /// Whether it belongs to the generation of `searcher`.
    pub(super) fn is_of(&self, searcher: &Searcher) -> bool {
        searcher.generation().generation_id() == self.generation
    }

    /// Computes what counting facets needs, in time that grows with the number of values. Until it is done, searches do
    /// without it.
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

    /// The order of a facet's values, if it has been computed.
    pub(super) fn order(&self, facet: Facet) -> Option<Arc<Order>> {
        let at = Facet::ALL.iter().position(|other| *other == facet)?;
        self.orders.get(at)?.get()?.clone()
    }

    /// The corrections of `word`, which `doc_freq` articles have: cached, or computed by `find`.
    pub(super) fn corrections(
        &self,
        word: &str,
        doc_freq: u64,
        find: impl FnOnce() -> Result<Vec<String>>,
    ) -> Result<Vec<String>> {
        let key = (word.to_owned(), doc_freq);
        if let Some(found) = self.corrections.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(found.to_vec());
        }
        let found = find()?;
        let mut corrections = self.corrections.lock().unwrap_or_else(PoisonError::into_inner);
        // Dropping everything is crude, but rare: the frequent words are soon cached again.
        if corrections.len() >= WORDS {
            corrections.clear();
        }
        corrections.insert(key, found.as_slice().into());
        Ok(found)
    }
}

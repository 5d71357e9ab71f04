//! Making forward records. What is known of a word is remembered by thread, for an archive repeats its words.

use super::{Entry, Forward, TOKENS, Zone, hash, rarity, vector::Projected};
use crate::analyse::{
    form,
    packed::{PackedTerms, Unpacked},
    stem::Stemmer,
};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Words remembered before all are forgotten: bounds the memory of a thread to about 20 MB.
const REMEMBERED: usize = 1 << 15;

/// What is known of a word.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The hashes of its stems, frequent ones left out.
    pub hashes: Vec<u32>,
    /// Its vector, times how rare it is.
    pub vector: Option<Box<Projected>>,
}

/// What is known of a word, written as its [form](crate::analyse::form).
#[must_use]
pub fn known(stemmer: &Stemmer, term: &str) -> Known {
    let terms = stemmer.terms(&form::as_stemmed(term), false);
    let hashes: Vec<u32> = terms.iter().filter(|stem| !rarity::is_frequent(stem)).map(hash).collect();
    let vector = if hashes.is_empty() { None } else { Projected::of_word(form::folded(term)) };
    let vector = vector.map(|vector| {
        let mut weighted = Projected::ZERO;
        weighted.add(&vector, rarity::of(terms.main()));
        Box::new(weighted)
    });
    Known { hashes, vector }
}

#[derive(Default)]
struct Memory {
    stemmer: Stemmer,
    words: FxHashMap<String, Known>,
}

impl Memory {
    fn word(&mut self, term: &str) -> Option<&Known> {
        if !self.words.contains_key(term) {
            if self.words.len() >= REMEMBERED {
                self.words.clear();
            }
            self.words.insert(term.to_owned(), known(&self.stemmer, term));
        }
        self.words.get(term)
    }
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

pub(super) fn forward(title: &PackedTerms, text: &PackedTerms) -> Forward {
    MEMORY.with_borrow_mut(|memory| {
        let (mut entries, mut sum) = (Vec::new(), Projected::ZERO);
        let mut has_vector = false;
        let terms = Unpacked::new(&title.words).chain(Unpacked::new(&text.words)).map(|(_, term)| term);
        for (token, term) in terms.take(TOKENS).enumerate() {
            let Some(known) = memory.word(term) else { continue };
            let (zone, is_capitalised) = (Zone::of(token), form::folded(term) != term);
            entries.extend(known.hashes.iter().map(|hash| Entry { hash: *hash, zone, is_capitalised }));
            if let Some(vector) = &known.vector {
                sum.add(vector, 1.0);
                has_vector = true;
            }
        }
        entries.sort_unstable_by_key(|entry| (entry.hash, entry.zone));
        entries.dedup_by(|later, kept| {
            let same = later.hash == kept.hash;
            kept.is_capitalised |= same && later.is_capitalised;
            same
        });
        Forward { entries, vector: has_vector.then_some(sum) }
    })
}

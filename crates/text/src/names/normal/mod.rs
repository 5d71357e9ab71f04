//! Normal forms: the nominative of a name, whatever case the text has it in.
//!
//! All words of a name stand in one case, so the case is chosen for the whole name: the one that its words, and the
//! [`Context`] it stands in, make likeliest. Only words that decline are touched: acronyms, Latin words and what
//! follows the head of an organisation's name («Министерство обороны») stay as they are. What a name means, or
//! which names are one, is decided elsewhere.

mod letters;
mod paradigm;
mod person;
mod phrase;
mod word;

pub use person::PersonForm;

use crate::analyse::morph::{Case, Dictionary, Gender};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use word::WordReading;

pub(super) use paradigm::forms as paradigm_forms;

/// The cases a name can stand in, likeliest first.
pub const CASES: [Case; 6] =
    [Case::Nominative, Case::Genitive, Case::Dative, Case::Instrumental, Case::Accusative, Case::Prepositional];

/// How much the words around a name speak against each case and gender; 0 is no objection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    cases: [f32; 6],
    genders: [f32; 2],
}

impl Context {
    /// Adds to the cost of every case that `allowed` does not hold.
    pub fn restrict(&mut self, allowed: &[Case], cost: f32) {
        for (case, own) in CASES.iter().zip(&mut self.cases) {
            if !allowed.contains(case) {
                *own += cost;
            }
        }
    }

    /// Adds to the cost of the other gender.
    pub fn prefer_gender(&mut self, gender: Gender, cost: f32) {
        let [man, woman] = &mut self.genders;
        match gender {
            Gender::Masculine => *woman += cost,
            Gender::Feminine => *man += cost,
            Gender::Neuter => {}
        }
    }

    fn case(&self, case: Case) -> f32 {
        /// What the cases cost before anything is known, in the order of [`CASES`].
        const PRIORS: [f32; 6] = [0.0, 0.3, 0.5, 0.4, 0.5, 0.6];
        let costs = CASES.iter().zip(PRIORS).zip(&self.cases);
        costs.into_iter().find(|((own, _), _)| **own == case).map_or(0.0, |((_, prior), cost)| prior + cost)
    }

    fn gender(&self, gender: Gender) -> f32 {
        let [man, woman] = self.genders;
        match gender {
            Gender::Masculine => man,
            Gender::Feminine => woman,
            Gender::Neuter => 0.0,
        }
    }
}

/// Brings names to the nominative; remembers the words it met. One per thread.
pub struct Normalizer {
    dictionary: &'static Dictionary,
    personal: FxHashMap<Box<str>, Arc<[WordReading]>>,
    general: FxHashMap<Box<str>, Arc<[WordReading]>>,
    genders: FxHashMap<Box<str>, Option<Gender>>,
}

/// Words remembered before the cache starts afresh: bounds its memory.
const MAX_CACHED: usize = 1 << 14;

impl Default for Normalizer {
    fn default() -> Self {
        Self {
            dictionary: Dictionary::bundled(),
            personal: FxHashMap::default(),
            general: FxHashMap::default(),
            genders: FxHashMap::default(),
        }
    }
}

impl Normalizer {
    /// Whose name `name` is, which is in the nominative; none if it can be a man's or a woman's («Марин Ле Пен»).
    pub fn gender(&mut self, name: &str) -> Option<Gender> {
        if let Some(known) = self.genders.get(name) {
            return *known;
        }
        let mut nominative = Context::default();
        nominative.restrict(&[Case::Nominative], 10.0);
        let form = self.person(&name.split(' ').collect::<Vec<_>>(), &nominative, &|_, _| false);
        let gender = (form.margin > person::UNSURE).then_some(form.gender);
        if self.genders.len() >= MAX_CACHED {
            self.genders.clear();
        }
        self.genders.insert(name.into(), gender);
        gender
    }

    /// What a folded word can be in a person's name.
    fn personal(&mut self, word: &str) -> Arc<[WordReading]> {
        remembered(&mut self.personal, word, |word| word::personal(self.dictionary, word))
    }

    /// What a folded word can be in any other name.
    fn general(&mut self, word: &str) -> Arc<[WordReading]> {
        remembered(&mut self.general, word, |word| word::general(self.dictionary, word))
    }
}

fn remembered(
    cache: &mut FxHashMap<Box<str>, Arc<[WordReading]>>,
    word: &str,
    read: impl FnOnce(&str) -> Vec<WordReading>,
) -> Arc<[WordReading]> {
    if let Some(known) = cache.get(word) {
        return Arc::clone(known);
    }
    if cache.len() >= MAX_CACHED {
        cache.clear();
    }
    let readings: Arc<[WordReading]> = read(word).into();
    cache.insert(word.into(), Arc::clone(&readings));
    readings
}

#[cfg(test)]
mod tests;

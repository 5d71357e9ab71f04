//! Stemming: the index terms of a word.
//!
//! Every form of a word must get the word's own term and, as far as possible, no other. The base is the Snowball
//! stemmer; but it is fed with lemmas from the dictionary, so that «дней» and «день» meet, and names are not stemmed
//! at all («Песков» is not sand). Words outside the dictionary are stemmed as they stand, with rules for surnames and
//! acronyms. A form that belongs to several words has the terms of each; the likeliest comes first.
//!
//! Terms depend on the word alone, as it is written, and on whether the whole text is in capitals: never on other
//! words, settings or time, else a query and an index would disagree.

use super::{
    contraction,
    declension::{self, ends_in_consonant},
    fold::{fold, is_letter},
    morph::{Dictionary, FormAnalysis},
    number,
    stem_cache::StemCache,
};
use crate::acronym_endings;
use rust_stemmers::{Algorithm, Stemmer as Snowball};
use std::cell::RefCell;

/// Longest acronym, in letters; longer words in capitals are shouted.
const LONGEST_ACRONYM: usize = 6;

/// Makes index terms of words.
pub struct Stemmer {
    dictionary: &'static Dictionary,
    snowball: Snowball,
}

/// The terms of one word, main term first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(Vec<Box<str>>);

impl Terms {
    /// The terms, main term first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// The main term; empty only for an empty word.
    #[must_use]
    pub fn main(&self) -> &str {
        self.0.first().map_or("", AsRef::as_ref)
    }

    fn push(&mut self, term: &str) {
        if !term.is_empty() && self.iter().all(|known| known != term) {
            self.0.push(term.into());
        }
    }
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Without a capital, or in a text all in capitals: anything can be meant.
    Plain,
    /// With a capital first.
    Capitalised,
    /// All in capitals, at least two.
    Capitals,
    /// At least two capitals and then so many small letters: «МИДа».
    Ending(usize),
}

impl Shape {
    fn of(word: &str) -> Self {
        let letters = || word.chars().filter(|c| is_letter(*c));
        let capitals = letters().take_while(|c| c.is_uppercase()).count();
        let small = letters().filter(|c| c.is_lowercase()).count();
        match capitals {
            0 => Self::Plain,
            2.. if small == 0 => Self::Capitals,
            2.. if capitals + small == letters().count() => Self::Ending(small),
            _ => Self::Capitalised,
        }
    }
}

impl Default for Stemmer {
    fn default() -> Self {
        Self { dictionary: Dictionary::bundled(), snowball: Snowball::create(Algorithm::Russian) }
    }
}

impl Stemmer {
    /// The terms of `word`, written as in the text; `caps_context` tells that the whole sentence or headline is in
    /// capitals, so that capitals mean nothing.
    #[must_use]
    pub fn terms(&self, word: &str, caps_context: bool) -> Terms {
        let mut terms = Terms::default();
        let folded = fold(&number::canonical(word));
        if word.is_ascii() || !folded.chars().any(is_cyrillic) {
            terms.push(strip_possessive(&folded));
            return terms;
        }
        if folded.chars().count() == 1 {
            terms.push(&folded);
            return terms;
        }
        if let Some(full) = contraction::expanded(&folded) {
            return self.terms(full, true);
        }
        let shape = if caps_context { Shape::Plain } else { Shape::of(word) };
        let readings = self.readings(&folded);
        if readings.is_empty() {
            self.push_unknown(&folded, shape, &mut terms);
        } else {
            self.push_known(&folded, &readings, shape, &mut terms);
        }
        terms
    }

    /// Calls `sink` with every term of `word`, main term first; this thread remembers the terms of words seen before.
    pub fn each_term(&self, word: &str, caps_context: bool, sink: &mut dyn FnMut(&str)) {
        CACHE.with_borrow_mut(|cache| cache.each_stem(word, caps_context, sink));
    }

    /// The plain Snowball stem of a word: coarser than its terms, it joins derived words («решение», «решённый»).
    #[must_use]
    pub fn snowball(&self, word: &str) -> String {
        self.snowball.stem(&fold(word)).into_owned()
    }

    fn readings(&self, folded: &str) -> Vec<FormAnalysis> {
        let mut readings = Vec::new();
        self.dictionary.readings(folded, &mut |reading| readings.push(reading));
        readings
    }

    fn push_known(&self, folded: &str, readings: &[FormAnalysis], shape: Shape, terms: &mut Terms) {
        let acronym = matches!(shape, Shape::Capitals | Shape::Ending(_))
            && readings.iter().any(|reading| self.dictionary.is_acronym(*reading));
        // «см» is no imperative of «смотреть»: what has no vowel is an abbreviation, its own word if the dictionary has it.
        let is_bare = !folded.contains(declension::VOWELS);
        let mut lemma = String::new();
        for reading in readings.iter().filter(|reading| reading.is_term()) {
            if acronym && !self.dictionary.is_acronym(*reading) || shape == Shape::Capitalised && reading.is_lower() {
                continue;
            }
            lemma.clear();
            self.dictionary.push_reading_lemma(folded, *reading, &mut lemma);
            if is_bare && lemma != folded && readings.len() > 1 {
                continue;
            }
            if reading.is_stem() && !ends_in_consonant(&lemma) {
                terms.push(&self.snowball.stem(&lemma));
            } else {
                terms.push(&lemma);
                if let Some(stem) = declension::hissing_stem(&lemma).filter(|_| !reading.is_stem()) {
                    terms.push(stem);
                }
            }
        }
        self.push_surname(folded, readings, shape, terms);
        if terms.0.is_empty() {
            terms.push(folded);
        }
    }

    /// The surname that a word of the dictionary may be besides, as a last term: «Рыжиков», «Мономах».
    fn push_surname(&self, folded: &str, readings: &[FormAnalysis], shape: Shape, terms: &mut Terms) {
        let is_capitalised = shape == Shape::Capitalised;
        let is_name = readings.iter().any(|reading| !reading.is_stem());
        let acronym = readings.iter().any(|reading| self.dictionary.is_acronym(*reading));
        if acronym || matches!(shape, Shape::Capitals | Shape::Ending(_)) {
            return;
        }
        if let Some(surname) = declension::possessive_surname(folded, is_capitalised || is_name) {
            terms.push(surname);
        } else if is_capitalised && !is_name && ends_in_consonant(folded) {
            terms.push(folded);
        }
    }

    fn push_unknown(&self, folded: &str, shape: Shape, terms: &mut Terms) {
        if folded.contains('-') {
            let parts: Vec<Terms> = folded.split('-').map(|part| self.terms(part, true)).collect();
            terms.push(&parts.iter().map(Terms::main).collect::<Vec<_>>().join("-"));
            return;
        }
        if let Shape::Ending(small) = shape
            && let Some((at, _)) = folded.char_indices().nth_back(small.saturating_sub(1))
            && let Some((acronym, ending)) = folded.split_at_checked(at)
            && acronym_endings().contains(&ending)
        {
            terms.push(acronym);
            return;
        }
        if shape == Shape::Capitals && folded.chars().count() <= LONGEST_ACRONYM {
            terms.push(folded);
            return;
        }
        self.push_declined(folded, shape, terms);
        if terms.0.is_empty() {
            terms.push(folded);
        }
    }

    /// The terms of a word without a reading, most likely a name: what is left when an ending is cut off, and the word
    /// itself if it can be a nominative. All case forms of a name have one of these in common.
    fn push_declined(&self, folded: &str, shape: Shape, terms: &mut Terms) {
        // «Бздуров» or several of a thing called «бздур»? A small letter speaks for the thing, a capital for the name.
        let nominatives = declension::nominative_stems(folded);
        if shape != Shape::Plain {
            nominatives.iter().for_each(|stem| terms.push(stem));
        }
        declension::oblique_stems(folded).for_each(|stem| terms.push(stem));
        nominatives.iter().for_each(|stem| terms.push(stem));
        terms.push(&self.snowball.stem(folded));
    }
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{4ff}')
}

/// «Bloomberg's» without its ending.
fn strip_possessive(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).filter(|rest| !rest.is_empty()).unwrap_or(word)
}

thread_local! {
    static CACHE: RefCell<StemCache> = RefCell::default();
}

#[cfg(test)]
mod tests;

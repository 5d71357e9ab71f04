//! Stemming: the index terms of a word.

use super::fold::fold;
use rust_stemmers::{Algorithm, Stemmer as Snowball};

/// Makes index terms of words.
pub struct Stemmer {
    russian: Snowball,
}

impl Default for Stemmer {
    fn default() -> Self {
        Self { russian: Snowball::create(Algorithm::Russian) }
    }
}

impl Stemmer {
    /// Calls `sink` with every term of `word`, main term first.
    pub fn terms(&self, word: &str, sink: &mut dyn FnMut(&str)) {
        let folded = fold(word);
        let caps = word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)
            && (2..=6).contains(&word.chars().count());
        if caps { sink(&folded) } else { sink(&self.russian.stem(&folded)) }
    }
}

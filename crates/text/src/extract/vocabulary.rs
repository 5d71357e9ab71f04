//! A cache of what is known of a word by itself, from the dictionaries of names, the tagger and the lists of
//! attribution. News repeats its words, so most have been seen before and cost one look-up.
//!
//! Knows nothing of where a word stands. One per thread; good for one lexicon.

use super::{
    attribution::{self, Lexis},
    organisations,
};
use crate::{
    analyse::{Analysis, Token, TokenKind},
    names::{Lexicon, WordCache, WordKeys},
    ner::{self, Tagger},
};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Words remembered before the vocabulary is cleared: the load limit (7/8) of a table of 2¹⁸ slots, [`PLACE`] bytes each.
const MAX_WORDS: usize = (1 << 18) / 8 * 7;

/// Bytes of a slot of the table, without its control byte.
const PLACE: usize = 48;

const _: () = assert!(size_of::<(u64, Facts)>() == PLACE);

/// What is known of a token by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// What names in the dictionaries it may belong to.
    pub keys: WordKeys,
    /// How the tagger sees it.
    pub tagged: ner::Word,
    /// What the lists of attribution know of it.
    pub(super) listed: attribution::Word,
    /// The number of its first index term.
    pub(super) stem: u32,
    /// What it can be by itself.
    pub(super) grammar: attribution::Grammar,
}

/// The facts of words seen before.
#[derive(Default)]
pub struct Vocabulary {
    /// By a 64-bit hash of the word; the collision probability at this size is about 1e-9.
    facts: FxHashMap<u64, Facts>,
    /// The keys of parts of words.
    pub parts: WordCache,
    lexis: Lexis,
    lower: String,
}

impl Vocabulary {
    /// The facts of each token of a text.
    pub fn look_up(&mut self, analysis: &Analysis<'_>, lexicon: &Lexicon) -> Vec<Facts> {
        analysis.tokens.iter().map(|token| self.facts(token, token.of(analysis.text), lexicon)).collect()
    }

    fn facts(&mut self, token: &Token, word: &str, lexicon: &Lexicon) -> Facts {
        let hash = xxh3_64(word.as_bytes());
        if let Some(known) = self.facts.get(&hash) {
            return *known;
        }
        let mark = !matches!(token.kind, TokenKind::Word | TokenKind::Number);
        let facts = Facts {
            keys: lexicon.keys(word, mark, &self.parts),
            tagged: Tagger::embedded().map(|tagger| tagger.word(word, &mut self.lower)).unwrap_or_default(),
            stem: organisations::evidence::value_of(&self.parts.main_term(word, mark)),
            grammar: if token.kind == TokenKind::Word {
                attribution::Grammar::of(word, &mut self.lower)
            } else {
                attribution::Grammar::default()
            },
            listed: if token.kind == TokenKind::Word { self.lexis.look_up(word) } else { attribution::Word::default() },
        };
        if self.facts.len() >= MAX_WORDS {
            self.facts.clear();
        }
        self.facts.insert(hash, facts);
        facts
    }
}

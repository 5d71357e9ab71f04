//! What names are matched by: the words and marks of a text, and the numbers of their terms in the trie.
//!
//! Knows no names and no rules of matching.

use crate::analyse::{Analysis, TokenKind, stem::Stemmer, terms::word_parts};
use rustc_hash::FxHashMap;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// The numbers of a word's first two terms in the trie; 0 is no number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordKeys(pub(super) [u32; 2]);

/// Makes keys, and remembers those of words that nobody else does: the parts between hyphens. One per thread.
#[derive(Default)]
pub struct WordCache {
    stemmer: Stemmer,
    /// By a hash of the word, half the memory of the words themselves. Of so many words two share a hash of 64 bits
    /// with a probability of one in a billion.
    keys: FxHashMap<u64, WordKeys>,
}

/// Words remembered before the cache starts afresh: bounds its memory. As many as 2¹⁵ places of a table take.
const MAX_CACHED: usize = (1 << 15) / 8 * 7;

impl WordCache {
    /// The main index term of a word, or the mark itself.
    pub(crate) fn main_term(&self, word: &str, mark: bool) -> Box<str> {
        if mark {
            return word.into();
        }
        match self.stemmer.terms(word, false).main() {
            "" => word.into(),
            main => main.into(),
        }
    }

    /// The keys of a word or mark, `words` being the numbers of terms.
    pub(super) fn make(&self, word: &str, mark: bool, words: &FxHashMap<Box<str>, u32>) -> WordKeys {
        let mut keys = [0, 0];
        let mut slots = keys.iter_mut();
        let mut add = |term: &str| {
            if let (Some(key), Some(slot)) = (words.get(term), slots.next()) {
                *slot = *key;
            }
        };
        if mark {
            add(word);
        } else {
            self.stemmer.terms(word, false).iter().for_each(add);
        }
        WordKeys(keys)
    }

    /// The same, remembered.
    pub(super) fn keys(&mut self, word: &str, mark: bool, words: &FxHashMap<Box<str>, u32>) -> WordKeys {
        let hash = xxh3_64(word.as_bytes());
        if let Some(keys) = self.keys.get(&hash) {
            return *keys;
        }
        let keys = self.make(word, mark, words);
        if self.keys.len() >= MAX_CACHED {
            self.keys.clear();
        }
        self.keys.insert(hash, keys);
        keys
    }
}

/// Whether a token is a quotation mark of any kind.
pub(crate) fn is_quote(word: &str) -> bool {
    matches!(word, "«" | "»" | "\"" | "„" | "“" | "”" | "‘" | "’" | "'" | "ʼ" | "‹" | "›" | "``" | "''")
}

/// A word part or mark.
pub(super) struct KeyWord {
    pub(super) token: usize,
    pub(super) span: Range<usize>,
    pub(super) mark: bool,
    /// Whether its token begins with it, or ends.
    pub(super) first: bool,
    pub(super) last: bool,
}

/// The pieces that names are made of: word parts and marks, quotes and hyphens left out.
pub(super) fn pieces(analysis: &Analysis<'_>) -> impl Iterator<Item = KeyWord> {
    let mut out = Vec::with_capacity(analysis.tokens.len());
    for (number, token) in analysis.tokens.iter().enumerate() {
        let word = analysis.word(number);
        match token.kind {
            TokenKind::Word | TokenKind::Number => {
                let parts = word_parts(analysis.text, token.range());
                let from = out.len();
                out.extend(parts.map(|span| KeyWord { token: number, span, mark: false, first: false, last: false }));
                if let Some(piece) = out.get_mut(from) {
                    piece.first = true;
                }
                if let Some(piece) = out.get_mut(from..).and_then(<[KeyWord]>::last_mut) {
                    piece.last = true;
                }
            }
            _ if is_quote(word) || matches!(word, "-" | "‑") => {}
            _ => out.push(KeyWord { token: number, span: token.range(), mark: true, first: true, last: true }),
        }
    }
    out.into_iter()
}

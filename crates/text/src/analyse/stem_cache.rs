//! A cache of stems: what is searched and shown repeats its words, so most are looked up, not analysed.
//!
//! Compact, since every thread may have one: all strings are stored back to back in one buffer.

use super::{fold::folded, stem::Stemmer};
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::{borrow::Cow, hash::BuildHasher};

/// Words remembered before a cache is cleared: bounds its memory.
const WORDS: usize = 1 << 19;

/// Ends each stem in the buffer; no stem holds it.
const STEM_END: char = '\u{1f}';

/// A bounded cache of the stems of words.
pub struct StemCache {
    stemmer: Stemmer,
    words: HashTable<CachedStem>,
    bytes: String,
    limit: usize,
}

/// Where a word is in the buffer, its length and that of its stems, which follow it.
#[derive(Clone, Copy)]
struct CachedStem {
    at: u32,
    word: u16,
    stems: u16,
}

impl Default for StemCache {
    fn default() -> Self {
        Self::new(WORDS)
    }
}

impl StemCache {
    /// A cache of at most `limit` words.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { stemmer: Stemmer::default(), words: HashTable::new(), bytes: String::new(), limit }
    }

    /// The stems of a word written as in the text, main stem first.
    pub fn stems(&mut self, word: &str) -> impl Iterator<Item = &str> {
        let hash = FxBuildHasher.hash_one(word);
        let found = self.words.find(hash, |entry| slice(&self.bytes, entry.at, 0, entry.word) == word).copied();
        let entry = found.unwrap_or_else(|| self.remember(word, hash));
        slice(&self.bytes, entry.at, entry.word, entry.stems).split_terminator(STEM_END)
    }

    /// Calls `sink` with every stem of `word`, main stem first. In a sentence all in capitals (`shouted`) a word counts
    /// as its folded self.
    pub fn each_stem(&mut self, word: &str, shouted: bool, sink: &mut dyn FnMut(&str)) {
        let word = if shouted { folded(word) } else { Cow::Borrowed(word) };
        self.stems(&word).for_each(sink);
    }

    fn remember(&mut self, word: &str, hash: u64) -> CachedStem {
        // Forgetting everything is crude, but rare and cheap: the frequent words are back after a few articles.
        if self.words.len() >= self.limit {
            self.words.clear();
            self.bytes.clear();
        }
        let at = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        let length = push(&mut self.bytes, word);
        let mut stems = 0;
        for stem in self.stemmer.terms(word, false).iter() {
            stems += push(&mut self.bytes, stem) + 1;
            self.bytes.push(STEM_END);
        }
        let entry = CachedStem { at, word: length, stems };
        let bytes = &self.bytes;
        let rehash = |entry: &CachedStem| FxBuildHasher.hash_one(slice(bytes, entry.at, 0, entry.word));
        self.words.insert_unique(hash, entry, rehash);
        entry
    }
}

/// Puts a string at the end; how long it is. Words are bounded to far less than the lengths hold.
fn push(bytes: &mut String, text: &str) -> u16 {
    bytes.push_str(text);
    u16::try_from(text.len()).unwrap_or(u16::MAX)
}

fn slice(bytes: &str, at: u32, from: u16, length: u16) -> &str {
    let start = at as usize + usize::from(from);
    bytes.get(start..start + usize::from(length)).unwrap_or("")
}

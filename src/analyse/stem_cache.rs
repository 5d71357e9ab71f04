//! Words seen before, with their terms: news repeats its words, so most are looked up and not analysed.
//!
//! Compact, since every thread has one: all strings lie back to back in one buffer.

use super::{fold::folded, form, stem::Stemmer};
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::{borrow::Cow, hash::BuildHasher};

/// Words remembered before a cache starts afresh, some 60 bytes each: 37 in the buffer, over the words of 60 MB of news,
/// the rest in the table.
const WORDS: usize = 1 << 19;

/// Ends each stem in the buffer; no stem holds it.
const STEM_END: char = '\u{1f}';

/// Terms of words, remembered.
pub struct TermCache {
    stemmer: Stemmer,
    words: HashTable<Entry>,
    bytes: String,
    /// The term of the word looked at.
    term: String,
    limit: usize,
}

/// Where a word lies in the buffer, and behind it its term, unless that is the word itself, and its stems: their lengths.
#[derive(Clone, Copy)]
struct Entry {
    at: u32,
    word: u16,
    /// 0 for a term that is the word.
    term: u16,
    stems: u16,
}

/// The terms of one word.
#[derive(Clone, Copy)]
pub struct WordTerms<'c> {
    /// The word's form, see [`form`].
    pub term: &'c str,
    stems: &'c str,
}

impl<'c> WordTerms<'c> {
    /// The stems, main stem first.
    pub fn stems(self) -> impl Iterator<Item = &'c str> {
        self.stems.split_terminator(STEM_END)
    }
}

impl Default for TermCache {
    fn default() -> Self {
        Self::new(WORDS)
    }
}

impl TermCache {
    /// A cache of at most `limit` words.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { stemmer: Stemmer::default(), words: HashTable::new(), bytes: String::new(), term: String::new(), limit }
    }

    /// The terms of a word written as in the text.
    pub fn terms(&mut self, word: &str) -> WordTerms<'_> {
        let hash = FxBuildHasher.hash_one(word);
        let found = self.words.find(hash, |entry| slice(&self.bytes, entry.at, 0, entry.word) == word).copied();
        let entry = found.unwrap_or_else(|| self.remember(word, hash));
        let Entry { at, word, term, stems } = entry;
        let own = if term == 0 { slice(&self.bytes, at, 0, word) } else { slice(&self.bytes, at, word.into(), term) };
        WordTerms { term: own, stems: slice(&self.bytes, at, u32::from(word) + u32::from(term), stems) }
    }

    /// Calls `sink` with every stem of `word`, main stem first. In a sentence all in capitals (`shouted`) a word counts
    /// as its folded self.
    pub fn each_stem(&mut self, word: &str, shouted: bool, sink: &mut dyn FnMut(&str)) {
        let word = if shouted { folded(word) } else { Cow::Borrowed(word) };
        self.terms(&word).stems().for_each(sink);
    }

    fn remember(&mut self, word: &str, hash: u64) -> Entry {
        // Forgetting everything is crude, but rare and cheap: the frequent words are back after a few articles.
        if self.words.len() >= self.limit {
            self.words.clear();
            self.bytes.clear();
        }
        let at = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        let length = push(&mut self.bytes, word);
        self.term.clear();
        form::push_term(word, &folded(word), &mut self.term);
        let term = if self.term == word { 0 } else { push(&mut self.bytes, &self.term) };
        let mut stems = 0;
        for stem in self.stemmer.terms(word, false).iter() {
            stems += push(&mut self.bytes, stem) + 1;
            self.bytes.push(STEM_END);
        }
        let entry = Entry { at, word: length, term, stems };
        let bytes = &self.bytes;
        let rehash = |entry: &Entry| FxBuildHasher.hash_one(slice(bytes, entry.at, 0, entry.word));
        self.words.insert_unique(hash, entry, rehash);
        entry
    }
}

/// Puts a string at the end; how long it is. Words are bounded to far less than the lengths hold.
fn push(bytes: &mut String, text: &str) -> u16 {
    bytes.push_str(text);
    u16::try_from(text.len()).unwrap_or(u16::MAX)
}

fn slice(bytes: &str, at: u32, from: u32, length: u16) -> &str {
    let start = at as usize + from as usize;
    bytes.get(start..start + usize::from(length)).unwrap_or("")
}

//! Which articles print the same text, and which share a passage.
//!
//! Only news counts: not the headline, recap or boilerplate. Two relations follow from the words of the news, in the order
//! in which they stand:
//!
//! - **the same text**: at least [`SAME`] of the distinct [shingles](SHINGLE) of the longer text stand in the other;
//! - **a passage reused**: at least [`PASSAGE`] words in a row stand in both.
//!
//! Both are decided by the words themselves. The numbers by which an index finds candidates only have to agree wherever
//! the relation may hold: [bands](Prints::bands) of a MinHash signature for the same text (Broder, «On the resemblance and
//! containment of documents», 1997; one permutation with the densification of Shrivastava, «Optimal Densification for Fast
//! and Accurate Minwise Hashing», 2017), and for passages the [fingerprints](Prints::passages) of winnowing (Schleimer,
//! Wilkerson and Aiken, «Winnowing: Local Algorithms for Document Fingerprinting», 2003), which never miss one.

use rustc_hash::FxHashMap;
use std::ops::Range;
use svodka_model::article::{Article, TitleOrigin};
use xxhash_rust::xxh3::xxh3_64;

/// Words of a shingle.
pub const SHINGLE: usize = 3;

/// Share of the shingles of the longer text from which two texts are the same, in percent.
pub const SAME: usize = 80;

/// Words in a row that make a passage.
pub const PASSAGE: usize = 25;

/// A text of fewer words proves nothing: «Подробности позже», «Взрывы прогремели в Киеве».
pub const LEAST_WORDS: usize = 10;

/// Words of the grams that fingerprints are made of.
const GRAM: usize = 8;

/// Grams of which one becomes a fingerprint, so that each passage has one that depends on nothing beside it.
const WINDOW: usize = PASSAGE - GRAM + 1;

/// Bands of a signature. Texts that share `s` of all their shingles agree in a band with probability s³: of pairs just at
/// the limit (s = .67) .985 have a band in common, of those with s = .8 .9998.
const BANDS: usize = 12;

/// Values of a signature in each band.
const ROWS: usize = 3;

/// A word of the news: its hash, whatever its case, and its bytes in the text of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewsWord {
    /// Hash of the word in lower case, with «е» for «ё».
    pub hash: u64,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The words of an article's news, in order.
#[must_use]
pub fn news_words(article: &Article) -> Vec<NewsWord> {
    let text = &article.text;
    let skipped = headline_length(article);
    let mut words = Vec::with_capacity(text.len() / 12);
    let mut from = skipped;
    let mut lower = String::new();
    let mut boilerplate: Vec<Range<usize>> = article.boilerplate.iter().map(|span| span.range()).collect();
    boilerplate.sort_unstable_by_key(|range| range.start);
    for range in boilerplate.into_iter().chain([text.len()..text.len()]) {
        if range.start > from {
            push_words(text, from..range.start, &mut lower, &mut words);
        }
        from = from.max(range.end);
    }
    words
}

/// Bytes of the text that repeat the headline.
fn headline_length(article: &Article) -> usize {
    let text = &article.text;
    let blank = text.len() - text.trim_start().len();
    let line = text.get(blank..).and_then(|rest| rest.lines().next()).unwrap_or("");
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let is_headline = match article.title_from {
        TitleOrigin::Headline => true,
        TitleOrigin::Field => line.len() < 1_000 && letters(line) == letters(&article.title),
        TitleOrigin::FirstSentence => false,
    };
    if is_headline { blank + line.len() } else { 0 }
}

fn push_words(text: &str, range: Range<usize>, lower: &mut String, out: &mut Vec<NewsWord>) {
    let stretch = text.get(range.clone()).unwrap_or("");
    let mut start = None;
    let mut push = |from: usize, to: usize, lower: &mut String| {
        lower.clear();
        let word = stretch.get(from..to).unwrap_or("");
        lower.extend(word.chars().flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }));
        let place = |at: usize| u32::try_from(range.start + at).unwrap_or(u32::MAX);
        out.push(NewsWord { hash: xxh3_64(lower.as_bytes()), start: place(from), end: place(to) });
    };
    for (at, c) in stretch.char_indices() {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                push(from, at, lower);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        push(from, stretch.len(), lower);
    }
}

/// What an index finds the candidates of an article by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prints {
    /// Bands of the signature: texts that are the same have one in common. Empty for a text too short to tell.
    pub bands: Vec<u32>,
    /// Fingerprints: texts with a passage in common have one in common. Each once, ascending.
    pub passages: Vec<u32>,
}

impl Prints {
    /// The prints of an article.
    #[must_use]
    pub fn of(article: &Article) -> Self {
        Self::of_words(&news_words(article))
    }

    /// The prints of the words of an article's news.
    #[must_use]
    pub fn of_words(words: &[NewsWord]) -> Self {
        Self { bands: bands(&Shingles::of(words)), passages: passages(words) }
    }
}

/// The distinct shingles of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shingles {
    /// Their hashes, ascending.
    hashes: Vec<u32>,
}

impl Shingles {
    /// The shingles of the words of an article's news; none for a text too short to tell.
    #[must_use]
    pub fn of(words: &[NewsWord]) -> Self {
        if words.len() < LEAST_WORDS {
            return Self::default();
        }
        let mut hashes: Vec<u32> =
            words.windows(SHINGLE).map(|shingle| (mixed(combined(shingle)) >> 32) as u32).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self { hashes }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Whether two texts are the same: see the module.
    #[must_use]
    pub fn is_same_text(&self, other: &Self) -> bool {
        let (shorter, longer) = (self.len().min(other.len()), self.len().max(other.len()));
        longer > 0 && shorter * 100 >= longer * SAME && self.shared_with(other) * 100 >= longer * SAME
    }

    /// The share of the shingles of the longer text that stand in the other, 0..=1.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        let longer = self.len().max(other.len());
        if longer == 0 { 0.0 } else { self.shared_with(other) as f64 / longer as f64 }
    }

    fn shared_with(&self, other: &Self) -> usize {
        let (mut one, mut two, mut shared) = (self.hashes.as_slice(), other.hashes.as_slice(), 0);
        while let (Some((a, rest)), Some((b, others))) = (one.split_first(), two.split_first()) {
            shared += usize::from(a == b);
            if a <= b {
                one = rest;
            }
            if b <= a {
                two = others;
            }
        }
        shared
    }
}

/// The bands of the signature of a text.
fn bands(shingles: &Shingles) -> Vec<u32> {
    if shingles.is_empty() {
        return Vec::new();
    }
    let mut least = [None::<u32>; BANDS * ROWS];
    for shingle in &shingles.hashes {
        let hash = mixed(u64::from(*shingle) ^ 0x5bd1_e995_9e37_79b9);
        let bin = ((hash >> 32) * least.len() as u64) >> 32;
        if let Some(place) = least.get_mut(bin as usize) {
            let value = hash as u32;
            *place = Some(place.map_or(value, |known| known.min(value)));
        }
    }
    // An empty bin borrows from one that a hash of its number picks, the same in every text.
    let full = |bin: usize| {
        let picks = (0u64..).map(|attempt| (mixed((bin as u64) << 32 | attempt) % least.len() as u64) as usize);
        let known = least.get(bin).copied().flatten();
        known.or_else(|| picks.take(10_000).find_map(|pick| least.get(pick).copied().flatten())).unwrap_or(0)
    };
    let signature: Vec<u32> = (0..least.len()).map(full).collect();
    let band = |(number, rows): (usize, &[u32])| {
        (rows.iter().fold(number as u64 + 1, |hash, row| mixed(hash << 32 ^ hash >> 32 ^ u64::from(*row))) >> 32) as u32
    };
    signature.chunks(ROWS).enumerate().map(band).collect()
}

/// The hash of each gram, with the number of its first word.
fn grams(words: &[NewsWord]) -> impl Iterator<Item = (usize, u64)> {
    words.windows(GRAM).map(combined).map(mixed).enumerate()
}

/// The fingerprints of a text by winnowing: the least gram of each window, the last of equal ones.
fn passages(words: &[NewsWord]) -> Vec<u32> {
    let grams: Vec<u64> = grams(words).map(|(_, gram)| gram).collect();
    let mut chosen = Vec::new();
    let mut last = None;
    for (start, window) in grams.windows(WINDOW).enumerate() {
        // Only where the least one has left the window, or the new one is less, does the choice change.
        let newest = start + WINDOW - 1;
        let is_less = |known: usize| grams.get(newest) <= grams.get(known);
        let kept = last.filter(|known| *known >= start && !is_less(*known));
        if kept.is_some() {
            continue;
        }
        let least = match last.filter(|known| *known >= start) {
            Some(_) => Some(newest),
            None => window.iter().enumerate().rev().min_by_key(|(_, gram)| **gram).map(|(at, _)| start + at),
        };
        chosen.extend(least.and_then(|at| grams.get(at)).map(|gram| (gram >> 32) as u32));
        last = least;
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// Words in a row that stand in two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The numbers of its words in the first text.
    pub first: Range<usize>,
    /// The numbers of its words in the second text.
    pub second: Range<usize>,
}

impl Passage {
    /// How many words it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.first.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

/// The passages that two texts have in common, in the order of the second; of several places of the first text that begin
/// alike, the earliest counts.
#[must_use]
pub fn shared_passages(first: &[NewsWord], second: &[NewsWord]) -> Vec<Passage> {
    let mut places: FxHashMap<u64, usize> = FxHashMap::default();
    for (at, gram) in grams(first) {
        places.entry(gram).or_insert(at);
    }
    let mut out = Vec::new();
    let mut from = 0;
    for (at, gram) in grams(second) {
        let Some(place) = places.get(&gram).copied().filter(|_| at >= from) else { continue };
        let same = |(a, b): &(&NewsWord, &NewsWord)| a.hash == b.hash;
        let pairs = first.iter().skip(place).zip(second.iter().skip(at));
        let length = pairs.take_while(same).count();
        if length >= PASSAGE {
            out.push(Passage { first: place..place + length, second: at..at + length });
            from = at + length;
        }
    }
    out
}

fn combined(words: &[NewsWord]) -> u64 {
    words.iter().fold(0, |hash: u64, word| hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) ^ word.hash)
}

/// The finaliser of SplitMix64, a bijection that makes every bit depend on every other.
fn mixed(hash: u64) -> u64 {
    let hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

#[cfg(test)]
mod tests;

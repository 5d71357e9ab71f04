//! Builds the lists: from the terms of a field to its stems, each with its forms and its document frequency.

use super::{BLOCK, PARTS, StemList};
use fst::MapBuilder;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::{hash::BuildHasher, ops::Range, thread};
use svodka_text::analyse::{form, stem::Stemmer};
use tantivy::{InvertedIndexReader, postings::TermInfo, schema::IndexRecordOption};

/// Threads that count the articles of stems, at most.
const MOST_THREADS: usize = 4;

/// The stems of a field with their forms, as they are gathered; compact, since a large segment has a million of each.
pub(super) struct Listing<'i> {
    index: &'i InvertedIndexReader,
    /// All stems back to back.
    names: String,
    /// The range of each stem in `names`, in order of first occurrence.
    stems: Vec<Range<u32>>,
    /// The forms of all stems by number, stem by stem.
    forms: Vec<u32>,
    /// Where the forms of each stem begin, and the end of the last.
    starts: Vec<u32>,
    /// Document frequency of each form, and where its postings are.
    postings: Vec<(u32, u32, u64)>,
}

impl<'i> Listing<'i> {
    /// Gathers the stems of a field.
    pub(super) fn of(index: &'i InvertedIndexReader) -> tantivy::Result<Self> {
        let stemmer = Stemmer::default();
        let mut numbers: HashTable<u32> = HashTable::new();
        let postings = Vec::with_capacity(index.terms().num_terms());
        let (names, stems, forms, starts) = (String::new(), Vec::new(), Vec::new(), Vec::new());
        let mut listing = Self { index, names, stems, forms, starts, postings };
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut terms = index.terms().stream()?;
        while terms.advance() {
            let form = number(listing.postings.len())?;
            let TermInfo { doc_freq, postings_range, .. } = terms.value();
            listing.postings.push((*doc_freq, number(postings_range.len())?, postings_range.start as u64));
            let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
            for stem in stemmer.terms(&form::as_stemmed(term), false).iter() {
                let hash = FxBuildHasher.hash_one(stem);
                let known = numbers.find(hash, |known| listing.stem(*known) == stem).copied();
                let stem = match known {
                    Some(known) => known,
                    None => {
                        let new = listing.add(stem)?;
                        numbers.insert_unique(hash, new, |known| FxBuildHasher.hash_one(listing.stem(*known)));
                        new
                    }
                };
                pairs.push((stem, form));
            }
        }
        listing.order(&pairs)?;
        Ok(listing)
    }

    /// Puts stems with their forms, which come in order, stem by stem.
    fn order(&mut self, pairs: &[(u32, u32)]) -> tantivy::Result<()> {
        self.starts = vec![0; self.stems.len() + 1];
        for (stem, _) in pairs {
            if let Some(count) = self.starts.get_mut(*stem as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let mut next = self.starts.clone();
        self.forms = vec![0; number(pairs.len())? as usize];
        for (stem, form) in pairs {
            let Some(place) = next.get_mut(*stem as usize) else { continue };
            if let Some(own) = self.forms.get_mut(*place as usize) {
                *own = *form;
            }
            *place += 1;
        }
        Ok(())
    }

    fn stem(&self, stem: u32) -> &str {
        let range = self.stems.get(stem as usize).map_or(0..0, |range| range.start as usize..range.end as usize);
        self.names.get(range).unwrap_or("")
    }

    fn add(&mut self, stem: &str) -> tantivy::Result<u32> {
        let start = number(self.names.len())?;
        self.names.push_str(stem);
        self.stems.push(start..number(self.names.len())?);
        number(self.stems.len() - 1)
    }

    /// The forms of a stem, in order.
    fn forms(&self, stem: u32) -> &[u32] {
        let bounds = self.starts.get(stem as usize..).and_then(<[u32]>::first_chunk);
        bounds.and_then(|[start, end]| self.forms.get(*start as usize..*end as usize)).unwrap_or_default()
    }

    /// The parts of the file for the field.
    pub(super) fn into_parts(self) -> tantivy::Result<[Vec<u8>; PARTS]> {
        let mut order: Vec<u32> = (0..number(self.stems.len())?).collect();
        order.sort_unstable_by_key(|stem| self.stem(*stem));
        let (mut names, mut blocks, mut lists) = (MapBuilder::memory(), Vec::new(), Vec::new());
        let doc_freqs = self.doc_freqs()?;
        let mut before = 0;
        for (at, stem) in order.into_iter().enumerate() {
            if at % BLOCK == 0 {
                blocks.extend(number(lists.len())?.to_le_bytes());
                before = 0;
            }
            names.insert(self.stem(stem).as_bytes(), at as u64).map_err(failed)?;
            let forms = self.forms(stem);
            let Some((first, others)) = forms.split_first() else { continue };
            let doc_freq = doc_freqs.get(stem as usize).copied().unwrap_or_default();
            let deltas = forms.iter().zip(others).map(|(form, next)| next - form).collect();
            let list = StemList { doc_freq, first_delta: first.wrapping_sub(before).cast_signed(), deltas };
            before = *first;
            lists = postcard::to_extend(&list, lists).map_err(failed)?;
        }
        Ok([names.into_inner().map_err(failed)?, blocks, lists])
    }

    /// The document frequency of each stem, 0 for one with a single form. Counted by several threads: a run waits for it
    /// at its end.
    fn doc_freqs(&self) -> tantivy::Result<Vec<u32>> {
        let mut doc_freqs = vec![0; self.stems.len()];
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let part = doc_freqs.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let count = |(from, doc_freqs): (usize, &mut [u32])| -> tantivy::Result<()> {
                let mut seen = Seen::default();
                for (stem, doc_freq) in (number(from * part)?..).zip(doc_freqs) {
                    let forms = self.forms(stem);
                    *doc_freq = if forms.len() < 2 { 0 } else { self.doc_freq(forms, &mut seen)? };
                }
                Ok(())
            };
            let parts = doc_freqs.chunks_mut(part).enumerate();
            let counting: Vec<_> = parts.map(|part| scope.spawn(move || count(part))).collect();
            let counted = counting.into_iter().map(|part| part.join().unwrap_or_else(|_| Err(failed("not counted"))));
            counted.collect::<tantivy::Result<()>>()
        })?;
        Ok(doc_freqs)
    }

    /// The number of articles with any of these forms.
    fn doc_freq(&self, forms: &[u32], seen: &mut Seen) -> tantivy::Result<u32> {
        seen.forget();
        for form in forms {
            let Some((doc_freq, length, start)) = self.postings.get(*form as usize) else { continue };
            let start = usize::try_from(*start).map_err(failed)?;
            let postings_range = start..start + *length as usize;
            let term = TermInfo { doc_freq: *doc_freq, postings_range, positions_range: 0..0 };
            let mut postings = self.index.read_block_postings_from_terminfo(&term, IndexRecordOption::Basic)?;
            while !postings.docs().is_empty() {
                postings.docs().iter().for_each(|doc| seen.add(*doc));
                postings.advance();
            }
        }
        Ok(seen.count)
    }
}

/// A number as 32 bits; no segment comes near the limit.
fn number(number: usize) -> tantivy::Result<u32> {
    u32::try_from(number).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> tantivy::TantivyError {
    tantivy::TantivyError::InternalError(format!("list of stems: {error}"))
}

/// Counts articles, each once.
#[derive(Default)]
struct Seen {
    /// The round in which each was last seen.
    rounds: Vec<u32>,
    round: u32,
    count: u32,
}

impl Seen {
    fn forget(&mut self) {
        (self.round, self.count) = (self.round + 1, 0);
    }

    fn add(&mut self, doc: u32) {
        let at = doc as usize;
        if self.rounds.len() <= at {
            self.rounds.resize(at + 1, 0);
        }
        if let Some(round) = self.rounds.get_mut(at)
            && std::mem::replace(round, self.round) != self.round
        {
            self.count += 1;
        }
    }
}

//! Which words of the text a stem stands for, in a file of each segment.
//!
//! The index holds words as they are written, each once. Its stems follow from them, so they are not among the terms:
//! behind the terms of a segment, when it is written or merged, this lists for each stem the forms that have it. A
//! search for a stem is one for its forms. This module knows nothing of queries; what a form's stems are, the
//! [analysis](crate::analyse::form) says.

use super::schema::Fields;
use crate::{
    analyse::{form, stem::Stemmer},
    error::{Error, Result},
};
use fst::{Map, MapBuilder};
use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::{any::Any, hash::BuildHasher, io::Write, ops::Range, sync::Arc, thread};
use tantivy::{
    InvertedIndexReader, PluginMergeContext, PluginWriter, PluginWriterContext, Searcher, Segment, SegmentPlugin,
    SegmentReader,
    directory::{OwnedBytes, TerminatingWrite},
    index::{SegmentComponent, SegmentId},
    indexer::doc_id_mapping::DocIdMapping,
    postings::TermInfo,
    schema::{Field, IndexRecordOption},
    termdict::TermOrdinal,
};

/// Ending of the file's name.
const EXTENSION: &str = "stems";

/// Lists between which one must be read to come to the next.
const BLOCK: usize = 16;

/// Threads that count the articles of stems, at most.
const MOST_THREADS: usize = 4;

/// What is known of a stem: how many articles hold it, 0 if that is the number of those with its only form; its first
/// form, as the distance from that of the list before in the block; the distances of the others.
type List = (u32, i32, Vec<u32>);

/// Parts of the file for one field: the stems, where each block of lists begins, the lists.
const PARTS: usize = 3;

fn component() -> SegmentComponent {
    SegmentComponent::Custom(EXTENSION.to_owned())
}

fn fields() -> [Field; 2] {
    let (_, fields) = Fields::build();
    [fields.title, fields.text]
}

/// Writes the file behind the terms of every segment; whoever writes to an index must register it.
pub struct StemsPlugin;

impl SegmentPlugin for StemsPlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(StemsWriter))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        write(context.target_segment)
    }
}

struct StemsWriter;

impl PluginWriter for StemsWriter {
    fn serialize(self: Box<Self>, segment: &Segment, _: Option<&DocIdMapping>) -> tantivy::Result<()> {
        write(segment)
    }

    fn mem_usage(&self) -> usize {
        0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn write(segment: &Segment) -> tantivy::Result<()> {
    let mut out = segment.open_write(component())?;
    out.write_all(&content(&SegmentReader::open(segment)?)?)?;
    Ok(out.terminate()?)
}

/// The file that goes with the terms of a segment: its parts, then their lengths.
fn content(reader: &SegmentReader) -> tantivy::Result<Vec<u8>> {
    let (mut content, mut lengths) = (Vec::new(), Vec::new());
    for field in fields() {
        for part in Listing::of(&*reader.inverted_index(field)?)?.into_parts()? {
            lengths.extend((part.len() as u64).to_le_bytes());
            content.extend(part);
        }
    }
    content.extend(lengths);
    Ok(content)
}

/// Whether the stems of a segment are those of its words, by making the file anew.
pub(super) fn are_right(reader: &SegmentReader) -> Result<bool> {
    let file = reader.open_read(component()).map_err(tantivy::TantivyError::from)?;
    let bytes = file.read_bytes().map_err(tantivy::TantivyError::from)?;
    Ok(*bytes == *content(reader)?)
}

/// The stems of a field with their forms, as they are gathered; compact, since a large segment has a million of each.
struct Listing<'i> {
    index: &'i InvertedIndexReader,
    /// All stems back to back.
    names: String,
    /// Where each stem lies, in the order in which they came.
    stems: Vec<Range<u32>>,
    /// The forms of all stems by number, stem by stem.
    forms: Vec<u32>,
    /// Where those of each stem begin, and the end of the last.
    starts: Vec<u32>,
    /// For each form how many articles hold it, and where its postings lie.
    postings: Vec<(u32, u32, u64)>,
}

impl<'i> Listing<'i> {
    fn of(index: &'i InvertedIndexReader) -> tantivy::Result<Self> {
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

    fn into_parts(self) -> tantivy::Result<[Vec<u8>; PARTS]> {
        let mut order: Vec<u32> = (0..number(self.stems.len())?).collect();
        order.sort_unstable_by_key(|stem| self.stem(*stem));
        let (mut names, mut blocks, mut lists) = (MapBuilder::memory(), Vec::new(), Vec::new());
        let holding = self.holding_each()?;
        let mut before = 0;
        for (at, stem) in order.into_iter().enumerate() {
            if at % BLOCK == 0 {
                blocks.extend(number(lists.len())?.to_le_bytes());
                before = 0;
            }
            names.insert(self.stem(stem).as_bytes(), at as u64).map_err(failed)?;
            let forms = self.forms(stem);
            let Some((first, others)) = forms.split_first() else { continue };
            let holding = holding.get(stem as usize).copied().unwrap_or_default();
            let distances = forms.iter().zip(others).map(|(form, next)| next - form).collect();
            let list: List = (holding, first.wrapping_sub(before).cast_signed(), distances);
            before = *first;
            lists = postcard::to_extend(&list, lists).map_err(failed)?;
        }
        Ok([names.into_inner().map_err(failed)?, blocks, lists])
    }

    /// How many articles hold each stem, 0 for one with a single form; counted on several processors, for a run waits
    /// for it at its end.
    fn holding_each(&self) -> tantivy::Result<Vec<u32>> {
        let mut holding = vec![0; self.stems.len()];
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let part = holding.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let count = |(from, holding): (usize, &mut [u32])| -> tantivy::Result<()> {
                let mut seen = Seen::default();
                for (stem, holding) in (number(from * part)?..).zip(holding) {
                    let forms = self.forms(stem);
                    *holding = if forms.len() < 2 { 0 } else { self.holding(forms, &mut seen)? };
                }
                Ok(())
            };
            let parts = holding.chunks_mut(part).enumerate();
            let counting: Vec<_> = parts.map(|part| scope.spawn(move || count(part))).collect();
            let counted = counting.into_iter().map(|part| part.join().unwrap_or_else(|_| Err(failed("not counted"))));
            counted.collect::<tantivy::Result<()>>()
        })?;
        Ok(holding)
    }

    /// How many articles hold any of these forms.
    fn holding(&self, forms: &[u32], seen: &mut Seen) -> tantivy::Result<u32> {
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

/// A number of few bytes; no segment comes near what does not fit.
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

/// The stems of all segments of a view, each with its forms.
pub struct Stems {
    generation: u64,
    segments: FxHashMap<SegmentId, [(Field, FieldStems); 2]>,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stems").field("generation", &self.generation).finish_non_exhaustive()
    }
}

impl Stems {
    pub(super) fn open(searcher: &Searcher) -> Result<Self> {
        let open = |reader: &SegmentReader| Ok((reader.segment_id(), open_segment(reader)?));
        let segments = searcher.segment_readers().iter().map(open).collect::<Result<_>>()?;
        Ok(Self { generation: searcher.generation().generation_id(), segments })
    }

    pub(super) fn is_of(&self, searcher: &Searcher) -> bool {
        self.generation == searcher.generation().generation_id()
    }

    /// How many articles have a stem in a field, those deleted since included.
    ///
    /// # Errors
    /// Storage failures.
    pub fn doc_freq(&self, field: Field, stem: &str) -> std::io::Result<u64> {
        let mut sum = 0;
        for (known, stems) in self.segments.values().flatten() {
            if *known == field {
                sum += u64::from(stems.doc_freq(stem)?);
            }
        }
        Ok(sum)
    }

    /// The terms of a segment that have any of `stems`, in a field, each once.
    ///
    /// # Errors
    /// Storage failures.
    pub fn terms(&self, reader: &SegmentReader, field: Field, stems: &[String]) -> std::io::Result<Vec<TermInfo>> {
        let known = self.segments.get(&reader.segment_id()).into_iter().flatten();
        let Some((_, known)) = known.into_iter().find(|(known, _)| *known == field) else { return Ok(Vec::new()) };
        let mut forms: Vec<TermOrdinal> = stems.iter().filter_map(|stem| known.list(stem)).flat_map(|l| l.1).collect();
        if stems.len() > 1 {
            forms.sort_unstable();
            forms.dedup();
        }
        forms.into_iter().filter_map(|form| known.term(form).transpose()).collect()
    }
}

fn open_segment(reader: &SegmentReader) -> Result<[(Field, FieldStems); 2]> {
    let file = reader.open_read(component()).map_err(tantivy::TantivyError::from)?;
    let damaged = || Error::Bug(format!("list of stems of segment {} is damaged", reader.segment_id().uuid_string()));
    let bytes = file.read_bytes().map_err(tantivy::TantivyError::from)?;
    let at = bytes.len().checked_sub(2 * PARTS * 8).ok_or_else(damaged)?;
    let (mut parts, lengths) = bytes.split(at);
    let mut lengths = lengths.as_chunks().0.iter().map(|length| u64::from_le_bytes(*length));
    let mut part = || {
        let length = lengths.next().and_then(|length| usize::try_from(length).ok());
        let length = length.filter(|length| *length <= parts.len()).ok_or_else(damaged)?;
        let (part, rest) = parts.clone().split(length);
        parts = rest;
        Ok::<_, Error>(part)
    };
    let mut field = |field| {
        let index = reader.inverted_index(field)?;
        let names = Map::new(part()?).map_err(|_| damaged())?;
        Ok::<_, Error>((field, FieldStems { index, names, blocks: part()?, lists: part()? }))
    };
    let [title, text] = fields();
    Ok([field(title)?, field(text)?])
}

/// The stems of one field of one segment.
struct FieldStems {
    index: Arc<InvertedIndexReader>,
    names: Map<OwnedBytes>,
    blocks: OwnedBytes,
    lists: OwnedBytes,
}

impl FieldStems {
    /// How many articles hold a stem, 0 if that is those of its only form, and its forms.
    fn list(&self, stem: &str) -> Option<(u32, Vec<TermOrdinal>)> {
        let number = usize::try_from(self.names.get(stem)?).ok()?;
        let start = u32::from_le_bytes(*self.blocks.as_chunks().0.get(number / BLOCK)?);
        let mut rest = self.lists.get(start as usize..)?;
        let mut first = 0_u32;
        for _ in 0..number % BLOCK {
            let ((_, distance, _), behind) = postcard::take_from_bytes::<List>(rest).ok()?;
            first = first.wrapping_add_signed(distance);
            rest = behind;
        }
        let ((holding, distance, others), _) = postcard::take_from_bytes::<List>(rest).ok()?;
        let mut form = first.wrapping_add_signed(distance);
        let mut forms = vec![TermOrdinal::from(form)];
        for distance in others {
            form = form.saturating_add(distance);
            forms.push(form.into());
        }
        Some((holding, forms))
    }

    fn term(&self, form: TermOrdinal) -> std::io::Result<Option<TermInfo>> {
        let mut term = Vec::new();
        if self.index.terms().ord_to_term(form, &mut term)? { self.index.terms().get(&term) } else { Ok(None) }
    }

    fn doc_freq(&self, stem: &str) -> std::io::Result<u32> {
        Ok(match self.list(stem) {
            Some((0, forms)) => match forms.first() {
                Some(form) => self.term(*form)?.map_or(0, |term| term.doc_freq),
                None => 0,
            },
            Some((holding, _)) => holding,
            None => 0,
        })
    }
}

//! The stems of a segment, each with its word forms, in a file beside the segment's own.
//!
//! The index contains words as they are written, each once. Stems are derived from forms, so they are not indexed: when
//! a segment is written or merged, this lists for each stem the forms that have it. A search for a stem is one for its
//! forms. This module knows nothing of queries; what a form's stems are, the
//! [analysis](svodka_text::analyse::form) says.

mod listing;

use crate::error::{Error, Result};
use crate::schema::Fields;
use fst::{IntoStreamer, Map, Streamer};
use listing::Listing;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::{any::Any, io::Write, path::Path, sync::Arc};
use tantivy::{
    InvertedIndexReader, PluginMergeContext, PluginWriter, PluginWriterContext, Searcher, Segment, SegmentPlugin,
    SegmentReader,
    directory::{OwnedBytes, TerminatingWrite},
    index::{SegmentComponent, SegmentId},
    indexer::doc_id_mapping::DocIdMapping,
    postings::TermInfo,
    schema::Field,
    termdict::TermOrdinal,
};

/// Ending of the file's name.
const EXTENSION: &str = "stems";

/// Lists per block; only the start of a block is known, so that a lookup reads up to this many lists.
const BLOCK: usize = 16;

/// The forms of a stem as the file holds them: ordinals of terms, as differences.
#[derive(Debug, Serialize, Deserialize)]
struct StemList {
    /// Number of articles with any of the forms; 0 for a stem with one form, whose own document frequency says it.
    doc_freq: u32,
    /// The first form minus the first form of the preceding list of the block.
    first_delta: i32,
    /// Each further form minus the form before it.
    deltas: Vec<u32>,
}

/// A stem as a search needs it.
struct StemForms {
    /// See [`StemList::doc_freq`].
    doc_freq: u32,
    /// In ascending order, at least one.
    forms: Vec<TermOrdinal>,
}

/// Parts of the file for one field: the stems, where each block of lists begins, the lists.
const PARTS: usize = 3;

fn component() -> SegmentComponent {
    SegmentComponent::Custom(EXTENSION.to_owned())
}

fn fields() -> [Field; 2] {
    let (_, fields) = Fields::build();
    [fields.title, fields.text]
}

/// Writes the file for every segment, after its terms; whoever writes to an index must register it.
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

/// Whether the stems of a segment are those of its words: the file is made again and compared.
pub fn are_right(reader: &SegmentReader) -> Result<bool> {
    let file = reader.open_read(component()).map_err(tantivy::TantivyError::from)?;
    let bytes = file.read_bytes().map_err(tantivy::TantivyError::from)?;
    Ok(*bytes == *content(reader)?)
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
    /// Opens the stem lists of every segment of `searcher`, whose files lie in `folder`.
    ///
    /// # Errors
    /// A segment without its stem list, or a damaged one.
    pub fn open(searcher: &Searcher, folder: &Path) -> Result<Self> {
        let open = |reader: &SegmentReader| Ok((reader.segment_id(), open_segment(reader, folder)?));
        let segments = searcher.segment_readers().iter().map(open).collect::<Result<_>>()?;
        Ok(Self { generation: searcher.generation().generation_id(), segments })
    }

    /// Whether these lists belong to the generation that `searcher` sees.
    #[must_use]
    pub fn is_of(&self, searcher: &Searcher) -> bool {
        self.generation == searcher.generation().generation_id()
    }

    /// Document frequency of a stem in a field, including deleted documents.
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

    /// Calls `sink` with every stem of any field that begins with `prefix`, some of them more than once, until it says no.
    pub fn each_with_prefix(&self, prefix: &str, sink: &mut dyn FnMut(&str) -> bool) {
        for (_, stems) in self.segments.values().flatten() {
            let mut range = stems.names.range().ge(prefix).into_stream();
            while let Some((stem, _)) = range.next() {
                let Some(stem) = std::str::from_utf8(stem).ok().filter(|stem| stem.starts_with(prefix)) else { break };
                if !sink(stem) {
                    return;
                }
            }
        }
    }

    /// The terms of a segment that have any of `stems`, in a field, each once.
    ///
    /// # Errors
    /// Storage failures.
    pub fn terms(&self, reader: &SegmentReader, field: Field, stems: &[String]) -> std::io::Result<Vec<TermInfo>> {
        let known = self.segments.get(&reader.segment_id()).into_iter().flatten();
        let Some((_, known)) = known.into_iter().find(|(known, _)| *known == field) else { return Ok(Vec::new()) };
        let mut forms: Vec<TermOrdinal> = Vec::new();
        for stem in stems {
            forms.extend(known.list(stem)?.into_iter().flat_map(|list| list.forms));
        }
        if stems.len() > 1 {
            forms.sort_unstable();
            forms.dedup();
        }
        forms.into_iter().filter_map(|form| known.term(form).transpose()).collect()
    }
}

fn open_segment(reader: &SegmentReader, folder: &Path) -> Result<[(Field, FieldStems); 2]> {
    let file = reader.open_read(component()).map_err(tantivy::TantivyError::from)?;
    let damaged = || {
        let name = format!("{}.{EXTENSION}", reader.segment_id().uuid_string());
        Error::damaged(folder.join(name), "its parts do not fit together")
    };
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
    /// The forms of a stem; `None` when no word of the segment has it.
    fn list(&self, stem: &str) -> std::io::Result<Option<StemForms>> {
        let Some(number) = self.names.get(stem) else { return Ok(None) };
        let forms = self.forms_of(number).ok_or_else(|| {
            std::io::Error::new(std::io::ErrorKind::InvalidData, "the stem lists are damaged; rebuild the index")
        })?;
        Ok(Some(forms))
    }

    /// The forms of the stem with this number; `None` when the file is damaged.
    fn forms_of(&self, number: u64) -> Option<StemForms> {
        let number = usize::try_from(number).ok()?;
        let start = u32::from_le_bytes(*self.blocks.as_chunks().0.get(number / BLOCK)?);
        let mut rest = self.lists.get(start as usize..)?;
        let mut first = 0_u32;
        for _ in 0..number % BLOCK {
            let (list, after) = postcard::take_from_bytes::<StemList>(rest).ok()?;
            first = first.wrapping_add_signed(list.first_delta);
            rest = after;
        }
        let (list, _) = postcard::take_from_bytes::<StemList>(rest).ok()?;
        let mut form = first.wrapping_add_signed(list.first_delta);
        let mut forms = vec![TermOrdinal::from(form)];
        for delta in list.deltas {
            form = form.checked_add(delta)?;
            forms.push(form.into());
        }
        Some(StemForms { doc_freq: list.doc_freq, forms })
    }

    fn term(&self, form: TermOrdinal) -> std::io::Result<Option<TermInfo>> {
        let mut term = Vec::new();
        if self.index.terms().ord_to_term(form, &mut term)? { self.index.terms().get(&term) } else { Ok(None) }
    }

    fn doc_freq(&self, stem: &str) -> std::io::Result<u32> {
        let Some(list) = self.list(stem)? else { return Ok(0) };
        match (list.doc_freq, list.forms.first()) {
            (0, Some(form)) => Ok(self.term(*form)?.map_or(0, |term| term.doc_freq)),
            (doc_freq, _) => Ok(doc_freq),
        }
    }
}

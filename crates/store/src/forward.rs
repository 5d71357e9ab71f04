//! The forward records of a segment's articles, in a file beside the segment's own; see [`svodka_text::forward`].
//!
//! The file is the records one behind the other, then where each begins and the last ends. A record depends on its
//! article alone, so merging copies them.

use crate::error::{Error, Result};
use crate::schema::Fields;
use rustc_hash::FxHashMap;
use std::{any::Any, io::Write, path::Path};
use svodka_text::forward::Forward;
use tantivy::{
    DocAddress, DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Searcher, Segment, SegmentPlugin,
    SegmentReader, TantivyDocument, TantivyError,
    directory::{OwnedBytes, TerminatingWrite, WritePtr},
    index::{SegmentComponent, SegmentId},
    indexer::doc_id_mapping::{DocIdMapping, MappingType},
    schema::{Field, Schema, Value, document::ErasedDocument},
};

/// Ending of the file's name.
const EXTENSION: &str = "forward";

/// Bytes of a record's place.
const PLACE: usize = 4;

fn component() -> SegmentComponent {
    SegmentComponent::Custom(EXTENSION.to_owned())
}

fn failed(what: &str) -> TantivyError {
    TantivyError::InternalError(format!("forward records: {what}"))
}

/// Writes the file for every segment; whoever writes to an index must register it.
pub struct ForwardPlugin;

impl SegmentPlugin for ForwardPlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        let (_, fields) = Fields::build();
        Ok(Box::new(ForwardWriter { field: fields.forward, records: Vec::new(), ends: Vec::new() }))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        if context.doc_id_mapping.mapping_type() == MappingType::Shuffled {
            return Err(failed("segments are not sorted"));
        }
        let mut file = File { out: context.target_segment.open_write(component())?, ends: Vec::new(), length: 0 };
        for reader in context.readers {
            let records = Records::open(reader)?.ok_or_else(|| failed("the parts of a file do not fit together"))?;
            for doc in reader.doc_ids_alive() {
                file.add(records.get(doc).ok_or_else(|| failed("a record is missing"))?)?;
            }
        }
        file.finish()
    }
}

/// A file being written.
struct File {
    out: WritePtr,
    ends: Vec<u32>,
    length: u32,
}

impl File {
    fn add(&mut self, record: &[u8]) -> tantivy::Result<()> {
        self.out.write_all(record)?;
        let length = u32::try_from(record.len()).ok().and_then(|length| self.length.checked_add(length));
        self.length = length.ok_or_else(|| failed("more than four gigabytes in one segment"))?;
        self.ends.push(self.length);
        Ok(())
    }

    fn finish(mut self) -> tantivy::Result<()> {
        for end in self.ends {
            self.out.write_all(&end.to_le_bytes())?;
        }
        Ok(self.out.terminate()?)
    }
}

/// Gathers the records of a segment in memory.
struct ForwardWriter {
    field: Field,
    records: Vec<u8>,
    ends: Vec<usize>,
}

impl PluginWriter for ForwardWriter {
    fn add_document(&mut self, _: DocId, document: &dyn ErasedDocument, _: &Schema) -> tantivy::Result<()> {
        let document = document.as_any().downcast_ref::<TantivyDocument>();
        let record = document.and_then(|document| document.get_first(self.field)).and_then(|value| value.as_bytes());
        self.records.extend(record.ok_or_else(|| failed("a document without one"))?);
        self.ends.push(self.records.len());
        Ok(())
    }

    fn serialize(self: Box<Self>, segment: &Segment, mapping: Option<&DocIdMapping>) -> tantivy::Result<()> {
        if mapping.is_some() {
            return Err(failed("segments are not sorted"));
        }
        let mut file = File { out: segment.open_write(component())?, ends: Vec::new(), length: 0 };
        let mut start = 0;
        for end in self.ends {
            file.add(self.records.get(start..end).unwrap_or_default())?;
            start = end;
        }
        file.finish()
    }

    fn mem_usage(&self) -> usize {
        self.records.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The records of one segment.
struct Records {
    bytes: OwnedBytes,
    ends: OwnedBytes,
}

impl Records {
    /// Opens the file; `None` if it is too short.
    fn open(reader: &SegmentReader) -> tantivy::Result<Option<Self>> {
        let bytes = reader.open_read(component())?.read_bytes()?;
        let places = reader.max_doc() as usize * PLACE;
        Ok(bytes.len().checked_sub(places).map(|at| bytes.split(at)).map(|(bytes, ends)| Self { bytes, ends }))
    }

    fn get(&self, doc: DocId) -> Option<&[u8]> {
        let ends = self.ends.as_chunks::<PLACE>().0;
        let end = |doc: usize| ends.get(doc).map(|end| u32::from_le_bytes(*end) as usize);
        let doc = doc as usize;
        let start = if doc == 0 { 0 } else { end(doc - 1)? };
        self.bytes.get(start..end(doc)?)
    }
}

/// The forward records of all segments of a view.
pub struct Forwards {
    segments: FxHashMap<SegmentId, Records>,
    generation: u64,
}

impl std::fmt::Debug for Forwards {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Forwards").field("generation", &self.generation).finish_non_exhaustive()
    }
}

impl Forwards {
    /// Opens the records of every segment of `searcher`, whose files lie in `folder`.
    ///
    /// # Errors
    /// A segment without its file, or a damaged one.
    pub fn open(searcher: &Searcher, folder: &Path) -> Result<Self> {
        let mut segments = FxHashMap::default();
        for reader in searcher.segment_readers() {
            let damaged = || {
                let name = format!("{}.{EXTENSION}", reader.segment_id().uuid_string());
                Error::damaged(folder.join(name), "its parts do not fit together")
            };
            segments.insert(reader.segment_id(), Records::open(reader)?.ok_or_else(damaged)?);
        }
        Ok(Self { segments, generation: searcher.generation().generation_id() })
    }

    /// Whether these records belong to the generation that `searcher` sees.
    #[must_use]
    pub fn is_of(&self, searcher: &Searcher) -> bool {
        self.generation == searcher.generation().generation_id()
    }

    /// The record of an article; `None` if it is damaged.
    #[must_use]
    pub fn get(&self, searcher: &Searcher, address: DocAddress) -> Option<Forward> {
        let segment = searcher.segment_reader(address.segment_ord).segment_id();
        Forward::decode(self.segments.get(&segment)?.get(address.doc_id)?)
    }
}

//! Tantivy's writer as this crate uses it: opened within the memory of a run, committed together with the catalogue.

use crate::{catalogue::Watermark, memory::WriterBuffers, merging::Bounded};
use serde::Serialize;
use std::path::Path;
use svodka_store::{
    Fields,
    error::{Error, Result},
    open::open_to_write,
    stories::StoriesMark,
};
use tantivy::{
    DocAddress, DocSet, IndexWriter, Searcher, TERMINATED, TantivyDocument, Term, indexer::IndexWriterOptions,
};

/// A writer for the segments in a folder; `memory` is that of the whole run, `files` the number that the run has to do
/// with.
pub(super) fn open_writer(segments: &Path, memory: usize, files: usize) -> Result<IndexWriter<TantivyDocument>> {
    let WriterBuffers { threads, per_thread } = WriterBuffers::of(memory, files);
    // One merge at a time: each takes memory, and merging keeps up with one thread.
    let options = IndexWriterOptions::builder()
        .num_worker_threads(threads)
        .memory_budget_per_thread(per_thread)
        .num_merge_threads(1)
        .build();
    let writer = open_to_write(segments)?.writer_with_options(options)?;
    writer.set_merge_policy(Box::<Bounded>::default());
    Ok(writer)
}

/// What the payload of a commit says.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(flatten)]
    mark: &'a Watermark,
    #[serde(flatten)]
    stories: &'a StoriesMark,
}

/// Commits everything written so far together with the catalogue up to `mark` and the stories.
pub(super) fn commit_with_marks(
    writer: &mut IndexWriter<TantivyDocument>,
    mark: &Watermark,
    stories: &StoriesMark,
) -> Result<()> {
    let payload = serde_json::to_string(&Payload { mark, stories }).map_err(|e| Error::Bug(e.to_string()))?;
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&payload);
    prepared.commit()?;
    Ok(())
}

/// The document of the article with this key.
pub(super) fn find(searcher: &Searcher, fields: Fields, key: u64) -> Result<Option<DocAddress>> {
    let term = Term::from_field_u64(fields.key, key);
    for (ordinal, segment) in (0u32..).zip(searcher.segment_readers()) {
        let index = segment.inverted_index(fields.key)?;
        let basic = tantivy::schema::IndexRecordOption::Basic;
        let postings = index.read_postings(&term, basic).map_err(tantivy::TantivyError::from)?;
        let Some(mut postings) = postings else { continue };
        while postings.doc() != TERMINATED {
            if !segment.is_deleted(postings.doc()) {
                return Ok(Some(DocAddress::new(ordinal, postings.doc())));
            }
            postings.advance();
        }
    }
    Ok(None)
}

//! The keys of the documents of a segment, read from their postings: they are indexed but not stored.

use crate::{
    Fields,
    error::{Error, Result},
};
use std::path::PathBuf;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyError, schema::IndexRecordOption};

/// What the catalogue knows the documents of a segment by.
#[derive(Debug)]
pub struct Keys {
    /// The file of the terms, for messages.
    file: PathBuf,
    /// 0 for a document without a key: no key is 0 but for one hash in 2⁶⁴.
    by_document: Vec<u64>,
}

impl Keys {
    /// The keys of a segment, eight bytes a document.
    ///
    /// # Errors
    /// Storage failures; a key that is not eight bytes.
    pub fn of(segment: &SegmentReader, fields: &Fields) -> Result<Self> {
        let file = PathBuf::from(format!("{}.term", segment.segment_id().uuid_string()));
        let mut by_document = vec![0; segment.max_doc() as usize];
        let index = segment.inverted_index(fields.key)?;
        let mut terms = index.terms().stream().map_err(TantivyError::from)?;
        while terms.advance() {
            // Numbers are indexed with their highest byte first.
            let Some(key) = terms.key().first_chunk().map(|bytes| u64::from_be_bytes(*bytes)) else {
                return Err(Error::damaged(file, "a key is cut off"));
            };
            let postings = index.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic);
            let mut postings = postings.map_err(TantivyError::from)?;
            while postings.doc() != TERMINATED {
                if let Some(place) = by_document.get_mut(postings.doc() as usize) {
                    *place = key;
                }
                postings.advance();
            }
        }
        Ok(Self { file, by_document })
    }

    /// The key of a document.
    ///
    /// # Errors
    /// A document without a key, which only a damaged index has.
    pub fn get(&self, document: DocId) -> Result<u64> {
        let key = self.by_document.get(document as usize).copied().filter(|key| *key != 0);
        key.ok_or_else(|| Error::damaged(&self.file, format!("document {document} has no key")))
    }
}

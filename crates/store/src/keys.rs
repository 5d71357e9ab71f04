//! The keys of the documents of a segment, read from their postings: they are indexed but not stored.

use crate::{Fields, error::Result};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyError, schema::IndexRecordOption};

/// What the catalogue knows the documents of a segment by.
#[derive(Debug)]
pub struct Keys {
    by_document: Vec<u64>,
}

impl Keys {
    /// The keys of a segment, eight bytes a document.
    ///
    /// # Errors
    /// Storage failures.
    pub fn of(segment: &SegmentReader, fields: &Fields) -> Result<Self> {
        let mut by_document = vec![0; segment.max_doc() as usize];
        let index = segment.inverted_index(fields.key)?;
        let mut terms = index.terms().stream().map_err(TantivyError::from)?;
        while terms.advance() {
            // Numbers are indexed with their highest byte first.
            let key = terms.key().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
            let postings = index.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic);
            let mut postings = postings.map_err(TantivyError::from)?;
            while postings.doc() != TERMINATED {
                if let Some(place) = by_document.get_mut(postings.doc() as usize) {
                    *place = key;
                }
                postings.advance();
            }
        }
        Ok(Self { by_document })
    }

    /// The key of a document; 0 for one that has none, which only a damaged index can cause.
    #[must_use]
    pub fn get(&self, document: DocId) -> u64 {
        self.by_document.get(document as usize).copied().unwrap_or(0)
    }
}

//! Finding words among the terms of a field by how they are written; by their stems: `stems.rs`.

use rustc_hash::FxHashSet;
use std::io;
use svodka_text::analyse::form;
use tantivy::{
    InvertedIndexReader, Searcher,
    postings::TermInfo,
    schema::{Field, IndexRecordOption},
};

/// Calls `sink` with every term of `index` that is `word`: of a word with capitals those written just so, of one
/// without whatever its capitals.
///
/// # Errors
/// Storage failures.
pub fn terms_of(index: &InvertedIndexReader, word: &str) -> io::Result<Vec<TermInfo>> {
    let folded = svodka_text::analyse::fold::folded(word);
    let mut found = Vec::new();
    let mut terms = index.terms().range().ge(folded.as_bytes()).lt(form::end_of(&folded)).into_stream()?;
    while terms.advance() {
        let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
        if folded == word || form::as_written(term) == word {
            found.push(terms.value().clone());
        }
    }
    Ok(found)
}

/// Document frequency of `word` in a field, see [`terms_of`], including deleted documents.
///
/// # Errors
/// Storage failures.
pub fn doc_freq(searcher: &Searcher, field: Field, word: &str) -> tantivy::Result<u64> {
    let mut sum = 0;
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(field)?;
        let terms = terms_of(&index, word)?;
        sum += match terms.as_slice() {
            [] => 0,
            [only] => u64::from(only.doc_freq),
            _ => {
                let mut docs = FxHashSet::default();
                for term in &terms {
                    let mut postings = index.read_block_postings_from_terminfo(term, IndexRecordOption::Basic)?;
                    while !postings.docs().is_empty() {
                        docs.extend(postings.docs().iter().copied());
                        postings.advance();
                    }
                }
                docs.len() as u64
            }
        };
    }
    Ok(sum)
}

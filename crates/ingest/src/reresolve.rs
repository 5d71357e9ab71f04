//! Applies a changed gazetteer to the stored articles, without reading a file again.
//!
//! Corrections of names need only the stored article. Names that are now recognised differently need the text too, but
//! only of the articles that contain their words: those are extracted again. The result is that of a rebuild.

use rustc_hash::FxHashSet;
use std::path::Path;
use svodka_model::article::Article;
use svodka_store::error::{Error, Result};
use svodka_store::{Fields, Keys, StoredArticle, stems::Stems};
use svodka_text::{
    analyse::{Analysis, stem::Stemmer},
    extract::{Extractor, Scratch, corrections::correct},
    names::{Gazetteer, Lexicon},
};
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED, TantivyDocument, schema::IndexRecordOption};

/// The index whose articles are to be corrected.
pub(super) struct Source<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) fields: &'a Fields,
    /// The folder of its segments.
    pub(super) folder: &'a Path,
}

/// The text of a gazetteer before and after a change.
pub(super) struct GazetteerChange<'a> {
    pub(super) old: &'a str,
    pub(super) new: &'a str,
}

/// Hands on every article that the new gazetteer makes different, with its key and its stored form; `lexicon` includes it.
///
/// # Errors
/// Storage failures, and those of `replace`.
pub(super) fn reresolve(
    source: &Source<'_>,
    gazetteer: &GazetteerChange<'_>,
    lexicon: &Lexicon,
    replace: &mut dyn FnMut(u64, &Article, &StoredArticle) -> Result<()>,
) -> Result<()> {
    // The old text was checked when it was applied, by the same dictionaries: others would have upgraded the index first.
    let read = |text: &str| Gazetteer::parse("gazetteer.toml", text, Lexicon::bundled());
    let names = read(gazetteer.new)?.recognised_otherwise(&read(gazetteer.old)?);
    let to_extract = with_any_name(source, &names)?;
    let extractor = Extractor::new(lexicon);
    let mut scratch = Scratch::default();
    for (segment, reader) in (0..).zip(source.searcher.segment_readers()) {
        let store = reader.get_store_reader(1).map_err(|e| Error::io(source.folder, e))?;
        let keys = Keys::of(reader, source.fields)?;
        for doc in reader.doc_ids_alive() {
            let document: TantivyDocument = store.get(doc)?;
            let damaged = || Error::damaged(source.folder, format!("document {doc} of segment {segment}"));
            let stored = StoredArticle::of_document(&document, source.fields).ok_or_else(damaged)?;
            let mut article = stored.decode().ok_or_else(damaged)?;
            if to_extract.contains(&DocAddress::new(segment, doc)) {
                article = extractor.re_extract(article, &mut scratch);
            } else {
                correct(&mut article, lexicon.corrections());
            }
            let corrected = StoredArticle::new(&article, stored.metadata.clone())?;
            if corrected != stored {
                replace(keys.get(doc)?, &article, &corrected)?;
            }
        }
    }
    Ok(())
}

/// The documents that contain all words of one of the names.
fn with_any_name(source: &Source<'_>, names: &[String]) -> Result<FxHashSet<DocAddress>> {
    let stems = Stems::open(source.searcher, source.folder)?;
    let mut found = FxHashSet::default();
    for name in names {
        let each = words(name).into_iter().map(|word| with_word(source, &stems, &word));
        let each: Vec<FxHashSet<DocAddress>> = each.collect::<Result<_>>()?;
        if let Some((first, others)) = each.split_first() {
            found.extend(first.iter().filter(|doc| others.iter().all(|other| other.contains(doc))));
        }
    }
    Ok(found)
}

/// The stems of each word of a name.
fn words(name: &str) -> Vec<Vec<String>> {
    let stemmer = Stemmer::default();
    let analysis = Analysis::new(name);
    let parts = (0..analysis.tokens.len()).flat_map(|token| {
        let word = analysis.word(token);
        word.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
    });
    parts.map(|part| stemmer.terms(part, false).iter().map(str::to_owned).collect()).collect()
}

/// The documents with a word that has one of these stems, in headline or text.
fn with_word(source: &Source<'_>, stems: &Stems, word: &[String]) -> Result<FxHashSet<DocAddress>> {
    let mut found = FxHashSet::default();
    for (segment, reader) in (0..).zip(source.searcher.segment_readers()) {
        for field in [source.fields.title, source.fields.text] {
            let index = reader.inverted_index(field)?;
            for term in stems.terms(reader, field, word).map_err(tantivy::TantivyError::from)? {
                let postings = index.read_postings_from_terminfo(&term, IndexRecordOption::Basic);
                let mut postings = postings.map_err(tantivy::TantivyError::from)?;
                while postings.doc() != TERMINATED {
                    if !reader.is_deleted(postings.doc()) {
                        found.insert(DocAddress::new(segment, postings.doc()));
                    }
                    postings.advance();
                }
            }
        }
    }
    Ok(found)
}

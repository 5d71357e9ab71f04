//! The stored articles under a changed gazetteer, without reading a file again.
//!
//! Corrections of names need the stored article only. What is to be recognised otherwise needs the text too, but only
//! of the articles that hold its words: those are extracted anew. The result is what a rebuild would give.

use rustc_hash::FxHashSet;
use svodka_model::article::Article;
use svodka_store::error::{Error, Result};
use svodka_store::{Fields, document, stems::Stems};
use svodka_text::{
    analyse::{Analysis, stem::Stemmer},
    extract::{Extractor, Scratch, corrections::correct},
    names::{Gazetteer, Lexicon},
};
use tantivy::{
    DocAddress, DocSet, Searcher, TERMINATED, TantivyDocument,
    schema::{IndexRecordOption, Value},
};

/// Hands on every article of `searcher` that the gazetteer `text` makes another than `old` did; `lexicon` is the one
/// to extract with now.
///
/// # Errors
/// Storage failures, and those of `replace`.
pub(super) fn reresolve(
    searcher: &Searcher,
    fields: &Fields,
    [old, new]: [&str; 2],
    lexicon: &Lexicon,
    replace: &mut dyn FnMut(&Article) -> Result<()>,
) -> Result<()> {
    // What was applied was checked then; if dictionaries have changed since, the index is refused before.
    let read = |text: &str| Gazetteer::parse("gazetteer.toml", text, Lexicon::bundled());
    let names = read(new)?.recognised_otherwise(&read(old)?);
    let to_extract = holding(searcher, fields, &names)?;
    let extractor = Extractor::new(lexicon);
    let mut scratch = Scratch::default();
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        let store = reader.get_store_reader(1).map_err(|e| Error::io("index", e))?;
        for doc in reader.doc_ids_alive() {
            let stored: TantivyDocument = store.get(doc)?;
            let bytes = stored.get_first(fields.article).and_then(|value| value.as_bytes());
            let bytes = bytes.ok_or_else(|| Error::Bug("document without article".into()))?;
            let mut article = document::decode_article(bytes)?;
            if to_extract.contains(&DocAddress::new(segment, doc)) {
                article = extractor.re_extract(article, &mut scratch);
            } else {
                correct(&mut article, lexicon.corrections());
            }
            if document::encode_article(&article)? != bytes {
                replace(&article)?;
            }
        }
    }
    Ok(())
}

/// The documents that hold all words of one of the names.
fn holding(searcher: &Searcher, fields: &Fields, names: &[String]) -> Result<FxHashSet<DocAddress>> {
    let stems = Stems::open(searcher)?;
    let mut found = FxHashSet::default();
    for name in names {
        let each = words(name).into_iter().map(|word| holding_word(searcher, fields, &stems, &word));
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
fn holding_word(searcher: &Searcher, fields: &Fields, stems: &Stems, word: &[String]) -> Result<FxHashSet<DocAddress>> {
    let mut found = FxHashSet::default();
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        for field in [fields.title, fields.text] {
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

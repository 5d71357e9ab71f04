//! The stored articles under a changed gazetteer, without reading a file again.
//!
//! Corrections of names need the stored article only. What is to be recognised otherwise needs the text too, but only
//! of the articles that hold its words: those are extracted anew. The result is what a rebuild would give.

use super::{Fields, document};
use crate::{
    analyse::{Analysis, stem::Stemmer},
    article::Article,
    error::{Error, Result},
    extract::{Extractor, Scratch, corrections::correct},
    names::{Gazetteer, Lexicon},
};
use rustc_hash::FxHashSet;
use tantivy::{
    DocAddress, Searcher, TantivyDocument, Term,
    collector::DocSetCollector,
    query::{BooleanQuery, Query, TermQuery},
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
                article = extractor.again(article, &mut scratch);
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
    let mut found = FxHashSet::default();
    for name in names {
        let words = words(fields, name);
        if !words.is_empty() {
            found.extend(searcher.search(&BooleanQuery::intersection(words), &DocSetCollector)?);
        }
    }
    Ok(found)
}

/// A query for each word of a name: any of its terms, in headline or text.
fn words(fields: &Fields, name: &str) -> Vec<Box<dyn Query>> {
    let stemmer = Stemmer::default();
    let analysis = Analysis::new(name);
    let parts = (0..analysis.tokens.len()).flat_map(|token| {
        let word = analysis.word(token);
        word.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
    });
    let query = |part: &str| -> Box<dyn Query> {
        let mut terms: Vec<Box<dyn Query>> = Vec::new();
        stemmer.each_term(part, false, &mut |term| {
            for field in [fields.title, fields.text] {
                let term = Term::from_field_text(field, term);
                terms.push(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
            }
        });
        Box::new(BooleanQuery::union(terms))
    };
    parts.map(query).collect()
}

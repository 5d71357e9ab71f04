//! Resolving: from a name as a person types it to the facet values of this index.

use super::suggest;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use svodka_model::error::InputError;
use svodka_store::{Facet, FacetValue, error::Result};
use svodka_text::{analyse::fold::fold, names::Lexicon};
use tantivy::Searcher;

/// How many suggestions an unknown name gets.
const SUGGESTIONS: usize = 3;

/// Finds facet values by any of their names, in any case form.
pub struct Resolver<'a> {
    searcher: &'a Searcher,
    lexicon: &'a Lexicon,
    /// Whether a name of nothing in the index means no value, instead of being an error.
    allows_unknown: bool,
    /// What was resolved before: a name that no dictionary knows is looked for among all values.
    known: RefCell<FxHashMap<(Facet, String), Vec<String>>>,
}

impl<'a> Resolver<'a> {
    /// A resolver over one view of an index.
    #[must_use]
    pub fn new(searcher: &'a Searcher, lexicon: &'a Lexicon) -> Self {
        Self { searcher, lexicon, allows_unknown: false, known: RefCell::default() }
    }

    /// The same resolver, for which a name of nothing in the index means no value: an archive may come to hold what a
    /// saved search asks for.
    #[must_use]
    pub fn allowing_unknown(self) -> Self {
        Self { allows_unknown: true, ..self }
    }

    /// The index terms of the values that `name` means: by dictionary alias, else by the value's own name in any
    /// case form, else by the surname of exactly one value.
    ///
    /// # Errors
    /// [`InputError::UnknownValue`], with the nearest values.
    pub fn resolve(&self, facet: Facet, name: &str) -> Result<Vec<String>> {
        let key = (facet, name.to_owned());
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(known.clone());
        }
        let terms = self.look_up(facet, name)?;
        self.known.borrow_mut().insert(key, terms.clone());
        Ok(terms)
    }

    fn look_up(&self, facet: Facet, name: &str) -> Result<Vec<String>> {
        let canonical = self.lexicon.resolve(name).map_or(name, |entry| entry.name.as_str());
        let exact = self.exact(facet, canonical)?;
        if !exact.is_empty() {
            return Ok(exact);
        }
        let wanted = comparable(name);
        let mut same = Vec::new();
        let mut by_last_word: Vec<String> = Vec::new();
        let mut all: Vec<String> = Vec::new();
        self.each_value(facet, &mut |term| {
            let value = FacetValue::from_term(term);
            let shown = comparable(&value.name);
            if shown == wanted {
                same.push(term.to_owned());
            } else if !wanted.contains(' ') && shown.rsplit(' ').next() == Some(wanted.as_str()) {
                by_last_word.push(term.to_owned());
            }
            all.push(value.name);
        })?;
        if !same.is_empty() {
            return Ok(same);
        }
        by_last_word.sort_unstable();
        by_last_word.dedup();
        let mut suggestions: Vec<String> = by_last_word.iter().map(|t| FacetValue::from_term(t).name).collect();
        suggestions.dedup();
        if suggestions.len() == 1 {
            return Ok(by_last_word);
        }
        if self.allows_unknown {
            return Ok(Vec::new());
        }
        let entries = all.iter().filter_map(|value| self.lexicon.named(value));
        let aliases = entries.flat_map(|entry| entry.aliases.iter().map(|alias| alias.text.as_str()));
        suggestions.extend(suggest::nearest(name, all.iter().map(String::as_str).chain(aliases), SUGGESTIONS));
        suggestions.dedup();
        suggestions.truncate(SUGGESTIONS);
        Err(InputError::UnknownValue { facet: facet.name(), value: name.to_owned(), suggestions }.into())
    }

    /// The terms of the values called exactly `name`, of whatever kind.
    fn exact(&self, facet: Facet, name: &str) -> Result<Vec<String>> {
        let mut terms = Vec::new();
        let prefix = svodka_store::term_prefix(name);
        for segment in self.searcher.segment_readers() {
            let Some(column) = segment.fast_fields().str(facet.name())? else { continue };
            if column.dictionary().term_ord(name)?.is_some() {
                terms.push(name.to_owned());
            }
            let mut kinds = column.dictionary().prefix_range(&prefix).into_stream()?;
            while kinds.advance() {
                terms.extend(std::str::from_utf8(kinds.key()).map(str::to_owned));
            }
        }
        terms.sort_unstable();
        terms.dedup();
        Ok(terms)
    }

    fn each_value(&self, facet: Facet, sink: &mut dyn FnMut(&str)) -> Result<()> {
        for segment in self.searcher.segment_readers() {
            let Some(column) = segment.fast_fields().str(facet.name())? else { continue };
            let mut terms = column.dictionary().stream()?;
            while terms.advance() {
                if let Ok(term) = std::str::from_utf8(terms.key()) {
                    sink(term);
                }
            }
        }
        Ok(())
    }
}

/// A name with everything aside that a person may type differently: case, ё, quotes, endings.
fn comparable(name: &str) -> String {
    let stemmer = svodka_text::analyse::stem::Stemmer::default();
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|word| {
        let mut main = None;
        stemmer.each_term(word, false, &mut |term| {
            main.get_or_insert_with(|| term.to_owned());
        });
        main.unwrap_or_else(|| fold(word))
    });
    words.collect::<Vec<_>>().join(" ")
}

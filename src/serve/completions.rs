//! Completing what is being typed: actors, outlets, think tanks and sources by any word of their names or by an
//! alias, and words of the archive.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use svodka_search::{Filters, Request, SearchEngine};
use svodka_store::{Facet, FacetValue, Stems, error::Result};
use svodka_text::{
    analyse::{fold::fold, form, stem::Stemmer},
    names::Lexicon,
};
use tantivy::{Searcher, schema::Field};
use utoipa::ToSchema;

/// The facets whose values complete what is typed, in the order they are shown.
const FACETS: [Facet; 4] = [Facet::Actor, Facet::Outlet, Facet::ThinkTank, Facet::Cited];

/// Words shorter than this are not completed: anything would do.
const SHORTEST: usize = 2;

/// Most dictionary entries looked at for one word: the first letters of a common name have thousands.
const SCANNED: usize = 50_000;

/// One way to complete what is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Completion {
    /// `word`, or the facet of the value.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "think_tank")]
    what: &'static str,
    /// The word or the value's name.
    value: String,
    /// What the value is: `person`, `think_tank`…
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    /// The other name that was typed, if it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    /// Articles that have it.
    count: u64,
}

/// The values of the facets, ready to be found by their beginnings.
pub struct Completions {
    values: Vec<Completion>,
    /// Folded beginnings at each word of each name, sorted, with the number of the value and of its alias.
    starts: Vec<(Box<str>, u32, Option<Box<str>>)>,
}

impl Completions {
    /// Gathers every value of the index with its names in `lexicon`.
    ///
    /// # Errors
    /// Storage failures.
    pub(super) fn gather(engine: &SearchEngine<'_>, lexicon: &Lexicon) -> Result<Self> {
        let request = Request {
            limit: 0,
            facets: FACETS.to_vec(),
            facet_size: usize::MAX,
            filters: Filters::default(),
            ..Request::default()
        };
        let mut gathered = Self { values: Vec::new(), starts: Vec::new() };
        let mut think_tanks: FxHashSet<String> = FxHashSet::default();
        for counts in engine.search(&request)?.facets {
            for (value, count) in counts.values {
                if counts.facet == Facet::ThinkTank {
                    think_tanks.insert(value.name.clone());
                } else if counts.facet == Facet::Cited && think_tanks.contains(&value.name) {
                    continue;
                }
                gathered.add(counts.facet, value, count, lexicon);
            }
        }
        gathered.starts.sort_unstable();
        Ok(gathered)
    }

    fn add(&mut self, facet: Facet, value: FacetValue, count: u64, lexicon: &Lexicon) {
        let Ok(number) = u32::try_from(self.values.len()) else { return };
        for start in word_starts(&fold(&value.name)) {
            self.starts.push((start.into(), number, None));
        }
        let aliases = lexicon.named(&value.name).map_or(&[][..], |entry| &entry.aliases);
        for alias in aliases.iter().filter(|alias| alias.text != value.name) {
            // Of an alias only the beginning counts, else one name would be found in too many ways.
            self.starts.push((fold(&alias.text).into(), number, Some(alias.text.as_str().into())));
        }
        self.values.push(Completion { what: facet.name(), value: value.name, kind: value.kind, alias: None, count });
    }

    /// At most `limit` values of each facet that `typed` begins, most articles first.
    #[must_use]
    pub fn complete(&self, typed: &str, limit: usize) -> Vec<Completion> {
        let typed = fold(typed.trim());
        let first = self.starts.partition_point(|(start, ..)| **start < *typed);
        let begun = self.starts.iter().skip(first).take_while(|(start, ..)| start.starts_with(&typed));
        let mut found: FxHashMap<u32, Option<&str>> = FxHashMap::default();
        for (_, number, alias) in begun.take(SCANNED) {
            let known = found.entry(*number).or_insert(alias.as_deref());
            if alias.is_none() {
                *known = None;
            }
        }
        let mut out: Vec<Completion> = Vec::new();
        for facet in FACETS {
            let of_facet = found.iter().filter_map(|(number, alias)| {
                let value = self.values.get(*number as usize).filter(|value| value.what == facet.name())?;
                Some(Completion { alias: alias.map(str::to_owned), ..value.clone() })
            });
            let mut values: Vec<Completion> = of_facet.collect();
            values.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
            values.truncate(limit);
            out.append(&mut values);
        }
        out
    }
}

/// A folded name from each of its words on.
pub(super) fn word_starts(name: &str) -> impl Iterator<Item = &str> {
    let mut before = ' ';
    name.char_indices().filter_map(move |(at, c)| {
        let starts = c.is_alphanumeric() && !before.is_alphanumeric();
        before = c;
        if starts { name.get(at..) } else { None }
    })
}

/// At most `limit` words of the archive that begin with `typed`, most frequent first. Of the forms of one word only the
/// most frequent is given, for all are found by it; the count is that of the articles it finds.
///
/// # Errors
/// Storage failures.
pub(super) fn words(
    searcher: &Searcher,
    (field, stems): (Field, &Stems),
    typed: &str,
    limit: usize,
) -> Result<Vec<Completion>> {
    let typed = fold(typed.trim());
    if typed.chars().count() < SHORTEST || typed.chars().any(char::is_whitespace) {
        return Ok(Vec::new());
    }
    let mut counts: FxHashMap<String, u64> = FxHashMap::default();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().range().ge(&typed).into_stream()?;
        let mut scanned = 0;
        while terms.advance() && terms.key().starts_with(typed.as_bytes()) && scanned < SCANNED {
            scanned += 1;
            // Small or with capitals, it is the same word.
            let Ok(word) = std::str::from_utf8(terms.key()).map(form::folded) else { continue };
            if word.chars().all(char::is_alphanumeric) {
                *counts.entry(word.to_owned()).or_default() += u64::from(terms.value().doc_freq);
            }
        }
    }
    let mut forms: Vec<(String, u64)> = counts.into_iter().collect();
    forms.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let stemmer = Stemmer::default();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut words: Vec<Completion> = Vec::new();
    for (value, count) in forms {
        if words.len() >= limit {
            break;
        }
        let stem = stemmer.terms(&value, false).main().to_owned();
        let found = stems.doc_freq(field, &stem).map_err(tantivy::TantivyError::from)?;
        if seen.insert(stem) {
            words.push(Completion { what: "word", value, kind: String::new(), alias: None, count: found.max(count) });
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::word_starts;

    #[test]
    fn every_word_of_a_name_is_a_start() {
        let starts: Vec<&str> = word_starts("чатем-хаус «лондон»").collect();
        assert_eq!(starts, ["чатем-хаус «лондон»", "хаус «лондон»", "лондон»"]);
    }
}

//! Completing what is being typed: actors, outlets, think tanks and sources by any word of their names or by an
//! alias, and words of the archive.

use super::{Request, SearchEngine};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use svodka_store::{Facet, FacetValue, error::Result};
use svodka_text::{
    analyse::{fold::fold, form},
    names::Lexicon,
};

/// The facets whose values complete what is typed, in the order they are shown.
const FACETS: [Facet; 4] = [Facet::Actor, Facet::Outlet, Facet::ThinkTank, Facet::Cited];

/// Shortest beginning of a word that is completed, in letters: less fits nearly everything.
const SHORTEST: usize = 2;

/// Maximum number of dictionary entries scanned for one beginning: the first letters of a common name have thousands.
const SCANNED: usize = 50_000;

/// One way to complete what is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Completion {
    /// `word`, or the facet of the value.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "think_tank"))]
    pub what: &'static str,
    /// The word or the value's name.
    pub value: String,
    /// What the value is: `person`, `think_tank`…
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The other name that was typed, if it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Articles that have it.
    pub count: u64,
}

/// The values of the facets of one generation of the index, ready to be found by their beginnings.
pub struct Completions {
    values: Vec<Completion>,
    /// Sorted by text.
    starts: Vec<Start>,
}

/// A beginning by which a value is found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    /// A folded name or alias, from one of its words on.
    text: Box<str>,
    /// The number of the value.
    value: u32,
    /// The alias, if it is one.
    alias: Option<Box<str>>,
}

impl Completions {
    /// Gathers every value of the index with the names that the engine's dictionaries know for it.
    ///
    /// # Errors
    /// Storage failures.
    pub fn gather(engine: &SearchEngine<'_>) -> Result<Self> {
        let request = Request { limit: 0, facets: FACETS.to_vec(), facet_size: usize::MAX, ..Request::default() };
        let mut gathered = Self { values: Vec::new(), starts: Vec::new() };
        let mut think_tanks: FxHashSet<String> = FxHashSet::default();
        for counts in engine.search(&request)?.facets {
            for (value, count) in counts.values {
                if counts.facet == Facet::ThinkTank {
                    think_tanks.insert(value.name.clone());
                } else if counts.facet == Facet::Cited && think_tanks.contains(&value.name) {
                    continue;
                }
                gathered.add(counts.facet, value, count, engine.lexicon);
            }
        }
        gathered.starts.sort_unstable();
        Ok(gathered)
    }

    fn add(&mut self, facet: Facet, value: FacetValue, count: u64, lexicon: &Lexicon) {
        let Ok(number) = u32::try_from(self.values.len()) else { return };
        for start in word_starts(&fold(&value.name)) {
            self.starts.push(Start { text: start.into(), value: number, alias: None });
        }
        let aliases = lexicon.named(&value.name).map_or(&[][..], |entry| &entry.aliases);
        for alias in aliases.iter().filter(|alias| alias.text != value.name) {
            // Of an alias only the beginning counts, else one name would be found in too many ways.
            let own = Some(alias.text.as_str().into());
            self.starts.push(Start { text: fold(&alias.text).into(), value: number, alias: own });
        }
        self.values.push(Completion { what: facet.name(), value: value.name, kind: value.kind, alias: None, count });
    }

    /// At most `limit` values of each facet that `typed` begins, most articles first.
    #[must_use]
    pub fn complete(&self, typed: &str, limit: usize) -> Vec<Completion> {
        let typed = fold(typed.trim());
        let first = self.starts.partition_point(|start| *start.text < *typed);
        let begun = self.starts.iter().skip(first).take_while(|start| start.text.starts_with(&typed));
        let mut found: FxHashMap<u32, Option<&str>> = FxHashMap::default();
        for start in begun.take(SCANNED) {
            let known = found.entry(start.value).or_insert(start.alias.as_deref());
            if start.alias.is_none() {
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
fn word_starts(name: &str) -> impl Iterator<Item = &str> {
    let mut before = ' ';
    name.char_indices().filter_map(move |(at, c)| {
        let starts = c.is_alphanumeric() && !before.is_alphanumeric();
        before = c;
        if starts { name.get(at..) } else { None }
    })
}

impl SearchEngine<'_> {
    /// At most `limit` words of the archive that begin with `typed`, most frequent first. Of the forms of one word only
    /// the most frequent is given, for all are found by it; the count is that of the articles it finds.
    ///
    /// # Errors
    /// Storage failures.
    pub fn complete_word(&self, typed: &str, limit: usize) -> Result<Vec<Completion>> {
        let typed = fold(typed.trim());
        if typed.chars().count() < SHORTEST || typed.chars().any(char::is_whitespace) {
            return Ok(Vec::new());
        }
        let mut counts: FxHashMap<String, u64> = FxHashMap::default();
        let field = self.index.fields().text;
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut terms = index.terms().range().ge(&typed).into_stream()?;
            let mut scanned = 0;
            while terms.advance() && terms.key().starts_with(typed.as_bytes()) && scanned < SCANNED {
                scanned += 1;
                // A word is the same with and without capitals.
                let Ok(word) = std::str::from_utf8(terms.key()).map(form::folded) else { continue };
                if word.chars().all(char::is_alphanumeric) {
                    *counts.entry(word.to_owned()).or_default() += u64::from(terms.value().doc_freq);
                }
            }
        }
        let mut forms: Vec<(String, u64)> = counts.into_iter().collect();
        forms.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let stems = self.index.stems(&self.searcher)?;
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let mut words: Vec<Completion> = Vec::new();
        for (value, count) in forms {
            if words.len() >= limit {
                break;
            }
            let stem = self.stemmer.terms(&value, false).main().to_owned();
            let found = stems.doc_freq(field, &stem).map_err(tantivy::TantivyError::from)?;
            if seen.insert(stem) {
                words.push(Completion {
                    what: "word",
                    value,
                    kind: String::new(),
                    alias: None,
                    count: found.max(count),
                });
            }
        }
        Ok(words)
    }
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

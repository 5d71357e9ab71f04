//! The words of a query as the second stage of ranking sees them: their stems by hash, and stems like them.

use crate::{ast::Node, bm25::idf, compile::parts};
use rustc_hash::FxHashMap;
use svodka_store::{Fields, Stems, error::Result};
use svodka_text::{
    analyse::{form, stem::Stemmer},
    forward::{hash, rarity, related, vector::Projected},
};
use tantivy::{Searcher, TantivyError};

/// Words that are looked at; more make a text, not a query.
const MOST_WORDS: usize = 48;

/// Letters that derived words begin with together, at least, and as a share of the longer stem.
const COMMON_LETTERS: usize = 4;
const COMMON_SHARE: f32 = 0.55;

/// Letters of a stem that are compared.
const COMPARED: usize = 16;

/// Stems that begin alike and are looked at, for each word: bounds the work in a large archive.
const MOST_ALIKE: usize = 4_000;

/// Most that a stem like a word can count of the word itself.
const MOST_LIKE: f32 = 0.95;

/// How a translation's probability becomes a likeness.
const TRANSLATED: f32 = 1.5;

/// A word of the query.
#[derive(Clone, Debug)]
pub(super) struct QueryWord {
    /// As typed.
    pub(super) text: String,
    /// Inverse document frequency of its most frequent stem.
    pub(super) idf: f32,
    /// Whether it has a capital and is not the first word.
    pub(super) is_name: bool,
}

/// What a stem has to do with a word of the query.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// Number of the word.
    pub(super) word: usize,
    /// The stem, for explanations.
    pub(super) stem: String,
    /// 1 for a stem of the word itself; else how much of it begins like the word's.
    pub(super) family: f32,
    /// Probability that the word stands for the stem.
    pub(super) translated: f32,
}

impl Link {
    /// Whether the stem is one of the word's own.
    pub(super) fn is_own(&self) -> bool {
        self.family >= 1.0
    }

    /// How much the stem counts of the word.
    pub(super) fn likeness(&self) -> f32 {
        self.family.max(self.translated * TRANSLATED).min(MOST_LIKE)
    }
}

/// The words of a query.
#[derive(Debug, Default)]
pub(super) struct QueryWords {
    pub(super) words: Vec<QueryWord>,
    /// By the hash of a stem, what it has to do with which words.
    pub(super) links: FxHashMap<u32, Vec<Link>>,
    /// What the words mean together.
    pub(super) vector: Option<Projected>,
}

/// The words of a query of plain words alone; `None` for one with a phrase, an exact form or an operator in it, which is
/// never softened. Filters and what is excluded do not count.
pub(super) fn plain_words(node: &Node) -> Option<Vec<&str>> {
    match node {
        Node::Word(word) => Some(vec![word.as_str()]),
        Node::Facet(..) | Node::Date(_) | Node::Language(_) | Node::Not(_) => Some(Vec::new()),
        Node::And(nodes) | Node::Or(nodes) => {
            nodes.iter().try_fold(Vec::new(), |words, node| Some([words, plain_words(node)?].concat()))
        }
        _ => None,
    }
}

/// Where stems are counted.
pub(crate) struct Archive<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) stems: &'a Stems,
    pub(crate) fields: &'a Fields,
    pub(crate) stemmer: &'a Stemmer,
}

impl Archive<'_> {
    /// The words of a query, with the stems like them that the archive has.
    pub(super) fn words(&self, typed: &[&str]) -> Result<QueryWords> {
        let mut words = QueryWords::default();
        let mut sum = Projected::ZERO;
        let mut has_vector = false;
        let parts = typed.iter().flat_map(|word| parts(word));
        for (at, text) in parts.take(MOST_WORDS).enumerate() {
            let terms = self.stemmer.terms(&text, false);
            let stems: Vec<&str> = terms.iter().filter(|stem| !rarity::is_frequent(stem)).collect();
            let is_known = |stem: &&str| words.links.get(&hash(stem)).is_some_and(|links| links.iter().any(Link::is_own));
            if stems.is_empty() || stems.iter().all(is_known) {
                continue;
            }
            let idf = self.idf(&stems)?;
            let mut term = String::new();
            form::push(&text, &mut term);
            if let Some(vector) = Projected::of_word(form::folded(&term)) {
                sum.add(&vector, idf);
                has_vector = true;
            }
            let word = words.words.len();
            self.link(word, &stems, &mut words.links);
            let is_name = at > 0 && text.starts_with(char::is_uppercase);
            words.words.push(QueryWord { text, idf, is_name });
        }
        words.vector = has_vector.then_some(sum);
        Ok(words)
    }

    fn idf(&self, stems: &[&str]) -> Result<f32> {
        let mut holding = 0;
        for stem in stems {
            for field in [self.fields.title, self.fields.text] {
                holding = holding.max(self.stems.doc_freq(field, stem).map_err(TantivyError::from)?);
            }
        }
        let articles = self.searcher.num_docs();
        Ok(idf(holding.min(articles), articles))
    }

    /// Adds the stems of a word and those like them.
    fn link(&self, word: usize, stems: &[&str], links: &mut FxHashMap<u32, Vec<Link>>) {
        let mut add = |stem: &str, family: f32, translated: f32| {
            let links = links.entry(hash(stem)).or_default();
            match links.iter_mut().find(|link| link.word == word) {
                Some(link) => {
                    link.family = link.family.max(family);
                    link.translated = link.translated.max(translated);
                }
                None => links.push(Link { word, stem: stem.to_owned(), family, translated }),
            }
        };
        for stem in stems {
            for (other, probability) in related::to(stem) {
                add(other, 0.0, *probability);
            }
            let Some(prefix) = family_prefix(stem) else { continue };
            let mut looked = 0;
            self.stems.each_with_prefix(prefix, &mut |other| {
                if let Some(likeness) = family(stem, other).filter(|_| !rarity::is_frequent(other)) {
                    add(other, likeness.min(MOST_LIKE), 0.0);
                }
                looked += 1;
                looked < MOST_ALIKE
            });
        }
        stems.iter().for_each(|stem| add(stem, 1.0, 1.0));
    }
}

/// What all stems of a stem's family begin with; `None` for one without a family: short, or with digits in it.
fn family_prefix(stem: &str) -> Option<&str> {
    let length = stem.chars().count().min(COMPARED);
    let common = ((length as f32 * COMMON_SHARE).ceil() as usize).max(COMMON_LETTERS);
    let end = stem.char_indices().nth(common).map_or(stem.len(), |(at, _)| at);
    (length >= common && stem.chars().all(char::is_alphabetic)).then(|| stem.get(..end)).flatten()
}

/// How much of the longer of two stems they begin with together, if that is enough for words derived from one another:
/// «арест», «арестова».
fn family(a: &str, b: &str) -> Option<f32> {
    let common = a.chars().zip(b.chars()).take(COMPARED).take_while(|(a, b)| a == b).count();
    let longer = a.chars().count().max(b.chars().count()).min(COMPARED);
    let share = common as f32 / longer.max(1) as f32;
    (a != b && common >= COMMON_LETTERS && share >= COMMON_SHARE).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::{family, family_prefix, plain_words};
    use crate::parse;

    #[test]
    fn families_begin_alike() {
        assert_eq!(family("арест", "арестова"), Some(5.0 / 8.0));
        assert_eq!(family("арест", "арест"), None, "the word itself is no relation");
        assert_eq!(family("арест", "арена"), None);
        assert_eq!(family_prefix("арестова"), Some("арест"));
        assert_eq!(family_prefix("суд"), None);
        assert_eq!(family_prefix("2025год"), None);
    }

    #[test]
    fn only_plain_words_are_softened() {
        for (query, words) in [
            ("арест вулканолога", Some(vec!["арест", "вулканолога"])),
            ("арест OR суд", Some(vec!["арест", "суд"])),
            ("арест вулканолога -Камчатка outlet:ТАСС", Some(vec!["арест", "вулканолога"])),
            ("=арест вулканолога", None),
            ("\"арест вулканолога\"", None),
            ("арест* вулканолога", None),
            ("title:арест вулканолога", None),
        ] {
            assert_eq!(plain_words(&parse(query, false).unwrap()), words, "{query}");
        }
    }
}

//! The second stage of ranking: the best hits of BM25 are ordered again by what a look at their forward records tells.
//!
//! BM25 sees only the words that were typed. Here a word that is missing counts for a part where a word like it stands:
//! one derived from the same root («арестовали», «арест»), or one that headlines put for it («COVID-19», «коронавирус»).
//! Besides, it counts what stands in the beginning, what the words mean together, and what the best hits have in common.
//! Only queries of two or more plain words are looked at again: a phrase, an exact form or an operator says what is meant.

mod weights;
mod words;

use crate::ast::Node;
use rustc_hash::FxHashMap;
use svodka_store::{Forwards, error::Result};
use svodka_text::forward::{Entry, Forward, Zone, vector::Projected};
use tantivy::{DocAddress, Score, Searcher};
use weights::{Feature, TABLE, addition};
pub use weights::{FEATURES, Features, names};
pub(super) use words::Archive;
use words::{Link, QueryWords, plain_words};

/// Hits that are ordered again. 50 do nearly as well, 200 no better.
pub const DEPTH: usize = 100;

/// Best hits whose words and meaning are averaged, and how fast their weight falls: by *e* for each such share of the
/// best score.
const BEST: usize = 10;
const FALL: f32 = 0.1;

/// Smoothing of the translation model: weight of the lead, and words of an average lead for each occurrence of a word.
const LEAD_WEIGHT: f32 = 0.8;
const AVERAGE_WORDS: f32 = 60.0;

/// Probability of a word itself.
const ITSELF: f32 = 0.6;

/// Orders the best hits of one query.
#[derive(Debug)]
pub(super) struct Reranker {
    query: QueryWords,
}

/// What a word of the query finds in an article.
#[derive(Clone, Debug, Default)]
struct Found<'r> {
    /// Where the word itself first stands.
    zone: Option<Zone>,
    is_capitalised: bool,
    /// The stem most like it, with its likeness.
    like: Option<(&'r Link, f32)>,
    /// Sum of the probabilities of the lead's stems.
    translated: f32,
}

/// What the candidates have in common.
struct Common {
    /// Inverse document frequency of each word among the candidates.
    idf: Vec<f32>,
    /// Weight of each stem of the best hits' leads.
    centroid: FxHashMap<u32, f32>,
    length: f32,
    meaning: Projected,
}

impl Reranker {
    /// A second look at the hits of this query; `None` if it is not one of two or more plain words.
    pub(super) fn new(node: &Node, archive: &Archive<'_>) -> Result<Option<Self>> {
        let Some(words) = plain_words(node).filter(|words| words.len() > 1) else { return Ok(None) };
        let query = archive.words(&words)?;
        Ok((!query.words.is_empty()).then_some(Self { query }))
    }

    /// The features of these hits, in their order; `None` where a record is damaged.
    pub(super) fn features(
        &self,
        forwards: &Forwards,
        searcher: &Searcher,
        hits: &[(DocAddress, Score)],
    ) -> Vec<Option<Features>> {
        let records: Vec<_> = hits.iter().map(|(address, _)| forwards.get(searcher, *address)).collect();
        let found: Vec<_> = records.iter().map(|record| record.as_ref().map(|record| self.found(record))).collect();
        let common = self.common(&records, &found, hits);
        let both = records.iter().zip(&found);
        both.map(|(record, found)| Some(self.of(record.as_ref()?, found.as_ref()?, &common))).collect()
    }

    /// What the features add to the score of each of these hits.
    pub(super) fn additions(
        &self,
        forwards: &Forwards,
        searcher: &Searcher,
        hits: &[(DocAddress, Score)],
    ) -> Vec<Option<f32>> {
        let features = self.features(forwards, searcher, hits);
        features.into_iter().map(|features| features.as_ref().map(addition)).collect()
    }

    /// What the features add to the score of an article with this record: names with what each adds. What a stem like a
    /// missing word adds is named by both.
    pub(super) fn explain(&self, record: &Forward, features: &Features) -> Vec<(String, f32)> {
        let soft_weight = TABLE.iter().find(|row| row.0 == Feature::Soft).map_or(0.0, |row| row.2);
        let total: f32 = self.query.words.iter().map(|word| word.idf).sum();
        let mut parts = Vec::new();
        for (word, found) in self.query.words.iter().zip(self.found(record)) {
            if let Some((link, likeness)) = found.like.filter(|_| found.zone.is_none()) {
                let added = soft_weight * word.idf * likeness / total.max(f32::MIN_POSITIVE);
                parts.push((format!("{} ≈ {}", word.text, link.stem), added));
            }
        }
        let others = TABLE.iter().zip(features).filter(|((feature, ..), _)| *feature != Feature::Soft);
        parts.extend(others.map(|((_, name, weight), feature)| ((*name).to_owned(), weight * feature)));
        parts.retain(|(_, added)| *added > 0.0);
        parts
    }

    /// What each word finds in an article.
    fn found(&self, record: &Forward) -> Vec<Found<'_>> {
        let mut all = vec![Found::default(); self.query.words.len()];
        for entry in &record.entries {
            for link in self.query.links.get(&entry.hash).into_iter().flatten() {
                if let Some(found) = all.get_mut(link.word) {
                    found.add(*entry, link);
                }
            }
        }
        all
    }

    fn common(&self, records: &[Option<Forward>], found: &[Option<Vec<Found<'_>>>], hits: &[(DocAddress, Score)]) -> Common {
        let articles = records.iter().flatten().count() as f32;
        let holding = |word: usize| {
            let has = |found: &&Vec<Found<'_>>| found.get(word).is_some_and(|found| found.zone.is_some());
            found.iter().flatten().filter(has).count() as f32
        };
        let idf = (0..self.query.words.len()).map(|word| {
            let holding = holding(word);
            (1.0 + (articles - holding + 0.5) / (holding + 0.5)).ln()
        });
        let best = hits.first().map_or(0.0, |(_, score)| *score);
        let (mut centroid, mut meaning): (FxHashMap<u32, f32>, _) = (FxHashMap::default(), Projected::ZERO);
        for (record, (_, score)) in records.iter().zip(hits).take(BEST) {
            let Some(record) = record else { continue };
            let weight = ((score - best) / (FALL * best).max(f32::MIN_POSITIVE)).exp();
            let length = lead_of(record).count().max(1) as f32;
            lead_of(record).for_each(|entry| *centroid.entry(entry.hash).or_default() += weight / length.sqrt());
            if let Some(vector) = &record.vector {
                meaning.add(vector, weight);
            }
        }
        // Sorted, for the sum of floats depends on its order.
        let mut squares: Vec<f32> = centroid.values().map(|weight| weight * weight).collect();
        squares.sort_unstable_by(f32::total_cmp);
        let length = squares.iter().sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        Common { idf: idf.collect(), centroid, length, meaning }
    }

    fn of(&self, record: &Forward, found: &[Found<'_>], common: &Common) -> Features {
        let mut features = [0.0; FEATURES];
        let mut set = |feature: Feature, value: f32| {
            if let Some(place) = features.get_mut(feature as usize) {
                *place = value.max(0.0);
            }
        };
        let each = || self.query.words.iter().zip(found).zip(&common.idf);
        let share = |part: f32, whole: f32, otherwise: f32| if whole > 0.0 { part / whole } else { otherwise };
        let total: f32 = each().map(|((word, _), _)| word.idf).sum();
        let present = || each().filter(|((_, found), _)| found.zone.is_some());
        let missing = || each().filter(|((_, found), _)| found.zone.is_none());
        set(Feature::Coverage, share(present().map(|((word, _), _)| word.idf).sum(), total, 0.0));
        let like = missing().map(|((word, found), _)| word.idf * found.like.as_ref().map_or(0.0, |(_, likeness)| *likeness));
        set(Feature::Soft, share(like.sum(), total, 0.0));
        let local: f32 = common.idf.iter().sum();
        let beginning = each().filter(|((_, found), _)| found.zone == Some(Zone::First)).map(|(_, idf)| idf);
        set(Feature::Beginning, share(beginning.sum(), local, 0.0));
        let names = || each().filter(|((word, _), _)| word.is_name);
        let capitals = names().filter(|((_, found), _)| found.is_capitalised).map(|((word, _), _)| word.idf).sum();
        set(Feature::Capitals, share(capitals, names().map(|((word, _), _)| word.idf).sum(), 1.0));
        let meaning = self.query.vector.as_ref().zip(record.vector.as_ref());
        set(Feature::Meaning, meaning.map_or(0.0, |(query, article)| query.cosine(article)));
        let words = lead_of(record).count().max(1) as f32;
        let told = each().map(|((word, found), _)| {
            let background = (-word.idf).exp() * 1.5 / AVERAGE_WORDS;
            (LEAD_WEIGHT / (1.0 - LEAD_WEIGHT) * found.translated / words / background).ln_1p()
        });
        set(Feature::Translation, told.sum());
        let along: f32 = lead_of(record).filter_map(|entry| common.centroid.get(&entry.hash)).sum();
        set(Feature::Centroid, along / words.sqrt() / common.length);
        set(Feature::MeaningCentroid, record.vector.as_ref().map_or(0.0, |vector| vector.cosine(&common.meaning)));
        features
    }
}

impl<'r> Found<'r> {
    fn add(&mut self, entry: Entry, link: &'r Link) {
        let is_lead = entry.zone <= Zone::Lead;
        if link.is_own() {
            self.zone = Some(self.zone.map_or(entry.zone, |zone| zone.min(entry.zone)));
            self.is_capitalised |= entry.is_capitalised;
        } else {
            let likeness = link.likeness();
            // Entries come by hash, the same in every run.
            if self.like.as_ref().is_none_or(|(_, best)| likeness > *best) {
                self.like = Some((link, likeness));
            }
        }
        if is_lead {
            self.translated += if link.is_own() { ITSELF } else { link.translated.min(ITSELF) };
        }
    }
}

/// The entries of an article's lead.
fn lead_of(record: &Forward) -> impl Iterator<Item = &Entry> {
    record.entries.iter().filter(|entry| entry.zone <= Zone::Lead)
}

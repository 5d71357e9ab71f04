//! The decision: which sources an article cites, by the best of their mentions.

use super::{
    claims::Found,
    collective::Others,
    context,
    document_facts::DocumentFacts,
    mention::Mention,
    model::{Model, Scores},
    reading::Reading,
    rules::Claim,
};
use rustc_hash::FxHashMap;
use std::ops::Range;
use svodka_model::article::{LEAST_CONFIDENCE, SourceKind};

/// The rule that is named where none of the rules speaks.
pub(super) const BY_CONTEXT: &str = "context";

/// How far the verb of a clause may stand from the phrase to be shown as proof, in tokens.
const NEAR: usize = 10;

/// Log odds that a mention for which a rule speaks may lack, if another mention proves that its source is cited.
const MARGIN: f32 = 2.5;

/// Rules that decide where the kind of the source is known. They are right in .94 of 376 labelled mentions, and find
/// what the model, which has seen some of them too seldom with some kinds, misses («сообщает ТАСС со ссылкой на ВЦИОМ»):
/// cross-validated, 26 more of 4,533 citations for 6 false ones. The other rules gained less than they cost.
const PROVEN: [&str; 4] = ["according_to", "headline", "made_by", "with_reference_to"];

/// Least log odds of a mention for which one of them speaks.
const PROVEN_LOG_ODDS: f32 = 3.0;

/// How many reasons are kept.
const REASONS: usize = 4;

/// A part of an article with its mentions.
pub(super) type Part<'a, 'r, 'd, 't> = (&'a Reading<'d, 't>, &'a [Mention<'r, 'd, 't>]);

/// What is known of a source when all its mentions have been scored.
#[derive(Clone, Copy)]
struct Source {
    /// Log odds of its best mention.
    log_odds: f32,
    kind: SourceKind,
    /// The log odds that the second stage adds.
    shift: f32,
}

impl Source {
    /// Log odds that the article cites it by a mention with these first log odds.
    fn by(&self, model: &Model, log_odds: f32) -> f32 {
        model.collective.slope() * log_odds + self.shift
    }
}

/// What was decided: for each part of an article its mentions, in order.
pub(super) struct Decided<'d> {
    /// The mentions that cite.
    pub(super) cited: Vec<Vec<Found<'d>>>,
    /// Of each source that is probably not cited, but perhaps, the mention that speaks for it most.
    pub(super) candidates: Vec<Vec<Found<'d>>>,
}

/// Decides which sources an article cites.
pub(super) fn found<'d>(parts: &[Part<'_, '_, 'd, '_>]) -> Decided<'d> {
    let model = Model::bundled();
    let facts = DocumentFacts::new(parts.iter().copied());
    let scores: Vec<Vec<Scores>> = parts.iter().map(|(_, mentions)| score(model, mentions, &facts)).collect();
    let mut sources: FxHashMap<&str, Source> = FxHashMap::default();
    for ((_, mentions), scores) in parts.iter().zip(&scores) {
        for (mention, scores) in mentions.iter().zip(scores) {
            let log_odds = log_odds(model, mention, *scores);
            let source = Source { log_odds, kind: model.kind(*scores, mention.kind), shift: 0.0 };
            let best = sources.entry(&mention.name.canonical).or_insert(source);
            if log_odds > best.log_odds {
                *best = source;
            }
        }
    }
    let all: Vec<f32> = sources.values().map(|source| source.log_odds).collect();
    let others = Others::of(&all);
    for source in sources.values_mut() {
        source.shift = model.collective.shift(others.without(source.log_odds));
    }
    let scored = || parts.iter().zip(&scores);
    Decided {
        cited: scored().map(|(part, scores)| citing(model, *part, scores, &sources, &facts)).collect(),
        candidates: scored().map(|(part, scores)| perhaps(model, *part, scores, &sources)).collect(),
    }
}

/// Log odds that a mention cites: what the model says, or a proven rule.
fn log_odds(model: &Model, mention: &Mention<'_, '_, '_>, scores: Scores) -> f32 {
    let rule = mention.claim.as_ref().filter(|claim| mention.kind.is_some() && PROVEN.contains(&claim.rule));
    let learned = model.log_odds(scores);
    if rule.is_some() { learned.max(PROVEN_LOG_ODDS) } else { learned }
}

fn score(model: &Model, mentions: &[Mention<'_, '_, '_>], facts: &DocumentFacts<'_>) -> Vec<Scores> {
    let all = mentions.iter().enumerate();
    all.map(|(number, mention)| model.score(mention.group(), |sink| context::describe(mentions, number, facts, sink)))
        .collect()
}

/// The mentions of a part that cite a source which the article cites.
fn citing<'d>(
    model: &Model,
    (reading, mentions): Part<'_, '_, 'd, '_>,
    scores: &[Scores],
    sources: &FxHashMap<&str, Source>,
    facts: &DocumentFacts<'_>,
) -> Vec<Found<'d>> {
    let mut found = Vec::new();
    for (number, (mention, scores)) in mentions.iter().zip(scores).enumerate() {
        let Some(source) = sources.get(mention.name.canonical.as_str()) else { continue };
        let log_odds = source.by(model, log_odds(model, mention, *scores));
        let best = source.by(model, source.log_odds);
        let by_rule = mention.claim.is_some() && model.cites(log_odds + MARGIN);
        if !model.cites(best) || !(model.cites(log_odds) || by_rule) {
            continue;
        }
        found.push(Found {
            source: &mention.name.canonical,
            kind: source.kind,
            tokens: mention.site.tokens.clone(),
            sentence: mention.sentence,
            claim: mention.claim.clone().unwrap_or_else(|| by_context(reading, mention)),
            via: None,
            confidence: model.confidence(best),
            reasons: model.reasons(mention.group(), REASONS, |sink| context::describe(mentions, number, facts, sink)),
        });
    }
    found
}

/// The best mention of each source in a part that the article perhaps cites.
fn perhaps<'d>(
    model: &Model,
    (reading, mentions): Part<'_, '_, 'd, '_>,
    scores: &[Scores],
    sources: &FxHashMap<&str, Source>,
) -> Vec<Found<'d>> {
    let mut found: Vec<Found<'d>> = Vec::new();
    for (mention, scores) in mentions.iter().zip(scores) {
        let Some(source) = sources.get(mention.name.canonical.as_str()) else { continue };
        let best = source.by(model, source.log_odds);
        let confidence = model.confidence(best);
        let is_best = log_odds(model, mention, *scores) >= source.log_odds;
        let is_new = || found.iter().all(|other| other.source != mention.name.canonical);
        if !is_best || model.cites(best) || confidence < LEAST_CONFIDENCE || !is_new() {
            continue;
        }
        found.push(Found {
            source: &mention.name.canonical,
            kind: source.kind,
            tokens: mention.site.tokens.clone(),
            sentence: mention.sentence,
            claim: mention.claim.clone().unwrap_or_else(|| by_context(reading, mention)),
            via: None,
            confidence,
            reasons: Vec::new(),
        });
    }
    found
}

/// What the context shows: the phrase and the nearest verb or noun of saying in its clause.
fn by_context(reading: &Reading<'_, '_>, mention: &Mention<'_, '_, '_>) -> Claim {
    use super::lexis::Classes;
    let phrase = mention.site.phrase.clone();
    let sentence = &mention.site.sentence;
    let tells = Classes::VOICE.or(Classes::DOCUMENT).or(Classes::MAKE).or(Classes::FIGURES).or(Classes::INTERVIEW);
    let told = |range: Range<usize>| range.into_iter().find(|at| reading.has(*at, tells));
    let left = (sentence.start.max(phrase.start.saturating_sub(NEAR))..phrase.start).rev();
    let left = left.into_iter().find(|at| reading.has(*at, tells));
    let right = told(phrase.end..sentence.end.min(phrase.end + NEAR));
    let proof = match (left, right) {
        (Some(left), Some(right)) if right - phrase.end < phrase.start - left => phrase.start..right + 1,
        (Some(left), _) => left..phrase.end,
        (None, Some(right)) => phrase.start..right + 1,
        (None, None) => phrase,
    };
    Claim { rule: BY_CONTEXT, relayed: false, proof }
}

//! Via-chains: «ТАСС со ссылкой на Reuters», «сказал РБК эксперт Chatham House», «его слова приводит X».
//!
//! Every paper or agency that an article cites may be the channel of another source. A learned linear model scores each
//! pair by what stands around and between the two; the rules below are one of its features.

use super::{
    claims::Found,
    context::class_of,
    features::{Feature as F, Sink, Stem},
    lexis::Classes,
    model::Model,
    reading::Reading,
};
use crate::word_classes::word_class;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Openings of a sentence that says who relayed the one before it.
static LOOKS_BACK: LazyLock<&[&str]> = LazyLock::new(|| word_class("looks_back"));

/// What a source is relayed through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Channel<'d> {
    /// Canonical name of the channel.
    pub(super) name: &'d str,
    /// The rule that found it, for `--explain`.
    pub(super) rule: &'static str,
}

/// How many claims before and after a relayed one may be its channel.
const NEIGHBOURS: usize = 24;

/// The rule that is named where the model goes against all of them.
const BY_CONTEXT: &str = "context";

/// The group of the weights of pairs.
const GROUP: &str = "via";

/// A source and a possible channel: the numbers of their claims.
pub(super) struct Pair {
    pub(super) relayed: usize,
    pub(super) channel: usize,
}

/// The claims of a text as possible pairs.
pub(super) struct Pairs<'a, 'd, 't> {
    reading: &'a Reading<'d, 't>,
    found: &'a [Found<'d>],
    /// The article's own outlet.
    own: Option<&'a str>,
    /// What the rules choose for each claim.
    chosen: Vec<Option<Channel<'d>>>,
}

/// Sets the channel of every relayed source. `found` is in order; `own` is the article's own outlet.
pub(super) fn resolve<'d>(reading: &Reading<'d, '_>, found: &mut [Found<'d>], own: Option<&str>) {
    let model = Model::bundled();
    let mut best: FxHashMap<&str, (f32, Channel<'d>)> = FxHashMap::default();
    let pairs = Pairs::new(reading, found, own);
    for pair in pairs.all() {
        let score = model.log_odds(model.score(GROUP, |sink| pairs.describe(&pair, sink)));
        let (Some(relayed), Some(channel)) = (found.get(pair.relayed), pairs.channel(&pair)) else { continue };
        if model.relays(score) && best.get(relayed.source).is_none_or(|(most, _)| score > *most) {
            best.insert(relayed.source, (score, channel));
        }
    }
    for claim in found {
        claim.via = best.get(claim.source).map(|(_, channel)| *channel);
    }
}

impl<'a, 'd, 't> Pairs<'a, 'd, 't> {
    /// The pairs of `found`.
    pub(super) fn new(reading: &'a Reading<'d, 't>, found: &'a [Found<'d>], own: Option<&'a str>) -> Self {
        let mut sentences: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for name in &reading.document.names {
            let sentence = reading.document.analysis.sentence_of(name.tokens.start);
            sentences.entry(&name.canonical).or_default().push(sentence);
        }
        let chosen = (0..found.len()).map(|at| by_rule(reading, found, &sentences, at)).collect();
        Self { reading, found, own, chosen }
    }

    /// All pairs of claims that are near each other, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = Pair> {
        (0..self.found.len()).flat_map(move |relayed| {
            let near = relayed.saturating_sub(NEIGHBOURS)..self.found.len().min(relayed + NEIGHBOURS);
            near.filter(move |channel| self.is_possible(relayed, *channel))
                .map(move |channel| Pair { relayed, channel })
        })
    }

    fn is_possible(&self, relayed: usize, channel: usize) -> bool {
        let both = self.found.get(relayed).zip(self.found.get(channel));
        both.is_some_and(|(relayed, channel)| channel.kind.is_press() && relayed.source != channel.source)
    }

    fn channel(&self, pair: &Pair) -> Option<Channel<'d>> {
        let name = self.found.get(pair.channel)?.source;
        let chosen = self.chosen.get(pair.relayed).copied().flatten().filter(|chosen| chosen.name == name);
        Some(chosen.unwrap_or(Channel { name, rule: BY_CONTEXT }))
    }

    /// Emits the features of a pair.
    pub(super) fn describe(&self, pair: &Pair, sink: &mut dyn Sink) {
        let (Some(relayed), Some(channel)) = (self.found.get(pair.relayed), self.found.get(pair.channel)) else {
            return;
        };
        sink.add(F::Bias, &[]);
        let place = self.place(relayed, channel, sink);
        let first = channel.tokens.start < relayed.tokens.start;
        let (of_source, of_channel) = (relayed.claim.rule, channel.claim.rule);
        sink.add(F::PairRules, &[of_source, of_channel]);
        sink.add(F::ChannelRule, &[of_channel, place, if first { "before" } else { "after" }]);
        sink.add(F::ChannelRule, &[of_channel]);
        let own = if self.own == Some(channel.source) { "own" } else { "other" };
        sink.add(F::PairKinds, &[relayed.kind.name(), own]);
        sink.add(F::PairKinds, &[own, place]);
        self.sides(relayed, channel, sink);
        let rule = self
            .chosen
            .get(pair.relayed)
            .copied()
            .flatten()
            .map_or("none", |chosen| if chosen.name == channel.source { chosen.rule } else { "another" });
        sink.add(F::ByRule, &[rule]);
        self.choice(pair, relayed, channel, sink);
    }

    /// How many sentences lie between the two, and what does in one sentence.
    fn place(&self, relayed: &Found<'_>, channel: &Found<'_>, sink: &mut dyn Sink) -> &'static str {
        let first = channel.tokens.start < relayed.tokens.start;
        let order = if first { "before" } else { "after" };
        let place = match channel.sentence.abs_diff(relayed.sentence) {
            0 => "same",
            1 => "next",
            2 => "second",
            _ => "far",
        };
        sink.add(F::Between, &[place, order]);
        if place != "same" {
            let start = self.reading.sentence(channel.tokens.start).start;
            let words = [start, start + 1].map(|at| Stem::of(self.reading.text(at)));
            sink.add(F::Opening, &[words[0].as_str(), place, order]);
            sink.add(F::Opening, &[words[0].as_str(), words[1].as_str(), order]);
            return place;
        }
        let between =
            if first { channel.tokens.end..relayed.tokens.start } else { relayed.tokens.end..channel.tokens.start };
        let steps = match between.len() {
            0 => "0",
            1 => "1",
            2..=3 => "2",
            4..=8 => "4",
            9..=16 => "9",
            _ => "far",
        };
        sink.add(F::Steps, &[steps, order]);
        let mut classes = [""; 4];
        let mut length = 0;
        for class in between.map(|at| class_of(self.reading, at)).filter(|class| !matches!(*class, "adj" | "«" | "9"))
        {
            if length == classes.len() {
                break;
            }
            if length == 0 || classes.get(length - 1) != Some(&class) {
                if let Some(place) = classes.get_mut(length) {
                    *place = class;
                }
                length += 1;
            }
        }
        sink.add(F::BetweenClasses, &[order, classes[0], classes[1]]);
        sink.add(F::BetweenClasses, &[order, classes[0], classes[1], classes[2], classes[3]]);
        place
    }

    /// The words around either.
    fn sides(&self, relayed: &Found<'_>, channel: &Found<'_>, sink: &mut dyn Sink) {
        let reading = self.reading;
        let before = |found: &Found<'_>| {
            let quote = found.tokens.start.checked_sub(1).is_some_and(|at| reading.quote(at));
            found.tokens.start.checked_sub(if quote { 2 } else { 1 })
        };
        let after = |found: &Found<'_>| found.tokens.end + usize::from(reading.quote(found.tokens.end));
        let class = |at: Option<usize>| at.map_or("^", |at| class_of(reading, at));
        let stem = |at: Option<usize>| Stem::of(at.map_or("^", |at| reading.text(at)));
        sink.add(F::ChannelSides, &[class(before(channel)), class(Some(after(channel)))]);
        sink.add(F::ChannelLeft, &[stem(before(channel)).as_str()]);
        sink.add(F::ChannelRight, &[stem(Some(after(channel))).as_str()]);
        sink.add(F::SourceSides, &[class(before(relayed)), class(Some(after(relayed)))]);
    }

    /// How many other channels are possible, and whether this one is the nearest.
    fn choice(&self, pair: &Pair, relayed: &Found<'_>, channel: &Found<'_>, sink: &mut dyn Sink) {
        let mut others = 0;
        let mut nearest = true;
        let distance = channel.tokens.start.abs_diff(relayed.tokens.start);
        let near = pair.relayed.saturating_sub(NEIGHBOURS)..self.found.len().min(pair.relayed + NEIGHBOURS);
        for at in near.filter(|at| self.is_possible(pair.relayed, *at)) {
            let Some(other) = self.found.get(at).filter(|other| other.source != channel.source) else { continue };
            others += 1;
            nearest &= other.tokens.start.abs_diff(relayed.tokens.start) >= distance;
        }
        let others = ["0", "1"].get(others).copied().unwrap_or("2+");
        sink.add(F::Choice, &[others, if nearest { "nearest" } else { "farther" }]);
    }
}

/// By the rules the paper or agency through which the source at `at` is relayed; `sentences` are those that name each
/// organisation.
fn by_rule<'d>(
    reading: &Reading<'_, '_>,
    found: &[Found<'d>],
    sentences: &FxHashMap<&str, Vec<usize>>,
    at: usize,
) -> Option<Channel<'d>> {
    let relayed = found.get(at).filter(|f| f.claim.relayed || !f.kind.is_press())?;
    let speaks = |other: &Found<'_>| other.kind.is_press() && !other.claim.relayed && other.source != relayed.source;
    let near = found.get(at.saturating_sub(NEIGHBOURS)..found.len().min(at + NEIGHBOURS)).unwrap_or_default();
    let same = || near.iter().filter(|f| f.sentence == relayed.sentence && speaks(f));
    let nearest = if relayed.claim.relayed {
        // «X со ссылкой на Y»: the one before; «Ссылаясь на Y, X пишет»: the one after.
        same().rfind(|f| f.tokens.start < relayed.tokens.start).or_else(|| same().next())
    } else {
        same().min_by_key(|f| f.tokens.start.abs_diff(relayed.tokens.start))
    };
    let next = || {
        let sentence = reading.document.analysis.sentences.get(relayed.sentence + 1)?;
        let first = sentence.tokens.clone().find(|at| !reading.mark(*at))?;
        let looks_back =
            reading.is_any(first, &LOOKS_BACK) || reading.has(first, Classes::REPORT.or(Classes::MATERIAL));
        near.iter().find(|f| looks_back && f.sentence == relayed.sentence + 1 && speaks(f))
    };
    // «С докладом X ознакомился корреспондент Y» further on.
    let elsewhere = || {
        let named = sentences.get(relayed.source).filter(|_| !relayed.claim.relayed)?;
        named.iter().take(NEIGHBOURS).find_map(|sentence| {
            let first = found.partition_point(|f| f.sentence < *sentence);
            let here = found.iter().skip(first).take(NEIGHBOURS).take_while(|f| f.sentence == *sentence);
            here.into_iter().find(|f| speaks(f))
        })
    };
    let by = |rule: &'static str| move |f: &Found<'d>| Channel { name: f.source, rule };
    let beside = if relayed.claim.relayed { "refers_to_it" } else { "same_sentence" };
    let nearby = nearest.map(by(beside)).or_else(|| next().map(by("sentence_looks_back")));
    nearby.or_else(|| elsewhere().map(by("named_elsewhere")))
}

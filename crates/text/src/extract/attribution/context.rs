//! What stands around a mention: the features of its words, clause, sentence and neighbours.
//!
//! Looks at most [`Site::WINDOW`](super::site::Site::WINDOW) tokens to either side, so that the cost of a mention does
//! not grow with its sentence.

mod classes;
mod name;
mod paths;
mod people;

use super::{
    document_facts::DocumentFacts,
    features::{Feature as F, Sink, Stem},
    mention::Mention,
    reading::Reading,
    rules,
    site::Site,
};
use crate::clean::zones::Zone;
pub(super) use classes::class_of;
use std::ops::Range;
use svodka_model::article::Part;

/// Emits all features of the mention with this number.
pub(super) fn describe(
    mentions: &[Mention<'_, '_, '_>],
    number: usize,
    facts: &DocumentFacts<'_>,
    sink: &mut dyn Sink,
) {
    let Some(mention) = mentions.get(number) else { return };
    let view = View { reading: mention.site.reading, mention, site: &mention.site };
    sink.add(F::Bias, &[]);
    view.name(sink);
    view.window(sink);
    view.path(sink);
    view.verbs(sink);
    view.rules(sink);
    view.people(facts, sink);
    view.sentence(sink);
    view.neighbours(mentions, number, sink);
    view.position(sink);
    view.next(sink);
    facts.describe(mention, sink);
}

struct View<'v, 'r, 'd, 't> {
    reading: &'r Reading<'d, 't>,
    mention: &'v Mention<'r, 'd, 't>,
    site: &'v Site<'r, 'd, 't>,
}

impl View<'_, '_, '_, '_> {
    /// The class of a token, or the bounds of the sentence.
    fn class(&self, at: Option<usize>) -> &'static str {
        at.filter(|at| self.site.sentence.contains(at)).map_or("^", |at| class_of(self.reading, at))
    }

    fn left(&self, steps: usize) -> Option<usize> {
        self.mention.list.start.checked_sub(steps)
    }

    fn right(&self, steps: usize) -> Option<usize> {
        Some(self.mention.list.end + steps - 1)
    }

    fn window(&self, sink: &mut dyn Sink) {
        let [l1, l2, l3] = [1, 2, 3].map(|steps| self.class(self.left(steps)));
        let [r1, r2, r3] = [1, 2, 3].map(|steps| self.class(self.right(steps)));
        sink.add(F::Left1, &[l1]);
        sink.add(F::Left2, &[l2]);
        sink.add(F::Left3, &[l3]);
        sink.add(F::Right1, &[r1]);
        sink.add(F::Right2, &[r2]);
        sink.add(F::Right3, &[r3]);
        sink.add(F::Left12, &[l2, l1]);
        sink.add(F::Right12, &[r1, r2]);
        sink.add(F::Around, &[l1, r1]);
        let [one, two] = [1, 2].map(|steps| self.any_stem(self.left(steps)));
        sink.add(F::LeftWords, &[one.as_str()]);
        sink.add(F::LeftWords, &[two.as_str(), one.as_str()]);
        let [one, two] = [1, 2].map(|steps| self.any_stem(self.right(steps)));
        sink.add(F::RightWords, &[one.as_str()]);
        sink.add(F::RightWords, &[one.as_str(), two.as_str()]);
        for steps in 1..=4 {
            if let Some(stem) = self.stem(self.left(steps)) {
                sink.add(F::LeftWord, &[stem.as_str()]);
            }
            if let Some(stem) = self.stem(self.right(steps)) {
                sink.add(F::RightWord, &[stem.as_str()]);
            }
        }
    }

    /// The beginning of any word or mark, names as one: «ORG».
    fn any_stem(&self, at: Option<usize>) -> Stem {
        let Some(at) = at.filter(|at| self.site.sentence.contains(at)) else { return Stem::of("^") };
        let word = self.reading.text(at);
        let common = word.starts_with(char::is_lowercase) && self.reading.name_at(at).is_none();
        Stem::of(if common { word } else { class_of(self.reading, at) })
    }

    /// The beginning of a common word in small letters that belongs to no name.
    fn stem(&self, at: Option<usize>) -> Option<Stem> {
        let at = at.filter(|at| self.site.sentence.contains(at))?;
        let word = self.reading.text(at);
        let common = word.starts_with(char::is_lowercase) && word.len() > 4 && self.reading.name_at(at).is_none();
        common.then(|| Stem::of(word))
    }

    fn rules(&self, sink: &mut dyn Sink) {
        for rule in rules::names(self.mention.fired) {
            sink.add(F::Rule, &[rule]);
        }
        sink.add(F::FirstRule, &[self.mention.claim.as_ref().map_or("none", |claim| claim.rule)]);
    }

    /// Other sources of the sentence: at most two to either side.
    fn neighbours(&self, mentions: &[Mention<'_, '_, '_>], number: usize, sink: &mut dyn Sink) {
        let near = (number.saturating_sub(2)..(number + 3).min(mentions.len())).filter(|at| *at != number);
        let mut any = false;
        for (at, other) in near.filter_map(|at| mentions.get(at).map(|other| (at, other))) {
            if other.sentence != self.mention.sentence || other.name.canonical == self.mention.name.canonical {
                continue;
            }
            any = true;
            let side = if at < number { "before" } else { "after" };
            let rule = other.claim.as_ref().map_or("none", |claim| claim.rule);
            sink.add(F::Others, &[side, other.group(), rule]);
        }
        if !any {
            sink.add(F::Others, &["none"]);
        }
        sink.add(F::List, &[if self.mention.is_listed() { "listed" } else { "single" }]);
    }

    fn position(&self, sink: &mut dyn Sink) {
        let document = self.reading.document;
        let last = document.analysis.sentences.len().saturating_sub(1);
        let part = match (document.part, self.mention.sentence) {
            (Part::Title, _) => "title",
            (Part::Text, 0) => "first",
            (Part::Text, 1) => "second",
            (Part::Text, n) if n == last => "last",
            (Part::Text, _) => "middle",
        };
        sink.add(F::Part, &[part]);
        let mark = |range: Range<usize>| range.take(3).all(|at| self.reading.mark(at));
        let short = |range: &Range<usize>| range.len() <= 3;
        let (head, tail) =
            (self.site.sentence.start..self.site.phrase.start, self.site.phrase.end..self.site.sentence.end);
        let place = match (short(&head) && mark(head), short(&tail) && mark(tail)) {
            (true, true) => "alone",
            (true, false) => "opens",
            (false, true) => "closes",
            (false, false) => "inside",
        };
        sink.add(F::Place, &[place, part]);
        let zone = match document.zone_of(self.site.tokens.start) {
            Zone::Lead => "lead",
            Zone::Body => "body",
            Zone::Recap => "recap",
            Zone::Chrome => "chrome",
        };
        sink.add(F::Zone, &[zone]);
    }

    fn next(&self, sink: &mut dyn Sink) {
        let sentences = &self.reading.document.analysis.sentences;
        let says = |sentence: usize| if self.reading.somebody_speaks(sentence) { "says" } else { "silent" };
        if let Some(next) = sentences.get(self.mention.sentence + 1) {
            let first = next.tokens.start;
            let second = if next.tokens.len() > 1 { class_of(self.reading, first + 1) } else { "^" };
            sink.add(F::Next, &[class_of(self.reading, first), second]);
            sink.add(F::Next, &[class_of(self.reading, first), says(self.mention.sentence + 1)]);
        } else {
            sink.add(F::Next, &["none"]);
        }
        let number = self.mention.sentence.checked_sub(1);
        if let Some((number, before)) = number.and_then(|number| Some((number, sentences.get(number)?))) {
            let last = before.tokens.end.saturating_sub(1);
            sink.add(F::Before, &[class_of(self.reading, last), says(number)]);
        } else {
            sink.add(F::Before, &["none"]);
        }
    }
}

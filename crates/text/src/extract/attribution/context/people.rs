//! Who is presented beside a mention and speaks, and what else its sentence holds.

use super::{
    View,
    classes::{CLASSES, VERBS, class_of},
};
use crate::{
    extract::attribution::{
        document_facts::DocumentFacts,
        features::{Feature as F, Sink},
        grammar::Cues,
        lexis::Classes,
    },
    names::NameKind,
};
use std::ops::Range;
use svodka_model::article::EntityKind;

/// How far from a name a cue counts, in tokens.
const CUE_REACH: usize = 8;

impl View<'_, '_, '_, '_> {
    pub(super) fn people(&self, facts: &DocumentFacts<'_>, sink: &mut dyn Sink) {
        let reading = self.reading;
        let list = &self.mention.list;
        let title = (self.site.sentence.start..list.start)
            .rev()
            .take(10)
            .take_while(|at| !reading.clause_mark(*at) && !reading.has(*at, VERBS));
        let mut first = list.start;
        let (mut speaker, mut former) = ("none", false);
        for at in title {
            if reading.name_at(at).is_some_and(|n| n.kind == NameKind::Entity(EntityKind::Person)) {
                break;
            }
            first = at;
            former |= reading.has(at, Classes::FORMER) || reading.starts(at, "экс");
            if speaker == "none" && reading.has(at, Classes::SPEAKER) {
                speaker = class_of(reading, at);
            }
        }
        let after = if reading.text(list.end) == "," { list.end + 1 } else { list.end };
        let person_after = reading.person_end(after).filter(|end| *end <= self.site.sentence.end);
        let side = match (person_after, reading.person_before(first)) {
            (Some(_), _) => "after",
            (None, true) => "before",
            (None, false) => "none",
        };
        sink.add(F::Person, &[side]);
        let mut voice = Classes::default();
        for at in self.site.sentence.start.max(first.saturating_sub(14))
            ..self.site.sentence.end.min(person_after.unwrap_or(list.end) + 10)
        {
            if reading.has(at, Classes::SAY.or(Classes::JUDGE).or(Classes::CITE).or(Classes::LEARN)) {
                voice = Classes::SAY;
            }
        }
        let says = if voice == Classes::default() { "silent" } else { "says" };
        let former = if former { "former" } else { "" };
        sink.add(F::Expert, &[speaker, side, says, former]);
        let left = self.verb((self.site.sentence.start..first).rev());
        let right = self.verb(person_after.unwrap_or(list.end)..self.site.sentence.end);
        let nearest = match (left, right) {
            (Some(left), Some(right)) => Some(if right.1 < left.1 { right } else { left }),
            (left, right) => left.or(right),
        };
        let verb = nearest.map_or("none", |(at, _)| class_of(reading, at));
        sink.add(F::ExpertVerb, &[speaker, side, verb]);
        let person = match side {
            "after" => reading.name_at(after),
            "before" => (first.saturating_sub(2)..first).rev().find_map(|at| reading.name_at(at)),
            _ => None,
        };
        if let Some(person) = person.filter(|n| n.kind == NameKind::Entity(EntityKind::Person)) {
            let elsewhere = facts.speaks_elsewhere(reading, person, self.mention.sentence);
            sink.add(F::Speaks, &[if elsewhere { "elsewhere" } else { "no" }, says]);
        }
    }

    pub(super) fn sentence(&self, sink: &mut dyn Sink) {
        let reading = self.reading;
        let (sentence, tokens) = (&self.site.sentence, &self.site.tokens);
        let seen = reading.classes_in(self.mention.sentence, sentence);
        let cues =
            |range: Range<usize>| range.into_iter().fold(Cues::default(), |all, at| all.or(reading.grammar(at).cues));
        let before = cues(sentence.start.max(tokens.start.saturating_sub(CUE_REACH))..tokens.start);
        let after = cues(tokens.end..sentence.end.min(tokens.end + CUE_REACH));
        let (mut quotes, mut opened) = (0, 0);
        for at in reading.quotes_in(sentence).filter(|at| !(at + 1 == tokens.start || *at == tokens.end)) {
            quotes += 1;
            opened += i32::from(at < tokens.start);
        }
        for (class, name) in CLASSES {
            if seen.any(class) {
                sink.add(F::InSentence, &[name]);
            }
        }
        for cue in before.names() {
            sink.add(F::Cue, &["before", cue]);
        }
        for cue in after.names() {
            sink.add(F::Cue, &["after", cue]);
        }
        let quotation = match (quotes > 1, opened % 2 == 1) {
            (true, true) => "inside",
            (true, false) => "beside",
            (false, _) => "none",
        };
        sink.add(F::Quotation, &[quotation]);
    }
}

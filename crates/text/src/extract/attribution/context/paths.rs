//! The ways from a mention to its preposition, its governing noun and its verbs.

use super::{
    View,
    classes::{VERBS, class_of, coarse_class},
};
use crate::{
    analyse::morph::Pos,
    extract::attribution::{
        features::{Feature as F, Sink, Stem},
        lexis::Classes,
    },
};

/// Most steps of a path.
const LONGEST: usize = 4;

/// The steps of a path: a few values without an allocation.
#[derive(Default)]
struct Path<T> {
    steps: [T; LONGEST],
    length: usize,
}

impl<T> Path<T> {
    fn push(&mut self, step: T) {
        if let Some(place) = self.steps.get_mut(self.length) {
            *place = step;
            self.length += 1;
        }
    }

    fn steps(&self) -> &[T] {
        self.steps.get(..self.length).unwrap_or_default()
    }

    fn is_full(&self) -> bool {
        self.length == LONGEST
    }
}

impl View<'_, '_, '_, '_> {
    pub(super) fn path(&self, sink: &mut dyn Sink) {
        let path = self.path_left();
        let path = path.steps();
        let mut classes = Path::<&str>::default();
        path.iter().for_each(|at| classes.push(self.class(Some(*at))));
        sink.add(F::Path, classes.steps());
        self.coarse_paths(sink);
        let nouns = Classes::SPEAKER.or(Classes::REPORT).or(Classes::FIGURES).or(Classes::MATERIAL);
        let nouns = nouns.or(Classes::INTERVIEW);
        let reading = self.reading;
        let governor = path.iter().copied().find(|at| reading.has(*at, nouns) || reading.grammar(*at).is(Pos::Noun));
        if let Some(at) = governor {
            let before = path.iter().copied().find(|i| *i < at).map_or("", |i| self.class(Some(i)));
            sink.add(F::Governor, &[before, self.class(Some(at))]);
            sink.add(F::GovernorWord, &[Stem::of(reading.text(at)).as_str()]);
            sink.add(F::GovernorCase, &[self.class(Some(at)), reading.grammar(at).name()]);
        } else {
            sink.add(F::Governor, &["none"]);
        }
        let mut right = [""; 4];
        let mut length = 0;
        for at in self.mention.list.end..self.site.sentence.end.min(self.mention.list.end + 10) {
            let class = class_of(reading, at);
            if matches!(class, "adv" | "time" | "9" | "«") {
                continue;
            }
            if let Some(place) = right.get_mut(length) {
                *place = class;
            }
            length += 1;
            if length == right.len() || reading.clause_mark(at) || reading.has(at, VERBS) {
                break;
            }
        }
        sink.add(F::PathRight, right.get(..length.min(4)).unwrap_or_default());
    }

    /// The paths in few classes, plain nouns left out and repetitions joined.
    fn coarse_paths(&self, sink: &mut dyn Sink) {
        let list = &self.mention.list;
        let back = (self.site.sentence.start..list.start).rev().take(16);
        let left = self.coarse(back);
        let left = left.steps();
        sink.add(F::CoarseLeft, left);
        let right = self.coarse((list.end..self.site.sentence.end).take(12));
        let right = right.steps();
        sink.add(F::CoarseRight, right);
        let [near_left, near_right] = [left.first(), right.first()].map(|class| class.copied().unwrap_or("^"));
        sink.add(F::CoarseAround, &[near_left, near_right]);
        let second = left.get(1).copied().unwrap_or("^");
        sink.add(F::CoarseAround, &[second, near_left, near_right]);
    }

    fn coarse(&self, tokens: impl Iterator<Item = usize>) -> Path<&'static str> {
        let mut path = Path::<&'static str>::default();
        for at in tokens {
            let Some(class) = coarse_class(self.reading, at) else { continue };
            if path.steps().last() != Some(&class) {
                path.push(class);
            }
            if path.is_full() || matches!(class, "says" | "does" | "makes" | "stop") {
                break;
            }
        }
        path
    }

    /// The tokens from the phrase back to its preposition, verb or mark, without adjectives, numbers and times.
    fn path_left(&self) -> Path<usize> {
        let reading = self.reading;
        let mut path = Path::default();
        let start = self.mention.list.start;
        for at in (self.site.sentence.start..start).rev().take(12) {
            if path.is_full() {
                break;
            }
            let class = class_of(reading, at);
            if matches!(class, "adj" | "9" | "time" | "adv" | "«") || reading.adjective(at) {
                continue;
            }
            // Of one name one token is enough.
            let again = path.steps().last().is_some_and(|last| {
                reading.name_at(*last).zip(reading.name_at(at)).is_some_and(|(a, b)| a.tokens == b.tokens)
            });
            if again {
                continue;
            }
            path.push(at);
            if reading.clause_mark(at) || reading.has(at, VERBS) || reading.grammar(at).is(Pos::Verb) {
                break;
            }
        }
        path
    }

    /// The nearest verb in a direction, with the commas crossed on the way.
    pub(super) fn verb(&self, tokens: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
        let mut commas = 0;
        for at in tokens.take(14) {
            match self.reading.text(at) {
                "," | "—" | "–" => commas += 1,
                "." | ";" | "!" | "?" => return None,
                _ => {}
            }
            let grammar = self.reading.grammar(at);
            let finite = grammar.is(Pos::Verb) || grammar.is(Pos::ShortParticiple) || grammar.is(Pos::Predicative);
            if self.reading.name_at(at).is_none() && (finite || self.reading.has(at, VERBS)) {
                return Some((at, commas));
            }
        }
        None
    }

    pub(super) fn verbs(&self, sink: &mut dyn Sink) {
        let list = &self.mention.list;
        let left = self.verb((self.site.sentence.start..list.start).rev());
        let right = self.verb(list.end..self.site.sentence.end);
        let case = self.case();
        let both = [(left, F::VerbLeft, F::VerbWordLeft, "left"), (right, F::VerbRight, F::VerbWordRight, "right")];
        for (verb, feature, word, side) in both {
            let Some((at, commas)) = verb else {
                sink.add(feature, &["none"]);
                continue;
            };
            let reading = self.reading;
            let class = class_of(reading, at);
            let number = if reading.grammar(at).is_plural() { "pl" } else { "sg" };
            let steps = if at < list.start { list.start - at } else { at - list.end + 1 };
            let distance = match steps {
                1 => "next",
                2..=4 => "near",
                _ => "far",
            };
            let crossed = match commas {
                0 => "clause",
                1 => "comma",
                _ => "commas",
            };
            sink.add(feature, &[class, number, distance, crossed]);
            sink.add(feature, &[class, crossed]);
            sink.add(word, &[Stem::of(reading.text(at)).as_str(), crossed]);
            sink.add(F::VerbCase, &[side, class, case]);
            if at > 0 && reading.is(at - 1, "не") {
                sink.add(F::Negated, &[side, class]);
            }
        }
    }
}

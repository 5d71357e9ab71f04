//! What stands around a mention: the features of its words, clause, sentence and neighbours.
//!
//! Looks at most [`Site::WINDOW`](super::site::Site::WINDOW) tokens to either side, so that the cost of a mention does
//! not grow with its sentence.

use super::{
    document_facts::DocumentFacts,
    features::{Feature as F, Sink, Stem},
    grammar::Cues,
    lexis::Classes,
    mention::{Mention, Role},
    reading::{Reading, is_latin},
    rules,
    site::Site,
};
use crate::{
    analyse::morph::{Case, Pos},
    clean::zones::Zone,
    names::{NameKind, Strength},
};
use std::ops::Range;
use svodka_model::article::{EntityKind, Part};

/// Emits all features of the mention with this number.
pub(super) fn describe(mentions: &[Mention<'_, '_, '_>], number: usize, facts: &DocumentFacts, sink: &mut dyn Sink) {
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

/// Word classes by the name that a feature gives them, the most telling first.
const CLASSES: [(Classes, &str); 22] = [
    (Classes::CITE, "cite"),
    (Classes::JUDGE, "judge"),
    (Classes::SAY, "say"),
    (Classes::LEARN, "learn"),
    (Classes::PUBLISH, "publish"),
    (Classes::DOCUMENT, "document"),
    (Classes::ANNOUNCE, "announce"),
    (Classes::PARTICIPLE, "participle"),
    (Classes::MAKE, "make"),
    (Classes::RATE, "rate"),
    (Classes::APPEAR, "appear"),
    (Classes::FORMER, "former"),
    (Classes::EXPERT, "expert"),
    (Classes::CHIEF, "chief"),
    (Classes::STAFF, "staff"),
    (Classes::SOURCE, "source"),
    (Classes::REPORTER, "reporter"),
    (Classes::INTERVIEW, "interview"),
    (Classes::FIGURES, "figures"),
    (Classes::REPORT, "report"),
    (Classes::MATERIAL, "material"),
    (Classes::TIME, "time"),
];

/// Verbs that say, judge, publish or make something.
const VERBS: Classes = Classes::VOICE
    .or(Classes::MAKE)
    .or(Classes::ANNOUNCE)
    .or(Classes::RATE)
    .or(Classes::DOCUMENT)
    .or(Classes::APPEAR)
    .or(Classes::PARTICIPLE);

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

    fn name(&self, sink: &mut dyn Sink) {
        let (mention, reading) = (self.mention, self.reading);
        let name = mention.name;
        let sort = mention.sort.unwrap_or("none");
        sink.add(F::Kind, &[if let Some(kind) = mention.kind { kind.name() } else { sort }]);
        let known = match (name.entry, name.strength) {
            (Some(_), Strength::Ambiguous) => "ambiguous",
            (Some(_), Strength::Short) => "short",
            (Some(_), Strength::Strong) => "dictionary",
            (None, _) if name.kind.source().is_some() => "described",
            (None, _) => "tagger",
        };
        sink.add(F::Known, &[known]);
        let kind = if let Some(kind) = mention.kind { kind.name() } else { sort };
        sink.add(F::RuleKind, &[mention.claim.as_ref().map_or("none", |claim| claim.rule), kind]);
        if let Some((kind, odds)) = name.likely {
            const ODDS: [&str; 9] = ["-4", "-3", "-2", "-1", "0", "1", "2", "3", "4"];
            let odds = usize::try_from(odds + 4).ok().and_then(|at| ODDS.get(at)).copied().unwrap_or("0");
            sink.add(F::Likely, &[kind.name(), odds]);
            sink.add(F::Likely, &[odds]);
        }
        sink.add(F::Role, &[if mention.role == Role::HeadNoun { "head_noun" } else { "named" }]);
        let word = reading.text(name.tokens.start);
        let shape = match () {
            () if word.contains('@') => "handle",
            () if word.contains('.') && is_latin(word) => "domain",
            () if is_latin(word) && word.chars().all(|c| !c.is_lowercase()) => "latin_acronym",
            () if is_latin(word) => "latin",
            () if word.chars().count() > 1 && word.chars().all(char::is_uppercase) => "acronym",
            () if name.tokens.len() > 1 => "phrase",
            () => "word",
        };
        sink.add(F::Shape, &[shape, if name.quoted { "quoted" } else { "bare" }]);
        let common = |at: &usize| {
            let listed = reading.word(*at).classes.any(Classes::DESCRIPTOR.or(Classes::REFINES));
            let grammar = reading.grammar(*at);
            // Of a name in one word no feature may tell which it is.
            let several = name.tokens.len() > 1 && mention.group() != "press";
            listed || several && (grammar.is(Pos::Noun) || grammar.is(Pos::Adjective))
        };
        for at in name.tokens.clone().take(8).filter(common) {
            sink.add(F::NameWord, &[Stem::of(reading.text(at)).as_str()]);
        }
        let phrase = self.site.phrase.start..self.site.tokens.start;
        let described = phrase.filter(|at| reading.has(*at, Classes::DESCRIPTOR.or(Classes::REFINES)));
        let mut any = false;
        for at in described.take(3) {
            any = true;
            sink.add(F::Descriptor, &[Stem::of(reading.text(at)).as_str()]);
        }
        if !any {
            sink.add(F::Descriptor, &["none"]);
        }
        sink.add(F::Case, &[self.case()]);
    }

    /// The case of the phrase, by the word that heads it or by the preposition before it.
    fn case(&self) -> &'static str {
        let reading = self.reading;
        let head = self.site.phrase.clone().find(|at| {
            let grammar = reading.grammar(*at);
            grammar.is(Pos::Noun) || grammar.is(Pos::Adjective)
        });
        let case = head.and_then(|at| reading.grammar(at).case());
        match case {
            Some(Case::Nominative) => "nom",
            Some(Case::Genitive) => "gen",
            Some(Case::Dative) => "dat",
            Some(Case::Accusative) => "acc",
            Some(Case::Instrumental) => "ins",
            Some(Case::Prepositional) => "pre",
            Some(Case::Vocative) | None => "any",
        }
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

    fn path(&self, sink: &mut dyn Sink) {
        let path = self.path_left();
        let parts: Vec<&str> = path.iter().map(|at| self.class(Some(*at))).collect();
        sink.add(F::Path, &parts);
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
        sink.add(F::CoarseLeft, &left);
        let right = self.coarse((list.end..self.site.sentence.end).take(12));
        sink.add(F::CoarseRight, &right);
        let [near_left, near_right] = [left.first(), right.first()].map(|class| class.copied().unwrap_or("^"));
        sink.add(F::CoarseAround, &[near_left, near_right]);
        let second = left.get(1).copied().unwrap_or("^");
        sink.add(F::CoarseAround, &[second, near_left, near_right]);
    }

    fn coarse(&self, tokens: impl Iterator<Item = usize>) -> Vec<&'static str> {
        let mut path: Vec<&'static str> = Vec::with_capacity(4);
        for at in tokens {
            let Some(class) = coarse_class(self.reading, at) else { continue };
            if path.last() != Some(&class) {
                path.push(class);
            }
            if path.len() == 4 || matches!(class, "says" | "does" | "makes" | "stop") {
                break;
            }
        }
        path
    }

    /// The tokens from the phrase back to its preposition, verb or mark, without adjectives, numbers and times.
    fn path_left(&self) -> Vec<usize> {
        let reading = self.reading;
        let mut path = Vec::with_capacity(4);
        let start = self.mention.list.start;
        for at in (self.site.sentence.start..start).rev().take(12) {
            if path.len() == 4 {
                break;
            }
            let class = class_of(reading, at);
            if matches!(class, "adj" | "9" | "time" | "adv" | "«") || reading.adjective(at) {
                continue;
            }
            // Of one name one token is enough.
            let again = path.last().is_some_and(|last| {
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
    fn verb(&self, tokens: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
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

    fn verbs(&self, sink: &mut dyn Sink) {
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

    fn rules(&self, sink: &mut dyn Sink) {
        for rule in rules::names(self.mention.fired) {
            sink.add(F::Rule, &[rule]);
        }
        sink.add(F::FirstRule, &[self.mention.claim.as_ref().map_or("none", |claim| claim.rule)]);
    }

    fn people(&self, facts: &DocumentFacts, sink: &mut dyn Sink) {
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

    fn sentence(&self, sink: &mut dyn Sink) {
        let reading = self.reading;
        let mut seen = Classes::default();
        let (mut before, mut after) = (Cues::default(), Cues::default());
        let mut quotes = 0;
        let (mut opened, tokens) = (0, &self.site.tokens);
        for at in self.site.sentence.clone() {
            if !reading.is_source(at) {
                seen = seen.or(reading.word(at).classes);
            }
            let cues = reading.grammar(at).cues;
            if at < tokens.start && tokens.start - at <= 8 {
                before = before.or(cues);
            } else if at >= tokens.end && at - tokens.end < 8 {
                after = after.or(cues);
            }
            if reading.quote(at) && !(at + 1 == tokens.start || at == tokens.end) {
                quotes += 1;
                opened += i32::from(at < tokens.start);
            }
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
        let speech = Classes::SAY.or(Classes::JUDGE).or(Classes::CITE);
        let says = |tokens: &Range<usize>| {
            let mut tokens = tokens.clone().take(40);
            if tokens.any(|at| self.reading.has(at, speech)) { "says" } else { "silent" }
        };
        if let Some(next) = sentences.get(self.mention.sentence + 1) {
            let first = next.tokens.start;
            let second = if next.tokens.len() > 1 { class_of(self.reading, first + 1) } else { "^" };
            sink.add(F::Next, &[class_of(self.reading, first), second]);
            sink.add(F::Next, &[class_of(self.reading, first), says(&next.tokens)]);
        } else {
            sink.add(F::Next, &["none"]);
        }
        let before = self.mention.sentence.checked_sub(1).and_then(|at| sentences.get(at));
        if let Some(before) = before {
            let last = before.tokens.end.saturating_sub(1);
            sink.add(F::Before, &[class_of(self.reading, last), says(&before.tokens)]);
        } else {
            sink.add(F::Before, &["none"]);
        }
    }
}

/// The class of a token: the name it belongs to, its mark, its function word, its class in the lists, or its grammar.
pub(super) fn class_of(reading: &Reading<'_, '_>, at: usize) -> &'static str {
    if let Some(name) = reading.name_at(at) {
        return match name.kind {
            NameKind::Source(kind) if kind.is_press() => "PRESS",
            NameKind::Source(_) => "SOURCE",
            NameKind::Entity(EntityKind::Person) => "PERSON",
            NameKind::Entity(EntityKind::Place) => "PLACE",
            NameKind::Entity(EntityKind::Organization) => "ORG",
        };
    }
    if reading.mark(at) {
        const MARKS: [&str; 10] = [",", ".", ":", ";", "(", ")", "!", "?", "…", "/"];
        let text = reading.text(at);
        return match text {
            "—" | "–" | "-" | "―" => "—",
            _ if reading.quote(at) => "«",
            _ => MARKS.iter().find(|mark| **mark == text).copied().unwrap_or("mark"),
        };
    }
    if reading.number(at) {
        return "9";
    }
    let grammar = reading.grammar(at);
    if let Some(word) = grammar.function() {
        return word;
    }
    let classes = reading.word(at).classes;
    if let Some((_, name)) = CLASSES.iter().find(|(class, _)| classes.any(*class)) {
        return name;
    }
    if classes.any(Classes::DESCRIPTOR) {
        return "descriptor";
    }
    if reading.capital(at) {
        return if is_latin(reading.text(at)) { "Latin" } else { "Capital" };
    }
    grammar.name()
}

/// The class of a token in few words; none for what a path leaves out.
fn coarse_class(reading: &Reading<'_, '_>, at: usize) -> Option<&'static str> {
    if let Some(name) = reading.name_at(at) {
        return Some(match name.kind.entity() {
            EntityKind::Person => "person",
            EntityKind::Place => return None,
            EntityKind::Organization => "organisation",
        });
    }
    if reading.mark(at) {
        return match reading.text(at) {
            "," => Some(","),
            "." | ";" | "!" | "?" | "…" => Some("stop"),
            ":" => Some(":"),
            "—" | "–" | "-" => Some("—"),
            "(" | ")" => Some("("),
            _ => None,
        };
    }
    let grammar = reading.grammar(at);
    if let Some(word) = grammar.function() {
        return Some(word);
    }
    let classes = reading.word(at).classes;
    const COARSE: [(Classes, &str); 8] = [
        (Classes::VOICE.or(Classes::DOCUMENT), "says"),
        (Classes::FORMER, "former"),
        (Classes::SOURCE.or(Classes::REPORTER), "teller"),
        (Classes::SPEAKER, "speaker"),
        (Classes::FIGURES.or(Classes::REPORT), "data"),
        (Classes::INTERVIEW.or(Classes::MATERIAL), "material"),
        (Classes::MAKE.or(Classes::PARTICIPLE).or(Classes::RATE).or(Classes::APPEAR), "makes"),
        (Classes::ANNOUNCE, "does"),
    ];
    if let Some((_, name)) = COARSE.iter().find(|(class, _)| classes.any(*class)) {
        return Some(name);
    }
    if classes.any(Classes::TIME) {
        return None;
    }
    let verb = grammar.is(Pos::Verb) || grammar.is(Pos::ShortParticiple) || grammar.is(Pos::Infinitive);
    verb.then_some("does")
}

//! Word classes: the value that features have in place of the word itself.

use crate::{
    analyse::morph::Pos,
    extract::attribution::{
        lexis::Classes,
        reading::{Reading, is_latin},
    },
    names::NameKind,
};
use svodka_model::article::EntityKind;

/// Word classes by the name that a feature gives them, the most telling first.
pub(super) const CLASSES: [(Classes, &str); 22] = [
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
pub(super) const VERBS: Classes = Classes::VOICE
    .or(Classes::MAKE)
    .or(Classes::ANNOUNCE)
    .or(Classes::RATE)
    .or(Classes::DOCUMENT)
    .or(Classes::APPEAR)
    .or(Classes::PARTICIPLE);

/// The class of a token: the name it belongs to, its mark, its function word, its class in the lists, or its grammar.
pub(in crate::extract::attribution) fn class_of(reading: &Reading<'_, '_>, at: usize) -> &'static str {
    reading.class_or(at, || find_class(reading, at))
}

fn find_class(reading: &Reading<'_, '_>, at: usize) -> &'static str {
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
pub(super) fn coarse_class(reading: &Reading<'_, '_>, at: usize) -> Option<&'static str> {
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

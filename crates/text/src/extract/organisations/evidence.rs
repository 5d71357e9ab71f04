//! What an article says about the kind of an organisation: the features of the model.
//!
//! A feature is a group and a value. The value is nearly always the stem of a word, which the vocabulary has made
//! already, so a feature costs one multiplication. All mentions of an organisation in an article give one set of
//! features: a descriptor that stands beside one of them counts for all.

use crate::{
    analyse::TokenKind,
    extract::{Document, Name, attribution::Classes},
    names::is_quote,
};
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// What a feature speaks of. The numbers are part of the weights' file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Group {
    /// A word of the name: «исследований», «Research».
    Word = 1,
    /// Two neighbouring words of the name: «Торговый центр».
    Words = 2,
    /// The first word of the name, which is its head more often than not.
    First = 3,
    /// The last word of the name: «News», «Capital».
    Last = 4,
    /// The last letters of a name in one word: «Росбанк», «Автостат».
    Ending = 5,
    /// The first letters of a name in one word: «Рос», «Мин».
    Beginning = 6,
    /// Alphabet, capitals, number of words, quotes.
    Shape = 7,
    /// The word right before: «компании X».
    Before = 8,
    /// Any of the four words before.
    Left = 9,
    /// The word right after: «X сообщает».
    After = 10,
    /// Any of the four words after.
    Right = 11,
    /// A class of words right before: an expert, a verb of saying.
    ClassBefore = 12,
    /// A class of words near before.
    ClassLeft = 13,
    /// A class of words right after.
    ClassAfter = 14,
    /// A class of words near after.
    ClassRight = 15,
    /// A word of what is said of it between commas, after a dash or in brackets: «X, аналитический центр из Бонна, …».
    Apposition = 16,
    /// The word before the preceding one, with that: «рейтинговое агентство X».
    Descriptor = 17,
    /// Why its kind is open.
    Entry = 18,
    /// A long word of the sentence.
    Topic = 19,
}

impl Group {
    /// The feature of this group with a value.
    pub fn feature(self, value: u32) -> u32 {
        // The mixing step of Fx, with the group in front: fast, and the low bits depend on all.
        let mixed = (u64::from(value) | (self as u64) << 32).wrapping_mul(0x517c_c1b7_2722_0a95);
        u32::try_from(mixed >> 32).unwrap_or_default()
    }
}

/// The number of a string as a value.
pub fn value_of(text: &str) -> u32 {
    u32::try_from(xxh3_64(text.as_bytes()) & u64::from(u32::MAX)).unwrap_or_default()
}

/// What takes features in: the model a number, its training also what it is called.
pub trait Sink {
    /// Takes a feature; `called` is what it was made of.
    fn take(&mut self, group: Group, value: u32, called: &str);
}

impl Sink for Vec<u32> {
    fn take(&mut self, group: Group, value: u32, _called: &str) {
        self.push(group.feature(value));
    }
}

/// Words on either side that count.
const NEAR: usize = 4;

/// Words of a sentence that are looked at.
const LONGEST_SENTENCE: usize = 60;

/// Longest stretch that is said of a name, in tokens.
const LONGEST_APPOSITION: usize = 8;

/// The features of a name's own words.
pub fn of_name(document: &Document<'_>, name: &Name, sink: &mut impl Sink) {
    let words: Vec<usize> = name.tokens.clone().filter(|at| is_word(document, *at)).collect();
    let word = |at: usize| document.analysis.word(at);
    for at in &words {
        sink.take(Group::Word, stem(document, *at), word(*at));
    }
    for pair in words.windows(2) {
        let [first, second] = pair else { continue };
        let both = stem(document, *first).rotate_left(13) ^ stem(document, *second);
        sink.take(Group::Words, both, word(*second));
    }
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        sink.take(Group::First, stem(document, *first), word(*first));
        sink.take(Group::Last, stem(document, *last), word(*last));
        if words.len() == 1 {
            ends_of_word(word(*first), sink);
        }
    }
    shape(document, name, &words, sink);
}

fn ends_of_word(word: &str, sink: &mut impl Sink) {
    let lower = word.to_lowercase();
    let letters: Vec<char> = lower.chars().collect();
    for length in [3, 4] {
        if letters.len() > length {
            let beginning: String = letters.iter().take(length).collect();
            let ending: String = letters.iter().skip(letters.len() - length).collect();
            sink.take(Group::Beginning, value_of(&beginning), &beginning);
            sink.take(Group::Ending, value_of(&ending), &ending);
        }
    }
}

/// Alphabet, capitals and length of a name, in one word.
fn shape(document: &Document<'_>, name: &Name, words: &[usize], sink: &mut impl Sink) {
    let text = document.analysis.text.get(name.span.clone()).unwrap_or_default();
    let has = |test: fn(char) -> bool| text.chars().any(test);
    let cyrillic = has(|c| ('\u{400}'..='\u{4ff}').contains(&c));
    let latin = has(|c| c.is_ascii_alphabetic());
    let alphabet = match (cyrillic, latin) {
        (true, false) => "cyrillic",
        (false, true) => "latin",
        _ => "mixed",
    };
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let writing = match capitals {
        0 => "small",
        _ if capitals == letters => "capitals",
        _ if words.len() == 1 && capitals > 1 => "camel",
        _ => "usual",
    };
    let length = words.len().min(4);
    let quoted = if name.quoted { "quoted" } else { "bare" };
    let mut take = |shape: &str| sink.take(Group::Shape, value_of(shape), shape);
    take(&format!("{alphabet} {writing} {length}"));
    take(&format!("{alphabet} {quoted}"));
    if text.split_once('.').is_some_and(|(_, end)| end.starts_with(char::is_lowercase)) {
        take("domain");
    }
    if has(|c| c.is_ascii_digit()) {
        take("digit");
    }
}

/// The features of the words around a mention.
pub fn of_context(document: &Document<'_>, name: &Name, sink: &mut impl Sink) {
    let sentence = document.analysis.sentence_of(name.tokens.start);
    let Some(bounds) = document.analysis.sentences.get(sentence).map(|s| s.tokens.clone()) else { return };
    let quote = |at: &usize| is_quote(document.analysis.word(*at));
    let left = (bounds.start..name.tokens.start).rev().filter(|at| !quote(at)).take(NEAR);
    let mut previous = None;
    for (distance, at) in left.enumerate() {
        let (stem, word) = (stem(document, at), document.analysis.word(at));
        if distance == 0 {
            sink.take(Group::Before, stem, word);
            classes(document, at, Group::ClassBefore, sink);
        }
        if distance == 1 {
            sink.take(Group::Descriptor, stem.rotate_left(13) ^ previous.unwrap_or_default(), word);
        }
        if distance > 0 {
            classes(document, at, Group::ClassLeft, sink);
        }
        sink.take(Group::Left, stem, word);
        previous = Some(stem);
    }
    let right = (name.tokens.end..bounds.end).filter(|at| !quote(at)).take(NEAR);
    for (distance, at) in right.enumerate() {
        let (stem, word) = (stem(document, at), document.analysis.word(at));
        if distance == 0 {
            sink.take(Group::After, stem, word);
            classes(document, at, Group::ClassAfter, sink);
        } else {
            classes(document, at, Group::ClassRight, sink);
        }
        sink.take(Group::Right, stem, word);
    }
    apposition(document, name, bounds.end, sink);
    topic(document, bounds, sink);
}

/// What the sentence speaks of: a virologist's institute is research, an economist's a think tank.
fn topic(document: &Document<'_>, sentence: Range<usize>, sink: &mut impl Sink) {
    for at in sentence.take(LONGEST_SENTENCE) {
        let word = document.analysis.word(at);
        if word.starts_with(char::is_lowercase) && word.chars().nth(4).is_some() {
            sink.take(Group::Topic, stem(document, at), word);
        }
    }
}

/// What is said of a name right after it, up to the next mark.
fn apposition(document: &Document<'_>, name: &Name, limit: usize, sink: &mut impl Sink) {
    let word = |at: usize| document.analysis.word(at);
    let opening = (name.tokens.end..limit).find(|at| !is_quote(word(*at)));
    let Some(opening) = opening.filter(|at| matches!(word(*at), "," | "(" | "—" | "–" | "-")) else { return };
    let inside = (opening + 1..limit).take(LONGEST_APPOSITION);
    for at in inside.take_while(|at| !matches!(word(*at), "," | ")" | "." | ";" | "—" | "–")) {
        if is_word(document, at) {
            sink.take(Group::Apposition, stem(document, at), word(at));
        }
    }
}

/// The feature that tells why the kind of a name is open.
pub fn of_entry(reason: &str, sink: &mut impl Sink) {
    sink.take(Group::Entry, value_of(reason), reason);
}

fn classes(document: &Document<'_>, at: usize, group: Group, sink: &mut impl Sink) {
    let Some(listed) = document.words.get(at).map(|word| word.listed) else { return };
    for class in listed.classes.each() {
        sink.take(group, class, Classes::name_of(class));
    }
    if let Some(kind) = listed.kind {
        sink.take(group, value_of(kind.name()), kind.name());
    }
}

fn is_word(document: &Document<'_>, at: usize) -> bool {
    document.analysis.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word)
}

fn stem(document: &Document<'_>, at: usize) -> u32 {
    document.words.get(at).map_or(0, |word| word.stem)
}

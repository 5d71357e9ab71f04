//! A word's form as one term: the folded word, then a suffix that tells how it was written.
//!
//! The index holds every word once, by this term. The folded word comes first, so that prefixes, patterns and
//! misspellings are looked up among folded words; the suffix tells the capitals, on which the word's stems depend too
//! («Песков» is not sand). So the stems of a term are always those of the word it was made of.

use super::{fold, number, terms::cased_form};
use std::borrow::Cow;

/// Starts the case suffix of a word with capitals.
const WRITTEN: char = '\u{2}';

/// Starts the case suffix of a word in a sentence all in capitals, where they mean nothing: its stems are those of the
/// folded word.
const SHOUTED: char = '\u{3}';

/// Greater than every case suffix, less than any letter: the exclusive upper bound of a folded word's terms.
const UPPER_BOUND: char = '\u{4}';

/// Written with a capital first, then small letters.
const CAPITALISED: &str = "C";

/// Written in capitals.
const CAPITALS: &str = "U";

/// Appends the term of a word, written as in the text. Called for every word of an archive: Russian words in
/// small letters or with one capital first are recognised by their bytes and not folded letter by letter.
pub fn push(word: &str, out: &mut String) {
    let Some((first, rest)) = word.as_bytes().split_first_chunk::<2>() else {
        return push_any(word, out);
    };
    let small = |letter: &[u8; 2]| matches!(letter, [0xd0, 0xb0..=0xbf] | [0xd1, 0x80..=0x8f]);
    let (rest, odd) = rest.as_chunks();
    match word.chars().next() {
        Some('а'..='я') if odd.is_empty() && small(first) && rest.iter().all(small) => out.push_str(word),
        Some(capital @ 'А'..='Я') if odd.is_empty() && rest.iter().all(small) => {
            out.extend(char::from_u32(capital as u32 + 32));
            out.push_str(word.get(2..).unwrap_or(""));
            out.push(WRITTEN);
            out.push_str(CAPITALISED);
        }
        _ => push_any(word, out),
    }
}

/// Appends the term of a word in a sentence all in capitals.
pub fn push_shouted(word: &str, out: &mut String) {
    let mut term = String::new();
    push(word, &mut term);
    out.push_str(&shouted(&term));
}

/// Appends the term of any word; one without capitals is its own folded form.
fn push_any(word: &str, out: &mut String) {
    let word = &*number::canonical(word);
    let folded = &*fold::folded(word);
    out.push_str(folded);
    let Some(cased) = cased_form(word, folded) else { return };
    out.push(WRITTEN);
    if cased == capitalised(folded) {
        out.push_str(CAPITALISED);
    } else if cased == folded.to_uppercase() {
        out.push_str(CAPITALS);
    } else {
        out.push_str(&cased);
    }
}

/// The term of the same word in a sentence all in capitals.
fn shouted(term: &str) -> Cow<'_, str> {
    match term.split_once(WRITTEN) {
        Some((folded, behind)) => Cow::Owned(format!("{folded}{SHOUTED}{behind}")),
        None => Cow::Borrowed(term),
    }
}

/// The folded word of a term.
#[must_use]
pub fn folded(term: &str) -> &str {
    term.split_once([WRITTEN, SHOUTED]).map_or(term, |(folded, _)| folded)
}

/// The word of a term with the capitals it was written with.
#[must_use]
pub fn as_written(term: &str) -> Cow<'_, str> {
    match term.split_once([WRITTEN, SHOUTED]) {
        None => Cow::Borrowed(term),
        Some((folded, CAPITALISED)) => Cow::Owned(capitalised(folded)),
        Some((folded, CAPITALS)) => Cow::Owned(folded.to_uppercase()),
        Some((_, cased)) => Cow::Borrowed(cased),
    }
}

/// The word whose stems a term has.
#[must_use]
pub fn as_stemmed(term: &str) -> Cow<'_, str> {
    if term.contains(SHOUTED) { Cow::Borrowed(folded(term)) } else { as_written(term) }
}

/// The exclusive upper bound of the terms of a folded word; the word itself is the lower one.
#[must_use]
pub fn end_of(folded: &str) -> String {
    format!("{folded}{UPPER_BOUND}")
}

/// Whether this byte starts the case suffix of a term; it never occurs inside a UTF-8 letter.
#[must_use]
pub fn is_end(byte: u8) -> bool {
    byte == WRITTEN as u8 || byte == SHOUTED as u8
}

fn capitalised(folded: &str) -> String {
    let mut letters = folded.chars();
    let mut out: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    out.push_str(letters.as_str());
    out
}

#[cfg(test)]
mod tests {
    use super::{as_stemmed, as_written, end_of, folded, push, push_any, shouted};
    use crate::analyse::{fold::fold, stem::Stemmer, terms::cased_form};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    fn term(word: &str) -> String {
        let mut term = String::new();
        push(word, &mut term);
        term
    }

    #[test]
    fn capitals_stand_behind() {
        for (word, expected) in [
            ("мир", "мир"),
            ("Мир", "мир\u{2}C"),
            ("МИР", "мир\u{2}U"),
            ("Я", "я\u{2}C"),
            ("иФон", "ифон\u{2}иФон"),
            ("Ёлка", "елка\u{2}C"),
            ("2025", "2025"),
        ] {
            assert_eq!(term(word), expected);
            let folded = fold(word);
            assert_eq!(as_written(expected), cased_form(word, &folded).unwrap_or(folded));
        }
        assert_eq!(shouted(&term("МИР")), "мир\u{3}U");
        assert_eq!(as_written("мир\u{3}U"), "МИР");
        assert_eq!(as_stemmed("мир\u{3}U"), "мир");
        assert!(term("Мир") < end_of("мир") && end_of("мир") < term("мира"));
    }

    proptest! {
        #[test]
        fn the_quick_way_leads_to_the_same(word in "[А-Я][а-я]{0,6}|[а-яёЁА-Я]{1,6}|[а-яA-z0-9.]{1,4}|\\PC{0,4}") {
            let mut slow = String::new();
            push_any(&word, &mut slow);
            prop_assert_eq!(term(&word), slow);
        }

        #[test]
        fn stems_are_those_of_the_word(word in "[А-яёЁA-Za-z0-9'’.]{1,8}|\\w{1,6}") {
            let (stemmer, term) = (Stemmer::default(), term(&word));
            prop_assert_eq!(folded(&term), fold(&word));
            prop_assert_eq!(stemmer.terms(&as_stemmed(&term), false), stemmer.terms(&word, false));
            let (loud, small) = (shouted(&term).into_owned(), fold(&word));
            prop_assert_eq!(stemmer.terms(&as_stemmed(&loud), false), stemmer.terms(&small, false));
            prop_assert_eq!(as_written(&loud), as_written(&term));
            prop_assert!(term < end_of(&small) && loud < end_of(&small));
        }
    }
}

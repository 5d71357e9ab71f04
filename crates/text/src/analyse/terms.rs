//! Positions: which word of a text has which position, and its stems and forms there.
//!
//! What goes into the inverted index is in [`packed`](super::packed); stems are no index terms but are derived from the
//! forms. The two functions here serve highlights, suggestions and explanations.
//!
//! Every part of a word between hyphens has a position of its own («Чатем-хаус» is found by «чатем», by «хаус» and,
//! as a phrase, by itself). Two views of a text share these positions: [`stems_by_position`] gives stems, all terms of a
//! word at one position; [`forms_by_position`] gives the words as they stand, for exact forms, prefixes and misspellings.
//! Because the positions agree, one phrase or proximity query can mix both.
//!
//! Sentence and paragraph ends take a position too, so that a phrase never runs across them. The view of forms marks
//! them by terms of their own, which no word can equal: same-sentence operators need no other data. A sentence can also
//! have labels there, at the position of its end.

use super::{
    Analysis, Sentence, TokenKind, contraction::expanded, fold::is_letter, form, number, stem::Stemmer, token::Flags,
};
use std::ops::Range;

/// Marks the end of a sentence among the forms.
pub const SENTENCE_END: &str = "\u{1}s";

/// Marks the end of a paragraph among the forms, after the sentence's own mark.
pub const PARAGRAPH_END: &str = "\u{1}p";

/// Begins the label of a sentence among the forms.
const LABEL: &str = "\u{1}l";

/// The term that marks sentences labelled `label`; no word can equal it.
#[must_use]
pub fn label_term(label: &str) -> String {
    format!("{LABEL}{label}")
}

/// Labels of a text's sentences: the offset of a byte in the sentence, and the label; in order.
pub type Labels = Vec<(usize, String)>;

/// Longest word that is indexed, in bytes; longer ones are encoded data, not language.
pub const MAX_WORD_BYTES: usize = 255;

/// A word in capitals with more letters is not an acronym but shouted.
const SHOUTED_LETTERS: usize = 6;

/// One occurrence of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermAt<'a> {
    /// The term.
    pub term: &'a str,
    /// Its position, from 0.
    pub position: u32,
    /// The offset of the word's first byte.
    pub start: usize,
    /// One past the word's last byte.
    pub end: usize,
}

/// What is at a position.
pub(super) enum PositionedItem {
    /// A word between hyphens, and whether its sentence is all in capitals.
    Word(Range<usize>, bool),
    /// The end of a sentence or paragraph, with its mark and its byte.
    End(&'static str, usize),
}

/// Calls `sink` with every stem of `analysis`, in order of position.
pub fn stems_by_position(analysis: &Analysis<'_>, stemmer: &Stemmer, sink: &mut dyn FnMut(TermAt<'_>)) {
    each_place(analysis, &mut |position, place| {
        if let PositionedItem::Word(Range { start, end }, shouted) = place {
            let word = analysis.text.get(start..end).unwrap_or("");
            let mut give = |term: &str| {
                sink(TermAt { term, position, start, end });
            };
            stemmer.each_term(word, shouted, &mut give);
        }
    });
}

/// Calls `sink` with every word of `analysis` as it stands, folded, and once more with its capitals if it has any;
/// and with the marks of sentence and paragraph ends.
pub fn forms_by_position(analysis: &Analysis<'_>, sink: &mut dyn FnMut(TermAt<'_>)) {
    labelled_forms_by_position(analysis, &Labels::new(), sink);
}

/// Like [`forms_by_position`]; the end of each sentence also gets the terms of its labels.
pub fn labelled_forms_by_position(analysis: &Analysis<'_>, labels: &Labels, sink: &mut dyn FnMut(TermAt<'_>)) {
    let (mut labels, mut term) = (labels.iter().peekable(), String::new());
    each_place(analysis, &mut |position, place| {
        let (start, end) = match &place {
            PositionedItem::Word(range, _) => (range.start, range.end),
            PositionedItem::End(_, at) => (*at, *at),
        };
        let mut give = |term: &str| {
            sink(TermAt { term, position, start, end });
        };
        match place {
            PositionedItem::Word(range, _) => {
                let word = analysis.text.get(range).unwrap_or("");
                form::push(word, &mut term);
                give(form::folded(&term));
                if form::folded(&term) != term {
                    give(&form::as_written(&term));
                }
                term.clear();
            }
            PositionedItem::End(mark, at) => {
                give(mark);
                while let Some((_, label)) = labels.next_if(|(byte, _)| *byte < at) {
                    give(&label_term(label));
                }
            }
        }
    });
}

/// The folded form with the capitals of the word itself; nothing for a word without capitals.
#[must_use]
pub fn cased_form(word: &str, folded: &str) -> Option<String> {
    if !word.chars().any(char::is_uppercase) {
        return None;
    }
    if word.chars().count() != folded.chars().count() {
        return Some(word.to_owned());
    }
    let mut cased = String::with_capacity(folded.len());
    for (own, folded) in word.chars().zip(folded.chars()) {
        let mut capital = folded.to_uppercase();
        match (own.is_uppercase(), capital.next(), capital.next()) {
            (true, Some(capital), None) => cased.push(capital),
            // «ẞ» folds to «ß», whose capitals are two.
            (true, ..) => cased.push(own),
            _ => cased.push(folded),
        }
    }
    Some(cased)
}

/// Calls `sink` with everything that has a position, in order.
pub(super) fn each_place(analysis: &Analysis<'_>, sink: &mut dyn FnMut(u32, PositionedItem)) {
    let mut position = 0;
    let mut sentences = analysis.sentences.iter().peekable();
    while let Some(sentence) = sentences.next() {
        let shouted = is_shouted(analysis, sentence);
        let mut rest = sentence.tokens.clone();
        while let Some(token) = rest.next().and_then(|at| analysis.tokens.get(at)) {
            if token.kind == TokenKind::Number {
                let at = rest.start - 1;
                let group = number::grouped(analysis.text, &analysis.tokens, at, sentence.tokens.end);
                if group.len() > 1
                    && let Some(last) = analysis.tokens.get(group.end - 1)
                {
                    rest.start = group.end;
                    sink(position, PositionedItem::Word(token.start as usize..last.end as usize, false));
                    position += 1;
                    continue;
                }
            }
            if matches!(token.kind, TokenKind::Word | TokenKind::Number) {
                for part in word_parts(analysis.text, token.range()) {
                    if part.len() <= MAX_WORD_BYTES {
                        sink(position, PositionedItem::Word(part, shouted));
                    }
                    position += 1;
                }
            }
        }
        let end = sentence.end as usize;
        sink(position, PositionedItem::End(SENTENCE_END, end));
        position += 1;
        if sentences.peek().is_some_and(|next| next.paragraph != sentence.paragraph) {
            sink(position, PositionedItem::End(PARAGRAPH_END, end));
            position += 1;
        }
    }
}

/// Whether a sentence is all in capitals, as old headlines are: then capitals mean nothing. A few words
/// alone («США и КНР») do not make it so.
fn is_shouted(analysis: &Analysis<'_>, sentence: &Sentence) -> bool {
    let tokens = analysis.tokens.get(sentence.tokens.clone()).unwrap_or_default();
    let words = || tokens.iter().filter(|t| t.kind == TokenKind::Word);
    !words().any(|t| t.flags.has(Flags::LOWER))
        && words().filter(|t| t.range().len() > 2 * SHOUTED_LETTERS).count() >= 2
}

/// Whether a character can be in a word.
fn is_word_char(c: char) -> bool {
    is_letter(c) || c.is_alphanumeric()
}

/// First byte of the hyphens beyond ASCII.
const HYPHEN_BYTE: u8 = 0xe2;

/// The parts of a word between hyphens, as byte ranges of the text; a contraction («пр-те») is one part.
pub fn word_parts(text: &str, word: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut offset = word.start;
    let mut joined = text.get(word.clone()).unwrap_or("");
    let mut single = None;
    let is_whole = !joined.bytes().any(|byte| matches!(byte, b'-' | HYPHEN_BYTE)) || expanded(joined).is_some();
    if is_whole {
        (single, joined) = (Some(word).filter(|_| joined.chars().any(is_word_char)), "");
    }
    let parts = joined.split_inclusive(['-', '‑', '‐']).filter_map(move |piece| {
        let from = offset;
        offset += piece.len();
        let part = piece.trim_end_matches(['-', '‑', '‐']);
        part.chars().any(is_word_char).then(|| from..from + part.len())
    });
    single.into_iter().chain(parts)
}

#[cfg(test)]
mod tests {
    use super::{
        Labels, PARAGRAPH_END, SENTENCE_END, forms_by_position, label_term, labelled_forms_by_position,
        stems_by_position,
    };
    use crate::analyse::{Analysis, stem::Stemmer};

    const TEXT: &str = "В Дом-музей.\nДа.";

    #[test]
    fn stems_of_parts_leave_room_for_the_ends() {
        let mut found = Vec::new();
        stems_by_position(&Analysis::new(TEXT), &Stemmer::default(), &mut |t| {
            found.push(format!("{}@{}", t.term, t.position));
        });
        assert_eq!(found, ["в@0", "дом@1", "муз@2", "да@5"]);
    }

    #[test]
    fn labels_stand_at_the_end_of_their_sentence() {
        let labels: Labels = [(0, "А"), (3, "Б"), (22, "В")].map(|(at, label)| (at, label.to_owned())).into();
        let mut found = Vec::new();
        labelled_forms_by_position(&Analysis::new(TEXT), &labels, &mut |t| {
            if t.start == t.end {
                found.push((t.term.to_owned(), t.position));
            }
        });
        let expected = [
            (SENTENCE_END.to_owned(), 3),
            (label_term("А"), 3),
            (label_term("Б"), 3),
            (PARAGRAPH_END.to_owned(), 4),
            (SENTENCE_END.to_owned(), 6),
            (label_term("В"), 6),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn forms_stand_at_the_same_positions_with_case_and_marks() {
        let mut found = Vec::new();
        forms_by_position(&Analysis::new(TEXT), &mut |t| {
            found.push((t.term.to_owned(), t.position));
        });
        let expected = [
            ("в", 0),
            ("В", 0),
            ("дом", 1),
            ("Дом", 1),
            ("музей", 2),
            (SENTENCE_END, 3),
            (PARAGRAPH_END, 4),
            ("да", 5),
            ("Да", 5),
            (SENTENCE_END, 6),
        ];
        let expected: Vec<(String, u32)> = expected.map(|(t, p)| (t.to_owned(), p)).into();
        assert_eq!(found, expected);
    }
}

//! Index terms: what of a text goes into the inverted index, and at which position.
//!
//! Every part of a word between hyphens has a position of its own («Чатем-хаус» is found by «чатем», by «хаус» and,
//! as a phrase, by itself). A word with several terms has them all at one position. Sentence and paragraph ends are
//! marked by terms of their own, which no word can equal; they take a position, so that a phrase never runs across
//! them and same-sentence operators need no other data.

use super::{Analysis, Sentence, TokenKind, stem::Stemmer, token::Flags};
use std::ops::Range;

/// Marks the end of a sentence.
pub const SENTENCE_END: &str = "\u{1}s";

/// Marks the end of a paragraph, after the sentence's own mark.
pub const PARAGRAPH_END: &str = "\u{1}p";

/// Longest word that is indexed, in bytes; longer runs are encoded data, not language.
pub const MAX_WORD_BYTES: usize = 255;

/// Letters over which a word in capitals is no acronym but shouted.
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

/// Calls `sink` with every term of `analysis`, in order of position.
pub fn index_terms(analysis: &Analysis<'_>, stemmer: &Stemmer, sink: &mut dyn FnMut(TermAt<'_>)) {
    let mut position = 0;
    let mut sentences = analysis.sentences.iter().peekable();
    while let Some(sentence) = sentences.next() {
        let caps = is_shouted(analysis, sentence);
        for at in sentence.tokens.clone() {
            let Some(token) = analysis.tokens.get(at) else { continue };
            if matches!(token.kind, TokenKind::Word | TokenKind::Number) {
                for part in word_parts(analysis.text, token.range()) {
                    let word = analysis.text.get(part.clone()).unwrap_or("");
                    if word.len() <= MAX_WORD_BYTES {
                        let (start, end) = (part.start, part.end);
                        stemmer.each_term(word, caps, &mut |term| sink(TermAt { term, position, start, end }));
                    }
                    position += 1;
                }
            }
        }
        let end = sentence.end as usize;
        sink(TermAt { term: SENTENCE_END, position, start: end, end });
        position += 1;
        if sentences.peek().is_some_and(|next| next.paragraph != sentence.paragraph) {
            sink(TermAt { term: PARAGRAPH_END, position, start: end, end });
            position += 1;
        }
    }
}

/// Whether a sentence is all in capitals, as old headlines are: then capitals tell nothing of its words. A few words
/// alone («США и КНР») do not make it so.
fn is_shouted(analysis: &Analysis<'_>, sentence: &Sentence) -> bool {
    let tokens = analysis.tokens.get(sentence.tokens.clone()).unwrap_or_default();
    let words = || tokens.iter().filter(|t| t.kind == TokenKind::Word);
    !words().any(|t| t.flags.has(Flags::LOWER))
        && words().filter(|t| t.range().len() > 2 * SHOUTED_LETTERS).count() >= 2
}

/// The parts of a word between hyphens, as byte ranges of the text.
pub fn word_parts(text: &str, word: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let start = word.start;
    let whole = text.get(word).unwrap_or("");
    let mut offset = start;
    whole.split_inclusive(['-', '‑', '‐']).filter_map(move |piece| {
        let from = offset;
        offset += piece.len();
        let part = piece.trim_end_matches(['-', '‑', '‐']);
        part.chars().any(char::is_alphanumeric).then(|| from..from + part.len())
    })
}

#[cfg(test)]
mod tests {
    use super::{PARAGRAPH_END, SENTENCE_END, index_terms};
    use crate::analyse::{Analysis, stem::Stemmer};

    fn terms(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        index_terms(&Analysis::new(text), &Stemmer::default(), &mut |t| out.push(format!("{}@{}", t.term, t.position)));
        out
    }

    #[test]
    fn hyphens_and_marks() {
        let (s, p) = (format!("{SENTENCE_END}@3"), format!("{PARAGRAPH_END}@4"));
        let found = terms("В Дом-музей.\nДа.");
        assert_eq!(found, ["в@0", "дом@1", "муз@2", s.as_str(), p.as_str(), "да@5", &format!("{SENTENCE_END}@6")]);
    }
}

//! Sentences: where one ends and the next begins.

use super::token::{Token, TokenKind};
use std::ops::Range;

/// A sentence: its bytes, its tokens and its paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The tokens it holds.
    pub tokens: Range<usize>,
    /// Number of its paragraph, from 0; paragraphs end at line breaks.
    pub paragraph: u32,
}

impl Sentence {
    /// The sentence as a range of byte offsets.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Short words that a full stop follows without ending the sentence.
const ABBREVIATIONS: [&str; 34] = [
    "г", "гг", "в", "вв", "т", "д", "п", "е", "ч", "с", "см", "им", "ул", "пр", "др", "руб", "коп", "тыс", "млн",
    "млрд", "трлн", "долл", "проф", "акад", "доц", "обл", "р", "н", "э", "кв", "стр", "рис", "ст", "мин",
];

/// Cuts tokens into sentences.
#[must_use]
pub fn split(text: &str, tokens: &[Token]) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut first = 0;
    let mut paragraph = 0;
    for at in 0..tokens.len() {
        let (Some(here), next) = (tokens.get(at), tokens.get(at + 1)) else { break };
        let gap = next.map_or("", |n| text.get(here.end as usize..n.start as usize).unwrap_or(""));
        let line_break = gap.contains('\n');
        if next.is_none() || line_break || ends_sentence(text, tokens, at, gap) {
            let start = tokens.get(first).map_or(0, |t| t.start);
            out.push(Sentence { start, end: here.end, tokens: first..at + 1, paragraph });
            first = at + 1;
        }
        paragraph += u32::from(line_break);
    }
    out
}

fn ends_sentence(text: &str, tokens: &[Token], at: usize, gap: &str) -> bool {
    let word = |i: usize| tokens.get(i).and_then(|t| text.get(t.range())).unwrap_or("");
    let (here, next) = (word(at), word(at + 1));
    let stop = |w: &str| matches!(w, "." | "!" | "?" | "…");
    let closer = matches!(here, "»" | "\"" | "”" | ")") && at > 0 && stop(word(at - 1));
    if !(stop(here) || closer) || gap.is_empty() {
        return false;
    }
    if next.starts_with(|c: char| c.is_lowercase()) {
        return false;
    }
    let before = if closer || at == 0 { "" } else { word(at - 1) };
    let initial = here == "." && before.chars().count() == 1 && before.starts_with(char::is_uppercase);
    let short = here == "." && ABBREVIATIONS.contains(&before.to_lowercase().as_str());
    let _ = TokenKind::Word;
    !initial && !(short && !next.starts_with(char::is_uppercase)) || before.is_empty()
}

/// Where the first sentence of a line ends, as a byte offset.
#[must_use]
pub fn first_end(line: &str) -> usize {
    split(line, &super::token::tokenize(line)).first().map_or(line.len(), |s| s.end as usize)
}

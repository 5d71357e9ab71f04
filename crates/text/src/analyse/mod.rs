//! Analysis: from text to tokens, sentences, stems and index terms.
//!
//! One tokenizer serves indexing, searching and extraction alike, so that offsets and terms can never disagree.
//! This module must never do I/O and never know about outlets, actors or the index.

pub mod contraction;
mod declension;
pub mod fold;
pub mod form;
pub mod morph;
pub mod number;
pub mod packed;
pub mod sentence;
pub mod stem;
pub mod stem_cache;
pub mod terms;
pub mod token;

pub use token::{Token, TokenKind};

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

/// A text with its tokens and sentences.
#[derive(Clone, Debug)]
pub struct Analysis<'t> {
    /// The text all offsets count in.
    pub text: &'t str,
    /// Words, numbers and punctuation marks, in order.
    pub tokens: Vec<Token>,
    /// Sentences, in order, each with the tokens it holds.
    pub sentences: Vec<Sentence>,
}

/// The tokens and sentences of a text, without the text.
#[derive(Clone, Debug, Default)]
pub struct Tokenisation {
    tokens: Vec<Token>,
    sentences: Vec<Sentence>,
}

impl Tokenisation {
    /// Joined with the text they were made from.
    #[must_use]
    pub fn of(self, text: &str) -> Analysis<'_> {
        Analysis { text, tokens: self.tokens, sentences: self.sentences }
    }
}

impl<'t> Analysis<'t> {
    /// The tokens and sentences alone, so that the text can go elsewhere.
    #[must_use]
    pub fn into_tokenisation(self) -> Tokenisation {
        Tokenisation { tokens: self.tokens, sentences: self.sentences }
    }

    /// Splits `text` into tokens and sentences.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let tokens = token::tokenize(text);
        let sentences = with_paragraphs(text, &tokens, sentence::sentences(text, &tokens));
        Self { text, tokens, sentences }
    }

    /// The words of a token; empty for an index out of range.
    #[must_use]
    pub fn word(&self, token: usize) -> &'t str {
        self.tokens.get(token).and_then(|t| self.text.get(t.range())).unwrap_or("")
    }

    /// Whether a token is the first of its sentence.
    #[must_use]
    pub fn opens_sentence(&self, token: usize) -> bool {
        self.sentences.get(self.sentence_of(token)).is_some_and(|sentence| sentence.tokens.start == token)
    }

    /// The number of the sentence that holds a token.
    #[must_use]
    pub fn sentence_of(&self, token: usize) -> usize {
        self.sentences.partition_point(|s| s.tokens.end <= token)
    }
}

/// Adds to each sentence its bytes and the number of its paragraph.
fn with_paragraphs(text: &str, tokens: &[Token], sentences: Vec<Range<usize>>) -> Vec<Sentence> {
    let mut out = Vec::with_capacity(sentences.len());
    let (mut paragraph, mut last) = (0, 0);
    for range in sentences {
        let (Some(first), Some(end)) = (tokens.get(range.start), range.end.checked_sub(1).and_then(|n| tokens.get(n)))
        else {
            continue;
        };
        let gap = text.get(last..first.start as usize).unwrap_or("");
        paragraph += u32::from(!out.is_empty() && gap.contains('\n'));
        last = end.end as usize;
        out.push(Sentence { start: first.start, end: end.end, tokens: range, paragraph });
    }
    out
}

/// Where the first sentence of a text ends, as a byte offset.
#[must_use]
pub fn first_sentence_end(text: &str) -> usize {
    Analysis::new(text).sentences.first().map_or(text.len(), |s| s.end as usize)
}

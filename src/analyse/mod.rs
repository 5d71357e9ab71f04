//! Analysis: from text to tokens, sentences and index terms.
//!
//! One tokenizer serves indexing, searching and extraction alike, so that offsets and terms can never disagree.
//! This module must never do I/O and never know about outlets, actors or the index.

pub mod fold;
pub mod sentence;
pub mod stem;
pub mod terms;
pub mod token;

pub use sentence::Sentence;
pub use token::{Token, TokenKind};

/// A text cut into tokens and sentences.
#[derive(Clone, Debug)]
pub struct Analysis<'t> {
    /// The text all offsets count in.
    pub text: &'t str,
    /// Words, numbers and punctuation marks, in order.
    pub tokens: Vec<Token>,
    /// Sentences, in order, each with the tokens it holds.
    pub sentences: Vec<Sentence>,
}

impl<'t> Analysis<'t> {
    /// Cuts `text` into tokens and sentences.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let tokens = token::tokenize(text);
        let sentences = sentence::split(text, &tokens);
        Self { text, tokens, sentences }
    }

    /// The words of a token; empty for an index out of range.
    #[must_use]
    pub fn word(&self, token: usize) -> &'t str {
        self.tokens.get(token).and_then(|t| self.text.get(t.range())).unwrap_or("")
    }

    /// The number of the sentence that holds a token.
    #[must_use]
    pub fn sentence_of(&self, token: usize) -> usize {
        self.sentences.partition_point(|s| s.tokens.end <= token)
    }
}

//! Our analyzer as tantivy sees it: one tokenizer that already gives finished terms.

use super::schema::ANALYZER;
use crate::analyse::{Analysis, stem::Stemmer, terms::index_terms};
use std::sync::Arc;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

/// A tokenizer manager that knows our analyzer; to be set on every index opened.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(ANALYZER, TextAnalyzer::builder(Terms { stemmer: Arc::default() }).build());
    manager
}

#[derive(Clone)]
struct Terms {
    stemmer: Arc<Stemmer>,
}

/// The terms of one text, back to back in one string.
struct Stream {
    terms: String,
    places: std::vec::IntoIter<Place>,
    at: usize,
    token: Token,
}

struct Place {
    length: usize,
    position: usize,
    start: usize,
    end: usize,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let analysis = Analysis::new(text);
        let mut terms = String::with_capacity(text.len());
        let mut places = Vec::with_capacity(analysis.tokens.len());
        index_terms(&analysis, &self.stemmer, &mut |t| {
            terms.push_str(t.term);
            places.push(Place { length: t.term.len(), position: t.position as usize, start: t.start, end: t.end });
        });
        Stream { terms, places: places.into_iter(), at: 0, token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(place) = self.places.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(self.terms.get(self.at..self.at + place.length).unwrap_or(""));
        self.at += place.length;
        self.token.position = place.position;
        self.token.offset_from = place.start;
        self.token.offset_to = place.end;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

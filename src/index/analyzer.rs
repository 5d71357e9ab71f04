//! Our analyzer as tantivy sees it: two tokenizers that already give finished terms, stems and forms.

use super::schema::{FORMS, STEMS};
use crate::analyse::{
    Analysis,
    stem::Stemmer,
    terms::{TermAt, form_terms, index_terms},
};
use std::sync::Arc;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

/// A tokenizer manager that knows our analyzer; to be set on every index opened.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(STEMS, TextAnalyzer::builder(Stems::default()).build());
    manager.register(FORMS, TextAnalyzer::builder(Forms).build());
    manager
}

/// Words in any form.
#[derive(Clone, Default)]
struct Stems {
    stemmer: Arc<Stemmer>,
}

/// Words as they stand, and the ends of sentences and paragraphs.
#[derive(Clone)]
struct Forms;

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

impl Tokenizer for Stems {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let analysis = Analysis::new(text);
        Stream::new(&analysis, &mut |sink| index_terms(&analysis, &self.stemmer, sink))
    }
}

impl Tokenizer for Forms {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let analysis = Analysis::new(text);
        Stream::new(&analysis, &mut |sink| form_terms(&analysis, sink))
    }
}

/// What hands every term of a text to a sink.
type Giving<'a> = dyn FnMut(&mut dyn FnMut(TermAt<'_>)) + 'a;

impl Stream {
    /// Takes the terms that `give` hands to the sink it is given.
    fn new(analysis: &Analysis<'_>, give: &mut Giving<'_>) -> Self {
        let mut terms = String::with_capacity(analysis.text.len());
        let mut places = Vec::with_capacity(analysis.tokens.len());
        give(&mut |t| {
            terms.push_str(t.term);
            let (length, position) = (t.term.len(), t.position as usize);
            places.push(Place { length, position, start: t.start, end: t.end });
        });
        Self { terms, places: places.into_iter(), at: 0, token: Token::default() }
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

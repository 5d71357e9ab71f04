//! Our analyzer as tantivy sees it: it only takes apart the terms that were packed where the text was extracted.

use crate::schema::PACKED;
use svodka_text::analyse::packed::Unpacked;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

/// A tokenizer manager that knows our analyzer; to be set on every index opened.
pub fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(PACKED, TextAnalyzer::builder(Packed).build());
    manager
}

/// Terms as [`PackedTerms`](svodka_text::analyse::packed::PackedTerms) has them. Offsets are not known, nor stored.
#[derive(Clone)]
struct Packed;

/// The terms of one value.
struct Stream<'p> {
    terms: Unpacked<'p>,
    token: Token,
}

impl Tokenizer for Packed {
    type TokenStream<'p> = Stream<'p>;

    fn token_stream<'p>(&'p mut self, packed: &'p str) -> Stream<'p> {
        Stream { terms: Unpacked::new(packed), token: Token::default() }
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some((position, term)) = self.terms.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(term);
        self.token.position = position;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

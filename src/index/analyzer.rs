//! Our analyzer as tantivy sees it: two tokenizers that already give finished terms, stems and forms.

use super::schema::{FORMS, STEMS};
use crate::analyse::{
    Analysis,
    stem::Stemmer,
    terms::{Labels, TermAt, index_terms, labelled_form_terms},
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

/// Words as they stand, and the ends of sentences and paragraphs with the sentences' labels.
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

    fn token_stream<'a>(&'a mut self, value: &'a str) -> Stream {
        let (labels, text) = unlabelled(value);
        let analysis = Analysis::new(text);
        Stream::new(&analysis, &mut |sink| labelled_form_terms(&analysis, &labels, sink))
    }
}

/// Ends a label in a value.
const LABEL_END: char = '\u{1e}';

/// Splits the byte of a label from its name.
const LABEL_BYTE_END: char = '\u{1f}';

/// Ends the labels of a value, also when there are none.
const LABELS_END: char = '\u{1d}';

/// The value of a field of forms: the text with the labels of its sentences before it. A label with a control
/// character is left out.
pub(super) fn labelled(text: &str, labels: &Labels) -> String {
    let mut value = String::with_capacity(text.len() + 1);
    for (byte, label) in labels.iter().filter(|(_, label)| !label.contains(char::is_control)) {
        value.push_str(&byte.to_string());
        value.push(LABEL_BYTE_END);
        value.push_str(label);
        value.push(LABEL_END);
    }
    value.push(LABELS_END);
    value.push_str(text);
    value
}

/// The labels and the text of a value made by [`labelled`].
fn unlabelled(value: &str) -> (Labels, &str) {
    let (labels, text) = value.split_once(LABELS_END).unwrap_or(("", value));
    let label = |label: &str| {
        let (byte, name) = label.split_once(LABEL_BYTE_END)?;
        Some((byte.parse().ok()?, name.to_owned()))
    };
    (labels.split(LABEL_END).filter_map(label).collect(), text)
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

#[cfg(test)]
mod tests {
    use super::{labelled, unlabelled};

    #[test]
    fn labels_come_back_and_the_text_cannot_forge_them() {
        let labels = vec![(0, "ISW".to_owned()), (17, "РБК".to_owned())];
        let text = "3\u{1f}ТАСС\u{1e}\u{1d}текст";
        assert_eq!(unlabelled(&labelled(text, &labels)), (labels, text));
        assert_eq!(unlabelled(&labelled(text, &Vec::new())), (Vec::new(), text));
    }
}

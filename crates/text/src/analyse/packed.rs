//! Index terms packed into one string by the thread that extracted the text; indexing only unpacks them.
//!
//! A text is one term a word, its [form], and apart from them, at the positions between, the marks and labels of its
//! sentences. Stems are derived from forms, so they are not indexed.
//!
//! A new position is announced by [`NEXT`], a further term at the same position by [`SAME`]; the tokenizer takes both
//! for white space, so no word holds them.

use super::{
    Analysis, form,
    terms::{Labels, PositionedItem, each_place, label_term},
};

/// Goes before the first term of a position, and stands alone for a position without terms.
const NEXT: char = '\u{1e}';

/// Goes before each further term of a position.
const SAME: char = '\u{1f}';

/// The index terms of one text, packed; see [`terms`](super::terms).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedTerms {
    /// Words.
    pub words: String,
    /// Marks and labels.
    pub marks: String,
}

impl PackedTerms {
    /// The terms of a text whose sentences have `labels`. A label with a control character is left out.
    #[must_use]
    pub fn new(analysis: &Analysis<'_>, labels: &Labels) -> Self {
        let mut packed = Self { words: String::with_capacity(analysis.text.len() * 5 / 4), marks: String::new() };
        let mut labels = labels.iter().filter(|(_, label)| !label.contains(char::is_control)).peekable();
        let (mut next_word, mut next_mark) = (0, 0);
        each_place(analysis, &mut |position, place| match place {
            PositionedItem::Word(range, shouted) => {
                go_to(&mut packed.words, &mut next_word, position);
                let word = analysis.text.get(range).unwrap_or("");
                if shouted { form::push_shouted(word, &mut packed.words) } else { form::push(word, &mut packed.words) }
            }
            PositionedItem::End(mark, at) => {
                go_to(&mut packed.marks, &mut next_mark, position);
                packed.marks.push_str(mark);
                while let Some((_, label)) = labels.next_if(|(byte, _)| *byte < at) {
                    packed.marks.push(SAME);
                    packed.marks.push_str(&label_term(label));
                }
            }
        });
        packed
    }
}

/// Moves to `position`; `next` is the first position not yet announced.
fn go_to(out: &mut String, next: &mut u32, position: u32) {
    while *next <= position {
        out.push(NEXT);
        *next += 1;
    }
}

/// Iterates over packed terms.
pub struct Unpacked<'p> {
    rest: &'p str,
    /// The position of the next term, plus one.
    position: usize,
}

impl<'p> Unpacked<'p> {
    /// The terms in `packed`.
    #[must_use]
    pub fn new(packed: &'p str) -> Self {
        Self { rest: packed, position: 0 }
    }
}

impl<'p> Iterator for Unpacked<'p> {
    type Item = (usize, &'p str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (mark, rest) = self.rest.split_at_checked(1)?;
            self.position += usize::from(mark.starts_with(NEXT));
            let end = rest.bytes().position(|byte| matches!(byte, 0x1e | 0x1f)).unwrap_or(rest.len());
            let (term, rest) = rest.split_at_checked(end)?;
            self.rest = rest;
            if !term.is_empty() {
                return Some((self.position - 1, term));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PackedTerms, Unpacked};
    use crate::analyse::{
        Analysis, form,
        stem::Stemmer,
        terms::{Labels, labelled_forms_by_position, stems_by_position},
    };
    use proptest::prelude::{prop_assert_eq, proptest};

    /// Terms with their positions.
    type Placed = Vec<(usize, String)>;

    /// Stems and words of a text: from its packed terms, and from the text itself.
    fn both(text: &str, labels: &Labels) -> [(Placed, Placed); 2] {
        let (analysis, stemmer) = (Analysis::new(text), Stemmer::default());
        let (mut stems, mut words) = (Placed::new(), Placed::new());
        stems_by_position(&analysis, &stemmer, &mut |t| stems.push((t.position as usize, t.term.to_owned())));
        labelled_forms_by_position(&analysis, labels, &mut |t| words.push((t.position as usize, t.term.to_owned())));
        let packed = PackedTerms::new(&analysis, labels);
        let (mut own_stems, mut own_words) = (Placed::new(), Placed::new());
        for (at, term) in Unpacked::new(&packed.words) {
            stemmer.each_term(&form::as_stemmed(term), false, &mut |stem| own_stems.push((at, stem.to_owned())));
            own_words.push((at, form::folded(term).to_owned()));
            if form::folded(term) != term {
                own_words.push((at, form::as_written(term).into_owned()));
            }
        }
        own_words.extend(Unpacked::new(&packed.marks).map(|(at, term)| (at, term.to_owned())));
        own_words.sort_by_key(|(at, _)| *at);
        [(own_stems, stems), (own_words, words)]
    }

    #[test]
    fn labels_shouting_and_overlong_words() {
        let labels: Labels = vec![(0, "ISW".to_owned()), (60, "РБК".to_owned())];
        let long = "щ".repeat(400);
        let text = format!("ПУТИН ПРОВЁЛ СОВЕЩАНИЕ В КРЕМЛЕ. Да!\n{long} Дом-музей: 5 комнат и стали.");
        for (found, expected) in both(&text, &labels) {
            assert_eq!(found, expected);
        }
        let forged = PackedTerms::new(&Analysis::new("Да."), &vec![(0, "а\u{1e}б".to_owned())]);
        assert!(!forged.marks.contains('б'));
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(text in "([А-Яа-яёЁA-Za-z0-9\u{1c}-\u{1f}]{0,6}[ .,!\n-]{0,2}){0,12}|\\PC{0,40}") {
            for (found, expected) in both(&text, &vec![(0, "ТАСС".to_owned())]) {
                prop_assert_eq!(found, expected);
            }
        }
    }
}

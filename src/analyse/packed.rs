//! Index terms in one string: both views come from one analysis, made by the thread that extracted the text, and the
//! index only takes the terms apart.
//!
//! A new position is announced by [`NEXT`], a further term at the same position by [`SAME`]; the tokenizer takes both
//! for white space, so no word holds them.

use super::{
    Analysis,
    fold::folded,
    stem::with_cache,
    terms::{Labels, Place, each_place, label_term},
};
use std::borrow::Cow;

/// Goes before the first term of a position, and stands alone for a position without terms.
const NEXT: char = '\u{1e}';

/// Goes before each further term of a position.
const SAME: char = '\u{1f}';

/// The index terms of one text in both views, packed; see [`terms`](super::terms).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedTerms {
    /// Stems.
    pub stems: String,
    /// Words as they stand, marks and labels.
    pub forms: String,
}

impl PackedTerms {
    /// The terms of a text whose sentences have `labels`. A label with a control character is left out.
    #[must_use]
    pub fn new(analysis: &Analysis<'_>, labels: &Labels) -> Self {
        let mut packed = Self {
            stems: String::with_capacity(analysis.text.len()),
            forms: String::with_capacity(analysis.text.len() * 5 / 4),
        };
        let mut labels = labels.iter().filter(|(_, label)| !label.contains(char::is_control)).peekable();
        let (mut stems_at, mut forms_at) = (0, 0);
        with_cache(|cache| {
            each_place(analysis, &mut |position, place| match place {
                Place::Word(range, shouted) => {
                    let word = analysis.text.get(range).unwrap_or("");
                    let terms = cache.terms(word);
                    go_to(&mut packed.forms, &mut forms_at, position);
                    add(&mut packed.forms, std::iter::once(terms.folded).chain(terms.cased));
                    go_to(&mut packed.stems, &mut stems_at, position);
                    if shouted && let Cow::Owned(small) = folded(word) {
                        add(&mut packed.stems, cache.terms(&small).stems());
                    } else {
                        add(&mut packed.stems, terms.stems());
                    }
                }
                Place::End(mark, at) => {
                    go_to(&mut packed.forms, &mut forms_at, position);
                    add(&mut packed.forms, std::iter::once(mark));
                    while let Some((_, label)) = labels.next_if(|(byte, _)| *byte < at) {
                        packed.forms.push(SAME);
                        packed.forms.push_str(&label_term(label));
                    }
                }
            });
        });
        packed
    }
}

/// Announces `position`; `next` is the one after the last.
fn go_to(out: &mut String, next: &mut u32, position: u32) {
    while *next <= position {
        out.push(NEXT);
        *next += 1;
    }
}

fn add<'t>(out: &mut String, terms: impl Iterator<Item = &'t str>) {
    for (number, term) in terms.enumerate() {
        if number > 0 {
            out.push(SAME);
        }
        out.push_str(term);
    }
}

/// Takes packed terms apart.
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
        Analysis,
        stem::Stemmer,
        terms::{Labels, index_terms, labelled_form_terms},
    };
    use proptest::prelude::{prop_assert_eq, proptest};

    /// Terms with their positions.
    type Placed = Vec<(usize, String)>;

    /// The stems and the forms of a text: as they come back, and as they are.
    fn both(text: &str, labels: &Labels) -> [(Placed, Placed); 2] {
        let analysis = Analysis::new(text);
        let (mut stems, mut forms) = (Placed::new(), Placed::new());
        index_terms(&analysis, &Stemmer::default(), &mut |t| stems.push((t.position as usize, t.term.to_owned())));
        labelled_form_terms(&analysis, labels, &mut |t| forms.push((t.position as usize, t.term.to_owned())));
        let packed = PackedTerms::new(&analysis, labels);
        let unpacked = |packed: &str| Unpacked::new(packed).map(|(at, term)| (at, term.to_owned())).collect();
        [(unpacked(&packed.stems), stems), (unpacked(&packed.forms), forms)]
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
        assert!(!forged.forms.contains('б'));
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

//! Spans: where in a text the words of a query stand.
//!
//! One small algebra serves everything that has places: words with all their terms, phrases, proximity, one sentence,
//! one paragraph, and alternatives of these (the aliases of a name). [`join`] holds the rules as pure functions;
//! [`cursor`] runs them over an index, [`text`] over the words of one text, for highlights. So what is highlighted is always
//! what was found.

mod cursor;
mod join;
mod query;
mod text;

use tantivy::schema::Field;

pub(super) use query::SpanQuery;
pub(super) use text::TextTerms;

/// A stretch of positions: start and end, end exclusive.
pub(super) type Span = (u32, u32);

/// Something that has places in a field.
#[derive(Clone, Debug)]
pub(super) enum Spans {
    /// A word: any of its terms.
    Word(Leaf),
    /// Each right behind the one before.
    Phrase(Vec<Spans>),
    /// All of them in any order, with at most so many other words among them.
    Window(Vec<Spans>, u32),
    /// Two of them at most so many words apart.
    Near(Box<Spans>, u32, Box<Spans>),
    /// Two of them with no such mark between.
    Same(Box<Spans>, Leaf, Box<Spans>),
    /// Spans in one sentence with a label: the marks of sentence ends, and the labels, which stand at the same places.
    Said(Box<Spans>, Leaf, Leaf),
    /// Any of them.
    Any(Vec<Spans>),
    /// A name as typed, or any of its other names.
    Named(Box<Spans>, Vec<Spans>),
}

/// What the words of a leaf are told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Their stems.
    Stems,
    /// Themselves: those with capitals written just so, those without in any way.
    Forms,
    /// The marks and labels of sentences.
    Marks,
}

/// One word in one field.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// Where to look.
    pub(super) field: Field,
    /// What the terms are.
    pub(super) by: By,
    /// What to look for; sorted.
    pub(super) terms: Vec<String>,
    /// Articles that hold it, when finding the terms has counted them.
    pub(super) doc_freq: Option<u64>,
}

impl Leaf {
    /// A word by its stems.
    pub(super) fn stems(field: Field, terms: Vec<String>) -> Self {
        Self::new(field, By::Stems, terms)
    }

    /// A word by its forms.
    pub(super) fn forms(field: Field, terms: Vec<String>) -> Self {
        Self::new(field, By::Forms, terms)
    }

    /// Marks or labels of sentences.
    pub(super) fn marks(field: Field, terms: Vec<String>) -> Self {
        Self::new(field, By::Marks, terms)
    }

    fn new(field: Field, by: By, mut terms: Vec<String>) -> Self {
        terms.sort_unstable();
        terms.dedup();
        Self { field, by, terms, doc_freq: None }
    }

    /// Whether it looks for `term`.
    pub(super) fn holds(&self, term: &str) -> bool {
        self.terms.binary_search_by(|known| known.as_str().cmp(term)).is_ok()
    }
}

impl Spans {
    /// Calls `sink` with every leaf.
    fn each_leaf<'s>(&'s self, sink: &mut dyn FnMut(&'s Leaf)) {
        match self {
            Self::Word(leaf) => sink(leaf),
            Self::Phrase(parts) | Self::Window(parts, _) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.each_leaf(sink));
            }
            Self::Near(left, _, right) => [left, right].into_iter().for_each(|part| part.each_leaf(sink)),
            Self::Same(left, mark, right) => {
                sink(mark);
                [left, right].into_iter().for_each(|part| part.each_leaf(sink));
            }
            Self::Said(spans, ends, labels) => {
                [ends, labels].into_iter().for_each(&mut *sink);
                spans.each_leaf(sink);
            }
            Self::Named(typed, others) => {
                std::iter::once(&**typed).chain(others).for_each(|part| part.each_leaf(sink));
            }
        }
    }

    /// Whether nothing can match it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Word(leaf) => leaf.terms.is_empty(),
            Self::Phrase(parts) | Self::Window(parts, _) => parts.is_empty() || parts.iter().any(Self::is_empty),
            Self::Any(parts) => parts.iter().all(Self::is_empty),
            Self::Named(typed, others) => typed.is_empty() && others.iter().all(Self::is_empty),
            Self::Near(left, _, right) | Self::Same(left, _, right) => left.is_empty() || right.is_empty(),
            Self::Said(spans, _, labels) => spans.is_empty() || labels.terms.is_empty(),
        }
    }
}

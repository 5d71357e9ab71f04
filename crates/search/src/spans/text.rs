//! Spans in one text: which of its words a query found.

use super::{By, Leaf, Span, Spans, join};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use svodka_text::analyse::{
    Analysis,
    stem::Stemmer,
    terms::{Labels, TermAt, labelled_forms_by_position, stems_by_position},
};
use tantivy::schema::Field;

/// The positions of a text's terms, as one field of the index would hold them.
type Positions = FxHashMap<String, Vec<u32>>;

/// The words of one text.
pub(crate) struct TextTerms {
    field: Field,
    stems: Positions,
    forms: Positions,
    words: FxHashMap<u32, Range<usize>>,
}

/// The terms that queries look for.
#[derive(Default)]
struct Asked<'q> {
    stems: FxHashSet<&'q str>,
    /// Forms and marks.
    forms: FxHashSet<&'q str>,
}

impl<'q> Asked<'q> {
    fn add(&mut self, leaf: &'q Leaf) {
        let asked = if leaf.by == By::Stems { &mut self.stems } else { &mut self.forms };
        asked.extend(leaf.terms.iter().map(String::as_str));
    }
}

/// What a query finds in a text.
#[derive(Default)]
struct FieldMatches {
    /// Where it matches.
    spans: Vec<Span>,
    /// The words that make it match; those only between them are not.
    highlighted: Vec<Span>,
}

impl TextTerms {
    /// What `queries` look for in a field: words of `analysis` and labels of its sentences. All others cost nothing to
    /// keep.
    pub(crate) fn new(
        analysis: &Analysis<'_>,
        labels: &Labels,
        stemmer: &Stemmer,
        field: Field,
        queries: &[Spans],
    ) -> Self {
        let mut asked = Asked::default();
        let add = &mut |leaf| asked.add(leaf);
        queries.iter().for_each(|query| query.each_leaf(add));
        let mut words = FxHashMap::default();
        let mut stem_positions = Positions::default();
        if !asked.stems.is_empty() {
            stems_by_position(analysis, stemmer, &mut |t| {
                if asked.stems.contains(t.term) {
                    words.insert(t.position, t.start..t.end);
                    note(&mut stem_positions, &t);
                }
            });
        }
        let mut form_positions = Positions::default();
        if !asked.forms.is_empty() {
            labelled_forms_by_position(analysis, labels, &mut |t| {
                if asked.forms.contains(t.term) {
                    words.insert(t.position, t.start..t.end);
                    note(&mut form_positions, &t);
                }
            });
        }
        Self { field, stems: stem_positions, forms: form_positions, words }
    }

    /// The words that make `queries` match this text, as byte ranges with the number of the query, in order.
    pub(crate) fn highlighted(&self, queries: &[Spans]) -> Vec<(Range<usize>, usize)> {
        let mut positions: Vec<(u32, usize)> = Vec::new();
        for (number, query) in queries.iter().enumerate() {
            for (start, end) in self.find(query).highlighted {
                positions.extend((start..end).map(|position| (position, number)));
            }
        }
        positions.sort_unstable();
        positions.dedup_by_key(|(position, _)| *position);
        let word = |(position, number)| self.words.get(&position).map(|range| (range.clone(), number));
        positions.into_iter().filter_map(word).filter(|(range, _)| !range.is_empty()).collect()
    }

    fn find(&self, query: &Spans) -> FieldMatches {
        match query {
            Spans::Word(leaf) => {
                let spans: Vec<Span> = self.leaf(leaf).into_iter().map(|p| (p, p + 1)).collect();
                FieldMatches { highlighted: spans.clone(), spans }
            }
            Spans::Phrase(parts) => {
                let spans = join::phrase(&self.all(parts).0);
                FieldMatches { highlighted: spans.clone(), spans }
            }
            Spans::Window(parts, others) => {
                let (lists, highlighted) = self.all(parts);
                FieldMatches::within(join::window(&lists, *others), highlighted)
            }
            Spans::Near(left, words, right) => {
                let (left, right) = (self.find(left), self.find(right));
                let spans = join::near(&left.spans, &right.spans, *words);
                FieldMatches::within(spans, [left.highlighted, right.highlighted].concat())
            }
            Spans::Same(left, mark, right) => {
                let (left, right) = (self.find(left), self.find(right));
                let spans = join::same(&left.spans, &right.spans, &self.leaf(mark));
                FieldMatches::within(spans, [left.highlighted, right.highlighted].concat())
            }
            Spans::Said(spans, ends, labels) => {
                let found = self.find(spans);
                let spans = join::said(&found.spans, &self.leaf(ends), &self.leaf(labels));
                FieldMatches::within(spans, found.highlighted)
            }
            Spans::Any(parts) => self.any(&mut parts.iter()),
            Spans::Named(typed, others) => self.any(&mut std::iter::once(&**typed).chain(others)),
        }
    }

    fn any(&self, parts: &mut dyn Iterator<Item = &Spans>) -> FieldMatches {
        let mut found = FieldMatches::default();
        for part in parts.map(|part| self.find(part)) {
            found.spans.extend(part.spans);
            found.highlighted.extend(part.highlighted);
        }
        join::tidy(&mut found.spans);
        found
    }

    fn all(&self, parts: &[Spans]) -> (Vec<Vec<Span>>, Vec<Span>) {
        let (mut lists, mut highlighted) = (Vec::with_capacity(parts.len()), Vec::new());
        for found in parts.iter().map(|part| self.find(part)) {
            lists.push(found.spans);
            highlighted.extend(found.highlighted);
        }
        (lists, highlighted)
    }

    fn leaf(&self, leaf: &Leaf) -> Vec<u32> {
        if leaf.field != self.field && leaf.by != By::Marks {
            return Vec::new();
        }
        let positions = if leaf.by == By::Stems { &self.stems } else { &self.forms };
        let mut found: Vec<u32> = if leaf.terms.len() < positions.len() {
            leaf.terms.iter().filter_map(|term| positions.get(term)).flatten().copied().collect()
        } else {
            positions.iter().filter(|(term, _)| leaf.holds(term)).flat_map(|(_, at)| at).copied().collect()
        };
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl FieldMatches {
    /// `spans` with those of `highlighted` that lie in one of them.
    fn within(spans: Vec<Span>, mut highlighted: Vec<Span>) -> Self {
        highlighted.retain(|l| spans.iter().any(|s| s.0 <= l.0 && l.1 <= s.1));
        Self { spans, highlighted }
    }
}

fn note(positions: &mut Positions, t: &TermAt<'_>) {
    match positions.get_mut(t.term) {
        Some(known) => known.push(t.position),
        None => {
            positions.insert(t.term.to_owned(), vec![t.position]);
        }
    }
}

//! Running spans over a segment: articles in order, and the spans in each.
//!
//! A cursor stands on an article that really matches, or behind the last one. Words with few terms merge their
//! postings as they go; words with many (`по*`) are read into one sorted list first, so that memory grows with what
//! is found and not with the number of open postings.

use super::{By, Leaf, Span, Spans, join};
use crate::deadline::Deadline;
use svodka_store::{Stems, words};
use tantivy::{
    DocId, DocSet, SegmentReader, TERMINATED, Term,
    postings::{Postings, SegmentPostings},
    schema::IndexRecordOption,
};

/// Most terms of a word whose postings are merged as they are read: as many as the forms of a verb, small and with a
/// capital.
const FEW: usize = 128;

/// A segment and the stems of its words.
#[derive(Clone, Copy)]
pub(super) struct SegmentStems<'s> {
    pub(super) reader: &'s SegmentReader,
    pub(super) stems: &'s Stems,
    /// When to stop looking for articles.
    pub(super) deadline: &'s Deadline,
}

/// A place among the matching articles of a segment.
pub(super) enum Cursor {
    /// A word by its postings.
    Few(Few),
    /// A word by a list made before.
    Many(Many),
    /// Several things that must all be there, and how they must stand to each other.
    All(Box<All>),
    /// Several things of which one is enough.
    Any(Any),
}

/// Every word of a text is in one of the postings only.
pub(super) struct Few {
    postings: Vec<SegmentPostings>,
    /// Where each of them stands.
    docs: Vec<DocId>,
    /// Where the first of them stands.
    doc: DocId,
}

/// Articles with a position or, when places do not matter, a frequency each.
pub(super) struct Many {
    entries: Vec<(DocId, u32)>,
    at: usize,
    positions: bool,
}

pub(super) struct Any {
    parts: Vec<Cursor>,
    /// Where the first of them stands.
    doc: DocId,
}

pub(super) struct All {
    parts: Vec<Cursor>,
    rule: Rule,
    doc: DocId,
    found: Vec<Span>,
    deadline: Deadline,
    /// Articles looked at since the clock was.
    looked: u32,
}

/// Articles that are looked at between two looks at the clock: some tens of microseconds.
const ROUNDS: u32 = 64;

enum Rule {
    Phrase,
    Window(u32),
    Near(u32),
    Same(Cursor),
    Said(Cursor),
}

impl Cursor {
    /// A cursor on the first matching article; `positions`: whether spans will be asked for.
    pub(super) fn new(spans: &Spans, place: SegmentStems<'_>, positions: bool) -> tantivy::Result<Self> {
        let all = |parts: &[&Spans], rule| -> tantivy::Result<Self> {
            let parts = parts.iter().map(|part| Self::new(part, place, true)).collect::<tantivy::Result<_>>()?;
            let deadline = place.deadline.clone();
            let mut all = All { parts, rule, doc: 0, found: Vec::new(), deadline, looked: 0 };
            all.settle(0);
            Ok(Self::All(Box::new(all)))
        };
        match spans {
            Spans::Word(leaf) => Self::word(leaf, place, positions),
            Spans::Phrase(parts) => all(&parts.iter().collect::<Vec<_>>(), Rule::Phrase),
            Spans::Window(parts, others) => all(&parts.iter().collect::<Vec<_>>(), Rule::Window(*others)),
            Spans::Near(left, words, right) => all(&[left, right], Rule::Near(*words)),
            Spans::Same(left, mark, right) => all(&[left, right], Rule::Same(Self::word(mark, place, true)?)),
            Spans::Said(spans, ends, labels) => {
                all(&[spans, &Spans::Word(labels.clone())], Rule::Said(Self::word(ends, place, true)?))
            }
            Spans::Any(parts) => {
                let parts = parts.iter().map(|part| Self::new(part, place, true));
                Ok(Self::Any(Any::new(parts.collect::<tantivy::Result<_>>()?)))
            }
            Spans::Named(typed, others) => {
                let parts = std::iter::once(&**typed).chain(others).map(|part| Self::new(part, place, true));
                Ok(Self::Any(Any::new(parts.collect::<tantivy::Result<_>>()?)))
            }
        }
    }

    fn word(
        leaf: &Leaf,
        SegmentStems { reader, stems, deadline }: SegmentStems<'_>,
        positions: bool,
    ) -> tantivy::Result<Self> {
        let index = reader.inverted_index(leaf.field)?;
        let option = if positions { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::WithFreqs };
        let mut terms = Vec::new();
        match leaf.by {
            By::Stems => terms = stems.terms(reader, leaf.field, &leaf.terms)?,
            By::Forms => {
                for form in &leaf.terms {
                    terms.extend(words::terms_of(&index, form)?);
                }
            }
            By::Marks => {
                for mark in &leaf.terms {
                    terms.extend(index.get_term_info(&Term::from_field_text(leaf.field, mark))?);
                }
            }
        }
        let mut postings = terms.iter().map(|term| index.read_postings_from_terminfo(term, option));
        if terms.len() > FEW {
            return Ok(Self::Many(Many::read(&mut postings, reader, positions, deadline)?));
        }
        Ok(Self::Few(Few::new(postings.collect::<Result<_, _>>()?)))
    }

    /// Appends the spans in the present article.
    pub(super) fn spans(&mut self, out: &mut Vec<Span>) {
        match self {
            Self::Few(few) => few.spans(out),
            Self::Many(many) => out.extend(many.here().map(|(_, position)| (*position, position + 1))),
            Self::All(all) => out.extend(&all.found),
            Self::Any(any) => {
                any.here().for_each(|part| part.spans(out));
                join::tidy(out);
            }
        }
    }

    /// How often it stands in the present article.
    pub(super) fn frequency(&mut self) -> u32 {
        let known = match self {
            Self::Few(few) => Some(few.frequency()),
            Self::Many(many) if !many.positions => Some(many.here().map(|(_, frequency)| *frequency).sum()),
            Self::All(all) => u32::try_from(all.found.len()).ok(),
            Self::Any(any) => any.frequency_of_one(),
            Self::Many(_) => None,
        };
        known.unwrap_or_else(|| {
            let mut spans = Vec::new();
            self.spans(&mut spans);
            u32::try_from(spans.len()).unwrap_or(u32::MAX)
        })
    }
}

impl DocSet for Cursor {
    fn doc(&self) -> DocId {
        match self {
            Self::Few(few) => few.doc,
            Self::Many(many) => many.entries.get(many.at).map_or(TERMINATED, |(doc, _)| *doc),
            Self::All(all) => all.doc,
            Self::Any(any) => any.doc,
        }
    }

    fn advance(&mut self) -> DocId {
        let doc = self.doc();
        if doc == TERMINATED { TERMINATED } else { self.seek(doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Few(few) => few.seek(target),
            Self::Many(many) => {
                let rest = many.entries.get(many.at..).unwrap_or_default();
                many.at += rest.partition_point(|(doc, _)| *doc < target);
                self.doc()
            }
            Self::All(all) => {
                if all.doc < target {
                    all.settle(target);
                }
                all.doc
            }
            Self::Any(any) => {
                any.doc = any.parts.iter_mut().map(|part| seek(part, target)).min().unwrap_or(TERMINATED);
                any.doc
            }
        }
    }

    fn size_hint(&self) -> u32 {
        let sum = |hints: &mut dyn Iterator<Item = u32>| hints.fold(0, u32::saturating_add);
        match self {
            Self::Few(few) => sum(&mut few.postings.iter().map(DocSet::size_hint)),
            Self::Many(many) => u32::try_from(many.entries.len() - many.at.min(many.entries.len())).unwrap_or(u32::MAX),
            Self::All(all) => all.parts.iter().map(Self::size_hint).min().unwrap_or(0) / 4,
            Self::Any(any) => sum(&mut any.parts.iter().map(Self::size_hint)),
        }
    }
}

/// Seeks, but never backwards: postings must not be asked for what they have passed.
fn seek(docs: &mut dyn DocSet, target: DocId) -> DocId {
    if docs.doc() < target { docs.seek(target) } else { docs.doc() }
}

impl Any {
    fn new(parts: Vec<Cursor>) -> Self {
        let doc = parts.iter().map(DocSet::doc).min().unwrap_or(TERMINATED);
        Self { parts, doc }
    }

    fn here(&mut self) -> impl Iterator<Item = &mut Cursor> {
        let doc = self.doc;
        self.parts.iter_mut().filter(move |part| part.doc() == doc)
    }

    /// The frequency, when it can be told without places: one thing is here.
    fn frequency_of_one(&mut self) -> Option<u32> {
        let mut here = self.here();
        let only = here.next().filter(|_| here.next().is_none())?;
        match only {
            Cursor::Few(_) | Cursor::All(_) => Some(only.frequency()),
            _ => None,
        }
    }
}

impl Few {
    fn new(postings: Vec<SegmentPostings>) -> Self {
        let docs: Vec<DocId> = postings.iter().map(DocSet::doc).collect();
        let doc = docs.iter().copied().min().unwrap_or(TERMINATED);
        Self { postings, docs, doc }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let mut least = TERMINATED;
        for (doc, postings) in self.docs.iter_mut().zip(&mut self.postings) {
            if *doc < target {
                // The next article is nearer by a step than by a leap.
                *doc = if *doc + 1 == target { postings.advance() } else { postings.seek(target) };
            }
            least = least.min(*doc);
        }
        self.doc = least;
        least
    }

    fn here(&mut self) -> impl Iterator<Item = &mut SegmentPostings> {
        let doc = self.doc;
        let postings = self.docs.iter().zip(&mut self.postings);
        postings.filter(move |(at, _)| **at == doc && doc != TERMINATED).map(|(_, postings)| postings)
    }

    fn spans(&mut self, out: &mut Vec<Span>) {
        let mut positions = Vec::new();
        self.here().for_each(|p| p.append_positions_with_offset(0, &mut positions));
        out.extend(positions.into_iter().map(|p| (p, p + 1)));
        join::tidy(out);
    }

    fn frequency(&mut self) -> u32 {
        self.here().map(|p| p.term_freq()).sum()
    }
}

impl Many {
    fn read(
        postings: &mut dyn Iterator<Item = std::io::Result<SegmentPostings>>,
        reader: &SegmentReader,
        positions: bool,
        deadline: &Deadline,
    ) -> tantivy::Result<Self> {
        let mut entries = Vec::new();
        let mut postings = postings.take_while(|_| !deadline.is_over());
        if positions {
            let mut places = Vec::new();
            for postings in &mut postings {
                let mut postings = postings?;
                while postings.doc() != TERMINATED {
                    postings.positions(&mut places);
                    entries.extend(places.iter().map(|place| (postings.doc(), *place)));
                    postings.advance();
                }
            }
            entries.sort_unstable();
            entries.dedup();
        } else {
            let mut frequencies = vec![0u32; reader.max_doc() as usize];
            for postings in &mut postings {
                let mut postings = postings?;
                while postings.doc() != TERMINATED {
                    if let Some(frequency) = frequencies.get_mut(postings.doc() as usize) {
                        *frequency = frequency.saturating_add(postings.term_freq());
                    }
                    postings.advance();
                }
            }
            entries.extend((0..).zip(frequencies).filter(|(_, frequency)| *frequency > 0));
        }
        Ok(Self { entries, at: 0, positions })
    }

    /// The entries of the present article.
    fn here(&self) -> impl Iterator<Item = &(DocId, u32)> {
        let rest = self.entries.get(self.at..).unwrap_or_default();
        let doc = rest.first().map(|(doc, _)| *doc);
        rest.iter().take_while(move |(d, _)| Some(*d) == doc)
    }
}

impl All {
    /// Goes to the first article from `target` on that matches; to the end when the time is up.
    fn settle(&mut self, mut target: DocId) {
        loop {
            self.looked = self.looked.wrapping_add(1);
            if self.looked.is_multiple_of(ROUNDS) && self.deadline.is_over() {
                self.doc = TERMINATED;
                return;
            }
            self.doc = self.common(target);
            if self.doc == TERMINATED || self.matches() {
                return;
            }
            target = self.doc + 1;
        }
    }

    /// The first article from `target` on that has every part.
    fn common(&mut self, mut target: DocId) -> DocId {
        'leap: loop {
            for part in &mut self.parts {
                let doc = seek(part, target);
                if doc > target {
                    if doc == TERMINATED {
                        return TERMINATED;
                    }
                    target = doc;
                    continue 'leap;
                }
            }
            return if self.parts.is_empty() { TERMINATED } else { target };
        }
    }

    /// Whether the parts stand as they must; notes where.
    fn matches(&mut self) -> bool {
        let mut lists: Vec<Vec<Span>> = Vec::with_capacity(self.parts.len());
        for part in &mut self.parts {
            let mut list = Vec::new();
            part.spans(&mut list);
            lists.push(list);
        }
        let pair = || Some((lists.first()?.as_slice(), lists.get(1)?.as_slice()));
        self.found = match &mut self.rule {
            Rule::Phrase => join::phrase(&lists),
            Rule::Window(others) => join::window(&lists, *others),
            Rule::Near(words) => pair().map(|(left, right)| join::near(left, right, *words)).unwrap_or_default(),
            Rule::Same(marks) => {
                let marks = places(marks, self.doc);
                pair().map(|(left, right)| join::same(left, right, &marks)).unwrap_or_default()
            }
            Rule::Said(ends) => {
                let ends = places(ends, self.doc);
                let starts = |spans: &[Span]| spans.iter().map(|span| span.0).collect::<Vec<u32>>();
                pair().map(|(spans, labels)| join::said(spans, &ends, &starts(labels))).unwrap_or_default()
            }
        };
        !self.found.is_empty()
    }
}

/// Where marks stand in an article.
fn places(marks: &mut Cursor, doc: DocId) -> Vec<u32> {
    let mut places = Vec::new();
    if seek(marks, doc) == doc {
        marks.spans(&mut places);
    }
    places.into_iter().map(|place| place.0).collect()
}

//! Spans as a query of tantivy, scored by BM25 as if what they describe were one word.

use super::{
    By, Leaf, Spans,
    cursor::{Cursor, SegmentStems},
};
use crate::{
    bm25::{Lengths, Scale, idf},
    deadline::Deadline,
};
use std::sync::Arc;
use svodka_store::{Stems, words};
use tantivy::{
    DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED, TantivyError, Term,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
    schema::Field,
};

/// Articles with spans in any of several fields, scored by how often they are there.
#[derive(Clone, Debug)]
pub(crate) struct SpanQuery {
    /// What to find in each field, and how much more than once each time counts there.
    places: Arc<[(Spans, Score)]>,
    /// The fields whose lengths make that of an article.
    lengths: Arc<[Field]>,
    stems: Arc<Stems>,
    deadline: Deadline,
    weight: Score,
    /// What a person would call it, for explanations.
    label: String,
}

impl SpanQuery {
    /// The score is multiplied by `weight`; `label` names it in explanations.
    pub(crate) fn new(
        places: Vec<(Spans, Score)>,
        lengths: &[Field],
        stems: Arc<Stems>,
        weight: Score,
        label: String,
    ) -> Self {
        let deadline = Deadline::default();
        Self { places: places.into(), lengths: lengths.into(), stems, deadline, weight, label }
    }

    /// The same query, which finds no more articles once the time is up.
    pub(crate) fn until(self, deadline: &Deadline) -> Self {
        Self { deadline: deadline.clone(), ..self }
    }
}

impl Query for SpanQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let scale = match scoring {
            EnableScoring::Enabled { statistics_provider, searcher } => {
                let counts =
                    SpanCounts { stems: &self.stems, searcher, articles: statistics_provider.total_num_docs()? };
                let rarities = self.places.iter().map(|(spans, _)| counts.rarity(spans));
                // What stands in a title nearly always stands in the text too: the more frequent place decides.
                let rarity = rarities.collect::<tantivy::Result<Vec<_>>>()?.into_iter().reduce(Score::min);
                Some(Scale::new(rarity.unwrap_or(0.0), self.weight, &self.lengths, statistics_provider)?)
            }
            EnableScoring::Disabled { .. } => None,
        };
        Ok(Box::new(SpanWeight { query: self.clone(), scale }))
    }
}

/// How many articles hold what.
struct SpanCounts<'s> {
    stems: &'s Stems,
    searcher: &'s Searcher,
    articles: u64,
}

impl SpanCounts<'_> {
    /// The inverse document frequency of spans: of a word its own, of alternatives that of one word with all their
    /// articles, of a name that of what was typed, of several words together the sum of theirs.
    fn rarity(&self, spans: &Spans) -> tantivy::Result<Score> {
        match spans {
            Spans::Word(_) | Spans::Any(_) => Ok(idf(self.doc_freq(spans)?, self.articles)),
            Spans::Phrase(parts) | Spans::Window(parts, _) => parts.iter().map(|part| self.rarity(part)).sum(),
            Spans::Near(left, _, right) | Spans::Same(left, _, right) => Ok(self.rarity(left)? + self.rarity(right)?),
            Spans::Said(spans, ..) => self.rarity(spans),
            Spans::Named(typed, others) => {
                if self.doc_freq(typed)? > 0 {
                    self.rarity(typed)
                } else {
                    Ok(idf(self.doc_freq_of_any(others)?, self.articles))
                }
            }
        }
    }

    /// About how many articles hold the spans; for several words together, those that hold the rarest.
    fn doc_freq(&self, spans: &Spans) -> tantivy::Result<u64> {
        match spans {
            Spans::Word(leaf) => self.leaf_doc_freq(leaf),
            Spans::Phrase(parts) | Spans::Window(parts, _) => {
                let each = parts.iter().map(|part| self.doc_freq(part));
                Ok(each.collect::<tantivy::Result<Vec<_>>>()?.into_iter().min().unwrap_or(0))
            }
            Spans::Near(left, _, right) | Spans::Same(left, _, right) => {
                Ok(self.doc_freq(left)?.min(self.doc_freq(right)?))
            }
            Spans::Said(spans, _, labels) => Ok(self.doc_freq(spans)?.min(self.leaf_doc_freq(labels)?)),
            Spans::Any(parts) => self.doc_freq_of_any(parts),
            Spans::Named(typed, others) => Ok(self.doc_freq(typed)?.max(self.doc_freq_of_any(others)?)),
        }
    }

    fn doc_freq_of_any(&self, parts: &[Spans]) -> tantivy::Result<u64> {
        let sum = parts.iter().map(|part| self.doc_freq(part)).sum::<tantivy::Result<u64>>()?;
        Ok(sum.min(self.articles))
    }

    fn leaf_doc_freq(&self, leaf: &Leaf) -> tantivy::Result<u64> {
        if let Some(known) = leaf.doc_freq {
            return Ok(known.min(self.articles));
        }
        let each = leaf.terms.iter().map(|term| {
            Ok(match leaf.by {
                By::Stems => self.stems.doc_freq(leaf.field, term)?,
                By::Forms => words::doc_freq(self.searcher, leaf.field, term)?,
                By::Marks => self.searcher.doc_freq(&Term::from_field_text(leaf.field, term))?,
            })
        });
        let each = each.collect::<tantivy::Result<Vec<u64>>>()?;
        // Every article with an ambiguous form holds all its stems; distinct forms add up.
        let doc_freq = if leaf.by == By::Stems { each.into_iter().max() } else { Some(each.into_iter().sum()) };
        Ok(doc_freq.unwrap_or(0).min(self.articles))
    }
}

struct SpanWeight {
    query: SpanQuery,
    scale: Option<Arc<Scale>>,
}

impl SpanWeight {
    fn span_scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<SpanScorer> {
        let place = SegmentStems { reader, stems: &self.query.stems, deadline: &self.query.deadline };
        let cursors = self.query.places.iter().map(|(spans, weight)| Ok((Cursor::new(spans, place, false)?, *weight)));
        let scale = match &self.scale {
            Some(scale) => Some((scale.clone(), Lengths::read(&self.query.lengths, reader)?)),
            None => None,
        };
        let cursors: Vec<(Cursor, Score)> = cursors.collect::<tantivy::Result<_>>()?;
        let doc = cursors.iter().map(|(cursor, _)| cursor.doc()).min().unwrap_or(TERMINATED);
        Ok(SpanScorer { cursors, doc, scale, boost, deadline: self.query.deadline.clone(), looked: 0 })
    }
}

impl Weight for SpanWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(self.span_scorer(reader, boost)?))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.span_scorer(reader, 1.0)?;
        let found = scorer.doc() <= doc && scorer.seek(doc) == doc;
        let frequency = scorer.frequency();
        let (Some((scale, lengths)), true) = (&scorer.scale, found) else {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        };
        Ok(scale.explain(frequency, lengths.of(doc), self.query.label.clone()))
    }
}

struct SpanScorer {
    cursors: Vec<(Cursor, Score)>,
    /// Where the first of them stands.
    doc: DocId,
    scale: Option<(Arc<Scale>, Lengths)>,
    boost: Score,
    deadline: Deadline,
    /// Articles looked at since the clock was.
    looked: u32,
}

/// Articles that are looked at between two looks at the clock.
const ROUNDS: u32 = 1024;

impl SpanScorer {
    /// How often the present article has it, as weighted.
    fn frequency(&mut self) -> Score {
        let doc = self.doc();
        let here = self.cursors.iter_mut().filter(|(cursor, _)| cursor.doc() == doc && doc != TERMINATED);
        here.map(|(cursor, weight)| cursor.frequency() as Score * *weight).sum()
    }
}

impl DocSet for SpanScorer {
    fn advance(&mut self) -> DocId {
        let doc = self.doc();
        if doc == TERMINATED { TERMINATED } else { self.seek(doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = TERMINATED;
        self.looked = self.looked.wrapping_add(1);
        if self.looked.is_multiple_of(ROUNDS) && self.deadline.is_over() {
            return TERMINATED;
        }
        for (cursor, _) in &mut self.cursors {
            let doc = cursor.doc();
            self.doc = self.doc.min(if doc < target { cursor.seek(target) } else { doc });
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.cursors.iter().map(|(cursor, _)| cursor.size_hint()).fold(0, u32::saturating_add)
    }
}

impl Scorer for SpanScorer {
    fn score(&mut self) -> Score {
        let (doc, frequency) = (self.doc(), self.frequency());
        let Some((scale, lengths)) = &self.scale else { return 0.0 };
        scale.score(frequency, lengths.of(doc)) * self.boost
    }
}

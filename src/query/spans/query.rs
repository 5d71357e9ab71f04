//! Spans as a query of tantivy, scored by BM25 as if what they describe were one word.

use super::{Leaf, Spans, cursor::Cursor};
use crate::query::bm25::{Lengths, Scale, idf};
use std::sync::Arc;
use tantivy::{
    DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term,
    query::{Bm25StatisticsProvider, EnableScoring, Explanation, Query, Scorer, Weight},
    schema::Field,
};

/// Articles with spans in any of several fields, scored by how often they are there.
#[derive(Clone, Debug)]
pub(in crate::query) struct SpanQuery {
    /// What to find in each field, and how much more than once each time counts there.
    places: Arc<[(Spans, Score)]>,
    /// The fields whose lengths make that of an article.
    lengths: Arc<[Field]>,
    weight: Score,
    /// What a person would call it, for explanations.
    label: String,
}

impl SpanQuery {
    /// The score is multiplied by `weight`; `label` names it in explanations.
    pub(in crate::query) fn new(places: Vec<(Spans, Score)>, lengths: &[Field], weight: Score, label: String) -> Self {
        Self { places: places.into(), lengths: lengths.into(), weight, label }
    }
}

impl Query for SpanQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let scale = match scoring {
            EnableScoring::Enabled { statistics_provider, .. } => {
                let rarities = self.places.iter().map(|(spans, _)| rarity(spans, statistics_provider));
                // What stands in a title nearly always stands in the text too: the more frequent place decides.
                let rarity = rarities.collect::<tantivy::Result<Vec<_>>>()?.into_iter().reduce(Score::min);
                Some(Scale::new(rarity.unwrap_or(0.0), self.weight, &self.lengths, statistics_provider)?)
            }
            EnableScoring::Disabled { .. } => None,
        };
        Ok(Box::new(SpanWeight { query: self.clone(), scale }))
    }
}

/// The inverse document frequency of spans: of a word its own, of alternatives that of one word with all their
/// articles, of a name that of what was typed, of several words together the sum of theirs.
fn rarity(spans: &Spans, provider: &dyn Bm25StatisticsProvider) -> tantivy::Result<Score> {
    match spans {
        Spans::Word(_) | Spans::Any(_) => Ok(idf(holding(spans, provider)?, provider.total_num_docs()?)),
        Spans::Phrase(parts) | Spans::Window(parts, _) => parts.iter().map(|part| rarity(part, provider)).sum(),
        Spans::Near(left, _, right) | Spans::Same(left, _, right) => {
            Ok(rarity(left, provider)? + rarity(right, provider)?)
        }
        Spans::Said(spans, ..) => rarity(spans, provider),
        Spans::Named(typed, others) => {
            let known = holding(typed, provider)? > 0;
            if known {
                rarity(typed, provider)
            } else {
                Ok(idf(holding_any(others, provider)?, provider.total_num_docs()?))
            }
        }
    }
}

/// About how many articles hold the spans; for several words together, those that hold the rarest.
fn holding(spans: &Spans, provider: &dyn Bm25StatisticsProvider) -> tantivy::Result<u64> {
    match spans {
        Spans::Word(leaf) => leaf_holding(leaf, provider),
        Spans::Phrase(parts) | Spans::Window(parts, _) => {
            let each = parts.iter().map(|part| holding(part, provider));
            Ok(each.collect::<tantivy::Result<Vec<_>>>()?.into_iter().min().unwrap_or(0))
        }
        Spans::Near(left, _, right) | Spans::Same(left, _, right) => {
            Ok(holding(left, provider)?.min(holding(right, provider)?))
        }
        Spans::Said(spans, _, labels) => Ok(holding(spans, provider)?.min(leaf_holding(labels, provider)?)),
        Spans::Any(parts) => holding_any(parts, provider),
        Spans::Named(typed, others) => Ok(holding(typed, provider)?.max(holding_any(others, provider)?)),
    }
}

fn holding_any(parts: &[Spans], provider: &dyn Bm25StatisticsProvider) -> tantivy::Result<u64> {
    let sum = parts.iter().map(|part| holding(part, provider)).sum::<tantivy::Result<u64>>()?;
    Ok(sum.min(provider.total_num_docs()?))
}

fn leaf_holding(leaf: &Leaf, provider: &dyn Bm25StatisticsProvider) -> tantivy::Result<u64> {
    let all = provider.total_num_docs()?;
    if let Some(known) = leaf.holding {
        return Ok(known.min(all));
    }
    let each = leaf.terms.iter().map(|t| provider.doc_freq(&Term::from_field_text(leaf.field, t)));
    let each = each.collect::<tantivy::Result<Vec<_>>>()?;
    // Every article with an ambiguous form holds all its stems; distinct forms add up.
    let holding = if leaf.overlapping { each.into_iter().max() } else { Some(each.into_iter().sum()) };
    Ok(holding.unwrap_or(0).min(all))
}

struct SpanWeight {
    query: SpanQuery,
    scale: Option<Arc<Scale>>,
}

impl SpanWeight {
    fn span_scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<SpanScorer> {
        let cursors = self.query.places.iter().map(|(spans, weight)| Ok((Cursor::new(spans, reader, false)?, *weight)));
        let scale = match &self.scale {
            Some(scale) => Some((scale.clone(), Lengths::read(&self.query.lengths, reader)?)),
            None => None,
        };
        let cursors: Vec<(Cursor, Score)> = cursors.collect::<tantivy::Result<_>>()?;
        let doc = cursors.iter().map(|(cursor, _)| cursor.doc()).min().unwrap_or(TERMINATED);
        Ok(SpanScorer { cursors, doc, scale, boost })
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
}

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

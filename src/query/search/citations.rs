//! Who cites whom: how many matching articles of each outlet cite each source, in one pass over fast fields.

use super::{Request, SearchEngine};
use crate::{
    error::Result,
    index::{Facet, FacetValue},
    query::{parse, resolve::Resolver},
};
use rustc_hash::FxHashMap;
use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader, Term,
    collector::{Collector, SegmentCollector},
    columnar::StrColumn,
    query::{BooleanQuery, Occur, Query, TermSetQuery},
};

/// An outlet, a source it cites, and in how many of its articles it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Who published the articles.
    pub outlet: String,
    /// Whom they cite.
    pub source: FacetValue,
    /// Articles.
    pub count: u64,
}

/// Who cites whom among the matching articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citations {
    /// Matching articles, citing or not.
    pub total: u64,
    /// All edges, most articles first; an outlet's own name as source is no edge.
    pub edges: Vec<Edge>,
}

impl SearchEngine<'_> {
    /// Who cites whom among the articles that a request matches.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn citations(&self, request: &Request) -> Result<Citations> {
        Ok(self.searcher.search(&self.matching(request)?, &ByOutletAndSource)?)
    }

    /// The query of a request with all its filters.
    fn matching(&self, request: &Request) -> Result<BooleanQuery> {
        let node = parse(&request.query, request.any)?;
        let resolver = Resolver::new(&self.searcher, self.lexicon);
        let (query, _) = self.compile(&node, request, &resolver)?;
        let mut parts = vec![(Occur::Must, query)];
        for selection in self.selections(&request.filters, &resolver)? {
            let field = self.index.fields().facet(selection.facet);
            let terms = selection.terms.iter().map(|t| Term::from_field_text(field, t));
            let chosen: Box<dyn Query> = Box::new(TermSetQuery::new(terms));
            parts.push((Occur::Must, chosen));
        }
        Ok(BooleanQuery::new(parts))
    }
}

/// Counts pairs of outlet and cited source.
struct ByOutletAndSource;

struct SegmentPairs {
    outlets: Option<StrColumn>,
    sources: Option<StrColumn>,
    counts: FxHashMap<(u64, u64), u64>,
    total: u64,
}

/// A segment's total and its pairs by name.
type SegmentFruit = (u64, Vec<((String, String), u64)>);

impl Collector for ByOutletAndSource {
    type Fruit = Citations;
    type Child = SegmentPairs;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentPairs> {
        let columns = reader.fast_fields();
        Ok(SegmentPairs {
            outlets: columns.str(Facet::Outlet.name())?,
            sources: columns.str(Facet::Cited.name())?,
            counts: FxHashMap::default(),
            total: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<SegmentFruit>>) -> tantivy::Result<Citations> {
        let mut total = 0;
        let mut sums: FxHashMap<(String, String), u64> = FxHashMap::default();
        for fruit in fruits {
            let (articles, pairs) = fruit?;
            total += articles;
            pairs.into_iter().for_each(|(pair, count)| *sums.entry(pair).or_default() += count);
        }
        let edges = sums.into_iter().map(|((outlet, source), count)| Edge {
            outlet,
            source: FacetValue::from_term(&source),
            count,
        });
        let mut edges: Vec<Edge> = edges.filter(|edge| edge.outlet != edge.source.name).collect();
        edges.sort_unstable_by(|a, b| {
            b.count.cmp(&a.count).then_with(|| a.outlet.cmp(&b.outlet)).then_with(|| a.source.cmp(&b.source))
        });
        Ok(Citations { total, edges })
    }
}

impl SegmentCollector for SegmentPairs {
    type Fruit = tantivy::Result<SegmentFruit>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.total += 1;
        let (Some(outlets), Some(sources)) = (&self.outlets, &self.sources) else { return };
        let Some(outlet) = outlets.term_ords(doc).next() else { return };
        for source in sources.term_ords(doc) {
            *self.counts.entry((outlet, source)).or_default() += 1;
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut pairs = Vec::with_capacity(self.counts.len());
        if let (Some(outlets), Some(sources)) = (&self.outlets, &self.sources) {
            let outlet_names = names(outlets, self.counts.keys().map(|(outlet, _)| *outlet))?;
            let source_names = names(sources, self.counts.keys().map(|(_, source)| *source))?;
            for ((outlet, source), count) in self.counts {
                if let (Some(outlet), Some(source)) = (outlet_names.get(&outlet), source_names.get(&source)) {
                    pairs.push(((outlet.clone(), source.clone()), count));
                }
            }
        }
        Ok((self.total, pairs))
    }
}

/// The terms of ordinals, each read once.
fn names(column: &StrColumn, ordinals: impl Iterator<Item = u64>) -> tantivy::Result<FxHashMap<u64, String>> {
    let mut ordinals: Vec<u64> = ordinals.collect();
    ordinals.sort_unstable();
    ordinals.dedup();
    let mut names = FxHashMap::default();
    let mut next = ordinals.iter();
    column.dictionary().sorted_ords_to_term_cb(&ordinals, &mut |term: &[u8]| {
        if let Some(ordinal) = next.next() {
            names.insert(*ordinal, String::from_utf8_lossy(term).into_owned());
        }
    })?;
    Ok(names)
}

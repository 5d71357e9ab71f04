//! Who cites whom: how many matching articles of each outlet cite each source, in one pass over fast fields.

use super::{Request, SearchEngine};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::cmp::Reverse;
use svodka_model::{
    article::{Article, Citation},
    dates::day_of,
};
use svodka_store::{Facet, FacetValue, error::Result, term_prefix};
use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, StrColumn},
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
    /// Days of the earliest and the latest of them that has a date.
    pub dates: Option<(String, String)>,
}

/// An article behind an edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Its id.
    pub id: String,
    /// When it was published, if known.
    pub date: Option<String>,
    /// The clause that shows the citing.
    pub clause: String,
    /// The source through which it is relayed, if it is.
    pub via: Option<String>,
}

impl Evidence {
    fn new(article: &Article, citation: &Citation) -> Self {
        Self {
            id: article.id.clone(),
            date: article.date.as_ref().map(|date| date.value.clone()),
            clause: article.slice(citation.evidence).to_owned(),
            via: citation.via.clone(),
        }
    }
}

/// Who cites whom among the matching articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citations {
    /// Matching articles, citing or not.
    pub total: u64,
    /// Matching articles that cite a source but whose outlet is not known: they are in no edge.
    pub without_outlet: u64,
    /// All edges, most articles first; an outlet's own name as source is no edge.
    pub edges: Vec<Edge>,
}

impl Citations {
    /// Keeps only edges to sources of these kinds; all of them when there are none.
    pub fn keep_kinds(&mut self, kinds: &[&str]) {
        self.edges.retain(|edge| kinds.is_empty() || kinds.contains(&edge.source.kind.as_str()));
    }
}

impl SearchEngine<'_> {
    /// Who cites whom among the articles that a request matches.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn citations(&self, request: &Request) -> Result<Citations> {
        let (query, _) = self.narrowed(request)?;
        self.run(&query, &ByOutletAndSource { request })
    }

    /// What stands behind edges of [`citations`](Self::citations): for each of them at most `most` articles, latest
    /// first, with the clause that shows the citing.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn evidence(&self, request: &Request, edges: &[Edge], most: usize) -> Result<Vec<Vec<Evidence>>> {
        let (query, _) = self.narrowed(request)?;
        let mut places = self.run(&query, &OfEdges { edges, request })?;
        let mut wanted: Vec<(DocAddress, usize)> = Vec::new();
        for (edge, places) in places.iter_mut().enumerate() {
            // Addresses change from build to build: articles of one date stand in the order of their ids.
            places.sort_unstable_by_key(|(date, address)| (Reverse(*date), *address));
            let last = places.get(most.saturating_sub(1)).map(|(date, _)| *date);
            let mut kept = Vec::new();
            for (date, address) in places.iter().take_while(|(date, _)| last.is_none_or(|last| *date >= last)) {
                kept.push((Reverse(*date), self.id(*address)?, *address));
            }
            kept.sort_unstable();
            wanted.extend(kept.into_iter().take(most).map(|(_, _, address)| (address, edge)));
        }
        wanted.sort_unstable();
        let mut out: Vec<Vec<Evidence>> = vec![Vec::new(); edges.len()];
        for same in wanted.chunk_by(|a, b| a.0 == b.0) {
            let Some((address, _)) = same.first() else { continue };
            let mut article = self.index.article(&self.searcher, *address)?;
            if let Some(least) = request.min_confidence {
                article.require_confidence(least);
            }
            for (_, edge) in same {
                let source = edges.get(*edge).map_or("", |edge| edge.source.name.as_str());
                let citation = article.cited.iter().find(|citation| citation.name == source);
                if let (Some(citation), Some(list)) = (citation, out.get_mut(*edge)) {
                    list.push(Evidence::new(&article, citation));
                }
            }
        }
        for list in &mut out {
            list.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.id.cmp(&b.id)));
        }
        Ok(out)
    }
}

/// Counts pairs of outlet and cited source.
struct ByOutletAndSource<'r> {
    request: &'r Request,
}

/// The sources of a segment's articles.
pub(super) struct Sources {
    pub(super) column: StrColumn,
    /// By ordinal, whether a source has the confidence that is asked for; `None` where all have.
    accepted: Option<Vec<bool>>,
}

impl Sources {
    pub(super) fn of(segment: &SegmentReader, request: &Request) -> tantivy::Result<Option<Self>> {
        let Some(column) = segment.fast_fields().str(request.counted(Facet::Cited).name())? else { return Ok(None) };
        let mut accepted = None;
        if request.min_confidence.is_some() {
            let mut terms = column.dictionary().stream()?;
            let accepted = accepted.insert(Vec::with_capacity(column.num_terms()));
            while terms.advance() {
                accepted.push(std::str::from_utf8(terms.key()).is_ok_and(|term| request.is_sure(term)));
            }
        }
        Ok(Some(Self { column, accepted }))
    }

    /// The ordinals of the sources that an article cites.
    pub(super) fn cited_in(&self, doc: DocId) -> impl Iterator<Item = u64> {
        let accepts = |ordinal: &u64| {
            let at = usize::try_from(*ordinal).unwrap_or(usize::MAX);
            self.accepted.as_ref().is_none_or(|accepted| accepted.get(at) == Some(&true))
        };
        self.column.term_ords(doc).filter(accepts)
    }

    /// The ordinals of a source, one for each confidence.
    fn ordinals(&self, source: &FacetValue) -> tantivy::Result<Vec<u64>> {
        if self.accepted.is_none() {
            return Ok(self.column.dictionary().term_ord(source.term())?.into_iter().collect());
        }
        let mut ordinals = Vec::new();
        let mut terms = self.column.dictionary().prefix_range(term_prefix(&source.term())).into_stream()?;
        while terms.advance() {
            ordinals.push(terms.term_ord());
        }
        Ok(ordinals)
    }
}

struct SegmentPairs {
    outlets: Option<StrColumn>,
    sources: Option<Sources>,
    dates: Option<Column<i64>>,
    tallies: FxHashMap<(u64, u64), Tally>,
    total: u64,
    without_outlet: u64,
}

/// Articles of a pair of outlet and source, and the dates between which they lie.
#[derive(Clone, Copy, Default)]
struct Tally {
    count: u64,
    dates: Option<(i64, i64)>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.dates = match (self.dates, other.dates) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (one, other) => one.or(other),
        };
    }

    /// The days of the dates, as they are written.
    fn days(self) -> Option<(String, String)> {
        let day = |epoch| day_of(epoch).map(|day| day.to_string());
        self.dates.and_then(|(first, last)| day(first).zip(day(last)))
    }
}

/// What a segment hands over: its totals and its pairs by name.
#[derive(Default)]
struct SegmentFruit {
    total: u64,
    without_outlet: u64,
    pairs: Vec<((String, FacetValue), Tally)>,
}

impl Collector for ByOutletAndSource<'_> {
    type Fruit = Citations;
    type Child = SegmentPairs;

    fn for_segment(&self, _: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentPairs> {
        let columns = reader.fast_fields();
        Ok(SegmentPairs {
            outlets: columns.str(Facet::Outlet.name())?,
            sources: Sources::of(reader, self.request)?,
            dates: columns.column_opt("date")?,
            tallies: FxHashMap::default(),
            total: 0,
            without_outlet: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<SegmentFruit>>) -> tantivy::Result<Citations> {
        let (mut total, mut without_outlet) = (0, 0);
        let mut sums: FxHashMap<(String, FacetValue), Tally> = FxHashMap::default();
        for fruit in fruits {
            let fruit = fruit?;
            total += fruit.total;
            without_outlet += fruit.without_outlet;
            fruit.pairs.into_iter().for_each(|(pair, tally)| sums.entry(pair).or_default().add(tally));
        }
        let edges = sums.into_iter().map(|((outlet, source), tally)| Edge {
            outlet,
            source,
            count: tally.count,
            dates: tally.days(),
        });
        let mut edges: Vec<Edge> = edges.filter(|edge| edge.outlet != edge.source.name).collect();
        edges.sort_unstable_by(|a, b| {
            b.count.cmp(&a.count).then_with(|| a.outlet.cmp(&b.outlet)).then_with(|| a.source.cmp(&b.source))
        });
        Ok(Citations { total, without_outlet, edges })
    }
}

impl SegmentCollector for SegmentPairs {
    type Fruit = tantivy::Result<SegmentFruit>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.total += 1;
        let (Some(outlets), Some(sources)) = (&self.outlets, &self.sources) else { return };
        let Some(outlet) = outlets.term_ords(doc).next() else {
            self.without_outlet += u64::from(sources.cited_in(doc).next().is_some());
            return;
        };
        let date = self.dates.as_ref().and_then(|dates| dates.first(doc));
        let one = Tally { count: 1, dates: date.map(|date| (date, date)) };
        for source in sources.cited_in(doc) {
            self.tallies.entry((outlet, source)).or_default().add(one);
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut pairs = Vec::with_capacity(self.tallies.len());
        if let (Some(outlets), Some(sources)) = (&self.outlets, &self.sources) {
            let outlet_names = names(outlets, self.tallies.keys().map(|(outlet, _)| *outlet))?;
            let source_names = names(&sources.column, self.tallies.keys().map(|(_, source)| *source))?;
            for ((outlet, source), tally) in self.tallies {
                if let (Some(outlet), Some(source)) = (outlet_names.get(&outlet), source_names.get(&source)) {
                    pairs.push(((outlet.clone(), FacetValue::from_term(source)), tally));
                }
            }
        }
        Ok(SegmentFruit { total: self.total, without_outlet: self.without_outlet, pairs })
    }
}

/// The articles behind given edges, each with its date.
struct OfEdges<'e> {
    edges: &'e [Edge],
    request: &'e Request,
}

/// Date and address of the articles of each edge.
type Places = Vec<Vec<(Option<i64>, DocAddress)>>;

struct SegmentEdges {
    segment: SegmentOrdinal,
    outlets: Option<StrColumn>,
    sources: Option<Sources>,
    dates: Option<Column<i64>>,
    numbers: FxHashMap<(u64, u64), usize>,
    places: Places,
}

impl Collector for OfEdges<'_> {
    type Fruit = Places;
    type Child = SegmentEdges;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentEdges> {
        let columns = reader.fast_fields();
        let (outlets, sources) = (columns.str(Facet::Outlet.name())?, Sources::of(reader, self.request)?);
        let mut numbers = FxHashMap::default();
        if let (Some(outlets), Some(sources)) = (&outlets, &sources) {
            for (number, edge) in self.edges.iter().enumerate() {
                let outlet = outlets.dictionary().term_ord(&edge.outlet)?;
                let Some(outlet) = outlet else { continue };
                numbers.extend(sources.ordinals(&edge.source)?.into_iter().map(|source| ((outlet, source), number)));
            }
        }
        let places = vec![Vec::new(); self.edges.len()];
        Ok(SegmentEdges { segment, outlets, sources, dates: columns.column_opt("date")?, numbers, places })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Places>) -> tantivy::Result<Places> {
        let mut places = vec![Vec::new(); self.edges.len()];
        for fruit in fruits {
            places.iter_mut().zip(fruit).for_each(|(all, part)| all.extend(part));
        }
        Ok(places)
    }
}

impl SegmentCollector for SegmentEdges {
    type Fruit = Places;

    fn collect(&mut self, doc: DocId, _: Score) {
        let (Some(outlets), Some(sources)) = (&self.outlets, &self.sources) else { return };
        let Some(outlet) = outlets.term_ords(doc).next() else { return };
        for source in sources.cited_in(doc) {
            let number = self.numbers.get(&(outlet, source));
            if let Some(places) = number.and_then(|number| self.places.get_mut(*number)) {
                let date = self.dates.as_ref().and_then(|dates| dates.first(doc));
                places.push((date, DocAddress::new(self.segment, doc)));
            }
        }
    }

    fn harvest(self) -> Places {
        self.places
    }
}

/// The terms of ordinals, each read once.
pub(super) fn names(
    column: &StrColumn,
    ordinals: impl Iterator<Item = u64>,
) -> tantivy::Result<FxHashMap<u64, String>> {
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

//! The citations of the matching articles as a table: by source, outlet and month; which outlets cite a source, who cited
//! it first, and its rank in the graph of citations. Articles without a known outlet or date count under neither name.

use super::{
    Request, SearchEngine,
    citations::{Sources, names},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use svodka_model::dates::day_of;
use svodka_store::{Facet, FacetValue, error::Result};
use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, StrColumn},
};

/// Probability of following a citation in the PageRank of a source, as in Page et al. (1999).
const DAMPING: f64 = 0.85;

/// Steps of PageRank: the error shrinks by the damping each time, to below 1e-7.
const STEPS: usize = 100;

/// What a row of the table is, besides a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grouping {
    /// A row for each outlet.
    pub by_outlet: bool,
    /// A row for each month.
    pub by_month: bool,
}

/// How the matching articles cite a source: all of them, or those of an outlet or a month.
#[derive(Clone, Debug, PartialEq)]
pub struct CitationRow {
    /// Whom they cite.
    pub source: FacetValue,
    /// Who published them, if rows are by outlet; `None` if that is not known.
    pub outlet: Option<String>,
    /// Their month, `2025-03`, if rows are by month; `None` if they have no date.
    pub month: Option<String>,
    /// How many they are.
    pub articles: u64,
    /// How many known outlets they come from.
    pub outlets: u64,
    /// How many there are in the period compared with, if there is one.
    pub before: Option<u64>,
    /// The earliest of them that has a date.
    pub first: Option<FirstCitation>,
    /// PageRank of the source among the outlets and sources of the matching articles; they add up to 1.
    pub rank: f64,
}

/// The article that cited a source first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstCitation {
    /// Its date, with the hour if it has one.
    pub date: String,
    /// Its outlet, if known.
    pub outlet: Option<String>,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How many others have exactly this date; the first of them by id is shown.
    pub others: u64,
}

/// Citations by source, outlet and month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CitationTable {
    /// Matching articles, citing or not.
    pub total: u64,
    /// How many rows there are in all.
    pub row_count: usize,
    /// The first rows: by month in the order of time, else by number of outlets, then of articles.
    pub rows: Vec<CitationRow>,
}

/// What a row is made of; a number stands for a month.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    source: FacetValue,
    outlet: Option<String>,
    month: Option<i32>,
}

/// Articles, and those of the earliest date.
#[derive(Clone, Debug, Default)]
struct Tally {
    articles: u64,
    first: Option<(i64, Vec<DocAddress>)>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.articles += other.articles;
        match (&mut self.first, other.first) {
            (Some((own, places)), Some((date, more))) if *own == date => places.extend(more),
            (Some((own, _)), Some((date, _))) if *own < date => {}
            (first, Some(earlier)) => *first = Some(earlier),
            (_, None) => {}
        }
    }
}

type Tallies = FxHashMap<Key, Tally>;

impl SearchEngine<'_> {
    /// The citations of the articles that a request matches, of sources of these kinds (of all when there are none), in at
    /// most `limit` rows. With another period, given as its first second and the one behind it, the number of articles then is set beside.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn citation_table(
        &self,
        request: &Request,
        grouping: Grouping,
        kinds: &[&str],
        limit: usize,
        compared: Option<(i64, i64)>,
    ) -> Result<CitationTable> {
        let is_wanted = |key: &Key| kinds.is_empty() || kinds.contains(&key.source.kind.as_str());
        let (total, tallies) = self.tallies(request)?;
        let ranks = page_rank(&edges(&tallies));
        let mut outlets: FxHashMap<Key, FxHashSet<&str>> = FxHashMap::default();
        let mut grouped: Tallies = Tallies::default();
        for (key, tally) in tallies.iter().filter(|(key, _)| is_wanted(key)) {
            let row = group(key, grouping);
            outlets.entry(row.clone()).or_default().extend(key.outlet.as_deref());
            grouped.entry(row).or_default().add(tally.clone());
        }
        let mut before: FxHashMap<Key, u64> = FxHashMap::default();
        if let Some((from, to)) = compared {
            let (_, then) = self.tallies(&Request { from: Some(from), to: Some(to), ..request.clone() })?;
            for (key, tally) in then.iter().filter(|(key, _)| is_wanted(key)) {
                let row = group(key, grouping);
                grouped.entry(row.clone()).or_default();
                *before.entry(row).or_default() += tally.articles;
            }
        }
        let figures = |(key, tally): (Key, Tally)| {
            let outlets = outlets.get(&key).map_or(0, |names| names.len() as u64);
            let before = compared.map(|_| before.get(&key).copied().unwrap_or(0));
            (key, tally, outlets, before)
        };
        let mut rows: Vec<_> = grouped.into_iter().map(figures).collect();
        let row_count = rows.len();
        rows.sort_unstable_by(|(a, one, some, then), (b, other, others, earlier)| {
            let by_time = a.month.is_none().cmp(&b.month.is_none()).then_with(|| a.month.cmp(&b.month));
            let by_size = (others, other.articles, earlier).cmp(&(some, one.articles, then));
            by_time.then(by_size).then_with(|| a.source.cmp(&b.source)).then_with(|| a.outlet.cmp(&b.outlet))
        });
        rows.truncate(limit);
        let row = |(key, tally, outlets, before): (Key, Tally, u64, Option<u64>)| {
            Ok(CitationRow {
                articles: tally.articles,
                outlets,
                before,
                first: tally.first.map(|(_, places)| self.first_of(&places)).transpose()?.flatten(),
                rank: ranks.get(key.source.name.as_str()).copied().unwrap_or(0.0),
                month: key.month.map(month_name),
                outlet: key.outlet,
                source: key.source,
            })
        };
        Ok(CitationTable { total, row_count, rows: rows.into_iter().map(row).collect::<Result<_>>()? })
    }

    fn tallies(&self, request: &Request) -> Result<(u64, Tallies)> {
        let (query, _) = self.narrowed(request)?;
        self.run(&query, &BySource { request })
    }

    /// The first of several articles of one date by its id.
    fn first_of(&self, places: &[DocAddress]) -> Result<Option<FirstCitation>> {
        let mut ids = places.iter().map(|place| Ok((self.id(*place)?, *place))).collect::<Result<Vec<_>>>()?;
        ids.sort_unstable();
        let Some((id, place)) = ids.into_iter().next() else { return Ok(None) };
        let article = self.index.article(&self.searcher, place)?;
        Ok(Some(FirstCitation {
            date: article.date.map(|date| date.value).unwrap_or_default(),
            outlet: article.outlet.map(|outlet| outlet.name),
            id,
            title: article.title,
            others: places.len() as u64 - 1,
        }))
    }
}

fn group(key: &Key, grouping: Grouping) -> Key {
    Key {
        source: key.source.clone(),
        outlet: key.outlet.clone().filter(|_| grouping.by_outlet),
        month: key.month.filter(|_| grouping.by_month),
    }
}

/// Who cites whom, by name, with the number of articles.
fn edges(tallies: &Tallies) -> BTreeMap<(&str, &str), u64> {
    let mut edges = BTreeMap::new();
    for (key, tally) in tallies {
        if let Some(outlet) = &key.outlet {
            *edges.entry((outlet.as_str(), key.source.name.as_str())).or_default() += tally.articles;
        }
    }
    edges
}

/// PageRank of every name, by the number of articles of each edge. What cites nobody passes its rank on to all.
fn page_rank<'n>(edges: &BTreeMap<(&'n str, &'n str), u64>) -> FxHashMap<&'n str, f64> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for name in edges.keys().flat_map(|(outlet, source)| [*outlet, *source]) {
        let next = numbers.len();
        numbers.entry(name).or_insert(next);
    }
    let number = |name: &str| numbers.get(name).copied().unwrap_or(0);
    let links: Vec<(usize, usize, f64)> =
        edges.iter().map(|((outlet, source), articles)| (number(outlet), number(source), *articles as f64)).collect();
    let names = numbers.len();
    let mut out_weight = vec![0.0; names];
    links.iter().for_each(|(from, _, weight)| {
        if let Some(sum) = out_weight.get_mut(*from) {
            *sum += weight;
        }
    });
    let even = 1.0 / names.max(1) as f64;
    let mut ranks = vec![even; names];
    for _ in 0..STEPS {
        let dangling: f64 = ranks.iter().zip(&out_weight).filter(|(_, out)| **out == 0.0).map(|(rank, _)| rank).sum();
        let mut next = vec![(1.0 - DAMPING + DAMPING * dangling) * even; names];
        for (from, to, weight) in &links {
            if let (Some(rank), Some(out), Some(place)) = (ranks.get(*from), out_weight.get(*from), next.get_mut(*to)) {
                *place += DAMPING * rank * weight / out;
            }
        }
        ranks = next;
    }
    numbers.into_iter().map(|(name, number)| (name, ranks.get(number).copied().unwrap_or(0.0))).collect()
}

/// Months since January of the year 0.
fn month_of(epoch: i64) -> Option<i32> {
    day_of(epoch).map(|day| i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
}

fn month_name(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// Counts articles by source, outlet and month.
struct BySource<'r> {
    request: &'r Request,
}

struct SegmentCounts {
    segment: SegmentOrdinal,
    outlets: Option<StrColumn>,
    sources: Option<Sources>,
    dates: Option<Column<i64>>,
    /// By source, outlet and month.
    tallies: FxHashMap<(u64, Option<u64>, Option<i32>), Tally>,
    total: u64,
}

impl Collector for BySource<'_> {
    type Fruit = (u64, Tallies);
    type Child = SegmentCounts;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentCounts> {
        let columns = reader.fast_fields();
        Ok(SegmentCounts {
            segment,
            outlets: columns.str(Facet::Outlet.name())?,
            sources: Sources::of(reader, self.request)?,
            dates: columns.column_opt("date")?,
            tallies: FxHashMap::default(),
            total: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<(u64, Vec<(Key, Tally)>)>>) -> tantivy::Result<Self::Fruit> {
        let (mut total, mut all) = (0, Tallies::default());
        for fruit in fruits {
            let (articles, tallies) = fruit?;
            total += articles;
            tallies.into_iter().for_each(|(key, tally)| all.entry(key).or_default().add(tally));
        }
        // An outlet's own name is no citation.
        all.retain(|key, _| key.outlet.as_ref() != Some(&key.source.name));
        Ok((total, all))
    }
}

impl SegmentCollector for SegmentCounts {
    type Fruit = tantivy::Result<(u64, Vec<(Key, Tally)>)>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.total += 1;
        let Some(sources) = &self.sources else { return };
        let mut cited = sources.cited_in(doc).peekable();
        if cited.peek().is_none() {
            return;
        }
        let outlet = self.outlets.as_ref().and_then(|outlets| outlets.term_ords(doc).next());
        let date = self.dates.as_ref().and_then(|dates| dates.first(doc));
        let month = date.and_then(month_of);
        for source in cited {
            let first = date.map(|date| (date, vec![DocAddress::new(self.segment, doc)]));
            self.tallies.entry((source, outlet, month)).or_default().add(Tally { articles: 1, first });
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut tallies = Vec::with_capacity(self.tallies.len());
        if let Some(sources) = &self.sources {
            let source_names = names(&sources.column, self.tallies.keys().map(|(source, ..)| *source))?;
            let outlet_names = match &self.outlets {
                Some(outlets) => names(outlets, self.tallies.keys().filter_map(|(_, outlet, _)| *outlet))?,
                None => FxHashMap::default(),
            };
            for ((source, outlet, month), tally) in self.tallies {
                let Some(source) = source_names.get(&source) else { continue };
                let outlet = outlet.and_then(|outlet| outlet_names.get(&outlet).cloned());
                tallies.push((Key { source: FacetValue::from_term(source), outlet, month }, tally));
            }
        }
        Ok((self.total, tallies))
    }
}

#[cfg(test)]
mod tests {
    use super::{month_name, month_of, page_rank};
    use std::collections::BTreeMap;

    #[test]
    fn months_are_those_of_the_calendar() {
        assert_eq!(
            [0, -1, 1_741_046_400].map(|epoch| month_name(month_of(epoch).unwrap())),
            ["1970-01", "1969-12", "2025-03"]
        );
    }

    /// Graphs worked out by hand.
    #[test]
    fn ranks_are_those_of_the_definition() {
        // B and C cite A; A cites B: with d = .85 on three names.
        let edges = BTreeMap::from([(("B", "A"), 1), (("C", "A"), 5), (("A", "B"), 2)]);
        let ranks = page_rank(&edges);
        // c = .05; b = .05 + .85 a; a = .05 + .85 (b + c).
        let (c, a) = (0.05, (0.05 + 0.85 * 0.05 + 0.85 * 0.05) / (1.0 - 0.85 * 0.85));
        for (name, expected) in [("A", a), ("B", 0.05 + 0.85 * a), ("C", c)] {
            assert!((ranks[name] - expected).abs() < 1e-6, "{name}: {} for {expected}", ranks[name]);
        }
        // What cites nobody passes its rank on to all: the ranks add up to 1.
        let ranks = page_rank(&BTreeMap::from([(("A", "X"), 3), (("B", "X"), 1), (("B", "Y"), 3)]));
        assert!((ranks.values().sum::<f64>() - 1.0).abs() < 1e-9 && ranks["X"] > ranks["Y"] && ranks["Y"] > ranks["A"]);
    }
}

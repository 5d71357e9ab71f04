//! Collecting: the top hits and exact facet counts, drill-sideways, in one pass over the matching articles.
//!
//! Each facet's own selection does not narrow its own counts: an article that fails only the selection of facet A is
//! no hit but counts for A. Counting works on ordinals; a name is read once per segment, at the end.

use super::order::Order;
use crate::{
    analyse::fold::fold,
    index::{Facet, FacetValue},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    sync::Arc,
};
use tantivy::{
    DocAddress, DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, StrColumn},
};

/// The order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best match first.
    #[default]
    Relevance,
    /// Latest first, undated last.
    Newest,
    /// Earliest first, undated last.
    Oldest,
}

/// A facet value's term with the number of articles that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The value as the index holds it.
    pub term: String,
    /// Articles.
    pub count: u64,
}

/// The terms chosen in one facet; an article needs one of them.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    pub(super) facet: Facet,
    pub(super) terms: Vec<String>,
}

/// What to collect.
#[derive(Clone, Debug)]
pub(super) struct Collecting {
    pub(super) selections: Vec<Selection>,
    pub(super) facets: Vec<Facet>,
    /// How many hits to keep.
    pub(super) top: usize,
    /// How many values of each facet to keep; all for `usize::MAX`.
    pub(super) values: usize,
    pub(super) sort: Sort,
    pub(super) recency: Option<Recency>,
    /// Which values to count.
    pub(super) values_wanted: ValueFilter,
    /// The orders of the facets' values, where they are known.
    pub(super) orders: Vec<Option<Arc<Order>>>,
}

/// Which values of a facet to count: all that nothing speaks against.
#[derive(Clone, Debug, Default)]
pub(super) struct ValueFilter {
    /// A word of the name begins so; folded.
    pub(super) prefix: Option<String>,
    /// The value is of this kind.
    pub(super) kind: Option<String>,
}

impl ValueFilter {
    fn wants_all(&self) -> bool {
        self.prefix.is_none() && self.kind.is_none()
    }

    fn wants(&self, value: &FacetValue) -> bool {
        self.kind.as_ref().is_none_or(|kind| value.kind == *kind)
            && self.prefix.as_ref().is_none_or(|prefix| has_word_with(&fold(&value.name), prefix))
    }
}

/// Makes newer articles weigh more: an article as new as the newest counts twice, one a half-life older half of that
/// more, and so on. Undated ones count once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recency {
    /// Date of the newest article, seconds since 1970.
    pub(super) newest: i64,
    /// Seconds in which the advantage halves.
    pub(super) half_life: f64,
}

impl Recency {
    /// What the score of an article of this date is multiplied by.
    pub(super) fn factor(self, date: Option<i64>) -> f64 {
        let age = |date: i64| self.newest.saturating_sub(date).max(0) as f64;
        date.map_or(1.0, |date| 1.0 + (-age(date) / self.half_life).exp2())
    }
}

/// What was collected.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) total: u64,
    /// Articles that match, whatever the selections.
    pub(super) matching: u64,
    pub(super) hits: Vec<(DocAddress, Score)>,
    pub(super) facets: Vec<(Facet, Vec<FacetCount>)>,
}

/// A hit in the heap of the best: greater is better.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ranked {
    key: f64,
    score: Score,
    address: DocAddress,
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.total_cmp(&other.key).then_with(|| other.address.cmp(&self.address))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// One segment's selection: the ordinals that satisfy it.
struct SegmentSelection {
    facet: Facet,
    column: Option<StrColumn>,
    ordinals: FxHashSet<u64>,
}

/// One segment's counts of a facet, by ordinal.
struct Counting {
    facet: Facet,
    column: Option<StrColumn>,
    counts: Vec<u32>,
    /// By ordinal, whether a value is to be counted; all when nothing is said.
    chosen: Option<Vec<bool>>,
}

pub(super) struct SegmentPart {
    segment: SegmentOrdinal,
    selections: Vec<SegmentSelection>,
    counting: Vec<Counting>,
    dates: Option<Column<i64>>,
    sort: Sort,
    recency: Option<Recency>,
    top: usize,
    heap: BinaryHeap<Reverse<Ranked>>,
    total: u64,
    matching: u64,
}

/// What a segment hands over.
pub(super) struct SegmentFruit {
    segment: SegmentOrdinal,
    total: u64,
    matching: u64,
    hits: Vec<Ranked>,
    counting: Vec<Counting>,
}

impl Collector for Collecting {
    type Fruit = Collected;
    type Child = SegmentPart;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentPart> {
        let columns = reader.fast_fields();
        let selections = self.selections.iter().map(|selection| {
            let column = columns.str(selection.facet.name())?;
            let mut ordinals = FxHashSet::default();
            for term in &selection.terms {
                let ordinal = column.as_ref().map(|c| c.dictionary().term_ord(term)).transpose()?.flatten();
                ordinals.extend(ordinal);
            }
            Ok(SegmentSelection { facet: selection.facet, column, ordinals })
        });
        let counting = self.facets.iter().map(|facet| {
            let column = columns.str(facet.name())?;
            let counts = vec![0; column.as_ref().map_or(0, |c| c.num_terms())];
            let chosen = match &column {
                Some(column) if !self.values_wanted.wants_all() => Some(values_wanted(column, &self.values_wanted)?),
                _ => None,
            };
            Ok(Counting { facet: *facet, column, counts, chosen })
        });
        let undated = self.sort == Sort::Relevance && self.recency.is_none();
        let dates = if undated { None } else { columns.column_opt("date")? };
        Ok(SegmentPart {
            segment,
            selections: selections.collect::<tantivy::Result<_>>()?,
            counting: counting.collect::<tantivy::Result<_>>()?,
            dates,
            sort: self.sort,
            recency: self.recency,
            top: self.top,
            heap: BinaryHeap::new(),
            total: 0,
            matching: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance && self.top > 0
    }

    fn merge_fruits(&self, fruits: Vec<SegmentFruit>) -> tantivy::Result<Collected> {
        let total = fruits.iter().map(|f| f.total).sum();
        let matching = fruits.iter().map(|f| f.matching).sum();
        let mut hits: Vec<Ranked> = fruits.iter().flat_map(|f| f.hits.iter().copied()).collect();
        hits.sort_unstable_by(|a, b| b.cmp(a));
        hits.truncate(self.top);
        let mut facets = Vec::with_capacity(self.facets.len());
        for (at, facet) in self.facets.iter().enumerate() {
            let parts: Vec<(SegmentOrdinal, &Counting)> =
                fruits.iter().filter_map(|f| Some((f.segment, f.counting.get(at)?))).collect();
            let order = self.orders.get(at).and_then(Option::as_deref);
            facets.push((*facet, merge_counts(&parts, order, self.values)?));
        }
        Ok(Collected { total, matching, hits: hits.into_iter().map(|h| (h.address, h.score)).collect(), facets })
    }
}

impl SegmentCollector for SegmentPart {
    type Fruit = SegmentFruit;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.matching += 1;
        let mut failed = None;
        for selection in &self.selections {
            if !selection.holds(doc) && failed.replace(selection.facet).is_some() {
                return;
            }
        }
        for counting in &mut self.counting {
            if failed.is_none_or(|facet| facet == counting.facet) {
                counting.count(doc);
            }
        }
        if failed.is_none() {
            self.total += 1;
            self.rank(doc, score);
        }
    }

    fn harvest(self) -> SegmentFruit {
        let hits = self.heap.into_iter().map(|Reverse(hit)| hit).collect();
        SegmentFruit {
            segment: self.segment,
            total: self.total,
            matching: self.matching,
            hits,
            counting: self.counting,
        }
    }
}

impl SegmentPart {
    fn rank(&mut self, doc: DocId, score: Score) {
        if self.top == 0 {
            return;
        }
        let date = || self.dates.as_ref().and_then(|dates| dates.first(doc));
        let score = self.recency.map_or(score, |recency| score * recency.factor(date()) as Score);
        let key = match self.sort {
            Sort::Relevance => f64::from(score),
            Sort::Newest => date().map_or(f64::NEG_INFINITY, |d| d as f64),
            Sort::Oldest => date().map_or(f64::NEG_INFINITY, |d| -(d as f64)),
        };
        let hit = Ranked { key, score, address: DocAddress::new(self.segment, doc) };
        if self.heap.len() < self.top {
            self.heap.push(Reverse(hit));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && hit > worst.0
        {
            *worst = Reverse(hit);
        }
    }
}

impl SegmentSelection {
    fn holds(&self, doc: DocId) -> bool {
        self.column.as_ref().is_some_and(|c| c.term_ords(doc).any(|ordinal| self.ordinals.contains(&ordinal)))
    }
}

impl Counting {
    fn count(&mut self, doc: DocId) {
        let Some(column) = &self.column else { return };
        for ordinal in column.term_ords(doc) {
            if let Some(count) = usize::try_from(ordinal).ok().and_then(|at| self.counts.get_mut(at)) {
                *count += 1;
            }
        }
    }

    /// The ordinals that were counted, with their counts.
    fn counted(&self) -> Vec<(u64, u32)> {
        let chosen = |at: usize| self.chosen.as_ref().is_none_or(|chosen| chosen.get(at).copied().unwrap_or(false));
        let counted = self.counts.iter().copied().enumerate().filter(|(at, count)| *count > 0 && chosen(*at));
        counted.map(|(at, count)| (at as u64, count)).collect()
    }

    /// Reads the terms of sorted ordinals.
    fn terms(&self, ordinals: &[(u64, u64)], sink: &mut dyn FnMut(&str, u64)) -> tantivy::Result<()> {
        let Some(column) = &self.column else { return Ok(()) };
        let mut counts = ordinals.iter().map(|(_, count)| *count);
        column.dictionary().sorted_ords_to_term_cb(
            &ordinals.iter().map(|(o, _)| *o).collect::<Vec<_>>(),
            &mut |term: &[u8]| {
                sink(std::str::from_utf8(term).unwrap_or(""), counts.next().unwrap_or(0));
            },
        )?;
        Ok(())
    }
}

/// By ordinal, whether a value is wanted. Reads the dictionary, not the articles.
fn values_wanted(column: &StrColumn, filter: &ValueFilter) -> tantivy::Result<Vec<bool>> {
    let mut chosen = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        let term = std::str::from_utf8(terms.key()).unwrap_or("");
        chosen.push(filter.wants(&FacetValue::from_term(term)));
    }
    Ok(chosen)
}

/// Whether a word in `name` begins with `start`; both folded.
fn has_word_with(name: &str, start: &str) -> bool {
    let begins_word =
        |at: usize| name.get(..at).and_then(|b| b.chars().next_back()).is_none_or(|b| !b.is_alphanumeric());
    name.match_indices(start).any(|(at, _)| begins_word(at))
}

/// The most frequent values over all segments, exactly; equal counts stand in the order of their names.
fn merge_counts(
    parts: &[(SegmentOrdinal, &Counting)],
    order: Option<&Order>,
    values: usize,
) -> tantivy::Result<Vec<FacetCount>> {
    match (parts, order) {
        ([(segment, only)], _) => {
            let counted = only.counted().into_iter().map(|(ordinal, count)| (ordinal, u64::from(count)));
            let kept = most_frequent(counted.collect(), values);
            named(parts, kept.into_iter().map(|(ordinal, count)| ((*segment, ordinal), count)))
        }
        (_, Some(order)) => {
            let kept = most_frequent(summed(parts, order), values);
            let at_home = |(number, count)| usize::try_from(number).ok().and_then(|n| Some((order.home(n)?, count)));
            named(parts, kept.into_iter().filter_map(at_home))
        }
        (_, None) => merge_by_name(parts, values),
    }
}

/// The counts of all segments together, by the values' numbers in the whole.
fn summed(parts: &[(SegmentOrdinal, &Counting)], order: &Order) -> Vec<(u64, u64)> {
    let mut sums: Vec<u64> = vec![0; order.len()];
    for (segment, part) in parts {
        for (ordinal, count) in part.counted() {
            if let Some(sum) = order.whole(*segment, ordinal).and_then(|number| sums.get_mut(number)) {
                *sum += u64::from(count);
            }
        }
    }
    (0..).zip(sums).filter(|(_, count)| *count > 0).collect()
}

/// The most frequent of numbered values, in no order. Numbers stand in the order of names, so no name needs to be read.
fn most_frequent(mut counted: Vec<(u64, u64)>, values: usize) -> Vec<(u64, u64)> {
    if values < counted.len() {
        counted.select_nth_unstable_by_key(values, |(number, count)| (Reverse(*count), *number));
        counted.truncate(values);
    }
    counted
}

/// Values by their place in a segment, with their names, most frequent first.
fn named(
    parts: &[(SegmentOrdinal, &Counting)],
    values: impl Iterator<Item = ((SegmentOrdinal, u64), u64)>,
) -> tantivy::Result<Vec<FacetCount>> {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    let mut out = Vec::with_capacity(values.len());
    for of_segment in values.chunk_by(|a, b| a.0.0 == b.0.0) {
        let part = of_segment.first().and_then(|((segment, _), _)| parts.iter().find(|(other, _)| other == segment));
        let Some((_, part)) = part else { continue };
        let counted: Vec<(u64, u64)> = of_segment.iter().map(|((_, ordinal), count)| (*ordinal, *count)).collect();
        part.terms(&counted, &mut |term, count| out.push(FacetCount { term: term.to_owned(), count }))?;
    }
    sort_counts(&mut out);
    Ok(out)
}

/// Merges by the names of everything that was counted.
fn merge_by_name(parts: &[(SegmentOrdinal, &Counting)], values: usize) -> tantivy::Result<Vec<FacetCount>> {
    let mut sums: FxHashMap<String, u64> = FxHashMap::default();
    for (_, part) in parts {
        let counted: Vec<_> = part.counted().into_iter().map(|(ordinal, count)| (ordinal, u64::from(count))).collect();
        part.terms(&counted, &mut |term, count| match sums.get_mut(term) {
            Some(sum) => *sum += count,
            None => {
                sums.insert(term.to_owned(), count);
            }
        })?;
    }
    let mut out: Vec<FacetCount> = sums.into_iter().map(|(term, count)| FacetCount { term, count }).collect();
    sort_counts(&mut out);
    out.truncate(values);
    Ok(out)
}

fn sort_counts(counts: &mut [FacetCount]) {
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.term.cmp(&b.term)));
}

#[cfg(test)]
mod tests {
    use super::{Recency, has_word_with};

    #[test]
    fn any_word_of_a_name_can_begin_so() {
        for (name, start) in [("владимир путин", "пут"), ("путин", "пут"), ("ростов-на-дону", "дон"), ("исв", "")]
        {
            assert!(has_word_with(name, start), "{name} {start}");
        }
        assert!(!has_word_with("иван распутин", "пут"));
    }

    #[test]
    fn the_newest_counts_twice_and_half_of_that_more_is_left_after_a_half_life() {
        let recency = Recency { newest: 1_000_000, half_life: 1000.0 };
        for (date, factor) in [(Some(1_000_000), 2.0), (Some(999_000), 1.5), (Some(998_000), 1.25), (None, 1.0)] {
            assert!((recency.factor(date) - factor).abs() < 1e-9, "{date:?}");
        }
    }
}

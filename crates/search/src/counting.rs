//! Counting facet values: in each segment by ordinal, then over all segments.
//!
//! A name is read once, at the end, and only where it is shown.

use super::order::Order;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use svodka_model::article::Confidence;
use svodka_store::{Facet, FacetValue, confidence_of};
use svodka_text::{analyse::fold::fold, names::Lexicon};
use tantivy::{
    DocId, SegmentOrdinal, SegmentReader,
    columnar::{Column, StrColumn},
    error::DataCorruption,
};

/// A facet value's term with the number of articles that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The value as the index holds it.
    pub term: String,
    /// Articles.
    pub count: u64,
}

/// Filter on facet values; the default counts all.
#[derive(Clone, Default)]
pub(super) struct ValueFilter<'l> {
    /// A word of the name, or another name that the dictionaries know for it, begins so; folded.
    pub(super) prefix: Option<String>,
    /// The value is of one of these kinds; of any when empty.
    pub(super) kinds: Vec<String>,
    /// Where other names are known from.
    pub(super) lexicon: Option<&'l Lexicon>,
    /// The least confidence of values that have one.
    pub(super) least: Option<Confidence>,
}

impl ValueFilter<'_> {
    fn accepts_all(&self) -> bool {
        self.prefix.is_none() && self.kinds.is_empty() && self.least.is_none()
    }

    fn accepts_term(&self, term: &str) -> bool {
        let is_sure = |(least, confidence)| confidence >= least;
        self.least.zip(confidence_of(term)).is_none_or(is_sure) && self.accepts(&FacetValue::from_term(term))
    }

    fn accepts(&self, value: &FacetValue) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&value.kind))
            && self.prefix.as_ref().is_none_or(|prefix| {
                has_word_with(&fold(&value.name), prefix) || self.has_alias_with(&value.name, prefix)
            })
    }

    fn has_alias_with(&self, name: &str, prefix: &str) -> bool {
        let entry = self.lexicon.and_then(|lexicon| lexicon.named(name));
        entry.is_some_and(|entry| entry.aliases.iter().any(|alias| fold(&alias.text).starts_with(prefix)))
    }
}

/// One segment's counts of a facet, by ordinal.
pub(super) struct Counting {
    pub(super) facet: Facet,
    column: Option<StrColumn>,
    counts: Vec<u32>,
    /// By ordinal, whether the filter accepts a value; `None` where it accepts all.
    accepted: Option<Vec<bool>>,
}

/// The values of many articles, read at once: several times faster than article by article.
#[derive(Default)]
pub(super) struct Batch {
    docs: Vec<DocId>,
    rows: Vec<u32>,
    ordinals: Vec<u64>,
}

impl Batch {
    /// Reads what `docs`, which are ascending, have in a column.
    fn read(&mut self, column: &Column<u64>, docs: &[DocId]) {
        let Self { docs: with_values, rows, ordinals } = self;
        let (Some(first), Some(last)) = (docs.first(), docs.last()) else { return ordinals.clear() };
        if (last - first) as usize + 1 == docs.len() {
            let stretch = column.index.docid_range_to_rowids(*first..last + 1);
            ordinals.resize(stretch.len(), 0);
            column.values.get_range(u64::from(stretch.start), ordinals);
            return;
        }
        with_values.clear();
        rows.clear();
        column.row_ids_for_docs(docs, with_values, rows);
        ordinals.resize(rows.len(), 0);
        column.values.get_vals(rows, ordinals);
    }
}

impl Counting {
    /// No counts yet of a facet.
    pub(super) fn new(facet: Facet, reader: &SegmentReader, filter: &ValueFilter<'_>) -> tantivy::Result<Self> {
        let column = reader.fast_fields().str(facet.name())?;
        let counts = vec![0; column.as_ref().map_or(0, |c| c.num_terms())];
        let accepted = match &column {
            Some(column) if !filter.accepts_all() => Some(accepted(column, facet, filter)?),
            _ => None,
        };
        Ok(Self { facet, column, counts, accepted })
    }

    /// Counts the values of articles, which are ascending.
    pub(super) fn count(&mut self, docs: &[DocId], batch: &mut Batch) {
        let Some(column) = &self.column else { return };
        batch.read(column.ords(), docs);
        for ordinal in &batch.ordinals {
            if let Some(count) = usize::try_from(*ordinal).ok().and_then(|at| self.counts.get_mut(at)) {
                *count += 1;
            }
        }
    }

    /// The ordinals that were counted, with their counts.
    fn counted(&self) -> Vec<(u64, u64)> {
        let accepts = |at: usize| self.accepted.as_ref().is_none_or(|accepted| accepted.get(at) == Some(&true));
        let counted = self.counts.iter().copied().enumerate().filter(|(at, count)| *count > 0 && accepts(*at));
        counted.map(|(at, count)| (at as u64, u64::from(count))).collect()
    }

    /// How often a value was counted.
    fn count_of(&self, term: &str) -> tantivy::Result<u64> {
        let Some(column) = &self.column else { return Ok(0) };
        let ordinal = column.dictionary().term_ord(term)?.and_then(|ordinal| usize::try_from(ordinal).ok());
        Ok(ordinal.and_then(|at| self.counts.get(at)).map_or(0, |count| u64::from(*count)))
    }

    /// The ordinals of the values of one article.
    pub(super) fn values_of(&self, doc: DocId) -> impl Iterator<Item = u64> {
        self.column.iter().flat_map(move |column| column.term_ords(doc))
    }

    /// Reads the terms of sorted ordinals.
    pub(super) fn terms(&self, ordinals: &[(u64, u64)], sink: &mut dyn FnMut(&str, u64)) -> tantivy::Result<()> {
        let Some(column) = &self.column else { return Ok(()) };
        let mut counts = ordinals.iter().map(|(_, count)| *count);
        let mut is_text = true;
        column.dictionary().sorted_ords_to_term_cb(
            &ordinals.iter().map(|(o, _)| *o).collect::<Vec<_>>(),
            &mut |term: &[u8]| {
                // There are as many terms as ordinals.
                let count = counts.next().unwrap_or(0);
                match std::str::from_utf8(term) {
                    Ok(term) => sink(term, count),
                    Err(_) => is_text = false,
                }
            },
        )?;
        if is_text { Ok(()) } else { Err(not_text(self.facet)) }
    }
}

/// By ordinal, whether the filter accepts a value. Reads the dictionary, not the articles.
fn accepted(column: &StrColumn, facet: Facet, filter: &ValueFilter<'_>) -> tantivy::Result<Vec<bool>> {
    let mut accepted = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        let term = std::str::from_utf8(terms.key()).map_err(|_| not_text(facet))?;
        accepted.push(filter.accepts_term(term));
    }
    Ok(accepted)
}

/// Only a damaged file has a value that is not UTF-8.
fn not_text(facet: Facet) -> tantivy::TantivyError {
    DataCorruption::comment_only(format!("a value of the facet {} is not UTF-8; rebuild the index", facet.name()))
        .into()
}

/// Whether a word in `name` begins with `start`; both folded.
fn has_word_with(name: &str, start: &str) -> bool {
    let begins_word =
        |at: usize| name.get(..at).and_then(|b| b.chars().next_back()).is_none_or(|b| !b.is_alphanumeric());
    name.match_indices(start).any(|(at, _)| begins_word(at))
}

/// The most frequent values over all segments, exactly; equal counts stand in the order of their names.
pub(super) fn merge_counts(
    parts: &[(SegmentOrdinal, &Counting)],
    order: Option<&Order>,
    values: usize,
) -> tantivy::Result<Vec<FacetCount>> {
    if parts.iter().any(|(_, part)| part.facet.is_scored()) {
        return merge_scored(parts, values);
    }
    match (parts, order) {
        ([(segment, only)], _) => {
            let kept = most_frequent(only.counted(), values);
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

/// The most frequent values of a scored facet: an article has a value with one confidence, so the counts of a value's
/// confidences add up to its articles.
fn merge_scored(parts: &[(SegmentOrdinal, &Counting)], values: usize) -> tantivy::Result<Vec<FacetCount>> {
    let mut sums: FxHashMap<String, u64> = FxHashMap::default();
    for (_, part) in parts {
        part.terms(&part.counted(), &mut |term, count| {
            *sums.entry(FacetValue::from_term(term).term()).or_default() += count;
        })?;
    }
    Ok(highest(sums, values))
}

/// The latest `months` of all, in the order of time: months with most articles would leave gaps.
pub(super) fn latest_months(mut counts: Vec<FacetCount>, months: usize) -> Vec<FacetCount> {
    counts.sort_unstable_by(|a, b| a.term.cmp(&b.term));
    counts.split_off(counts.len().saturating_sub(months))
}

/// The counts of all segments together, by the values' numbers in the whole.
fn summed(parts: &[(SegmentOrdinal, &Counting)], order: &Order) -> Vec<(u64, u64)> {
    let mut sums: Vec<u64> = vec![0; order.len()];
    for (segment, part) in parts {
        for (ordinal, count) in part.counted() {
            if let Some(sum) = order.whole(*segment, ordinal).and_then(|number| sums.get_mut(number)) {
                *sum += count;
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

/// Merges by names: those that stand high in some segment, and only if these may not suffice, all.
fn merge_by_name(parts: &[(SegmentOrdinal, &Counting)], values: usize) -> tantivy::Result<Vec<FacetCount>> {
    let counted: Vec<Vec<(u64, u64)>> = parts.iter().map(|(_, part)| part.counted()).collect();
    let all: usize = counted.iter().map(Vec::len).sum();
    let mut depth = values.saturating_add(MARGIN);
    while depth.saturating_mul(parts.len()).saturating_mul(WORTH) < all {
        if let Some(most) = merge_highest(parts, &counted, values, depth)? {
            return Ok(most);
        }
        depth *= 4;
    }
    let mut sums: FxHashMap<String, u64> = FxHashMap::default();
    for ((_, part), counted) in parts.iter().zip(&counted) {
        part.terms(counted, &mut |term, count| match sums.get_mut(term) {
            Some(sum) => *sum += count,
            None => {
                sums.insert(term.to_owned(), count);
            }
        })?;
    }
    Ok(highest(sums, values))
}

/// The most frequent of values with their counts.
fn highest(sums: FxHashMap<String, u64>, values: usize) -> Vec<FacetCount> {
    let mut out: Vec<FacetCount> = sums.into_iter().map(|(term, count)| FacetCount { term, count }).collect();
    sort_counts(&mut out);
    out.truncate(values);
    out
}

/// How many more values than are wanted to look at in each segment first.
const MARGIN: usize = 30;

/// Looking a value up in the other segments costs about as much as reading the names of so many.
const WORTH: usize = 8;

/// The most frequent values of all, if they are sure to be among the `depth` most frequent of some segment: if what
/// no segment has among these cannot, even in all segments together, come up to the last of them. (Fagin's threshold
/// algorithm.)
fn merge_highest(
    parts: &[(SegmentOrdinal, &Counting)],
    counted: &[Vec<(u64, u64)>],
    values: usize,
    depth: usize,
) -> tantivy::Result<Option<Vec<FacetCount>>> {
    let (mut names, mut rest) = (FxHashSet::default(), 0);
    for ((_, part), counted) in parts.iter().zip(counted) {
        let mut high = most_frequent(counted.clone(), depth);
        if high.len() < counted.len() {
            rest += high.iter().map(|(_, count)| *count).min().unwrap_or(0);
        }
        high.sort_unstable();
        part.terms(&high, &mut |term, _| {
            names.insert(term.to_owned());
        })?;
    }
    let mut out = Vec::with_capacity(names.len());
    for term in names {
        let count = parts.iter().map(|(_, part)| part.count_of(&term)).sum::<tantivy::Result<u64>>()?;
        out.push(FacetCount { term, count });
    }
    sort_counts(&mut out);
    out.truncate(values);
    let last = out.last().map_or(0, |value| value.count);
    Ok((rest == 0 || out.len() == values && last > rest).then_some(out))
}

pub(super) fn sort_counts(counts: &mut [FacetCount]) {
    counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.term.cmp(&b.term)));
}

#[cfg(test)]
mod tests {
    use super::{
        Batch, Counting, FacetCount, ValueFilter, has_word_with, latest_months, merge_by_name, merge_highest,
        sort_counts,
    };
    use std::collections::BTreeMap;
    use svodka_store::Facet;
    use tantivy::{
        Index, TantivyDocument,
        indexer::NoMergePolicy,
        schema::{FAST, STRING, Schema},
    };

    #[test]
    fn any_word_of_a_name_can_begin_so() {
        for (name, start) in [("владимир путин", "пут"), ("путин", "пут"), ("ростов-на-дону", "дон"), ("исв", "")]
        {
            assert!(has_word_with(name, start), "{name} {start}");
        }
        assert!(!has_word_with("иван распутин", "пут"));
    }

    #[test]
    fn months_are_the_latest_in_order() {
        let count = |term: &str, count| FacetCount { term: term.into(), count };
        let all = vec![count("2025-02", 9), count("2024-11", 7), count("2025-03", 1)];
        assert_eq!(latest_months(all.clone(), 2), [count("2025-02", 9), count("2025-03", 1)]);
        assert_eq!(latest_months(all, usize::MAX).len(), 3);
    }

    /// Some names stand in every segment, some only in one and there often; the counts fall off, with many ties.
    fn names(segment: u64, doc: u64) -> Vec<String> {
        let rank = (doc * doc + segment * 7) % 4000 / (1 + doc % 40);
        vec![format!("имя {rank}"), format!("имя {} из {segment}", rank % 900)]
    }

    #[test]
    fn the_highest_of_segments_merge_to_the_highest_of_all() {
        const DOCS: u64 = 6000;
        let mut schema = Schema::builder();
        let actor = schema.add_text_field("actor", STRING | FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 20_000_000).unwrap();
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let mut expected: BTreeMap<String, u64> = BTreeMap::new();
        for segment in 0..3 {
            for doc in 0..DOCS {
                let mut document = TantivyDocument::default();
                // Every fifth article names nobody.
                for name in names(segment, doc).into_iter().filter(|_| doc % 5 > 0) {
                    document.add_text(actor, &name);
                    *expected.entry(name).or_default() += 1;
                }
                writer.add_document(document).unwrap();
            }
            writer.commit().unwrap();
        }
        let searcher = index.reader().unwrap().searcher();
        let filter = ValueFilter::default();
        let mut counting: Vec<Counting> = Vec::new();
        for reader in searcher.segment_readers() {
            let mut of_segment = Counting::new(Facet::Actor, reader, &filter).unwrap();
            let stretch: Vec<u32> = (0..1000).collect();
            let (even, odd): (Vec<u32>, Vec<u32>) = (1000..reader.max_doc()).partition(|doc| doc % 2 == 0);
            let mut batch = Batch::default();
            // Stretches and scattered articles are read in different ways.
            for docs in [&stretch[..], &even[..], &odd[..7]] {
                of_segment.count(docs, &mut batch);
            }
            for doc in &odd[7..] {
                of_segment.count(&[*doc], &mut batch);
            }
            counting.push(of_segment);
        }
        let parts: Vec<(u32, &Counting)> = (0..).zip(&counting).collect();
        let mut expected: Vec<FacetCount> =
            expected.into_iter().map(|(term, count)| FacetCount { term, count }).collect();
        sort_counts(&mut expected);
        for values in [1, 10, 50, 300, usize::MAX] {
            let kept = &expected[..values.min(expected.len())];
            assert_eq!(merge_by_name(&parts, values).unwrap(), kept, "{values}");
        }
        // Deep enough it is sure; and wherever it says so it is right.
        let counted: Vec<_> = counting.iter().map(Counting::counted).collect();
        let sure = |depth| merge_highest(&parts, &counted, 10, depth).unwrap();
        assert!((10..2000).step_by(50).filter_map(sure).all(|found| found == expected[..10]));
        assert!(sure(400).is_some());
    }
}

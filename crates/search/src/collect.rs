//! Collecting: the top hits and exact facet counts, drill-sideways, in one pass over the matching articles.
//!
//! Where one of a facet's chosen values is enough, the choice does not narrow the facet's own counts (drill-sideways):
//! an article that fails only the selection of facet A is no hit but counts for A. Where all chosen values must be
//! there, it does: what is left to choose is what still goes with them. Counting works on ordinals; a name is read once per segment, at the end.

use super::{
    counting::{Batch, Counting, FacetCount, ValueFilter, latest_months, merge_counts},
    grouping::{Counted, Folded, Member, SegmentStories, StoryGrouping, count_stories, folded},
    order::Order,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    sync::Arc,
};
use svodka_store::Facet;
use tantivy::{
    BitSet, DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, Term,
    collector::{Collector, SegmentCollector},
    columnar::Column,
    schema::IndexRecordOption,
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

/// Terms of one facet; an article needs one of them.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    pub(super) facet: Facet,
    pub(super) terms: Vec<String>,
    /// Whether articles without them do not count for this facet either.
    pub(super) narrows_own_counts: bool,
}

/// What to collect.
#[derive(Clone)]
pub(super) struct Collecting<'l> {
    pub(super) selections: Vec<Selection>,
    pub(super) facets: Vec<Facet>,
    /// How many hits to keep.
    pub(super) top: usize,
    /// How many values of each facet to keep; all for `usize::MAX`.
    pub(super) values: usize,
    pub(super) sort: Sort,
    pub(super) recency: Option<Recency>,
    /// Which values to count.
    pub(super) filter: ValueFilter<'l>,
    /// The orders of the facets' values, where they are known.
    pub(super) orders: Vec<Option<Arc<Order>>>,
    /// Whether and how hits or counts are by story.
    pub(super) grouping: Option<StoryGrouping>,
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
    /// Stories that match, those of one article among them, where that was asked for.
    pub(super) stories: Option<u64>,
    /// The matching articles of the stories among the hits that have several, by the address of the hit.
    pub(super) members: FxHashMap<DocAddress, Vec<DocAddress>>,
}

/// A hit in the heap of the best: greater is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    pub(super) key: f64,
    pub(super) score: Score,
    pub(super) address: DocAddress,
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

/// Hits whose values are counted at once.
const BATCH: usize = 1024;

/// One segment's selection: the articles that satisfy it, by the postings of its terms. To ask a column article by
/// article takes ten times as long where many match.
struct SegmentSelection {
    facet: Facet,
    docs: BitSet,
    narrows_own_counts: bool,
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
    /// Hits whose values are not counted yet.
    hits: Vec<DocId>,
    /// For each facet, articles that fail only its selection and whose values are not counted yet.
    aside: Vec<Vec<DocId>>,
    batch: Batch,
    total: u64,
    matching: u64,
    stories: Option<SegmentStories>,
    folds: bool,
    /// For each facet, articles of stories that fail only its selection.
    counted_aside: Vec<Vec<Counted>>,
}

/// What a segment hands over.
pub(super) struct SegmentFruit {
    segment: SegmentOrdinal,
    total: u64,
    matching: u64,
    hits: Vec<Ranked>,
    counting: Vec<Counting>,
    members: Vec<Member>,
    counted_aside: Vec<Vec<Counted>>,
}

impl Collector for Collecting<'_> {
    type Fruit = Collected;
    type Child = SegmentPart;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentPart> {
        let columns = reader.fast_fields();
        let selections = self.selections.iter().map(|selection| SegmentSelection::new(selection, reader));
        let counting = self.facets.iter().map(|facet| Counting::new(*facet, reader, &self.filter));
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
            hits: Vec::with_capacity(BATCH),
            aside: vec![Vec::new(); self.facets.len()],
            batch: Batch::default(),
            total: 0,
            matching: 0,
            stories: self.grouping.as_ref().map(|grouping| SegmentStories::open(grouping, reader)).transpose()?,
            folds: self.grouping.as_ref().is_some_and(|grouping| grouping.folds),
            counted_aside: vec![Vec::new(); self.facets.len()],
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance && self.top > 0
    }

    fn merge_fruits(&self, fruits: Vec<SegmentFruit>) -> tantivy::Result<Collected> {
        let total = fruits.iter().map(|f| f.total).sum();
        let matching = fruits.iter().map(|f| f.matching).sum();
        let mut hits: Vec<Ranked> = fruits.iter().flat_map(|f| f.hits.iter().copied()).collect();
        let grouped: Vec<Member> = fruits.iter().flat_map(|f| f.members.iter().copied()).collect();
        let in_stories: Vec<Counted> = grouped.iter().map(Member::counted).collect();
        let alone = total - grouped.len() as u64;
        let stories = folded(grouped, self.sort);
        let story_count = self.grouping.as_ref().map(|_| alone + stories.len() as u64);
        let folds = self.grouping.as_ref().is_some_and(|grouping| grouping.folds);
        if folds && self.top > 0 {
            hits.extend(stories.iter().map(|story| story.hit));
        }
        hits.sort_unstable_by(|a, b| b.cmp(a));
        hits.truncate(self.top);
        let kept: FxHashSet<DocAddress> = hits.iter().map(|hit| hit.address).collect();
        let several = |story: &Folded| folds && story.members.len() > 1 && kept.contains(&story.hit.address);
        let members = stories.into_iter().filter(several).map(|story| (story.hit.address, story.members)).collect();
        let mut facets = Vec::with_capacity(self.facets.len());
        for (at, facet) in self.facets.iter().enumerate() {
            let parts: Vec<(SegmentOrdinal, &Counting)> =
                fruits.iter().filter_map(|f| Some((f.segment, f.counting.get(at)?))).collect();
            let order = self.orders.get(at).and_then(Option::as_deref);
            let by_story = self.grouping.as_ref().is_some_and(|grouping| grouping.counts_stories);
            let all = by_story || *facet == Facet::Month;
            let mut counts = merge_counts(&parts, order, if all { usize::MAX } else { self.values })?;
            if by_story {
                let aside = fruits.iter().filter_map(|f| f.counted_aside.get(at)).flatten().copied();
                let articles: Vec<Counted> = in_stories.iter().copied().chain(aside).collect();
                counts = count_stories(counts, &parts, &articles)?;
            }
            if *facet == Facet::Month {
                counts = latest_months(counts, self.values);
            } else {
                counts.truncate(self.values);
            }
            facets.push((*facet, counts));
        }
        let hits = hits.into_iter().map(|h| (h.address, h.score)).collect();
        Ok(Collected { total, matching, hits, facets, stories: story_count, members })
    }
}

impl SegmentCollector for SegmentPart {
    type Fruit = SegmentFruit;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.matching += 1;
        let mut failed = None;
        for selection in &self.selections {
            if !selection.docs.contains(doc)
                && (selection.narrows_own_counts || failed.replace(selection.facet).is_some())
            {
                return;
            }
        }
        if let Some(failed) = failed {
            let story = self.stories.as_ref().and_then(|stories| stories.story_of(doc));
            let counted = story.map(|story| Counted::new(story, DocAddress::new(self.segment, doc)));
            let asides = self.aside.iter_mut().zip(&mut self.counted_aside);
            for (counting, (aside, counted_aside)) in self.counting.iter_mut().zip(asides) {
                if counting.facet == failed {
                    counted_aside.extend(counted);
                    aside.push(doc);
                    if aside.len() == BATCH {
                        counting.count(aside, &mut self.batch);
                        aside.clear();
                    }
                }
            }
            return;
        }
        self.total += 1;
        self.take(doc, score);
        self.hits.push(doc);
        if self.hits.len() == BATCH {
            self.count_hits();
        }
    }

    fn harvest(mut self) -> SegmentFruit {
        self.count_hits();
        for (counting, aside) in self.counting.iter_mut().zip(&self.aside) {
            counting.count(aside, &mut self.batch);
        }
        let hits = self.heap.into_iter().map(|Reverse(hit)| hit).collect();
        SegmentFruit {
            segment: self.segment,
            total: self.total,
            matching: self.matching,
            hits,
            counting: self.counting,
            members: self.stories.map(|stories| stories.members).unwrap_or_default(),
            counted_aside: self.counted_aside,
        }
    }
}

impl SegmentPart {
    fn count_hits(&mut self) {
        for counting in &mut self.counting {
            counting.count(&self.hits, &mut self.batch);
        }
        self.hits.clear();
    }

    /// Keeps a hit if it is among the best; the articles of stories all, as long as their best ones are not known.
    fn take(&mut self, doc: DocId, score: Score) {
        if self.top == 0 && self.stories.is_none() {
            return;
        }
        let hit = self.ranked(doc, score);
        if let Some(stories) = &mut self.stories
            && let Some(story) = stories.story_of(doc)
        {
            stories.add(story, hit);
            if self.folds {
                return;
            }
        }
        if self.top > 0 {
            self.keep_best(hit);
        }
    }

    fn ranked(&self, doc: DocId, score: Score) -> Ranked {
        let date = || self.dates.as_ref().and_then(|dates| dates.first(doc));
        let score = self.recency.map_or(score, |recency| score * recency.factor(date()) as Score);
        let key = match self.sort {
            Sort::Relevance => f64::from(score),
            Sort::Newest => date().map_or(f64::NEG_INFINITY, |d| d as f64),
            Sort::Oldest => date().map_or(f64::NEG_INFINITY, |d| -(d as f64)),
        };
        Ranked { key, score, address: DocAddress::new(self.segment, doc) }
    }

    fn keep_best(&mut self, hit: Ranked) {
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
    fn new(selection: &Selection, reader: &SegmentReader) -> tantivy::Result<Self> {
        let field = reader.schema().get_field(selection.facet.name())?;
        let index = reader.inverted_index(field)?;
        let mut docs = BitSet::with_max_value(reader.max_doc());
        for term in &selection.terms {
            let term = Term::from_field_text(field, term);
            let Some(mut postings) = index.read_block_postings(&term, IndexRecordOption::Basic)? else { continue };
            while !postings.docs().is_empty() {
                postings.docs().iter().for_each(|doc| {
                    docs.insert(*doc);
                });
                postings.advance();
            }
        }
        Ok(Self { facet: selection.facet, docs, narrows_own_counts: selection.narrows_own_counts })
    }
}

#[cfg(test)]
mod tests {
    use super::Recency;

    #[test]
    fn the_newest_counts_twice_and_half_of_that_more_is_left_after_a_half_life() {
        let recency = Recency { newest: 1_000_000, half_life: 1000.0 };
        for (date, factor) in [(Some(1_000_000), 2.0), (Some(999_000), 1.5), (Some(998_000), 1.25), (None, 1.0)] {
            assert!((recency.factor(date) - factor).abs() < 1e-9, "{date:?}");
        }
    }
}

//! Folding hits by story: one hit for all matching articles that print the same text, the first published one.
//!
//! Only articles whose text others print are kept, so memory grows with the reprints among the matches alone.

use super::{
    collect::{Ranked, Sort},
    counting::{Counting, FacetCount, sort_counts},
};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use svodka_store::{FacetValue, PublishedAt, Stories, stories::PublishedColumns};
use tantivy::{DocAddress, DocId, SegmentOrdinal, SegmentReader};

/// How stories are to be treated.
#[derive(Clone)]
pub(super) struct StoryGrouping {
    pub(super) stories: Arc<Stories>,
    /// Whether hits are folded.
    pub(super) folds: bool,
    /// Whether facets count stories instead of articles.
    pub(super) counts_stories: bool,
}

/// A matching article of a story.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// The key of the story's first article, which need not match.
    story: u64,
    published: PublishedAt,
    hit: Ranked,
}

/// The articles of stories in one segment.
pub(super) struct SegmentStories {
    stories: Arc<Stories>,
    columns: PublishedColumns,
    pub(super) members: Vec<Member>,
}

impl SegmentStories {
    pub(super) fn open(grouping: &StoryGrouping, segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = PublishedColumns::open(segment)?;
        Ok(Self { stories: Arc::clone(&grouping.stories), columns, members: Vec::new() })
    }

    /// The story of an article whose text others print.
    pub(super) fn story_of(&self, doc: DocId) -> Option<u64> {
        self.stories.first_of(self.columns.key(doc))
    }

    pub(super) fn add(&mut self, story: u64, hit: Ranked) {
        self.members.push(Member { story, published: self.columns.published(hit.address.doc_id), hit });
    }
}

/// The hit of a story, and the matching articles of it, first published one first.
pub(super) struct Folded {
    pub(super) hit: Ranked,
    pub(super) members: Vec<DocAddress>,
}

/// The stories of matching articles. A story is as relevant as its best article; by date it stands where its first one
/// does.
pub(super) fn folded(mut members: Vec<Member>, sort: Sort) -> Vec<Folded> {
    members.sort_unstable_by_key(|member| (member.story, member.published, member.hit.address));
    let of_story = members.chunk_by(|a, b| a.story == b.story);
    let fold = |story: &[Member]| {
        let first = story.first()?.hit;
        let best = story.iter().map(|member| member.hit).max()?;
        let hit = match sort {
            Sort::Relevance => Ranked { address: first.address, ..best },
            Sort::Newest | Sort::Oldest => first,
        };
        Some(Folded { hit, members: story.iter().map(|member| member.hit.address).collect() })
    };
    of_story.filter_map(fold).collect()
}

/// An article whose values are counted, with its story.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Counted {
    story: u64,
    segment: SegmentOrdinal,
    doc: DocId,
}

impl Counted {
    pub(super) fn new(story: u64, address: DocAddress) -> Self {
        Self { story, segment: address.segment_ord, doc: address.doc_id }
    }
}

impl Member {
    pub(super) fn counted(&self) -> Counted {
        Counted::new(self.story, self.hit.address)
    }
}

/// Turns the counts of articles of all values into counts of stories: a value counts once for each story, however many of
/// its articles have it.
pub(super) fn count_stories(
    mut counts: Vec<FacetCount>,
    parts: &[(SegmentOrdinal, &Counting)],
    articles: &[Counted],
) -> tantivy::Result<Vec<FacetCount>> {
    let mut values: Vec<(SegmentOrdinal, u64, u64)> = Vec::new();
    for article in articles {
        let part = parts.iter().find(|(segment, _)| *segment == article.segment);
        let ordinals = part.into_iter().flat_map(|(_, part)| part.values_of(article.doc));
        values.extend(ordinals.map(|ordinal| (article.segment, ordinal, article.story)));
    }
    values.sort_unstable();
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    let mut told: Vec<(u64, usize)> = Vec::with_capacity(values.len());
    for of_segment in values.chunk_by(|a, b| a.0 == b.0) {
        let part = of_segment.first().and_then(|(segment, ..)| parts.iter().find(|(other, _)| other == segment));
        let Some((_, part)) = part else { continue };
        let mut same = of_segment.chunk_by(|a, b| a.1 == b.1);
        let distinct: Vec<(u64, u64)> =
            of_segment.chunk_by(|a, b| a.1 == b.1).filter_map(|same| Some((same.first()?.1, 0))).collect();
        part.terms(&distinct, &mut |term, _| {
            let next = numbers.len();
            let number = *numbers.entry(FacetValue::from_term(term).term()).or_insert(next);
            told.extend(same.next().unwrap_or_default().iter().map(|(.., story)| (*story, number)));
        })?;
    }
    told.sort_unstable();
    let mut repeated = vec![0; numbers.len()];
    for same in told.chunk_by(|a, b| a == b) {
        if let Some(place) = same.first().and_then(|(_, number)| repeated.get_mut(*number)) {
            *place += same.len() as u64 - 1;
        }
    }
    for count in &mut counts {
        let repeated = numbers.get(&count.term).and_then(|number| repeated.get(*number));
        count.count = count.count.saturating_sub(repeated.copied().unwrap_or(0));
    }
    sort_counts(&mut counts);
    Ok(counts)
}

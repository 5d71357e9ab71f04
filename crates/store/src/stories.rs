//! Stories: the articles that print the same text, under the one that was published first.
//!
//! An article follows the earliest one that prints [the same text](svodka_text::reprint) and follows none itself. So each
//! article of a story is the same text as the first one, which single links from article to article would not guarantee,
//! and the stories depend on nothing but the articles: not on the order in which they were indexed, nor on segments.
//!
//! One file beside the segments has the stories of a commit, whose payload names it. Articles are named by their keys, so
//! that merging segments changes nothing. It is written whole by `svodka-ingest` at the end of a run.

use crate::{
    directory::Folder,
    error::{Error, Result},
};
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, path::Path};
use tantivy::{
    Directory, DocId, SegmentReader,
    columnar::{Column, StrColumn},
    directory::OwnedBytes,
};
use xxhash_rust::xxh3::xxh3_64;

/// What the files of stories are called.
pub const PREFIX: &str = "stories-";

/// First bytes of the file.
const MAGIC: [u8; 8] = *b"stories1";

/// A pair of keys as it is stored: sixteen bytes.
const PAIR: usize = 16;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What comes first: the earlier article; of those of one time, the order is fixed but means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublishedAt {
    /// Seconds since 1970; the last of the day where only the day is known, so that a known hour comes before an unknown
    /// one; the greatest number where nothing is.
    pub time: i64,
    /// Hash of the id.
    id: u64,
    /// Digest of all that is stored of the article.
    digest: u64,
}

/// The columns by which the articles of a segment are ordered and named.
#[derive(Clone)]
pub struct PublishedColumns {
    dates: Option<Column<i64>>,
    ids: Option<StrColumn>,
    digests: Option<Column<u64>>,
    keys: Option<Column<u64>>,
}

impl PublishedColumns {
    /// Opens the columns of a segment.
    ///
    /// # Errors
    /// Storage failures.
    pub fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self {
            dates: columns.column_opt("date")?,
            ids: columns.str("id")?,
            digests: columns.column_opt("digest")?,
            keys: columns.column_opt("key")?,
        })
    }

    /// The key of an article; 0 for one that has none, which only a damaged index can cause.
    #[must_use]
    pub fn key(&self, doc: DocId) -> u64 {
        self.keys.as_ref().and_then(|keys| keys.first(doc)).unwrap_or(0)
    }

    /// When an article was published.
    #[must_use]
    pub fn published(&self, doc: DocId) -> PublishedAt {
        let date = self.dates.as_ref().and_then(|dates| dates.first(doc));
        let is_day = |date: i64| date.rem_euclid(DAY) == 0;
        PublishedAt {
            time: date.map_or(i64::MAX, |date| if is_day(date) { date.saturating_add(DAY - 1) } else { date }),
            id: self.id(doc).map_or(0, |id| xxh3_64(id.as_bytes())),
            digest: self.digests.as_ref().and_then(|digests| digests.first(doc)).unwrap_or(0),
        }
    }

    /// The id of an article.
    #[must_use]
    pub fn id(&self, doc: DocId) -> Option<String> {
        let ids = self.ids.as_ref()?;
        let mut id = String::new();
        ids.ord_to_str(ids.term_ords(doc).next()?, &mut id).ok()?.then_some(id)
    }
}

/// An article that follows a story's first one, or is it: both by their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Follows {
    /// The article.
    pub article: u64,
    /// The first article of its story.
    pub first: u64,
}

/// What a commit says of stories.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoriesMark {
    /// The file, if there is one yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stories: Option<String>,
    /// Whether articles have changed since it was written.
    #[serde(default)]
    pub stories_are_stale: bool,
}

impl StoriesMark {
    /// Reads the mark in the payload of a commit; none where there is no payload yet.
    #[must_use]
    pub fn of_payload(payload: Option<&str>) -> Self {
        payload.and_then(|payload| serde_json::from_str(payload).ok()).unwrap_or_default()
    }
}

/// The stories of two articles and more.
#[derive(Debug, Default)]
pub struct Stories {
    /// Pairs of article and first article, by article.
    by_article: Option<OwnedBytes>,
    /// The same pairs the other way round, by first article.
    by_first: Option<OwnedBytes>,
}

impl Stories {
    /// The content of a file with these stories; `follows` has each article of a story of two and more once, also the
    /// first.
    #[must_use]
    pub fn encode(mut follows: Vec<Follows>) -> Vec<u8> {
        let mut out = Vec::with_capacity(MAGIC.len() + 2 * PAIR * follows.len() + 8);
        out.extend(MAGIC);
        follows.sort_unstable();
        for Follows { article, first } in &follows {
            out.extend(article.to_le_bytes().into_iter().chain(first.to_le_bytes()));
        }
        follows.sort_unstable_by_key(|pair| (pair.first, pair.article));
        for Follows { article, first } in &follows {
            out.extend(first.to_le_bytes().into_iter().chain(article.to_le_bytes()));
        }
        out.extend(xxh3_64(&out).to_le_bytes());
        out
    }

    /// Opens the file called `name` in the folder of the segments.
    ///
    /// # Errors
    /// A damaged index.
    pub fn open_in(folder: &Path, name: &str) -> Result<Self> {
        // Not by tantivy's own directory: it takes every file for one of its own.
        Self::open(&Folder::open(folder)?, folder, name)
    }

    /// Opens the file called `name`, which lies in `folder`.
    ///
    /// # Errors
    /// A damaged index.
    pub fn open(directory: &dyn Directory, folder: &Path, name: &str) -> Result<Self> {
        let damaged = |why: &str| Error::damaged(folder.join(name), why);
        let file = directory.open_read(Path::new(name)).map_err(tantivy::TantivyError::from)?;
        let bytes = file.read_bytes().map_err(tantivy::TantivyError::from)?;
        let length = bytes.len().checked_sub(MAGIC.len() + 8).filter(|length| length % (2 * PAIR) == 0);
        let length = length.ok_or_else(|| damaged("it has no length of such a file"))?;
        if !bytes.starts_with(&MAGIC) {
            return Err(damaged("it begins otherwise than such a file"));
        }
        let (_, rest) = bytes.split(MAGIC.len());
        let (by_article, rest) = rest.split(length / 2);
        let (by_first, _) = rest.split(length / 2);
        Ok(Self { by_article: Some(by_article), by_first: Some(by_first) })
    }

    /// Whether the content of a file is what was written.
    #[must_use]
    pub fn is_intact(content: &[u8]) -> bool {
        content.split_last_chunk().is_some_and(|(all, sum)| xxh3_64(all).to_le_bytes() == *sum)
    }

    fn articles(&self) -> &[[u8; PAIR]] {
        self.by_article.as_ref().map_or(&[], |pairs| pairs.as_chunks().0)
    }

    fn firsts(&self) -> &[[u8; PAIR]] {
        self.by_first.as_ref().map_or(&[], |pairs| pairs.as_chunks().0)
    }

    /// The first article of the story of an article; `None` when no other article prints its text.
    #[must_use]
    pub fn first_of(&self, article: u64) -> Option<u64> {
        let pairs = self.articles();
        let at = pairs.binary_search_by(|pair| numbers(pair).0.cmp(&article)).ok()?;
        pairs.get(at).map(|pair| numbers(pair).1)
    }

    /// The articles of the story whose first article is `first`, that one among them, by their keys.
    pub fn members(&self, first: u64) -> impl Iterator<Item = u64> + '_ {
        let pairs = self.firsts();
        let from = pairs.partition_point(|pair| numbers(pair).0.cmp(&first) == Ordering::Less);
        let of_story = pairs.iter().skip(from).map(numbers).take_while(move |(story, _)| *story == first);
        of_story.map(|(_, article)| article)
    }

    /// Every article of a story of two and more, by key.
    pub fn each(&self) -> impl Iterator<Item = Follows> + '_ {
        self.articles().iter().map(numbers).map(|(article, first)| Follows { article, first })
    }
}

fn numbers(pair: &[u8; PAIR]) -> (u64, u64) {
    let whole = u128::from_le_bytes(*pair);
    (whole as u64, (whole >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::{Follows, Stories, StoriesMark};
    use std::path::Path;
    use tantivy::directory::{Directory, RamDirectory};

    #[test]
    fn stories_come_back() {
        let pairs = [(7, 7), (9, 7), (3, 7), (5, 5), (u64::MAX, 5)];
        let follows: Vec<Follows> =
            pairs.iter().map(|(article, first)| Follows { article: *article, first: *first }).collect();
        let content = Stories::encode(follows);
        assert!(Stories::is_intact(&content));
        let folder = RamDirectory::create();
        folder.atomic_write(Path::new("stories-1"), &content).unwrap();
        let stories = Stories::open(&folder, Path::new("."), "stories-1").unwrap();
        for (article, first) in pairs {
            assert_eq!(stories.first_of(article), Some(first));
        }
        assert_eq!((stories.first_of(4), Stories::default().first_of(7)), (None, None));
        assert_eq!(stories.members(7).collect::<Vec<_>>(), [3, 7, 9]);
        assert_eq!(stories.members(5).collect::<Vec<_>>(), [5, u64::MAX]);
        assert_eq!(stories.members(6).count() + stories.members(9).count(), 0);
        assert_eq!(stories.each().count(), 5);
        folder.atomic_write(Path::new("stories-1"), &content[..content.len() - 3]).unwrap();
        assert!(Stories::open(&folder, Path::new("."), "stories-1").is_err());
        assert!(!Stories::is_intact(&[&content[..20], &[0], &content[21..]].concat()));
    }

    #[test]
    fn marks_are_read_from_payloads() {
        let mark = StoriesMark::of_payload(Some(r#"{"catalogue":"c","length":1,"stories":"stories-2"}"#));
        assert_eq!((mark.stories.as_deref(), mark.stories_are_stale), (Some("stories-2"), false));
        assert_eq!(StoriesMark::of_payload(None), StoriesMark::default());
    }
}

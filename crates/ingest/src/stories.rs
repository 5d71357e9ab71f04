//! Which articles of an index print the same text: each with the first one that does.
//!
//! Articles are taken in the order of publication. One follows the earliest of those that follow none and print the same
//! text, by its shingles; where there is no such article, it follows none itself. This depends on nothing but the
//! articles. Candidates are the articles with a band of the signature in common, found by postings.
//!
//! The whole archive is done component by component of the articles connected by bands; it takes some ten bytes per article.
//! An update looks only at what changed, and at what may follow from it: an article that begins or ceases to follow none
//! concerns only later ones of its text.

mod archive;

pub(super) use archive::StoryArchive;

use archive::{ArticlePlace, ComparedText};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{collections::BTreeSet, ops::ControlFlow, path::Path, sync::Arc};
use svodka_store::{
    PublishedAt, Stories,
    error::{Error, Result},
    files,
    stories::{Follows, PREFIX},
};

/// Articles compared with one; of more that share bands with it, those that share most.
const COMPARED: usize = 100;

/// First articles of a band that are candidates. Bands that more have are of forms that are filled in.
const FIRSTS_OF_BAND: usize = 1_000;

/// Writes the file with these stories into the folder of the segments; its name.
pub(super) fn write(segments: &Path, follows: Vec<Follows>) -> Result<String> {
    let is_taken = |name: &String| segments.join(name).try_exists().unwrap_or(true);
    let name = (1u32..).map(|number| format!("{PREFIX}{number}")).find(|name| !is_taken(name)).unwrap_or_default();
    let path = segments.join(&name);
    files::write_atomically(&path, &Stories::encode(follows)).map_err(|e| Error::io(&path, e))?;
    Ok(name)
}

/// The stories of all articles.
pub(super) fn all(archive: &StoryArchive) -> Result<Vec<Follows>> {
    let suspects = archive.connected()?;
    let mut firsts = Firsts::default();
    let mut follows = Vec::new();
    let mut next = suspects.iter();
    archive.texts(&suspects, &mut |text| {
        let (Some(suspect), Some(text)) = (next.next(), text) else {
            return Ok(ControlFlow::Continue(()));
        };
        if firsts.component != suspect.component {
            firsts = Firsts { component: suspect.component, ..Firsts::default() };
        }
        let candidates = firsts.candidates(&text);
        match earliest_same(archive, &text, &candidates)? {
            Some(first) => follows.push(Follows { article: suspect.place.key, first: first.key }),
            None => firsts.add(suspect.place, &text),
        }
        archive.keep(suspect.place.address, text);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(with_firsts(follows))
}

/// The articles of one component that follow none, so far.
#[derive(Default)]
struct Firsts {
    component: u32,
    places: Vec<ArticlePlace>,
    by_band: FxHashMap<u32, Vec<u32>>,
}

impl Firsts {
    /// Those that share bands with a text, earliest first.
    fn candidates(&self, text: &ComparedText) -> Vec<SharesBands> {
        let numbers = text.bands.iter().filter_map(|band| self.by_band.get(band)).flatten();
        let places = numbers.filter_map(|number| self.places.get(*number as usize).copied());
        counted(places)
    }

    fn add(&mut self, place: ArticlePlace, text: &ComparedText) {
        let number = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.push(place);
        for band in &text.bands {
            let known = self.by_band.entry(*band).or_default();
            if known.len() < FIRSTS_OF_BAND {
                known.push(number);
            }
        }
    }
}

/// An article that may print a text, with the number of bands it has in common with it.
#[derive(Clone, Copy)]
struct SharesBands {
    place: ArticlePlace,
    bands: usize,
}

/// Each of `places` once, with how often it came, earliest first; of very many those that came most often.
fn counted(places: impl Iterator<Item = ArticlePlace>) -> Vec<SharesBands> {
    let mut places: Vec<ArticlePlace> = places.collect();
    places.sort_unstable();
    let same = places.chunk_by(|a, b| a == b);
    let mut counted: Vec<SharesBands> =
        same.filter_map(|same| Some(SharesBands { place: *same.first()?, bands: same.len() })).collect();
    if counted.len() > COMPARED {
        counted.sort_by_key(|candidate| std::cmp::Reverse(candidate.bands));
        counted.truncate(COMPARED);
        counted.sort_unstable_by_key(|candidate| candidate.place);
    }
    counted
}

/// The earliest of the candidates that prints the same text.
fn earliest_same(
    archive: &StoryArchive,
    text: &ComparedText,
    candidates: &[SharesBands],
) -> Result<Option<ArticlePlace>> {
    for candidate in candidates {
        if archive.text(candidate.place.address)?.is_some_and(|other| other.shingles.is_same_text(&text.shingles)) {
            return Ok(Some(candidate.place));
        }
    }
    Ok(None)
}

/// What follows, and each first article under itself.
fn with_firsts(mut follows: Vec<Follows>) -> Vec<Follows> {
    let firsts: FxHashSet<u64> = follows.iter().map(|pair| pair.first).collect();
    follows.extend(firsts.into_iter().map(|first| Follows { article: first, first }));
    follows
}

/// The stories after some articles were written, replaced or deleted: those in `changed`, by their keys.
pub(super) fn updated(archive: &StoryArchive, known: &Stories, changed: &FxHashSet<u64>) -> Result<Vec<Follows>> {
    let mut update = StoryUpdate { archive, known, changed, found: FxHashMap::default(), queue: BTreeSet::new() };
    for key in changed {
        update.enqueue_key(*key)?;
        if known.first_of(*key) == Some(*key) {
            update.enqueue_followers(*key)?;
        }
    }
    while let Some(place) = update.queue.pop_first() {
        update.decide(place)?;
    }
    let StoryUpdate { found, .. } = update;
    let is_settled = |pair: &Follows| found.contains_key(&pair.article) || changed.contains(&pair.article);
    let mut follows: Vec<Follows> =
        known.each().filter(|pair| pair.article != pair.first && !is_settled(pair)).collect();
    follows.extend(
        found
            .iter()
            .filter(|(article, first)| article != first)
            .map(|(article, first)| Follows { article: *article, first: *first }),
    );
    Ok(with_firsts(follows))
}

/// An update of known stories. Whatever is decided depends only on earlier articles, so each is decided once.
struct StoryUpdate<'a> {
    archive: &'a StoryArchive,
    known: &'a Stories,
    changed: &'a FxHashSet<u64>,
    /// What was decided: the first article of each article, by their keys.
    found: FxHashMap<u64, u64>,
    /// What is to be decided, earliest first.
    queue: BTreeSet<ArticlePlace>,
}

impl StoryUpdate<'_> {
    fn enqueue_key(&mut self, key: u64) -> Result<()> {
        if !self.found.contains_key(&key) {
            self.queue.extend(self.archive.place_of(key)?);
        }
        Ok(())
    }

    fn enqueue_followers(&mut self, first: u64) -> Result<()> {
        let followers: Vec<u64> = self.known.members(first).filter(|key| *key != first).collect();
        followers.into_iter().try_for_each(|key| self.enqueue_key(key))
    }

    /// The first article of an article's text as far as is known; itself where it follows none.
    fn first_of(&self, key: u64) -> u64 {
        let decided = self.found.get(&key).copied();
        decided.or_else(|| self.known.first_of(key).filter(|_| !self.changed.contains(&key))).unwrap_or(key)
    }

    fn decide(&mut self, place: ArticlePlace) -> Result<()> {
        let was_first = !self.changed.contains(&place.key) && self.first_of(place.key) == place.key;
        let Some(text) = self.archive.text(place.address)? else { return Ok(()) };
        let (earlier, later) = self.neighbours(place, &text)?;
        let first = earliest_same(self.archive, &text, &earlier)?.map_or(place.key, |first| first.key);
        self.found.insert(place.key, first);
        let is_first = first == place.key;
        if is_first && !was_first {
            for candidate in later {
                self.reconsider(place, &text, candidate)?;
            }
        } else if was_first && !is_first {
            self.enqueue_followers(place.key)?;
        }
        Ok(())
    }

    /// A later article follows a new first one if it prints the same text and follows none or a later one.
    fn reconsider(&mut self, first: ArticlePlace, text: &Arc<ComparedText>, later: ArticlePlace) -> Result<()> {
        let follows = self.first_of(later.key);
        if self.found.contains_key(&later.key) || self.queue.contains(&later) {
            return Ok(());
        }
        let is_earlier = match self.archive.place_of(follows)? {
            Some(known) => first < known,
            None => true,
        };
        if is_earlier
            && self.archive.text(later.address)?.is_some_and(|other| other.shingles.is_same_text(&text.shingles))
        {
            self.queue.insert(later);
        }
        Ok(())
    }

    /// The articles that share bands with one: the earlier ones that follow none, and all later ones.
    fn neighbours(&self, place: ArticlePlace, text: &ComparedText) -> Result<(Vec<SharesBands>, Vec<ArticlePlace>)> {
        let (mut earlier, mut later) = (Vec::new(), Vec::new());
        for band in &text.bands {
            let (before, mut after): (Vec<ArticlePlace>, Vec<ArticlePlace>) = self
                .archive
                .with_band(*band)?
                .into_iter()
                .filter(|other| other.key != place.key)
                .partition(|other| *other < place);
            let mut firsts: Vec<ArticlePlace> =
                before.into_iter().filter(|other| self.first_of(other.key) == other.key).collect();
            firsts.sort_unstable();
            firsts.truncate(FIRSTS_OF_BAND);
            earlier.extend(firsts);
            later.append(&mut after);
        }
        later.sort_unstable();
        later.dedup();
        Ok((counted(earlier.into_iter()), later))
    }
}

/// When an article was published and where it lies: what the order of articles is made of.
impl PartialOrd for ArticlePlace {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ArticlePlace {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let order = |place: &Self| -> (PublishedAt, u64) { (place.published, place.key) };
        order(self).cmp(&order(other))
    }
}

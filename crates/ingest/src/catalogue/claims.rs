//! Decides what becomes of an article that is read: it is indexed, or it is a duplicate of an indexed one.

use super::{Article, Catalogue, Change, FileId, Identity, Traits, articles::Duplicate, keys::shares_its_id};
use rustc_hash::FxHashSet;
use svodka_model::record::Refusal;
use svodka_read::{Content, Source};
use svodka_store::error::Result;

/// Nanoseconds before its reading within which a change of a file makes its stamp doubtful: clocks are coarse, and
/// some systems note times by two seconds.
const DOUBTFUL: u64 = 2_000_000_000;

/// A file that is being read.
#[derive(Debug)]
pub(super) struct FileClaims {
    file: FileId,
    /// Its articles of the reading before, as far as they had documents.
    before: Vec<u32>,
    /// Those of them that got their documents in this run.
    fresh: FxHashSet<u64>,
    /// Whether it turned out that it must be read again.
    again: bool,
    /// How many of its articles the journal has, once it has the file as it is being read.
    noted: Option<u32>,
}

/// An article that was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim<'a> {
    /// Hash of its id.
    pub(crate) id: u64,
    /// For an article whose input states an id.
    pub(crate) identity: Option<Identity>,
    /// Hash of the file, or entry of an archive, in which it was read.
    pub(crate) source: u64,
    pub(crate) text: u64,
    pub(crate) url: u64,
    pub(crate) traits: Traits,
    /// Where it was read.
    pub(crate) place: &'a str,
}

/// What becomes of it.
#[derive(Debug)]
pub(crate) enum ClaimOutcome {
    /// It gets a document.
    Indexed {
        /// The key of the document.
        key: u64,
        /// Whether another article has the same id.
        shares_its_id: bool,
        /// The places of its duplicates.
        also: Vec<String>,
        /// The file whose article of the same id it replaces.
        replaces: Option<String>,
        /// Whether it has a document since an earlier reading in this run.
        is_written: bool,
        /// Articles that lose their documents to it.
        lost: Vec<u64>,
    },
    /// An indexed article has the same text or address.
    Duplicate,
}

impl Catalogue {
    /// Begins a new reading of a file; `root` is the folder that led to it, when its path does not say.
    pub(crate) fn begin(&mut self, absolute: &str, root: &str) -> Result<()> {
        let id = self.find_or_add(absolute);
        if let Some(home) = self.home_for(id) {
            self.homes.insert(id, home);
        }
        // This is the reading that was wanted.
        self.again.remove(&id);
        let file = self.file(id);
        let was_read = file.reading > self.readings_before;
        let (mut before, mut fresh) = (Vec::new(), FxHashSet::default());
        for number in file.first..file.first + file.count {
            if let Some(on) = self.articles.suspend(number) {
                self.mark_places_stale(on)?;
            }
            if self.articles.is_unconfirmed(number) {
                before.push(number);
                if was_read {
                    fresh.insert(self.articles.get(number)?.key);
                }
            }
        }
        self.last_reading += 1;
        let (root, reading, first) = (self.root_number(root)?, self.last_reading, self.articles.next());
        if let Some(file) = self.files.get_mut(id.index()) {
            file.root = root;
            file.stamp = None;
            file.reading = reading;
            file.refused = 0;
            (file.first, file.count) = (first, 0);
        }
        self.current = Some(FileClaims { file: id, before, fresh, again: false, noted: None });
        Ok(())
    }

    /// What ids of the file being read are made from, when that is not its path.
    pub(crate) fn current_home(&self) -> Option<&str> {
        self.homes.get(&self.current.as_ref()?.file).map(String::as_str)
    }

    /// Takes in an article of the file being read.
    pub(crate) fn claim(&mut self, claim: &Claim<'_>) -> Result<ClaimOutcome> {
        let Claim { id, identity, source, text, url, traits, place } = *claim;
        let Some(file) = self.current.as_ref().map(|reading| reading.file) else { return Ok(ClaimOutcome::Duplicate) };
        let mut article =
            Article { key: id, text, url, file, traits, identity: identity.unwrap_or_default(), ..Article::default() };
        if identity.is_some() {
            article.key = self.key_for(&article, source)?;
        }
        let key = article.key;
        let is_written = self.current.as_ref().is_some_and(|reading| reading.fresh.contains(&key));
        let mut replaces = None;
        if let Some(number) = self.articles.with_key(key)? {
            let owner = self.articles.get(number)?.file;
            replaces = Some(self.path(owner));
            if owner == file {
                self.articles.remove(number);
            } else {
                self.shadow(key, owner)?;
            }
        } else if !traits.has_own_id
            && let Some(same) = self.same_as(text, url)?
        {
            let on = self.articles.get(same)?.key;
            self.articles.add_duplicate(article, on, place)?;
            self.count_one(file);
            self.mark_places_stale(on)?;
            return Ok(ClaimOutcome::Duplicate);
        }
        let lost = if traits.has_own_id { self.absorb(&article)? } else { Vec::new() };
        self.articles.add_indexed(article)?;
        self.count_one(file);
        let released = self.articles.release(key, |duplicates: &Duplicate| duplicates.is_same(text, url));
        self.read_again(released)?;
        let (also, shares_its_id) = (self.articles.places(key), shares_its_id(&article));
        Ok(ClaimOutcome::Indexed { key, shares_its_id, also, replaces, is_written, lost })
    }

    /// The indexed article with this text or address.
    fn same_as(&self, text: u64, url: u64) -> Result<Option<u32>> {
        self.articles.with_text(text)?.map_or_else(|| self.articles.with_url(url), |same| Ok(Some(same)))
    }

    /// An article with an id of its own replaces equal ones without; returns the keys of those that lose their documents.
    fn absorb(&mut self, article: &Article) -> Result<Vec<u64>> {
        let mut lost = Vec::new();
        for same in [self.articles.with_text(article.text)?, self.articles.with_url(article.url)?] {
            let Some(other) = same.map(|number| self.articles.get(number)).transpose()? else { continue };
            if other.traits.has_own_id || other.file == article.file {
                continue;
            }
            self.articles.remove_indexed(other.key)?;
            self.note(&Change::Lost { key: other.key })?;
            let mut again = self.articles.release(other.key, |_| false);
            again.push(other.file);
            self.read_again(again)?;
            lost.push(other.key);
        }
        Ok(lost)
    }

    /// The document of this key now belongs to the file being read, not to `owner`.
    fn shadow(&mut self, key: u64, owner: FileId) -> Result<()> {
        let path = self.path(owner);
        let change = Change::Shadowed { key, path: path.into() };
        self.note(&change)?;
        self.apply(&change)
    }

    fn count_one(&mut self, file: FileId) {
        if let Some(file) = self.files.get_mut(file.index()) {
            file.count += 1;
        }
    }

    /// Notes a refused input of the file being read.
    pub(crate) fn refuse(&mut self, refusal: &Refusal) -> Result<()> {
        let Some(reading) = &self.current else { return Ok(()) };
        let Some(file) = self.files.get_mut(reading.file.index()) else { return Ok(()) };
        file.refused += 1;
        let (path, reason) = (refusal.path.as_str().into(), refusal.reason.as_str().into());
        let change = Change::Refused { reading: file.reading, path, kind: refusal.kind, reason };
        self.journal.as_mut().map_or(Ok(()), |journal| journal.append(&change))
    }

    /// Ends the reading of a file. Returns the keys of its indexed articles that were not met again: they are to be
    /// deleted.
    pub(crate) fn done(&mut self, source: &Source) -> Result<Vec<u64>> {
        let Some(reading) = self.current.take() else { return Ok(Vec::new()) };
        if source.content == Content::default() {
            return self.done_keeping(reading);
        }
        if let Some(file) = self.files.get_mut(reading.file.index()) {
            file.stamp = source.stamp.filter(|_| !reading.again);
            file.content = source.content;
            file.is_doubtful = source.stamp.is_some_and(|stamp| stamp.modified.max(stamp.changed) + DOUBTFUL > now());
        }
        let missing = self.missing(&reading.before)?;
        self.note_file(reading.file, &[])?;
        Ok(missing)
    }

    /// A file that cannot be opened, and standard input, which is another one each time, take nothing away.
    fn done_keeping(&mut self, reading: FileClaims) -> Result<Vec<u64>> {
        for number in reading.before {
            let article = self.articles.get(number)?;
            self.articles.remove(number);
            if self.articles.with_key(article.key)?.is_none() {
                self.articles.add_indexed(article)?;
                self.count_one(reading.file);
            }
        }
        self.note_file(reading.file, &[])?;
        Ok(Vec::new())
    }

    /// Takes a file and its articles out: the keys of their documents.
    pub(crate) fn remove(&mut self, id: FileId) -> Result<Vec<u64>> {
        let path = self.path(id);
        self.begin(&path, "")?;
        let before = self.current.take().map(|reading| reading.before).unwrap_or_default();
        let missing = self.missing(&before)?;
        self.note(&Change::Gone { path: path.into() })?;
        self.forget(id);
        Ok(missing)
    }

    /// The keys of those articles of `before` that no file contains any more. Files with an equal article are to be read again.
    fn missing(&mut self, before: &[u32]) -> Result<Vec<u64>> {
        let mut keys = Vec::new();
        for number in before {
            let key = self.articles.get(*number)?.key;
            self.articles.remove(*number);
            if self.articles.with_key(key)?.is_some() {
                continue;
            }
            let mut again = self.articles.release(key, |_| false);
            again.extend(self.articles.shadowed.remove(&key).unwrap_or_default());
            self.read_again(again)?;
            keys.push(key);
        }
        Ok(keys)
    }

    fn read_again(&mut self, files: Vec<FileId>) -> Result<()> {
        for id in files {
            if let Some(reading) = self.current.as_mut().filter(|reading| reading.file == id) {
                reading.again = true;
                continue;
            }
            let file = self.file(id);
            if !file.is_gone {
                self.again.insert(id);
                let path = self.path(id);
                let change = Change::Again { path: path.into() };
                self.apply(&change)?;
                self.note(&change)?;
            }
        }
        Ok(())
    }

    /// Marks every file as one to be read again.
    pub(crate) fn mark_all(&mut self) -> Result<()> {
        let files: Vec<FileId> = self.ids().collect();
        for id in files {
            let change = Change::Again { path: self.path(id).into() };
            self.apply(&change)?;
            self.note(&change)?;
        }
        Ok(())
    }

    /// The absolute paths of files that turned out to need another reading since this was last asked.
    pub(crate) fn take_again(&mut self) -> Vec<String> {
        let mut files: Vec<FileId> = std::mem::take(&mut self.again).into_iter().collect();
        files.sort_unstable();
        files.into_iter().filter(|id| !self.file(*id).is_gone).map(|id| self.path(id)).collect()
    }

    fn mark_places_stale(&mut self, key: u64) -> Result<()> {
        if self.stale.insert(key) { self.note(&Change::Stale { key }) } else { Ok(()) }
    }

    /// The articles whose stored list of places is out of date, each with its places.
    pub(crate) fn stale_places(&self) -> Result<Vec<(u64, Vec<String>)>> {
        let mut stale = Vec::new();
        for key in &self.stale {
            if self.articles.with_key(*key)?.is_some() {
                stale.push((*key, self.articles.places(*key)));
            }
        }
        stale.sort_unstable();
        Ok(stale)
    }

    /// Notes that all stored lists of places are up to date.
    pub(crate) fn clear_stale_places(&mut self) -> Result<()> {
        if self.stale.is_empty() {
            return Ok(());
        }
        self.stale.clear();
        self.note(&Change::Fresh)
    }

    /// Notes how far the file being read has come, to be read again if nothing more is noted. What was noted before is
    /// not noted again: a file of millions of articles is cut by many commits.
    pub(super) fn checkpoint(&mut self) -> Result<()> {
        let Some(reading) = &mut self.current else { return Ok(()) };
        let id = reading.file;
        let count = self.files.get(id.index()).map_or(0, |file| file.count);
        match reading.noted.replace(count) {
            Some(noted) => self.note_more(id, noted),
            None => {
                let before = reading.before.clone();
                self.note_file(id, &before)
            }
        }
    }
}

/// Nanoseconds since 1970.
fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

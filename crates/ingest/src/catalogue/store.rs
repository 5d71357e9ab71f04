//! The catalogue and its journal: replaying it, appending changes, compacting it.

use super::{
    Catalogue, File, FileId, identity,
    journal::{self, ArticleChange, Change, FileChange, IdentifiedChange, Journal, Watermark, parse_watermark},
};
use rustc_hash::FxHashSet;
use std::{borrow::Cow, path::Path};
use svodka_model::record::Refusal;
use svodka_store::{
    Index,
    error::{Error, Result},
};

/// A shorter journal is not worth compacting.
const WORTH_COMPACTING: u64 = 1 << 20;

/// Articles in one change: what a file of millions is noted with takes no more memory than that.
const AT_ONCE: usize = 1 << 16;

impl Catalogue {
    /// A new catalogue in the folder of the segments.
    pub(crate) fn create(segments: &Path) -> Result<Self> {
        Ok(Self { journal: Some(Journal::create(segments)?), ..Self::empty(segments) })
    }

    /// The catalogue that belongs to the commit that `index` was opened at, for reading; `None` before the first.
    pub(crate) fn of_index(index: &Index) -> Result<Option<Self>> {
        let segments = index.manifest().segments_in(index.folder());
        let mark = index.payload().map(|payload| parse_watermark(&payload, &segments)).transpose()?;
        mark.map(|mark| Self::read(&segments, &mark)).transpose()
    }

    /// The catalogue that belongs to a commit, for reading: nothing is written beside the index.
    pub(crate) fn read(segments: &Path, mark: &Watermark) -> Result<Self> {
        Self::read_with(segments, mark, &std::env::temp_dir())
    }

    /// The same; what takes too much memory is kept in `scratch`.
    fn read_with(segments: &Path, mark: &Watermark, scratch: &Path) -> Result<Self> {
        let mut catalogue = Self::empty(scratch);
        journal::read(segments, mark, &mut |change| catalogue.apply(&change))?;
        catalogue.settle()?;
        catalogue.readings_before = catalogue.last_reading;
        Ok(catalogue)
    }

    /// The catalogue that belongs to a commit of the index in `from`, to be changed and then [written](Self::write_to) to
    /// another folder, `to`.
    pub(crate) fn copy(from: &Path, mark: &Watermark, to: &Path) -> Result<Self> {
        Self::read_with(from, mark, to)
    }

    /// Writes a [copy](Self::copy) into the folder `to`; a commit there with the mark returned makes it count.
    pub(crate) fn write_to(&mut self, to: &Path, from: &Path, mark: &Watermark) -> Result<Watermark> {
        self.compact_into(to, from, mark)?;
        let journal = self.journal.as_mut().ok_or_else(|| Error::Bug("a catalogue without its journal".into()))?;
        journal.sync()
    }

    /// The catalogue that belongs to a commit, to be changed in place.
    pub(crate) fn open(segments: &Path, mark: &Watermark) -> Result<Self> {
        let mut catalogue = Self::read_with(segments, mark, segments)?;
        let mut live = 0;
        for file in &catalogue.files {
            live += u64::from(!file.is_gone) * (150 + 60 * u64::from(file.count) + 200 * u64::from(file.refused));
        }
        if mark.length > WORTH_COMPACTING && mark.length > 3 * live {
            catalogue.compact_into(segments, segments, mark)?;
        } else {
            catalogue.journal = Some(Journal::open(segments, mark)?);
        }
        Ok(catalogue)
    }

    /// Writes everything that counts into a new journal in `to`; refusals are copied from the journal in `from`.
    pub(super) fn compact_into(&mut self, to: &Path, from: &Path, mark: &Watermark) -> Result<()> {
        self.journal = Some(Journal::create(to)?);
        for name in self.names.clone() {
            self.note(&Change::Name(name.into()))?;
        }
        let readings = self.readings_with_refusals();
        journal::read(from, mark, &mut |change| match &change {
            Change::Refused { reading, .. } if readings.contains(reading) => self.note(&change),
            _ => Ok(()),
        })?;
        // Before the files: what replaces a shadowed article must win.
        for (key, files) in self.articles.shadowed.clone() {
            for file in files {
                let path = self.path(file);
                self.note(&Change::Shadowed { key, path: path.into() })?;
            }
        }
        for id in self.ids().collect::<Vec<_>>() {
            self.note_file(id, &[])?;
        }
        for key in self.stale.clone() {
            self.note(&Change::Stale { key })?;
        }
        Ok(())
    }

    pub(super) fn apply(&mut self, change: &Change<'_>) -> Result<()> {
        match change {
            Change::File(file) => self.apply_file(file)?,
            Change::Gone { path } => {
                if let Some(id) = self.find(path) {
                    self.forget(id);
                }
            }
            Change::Again { path } => self.with_file(path, |file| file.stamp = None),
            Change::Restamped { path, stamp } => self.with_file(path, |file| {
                file.stamp = Some(*stamp);
                file.is_doubtful = false;
            }),
            Change::Moved { from, to } => {
                if let Some(id) = self.find(from) {
                    self.rename(id, to);
                }
            }
            Change::Lost { key } => self.articles.remove_indexed(*key)?,
            Change::Shadowed { key, path } => {
                self.articles.remove_indexed(*key)?;
                let id = self.find_or_add(path);
                self.articles.shadowed.entry(*key).or_default().push(id);
            }
            Change::Stale { key } => drop(self.stale.insert(*key)),
            Change::Fresh => self.stale.clear(),
            Change::Refused { .. } => {}
            Change::Name(name) => self.names.push(name.clone().into_owned()),
            Change::More { path, refused, articles } => {
                if let Some(id) = self.find(path) {
                    self.apply_articles(id, *refused, articles.iter().map(|article| (article, None)))?;
                }
            }
            Change::Articles { path, refused, articles } => {
                if let Some(id) = self.find(path) {
                    let articles = articles.iter().map(|change| (&change.article, change.identity.as_ref()));
                    self.apply_articles(id, *refused, articles)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn apply_file(&mut self, change: &FileChange<'_>) -> Result<()> {
        let id = self.find_or_add(&change.path);
        let old = self.file(id);
        for number in old.first..old.first + old.count {
            self.articles.remove(number);
        }
        let first = self.articles.next();
        let root = self.root_number(&change.root)?;
        if let Some(home) = &change.home {
            self.homes.insert(id, home.clone().into_owned());
        }
        self.last_reading = self.last_reading.max(change.reading);
        if let Some(file) = self.files.get_mut(id.index()) {
            *file = File {
                path: file.path,
                root,
                is_gone: false,
                is_doubtful: change.doubtful,
                stamp: change.stamp,
                content: change.content,
                reading: change.reading,
                refused: change.refused,
                first,
                count: 0,
            };
        }
        self.apply_articles(id, change.refused, change.articles.iter().map(|article| (article, None)))
    }

    /// Adds articles to those of a file; no other file has got any since.
    fn apply_articles<'c>(
        &mut self,
        id: FileId,
        refused: u32,
        articles: impl Iterator<Item = (&'c ArticleChange, Option<&'c [u8; identity::WIDTH]>)>,
    ) -> Result<()> {
        for (article, identity) in articles {
            self.articles.restore(id, article, identity)?;
        }
        let next = self.articles.next();
        if let Some(file) = self.files.get_mut(id.index()) {
            file.refused = refused;
            file.count = next - file.first;
        }
        Ok(())
    }

    /// Makes sure after reading the journal that every duplicate belongs to an indexed article.
    pub(super) fn settle(&mut self) -> Result<()> {
        for file in self.articles.drop_orphaned_duplicates()? {
            if let Some(file) = self.files.get_mut(file.index()) {
                file.stamp = None;
            }
        }
        Ok(())
    }

    pub(super) fn note(&mut self, change: &Change<'_>) -> Result<()> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.append(change))
    }

    /// Notes a file with its articles, after those of an earlier reading that were not met again yet.
    pub(super) fn note_file(&mut self, id: FileId, unconfirmed: &[u32]) -> Result<()> {
        let file = self.file(id);
        let change = FileChange {
            path: self.path(id).into(),
            home: self.homes.get(&id).cloned().map(Cow::Owned),
            root: self.root(id).to_owned().into(),
            stamp: file.stamp,
            doubtful: file.is_doubtful,
            content: file.content,
            reading: file.reading,
            refused: file.refused,
            articles: Vec::new(),
        };
        self.note(&Change::File(change))?;
        self.note_articles(id, unconfirmed.iter().copied())?;
        self.note_more(id, 0)
    }

    /// Notes the articles of the file that was noted last, but for the first `noted`.
    pub(super) fn note_more(&mut self, id: FileId, noted: u32) -> Result<()> {
        let File { first, count, .. } = self.file(id);
        self.note_articles(id, first + noted..first + count)
    }

    fn note_articles(&mut self, id: FileId, numbers: impl Iterator<Item = u32>) -> Result<()> {
        let (path, refused) = (self.path(id), self.file(id).refused);
        let mut numbers = numbers.peekable();
        while numbers.peek().is_some() {
            let changes = numbers.by_ref().take(AT_ONCE).filter_map(|number| self.articles.change(number).transpose());
            let articles = changes.collect::<Result<Vec<IdentifiedChange>>>()?;
            self.note(&Change::Articles { path: path.as_str().into(), refused, articles })?;
        }
        Ok(())
    }

    /// Puts the catalogue as it is on disk; a commit with this mark in its payload makes it count.
    pub(crate) fn sync(&mut self) -> Result<Option<Watermark>> {
        self.checkpoint()?;
        self.journal.as_mut().map(Journal::sync).transpose()
    }

    /// How far the journal has come; grows with every change.
    pub(crate) fn position(&self) -> u64 {
        self.journal.as_ref().map_or(0, Journal::length)
    }

    pub(super) fn readings_with_refusals(&self) -> FxHashSet<u32> {
        self.files.iter().filter(|file| !file.is_gone && file.refused > 0).map(|file| file.reading).collect()
    }

    /// Shows every refused input of the files in the catalogue, in the order in which they were read.
    pub(crate) fn each_refusal(
        &self,
        segments: &Path,
        mark: &Watermark,
        each: &mut dyn FnMut(Refusal) -> Result<()>,
    ) -> Result<()> {
        let readings = self.readings_with_refusals();
        if readings.is_empty() {
            return Ok(());
        }
        journal::read(segments, mark, &mut |change| match change {
            Change::Refused { reading, path, kind, reason } if readings.contains(&reading) => {
                each(Refusal { path: path.into_owned(), kind, reason: reason.into_owned() })
            }
            _ => Ok(()),
        })
    }
}

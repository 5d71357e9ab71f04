//! The catalogue: which files were read, which articles each contains, and which of them are duplicates.
//!
//! It decides what an update has to do, and never touches the documents itself. In memory a file takes about 130
//! bytes and an article six; [records] and [lookup] tables lie in anonymous scratch files that vanish with the run. On
//! disk the catalogue is a [`journal`] whose length every commit states, so that catalogue and documents change in one
//! step. An article is *indexed* when it has a document; it is a *duplicate* when an article with the same text or address
//! is indexed. When an indexed article is removed, the files of its duplicates are read again.

mod articles;
mod claims;
mod identity;
mod journal;
mod keys;
mod lookup;
mod paths;
mod records;
mod store;
#[cfg(test)]
mod tests;

pub(super) use articles::{Article, Traits};
pub(super) use claims::{Claim, ClaimOutcome};
pub(super) use identity::Identity;
pub(super) use journal::{PREFIX, Watermark, watermark};

use articles::Articles;
use claims::FileClaims;
use hashbrown::HashTable;
use journal::{Change, Journal};
use paths::{PathRef, Paths};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::Path;
use svodka_read::{Content, Stamp};
use svodka_store::error::{Error, Result};

/// The number of a file in the catalogue of one run; the journal names files by path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FileId(u32);

impl FileId {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is known of a file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct File {
    path: PathRef,
    /// The folder given on the command line under which it was found, when its own path does not lie in there.
    root: u16,
    is_gone: bool,
    /// Whether it was read so soon after it had changed that a later change may have left the same stamp.
    pub(super) is_doubtful: bool,
    /// `None` when it must be read again.
    pub(super) stamp: Option<Stamp>,
    pub(super) content: Content,
    reading: u32,
    /// Inputs in it that were refused.
    pub(super) refused: u32,
    first: u32,
    count: u32,
}

/// See the module.
pub(super) struct Catalogue {
    files: Vec<File>,
    paths: Paths,
    by_path: HashTable<FileId>,
    articles: Articles,
    /// Where the ids of a moved file come from.
    homes: FxHashMap<FileId, String>,
    roots: Vec<String>,
    names: Vec<String>,
    last_reading: u32,
    /// The last reading of the runs before this one.
    readings_before: u32,
    /// Articles whose stored list of places is out of date.
    stale: FxHashSet<u64>,
    /// Files that turned out to need another reading.
    again: FxHashSet<FileId>,
    current: Option<FileClaims>,
    journal: Option<Journal>,
}

impl Catalogue {
    fn empty(folder: &Path) -> Self {
        Self {
            files: Vec::new(),
            paths: Paths::default(),
            by_path: HashTable::new(),
            articles: Articles::new(folder),
            homes: FxHashMap::default(),
            roots: vec![String::new()],
            names: Vec::new(),
            last_reading: 0,
            readings_before: 0,
            stale: FxHashSet::default(),
            again: FxHashSet::default(),
            current: None,
            journal: None,
        }
    }

    fn with_file(&mut self, path: &str, change: impl FnOnce(&mut File)) {
        if let Some(file) = self.find(path).and_then(|id| self.files.get_mut(id.index())) {
            change(file);
        }
    }

    /// The file with this absolute path.
    pub(super) fn find(&self, absolute: &str) -> Option<FileId> {
        let is = |id: &FileId| self.paths.is(self.file(*id).path, absolute);
        self.by_path.find(paths::hash(absolute), is).copied()
    }

    pub(super) fn file(&self, id: FileId) -> File {
        let file = self.files.get(id.index());
        debug_assert!(file.is_some(), "an id of another catalogue");
        file.copied().unwrap_or_default()
    }

    /// The absolute path of a file.
    pub(super) fn path(&self, id: FileId) -> String {
        self.paths.get(self.file(id).path)
    }

    /// The folder of the command line that led to a file outside of it; empty when its path says it all.
    pub(super) fn root(&self, id: FileId) -> &str {
        self.roots.get(usize::from(self.file(id).root)).map_or("", String::as_str)
    }

    /// All files.
    pub(super) fn ids(&self) -> impl Iterator<Item = FileId> {
        let all = (0u32..).zip(&self.files);
        all.filter(|(_, file)| !file.is_gone).map(|(id, _)| FileId(id))
    }

    /// Shows all indexed articles.
    pub(super) fn each_indexed(&self, show: &mut dyn FnMut(Article)) -> Result<()> {
        self.articles.each_indexed(show)
    }

    /// Changes what is known of an indexed article. When its text or address is another than before, which articles are
    /// duplicates of it may have changed: its file is then to be read again.
    ///
    /// # Errors
    /// Storage failures, or no article with this key.
    pub(super) fn update_article(&mut self, key: u64, change: &dyn Fn(&mut Article)) -> Result<()> {
        let number = self.articles.with_key(key)?;
        let number = number.ok_or_else(|| Error::damaged(self.articles.folder(), "an article is in no file"))?;
        let before = self.articles.get(number)?;
        let mut after = before;
        change(&mut after);
        self.articles.overwrite(number, &after)?;
        if (before.text, before.url) != (after.text, after.url)
            && let Some(file) = self.files.get_mut(before.file.index())
        {
            file.stamp = None;
        }
        Ok(())
    }

    /// Number of indexed articles.
    pub(super) fn len(&self) -> u64 {
        self.articles.len()
    }

    /// Duplicates of indexed articles.
    pub(super) fn duplicates(&self) -> u64 {
        self.articles.duplicates.values().map(|duplicates| duplicates.len() as u64).sum()
    }

    /// The name behind a number of [`Traits`].
    pub(super) fn name(&self, number: u8) -> &str {
        self.names.get(usize::from(number)).map_or("", String::as_str)
    }

    /// The number of a format's or encoding's name.
    pub(super) fn name_number(&mut self, name: &str) -> Result<u8> {
        let number = match self.names.iter().position(|known| known == name) {
            Some(number) => number,
            None => {
                self.note(&Change::Name(name.into()))?;
                self.names.push(name.to_owned());
                self.names.len() - 1
            }
        };
        Ok(u8::try_from(number).unwrap_or(u8::MAX))
    }

    /// Gives a file another stamp for the same bytes.
    pub(super) fn restamp(&mut self, id: FileId, stamp: Stamp) -> Result<()> {
        let path = self.path(id);
        let change = Change::Restamped { path: path.into(), stamp };
        self.apply(&change)?;
        self.note(&change)
    }

    /// Gives a file another path; its articles keep their ids, and it is read again for what its path says.
    pub(super) fn move_file(&mut self, id: FileId, to: &str) -> Result<()> {
        let from = self.path(id);
        self.note(&Change::Moved { from: from.into(), to: to.into() })?;
        self.rename(id, to);
        Ok(())
    }

    fn rename(&mut self, id: FileId, to: &str) {
        let from = self.path(id);
        self.unlist(id);
        self.homes.entry(id).or_insert(from);
        let path = self.paths.add(to);
        if let Some(file) = self.files.get_mut(id.index()) {
            file.path = path;
            file.stamp = None;
        }
        self.list(id);
    }

    fn list(&mut self, id: FileId) {
        let (files, paths) = (&self.files, &self.paths);
        let hash = |id: &FileId| files.get(id.index()).map_or(0, |file| paths.hash(file.path));
        self.by_path.insert_unique(hash(&id), id, hash);
    }

    fn unlist(&mut self, id: FileId) {
        let hash = self.paths.hash(self.file(id).path);
        if let Ok(entry) = self.by_path.find_entry(hash, |other| *other == id) {
            entry.remove();
        }
    }

    fn find_or_add(&mut self, absolute: &str) -> FileId {
        if let Some(id) = self.find(absolute) {
            return id;
        }
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let path = self.paths.add(absolute);
        self.files.push(File { path, ..File::default() });
        self.list(id);
        id
    }

    /// Takes a file out, with its articles.
    fn forget(&mut self, id: FileId) {
        let file = self.file(id);
        for number in file.first..file.first + file.count {
            self.articles.remove(number);
        }
        for files in self.articles.shadowed.values_mut() {
            files.retain(|file| *file != id);
        }
        self.unlist(id);
        self.homes.remove(&id);
        if let Some(file) = self.files.get_mut(id.index()) {
            *file = File { path: file.path, is_gone: true, ..File::default() };
        }
    }

    /// The number of a folder of the command line, of which there are few.
    fn root_number(&mut self, root: &str) -> Result<u16> {
        let number = self.roots.iter().position(|known| known == root).unwrap_or_else(|| {
            self.roots.push(root.to_owned());
            self.roots.len() - 1
        });
        u16::try_from(number).map_err(|_| Error::Bug("too many folders in one index".into()))
    }

    /// What the ids of a file's articles are made from: its path, unless it has moved or another file's ids come
    /// from there.
    fn home_for(&self, id: FileId) -> Option<String> {
        if let Some(home) = self.homes.get(&id) {
            return Some(home.clone());
        }
        let path = self.path(id);
        let taken = |home: &str| self.homes.iter().any(|(other, taken)| *other != id && taken == home);
        if !taken(&path) {
            return None;
        }
        (2u32..).map(|n| format!("{path}\0{n}")).find(|home| !taken(home))
    }
}

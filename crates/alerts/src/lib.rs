//! Saved searches, and word of new articles that match them.
//!
//! After each commit, [`Alerts::examine`] finds the articles that the index did not have before and asks every saved
//! search about them. What matches is appended to a journal, in one step with the fact that these articles have been
//! looked at; so the journal has each match exactly once, wherever a process is killed. From the journal the matches are
//! delivered: printed, handed to a command, written as a feed. What has been delivered is noted after the delivery, so
//! that nothing is lost; a process killed between the two delivers one batch again (at least once).
//!
//! This crate must never print, and never write to the index itself: only to `searches.toml` and `alerts/` beside it.

mod deliver;
mod examine;
mod journal;
mod saved;
mod seen;
mod state;

pub use deliver::Channel;
pub use journal::Match;
pub use saved::{SavedSearch, SavedSearches};

use std::{
    fs::{self, File},
    io::ErrorKind,
    path::{Path, PathBuf},
};
use svodka_store::error::{Error, Result};

/// Name of the file of saved searches in the index folder.
pub const SEARCHES: &str = "searches.toml";

/// Name of the folder, in the index folder, that remembers what was told.
const FOLDER: &str = "alerts";

/// The saved searches of an index, and what was told of them.
#[derive(Clone, Debug)]
pub struct Alerts {
    index: PathBuf,
    folder: PathBuf,
}

impl Alerts {
    /// Those of the index in this folder; nothing is read yet.
    #[must_use]
    pub fn of(index: &Path) -> Self {
        Self { index: index.to_path_buf(), folder: index.join(FOLDER) }
    }

    /// The file of saved searches.
    #[must_use]
    pub fn searches_file(&self) -> PathBuf {
        self.index.join(SEARCHES)
    }

    /// The saved searches, in the order of their file; none if there is no file.
    ///
    /// # Errors
    /// The file cannot be read, or has a mistake: with its line and the fix.
    pub fn searches(&self) -> Result<SavedSearches> {
        let path = self.searches_file();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(SavedSearches::parse(&path.to_string_lossy(), &text)?),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(SavedSearches::default()),
            Err(e) => Err(Error::io(path, e)),
        }
    }

    /// Replaces the file of saved searches by what `change` makes of them, while nobody else changes it or looks for
    /// matches. When the first search is saved, all articles of the index are taken as told.
    ///
    /// # Errors
    /// As [`searches`](Self::searches), those of `change`, or storage failures.
    pub fn change<T>(&self, change: impl FnOnce(&mut SavedSearches) -> Result<T>) -> Result<T> {
        let _lock = self.lock()?;
        let mut searches = self.searches()?;
        let outcome = change(&mut searches)?;
        // First what was seen, then the search: killed between the two, nothing old is told.
        self.take_all_as_told_unless_known()?;
        let path = self.searches_file();
        svodka_store::files::write_atomically(&path, searches.to_text().as_bytes()).map_err(|e| Error::io(path, e))?;
        Ok(outcome)
    }

    /// Takes all articles now in the index as told, and forgets all matches found so far.
    ///
    /// # Errors
    /// Storage failures.
    pub fn reset(&self) -> Result<()> {
        let lock = self.lock()?;
        for entry in fs::read_dir(&self.folder).map_err(|e| Error::io(&self.folder, e))? {
            let path = entry.map_err(|e| Error::io(&self.folder, e))?.path();
            if path != self.lock_file() {
                fs::remove_file(&path).map_err(|e| Error::io(&path, e))?;
            }
        }
        self.take_all_as_told_unless_known()?;
        drop(lock);
        Ok(())
    }

    fn lock_file(&self) -> PathBuf {
        self.folder.join(".lock")
    }

    /// Waits until no other process changes what was told.
    fn lock(&self) -> Result<File> {
        fs::create_dir_all(&self.folder).map_err(|e| Error::io(&self.folder, e))?;
        let path = self.lock_file();
        let file = File::create(&path).map_err(|e| Error::io(&path, e))?;
        file.lock().map_err(|e| Error::io(&path, e))?;
        Ok(file)
    }
}

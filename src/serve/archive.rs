//! The archive as requests see it: one view of the index at a time, replaced when the indexer commits or rebuilds.
//!
//! A request works on the view it began with. This module is the only one here that touches the file system, and
//! only the index folder named at the start.

use super::{cache::Cache, problem::tell};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
    time::SystemTime,
};
use svodka_alerts::Alerts;
use svodka_search::{Completions, GenerationCache, SearchEngine};
use svodka_store::{
    Index, Manifest,
    error::{Error, Result},
};
use svodka_text::names::Lexicon;

/// An index that is served, always in its newest state.
pub struct Archive {
    folder: PathBuf,
    lexicon: &'static Lexicon,
    view: RwLock<Arc<View>>,
    seen: Mutex<Stamp>,
}

/// One state of the index with what was computed from it.
pub struct View {
    index: Arc<Index>,
    lexicon: &'static Lexicon,
    committed: Option<SystemTime>,
    completions: OnceLock<Completions>,
    cache: GenerationCache,
    /// Answers already given on this state.
    pub(super) answers: Cache,
}

/// What tells states of an index folder apart, cheap enough to look at every second.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    manifest: Manifest,
    committed: SystemTime,
}

/// The file that tantivy replaces at every commit.
const COMMIT: &str = "meta.json";

impl Stamp {
    fn read(folder: &Path) -> Result<Option<Self>> {
        let Some(manifest) = Manifest::read(folder)? else { return Ok(None) };
        let commit = manifest.segments_in(folder).join(COMMIT);
        let committed = std::fs::metadata(&commit).and_then(|m| m.modified()).map_err(|e| Error::io(commit, e))?;
        Ok(Some(Self { manifest, committed }))
    }
}

impl Archive {
    /// Opens the index in `folder`.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn open(folder: &Path, lexicon: &'static Lexicon) -> Result<Self> {
        let index = Index::open(folder)?;
        // Reading the stamp first would gain nothing: a commit in between is noticed at the next poll.
        let committed = SystemTime::UNIX_EPOCH;
        let seen = Stamp { manifest: index.manifest().clone(), committed };
        let view = RwLock::new(Arc::new(View::new(
            Arc::new(index),
            lexicon,
            Stamp::read(folder)?.map(|stamp| stamp.committed),
        )));
        Ok(Self { folder: folder.to_path_buf(), lexicon, view, seen: Mutex::new(seen) })
    }

    /// The saved searches, and what was found for them.
    #[must_use]
    pub(super) fn alerts(&self) -> Alerts {
        Alerts::of(&self.folder)
    }

    /// The newest view.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks whether the indexer has committed or rebuilt, and if so replaces the view; says whether it did.
    ///
    /// # Errors
    /// The new state cannot be read, for instance because another version wrote it. The old view stays.
    pub fn refresh(&self) -> Result<bool> {
        let Some(stamp) = Stamp::read(&self.folder)? else { return Ok(false) };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == stamp {
            return Ok(false);
        }
        let index = if seen.manifest == stamp.manifest {
            let index = Arc::clone(&self.view().index);
            index.reload()?;
            index
        } else {
            Arc::new(Index::open(&self.folder)?)
        };
        let committed = Some(stamp.committed);
        *seen = stamp;
        let view = Arc::new(View::new(index, self.lexicon, committed));
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = view;
        Ok(true)
    }

    /// Refreshes and, if that fails for a new reason, says so.
    pub(super) fn refresh_or_tell(&self, last: &mut Option<String>) {
        let failure = self.refresh().err().map(|e| e.to_string());
        if let Some(message) = failure.as_ref().filter(|message| last.as_ref() != Some(message)) {
            tell(&format!("still serving the index as it was: {message}"));
        }
        *last = failure;
    }
}

impl View {
    fn new(index: Arc<Index>, lexicon: &'static Lexicon, committed: Option<SystemTime>) -> Self {
        let lexicon = index.manifest().lexicon().unwrap_or(lexicon);
        let cache = GenerationCache::new(&index.searcher());
        Self { index, lexicon, committed, completions: OnceLock::new(), cache, answers: Cache::default() }
    }

    /// An engine on this view, for work without a deadline.
    #[must_use]
    pub fn engine(&self) -> SearchEngine<'_> {
        SearchEngine::new(&self.index, self.lexicon).with_cache(&self.cache)
    }

    /// When it was committed.
    #[must_use]
    pub fn committed(&self) -> Option<SystemTime> {
        self.committed
    }

    /// The index itself.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The dictionaries.
    #[must_use]
    pub fn lexicon(&self) -> &'static Lexicon {
        self.lexicon
    }

    /// Works out what many requests need, before the first of them needs it.
    ///
    /// # Errors
    /// Storage failures.
    pub fn prepare(&self) -> Result<()> {
        self.cache.prepare(&self.index.searcher())?;
        self.completions().map(drop)
    }

    /// The names that a beginning can be completed to, gathered at the first call.
    ///
    /// # Errors
    /// Storage failures.
    pub fn completions(&self) -> Result<&Completions> {
        if let Some(completions) = self.completions.get() {
            return Ok(completions);
        }
        let gathered = Completions::gather(&self.engine())?;
        Ok(self.completions.get_or_init(|| gathered))
    }
}

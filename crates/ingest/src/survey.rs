//! Survey: the folders as they are against the catalogue, before anything is read.
//!
//! A file is unchanged when its size, its modification time and its inode change time are as they were. When only the
//! times differ, or were noted too soon after a change to be trusted, its content decides.

use crate::catalogue::{Catalogue, FileId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use svodka_model::record::Refusal;
use svodka_read::{Content, ReadOptions, Selection, Stamp, Visited, absolute, content_of, is_stdin, visit_files};
use svodka_store::error::Result;

/// Which files an update is to read besides new and changed ones.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UpdateScope {
    /// Only files changed at or after this, in nanoseconds since 1970.
    pub(super) since: Option<u64>,
    /// Files of which something was refused, too.
    pub(super) retry_failed: bool,
}

/// What an update has to do.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// What to read: hashes of absolute paths.
    pub(super) wanted: Wanted,
    /// Size of all files to read, in bytes.
    pub(super) wanted_bytes: u64,
    /// Files that are gone.
    pub(super) vanished: Vec<FileId>,
    /// Files found under another path, with that path.
    pub(super) moved: Vec<(FileId, String)>,
    /// Files with the same bytes but another stamp.
    pub(super) restamped: Vec<(FileId, Stamp)>,
    /// Files and folders that could not be opened.
    pub(super) refusals: Vec<Refusal>,
    /// Files that need not be read.
    pub(super) unchanged: u64,
}

/// Compares the folders with the catalogue.
///
/// # Errors
/// A path that does not exist.
pub(super) fn survey(
    catalogue: &Catalogue,
    paths: &[PathBuf],
    options: &ReadOptions,
    scope: UpdateScope,
) -> Result<Survey> {
    let mut diff = FolderDiff {
        sizes: catalogue.ids().filter_map(|id| catalogue.file(id).stamp.map(|stamp| stamp.size)).collect(),
        ..FolderDiff::new(catalogue, scope)
    };
    visit_files(paths, options, &mut |seen| match seen {
        Visited::File { path, absolute, stamp } => diff.file(path, absolute, stamp),
        Visited::Refused { absolute, refusal } => {
            diff.blocked.push(absolute);
            diff.survey.refusals.push(refusal);
        }
    })?;
    let roots: Vec<String> = paths.iter().filter(|p| !is_stdin(p)).map(|path| absolute(path)).collect();
    Ok(diff.finish(&roots))
}

struct FolderDiff<'c> {
    catalogue: &'c Catalogue,
    scope: UpdateScope,
    survey: Survey,
    seen: FxHashSet<FileId>,
    /// Sizes of the files in the catalogue: a file of another size cannot be one that has moved.
    sizes: FxHashSet<u64>,
    /// New files that may have moved here.
    arrived: Vec<(PathBuf, String, u64)>,
    /// Paths under which nothing could be seen.
    blocked: Vec<String>,
}

impl<'c> FolderDiff<'c> {
    fn new(catalogue: &'c Catalogue, scope: UpdateScope) -> Self {
        Self {
            catalogue,
            scope,
            survey: Survey::default(),
            seen: FxHashSet::default(),
            sizes: FxHashSet::default(),
            arrived: Vec::new(),
            blocked: Vec::new(),
        }
    }

    fn file(&mut self, path: &Path, absolute: &str, stamp: Stamp) {
        let too_old = self.scope.since.is_some_and(|since| stamp.modified < since);
        let Some(id) = self.catalogue.find(absolute) else {
            if !too_old && self.want(absolute, stamp) && self.sizes.contains(&stamp.size) {
                self.arrived.push((path.to_path_buf(), absolute.to_owned(), stamp.size));
            }
            return;
        };
        if !self.seen.insert(id) {
            return;
        }
        let file = self.catalogue.file(id);
        let retried = self.scope.retry_failed && file.refused > 0;
        match file.stamp {
            Some(known) if !retried && known == stamp && !file.is_doubtful => self.survey.unchanged += 1,
            Some(known) if !retried && known.size == stamp.size && content_of(path) == Some(file.content) => {
                self.survey.restamped.push((id, stamp));
                self.survey.unchanged += 1;
            }
            Some(_) if too_old && !retried => self.survey.unchanged += 1,
            _ => drop(self.want(absolute, stamp)),
        }
    }

    /// Adds a file to those to read; `false` when it was there already.
    fn want(&mut self, absolute: &str, stamp: Stamp) -> bool {
        let is_new = self.survey.wanted.add(absolute);
        self.survey.wanted_bytes += if is_new { stamp.size } else { 0 };
        is_new
    }

    fn finish(mut self, roots: &[String]) -> Survey {
        for id in self.catalogue.ids().filter(|id| !self.seen.contains(id)) {
            let path = self.catalogue.path(id);
            let root = self.catalogue.root(id);
            let in_scope = roots.iter().any(|r| is_under(&path, r) || (!root.is_empty() && is_under(root, r)));
            let hidden = self.blocked.iter().any(|blocked| is_under(&path, blocked));
            if in_scope && !hidden && !is_stdin(Path::new(&path)) {
                self.survey.vanished.push(id);
            }
        }
        self.find_moved();
        self.survey
    }

    /// Finds among the new files those with the bytes of a vanished one.
    fn find_moved(&mut self) {
        let mut lost: FxHashMap<(u64, Content), Vec<FileId>> = FxHashMap::default();
        let mut sizes: FxHashSet<u64> = FxHashSet::default();
        for id in self.survey.vanished.iter().rev() {
            let file = self.catalogue.file(*id);
            if let Some(stamp) = file.stamp {
                lost.entry((stamp.size, file.content)).or_default().push(*id);
                sizes.insert(stamp.size);
            }
        }
        for (path, absolute, size) in std::mem::take(&mut self.arrived) {
            if !sizes.contains(&size) {
                continue;
            }
            let known = content_of(&path).and_then(|content| lost.get_mut(&(size, content))?.pop());
            if let Some(id) = known {
                self.survey.moved.push((id, absolute));
            }
        }
        let moved: FxHashSet<FileId> = self.survey.moved.iter().map(|(id, _)| *id).collect();
        self.survey.vanished.retain(|id| !moved.contains(id));
    }
}

/// Whether a path is `root` or lies in it.
pub(super) fn is_under(path: &str, root: &str) -> bool {
    let rest = path.strip_prefix(root);
    rest.is_some_and(|rest| rest.is_empty() || root.ends_with('/') || rest.starts_with(['/', '\\']))
}

/// Files to be read.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    paths: FxHashSet<u64>,
}

impl Wanted {
    /// Adds a file; `false` when it was wanted already.
    pub(super) fn add(&mut self, absolute: &str) -> bool {
        self.paths.insert(hash(absolute))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }
}

impl Selection for Wanted {
    fn wants(&self, _: &Path, absolute: &str, _: Stamp) -> bool {
        self.paths.contains(&hash(absolute))
    }
}

fn hash(absolute: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(absolute.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::is_under;

    #[test]
    fn folders_end_at_their_separator() {
        assert!(is_under("/а/б", "/а") && is_under("/а", "/а") && is_under("/а", "/"));
        assert!(!is_under("/аб", "/а") && !is_under("/а", "/а/б"));
    }
}

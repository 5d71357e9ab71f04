//! The index folder: one indexer at a time, and nothing left behind by one that was killed.

use crate::catalogue;
use std::{
    collections::HashSet,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};
use svodka_model::error::EnvironmentError;
use svodka_store::{
    error::{Error, Result},
    stories::{self, StoriesMark},
};
use tantivy::{Directory, TantivyError, directory::META_LOCK};

/// Name of the lock file that keeps a second indexer out; the lock is the system's, so it never outlives a process.
const LOCK: &str = ".lock";

/// What the folders of segments are called.
const SEGMENTS: &str = "segments-";

/// What tantivy and tempfile call files that are not finished.
const UNFINISHED: &str = ".tmp";

/// Takes the index folder for this process.
pub(super) fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let file = File::create(&path).map_err(|e| Error::io(&path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EnvironmentError::Locked(folder.to_path_buf()).into()),
        Err(TryLockError::Error(e)) => Err(Error::io(path, e)),
    }
}

/// A folder name for new segments that is not taken.
pub(super) fn free_segments_name(folder: &Path) -> String {
    let mut number = 1u32;
    loop {
        let name = format!("{SEGMENTS}{number}");
        // In a folder that cannot be read, creating the new one will say why.
        if !folder.join(&name).try_exists().unwrap_or(false) {
            return name;
        }
        number += 1;
    }
}

/// Removes what killed runs left: unfinished files, and segments of an index that was never or is no longer in use.
/// A reader that still has them open keeps them until it ends; one that was about to open them finds the new manifest and
/// starts again. Only while the lock is held.
pub(super) fn sweep(folder: &Path, segments: &str) {
    remove_entries(folder, |name| name.starts_with(UNFINISHED) || (name.starts_with(SEGMENTS) && name != segments));
}

/// Removes unfinished files, and catalogues, stories and files of segments that no commit names, from the folder of the segments.
/// Only while nothing is being written or merged.
///
/// A run killed between writing the list of deleted documents and the commit leaves a file under a name that the next
/// run may reuse. And tantivy reports the end of a merge just before it removes what was merged: a process that ends
/// then leaves those files.
pub(super) fn sweep_segments(segments: &Path, catalogue: Option<&str>, index: &tantivy::Index) -> Result<()> {
    // While it is held, no reader is between listing the files and opening them.
    let _lock = index.directory().acquire_lock(&META_LOCK).map_err(TantivyError::from)?;
    let metas = index.load_metas()?;
    let stories = StoriesMark::of_payload(metas.payload.as_deref()).stories;
    let named: HashSet<PathBuf> = metas.list_segment_files();
    remove_entries(segments, |name| {
        name.starts_with(UNFINISHED)
            || (name.starts_with(catalogue::PREFIX) && Some(name) != catalogue)
            || (name.starts_with(stories::PREFIX) && Some(name) != stories.as_deref())
            || (is_of_segment(name) && !named.contains(Path::new(name)))
    });
    Ok(())
}

/// Whether a file is a part of a segment, by its name: the segment's id in 32 hexadecimal digits.
fn is_of_segment(name: &str) -> bool {
    let id = name.split_once('.').map_or("", |(id, _)| id);
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn remove_entries(folder: &Path, is_left_over: impl Fn(&str) -> bool) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if is_left_over(&entry.file_name().to_string_lossy()) {
            // What cannot be removed does no harm: the next run tries again.
            let _ = std::fs::remove_file(entry.path()).or_else(|_| std::fs::remove_dir_all(entry.path()));
        }
    }
}

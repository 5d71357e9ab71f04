//! Walking: finds the files under the given paths in a deterministic order and gives each to its format.
//!
//! Hidden files and folders, and README files, are passed over unless named outright. Symbolic links are followed;
//! a loop, a device, a FIFO or an unreadable folder is refused like any other bad input.

use super::{Origin, Refusal, Sink, jsonl, text};
use crate::error::{InputError, Result};
use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    ops::ControlFlow,
    path::{Path, PathBuf},
};
use walkdir::{DirEntry, WalkDir};

/// Bytes looked at to tell text from binary.
const SNIFF_BYTES: usize = 8192;

/// Reads everything under `paths`, in order, into `sink`.
///
/// # Errors
/// A path that does not exist ends the run before anything is read; everything else is a [`Refusal`].
pub fn read_paths(paths: &[PathBuf], sink: &mut Sink<'_>) -> Result<()> {
    check_paths(paths)?;
    for path in paths {
        if read_tree(path, sink).is_break() {
            break;
        }
    }
    Ok(())
}

/// Makes sure that every path given is there, before any work is done.
///
/// # Errors
/// The first that is not.
pub fn check_paths(paths: &[PathBuf]) -> Result<()> {
    for path in paths {
        if let Err(e) = std::fs::symlink_metadata(path) {
            return match e.kind() {
                std::io::ErrorKind::NotFound => Err(InputError::NoSuchPath(path.clone()).into()),
                _ => Err(crate::Error::io(path, e)),
            };
        }
    }
    Ok(())
}

fn read_tree(root: &Path, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let walk = WalkDir::new(root).follow_links(true).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(|e| e.depth() == 0 || !is_passed_over(e)) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => read_file(entry.path(), entry.file_type().is_file(), sink)?,
            Err(e) => {
                let path = e.path().unwrap_or(root).to_path_buf();
                sink(Err(Refusal { path: path.display().to_string(), reason: walk_reason(&e) }))?;
            }
        }
    }
    ControlFlow::Continue(())
}

/// Hidden things, and the README that describes a folder: unless named outright, they are no articles.
fn is_passed_over(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    name.starts_with('.') || matches!(&*name, "README" | "README.md" | "README.txt") && !entry.file_type().is_dir()
}

fn walk_reason(e: &walkdir::Error) -> String {
    if e.loop_ancestor().is_some() {
        return "symbolic link that leads back to its own folder".into();
    }
    match e.io_error() {
        Some(io) => io_reason(io),
        None => e.to_string(),
    }
}

fn read_file(path: &Path, regular: bool, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let origin = origin_of(path);
    if !regular {
        return sink(Err(Refusal::new(&origin, "not a regular file")));
    }
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) => return sink(Err(Refusal::new(&origin, io_reason(&e)))),
    };
    let mut head = Vec::with_capacity(SNIFF_BYTES);
    let sniffed = file.by_ref().take(SNIFF_BYTES as u64).read_to_end(&mut head);
    if let Err(e) = sniffed.and_then(|_| file.seek(SeekFrom::Start(0))) {
        return sink(Err(Refusal::new(&origin, io_reason(&e))));
    }
    if head.is_empty() {
        return sink(Err(Refusal::new(&origin, "empty file")));
    }
    if head.contains(&0) {
        return sink(Err(Refusal::new(&origin, "binary file, not text")));
    }
    let input = BufReader::with_capacity(1 << 16, file);
    if jsonl::is_jsonl(path, &head) { jsonl::read(input, &origin, sink) } else { sink(text::read(input, &origin)) }
}

fn origin_of(path: &Path) -> Origin {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    Origin { path: path.display().to_string(), absolute: absolute.display().to_string(), line: None }
}

/// A system error in the words of a refusal.
pub(super) fn io_reason(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::PermissionDenied => "cannot be read: permission denied".into(),
        std::io::ErrorKind::NotFound => "cannot be read: it is gone, or a link to nothing".into(),
        _ => format!("cannot be read: {e}"),
    }
}

//! Walking: finds the files under the given paths in a deterministic order and sends each to its format.
//!
//! Hidden files and folders, README files, and what saved pages bring along (pictures, styles, scripts) are skipped
//! unless they are named on the command line. Symbolic links are followed; a loop, a device, a FIFO or an unreadable
//! folder is refused like any other bad input. `-` is standard input.

use super::{
    Origin, ReadEvent, ReadOptions, Reason, Refusal, RefusalKind, Selection, Sink, Source, Stamp,
    formats::{Place, read_stream},
    limits::{Arriving, Budget, io_reason},
    listing::Listing,
    skip,
    source::{Hashed, open},
};
use rustc_hash::FxHashSet;
use std::{
    fs::Metadata,
    io,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};
use svodka_model::error::InputError;
use xxhash_rust::xxh3::xxh3_64;

/// The path that means standard input.
const STDIN: &str = "-";

/// Reads everything under `paths` that the selection wants, each file once, in order, into `sink`.
///
/// # Errors
/// A path that does not exist ends the run before anything is read; everything else is a [`Refusal`].
pub fn read_paths(
    paths: &[PathBuf],
    options: &ReadOptions,
    which: &dyn Selection,
    sink: &mut Sink<'_>,
) -> Result<(), InputError> {
    check_paths(paths)?;
    // The given folders may contain each other, and links may lead to files that are found anyway.
    let mut once = FxHashSet::default();
    for path in paths {
        let flow = if is_stdin(path) {
            read_stdin(options, sink)
        } else {
            walk(path, options, &mut |found| match found {
                WalkEntry::File(file) => read_file(&file, options, which, &mut once, sink),
                WalkEntry::Refused { refusal, .. } => sink(ReadEvent::Refused(refusal)),
            })
        };
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

/// What [`visit_files`] finds.
#[derive(Debug)]
pub enum Visited<'a> {
    /// A file that can be read.
    File {
        /// Where it is.
        path: &'a Path,
        /// Its absolute path.
        absolute: &'a str,
        /// Its stamp.
        stamp: Stamp,
    },
    /// Something that cannot be read; what is under it is unknown.
    Refused {
        /// Its absolute path.
        absolute: String,
        /// What is wrong with it.
        refusal: Refusal,
    },
}

/// Shows everything under `paths` to `visit`, reading nothing.
///
/// # Errors
/// A path that does not exist.
pub fn visit_files(
    paths: &[PathBuf],
    options: &ReadOptions,
    visit: &mut dyn FnMut(Visited<'_>),
) -> Result<(), InputError> {
    check_paths(paths)?;
    for path in paths.iter().filter(|p| !is_stdin(p)) {
        let _ = walk(path, options, &mut |found| {
            match found {
                WalkEntry::File(file) if file.metadata.is_file() => {
                    let stamp = Stamp::of(&file.metadata);
                    visit(Visited::File { path: &file.path, absolute: &file.origin.absolute, stamp });
                }
                WalkEntry::File(file) => {
                    let refusal = Refusal::new(&file.origin, not_a_file());
                    visit(Visited::Refused { absolute: file.origin.absolute.clone(), refusal });
                }
                WalkEntry::Refused { path, refusal } => {
                    visit(Visited::Refused { absolute: absolute_entry(&path), refusal });
                }
            }
            ControlFlow::Continue(())
        });
    }
    Ok(())
}

/// The absolute path under which the index knows what a path leads to.
#[must_use]
pub fn absolute(path: &Path) -> String {
    if is_stdin(path) {
        return STDIN.to_owned();
    }
    printable(&path.canonicalize().unwrap_or_else(|_| path.to_path_buf()))
}

/// Whether a path stands for standard input.
#[must_use]
pub fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN)
}

/// The absolute path of an entry itself, not of what it leads to.
fn absolute_entry(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    printable(&path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name)))
}

/// Makes sure that every path given is there, before any work is done.
///
/// # Errors
/// The first that is not.
pub fn check_paths(paths: &[PathBuf]) -> Result<(), InputError> {
    for path in paths.iter().filter(|p| !is_stdin(p)) {
        match std::fs::symlink_metadata(path) {
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(InputError::NoSuchPath(path.clone())),
            Err(e) => return Err(InputError::UnreadablePath { path: path.clone(), source: e }),
        }
    }
    Ok(())
}

/// A file found by the walk.
struct WalkedFile {
    path: PathBuf,
    origin: Origin,
    metadata: Metadata,
}

enum WalkEntry {
    File(Box<WalkedFile>),
    Refused { path: PathBuf, refusal: Refusal },
}

fn walk(root: &Path, options: &ReadOptions, found: &mut dyn FnMut(WalkEntry) -> ControlFlow<()>) -> ControlFlow<()> {
    Walk { options, above: Vec::new(), found }.path(root.to_path_buf(), false)
}

/// A walk through folders, each in the order of its names.
struct Walk<'a> {
    options: &'a ReadOptions,
    /// Absolute paths of the folders from the root to the one being walked.
    above: Vec<PathBuf>,
    found: &'a mut dyn FnMut(WalkEntry) -> ControlFlow<()>,
}

impl Walk<'_> {
    /// Follows a path: one given on the command line, or an entry of the folder being walked.
    fn path(&mut self, path: PathBuf, is_link: bool) -> ControlFlow<()> {
        let metadata = match std::fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(e) => return self.refuse(path, entry_reason(&e)),
        };
        let absolute = match (self.above.last(), path.file_name()) {
            // Resolved once per folder, not once per file.
            (Some(folder), Some(name)) if !is_link => folder.join(name),
            _ => path.canonicalize().unwrap_or_else(|_| path.clone()),
        };
        let is_inside = !self.above.is_empty();
        if metadata.is_dir() {
            if self.above.contains(&absolute) {
                return self
                    .refuse(path, RefusalKind::LinkLoop.because("symbolic link that leads back to its own folder"));
            }
            let is_index = is_inside && self.options.excluded.as_ref() == Some(&absolute);
            return if is_index { ControlFlow::Continue(()) } else { self.folder(&path, absolute) };
        }
        if is_inside && path.file_name().is_some_and(skip::file) {
            return ControlFlow::Continue(());
        }
        let origin = Origin { path: printable(&path), absolute: printable(&absolute), line: None };
        (self.found)(WalkEntry::File(Box::new(WalkedFile { path, origin, metadata })))
    }

    fn folder(&mut self, folder: &Path, absolute: PathBuf) -> ControlFlow<()> {
        let mut failed = Vec::new();
        let listing = Listing::of(folder, &mut |e| {
            let unreadable = || RefusalKind::Unreadable.because(format!("cannot be listed: {e}"));
            let reason = e.io_error().map_or_else(unreadable, entry_reason);
            failed.push((e.path().unwrap_or(folder).to_path_buf(), reason));
        });
        for (path, reason) in failed {
            self.refuse(path, reason)?;
        }
        self.above.push(absolute);
        for (name, is_link) in listing.names() {
            if !skip::hidden(name) {
                self.path(folder.join(name), is_link)?;
            }
        }
        self.above.pop();
        ControlFlow::Continue(())
    }

    fn refuse(&mut self, path: PathBuf, reason: Reason) -> ControlFlow<()> {
        let refusal = Refusal::at(printable(&path), reason);
        (self.found)(WalkEntry::Refused { path, refusal })
    }
}

/// A path as text: bytes that are not UTF-8 become `\xNN`, so that different names stay different.
fn printable(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    out
}

fn not_a_file() -> Reason {
    RefusalKind::NotAFile.because("not a regular file")
}

fn entry_reason(e: &io::Error) -> Reason {
    match e.kind() {
        io::ErrorKind::NotFound => RefusalKind::Unreadable.because("cannot be read: it is gone, or a link to nothing"),
        _ => io_reason(e),
    }
}

fn read_file(
    file: &WalkedFile,
    options: &ReadOptions,
    which: &dyn Selection,
    once: &mut FxHashSet<u64>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let origin = &file.origin;
    if !file.metadata.is_file() {
        return sink(ReadEvent::Refused(Refusal::new(origin, not_a_file())));
    }
    let stamp = Stamp::of(&file.metadata);
    if !which.wants(&file.path, &origin.absolute, stamp) || !once.insert(xxh3_64(origin.absolute.as_bytes())) {
        return ControlFlow::Continue(());
    }
    let source = Source { path: origin.path.clone(), absolute: origin.absolute.clone(), ..Source::default() };
    sink(ReadEvent::Begin(source.clone()))?;
    // The file may have been replaced since the walk saw it: only what was opened counts.
    let (opened, stamp) = match open(&file.path) {
        Ok((opened, metadata)) if metadata.is_file() => (opened, Stamp::of(&metadata)),
        Ok(_) => {
            sink(ReadEvent::Refused(Refusal::new(origin, not_a_file())))?;
            return sink(ReadEvent::Done(source));
        }
        Err(e) => {
            sink(ReadEvent::Refused(Refusal::new(origin, io_reason(&e))))?;
            return sink(ReadEvent::Done(source));
        }
    };
    let mut hashed = Hashed::new(&opened);
    let budget = Budget::new(stamp.size);
    guarded(&Place::new(origin.clone(), options, &budget, Some(&opened)), &mut hashed, sink)?;
    let content = hashed.finish();
    let unchanged = std::fs::metadata(&file.path).is_ok_and(|now| Stamp::of(&now) == stamp);
    let stamp = (unchanged && content.is_some()).then_some(stamp);
    sink(ReadEvent::Done(Source { stamp, content: content.unwrap_or_default(), ..source }))
}

fn read_stdin(options: &ReadOptions, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let budget = Budget::default();
    let origin = Origin { path: STDIN.into(), absolute: STDIN.into(), line: None };
    let input = Arriving { inner: io::stdin().lock(), budget: &budget };
    let source = Source { path: STDIN.into(), absolute: STDIN.into(), ..Source::default() };
    sink(ReadEvent::Begin(source.clone()))?;
    guarded(&Place::new(origin, options, &budget, None), input, sink)?;
    sink(ReadEvent::Done(source))
}

/// Reads a stream; a reader that panics over hostile input costs that input and not the run.
fn guarded(place: &Place<'_>, input: impl io::Read, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let read = catch_unwind(AssertUnwindSafe(|| read_stream(place, input, sink)));
    read.unwrap_or_else(|_| sink(ReadEvent::Refused(Refusal::new(&place.origin, Reason::reader_failed()))))
}

//! Walking: finds the files under the given paths in a deterministic order and hands each to its format.
//!
//! Hidden files and folders, README files, and what pages bring along (pictures, styles, scripts) are passed over
//! unless named outright. Symbolic links are followed; a loop, a device, a FIFO or an unreadable folder is refused
//! like any other bad input. `-` is standard input.

use super::{
    Item, Origin, ReadOptions, Refusal, Selection, Sink, Source, Stamp,
    formats::{Place, read_stream},
    limits::{Arriving, Budget, io_reason},
    listing::Listing,
    source::Hashed,
};
use rustc_hash::FxHashSet;
use std::{
    ffi::OsStr,
    fs::{File, Metadata},
    io,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};
use svodka_model::error::InputError;
use xxhash_rust::xxh3::xxh3_64;

/// What stands for standard input.
const STDIN: &str = "-";

/// Why a device or a FIFO is refused.
const NO_FILE: &str = "not a regular file";

/// Endings of what saved pages bring along.
const NO_ARTICLES: [&str; 26] = [
    "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "woff", "woff2",
    "ttf", "otf", "eot", "mp3", "mp4", "m4a", "webm", "ogg", "avi", "mov", "swf",
];

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
    // Folders may lie in each other, and links lead to files that are found anyway.
    let mut once = FxHashSet::default();
    for path in paths {
        let flow = if is_stdin(path) {
            read_stdin(options, sink)
        } else {
            walk(path, options, &mut |found| match found {
                Found::File(file) => read_file(&file, options, which, &mut once, sink),
                Found::Refused { refusal, .. } => sink(Item::Refused(refusal)),
            })
        };
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

/// What a walk comes upon.
#[derive(Debug)]
pub enum Seen<'a> {
    /// A file that can be read.
    File {
        /// Where it is.
        path: &'a Path,
        /// Its absolute path.
        absolute: &'a str,
        /// Its stamp.
        stamp: Stamp,
    },
    /// Something that cannot be: what lies under it is not known.
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
    visit: &mut dyn FnMut(Seen<'_>),
) -> Result<(), InputError> {
    check_paths(paths)?;
    for path in paths.iter().filter(|p| !is_stdin(p)) {
        let _ = walk(path, options, &mut |found| {
            match found {
                Found::File(file) if file.metadata.is_file() => {
                    let stamp = Stamp::of(&file.metadata);
                    visit(Seen::File { path: &file.path, absolute: &file.origin.absolute, stamp });
                }
                Found::File(file) => {
                    let refusal = Refusal::new(&file.origin, NO_FILE);
                    visit(Seen::Refused { absolute: file.origin.absolute.clone(), refusal });
                }
                Found::Refused { path, refusal } => {
                    visit(Seen::Refused { absolute: absolute_entry(&path), refusal });
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

/// A file that the walk came upon.
struct FoundFile {
    path: PathBuf,
    origin: Origin,
    metadata: Metadata,
}

enum Found {
    File(Box<FoundFile>),
    Refused { path: PathBuf, refusal: Refusal },
}

fn walk(root: &Path, options: &ReadOptions, found: &mut dyn FnMut(Found) -> ControlFlow<()>) -> ControlFlow<()> {
    Walk { options, above: Vec::new(), found }.path(root.to_path_buf(), false)
}

/// A walk through folders, each in the order of its names.
struct Walk<'a> {
    options: &'a ReadOptions,
    /// Absolute paths of the folders that the walk is in.
    above: Vec<PathBuf>,
    found: &'a mut dyn FnMut(Found) -> ControlFlow<()>,
}

impl Walk<'_> {
    /// What a path leads to: what was named outright, or stands in the folder that the walk is in.
    fn path(&mut self, path: PathBuf, is_link: bool) -> ControlFlow<()> {
        let metadata = match std::fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(e) => return self.refuse(path, entry_reason(&e)),
        };
        let absolute = match (self.above.last(), path.file_name()) {
            // Asking the system once a folder, not once a file.
            (Some(folder), Some(name)) if !is_link => folder.join(name),
            _ => path.canonicalize().unwrap_or_else(|_| path.clone()),
        };
        let is_inside = !self.above.is_empty();
        if metadata.is_dir() {
            if self.above.contains(&absolute) {
                return self.refuse(path, "symbolic link that leads back to its own folder".into());
            }
            let is_index = is_inside && self.options.passed_over.as_ref() == Some(&absolute);
            return if is_index { ControlFlow::Continue(()) } else { self.folder(&path, absolute) };
        }
        if is_inside && path.file_name().is_some_and(is_no_input) {
            return ControlFlow::Continue(());
        }
        let origin = Origin { path: printable(&path), absolute: printable(&absolute), line: None };
        (self.found)(Found::File(Box::new(FoundFile { path, origin, metadata })))
    }

    fn folder(&mut self, folder: &Path, absolute: PathBuf) -> ControlFlow<()> {
        let mut failed = Vec::new();
        let listing = Listing::of(folder, &mut |e| {
            let reason = e.io_error().map_or_else(|| e.to_string(), entry_reason);
            failed.push((e.path().unwrap_or(folder).to_path_buf(), reason));
        });
        for (path, reason) in failed {
            self.refuse(path, reason)?;
        }
        self.above.push(absolute);
        for (name, is_link) in listing.names() {
            if !name.as_encoded_bytes().starts_with(b".") {
                self.path(folder.join(name), is_link)?;
            }
        }
        self.above.pop();
        ControlFlow::Continue(())
    }

    fn refuse(&mut self, path: PathBuf, reason: String) -> ControlFlow<()> {
        let refusal = Refusal { path: printable(&path), reason };
        (self.found)(Found::Refused { path, refusal })
    }
}

/// What describes a folder, and what belongs to pages, are no articles.
fn is_no_input(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    matches!(&*name, "README" | "README.md" | "README.txt") || is_no_article(&name)
}

/// Whether a file of this name belongs to a page and is none itself.
pub(super) fn is_no_article(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| NO_ARTICLES.contains(&ending.as_str()))
}

/// A path as text: bytes that are no UTF-8 stand as `\xNN`, so that different names stay different.
fn printable(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    out
}

fn entry_reason(e: &io::Error) -> String {
    match e.kind() {
        io::ErrorKind::NotFound => "cannot be read: it is gone, or a link to nothing".into(),
        _ => io_reason(e),
    }
}

fn read_file(
    file: &FoundFile,
    options: &ReadOptions,
    which: &dyn Selection,
    once: &mut FxHashSet<u64>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let origin = &file.origin;
    if !file.metadata.is_file() {
        return sink(Item::Refused(Refusal::new(origin, NO_FILE)));
    }
    let stamp = Stamp::of(&file.metadata);
    if !which.wants(&file.path, &origin.absolute, stamp) || !once.insert(xxh3_64(origin.absolute.as_bytes())) {
        return ControlFlow::Continue(());
    }
    let source = Source { path: origin.path.clone(), absolute: origin.absolute.clone(), ..Source::default() };
    sink(Item::Begin(source.clone()))?;
    let opened = match File::open(&file.path) {
        Ok(opened) => opened,
        Err(e) => {
            sink(Item::Refused(Refusal::new(origin, io_reason(&e))))?;
            return sink(Item::Done(source));
        }
    };
    let mut opened = Hashed::new(opened);
    let budget = Budget::new(stamp.size);
    guarded(&Place::new(origin.clone(), options, &budget, Some(&file.path)), &mut opened, sink)?;
    let content = opened.finish();
    let unchanged = std::fs::metadata(&file.path).is_ok_and(|now| Stamp::of(&now) == stamp);
    let stamp = (unchanged && content.is_some()).then_some(stamp);
    sink(Item::Done(Source { stamp, content: content.unwrap_or_default(), ..source }))
}

fn read_stdin(options: &ReadOptions, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let budget = Budget::default();
    let origin = Origin { path: STDIN.into(), absolute: STDIN.into(), line: None };
    let input = Arriving { inner: io::stdin().lock(), budget: &budget };
    let source = Source { path: STDIN.into(), absolute: STDIN.into(), ..Source::default() };
    sink(Item::Begin(source.clone()))?;
    guarded(&Place::new(origin, options, &budget, None), input, sink)?;
    sink(Item::Done(source))
}

/// Reads a stream; a reader that panics over hostile input costs that input and not the run.
fn guarded(place: &Place<'_>, input: impl io::Read, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let read = catch_unwind(AssertUnwindSafe(|| read_stream(place, input, sink)));
    read.unwrap_or_else(|_| sink(Item::Refused(Refusal::new(&place.origin, "its reader failed (please report it)"))))
}

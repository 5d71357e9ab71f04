//! Learning before extraction: a first pass over the input that only counts lines (see [`crate::clean::repeated`]).
//!
//! The counter is kept as `DIR/lines.bin`, so that a run over a few new files knows the lines of all that was read
//! before. Standard input can be read only once and is left out.

use super::Input;
use crate::{
    clean::{normalise, repeated::LineCounter},
    error::{Error, Result},
    extract::outlet,
    names::Lexicon,
    read::{Item, Piece, read_paths},
};
use std::{
    fs,
    io::{ErrorKind, Write},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

/// Name of the kept counter in the index folder.
pub(super) const LINES: &str = "lines.bin";

/// Counts the lines of everything that is to be read, on top of what the counter at `kept` knows, and keeps the sum.
///
/// # Errors
/// A path that does not exist, or a counter that cannot be written. One that cannot be read starts anew.
pub(super) fn learn(input: &Input<'_>, kept: Option<&Path>, lexicon: &Lexicon) -> Result<LineCounter> {
    let mut counter = kept.map(read).transpose()?.unwrap_or_default();
    let mut fresh = false;
    let paths: Vec<_> = input.paths.iter().filter(|path| path.as_os_str() != "-").cloned().collect();
    read_paths(&paths, input.options, input.which, &mut |item| {
        if let Item::Piece(piece) = item {
            fresh |= note(&piece, input, lexicon, &mut counter);
        }
        ControlFlow::Continue(())
    })?;
    if let Some(path) = kept.filter(|_| fresh) {
        let bytes = postcard::to_stdvec(&counter).map_err(|e| Error::Bug(e.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let at = |e| Error::io(path, e);
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at)?;
        file.write_all(&bytes).map_err(at)?;
        file.persist(path).map_err(|e| at(e.error))?;
    }
    Ok(counter)
}

/// Counts the records of a piece; whether any line was new. A parser that panics over hostile input costs that piece,
/// and extraction will say so.
fn note(piece: &Piece, input: &Input<'_>, lexicon: &Lexicon, counter: &mut LineCounter) -> bool {
    let records = catch_unwind(AssertUnwindSafe(|| piece.parse(input.options))).unwrap_or_default();
    let mut fresh = false;
    for record in records.into_iter().flatten() {
        let stated = outlet::stated(&record, lexicon);
        fresh |= counter.note(&outlet::publisher(&record, stated.as_ref()), &normalise(&record.text));
    }
    fresh
}

fn read(path: &Path) -> Result<LineCounter> {
    match fs::read(path) {
        Ok(bytes) => Ok(postcard::from_bytes(&bytes).unwrap_or_default()),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(LineCounter::default()),
        Err(e) => Err(Error::io(path, e)),
    }
}

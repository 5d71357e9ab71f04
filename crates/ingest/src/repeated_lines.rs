//! The first pass over the input: it only counts lines, see [`svodka_text::clean::repeated`].
//!
//! The counter is kept as `DIR/lines.bin`, so that a run over a few new files knows the lines of all that was read
//! before. Standard input can be read only once and is left out.

use crate::{Input, pipeline::read_in_parallel};
use std::{
    fs,
    io::{ErrorKind, Write},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::atomic::Ordering,
};
use svodka_model::record::Record;
use svodka_read::{Piece, ReadEvent, is_stdin};
use svodka_store::error::{Error, Result};
use svodka_text::{
    clean::{
        normalise,
        repeated::{ArticleLines, LineCounter},
    },
    extract::outlet,
    names::Lexicon,
};

/// Counts the lines of everything that is to be read, on top of what the counter at `kept` knows, and keeps the sum.
///
/// # Errors
/// A path that does not exist, or a counter that cannot be read or written.
pub(super) fn count_repeated_lines(input: &Input<'_>, kept: Option<&Path>, lexicon: &Lexicon) -> Result<LineCounter> {
    let mut counter = kept.map(read_counter).transpose()?.unwrap_or_default();
    let mut has_new = false;
    let paths: Vec<_> = input.paths.iter().filter(|path| !is_stdin(path)).cloned().collect();
    let work = |event, (): &mut ()| match event {
        ReadEvent::Piece(piece) => lines_of_piece(&piece, input, lexicon),
        _ => Vec::new(),
    };
    read_in_parallel(input, &paths, &work, &mut |articles| {
        for lines in articles {
            has_new |= counter.note(&lines);
        }
        let stopped = input.stop.load(Ordering::Relaxed);
        Ok(if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if let Some(path) = kept.filter(|_| has_new) {
        write_counter(&counter, path)?;
    }
    Ok(counter)
}

/// The lines of the records of a piece. A parser that panics over hostile input costs that piece, and extraction will
/// say so.
fn lines_of_piece(piece: &Piece, input: &Input<'_>, lexicon: &Lexicon) -> Vec<ArticleLines> {
    let records = catch_unwind(AssertUnwindSafe(|| piece.parse(input.options))).unwrap_or_default();
    records.into_iter().flatten().filter_map(|record| lines_of(&record, lexicon)).collect()
}

/// The lines of a record that count.
pub(super) fn lines_of(record: &Record, lexicon: &Lexicon) -> Option<ArticleLines> {
    let stated = outlet::stated(record, lexicon);
    ArticleLines::of(&outlet::publisher(record, stated.as_ref()), &normalise(&record.text))
}

/// Reads the counter; an empty one when there is none yet.
///
/// # Errors
/// The system's, or a damaged file.
pub(super) fn read_counter(path: &Path) -> Result<LineCounter> {
    match fs::read(path) {
        Ok(bytes) => postcard::from_bytes(&bytes).map_err(|e| Error::damaged(path, e.to_string())),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(LineCounter::default()),
        Err(e) => Err(Error::io(path, e)),
    }
}

/// Writes the counter in one step.
///
/// # Errors
/// The system's.
pub(super) fn write_counter(counter: &LineCounter, path: &Path) -> Result<()> {
    let bytes = postcard::to_stdvec(counter).map_err(|e| Error::Bug(e.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let at = |e| Error::io(path, e);
    let mut file = svodka_store::files::temporary_in(folder).map_err(at)?;
    file.write_all(&bytes).map_err(at)?;
    file.persist(path).map_err(|e| at(e.error))?;
    Ok(())
}

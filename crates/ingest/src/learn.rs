//! Learning before extraction: a first pass over the input that only counts lines (see [`svodka_text::clean::repeated`]).
//!
//! The counter is kept as `DIR/lines.bin`, so that a run over a few new files knows the lines of all that was read
//! before. Standard input can be read only once and is left out.

use crate::{Input, parallel::in_parallel};
use std::{
    fs,
    io::{ErrorKind, Write},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::atomic::Ordering,
};
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
/// A path that does not exist, or a counter that cannot be written. One that cannot be read starts anew.
pub(super) fn learn(input: &Input<'_>, kept: Option<&Path>, lexicon: &Lexicon) -> Result<LineCounter> {
    let mut counter = kept.map(read).transpose()?.unwrap_or_default();
    let mut fresh = false;
    let paths: Vec<_> = input.paths.iter().filter(|path| !is_stdin(path)).cloned().collect();
    let work = |item, (): &mut ()| match item {
        ReadEvent::Piece(piece) => lines_of(&piece, input, lexicon),
        _ => Vec::new(),
    };
    in_parallel(input, &paths, &work, &mut |articles| {
        for lines in articles {
            fresh |= counter.note(&lines);
        }
        let stopped = input.stop.load(Ordering::Relaxed);
        Ok(if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
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

/// The lines of the records of a piece. A parser that panics over hostile input costs that piece, and extraction will
/// say so.
fn lines_of(piece: &Piece, input: &Input<'_>, lexicon: &Lexicon) -> Vec<ArticleLines> {
    let records = catch_unwind(AssertUnwindSafe(|| piece.parse(input.options))).unwrap_or_default();
    let lines = records.into_iter().flatten().filter_map(|record| {
        let stated = outlet::stated(&record, lexicon);
        ArticleLines::of(&outlet::publisher(&record, stated.as_ref()), &normalise(&record.text))
    });
    lines.collect()
}

fn read(path: &Path) -> Result<LineCounter> {
    match fs::read(path) {
        Ok(bytes) => Ok(postcard::from_bytes(&bytes).unwrap_or_default()),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(LineCounter::default()),
        Err(e) => Err(Error::io(path, e)),
    }
}

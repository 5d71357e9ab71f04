//! The pipeline: a first pass counts which lines repeat, a second one parses and extracts, both on all threads. The
//! caller gets the articles in input order, so the later of two with one id replaces the earlier.

use crate::{
    parallel::{Emit, in_parallel},
    repeated_lines::count_repeated_lines,
};
use std::{
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};
use svodka_model::{
    article::Article,
    record::{Origin, Reason, Record, Refusal},
};
use svodka_read::{Piece, ReadEvent, ReadOptions, Selection, Source, read_paths};
use svodka_store::{IndexTerms, Metadata, error::Result};
use svodka_text::{
    extract::{Analysed, Extractor, Scratch},
    names::Lexicon,
};

/// An article with what is known of how it was read.
#[derive(Debug)]
pub struct ReadArticle {
    /// The article.
    pub article: Article,
    /// What its record says besides the text.
    pub metadata: Metadata,
    /// Where it was read.
    pub origin: Origin,
    /// Whether its id is the input's own.
    pub has_own_id: bool,
    /// Name of the format it was read from.
    pub format: &'static str,
    /// Name of the encoding it was in.
    pub encoding: &'static str,
    /// Its terms, if they were asked for.
    pub terms: IndexTerms,
}

/// What became of one input.
#[derive(Debug)]
pub enum Extracted {
    /// A file of which everything up to [`Extracted::Done`] comes.
    Begin(Source),
    /// An article.
    Article(Box<ReadArticle>),
    /// An input that could not be read.
    Refused(Refusal),
    /// A file that was read to its end.
    Done(Source),
}

/// What to read and how.
pub struct Input<'a> {
    /// Files and folders.
    pub paths: &'a [PathBuf],
    /// Which of their files.
    pub which: &'a dyn Selection,
    /// How to understand them.
    pub options: &'a ReadOptions,
    /// Threads that parse and extract.
    pub jobs: usize,
    /// Whether the terms of the articles are wanted.
    pub terms: bool,
    /// Set from outside to stop before everything is read.
    pub stop: &'a AtomicBool,
}

/// Reads and extracts everything, handing the results to `sink` in input order. The sink may stop the run.
///
/// # Errors
/// A path that does not exist; everything else is refused one by one. Errors of the sink end the run.
pub fn extract_all(
    input: &Input<'_>,
    lexicon: &Lexicon,
    sink: &mut dyn FnMut(Extracted) -> Result<ControlFlow<()>>,
) -> Result<()> {
    extract_with_lines(input, None, lexicon, sink)
}

/// Like [`extract_all`], with the lines of earlier runs: `lines` is where their counter is kept.
///
/// # Errors
/// Those of [`extract_all`], and a counter that cannot be read or written.
pub(super) fn extract_with_lines(
    input: &Input<'_>,
    lines: Option<&Path>,
    lexicon: &Lexicon,
    sink: &mut dyn FnMut(Extracted) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let repeated = count_repeated_lines(input, lines, lexicon)?.repeated();
    let extractor = Extractor::new(lexicon).with_repeated(&repeated);
    let work = |item, scratch: &mut Scratch| match item {
        ReadEvent::Begin(source) => vec![Extracted::Begin(source)],
        ReadEvent::Done(source) => vec![Extracted::Done(source)],
        ReadEvent::Refused(refusal) => vec![Extracted::Refused(refusal)],
        ReadEvent::Piece(piece) => articles(&piece, input, extractor, scratch),
    };
    read_in_parallel(input, input.paths, &work, &mut |extracted| {
        for each in extracted {
            if sink(each)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Reads `paths` and hands what `work` makes of each event to `sink`, in input order. The sink may stop the run.
///
/// # Errors
/// A path that does not exist. Errors of the sink end the run.
pub(super) fn read_in_parallel<S: Default, T: Send>(
    input: &Input<'_>,
    paths: &[PathBuf],
    work: &(dyn Fn(ReadEvent, &mut S) -> T + Sync),
    sink: &mut dyn FnMut(T) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let read = |emit: &mut Emit<'_, ReadEvent>| -> Result<()> {
        read_paths(paths, input.options, input.which, &mut |event| {
            let bytes = if let ReadEvent::Piece(piece) = &event { piece.len() } else { 0 };
            emit(event, bytes)
        })?;
        Ok(())
    };
    in_parallel(input.jobs, &read, work, sink)
}

/// The articles of a piece; a parser that panics over hostile input costs that piece and not the run.
fn articles(piece: &Piece, input: &Input<'_>, extractor: Extractor<'_>, scratch: &mut Scratch) -> Vec<Extracted> {
    let work = AssertUnwindSafe(|| {
        let records = piece.parse(input.options).into_iter();
        records
            .map(|record| record.map_or_else(Extracted::Refused, |r| article(r, input.terms, extractor, scratch)))
            .collect()
    });
    catch_unwind(work)
        .unwrap_or_else(|_| vec![Extracted::Refused(Refusal::new(&piece.origin, Reason::reader_failed()))])
}

fn article(record: Record, terms: bool, extractor: Extractor<'_>, scratch: &mut Scratch) -> Extracted {
    let (has_own_id, format, encoding) = (record.id.is_some(), record.format, record.encoding);
    let (origin, metadata) = (record.origin.clone(), Metadata::of(&record));
    let Analysed { article, title, text } = extractor.analysed(record, scratch);
    let terms = if terms { IndexTerms::of_analysed(&article, title, text) } else { IndexTerms::default() };
    Extracted::Article(Box::new(ReadArticle { article, metadata, origin, has_own_id, format, encoding, terms }))
}

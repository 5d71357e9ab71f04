//! The pipeline: one thread reads, several parse and extract, the caller gets the results in input order.
//!
//! What is under way at once is bounded in number and in bytes, so memory does not grow with the archive, however
//! slow one record is; order makes runs repeatable and lets the later of two articles with one id stand.

use super::{IndexTerms, learn::learn};
use crate::{
    article::Article,
    clean::repeated::Repeated,
    error::Result,
    extract::{Extractor, Scratch},
    names::Lexicon,
    read::{Item, Origin, Piece, ReadOptions, Record, Refusal, Selection, Source, read_paths},
};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, PoisonError},
    thread,
};

/// Items under way at once, per worker.
const UNDER_WAY: usize = 64;

/// Bytes of pieces under way at once; a single larger piece passes alone.
const BYTES_UNDER_WAY: usize = 24 << 20;

/// Stack of the threads that parse: what nests deep must not end the program.
const STACK: usize = 64 << 20;

/// An article with what is known of how it was read.
#[derive(Debug)]
pub struct Found {
    /// The article.
    pub article: Article,
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
    Article(Box<Found>),
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
    extract_knowing(input, None, lexicon, sink)
}

/// Like [`extract_all`], with the lines of earlier runs: `lines` is where their counter is kept.
///
/// # Errors
/// Those of [`extract_all`], and a counter that cannot be read or written.
pub(super) fn extract_knowing(
    input: &Input<'_>,
    lines: Option<&Path>,
    lexicon: &Lexicon,
    sink: &mut dyn FnMut(Extracted) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let jobs = input.jobs.max(1);
    let repeated = repeated_lines(input, lines, lexicon)?;
    let extractor = Extractor::new(lexicon).with_repeated(&repeated);
    let gate = Gate::new(jobs * UNDER_WAY);
    let (to_workers, work) = bounded::<(u64, Item)>(jobs * UNDER_WAY);
    let (to_sink, done) = bounded::<(u64, Answer)>(jobs * UNDER_WAY);
    thread::scope(|scope| {
        let gate = &gate;
        let reader = named("read").spawn_scoped(scope, move || read(input, gate, &to_workers)).map_err(no_thread)?;
        for _ in 0..jobs {
            let (work, to_sink) = (work.clone(), to_sink.clone());
            let worker = move || extract(extractor, input, &work, &to_sink);
            named("extract").spawn_scoped(scope, worker).map_err(no_thread)?;
        }
        drop((work, to_sink));
        let outcome = in_order(&done, gate, sink);
        drop(done);
        gate.close();
        let read = reader.join().unwrap_or_else(|_| Err(crate::Error::Bug("the reading thread panicked".into())));
        outcome.and(read)
    })
}

/// The lines known as chrome; parsing needs a deep stack here too.
fn repeated_lines(input: &Input<'_>, lines: Option<&Path>, lexicon: &Lexicon) -> Result<Repeated> {
    let counter = thread::scope(|scope| {
        let learner = named("learn").spawn_scoped(scope, || learn(input, lines, lexicon)).map_err(no_thread)?;
        learner.join().unwrap_or_else(|_| Err(crate::Error::Bug("the learning thread panicked".into())))
    })?;
    Ok(counter.repeated())
}

fn named(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.into()).stack_size(STACK)
}

fn no_thread(error: std::io::Error) -> crate::Error {
    crate::Error::Bug(format!("cannot start a thread: {error}"))
}

/// What a worker made of one item, with the bytes that were under way for it.
struct Answer {
    found: Vec<Extracted>,
    bytes: usize,
}

/// Reads, each item after passing the gate; stops when nobody wants more.
fn read(input: &Input<'_>, gate: &Gate, out: &Sender<(u64, Item)>) -> Result<()> {
    let mut number = 0;
    read_paths(input.paths, input.options, input.which, &mut |item| {
        let sent = gate.enter(bytes_of(&item)) && out.send((number, item)).is_ok();
        number += 1;
        if sent { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
}

fn bytes_of(item: &Item) -> usize {
    if let Item::Piece(piece) = item { piece.len() } else { 0 }
}

fn extract(extractor: Extractor<'_>, input: &Input<'_>, work: &Receiver<(u64, Item)>, out: &Sender<(u64, Answer)>) {
    let mut scratch = Scratch::default();
    for (number, item) in work {
        let bytes = bytes_of(&item);
        let found = match item {
            Item::Begin(source) => vec![Extracted::Begin(source)],
            Item::Done(source) => vec![Extracted::Done(source)],
            Item::Refused(refusal) => vec![Extracted::Refused(refusal)],
            Item::Piece(piece) => articles(&piece, input, extractor, &mut scratch),
        };
        if out.send((number, Answer { found, bytes })).is_err() {
            return;
        }
    }
}

/// The articles of a piece; a parser that panics over hostile input costs that piece and not the run.
fn articles(piece: &Piece, input: &Input<'_>, extractor: Extractor<'_>, scratch: &mut Scratch) -> Vec<Extracted> {
    let work = AssertUnwindSafe(|| {
        let records = piece.parse(input.options).into_iter();
        records
            .map(|record| record.map_or_else(Extracted::Refused, |r| article(r, input.terms, extractor, scratch)))
            .collect()
    });
    catch_unwind(work).unwrap_or_else(|_| {
        vec![Extracted::Refused(Refusal::new(&piece.origin, "its reader failed (please report it)"))]
    })
}

fn article(record: Record, terms: bool, extractor: Extractor<'_>, scratch: &mut Scratch) -> Extracted {
    let (has_own_id, format, encoding) = (record.id.is_some(), record.format, record.encoding);
    let origin = record.origin.clone();
    let article = extractor.article(record, scratch);
    let terms = if terms { IndexTerms::of(&article) } else { IndexTerms::default() };
    Extracted::Article(Box::new(Found { article, origin, has_own_id, format, encoding, terms }))
}

/// Hands results on in the order of their numbers, letting as much in again as went out.
fn in_order(
    done: &Receiver<(u64, Answer)>,
    gate: &Gate,
    sink: &mut dyn FnMut(Extracted) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (number, answer) in done {
        waiting.insert(number, answer);
        while let Some(answer) = waiting.remove(&next) {
            next += 1;
            for found in answer.found {
                if sink(found)?.is_break() {
                    return Ok(());
                }
            }
            gate.leave(answer.bytes);
        }
    }
    Ok(())
}

/// Lets in a bounded number of items of a bounded size.
struct Gate {
    room: Mutex<Room>,
    changed: Condvar,
    most: usize,
}

#[derive(Default)]
struct Room {
    items: usize,
    bytes: usize,
    closed: bool,
}

impl Gate {
    fn new(most: usize) -> Self {
        Self { room: Mutex::default(), changed: Condvar::new(), most }
    }

    /// Waits for room; `false` when the gate is closed.
    fn enter(&self, bytes: usize) -> bool {
        let full = |room: &mut Room| {
            let too_many = room.items >= self.most || (room.items > 0 && room.bytes + bytes > BYTES_UNDER_WAY);
            !room.closed && too_many
        };
        let room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let mut room = self.changed.wait_while(room, full).unwrap_or_else(PoisonError::into_inner);
        room.items += 1;
        room.bytes += bytes;
        !room.closed
    }

    fn leave(&self, bytes: usize) {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        room.items = room.items.saturating_sub(1);
        room.bytes = room.bytes.saturating_sub(bytes);
        drop(room);
        self.changed.notify_all();
    }

    fn close(&self) {
        self.room.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.changed.notify_all();
    }
}

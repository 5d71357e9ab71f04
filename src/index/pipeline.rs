//! The pipeline: one thread reads, several extract, the caller gets the results in input order.
//!
//! A fixed number of records is under way at once, so memory does not grow with the archive, however slow one record
//! is; order makes runs repeatable and lets the later of two articles with one id stand.

use crate::{
    article::Article,
    error::Result,
    extract::{Extractor, Scratch},
    names::Lexicon,
    read::{Record, Refusal, read_paths},
};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::{collections::BTreeMap, ops::ControlFlow, path::PathBuf, thread};

/// Records under way at once, per worker.
const UNDER_WAY: usize = 64;

/// What became of one input.
#[derive(Debug)]
pub enum Extracted {
    /// An article, with the bytes of its text for progress figures.
    Article(Box<Article>),
    /// An input that could not be read.
    Refused(Refusal),
}

type Numbered<T> = (u64, T);

/// Reads and extracts everything under `paths` with `jobs` workers, handing the results to `sink` in input order. The
/// sink may stop the run.
///
/// # Errors
/// A path that does not exist; everything else is refused one by one. Errors of the sink end the run.
pub fn extract_all(
    paths: &[PathBuf],
    jobs: usize,
    lexicon: &Lexicon,
    sink: &mut dyn FnMut(Extracted) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let jobs = jobs.max(1);
    let (to_workers, work) = bounded::<Numbered<Result<Record, Refusal>>>(jobs * UNDER_WAY);
    let (to_sink, done) = bounded::<Numbered<Extracted>>(jobs * UNDER_WAY);
    let (give_back, permits) = bounded::<()>(jobs * UNDER_WAY);
    for _ in 0..jobs * UNDER_WAY {
        // The channel has room for all of them, so sending cannot fail while both ends live.
        let _ = give_back.send(());
    }
    thread::scope(|scope| {
        let reader = scope.spawn(move || read(paths, &permits, &to_workers));
        for _ in 0..jobs {
            let (work, to_sink) = (work.clone(), to_sink.clone());
            scope.spawn(move || extract(lexicon, &work, &to_sink));
        }
        drop((work, to_sink));
        let outcome = in_order(&done, &give_back, sink);
        drop((done, give_back));
        let read = reader.join().unwrap_or_else(|_| Err(crate::Error::Bug("the reading thread panicked".into())));
        outcome.and(read)
    })
}

/// Reads records, each after taking a permit; stops when nobody wants more.
fn read(paths: &[PathBuf], permits: &Receiver<()>, out: &Sender<Numbered<Result<Record, Refusal>>>) -> Result<()> {
    let mut number = 0;
    read_paths(paths, &mut |record| {
        let sent = permits.recv().is_ok() && out.send((number, record)).is_ok();
        number += 1;
        if sent { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
}

fn extract(lexicon: &Lexicon, work: &Receiver<Numbered<Result<Record, Refusal>>>, out: &Sender<Numbered<Extracted>>) {
    let extractor = Extractor::new(lexicon);
    let mut scratch = Scratch::default();
    for (number, input) in work {
        let result = match input {
            Ok(record) => Extracted::Article(Box::new(extractor.article(record, &mut scratch))),
            Err(refusal) => Extracted::Refused(refusal),
        };
        if out.send((number, result)).is_err() {
            return;
        }
    }
}

/// Hands results on in the order of their numbers, giving a permit back for each.
fn in_order(
    done: &Receiver<Numbered<Extracted>>,
    give_back: &Sender<()>,
    sink: &mut dyn FnMut(Extracted) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (number, result) in done {
        waiting.insert(number, result);
        while let Some(result) = waiting.remove(&next) {
            next += 1;
            if sink(result)?.is_break() {
                return Ok(());
            }
            // Fails only when the reader has ended, and then no permit is needed.
            let _ = give_back.try_send(());
        }
    }
    Ok(())
}

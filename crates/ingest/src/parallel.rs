//! One thread reads, several work, the caller gets the results in input order.
//!
//! What is under way at once is bounded in number and in bytes, so memory does not grow with the archive, however
//! slow one record is; order makes runs repeatable. Knows nothing of what the work is.

use crate::Input;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::PathBuf,
    sync::{Condvar, Mutex, PoisonError},
    thread,
};
use svodka_read::{ReadEvent, read_paths};
use svodka_store::error::Result;

/// Items under way at once, per worker.
const UNDER_WAY: usize = 64;

/// Bytes of pieces under way at once; a single larger piece passes alone.
const BYTES_UNDER_WAY: usize = 24 << 20;

/// Stack of the threads that parse: what nests deep must not end the program.
const STACK: usize = 64 << 20;

/// What the workers do with an item, each with memory of its own.
pub(super) type Work<'w, S, T> = dyn Fn(ReadEvent, &mut S) -> T + Sync + 'w;

/// Reads `paths` and hands what `work` makes of each item to `sink`, in input order. The sink may stop the run.
///
/// # Errors
/// A path that does not exist. Errors of the sink end the run.
pub(super) fn in_parallel<S: Default, T: Send>(
    input: &Input<'_>,
    paths: &[PathBuf],
    work: &Work<'_, S, T>,
    sink: &mut dyn FnMut(T) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let jobs = input.jobs.max(1);
    let gate = Gate::new(jobs * UNDER_WAY);
    let (to_workers, items) = bounded::<(u64, ReadEvent)>(jobs * UNDER_WAY);
    let (to_sink, done) = bounded::<(u64, Answer<T>)>(jobs * UNDER_WAY);
    thread::scope(|scope| {
        let gate = &gate;
        let read = move || read(input, paths, gate, &to_workers);
        let reader = named("read").spawn_scoped(scope, read).map_err(no_thread)?;
        for _ in 0..jobs {
            let (items, to_sink) = (items.clone(), to_sink.clone());
            named("extract").spawn_scoped(scope, move || labour(work, &items, &to_sink)).map_err(no_thread)?;
        }
        drop((items, to_sink));
        let outcome = in_order(&done, gate, sink);
        drop(done);
        gate.close();
        let read = reader
            .join()
            .unwrap_or_else(|_| Err(svodka_store::error::Error::Bug("the reading thread panicked".into())));
        outcome.and(read)
    })
}

fn named(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.into()).stack_size(STACK)
}

fn no_thread(error: std::io::Error) -> svodka_store::error::Error {
    svodka_store::error::Error::Bug(format!("cannot start a thread: {error}"))
}

/// What a worker made of one item, with the bytes that were under way for it.
struct Answer<T> {
    made: T,
    bytes: usize,
}

/// Reads, each item after passing the gate; stops when nobody wants more.
fn read(input: &Input<'_>, paths: &[PathBuf], gate: &Gate, out: &Sender<(u64, ReadEvent)>) -> Result<()> {
    let mut number = 0;
    read_paths(paths, input.options, input.which, &mut |item| {
        let sent = gate.enter(bytes_of(&item)) && out.send((number, item)).is_ok();
        number += 1;
        if sent { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(())
}

fn bytes_of(item: &ReadEvent) -> usize {
    if let ReadEvent::Piece(piece) = item { piece.len() } else { 0 }
}

fn labour<S: Default, T>(work: &Work<'_, S, T>, items: &Receiver<(u64, ReadEvent)>, out: &Sender<(u64, Answer<T>)>) {
    let mut scratch = S::default();
    for (number, item) in items {
        let bytes = bytes_of(&item);
        let made = work(item, &mut scratch);
        if out.send((number, Answer { made, bytes })).is_err() {
            return;
        }
    }
}

/// Hands results on in the order of their numbers, letting as much in again as went out.
fn in_order<T>(
    done: &Receiver<(u64, Answer<T>)>,
    gate: &Gate,
    sink: &mut dyn FnMut(T) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (number, answer) in done {
        waiting.insert(number, answer);
        while let Some(answer) = waiting.remove(&next) {
            next += 1;
            if sink(answer.made)?.is_break() {
                return Ok(());
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

//! One thread produces, several work, the caller gets the results in the order of production.
//!
//! What is in flight is bounded in number and in bytes, so memory does not grow with the archive, however slow one item
//! is; the order makes runs repeatable. This module must never know what the work is.

use crossbeam_channel::{Receiver, Sender, bounded};
use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    sync::{Condvar, Mutex, PoisonError},
    thread,
};
use svodka_store::error::{Error, Result};

/// Items in flight per worker.
const IN_FLIGHT: usize = 64;

/// Bytes of items in flight; a single larger item passes alone.
const BYTES_IN_FLIGHT: usize = 24 << 20;

/// Stack of the threads that parse: what nests deep must not end the program.
const STACK: usize = 64 << 20;

/// Hands on an item of so many bytes; breaks when no more are wanted.
pub(super) type Emit<'e, I> = dyn FnMut(I, usize) -> ControlFlow<()> + 'e;

/// Runs `produce` on a thread of its own and `work` on `workers` threads, each with scratch memory of its own; hands the
/// results to `sink` in the order of the items. The sink may stop everything.
///
/// # Errors
/// Those of `produce` and of `sink`.
pub(super) fn in_parallel<I: Send, S: Default, T: Send>(
    workers: usize,
    produce: &(dyn Fn(&mut Emit<'_, I>) -> Result<()> + Sync),
    work: &(dyn Fn(I, &mut S) -> T + Sync),
    sink: &mut dyn FnMut(T) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let workers = workers.max(1);
    let gate = Gate::new(workers * IN_FLIGHT);
    let (to_workers, items) = bounded::<Numbered<I>>(workers * IN_FLIGHT);
    let (to_sink, results) = bounded::<Numbered<T>>(workers * IN_FLIGHT);
    thread::scope(|scope| {
        let gate = &gate;
        let produce = move || emit_all(produce, gate, &to_workers);
        let producer = named("read").spawn_scoped(scope, produce).map_err(no_thread)?;
        for _ in 0..workers {
            let (items, to_sink) = (items.clone(), to_sink.clone());
            named("extract").spawn_scoped(scope, move || run_worker(work, &items, &to_sink)).map_err(no_thread)?;
        }
        drop((items, to_sink));
        let outcome = in_order(&results, gate, sink);
        drop(results);
        gate.close();
        let produced = producer.join().unwrap_or_else(|_| Err(Error::Bug("the reading thread panicked".into())));
        outcome.and(produced)
    })
}

fn named(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.into()).stack_size(STACK)
}

fn no_thread(error: std::io::Error) -> Error {
    Error::Bug(format!("cannot start a thread: {error}"))
}

/// An item or result with its place in the order and the bytes in flight for it.
struct Numbered<T> {
    number: u64,
    bytes: usize,
    value: T,
}

/// Produces all items, each after it has passed the gate; stops when no more are wanted.
fn emit_all<I>(
    produce: &(dyn Fn(&mut Emit<'_, I>) -> Result<()> + Sync),
    gate: &Gate,
    out: &Sender<Numbered<I>>,
) -> Result<()> {
    let mut number = 0;
    produce(&mut |value, bytes| {
        let sent = gate.enter(bytes) && out.send(Numbered { number, bytes, value }).is_ok();
        number += 1;
        if sent { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
}

fn run_worker<I, S: Default, T>(
    work: &(dyn Fn(I, &mut S) -> T + Sync),
    items: &Receiver<Numbered<I>>,
    out: &Sender<Numbered<T>>,
) {
    let mut scratch = S::default();
    for Numbered { number, bytes, value } in items {
        let value = work(value, &mut scratch);
        if out.send(Numbered { number, bytes, value }).is_err() {
            return;
        }
    }
}

/// Hands results on in the order of their numbers, letting as much in again as went out.
fn in_order<T>(
    results: &Receiver<Numbered<T>>,
    gate: &Gate,
    sink: &mut dyn FnMut(T) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for result in results {
        early.insert(result.number, result);
        while let Some(result) = early.remove(&next) {
            next += 1;
            if sink(result.value)?.is_break() {
                return Ok(());
            }
            gate.leave(result.bytes);
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
            let too_many = room.items >= self.most || (room.items > 0 && room.bytes + bytes > BYTES_IN_FLIGHT);
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

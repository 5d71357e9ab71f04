//! Parsing in worker processes: the last line of defence against input that makes a parser overflow its stack, use up
//! all memory or run for ever. None of that can be caught inside the process that it happens to.
//!
//! Pieces whose parsers build trees or come from other projects are sent to a *worker*: the program itself, started with
//! [`ARGUMENT`], which limits its own memory and processor time and answers piece after piece. When one dies, the piece
//! is refused with the reason and the next gets a new worker. Plain text, and records without a tag in them, are parsed
//! where they are: their parsers are this crate's own loops over bounded input.

mod wire;
mod worker;

pub(super) use wire::lasting;
pub use worker::serve;

use super::{FieldMap, Piece, Reason, Record, Refusal, RefusalKind};
use rustc_hash::FxHashMap;
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The argument that makes a program a worker; the limits follow it.
pub const ARGUMENT: &str = "--parse-worker";

/// What a worker may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of its address space: program, stack and everything that it allocates.
    pub memory: u64,
    /// Seconds of processor time for one piece.
    pub seconds: u64,
    /// Bytes of its stack.
    pub stack: usize,
}

impl Default for Limits {
    /// No input that the checks before parsing let pass comes near: the costliest made ones take 300 MiB and 6 seconds.
    fn default() -> Self {
        Self { memory: 1 << 30, seconds: 30, stack: 64 << 20 }
    }
}

/// How much trust the parser of a piece deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Risk {
    /// It is a loop of this crate.
    None,
    /// It gives what looks like markup to a tree builder.
    Markup,
    /// It is from elsewhere, or builds trees.
    Always,
}

/// Workers, started as they are needed: as many as threads parse at a time.
#[derive(Debug)]
pub struct Workers {
    program: PathBuf,
    limits: Limits,
    idle: Mutex<Vec<Worker>>,
    /// Why pieces were refused that killed a worker: each is parsed twice in a run, but kills once.
    died: Mutex<FxHashMap<String, Reason>>,
}

/// A process that parses.
#[derive(Debug)]
struct Worker {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
    /// Whether it has parsed a piece already.
    is_used: bool,
}

impl Workers {
    /// Workers that are copies of `program`, which must call [`serve`] when it is started with [`ARGUMENT`].
    #[must_use]
    pub fn of(program: impl Into<PathBuf>, limits: Limits) -> Self {
        Self { program: program.into(), limits, idle: Mutex::default(), died: Mutex::default() }
    }

    /// Workers that are copies of the running program; `None` where it cannot be found.
    #[must_use]
    pub fn of_this_program() -> Option<Self> {
        // On Linux also one that was replaced on disk while it runs.
        let itself = Path::new("/proc/self/exe");
        let program =
            if itself.try_exists().unwrap_or(false) { itself.to_owned() } else { std::env::current_exe().ok()? };
        Some(Self::of(program, Limits::default()))
    }

    /// The records of a piece, as [`Piece::parse`] gives them; `None` when no worker can be started.
    pub(super) fn parse(&self, piece: &Piece, fields: &FieldMap) -> Option<Vec<Result<Record, Refusal>>> {
        let place = piece.origin.display();
        if let Some(reason) = lock(&self.died).get(&place) {
            return Some(vec![Err(Refusal::new(&piece.origin, reason.clone()))]);
        }
        loop {
            let taken = lock(&self.idle).pop();
            let mut worker = match taken {
                Some(worker) => worker,
                None => Worker::start(&self.program, self.limits).ok()?,
            };
            if let Ok(records) = worker.parse(piece, fields) {
                worker.is_used = true;
                lock(&self.idle).push(worker);
                return Some(records);
            }
            let was_used = worker.is_used;
            let reason = worker.why_dead(self.limits);
            // What earlier pieces left in it may have taken its memory.
            if was_used {
                continue;
            }
            lock(&self.died).insert(place, reason.clone());
            return Some(vec![Err(Refusal::new(&piece.origin, reason))]);
        }
    }
}

impl Worker {
    fn start(program: &Path, limits: Limits) -> io::Result<Self> {
        let Limits { memory, seconds, stack } = limits;
        let mut command = Command::new(program);
        command.arg(ARGUMENT).args([memory, seconds, stack as u64].map(|limit| limit.to_string()));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A signal to stop is for the program, which then ends its workers by closing their input.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (to, mut from) = pipes.ok_or_else(|| io::Error::other("a worker without its pipes"))?;
        let mut ready = [0];
        if let Err(e) = from.read_exact(&mut ready) {
            drop(to);
            child.wait()?;
            return Err(e);
        }
        Ok(Self { child, to, from, is_used: false })
    }

    fn parse(&mut self, piece: &Piece, fields: &FieldMap) -> io::Result<Vec<Result<Record, Refusal>>> {
        wire::send_piece(&mut self.to, piece, fields)?;
        wire::receive_records(&mut self.from)
    }

    /// Why it has died.
    fn why_dead(self, limits: Limits) -> Reason {
        let Self { mut child, to, from, .. } = self;
        drop((to, from));
        let mut said = String::new();
        if let Some(errors) = child.stderr.take() {
            // Whatever it said, the status says more.
            let _ = errors.take(64 << 10).read_to_string(&mut said);
        }
        // A worker that still runs has sent a malformed answer.
        let _ = child.kill();
        let status = child.wait().ok();
        let what = if status.is_some_and(is_out_of_time) {
            format!("takes more than {} seconds of processor time to read", limits.seconds)
        } else if said.contains("overflowed its stack") {
            format!("nests so deep that its reader needs more than {} MiB of stack", limits.stack >> 20)
        } else if said.contains("memory allocation") {
            format!("needs more than {} MiB of memory to read", limits.memory >> 20)
        } else {
            "ends the process that reads it (please report it)".to_owned()
        };
        RefusalKind::ReaderFailed.because(format!("{what}: not read; convert it to plain text"))
    }
}

#[cfg(unix)]
fn is_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

#[cfg(not(unix))]
fn is_out_of_time(_: ExitStatus) -> bool {
    false
}

impl Drop for Workers {
    /// Ends the workers by ending their input, and waits for them: they are idle.
    fn drop(&mut self) {
        for Worker { mut child, to, from, .. } in lock(&self.idle).drain(..) {
            drop((to, from));
            let _ = child.wait();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

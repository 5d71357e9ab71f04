//! The worker's side: it limits itself, then parses what it is sent until its input ends.

use super::{Limits, wire};
use crate::ReadOptions;
use std::{
    io::{self, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};
use svodka_model::record::{Reason, Refusal};

/// Works until standard input ends; `arguments` are those after [`ARGUMENT`](super::ARGUMENT).
///
/// # Errors
/// Arguments that are not limits, limits that the system does not set, or broken pipes.
pub fn serve(arguments: impl Iterator<Item = String>) -> io::Result<()> {
    let mut numbers = arguments.map(|limit| limit.parse::<u64>());
    let mut limit = || numbers.next().and_then(Result::ok).ok_or(io::ErrorKind::InvalidInput);
    let (memory, seconds, stack) = (limit()?, limit()?, limit()?);
    let limits = Limits { memory, seconds, stack: usize::try_from(stack).unwrap_or(usize::MAX) };
    limit_memory(memory)?;
    // What a parser panics with is refused, not printed.
    std::panic::set_hook(Box::new(|_| {}));
    let work = thread::Builder::new().name("parse".into()).stack_size(limits.stack).spawn(move || run(limits))?;
    work.join().unwrap_or_else(|_| Err(io::Error::other("the parsing thread panicked")))
}

fn run(limits: Limits) -> io::Result<()> {
    let (mut input, mut out) = (io::stdin().lock(), io::BufWriter::with_capacity(64 << 10, io::stdout().lock()));
    out.write_all(&[1])?;
    out.flush()?;
    let input: &mut dyn Read = &mut input;
    let mut input = io::BufReader::with_capacity(64 << 10, input);
    while let Some((piece, fields)) = wire::receive_piece(&mut input)? {
        limit_time(limits.seconds)?;
        let options = ReadOptions { fields, ..ReadOptions::default() };
        let records = catch_unwind(AssertUnwindSafe(|| piece.parse(&options)))
            .unwrap_or_else(|_| vec![Err(Refusal::new(&piece.origin, Reason::reader_failed()))]);
        wire::send_records(&mut out, records)?;
    }
    Ok(())
}

#[cfg(unix)]
fn limit_memory(bytes: u64) -> io::Result<()> {
    use rustix::process::Resource;
    set(Resource::As, bytes)?;
    // No core dump: the reason for the end is reported instead.
    set(Resource::Core, 0)
}

/// Limits the processor time used from now on to this many seconds. The time used before is rounded up, because the
/// limit is one of whole seconds.
#[cfg(unix)]
fn limit_time(seconds: u64) -> io::Result<()> {
    use rustix::time::{ClockId, clock_gettime};
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0) + 1;
    set(rustix::process::Resource::Cpu, used.saturating_add(seconds))
}

/// Sets a limit, as far as the limits that the program was started under allow.
#[cfg(unix)]
fn set(resource: rustix::process::Resource, limit: u64) -> io::Result<()> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(resource).maximum;
    let current = maximum.map_or(limit, |maximum| maximum.min(limit));
    Ok(setrlimit(resource, Rlimit { current: Some(current), maximum })?)
}

#[cfg(not(unix))]
fn limit_memory(_: u64) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn limit_time(_: u64) -> io::Result<()> {
    Ok(())
}

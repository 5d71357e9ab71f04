//! Limits that keep hostile input from using up memory, time or disk.

use super::{MAX_RECORD_BYTES, Reason, RefusalKind};
use std::{
    cell::Cell,
    io::{self, BufRead, Read},
};

/// How deep archives may be nested.
pub(super) const MAX_DEPTH: usize = 6;

/// How many times larger than the file its contents may be. Real text compresses 10:1 at best, a bomb a million to one.
const MAX_RATIO: u64 = 400;

/// What any file may unpack to, whatever the ratio: small files of repeated text compress extremely well.
const ALWAYS_ALLOWED: u64 = 256 << 20;

/// What one file may unpack to in total.
const MAX_UNPACKED: u64 = 1 << 40;

/// How much of one file was unpacked, over all levels of nested archives.
#[derive(Debug, Default)]
pub(super) struct Budget {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
}

impl Budget {
    /// The budget of a file of `packed` bytes.
    pub(super) fn new(packed: u64) -> Self {
        Self { packed: Cell::new(packed), unpacked: Cell::new(0) }
    }

    /// Counts bytes that arrived from a stream whose size is not known beforehand.
    pub(super) fn arrived(&self, bytes: usize) {
        self.packed.set(self.packed.get().saturating_add(bytes as u64));
    }

    fn spend(&self, bytes: usize) -> io::Result<()> {
        let unpacked = self.unpacked.get().saturating_add(bytes as u64);
        self.unpacked.set(unpacked);
        let allowed = self.packed.get().saturating_mul(MAX_RATIO).clamp(ALWAYS_ALLOWED, MAX_UNPACKED);
        if unpacked > allowed {
            let details = format!("unpacks to more than {} MiB, far beyond its size: a zip bomb", allowed >> 20);
            return Err(Damage::fatal(RefusalKind::ZipBomb.because(details)));
        }
        Ok(())
    }
}

/// A stream of unpacked bytes that counts against the budget.
pub(super) struct Unpacked<'b, R> {
    inner: R,
    budget: &'b Budget,
}

impl<'b, R: Read> Unpacked<'b, R> {
    pub(super) fn new(inner: R, budget: &'b Budget) -> Self {
        Self { inner, budget }
    }
}

impl<R: Read> Read for Unpacked<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.budget.spend(read)?;
        Ok(read)
    }
}

/// A stream of unknown size that counts what arrives.
pub(super) struct Arriving<'b, R> {
    pub(super) inner: R,
    pub(super) budget: &'b Budget,
}

impl<R: Read> Read for Arriving<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.budget.arrived(read);
        Ok(read)
    }
}

/// What is wrong with a stream, as the error of its reader.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub(super) struct Damage {
    reason: Reason,
    can_go_on: bool,
}

impl Damage {
    /// Damage in the middle of a stream: reading can go on after it.
    pub(super) fn local(reason: Reason) -> io::Error {
        io::Error::other(Self { reason, can_go_on: true })
    }

    /// Damage that ends the stream.
    pub(super) fn fatal(reason: Reason) -> io::Error {
        io::Error::other(Self { reason, can_go_on: false })
    }

    /// Whether reading can go on after this error.
    pub(super) fn can_go_on(error: &io::Error) -> bool {
        Self::of(error).is_some_and(|damage| damage.can_go_on)
    }

    /// The reason of a refusal that this error states.
    pub(super) fn reason(error: &io::Error) -> Option<&Reason> {
        Self::of(error).map(|damage| &damage.reason)
    }

    fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

/// Everything in a stream, unless it is too long for one record.
pub(super) fn read_whole(input: impl Read, what: &str) -> Result<Vec<u8>, Reason> {
    read_up_to(MAX_RECORD_BYTES, input, what)
}

/// Everything in a stream, unless it has more than `limit` bytes.
pub(super) fn read_up_to(limit: usize, input: impl Read, what: &str) -> Result<Vec<u8>, Reason> {
    let mut bytes = Vec::new();
    input.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|e| io_reason(&e))?;
    if bytes.len() > limit { Err(longer_than(limit, what)) } else { Ok(bytes) }
}

/// One line with its end, as far as it fits; whether it was too long and the rest of it was skipped.
pub(super) fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let mut too_long = false;
    loop {
        let buffer = input.fill_buf()?;
        let (used, done) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        too_long |= line.len() + used > MAX_RECORD_BYTES;
        if !too_long {
            line.extend_from_slice(buffer.get(..used).unwrap_or_default());
        }
        input.consume(used);
        if done {
            return Ok(too_long);
        }
    }
}

/// The refusal of something over [`MAX_RECORD_BYTES`].
pub(super) fn too_long(what: &str) -> Reason {
    longer_than(MAX_RECORD_BYTES, what)
}

/// The refusal of something over `limit` bytes.
fn longer_than(limit: usize, what: &str) -> Reason {
    RefusalKind::TooLong.because(format!("{what} longer than {} MiB: not an article", limit >> 20))
}

/// A system error as the reason of a refusal.
pub(super) fn io_reason(e: &io::Error) -> Reason {
    if let Some(damage) = Damage::of(e) {
        return damage.reason.clone();
    }
    match e.kind() {
        io::ErrorKind::PermissionDenied => RefusalKind::Unreadable.because("cannot be read: permission denied"),
        io::ErrorKind::NotFound => RefusalKind::Unreadable.because("cannot be read: no such file"),
        io::ErrorKind::UnexpectedEof => RefusalKind::CutOff.because("ends in the middle"),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            RefusalKind::Damaged.because(format!("cannot be unpacked: {e}"))
        }
        _ => RefusalKind::Unreadable.because(format!("cannot be read: {e}")),
    }
}

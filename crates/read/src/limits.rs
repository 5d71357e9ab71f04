//! Limits that keep hostile input from eating memory, time or disk.

use super::MAX_RECORD_BYTES;
use std::{
    cell::Cell,
    io::{self, BufRead, Read},
};

/// How deep archives may lie in archives.
pub(super) const MAX_DEPTH: usize = 6;

/// How many times larger than the file its contents may be. Real text packs to a tenth at best, a bomb to millionths.
const MAX_RATIO: u64 = 400;

/// What any file may unpack to, whatever the ratio: small files of repeated text pack extremely well.
const ALWAYS_ALLOWED: u64 = 256 << 20;

/// What one file may unpack to in all.
const MAX_UNPACKED: u64 = 1 << 40;

/// What was unpacked of one file, all levels of archives together.
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
            let message = format!("unpacks to more than {} MiB, far beyond its size: a zip bomb", allowed >> 20);
            return Err(io::Error::other(message));
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

/// Damage in the middle of a stream, after which reading may go on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Damage(pub(super) String);

impl Damage {
    pub(super) fn error(reason: impl Into<String>) -> io::Error {
        io::Error::other(Self(reason.into()))
    }

    /// Whether reading may go on after this error.
    pub(super) fn is_passable(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|e| e.is::<Self>())
    }
}

/// Everything in a stream, unless it is too long for one record.
pub(super) fn read_whole(input: impl Read, what: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    input.take(MAX_RECORD_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|e| io_reason(&e))?;
    if bytes.len() > MAX_RECORD_BYTES { Err(too_long(what)) } else { Ok(bytes) }
}

/// One line with its end, as far as it fits; whether it was too long and the rest was passed over.
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
pub(super) fn too_long(what: &str) -> String {
    format!("{what} longer than {} MiB: no article", MAX_RECORD_BYTES >> 20)
}

/// A system error in the words of a refusal.
pub(super) fn io_reason(e: &io::Error) -> String {
    match e.kind() {
        io::ErrorKind::PermissionDenied => "cannot be read: permission denied".into(),
        io::ErrorKind::NotFound => "cannot be read: no such file".into(),
        io::ErrorKind::UnexpectedEof => "ends in the middle".into(),
        _ if Damage::is_passable(e) => e.to_string(),
        _ => format!("cannot be read: {e}"),
    }
}

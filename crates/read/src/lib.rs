//! Reading: from folders, files and archives to raw [`Record`]s, nothing understood yet.
//!
//! Reading has two steps. One thread walks the folders and splits what it finds into [`Piece`]s, each the bytes of one
//! record, in a deterministic order; nothing is ever unpacked to disk. Any thread then turns a piece into records:
//! decoding and parsing are the costly part. A bad input never ends the run and is never silently lost: a
//! [`Refusal`] takes its place. This crate must never look at what a text *means*: it depends on nothing
//! that knows a language.

#![cfg_attr(test, allow(clippy::string_slice, reason = "a test that panics has failed, which is what it is for"))]

pub mod encoding;
mod fields;
mod formats;
pub mod isolation;
mod limits;
mod listing;
mod skip;
mod source;
mod walk;

pub use fields::FieldMap;
pub use formats::{Piece, parse_bytes};
pub use source::{Content, Every, Selection, Source, Stamp, content_of};
pub use walk::{Visited, absolute, check_paths, is_stdin, read_paths, visit_files};

use std::ops::ControlFlow;
use svodka_model::record::{Origin, Reason, Record, Refusal, RefusalKind};

/// The longest text of one article, and the longest line of a file of records, in bytes.
///
/// The longest of 53,500 real news items has under 200 KB: anything larger is not an article, and this bound keeps the
/// memory of a run bounded.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// Version of the readers: raised when they make other records of the same files, so that an index reads its files again.
pub const READING_VERSION: u32 = 2;

/// What reading yields, in the order of the files and of the records in them.
#[derive(Debug)]
pub enum ReadEvent {
    /// A file; everything up to [`ReadEvent::Done`] comes from it.
    Begin(Source),
    /// The bytes of a record.
    Piece(Piece),
    /// An input that could not be read.
    Refused(Refusal),
    /// The end of that file.
    Done(Source),
}

/// Where the events go; the consumer may stop the reading.
pub type Sink<'a> = dyn FnMut(ReadEvent) -> ControlFlow<()> + 'a;

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Which fields of JSON and CSV records mean what.
    pub fields: FieldMap,
    /// A folder not to read, by its canonical path: the index itself.
    pub excluded: Option<std::path::PathBuf>,
    /// Where to parse what may end the process that parses it; without them, here, and only panics are survived.
    pub workers: Option<std::sync::Arc<isolation::Workers>>,
}

//! Reading: from folders, files and archives to raw [`Record`]s, nothing understood yet.
//!
//! It goes in two steps. One thread walks the folders and splits what it finds into [`Piece`]s, each the bytes of one
//! record, in a deterministic order; nothing is ever unpacked to disk. Any thread then turns a piece into records:
//! decoding and parsing are the costly part. A bad input never ends the run and is never silently lost: a
//! [`Refusal`] stands in for it. This crate must never look at what a text *means*: it depends on nothing
//! that knows a language.

pub mod encoding;
mod fields;
mod formats;
mod limits;
mod listing;
mod source;
mod walk;

pub use fields::FieldMap;
pub use formats::{Piece, parse_bytes};
pub use source::{Content, Every, Selection, Source, Stamp, content_of};
pub use walk::{Seen, absolute, check_paths, is_stdin, read_paths, visit_files};

use std::ops::ControlFlow;
use svodka_model::record::{Origin, Record, Refusal};

/// The longest text of one article, and the longest line of a file of records, in bytes.
///
/// The longest real news item among 53,500 has under 200 KB: what is larger is no article, and a bound on it is what
/// keeps the memory of a run bounded.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// What reading hands on, one at a time.
#[derive(Debug)]
pub enum Item {
    /// A file of which everything up to [`Item::Done`] comes.
    Begin(Source),
    /// The bytes of a record.
    Piece(Piece),
    /// An input that could not be read.
    Refused(Refusal),
    /// A file of which everything has been handed on.
    Done(Source),
}

/// Where the items go; the consumer may stop the reading.
pub type Sink<'a> = dyn FnMut(Item) -> ControlFlow<()> + 'a;

/// How to read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Which fields of JSON and CSV records mean what.
    pub fields: FieldMap,
    /// A folder to keep out of, by its canonical path: the index itself.
    pub passed_over: Option<std::path::PathBuf>,
}

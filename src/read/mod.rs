//! Reading: from folders and files to raw [`Record`]s, nothing understood yet.
//!
//! A reader pushes every record, or the [`Refusal`] that stands in for it, into a sink, in a deterministic order. A
//! bad input never ends the run and is never silently lost. This module must never look at what a text *means*.

mod jsonl;
mod text;
mod walk;

pub use walk::{check_paths, read_paths};

use std::ops::ControlFlow;

/// What a reader hands on, one at a time; the consumer may stop the reading.
pub type Sink<'a> = dyn FnMut(Result<Record, Refusal>) -> ControlFlow<()> + 'a;

/// The longest text of one article, and the longest line of a file of records, in bytes.
///
/// The longest real news item among 53,500 has under 200 KB: what is larger is no article, and a bound on it is what
/// keeps the memory of a run bounded.
pub const MAX_RECORD_BYTES: usize = 32 << 20;

/// Where a record was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, as the user would name it.
    pub path: String,
    /// The same file by its absolute path: what ids are made from.
    pub absolute: String,
    /// Line of the record, from 1, for files that hold many.
    pub line: Option<u64>,
}

impl Origin {
    /// `file` or `file:line`.
    #[must_use]
    pub fn display(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.path),
            None => self.path.clone(),
        }
    }

    /// The name of the folder that holds the file, if any.
    #[must_use]
    pub fn folder(&self) -> Option<&str> {
        let mut parts = self.absolute.rsplit(['/', '\\']);
        parts.next();
        parts.next().filter(|name| !name.is_empty())
    }
}

/// One article as it stands in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it was read.
    pub origin: Origin,
    /// The input's own id, if it has one.
    pub id: Option<String>,
    /// The input's own title, if it has one.
    pub title: Option<String>,
    /// The text, decoded but not yet cleaned.
    pub text: String,
    /// The input's own date, in whatever form.
    pub date: Option<String>,
    /// The article's address.
    pub url: Option<String>,
    /// Who published it, in whatever form.
    pub outlet: Option<String>,
}

/// An input that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Refusal {
    /// The file, or `file:line`.
    pub path: String,
    /// Why; lower-case, without a full stop.
    pub reason: String,
}

impl Refusal {
    /// Refuses what was read at `origin`.
    pub fn new(origin: &Origin, reason: impl Into<String>) -> Self {
        Self { path: origin.display(), reason: reason.into() }
    }
}

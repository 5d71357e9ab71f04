//! What can end a command: the user's input, the environment, a damaged index, or a bug of ours.
//!
//! Messages are lower-case, without a full stop, and say the fix. A bad *article* does not end a run: it becomes a
//! [`Refusal`](svodka_model::record::Refusal), listed with its path and reason while the run goes on.

use std::path::PathBuf;
use svodka_model::error::{EnvironmentError, InputError, QueryError};

/// Result of library calls.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any failure that ends a command.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What the user typed or pointed at cannot be used.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The machine said no.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The search engine's storage failed.
    #[error("index storage: {0}")]
    Storage(tantivy::TantivyError),
    /// A file of the index holds what no version of the program writes: a bad disk or an edited file.
    #[error("{}: damaged ({what}); restore it from a backup or rebuild the index with svodka-index --rebuild", .path.display())]
    Damaged {
        /// The file, or the index folder where the file is not known.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// A file that remembers which articles were told of is damaged; the index itself is not concerned.
    #[error("{}: damaged ({what}); restore it from a backup, or run svodka-query watch reset, which takes all articles now in the index as told", .path.display())]
    DamagedAlerts {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The answer was not ready by the moment set for it.
    #[error("no answer in the time allowed; ask for less")]
    TimeUp,
    /// Something that must not happen did: our own bug.
    #[error("internal error: {0} (please report it)")]
    Bug(String),
}

impl From<tantivy::TantivyError> for Error {
    fn from(e: tantivy::TantivyError) -> Self {
        match e {
            tantivy::TantivyError::DataCorruption(what) => Self::damaged("index", format!("{what:?}")),
            e => Self::Storage(e),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        Self::Environment(EnvironmentError::Output(e))
    }
}

impl From<QueryError> for Error {
    fn from(e: QueryError) -> Self {
        Self::Input(InputError::Query(e))
    }
}

impl Error {
    /// An input/output failure at `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Environment(EnvironmentError::io(path, source))
    }

    /// A damaged file of the index.
    pub fn damaged(path: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.into(), what: what.into() }
    }

    /// A damaged file of what was told.
    pub fn damaged_alerts(path: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self::DamagedAlerts { path: path.into(), what: what.into() }
    }
}

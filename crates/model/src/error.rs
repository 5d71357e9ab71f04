//! What the user or the environment can cause, as values; which of them ends a command is decided further up.
//!
//! Messages are lower-case, without a full stop, and say the fix.

mod query;

pub use query::{Columns, QueryError};

use std::path::PathBuf;

/// Mistakes the user can mend by typing something else.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A path given on the command line is not there.
    #[error("{}: no such file or folder", .0.display())]
    NoSuchPath(PathBuf),
    /// A path given on the command line is there, but the system will not let us look at it.
    #[error("{}: {source}", .path.display())]
    UnreadablePath {
        /// The path as typed.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The index folder does not exist.
    #[error("{}: no index here; build one with: svodka-index --index {} FOLDER", .0.display(), .0.display())]
    NoIndex(PathBuf),
    /// The folder exists but is not an index of ours.
    #[error("{}: not a Svodka index ({reason}); choose another folder with --index", .path.display())]
    NotAnIndex {
        /// The folder.
        path: PathBuf,
        /// What was found instead.
        reason: String,
    },
    /// The index has an older layout, which only a rebuild replaces.
    #[error("{}: this index has format {found}, this program reads {ours}; rebuild it with: svodka-index --rebuild --index {} FOLDER", .path.display(), .path.display())]
    OtherFormat {
        /// The index folder.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The format of this program.
        ours: u32,
    },
    /// The index was made by a newer program.
    #[error("{}: this index was made by a newer version ({what}); use a newer program, or rebuild it with: svodka-index --rebuild --index {} FOLDER", .path.display(), .path.display())]
    NewerIndex {
        /// The index folder.
        path: PathBuf,
        /// What is newer.
        what: String,
    },
    /// The index was made with other dictionaries, rules or another analyzer; its articles can be made anew from what it
    /// stores.
    #[error("{}: this index was made by another version ({reason}); bring it up to date with: svodka-index --index {}", .path.display(), .path.display())]
    OutOfDate {
        /// The index folder.
        path: PathBuf,
        /// Which part differs.
        reason: &'static str,
    },
    /// A query that cannot be understood.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A filter names a facet value that the archive does not hold.
    #[error("{facet} «{value}» is not in this index{}", did_you_mean(.suggestions))]
    UnknownValue {
        /// The facet's name.
        facet: &'static str,
        /// What was asked for.
        value: String,
        /// The nearest values, best first.
        suggestions: Vec<String>,
    },
    /// An option's value cannot be used.
    #[error("{option}: {reason}")]
    BadOption {
        /// The option as typed.
        option: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// No article has this id or path.
    #[error("no article «{id}» in this index{}", did_you_mean(.suggestions))]
    NoSuchArticle {
        /// What was asked for.
        id: String,
        /// The nearest ids or paths.
        suggestions: Vec<String>,
    },
    /// Several articles have this id.
    #[error("several articles have the id «{id}»; name one with its source: {}", quoted(.choices))]
    AmbiguousId {
        /// What was asked for.
        id: String,
        /// Names of some of them, `SOURCE#ID`.
        choices: Vec<String>,
    },
    /// A dictionary of names is malformed.
    #[error("{file}:{line}: {reason}")]
    Dictionary {
        /// Name of the dictionary.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

/// Trouble with the machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// Reading or writing a file failed.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another indexer is writing to this index.
    #[error("{}: another svodka-index is writing to this index; wait for it to end", .0.display())]
    Locked(PathBuf),
    /// Writing results failed.
    #[error("cannot write the output: {0}")]
    Output(#[from] std::io::Error),
}

impl EnvironmentError {
    /// An input/output failure at `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }
}

fn did_you_mean(suggestions: &[String]) -> String {
    if suggestions.is_empty() {
        return String::new();
    }
    format!("; did you mean {}?", quoted(suggestions))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("«{name}»")).collect::<Vec<_>>().join(", ")
}

//! Names: the dictionaries of known sources, outlets, organisations, places and people, and how text is matched to them.
//!
//! A dictionary line is `NAME | ALIASES | ATTRIBUTES | REASON` (see `data/README.md`). Matching works on sequences of
//! index terms, longest first, so every case form of a name is found; capital letters are checked on the text itself.
//! This module must never decide what part a name plays: that is extraction.

mod entry;
pub mod first_names;
pub mod forms;
pub mod gazetteer;
mod keys;
mod lexicon;
mod matcher;
pub mod normal;
mod table;

pub use entry::{Alias, Entry, EntryId, NameKind, Strength, parse_dictionary};
pub use gazetteer::Gazetteer;
pub(crate) use keys::is_quote;
pub use keys::{WordCache, WordKeys};
pub use lexicon::{DICTIONARIES, Lexicon};
pub use matcher::NameMatch;

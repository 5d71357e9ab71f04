//! Russian language and extraction: from the text of a record to an [`Article`](svodka_model::Article) with its outlet,
//! actors, cited sources and boilerplate.
//!
//! The modules follow the flow of data: [`clean`] → [`analyse`] → [`names`] → [`ner`] → [`extract`]. All of it is pure:
//! the same record always gives the same article. This crate must never do I/O and never know of an index.

pub mod analyse;
pub mod clean;
pub mod extract;
pub mod fingerprint;
pub mod names;
pub mod ner;
pub mod reprint;
mod word_classes;

pub use word_classes::acronym_endings;

/// Fingerprint of every file in `data/` but its description: what is embedded in this program. An index made with another
/// one holds articles that this program would extract otherwise.
pub const DATA_FINGERPRINT: &str = env!("SVODKA_DATA_FINGERPRINT");

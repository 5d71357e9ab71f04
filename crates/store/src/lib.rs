//! The index on disk: schema, stored articles, stem lists, manifest, and opening an index for reading.
//!
//! `DIR/manifest.json` names what made the index and the folder that holds tantivy's segments. This crate must never
//! look into the language of articles: it stores what extraction found and what analysis made of the words. It knows
//! nothing of input files (`svodka-ingest`) or of the query language (`svodka-search`).

pub mod analyzer;
mod compact;
mod directory;
pub mod document;
pub mod error;
pub mod files;
mod gazetteer;
mod keys;
mod manifest;
mod metadata;
pub mod open;
pub mod schema;
mod stats;
pub mod stems;
pub mod stories;
pub mod words;

pub use document::{FacetValue, IndexTerms, SaidLabels, StoredArticle, confidence_of, said_labels, term_prefix};
pub use error::{Error, Result};
pub use gazetteer::{extraction_lexicon, read_gazetteer};
pub use keys::Keys;
pub use manifest::{Difference, FORMAT, LINES, Manifest};
pub use metadata::Metadata;
pub use open::Index;
pub use schema::{Facet, Fields};
pub use stats::Stats;
pub use stems::{Stems, StemsPlugin};
pub use stories::{PublishedAt, Stories};

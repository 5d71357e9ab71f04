//! The index on disk: schema, manifest, building and opening.
//!
//! `DIR/manifest.json` says what made the index and names the folder that holds tantivy's segments. This module must
//! never look into the language of articles: it stores what extraction found and what analysis made of the words.

mod analyzer;
mod build;
mod document;
mod manifest;
mod open;
mod pipeline;
mod schema;
mod stats;

pub use build::{BuildOptions, Progress, Report, build};
pub use document::{FacetValue, decode_article};
pub(crate) use document::{SaidLabels, said_labels, term_prefix};
pub use manifest::{Manifest, fingerprint};
pub use open::Index;
pub use pipeline::{Extracted, Found, Input, extract_all};
pub use schema::{Facet, Fields};
pub use stats::Stats;

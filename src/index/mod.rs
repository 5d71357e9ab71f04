//! The index on disk: schema, manifest, building and opening.
//!
//! `DIR/manifest.json` says what made the index and names the folder that holds tantivy's segments. This module must
//! never look into the language of articles: it stores what extraction found and what analysis made of the words.

mod analyzer;
mod build;
mod catalogue;
mod check;
mod compact;
mod directory;
mod document;
mod gazetteer;
mod housekeeping;
mod ingest;
mod learn;
mod manifest;
mod merging;
mod open;
mod parallel;
mod pipeline;
mod reresolve;
mod same;
mod schema;
mod stats;
mod stems;
mod survey;
mod update;
pub(crate) mod words;

pub use build::{BuildOptions, COMMIT_EVERY, Progress, Report, build};
pub use check::Checked;
pub use document::{FacetValue, IndexTerms, decode_article};
pub(crate) use document::{SaidLabels, said_labels, term_prefix};
pub use gazetteer::{extraction_lexicon, read_gazetteer};
pub use ingest::{FAILURES, Ingest, Refusals};
pub use manifest::{Manifest, fingerprint};
pub use open::Index;
pub use pipeline::{Extracted, Found, Input, extract_all};
pub use schema::{Facet, Fields};
pub use stats::Stats;
pub use stems::{Stems, StemsPlugin};

//! Building and updating an index: from folders of input files to committed documents, incrementally.
//!
//! A run surveys the folders against the catalogue of files and articles, reads only what changed, extracts in
//! parallel, and commits documents and catalogue in one step. This crate must never look into the language of articles
//! or answer queries.

mod build;
mod catalogue;
mod check;
mod housekeeping;
mod ingest;
mod learn;
mod merging;
mod parallel;
mod pipeline;
mod reresolve;
mod same;
mod survey;
mod update;

pub use build::{BuildOptions, COMMIT_EVERY, Progress, Report, build};
pub use check::{Checked, check};
pub use ingest::{FAILURES, Ingest, Refusals, ingest};
pub use pipeline::{Extracted, Found, Input, extract_all};

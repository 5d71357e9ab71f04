//! Building and updating an index: from folders of input files to committed documents, incrementally.
//!
//! A run compares the folders with the catalogue of files and articles ([`survey`]), reads only what changed, extracts in
//! parallel ([`pipeline`]), and commits documents and catalogue in one step ([`update`]). This crate must never look into
//! the language of articles or answer queries.

mod build;
mod catalogue;
mod check;
mod duplicates;
mod housekeeping;
mod memory;
mod merging;
mod odd_dates;
mod parallel;
mod pipeline;
mod repeated_lines;
mod report;
mod reresolve;
mod stories;
mod survey;
mod update;
mod upgrade;
mod writer;

pub use build::{BuildOptions, COMMIT_EVERY, Phase, Progress, Report, build};
pub use check::{Checked, check};
pub use odd_dates::{OddDate, OddDates};
pub use pipeline::{Extracted, Input, ReadArticle, extract_all};
pub use report::{FAILURES, Ingest, Refusals, ingest};

use svodka_store::{Index, error::Result};

/// How often an answer is asked for again that an indexer may have spoilt.
const ATTEMPTS: usize = 50;

/// Looks at an index. An indexer that works at the same time may remove files that are only opened while looking: as long
/// as the index has changed and the answer is an error or not `is_sound`, its newest state is looked at again.
fn on_newest_state<T>(index: &Index, look: impl Fn(&Index) -> Result<T>, is_sound: impl Fn(&T) -> bool) -> Result<T> {
    let mut outcome = look(index);
    let mut newest: Option<Index> = None;
    for _ in 0..ATTEMPTS {
        let is_final = outcome.as_ref().is_ok_and(&is_sound) || !newest.as_ref().unwrap_or(index).has_changed()?;
        if is_final {
            break;
        }
        let opened = Index::open(index.folder())?;
        outcome = look(&opened);
        newest = Some(opened);
    }
    outcome
}

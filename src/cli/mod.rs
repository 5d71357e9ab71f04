//! Command lines: what the user typed, checked and turned into the library's own options.
//!
//! The only module that knows clap. Data goes to standard output, everything else to standard error.

mod account;
pub mod alerts;
pub mod batch;
pub mod common;
mod completions;
mod gazetteer;
mod help;
pub mod index;
mod manual;
mod preview;
mod progress;
pub mod query;
pub mod request;
pub mod search;
pub mod serve;
mod values;
mod watch;

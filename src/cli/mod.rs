//! Command lines: what the user typed, checked and turned into the library's own options.
//!
//! The only module that knows clap. Data goes to standard output, everything else to standard error.

mod account;
pub mod batch;
pub mod common;
pub mod index;
mod preview;
pub mod query;
pub mod request;
pub mod search;
pub mod serve;
mod watch;

//! Integration tests of the language crate: golden articles and the tagger against its reference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test that panics has failed, which is what it is for"
)]

mod attribution; // golden articles: rules and traps of attribution
mod cases; // reports of users of Russian search
mod ner; // the tagger against the reference implementation

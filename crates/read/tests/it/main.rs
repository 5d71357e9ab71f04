//! Integration tests of reading: folders, archives, broken files, encodings.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed, which is what it is for"
)]

mod encodings; // the same feeds in several encodings
mod reading; // what is read, what is refused, in which order

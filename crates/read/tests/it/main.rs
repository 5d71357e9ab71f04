//! Integration tests of reading: folders, archives, broken files, encodings.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed, which is what it is for"
)]

mod cases; // what newsrooms really keep, and what is read of it
mod encodings; // the same feeds in several encodings
mod hostile; // inputs made to stall or end a run
mod reading; // what is read, what is refused, in which order
mod reading_version; // other records need another version
mod truncation; // every fixture cut off at random places

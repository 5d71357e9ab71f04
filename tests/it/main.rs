//! Integration tests: the two programs as people run them, and the data files they carry.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed, which is what it is for"
)]

mod alerts; // saved searches tell of new articles once
mod bad_input; // what must be refused, and how
mod chrome; // lines that stand under many articles
mod crash; // folders that change, indexers that are killed, disks that are full
mod dictionaries; // the name dictionaries are well-formed and large enough
#[cfg(feature = "serve")]
mod exports; // spreadsheets and references, from the command line and over HTTP
mod extraction_version; // changed articles need a higher version of the extraction rules
mod facets; // counts against a brute-force count over article objects
mod fuzz; // the bodies of the fuzz targets on inputs that are nearly right
mod gazetteer; // the example of its description
mod guide; // every command of the guide, with its output
mod harness; // running the programs in a folder of their own
mod language; // every example of the query language, and queries nobody would type
#[cfg(feature = "mcp")]
mod mcp; // the Model Context Protocol over standard input and output
mod objects; // counting over article objects
mod paradigms; // every form of a word finds every other
mod ranking; // headlines find their articles
mod readme; // every command of the README
mod relations; // who cites whom, who goes with whom, who says what
#[cfg(feature = "serve")]
mod request; // every parameter, the same on the command line, in a batch and over HTTP
mod sample; // the sample archive, end to end
mod samples; // a small valid input of each format
#[cfg(feature = "serve")]
mod serve; // the HTTP API, its limits and its guards
#[cfg(feature = "serve")]
mod server_room; // base path, several archives, sessions, figures, log, compression
mod shell; // the command line: completion, help, refusals, hints, colour
mod stories; // who prints the same text, and in what order
mod truncation; // a cut copy of each sample loses only what is cut

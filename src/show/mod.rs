//! Showing: articles, hits and facets as JSON, CSV or text for a terminal.
//!
//! Article text is untrusted: what goes to a terminal is escaped here, and formulas in CSV are defused here. This
//! module must never search or read files.

pub mod associations;
pub mod citations;
pub mod csv;
pub mod escape;
pub mod json;
pub mod origins;
pub mod table;
pub mod terminal;

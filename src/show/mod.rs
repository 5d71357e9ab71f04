//! Showing: articles, hits and facets as JSON, CSV, an Excel workbook, references or text for a terminal.
//!
//! Article text is untrusted: what goes to a terminal is escaped here, and formulas in CSV are defused here. This
//! module must never search or read files.

pub mod associations;
pub mod citation_table;
pub mod citations;
pub mod csv;
pub mod escape;
pub mod json;
pub mod matches;
pub mod origins;
pub mod reference;
pub mod sources;
pub mod spreadsheet;
pub mod table;
pub mod terminal;
pub mod xlsx;

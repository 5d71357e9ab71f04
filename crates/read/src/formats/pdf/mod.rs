//! PDF: the text layer, one article a file.
//!
//! A PDF says where letters are drawn, not what is a word, a line or a paragraph: [`device`] finds the letters and where
//! they are, [`layout`] puts them together again. Pages without a text layer, such as scans, are refused by their
//! numbers. Time and memory are bounded by counts, not by clocks, so that every run gives the same.

#[cfg(feature = "web-formats")]
mod cmap;
#[cfg(feature = "web-formats")]
mod device;
#[cfg(feature = "web-formats")]
mod document;
#[cfg(feature = "web-formats")]
mod font;
#[cfg(feature = "web-formats")]
mod layout;

use super::{FieldMap, Format, Piece, Place, Reason, RecordParser, Records, Sink, Sniff};
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct Pdf;

/// The largest file, in bytes: a report with its pictures, not an album.
const MAX_FILE: usize = 64 << 20;

impl Format for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        // Some bytes may come before the mark.
        sniff.ascii.get(..1024).unwrap_or(&sniff.ascii).contains("%pdf-")
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        place.whole_up_to(MAX_FILE, input, sink, &Self)
    }
}

impl RecordParser for Pdf {
    fn format(&self) -> &'static str {
        "pdf"
    }

    /// The library is known to panic on none of thousands of damaged files; if it does, it costs that file.
    #[cfg(feature = "web-formats")]
    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        use std::panic::{AssertUnwindSafe, catch_unwind};
        let read = catch_unwind(AssertUnwindSafe(|| document::read(&piece.bytes)));
        let (record, damage) = read.unwrap_or_else(|_| Err(Reason::reader_failed()))?;
        Ok(piece.with_damage(record, damage))
    }

    #[cfg(not(feature = "web-formats"))]
    fn parse(&self, _: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        Err(super::not_built("PDF file"))
    }
}

#[cfg(test)]
#[cfg(feature = "web-formats")]
mod tests;

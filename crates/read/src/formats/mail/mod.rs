//! Mail: single messages (eml, emlx), mailboxes (mbox) and pages saved as one file (MHTML).
//!
//! A newsletter is an article: its HTML part, else its plain one; the subject is the title, the sender the outlet. A
//! page saved by a browser is read as the page it is, with the address it was saved from. Attachments are not read.

#[cfg(feature = "web-formats")]
mod header;
mod mbox;
#[cfg(feature = "web-formats")]
mod message;

use super::{
    FieldMap, Format, Piece, Place, Reason, Record, RecordParser, Records, RefusalKind, Sink, Sniff, html, io_reason,
    limits,
};
use std::{io::BufRead, ops::ControlFlow};

pub(super) use mbox::Mbox;

/// The largest message, in bytes: attachments are written into it as text.
const MAX_MESSAGE: usize = 32 << 20;

/// Headers that messages begin with.
const HEADERS: [&str; 18] = [
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "delivered-to",
    "from",
    "to",
    "subject",
    "date",
    "sender",
    "reply-to",
    "content-type",
    "content-transfer-encoding",
    "content-location",
    "dkim-signature",
    "list-id",
    "cc",
    "arc-seal",
];

pub(super) struct Mail;

impl Format for Mail {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        begins_with_headers(without_count(&sniff.ascii))
            || sniff.is_named(&["eml", "emlx"]) && sniff.ascii.contains(':')
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        place.whole_up_to(MAX_MESSAGE, input, sink, &Self)
    }
}

impl RecordParser for Mail {
    fn format(&self) -> &'static str {
        "mail"
    }

    #[cfg(feature = "web-formats")]
    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Records, Reason> {
        let bytes = piece.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&piece.bytes);
        message::parse(count_stripped(bytes), piece, fields, 0).map(|record| vec![Ok(record)])
    }

    #[cfg(not(feature = "web-formats"))]
    fn parse(&self, _: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        Err(super::not_built("mail message"))
    }
}

/// A page that a browser saved together with its pictures, as a message.
pub(super) struct Mhtml;

impl Format for Mhtml {
    fn name(&self) -> &'static str {
        "mhtml"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let head = sniff.ascii.split("\n\n").next().unwrap_or("").split("\r\n\r\n").next().unwrap_or("");
        let saved = ["snapshot-content-location:", "from: <saved by", "from: \"saved by"]
            .iter()
            .any(|mark| head.contains(mark));
        let named = || sniff.is_named(&["mht", "mhtml"]) && !sniff.ascii.starts_with('<');
        saved && begins_with_headers(&sniff.ascii) || named()
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        place.whole_up_to(MAX_MESSAGE, input, sink, &Self)
    }
}

impl RecordParser for Mhtml {
    fn format(&self) -> &'static str {
        "mhtml"
    }

    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Records, Reason> {
        Mail.parse(piece, fields)
    }
}

/// Whether a text begins like a message: only headers down to the first empty line, and at least two of those that mark one.
pub(super) fn begins_with_headers(ascii: &str) -> bool {
    let mut seen = [false; HEADERS.len()];
    for line in ascii.lines().take_while(|line| !line.trim().is_empty()).take(100) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        for (known, seen) in HEADERS.iter().zip(&mut seen) {
            *seen |= *known == name;
        }
    }
    let known = seen.iter().filter(|seen| **seen).count();
    known >= 2
}

/// Apple Mail writes the length of a message above it.
fn without_count(ascii: &str) -> &str {
    match ascii.split_once('\n') {
        Some((count, rest)) if !count.trim().is_empty() && count.trim().bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => ascii,
    }
}

#[cfg(feature = "web-formats")]
fn count_stripped(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|b| !(b.is_ascii_digit() || matches!(b, b' ' | b'\r'))).unwrap_or(0);
    match bytes.get(end) {
        Some(b'\n') if end > 0 => bytes.get(end + 1..).unwrap_or_default(),
        _ => bytes,
    }
}

#[cfg(test)]
#[cfg(feature = "web-formats")]
mod tests;

//! Plain text: one file, one article.

use super::{MAX_RECORD_BYTES, Origin, Record, Refusal, walk::io_reason};
use std::io::Read;

/// Reads a whole text file as one article.
pub(super) fn read(input: impl Read, origin: &Origin) -> Result<Record, Refusal> {
    let refuse = |reason: String| Refusal::new(origin, reason);
    let mut bytes = Vec::new();
    input.take(MAX_RECORD_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|e| refuse(io_reason(&e)))?;
    if bytes.len() > MAX_RECORD_BYTES {
        return Err(refuse(too_long("file")));
    }
    let text = decode(bytes).map_err(refuse)?;
    if text.trim().is_empty() {
        return Err(refuse("no text: only white space".into()));
    }
    Ok(Record { origin: origin.clone(), id: None, title: None, text, date: None, url: None, outlet: None })
}

/// UTF-8 with or without a byte-order mark, as a string.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.contains(&0) {
        return Err("binary file, not text".into());
    }
    let mut text =
        String::from_utf8(bytes).map_err(|e| format!("not valid UTF-8 (byte {})", e.utf8_error().valid_up_to()))?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// The refusal of something over [`MAX_RECORD_BYTES`].
pub(super) fn too_long(what: &str) -> String {
    format!("{what} longer than {} MiB: no article", MAX_RECORD_BYTES >> 20)
}

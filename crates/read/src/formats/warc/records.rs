//! The records of a WARC file, whole ones and where damaged ones end.

use super::{
    super::{
        super::limits::{Damage, too_long},
        MAX_RECORD_BYTES, RefusalKind,
        sniff::find,
    },
    MAGIC,
};
use std::io::{self, BufRead};

/// What separates records.
pub(super) const GAP: &[u8] = b"\r\n\r\n";

/// How the next record shows where a length is not to be trusted.
const NEXT: &[u8] = b"\r\nWARC/1.";

/// Bytes read at a time where no length is to be trusted; the longest line of a header.
pub(super) const BLOCK: usize = 64 << 10;

/// The most header lines of a record.
const MAX_HEADERS: usize = 200;

/// A record with its headers.
pub(super) struct WarcRecord {
    pub(super) kind: String,
    pub(super) url: Option<String>,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// The records of a stream.
pub(super) struct Records<'a> {
    window: Window<'a>,
}

impl<'a> Records<'a> {
    pub(super) fn of(input: &'a mut dyn BufRead) -> Self {
        Self { window: Window { input, bytes: Vec::new(), start: 0 } }
    }

    /// The next whole record; a [`Damage`] for one that is not, after which there may be more.
    pub(super) fn next(&mut self) -> io::Result<Option<WarcRecord>> {
        let Some(headers) = self.headers()? else { return Ok(None) };
        let header = |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone());
        let length = header("content-length").and_then(|value| value.parse::<u64>().ok());
        let length = length.ok_or_else(|| Damage::local(RefusalKind::Damaged.because("record without a length")))?;
        let body = match usize::try_from(length).ok().filter(|length| *length <= MAX_RECORD_BYTES) {
            Some(length) => self.body(length)?,
            None => {
                self.window.skip_to_next(length)?;
                return Err(Damage::local(too_long("record")));
            }
        };
        Ok(Some(WarcRecord {
            kind: header("warc-type").unwrap_or_default().to_lowercase(),
            url: header("warc-target-uri").map(|url| url.trim_matches(['<', '>']).to_owned()),
            content_type: header("content-type").unwrap_or_default().to_lowercase(),
            body,
        }))
    }

    /// A body of `length` bytes. One that does not end where it says costs only itself: the next record may have begun
    /// in it.
    fn body(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let there = self.window.fill(length + AFTER_BODY)?;
        if there.len() >= length && ends_well(there.get(length..).unwrap_or_default()) {
            let body = there.get(..length).unwrap_or_default().to_vec();
            self.window.consume(length);
            return Ok(body);
        }
        self.window.skip_to_next(length as u64)?;
        Err(Damage::local(RefusalKind::CutOff.because("half-written record")))
    }

    /// The headers of the next record; whatever comes before it is skipped.
    fn headers(&mut self) -> io::Result<Option<Vec<(String, String)>>> {
        loop {
            match self.window.line()? {
                None => return Ok(None),
                Some(line) if line.starts_with(MAGIC) => break,
                Some(_) => {}
            }
        }
        let mut headers: Vec<(String, String)> = Vec::new();
        for _ in 0..MAX_HEADERS {
            let line = self.window.line()?.unwrap_or_default();
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            if text.is_empty() {
                return Ok(Some(headers));
            }
            if let Some((name, value)) = text.split_once(':') {
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Err(Damage::local(RefusalKind::Damaged.because("record with too many headers")))
    }
}

/// Bytes looked at after a body.
const AFTER_BODY: usize = 16;

/// Whether what follows a body shows that it was whole: line ends and the next record, or the end of the file.
fn ends_well(after: &[u8]) -> bool {
    let rest = after.trim_ascii_start();
    after.starts_with(GAP) || rest.is_empty() && after.len() < AFTER_BODY || rest.starts_with(MAGIC)
}

/// What was read of a stream and not consumed yet. Each byte is read once, and looked at once for the beginning of a
/// record, however many damaged records claim it.
struct Window<'a> {
    input: &'a mut dyn BufRead,
    bytes: Vec<u8>,
    /// Bytes that were consumed.
    start: usize,
}

impl Window<'_> {
    /// At least `wanted` bytes, or all that are left. An error of the stream takes away what was not consumed before it.
    fn fill(&mut self, wanted: usize) -> io::Result<&[u8]> {
        if self.start > BLOCK && self.start * 2 > self.bytes.len() {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        while self.bytes.len() - self.start < wanted {
            let more = match self.input.fill_buf() {
                Ok(more) => more,
                Err(e) => {
                    self.start = self.bytes.len();
                    return Err(e);
                }
            };
            if more.is_empty() {
                break;
            }
            self.bytes.extend_from_slice(more);
            let read = more.len();
            self.input.consume(read);
        }
        Ok(self.bytes.get(self.start..).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.bytes.len());
    }

    /// The next line with its end, cut off at [`BLOCK`]; `None` at the end.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut looked_at = 0;
        loop {
            let there = self.fill(looked_at + 1)?;
            let end = there.get(looked_at..).and_then(|rest| rest.iter().position(|b| *b == b'\n'));
            let length = end.map_or(there.len(), |at| looked_at + at + 1);
            if end.is_none() && length > looked_at && length < BLOCK {
                looked_at = length;
                continue;
            }
            let line = there.get(..length).unwrap_or_default().to_vec();
            self.consume(length);
            return Ok((!line.is_empty()).then_some(line));
        }
    }

    /// Skips a body of `length` bytes, but no further than to the next record: a damaged length must not swallow it.
    fn skip_to_next(&mut self, length: u64) -> io::Result<()> {
        let mut left = length;
        while left > 0 {
            let there = self.fill(BLOCK)?;
            let within = usize::try_from(left).unwrap_or(usize::MAX).saturating_add(NEXT.len()).min(there.len());
            if let Some(next) = find(there.get(..within).unwrap_or_default(), NEXT) {
                self.consume(next + 2);
                return Ok(());
            }
            // The beginning of a record may be cut by the end of what is there.
            let is_last = there.len() < BLOCK;
            let skipped = if is_last { within } else { within.saturating_sub(NEXT.len()).max(1) };
            self.consume(skipped);
            left = left.saturating_sub(skipped as u64);
            if is_last {
                return Ok(());
            }
        }
        Ok(())
    }
}

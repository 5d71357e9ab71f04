//! WARC: archives of fetched pages. Each page is read in its own format, with its address from the record's header.
//!
//! A damaged record costs only itself: reading goes on where the next one begins.

use super::{
    super::limits::{Damage, Unpacked, io_reason, read_whole, too_long},
    Format, Hints, MAX_RECORD_BYTES, Place, ReadEvent, Reason, RefusalKind, Sink, Sniff, read_stream,
    sniff::find,
};
use std::{
    io::{self, BufRead},
    ops::ControlFlow,
};

pub(super) struct Warc;

/// How every record begins.
const MAGIC: &[u8] = b"WARC/";

/// What separates records.
const GAP: &[u8] = b"\r\n\r\n";

/// How the next record shows where a length is not to be trusted.
const NEXT: &[u8] = b"\r\nWARC/1.";

/// Bytes read at a time where no length is to be trusted; the longest line of a header.
const BLOCK: usize = 64 << 10;

/// Bytes that the unpacker of brotli reads at a time.
#[cfg(feature = "web-formats")]
const BROTLI_BUFFER: usize = 4096;

/// The most header lines of a record.
const MAX_HEADERS: usize = 200;

impl Format for Warc {
    fn name(&self) -> &'static str {
        "warc"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.head.starts_with(MAGIC)
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut records = Records { window: Window { input, bytes: Vec::new(), start: 0 } };
        let mut found = false;
        // Robots.txt and sitemaps are to an archive of pages what pictures are: skipped.
        let mut pages = |event: ReadEvent| {
            if matches!(&event, ReadEvent::Refused(refusal) if refusal.kind == RefusalKind::NotAnArticle) {
                return ControlFlow::Continue(());
            }
            found = true;
            sink(event)
        };
        for number in 1u64.. {
            let at = Place { origin: place.origin.record(number), ..place.inside(place.origin.clone()) };
            match records.next() {
                Ok(Some(record)) => record.read(&at, &mut pages)?,
                Ok(None) => break,
                Err(e) => {
                    at.refuse(&mut pages, io_reason(&e))?;
                    if !Damage::can_go_on(&e) {
                        break;
                    }
                }
            }
        }
        if found {
            ControlFlow::Continue(())
        } else {
            place.refuse(sink, RefusalKind::NoRecords.because("no pages in it"))
        }
    }
}

/// A record with its headers.
struct WarcRecord {
    kind: String,
    url: Option<String>,
    content_type: String,
    body: Vec<u8>,
}

/// The records of a stream.
struct Records<'a> {
    window: Window<'a>,
}

impl Records<'_> {
    /// The next whole record; a [`Damage`] for one that is not, after which there may be more.
    fn next(&mut self) -> io::Result<Option<WarcRecord>> {
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

impl WarcRecord {
    fn is_about_the_crawl(&self) -> bool {
        self.url.as_deref().is_some_and(|url| url.starts_with("metadata:") || url.starts_with("urn:"))
    }

    fn read(self, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        match self.kind.as_str() {
            "response" => match Response::parse(&self.body) {
                Some(response) if response.is_page() => response.read(place, self.url, sink),
                Some(_) => ControlFlow::Continue(()),
                None => place.refuse(sink, RefusalKind::Damaged.because("damaged response")),
            },
            // The logs and settings of crawlers have addresses of their own kind.
            "resource" | "conversion" if is_text(&self.content_type) && !self.is_about_the_crawl() => {
                read_body(&self.body, place, self.url, charset(&self.content_type), sink)
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

/// An HTTP response as it was fetched.
pub(super) struct Response<'a> {
    status: u32,
    headers: Vec<(String, String)>,
    body: &'a [u8],
}

impl<'a> Response<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let head = bytes.get(..BLOCK).unwrap_or(bytes);
        let ends = [find(head, GAP).map(|at| (at, GAP.len())), find(head, b"\n\n").map(|at| (at, 2))];
        let (end, gap) = ends.into_iter().flatten().min()?;
        let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
        let status = head.lines().next()?.split_whitespace().nth(1)?.parse().ok()?;
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(n, v)| (n.trim().to_lowercase(), v.trim().to_lowercase())).collect();
        Some(Self { status, headers, body: bytes.get(end + gap..)? })
    }

    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Whether it is something that can hold an article: pictures, styles and errors are skipped.
    pub(super) fn is_page(&self) -> bool {
        self.status == 200 && !self.body.is_empty() && is_text(self.header("content-type"))
    }

    pub(super) fn read(&self, place: &Place<'_>, url: Option<String>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let whole;
        let body = if self.header("transfer-encoding").contains("chunked") {
            whole = unchunk(self.body);
            &whole
        } else {
            self.body
        };
        let mut as_it_is = || read_body(body, place, url.clone(), charset(self.header("content-type")), sink);
        let unpacked = match self.header("content-encoding") {
            // Some crawlers unpack what they fetch and leave the header as it was.
            "gzip" | "x-gzip" if !body.starts_with(b"\x1f\x8b") => return as_it_is(),
            "gzip" | "x-gzip" => {
                read_whole(Unpacked::new(flate2::read::MultiGzDecoder::new(body), place.budget), "page")
            }
            "deflate" => inflate(body, place),
            #[cfg(feature = "web-formats")]
            "br" => {
                let unpacked = brotli_decompressor::Decompressor::new(body, BROTLI_BUFFER);
                read_whole(Unpacked::new(unpacked, place.budget), "page")
            }
            #[cfg(not(feature = "web-formats"))]
            "br" => Err(super::not_built("page compressed with brotli")),
            "" | "identity" => return as_it_is(),
            other => Err(RefusalKind::Unsupported.because(format!("compressed as {other}: not read"))),
        };
        match unpacked {
            Ok(bytes) => read_body(&bytes, place, url, charset(self.header("content-type")), sink),
            Err(reason) => place.refuse(sink, reason),
        }
    }
}

/// «deflate» means zlib by the standard, and raw deflate to some servers.
fn inflate(body: &[u8], place: &Place<'_>) -> Result<Vec<u8>, Reason> {
    let zlib = read_whole(Unpacked::new(flate2::read::ZlibDecoder::new(body), place.budget), "page");
    zlib.or_else(|_| read_whole(Unpacked::new(flate2::read::DeflateDecoder::new(body), place.budget), "page"))
}

fn read_body(
    body: &[u8],
    place: &Place<'_>,
    url: Option<String>,
    charset: Option<String>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let hints = Hints { charset, url, ..Hints::default() };
    read_stream(&Place { hints, ..place.inside(place.origin.clone()) }, body, sink)
}

fn is_text(content_type: &str) -> bool {
    ["html", "text/plain", "xml", "json"].iter().any(|kind| content_type.contains(kind))
        && !content_type.contains("svg")
}

fn charset(content_type: &str) -> Option<String> {
    let (_, rest) = content_type.split_once("charset=")?;
    Some(rest.trim_matches(['"', '\'', ' ']).split([';', ' ']).next()?.trim_matches('"').to_owned())
}

/// The body of a chunked response; what does not look chunked is taken as it is.
fn unchunk(body: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(body.len()), body);
    while let Some(end) = find(rest, b"\r\n") {
        let size = rest.get(..end).and_then(|line| std::str::from_utf8(line).ok());
        let size = size.and_then(|line| usize::from_str_radix(line.split(';').next()?.trim(), 16).ok());
        let Some(size) = size else { break };
        let start = end + 2;
        let chunk = rest.get(start..).map(|r| r.get(..size).unwrap_or(r)).unwrap_or_default();
        out.extend_from_slice(chunk);
        rest = rest.get((start + chunk.len() + 2).min(rest.len())..).unwrap_or_default();
        if size == 0 {
            return out;
        }
    }
    if out.is_empty() { body.to_vec() } else { out }
}

#[cfg(test)]
#[cfg(feature = "web-formats")]
mod tests {
    use super::super::parse_bytes;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn record(url: &str, words: &str) -> Vec<u8> {
        let page = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><title>Т</title><p>{words}</p></html>"
        );
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Length: {}\r\n\r\n{page}\r\n\r\n",
            page.len()
        )
        .into_bytes()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn outcome(name: &str, bytes: &[u8]) -> (Vec<String>, Vec<String>) {
        let (mut texts, mut refused) = (Vec::new(), Vec::new());
        for record in parse_bytes(name, bytes) {
            match record {
                Ok(record) => texts.push(format!("{} {}", record.url.unwrap_or_default(), record.text)),
                Err(refusal) => refused.push(format!("{} {}", refusal.path, refusal.reason)),
            }
        }
        (texts, refused)
    }

    #[test]
    fn pages_with_their_addresses() {
        let bytes = [record("https://a.example/1", "Раз"), record("https://a.example/2", "Два")].concat();
        let found = outcome("a.warc", &bytes);
        assert_eq!(found.0, ["https://a.example/1 Раз", "https://a.example/2 Два"]);
        assert_eq!(found.1, [""; 0]);
    }

    #[test]
    fn half_written_records_cost_only_themselves() {
        let [one, two, three] = ["1", "2", "3"].map(|n| record(n, &format!("Слова {n}")));
        let half = [&one[..], &two[..two.len() - 40], b"\r\n", &three].concat();
        let found = outcome("a.warc", &half);
        assert_eq!(found.0, ["1 Слова 1", "3 Слова 3"]);
        assert_eq!(found.1, ["a.warc:2 half-written record"]);

        let end = [&one[..], &two[..two.len() - 40]].concat();
        assert_eq!(outcome("a.warc", &end).0, ["1 Слова 1"]);
    }

    #[test]
    fn a_record_of_an_impossible_length_costs_only_itself() {
        let liar = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\nx\r\n\r\n";
        let found = outcome("a.warc", &[&record("1", "Раз")[..], liar, &record("3", "Три")].concat());
        assert_eq!(found.0, ["1 Раз", "3 Три"]);
        assert_eq!(found.1, ["a.warc:2 record longer than 16 MiB: not an article"]);
    }

    #[test]
    fn a_damaged_gzip_member_costs_only_itself() {
        let [one, mut two, three] = ["1", "2", "3"].map(|n| gzip(&record(n, &format!("Слова {n}"))));
        let middle = two.len() / 2;
        two[middle..middle + 8].fill(0xff);
        let found = outcome("a.warc.gz", &[&one[..], &two, &three].concat());
        assert_eq!(found.0, ["1 Слова 1", "3 Слова 3"]);
        assert!(found.1.iter().any(|reason| reason.contains("gzip member is damaged")), "{:?}", found.1);
        let cut = [&one[..], &two[..middle], &three].concat();
        assert_eq!(outcome("a.warc.gz", &cut).0, ["1 Слова 1", "3 Слова 3"], "cut off, it swallows nothing");
        let cut = [&one[..], &two[..middle]].concat();
        let found = outcome("a.warc.gz", &cut);
        assert_eq!((found.0, found.1.len()), (vec!["1 Слова 1".to_owned()], 1));
    }
}

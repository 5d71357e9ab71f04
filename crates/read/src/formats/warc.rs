//! WARC: archives of fetched pages. Each page is read in its own format, with its address from the record's header.
//!
//! A damaged record costs only itself: reading goes on where the next one begins.

use super::{
    super::limits::{Damage, Unpacked, io_reason, read_line, read_whole, too_long},
    FieldMap, Format, Hints, MAX_RECORD_BYTES, Piece, Place, Record, Sink, Sniff, read_stream,
    sniff::find,
};
use std::{
    io::{self, BufRead, Cursor, Read},
    ops::ControlFlow,
};

pub(super) struct Warc;

/// How every record begins.
const MAGIC: &[u8] = b"WARC/";

/// What stands between records.
const GAP: &[u8] = b"\r\n\r\n";

/// How the next record shows where a length is not to be trusted.
const NEXT: &[u8] = b"\r\n\r\nWARC/1.";

/// Bytes passed over at a time.
const BLOCK: u64 = 64 << 10;

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
        let mut records = Records { input, put_back: Cursor::new(Vec::new()) };
        for number in 1u64.. {
            let at = Place { origin: place.origin.record(number), ..place.inside(place.origin.clone()) };
            match records.next() {
                Ok(Some(record)) => record.read(&at, sink)?,
                Ok(None) => break,
                Err(e) => {
                    at.refuse(sink, io_reason(&e))?;
                    if !Damage::is_passable(&e) {
                        break;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn parse(&self, _: &Piece, _: &FieldMap) -> Result<Vec<Record>, String> {
        Err("an archive is read record by record".into())
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
    input: &'a mut dyn BufRead,
    put_back: Cursor<Vec<u8>>,
}

impl Records<'_> {
    /// The next whole record; a [`Damage`] for one that is not, after which there may be more.
    fn next(&mut self) -> io::Result<Option<WarcRecord>> {
        let Some(headers) = self.headers()? else { return Ok(None) };
        let header = |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone());
        let length = header("content-length").and_then(|value| value.parse::<u64>().ok());
        let length = length.ok_or_else(|| Damage::error("record without a length"))?;
        if length > MAX_RECORD_BYTES as u64 {
            self.pass_over(length)?;
            return Err(Damage::error(too_long("record")));
        }
        let mut body = Vec::new();
        self.reader().take(length + GAP.len() as u64).read_to_end(&mut body)?;
        let whole = usize::try_from(length).unwrap_or(usize::MAX);
        if body.get(whole..) != Some(GAP) && body.len() > whole || body.len() < whole {
            // Half a record swallowed the beginning of the next one: give it back.
            if let Some(next) = find(&body, b"\r\nWARC/1.") {
                let rest = body.split_off(next);
                let unread = self.unread();
                self.put_back = Cursor::new([rest, unread].concat());
            }
            return Err(Damage::error("half-written record"));
        }
        body.truncate(whole);
        Ok(Some(WarcRecord {
            kind: header("warc-type").unwrap_or_default().to_lowercase(),
            url: header("warc-target-uri").map(|url| url.trim_matches(['<', '>']).to_owned()),
            content_type: header("content-type").unwrap_or_default().to_lowercase(),
            body,
        }))
    }

    /// The headers of the next record; whatever stands before it is passed over.
    fn headers(&mut self) -> io::Result<Option<Vec<(String, String)>>> {
        let mut line = Vec::new();
        loop {
            read_line(&mut self.reader(), &mut line)?;
            if line.is_empty() {
                return Ok(None);
            }
            if line.starts_with(MAGIC) {
                break;
            }
        }
        let mut headers: Vec<(String, String)> = Vec::new();
        for _ in 0..MAX_HEADERS {
            read_line(&mut self.reader(), &mut line)?;
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            if text.is_empty() {
                return Ok(Some(headers));
            }
            if let Some((name, value)) = text.split_once(':') {
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Err(Damage::error("record with too many headers"))
    }

    /// Passes over a body, but no further than to the next record: a damaged length must not swallow what follows.
    fn pass_over(&mut self, length: u64) -> io::Result<()> {
        let (mut left, mut window) = (length, Vec::new());
        while left > 0 {
            let before = window.len();
            let block = self.reader().take(left.min(BLOCK)).read_to_end(&mut window)?;
            if block == 0 {
                break;
            }
            left = left.saturating_sub(block as u64);
            if let Some(next) = find(&window, NEXT) {
                let unread = self.unread();
                self.put_back = Cursor::new([window.split_off(next + GAP.len()), unread].concat());
                break;
            }
            window.drain(..(before + block).saturating_sub(NEXT.len()));
        }
        Ok(())
    }

    fn reader(&mut self) -> impl BufRead {
        (&mut self.put_back).chain(&mut *self.input)
    }

    fn unread(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // Reading from memory cannot fail.
        let _ = self.put_back.read_to_end(&mut rest);
        rest
    }
}

impl WarcRecord {
    fn read(self, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        match self.kind.as_str() {
            "response" => match Response::parse(&self.body) {
                Some(response) if response.is_page() => response.read(place, self.url, sink),
                Some(_) => ControlFlow::Continue(()),
                None => place.refuse(sink, "damaged response"),
            },
            "resource" | "conversion" if is_text(&self.content_type) => {
                read_body(&self.body, place, self.url, charset(&self.content_type), sink)
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

/// An HTTP response as it was fetched.
struct Response<'a> {
    status: u32,
    headers: Vec<(String, String)>,
    body: &'a [u8],
}

impl<'a> Response<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (end, gap) = match (find(bytes, GAP), find(bytes, b"\n\n")) {
            (Some(at), _) => (at, GAP.len()),
            (None, Some(at)) => (at, 2),
            (None, None) => return None,
        };
        let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
        let status = head.lines().next()?.split_whitespace().nth(1)?.parse().ok()?;
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(n, v)| (n.trim().to_lowercase(), v.trim().to_lowercase())).collect();
        Some(Self { status, headers, body: bytes.get(end + gap..)? })
    }

    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Whether it is something that can hold an article: pictures, styles and errors are passed over.
    fn is_page(&self) -> bool {
        self.status == 200 && !self.body.is_empty() && is_text(self.header("content-type"))
    }

    fn read(&self, place: &Place<'_>, url: Option<String>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let whole;
        let body = if self.header("transfer-encoding").contains("chunked") {
            whole = unchunk(self.body);
            &whole
        } else {
            self.body
        };
        let unpacked = match self.header("content-encoding") {
            "gzip" | "x-gzip" => {
                read_whole(Unpacked::new(flate2::read::MultiGzDecoder::new(body), place.budget), "page")
            }
            "deflate" => read_whole(Unpacked::new(flate2::read::ZlibDecoder::new(body), place.budget), "page"),
            "" | "identity" => return read_body(body, place, url, charset(self.header("content-type")), sink),
            other => Err(format!("packed as {other}: not read")),
        };
        match unpacked {
            Ok(bytes) => read_body(&bytes, place, url, charset(self.header("content-type")), sink),
            Err(reason) => place.refuse(sink, reason),
        }
    }
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
        assert_eq!(found.1, ["a.warc:2 record longer than 16 MiB: no article"]);
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

//! ARC: the archives of fetched pages before WARC (Internet Archive, until 2008). Each page is read in its own format,
//! with its address from the line above it.

use super::{
    Format, MAX_RECORD_BYTES, Place, RefusalKind, Sink, Sniff, io_reason,
    limits::{Damage, read_line, too_long},
    warc::Response,
};
use std::{
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

pub(super) struct Arc;

impl Format for Arc {
    fn name(&self) -> &'static str {
        "arc"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.head.starts_with(b"filedesc://")
            && sniff.ascii.lines().next().is_some_and(|line| Header::parse(line).is_some())
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut records = Records { input, waiting: None };
        for number in 1u64.. {
            let at = Place { origin: place.origin.record(number), ..place.inside(place.origin.clone()) };
            match records.next() {
                Ok(Some(record)) => record.read(&at, sink)?,
                Ok(None) => break,
                Err(e) => {
                    at.refuse(sink, io_reason(&e))?;
                    if !Damage::can_go_on(&e) {
                        break;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// The line above a record: address, IP address, time, type, and in the second version more; the length comes last.
struct Header {
    url: String,
    content_type: String,
    length: u64,
}

impl Header {
    fn parse(line: &str) -> Option<Self> {
        let parts: Vec<&str> = line.trim_end().split(' ').collect();
        let [url, _, time, content_type, .., length] = parts.as_slice() else { return None };
        let is_time = (8..=14).contains(&time.len()) && time.bytes().all(|b| b.is_ascii_digit());
        let length = length.parse().ok().filter(|_| is_time && url.contains(':'))?;
        Some(Self { url: (*url).to_owned(), content_type: content_type.to_lowercase(), length })
    }
}

/// A record with its header.
struct ArcRecord {
    header: Header,
    body: Vec<u8>,
}

/// The records of a stream.
struct Records<'a> {
    input: &'a mut dyn BufRead,
    /// The header of the next record, when something before it was damaged.
    waiting: Option<Header>,
}

impl Records<'_> {
    /// The next whole record; a [`Damage`] for one that is not, after which there may be more.
    fn next(&mut self) -> io::Result<Option<ArcRecord>> {
        let Some(header) = self.header()? else { return Ok(None) };
        if header.length > MAX_RECORD_BYTES as u64 {
            io::copy(&mut (&mut *self.input).take(header.length), &mut io::sink())?;
            return Err(Damage::local(too_long("record")));
        }
        let mut body = Vec::new();
        (&mut *self.input).take(header.length).read_to_end(&mut body)?;
        if (body.len() as u64) < header.length {
            return Err(Damage::local(RefusalKind::CutOff.because("half-written record")));
        }
        Ok(Some(ArcRecord { header, body }))
    }

    /// The header of the next record; [`Damage`] when there is something else first.
    fn header(&mut self) -> io::Result<Option<Header>> {
        if let Some(header) = self.waiting.take() {
            return Ok(Some(header));
        }
        let (mut line, mut is_damaged) = (Vec::new(), false);
        loop {
            read_line(self.input, &mut line)?;
            let header = Header::parse(&String::from_utf8_lossy(&line));
            if is_damaged && (header.is_some() || line.is_empty()) {
                self.waiting = header;
                return Err(Damage::local(RefusalKind::Damaged.because("damaged record")));
            }
            if header.is_some() || line.is_empty() {
                return Ok(header);
            }
            is_damaged |= !line.trim_ascii().is_empty();
        }
    }
}

impl ArcRecord {
    /// Pages are read; the archive's description of itself, pictures and errors hold no article.
    fn read(&self, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let Header { url, content_type, .. } = &self.header;
        if !url.starts_with("http")
            || !(content_type.contains("text") || content_type.contains("xml") || content_type.contains("json"))
        {
            return ControlFlow::Continue(());
        }
        match Response::parse(&self.body) {
            Some(response) if response.is_page() => response.read(place, Some(url.clone()), sink),
            Some(_) => ControlFlow::Continue(()),
            None => place.refuse(sink, RefusalKind::Damaged.because("damaged response")),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "web-formats")]
mod tests {
    use super::super::parse_bytes;

    fn record(url: &str, kind: &str, body: &str) -> String {
        format!("\n{url} 10.0.0.1 20200726100000 {kind} {}\n{body}", body.len())
    }

    fn archive() -> String {
        let page = |words: &str| {
            format!("HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html><title>Т</title><p>{words}</p></html>")
        };
        let version = "1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n";
        let records = [
            record("https://a.example/1", "text/html", &page("Раз")),
            record("https://a.example/p.png", "image/png", "HTTP/1.1 200 OK\n\nx"),
            record("https://a.example/2", "text/html", &page("Два")),
        ];
        format!("filedesc://x.arc 0.0.0.0 20200726100000 text/plain {}\n{version}{}", version.len(), records.concat())
    }

    fn found(bytes: &[u8]) -> Vec<String> {
        let found = parse_bytes("a.arc", bytes).into_iter();
        found.map(|r| r.map_or_else(|e| e.reason, |r| format!("{} {}", r.url.unwrap_or_default(), r.text))).collect()
    }

    #[test]
    fn pages_with_their_addresses() {
        assert_eq!(found(archive().as_bytes()), ["https://a.example/1 Раз", "https://a.example/2 Два"]);
    }

    #[test]
    fn a_damaged_header_costs_only_its_record() {
        let damaged = archive().replace("a.example/1 10.0.0.1 2020", "a.example/1 10.0.0.1 x020");
        assert_eq!(found(damaged.as_bytes()), ["damaged record", "https://a.example/2 Два"]);
    }

    #[test]
    fn half_an_archive_loses_only_the_record_that_is_cut() {
        let whole = archive();
        assert_eq!(found(&whole.as_bytes()[..whole.len() - 10]), ["https://a.example/1 Раз", "half-written record"]);
    }
}

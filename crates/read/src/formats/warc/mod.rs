//! WARC: archives of fetched pages. Each page is read in its own format, with its address from the record's header.
//!
//! A damaged record costs only itself: reading goes on where the next one begins.

mod records;
mod response;

pub(super) use response::Response;
use response::{charset, is_text};

use super::{
    super::limits::{Damage, io_reason},
    Format, Hints, Place, ReadEvent, RefusalKind, Sink, Sniff, read_stream,
};
use records::{Records, WarcRecord};
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct Warc;

/// How every record begins.
const MAGIC: &[u8] = b"WARC/";

impl Format for Warc {
    fn name(&self) -> &'static str {
        "warc"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.head.starts_with(MAGIC)
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut records = Records::of(input);
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

impl WarcRecord {
    fn is_about_the_crawl(&self) -> bool {
        self.url.as_deref().is_some_and(|url| ["metadata:", "urn:", "dns:", "whois:"].iter().any(|s| url.starts_with(s)))
    }

    fn read(self, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        match self.kind.as_str() {
            "response" if self.is_about_the_crawl() => ControlFlow::Continue(()),
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

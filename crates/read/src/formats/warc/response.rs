//! HTTP responses: their headers and how their bodies are packed.

use super::{
    super::{
        super::limits::{Unpacked, io_reason, read_whole},
        Place, Reason, RefusalKind, Sink,
        sniff::find,
    },
    read_body,
    records::{BLOCK, GAP},
};
use std::ops::ControlFlow;

/// Bytes that the unpacker of brotli reads at a time.
#[cfg(feature = "web-formats")]
const BROTLI_BUFFER: usize = 4096;

/// An HTTP response as it was fetched.
pub(in super::super) struct Response<'a> {
    status: u32,
    headers: Vec<(String, String)>,
    body: &'a [u8],
}

impl<'a> Response<'a> {
    pub(in super::super) fn parse(bytes: &'a [u8]) -> Option<Self> {
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
    pub(in super::super) fn is_page(&self) -> bool {
        let kind = self.header("content-type");
        let looks_like_a_page = || self.body.trim_ascii_start().starts_with(b"<");
        let is_read = is_text(kind) || is_document(kind) || kind.is_empty() && looks_like_a_page();
        self.status == 200 && !self.body.is_empty() && is_read
    }

    pub(in super::super) fn read(&self, place: &Place<'_>, url: Option<String>, sink: &mut Sink<'_>) -> ControlFlow<()> {
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
            "zstd" => match zstd::stream::read::Decoder::with_buffer(body) {
                Ok(unpacked) => read_whole(Unpacked::new(unpacked, place.budget), "page"),
                Err(e) => Err(io_reason(&e)),
            },
            #[cfg(feature = "web-formats")]
            "br" => {
                let unpacked = brotli_decompressor::Decompressor::new(body, BROTLI_BUFFER);
                read_whole(Unpacked::new(unpacked, place.budget), "page")
            }
            #[cfg(not(feature = "web-formats"))]
            "br" => Err(super::super::not_built("page compressed with brotli")),
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

pub(super) fn is_text(content_type: &str) -> bool {
    ["html", "text/plain", "xml", "json"].iter().any(|kind| content_type.contains(kind))
        && !content_type.contains("svg")
}

/// Whether a fetched file is a document that holds an article.
fn is_document(content_type: &str) -> bool {
    ["application/pdf", "application/rtf", "application/epub", "officedocument.wordprocessing", "opendocument.text"]
        .iter()
        .any(|kind| content_type.contains(kind))
}

pub(super) fn charset(content_type: &str) -> Option<String> {
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

//! Single packed files: gzip (of any number of members), bzip2 and zstd.
//!
//! A damaged gzip member costs only itself: reading goes on at the next one. That matters for WARC, where every
//! record is a member of its own.

use super::{
    super::limits::{Damage, Unpacked},
    Format, Place, RefusalKind, Sink, Sniff, read_stream,
};
use std::{
    io::{self, BufRead, Cursor, Read},
    ops::ControlFlow,
};

pub(super) struct Gzip;
pub(super) struct Bzip2;
pub(super) struct Zstd;

/// How the header of a gzip member begins.
const GZIP: &[u8] = b"\x1f\x8b\x08";

/// How far back a damaged member is gone through again for the beginning of the next one.
const WINDOW: usize = 1 << 20;

/// How often: input made to look like nothing but beginnings must come to an end.
const MAX_REWINDS: u32 = 10_000;

fn unpack(place: &Place<'_>, input: impl Read, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let unpacked = Unpacked::new(input, place.budget);
    read_stream(&place.inside(place.origin.clone()), unpacked, sink)
}

impl Format for Gzip {
    fn name(&self) -> &'static str {
        "gzip"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.head.starts_with(GZIP)
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        unpack(place, Members { decoder: None, rest: Some(Rewound::new(input)) }, sink)
    }
}

impl Format for Bzip2 {
    fn name(&self) -> &'static str {
        "bzip2"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.head.starts_with(b"BZh") && sniff.head.get(4..10) == Some(b"\x31\x41\x59\x26\x53\x59")
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        unpack(place, bzip2::bufread::MultiBzDecoder::new(input), sink)
    }
}

impl Format for Zstd {
    fn name(&self) -> &'static str {
        "zstd"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.head.starts_with(b"\x28\xb5\x2f\xfd")
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        match zstd::stream::read::Decoder::with_buffer(input) {
            Ok(decoder) => unpack(place, decoder, sink),
            Err(e) => place.refuse(sink, super::io_reason(&e)),
        }
    }
}

/// The members of a gzip file one after the other.
struct Members<R> {
    decoder: Option<flate2::bufread::GzDecoder<Rewound<R>>>,
    /// The packed stream between two members.
    rest: Option<Rewound<R>>,
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(mut rest) = self.rest.take() {
                if !rest.seek_member()? {
                    return Ok(0);
                }
                self.decoder = Some(flate2::bufread::GzDecoder::new(rest));
            }
            let Some(mut decoder) = self.decoder.take() else { return Ok(0) };
            match decoder.read(buffer) {
                Ok(0) => self.rest = Some(decoder.into_inner()),
                Ok(read) => {
                    self.decoder = Some(decoder);
                    return Ok(read);
                }
                // What the packed stream itself could not give is no damage of this member.
                Err(e) if e.kind() == io::ErrorKind::Other => return Err(e),
                Err(e) => {
                    let mut rest = decoder.into_inner();
                    rest.rewind();
                    self.rest = Some(rest);
                    let cut = e.kind() == io::ErrorKind::UnexpectedEof;
                    return Err(Damage::local(if cut {
                        RefusalKind::CutOff.because("gzip member ends in the middle")
                    } else {
                        RefusalKind::Damaged.because("gzip member is damaged")
                    }));
                }
            }
        }
    }
}

/// A stream that remembers what was lately taken from it, to be gone through once more.
struct Rewound<R> {
    front: Cursor<Vec<u8>>,
    inner: R,
    /// What was taken since the member began, or the last of it.
    recent: Vec<u8>,
    /// Whether that is all of it.
    is_whole: bool,
    rewinds: u32,
}

impl<R: BufRead> Rewound<R> {
    fn new(inner: R) -> Self {
        Self { front: Cursor::default(), inner, recent: Vec::new(), is_whole: true, rewinds: 0 }
    }

    /// Goes to the beginning of the next member; `false` when there is none.
    fn seek_member(&mut self) -> io::Result<bool> {
        let mut matched = 0;
        loop {
            let Some(byte) = self.fill_buf()?.first().copied() else { return Ok(false) };
            self.consume(1);
            matched = match byte {
                _ if GZIP.get(matched) == Some(&byte) => matched + 1,
                _ if GZIP.first() == Some(&byte) => 1,
                _ => 0,
            };
            if matched == GZIP.len() {
                self.put_back(GZIP.to_vec());
                self.is_whole = true;
                return Ok(true);
            }
        }
    }

    /// Goes back behind the beginning of a damaged member: one that was cut off has swallowed what follows it.
    fn rewind(&mut self) {
        if self.rewinds == MAX_REWINDS {
            return;
        }
        self.rewinds += 1;
        let skipped = if self.is_whole { GZIP.len() } else { 0 };
        let recent = std::mem::take(&mut self.recent);
        self.put_back(recent.get(skipped..).unwrap_or_default().to_vec());
    }

    fn put_back(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(self.front.fill_buf().unwrap_or_default());
        self.front = Cursor::new(bytes);
        self.recent.clear();
    }

    fn is_back(&mut self) -> bool {
        self.front.fill_buf().is_ok_and(|front| !front.is_empty())
    }
}

impl<R: BufRead> Read for Rewound<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Rewound<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.is_back() { self.front.fill_buf() } else { self.inner.fill_buf() }
    }

    fn consume(&mut self, used: usize) {
        if self.recent.len() > 2 * WINDOW {
            self.recent.drain(..WINDOW);
            self.is_whole = false;
        }
        // What is consumed is in the buffer already: looking at it once more reads nothing.
        if self.is_back() {
            self.recent.extend_from_slice(self.front.fill_buf().unwrap_or_default().get(..used).unwrap_or_default());
            self.front.consume(used);
        } else {
            self.recent.extend_from_slice(self.inner.fill_buf().unwrap_or_default().get(..used).unwrap_or_default());
            self.inner.consume(used);
        }
    }
}

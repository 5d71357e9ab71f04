//! zip without its directory, which stands at the end and is missing when a file was cut off: each entry by the header
//! before it. What is whole is read.

use super::{
    super::{
        encoding::Charset,
        limits::{Damage, Unpacked},
    },
    Place, RefusalKind, Sink,
    zip::entry_name,
};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::{
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

/// What begins the header of an entry.
const HEADER: [u8; 4] = *b"PK\x03\x04";

/// What begins the directory.
const DIRECTORY: [u8; 4] = *b"PK\x01\x02";

/// Names of members that make an archive one document.
const OF_DOCUMENTS: [&str; 7] = ["[Content_Types].xml", "mimetype", "META-INF/", "docProps/", "word/", "xl/", "ppt/"];

/// Longest name of an entry that is read.
const LONGEST_NAME: usize = 4096;

/// Sends the whole entries of an archive, and a refusal of the rest.
pub(super) fn read(input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    loop {
        let entry = match next_header(input) {
            Ok(Some(entry)) => entry,
            Ok(None) => {
                let details = "zip archive that is cut off or has no directory: what is whole in it was read";
                return place.refuse(sink, RefusalKind::CutOff.because(details));
            }
            Err(e) => return place.refuse(sink, super::io_reason(&e)),
        };
        if OF_DOCUMENTS.iter().any(|part| entry.name.starts_with(part)) {
            return place.refuse(sink, RefusalKind::CutOff.because("office document or book that is cut off"));
        }
        entry.read(input, place, sink)?;
    }
}

/// What the header of an entry says.
struct Entry {
    name: String,
    is_encrypted: bool,
    method: u16,
    /// What it must unpack to; `None` when that is stated only after the entry.
    stated: Option<Stated>,
}

/// What an entry must unpack to.
#[derive(Clone, Copy)]
struct Stated {
    size: u64,
    checksum: u32,
}

impl Entry {
    fn read(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let reason = match (self.is_encrypted, self.method, self.stated) {
            (true, ..) => RefusalKind::Unsupported.because("encrypted: not read; unpack it first"),
            (_, 0, Some(Stated { size, .. })) => {
                let mut body = Unpacked::new(Exactly { input, left: size }, place.budget);
                let flow = place.entry(&self.name, &mut body, sink);
                let _ = io::copy(&mut body, &mut io::sink());
                return flow;
            }
            (_, 8, stated) => {
                let stream =
                    Inflate { input, stream: Decompress::new(false), is_done: false, checksum: Crc::new(), stated };
                let mut body = Unpacked::new(stream, place.budget);
                let flow = place.entry(&self.name, &mut body, sink);
                // What its reader left; damage was refused already.
                let _ = io::copy(&mut body, &mut io::sink());
                return flow;
            }
            _ => RefusalKind::Unsupported.because(format!("packed by method {}: not read; unpack it first", self.method)),
        };
        if self.name.ends_with('/') {
            return ControlFlow::Continue(());
        }
        place.inside(place.origin.inside(&self.name)).refuse(sink, reason)
    }
}

/// Goes on to the next header; `None` at the directory or the end.
fn next_header(input: &mut dyn BufRead) -> io::Result<Option<Entry>> {
    let mut seen = [0; 4];
    loop {
        let Some(byte) = next_byte(input)? else { return Ok(None) };
        seen.rotate_left(1);
        seen[3] = byte;
        match seen {
            DIRECTORY => return Ok(None),
            HEADER => {}
            _ => continue,
        }
        let mut fields = [0; 26];
        match input.read_exact(&mut fields) {
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        let short = |at: usize| u16::from_le_bytes([0, 1].map(|i| fields.get(at + i).copied().unwrap_or(0)));
        let long = |at: usize| u64::from(short(at)) | u64::from(short(at + 2)) << 16;
        let (flags, method) = (short(2), short(4));
        let (mut name, mut extra) = (Vec::new(), Vec::new());
        (&mut *input).take(u64::from(short(22))).read_to_end(&mut name)?;
        (&mut *input).take(u64::from(short(24))).read_to_end(&mut extra)?;
        if name.is_empty() || name.len() > LONGEST_NAME {
            continue;
        }
        let is_large = long(14) == u64::from(u32::MAX) || long(18) == u64::from(u32::MAX);
        return Ok(Some(Entry {
            name: entry_name(&name, Charset::Ibm866),
            is_encrypted: flags & 1 != 0,
            method,
            stated: (flags & 8 == 0 && !is_large)
                .then(|| Stated { size: long(18), checksum: u32::try_from(long(10)).unwrap_or(0) }),
        }));
    }
}

fn next_byte(input: &mut dyn BufRead) -> io::Result<Option<u8>> {
    let byte = input.fill_buf()?.first().copied();
    input.consume(usize::from(byte.is_some()));
    Ok(byte)
}

/// So many bytes; an error when there are fewer.
struct Exactly<'a> {
    input: &'a mut dyn BufRead,
    left: u64,
}

impl Read for Exactly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = (&mut *self.input).take(self.left).read(buffer)?;
        self.left -= read as u64;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(cut_off());
        }
        Ok(read)
    }
}

/// An entry packed by deflate, whose end shows in the stream; an error when the input ends before it.
struct Inflate<'a> {
    input: &'a mut dyn BufRead,
    stream: Decompress,
    is_done: bool,
    checksum: Crc,
    stated: Option<Stated>,
}

impl Read for Inflate<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.is_done && !buffer.is_empty() {
            let packed = self.input.fill_buf()?;
            let is_end = packed.is_empty();
            let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
            let status = self.stream.decompress(packed, buffer, FlushDecompress::None).map_err(|_| {
                self.is_done = true;
                Damage::fatal(RefusalKind::Damaged.because("cannot be unpacked: damaged"))
            })?;
            let (used, written) = (self.stream.total_in() - before_in, self.stream.total_out() - before_out);
            self.input.consume(usize::try_from(used).unwrap_or(0));
            self.is_done = status == Status::StreamEnd;
            let written = usize::try_from(written).unwrap_or(0);
            self.checksum.update(buffer.get(..written).unwrap_or_default());
            let is_as_stated =
                |s: &Stated| s.size == self.stream.total_out() && s.checksum == self.checksum.sum();
            if self.is_done && !self.stated.as_ref().is_none_or(is_as_stated) {
                return Err(Damage::fatal(RefusalKind::Damaged.because("cannot be unpacked: damaged")));
            }
            if written > 0 {
                return Ok(written);
            }
            if is_end && !self.is_done {
                self.is_done = true;
                return Err(cut_off());
            }
        }
        Ok(0)
    }
}

fn cut_off() -> io::Error {
    Damage::fatal(RefusalKind::CutOff.because("ends in the middle"))
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;
    use std::io::{Cursor, Write};

    fn archive(stored: bool) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let method = if stored { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        for (name, words) in [("раз.txt", "Первая новость."), ("два.txt", "Вторая новость."), ("три.txt", "Третья.")]
        {
            let options = zip::write::SimpleFileOptions::default().compression_method(method);
            writer.start_file(name, options).unwrap();
            writer.write_all(words.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn found(bytes: &[u8]) -> Vec<String> {
        let lines = parse_bytes("a.zip", bytes).into_iter().map(|found| match found {
            Ok(record) => format!("{}: {}", record.origin.display(), record.text),
            Err(refusal) => format!("{}! {}", refusal.path, refusal.reason),
        });
        lines.collect()
    }

    #[test]
    fn whole_entries_are_read_without_the_directory() {
        let rest = "a.zip! zip archive that is cut off or has no directory: what is whole in it was read";
        for stored in [false, true] {
            let whole = archive(stored);
            let at = |n: usize| {
                let mut headers = whole.windows(4).enumerate().filter(|(_, four)| *four == b"PK\x03\x04");
                headers.nth(n).unwrap().0
            };
            let directory = whole.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
            let all = ["a.zip/раз.txt: Первая новость.", "a.zip/два.txt: Вторая новость.", "a.zip/три.txt: Третья."];
            assert_eq!(found(&whole[..directory]), [&all[..], &[rest]].concat());
            assert_eq!(found(&whole[..whole.len() - 10]), [&all[..], &[rest]].concat());
            let cut = "a.zip/два.txt! ends in the middle";
            assert_eq!(found(&whole[..at(2) - 3]), [all[0], cut, rest]);
        }
    }

    #[test]
    fn damage_costs_one_entry() {
        let mut damaged = archive(false);
        let second = damaged.windows(4).enumerate().filter(|(_, four)| *four == b"PK\x03\x04").nth(1).unwrap().0;
        damaged[second + 48..second + 56].fill(0xff);
        let directory = damaged.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
        let found = found(&damaged[..directory]);
        assert!(found[0].ends_with("Первая новость.") && found[1].contains("два.txt!"), "{found:?}");
        assert!(found[2].ends_with("Третья."), "{found:?}");
    }
}

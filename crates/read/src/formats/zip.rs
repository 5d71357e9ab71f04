//! zip: entries in the order of the archive's directory, never unpacked to disk.

use super::{
    super::{
        encoding::{self, Charset},
        limits::{Unpacked, io_reason, read_whole},
    },
    Format, Place, RefusalKind, Sink, Sniff, office, zip_entries,
};
use std::{
    io::{BufRead, BufReader, Cursor, Read, Seek},
    ops::ControlFlow,
};
use zip::ZipArchive;

pub(super) struct Zip;

impl Format for Zip {
    fn name(&self) -> &'static str {
        "zip"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.head.starts_with(b"PK\x03\x04") || sniff.head.starts_with(b"PK\x05\x06")
    }

    /// The directory stands at the end: a zip inside another archive must fit into memory. Without one, the entries are
    /// found by their own headers.
    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        if let Some(file) = place.file {
            return read(BufReader::new(file), place, sink);
        }
        match read_whole(input, "zip inside an archive") {
            Ok(bytes) => read(Cursor::new(bytes), place, sink),
            Err(reason) => place.refuse(sink, reason),
        }
    }
}

fn read(file: impl Read + Seek, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let mut file = file;
    let mut archive = match ZipArchive::new(&mut file) {
        Ok(archive) => archive,
        Err(_) => {
            return match file.rewind() {
                Ok(()) => zip_entries::read(&mut BufReader::with_capacity(64 << 10, file), place, sink),
                Err(e) => place.refuse(sink, io_reason(&e)),
            };
        }
    };
    if let Some(kind) = office::kind_of(&mut archive) {
        return office::split(kind, archive, place, sink);
    }
    if archive.is_empty() {
        return place.refuse(sink, RefusalKind::NoRecords.because("an empty archive"));
    }
    let code_page = code_page(&mut archive);
    for number in 0..archive.len() {
        match archive.by_index(number) {
            Ok(entry) if entry.is_dir() => {}
            Ok(entry) => {
                let name = entry_name(entry.name_raw(), code_page);
                place.entry(&name, Unpacked::new(entry, place.budget), sink)?;
            }
            Err(e) => place
                .refuse(sink, RefusalKind::Damaged.because(format!("entry {} cannot be unpacked: {e}", number + 1)))?,
        }
    }
    ControlFlow::Continue(())
}

/// The code page of names that are not UTF-8: nearly always DOS's, for that is what zip asks for; the letters of all names
/// together tell the others.
fn code_page<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Charset {
    let mut names = Vec::new();
    for number in 0..archive.len().min(NAMES) {
        let Ok(entry) = archive.by_index_raw(number) else { continue };
        if std::str::from_utf8(entry.name_raw()).is_err() {
            names.extend_from_slice(entry.name_raw());
            names.push(b'\n');
        }
    }
    let encoding = encoding::of_sample(&names, Some(Charset::Ibm866.name()));
    encoding.ok().and_then(Charset::named).unwrap_or(Charset::Ibm866)
}

/// Names whose letters are looked at.
const NAMES: usize = 200;

pub(super) fn entry_name(raw: &[u8], code_page: Charset) -> String {
    std::str::from_utf8(raw).map_or_else(|_| code_page.decode(raw), str::to_owned)
}

//! zip: entries in the order of the archive's directory, never unpacked to disk.

use super::{
    super::{
        encoding::Charset,
        limits::{Unpacked, read_whole},
    },
    Format, Place, RefusalKind, Sink, Sniff, office,
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

    /// The directory stands at the end: a zip inside another archive must fit into memory.
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
    let mut archive = match ZipArchive::new(file) {
        Ok(archive) => archive,
        Err(e) => return place.refuse(sink, RefusalKind::Damaged.because(format!("damaged zip archive: {e}"))),
    };
    if let Some(kind) = office::kind_of(&mut archive) {
        return office::split(kind, archive, place, sink);
    }
    for number in 0..archive.len() {
        match archive.by_index(number) {
            Ok(entry) if entry.is_dir() => {}
            Ok(entry) => {
                let name = entry_name(entry.name_raw());
                place.entry(&name, Unpacked::new(entry, place.budget), sink)?;
            }
            Err(e) => place
                .refuse(sink, RefusalKind::Damaged.because(format!("entry {} cannot be unpacked: {e}", number + 1)))?,
        }
    }
    ControlFlow::Continue(())
}

/// Names without the UTF-8 mark are in the code page of the machine that packed them: DOS's, nearly always.
fn entry_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => Charset::Ibm866.decode(raw),
    }
}

//! tar: entries one after the other, read as they stream by.

use super::{
    super::{encoding, limits::io_reason},
    Format, Place, RefusalKind, Sink, Sniff,
};
use std::{
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

pub(super) struct Tar;

impl Format for Tar {
    fn name(&self) -> &'static str {
        "tar"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.head.get(257..262) == Some(b"ustar") || (sniff.is_named(&["tar"]) && sniff.head.len() >= 512)
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut archive = tar::Archive::new(input);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(e) => return place.refuse(sink, io_reason(&e)),
        };
        let mut found = false;
        for entry in entries {
            found = true;
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    return place
                        .refuse(sink, RefusalKind::Damaged.because(format!("damaged tar archive: {}", io_reason(&e))));
                }
            };
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = entry_name(&entry.path_bytes());
            let left = entry.size();
            place.entry(&name, TarMember { entry, left }, sink)?;
        }
        if found {
            ControlFlow::Continue(())
        } else {
            place.refuse(sink, RefusalKind::NoRecords.because("an empty archive"))
        }
    }
}

/// A name in UTF-8 or in the code page of the system that packed it: different names stay different.
fn entry_name(raw: &[u8]) -> String {
    match encoding::decode(raw, None) {
        Ok(decoded) => decoded.text,
        Err(_) => raw.escape_ascii().to_string(),
    }
}

/// An entry that must not end before its size says so: half an article is none.
struct TarMember<R> {
    entry: R,
    left: u64,
}

impl<R: Read> Read for TarMember<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.entry.read(buffer)?;
        self.left = self.left.saturating_sub(read as u64);
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}

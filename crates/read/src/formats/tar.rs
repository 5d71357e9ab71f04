//! tar: entries one after the other, read as they stream by.

use super::{super::limits::io_reason, Format, Place, RefusalKind, Sink, Sniff};
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
        for entry in entries {
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
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let left = entry.size();
            place.entry(&name, Entry { entry, left }, sink)?;
        }
        ControlFlow::Continue(())
    }
}

/// An entry that must not end before its size says so: half an article is none.
struct Entry<R> {
    entry: R,
    left: u64,
}

impl<R: Read> Read for Entry<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.entry.read(buffer)?;
        self.left = self.left.saturating_sub(read as u64);
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}

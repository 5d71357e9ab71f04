//! The rows of a table, read once from start to end. A row with a quotation mark that is not closed would swallow those
//! after it: it costs itself, and reading goes on after its first line.

use super::{
    super::{
        super::{
            MAX_RECORD_BYTES,
            limits::{io_reason, too_long},
        },
        Hints, Piece, Place, ReadEvent, Reason, RefusalKind, Sink, SourceFormat, json,
    },
    HEAD_LINES, Style,
    columns::{Columns, Shape},
};
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::{
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

/// Bytes that may be parsed again after unclosed quotation marks, for each byte of the table, beside those of two rows.
const AGAIN: u64 = 2;

/// A table being read.
pub(super) struct Table<'a> {
    reader: Reader<Cleaned<'a>>,
    row: ByteRecord,
    style: Style,
    /// Lines before those that the reader counts.
    lines_before: u64,
    /// Bytes parsed again.
    again: u64,
}

/// What reading a row gave.
enum Row {
    Whole,
    /// A quotation mark in it is not closed; what follows its first line is to be read again.
    Open,
    End,
}

impl<'a> Table<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead, style: Style) -> Self {
        let cleaned =
            Cleaned { input, mac: style.mac, left: 0, pending: Vec::new(), held: Vec::new(), held_from: 0, total: 0 };
        Self { reader: reader(&style, cleaned), row: ByteRecord::new(), style, lines_before: 0, again: 0 }
    }

    /// Reads the next row.
    fn next(&mut self) -> Result<Row, Reason> {
        let at = self.reader.position().byte();
        self.reader.get_mut().begin_row(at);
        match self.reader.read_byte_record(&mut self.row) {
            Ok(false) => Ok(Row::End),
            Ok(true) if self.is_open() => Ok(Row::Open),
            Ok(true) => Ok(Row::Whole),
            Err(e) => match e.into_kind() {
                csv::ErrorKind::Io(_) if self.reader.get_ref().left == 0 => {
                    if self.reader.get_ref().held_after(at).trim_ascii_start().contains(&b'\n') {
                        Ok(Row::Open)
                    } else {
                        Err(too_long("row"))
                    }
                }
                csv::ErrorKind::Io(e) => Err(io_reason(&e)),
                _ => Err(RefusalKind::Damaged.because("not a table")),
            },
        }
    }

    /// Whether the row read last goes over several lines with an odd number of quotation marks.
    fn is_open(&self) -> bool {
        let start = self.row.position().map_or(0, csv::Position::byte);
        let length = usize::try_from(self.reader.position().byte().saturating_sub(start)).unwrap_or(usize::MAX);
        let held = self.reader.get_ref().held_after(start);
        let raw = held.get(..length).unwrap_or(held).trim_ascii();
        let quotes = || {
            let before = std::iter::once(&b' ').chain(raw);
            raw.iter()
                .zip(before)
                .filter(|(b, before)| **b == b'"' && !(self.style.backslash && **before == b'\\'))
                .count()
        };
        raw.contains(&b'\n') && quotes() % 2 == 1
    }

    /// Goes on after the first line of the row read last.
    fn skip_line(self, start: u64, line: u64) -> Self {
        let Self { reader: old, row, style, again, .. } = self;
        let parsed = old.position().byte().saturating_sub(start);
        let mut input = old.into_inner();
        input.give_again_after_line(start);
        Self { reader: reader(&style, input), row, style, lines_before: line, again: again + parsed }
    }

    fn cells(&self) -> Vec<String> {
        self.row.iter().map(|cell| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').to_owned()).collect()
    }

    fn line(&self) -> u64 {
        self.row.position().map_or(self.lines_before, |at| self.line_of(at))
    }

    fn line_of(&self, at: &csv::Position) -> u64 {
        // The csv crate counts the line feed after a carriage return with the next row.
        self.lines_before + at.line() + u64::from(self.style.crlf && at.record() > 0)
    }

    /// Reads until the columns are known.
    pub(super) fn columns(&mut self, place: &Place<'_>) -> Result<Columns, Reason> {
        let mut seen = Vec::new();
        while seen.len() < HEAD_LINES && matches!(self.next()?, Row::Whole) {
            let cells = self.cells();
            if seen.is_empty() && cells.len() <= 2 && cells.iter().any(|c| c.to_ascii_lowercase().starts_with("sep=")) {
                continue;
            }
            if Columns::are_named(&cells, &place.options.fields) {
                return Ok(Columns::named(&cells));
            }
            seen.push((self.line(), cells));
        }
        Columns::guess(seen).map_err(|e| RefusalKind::NoRecords.because(e))
    }

    /// Sends every row.
    pub(super) fn rows(
        mut self,
        columns: &Columns,
        encoding: &'static str,
        place: &Place<'_>,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let mut found = false;
        let mut send = |line: u64, cells: &[String], sink: &mut Sink<'_>| {
            let Some(bytes) = columns.object(cells) else { return ControlFlow::Continue(()) };
            found = true;
            let table = SourceFormat { format: "csv", encoding };
            let converted_from = Some(place.hints.converted_from.unwrap_or(table));
            let hints = Hints { converted_from, charset: None, ..place.hints.clone() };
            sink(ReadEvent::Piece(Piece { origin: place.origin.record(line), bytes, parser: &json::Json, hints }))
        };
        // After a quotation mark that is not closed, lines may belong to the cell that it opened.
        let (mut shape, mut is_recovering) = (Shape::of(columns), false);
        for (line, cells) in &columns.first_rows {
            shape.learn(cells);
            send(*line, cells, sink)?;
        }
        loop {
            let before = self.reader.position().clone();
            match self.next() {
                Ok(Row::Whole) => {
                    let cells: Vec<String> =
                        self.row.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
                    if is_recovering && !shape.fits(&cells) {
                        continue;
                    }
                    is_recovering = false;
                    shape.learn(&cells);
                    send(self.line(), &cells, sink)?;
                }
                Ok(Row::Open) => {
                    let line = self.line_of(&before);
                    let reason = RefusalKind::Damaged.because("row with a quotation mark that is not closed");
                    place.refuse_record(sink, line, reason)?;
                    if !shape.is_known() {
                        // The cells before the one that was opened.
                        let cells = self.cells();
                        shape.learn(cells.get(..cells.len().saturating_sub(1)).unwrap_or_default());
                    }
                    is_recovering = true;
                    let allowed = AGAIN * self.reader.get_ref().total + 2 * MAX_RECORD_BYTES as u64;
                    if self.again > allowed {
                        let details = "too many quotation marks that are not closed: the rest of the table is not read";
                        return place.refuse(sink, RefusalKind::Damaged.because(details));
                    }
                    self = self.skip_line(before.byte(), line);
                }
                Ok(Row::End) => break,
                Err(reason) => return place.refuse(sink, reason),
            }
        }
        if found {
            return ControlFlow::Continue(());
        }
        place.refuse(sink, RefusalKind::NoRecords.because("no records in it: a table without rows"))
    }
}

fn reader<'a>(style: &Style, input: Cleaned<'a>) -> Reader<Cleaned<'a>> {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(style.separator).flexible(true).has_headers(false);
    builder.escape(style.backslash.then_some(b'\\')).double_quote(!style.backslash);
    builder.from_reader(input)
}

/// A table's bytes without zero bytes, with one kind of line end, and not more of them than a row may have.
struct Cleaned<'a> {
    input: &'a mut dyn BufRead,
    mac: bool,
    /// Bytes that the row may still have.
    left: usize,
    /// What is to be read again before the input, the first last, each with how much of it was.
    pending: Vec<(Vec<u8>, usize)>,
    /// What was read since the row began, and some more before it.
    held: Vec<u8>,
    /// How much was read before that.
    held_from: u64,
    /// Bytes of the input that were read.
    total: u64,
}

impl Cleaned<'_> {
    /// A row begins at this byte.
    fn begin_row(&mut self, at: u64) {
        self.left = MAX_RECORD_BYTES;
        let before = self.held.len() - self.held_after(at).len();
        if before > 64 << 10 && before > self.held.len() / 2 {
            self.held.drain(..before);
            self.held_from = at;
        }
    }

    fn held_after(&self, at: u64) -> &[u8] {
        let from = usize::try_from(at.saturating_sub(self.held_from)).unwrap_or(usize::MAX);
        self.held.get(from..).unwrap_or_default()
    }

    /// Everything after the line that begins at this byte will be read again, by a reader that counts from 0.
    fn give_again_after_line(&mut self, start: u64) {
        let rest = self.held_after(start);
        let begins = rest.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(rest.len());
        let line = rest.get(begins..).unwrap_or_default();
        let ends = line.iter().position(|b| *b == b'\n').map_or(line.len(), |at| at + 1);
        let again = line.get(ends..).unwrap_or_default().to_vec();
        self.pending.push((again, 0));
        self.held.clear();
        self.held_from = 0;
    }

    /// Reads without looking at the bytes.
    fn read_any(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some((bytes, given)) = self.pending.last_mut() {
            let mut left = bytes.get(*given..).unwrap_or_default();
            let read = left.read(buffer)?;
            if read > 0 {
                *given += read;
                return Ok(read);
            }
            self.pending.pop();
        }
        let read = self.input.read(buffer)?;
        self.total += read as u64;
        Ok(read)
    }
}

impl Read for Cleaned<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other("row too long"));
        }
        loop {
            let read = self.read_any(buffer)?;
            self.left = self.left.saturating_sub(read);
            let mut kept = 0;
            for at in 0..read {
                let Some(byte) = buffer.get(at).copied().filter(|byte| *byte != 0) else { continue };
                let byte = if self.mac && byte == b'\r' { b'\n' } else { byte };
                if let Some(slot) = buffer.get_mut(kept) {
                    *slot = byte;
                }
                kept += 1;
            }
            self.held.extend_from_slice(buffer.get(..kept).unwrap_or_default());
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

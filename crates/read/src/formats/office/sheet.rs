//! Spreadsheets: each sheet is read as a table, a row an article, as in CSV. Rows are taken one at a time.

use super::super::{
    Format, Place, RefusalKind, Sink, SourceFormat,
    csv::Csv,
    limits::Damage,
    paragraphs::Paragraphs,
    xml::{Bounded, attribute, letter},
};
use quick_xml::{Reader, events::Event};
use std::{
    io::{self, BufRead, BufReader, Read, Seek},
    ops::ControlFlow,
};
use zip::ZipArchive;

/// The most bytes of a sheet.
pub(super) const MAX_SHEET: u64 = 1 << 30;

/// The most columns of a row that are looked at.
const MAX_COLUMNS: usize = 1000;

/// The rows of a sheet, one after the other.
pub(super) trait Rows {
    /// The next row that is not empty.
    fn next(&mut self) -> Result<Option<Vec<String>>, String>;
}

/// Reads the tables of an OpenDocument spreadsheet.
pub(super) fn split_ods(
    mut archive: ZipArchive<impl Read + Seek>,
    place: &Place<'_>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut count = 0;
    for is_counted in [false, true] {
        let content = match archive.by_name("content.xml") {
            Ok(content) => content.take(MAX_SHEET),
            Err(e) => {
                let details = format!("damaged OpenDocument spreadsheet: {e}");
                return place.refuse(sink, RefusalKind::Damaged.because(details));
            }
        };
        let mut tables = Tables::new(BufReader::new(Bounded::new(content)));
        if !is_counted {
            while tables.next_table().is_some() {
                count += 1;
            }
            continue;
        }
        let mut sheets = Sheets { place, format: "ods", is_alone: count == 1, is_empty: true };
        while let Some(name) = tables.next_table() {
            sheets.read(&mut tables, &name, sink)?;
        }
        if let Some(reason) = tables.damage.take() {
            let details = format!("damaged OpenDocument spreadsheet: {reason}");
            return place.refuse(sink, RefusalKind::Damaged.because(details));
        }
        return sheets.finish(sink);
    }
    ControlFlow::Continue(())
}

/// The sheets of a file as they are read.
pub(super) struct Sheets<'p, 'a> {
    pub(super) place: &'p Place<'a>,
    pub(super) format: &'static str,
    pub(super) is_alone: bool,
    pub(super) is_empty: bool,
}

impl Sheets<'_, '_> {
    /// Reads a sheet; one without rows is nothing.
    pub(super) fn read(&mut self, mut rows: impl Rows, name: &str, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let first = match rows.next() {
            Ok(Some(first)) => first,
            Ok(None) => return ControlFlow::Continue(()),
            Err(e) => {
                return self.place.refuse(sink, RefusalKind::Damaged.because(format!("damaged sheet «{name}»: {e}")));
            }
        };
        self.is_empty = false;
        let origin = if self.is_alone { self.place.origin.clone() } else { self.place.origin.inside(name) };
        let mut inside = self.place.inside(origin);
        inside.hints.converted_from = Some(SourceFormat { format: self.format, encoding: "UTF-8" });
        let table = AsCsv { rows, block: written(&first), at: 0 };
        Csv.split(&mut BufReader::with_capacity(64 << 10, table), &inside, sink)
    }

    pub(super) fn finish(&self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        if self.is_empty {
            return self.place.refuse(sink, RefusalKind::NoRecords.because("spreadsheet without rows"));
        }
        ControlFlow::Continue(())
    }
}

/// Rows as the bytes of a CSV file.
struct AsCsv<R> {
    rows: R,
    block: Vec<u8>,
    at: usize,
}

impl<R: Rows> Read for AsCsv<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.block.len() {
            match self.rows.next() {
                Ok(Some(row)) => (self.block, self.at) = (written(&row), 0),
                Ok(None) => return Ok(0),
                Err(e) => return Err(Damage::fatal(RefusalKind::Damaged.because(format!("damaged sheet: {e}")))),
            }
        }
        let read = self.block.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// A row as a line of CSV.
fn written(row: &[String]) -> Vec<u8> {
    let mut line = Vec::new();
    for (value, number) in row.iter().zip(0usize..) {
        if number > 0 {
            line.push(b',');
        }
        line.push(b'"');
        line.extend_from_slice(value.replace('"', "\"\"").as_bytes());
        line.push(b'"');
    }
    line.push(b'\n');
    line
}

/// A row while it is put together.
#[derive(Default)]
pub(super) struct Row {
    values: Vec<String>,
}

impl Row {
    pub(super) fn put(&mut self, column: usize, value: String) {
        if column >= MAX_COLUMNS || value.is_empty() {
            return;
        }
        if self.values.len() <= column {
            self.values.resize(column + 1, String::new());
        }
        if let Some(place) = self.values.get_mut(column) {
            *place = value;
        }
    }

    pub(super) fn finish(self) -> Option<Vec<String>> {
        (!self.values.is_empty()).then_some(self.values)
    }
}

/// The tables of an OpenDocument spreadsheet, read once from start to end.
struct Tables<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    is_in_table: bool,
    damage: Option<String>,
}

impl<R: BufRead> Tables<R> {
    fn new(input: R) -> Self {
        let mut reader = Reader::from_reader(input);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self { reader, buffer: Vec::new(), is_in_table: false, damage: None }
    }

    fn event(&mut self) -> Option<Event<'_>> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Eof) => None,
            Ok(event) => Some(event),
            Err(e) => {
                self.damage = Some(e.to_string());
                None
            }
        }
    }

    /// The name of the next table.
    fn next_table(&mut self) -> Option<String> {
        loop {
            if let Event::Start(tag) = self.event()?
                && tag.local_name().as_ref() == "table"
            {
                let name = attribute(&tag, "name").unwrap_or_default();
                self.is_in_table = true;
                return Some(name);
            }
        }
    }
}

impl<R: BufRead> Rows for &mut Tables<R> {
    /// Repeated rows and cells are taken once: they are empty, or the same article again.
    fn next(&mut self) -> Result<Option<Vec<String>>, String> {
        let mut row = Row::default();
        let (mut column, mut repeated) = (0usize, 1usize);
        let (mut text, mut stated) = (Paragraphs::default(), None);
        let mut is_skipped = false;
        while self.is_in_table {
            let Some(event) = self.event() else { break };
            match event {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "table-cell" | "covered-table-cell" => {
                        repeated = repeats(&tag);
                        stated = stated_value(&tag);
                        text = Paragraphs::default();
                    }
                    "annotation" => is_skipped = true,
                    _ => {}
                },
                Event::Empty(tag) => match tag.local_name().as_ref() {
                    "table-cell" | "covered-table-cell" => {
                        if let Some(value) = stated_value(&tag) {
                            row.put(column, value);
                        }
                        column = column.saturating_add(repeats(&tag));
                    }
                    "tab" | "s" => text.push(" "),
                    "line-break" => text.end(),
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "p" => text.end(),
                    "annotation" => is_skipped = false,
                    "table-cell" | "covered-table-cell" => {
                        let shown = std::mem::take(&mut text).finish().map_err(|reason| reason.details)?;
                        row.put(column, stated.take().unwrap_or(shown));
                        column = column.saturating_add(repeated);
                    }
                    "table-row" => {
                        column = 0;
                        if let Some(row) = std::mem::take(&mut row).finish() {
                            return Ok(Some(row));
                        }
                    }
                    "table" => self.is_in_table = false,
                    _ => {}
                },
                Event::Text(letters) if !is_skipped => text.push(&letters),
                Event::GeneralRef(name) if !is_skipped => text.push(&letter(&name)),
                _ => {}
            }
        }
        match self.damage.take() {
            Some(damage) => Err(damage),
            None => Ok(None),
        }
    }
}

fn repeats(tag: &quick_xml::events::BytesStart<'_>) -> usize {
    attribute(tag, "number-columns-repeated").and_then(|times| times.parse().ok()).unwrap_or(1)
}

/// A date in the form that programs understand, which is not the one that is shown.
fn stated_value(tag: &quick_xml::events::BytesStart<'_>) -> Option<String> {
    attribute(tag, "date-value")
}

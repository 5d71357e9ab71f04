//! CSV and TSV: a record a row, the columns named by the first row that names some.
//!
//! A row becomes the JSON object of its columns, so that one place decides what a field name means. Tables are what
//! spreadsheets and databases write: with `sep=;` or a title above the names, with `\"` for a quotation mark, with line
//! ends of old Macs, in UTF-16, without any names.

mod columns;

use super::{
    super::{
        MAX_RECORD_BYTES, encoding,
        limits::{io_reason, too_long},
    },
    FieldMap, Format, Hints, Piece, Place, ReadEvent, RefusalKind, Sink, Sniff, SourceFormat, json,
};
use columns::Columns;
use csv::{ByteRecord, ReaderBuilder};
use std::{
    cell::Cell,
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

pub(super) struct Csv;

/// What can separate columns, the most frequent first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Lines at the beginning among which the names of the columns are looked for.
const HEAD_LINES: usize = 10;

/// Longest line that can name columns.
const LONGEST_HEADER: usize = 2000;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        if sniff.is_named(&["csv", "tsv", "tab"]) {
            return true;
        }
        let first = sniff.ascii.lines().next().unwrap_or("");
        let separated = first.len() < LONGEST_HEADER && first.bytes().any(|b| SEPARATORS.contains(&b));
        separated && names_columns(sniff.head)
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let head = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
        let declared = place.hints.charset.as_deref();
        // Zero bytes are left out of tables, unless they belong to UTF-16.
        let without_zeros = || head.iter().copied().filter(|byte| *byte != 0).collect::<Vec<u8>>();
        let encoding = encoding::of_sample(&head, declared);
        let encoding = match encoding.or_else(|_| encoding::of_sample(&without_zeros(), declared)) {
            Ok(encoding) => encoding,
            Err(reason) => return place.refuse(sink, reason),
        };
        let mut text = encoding::to_utf8(input, encoding);
        let style = Style::of(text.fill_buf().unwrap_or_default());
        let left = Cell::new(MAX_RECORD_BYTES);
        let bounded = Cleaned { input: &mut text, left: &left, mac: style.mac };
        let mut builder = ReaderBuilder::new();
        builder.delimiter(style.separator).flexible(true).has_headers(false);
        builder.escape(style.backslash.then_some(b'\\')).double_quote(!style.backslash);
        let mut table =
            Table { reader: builder.from_reader(bounded), left: &left, row: ByteRecord::new(), crlf: style.crlf };
        let columns = match table.columns(place) {
            Ok(columns) => columns,
            Err(refusal) => return place.refuse(sink, refusal),
        };
        table.rows(&columns, encoding, place, sink)
    }
}

/// How a table is written.
#[derive(Debug, PartialEq, Eq)]
struct Style {
    separator: u8,
    /// A quotation mark in a cell is `\"` and not `""`.
    backslash: bool,
    /// Lines end with a carriage return alone.
    mac: bool,
    /// Lines end with a carriage return and a line feed.
    crlf: bool,
}

impl Style {
    fn of(head: &[u8]) -> Self {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let stated =
            head.get(..5).filter(|s| s.to_ascii_lowercase().starts_with(b"sep=")).and_then(|s| s.last().copied());
        let mac = !head.contains(&b'\n') && head.contains(&b'\r');
        let lines = || head.split(|b| matches!(b, b'\n' | b'\r')).filter(|line| !line.is_empty()).take(HEAD_LINES);
        let count = |line: &[u8], separator: u8| line.iter().filter(|b| **b == separator).count();
        let best = |line: &[u8]| {
            let most = SEPARATORS.into_iter().max_by_key(|s| (count(line, *s), std::cmp::Reverse(*s)));
            most.filter(|s| count(line, *s) > 0)
        };
        // The line that names columns decides, else the first that has a separator.
        let naming = lines().find(|line| names_columns_line(line));
        let separator = stated.or_else(|| best(naming?)).or_else(|| lines().find_map(best)).unwrap_or(b',');
        let find = |needle: &[u8]| super::sniff::find(head, needle).is_some();
        Self { separator, backslash: find(b"\\\"") && !find(b"\"\""), mac, crlf: find(b"\r\n") }
    }
}

/// Whether one of the first lines names columns of records, in whatever encoding.
fn names_columns(head: &[u8]) -> bool {
    let lines = head.get(..head.len().min(8 << 10)).unwrap_or(head);
    let Ok(encoding) = encoding::of_sample(lines, None) else { return false };
    let mut lines = lines;
    let mut text = Vec::new();
    let read = encoding::to_utf8(&mut lines, encoding).read_to_end(&mut text);
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let mut lines = text.split(|b| matches!(b, b'\n' | b'\r')).filter(|line| !line.is_empty());
    read.is_ok()
        && lines
            .next()
            .is_some_and(|first| names_columns_line(first) || first.to_ascii_lowercase().starts_with(b"sep="))
}

/// Whether a line has a separator and names a column of texts and another known one.
fn names_columns_line(line: &[u8]) -> bool {
    if line.len() > LONGEST_HEADER {
        return false;
    }
    let fields = FieldMap::default();
    let text = String::from_utf8_lossy(line);
    SEPARATORS.into_iter().any(|separator| {
        let names: Vec<&str> = text.split(char::from(separator)).map(|name| name.trim().trim_matches('"')).collect();
        let known = names.iter().filter(|name| fields.knows(name)).count();
        let words = || names.iter().all(|name| !name.is_empty() && !name.contains(char::is_whitespace));
        names.len() > 1 && names.iter().any(|name| fields.means_text(name)) && (known > 1 || words())
    })
}

/// A table being read.
struct Table<'a, R> {
    reader: csv::Reader<R>,
    left: &'a Cell<usize>,
    row: ByteRecord,
    crlf: bool,
}

impl<R: Read> Table<'_, R> {
    /// Reads the next row; `false` at the end.
    fn next(&mut self) -> Result<bool, super::Reason> {
        self.left.set(MAX_RECORD_BYTES);
        self.reader.read_byte_record(&mut self.row).map_err(|e| match e.into_kind() {
            csv::ErrorKind::Io(_) if self.left.get() == 0 => too_long("row"),
            csv::ErrorKind::Io(e) => io_reason(&e),
            _ => RefusalKind::Damaged.because("not a table"),
        })
    }

    fn cells(&self) -> Vec<String> {
        self.row.iter().map(|cell| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').to_owned()).collect()
    }

    fn line(&self) -> u64 {
        // The csv crate counts the line feed after a carriage return with the next row.
        let counted = self.row.position().map_or(0, csv::Position::line);
        counted + u64::from(self.crlf && self.row.position().is_some_and(|at| at.record() > 0))
    }

    /// Reads until the columns are known.
    fn columns(&mut self, place: &Place<'_>) -> Result<Columns, super::Reason> {
        let mut seen = Vec::new();
        while seen.len() < HEAD_LINES && self.next()? {
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

    fn rows(
        &mut self,
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
        for (line, cells) in &columns.first_rows {
            send(*line, cells, sink)?;
        }
        loop {
            match self.next() {
                Ok(true) => {
                    let cells: Vec<String> =
                        self.row.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
                    send(self.line(), &cells, sink)?;
                }
                Ok(false) => break,
                Err(reason) => return place.refuse(sink, reason),
            }
        }
        if found {
            return ControlFlow::Continue(());
        }
        place.refuse(sink, RefusalKind::NoRecords.because("no records in it: a table without rows"))
    }
}

/// A table's bytes without zero bytes, with one kind of line end, and not more of them than a row may have: an open
/// quotation mark would swallow the rest of the file.
struct Cleaned<'a> {
    input: &'a mut dyn BufRead,
    left: &'a Cell<usize>,
    mac: bool,
}

impl Read for Cleaned<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other("row too long"));
        }
        loop {
            let read = self.input.read(buffer)?;
            self.left.set(self.left.get().saturating_sub(read));
            let mut kept = 0;
            for at in 0..read {
                let Some(byte) = buffer.get(at).copied().filter(|byte| *byte != 0) else { continue };
                let byte = if self.mac && byte == b'\r' { b'\n' } else { byte };
                if let Some(slot) = buffer.get_mut(kept) {
                    *slot = byte;
                }
                kept += 1;
            }
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{super::encoding::Charset, parse_bytes};

    fn rows(name: &str, bytes: &[u8]) -> Vec<String> {
        let records = parse_bytes(name, bytes).into_iter();
        let show = |text: Option<String>| text.unwrap_or_else(|| "-".into());
        records
            .map(|r| match r {
                Ok(r) => format!("{}|{}|{}|{}", r.origin.display(), show(r.date), show(r.title), r.text),
                Err(e) => format!("{}! {}", e.path, e.reason),
            })
            .collect()
    }

    #[test]
    fn tables_with_any_separator_and_encoding() {
        for (separator, name) in [(",", "a.csv"), (";", "a.csv"), ("\t", "a.tsv")] {
            let table = "headline,body,published,source\n\"Раз, два; три\",\"Первый\nабзац\",04.03.2025,Вестник\n";
            let table = if separator == "," {
                table.to_owned()
            } else {
                table
                    .replacen(',', separator, 3)
                    .replace("\",\"", &format!("\"{separator}\""))
                    .replace("\",04.03.2025,", &format!("\"{separator}04.03.2025{separator}"))
            };
            let wide = [0xff, 0xfe].into_iter().chain(table.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            for bytes in [table.as_bytes().to_vec(), Charset::Windows1251.encode(&table).0, wide] {
                let records = parse_bytes(name, &bytes);
                let record = records[0].as_ref().unwrap();
                assert_eq!((record.text.as_str(), record.date.as_deref()), ("Первый\nабзац", Some("04.03.2025")));
                assert_eq!(record.outlet.as_deref(), Some("Вестник"));
                assert_eq!((record.format, record.origin.line), ("csv", Some(2)));
                assert_eq!(records.len(), 1);
            }
        }
    }

    #[test]
    fn names_below_a_title_or_a_separator() {
        let row = "a.csv:3|2025-03-04|Раз|Текст";
        assert_eq!(rows("a.csv", "sep=;\nДата;Заголовок;Текст\n2025-03-04;Раз;Текст\n".as_bytes()), [row]);
        assert_eq!(rows("a.csv", "Выгрузка за март;;\nДата;Заголовок;Текст\n2025-03-04;Раз;Текст\n".as_bytes()), [row]);
        let by_content = Charset::Windows1251.encode("Дата;Заголовок;Текст\r\n2025-03-04;Раз;Текст\r\n").0;
        assert_eq!(rows("a.txt", &by_content), ["a.txt:2|2025-03-04|Раз|Текст"]);
    }

    #[test]
    fn line_ends_of_old_macs_and_escaped_quotes() {
        assert_eq!(rows("a.csv", "date,text\r2025-03-04,Раз\r".as_bytes()), ["a.csv:2|2025-03-04|-|Раз"]);
        let table = "date,text\n2025-03-04,\"Завод \\\"Луч\\\", сказал он\"\n";
        assert_eq!(rows("a.csv", table.as_bytes()), ["a.csv:2|2025-03-04|-|Завод \"Луч\", сказал он"]);
        assert_eq!(rows("a.csv", b"date,text\n2025-03-04,\xd0\x90\0\xd0\xb0\n"), ["a.csv:2|2025-03-04|-|Аа"]);
    }

    #[test]
    fn columns_without_names() {
        let table = "https://a.example/1,Завод открыли,\"В городе открыли новый завод, сообщает агентство.\",2018/05/07\n\
                     https://a.example/2,Мост открыли,\"На реке открыли новый мост, сообщает агентство.\",2018/05/08\n";
        assert_eq!(
            rows("a.csv", table.as_bytes()),
            [
                "a.csv:1|2018/05/07|Завод открыли|В городе открыли новый завод, сообщает агентство.",
                "a.csv:2|2018/05/08|Мост открыли|На реке открыли новый мост, сообщает агентство.",
            ]
        );
    }

    #[test]
    fn a_table_without_texts_says_so_once() {
        assert_eq!(rows("a.csv", b"date,text\n"), ["a.csv! no records in it: a table without rows"]);
        let found = rows("a.csv", b"a,b\n1,2\n3,4\n");
        assert!(found.len() == 1 && found[0].contains("--map text=COLUMN"), "{found:?}");
    }
}

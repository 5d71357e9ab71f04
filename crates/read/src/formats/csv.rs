//! CSV and TSV: a record a row, the columns named by the first row.
//!
//! A row becomes the JSON object of its columns, so that one place decides what a field name means.

use super::{
    super::{
        MAX_RECORD_BYTES, encoding,
        limits::{io_reason, too_long},
    },
    FieldMap, Format, Hints, Item, Piece, Place, Record, Refusal, Sink, Sniff, json,
};
use csv::{ByteRecord, ReaderBuilder};
use std::{
    cell::Cell,
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

pub(super) struct Csv;

/// What can stand between columns.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How far the columns of a table are named in its first row: at least one of these must be there.
const TELLING: [&str; 10] =
    ["text", "body", "content", "article", "full_text", "fulltext", "article_text", "description", "текст", "maintext"];

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let first = sniff.ascii.lines().next().unwrap_or("");
        let separator = separator(first.as_bytes());
        let names = first.split(char::from(separator)).map(|name| name.trim().trim_matches('"'));
        sniff.is_named(&["csv", "tsv", "tab"])
            || (first.len() < 1000
                && names.filter(|n| TELLING.contains(n)).count() > 0
                && first.contains(char::from(separator)))
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let head = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
        // A cut-off letter at the end of the sample must not count against UTF-8.
        let whole_lines = head.iter().rposition(|b| *b == b'\n').and_then(|end| head.get(..end)).unwrap_or(&head);
        let encoding = match encoding::decode(whole_lines, None) {
            Ok(decoded) => decoded.encoding,
            Err(reason) => return place.refuse(sink, reason),
        };
        if encoding.starts_with("UTF-16") {
            return place.refuse(sink, "a table in UTF-16: not read; save it as UTF-8");
        }
        let first = head.split(|b| *b == b'\n').next().unwrap_or_default();
        let left = Cell::new(MAX_RECORD_BYTES);
        let bounded = Bounded { input, left: &left };
        let mut builder = ReaderBuilder::new();
        let mut reader = builder.delimiter(separator(first)).flexible(true).has_headers(false).from_reader(bounded);
        let decode = |field: &[u8]| decode_field(field, encoding);
        let mut columns: Option<Vec<String>> = None;
        let mut row = ByteRecord::new();
        loop {
            left.set(MAX_RECORD_BYTES);
            match reader.read_byte_record(&mut row) {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => {
                    let reason = match e.into_kind() {
                        csv::ErrorKind::Io(e) if left.get() == 0 && e.kind() == io::ErrorKind::Other => too_long("row"),
                        csv::ErrorKind::Io(e) => io_reason(&e),
                        _ => "not a table".to_owned(),
                    };
                    return place.refuse(sink, reason);
                }
            }
            let line = row.position().map_or(0, csv::Position::line);
            let Some(columns) = &columns else {
                columns = Some(
                    row.iter().map(|name| decode(name).trim_start_matches('\u{feff}').trim().to_owned()).collect(),
                );
                continue;
            };
            let origin = place.origin.record(line);
            let fields = columns.iter().zip(row.iter()).map(|(name, value)| (name.clone(), decode(value).into()));
            let object: serde_json::Map<String, serde_json::Value> = fields.filter(|(_, v)| v != "").collect();
            if object.is_empty() {
                continue;
            }
            match serde_json::to_vec(&object) {
                Ok(bytes) => {
                    let hints = Hints { cut_from: Some(("csv", encoding)), ..place.hints.clone() };
                    sink(Item::Piece(Piece { origin, bytes, format: &json::Json, hints }))?;
                }
                Err(e) => sink(Item::Refused(Refusal::new(&origin, e.to_string())))?,
            }
        }
        if columns.is_none() { place.refuse(sink, "no records in it") } else { ControlFlow::Continue(()) }
    }

    fn parse(&self, _: &Piece, _: &FieldMap) -> Result<Vec<Record>, String> {
        Err("a table is read row by row".into())
    }
}

fn separator(first_line: &[u8]) -> u8 {
    let count = |separator: &u8| first_line.iter().filter(|b| *b == separator).count();
    SEPARATORS.into_iter().max_by_key(|s| (count(s), std::cmp::Reverse(*s))).unwrap_or(b',')
}

fn decode_field(field: &[u8], encoding: &str) -> String {
    match encoding::Charset::named(encoding) {
        Some(charset) => charset.decode(field),
        None => String::from_utf8_lossy(field).into_owned(),
    }
}

/// Fails when one row takes more than a record may: an open quote would swallow the rest of the file.
struct Bounded<'a> {
    input: &'a mut dyn BufRead,
    left: &'a Cell<usize>,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other("row too long"));
        }
        let read = self.input.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(read));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{super::encoding::Charset, parse_bytes};

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
            for bytes in [table.as_bytes().to_vec(), Charset::Windows1251.encode(&table).0] {
                let records = parse_bytes(name, &bytes);
                let record = records[0].as_ref().unwrap();
                assert_eq!((record.text.as_str(), record.date.as_deref()), ("Первый\nабзац", Some("04.03.2025")));
                assert_eq!(record.outlet.as_deref(), Some("Вестник"));
                assert_eq!((record.format, record.origin.line), ("csv", Some(2)));
                assert_eq!(records.len(), 1);
            }
        }
    }
}

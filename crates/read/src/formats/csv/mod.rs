//! CSV and TSV: a record a row, the columns named by the first row that names some.
//!
//! A row becomes the JSON object of its columns, so that one place decides what a field name means. Tables are what
//! spreadsheets and databases write: with `sep=;` or a title above the names, with `\"` for a quotation mark, with line
//! ends of old Macs, in UTF-16, without any names.

mod columns;
mod table;

use super::{super::encoding, FieldMap, Format, Place, Sink, Sniff};
use std::{
    io::{BufRead, Read},
    ops::ControlFlow,
};
use table::Table;

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
        let mut table = Table::new(&mut text, style);
        match table.columns(place) {
            Ok(columns) => table.rows(&columns, encoding, place, sink),
            Err(refusal) => place.refuse(sink, refusal),
        }
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
        let of_all = || {
            let mut lines: Vec<&[u8]> = lines().collect();
            if lines.len() > 1 && lines.len() < HEAD_LINES && !head.ends_with(b"\n") && !head.ends_with(b"\r") {
                // The last one may be cut off.
                lines.pop();
            }
            most_regular(&lines)
        };
        let separator =
            stated.or_else(|| best(naming?)).or_else(of_all).or_else(|| lines().find_map(best)).unwrap_or(b',');
        let find = |needle: &[u8]| super::sniff::find(head, needle).is_some();
        // Two quotation marks are one in a cell; not the end of one that ends with `\"`, nor an empty cell.
        let ends = |byte: Option<&u8>| byte.is_none_or(|b| SEPARATORS.contains(b) || matches!(b, b'\r' | b'\n'));
        let mut pairs = head.windows(2).enumerate().filter(|(_, pair)| *pair == b"\"\"");
        let doubles = pairs.any(|(at, _)| {
            let before = at.checked_sub(1).and_then(|at| head.get(at));
            before != Some(&b'\\') && !(ends(before) && ends(head.get(at + 2)))
        });
        Self { separator, backslash: find(b"\\\"") && !doubles, mac, crlf: find(b"\r\n") }
    }
}

/// The separator that stands equally often outside of quotation marks in every one of several lines, the most frequent
/// of such.
fn most_regular(lines: &[&[u8]]) -> Option<u8> {
    let count = |line: &[u8], separator: u8| {
        let mut is_quoted = false;
        let outside = line.iter().filter(|byte| {
            is_quoted ^= **byte == b'"';
            **byte == separator && !is_quoted
        });
        outside.count()
    };
    let regular = |separator: &u8| {
        let first = count(lines.first()?, *separator);
        (first > 0 && lines.iter().all(|line| count(line, *separator) == first)).then_some(first)
    };
    SEPARATORS.into_iter().filter_map(|s| Some((regular(&s)?, std::cmp::Reverse(s)))).max().map(|(_, s)| s.0)
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
        let table = "date,title,text\n2025-03-04,\"\",\"Завод \\\"Луч\\\"\"\n";
        assert_eq!(rows("a.csv", table.as_bytes()), ["a.csv:2|2025-03-04|-|Завод \"Луч\""]);
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
    fn the_separator_of_a_table_without_names_is_the_regular_one() {
        let table = "https://a.example/1;06.05.2020;Завод;\"Завод открыли, сообщает агентство, во вторник утром.\"\n\
                     https://a.example/2;07.05.2020;Мост;\"Мост открыли, сообщает агентство, в среду вечером.\"\n";
        let text = |what: &str, day: &str| format!("{what} открыли, сообщает агентство, {day}.");
        assert_eq!(
            rows("a.csv", table.as_bytes()),
            [
                format!("a.csv:1|06.05.2020|Завод|{}", text("Завод", "во вторник утром")),
                format!("a.csv:2|07.05.2020|Мост|{}", text("Мост", "в среду вечером")),
            ]
        );
    }

    #[test]
    fn the_nulls_of_databases_are_empty_cells() {
        let table = "title\ttext\tdate\nNULL\tСнег выпал\t\\N\n";
        assert_eq!(rows("a.tsv", table.as_bytes()), ["a.tsv:2|-|-|Снег выпал"]);
    }

    /// An unclosed quotation mark costs its own row, whatever it would swallow: the rest of the file, the next row up to its
    /// first quotation mark, or more than a row may have.
    #[test]
    fn an_open_quotation_mark_costs_one_row() {
        let open = "a.csv:3! row with a quotation mark that is not closed";
        for (row, what) in [("2025-03-04,\"Два,Мост открыли\n", "title"), ("2025-03-04,Два,\"Мост открыли\n", "text")]
        {
            for rest in ["2025-03-05,Три,Снег выпал\n", "2025-03-05,\"Три\",\"Снег выпал\"\n"] {
                let table = format!("date,title,text\n2025-03-03,Раз,Завод открыли\n{row}{rest}{rest}");
                let third = "|2025-03-05|Три|Снег выпал";
                let expected = [
                    "a.csv:2|2025-03-03|Раз|Завод открыли".into(),
                    open.into(),
                    format!("a.csv:4{third}"),
                    format!("a.csv:5{third}"),
                ];
                assert_eq!(rows("a.csv", table.as_bytes()), expected, "{what} {rest}");
            }
        }
        let many = "2025-03-05,Три,Снег выпал в степи и не тает уже неделю\n".repeat(400_000);
        let table = format!("date,title,text\n2025-03-03,Раз,Завод открыли\n2025-03-04,\"Два,Мост открыли\n{many}");
        let found = rows("a.csv", table.as_bytes());
        assert_eq!((found.len(), found[1].as_str()), (400_002, open));
        assert_eq!(found[400_001], "a.csv:400003|2025-03-05|Три|Снег выпал в степи и не тает уже неделю");
    }

    #[test]
    fn a_table_without_texts_says_so_once() {
        assert_eq!(rows("a.csv", b"date,text\n"), ["a.csv! no records in it: a table without rows"]);
        let found = rows("a.csv", b"a,b\n1,2\n3,4\n");
        assert!(found.len() == 1 && found[0].contains("--map text=COLUMN"), "{found:?}");
    }
}

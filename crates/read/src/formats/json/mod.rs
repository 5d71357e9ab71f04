//! JSON Lines (a record a line) and JSON: one record, several, an array of them, or an object that holds such an array.
//!
//! Damaged JSON is repaired where it is clear what was meant ([`lenient`]); otherwise it costs the damaged record only.

pub(super) mod lenient;
mod lists;
mod scanner;

use super::{
    super::{
        encoding,
        limits::{Damage, io_reason, read_line, too_long},
    },
    FieldMap, Format, MAX_RECORD_BYTES, Piece, Place, ReadEvent, Reason, Record, RecordParser, Records, Refusal,
    RefusalKind, Risk, Sink, Sniff, SourceFormat,
};
use scanner::{Cut, ObjectCutter, is_balanced, objects};
use serde_json::{Map, Value};
use std::{
    io::{BufRead, Cursor, Read},
    ops::ControlFlow,
};

pub(super) struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "json lines"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        if sniff.is_named(&["jsonl", "ndjson"]) {
            return !sniff.ascii.starts_with('[');
        }
        let Some((first, rest)) = sniff.ascii.split_once('\n') else {
            return sniff.ascii.starts_with("{\"") && sniff.ascii.len() > 4096 && !sniff.is_named(&["json"]);
        };
        serde_json::from_str::<Map<String, Value>>(first).is_ok() && rest.trim_start().starts_with('{')
    }

    /// A bad line is refused with its number and the next one is read.
    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        as_utf8(input, place, self.name(), sink, &mut |input, place, sink| {
            Lines { record: Vec::new(), begun: 0, found: false }.split(input, place, sink)
        })
    }
}

/// Lines put together to records: most lines are one, but some writers leave line ends in strings or indent.
struct Lines {
    /// Lines of a record that is not closed yet.
    record: Vec<u8>,
    /// The number of its first line.
    begun: u64,
    found: bool,
}

impl Lines {
    fn split(mut self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut line = Vec::new();
        for number in 1u64.. {
            match read_line(input, &mut line) {
                Ok(false) if line.is_empty() => break,
                Ok(false) => self.line(&mut line, number, place, sink)?,
                Ok(true) => {
                    self.end(place, sink)?;
                    self.found = true;
                    place.refuse_record(sink, number, too_long("line"))?;
                }
                Err(e) => {
                    self.end(place, sink)?;
                    self.found = true;
                    place.refuse_record(sink, number, io_reason(&e))?;
                    if !Damage::can_go_on(&e) {
                        break;
                    }
                }
            }
        }
        self.end(place, sink)?;
        if self.found {
            return ControlFlow::Continue(());
        }
        place.refuse(sink, RefusalKind::NoRecords.because("no records in it"))
    }

    fn line(&mut self, line: &mut Vec<u8>, number: u64, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let trimmed = line.trim_ascii();
        if self.record.is_empty() && trimmed.is_empty() {
            return ControlFlow::Continue(());
        }
        // A new record: the one before is damaged and must not swallow it.
        if trimmed.starts_with(b"{\"") || self.record.len() + line.len() > MAX_RECORD_BYTES {
            self.end(place, sink)?;
        }
        let begins = self.record.is_empty();
        if begins {
            self.begun = number;
            self.record = std::mem::take(line);
        } else {
            self.record.extend_from_slice(line);
        }
        // Counting brackets is only needed for what does not look like a whole record.
        let first = self.record.trim_ascii();
        let complete = if begins {
            !first.starts_with(b"{") || first.ends_with(b"}") || is_balanced(first)
        } else {
            first.ends_with(b"}") && is_balanced(first)
        };
        if complete { self.end(place, sink) } else { ControlFlow::Continue(()) }
    }

    /// Sends the record that has come together.
    fn end(&mut self, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        if self.record.is_empty() {
            return ControlFlow::Continue(());
        }
        self.found = true;
        place.record(sink, self.begun, std::mem::take(&mut self.record), &JsonLines)
    }
}

impl RecordParser for JsonLines {
    fn format(&self) -> &'static str {
        "json lines"
    }

    fn risk(&self) -> Risk {
        Risk::Markup
    }

    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Records, Reason> {
        let decoded = piece.decode(None)?;
        let text = decoded.text.trim();
        let record = |object: &Map<String, Value>| Record { encoding: decoded.encoding, ..fields.record(object) };
        match lenient::parse(text) {
            Ok(Value::Object(object)) => return Ok(vec![Ok(record(&object))]),
            Ok(_) => return Err(RefusalKind::Damaged.because("not a JSON record: it is not an object")),
            Err(e) if !text.contains("}{") && !text.contains("} {") && !text.contains("}\n") => {
                return Err(not_json(&e));
            }
            Err(_) => {}
        }
        // Several records on one line.
        let (found, rest) = objects(text);
        let rest = rest.map(|_| Err(Refusal::new(&piece.origin, RefusalKind::CutOff.because("ends in the middle"))));
        let records = found.into_iter().map(|object| match lenient::parse(object) {
            Ok(Value::Object(object)) => Ok(record(&object)),
            Ok(_) => Err(Refusal::new(&piece.origin, RefusalKind::Damaged.because("not a JSON record"))),
            Err(e) => Err(Refusal::new(&piece.origin, not_json(&e))),
        });
        Ok(records.chain(rest).collect())
    }
}

/// The whole objects that a text holds one after the other.
pub(super) fn objects_in(text: &str) -> Vec<&str> {
    objects(text).0
}

fn not_json(e: &serde_json::Error) -> Reason {
    RefusalKind::Damaged.because(format!("not a JSON record: {e}"))
}

pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let mut start = without_comments(&sniff.ascii).chars().filter(|c| !c.is_ascii_whitespace());
        match (start.next(), start.next()) {
            (Some('{'), Some('"')) | (Some('['), Some('{')) => true,
            (Some('{' | '['), _) => sniff.is_named(&["json", "jsonl", "ndjson"]),
            _ => false,
        }
    }

    /// Cuts an array into its elements, however long it is, and objects that follow each other. An object that is too
    /// long for a record holds records: they are cut out of it.
    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        as_utf8(input, place, self.name(), sink, &mut |input, place, sink| {
            let mut cuts = Cuts { number: 0, first: None };
            let mut element = Vec::new();
            if cuts.all(&mut ObjectCutter::default(), input, &mut element, place, sink)? == Cut::TooLong {
                let mut rest = Cursor::new(std::mem::take(&mut element)).chain(input);
                let mut cutter = ObjectCutter::unwrapping();
                cuts.all(&mut cutter, &mut rest, &mut element, place, sink)?;
            }
            cuts.finish(place, sink)
        })
    }
}

/// What follows the comments that a file begins with.
fn without_comments(ascii: &str) -> &str {
    let mut rest = ascii.trim_start();
    while let Some(comment) = rest.strip_prefix('/') {
        let after = match comment.strip_prefix('*') {
            Some(comment) => comment.split_once("*/"),
            None => comment.strip_prefix('/').and_then(|comment| comment.split_once('\n')),
        };
        rest = after.map_or("", |(_, after)| after.trim_start());
    }
    rest
}

/// Sends what a [`ObjectCutter`] cuts.
struct Cuts {
    number: u64,
    /// The first object, which is numbered only when another one follows.
    first: Option<Vec<u8>>,
}

impl Cuts {
    /// Sends everything up to the end; [`Cut::TooLong`] for an object that may hold records and must be unwrapped.
    fn all(
        &mut self,
        cutter: &mut ObjectCutter,
        input: &mut dyn BufRead,
        element: &mut Vec<u8>,
        place: &Place<'_>,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<(), Cut> {
        loop {
            match cutter.next(input, element) {
                Ok(Cut::Element) => {
                    self.number += 1;
                    let bytes = std::mem::take(element);
                    if self.number == 1 && !cutter.in_array {
                        self.first = Some(bytes);
                        continue;
                    }
                    self.first(true, place, sink)?;
                    place.record(sink, self.number, bytes, &Json)?;
                }
                Ok(Cut::TooLong) if !cutter.in_array => {
                    self.first(true, place, sink)?;
                    return ControlFlow::Continue(Cut::TooLong);
                }
                Ok(Cut::TooLong) => {
                    self.number += 1;
                    place.refuse_record(sink, self.number, too_long("record"))?;
                }
                Ok(Cut::End) => return ControlFlow::Continue(Cut::End),
                Ok(Cut::Broken) => {
                    self.first(true, place, sink)?;
                    self.number += 1;
                    let cut = RefusalKind::CutOff.because("not whole JSON: it ends in the middle");
                    place.refuse(sink, cut)?;
                    return ControlFlow::Continue(Cut::Broken);
                }
                Err(e) => {
                    self.number += 1;
                    place.refuse(sink, io_reason(&e))?;
                    return ControlFlow::Continue(Cut::Broken);
                }
            }
        }
    }

    fn first(&mut self, numbered: bool, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        match self.first.take() {
            Some(bytes) if numbered => place.record(sink, 1, bytes, &Json),
            Some(bytes) => place.piece(sink, bytes, &Json),
            None => ControlFlow::Continue(()),
        }
    }

    fn finish(mut self, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        if self.number == 0 {
            return place.refuse(sink, RefusalKind::NoRecords.because("no records in it"));
        }
        self.first(false, place, sink)
    }
}

impl RecordParser for Json {
    fn format(&self) -> &'static str {
        "json"
    }

    fn risk(&self) -> Risk {
        Risk::Markup
    }

    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Records, Reason> {
        let decoded = piece.decode(None)?;
        let value = lenient::parse(decoded.text.trim()).map_err(|e| not_json(&e))?;
        let Value::Object(object) = value else {
            return Err(RefusalKind::Damaged.because("not a JSON record: it is not an object"));
        };
        let record = Record { encoding: decoded.encoding, ..fields.record(&object) };
        let Some(list) = lists::in_object(&object, fields) else { return Ok(vec![Ok(record)]) };
        let is_feed = object.get("version").is_some_and(|version| version.to_string().contains("jsonfeed"));
        let records = list.into_iter().zip(1u64..).map(|(item, number)| {
            let mut item =
                Record { origin: piece.origin.record(number), encoding: decoded.encoding, ..fields.record(item) };
            if is_feed && item.outlet.is_none() {
                item.outlet.clone_from(&record.title);
                item.from_page = true;
                item.url = item.url.or_else(|| item.id.clone());
                item.id = None;
            }
            Ok(item)
        });
        Ok(records.collect())
    }
}

/// What splits a stream.
type Split<'s> = dyn FnMut(&mut dyn BufRead, &Place<'_>, &mut Sink<'_>) -> ControlFlow<()> + 's;

/// Splits UTF-16 as UTF-8, for its line ends and brackets are two bytes long; other encodings share those with ASCII and
/// are decoded record by record, for some files mix them.
fn as_utf8(
    input: &mut dyn BufRead,
    place: &Place<'_>,
    format: &'static str,
    sink: &mut Sink<'_>,
    split: &mut Split<'_>,
) -> ControlFlow<()> {
    let head = input.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
    match encoding::of_sample(&head, None) {
        Ok(encoding) if encoding.starts_with("UTF-16") => {
            let mut text = encoding::to_utf8(input, encoding);
            let converted = |event| match event {
                ReadEvent::Piece(mut piece) => {
                    piece.hints.converted_from = Some(SourceFormat { format, encoding });
                    sink(ReadEvent::Piece(piece))
                }
                other => sink(other),
            };
            let mut converted = converted;
            split(&mut text, place, &mut converted)
        }
        _ => split(input, place, sink),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;

    fn texts(name: &str, json: &str) -> Vec<Result<(String, String), String>> {
        let records = parse_bytes(name, json.as_bytes()).into_iter();
        records
            .map(|r| r.map(|r| (r.origin.display(), r.text)).map_err(|e| format!("{}: {}", e.path, e.reason)))
            .collect()
    }

    fn ok(at: &str, text: &str) -> Result<(String, String), String> {
        Ok((at.into(), text.into()))
    }

    #[test]
    fn arrays_objects_and_wrapped_lists() {
        let two = r#"[{"text": "Раз ]} \" два"}, {"text": "Три"}]"#;
        assert_eq!(texts("a.json", two), [ok("a.json:1", "Раз ]} \" два"), ok("a.json:2", "Три")]);
        assert_eq!(texts("a", r#"{"title": "х", "text": "Раз"}"#), [ok("a", "Раз")]);
        let wrapped = r#"{"total": 2, "articles": [{"content": "<p>Раз</p><p>Два</p>"}, {"body": "Три"}]}"#;
        assert_eq!(texts("a.json", wrapped), [ok("a.json:1", "Раз\nДва"), ok("a.json:2", "Три")]);
        let elastic = r#"{"hits": {"hits": [{"_id": "7", "_source": {"text": "Раз"}}]}}"#;
        assert_eq!(texts("a.json", elastic), [ok("a.json:1", "Раз")]);
    }

    #[test]
    fn a_bad_line_costs_only_itself() {
        let lines = "{\"text\": \"Раз\"}\n{\"text\": \n\n{\"title\": \"х\"}\n{\"text\": \"Два\"}";
        let found = texts("a.jsonl", lines);
        assert_eq!((&found[0], &found[3]), (&ok("a.jsonl:1", "Раз"), &ok("a.jsonl:5", "Два")));
        assert!(found[1].as_ref().unwrap_err().starts_with("a.jsonl:2: not a JSON record"));
        assert_eq!(found[2], Err("a.jsonl:4: record without text".into()));
    }

    #[test]
    fn half_an_array_keeps_its_whole_records() {
        let found = texts("a.json", r#"[{"text": "Раз"}, {"text": "Дв"#);
        assert_eq!(found, [ok("a.json:1", "Раз"), Err("a.json: not whole JSON: it ends in the middle".into())]);
    }

    #[test]
    fn lone_surrogates_are_refused_or_replaced_but_never_lost() {
        let found = texts("a.jsonl", "{\"text\": \"Раз \\ud83d\"}\n{\"text\": \"Два\"}");
        assert_eq!(found.len(), 2);
        assert_eq!(found[1], ok("a.jsonl:2", "Два"));
    }

    #[test]
    fn several_objects_and_arrays_in_one_file() {
        let three = "{\n \"text\": \"Раз\"\n}\n{\n \"text\": \"Два\"\n}\n";
        assert_eq!(texts("a.json", three), [ok("a.json:1", "Раз"), ok("a.json:2", "Два")]);
        assert_eq!(texts("a.jsonl", three), [ok("a.jsonl:1", "Раз"), ok("a.jsonl:4", "Два")]);
        let arrays = "[{\"text\": \"Раз\"}]\n[{\"text\": \"Два\"}]";
        assert_eq!(texts("a.json", arrays), [ok("a.json:1", "Раз"), ok("a.json:2", "Два")]);
        let line = "{\"text\": \"Раз\"}{\"text\": \"Два\"}";
        assert_eq!(texts("a.jsonl", line), [ok("a.jsonl:1", "Раз"), ok("a.jsonl:1", "Два")]);
    }

    #[test]
    fn a_record_over_two_lines_is_one() {
        let lines = "{\"text\": \"Раз\nдва\"}\n{\"text\": \"Три\"}\n";
        assert_eq!(texts("a.jsonl", lines), [ok("a.jsonl:1", "Раз\nдва"), ok("a.jsonl:3", "Три")]);
    }

    #[test]
    fn records_are_cut_out_of_an_object_too_long_for_one() {
        let long = "x".repeat(9 << 20);
        let item = |n: u32| format!("{{\"text\": \"Текст {n}\", \"rest\": \"{long}\"}}");
        let object = format!("{{\"total\": 2, \"articles\": [{}, {}]}}", item(1), item(2));
        let found = texts("a.json", &object);
        assert_eq!(found, [ok("a.json:1", "Текст 1"), ok("a.json:2", "Текст 2")]);
    }

    #[test]
    fn wide_text() {
        let json = "[{\"text\": \"Раз\"}, {\"text\": \"Два\"}]";
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(json.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let records = parse_bytes("a.json", &wide);
        let record = records[1].as_ref().unwrap();
        assert_eq!((record.text.as_str(), record.encoding, record.format), ("Два", "UTF-16LE", "json"));
    }
}

//! JSON Lines (a record a line) and JSON: one record, an array of them, or an object that holds such an array.

use super::{
    super::limits::{Damage, io_reason, read_line, too_long},
    FieldMap, Format, Item, MAX_RECORD_BYTES, Piece, Place, Record, Refusal, Sink, Sniff,
};
use serde_json::{Map, Value};
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "json lines"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        if sniff.is_named(&["jsonl", "ndjson"]) {
            return true;
        }
        let Some((first, rest)) = sniff.ascii.split_once('\n') else {
            return sniff.ascii.starts_with("{\"") && sniff.ascii.len() > 4096 && !sniff.is_named(&["json"]);
        };
        serde_json::from_str::<Map<String, Value>>(first).is_ok() && rest.trim_start().starts_with('{')
    }

    /// A bad line is refused with its number and the next one is read.
    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut line = Vec::new();
        let mut found = false;
        for number in 1u64.. {
            let origin = place.origin.record(number);
            match read_line(input, &mut line) {
                Ok(false) if line.is_empty() => break,
                Ok(false) if line.iter().all(u8::is_ascii_whitespace) => {}
                Ok(false) => {
                    found = true;
                    let bytes = std::mem::take(&mut line);
                    sink(Item::Piece(Piece { origin, bytes, format: &Self, hints: place.hints.clone() }))?;
                }
                Ok(true) => {
                    found = true;
                    sink(Item::Refused(Refusal::new(&origin, too_long("line"))))?;
                }
                Err(e) => {
                    found = true;
                    sink(Item::Refused(Refusal::new(&origin, io_reason(&e))))?;
                    if !Damage::is_passable(&e) {
                        break;
                    }
                }
            }
        }
        if found { ControlFlow::Continue(()) } else { place.refuse(sink, "no records in it") }
    }

    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Vec<Record>, String> {
        let decoded = piece.decode(None)?;
        let object: Map<String, Value> =
            serde_json::from_str(decoded.text.trim()).map_err(|e| format!("not a JSON record: {e}"))?;
        Ok(vec![Record { encoding: decoded.encoding, ..fields.record(&object) }])
    }
}

pub(super) struct Json;

/// Names of the field under which an object holds its records.
const LISTS: [&str; 8] = ["articles", "items", "data", "results", "docs", "documents", "news", "hits"];

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let mut start = sniff.ascii.chars().filter(|c| !c.is_ascii_whitespace());
        match (start.next(), start.next()) {
            (Some('{'), Some('"')) | (Some('['), Some('{')) => true,
            (Some('{' | '['), _) => sniff.is_named(&["json"]),
            _ => false,
        }
    }

    /// Splits an array into its elements, however long it is; anything else is one piece.
    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut cutter = Cutter::default();
        let mut number = 0;
        let mut element = Vec::new();
        loop {
            match cutter.next(input, &mut element) {
                Ok(Cut::Element) => {
                    number += 1;
                    let origin = if cutter.in_array { place.origin.record(number) } else { place.origin.clone() };
                    let bytes = std::mem::take(&mut element);
                    sink(Item::Piece(Piece { origin, bytes, format: &Self, hints: place.hints.clone() }))?;
                }
                Ok(Cut::TooLong) => {
                    number += 1;
                    sink(Item::Refused(Refusal::new(&place.origin.record(number), too_long("record"))))?;
                }
                Ok(Cut::End) if number == 0 => return place.refuse(sink, "no records in it"),
                Ok(Cut::End) => return ControlFlow::Continue(()),
                Ok(Cut::Broken) => return place.refuse(sink, "not whole JSON: it ends in the middle"),
                Err(e) => return place.refuse(sink, io_reason(&e)),
            }
        }
    }

    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Vec<Record>, String> {
        let decoded = piece.decode(None)?;
        let text = decoded.text.trim();
        let value: Value = serde_json::from_str(text).map_err(|e| format!("not JSON: {e}"))?;
        let Value::Object(object) = value else { return Err("not a JSON record: it is no object".into()) };
        let record = Record { encoding: decoded.encoding, ..fields.record(&object) };
        let list = list_in(&object).filter(|_| record.text.trim().is_empty());
        let Some(list) = list else { return Ok(vec![record]) };
        let outlet = record.title;
        let records = list.iter().zip(1u64..).filter_map(|(item, number)| {
            let mut record = fields.record(item.as_object()?);
            record.origin = piece.origin.record(number);
            record.encoding = decoded.encoding;
            if record.outlet.is_none() && object.get("version").is_some_and(|v| v.to_string().contains("jsonfeed")) {
                record.outlet.clone_from(&outlet);
                record.from_page = true;
                record.url.get_or_insert_with(|| record.id.clone().unwrap_or_default());
                record.id = None;
            }
            Some(record)
        });
        Ok(records.collect())
    }
}

/// The records of an object that wraps them: Elasticsearch's `hits.hits`, JSON Feed's `items`…
fn list_in(object: &Map<String, Value>) -> Option<&Vec<Value>> {
    LISTS.iter().find_map(|name| match object.get(*name)? {
        Value::Array(list) if list.iter().any(Value::is_object) => Some(list),
        Value::Object(inner) => list_in(inner),
        _ => None,
    })
}

/// Splits the elements out of an array without understanding them, or the objects out of a stream of objects.
#[derive(Default)]
struct Cutter {
    in_array: bool,
    depth: usize,
    in_string: bool,
    escaped: bool,
    taken: usize,
}

enum Cut {
    Element,
    TooLong,
    Broken,
    End,
}

impl Cutter {
    fn next(&mut self, input: &mut dyn BufRead, element: &mut Vec<u8>) -> std::io::Result<Cut> {
        element.clear();
        self.taken = 0;
        loop {
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(if self.depth > 0 { Cut::Broken } else { Cut::End });
            }
            let mut done = false;
            let mut used = 0;
            for byte in buffer {
                used += 1;
                if self.take(*byte, element) {
                    done = true;
                    break;
                }
            }
            input.consume(used);
            if done {
                return Ok(if self.taken > MAX_RECORD_BYTES { Cut::TooLong } else { Cut::Element });
            }
        }
    }

    /// Takes a byte; whether it ends an element.
    fn take(&mut self, byte: u8, element: &mut Vec<u8>) -> bool {
        if self.depth == 0 {
            match byte {
                b'{' => {}
                b'[' if !self.in_array => {
                    self.in_array = true;
                    return false;
                }
                _ => return false,
            }
        }
        self.taken += 1;
        if self.taken <= MAX_RECORD_BYTES {
            element.push(byte);
        }
        if self.in_string {
            (self.in_string, self.escaped) = (self.escaped || byte != b'"', !self.escaped && byte == b'\\');
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.depth == 0
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
}

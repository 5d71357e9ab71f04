//! JSON Lines (a record a line) and JSON: one record, several, an array of them, or an object that holds such an array.
//!
//! Damaged JSON is repaired where it is clear what was meant ([`lenient`]); otherwise it costs the damaged record only.

pub(super) mod lenient;
mod lines;
mod lists;
mod scanner;
mod tables;
mod whole;

pub(super) use lines::JsonLines;
pub(super) use whole::Json;

use super::{super::encoding, Place, ReadEvent, Reason, RefusalKind, Sink, SourceFormat};
use scanner::objects;
use std::{io::BufRead, ops::ControlFlow};

/// The whole objects that a text holds one after the other.
pub(super) fn objects_in(text: &str) -> Vec<&str> {
    objects(text).0
}

pub(super) fn not_json(e: &serde_json::Error) -> Reason {
    RefusalKind::Damaged.because(format!("not a JSON record: {e}"))
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

//! JSON Lines: one record a line, fields `id, title, text, date, url, outlet`; only `text` is required.

use super::{MAX_RECORD_BYTES, Origin, Record, Refusal, Sink, text, walk::io_reason};
use serde::Deserialize;
use std::{
    io::{BufRead, Read},
    ops::ControlFlow,
    path::Path,
};

/// What a line may hold; other fields are allowed and ignored.
#[derive(Deserialize)]
struct Line {
    #[serde(default, deserialize_with = "scalar")]
    id: Option<String>,
    #[serde(default, deserialize_with = "scalar")]
    title: Option<String>,
    #[serde(default, deserialize_with = "scalar")]
    text: Option<String>,
    #[serde(default, deserialize_with = "scalar")]
    date: Option<String>,
    #[serde(default, deserialize_with = "scalar")]
    url: Option<String>,
    #[serde(default, deserialize_with = "scalar")]
    outlet: Option<String>,
}

/// Whether a file holds JSON Lines: by its name, or because its first line is a JSON object.
pub(super) fn is_jsonl(path: &Path, head: &[u8]) -> bool {
    let named = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("jsonl") || e.eq_ignore_ascii_case("ndjson"));
    let first = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    named || serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(first).is_ok()
}

/// Reads a record a line; a bad line is refused with its number and the next one is read.
pub(super) fn read(mut input: impl BufRead, file: &Origin, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let mut line = Vec::new();
    let mut origin = file.clone();
    let mut found = false;
    for number in 1u64.. {
        origin.line = Some(number);
        line.clear();
        match input.by_ref().take(MAX_RECORD_BYTES as u64 + 1).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(n) if n > MAX_RECORD_BYTES => {
                found = true;
                sink(Err(Refusal::new(&origin, text::too_long("line"))))?;
                if let Err(e) = skip_line(&mut input) {
                    return sink(Err(Refusal::new(&origin, io_reason(&e))));
                }
            }
            Ok(_) if line.iter().all(u8::is_ascii_whitespace) => {}
            Ok(_) => {
                found = true;
                sink(parse(std::mem::take(&mut line), &origin))?;
            }
            Err(e) => return sink(Err(Refusal::new(&origin, io_reason(&e)))),
        }
    }
    if found { ControlFlow::Continue(()) } else { sink(Err(Refusal::new(file, "no records in it"))) }
}

/// Reads on to the end of an overlong line without keeping it.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, done) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

fn parse(bytes: Vec<u8>, origin: &Origin) -> Result<Record, Refusal> {
    let refuse = |reason: String| Refusal::new(origin, reason);
    let line = text::decode(bytes).map_err(refuse)?;
    let record: Line = serde_json::from_str(line.trim()).map_err(|e| refuse(format!("not a JSON record: {e}")))?;
    let text = record.text.unwrap_or_default();
    if text.trim().is_empty() {
        return Err(refuse("record without text".into()));
    }
    let full = |field: Option<String>| field.map(|s| s.trim().to_owned()).filter(|s| !s.is_empty());
    Ok(Record {
        origin: origin.clone(),
        id: full(record.id),
        title: full(record.title),
        text,
        date: full(record.date),
        url: full(record.url),
        outlet: full(record.outlet),
    })
}

/// A string, or a number taken as one; anything else counts as absent.
fn scalar<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    Ok(match serde_json::Value::deserialize(d)? {
        serde_json::Value::String(s) => Some(s),
        serde_json::Value::Number(n) => Some(n.to_string()),
        _ => None,
    })
}

//! JSON Lines: a record a line.

use super::{
    super::{
        super::limits::{Damage, io_reason, read_line, too_long},
        FieldMap, Format, MAX_RECORD_BYTES, Piece, Place, Reason, Record, RecordParser, Records, Refusal, RefusalKind,
        Risk, Sink, Sniff,
    },
    as_utf8, lenient, not_json,
    scanner::{is_balanced, objects},
};
use serde_json::{Map, Value};
use std::{io::BufRead, ops::ControlFlow};

pub(in super::super) struct JsonLines;

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
        let begins = |line: &str, opening: &str| line.trim_start().starts_with(opening);
        let is_python = begins(first, "{'") && begins(rest, "{'") && first.trim_end().ends_with('}');
        is_python || serde_json::from_str::<Map<String, Value>>(first).is_ok() && begins(rest, "{")
    }

    /// A bad line is refused with its number and the next one is read.
    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        as_utf8(input, place, self.name(), sink, &mut |input, place, sink| {
            Lines { record: Vec::new(), begun: 0, found: false }.split(input, place, sink)
        })
    }
}

/// What begins a record in a sequence of JSON texts (RFC 7464).
const RECORD_SEPARATOR: u8 = 0x1e;

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
        if line.first() == Some(&RECORD_SEPARATOR) {
            line.remove(0);
        }
        let trimmed = line.trim_ascii();
        if self.record.is_empty() && trimmed.is_empty() {
            return ControlFlow::Continue(());
        }
        // A new record: the one before is damaged and must not swallow it.
        if trimmed.starts_with(b"{\"") || trimmed.starts_with(b"{'") || self.record.len() + line.len() > MAX_RECORD_BYTES {
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

//! JSON: one record, several, an array of them, or an object that holds such an array.

use super::{
    super::{
        super::{
            encoding,
            limits::{io_reason, too_long},
        },
        FieldMap, Format, Piece, Place, Reason, Record, RecordParser, Records, RefusalKind, Risk, Sink, Sniff,
    },
    as_utf8, lenient, lists, not_json,
    scanner::{Cut, ObjectCutter},
    tables,
};
use serde_json::Value;
use std::{
    io::{BufRead, Cursor, Read},
    ops::ControlFlow,
};

pub(in super::super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let mut start = without_script(without_comments(&sniff.ascii)).chars().filter(|c| !c.is_ascii_whitespace());
        match (start.next(), start.next()) {
            (Some('{'), Some('"' | '\'')) | (Some('['), Some('{')) => true,
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

/// What follows `var news = ` or `callback(`: JSON as a script.
fn without_script(ascii: &str) -> &str {
    let keyword = ["var ", "let ", "const "].into_iter().find_map(|keyword| ascii.strip_prefix(keyword));
    let rest = keyword.unwrap_or(ascii).trim_start();
    let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '$' | '.')).unwrap_or(0);
    let after = rest.get(name..).unwrap_or("").trim_start();
    if name == 0 || name > 60 {
        return ascii;
    }
    after.strip_prefix(['=', '(']).map_or(ascii, str::trim_start)
}

/// How many objects around records are looked into when the end of the outermost is missing.
const MAX_ENVELOPES: usize = 4;

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
                    if !cutter.in_array {
                        self.whole_records_in(element, place, sink)?;
                    }
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

    /// The whole records that an object holds of which the end is missing, unless it is a record itself.
    fn whole_records_in(&mut self, half: &[u8], place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let fields = &place.options.fields;
        let decoded = |bytes: &[u8]| encoding::decode(bytes, None).ok().map(|decoded| decoded.text);
        let has_text = |value: Option<Value>| {
            value.as_ref().and_then(Value::as_object).is_some_and(|object| !fields.record(object).text.trim().is_empty())
        };
        if has_text(decoded(half).as_deref().and_then(lenient::parse_as_far_as_it_goes)) {
            return ControlFlow::Continue(());
        }
        let before = self.number;
        let (mut cutter, mut inside) = (ObjectCutter::unwrapping(), half);
        // In lists first, then in the fields of one object after the other.
        for _ in 0..=MAX_ENVELOPES {
            let (mut rest, mut element) = (inside, Vec::new());
            while let Ok(Cut::Element | Cut::TooLong) = cutter.next(&mut rest, &mut element) {
                if has_text(decoded(&element).and_then(|text| lenient::parse(&text).ok())) {
                    self.number += 1;
                    place.record(sink, self.number, std::mem::take(&mut element), &Json)?;
                }
            }
            let Some(opening) = inside.iter().position(|b| *b == b'{').filter(|_| self.number == before) else { break };
            inside = inside.get(opening + 1..).unwrap_or_default();
            cutter = ObjectCutter::default();
        }
        ControlFlow::Continue(())
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
        if let Some(rows) = tables::rows(&object, fields) {
            let records = rows.iter().zip(1u64..).map(|(row, number)| {
                Ok(Record { origin: piece.origin.record(number), encoding: decoded.encoding, ..fields.record(row) })
            });
            return Ok(records.collect());
        }
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

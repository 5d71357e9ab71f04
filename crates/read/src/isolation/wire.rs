//! What goes between the program and its workers: a piece there, its records back, each with its length before it.

use super::super::{
    FieldMap, Piece, Record, Refusal,
    formats::{PieceHead, RecordParser, parser_named},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    io::{self, Read, Write},
    sync::{Mutex, PoisonError},
};
use svodka_model::record::Origin;

/// No piece and no answer is longer.
const MAX_FRAME: u32 = 1 << 30;

/// Names of formats and encodings that are kept; there are fewer.
const NAMES: usize = 256;

/// A record as it is sent.
#[derive(Serialize, Deserialize)]
struct SentRecord {
    place: (String, String, Option<u64>),
    id: Option<String>,
    title: Option<String>,
    text: String,
    date: Option<String>,
    url: Option<String>,
    outlet: Option<String>,
    author: Option<String>,
    forwarded_from: Option<String>,
    language: Option<String>,
    from_page: bool,
    format: String,
    encoding: String,
}

impl SentRecord {
    fn of(record: Record) -> Self {
        let Record {
            origin: Origin { path, absolute, line },
            id,
            title,
            text,
            date,
            url,
            outlet,
            author,
            forwarded_from,
            language,
            from_page,
            format,
            encoding,
        } = record;
        let (place, format, encoding) = ((path, absolute, line), format.to_owned(), encoding.to_owned());
        Self {
            place,
            id,
            title,
            text,
            date,
            url,
            outlet,
            author,
            forwarded_from,
            language,
            from_page,
            format,
            encoding,
        }
    }

    fn into_record(self) -> Record {
        let (path, absolute, line) = self.place;
        Record {
            origin: Origin { path, absolute, line },
            id: self.id,
            title: self.title,
            text: self.text,
            date: self.date,
            url: self.url,
            outlet: self.outlet,
            author: self.author,
            forwarded_from: self.forwarded_from,
            language: self.language,
            from_page: self.from_page,
            format: lasting(self.format),
            encoding: lasting(self.encoding),
        }
    }
}

/// A name that lasts as long as the program: those of formats and encodings are few.
pub(in super::super) fn lasting(name: String) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match known.get(name.as_str()) {
        Some(known) => known,
        None if known.len() >= NAMES => "",
        None => {
            let name: &'static str = Box::leak(name.into_boxed_str());
            known.insert(name);
            name
        }
    }
}

pub(super) fn send_piece(out: &mut impl Write, piece: &Piece, fields: &FieldMap) -> io::Result<()> {
    let head = postcard::to_stdvec(&(piece.head(), fields)).map_err(io::Error::other)?;
    send(out, &head)?;
    send(out, piece.bytes())?;
    out.flush()
}

/// The next piece; `None` at the end of the input.
pub(super) fn receive_piece(input: &mut impl Read) -> io::Result<Option<(Piece, FieldMap)>> {
    let Some(head) = receive(input)? else { return Ok(None) };
    let (head, fields): (PieceHead, FieldMap) = postcard::from_bytes(&head).map_err(io::Error::other)?;
    let parser: &'static dyn RecordParser =
        parser_named(&head.parser).ok_or_else(|| io::Error::other(format!("no reader of {}", head.parser)))?;
    let bytes = receive(input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(Some((Piece::of_parts(head, bytes, parser), fields)))
}

pub(super) fn send_records(out: &mut impl Write, records: Vec<Result<Record, Refusal>>) -> io::Result<()> {
    let records: Vec<Result<SentRecord, Refusal>> = records.into_iter().map(|r| r.map(SentRecord::of)).collect();
    send(out, &postcard::to_stdvec(&records).map_err(io::Error::other)?)?;
    out.flush()
}

pub(super) fn receive_records(input: &mut impl Read) -> io::Result<Vec<Result<Record, Refusal>>> {
    let bytes = receive(input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let records: Vec<Result<SentRecord, Refusal>> = postcard::from_bytes(&bytes).map_err(io::Error::other)?;
    Ok(records.into_iter().map(|record| record.map(SentRecord::into_record)).collect())
}

fn send(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= MAX_FRAME);
    let length = length.ok_or_else(|| io::Error::other("too long for a worker"))?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(bytes)
}

/// The next frame; `None` when the input ends before it.
fn receive(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let length = u32::from_le_bytes(length);
    if length > MAX_FRAME {
        return Err(io::Error::other("no frame is so long"));
    }
    let mut bytes = Vec::new();
    input.take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

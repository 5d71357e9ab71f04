//! Formats: each in its own file behind one trait, told by content before name.

mod archive;
mod csv;
mod feed;
mod html;
mod json;
mod markdown;
mod packed;
mod sniff;
mod tar;
mod text;
mod warc;
mod wiki;
mod zip;

use super::{
    FieldMap, Item, MAX_RECORD_BYTES, Origin, ReadOptions, Record, Refusal, Sink,
    encoding::{self, Decoded},
    limits::{Budget, Damage, MAX_DEPTH, io_reason, read_whole},
};
pub(super) use html::plain_if_html;
use sniff::Sniff;
use std::{
    io::{self, BufRead, BufReader, Cursor, Read},
    ops::ControlFlow,
    path::Path,
};

/// Bytes looked at to tell formats apart.
const SNIFF_BYTES: u64 = 64 << 10;

/// What one format is and how it is read.
trait Format: Sync {
    /// Its name in reports.
    fn name(&self) -> &'static str;

    /// Whether an input is in this format.
    fn recognises(&self, sniff: &Sniff<'_>) -> bool;

    /// Splits an input into pieces of one record each; the default takes it as one piece.
    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let format = format_named(self.name());
        match read_whole(input, "file") {
            Ok(bytes) => {
                sink(Item::Piece(Piece { bytes, format, origin: place.origin.clone(), hints: place.hints.clone() }))
            }
            Err(reason) => sink(Item::Refused(Refusal::new(&place.origin, reason))),
        }
    }

    /// Understands a piece; a piece of this format may hold several records.
    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Vec<Record>, String>;
}

/// All formats; the first that recognises an input reads it. Plain text takes what is left.
const FORMATS: [&dyn Format; 14] = [
    &zip::Zip,
    &packed::Gzip,
    &packed::Bzip2,
    &packed::Zstd,
    &tar::Tar,
    &warc::Warc,
    &feed::Feed,
    &wiki::MediaWiki,
    &html::Html,
    &json::JsonLines,
    &json::Json,
    &markdown::Markdown,
    &csv::Csv,
    &text::Text,
];

/// The format called `name`: lets a default method of the trait name its own format.
fn format_named(name: &str) -> &'static dyn Format {
    FORMATS.into_iter().find(|f| f.name() == name).unwrap_or(&text::Text)
}

/// Where an input stands, and what is known of it from outside.
pub(super) struct Place<'a> {
    pub(super) origin: Origin,
    pub(super) options: &'a ReadOptions,
    budget: &'a Budget,
    depth: usize,
    /// The file itself, when it is one and not a stream out of an archive.
    file: Option<&'a Path>,
    hints: Hints,
}

impl<'a> Place<'a> {
    pub(super) fn new(origin: Origin, options: &'a ReadOptions, budget: &'a Budget, file: Option<&'a Path>) -> Self {
        Self { origin, options, budget, depth: 0, file, hints: Hints::default() }
    }

    /// A place inside this one, which is an archive or a packed file.
    fn inside(&self, origin: Origin) -> Place<'a> {
        Place {
            origin,
            options: self.options,
            budget: self.budget,
            depth: self.depth + 1,
            file: None,
            hints: self.hints.clone(),
        }
    }

    fn refuse(&self, sink: &mut Sink<'_>, reason: impl Into<String>) -> ControlFlow<()> {
        sink(Item::Refused(Refusal::new(&self.origin, reason)))
    }
}

/// What the surroundings of a record say about it: the headers of a WARC record, the columns of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hints {
    /// The declared encoding.
    charset: Option<String>,
    /// Where it was fetched.
    url: Option<String>,
    /// The format and encoding of the file that the piece was cut out of, when its own are not those.
    cut_from: Option<(&'static str, &'static str)>,
}

/// The bytes of one record, not yet decoded.
pub struct Piece {
    /// Where it was read.
    pub origin: Origin,
    bytes: Vec<u8>,
    format: &'static dyn Format,
    hints: Hints,
}

impl std::fmt::Debug for Piece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes of {} at {}", self.bytes.len(), self.format.name(), self.origin.display())
    }
}

impl Piece {
    /// Bytes it takes up.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a size, not a collection")]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The records in it, or why there are none.
    #[must_use]
    pub fn parse(&self, options: &ReadOptions) -> Vec<Result<Record, Refusal>> {
        match self.format.parse(self, &options.fields) {
            Ok(records) if records.is_empty() => vec![Err(Refusal::new(&self.origin, "no records in it"))],
            Ok(records) => records.into_iter().map(|record| self.complete(record)).collect(),
            Err(reason) => vec![Err(Refusal::new(&self.origin, reason))],
        }
    }

    /// A record with what the piece's surroundings know of it; without text there is none.
    fn complete(&self, mut record: Record) -> Result<Record, Refusal> {
        if record.origin.path.is_empty() {
            record.origin = self.origin.clone();
        }
        if record.text.trim().is_empty() {
            return Err(Refusal::new(&record.origin, "record without text"));
        }
        if let std::borrow::Cow::Owned(repaired) = encoding::repair(&record.text) {
            record.text = repaired;
        }
        if let Some(title) = &mut record.title
            && let std::borrow::Cow::Owned(repaired) = encoding::repair(title)
        {
            *title = repaired;
        }
        record.url = record.url.or_else(|| self.hints.url.clone());
        let (format, encoding) = self.hints.cut_from.unwrap_or((self.format.name(), record.encoding));
        record.format = format;
        record.encoding = encoding;
        Ok(record)
    }

    /// The piece as text, by what it declares itself, else by what its surroundings say.
    fn decode(&self, declared: Option<&str>) -> Result<Decoded, String> {
        encoding::decode(&self.bytes, self.hints.charset.as_deref().or(declared))
    }
}

/// Reads a stream of whatever format, at whatever depth.
pub(super) fn read_stream(place: &Place<'_>, mut input: impl Read, sink: &mut Sink<'_>) -> ControlFlow<()> {
    if place.depth > MAX_DEPTH {
        return place.refuse(sink, format!("archives in archives, more than {MAX_DEPTH} deep"));
    }
    let mut head = Vec::new();
    let mut trouble = input.by_ref().take(SNIFF_BYTES).read_to_end(&mut head).err();
    while let Some(e) = trouble.take_if(|_| head.is_empty()) {
        place.refuse(sink, io_reason(&e))?;
        if !Damage::is_passable(&e) {
            return ControlFlow::Continue(());
        }
        trouble = input.by_ref().take(SNIFF_BYTES).read_to_end(&mut head).err();
        if trouble.is_none() && head.is_empty() {
            return ControlFlow::Continue(());
        }
    }
    if head.is_empty() {
        return place.refuse(sink, "empty file");
    }
    let sniff = Sniff::new(place.origin.file_name(), &head);
    if let Some(reason) = sniff.unreadable() {
        return place.refuse(sink, reason);
    }
    let format = FORMATS.into_iter().find(|f| f.recognises(&sniff)).unwrap_or(&text::Text);
    drop(sniff);
    let rest = Troubled { trouble, input };
    let mut whole = BufReader::with_capacity(64 << 10, Cursor::new(head).chain(rest));
    format.split(&mut whole, place, sink)
}

/// A stream whose reading failed once already, while its beginning was looked at: its reader learns of it in its turn.
struct Troubled<R> {
    trouble: Option<io::Error>,
    input: R,
}

impl<R: Read> Read for Troubled<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.trouble.take() {
            Some(e) => Err(e),
            None => self.input.read(buffer),
        }
    }
}

/// The records that `bytes` under the name of `file_name` hold: what fuzzing and tests need of this module.
#[must_use]
pub fn parse_bytes(file_name: &str, bytes: &[u8]) -> Vec<Result<Record, Refusal>> {
    let options = ReadOptions::default();
    let budget = Budget::new(bytes.len() as u64);
    let origin = Origin { path: file_name.to_owned(), absolute: format!("/{file_name}"), line: None };
    let mut out = Vec::new();
    let place = Place::new(origin, &options, &budget, None);
    let _ = read_stream(&place, bytes, &mut |item| {
        match item {
            Item::Piece(piece) => out.extend(piece.parse(&options)),
            Item::Refused(refusal) => out.push(Err(refusal)),
            Item::Begin(_) | Item::Done(_) => {}
        }
        ControlFlow::Continue(())
    });
    out
}

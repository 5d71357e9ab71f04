//! Formats: each in a file of its own, recognised by content before name.
//!
//! A [`Format`] recognises an input and splits it: containers (archives, packed files) hand what they hold back to
//! [`read_stream`], files of records become [`Piece`]s. A [`RecordParser`] turns the bytes of a piece into records;
//! that is the costly part, and it runs on any thread.

mod arc;
mod csv;
mod fb2;
mod feed;
mod garbage;
mod html;
mod json;
mod mail;
mod markdown;
mod markup;
mod office;
mod packed;
mod paragraphs;
mod pdf;
mod piece;
mod posts;
mod references;
mod rtf;
mod sniff;
mod tar;
mod telegram;
mod text;
mod warc;
mod wiki;
mod wxr;
mod xml;
mod zip;
mod zip_entries;

use super::{
    FieldMap, MAX_RECORD_BYTES, Origin, ReadEvent, ReadOptions, Reason, Record, Refusal, RefusalKind, Sink,
    isolation::Risk,
    limits::{self, Budget, Damage, MAX_DEPTH, io_reason, read_up_to},
    skip,
};
pub(super) use html::{plain, plain_if_html};
pub use piece::Piece;
pub(super) use piece::PieceHead;
use piece::{Hints, SourceFormat};
pub(super) use posts::record as post;
use sniff::Sniff;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor, Read},
    ops::ControlFlow,
};

/// Bytes looked at to tell formats apart.
const SNIFF_BYTES: u64 = 64 << 10;

/// How an input of one format is recognised and split.
trait Format: Sync {
    /// Its name in reports.
    fn name(&self) -> &'static str;

    /// Whether an input is in this format.
    fn recognises(&self, sniff: &Sniff<'_>) -> bool;

    /// Sends everything that the input holds to `sink`: a piece for each record, or what the entries of a container
    /// give. Says so when there is nothing, with a refusal.
    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()>;
}

/// How the bytes of a piece become records.
pub(super) trait RecordParser: Sync {
    /// Name of the format, as in [`Record::format`].
    fn format(&self) -> &'static str;

    /// A name that no other parser has.
    fn parser_name(&self) -> &'static str {
        self.format()
    }

    /// How far its parsing can be trusted; an unknown parser not at all.
    fn risk(&self) -> Risk {
        Risk::Always
    }

    /// The records in a piece, and refusals of those of its records that are damaged.
    ///
    /// # Errors
    /// Why nothing in the piece can be read.
    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Records, Reason>;
}

/// All parsers, by whose names a piece finds its own in another process.
const PARSERS: &[&dyn RecordParser] = &[
    &pdf::Pdf,
    &rtf::Rtf,
    &mail::Mbox,
    &mail::Mhtml,
    &mail::Mail,
    &fb2::FictionBook,
    &wxr::Wxr,
    &feed::FeedItem,
    &wiki::MediaWiki,
    #[cfg(feature = "web-formats")]
    &telegram::MessagesHtml,
    &html::Html,
    &telegram::ResultJson,
    &json::JsonLines,
    &json::Json,
    &markdown::Markdown,
    &office::Docx,
    &office::Odt,
    &office::Epub,
    &text::Text,
];

/// The parser with this name.
pub(super) fn parser_named(name: &str) -> Option<&'static dyn RecordParser> {
    PARSERS.iter().copied().find(|parser| parser.parser_name() == name)
}

/// What a piece gives: whole records, and refusals of damaged ones between them.
pub(super) type Records = Vec<Result<Record, Refusal>>;

/// All formats but plain text; the first that recognises an input reads it.
const FORMATS: &[&dyn Format] = &[
    &zip::Zip,
    &packed::Gzip,
    &packed::Bzip2,
    &packed::Zstd,
    &tar::Tar,
    &warc::Warc,
    &arc::Arc,
    &pdf::Pdf,
    &rtf::Rtf,
    &mail::Mbox,
    &mail::Mhtml,
    &mail::Mail,
    &fb2::FictionBook,
    &wxr::Wxr,
    &feed::Feed,
    &wiki::MediaWiki,
    #[cfg(feature = "web-formats")]
    &telegram::MessagesHtml,
    &html::Html,
    &telegram::ResultJson,
    &json::JsonLines,
    &json::Json,
    &markdown::Markdown,
    &csv::Csv,
];

/// Where an input was found, and what is known of it from outside.
pub(super) struct Place<'a> {
    pub(super) origin: Origin,
    pub(super) options: &'a ReadOptions,
    budget: &'a Budget,
    depth: usize,
    /// The opened file itself, when the input is a file and not a stream out of an archive.
    file: Option<&'a File>,
    hints: Hints,
}

impl<'a> Place<'a> {
    pub(super) fn new(origin: Origin, options: &'a ReadOptions, budget: &'a Budget, file: Option<&'a File>) -> Self {
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

    /// Refuses the whole input, or what is left of it.
    fn refuse(&self, sink: &mut Sink<'_>, reason: Reason) -> ControlFlow<()> {
        sink(ReadEvent::Refused(Refusal::new(&self.origin, reason)))
    }

    /// Refuses a record of the input.
    fn refuse_record(&self, sink: &mut Sink<'_>, number: u64, reason: Reason) -> ControlFlow<()> {
        sink(ReadEvent::Refused(Refusal::new(&self.origin.record(number), reason)))
    }

    /// Sends the bytes of the whole input.
    fn piece(&self, sink: &mut Sink<'_>, bytes: Vec<u8>, parser: &'static dyn RecordParser) -> ControlFlow<()> {
        let (origin, hints) = (self.origin.clone(), self.hints.clone());
        sink(ReadEvent::Piece(Piece { origin, bytes, parser, hints }))
    }

    /// Sends the bytes of a record.
    fn record(
        &self,
        sink: &mut Sink<'_>,
        number: u64,
        bytes: Vec<u8>,
        parser: &'static dyn RecordParser,
    ) -> ControlFlow<()> {
        let (origin, hints) = (self.origin.record(number), self.hints.clone());
        sink(ReadEvent::Piece(Piece { origin, bytes, parser, hints }))
    }

    /// Sends the whole input as one piece; refuses it when it is too long for a record.
    fn whole(
        &self,
        input: &mut dyn BufRead,
        sink: &mut Sink<'_>,
        parser: &'static dyn RecordParser,
    ) -> ControlFlow<()> {
        self.whole_up_to(MAX_RECORD_BYTES, input, sink, parser)
    }

    /// The same for formats whose files hold more than text, such as pictures.
    fn whole_up_to(
        &self,
        limit: usize,
        input: &mut dyn BufRead,
        sink: &mut Sink<'_>,
        parser: &'static dyn RecordParser,
    ) -> ControlFlow<()> {
        match read_up_to(limit, input, "file") {
            Ok(bytes) => self.piece(sink, bytes, parser),
            Err(reason) => self.refuse(sink, reason),
        }
    }

    /// Reads an entry of an archive, unless it is hidden or belongs to a saved page, as in a folder.
    fn entry(&self, name: &str, input: impl Read, sink: &mut Sink<'_>) -> ControlFlow<()> {
        if skip::archive_entry(name) {
            return ControlFlow::Continue(());
        }
        read_stream(&self.inside(self.origin.inside(name)), input, sink)
    }
}

/// Reads a stream of whatever format, at whatever depth.
pub(super) fn read_stream(place: &Place<'_>, mut input: impl Read, sink: &mut Sink<'_>) -> ControlFlow<()> {
    if place.depth > MAX_DEPTH {
        let details = format!("archives in archives, more than {MAX_DEPTH} deep");
        return place.refuse(sink, RefusalKind::TooDeep.because(details));
    }
    let mut head = Vec::new();
    let mut trouble = input.by_ref().take(SNIFF_BYTES).read_to_end(&mut head).err();
    while let Some(e) = trouble.take_if(|_| head.is_empty()) {
        place.refuse(sink, io_reason(&e))?;
        if !Damage::can_go_on(&e) {
            return ControlFlow::Continue(());
        }
        trouble = input.by_ref().take(SNIFF_BYTES).read_to_end(&mut head).err();
        if trouble.is_none() && head.is_empty() {
            return ControlFlow::Continue(());
        }
    }
    if head.is_empty() {
        return place.refuse(sink, RefusalKind::Empty.because("empty file"));
    }
    let sniff = Sniff::new(place.origin.file_name(), &head);
    let format = match recognise(&sniff) {
        Ok(format) => format,
        Err(reason) => return place.refuse(sink, reason),
    };
    drop(sniff);
    let rest = Troubled { trouble, input };
    let mut whole = BufReader::with_capacity(64 << 10, Cursor::new(head).chain(rest));
    let mut is_silent = true;
    let flow = format.split(&mut whole, place, &mut |event| {
        is_silent = false;
        sink(event)
    });
    if is_silent && flow.is_continue() {
        // Folders without files, or files that are skipped everywhere.
        return place.refuse(sink, RefusalKind::NoRecords.because("nothing in it to read"));
    }
    flow
}

/// Why an input is refused whose crates this build leaves out.
#[cfg(not(feature = "web-formats"))]
fn not_built(what: &str) -> Reason {
    RefusalKind::Unsupported.because(format!("{what}: not read by this build; build it with the feature web-formats"))
}

/// The format of an input: files that are known not to be read come first, then every format; what is left is plain
/// text unless it looks like something else.
fn recognise(sniff: &Sniff<'_>) -> Result<&'static dyn Format, Reason> {
    if let Some(reason) = garbage::by_first_bytes(sniff) {
        return Err(reason);
    }
    if let Some(format) = FORMATS.iter().copied().find(|format| format.recognises(sniff)) {
        return Ok(format);
    }
    garbage::by_text(sniff).map_or(Ok(&text::Text), Err)
}

/// A stream whose reading failed once already, while its beginning was looked at: whoever reads on sees that error
/// where it belongs.
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
    let _ = read_stream(&place, bytes, &mut |event| {
        match event {
            ReadEvent::Piece(piece) => out.extend(piece.parse(&options)),
            ReadEvent::Refused(refusal) => out.push(Err(refusal)),
            ReadEvent::Begin(_) | ReadEvent::Done(_) => {}
        }
        ControlFlow::Continue(())
    });
    out
}

#[cfg(test)]
#[cfg(not(feature = "web-formats"))]
mod tests {
    use super::parse_bytes;

    #[test]
    fn what_is_not_built_is_refused_by_name() {
        for (name, bytes, what) in [
            ("a.html", &b"<html><body>text</body></html>"[..], "HTML page"),
            ("a.pdf", b"%PDF-1.4", "PDF file"),
            ("a.eml", b"From: a@b.example\nSubject: c\n\ntext", "mail message"),
        ] {
            let reason = parse_bytes(name, bytes).remove(0).unwrap_err().reason;
            assert!(reason.starts_with(what) && reason.ends_with("web-formats"), "{reason}");
        }
        let table = parse_bytes("a.jsonl", "{\"text\": \"<p>Раз &amp; два</p><p>Три</p>\"}".as_bytes());
        assert_eq!(table[0].as_ref().unwrap().text, "Раз & два\nТри");
    }
}

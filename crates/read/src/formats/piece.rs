//! A piece: the bytes of one record with what its surroundings say of it, to be parsed on any thread or in another process.

use super::{RecordParser, Records};
use crate::{
    ReadOptions,
    encoding::{self, Decoded},
    isolation::{Risk, lasting},
};
use std::borrow::Cow;
use svodka_model::record::{Origin, Reason, Record, Refusal, RefusalKind};

/// What the surroundings of a record say about it: the headers of a WARC record, the columns of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Hints {
    /// The declared encoding.
    pub(super) charset: Option<String>,
    /// Where it was fetched.
    pub(super) url: Option<String>,
    /// Who published everything in the file.
    pub(super) outlet: Option<String>,
    /// The language of everything in the file.
    pub(super) language: Option<String>,
    /// The format and encoding of the file that the piece was converted from, when its own are not those.
    pub(super) converted_from: Option<SourceFormat>,
}

/// What a piece was converted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct SourceFormat {
    /// Name of the format.
    pub(super) format: &'static str,
    /// Name of the encoding.
    pub(super) encoding: &'static str,
}

impl<'de> serde::Deserialize<'de> for SourceFormat {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (format, encoding) = <(String, String)>::deserialize(from)?;
        Ok(Self { format: lasting(format), encoding: lasting(encoding) })
    }
}

/// A piece without its bytes, as it is sent to another process.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct PieceHead {
    place: (String, String, Option<u64>),
    /// The name of its parser.
    pub(crate) parser: String,
    hints: Hints,
}

/// The bytes of one record, not yet decoded.
pub struct Piece {
    /// Where it was read.
    pub origin: Origin,
    pub(super) bytes: Vec<u8>,
    pub(super) parser: &'static dyn RecordParser,
    pub(super) hints: Hints,
}

impl std::fmt::Debug for Piece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes of {} at {}", self.bytes.len(), self.parser.format(), self.origin.display())
    }
}

impl Piece {
    /// Bytes it takes up.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a size, not a collection")]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The records in it, or why there are none; never empty. Parsed by one of the [workers](crate::isolation), if there
    /// are any and its parser needs one.
    #[must_use]
    pub fn parse(&self, options: &ReadOptions) -> Vec<Result<Record, Refusal>> {
        if let Some(workers) = &options.workers
            && self.needs_a_worker()
            && let Some(records) = workers.parse(self, &options.fields)
        {
            return records;
        }
        match self.parser.parse(self, &options.fields) {
            Ok(records) if records.is_empty() => {
                vec![Err(Refusal::new(&self.origin, RefusalKind::NoRecords.because("no records in it")))]
            }
            Ok(records) => records.into_iter().map(|record| self.complete(record?)).collect(),
            Err(reason) => vec![Err(Refusal::new(&self.origin, reason))],
        }
    }

    fn needs_a_worker(&self) -> bool {
        let tag =
            |pair: &[u8]| matches!(pair, [b'<', next] if next.is_ascii_alphabetic() || matches!(next, b'/' | b'!'));
        let escaped = |six: &[u8]| six.starts_with(b"\\") && six.eq_ignore_ascii_case(b"\\u003c");
        match self.parser.risk() {
            Risk::None => false,
            Risk::Markup => self.bytes.windows(2).any(tag) || self.bytes.windows(6).any(escaped),
            Risk::Always => true,
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Everything but the bytes.
    pub(crate) fn head(&self) -> PieceHead {
        let Origin { path, absolute, line } = self.origin.clone();
        PieceHead {
            place: (path, absolute, line),
            parser: self.parser.parser_name().to_owned(),
            hints: self.hints.clone(),
        }
    }

    pub(crate) fn of_parts(head: PieceHead, bytes: Vec<u8>, parser: &'static dyn RecordParser) -> Self {
        let PieceHead { place: (path, absolute, line), hints, .. } = head;
        Self { origin: Origin { path, absolute, line }, bytes, parser, hints }
    }

    /// A record with what the piece's surroundings know of it; without text it is refused.
    fn complete(&self, mut record: Record) -> Result<Record, Refusal> {
        if record.origin.path.is_empty() {
            record.origin = self.origin.clone();
        }
        if record.text.trim().is_empty() {
            return Err(Refusal::new(&record.origin, RefusalKind::NoText.because("record without text")));
        }
        if let Cow::Owned(repaired) = encoding::repair(&record.text) {
            record.text = repaired;
        }
        if let Some(title) = &mut record.title
            && let Cow::Owned(repaired) = encoding::repair(title)
        {
            *title = repaired;
        }
        record.url = record.url.or_else(|| self.hints.url.clone());
        (record.format, record.encoding) = match self.hints.converted_from {
            Some(SourceFormat { format, encoding }) => (format, encoding),
            None => (self.parser.format(), record.encoding),
        };
        Ok(record)
    }

    /// A record together with what of its piece could not be read.
    pub(super) fn with_damage(&self, record: Record, damage: impl IntoIterator<Item = Reason>) -> Records {
        let damage = damage.into_iter().map(|reason| Err(Refusal::new(&self.origin, reason)));
        std::iter::once(Ok(record)).chain(damage).collect()
    }

    /// The piece as text, by what it declares itself, else by what its surroundings say.
    pub(super) fn decode(&self, declared: Option<&str>) -> Result<Decoded, Reason> {
        encoding::decode(&self.bytes, self.hints.charset.as_deref().or(declared))
    }
}

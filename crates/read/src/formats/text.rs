//! Plain text: one file, one article.

use super::{FieldMap, Format, Piece, Place, Reason, Record, RecordParser, Records, RefusalKind, Risk, Sink, Sniff};
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn recognises(&self, _: &Sniff<'_>) -> bool {
        true
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        place.whole(input, sink, &Self)
    }
}

impl RecordParser for Text {
    fn format(&self) -> &'static str {
        "text"
    }

    fn risk(&self) -> Risk {
        Risk::None
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let decoded = piece.decode(None)?;
        if decoded.text.trim().is_empty() {
            return Err(RefusalKind::Empty.because("no text: only white space"));
        }
        Ok(vec![Ok(Record { text: decoded.text, encoding: decoded.encoding, ..Record::default() })])
    }
}

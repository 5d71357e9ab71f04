//! Plain text: one file, one article.

use super::{FieldMap, Format, Piece, Record, Sniff};

pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn recognises(&self, _: &Sniff<'_>) -> bool {
        true
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Vec<Record>, String> {
        let decoded = piece.decode(None)?;
        if decoded.text.trim().is_empty() {
            return Err("no text: only white space".into());
        }
        Ok(vec![Record { text: decoded.text, encoding: decoded.encoding, ..Record::default() }])
    }
}

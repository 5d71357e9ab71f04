//! Mailboxes: messages that follow each other, each after a line `From SENDER DATE`.

use super::{
    super::Piece, FieldMap, Format, MAX_MESSAGE, Mail, Place, Reason, RecordParser, Records, RefusalKind, Sink, Sniff,
    begins_with_headers, io_reason, limits::read_line,
};
use std::{io::BufRead, ops::ControlFlow};

pub(in super::super) struct Mbox;

impl Format for Mbox {
    fn name(&self) -> &'static str {
        "mbox"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        let Some((first, rest)) = sniff.ascii.split_once('\n') else { return false };
        is_separator(first.as_bytes())
            || sniff.is_named(&["mbox"]) && first.starts_with("from ") && begins_with_headers(rest)
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let (mut line, mut message, mut number) = (Vec::new(), Vec::new(), 0);
        let mut is_too_long = false;
        let mut after_blank = true;
        loop {
            let long = match read_line(input, &mut line) {
                Ok(long) => long,
                Err(e) => {
                    send(place, sink, number, &mut message, is_too_long)?;
                    return place.refuse(sink, io_reason(&e));
                }
            };
            if line.is_empty() && !long {
                return send(place, sink, number, &mut message, is_too_long);
            }
            if after_blank && is_separator(&line) {
                send(place, sink, number, &mut message, is_too_long)?;
                (number, is_too_long) = (number + 1, false);
                after_blank = false;
                continue;
            }
            if after_blank && line.starts_with(b"From ") && !line.ends_with(b"\n") {
                send(place, sink, number, &mut message, is_too_long)?;
                let reason = RefusalKind::CutOff.because("message that ends in the middle");
                return place.refuse_record(sink, number + 1, reason);
            }
            after_blank = line.trim_ascii().is_empty();
            is_too_long |= long || message.len() + line.len() > MAX_MESSAGE;
            if !is_too_long {
                message.extend_from_slice(without_quote(&line));
            }
        }
    }
}

impl RecordParser for Mbox {
    fn format(&self) -> &'static str {
        "mbox"
    }

    fn parse(&self, piece: &Piece, fields: &FieldMap) -> Result<Records, Reason> {
        Mail.parse(piece, fields)
    }
}

/// Sends the message that has ended; before the first separator there is none.
fn send(
    place: &Place<'_>,
    sink: &mut Sink<'_>,
    number: u64,
    message: &mut Vec<u8>,
    is_too_long: bool,
) -> ControlFlow<()> {
    let bytes = std::mem::take(message);
    if is_too_long {
        let details = format!("message longer than {} MiB: not read", MAX_MESSAGE >> 20);
        return place.refuse_record(sink, number, RefusalKind::TooLong.because(details));
    }
    if bytes.trim_ascii().is_empty() {
        return ControlFlow::Continue(());
    }
    place.record(sink, number, bytes, &Mbox)
}

/// Whether a line separates messages. Lines of bodies can begin with «From» too: a separator also has a time and a
/// year.
fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.get(..5).filter(|start| start.eq_ignore_ascii_case(b"from ")).and_then(|_| line.get(5..))
    else {
        return false;
    };
    let text = String::from_utf8_lossy(rest.get(..300).unwrap_or(rest)).into_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_time = |word: &&str| {
        let parts: Vec<&str> = word.split(':').collect();
        (2..=3).contains(&parts.len()) && parts.iter().all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_year = |word: &&str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    words.iter().skip(1).any(is_time) && words.iter().skip(1).any(is_year)
}

/// A line of a body without the mark that kept it from being a separator.
fn without_quote(line: &[u8]) -> &[u8] {
    let quoted = line.iter().take_while(|b| **b == b'>').count();
    let is_quoted = quoted > 0 && line.get(quoted..).is_some_and(|rest| rest.starts_with(b"From "));
    if is_quoted { line.get(1..).unwrap_or_default() } else { line }
}

//! XML as documents and books use it: tags and letters one after the other, as far as they can be read.
//!
//! Nothing is resolved from outside and no entity is expanded but single letters, so there is no bomb in it; names are
//! taken without their prefixes, for producers choose those as they like.

use super::{MAX_RECORD_BYTES, RefusalKind, limits::Damage, references};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use std::{
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

/// One step through a document.
pub(super) enum Step<'x> {
    /// An element begins. An empty one (`<a/>`) begins and ends.
    Open(&'x str, &'x BytesStart<'x>),
    /// An element ends.
    Close(&'x str),
    /// Letters between tags.
    Text(&'x str),
}

/// Hands on every step of `input` until it ends or `each` has enough.
///
/// # Errors
/// What is wrong with it; everything before that was handed on.
pub(super) fn walk(input: impl BufRead, each: &mut dyn FnMut(Step<'_>) -> ControlFlow<()>) -> Result<(), String> {
    let mut reader = Reader::from_reader(input);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let flow = match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => each(Step::Open(tag.local_name().as_ref(), &tag)),
            Ok(Event::Empty(tag)) => match each(Step::Open(tag.local_name().as_ref(), &tag)) {
                ControlFlow::Continue(()) => each(Step::Close(tag.local_name().as_ref())),
                enough => enough,
            },
            Ok(Event::End(tag)) => each(Step::Close(tag.local_name().as_ref())),
            Ok(Event::Text(text)) => each(Step::Text(&text)),
            Ok(Event::CData(text)) => each(Step::Text(&text)),
            Ok(Event::GeneralRef(name)) => each(Step::Text(&letter(&name))),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => ControlFlow::Continue(()),
            Err(e) => return Err(e.to_string()),
        };
        if flow.is_break() {
            return Ok(());
        }
    }
}

/// A stream of XML that fails when letters go on for longer than a record may be without a tag: whoever parses it holds
/// all of them.
pub(super) struct Bounded<R> {
    inner: R,
    since_tag: usize,
}

impl<R: Read> Bounded<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, since_tag: 0 }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        self.since_tag = match bytes.iter().rposition(|b| *b == b'<') {
            Some(at) => read - at,
            None => self.since_tag + read,
        };
        if self.since_tag > MAX_RECORD_BYTES {
            return Err(Damage::fatal(RefusalKind::TooLong.because("a value longer than any article")));
        }
        Ok(read)
    }
}

/// The value of an attribute, by its name without a prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(references::decode(&found.value))
}

/// The character that a reference means; an unknown reference stays as it is.
pub(super) fn letter(name: &str) -> String {
    references::character(name).map_or_else(|| format!("&{name};"), String::from)
}

#[cfg(test)]
mod tests {
    use super::{Step, attribute, walk};
    use std::ops::ControlFlow;

    fn steps(xml: &str) -> (String, bool) {
        let mut out = String::new();
        let whole = walk(xml.as_bytes(), &mut |step| {
            match step {
                Step::Open(name, tag) => {
                    out.push_str(&format!("<{name}{}>", attribute(tag, "a").unwrap_or_default()));
                }
                Step::Close(name) => out.push_str(&format!("</{name}>")),
                Step::Text(text) => out.push_str(text),
            }
            ControlFlow::Continue(())
        });
        (out, whole.is_ok())
    }

    #[test]
    fn prefixes_entities_and_empty_elements() {
        let found = steps("<w:p w:a='&quot;&#x2014;'>a &amp; b&nbsp;&laquo;c&raquo;<w:br/><![CDATA[<d>]]></w:p>");
        assert_eq!(found, ("<p\"—>a & b\u{a0}«c»<br></br><d></p>".into(), true));
    }

    #[test]
    fn damage_costs_only_what_follows_it() {
        assert_eq!(steps("<a>Раз</b></a> & <c"), ("<a>Раз</b></a> & ".into(), false));
        assert_eq!(steps("<a>Раз"), ("<a>Раз".into(), true));
    }
}

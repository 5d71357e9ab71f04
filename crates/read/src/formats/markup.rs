//! XML and HTML that need not be well-formed: elements cut out of a stream by their tags, and found in a text by their
//! names. Everything here takes linear time and no recursion.

use super::{MAX_RECORD_BYTES, references};
use std::io::{self, BufRead};

/// An element that a [`ElementCutter`] cut out.
#[derive(Debug, Default)]
pub(super) struct CutElement {
    /// Its content.
    pub(super) bytes: Vec<u8>,
    /// Whether it is longer than a record may be; then its end is missing.
    pub(super) is_too_long: bool,
    /// Its number in the stream, from 1.
    pub(super) number: u64,
    /// Whether the stream ends in it.
    pub(super) is_cut_off: bool,
}

/// Cuts elements out of a stream. What looks like a tag of one is one, also in comments and CDATA sections: sections that
/// are never closed are more frequent than texts about tags. An element without an end tag ends where the next begins.
pub(super) struct ElementCutter {
    names: &'static [&'static str],
    scanner: TagScanner,
    /// Everything before the first element.
    pub(super) head: Vec<u8>,
    current: Option<CutElement>,
    /// Elements that have begun.
    pub(super) number: u64,
}

impl ElementCutter {
    /// One for elements with these lower-case names.
    pub(super) fn new(names: &'static [&'static str]) -> Self {
        Self { names, scanner: TagScanner::default(), head: Vec::new(), current: None, number: 0 }
    }

    /// The next element; `None` when there is none.
    pub(super) fn next(&mut self, input: &mut dyn BufRead) -> io::Result<Option<CutElement>> {
        loop {
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(self.current.take().map(|element| CutElement { is_cut_off: true, ..element }));
            }
            let (mut used, mut ended) = (0, None);
            for byte in buffer {
                used += 1;
                self.keep(*byte);
                if let Some(tag) = self.scanner.push(*byte, self.names) {
                    ended = self.turn(&tag);
                    if ended.is_some() {
                        break;
                    }
                }
            }
            input.consume(used);
            if ended.is_some() {
                return Ok(ended);
            }
        }
    }

    fn keep(&mut self, byte: u8) {
        match &mut self.current {
            Some(element) if element.bytes.len() < MAX_RECORD_BYTES => element.bytes.push(byte),
            Some(element) => element.is_too_long = true,
            None if self.number == 0 && self.head.len() < MAX_RECORD_BYTES => self.head.push(byte),
            None => {}
        }
    }

    /// Follows a tag that was just read; the element that it ends, without the tag.
    fn turn(&mut self, tag: &MarkupTag) -> Option<CutElement> {
        let mut ended = self.current.take();
        let before = ended.as_mut().map_or(&mut self.head, |element| &mut element.bytes);
        before.truncate(before.len().saturating_sub(tag.length));
        if !tag.closes {
            self.number += 1;
            self.current = Some(CutElement { number: self.number, ..CutElement::default() });
        }
        ended
    }
}

/// The tag that begins or ends an element.
struct MarkupTag {
    closes: bool,
    /// Its bytes, from `<` to `>`.
    length: usize,
}

/// Finds tags in a stream of bytes.
#[derive(Default)]
struct TagScanner {
    /// The beginning of the tag that is being read, after its `<`.
    name: Vec<u8>,
    /// Its bytes so far; 0 outside of tags.
    length: usize,
}

/// Longest name that matters: `/atom:entry`.
const LONGEST_NAME: usize = 12;

impl TagScanner {
    /// Takes a byte; the tag with one of these names that it ends.
    fn push(&mut self, byte: u8, names: &[&str]) -> Option<MarkupTag> {
        match byte {
            b'<' => {
                self.name.clear();
                self.length = 1;
                None
            }
            _ if self.length == 0 => None,
            b'>' => {
                let length = std::mem::take(&mut self.length) + 1;
                let name = self.name.split(u8::is_ascii_whitespace).next().unwrap_or_default();
                let (name, closes) = name.strip_prefix(b"/").map_or((name, false), |name| (name, true));
                names
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
                    .then_some(MarkupTag { closes, length })
            }
            _ => {
                self.length += 1;
                if self.name.len() <= LONGEST_NAME {
                    self.name.push(byte);
                }
                None
            }
        }
    }
}

/// An element with its attributes and content as written.
pub(super) struct Element<'x> {
    name: String,
    attributes: &'x str,
    /// Everything inside, markup and all.
    pub(super) content: &'x str,
}

/// The first element of each name, and every link.
pub(super) struct Elements<'x>(Vec<Element<'x>>);

impl<'x> Elements<'x> {
    /// Finds the elements with `wanted` names. An element is closed by its own end tag, by the next wanted one if it
    /// has none, or by the end: what its content looks like does not matter.
    pub(super) fn of(xml: &'x str, wanted: &dyn Fn(&str) -> bool) -> Self {
        let mut found: Vec<Element<'x>> = Vec::new();
        let mut rest = xml;
        while let Some((_, after)) = rest.split_once('<') {
            rest = after;
            let Some(tag) = StartTag::of(after) else { continue };
            rest = tag.after;
            let known = found.iter().any(|element| element.name == tag.name);
            if !wanted(&tag.name) || known && tag.name != "link" || found.len() > MAX_ELEMENTS {
                continue;
            }
            let content = if tag.is_empty { "" } else { content(tag.after, &tag.name) };
            rest = tag.after.get(content.len()..).unwrap_or("");
            found.push(Element { name: tag.name, attributes: tag.attributes, content });
        }
        Self(found)
    }

    /// The first element with one of these names, in the order of the names.
    pub(super) fn first(&self, names: &[&str]) -> Option<&Element<'x>> {
        names.iter().find_map(|name| self.0.iter().find(|element| element.name == *name && !element.is_blank()))
    }

    pub(super) fn all(&self, names: &[&str]) -> impl Iterator<Item = &Element<'x>> {
        self.0.iter().filter(|element| names.contains(&element.name.as_str()))
    }
}

/// Elements kept of one record: a hostile one may have a million links.
const MAX_ELEMENTS: usize = 100;

impl Element<'_> {
    fn is_blank(&self) -> bool {
        self.content.trim().is_empty() && self.attributes.trim().is_empty()
    }

    /// The content with CDATA opened, or with references replaced; markup that is not escaped stays.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        let mut rest = self.content;
        let has_markup = rest.split('<').skip(1).any(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()));
        while let Some((before, after)) = rest.split_once("<![CDATA[") {
            out.push_str(&references::decode(before));
            let (section, after) = after.split_once("]]>").unwrap_or((after, ""));
            out.push_str(section);
            rest = after;
        }
        if has_markup && out.is_empty() {
            out.push_str(rest);
        } else {
            out.push_str(&references::decode(rest));
        }
        out.trim().to_owned()
    }

    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let (_, rest) = self.attributes.split_once(&format!("{name}="))?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = rest.get(1..)?.split(quote).next()?;
        Some(references::decode(value).trim().to_owned())
    }
}

/// A start tag at the beginning of a text, after its `<`.
struct StartTag<'x> {
    /// Lower-case, without a prefix that only says that this is a feed.
    name: String,
    attributes: &'x str,
    is_empty: bool,
    after: &'x str,
}

impl<'x> StartTag<'x> {
    fn of(text: &'x str) -> Option<Self> {
        text.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(())?;
        let end = text.bytes().position(|b| matches!(b, b'>' | b'<'))?;
        let (inside, after) = (text.get(..end)?, text.get(end..)?.strip_prefix('>')?);
        let is_empty = inside.ends_with('/');
        let inside = inside.strip_suffix('/').unwrap_or(inside);
        let (name, attributes) = inside.split_once(|c: char| c.is_whitespace()).unwrap_or((inside, ""));
        let name = name.to_ascii_lowercase();
        let name =
            ["atom:", "rss:", "atom10:"].into_iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(&name);
        Some(Self { name: name.to_owned(), attributes, is_empty, after })
    }
}

/// What an element called `name` contains: up to its end tag; without one, up to the next tag.
fn content<'x>(text: &'x str, name: &str) -> &'x str {
    let mut from = 0;
    let is_end = |at: usize| {
        let rest = text.get(at + 2..).unwrap_or("");
        let rest =
            ["atom:", "rss:", "atom10:"].into_iter().find_map(|prefix| rest.strip_prefix(prefix)).unwrap_or(rest);
        let tail = rest.get(name.len()..);
        rest.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name))
            && tail.is_some_and(|tail| tail.trim_start().starts_with('>'))
    };
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("</")) {
        if is_end(from + at) {
            return text.get(..from + at).unwrap_or("");
        }
        from += at + 2;
    }
    if text.starts_with("<![CDATA[") { text } else { text.split('<').next().unwrap_or("") }
}

//! What a tree builder would have to do for a page, estimated in one pass over its tags before any tree is built.
//!
//! HTML parsers follow the standard, and by the standard a small page can make them do a lot: formatting elements left
//! open are copied into every following block, elements nest as deep as there are tags, each attribute is compared with
//! all others of its tag, text grows by copying at each character reference. A page over a limit is read by its tags
//! alone, in linear time.

/// How deep elements may be nested: what walks trees takes the time, or the stack, of the nesting squared.
const MAX_NESTING: usize = 400;

/// Tags of a page.
const MAX_TAGS: usize = 200_000;

/// Attributes of one tag: parsers compare each with those before it.
const MAX_ATTRIBUTES: usize = 1_000;

/// Sum over all elements, copies of formatting elements included, of their depth.
const MAX_WORK: u64 = 16_000_000;

/// Bytes of attributes, copies included.
const MAX_ATTRIBUTE_BYTES: u64 = 64 << 20;

/// Sum over all stretches of text of their number of character references squared.
const MAX_REFERENCES: u64 = 1_000_000_000;

/// Elements without content.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements whose end tag may be left out: the next of the same kind closes them.
const SELF_ENDING: [&str; 10] = ["dd", "dt", "li", "option", "p", "rp", "rt", "td", "th", "tr"];

/// Formatting elements: what is left open is opened again in the next block.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements that end with the block they are in.
const INLINE: [&str; 10] = ["abbr", "cite", "ins", "label", "mark", "q", "span", "sub", "sup", "time"];

/// Elements whose content is not markup.
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "noscript", "iframe", "xmp", "noframes"];

/// Elements that end the reach of formatting elements inside them.
const MARKERS: [&str; 5] = ["caption", "object", "td", "template", "th"];

/// Whether a tree should be built for a page.
pub(in crate::formats) fn allows_a_tree(html: &str) -> bool {
    let mut estimate = Estimate::default();
    estimate.run(html);
    estimate.is_allowed()
}

/// A formatting element that is open.
struct Active {
    name: u8,
    bytes: u64,
}

#[derive(Default)]
struct Estimate {
    tags: usize,
    deepest: usize,
    attributes: usize,
    work: u64,
    bytes: u64,
    references: u64,
    /// Names of the open elements, as they are written.
    open: Vec<Box<str>>,
    /// How many of them are formatting elements.
    open_formatting: usize,
    formatting: Vec<Active>,
    formatting_bytes: u64,
    /// How many formatting elements were open outside of each open marker, and how many elements.
    markers: Vec<(usize, usize)>,
}

impl Estimate {
    fn is_allowed(&self) -> bool {
        self.tags <= MAX_TAGS
            && self.deepest <= MAX_NESTING
            && self.attributes <= MAX_ATTRIBUTES
            && self.work <= MAX_WORK
            && self.bytes <= MAX_ATTRIBUTE_BYTES
            && self.references <= MAX_REFERENCES
    }

    fn run(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let (text, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.text(text);
            let tag = tag.get(1..).unwrap_or("");
            let after = if tag.starts_with("!--") {
                tag.get(3..).and_then(|comment| comment.split_once("-->")).map_or("", |(_, after)| after)
            } else {
                self.tag(tag)
            };
            rest = after;
            if !self.is_allowed() {
                return;
            }
        }
        self.text(rest);
    }

    fn text(&mut self, text: &str) {
        let references = text.bytes().filter(|b| *b == b'&').count() as u64;
        self.references = self.references.saturating_add(references.saturating_mul(references));
    }

    /// Counts a tag, given after its `<`; what follows it.
    fn tag<'h>(&mut self, tag: &'h str) -> &'h str {
        let closes = tag.starts_with('/');
        let from_name = tag.strip_prefix('/').unwrap_or(tag);
        if !from_name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return tag;
        }
        self.tags += 1;
        let (inside, attributes, after) = inside_of_tag(from_name);
        self.attributes = self.attributes.max(attributes);
        let end = inside.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inside.len());
        let name = inside.get(..end).unwrap_or(inside).to_ascii_lowercase();
        if closes {
            self.close(&name);
            return after;
        }
        self.open(&name, inside.len() as u64);
        if RAW.contains(&name.as_str()) {
            self.open.pop();
            return after_raw(after, &name);
        }
        after
    }

    fn open(&mut self, name: &str, bytes: u64) {
        let is_formatting = FORMATTING.iter().position(|known| *known == name);
        if SELF_ENDING.contains(&name)
            && let Some(at) = self.begun_before(name)
        {
            while self.open.len() > at {
                self.pop();
            }
        }
        // A block or a text opens again what is left open of formatting elements.
        let copies = if is_formatting.is_some() { 0 } else { self.formatting.len() as u64 };
        let depth = self.open.len() as u64;
        self.work = self.work.saturating_add((1 + copies).saturating_mul(depth + copies + 1));
        self.bytes = self.bytes.saturating_add(bytes + if copies > 0 { self.formatting_bytes } else { 0 });
        self.deepest = self.deepest.max(self.open.len() + self.unopened() + 1);
        if VOID.contains(&name) {
            return;
        }
        if MARKERS.contains(&name) {
            self.markers.push((self.formatting.len(), self.open.len()));
        }
        self.open.push(name.into());
        self.open_formatting += usize::from(is_formatting.is_some());
        if let Some(number) = is_formatting {
            self.formatting.push(Active { name: u8::try_from(number).unwrap_or(u8::MAX), bytes });
            self.formatting_bytes += bytes;
        }
    }

    /// Where the element is that the next one called `name` ends: a cell or row anywhere in its table, another element
    /// if nothing but inline elements is open inside of it.
    fn begun_before(&self, name: &str) -> Option<usize> {
        let of_table = matches!(name, "td" | "th" | "tr");
        let ends: &[&str] = match name {
            "td" | "th" => &["td", "th"],
            "dd" | "dt" => &["dd", "dt"],
            "tr" => &["tr"],
            _ => &[name],
        };
        let passes = |open: &str| {
            if of_table { open != "table" } else { FORMATTING.contains(&open) || INLINE.contains(&open) }
        };
        let reach = self.open.iter().enumerate().rev().take(MAX_NESTING);
        let mut inner = reach.skip_while(|(_, open)| !ends.contains(&&***open) && passes(open));
        let found = inner.next().filter(|(_, open)| ends.contains(&&***open)).map(|(at, _)| at)?;
        // A new cell stays in its row.
        let in_row = matches!(name, "td" | "th") && self.open.get(found + 1..)?.iter().any(|open| &**open == "tr");
        (!in_row).then_some(found)
    }

    /// Formatting elements that are not open any more, and will be opened again in the next block.
    fn unopened(&self) -> usize {
        self.formatting.len().saturating_sub(self.open_formatting)
    }

    /// An end tag takes away the element that it names, if that is open, with all inside of it.
    fn close(&mut self, name: &str) {
        if let Some(number) = FORMATTING.iter().position(|known| *known == name) {
            let active = self.formatting.iter().rposition(|active| usize::from(active.name) == number);
            if let Some(at) = active {
                self.formatting_bytes -= self.formatting.remove(at).bytes;
            }
        }
        let Some(at) = self.open.iter().rposition(|open| &**open == name) else { return };
        while self.open.len() > at {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let popped = self.open.pop();
        self.open_formatting -= usize::from(popped.is_some_and(|name| FORMATTING.contains(&&*name)));
        while let Some((formatting, _)) = self.markers.last().copied().filter(|(_, open)| *open >= self.open.len()) {
            self.markers.pop();
            while self.formatting.len() > formatting {
                self.formatting_bytes -= self.formatting.pop().map_or(0, |active| active.bytes);
            }
        }
    }
}

/// The inside of a tag up to its `>`, its number of attributes, and what follows it.
fn inside_of_tag(tag: &str) -> (&str, usize, &str) {
    let (mut quote, mut attributes, mut gap) = (None, 0, false);
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return (tag.get(..at).unwrap_or(""), attributes, tag.get(at + 1..).unwrap_or("")),
            (None, b'"' | b'\'') if tag.as_bytes().get(at.wrapping_sub(1)) == Some(&b'=') => quote = Some(byte),
            (None, _) if byte.is_ascii_whitespace() || byte == b'/' => gap = true,
            (None, _) => {
                attributes += usize::from(gap && byte != b'=');
                gap = false;
            }
        }
    }
    (tag, attributes, "")
}

/// What follows the content of an element that is not markup.
fn after_raw<'h>(content: &'h str, name: &str) -> &'h str {
    let mut from = 0;
    while let Some(at) = content.get(from..).and_then(|rest| rest.find("</")) {
        let end = from + at;
        let is_end = content.get(end + 2..end + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name));
        if is_end {
            return content.get(end..).unwrap_or("");
        }
        from = end + 2;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::allows_a_tree;

    #[test]
    fn real_pages_are_allowed() {
        let page =
            format!("<html><body>{}</body></html>", "<div><p>Слово <b>да</b> &laquo;нет&raquo;<br></div>".repeat(5000));
        assert!(allows_a_tree(&page));
        let table = format!("<table>{}</table>", "<tr><td><font color=red>а<td>б".repeat(3000));
        assert!(allows_a_tree(&table), "cells end what is open in them");
        let flat = "<p>Раз <span>два<p>три".repeat(3000);
        assert!(allows_a_tree(&format!("<b>{flat}</b>")));
        assert!(allows_a_tree(&format!("<script>{}</script>", "if (a <b && c) '<p'".repeat(30_000))));
    }

    #[test]
    fn what_blows_up_is_not() {
        let formats: String = (0..390).map(|n| format!("<b a={n}>")).collect();
        let attributes: String = (0..50_000).map(|n| format!(" a{n}=\"б\"")).collect();
        let long = format!("<a href=\"{}\">", "A".repeat(100_000));
        for (name, page) in [
            ("nesting", "<div>".repeat(500)),
            ("end tags that close nothing", "<div></x>".repeat(500)),
            ("unclosed paragraphs between lists", "<p><ul></x>".repeat(500)),
            ("tables in tables", "<table><td></x></x>".repeat(500)),
            ("formatting copied into paragraphs", format!("<p>{formats}x{}", "<p>x".repeat(1000))),
            ("the same behind end tags", format!("<p>{}x{}", formats.replace('>', "></x>"), "<p>x".repeat(1000))),
            ("long attributes copied", format!("<p>{long}{}", "<p>слово".repeat(25_000))),
            ("attributes", format!("<p{attributes}>")),
            ("references", "&amp".repeat(500_000)),
            ("tags", "<i>x</i>".repeat(150_000)),
        ] {
            assert!(!allows_a_tree(&format!("<html><body>{page}")), "{name}");
        }
    }
}

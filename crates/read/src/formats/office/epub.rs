//! EPUB books: one article, its chapters in the order of the spine.

use super::{
    super::{
        FieldMap, Piece, Reason, Record, RecordParser, Records, RefusalKind,
        paragraphs::Paragraphs,
        xml::{Step, attribute, walk},
    },
    Package,
    package::Properties,
};
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;

pub(in super::super) struct Epub;

/// Elements of a chapter that begin and end a line.
const BLOCKS: [&str; 21] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "section",
    "article",
    "blockquote",
    "pre",
    "dd",
    "dt",
    "hr",
];

/// Elements of a chapter that hold no text.
const NO_TEXT: [&str; 5] = ["head", "script", "style", "nav", "svg"];

impl RecordParser for Epub {
    fn format(&self) -> &'static str {
        "epub"
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let mut package = Package::open(&piece.bytes)?;
        let names = package.names();
        let description = description(&mut package, &names);
        let properties = description.as_deref().map(|name| Properties::of(&mut package, name)).unwrap_or_default();
        let chapters = description.map(|name| spine(&mut package, &name)).unwrap_or_default();
        let chapters: Vec<String> = chapters.into_iter().filter(|name| names.contains(name)).collect();
        // A book without a usable spine is read as its chapters lie in the archive.
        let chapters =
            if chapters.is_empty() { names.into_iter().filter(|name| is_chapter(name)).collect() } else { chapters };
        let mut text = Paragraphs::default();
        for chapter in chapters {
            if text.is_full() {
                break;
            }
            if let Some(xhtml) = package.text(&chapter) {
                add_chapter(&xhtml, &mut text);
            }
        }
        if text.is_empty() {
            return Err(RefusalKind::NoText.because("book without text"));
        }
        Ok(vec![Ok(Record {
            text: text.finish()?,
            title: properties.title(),
            date: properties.get(&["date"]),
            author: properties.get(&["creator"]),
            outlet: properties.get(&["publisher"]),
            language: properties.get(&["language"]),
            from_page: true,
            encoding: "UTF-8",
            ..Record::default()
        })])
    }
}

fn is_chapter(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [".xhtml", ".html", ".htm"].iter().any(|ending| lower.ends_with(ending))
}

/// The name of the member that lists the chapters.
fn description(package: &mut Package<'_>, names: &[String]) -> Option<String> {
    let mut stated = None;
    let _ = package.walk("META-INF/container.xml", &mut |step| {
        if let Step::Open("rootfile", tag) = step {
            stated = stated.take().or_else(|| attribute(tag, "full-path"));
        }
        ControlFlow::Continue(())
    });
    let usual = || names.iter().find(|name| name.ends_with(".opf")).cloned();
    stated.filter(|name| names.contains(name)).or_else(usual)
}

/// The names of the chapters in reading order.
fn spine(package: &mut Package<'_>, description: &str) -> Vec<String> {
    let folder = description.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (mut files, mut order) = (FxHashMap::default(), Vec::new());
    let _ = package.walk(description, &mut |step| {
        match step {
            Step::Open("item", tag) => {
                if let (Some(id), Some(href)) = (attribute(tag, "id"), attribute(tag, "href")) {
                    files.insert(id, href);
                }
            }
            Step::Open("itemref", tag) => order.extend(attribute(tag, "idref")),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    order.iter().filter_map(|id| files.get(id)).map(|href| inside(folder, href)).collect()
}

/// The name of a member by its address relative to a folder of the archive.
fn inside(folder: &str, href: &str) -> String {
    let path = percent_decoded(href.split('#').next().unwrap_or(href));
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn percent_decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn add_chapter(xhtml: &str, text: &mut Paragraphs) {
    let mut skipped = 0usize;
    // What is damaged is kept as far as it can be read.
    let _ = walk(xhtml.as_bytes(), &mut |step| {
        match step {
            Step::Open(name, _) => {
                if skipped > 0 || NO_TEXT.contains(&name) {
                    skipped += 1;
                } else if BLOCKS.contains(&name) {
                    text.end();
                } else if matches!(name, "td" | "th") {
                    text.push(" ");
                }
            }
            Step::Close(_) if skipped > 0 => skipped -= 1,
            Step::Close(name) if BLOCKS.contains(&name) => text.end(),
            Step::Text(letters) if skipped == 0 => text.push(letters),
            _ => {}
        }
        if text.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    text.end();
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn addresses_lead_to_members() {
        assert_eq!(inside("OEBPS", "text/ch%201.xhtml#a"), "OEBPS/text/ch 1.xhtml");
        assert_eq!(inside("OEBPS/a", "../b.xhtml"), "OEBPS/b.xhtml");
        assert_eq!(inside("", "./../c.xhtml"), "c.xhtml");
    }
}

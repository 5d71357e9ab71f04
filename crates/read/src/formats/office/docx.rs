//! Word documents (docx, docm, dotx): the text of the main part, then that of the footnotes.

use super::{
    super::{
        FieldMap, Piece, Reason, Record, RecordParser, Records, RefusalKind,
        paragraphs::{Paragraphs, without_title},
        xml::{Step, attribute},
    },
    Package,
    package::Properties,
};
use std::ops::ControlFlow;

pub(in super::super) struct Docx;

/// Elements whose letters are not part of the text: what was deleted, and the second copy of a drawing's text that is
/// written for old programs.
const NO_TEXT: [&str; 5] = ["Fallback", "del", "moveFrom", "instrText", "delText"];

/// Styles of a paragraph that is the document's title: by English, German and Russian names of Word and LibreOffice.
const TITLES: [&str; 8] = ["title", "heading1", "1", "a3", "titel", "berschrift1", "название", "заголовок1"];

impl RecordParser for Docx {
    fn format(&self) -> &'static str {
        "docx"
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let mut package = Package::open(&piece.bytes)?;
        let properties = Properties::of(&mut package, "docProps/core.xml");
        let mut text = DocxText::default();
        let main = main_part(&mut package);
        let outcome = package.walk(&main, &mut |step| text.take(step));
        for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
            text.paragraphs.end();
            // Few documents have notes.
            let _ = package.walk(notes, &mut |step| text.take(step));
        }
        if text.paragraphs.is_empty() {
            return Err(match outcome {
                Ok(()) => RefusalKind::NoText.because("Word document without text"),
                Err(reason) => damaged(reason),
            });
        }
        let title = properties.title().or(text.title);
        let record = Record {
            text: without_title(&text.paragraphs.finish()?, title.as_deref()),
            title,
            date: properties.get(&["created", "modified"]),
            author: properties.get(&["creator"]),
            language: properties.get(&["language"]),
            encoding: "UTF-8",
            ..Record::default()
        };
        Ok(piece.with_damage(record, outcome.err().map(damaged)))
    }
}

fn damaged(reason: String) -> Reason {
    RefusalKind::Damaged.because(format!("damaged Word document, read as far as it goes: {reason}"))
}

/// The name of the main part: as the package states it, else where it usually is.
fn main_part(package: &mut Package<'_>) -> String {
    let mut target = None;
    let _ = package.walk("_rels/.rels", &mut |step| {
        if let Step::Open("Relationship", tag) = step
            && attribute(tag, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
        {
            target = attribute(tag, "Target");
        }
        ControlFlow::Continue(())
    });
    let target = target.map(|name| name.trim_start_matches('/').to_owned());
    let names = package.names();
    let known = |name: &String| names.contains(name);
    let usual = || names.iter().find(|name| name.starts_with("word/document") && name.ends_with(".xml")).cloned();
    target.filter(known).or_else(usual).unwrap_or_else(|| "word/document.xml".to_owned())
}

/// The text of a part, as far as it has been read.
#[derive(Default)]
struct DocxText {
    paragraphs: Paragraphs,
    /// The first paragraph, if it has the style of a title.
    title: Option<String>,
    /// The paragraph that is being read, while it may be the title.
    heading: Option<String>,
    is_later: bool,
    /// How deep it is within an element without text.
    skipped: usize,
    in_text: bool,
}

impl DocxText {
    fn take(&mut self, step: Step<'_>) -> ControlFlow<()> {
        match step {
            Step::Open(name, tag) => {
                if self.skipped > 0 || NO_TEXT.contains(&name) {
                    self.skipped += 1;
                    return ControlFlow::Continue(());
                }
                match name {
                    "t" => self.in_text = true,
                    "tab" | "cr" => self.letters(" "),
                    "br" => self.end_line(),
                    "noBreakHyphen" => self.letters("-"),
                    "pStyle" if !self.is_later => {
                        let style = attribute(tag, "val").unwrap_or_default().to_lowercase();
                        self.heading = TITLES.contains(&style.as_str()).then(String::new);
                    }
                    _ => {}
                }
            }
            Step::Close(_) if self.skipped > 0 => self.skipped -= 1,
            Step::Close("t") => self.in_text = false,
            Step::Close("p") => self.end_paragraph(),
            Step::Text(letters) if self.in_text && self.skipped == 0 => self.letters(letters),
            _ => {}
        }
        if self.paragraphs.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn letters(&mut self, letters: &str) {
        self.paragraphs.push(letters);
        if let Some(heading) = &mut self.heading {
            heading.push_str(letters);
        }
    }

    fn end_line(&mut self) {
        self.paragraphs.end();
        if let Some(heading) = &mut self.heading {
            heading.push(' ');
        }
    }

    fn end_paragraph(&mut self) {
        self.paragraphs.end();
        self.in_text = false;
        self.is_later |= !self.paragraphs.is_empty();
        let heading = self.heading.take().map(|heading| heading.trim().to_owned());
        if let Some(heading) = heading.filter(|heading| !heading.is_empty()) {
            self.title.get_or_insert(heading);
        }
    }
}

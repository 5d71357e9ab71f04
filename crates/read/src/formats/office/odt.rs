//! OpenDocument texts (odt, ott): the text of the body, then that of the notes.

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

pub(in super::super) struct Odt;

/// Elements whose letters are not part of the text: deleted text, comments, numbers of notes, descriptions of pictures.
const NO_TEXT: [&str; 7] =
    ["tracked-changes", "annotation", "note-citation", "desc", "sequence-decls", "forms", "bibliography-source"];

impl RecordParser for Odt {
    fn format(&self) -> &'static str {
        "odt"
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let mut package = Package::open(&piece.bytes)?;
        let properties = Properties::of(&mut package, "meta.xml");
        let mut text = OdtText::default();
        let outcome = package.walk("content.xml", &mut |step| text.take(step));
        let title = properties.title().or(text.title);
        let (body, notes) = (text.body.finish()?, text.notes.finish()?);
        if body.is_empty() {
            return Err(match outcome {
                Ok(()) => RefusalKind::NoText.because("OpenDocument text without text"),
                Err(reason) => damaged(reason),
            });
        }
        let body = if notes.is_empty() { body } else { format!("{body}\n{notes}") };
        let record = Record {
            text: without_title(&body, title.as_deref()),
            title,
            date: properties.get(&["creation-date", "date"]),
            author: properties.get(&["initial-creator", "creator"]),
            language: properties.get(&["language"]),
            encoding: "UTF-8",
            ..Record::default()
        };
        Ok(piece.with_damage(record, outcome.err().map(damaged)))
    }
}

fn damaged(reason: String) -> Reason {
    RefusalKind::Damaged.because(format!("damaged OpenDocument text, read as far as it goes: {reason}"))
}

/// The text of a document, as far as it has been read.
#[derive(Default)]
struct OdtText {
    body: Paragraphs,
    notes: Paragraphs,
    /// The first paragraph, if it is a heading.
    title: Option<String>,
    heading: Option<String>,
    /// How deep it is within an element without text.
    skipped: usize,
    in_note: bool,
    /// How deep it is within paragraphs and headings: letters elsewhere are white space.
    paragraphs: usize,
}

impl OdtText {
    fn take(&mut self, step: Step<'_>) -> ControlFlow<()> {
        match step {
            Step::Open(name, tag) => {
                if self.skipped > 0 || NO_TEXT.contains(&name) {
                    self.skipped += 1;
                    return ControlFlow::Continue(());
                }
                match name {
                    "p" | "h" => {
                        let is_title = attribute(tag, "style-name").is_some_and(|style| style == "Title");
                        self.paragraphs += 1;
                        if self.body.is_empty() && (name == "h" || is_title) {
                            self.heading = Some(String::new());
                        }
                    }
                    "note" => self.in_note = true,
                    "tab" | "s" => self.letters(" "),
                    "line-break" => self.out().end(),
                    _ => {}
                }
            }
            Step::Close(_) if self.skipped > 0 => self.skipped -= 1,
            Step::Close("p" | "h") => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.out().end();
                let heading = self.heading.take().map(|heading| heading.trim().to_owned());
                if let Some(heading) = heading.filter(|heading| !heading.is_empty()) {
                    self.title.get_or_insert(heading);
                }
            }
            Step::Close("note") => self.in_note = false,
            Step::Text(letters) if self.paragraphs > 0 && self.skipped == 0 => self.letters(letters),
            _ => {}
        }
        if self.body.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn out(&mut self) -> &mut Paragraphs {
        if self.in_note { &mut self.notes } else { &mut self.body }
    }

    fn letters(&mut self, letters: &str) {
        self.out().push(letters);
        if let Some(heading) = &mut self.heading {
            heading.push_str(letters);
        }
    }
}

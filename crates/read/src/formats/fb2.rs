//! FictionBook: one article a book, its bodies one after the other, notes last.

use super::{
    FieldMap, Format, Piece, Place, Reason, Record, RecordParser, Records, RefusalKind, Sink, Sniff, html,
    paragraphs::Paragraphs,
    xml::{Step, attribute, walk},
};
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct FictionBook;

/// The largest book, in bytes: pictures are written into it as text.
const MAX_BOOK: usize = 64 << 20;

impl Format for FictionBook {
    fn name(&self) -> &'static str {
        "fb2"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.has_root(&["fictionbook"])
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        place.whole_up_to(MAX_BOOK, input, sink, &Self)
    }
}

impl RecordParser for FictionBook {
    fn format(&self) -> &'static str {
        "fb2"
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let declared = html::declared_charset(&piece.bytes);
        let decoded = piece.decode(declared.as_deref())?;
        let mut book = Book::default();
        let outcome = walk(decoded.text.as_bytes(), &mut |step| book.take(step));
        if book.text.is_empty() {
            return Err(match outcome {
                Ok(()) => RefusalKind::NoText.because("book without text"),
                Err(reason) => damaged(reason),
            });
        }
        let record = Record { encoding: decoded.encoding, from_page: true, ..book.record()? };
        Ok(piece.with_damage(record, outcome.err().map(damaged)))
    }
}

fn damaged(reason: String) -> Reason {
    RefusalKind::Damaged.because(format!("damaged book, read as far as it goes: {reason}"))
}

/// A book as far as it has been read.
#[derive(Default)]
struct Book {
    /// The names of the open elements. A book of any depth needs no more than the outer ones.
    path: Vec<String>,
    depth: usize,
    text: Paragraphs,
    title: String,
    /// Parts of the names of all authors, an author a line.
    authors: Paragraphs,
    date: Option<String>,
    date_words: String,
    publisher: String,
    language: String,
}

/// How many open elements are remembered by name.
const REMEMBERED: usize = 16;

impl Book {
    fn take(&mut self, step: Step<'_>) -> ControlFlow<()> {
        match step {
            Step::Open(name, tag) => {
                self.depth += 1;
                if self.path.len() < REMEMBERED {
                    self.path.push(name.to_owned());
                }
                if name == "date" && self.within("title-info") {
                    self.date = attribute(tag, "value").filter(|value| !value.trim().is_empty());
                }
            }
            Step::Close(name) => {
                if self.within("body") && matches!(name, "p" | "v" | "subtitle" | "text-author" | "tr" | "empty-line") {
                    self.text.end();
                }
                if name == "author" && self.within("title-info") {
                    self.authors.end();
                }
                if self.path.len() == self.depth {
                    self.path.pop();
                }
                self.depth = self.depth.saturating_sub(1);
            }
            Step::Text(letters) => self.letters(letters),
        }
        if self.text.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn within(&self, name: &str) -> bool {
        self.path.iter().any(|open| open == name)
    }

    fn letters(&mut self, letters: &str) {
        if self.within("binary") || self.within("stylesheet") {
            return;
        }
        if self.within("body") {
            return self.text.push(letters);
        }
        let of_book = self.within("title-info");
        match self.path.last().map_or("", String::as_str) {
            "book-title" if of_book => self.title.push_str(letters),
            "first-name" | "middle-name" | "last-name" | "nickname" if of_book && self.within("author") => {
                self.authors.push(letters);
                self.authors.push(" ");
            }
            "date" if of_book => self.date_words.push_str(letters),
            "lang" if of_book => self.language.push_str(letters),
            "publisher" if self.within("publish-info") => self.publisher.push_str(letters),
            _ => {}
        }
    }

    fn record(self) -> Result<Record, Reason> {
        let value = |text: String| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then_some(text)
        };
        Ok(Record {
            text: self.text.finish()?,
            title: value(self.title),
            date: self.date.or_else(|| value(self.date_words)),
            author: value(self.authors.finish()?.replace('\n', ", ")),
            outlet: value(self.publisher),
            language: value(self.language),
            ..Record::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{super::encoding::Charset, parse_bytes};

    const BOOK: &str = "<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n<FictionBook \
        xmlns=\"http://www.gribuser.ru/xml/fictionbook/2.0\"><description><title-info><author><first-name>Ирина\
        </first-name><last-name>Лугова</last-name></author><book-title>Мосты области</book-title><date \
        value=\"2020-07-26\">лето 2020</date><lang>ru</lang></title-info><document-info><author><nickname>сканер\
        </nickname></author></document-info><publish-info><publisher>Заречный вестник</publisher></publish-info>\
        </description><body><title><p>Мосты</p></title><section><p>В Заречном <emphasis>открыли</emphasis> \
        мост<a>[1]</a>.</p><empty-line/><poem><stanza><v>Строка.</v></stanza></poem></section></body><body \
        name=\"notes\"><section><p>Так пишет РБК.</p></section></body><binary>AAAA</binary></FictionBook>";

    #[test]
    fn a_book_is_an_article() {
        let records = parse_bytes("a.fb2", &Charset::Windows1251.encode(BOOK).0);
        let record = records[0].as_ref().unwrap();
        assert_eq!(record.text, "Мосты\nВ Заречном открыли мост[1].\nСтрока.\nТак пишет РБК.");
        assert_eq!(record.title.as_deref(), Some("Мосты области"));
        assert_eq!(record.author.as_deref(), Some("Ирина Лугова"));
        assert_eq!(record.date.as_deref(), Some("2020-07-26"));
        assert_eq!(record.outlet.as_deref(), Some("Заречный вестник"));
        assert_eq!((record.format, record.encoding), ("fb2", "windows-1251"));
    }

    #[test]
    fn half_a_book_keeps_its_beginning() {
        let cut = BOOK.find("<poem>").unwrap();
        let records = parse_bytes("a.fb2", &BOOK.as_bytes()[..cut]);
        assert_eq!(records[0].as_ref().unwrap().text, "Мосты\nВ Заречном открыли мост[1].");
    }
}

//! RTF documents: one article, without what is not its text: pictures, fonts, headers, deleted and hidden words.
//!
//! Written for this program: of the parsers that were tried, one loses all Cyrillic letters and one refuses a file that
//! is cut off. The words and charsets are those of the Rich Text Format Specification 1.9.1.

mod charsets;
mod tokens;

use super::{
    FieldMap, Format, MAX_RECORD_BYTES, Piece, Place, Reason, Record, RecordParser, Records, RefusalKind, Sink, Sniff,
    paragraphs::{Paragraphs, without_title},
};
use charsets::{by_charset, by_code_page};
use encoding_rs::{Encoding, WINDOWS_1251};
use rustc_hash::FxHashMap;
use std::{io::BufRead, ops::ControlFlow};
use tokens::{Token, next};

pub(super) struct Rtf;

/// The largest document, in bytes: pictures are written into it as text.
const MAX_DOCUMENT: usize = 64 << 20;

/// Groups that are not part of the document's text; unknown groups marked `\*` are not either.
const NO_TEXT: [&str; 27] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "pict",
    "object",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "fldinst",
    "listtable",
    "listoverridetable",
    "revtbl",
    "rsidtbl",
    "nonshppict",
    "xe",
    "tc",
    "ftnsep",
    "sp",
    "shprslt",
    "pntext",
    "listtext",
    "background",
];

impl Format for Rtf {
    fn name(&self) -> &'static str {
        "rtf"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.ascii.starts_with("{\\rtf")
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        place.whole_up_to(MAX_DOCUMENT, input, sink, &Self)
    }
}

impl RecordParser for Rtf {
    fn format(&self) -> &'static str {
        "rtf"
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let document = Document::read(&piece.bytes);
        let body = document.body.finish()?;
        if body.is_empty() {
            return Err(RefusalKind::NoText.because("RTF document without text"));
        }
        let notes = document.notes.finish()?;
        let text = if notes.is_empty() { body } else { format!("{body}\n{notes}") };
        let title = value(&document.title);
        Ok(vec![Ok(Record {
            text: without_title(&text, title.as_deref()),
            title,
            date: document.created.written(),
            author: value(&document.author),
            encoding: document.default.name(),
            ..Record::default()
        })])
    }
}

fn value(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// Where the letters of a group go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Body,
    Notes,
    Title,
    Author,
    Created,
    Fonts,
    Nowhere,
}

/// What holds within a group.
#[derive(Clone, Copy, Debug)]
struct State {
    target: Target,
    /// The font, while its charset decides about letters.
    font: i32,
    /// How many replacement characters follow a `\u` code, for programs that do not know it.
    replacements: usize,
    is_hidden: bool,
}

/// When the document was made.
#[derive(Clone, Copy, Debug, Default)]
struct Created {
    year: i32,
    month: i32,
    day: i32,
}

impl Created {
    fn written(self) -> Option<String> {
        let Self { year, month, day } = self;
        let is_date = (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        is_date.then(|| format!("{year:04}-{month:02}-{day:02}"))
    }
}

/// A document as far as it has been read.
struct Document {
    body: Paragraphs,
    notes: Paragraphs,
    title: String,
    author: String,
    created: Created,
    /// The encoding of letters whose font does not say otherwise.
    default: &'static Encoding,
    fonts: FxHashMap<i32, &'static Encoding>,
    state: State,
    groups: Vec<State>,
    /// Letters in the encoding of the font, not yet decoded.
    bytes: Vec<u8>,
    /// The first half of a letter beyond U+FFFF.
    surrogate: Option<u16>,
    /// Replacement characters still to be skipped after a `\u` code.
    to_skip: usize,
}

impl Document {
    fn read(bytes: &[u8]) -> Self {
        let state = State { target: Target::Body, font: -1, replacements: 1, is_hidden: false };
        let mut document = Self {
            body: Paragraphs::default(),
            notes: Paragraphs::default(),
            title: String::new(),
            author: String::new(),
            created: Created::default(),
            default: WINDOWS_1251,
            fonts: FxHashMap::default(),
            state,
            groups: Vec::new(),
            bytes: Vec::new(),
            surrogate: None,
            to_skip: 0,
        };
        let mut rest = bytes;
        let mut starred = false;
        while let Some(token) = next(&mut rest) {
            match token {
                Token::Symbol(b'*') => starred = true,
                Token::Word("bin", Some(length)) => {
                    let length = usize::try_from(length).unwrap_or(0);
                    rest = rest.get(length..).unwrap_or_default();
                }
                Token::Word(word, value) => {
                    let known = document.word(word, value);
                    if starred && !known {
                        document.state.target = Target::Nowhere;
                    }
                    starred = false;
                }
                token => {
                    starred = false;
                    document.take(&token);
                }
            }
            if document.body.is_full() {
                break;
            }
        }
        document.flush();
        document
    }

    fn take(&mut self, token: &Token<'_>) {
        match token {
            Token::Open => {
                self.flush();
                self.to_skip = 0;
                // Bounds the memory of a file that consists of brackets.
                if self.groups.len() < MAX_RECORD_BYTES / size_of::<State>() {
                    self.groups.push(self.state);
                }
            }
            Token::Close => {
                self.flush();
                self.to_skip = 0;
                if let Some(state) = self.groups.pop() {
                    if self.state.target == Target::Notes && state.target != Target::Notes {
                        self.notes.end();
                    }
                    self.state = state;
                }
            }
            Token::Code(_) | Token::Letter(_) | Token::Symbol(_) if self.to_skip > 0 => self.to_skip -= 1,
            Token::Code(code) => self.bytes.push(*code),
            Token::Letter(letter) => self.bytes.push(*letter),
            Token::Symbol(symbol) => match symbol {
                b'~' => self.sign(" "),
                b'_' => self.sign("-"),
                b'\\' | b'{' | b'}' => self.bytes.push(*symbol),
                b'\n' | b'\r' => self.end_line(),
                _ => {}
            },
            Token::Word(..) => {}
        }
    }

    /// Follows a control word; returns whether it is known.
    fn word(&mut self, word: &str, value: Option<i32>) -> bool {
        self.flush();
        let number = value.unwrap_or(1);
        match word {
            "u" => return self.letter_by_number(number),
            "uc" => self.state.replacements = usize::try_from(number).unwrap_or(0),
            "par" | "line" | "sect" | "page" | "row" | "column" => self.end_line(),
            "tab" | "cell" | "nestcell" | "emspace" | "enspace" | "qmspace" => self.push(" "),
            "emdash" => self.push("—"),
            "endash" => self.push("–"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "bullet" => self.push("•"),
            "v" => self.state.is_hidden = number != 0,
            "deleted" => self.state.is_hidden = number != 0,
            "plain" => self.state.is_hidden = false,
            "ansicpg" => self.default = by_code_page(number).unwrap_or(self.default),
            "mac" => self.default = encoding_rs::X_MAC_CYRILLIC,
            "pc" | "pca" => self.default = encoding_rs::IBM866,
            "f" => self.state.font = number,
            "fcharset" if self.state.target == Target::Fonts => {
                if let Some(encoding) = by_charset(number) {
                    self.fonts.insert(self.state.font, encoding);
                }
            }
            "fonttbl" => self.state.target = Target::Fonts,
            "footnote" => self.state.target = Target::Notes,
            "info" => self.state.target = Target::Nowhere,
            "title" => self.state.target = Target::Title,
            "author" => self.state.target = Target::Author,
            "creatim" => self.state.target = Target::Created,
            "yr" if self.state.target == Target::Created => self.created.year = number,
            "mo" if self.state.target == Target::Created => self.created.month = number,
            "dy" if self.state.target == Target::Created => self.created.day = number,
            "shppict" | "shpinst" | "shptxt" | "fldrslt" => {}
            _ if NO_TEXT.contains(&word) => self.state.target = Target::Nowhere,
            _ => return false,
        }
        true
    }

    /// A character written as `\u` with its UTF-16 unit as a signed number; beyond U+FFFF there are two of them.
    fn letter_by_number(&mut self, number: i32) -> bool {
        self.to_skip = self.state.replacements;
        let unit = u16::try_from(number.rem_euclid(0x1_0000)).unwrap_or(0);
        match (self.surrogate.take(), unit) {
            (_, 0xd800..=0xdbff) => self.surrogate = Some(unit),
            (Some(first), 0xdc00..=0xdfff) => self.push(&String::from_utf16_lossy(&[first, unit])),
            _ => self.push(&String::from_utf16_lossy(&[unit])),
        }
        true
    }

    /// Decodes the letters that are in the encoding of the font.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let encoding = self.fonts.get(&self.state.font).copied().unwrap_or(self.default);
        let text = encoding.decode_without_bom_handling(&self.bytes).0.into_owned();
        self.bytes.clear();
        self.push(&text);
    }

    /// A character that is written as a control symbol.
    fn sign(&mut self, text: &str) {
        self.flush();
        self.push(text);
    }

    fn push(&mut self, text: &str) {
        const LONGEST_VALUE: usize = 4096;
        match self.state.target {
            _ if self.state.is_hidden => {}
            Target::Body => self.body.push(text),
            Target::Notes => self.notes.push(text),
            Target::Title if self.title.len() < LONGEST_VALUE => self.title.push_str(text),
            Target::Author if self.author.len() < LONGEST_VALUE => self.author.push_str(text),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        self.flush();
        match self.state.target {
            Target::Body => self.body.end(),
            Target::Notes => self.notes.end(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;

    fn text(rtf: &str) -> String {
        match parse_bytes("a.rtf", rtf.as_bytes()).remove(0) {
            Ok(record) => record.text,
            Err(refusal) => refusal.reason,
        }
    }

    #[test]
    fn letters_in_every_writing() {
        assert_eq!(text(r"{\rtf1\ansi\ansicpg1251 \'cc\'ee\'f1\'f2\~\emdash  5}"), "Мост — 5");
        assert_eq!(text(r"{\rtf1\ansi \u1052?\u1086?\uc2\u1089 ??\uc0\u1090 ?}"), "Мост?");
        assert_eq!(text(r"{\rtf1\ansi\uc0 \u-10179\u-8704 !}"), "😀!");
        let font =
            r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fnil\fcharset204 Arial;}{\f1\fcharset0 Arial;}}\f0 \'cc\f1\'e9}";
        assert_eq!(text(font), "Мé");
        assert_eq!(text(r"{\rtf1\mac \'8c\'ee}"), "Мо");
    }

    #[test]
    fn only_the_text_is_taken() {
        let rtf = r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\info{\title Bridge report}{\author I. Lug}{\creatim\yr2020\mo7\dy26}{\company X}}{\*\generator Y;}{\header top}One {\v hidden}{\b two}\par{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\pict\bin3 }}}}{\footnote note} three\par}";
        let record = parse_bytes("a.rtf", rtf.as_bytes()).remove(0).unwrap();
        assert_eq!(record.text, "One two\nlink three\nnote");
        assert_eq!((record.title.as_deref(), record.author.as_deref()), (Some("Bridge report"), Some("I. Lug")));
        assert_eq!((record.date.as_deref(), record.format), (Some("2020-07-26"), "rtf"));
    }

    #[test]
    fn damage_loses_only_what_is_damaged() {
        assert_eq!(text(r"{\rtf1\ansi One\par Tw"), "One\nTw");
        assert_eq!(text(r"{\rtf1\ansi One}}} two\'zz"), "One twozz");
        assert_eq!(text(&format!("{{\\rtf1 {}x", "{".repeat(300_000))), "x");
        assert_eq!(text(r"{\rtf1\ansi{\*\x y}}"), "RTF document without text");
    }
}

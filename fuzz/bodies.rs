// What is fuzzed: each body takes any bytes and panics when a promise is broken. The targets of cargo-fuzz and the
// property tests in `tests/fuzz.rs` share this file, so it stands on its own.

use std::cell::RefCell;
use svodka_model::{
    article::{Article, Part},
    record::Record,
};
use svodka_read::{encoding, parse_bytes};
use svodka_search::parse;
use svodka_text::{
    extract::{Extractor, Scratch},
    names::Lexicon,
};

/// A name that leads to each reader when the content does not, and a valid input for it to begin with.
pub const READERS: [(&str, &str); 29] = [
    ("zip", "a.zip"),
    ("gzip", "a.gz"),
    ("bzip2", "a.bz2"),
    ("zstd", "a.zst"),
    ("tar", "a.tar"),
    ("warc", "a.warc"),
    ("feed", "a.rss"),
    ("mediawiki", "a.xml"),
    ("html", "a.html"),
    ("json_lines", "a.jsonl"),
    ("json", "a.json"),
    ("markdown", "a.md"),
    ("csv", "a.csv"),
    ("docx", "a.docx"),
    ("odt", "a.odt"),
    ("ods", "a.ods"),
    ("xlsx", "a.xlsx"),
    ("epub", "a.epub"),
    ("fb2", "a.fb2"),
    ("rtf", "a.rtf"),
    ("pdf", "a.pdf"),
    ("mail", "a.eml"),
    ("mbox", "a.mbox"),
    ("mhtml", "a.mhtml"),
    ("telegram", "result.json"),
    ("telegram_page", "messages.html"),
    ("wordpress", "a.wxr"),
    ("arc", "a.arc"),
    ("text", "a.txt"),
];

/// A reader: every input gives records with a text, or refusals with a reason; never both empty, for that is losing it.
pub fn reader(name: &str, bytes: &[u8]) {
    let found = parse_bytes(name, bytes);
    for record in &found {
        match record {
            Ok(record) => {
                assert!(!record.text.trim().is_empty(), "a record without text");
                assert!(!record.format.is_empty(), "a record of no format");
            }
            Err(refusal) => assert!(!refusal.reason.is_empty() && !refusal.path.is_empty()),
        }
    }
}

/// The decoder: whatever comes out is the same text when it is saved as UTF-8, and repairing twice changes nothing.
pub fn decoder(bytes: &[u8]) {
    for declared in [None, Some("windows-1251"), Some("koi8-r"), Some("nonsense")] {
        if let Ok(decoded) = encoding::decode(bytes, declared) {
            assert!(!decoded.encoding.is_empty());
            let _ = encoding::repair(&decoded.text);
        }
    }
}

/// The query parser: a query that is understood is understood the same when it is printed.
pub fn query(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for any in [false, true] {
        if let Ok(tree) = parse(&text, any) {
            let printed = tree.to_string();
            assert_eq!(parse(&printed, any).as_ref(), Ok(&tree), "«{text}» prints as «{printed}»");
        }
    }
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Extraction: every span lies within its text, on whole characters, and the same record gives the same article.
pub fn extraction(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (title, text) = match text.split_once('\u{0}') {
        Some((title, text)) => (Some(title.to_owned()), text.to_owned()),
        None => (None, text),
    };
    if text.trim().is_empty() {
        return;
    }
    let extractor = Extractor::new(Lexicon::bundled());
    let article = || {
        let record = Record { title: title.clone(), text: text.clone(), ..Record::default() };
        SCRATCH.with_borrow_mut(|scratch| extractor.article(record, scratch))
    };
    let found = article();
    spans_fit(&found);
    assert_eq!(found, article(), "the same record, another article");
}

fn spans_fit(article: &Article) {
    let entities = article.entities.iter().flat_map(|entity| entity.mentions.iter());
    let cited = article.cited.iter().flat_map(|cited| cited.mentions.iter().chain([&cited.evidence]));
    let outlet = article.outlet.iter().filter_map(|outlet| outlet.evidence.as_ref());
    for span in entities.chain(cited).chain(outlet).chain(&article.boilerplate) {
        let whole = if span.part == Part::Title { &article.title } else { &article.text };
        assert!(whole.get(span.range()).is_some(), "{span:?} does not fit");
    }
}

// What is fuzzed: each body takes any bytes and panics when a promise is broken. The targets of cargo-fuzz and the
// property tests in `tests/fuzz.rs` share this file, so it stands on its own.

use std::{cell::RefCell, fs, path::PathBuf, sync::OnceLock};
use svodka_ingest::{BuildOptions, build};
use svodka_model::{
    article::{Article, Part},
    record::Record,
};
use svodka_read::{encoding, parse_bytes};
use svodka_search::{Arguments, Bounds, Request, SearchEngine, parameters::SEARCH, parse};
use svodka_store::{Index, Manifest, Metadata, document::decode_article};
use svodka_text::{
    extract::{Extractor, Scratch},
    names::{Gazetteer, Lexicon},
};
use tempfile::TempDir;

/// A name that leads to each reader when the content does not, and a valid input for it to begin with.
pub const READERS: [(&str, &str); 30] = [
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
    ("brotli", "a.warc"),
    ("text", "a.txt"),
];

/// A reader: every input gives records with a text, or refusals with a reason; never both empty, for that is losing it.
pub fn reader(name: &str, bytes: &[u8]) {
    let found = parse_bytes(name, bytes);
    assert!(!found.is_empty(), "nothing is said of the input");
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

/// The user's gazetteer: what cannot be understood is an error with words.
pub fn gazetteer(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Gazetteer::parse("gazetteer.toml", &text, Lexicon::bundled()) {
        Ok(gazetteer) => drop(Lexicon::bundled().extended(&gazetteer).corrected(&gazetteer)),
        Err(e) => assert!(!e.to_string().is_empty()),
    }
}

/// The parameters of a request over HTTP: what is accepted makes a request.
pub fn parameters(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut arguments = Arguments::new(&SEARCH);
    for (name, value) in text.split('&').filter_map(|pair| pair.split_once('=')) {
        if let Err(e) = arguments.add(name, value, Bounds::Served) {
            assert!(!e.to_string().is_empty());
        }
    }
    let _ = arguments.request();
}

/// Stored articles: bytes that are none give nothing.
pub fn stored_article(bytes: &[u8]) {
    if let Some(article) = decode_article(bytes) {
        let _ = Metadata::decode(bytes, &article);
    }
}

/// A manifest: read, or refused with words.
pub fn manifest(bytes: &[u8]) {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("manifest.json"), bytes).expect("room for a manifest");
    if let Err(e) = Manifest::read(folder.path()) {
        assert!(!e.to_string().is_empty());
    }
}

/// The bytes of a change of an index: number of the file, three bytes for the place, the byte put there.
const CHANGE: usize = 5;

/// An index of one article, damaged: the input says which bytes of which files. Catalogue, stem lists, stored articles
/// and everything of tantivy's are opened, searched and checked.
pub fn index(bytes: &[u8]) {
    static WHOLE: OnceLock<Vec<(PathBuf, Vec<u8>)>> = OnceLock::new();
    let whole = WHOLE.get_or_init(files_of_an_index);
    let folder = TempDir::new().expect("a temporary folder");
    let mut files = whole.clone();
    for change in bytes.chunks_exact(CHANGE) {
        let [file, high, middle, low, value] = change else { continue };
        let number = usize::from(*file) % files.len();
        let content = &mut files[number].1;
        let at = u32::from_be_bytes([0, *high, *middle, *low]) as usize % content.len().max(1);
        match (value, content.get_mut(at)) {
            (0xff, Some(_)) => content.truncate(at),
            (value, Some(byte)) => *byte = *value,
            _ => {}
        }
    }
    for (name, content) in &files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("room for folders");
        fs::write(path, content).expect("room for an index");
    }
    let Ok(index) = Index::open(folder.path()) else { return };
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    for query in ["", "завод", "\"открыли завод\"", "тул*"] {
        let _ = engine.search(&Request { query: query.into(), ..Request::default() });
    }
    let _ = svodka_ingest::check(&index);
}

/// The files of a small sound index, by their names in it.
fn files_of_an_index() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = TempDir::new().expect("a temporary folder");
    let (input, place) = (folder.path().join("a.txt"), folder.path().join("index"));
    fs::write(&input, "В Туле открыли завод\nВ Туле открыли завод, сообщает газета «Вестник».\n").expect("room");
    build(&BuildOptions::new(vec![input], place.clone()), Lexicon::bundled(), &mut |_| {}).expect("an index");
    let mut files = Vec::new();
    let mut folders = vec![place.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if let Ok(name) = entry.path().strip_prefix(&place) {
                files.push((name.to_path_buf(), fs::read(entry.path()).expect("a file")));
            }
        }
    }
    files.sort();
    files
}

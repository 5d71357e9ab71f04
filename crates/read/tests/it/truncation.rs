//! Every fixture cut off at twenty random places: what is whole before the cut is read, and nothing else.
//!
//! What is whole is known from the file itself: each record of the whole file has an *anchor*, a word that no other
//! record has, found in the bytes in whatever encoding. When the anchor of a later record stands before the cut, every record
//! before it is whole.

use std::{fs, path::Path};
use svodka_model::record::Record;
use svodka_read::{encoding::Charset, parse_bytes};

/// The same places every time.
const SEED: u64 = 20_261_130;

/// Cuts of each file.
const CUTS: usize = 20;

/// Formats of which one file or entry is one article: half of one is read as far as it goes, but never as another.
const ONE_ARTICLE: [&str; 8] = ["text", "markdown", "fb2", "rtf", "pdf", "mail", "csv", "mbox"];

/// Bytes that a cut leaves at least: of fewer nobody can tell the kind of a file.
const LEAST: usize = 48;

/// So few words may be the beginning of anything.
const FEW_WORDS: usize = 3;

/// Fixtures whose records lie side by side, column by column: none is whole before the end.
const BY_COLUMNS: [&str; 2] = ["pandas-cols.json", "lists.json"];

/// Fixtures of which a few lines do not show what a row or a log is, or which have a damaged last row when they are cut.
const OF_FEW_LINES: [&str; 4] = ["noheader.csv", "openquote.csv", "access.log", "app.log"];

/// Fixtures whose encoding is told by their letters, of which half a file may have too few, or half a letter at its end.
const BY_LETTERS: [&str; 5] =
    ["q-double-encoded.txt", "cp1251-as-latin1.txt", "o-upper.txt", "p-short-koi8.txt", "utf8-as-latin1.txt"];

/// Random numbers that are the same every time (xorshift64*).
fn below(state: &mut u64, end: usize) -> usize {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    usize::try_from(state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % end.max(1)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The ways in which a word can stand in a file.
fn written(word: &str) -> Vec<Vec<u8>> {
    let escaped: String = word.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let charsets = [Charset::Windows1251, Charset::Koi8R, Charset::Ibm866].map(|charset| charset.encode(word).0);
    let wide = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [word.as_bytes().to_vec(), escaped.into_bytes(), wide].into_iter().chain(charsets).collect()
}

/// Where in `bytes` the record begins at the latest: the first place of a word that only this record has.
fn anchor(record: &Record, others: &[&Record], bytes: &[u8]) -> Option<usize> {
    let all = |record: &Record| words(&format!("{} {}", record.title.as_deref().unwrap_or(""), record.text));
    let of_others: Vec<String> = others.iter().flat_map(|record| all(record)).collect();
    let own = all(record).into_iter().filter(|word| word.chars().count() >= 4 && !of_others.contains(word));
    own.take(50).find_map(|word| {
        written(&word).into_iter().find_map(|written| bytes.windows(written.len()).position(|part| part == written))
    })
}

/// What is wrong with the reading of `bytes` cut off at `cut`.
fn wrong(name: &str, bytes: &[u8], cut: usize, whole: &[&Record], anchors: &[Option<usize>]) -> Option<String> {
    let found = parse_bytes(name, &bytes[..cut]);
    if cut > 0 && found.is_empty() {
        return Some("nothing is said of it".into());
    }
    let texts: Vec<Vec<String>> = whole.iter().map(|record| words(&record.text)).collect();
    let read: Vec<Vec<String>> = found.iter().flatten().map(|record| words(&record.text)).collect();
    for (at, text) in texts.iter().enumerate() {
        let is_whole = anchors.iter().skip(at + 1).any(|later| later.is_some_and(|place| place < cut));
        if is_whole && !BY_COLUMNS.contains(&name) && !read.contains(text) {
            return Some(format!("loses «{}»", whole[at].text));
        }
    }
    if BY_LETTERS.contains(&name) || OF_FEW_LINES.contains(&name) {
        return None;
    }
    // Of half a page, what stands around the article may be all there is.
    found.iter().flatten().filter(|record| !matches!(record.format, "html" | "mhtml")).find_map(|record| {
        let mut part = words(&record.text);
        if part.len() <= FEW_WORDS {
            return None;
        }
        if record.format == "mail" && record.text.contains('=') {
            // Half of a letter in quoted-printable.
            part.pop();
        }
        let (last, before) = part.split_last()?;
        let is_known = texts.contains(&part) || whole.iter().any(|whole| {
            let title = words(whole.title.as_deref().unwrap_or(""));
            let all = [title.clone(), words(&whole.text)].concat();
            let begins = |text: &[String]| {
                text.starts_with(before) && text.get(before.len()).is_some_and(|word| word.starts_with(last.as_str()))
            };
            title == part || ONE_ARTICLE.contains(&record.format) && (begins(&words(&whole.text)) || begins(&all))
        });
        (!is_known).then(|| format!("makes up «{}» ({})", record.text, record.format))
    })
}

#[test]
fn a_cut_fixture_loses_only_the_cut_record() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"));
    let mut state = SEED;
    let (mut failures, mut files, mut cuts, mut proved) = (Vec::new(), 0, 0, 0);
    let mut paths: Vec<_> = walkdir::WalkDir::new(folder).into_iter().map(|e| e.unwrap().into_path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    for path in paths {
        let bytes = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let found = parse_bytes(name, &bytes);
        let whole: Vec<&Record> = found.iter().flatten().collect();
        let others = |at: usize| whole.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, r)| *r).collect::<Vec<_>>();
        let anchors: Vec<Option<usize>> = (0..whole.len()).map(|at| anchor(whole[at], &others(at), &bytes)).collect();
        files += 1;
        proved += anchors.iter().skip(1).flatten().count();
        for _ in 0..CUTS {
            let cut = (LEAST + below(&mut state, bytes.len().saturating_sub(LEAST))).min(bytes.len());
            cuts += 1;
            if let Some(wrong) = wrong(name, &bytes, cut, &whole, &anchors) {
                failures.push(format!("{} cut at {cut} of {}: {wrong}", path.strip_prefix(folder).unwrap().display(), bytes.len()));
            }
        }
    }
    println!("{cuts} cuts of {files} files; {proved} records whose place is known");
    assert!(failures.is_empty(), "{} of {cuts}:\n{}", failures.len(), failures.join("\n"));
    assert!(files > 100 && proved > 60, "{files} files and {proved} known places are too few to prove anything");
}

//! The bodies of the fuzz targets, run from here on inputs that are nearly right: a valid input with a few bytes
//! changed, cut out, repeated or put in.
//!
//! `SVODKA_FUZZ_SECONDS=60 cargo test --test it fuzz -- --nocapture` runs each body that long and counts the executions.

#[path = "../../fuzz/bodies.rs"]
pub(crate) mod bodies;

use crate::samples::{NEWS, valid};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::time::{Duration, Instant};

/// Executions of each body in a usual run.
const CASES: u32 = 48;

/// Marks that formats and the query language know.
const MARKS: [&[u8]; 16] = [
    b"<",
    b">",
    b"\"",
    b"{\"",
    b"}",
    b"[[",
    b"\r\n\r\n",
    b"WARC/1.0\r\n",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"\xff\xfe",
    b"\0",
    b"\\ud800",
    b"&#x",
    b"\xd0",
    b"|~*()-",
];

/// One change of an input: where (in thousandths of it), what, and how much.
type Change = (u16, u8, u8, u8);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((0u16..1000, 0u8..6, any::<u8>(), any::<u8>()), 0..8)
}

fn changed(input: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for (place, kind, value, amount) in changes {
        let at = bytes.len() * usize::from(*place) / 1000;
        let end = (at + usize::from(*amount)).min(bytes.len());
        match kind {
            0 if at < bytes.len() => bytes[at] = *value,
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => drop(bytes.splice(at..at, MARKS[usize::from(*value) % MARKS.len()].iter().copied())),
            _ => bytes.insert(at, *value),
        }
    }
    bytes
}

fn fuzz(name: &str, inputs: &[Vec<u8>], body: impl Fn(&[u8])) {
    let run = |cases: u32| {
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let outcome = runner.run(&(0..inputs.len(), changes()), |(input, changes)| {
            body(&changed(&inputs[input], &changes));
            Ok(())
        });
        outcome.unwrap_or_else(|e| panic!("{name}: {e}"));
    };
    let seconds = std::env::var("SVODKA_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok());
    let Some(seconds) = seconds else { return run(CASES) };
    let (start, mut executions) = (Instant::now(), 0u64);
    while start.elapsed() < Duration::from_secs(seconds) {
        run(CASES);
        executions += u64::from(CASES);
    }
    println!("{name}: {executions} executions in {seconds} s");
}

#[test]
fn readers() {
    for (reader, name) in bodies::READERS {
        assert!(svodka_read::parse_bytes(name, &valid(reader)).iter().any(Result::is_ok), "{reader}");
        fuzz(reader, &[valid(reader)], |bytes| bodies::reader(name, bytes));
    }
}

#[test]
fn any_input_under_any_name() {
    let inputs: Vec<_> = bodies::READERS.into_iter().map(|(reader, _)| valid(reader)).collect();
    for name in ["a", "a.jsonl", "a.csv", "a.html", "a.tar"] {
        fuzz(name, &inputs, |bytes| bodies::reader(name, bytes));
    }
}

#[test]
fn decoder() {
    use svodka_read::encoding::Charset;
    let wide: Vec<u8> = NEWS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut inputs = vec![NEWS.as_bytes().to_vec(), wide];
    inputs.extend([Charset::Windows1251, Charset::Koi8R, Charset::Ibm866].map(|charset| charset.encode(NEWS).0));
    fuzz("decoder", &inputs, bodies::decoder);
}

#[test]
fn query() {
    let queries = ["завод -Одесса \"открыли завод\"~3", "(порт OR мост) AND title:вокзал", "+Тула цен* date:2025", "'"];
    fuzz("query", &queries.map(|query| query.as_bytes().to_vec()), bodies::query);
}

#[test]
fn extraction() {
    fuzz("extraction", &[NEWS.as_bytes().to_vec(), format!("Завод\0{NEWS}").into_bytes()], bodies::extraction);
}

#[test]
fn gazetteer() {
    let example = "[[add]]\nname = \"Институт ромашек\"\nkind = \"think_tank\"\naliases = [\"~ИРГ\"]\n[[split]]\nname = \"Пётр Лютиков\"\ninto = \"Пётр\"\nwhen = [\"шайба\"]\n";
    fuzz("gazetteer", &[example.as_bytes().to_vec()], bodies::gazetteer);
}

#[test]
fn parameters() {
    let example = "q=завод&from=2025-01-01&actor=Китай&no-cited=ТАСС&limit=10&sort=newest&facets=actor,month";
    fuzz("parameters", &[example.as_bytes().to_vec()], bodies::parameters);
}

#[test]
fn stored_article() {
    let record = svodka_model::record::Record { text: NEWS.into(), ..Default::default() };
    let article = svodka_text::extract::Extractor::new(svodka_text::names::Lexicon::bundled())
        .article(record, &mut svodka_text::extract::Scratch::default());
    let stored = svodka_store::document::encode_article(&article).unwrap();
    assert!(svodka_store::document::decode_article(&stored).is_some());
    fuzz("stored_article", &[stored], bodies::stored_article);
}

#[test]
fn manifest() {
    let manifest = serde_json::to_vec(&svodka_store::Manifest::current("segments-1".into())).unwrap();
    fuzz("manifest", &[manifest], bodies::manifest);
}

#[test]
fn index() {
    fuzz("index", &[vec![3, 0, 0, 40, 7], vec![8, 0, 1, 2, 9, 20, 0, 0, 5, 0xff]], bodies::index);
}

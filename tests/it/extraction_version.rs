//! Articles extracted from the golden texts and from the sample archive must not change without a higher
//! `EXTRACTION_VERSION`: an index made before would otherwise mix two extractions.

use crate::harness::root;
use std::{fs, ops::ControlFlow, path::PathBuf, sync::atomic::AtomicBool};
use svodka_ingest::{Extracted, Input, extract_all};
use svodka_model::{Article, record::Record};
use svodka_read::{Every, ReadOptions};
use svodka_text::{
    DATA_FINGERPRINT,
    extract::{EXTRACTION_VERSION, Extractor, Scratch},
    fingerprint::Fingerprint,
    names::Lexicon,
};

/// Where version and fingerprint of the last renewal are kept.
const FIXTURE: &str = "tests/fixtures/extraction.txt";

/// Set to write the fixture.
const RENEW: &str = "SVODKA_RENEW";

fn golden_files() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/golden")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The articles of the golden texts, by title, outlet and text.
fn golden_articles() -> Vec<Article> {
    let mut scratch = Scratch::default();
    let mut articles = Vec::new();
    for file in golden_files().into_iter().filter(|path| path.extension().is_some_and(|e| e == "txt")) {
        for golden in fs::read_to_string(file).unwrap().split("\n=====\n") {
            let mut parts = golden.split("\n---\n");
            let (head, text) = (parts.next().unwrap(), parts.next().unwrap());
            let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name).map(|v| v.trim().to_owned()));
            let record =
                Record { title: field("title:"), outlet: field("outlet:"), text: text.to_owned(), ..Record::default() };
            articles.push(Extractor::new(Lexicon::bundled()).article(record, &mut scratch));
        }
    }
    articles
}

/// The articles of the sample archive, without what depends on the place of the folder.
fn sample_articles() -> Vec<Article> {
    // By its relative path: a year in the path of the checkout would be taken for that of the articles.
    let (paths, stop) = ([PathBuf::from("corpus")], AtomicBool::new(false));
    let options = ReadOptions::default();
    let input = Input { paths: &paths, which: &Every, options: &options, jobs: 2, terms: false, stop: &stop };
    let mut articles = Vec::new();
    extract_all(&input, Lexicon::bundled(), &mut |extracted| {
        if let Extracted::Article(read) = extracted {
            articles.push(Article { id: String::new(), path: String::new(), ..read.article });
        }
        Ok(ControlFlow::Continue(()))
    })
    .unwrap();
    articles
}

#[test]
fn changed_articles_need_a_higher_extraction_version() {
    let (golden, sample) = (golden_articles(), sample_articles());
    assert!(golden.len() > 200 && sample.len() > 20, "{} golden and {} sample articles", golden.len(), sample.len());
    let fingerprint = golden
        .iter()
        .chain(&sample)
        .fold(Fingerprint::default(), |all, article| all.add(format!("{article:?}\n").as_bytes()));
    let now =
        format!("version = {EXTRACTION_VERSION}\ndata = {DATA_FINGERPRINT}\narticles = {}\n", fingerprint.to_hex());
    let path = root().join(FIXTURE);
    let known = fs::read_to_string(&path).unwrap_or_default();
    let value = |text: &str, name: &str| {
        text.lines().find_map(|line| line.strip_prefix(&format!("{name} = ")).map(str::to_owned)).unwrap_or_default()
    };
    let is_same = |name: &str| value(&known, name) == value(&now, name);
    if std::env::var_os(RENEW).is_some() {
        // An index notes other data by itself.
        let is_noted = !is_same("version") || !is_same("data");
        assert!(is_same("articles") || is_noted, "raise EXTRACTION_VERSION in crates/text/src/extract/mod.rs first");
        fs::write(&path, &now).unwrap();
        return;
    }
    assert!(
        is_same("articles") && is_same("version"),
        "the articles of tests/golden and corpus/ or EXTRACTION_VERSION have changed. If code and not data changed the \
         articles, raise EXTRACTION_VERSION in crates/text/src/extract/mod.rs by one; then renew {FIXTURE} \
         with: {RENEW}=1 cargo test --test it extraction_version"
    );
}

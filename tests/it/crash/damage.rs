//! A tiny index, damaged byte by byte: whoever reads it gets an error or right answers, or `check` finds the damage; never a
//! panic, and never a wrong answer that nobody can find out about.

use super::archive::{Archive, Random, article, is_heavy};
use crate::harness::copy;
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};
use svodka_search::{Request, SearchEngine};
use svodka_store::Index;
use svodka_text::names::Lexicon;

/// Files of which every byte is changed; of larger ones as many at random.
const EVERY_BYTE: usize = 100;

/// The answers that an index gives, or the first error.
fn answers(place: &Path) -> Result<String, String> {
    let index = Index::open(place).map_err(|e| e.to_string())?;
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    let mut out = String::new();
    for query in ["", "порт", "\"открыли порт\"", "заво*", "открытие"] {
        let request = Request { query: query.into(), ..Request::default() };
        let mut found = engine.search(&request).map_err(|e| e.to_string())?;
        found.took = std::time::Duration::ZERO;
        out.push_str(&format!("{found:?}\n"));
    }
    let searcher = index.searcher();
    for (ordinal, segment) in (0u32..).zip(searcher.segment_readers()) {
        for doc in segment.doc_ids_alive() {
            let address = tantivy::DocAddress::new(ordinal, doc);
            out.push_str(&format!("{:?}\n", index.article(&searcher, address).map_err(|e| e.to_string())?));
        }
    }
    Ok(out)
}

/// Whether `check` finds something wrong.
fn is_found_out(place: &Path) -> bool {
    let checked = Index::open(place).and_then(|index| svodka_ingest::check(&index));
    checked.is_err() || checked.is_ok_and(|checked| !checked.problems.is_empty())
}

/// What is wrong with how a damaged index is read.
fn wrong(place: &Path, right: &str) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(|| answers(place))) {
        Ok(Ok(found)) if found == right => None,
        Ok(Err(said)) if !said.trim().is_empty() => None,
        Ok(Err(_)) => Some("an error without words".into()),
        Ok(Ok(_)) => match catch_unwind(AssertUnwindSafe(|| is_found_out(place))) {
            Ok(true) => None,
            Ok(false) => Some("other answers, which check does not find out".into()),
            Err(_) => Some("check panics".into()),
        },
        Err(panic) => {
            let said = panic.downcast_ref::<String>().cloned();
            Some(format!("panics: {}", said.or(panic.downcast_ref::<&str>().map(|s| (*s).into())).unwrap_or_default()))
        }
    }
}

fn files(place: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(place).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

#[test]
fn damaged_files_give_errors_or_right_answers() {
    let archive = Archive::new();
    (0..3).for_each(|n| archive.write(&format!("{n}.txt"), article(n)));
    archive.index(&[]);
    let whole = archive.path("index");
    let right = answers(&whole).unwrap();
    assert_eq!(wrong(&whole, &right), None);
    let place = archive.path("damaged");
    let mut random = Random::new(11);
    let (mut trials, mut failures) = (0, Vec::new());
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    copy(&whole, &place);
    for file in files(&whole) {
        let name = file.strip_prefix(&whole).unwrap().to_path_buf();
        // A lock says nothing, and the other two are only read by the indexer and for reports.
        if file.ends_with(".lock") || file.ends_with("lines.bin") || file.ends_with("failures.jsonl") {
            continue;
        }
        let (bytes, target) = (fs::read(&file).unwrap(), place.join(&name));
        let mut trial = |damaged: Vec<u8>, what: String| {
            fs::write(&target, damaged).unwrap();
            trials += 1;
            if let Some(wrong) = wrong(&place, &right) {
                failures.push(format!("{} {what}: {wrong}", name.display()));
            }
        };
        let all = is_heavy() || bytes.len() <= EVERY_BYTE;
        let count = if all { bytes.len() } else { EVERY_BYTE };
        for number in 0..count {
            let at = if all { number } else { usize::try_from(random.below(bytes.len() as u64)).unwrap() };
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << random.below(8);
            trial(damaged, format!("byte {at}"));
        }
        for eighths in 0..8 {
            trial(bytes[..bytes.len() * eighths / 8].to_vec(), format!("cut at {eighths}/8"));
        }
        let mut swapped = bytes.clone();
        swapped.rotate_left(bytes.len() / 2);
        trial(swapped, "with its halves swapped".into());
        trial([bytes.clone(), bytes.clone()].concat(), "twice".into());
        fs::write(&target, &bytes).unwrap();
        fs::remove_file(&target).unwrap();
        if let Some(wrong) = wrong(&place, &right) {
            failures.push(format!("{} missing: {wrong}", name.display()));
        }
        fs::write(&target, &bytes).unwrap();
    }
    std::panic::set_hook(hook);
    println!("{trials} damaged indexes");
    assert!(failures.is_empty(), "{} of {trials}:\n{}", failures.len(), failures.join("\n"));
    assert!(trials > 500, "{trials} are too few");
}

//! What indexing costs in counts that do not depend on the clock: instructions, allocations, postings and bytes, on a
//! fixed archive made from the sample articles. A change that moves one by more than five per cent must say so by
//! changing `benches/counts.toml`.
//!
//!     cargo bench --bench counts                compares with the committed figures; fails when one has moved
//!     cargo bench --bench counts -- --update    writes the figures of this build
//!
//! Instructions are counted by valgrind where it is installed, and left out, with a line that says so, where not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a benchmark that cannot go on should say where it stopped"
)]

#[path = "../speed/articles.rs"]
#[allow(dead_code, reason = "shared with the other bench")]
mod articles;
#[path = "../speed/grow.rs"]
#[allow(dead_code, reason = "shared with the other bench")]
mod grow;

use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeMap,
    env, fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::AtomicBool,
};
use svodka_ingest::{BuildOptions, Extracted, Input, build, extract_all};
use svodka_model::record::{Origin, Record};
use svodka_read::{Every, ReadOptions};
use svodka_search::SearchEngine;
use svodka_store::Index;
use svodka_text::{
    extract::{Extractor, Scratch},
    names::Lexicon,
};

/// Articles of the fixed archive.
const ARTICLES: u64 = 400;

/// Largest change that is no change, as a share.
const TOLERANCE: f64 = 0.05;

/// Figures by name.
type Counts = BTreeMap<String, f64>;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [what, archive] = arguments.as_slice()
        && what == "extract"
    {
        extract(&records(Path::new(archive))?);
        return Ok(());
    }
    let work = tempfile::tempdir()?;
    let archive = work.path().join("archive.jsonl");
    grow::write_from(sample()?, ARTICLES, &archive)?;
    let counts = count(&archive, work.path())?;
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/counts.toml");
    if arguments.iter().any(|a| a == "--update") {
        let head = "# Figures of `cargo bench --profile dev --bench counts`; `-- --update` writes them anew.\n";
        fs::write(&committed, format!("{head}{}", toml::to_string(&counts)?))?;
    }
    let before: Counts = toml::from_str(&fs::read_to_string(&committed)?)?;
    compare(&before, &counts)
}

/// The sample articles of the project.
fn sample() -> Result<Vec<articles::Record>> {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let options = ReadOptions::default();
    let input = Input {
        paths: &[corpus],
        which: &Every,
        options: &options,
        jobs: 1,
        terms: true,
        stop: &AtomicBool::new(false),
    };
    let mut out = Vec::new();
    extract_all(&input, Lexicon::bundled(), &mut |extracted| {
        if let Extracted::Article(found) = extracted {
            let article = found.article;
            out.push(articles::Record {
                id: String::new(),
                title: Some(article.title),
                text: article.text,
                date: article.date.map(|d| d.value),
                url: None,
                outlet: article.outlet.map(|o| o.name),
            });
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(out)
}

fn records(archive: &Path) -> Result<Vec<Record>> {
    let origin = Origin { path: "counts".into(), absolute: "/counts".into(), line: Some(1) };
    let of = |raw: articles::Record| Record {
        origin: origin.clone(),
        id: Some(raw.id),
        title: raw.title,
        text: raw.text,
        date: raw.date,
        outlet: raw.outlet,
        ..Record::default()
    };
    Ok(articles::all(archive)?.into_iter().map(of).collect())
}

/// Extraction alone, on one thread.
fn extract(records: &[Record]) {
    let extractor = Extractor::new(Lexicon::bundled());
    let mut scratch = Scratch::default();
    for record in records {
        std::hint::black_box(extractor.article(record.clone(), &mut scratch));
    }
}

fn count(archive: &Path, work: &Path) -> Result<Counts> {
    let records = records(archive)?;
    let articles = records.len() as f64;
    let megabytes = articles::size(archive)?.1 as f64 / 1e6;
    extract(&records[..1]);
    let allocations = allocation_counter::measure(|| extract(&records)).count_total;
    let index = work.join("index");
    build(&options(archive, &index), Lexicon::bundled(), &mut |_| {})?;
    let mut counts = Counts::new();
    counts.insert("allocations_per_article".into(), allocations as f64 / articles);
    let opened = Index::open(&index)?;
    counts.insert("index_bytes_per_article".into(), opened.stats()?.bytes as f64 / articles);
    counts.insert("postings_per_article".into(), postings(&opened)? as f64 / articles);
    let one = work.join("one.jsonl");
    fs::write(&one, fs::read_to_string(archive)?.lines().next().unwrap_or_default())?;
    match (instructions(archive, work)?, instructions(&one, work)?) {
        // The start of the program, which reads the dictionaries, is the same in both.
        (Some(all), Some(start)) => {
            counts.insert("instructions_per_megabyte".into(), (all - start) as f64 / megabytes);
        }
        _ => println!("valgrind is not installed: instructions are not counted"),
    }
    Ok(counts)
}

fn options(archive: &Path, index: &Path) -> BuildOptions {
    BuildOptions { rebuild: true, jobs: 1, ..BuildOptions::new(vec![archive.to_owned()], index.to_owned()) }
}

/// Pairs of term and article in all fields.
fn postings(index: &Index) -> Result<u64> {
    let engine = SearchEngine::new(index, Lexicon::bundled());
    let mut total = 0;
    for segment in engine.searcher().segment_readers() {
        for (field, entry) in segment.schema().fields() {
            if !entry.is_indexed() {
                continue;
            }
            let inverted = segment.inverted_index(field)?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                total += u64::from(terms.value().doc_freq);
            }
        }
    }
    Ok(total)
}

/// Instructions of extracting an archive, by valgrind's callgrind.
fn instructions(archive: &Path, work: &Path) -> Result<Option<u64>> {
    let out = work.join("callgrind.out");
    let mut command = Command::new("valgrind");
    command.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", out.display()));
    let command = command.arg(env::current_exe()?).arg("extract").arg(archive);
    let Ok(output) = command.output() else { return Ok(None) };
    if !output.status.success() {
        bail!("valgrind failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = fs::read_to_string(&out)?;
    let line = text.lines().find_map(|l| l.strip_prefix("totals:").or_else(|| l.strip_prefix("summary:")));
    let total = line.and_then(|l| l.split_whitespace().next()).context("callgrind gave no total")?;
    Ok(Some(total.parse()?))
}

/// Prints every figure beside the committed one; fails when one has moved too far.
fn compare(before: &Counts, now: &Counts) -> Result<()> {
    let mut moved = Vec::new();
    println!("| | committed | now | change |");
    println!("|---|---|---|---|");
    for (name, value) in now {
        let Some(old) = before.get(name) else {
            moved.push(name.clone());
            println!("| {name} | none | {value:.1} | |");
            continue;
        };
        let change = value / old - 1.0;
        println!("| {name} | {old:.1} | {value:.1} | {:+.1} % |", change * 100.0);
        if change.abs() > TOLERANCE {
            moved.push(name.clone());
        }
    }
    if moved.is_empty() {
        return Ok(());
    }
    bail!("moved by more than {:.0} %: {}; see benches/counts.toml", TOLERANCE * 100.0, moved.join(", "))
}

//! Prints the article objects of files and folders, one a line, with the rule behind every citation.
//!
//! `cargo run --release --example article_objects -- PATH… [--time]`; `--time` prints only speeds.

use std::{ops::ControlFlow, path::PathBuf, time::Instant};
use svodka::{
    article::Part,
    extract::{Document, Extractor, Scratch, attribution::attribute},
    names::Lexicon,
    read::{Record, read_paths},
    show::json::Articles,
};

fn main() {
    let (flags, paths): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
    let mut records: Vec<Record> = Vec::new();
    let _ = read_paths(&paths, &mut |record| {
        match record {
            Ok(record) => records.push(record),
            Err(refusal) => eprintln!("{refusal:?}"),
        }
        ControlFlow::Continue(())
    });
    let lexicon = Lexicon::bundled();
    let extractor = Extractor::new(lexicon);
    let mut scratch = Scratch::default();
    if flags.iter().any(|f| f == "--time") {
        return speed(&records, lexicon, &mut scratch);
    }
    let articles: Vec<_> = records.into_iter().map(|record| extractor.article(record, &mut scratch)).collect();
    let objects = Articles::new(lexicon, true);
    for article in &articles {
        match serde_json::to_string(&objects.object(article)) {
            Ok(line) => println!("{line}"),
            Err(error) => eprintln!("{error}"),
        }
    }
}

/// Prints the speed of the two halves of extraction: finding names, and attribution.
fn speed(records: &[Record], lexicon: &Lexicon, scratch: &mut Scratch) {
    let megabytes = records.iter().map(|r| r.text.len()).sum::<usize>() as f64 / 1e6;
    let start = Instant::now();
    let documents: Vec<_> = records.iter().map(|r| Document::new(Part::Text, &r.text, lexicon, scratch)).collect();
    println!("names: {:.1} MB/s", megabytes / start.elapsed().as_secs_f64());
    let start = Instant::now();
    let cited: usize = documents.iter().map(|d| attribute(None, d, None, lexicon).cited.len()).sum();
    println!("attribution: {:.1} MB/s, {cited} citations", megabytes / start.elapsed().as_secs_f64());
}

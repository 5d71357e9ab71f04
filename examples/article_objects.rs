//! Prints the article objects of files and folders, one a line, with the rule behind every citation.
//!
//! `cargo run --release --example article_objects -- PATH… [--time]`; `--time` prints only the speed of extraction.

use std::{ops::ControlFlow, path::PathBuf, time::Instant};
use svodka::{
    extract::{Extractor, Scratch},
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
    let bytes: usize = records.iter().map(|r| r.text.len()).sum();
    let start = Instant::now();
    let articles: Vec<_> = records.into_iter().map(|record| extractor.article(record, &mut scratch)).collect();
    let seconds = start.elapsed().as_secs_f64();
    if flags.iter().any(|f| f == "--time") {
        println!("{bytes} bytes in {seconds:.3} s: {:.2} MB/s", bytes as f64 / 1e6 / seconds);
        return;
    }
    let objects = Articles::new(lexicon, true);
    for article in &articles {
        match serde_json::to_string(&objects.object(article)) {
            Ok(line) => println!("{line}"),
            Err(error) => eprintln!("{error}"),
        }
    }
}

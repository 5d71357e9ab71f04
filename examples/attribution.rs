//! Measures the attribution step alone: `cargo run --profile quick --example attribution -- FILE.jsonl…`
//!
//! Prints megabytes of text per second on one core for finding the names of a text, and for attributing them.

use std::{error::Error, fs, time::Instant};
use svodka::{
    article::Part,
    clean::normalise,
    extract::{Document, Scratch, attribution::attribute},
    names::Lexicon,
};

fn main() -> Result<(), Box<dyn Error>> {
    let lexicon = Lexicon::bundled();
    let mut scratch = Scratch::default();
    let mut texts = Vec::new();
    for path in std::env::args().skip(1) {
        for line in fs::read_to_string(&path)?.lines() {
            let record: serde_json::Value = serde_json::from_str(line)?;
            texts.push(normalise(record.get("text").and_then(|text| text.as_str()).unwrap_or_default()));
        }
    }
    let megabytes = texts.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    let start = Instant::now();
    let documents: Vec<_> =
        texts.iter().map(|text| Document::new(Part::Text, text, &|_| false, lexicon, &mut scratch)).collect();
    let named = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let cited: usize = documents.iter().map(|document| attribute(None, document, None, lexicon).cited.len()).sum();
    let attributed = start.elapsed().as_secs_f64();
    println!("{megabytes:.1} MB in {} articles, {cited} citations", texts.len());
    println!("names:       {:7.2} MB/s", megabytes / named);
    println!("attribution: {:7.2} MB/s", megabytes / attributed);
    Ok(())
}

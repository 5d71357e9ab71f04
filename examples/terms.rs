//! Prints WORD<TAB>TERMS of words on stdin; with `--speed`, how many tokens a second the
//! stemmer does with an empty and with a full cache; with `--cold` too, with hardly any cache.

use std::io::{BufRead, Read, Write};
use svodka_text::analyse::stem_cache::StemCache;

fn main() -> std::io::Result<()> {
    let mut cache = StemCache::default();
    let stdin = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if std::env::args().any(|a| a == "--speed") {
        let mut text = String::new();
        { stdin }.read_to_string(&mut text)?;
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        if std::env::args().any(|a| a == "--cold") {
            cache = StemCache::new(1);
        }
        for pass in ["first", "second"] {
            let start = std::time::Instant::now();
            let terms: usize = words.iter().map(|w| cache.stems(w).count()).sum();
            let speed = words.len() as f64 / start.elapsed().as_secs_f64() / 1e6;
            writeln!(out, "{pass}: {} words, {terms} terms, {speed:.2} M words/s", words.len())?;
        }
        return Ok(());
    }
    for word in stdin.lines() {
        let word = word?;
        let terms: Vec<&str> = cache.stems(&word).collect();
        writeln!(out, "{word}\t{}", terms.join(" "))?;
    }
    Ok(())
}

//! How often Russian news has a word: the counts that ship with navec's news vocabulary in the PyPI package natasha.

use anyhow::{Context, Result};
use rustc_hash::FxHashMap;
use std::{fs::File, io::Read, path::Path};

/// Reads the counts out of `navec_news_….tar`: `vocab.bin`, gzip of u32 n, n × u32 counts and the n words, one a line.
/// Words are folded and their counts added up.
pub(super) fn read_counts(archive: &Path) -> Result<FxHashMap<String, f64>> {
    let file = File::open(archive).with_context(|| format!("cannot read {}", archive.display()))?;
    let mut archive = tar::Archive::new(file);
    for entry in archive.entries()? {
        let entry = entry?;
        if entry.path()?.file_name().is_some_and(|name| name == "vocab.bin") {
            let mut bytes = Vec::new();
            flate2::read::MultiGzDecoder::new(entry).read_to_end(&mut bytes)?;
            return parse(&bytes).context("vocab.bin is damaged");
        }
    }
    anyhow::bail!("no vocab.bin in the archive")
}

fn parse(bytes: &[u8]) -> Option<FxHashMap<String, f64>> {
    let (count, rest) = bytes.split_first_chunk::<4>()?;
    let (counts, words) = rest.split_at_checked(u32::from_le_bytes(*count) as usize * 4)?;
    let counts = counts.chunks_exact(4).filter_map(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let mut found = FxHashMap::default();
    for (word, count) in std::str::from_utf8(words).ok()?.split('\n').zip(counts) {
        *found.entry(word.replace('ё', "е")).or_default() += f64::from(count);
    }
    Some(found)
}

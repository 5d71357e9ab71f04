//! The articles of a folder of JSON Lines files.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

/// A record as it stands in the input.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Record {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub title: Option<String>,
    pub text: String,
    #[serde(default)]
    pub date: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub outlet: Option<String>,
}

impl Record {
    /// Bytes of title and text: what all rates are counted in.
    pub fn bytes(&self) -> u64 {
        (self.title.as_deref().unwrap_or("").len() + self.text.len()) as u64
    }
}

/// The JSON Lines files of a folder in order, or the one file.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    if folder.is_file() {
        return Ok(vec![folder.to_owned()]);
    }
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|e| Ok(e?.path())).collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    Ok(files)
}

/// Calls `sink` with every record, in order; lines that are no records are passed over.
pub fn each(folder: &Path, sink: &mut dyn FnMut(Record) -> Result<()>) -> Result<()> {
    for file in files(folder)? {
        for line in BufReader::new(File::open(&file)?).lines() {
            if let Ok(record) = serde_json::from_str::<Record>(&line?) {
                sink(record)?;
            }
        }
    }
    Ok(())
}

/// All records of a folder.
pub fn all(folder: &Path) -> Result<Vec<Record>> {
    let mut out = Vec::new();
    each(folder, &mut |record| {
        out.push(record);
        Ok(())
    })?;
    Ok(out)
}

/// How many records there are and how many bytes of title and text they hold.
pub fn size(folder: &Path) -> Result<(u64, u64)> {
    let (mut count, mut bytes) = (0, 0);
    each(folder, &mut |record| {
        count += 1;
        bytes += record.bytes();
        Ok(())
    })?;
    Ok((count, bytes))
}

/// Numbers that look random and are the same in every run (a 64-bit linear congruential generator, Knuth's MMIX).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }

    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

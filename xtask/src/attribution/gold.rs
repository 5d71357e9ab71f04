//! The labelled articles, and when a found name is the labelled one.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::{fs, path::Path};

/// An article as the labellers saw it.
#[derive(Clone, Debug, Deserialize)]
pub struct Text {
    pub id: String,
    #[serde(default)]
    pub outlet: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    pub text: String,
}

/// A source that the article relays.
#[derive(Clone, Debug, Deserialize)]
pub struct Cited {
    pub name: String,
    pub forms: Vec<String>,
    pub kind: String,
    #[serde(default)]
    pub via: Option<String>,
    #[serde(default, rename = "self")]
    pub is_self: bool,
    #[serde(default)]
    pub evidence: String,
}

/// A source that is only named.
#[derive(Clone, Debug, Deserialize)]
pub struct Mentioned {
    pub name: String,
}

/// What the labellers found in an article.
#[derive(Clone, Debug, Deserialize)]
pub struct Labels {
    pub id: String,
    #[serde(default)]
    pub cited: Vec<Cited>,
    #[serde(default)]
    pub mentioned: Vec<Mentioned>,
}

/// A labelled article.
#[derive(Clone, Debug)]
pub struct Labelled {
    pub set: String,
    pub text: Text,
    pub labels: Labels,
}

/// All articles of a folder: every `NAME.jsonl` with the `NAME.gold.jsonl` beside it.
pub fn read(folder: &Path) -> Result<Vec<Labelled>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let mut all = Vec::new();
    for gold in files.iter().filter(|path| path.to_string_lossy().ends_with(".gold.jsonl")) {
        let texts = gold.to_string_lossy().replace(".gold.jsonl", ".jsonl");
        let set = Path::new(&texts).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let texts: Vec<Text> = lines(Path::new(&texts))?;
        let labels: Vec<Labels> = lines(gold)?;
        let by_id: std::collections::BTreeMap<_, _> = labels.into_iter().map(|l| (l.id.clone(), l)).collect();
        for text in texts {
            if let Some(labels) = by_id.get(&text.id).cloned() {
                all.push(Labelled { set: set.clone(), text, labels });
            }
        }
    }
    Ok(all)
}

pub fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>> {
    let data = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines = data.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).with_context(|| path.display().to_string())).collect()
}

/// A name as words in small letters without marks.
pub fn fold(name: &str) -> Vec<Vec<char>> {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|c| match c {
            'ё' => 'е',
            c if c.is_alphanumeric() || c == '_' => c,
            _ => ' ',
        })
        .collect();
    plain.split_whitespace().map(|word| word.chars().collect()).collect()
}

/// Whether two folded names are one, endings of up to three letters aside.
pub fn same(a: &[Vec<char>], b: &[Vec<char>]) -> bool {
    let alike = |a: &Vec<char>, b: &Vec<char>| {
        let shorter = a.len().min(b.len());
        let kept = 3.max(shorter.saturating_sub(3));
        a == b || shorter > 3 && a.len().abs_diff(b.len()) <= 3 && a.get(..kept) == b.get(..kept)
    };
    !a.is_empty() && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
}

/// The group of a kind in the tables.
pub fn group(kind: &str) -> usize {
    match kind {
        "think_tank" | "pollster" => 0,
        "media" | "agency" | "telegram" => 1,
        _ => 2,
    }
}

/// The names of the groups.
pub const GROUPS: [&str; 3] = ["think", "press", "other"];

//! Reading articles and drawing headlines.

use super::Sources;
use anyhow::{Context, Result};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};
use xxhash_rust::xxh3::xxh3_64;

/// Fewest words of a headline, and of the text of an article, that weights are learnt from.
const HEADLINE_WORDS: usize = 4;
const TEXT_WORDS: usize = 60;

/// Of so many headlines one part teaches weights, the others the translation table.
const PARTS: u64 = 3;

/// An article of the folder.
#[derive(Deserialize)]
pub struct Article {
    pub id: String,
    #[serde(default)]
    pub title: Option<String>,
    pub text: String,
}

/// A query with the one right answer.
#[derive(Clone, Deserialize)]
pub struct Known {
    pub id: String,
    pub q: String,
}

/// The objects of a file of JSON Lines.
pub fn read<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>> {
    let reader = BufReader::new(fs::File::open(file).with_context(|| file.display().to_string())?);
    reader.lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// All articles of the folder, in the order of files.
pub fn all(folder: &Path) -> Result<Vec<Article>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        files.push(entry?.path());
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let mut articles = Vec::new();
    for file in files {
        articles.extend(read::<Article>(&file)?);
    }
    Ok(articles)
}

/// Words in small letters, with a blank between.
pub fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.to_lowercase().replace('ё', "е")).collect::<Vec<_>>().join(" ")
}

/// Headlines by what they teach.
pub struct Headlines {
    /// Teach the weights.
    pub weights: Vec<Known>,
    /// Teach the translation table.
    pub table: Vec<Known>,
}

/// The headlines of articles whose text does not repeat them, without those to be excluded.
pub fn headlines(articles: &[Article], sources: &Sources) -> Result<Headlines> {
    let excluded: Vec<Known> = match &sources.exclude {
        Some(file) => read(file)?,
        None => Vec::new(),
    };
    let ids: FxHashSet<&str> = excluded.iter().map(|known| known.id.as_str()).collect();
    let titles: FxHashSet<String> = excluded.iter().map(|known| plain(&known.q)).collect();
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for article in articles {
        *counts.entry(plain(article.title.as_deref().unwrap_or(""))).or_default() += 1;
    }
    let mut headlines = Headlines { weights: Vec::new(), table: Vec::new() };
    for article in articles {
        let title = article.title.as_deref().unwrap_or("").trim();
        let (words, text) = (plain(title), plain(&article.text));
        let length = words.split(' ').count();
        if length < 3 || ids.contains(article.id.as_str()) || titles.contains(&words) || text.contains(&words) {
            continue;
        }
        let clean = length >= HEADLINE_WORDS && text.split(' ').count() >= TEXT_WORDS && counts[&words] == 1;
        // A headline is written by hand; what a channel's post is called is cut from its text.
        let is_post = article.id.starts_with("tg_");
        let known = Known { id: article.id.clone(), q: title.to_owned() };
        if clean && !is_post && xxh3_64(article.id.as_bytes()).is_multiple_of(PARTS) {
            headlines.weights.push(known);
        } else {
            headlines.table.push(known);
        }
    }
    headlines.weights.sort_by_key(|known| xxh3_64(known.id.as_bytes()));
    Ok(headlines)
}

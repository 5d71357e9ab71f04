//! Reads the data folder of the PyPI package pymorphy3-dicts-ru: OpenCorpora's dictionary in pymorphy's format 2.4.

use super::dawg::{Dawg, base64};
use anyhow::{Context, Result, bail, ensure};
use rustc_hash::FxHashMap;
use std::path::Path;

/// One form of a paradigm.
#[derive(Clone, Debug)]
pub(super) struct SourceForm {
    /// What stands before the stem.
    pub(super) prefix: String,
    /// What stands after the stem.
    pub(super) suffix: String,
    /// The tag as OpenCorpora writes it.
    pub(super) tag: String,
}

/// The dictionary as it ships, with ё folded to е.
pub(super) struct Source {
    /// Every paradigm: its forms, the lemma first.
    pub(super) paradigms: Vec<Vec<SourceForm>>,
    /// Every word with its paradigm and the number of its form there.
    pub(super) words: Vec<(String, u16, u16)>,
    /// How often OpenCorpora's annotated texts have a word with a tag: the estimated probability P(tag | word).
    pub(super) tag_probability: FxHashMap<String, Vec<(String, f64)>>,
}

impl Source {
    /// Reads the folder.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let paradigms = read_paradigms(folder)?;
        let words = read_words(folder)?;
        Ok(Self { paradigms, words, tag_probability: read_probabilities(folder)? })
    }
}

fn read_paradigms(folder: &Path) -> Result<Vec<Vec<SourceForm>>> {
    let meta: Vec<(String, serde_json::Value)> = read_json(&folder.join("meta.json"))?;
    let options = meta.iter().find(|(key, _)| key == "compile_options").map(|(_, value)| value);
    let prefixes = options.and_then(|o| o.get("paradigm_prefixes")).context("meta.json has no paradigm_prefixes")?;
    let prefixes: Vec<String> = serde_json::from_value(prefixes.clone())?;
    let suffixes: Vec<String> = read_json(&folder.join("suffixes.json"))?;
    let tags: Vec<String> = read_json(&folder.join("gramtab-opencorpora-int.json"))?;

    let bytes = std::fs::read(folder.join("paradigms.array")).context("cannot read paradigms.array")?;
    let mut numbers = bytes.chunks_exact(2).filter_map(|b| b.try_into().ok()).map(u16::from_le_bytes);
    let count = numbers.next().context("paradigms.array is empty")?;
    let mut paradigms = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        let length = usize::from(numbers.next().context("paradigms.array ends early")?);
        let fields: Vec<u16> = numbers.by_ref().take(length).collect();
        ensure!(fields.len() == length && length % 3 == 0, "paradigms.array is damaged");
        let third = length / 3;
        let column = |n: usize| fields.iter().skip(n * third).take(third);
        let forms = column(0).zip(column(1)).zip(column(2)).map(|((suffix, tag), prefix)| {
            let at = |list: &[String], n: &u16| list.get(usize::from(*n)).cloned().context("a number out of range");
            Ok(SourceForm {
                prefix: fold_yo(&at(&prefixes, prefix)?),
                suffix: fold_yo(&at(&suffixes, suffix)?),
                tag: at(&tags, tag)?,
            })
        });
        paradigms.push(forms.collect::<Result<_>>()?);
    }
    Ok(paradigms)
}

/// Keys of words.dawg are `WORD\x01BASE64`, the record being two big-endian u16: paradigm and form.
fn read_words(folder: &Path) -> Result<Vec<(String, u16, u16)>> {
    let (mut words, mut damaged) = (Vec::new(), 0);
    Dawg::read(&folder.join("words.dawg"))?.for_each(&mut |key, _| {
        let mut parts = key.splitn(2, |byte| *byte == 1);
        let word = parts.next().and_then(|word| std::str::from_utf8(word).ok());
        match (word, parts.next().map(base64).as_deref()) {
            (Some(word), Some([p1, p0, f1, f0])) => {
                words.push((fold_yo(word), u16::from_be_bytes([*p1, *p0]), u16::from_be_bytes([*f1, *f0])));
            }
            _ => damaged += 1,
        }
    });
    if damaged > 0 || words.is_empty() {
        bail!("words.dawg: {damaged} damaged keys, {} good ones", words.len());
    }
    Ok(words)
}

/// Keys are `WORD:TAG`, values millionths.
fn read_probabilities(folder: &Path) -> Result<FxHashMap<String, Vec<(String, f64)>>> {
    let mut found: FxHashMap<String, Vec<(String, f64)>> = FxHashMap::default();
    Dawg::read(&folder.join("p_t_given_w.intdawg"))?.for_each(&mut |key, value| {
        if let Some((word, tag)) = std::str::from_utf8(key).ok().and_then(|key| key.split_once(':')) {
            found.entry(fold_yo(word)).or_default().push((tag.to_owned(), f64::from(value) / 1e6));
        }
    });
    ensure!(!found.is_empty(), "p_t_given_w.intdawg has no keys");
    Ok(found)
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not what it should be", path.display()))
}

fn fold_yo(text: &str) -> String {
    text.replace('ё', "е")
}

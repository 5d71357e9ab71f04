//! Writes the dictionary files; their layout is documented in the shared module `format`.

use super::{
    format::{HEADER_BYTES, MAGIC, MAX_LETTERS, READING_SLOT, encode},
    lexicon::Lexicon,
    policy::Readings,
};
use anyhow::{Context, Result, ensure};
use fst::MapBuilder;
use rustc_hash::FxHashMap;
use std::{hash::Hash, path::Path};

/// Writes `forms.fst` as it is, for unpacking it would be a fifth of a short search's time, and `ambiguous.fst`,
/// `endings.fst` and `tables.bin` packed; returns a line about each.
pub(super) fn write(
    folder: &Path,
    lexicon: &Lexicon,
    decided: &FxHashMap<usize, Readings>,
    endings: &[(String, Vec<u32>)],
) -> Result<Vec<String>> {
    ensure!(lexicon.slots.len() < READING_SLOT as usize, "too many slots");
    let mut sets = Pool::default();
    let (mut forms, mut ambiguous) = (Vec::new(), Vec::new());
    for (number, (form, slots)) in lexicon.forms.iter().enumerate() {
        let mut buffer = [0; MAX_LETTERS];
        // Forms with digits or apostrophes («1-й») are of no use to a word that has been cut by the tokenizer.
        let Some(key) = encode(form, &mut buffer) else { continue };
        match decided.get(&number) {
            Some(readings) => {
                let set: Vec<u32> = readings.iter().map(|(slot, flags)| slot | flags).collect();
                ambiguous.push((key.to_vec(), u64::from(sets.number(set))));
            }
            None => forms.push((key.to_vec(), u64::from(*slots.first().context("a form without a slot")?))),
        }
    }
    let mut guesses = Vec::new();
    for (ending, slots) in endings {
        let (reversed, mut buffer) = (ending.chars().rev().collect::<String>(), [0; MAX_LETTERS]);
        if let Some(key) = encode(&reversed, &mut buffer) {
            guesses.push((key.to_vec(), u64::from(sets.number(slots.clone()))));
        }
    }
    std::fs::create_dir_all(folder)?;
    let tables = tables(lexicon, &sets)?;
    write_packed(&folder.join("tables.bin.zst"), &tables)?;
    let mut report = Vec::new();
    for (file, entries) in [("forms.fst", forms), ("ambiguous.fst.zst", ambiguous), ("endings.fst.zst", guesses)] {
        report.push(format!("{file}: {} keys, {} bytes", entries.len(), write_map(&folder.join(file), entries)?));
    }
    let (paradigms, slots, sets) = (lexicon.paradigms.len() - 1, lexicon.slots.len(), sets.items.len());
    report
        .push(format!("tables.bin: {paradigms} paradigms, {slots} slots, {sets} reading sets, {} bytes", tables.len()));
    Ok(report)
}

fn write_map(path: &Path, mut entries: Vec<(Vec<u8>, u64)>) -> Result<usize> {
    entries.sort_unstable();
    let mut builder = MapBuilder::memory();
    for (key, value) in entries {
        builder.insert(key, value)?;
    }
    let bytes = builder.into_inner()?;
    match path.extension() {
        Some(extension) if extension == "zst" => write_packed(path, &bytes)?,
        _ => write_file(path, &bytes)?,
    }
    Ok(bytes.len())
}

/// The strongest packing that is no slower to unpack.
const PACKING: i32 = 19;

fn write_packed(path: &Path, bytes: &[u8]) -> Result<()> {
    write_file(path, &zstd::encode_all(bytes, PACKING)?)
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// All of `tables.bin`.
fn tables(lexicon: &Lexicon, sets: &Pool<Vec<u32>>) -> Result<Vec<u8>> {
    let (mut affixes, mut tag_sets, mut slots) = (Pool::default(), Pool::default(), Vec::new());
    // Prefixes have one byte, so they come first; there are three of them.
    for slot in &lexicon.slots {
        affixes.number(slot.prefix.clone());
    }
    for slot in &lexicon.slots {
        let prefix = u8::try_from(affixes.number(slot.prefix.clone())).context("too many prefixes")?;
        let suffix = u16::try_from(affixes.number(slot.suffix.clone())).context("too many suffixes")?;
        let mut tags: Vec<u32> = Vec::new();
        for (tag, _) in &slot.tags {
            if !tags.contains(&tag.0) {
                tags.push(tag.0);
            }
        }
        let tags = u16::try_from(tag_sets.number(tags)).context("too many tag sets")?;
        slots.extend_from_slice(&suffix.to_le_bytes());
        slots.extend_from_slice(&tags.to_le_bytes());
        slots.push(prefix);
    }
    let sections = [
        little_endian(&lexicon.paradigms),
        slots,
        starts(affixes.items.iter().map(String::len)),
        affixes.items.concat().into_bytes(),
        starts(tag_sets.items.iter().map(Vec::len)),
        little_endian(&tag_sets.items.concat()),
        starts(sets.items.iter().map(Vec::len)),
        little_endian(&sets.items.concat()),
    ];
    let mut bytes = MAGIC.to_vec();
    let mut offset = HEADER_BYTES;
    for length in sections.iter().map(Vec::len).chain([0]) {
        bytes.extend_from_slice(&u32::try_from(offset)?.to_le_bytes());
        offset += length;
    }
    bytes.extend(sections.into_iter().flatten());
    Ok(bytes)
}

fn little_endian(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// Where each of some items starts when they stand one after another, and where the last ends.
fn starts(lengths: impl Iterator<Item = usize>) -> Vec<u8> {
    let mut at = 0;
    let mut all = vec![0];
    for length in lengths {
        at += length as u32;
        all.push(at);
    }
    little_endian(&all)
}

/// Distinct items, numbered in order of first use.
struct Pool<T> {
    items: Vec<T>,
    numbers: FxHashMap<T, u32>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { items: Vec::new(), numbers: FxHashMap::default() }
    }
}

impl<T: Clone + Eq + Hash> Pool<T> {
    fn number(&mut self, item: T) -> u32 {
        if let Some(number) = self.numbers.get(&item) {
            return *number;
        }
        let number = self.items.len() as u32;
        self.items.push(item.clone());
        self.numbers.insert(item, number);
        number
    }
}

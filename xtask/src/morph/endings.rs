//! What the dictionary's names end in, for guessing what an unknown name is and how it declines.

use super::{lexicon::Lexicon, tag::Tag};
use anyhow::Result;
use rustc_hash::FxHashMap;

/// Longest ending, in letters.
const LONGEST: usize = 5;

/// An ending must be that of so many names.
const ENOUGH: u32 = 4;

/// How many guesses an ending gives of each kind: surnames, first names, patronymics, places.
const GUESSES: usize = 3;

/// A guess must be right for such a share of the names of its kind with this ending.
const CREDIBLE: f64 = 0.1;

/// Endings with the slots that make names ending so, most names first; in order.
pub(super) fn name_endings(lexicon: &Lexicon) -> Result<Vec<(String, Vec<u32>)>> {
    let mut counts: FxHashMap<String, FxHashMap<u32, u32>> = FxHashMap::default();
    for (form, slots) in &lexicon.forms {
        for slot in slots {
            let made = lexicon.slot(*slot)?;
            if made.tags.iter().any(|(tag, _)| !tag.is_any(Tag::PROPER) || tag.is_any(Tag::ABBREVIATION | Tag::RARE)) {
                continue;
            }
            // An ending says nothing about a word unless it holds all that the slot changes.
            let shortest = made.suffix.chars().count().max(1);
            let starts = form.char_indices().rev().map(|(at, _)| at).take(LONGEST).skip(shortest - 1);
            for ending in starts.filter_map(|at| form.get(at..)) {
                *counts.entry(ending.to_owned()).or_default().entry(*slot).or_default() += 1;
            }
        }
    }
    let mut endings = Vec::new();
    for (ending, slots) in counts {
        endings.push((ending, guesses(lexicon, slots)?));
    }
    endings.retain(|(_, slots)| !slots.is_empty());
    endings.sort_unstable();
    Ok(drop_redundant(endings))
}

/// The best guesses of each kind, those that are right most often first.
fn guesses(lexicon: &Lexicon, slots: FxHashMap<u32, u32>) -> Result<Vec<u32>> {
    if slots.values().sum::<u32>() < ENOUGH {
        return Ok(Vec::new());
    }
    let mut slots: Vec<(u32, u32)> = slots.into_iter().collect();
    slots.sort_unstable_by_key(|(slot, count)| (std::cmp::Reverse(*count), *slot));
    let mut kinds: FxHashMap<u32, (u32, usize)> = FxHashMap::default();
    let kind =
        |slot: u32| Ok::<_, anyhow::Error>(lexicon.slot(slot)?.tags.first().map_or(0, |(tag, _)| tag.0 & Tag::PROPER));
    for (slot, count) in &slots {
        kinds.entry(kind(*slot)?).or_default().0 += count;
    }
    let mut chosen = Vec::new();
    for (slot, count) in slots {
        let (total, guesses) = kinds.entry(kind(slot)?).or_default();
        if *guesses < GUESSES && f64::from(count) >= CREDIBLE * f64::from(*total) {
            *guesses += 1;
            chosen.push(slot);
        }
    }
    Ok(chosen)
}

/// Leaves out endings that say the same as the next shorter one.
fn drop_redundant(endings: Vec<(String, Vec<u32>)>) -> Vec<(String, Vec<u32>)> {
    let known: FxHashMap<String, Vec<u32>> = endings.iter().cloned().collect();
    let shorter = |ending: &str| {
        let mut rest = ending.chars();
        rest.next();
        known.get(rest.as_str()).cloned()
    };
    endings.into_iter().filter(|(ending, slots)| shorter(ending).as_ref() != Some(slots)).collect()
}

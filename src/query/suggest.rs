//! «Did you mean»: the nearest known names or words to what was typed.

use crate::{
    analyse::{fold::fold, stem::Stemmer},
    error::Result,
};
use tantivy::{Searcher, Term, schema::Field};

/// The `count` candidates nearest to `typed` by edit distance on folded text, best first; only such as a slip of the
/// fingers could explain (a third of the letters), or that hold what was typed.
pub fn nearest<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>, count: usize) -> Vec<String> {
    let typed = fold(typed);
    let limit = (typed.chars().count() / 3).max(1);
    let mut scored: Vec<(usize, &str)> = candidates
        .filter_map(|candidate| {
            let folded = fold(candidate);
            let holds = typed.chars().count() >= 3 && folded.contains(&typed);
            let distance = if holds { 1 } else { distance(&typed, &folded, limit)? };
            Some((distance, candidate))
        })
        .collect();
    scored.sort_unstable();
    scored.dedup();
    scored.into_iter().take(count).map(|(_, candidate)| candidate.to_owned()).collect()
}

/// Edit distance with swaps of neighbours (optimal string alignment), or nothing when it is over `limit`.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (get(&last, j) + usize::from(x != y)).min(get(&last, j + 1) + 1).min(get(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                cost = cost.min(get(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|d| *d <= limit)
}

/// The terms of the index nearest to a word it does not have, most frequent of the nearest first; at most three.
pub(super) fn similar_terms(searcher: &Searcher, field: Field, word: &str, stemmer: &Stemmer) -> Result<Vec<String>> {
    let mut main = None;
    stemmer.each_term(word, false, &mut |term| {
        main.get_or_insert_with(|| term.to_owned());
    });
    let Some(typed) = main else { return Ok(Vec::new()) };
    if searcher.doc_freq(&Term::from_field_text(field, &typed))? > 0 {
        return Ok(Vec::new());
    }
    let limit = if typed.chars().count() > 5 { 2 } else { 1 };
    let mut near: rustc_hash::FxHashMap<String, (usize, u64)> = rustc_hash::FxHashMap::default();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().stream()?;
        while terms.advance() {
            let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
            if let Some(distance) = distance(&typed, term, limit) {
                near.entry(term.to_owned()).or_insert((distance, 0)).1 += u64::from(terms.value().doc_freq);
            }
        }
    }
    let mut near: Vec<(usize, std::cmp::Reverse<u64>, String)> =
        near.into_iter().map(|(term, (distance, count))| (distance, std::cmp::Reverse(count), term)).collect();
    near.sort_unstable();
    Ok(near.into_iter().take(3).map(|(_, _, term)| term).collect())
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn slips_are_near() {
        assert_eq!(distance("санкцыи", "санкции", 3), Some(1));
        assert_eq!(distance("снакции", "санкции", 3), Some(1));
        assert_eq!(distance("банк", "санкции", 1), None);
        let names = ["Reuters", "Рейтер", "РБК", "Роскосмос"];
        assert_eq!(nearest("Reutrs", names.into_iter(), 3), ["Reuters"]);
    }
}

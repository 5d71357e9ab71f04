//! «Did you mean»: what a person may have meant who found nothing or little.
//!
//! Suggestions are words that the archive really has, as they stand in it. They are only ever offered: no query is
//! changed behind anyone's back.

use super::{
    ast::Node,
    expand::near_words,
    names::{Place, stems_of},
    slips,
};
use crate::{
    analyse::{fold::fold, stem::Stemmer},
    error::Result,
};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use tantivy::{Searcher, Term};

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

/// A word typed in so few articles may be a slip for one in so many times more.
const MUCH_MORE: u64 = 20;

/// Most suggestions for one query.
const SUGGESTIONS: usize = 3;

/// Shortest word worth a suggestion, in letters.
const MIN_LETTERS: usize = 4;

/// Looks words up for suggestions.
pub(super) struct Advisor<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) stemmer: &'a Stemmer,
    pub(super) place: Place,
}

impl Advisor<'_> {
    /// The query with the words that the archive does not know put right, best first.
    pub(super) fn queries(&self, query: &str, node: &Node) -> Result<Vec<String>> {
        let mut words = Vec::new();
        collect_words(node, &mut words);
        words.dedup();
        let mut fixes: Vec<(&str, Vec<String>)> = Vec::new();
        for word in words {
            let better = self.words(word)?;
            if !better.is_empty() {
                fixes.push((word, better));
            }
        }
        let mut out: Vec<String> = Vec::new();
        for choice in 0..SUGGESTIONS {
            let mut fixed = query.to_owned();
            for (word, better) in &fixes {
                if let Some(better) = better.get(choice).or(better.first()) {
                    fixed = replace_word(&fixed, word, better);
                }
            }
            if fixed != query && !out.contains(&fixed) {
                out.push(fixed);
            }
        }
        Ok(out)
    }

    /// What may be meant by a word that the archive hardly knows: typed on the wrong keyboard, in Latin letters, or
    /// with a slip.
    fn words(&self, word: &str) -> Result<Vec<String>> {
        if word.chars().any(|c| !c.is_alphabetic() && !slips::is_layout_letter(c)) {
            return Ok(Vec::new());
        }
        let known = self.holding(word)?;
        let mut out: Vec<String> = Vec::new();
        let guesses = slips::other_layout(word).into_iter().chain(slips::from_latin(word));
        for guess in guesses {
            let holding = self.holding(&guess)?;
            if holding > 0 && holding > known * MUCH_MORE {
                let shown = self.as_written(&fold(&guess))?;
                if !out.contains(&shown) {
                    out.push(shown);
                }
            }
        }
        if out.is_empty() && word.chars().count() >= MIN_LETTERS {
            out = self.near(word, known)?;
            for guess in slips::from_latin(word) {
                if out.is_empty() {
                    out = self.near(&guess, known)?;
                }
            }
        }
        out.truncate(SUGGESTIONS);
        Ok(out)
    }

    /// About how many articles have the word in any form.
    fn holding(&self, word: &str) -> Result<u64> {
        let positions = stems_of(word, self.stemmer);
        let [stems] = positions.as_slice() else { return Ok(0) };
        let mut most = 0;
        for stem in stems {
            most = most.max(self.searcher.doc_freq(&Term::from_field_text(self.place.stems, stem))?);
        }
        Ok(most)
    }

    /// The words of the archive one or two letters off, nearest first and then most frequent first.
    fn near(&self, word: &str, known: u64) -> Result<Vec<String>> {
        let typed = fold(word);
        let mut found: FxHashMap<String, u64> = FxHashMap::default();
        near_words(self.searcher, self.place.forms, word, None, &mut |form, holding| {
            *found.entry(form.to_owned()).or_default() += u64::from(holding);
        })?;
        let frequent = found.into_iter().filter(|(form, holding)| *form != typed && *holding > known * MUCH_MORE);
        let mut ranked: Vec<(usize, Reverse<u64>, String)> = frequent
            .filter_map(|(form, holding)| Some((distance(&typed, &form, 2)?, Reverse(holding), form)))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().take(SUGGESTIONS).map(|(_, _, form)| self.as_written(&form)).collect()
    }

    /// The form with a capital or in capitals when the archive mostly writes it so.
    fn as_written(&self, form: &str) -> Result<String> {
        let holding = |form: &str| self.searcher.doc_freq(&Term::from_field_text(self.place.forms, form));
        let all = holding(form)?;
        let mut letters = form.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        for cased in [first + letters.as_str(), form.to_uppercase()] {
            if all > 0 && holding(&cased)? * 2 > all {
                return Ok(cased);
            }
        }
        Ok(form.to_owned())
    }
}

/// The plain words of a query that are wanted.
fn collect_words<'a>(node: &'a Node, out: &mut Vec<&'a str>) {
    match node {
        Node::Word(word) | Node::Exact(word) | Node::Typo(word, _) => out.push(word),
        Node::Phrase { words, .. } => words.iter().for_each(|word| collect_words(word, out)),
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| collect_words(node, out)),
        Node::In(_, node) | Node::Said(_, node) => collect_words(node, out),
        Node::Near(left, _, right) => {
            collect_words(left, out);
            collect_words(right, out);
        }
        _ => {}
    }
}

/// `text` with `word`, where it stands as a whole word, replaced.
fn replace_word(text: &str, word: &str, better: &str) -> String {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(word) {
        out.push_str(before);
        let whole = !is_letter(out.chars().next_back()) && !is_letter(after.chars().next());
        out.push_str(if whole { better } else { word });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest, replace_word};

    #[test]
    fn slips_are_near() {
        assert_eq!(distance("санкцыи", "санкции", 3), Some(1));
        assert_eq!(distance("снакции", "санкции", 3), Some(1));
        assert_eq!(distance("банк", "санкции", 1), None);
        let names = ["Reuters", "Рейтер", "РБК", "Роскосмос"];
        assert_eq!(nearest("Reutrs", names.into_iter(), 3), ["Reuters"]);
    }

    #[test]
    fn only_whole_words_are_replaced() {
        assert_eq!(replace_word("банк, банкир «банк»", "банк", "банка"), "банка, банкир «банка»");
    }
}

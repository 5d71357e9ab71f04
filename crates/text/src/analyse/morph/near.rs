//! The words of the dictionary that a misspelt word may stand for.
//!
//! Walks the maps of forms letter by letter and leaves a branch as soon as all its words are too far off.

use super::{
    Dictionary,
    format::{MAX_LETTERS, encode, letter_byte},
};
use fst::raw::{CompiledAddr, Fst};

impl Dictionary {
    /// Calls `sink` with every form at most `limit` edits from a folded word; letters left out, added, changed or
    /// swapped with the next are one edit each. If `same_start`, only those that begin with the same letter.
    pub fn near(&self, word: &str, limit: u8, same_start: bool, sink: &mut dyn FnMut(&str)) {
        let mut buffer = [0; MAX_LETTERS];
        let Some(typed) = encode(word, &mut buffer) else { return };
        for map in [&self.forms, &self.ambiguous].into_iter().flatten() {
            let fst = map.as_fst();
            let first = (0..).take(typed.len() + 1).collect();
            let start = typed.first().copied().filter(|_| same_start);
            let mut walk = Walk { fst, typed, limit, start, rows: first, letters: Vec::new(), spelt: String::new() };
            walk.node(fst.root().addr(), sink);
        }
    }
}

/// A walk over the forms near a word, with the distances of what has been spelt so far to every beginning of the word.
struct Walk<'a> {
    fst: &'a Fst<&'static [u8]>,
    typed: &'a [u8],
    limit: u8,
    /// What all words begin with.
    start: Option<u8>,
    /// One row of distances a letter, one after the other.
    rows: Vec<u8>,
    letters: Vec<u8>,
    spelt: String,
}

impl Walk<'_> {
    fn node(&mut self, address: CompiledAddr, sink: &mut dyn FnMut(&str)) {
        let node = self.fst.node(address);
        let distance = self.rows.last().copied().unwrap_or(u8::MAX);
        if node.is_final() && distance <= self.limit {
            self.spelt.clear();
            self.spelt.extend(self.letters.iter().filter_map(|byte| byte_letter(*byte)));
            sink(&self.spelt);
        }
        for step in node.transitions() {
            if self.letters.is_empty() && self.start.is_some_and(|start| start != step.inp) {
                continue;
            }
            let before = self.rows.len();
            // No word that goes on so can be nearer than the nearest of this row.
            if self.add_row(step.inp) <= self.limit {
                self.letters.push(step.inp);
                self.node(step.addr, sink);
                self.letters.pop();
            }
            self.rows.truncate(before);
        }
    }

    /// Adds the distances after one more letter; gives the least of them.
    fn add_row(&mut self, letter: u8) -> u8 {
        let width = self.typed.len() + 1;
        let last = self.rows.len().saturating_sub(width);
        let older = last.checked_sub(width);
        let distance = |rows: &[u8], at: usize| rows.get(at).copied().unwrap_or(u8::MAX - 1);
        let mut left = distance(&self.rows, last).saturating_add(1);
        let mut least = left;
        let mut typed_before = None;
        self.rows.push(left);
        for (at, typed) in self.typed.iter().enumerate() {
            let (diagonal, above) = (distance(&self.rows, last + at), distance(&self.rows, last + at + 1));
            let mut cost = diagonal.saturating_add(u8::from(*typed != letter)).min(above.saturating_add(1));
            cost = cost.min(left.saturating_add(1));
            if typed_before == Some(letter)
                && self.letters.last() == Some(typed)
                && let Some(swapped) = older.map(|older| distance(&self.rows, older + at - 1))
            {
                cost = cost.min(swapped.saturating_add(1));
            }
            self.rows.push(cost);
            left = cost;
            least = least.min(cost);
            typed_before = Some(*typed);
        }
        least
    }
}

/// The letter that a byte of the maps stands for.
fn byte_letter(byte: u8) -> Option<char> {
    ('а'..='я').chain(['-']).find(|letter| letter_byte(*letter) == Some(byte))
}

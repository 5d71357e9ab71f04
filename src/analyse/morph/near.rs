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
    /// swapped with the next are one edit each.
    pub fn near(&self, word: &str, limit: u8, sink: &mut dyn FnMut(&str)) {
        let mut buffer = [0; MAX_LETTERS];
        let Some(typed) = encode(word, &mut buffer) else { return };
        for map in [&self.forms, &self.ambiguous].into_iter().flatten() {
            let fst = map.as_fst();
            let first = (0..).take(typed.len() + 1).collect();
            let mut walk = Walk { fst, typed, limit, rows: vec![first], letters: Vec::new(), spelt: String::new() };
            walk.node(fst.root().addr(), sink);
        }
    }
}

/// A walk over the forms near a word, with the distances of what has been spelt so far to every beginning of the word.
struct Walk<'a> {
    fst: &'a Fst<&'static [u8]>,
    typed: &'a [u8],
    limit: u8,
    rows: Vec<Vec<u8>>,
    letters: Vec<u8>,
    spelt: String,
}

impl Walk<'_> {
    fn node(&mut self, address: CompiledAddr, sink: &mut dyn FnMut(&str)) {
        let node = self.fst.node(address);
        let distance = self.rows.last().and_then(|row| row.last()).copied().unwrap_or(u8::MAX);
        if node.is_final() && distance <= self.limit {
            self.spelt.clear();
            self.spelt.extend(self.letters.iter().filter_map(|byte| byte_letter(*byte)));
            sink(&self.spelt);
        }
        for step in node.transitions() {
            let row = self.next_row(step.inp);
            // No word that goes on so can be nearer than the nearest of this row.
            if row.iter().min().is_some_and(|least| *least <= self.limit) {
                self.rows.push(row);
                self.letters.push(step.inp);
                self.node(step.addr, sink);
                self.letters.pop();
                self.rows.pop();
            }
        }
    }

    /// The distances after one more letter.
    fn next_row(&self, letter: u8) -> Vec<u8> {
        let last = self.rows.last().map_or(&[][..], Vec::as_slice);
        let older = self.rows.len().checked_sub(2).and_then(|at| self.rows.get(at));
        let mut row = Vec::with_capacity(last.len());
        let mut left = last.first().copied().unwrap_or_default().saturating_add(1);
        row.push(left);
        for (at, (typed, steps)) in self.typed.iter().zip(last.windows(2)).enumerate() {
            let [diagonal, above] = steps else { continue };
            let mut cost = (diagonal + u8::from(*typed != letter)).min(above + 1).min(left + 1);
            let before = at.checked_sub(1).and_then(|at| self.typed.get(at));
            if before == Some(&letter) && self.letters.last() == Some(typed) {
                let swapped = older.and_then(|older| older.get(at - 1)).copied();
                cost = cost.min(swapped.unwrap_or(u8::MAX - 1) + 1);
            }
            row.push(cost);
            left = cost;
        }
        row
    }
}

/// The letter that a byte of the maps stands for.
fn byte_letter(byte: u8) -> Option<char> {
    ('а'..='я').chain(['-']).find(|letter| letter_byte(*letter) == Some(byte))
}

//! «Did you mean»: the nearest known names or words to what was typed.

use crate::analyse::fold::fold;

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

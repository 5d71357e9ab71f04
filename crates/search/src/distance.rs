//! How far a typed word is from the one that may have been meant.
//!
//! [`edits`] counts slips, all alike; [`slip`] weighs them by how easily they happen in Russian: letters that sound
//! alike unstressed or at the end of a word, neighbouring keys, doubled letters and soft signs.

/// Edit distance with swaps of neighbours (optimal string alignment), or nothing when it is over `limit`.
pub(super) fn edits(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let all_alike = Costs { gap: |_, _| 1.0, change: |x, y| f32::from(u8::from(x != y)), swap: 1.0, sounds: &[] };
    let distance = all_alike.align(&a, &b) as usize;
    (distance <= limit).then_some(distance)
}

/// How unlikely it is that `meant` was typed as `typed`: 1 for an arbitrary letter, less for a slip that is easily
/// made. Both folded.
pub(super) fn slip(typed: &str, meant: &str) -> f32 {
    let (a, b): (Vec<char>, Vec<char>) = (typed.chars().collect(), meant.chars().collect());
    // The first letter is seldom wrong.
    let first = if a.first() == b.first() { 0.0 } else { 0.4 };
    Costs { gap, change, swap: EASY, sounds: &SOUNDS }.align(&a, &b) + first
}

/// The cost of a slip that is hardly noticed.
const EASY: f32 = 0.5;

/// The cost of hitting the next key.
const NEXT_KEY: f32 = 0.75;

/// Letters that stand for nearly the same sound, stressed or not, or at the end of a word.
const ALIKE: [&str; 16] =
    ["оа", "еи", "еэ", "ыи", "яа", "яе", "юу", "бп", "вф", "гк", "гв", "дт", "жш", "зс", "шщ", "цс"];

/// Two letters written as they sound for one.
const SOUNDS: [(&str, char); 10] = [
    ("йа", 'я'),
    ("йо", 'е'),
    ("йу", 'ю'),
    ("йе", 'е'),
    ("ьо", 'е'),
    ("тс", 'ц'),
    ("дс", 'ц'),
    ("шч", 'щ'),
    ("сч", 'щ'),
    ("кс", 'х'),
];

/// The rows of the keyboard.
const KEYS: [&str; 3] = ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"];

/// The cost of a letter too many or too few, next to the one before it.
fn gap(letter: char, before: Option<char>) -> f32 {
    if matches!(letter, 'ь' | 'ъ') || before == Some(letter) { EASY } else { 1.0 }
}

fn change(a: char, b: char) -> f32 {
    if a == b {
        return 0.0;
    }
    if ALIKE.iter().any(|pair| pair.contains(a) && pair.contains(b)) || matches!((a, b), ('ь', 'ъ') | ('ъ', 'ь')) {
        return EASY;
    }
    if neighbours(a, b) { NEXT_KEY } else { 1.0 }
}

fn neighbours(a: char, b: char) -> bool {
    let place = |c| KEYS.iter().find_map(|row| row.chars().position(|key| key == c).map(|at| (row, at)));
    place(a).zip(place(b)).is_some_and(|((row, x), (other, y))| row == other && x.abs_diff(y) == 1)
}

/// What the steps of an alignment cost.
struct Costs {
    gap: fn(char, Option<char>) -> f32,
    change: fn(char, char) -> f32,
    swap: f32,
    /// Pairs of letters of the first word for one letter of the second, at [`EASY`].
    sounds: &'static [(&'static str, char)],
}

impl Costs {
    /// The cheapest way from `a` to `b`.
    fn align(&self, a: &[char], b: &[char]) -> f32 {
        let get = |row: &[f32], at: usize| row.get(at).copied().unwrap_or(f32::INFINITY);
        let before = |word: &[char], at: usize| at.checked_sub(1).and_then(|at| word.get(at)).copied();
        let mut first = vec![0.0];
        for (j, y) in b.iter().enumerate() {
            first.push(get(&first, j) + (self.gap)(*y, before(b, j)));
        }
        let (mut older, mut last) = (Vec::new(), first);
        for (i, x) in a.iter().enumerate() {
            let mut row = vec![get(&last, 0) + (self.gap)(*x, before(a, i))];
            for (j, y) in b.iter().enumerate() {
                let mut cost = get(&last, j) + (self.change)(*x, *y);
                cost = cost.min(get(&last, j + 1) + (self.gap)(*x, before(a, i)));
                cost = cost.min(get(&row, j) + (self.gap)(*y, before(b, j)));
                if let Some(previous) = before(a, i) {
                    if previous == *y && before(b, j) == Some(*x) {
                        cost = cost.min(get(&older, j.wrapping_sub(1)) + self.swap);
                    }
                    if self.sounds.iter().any(|(pair, one)| one == y && pair.chars().eq([previous, *x])) {
                        cost = cost.min(get(&older, j) + EASY);
                    }
                }
                row.push(cost);
            }
            older = std::mem::replace(&mut last, row);
        }
        last.last().copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{EASY, NEXT_KEY, edits, slip};

    #[test]
    fn every_edit_counts_one() {
        for (a, b, distance) in [
            ("санкцыи", "санкции", Some(1)),
            ("снакции", "санкции", Some(1)),
            ("", "", Some(0)),
            ("", "аб", Some(2)),
            ("банк", "санкции", None),
            ("ключевайа", "ключевая", Some(2)),
        ] {
            assert_eq!(edits(a, b, 3), distance, "{a} {b}");
        }
    }

    #[test]
    fn easy_slips_cost_less() {
        for (typed, meant, cost) in [
            ("санкцыи", "санкции", EASY),
            ("ключевайа", "ключевая", EASY),
            ("програма", "программа", EASY),
            ("снакции", "санкции", EASY),
            ("рубл", "рубль", EASY),
            ("санкуии", "санкции", NEXT_KEY),
            ("санкмии", "санкции", 1.0),
            ("занкции", "санкции", EASY + 0.4),
        ] {
            assert!((slip(typed, meant) - cost).abs() < 1e-6, "{typed} {meant}: {}", slip(typed, meant));
        }
    }
}

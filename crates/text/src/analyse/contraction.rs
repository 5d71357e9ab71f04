//! Contractions written with a hyphen: «пр-т», «р-на», «г-жой» are the words проспект, района, госпожой.
//!
//! From `data/contractions.txt`. The part after the hyphen declines like the word it stands for.

use super::fold::folded;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Longest contraction with its ending, in bytes: longer words are not looked up.
const MAX_BYTES: usize = 24;

/// The full word of every form of a contraction.
static FORMS: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/contractions.txt").lines().filter(|line| !line.starts_with('#'));
    let mut forms = FxHashMap::default();
    for line in lines {
        let mut fields = line.split('|').map(str::trim);
        let (Some(short), Some(full)) = (fields.next(), fields.next()) else { continue };
        for form in declined(short) {
            forms.insert(form, full);
        }
    }
    forms
});

/// The forms of a contraction, by its last letter.
fn declined(short: &str) -> Vec<String> {
    const CONSONANT: &[&str] = &["", "а", "у", "ом", "ем", "е", "ы", "и", "ов", "ев", "ам", "ами", "ах"];
    const NEUTER: &[&str] = &["о", "а", "у", "ом", "е", "ам", "ами", "ах"];
    const FEMININE: &[&str] = &["а", "ы", "и", "е", "у", "ой", "ей", "ам", "ами", "ах"];
    let (stem, endings) = match short.char_indices().last() {
        Some((at, 'о')) => (short.get(..at).unwrap_or(short), NEUTER),
        Some((at, 'а')) => (short.get(..at).unwrap_or(short), FEMININE),
        _ => (short, CONSONANT),
    };
    endings.iter().map(|ending| format!("{stem}{ending}")).collect()
}

/// The word that a contraction in any case stands for, folded; none for any other word.
#[must_use]
pub fn expanded(word: &str) -> Option<&'static str> {
    let hyphen = word.find('-').filter(|at| (1..=8).contains(at) && word.len() <= MAX_BYTES)?;
    debug_assert!(hyphen < word.len());
    FORMS.get(&*folded(word)).copied()
}

#[cfg(test)]
mod tests {
    use super::expanded;

    #[test]
    fn contractions_in_any_case() {
        for (written, full) in [
            ("пр-т", "проспект"),
            ("Пр-те", "проспект"),
            ("р-на", "район"),
            ("г-жой", "госпожа"),
            ("кол-ва", "количество"),
        ] {
            assert_eq!(expanded(written), Some(full), "{written}");
        }
        for other in ["кто-то", "пр", "из-за", "во-вторых", "-т", "экс-глава"] {
            assert_eq!(expanded(other), None, "{other}");
        }
    }
}

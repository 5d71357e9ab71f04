//! Small closed classes of words that single rules ask for, from `data/word_classes.txt`.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static CLASSES: LazyLock<FxHashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut classes: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for line in include_str!("../../../data/word_classes.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('|').map(str::trim);
        if let (Some(class), Some(word)) = (fields.next(), fields.next()) {
            classes.entry(class).or_default().push(word);
        }
    }
    classes
});

/// The words of a class, sorted. Look it up once and keep it: this is a look-up by name.
pub(crate) fn word_class(name: &str) -> &'static [&'static str] {
    let words = CLASSES.get(name).map_or(&[] as &[&str], Vec::as_slice);
    debug_assert!(!words.is_empty(), "data/word_classes.txt has no class {name}");
    words
}

/// The case endings that acronyms take in Russian: «МИДа», «вузами».
#[must_use]
pub fn acronym_endings() -> &'static [&'static str] {
    static ENDINGS: LazyLock<&[&str]> = LazyLock::new(|| word_class("acronym_ending"));
    &ENDINGS
}

#[cfg(test)]
mod tests {
    use super::CLASSES;

    /// The head of the file explains every class, and no class is without words.
    #[test]
    fn every_class_is_explained() {
        let text = include_str!("../../../data/word_classes.txt");
        let explained = text.lines().filter_map(|line| line.strip_prefix("#   ")?.split_whitespace().next());
        let mut explained: Vec<&str> = explained.collect();
        let mut classes: Vec<&str> = CLASSES.keys().copied().collect();
        explained.sort_unstable();
        classes.sort_unstable();
        assert_eq!(explained, classes);
    }
}

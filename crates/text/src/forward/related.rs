//! Which stems of a lead tell of which stem of a headline: a translation table (IBM model 1), made by
//! `cargo xtask rank-tables` from headlines and the beginnings of their articles.
//!
//! The text of the table has a line for each stem of a headline: the stem, a tab, and the stems of leads that stand for
//! it, each with a colon and the probability in percent, in order.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static TEXT: &str = include_str!("../../../../data/ranking/related.txt");

/// A stem of a lead, and the probability that a headline says another for it.
pub type Related = (&'static str, f32);

static TABLE: LazyLock<FxHashMap<&'static str, Vec<Related>>> = LazyLock::new(|| TEXT.lines().filter_map(line).collect());

fn line(line: &'static str) -> Option<(&'static str, Vec<Related>)> {
    let (stem, related) = line.split_once('\t')?;
    let related = related.split(' ').filter_map(|related| {
        let (stem, percent) = related.rsplit_once(':')?;
        Some((stem, percent.parse::<f32>().ok()? / 100.0))
    });
    Some((stem, related.collect()))
}

/// The stems that stand for `stem` of a headline, other than itself.
#[must_use]
pub fn to(stem: &str) -> &'static [Related] {
    TABLE.get(stem).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::{TABLE, TEXT, line};

    #[test]
    fn the_table_is_sorted_and_every_line_of_it_is_read() {
        let mut before = "";
        for text in TEXT.lines() {
            let (stem, related) = line(text).unwrap();
            assert!(before < stem, "{stem} stands behind {before}");
            before = stem;
            assert_eq!(related.len(), text.matches(':').count(), "{text}");
            assert!(!related.is_empty() && related.iter().all(|(other, p)| *other != stem && (0.01..=1.0).contains(p)), "{text}");
        }
        assert_eq!(TABLE.len(), TEXT.lines().count());
    }
}

//! Chrome by repetition: a line that stands word for word in many different articles of one publisher is no news.
//!
//! [`LineCounter`] counts in a first pass over everything that is to be read; [`Repeated`] is what it knows in the end,
//! and the same for every article of the run. So an article does not depend on the order of the input or on the
//! number of threads, only on what was read in this run and, by way of the kept counter, in earlier ones. An article
//! indexed before a line became known as chrome keeps it as news until it is read again.
//!
//! Pure: keeping the counter on disk is for the index to do.

use super::zones::MAX_CHROME_LINE;
use crate::{
    analyse::fold::{fold, is_letter},
    word_classes::word_class,
};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Different articles that a line must stand in.
pub const REPEATED_IN: usize = 10;

/// Lines counted at once, some tens of megabytes. When there are more, those seen least often are forgotten: what is
/// printed under every article comes back soon enough. Only then does the order of the input matter.
const MAX_LINES: usize = 1 << 19;

/// Shortest line, in letters, that can be chrome.
const MIN_LETTERS: usize = 4;

/// Openings of lines that name a source: «Об этом сообщает ТАСС.» may stand under a hundred articles and still says
/// who told it.
static ATTRIBUTION: LazyLock<&[&str]> = LazyLock::new(|| word_class("attribution_line"));

/// Which lines stood in how many articles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCounter {
    /// Hash of publisher and line → hashes of the articles it stood in, at most [`REPEATED_IN`].
    lines: FxHashMap<u64, Vec<u32>>,
}

/// Lines known as chrome, with their publishers.
#[derive(Clone, Debug, Default)]
pub struct Repeated {
    lines: FxHashSet<u64>,
}

/// The lines of one article that may be chrome: what is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleLines {
    article: u32,
    keys: Vec<u64>,
}

impl ArticleLines {
    /// The lines of an article; nothing for one that has only one: that is all the article there is.
    #[must_use]
    pub fn of(publisher: &str, text: &str) -> Option<Self> {
        text.lines().filter(|line| !line.trim().is_empty()).nth(1)?;
        let article = u32::try_from(xxh3_64(text.as_bytes()) >> 32).unwrap_or_default();
        Some(Self { article, keys: text.lines().filter_map(|line| key(publisher, line)).collect() })
    }
}

impl LineCounter {
    /// Counts the lines of one article; whether anything in it was new. The same text counts once, however often it is
    /// read.
    pub fn note(&mut self, lines: &ArticleLines) -> bool {
        let mut fresh = false;
        for key in &lines.keys {
            let seen = self.lines.entry(*key).or_default();
            if seen.len() < REPEATED_IN && !seen.contains(&lines.article) {
                seen.push(lines.article);
                fresh = true;
            }
        }
        if self.lines.len() > MAX_LINES {
            self.make_room();
        }
        fresh
    }

    /// Forgets the lines seen least often, until half of the room is free.
    fn make_room(&mut self) {
        for bar in 1..REPEATED_IN {
            self.lines.retain(|_, seen| seen.len() > bar);
            if self.lines.len() <= MAX_LINES / 2 {
                return;
            }
        }
    }

    /// The lines that are chrome by now.
    #[must_use]
    pub fn repeated(&self) -> Repeated {
        let often = self.lines.iter().filter(|(_, seen)| seen.len() >= REPEATED_IN);
        Repeated { lines: often.map(|(key, _)| *key).collect() }
    }
}

impl Repeated {
    /// Whether a line of this publisher's article is chrome.
    #[must_use]
    pub fn is_chrome(&self, publisher: &str, line: &str) -> bool {
        !self.lines.is_empty() && key(publisher, line).is_some_and(|key| self.lines.contains(&key))
    }
}

/// What a line is counted under; nothing for lines that are never chrome by repetition.
fn key(publisher: &str, line: &str) -> Option<u64> {
    let line = line.trim();
    if line.len() > MAX_CHROME_LINE || line.chars().filter(|c| is_letter(*c)).take(MIN_LETTERS).count() < MIN_LETTERS {
        return None;
    }
    let folded = fold(line);
    let attributes = ATTRIBUTION.iter().any(|opening| folded.starts_with(opening));
    (!attributes).then(|| xxh3_64_with_seed(folded.as_bytes(), xxh3_64(publisher.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::{ArticleLines, LineCounter, REPEATED_IN};

    fn note(counter: &mut LineCounter, publisher: &str, text: &str) -> bool {
        ArticleLines::of(publisher, text).is_some_and(|lines| counter.note(&lines))
    }

    const FOOTER: &str = "Больше новостей города на нашей странице";

    fn counter(articles: usize) -> LineCounter {
        let mut counter = LineCounter::default();
        for number in 0..articles {
            let text = format!("Новость номер {number}.\n{FOOTER}\nОб этом сообщает ТАСС.");
            assert!(note(&mut counter, "Вестник", &text));
        }
        counter
    }

    #[test]
    fn a_line_under_many_articles_of_one_publisher_is_chrome() {
        let few = counter(REPEATED_IN - 1).repeated();
        assert!(!few.is_chrome("Вестник", FOOTER));
        let many = counter(REPEATED_IN).repeated();
        assert!(many.is_chrome("Вестник", FOOTER));
        assert!(!many.is_chrome("Курьер", FOOTER), "another publisher's line");
        assert!(!many.is_chrome("Вестник", "Новость номер 1."));
        assert!(!many.is_chrome("Вестник", "Об этом сообщает ТАСС."), "a source is news");
    }

    #[test]
    fn one_text_counts_once_and_one_line_never() {
        let mut counter = LineCounter::default();
        for _ in 0..2 * REPEATED_IN {
            note(&mut counter, "Вестник", &format!("Потоп в порту.\n{FOOTER}"));
            assert!(!note(&mut counter, "Вестник", "Потоп в порту."));
        }
        let repeated = counter.repeated();
        assert!(!repeated.is_chrome("Вестник", FOOTER) && !repeated.is_chrome("Вестник", "Потоп в порту."));
    }

    #[test]
    fn order_does_not_matter() {
        let texts: Vec<String> = (0..30).map(|n| format!("Новость {n}.\n{FOOTER} {}", n % 3)).collect();
        let (mut there, mut back) = (LineCounter::default(), LineCounter::default());
        for (text, other) in texts.iter().zip(texts.iter().rev()) {
            assert!(note(&mut there, "А", text) && note(&mut back, "А", other));
        }
        for n in 0..3 {
            let line = format!("{FOOTER} {n}");
            assert!(there.repeated().is_chrome("А", &line) && back.repeated().is_chrome("А", &line));
        }
    }
}

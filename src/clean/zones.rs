//! News zones: which stretches of a text are lead, body, recap of earlier news, or no news at all.
//!
//! Recap and chrome stay searchable but give no actors and no citations. Pure: sees one article, never the archive.

use crate::analyse::{Analysis, fold};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// What a stretch of an article is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Zone {
    /// The first paragraph of news.
    Lead,
    /// The rest of the news.
    Body,
    /// Earlier news told again («Напомним, …»).
    Recap,
    /// No news: share prompts, teasers, footers, photo credits.
    Chrome,
}

impl Zone {
    /// Whether names in it may be actors and sources.
    #[must_use]
    pub fn is_news(self) -> bool {
        matches!(self, Self::Lead | Self::Body)
    }
}

/// Longest line, in characters, that a `has` rule may call chrome: a longer one is prose with a footer's words in it.
const MAX_CHROME_LINE: usize = 300;

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Is,
    Starts,
    Has,
}

struct Rule {
    how: How,
    words: &'static str,
    zone: Zone,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| rules(include_str!("../../data/chrome.txt")));

fn rules(data: &'static str) -> Vec<Rule> {
    data.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split(" | ");
            let how = match fields.next()? {
                "is" => How::Is,
                "starts" => How::Starts,
                _ => How::Has,
            };
            let words = fields.next()?;
            let zone = if fields.next()? == "recap" { Zone::Recap } else { Zone::Chrome };
            Some(Rule { how, words, zone })
        })
        .collect()
}

/// The zone of every sentence of `analysis`, in order.
#[must_use]
pub fn zones(analysis: &Analysis<'_>) -> Vec<Zone> {
    let mut out: Vec<Zone> = Vec::with_capacity(analysis.sentences.len());
    let mut lead: Option<u32> = None;
    let mut previous: Option<(u32, Zone)> = None;
    for sentence in &analysis.sentences {
        let told = special(analysis.text.get(sentence.range()).unwrap_or(""));
        let carried = previous.filter(|(paragraph, zone)| *paragraph == sentence.paragraph && !zone.is_news());
        let zone = told.or(carried.map(|(_, zone)| zone)).unwrap_or_else(|| {
            if *lead.get_or_insert(sentence.paragraph) == sentence.paragraph { Zone::Lead } else { Zone::Body }
        });
        previous = Some((sentence.paragraph, zone));
        out.push(zone);
    }
    out
}

/// Recap or chrome by the words of one sentence or line; nothing for plain news.
fn special(line: &str) -> Option<Zone> {
    let folded = fold::fold(line.trim());
    let words = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let short = folded.chars().count() <= MAX_CHROME_LINE;
    RULES
        .iter()
        .find(|rule| match rule.how {
            How::Is => words == rule.words,
            How::Starts => starts_with_words(words, rule.words),
            How::Has => short && words.contains(rule.words),
        })
        .map(|rule| rule.zone)
}

fn starts_with_words(text: &str, words: &str) -> bool {
    text.strip_prefix(words)
        .is_some_and(|rest| words.ends_with(':') || !rest.starts_with(|c: char| c.is_alphanumeric()))
}

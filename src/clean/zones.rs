//! News zones: which stretches of a text are lead, body, recap of earlier news, or no news at all.
//!
//! Recap and chrome stay searchable but give no actors and no citations. Pure: sees one article; what the archive knows
//! of repeated lines comes in from [`repeated`](super::repeated).

use crate::analyse::{Analysis, fold};
use aho_corasick::AhoCorasick;
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

/// Longest line, in bytes, that can be chrome as a whole: a longer one is prose with a footer's words in it.
pub(super) const MAX_CHROME_LINE: usize = 500;

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

/// The rules in order, and a search for the words of all of them at once: most lines hold none.
struct Rules {
    rules: Vec<Rule>,
    search: Option<AhoCorasick>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let rules = rules(include_str!("../../data/chrome.txt"));
    let search = AhoCorasick::new(rules.iter().map(|rule| rule.words)).ok();
    Rules { rules, search }
});

impl Rules {
    /// The first rule that `words` satisfies.
    fn first(&self, words: &str, short: bool) -> Option<&Rule> {
        let holds = |rule: &&Rule| match rule.how {
            How::Is => words == rule.words,
            How::Starts => starts_with_words(words, rule.words),
            How::Has => short && words.contains(rule.words),
        };
        let Some(search) = &self.search else { return self.rules.iter().find(holds) };
        let found = search.find_overlapping_iter(words).map(|hit| hit.pattern().as_usize());
        let number = found.filter(|number| self.rules.get(*number).is_some_and(|rule| holds(&rule))).min()?;
        self.rules.get(number)
    }
}

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
///
/// What a short line says of itself goes for all its sentences; in a long paragraph every sentence speaks for itself,
/// for some archives hold a whole page in one line. `is_repeated` tells the lines that stand in many articles.
#[must_use]
pub fn zones(analysis: &Analysis<'_>, is_repeated: &dyn Fn(&str) -> bool) -> Vec<Zone> {
    let mut out: Vec<Zone> = Vec::with_capacity(analysis.sentences.len());
    let mut lead: Option<u32> = None;
    for line in analysis.sentences.chunk_by(|a, b| a.paragraph == b.paragraph) {
        let bytes = line.first().map_or(0, |s| s.start as usize)..line.last().map_or(0, |s| s.end as usize);
        let short = bytes.len() <= MAX_CHROME_LINE;
        let repeated = short && analysis.text.get(bytes).is_some_and(is_repeated);
        let mut carried = None;
        for (number, sentence) in line.iter().enumerate() {
            if repeated {
                out.push(Zone::Chrome);
                continue;
            }
            let told = special(analysis.text.get(sentence.range()).unwrap_or(""));
            let zone = told.or(carried).unwrap_or_else(|| {
                if *lead.get_or_insert(sentence.paragraph) == sentence.paragraph { Zone::Lead } else { Zone::Body }
            });
            let opens = number == 0 && zone == Zone::Recap;
            carried = Some(zone).filter(|zone| !zone.is_news() && (short || opens || carried.is_some()));
            out.push(zone);
        }
    }
    out
}

/// Recap or chrome by the words of one sentence or line; nothing for plain news.
fn special(line: &str) -> Option<Zone> {
    let line = line.trim();
    if is_credit(line) || is_signature(line) {
        return Some(Zone::Chrome);
    }
    let folded = fold::fold(line);
    let words = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let short = folded.len() <= MAX_CHROME_LINE;
    RULES.first(words, short).map(|rule| rule.zone)
}

/// «© Reuters / Имя Фамилия», «📷 Имя Фамилия», «* Деятельность компании запрещена».
fn is_credit(line: &str) -> bool {
    line.len() <= MAX_CHROME_LINE && line.starts_with(['©', '📷', '📸', '🎥', '*'])
}

/// A line of nothing but handles, hashtags and addresses: «@channel», «#новости», «t.me/channel».
fn is_signature(line: &str) -> bool {
    let mark = |word: &str| word.starts_with(['@', '#']) || word.starts_with("http") || word.starts_with("t.me/");
    !line.is_empty() && line.split_whitespace().all(mark)
}

fn starts_with_words(text: &str, words: &str) -> bool {
    text.strip_prefix(words)
        .is_some_and(|rest| words.ends_with(':') || !rest.starts_with(|c: char| c.is_alphanumeric()))
}

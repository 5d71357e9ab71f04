//! News zones: which stretches of a text are lead, body, recap of earlier news, or no news at all.
//!
//! Recap and chrome stay searchable but give no actors and no citations. Pure: sees one article; what the archive knows
//! of repeated lines comes in from [`repeated`](super::repeated).

use crate::analyse::{Analysis, Sentence, fold};
use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};
use std::{fmt, ops::Range, sync::LazyLock};

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Is,
    Starts,
    Has,
}

#[derive(Debug, PartialEq, Eq)]
struct Rule {
    how: How,
    words: &'static str,
    zone: Zone,
}

/// The rules in order, and a search for all words that may stand anywhere in a line: most lines hold none.
struct Rules {
    rules: Vec<Rule>,
    anywhere: Option<AhoCorasick>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let rules: Vec<Rule> = rule_lines().filter_map(rule).collect();
    debug_assert_eq!(rules.len(), rule_lines().count(), "a malformed line in data/chrome.txt");
    let anywhere = rules.iter().filter(|rule| rule.how == How::Has).map(|rule| rule.words);
    let anywhere = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(anywhere).ok();
    Rules { rules, anywhere }
});

impl Rules {
    /// The first rule that `words` satisfies.
    fn first(&self, words: &str, short: bool) -> Option<&Rule> {
        let may_have = short && self.anywhere.as_ref().is_none_or(|search| search.is_match(words));
        let holds = |rule: &&Rule| match rule.how {
            How::Is => words == rule.words,
            How::Starts => starts_with_words(words, rule.words),
            How::Has => may_have && words.contains(rule.words),
        };
        self.rules.iter().find(holds)
    }
}

/// The lines of `data/chrome.txt`.
fn rule_lines() -> impl Iterator<Item = &'static str> {
    include_str!("../../../../data/chrome.txt").lines().filter(|line| !line.starts_with('#'))
}

/// The rule of a line, `HOW | WORDS | ZONE | REASON`; none if it is malformed, which a test rules out.
fn rule(line: &'static str) -> Option<Rule> {
    let mut fields = line.split(" | ");
    let how = match fields.next()? {
        "is" => How::Is,
        "starts" => How::Starts,
        "has" => How::Has,
        _ => return None,
    };
    let words = fields.next().filter(|words| !words.is_empty())?;
    let zone = match fields.next()? {
        "recap" => Zone::Recap,
        "chrome" => Zone::Chrome,
        _ => return None,
    };
    fields.next().filter(|reason| !reason.is_empty())?;
    Some(Rule { how, words, zone })
}

/// Why a sentence is in its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// No rule matches: it is news.
    News,
    /// It is repeated in many articles.
    Repeated,
    /// It begins with the sign of a credit or a footnote.
    CreditSign,
    /// It is nothing but handles and addresses.
    Signature,
    /// A line of the data says so.
    Words(&'static Rule),
}

impl Why {
    fn zone(self) -> Zone {
        match self {
            Self::News => Zone::Body,
            Self::Words(rule) => rule.zone,
            Self::Repeated | Self::CreditSign | Self::Signature => Zone::Chrome,
        }
    }
}

/// The name of the rule, as `--explain` shows it; boilerplate without a rule is a repeated line.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = match self {
            Self::News | Self::Repeated => return f.write_str("repeated_line"),
            Self::CreditSign => return f.write_str("credit_sign"),
            Self::Signature => return f.write_str("signature"),
            Self::Words(rule) => rule,
        };
        let zone = if rule.zone == Zone::Recap { "recap" } else { "chrome" };
        let how = match rule.how {
            How::Is => "is",
            How::Starts => "starts",
            How::Has => "has",
        };
        write!(f, "{zone}: {how} «{}»", rule.words)
    }
}

/// The rules that make each of `stretches` (byte ranges of `text`, as extraction found them) boilerplate.
///
/// Reasons are not stored. They are recomputed; a sentence without a reason of its own must have been a repeated line.
#[must_use]
pub fn rules_of(text: &str, stretches: &[Range<usize>]) -> Vec<String> {
    let analysis = Analysis::new(text);
    let why: Vec<Why> = judge(&analysis, &|_| false);
    let rules = |stretch: &Range<usize>| {
        let inside = |range: Range<usize>| stretch.start <= range.start && range.end <= stretch.end;
        let judged = analysis.sentences.iter().zip(&why).filter(|(sentence, _)| inside(sentence.range()));
        let mut names: Vec<String> = judged.map(|(_, why)| why.to_string()).collect();
        names.dedup();
        names.join("; ")
    };
    stretches.iter().map(rules).collect()
}

/// The zone of every sentence of `analysis`, in order.
///
/// A rule that matches a sentence of a short line holds for the rest of the line; in a long paragraph for that sentence
/// only, because some archives hold a whole page in one line. `is_repeated` tells which lines are repeated.
#[must_use]
pub fn zones(analysis: &Analysis<'_>, is_repeated: &dyn Fn(&str) -> bool) -> Vec<Zone> {
    let why = judge(analysis, is_repeated);
    let news = analysis.sentences.iter().zip(&why).find(|(_, why)| **why == Why::News);
    let lead = news.map(|(sentence, _)| sentence.paragraph);
    let zone = |(sentence, why): (&Sentence, &Why)| {
        if *why == Why::News && lead == Some(sentence.paragraph) { Zone::Lead } else { why.zone() }
    };
    analysis.sentences.iter().zip(&why).map(zone).collect()
}

/// Why every sentence of `analysis` is in its zone, in order.
fn judge(analysis: &Analysis<'_>, is_repeated: &dyn Fn(&str) -> bool) -> Vec<Why> {
    let mut out: Vec<Why> = Vec::with_capacity(analysis.sentences.len());
    for line in analysis.sentences.chunk_by(|a, b| a.paragraph == b.paragraph) {
        let bytes = line.first().map_or(0, |s| s.start as usize)..line.last().map_or(0, |s| s.end as usize);
        let short = bytes.len() <= MAX_CHROME_LINE;
        let repeated = short && analysis.text.get(bytes).is_some_and(is_repeated);
        let mut carried = None;
        for (number, sentence) in line.iter().enumerate() {
            if repeated {
                out.push(Why::Repeated);
                continue;
            }
            let told = special(analysis.text.get(sentence.range()).unwrap_or(""));
            let why = told.or(carried).unwrap_or(Why::News);
            let opens = number == 0 && why.zone() == Zone::Recap;
            carried = Some(why).filter(|why| *why != Why::News && (short || opens || carried.is_some()));
            out.push(why);
        }
    }
    out
}

/// Recap or chrome by the words of one sentence or line; nothing for plain news.
fn special(line: &str) -> Option<Why> {
    let line = line.trim();
    if is_credit(line) {
        return Some(Why::CreditSign);
    }
    if is_signature(line) {
        return Some(Why::Signature);
    }
    let folded = fold::folded(line);
    let words = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let short = folded.len() <= MAX_CHROME_LINE;
    RULES.first(words, short).map(Why::Words)
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

#[cfg(test)]
mod tests {
    use super::{rule, rule_lines};

    #[test]
    fn every_line_of_the_data_is_a_rule() {
        for line in rule_lines() {
            assert!(rule(line).is_some(), "data/chrome.txt: {line}");
        }
        for malformed in
            ["contains | да | chrome | why", "has | да | footer | why", "has | да | chrome", "has |  | chrome | why"]
        {
            assert!(rule(malformed).is_none(), "{malformed}");
        }
    }
}

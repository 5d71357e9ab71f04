//! Dates that cannot be those of news, for the report: a wrong mapping or a misread form is seen by them.

use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};
use svodka_model::article::{Article, DateOrigin};

/// Dates listed; of more, the number says enough.
const LISTED: usize = 20;

/// 1990-01-01, in seconds since 1970: older articles are rare enough to be named.
const OLD: i64 = 631_152_000;

/// Seconds that an article may be ahead of the clock: zones, and clocks that are wrong.
const AHEAD: i64 = 2 * 86_400;

/// Implausible dates of the articles read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OddDates {
    /// How many.
    pub total: u64,
    /// The first of them.
    pub listed: Vec<OddDate>,
}

/// An implausible date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OddDate {
    /// Where the article was read.
    pub path: String,
    /// The date, as the article has it or as its input states it.
    pub date: String,
    /// What is odd about it.
    pub why: &'static str,
}

impl OddDates {
    /// Notes the date of an article whose input states `stated`, if it is implausible.
    pub fn note(&mut self, article: &Article, stated: Option<&str>) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let Some((date, why)) = oddity(article, stated, i64::try_from(now).unwrap_or(i64::MAX)) else { return };
        self.total += 1;
        if self.listed.len() < LISTED {
            self.listed.push(OddDate { path: article.path.clone(), date, why });
        }
    }
}

fn oddity(article: &Article, stated: Option<&str>, now: i64) -> Option<(String, &'static str)> {
    let date = article.date.as_ref();
    if let Some(stated) = stated.filter(|stated| !stated.trim().is_empty())
        && date.is_none_or(|date| !matches!(date.from, DateOrigin::Field | DateOrigin::Page))
    {
        return Some((stated.chars().take(80).collect(), "not understood"));
    }
    let date = date?;
    if date.epoch > now.saturating_add(AHEAD) {
        return Some((date.value.clone(), "in the future"));
    }
    (date.epoch < OLD).then(|| (date.value.clone(), "before 1990"))
}

#[cfg(test)]
mod tests {
    use super::oddity;
    use svodka_model::record::Record;
    use svodka_text::{
        extract::{Extractor, Scratch},
        names::Lexicon,
    };

    #[test]
    fn what_cannot_be_the_day_of_news() {
        for (stated, text, why) in [
            (Some("2025-03-04"), "Мост открыли.", None),
            (Some("позавчера"), "Мост открыли.", Some("not understood")),
            (Some("40.13.2025"), "4 марта 2025 года. Мост открыли.", Some("not understood")),
            (Some("2099-01-01"), "Мост открыли.", Some("in the future")),
            (Some("1938-06-07"), "Мост открыли.", Some("before 1990")),
            (Some(" "), "Мост открыли.", None),
            (None, "4 марта 2025 года. Мост открыли.", None),
            (None, "Мост открыли.", None),
        ] {
            let record = Record { date: stated.map(str::to_owned), text: text.to_owned(), ..Record::default() };
            let article = Extractor::new(Lexicon::bundled()).article(record, &mut Scratch::default());
            let found = oddity(&article, stated, 1_764_000_000);
            assert_eq!(found.map(|(_, why)| why), why, "{stated:?} {text}");
        }
    }
}

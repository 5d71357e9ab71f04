//! Titles: is the first line of a text its headline, and what to show when it is not.

use crate::word_classes::word_class;
use std::sync::LazyLock;
use svodka_model::article::TitleOrigin;

/// Longest headline in characters; the longest of 40,000 real ones has 231, 99.9 % have under 190.
const MAX_HEADLINE: usize = 200;

/// Longest stand-in title cut from the first sentence, in characters.
const MAX_STAND_IN: usize = 160;

/// Openings of a line that attributes the article instead of naming it.
static ATTRIBUTION_OPENINGS: LazyLock<&[&str]> = LazyLock::new(|| word_class("attribution_title"));

/// A title with the place it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// The words.
    pub text: String,
    /// Where they were taken from.
    pub from: TitleOrigin,
}

/// Picks the title of an article: its field, else its headline line, else its first sentence.
#[must_use]
pub fn pick(field: Option<&str>, text: &str) -> Title {
    if let Some(title) = field.map(str::trim).filter(|t| !t.is_empty()) {
        return Title { text: one_line(title), from: TitleOrigin::Field };
    }
    match headline(text) {
        Some(line) => Title { text: one_line(line), from: TitleOrigin::Headline },
        None => Title { text: first_sentence(text), from: TitleOrigin::FirstSentence },
    }
}

/// The first line of `text` when it reads like a headline: short, followed by more text, not a sentence with its full
/// stop, and not an attribution («Об этом сообщает…») or dateline.
#[must_use]
pub fn headline(text: &str) -> Option<&str> {
    let (line, rest) = text.trim_start().split_once('\n')?;
    let line = line.trim();
    let fits = (2..=MAX_HEADLINE).contains(&line.chars().count()) && line.chars().any(char::is_alphabetic);
    (fits && !rest.trim().is_empty() && !ends_like_prose(line) && !is_attribution(line)).then_some(line)
}

/// Whether a line attributes what follows («Об этом сообщает «Politexpert» со ссылкой на ISW»).
#[must_use]
pub fn is_attribution(line: &str) -> bool {
    let lower = line.trim_start().to_lowercase();
    ATTRIBUTION_OPENINGS.iter().any(|opening| lower.starts_with(opening))
}

fn ends_like_prose(line: &str) -> bool {
    line.ends_with(['.', ':', ';', ',', '…']) && !line.ends_with("...")
}

/// The first sentence that is no attribution, cut at a word end when it is long.
fn first_sentence(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty() && !is_attribution(l));
    let line = line.or_else(|| text.lines().map(str::trim).find(|l| !l.is_empty())).unwrap_or("");
    let end = crate::analyse::first_sentence_end(line);
    shorten(&one_line(line.get(..end).unwrap_or(line)), MAX_STAND_IN)
}

/// `text` cut to `max` characters at a word end, with an ellipsis when something was cut.
#[must_use]
pub fn shorten(text: &str, max: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(max) else {
        return text.to_owned();
    };
    let head = text.get(..cut).unwrap_or(text);
    let in_word =
        head.ends_with(char::is_alphanumeric) && text.get(cut..).is_some_and(|t| t.starts_with(char::is_alphanumeric));
    let gap = if in_word { head.rfind(char::is_whitespace).filter(|&at| at > 0) } else { None };
    let end = gap.unwrap_or(head.len());
    let kept = head.get(..end).unwrap_or(head).trim_end_matches(|c: char| !c.is_alphanumeric());
    format!("{kept}…")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{headline, pick, shorten};
    use svodka_model::article::TitleOrigin;

    #[test]
    fn a_headline_is_short_and_unfinished() {
        assert_eq!(headline("Цены на зерно выросли\nВ марте цены выросли."), Some("Цены на зерно выросли"));
        assert_eq!(headline("Цены выросли.\nВ марте."), None, "a sentence");
        assert_eq!(headline("Цены на зерно выросли"), None, "nothing follows");
    }

    #[test]
    fn an_attribution_is_no_title() {
        let title = pick(None, "Об этом сообщает «Вестник» со ссылкой на ISW\nЗавод открыли утром. Потом пошёл дождь.");
        assert_eq!((title.text.as_str(), title.from), ("Завод открыли утром.", TitleOrigin::FirstSentence));
    }

    #[test]
    fn the_field_comes_first() {
        let title = pick(Some(" Из  поля "), "Первая строка\nтекст");
        assert_eq!((title.text.as_str(), title.from), ("Из поля", TitleOrigin::Field));
    }

    #[test]
    fn cutting_at_word_ends() {
        assert_eq!(shorten("один два, три", 9), "один два…");
        assert_eq!(shorten("один", 9), "один");
    }
}

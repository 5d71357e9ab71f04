//! The publisher that lines around the news name: «Подписывайтесь на «X»», «Источник: X», «Мы в VK: «X»», a handle as
//! the last line, the address of a site above the text.
//!
//! Such lines are no news, so no rule of attribution reads them. They stand in the last lines of a text or in the first.

use super::{claims::Found, lexis::Classes, publisher::Publisher, reading::Reading};
use crate::extract::{Name, organisations::lists};
use std::ops::Range;
use svodka_model::article::SourceKind;

/// Lines at the end of a text that can hold a signature.
const CLOSING_LINES: u32 = 6;

/// Tokens at the beginning of a text that can hold the site's header.
const HEADER: usize = 30;

/// Longest line that is a signature, in tokens.
const LONGEST_LINE: usize = 40;

/// The publisher that a line around the news names.
pub(super) fn in_lines<'d>(reading: &Reading<'d, '_>, found: &[Found<'d>]) -> Option<Publisher<'d>> {
    let lines = lines(reading);
    let closing = lines.iter().rev().take(CLOSING_LINES as usize);
    closing
        .filter(|line| line.len() <= LONGEST_LINE)
        .find_map(|line| {
            invitation(reading, line)
                .or_else(|| credit(reading, line))
                .or_else(|| handle(reading, line))
                .or_else(|| first_appeared(reading, line))
        })
        .or_else(|| header(reading, found))
}

/// The tokens of each line.
fn lines(reading: &Reading<'_, '_>) -> Vec<Range<usize>> {
    let sentences = &reading.document.analysis.sentences;
    let lines = sentences.chunk_by(|a, b| a.paragraph == b.paragraph);
    lines.filter_map(|line| Some(line.first()?.tokens.start..line.last()?.tokens.end)).collect()
}

/// «Подписывайтесь на «X»», «Больше новостей — в нашем телеграме «X»», «Присоединяйтесь к X», «Мы в МАХ и VK: «X»».
fn invitation<'d>(reading: &Reading<'d, '_>, line: &Range<usize>) -> Option<Publisher<'d>> {
    const INVITES: [&str; 8] =
        ["подпис", "подпиш", "присоединяйтесь", "следите", "читайте", "смотрите", "прислать", "подключайтесь"];
    let invites = |at: &usize| INVITES.iter().any(|stem| reading.starts(*at, stem));
    // A line may close a paragraph of news: the invitation is its last sentence.
    let from = reading.sentence(line.end.checked_sub(1)?).start.max(line.start);
    let verb = (from..line.end).find(invites);
    let ours = || {
        let begins = reading.is(from, "мы") && reading.is_any(from + 1, &["в", "на"])
            || reading.starts(from, "больше") && (from..line.end).any(|at| reading.starts(at, "наш"))
            || reading.starts(from, "важное") && (from..line.end).any(|at| reading.starts(at, "канал"));
        begins.then_some(from)
    };
    let start = verb.or_else(ours)?;
    // «Читайте также: …» leads to another article.
    let elsewhere =
        (start..line.end.min(start + 3)).any(|at| reading.is_any(at, &["также", "еще", "подробнее", "далее"]));
    if elsewhere || line.len() > LONGEST_LINE {
        return None;
    }
    named(reading, start + 1..line.end, "invitation")
}

/// «Источник: «X»» as a line.
fn credit<'d>(reading: &Reading<'d, '_>, line: &Range<usize>) -> Option<Publisher<'d>> {
    let begins = reading.is(line.start, "источник") && reading.text(line.start + 1) == ":";
    if !begins || line.len() > 8 {
        return None;
    }
    named(reading, line.start + 2..line.end, "credit_line")
}

/// «Запись … впервые появилась X», as blogs mark what is copied from them.
fn first_appeared<'d>(reading: &Reading<'d, '_>, line: &Range<usize>) -> Option<Publisher<'d>> {
    let verb = line
        .clone()
        .rev()
        .take(12)
        .find(|at| reading.starts(*at, "появил") && *at > 0 && reading.is(*at - 1, "впервые"))?;
    named(reading, verb + 1..line.end, "first_appeared")
}

/// A line that is one handle: «@vagon_pravdy».
fn handle<'d>(reading: &Reading<'d, '_>, line: &Range<usize>) -> Option<Publisher<'d>> {
    let text = reading.document.analysis.text.get(reading.bytes(line.clone()))?.trim();
    let name = text.strip_prefix('@')?;
    let plain = (3..=32).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.ends_with("bot");
    plain.then(|| Publisher::of_words(text.to_owned(), "handle_line", line.clone()))
}

/// The address of the site above the text: «MIGnews.com.ua», «NEWSru.ua // В мире».
fn header<'d>(reading: &Reading<'d, '_>, found: &[Found<'d>]) -> Option<Publisher<'d>> {
    let claimed = |name: &Name| found.iter().any(|claim| claim.source == name.canonical);
    let mut names = reading.document.names.iter().take_while(|name| name.tokens.start < HEADER);
    let name = names.find(|name| {
        let free = !name.nested && !name.quoted && !claimed(name);
        free && is_press(name) && is_address(reading, name) && stands_free(reading, name)
    })?;
    Some(Publisher::of_name(name, "site_header", name.tokens.clone()))
}

fn is_press(name: &Name) -> bool {
    name.kind.source().is_some_and(SourceKind::is_press)
}

/// Whether a mention is the address of a site.
fn is_address(reading: &Reading<'_, '_>, name: &Name) -> bool {
    let text: String = name.tokens.clone().map(|at| reading.text(at)).collect();
    text.rsplit_once('.')
        .is_some_and(|(_, end)| (2..=5).contains(&end.chars().count()) && end.chars().all(char::is_lowercase))
}

/// Whether no word beside a mention makes it a part of a sentence.
fn stands_free(reading: &Reading<'_, '_>, name: &Name) -> bool {
    let before = name.tokens.start.checked_sub(1);
    let governed = before.is_some_and(|at| {
        reading.lower(at) || reading.text(at) == "," || reading.has(at, Classes::VOICE.or(Classes::DESCRIPTOR))
    });
    let after = name.tokens.end;
    let speaks = reading.has(after, Classes::VOICE) || reading.text(after) == ",";
    !governed && !speaks
}

/// The publisher named in a stretch: a source of the press, else whatever stands in quotes.
fn named<'d>(reading: &Reading<'d, '_>, stretch: Range<usize>, rule: &'static str) -> Option<Publisher<'d>> {
    let inside = |name: &&Name| stretch.contains(&name.tokens.start) && name.tokens.end <= stretch.end && !name.nested;
    let names = || reading.document.names.iter().filter(inside);
    if let Some(name) = names().find(|name| is_press(name) && !lists::is_platform(&name.canonical)) {
        return Some(Publisher::of_name(name, rule, stretch));
    }
    let opens = |at: &usize| matches!(reading.text(*at), "«" | "„" | "“" | "\"");
    let open = stretch.clone().find(opens)?;
    let close = (open + 2..stretch.end.min(open + 8)).find(|at| reading.quote(*at))?;
    let words = open + 1..close;
    if let Some(name) = names().find(|name| name.tokens == words) {
        return Some(Publisher::of_name(name, rule, stretch));
    }
    let text = reading.document.analysis.text.get(reading.bytes(words))?;
    if lists::is_platform(text) {
        return None;
    }
    Some(Publisher::of_words(text.to_owned(), rule, stretch))
}

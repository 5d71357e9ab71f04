//! The publisher that the text itself names: in its dateline, or in a line of its own before the news.

use super::{claims::Found, lexis::Classes, reading::Reading, signature};
use crate::extract::Name;
use std::{borrow::Cow, ops::Range};
use svodka_model::article::{Outlet, OutletOrigin, SourceKind};

/// Longest dateline, in tokens («НЬЮ-ЙОРК, 7 мар — РИА Новости, Анна Корнеева»).
const MAX_DATELINE: usize = 16;

/// Lines at the opening of a text that can hold the dateline: there may be a headline above it.
const OPENING_LINES: u32 = 4;

/// Who publishes the article, by its own words.
pub(super) struct Publisher<'d> {
    name: Cow<'d, str>,
    /// The rule that found it, for `--explain`.
    rule: &'static str,
    /// The tokens of the dateline or attribution line.
    proof: Range<usize>,
    /// The tokens of the name.
    tokens: Range<usize>,
}

impl<'d> Publisher<'d> {
    /// The publisher that a name tells, shown by `proof`; its claims elsewhere stay.
    pub(super) fn of_name(name: &'d Name, rule: &'static str, proof: Range<usize>) -> Self {
        Self { name: Cow::Borrowed(&name.canonical), rule, proof, tokens: 0..0 }
    }

    /// A publisher that is no name of the text.
    pub(super) fn of_words(name: String, rule: &'static str, proof: Range<usize>) -> Self {
        Self { name: Cow::Owned(name), rule, proof, tokens: 0..0 }
    }

    /// The publisher as the article's outlet.
    pub(super) fn outlet(&self, reading: &Reading<'_, '_>) -> Outlet {
        let evidence = reading.document.span(reading.bytes(self.proof.clone()));
        Outlet {
            name: self.name.clone().into_owned(),
            from: OutletOrigin::Text,
            evidence: Some(evidence),
            rule: Some(self.rule.to_owned()),
        }
    }

    /// Whether the mention at `tokens` is the very one that names the publisher: it is the outlet then, and no source.
    pub(super) fn is_the_mention(&self, tokens: &Range<usize>) -> bool {
        *tokens == self.tokens
    }
}

/// Whether the outlet that the text names is the stated one, or none is stated.
pub(super) fn agrees(in_text: Option<&Outlet>, stated: Option<&Outlet>) -> bool {
    stated.is_none_or(|stated| in_text.is_some_and(|outlet| outlet.name == stated.name))
}

/// The publisher that the text names.
pub(super) fn in_text<'d>(reading: &Reading<'d, '_>, found: &[Found<'d>]) -> Option<Publisher<'d>> {
    dateline(reading)
        .or_else(|| attribution_line(reading, found))
        .or_else(|| own_reporter(reading, found))
        .or_else(|| signature::in_lines(reading, found))
        .or_else(|| own_archive(reading))
        .or_else(|| retold(found))
}

/// «МОСКВА, 3 дек – РИА Новости.», «ПЕКИН, 2 февраля. /ТАСС/.», «Вашингтон, 25 января 2021 — REGNUM».
fn dateline<'d>(reading: &Reading<'d, '_>) -> Option<Publisher<'d>> {
    let sentences = &reading.document.analysis.sentences;
    let opening = sentences.iter().take_while(|s| s.paragraph < OPENING_LINES).last()?.tokens.end;
    let agencies = reading
        .document
        .names
        .iter()
        .take_while(|n| n.tokens.start < opening)
        .filter(|n| !n.nested && matches!(n.kind.source(), Some(SourceKind::Agency | SourceKind::Media)));
    agencies.filter_map(|name| dateline_of(reading, name)).next()
}

/// The dateline that ends in `name`, if there is one.
fn dateline_of<'d>(reading: &Reading<'d, '_>, name: &'d Name) -> Option<Publisher<'d>> {
    let mut start = name.tokens.start;
    while start > 0
        && (reading.quote(start - 1) || reading.is_any(start - 1, &["иа", "корр"]) || reporter_dot(reading, start - 1))
    {
        start -= 1;
    }
    let mark = start.checked_sub(1)?;
    let opened = matches!(reading.text(mark), "—" | "–" | "-" | "/" | "(" | "." | "―");
    let after = reading.text(name.tokens.end);
    let closed = matches!(after, "." | "," | "/" | ")" | "-" | "–" | "—" | ":")
        || reading.quote(name.tokens.end)
        || reading.capital(name.tokens.end);
    if !opened || !closed {
        return None;
    }
    let mut first = mark;
    let (mut dated, mut place) = (false, false);
    while first > 0 && mark - first < MAX_DATELINE && !ends_line(reading, first - 1) {
        let at = first - 1;
        let month = reading.has(at, Classes::TIME) || is_short_month(reading, at);
        let fits = reading.mark(at)
            || reading.number(at)
            || month
            || reading.capital(at)
            || reading.is_any(at, &["г", "года"]);
        if !fits {
            break;
        }
        dated |= reading.number(at);
        place |= reading.capital(at) && !month;
        first = at;
    }
    let shouting = (first..mark).any(|at| is_capitals(reading.text(at)));
    // «Токио, 3 февраля 2017, 16:25 — REGNUM» stands in a line of its own even where an archive lost the line breaks.
    let stamped = place && (first..mark).filter(|at| reading.number(*at)).count() >= 3;
    let starts = first == 0 || ends_line(reading, first - 1) || shouting || stamped;
    // «— REGNUM Президент …»: the place was lost.
    let cut = mark == 0 && matches!(reading.text(mark), "—" | "–");
    let sure = cut || place && (dated || shouting && reading.text(mark) != "(");
    (starts && sure).then(|| Publisher {
        name: Cow::Borrowed(&name.canonical),
        rule: "dateline",
        proof: first..name.tokens.end,
        tokens: name.tokens.clone(),
    })
}

/// Whether a full stop ends the abbreviation in «Корр. БЕЛТА».
fn reporter_dot(reading: &Reading<'_, '_>, at: usize) -> bool {
    reading.text(at) == "." && at.checked_sub(1).is_some_and(|word| reading.is(word, "корр"))
}

/// Whether a line of the text ends with this token.
fn ends_line(reading: &Reading<'_, '_>, at: usize) -> bool {
    let analysis = &reading.document.analysis;
    let paragraph = |token: usize| analysis.sentences.get(analysis.sentence_of(token)).map(|s| s.paragraph);
    paragraph(at) != paragraph(at + 1)
}

fn is_short_month(reading: &Reading<'_, '_>, at: usize) -> bool {
    let months = ["янв", "фев", "мар", "апр", "мая", "май", "июн", "июл", "авг", "сен", "сент", "окт", "ноя", "дек"];
    reading.is_any(at, &months)
}

fn is_capitals(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphabetic()).count() > 2 && !word.chars().any(char::is_lowercase)
}

/// A line of its own before the news that says who reports it: «Об этом сообщает «X» со ссылкой на Y».
fn attribution_line<'d>(reading: &Reading<'d, '_>, found: &[Found<'d>]) -> Option<Publisher<'d>> {
    let analysis = &reading.document.analysis;
    found.iter().filter(|f| f.kind.is_press() && f.claim.rule == "about_this").find_map(|f| {
        let sentence = analysis.sentences.get(f.sentence)?;
        let alone = ends_line(reading, sentence.tokens.end - 1)
            && (sentence.tokens.start == 0 || ends_line(reading, sentence.tokens.start - 1));
        let more = f.sentence + 1 < analysis.sentences.len();
        // Above it stands at most the headline: one line without a full stop.
        let above = sentence.paragraph == 0 || f.sentence == 1 && reading.text(sentence.tokens.start - 1) != ".";
        (alone && more && above).then(|| Publisher {
            name: Cow::Borrowed(f.source),
            rule: "attribution_line",
            proof: sentence.tokens.clone(),
            tokens: f.tokens.clone(),
        })
    })
}

/// The outlet whose own correspondent reports, or which holds the document: it speaks of itself by name.
fn own_reporter<'d>(reading: &Reading<'d, '_>, found: &[Found<'d>]) -> Option<Publisher<'d>> {
    let own = |f: &&Found<'_>| match f.claim.rule {
        "in_possession_of" => true,
        "source_of" => f.claim.proof.clone().any(|at| reading.starts(at, "корреспондент")),
        "interview_with" => f.claim.proof.clone().any(|at| reading.starts(at, "вопрос")),
        _ => false,
    };
    let found = found.iter().filter(|f| f.kind.is_press()).find(own)?;
    // The tokens are left empty: the claim stays, as a citation of itself.
    Some(Publisher {
        name: Cow::Borrowed(found.source),
        rule: "own_reporter",
        proof: found.claim.proof.clone(),
        tokens: 0..0,
    })
}

/// «Как сообщал X, …», «X ранее писал о …»: the outlet that looks back at its own news, if no rule takes it for a source.
fn own_archive<'d>(reading: &Reading<'d, '_>) -> Option<Publisher<'d>> {
    const WROTE: [&str; 11] = [
        "писал",
        "писала",
        "писало",
        "писали",
        "сообщал",
        "сообщала",
        "сообщало",
        "сообщали",
        "рассказывал",
        "рассказывала",
        "рассказывали",
    ];
    let press = |n: &&Name| !n.nested && n.kind.source().is_some_and(SourceKind::is_press);
    let mut names = reading.document.names.iter().filter(press);
    let name = names.find(|name| {
        let word = |at: &usize| !reading.quote(*at) && !reading.has(*at, Classes::DESCRIPTOR);
        let start = (0..name.tokens.start).rev().find(word).map_or(0, |at| at + 1);
        let end = (name.tokens.end..).find(|at| !reading.quote(*at)).unwrap_or(name.tokens.end);
        let said_it = start >= 2 && reading.is_any(start - 1, &WROTE);
        let as_said = said_it
            && (reading.is(start - 2, "как")
                || start >= 3 && reading.is(start - 2, "ранее") && reading.is(start - 3, "как"));
        as_said || reading.is(end, "ранее") && reading.is_any(end + 1, &WROTE)
    })?;
    let once = reading.document.names.iter().filter(|n| n.canonical == name.canonical).count() <= 2;
    once.then(|| Publisher {
        name: Cow::Borrowed(&name.canonical),
        rule: "own_archive",
        proof: name.tokens.clone(),
        tokens: 0..0,
    })
}

/// «…, передаёт X со ссылкой на Y»: a paper of the article's own country, the only one that speaks for itself, relays
/// another: it is the one that reports.
fn retold<'d>(found: &[Found<'d>]) -> Option<Publisher<'d>> {
    let press = || found.iter().filter(|f| f.kind.is_press());
    let mut speaking = press().filter(|f| !f.claim.relayed);
    let only = speaking.next().filter(|f| speaking.all(|other| other.source == f.source))?;
    let relays = press().any(|f| f.claim.relayed && f.sentence == only.sentence && f.source != only.source);
    let latin = only.source.chars().all(|c| !matches!(c, 'а'..='я' | 'А'..='Я'));
    (relays && !latin && only.kind == SourceKind::Media).then(|| Publisher {
        name: Cow::Borrowed(only.source),
        rule: "retold",
        proof: only.claim.proof.clone(),
        tokens: 0..0,
    })
}

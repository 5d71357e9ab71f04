//! What a source is made to say: the sentences of a text that are attributed to it.
//!
//! A claim attributes its own sentence, and with it the sentence or paragraph that «об этом» points at, the rest of a
//! quotation that it stands in, and what goes on in the source's name («По его словам…», «Аналитики добавляют…»).
//! Rules are small functions in an ordered list; where none speaks, the source's words have ended.

use super::{claims::Found, lexis::Classes, reading::Reading};
use crate::extract::Document;
use std::ops::Range;

/// How many sentences may follow a claim.
const LONGEST: usize = 6;

/// The bytes of the sentences that `found` attributes to its source; `all` are the claims of the whole text.
pub(super) fn sentences(
    reading: &Reading<'_, '_>,
    quotations: &Quotations,
    found: &Found<'_>,
    all: &[Found<'_>],
) -> Vec<Range<usize>> {
    let own = found.sentence;
    let mut numbers = vec![own];
    numbers.extend(pointed_at(reading, own));
    numbers.extend(quotations.rest(own));
    let mut last = numbers.iter().copied().max().unwrap_or(own).max(own);
    while !found.kind.is_press() && last < own + LONGEST && goes_on(reading, found, all, last) {
        last += 1;
        numbers.push(last);
        let rest = quotations.rest(last);
        last = rest.iter().copied().max().unwrap_or(last).max(last);
        numbers.extend(rest);
    }
    numbers.sort_unstable();
    numbers.dedup();
    let document = reading.document;
    let news = numbers.into_iter().filter(|number| is_news(document, *number));
    news.filter_map(|number| document.analysis.sentences.get(number)).map(crate::analyse::Sentence::range).collect()
}

fn is_news(document: &Document<'_>, sentence: usize) -> bool {
    document.zones.get(sentence).is_some_and(|zone| zone.is_news())
}

fn tokens(reading: &Reading<'_, '_>, sentence: usize) -> Range<usize> {
    reading.document.analysis.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone())
}

fn paragraph(reading: &Reading<'_, '_>, sentence: usize) -> Option<u32> {
    reading.document.analysis.sentences.get(sentence).map(|s| s.paragraph)
}

/// What «Об этом сообщает X» speaks of: the sentence before it or, where it opens the text, the paragraph after it.
fn pointed_at(reading: &Reading<'_, '_>, sentence: usize) -> Vec<usize> {
    let words = tokens(reading, sentence);
    let first = words.clone().find(|at| !reading.mark(*at)).unwrap_or(words.start);
    if !(reading.is_any(first, &["об", "о"]) && reading.is_any(first + 1, &["этом", "чем"])) {
        return Vec::new();
    }
    match sentence.checked_sub(1) {
        Some(before) => vec![before],
        None => {
            let next = paragraph(reading, 1);
            (1..).take_while(|s| next.is_some() && paragraph(reading, *s) == next).collect()
        }
    }
}

/// Where a quotation that began in an earlier sentence of the paragraph is still open.
pub(super) struct Quotations {
    /// By sentence, whether a quotation is open where it begins.
    open: Vec<bool>,
}

impl Quotations {
    /// The quotations of a text.
    pub(super) fn new(reading: &Reading<'_, '_>) -> Self {
        let (mut depth, mut last) = (0_i32, None);
        let open = reading.document.analysis.sentences.iter().map(|sentence| {
            if last != Some(sentence.paragraph) {
                (depth, last) = (0, Some(sentence.paragraph));
            }
            let open = depth > 0;
            for at in sentence.tokens.clone() {
                depth = quote_depth(reading.text(at), depth);
            }
            open
        });
        Self { open: open.collect() }
    }

    fn is_open(&self, sentence: usize) -> bool {
        self.open.get(sentence).copied().unwrap_or(false)
    }

    /// The other sentences of the quotation that a sentence stands in.
    fn rest(&self, sentence: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let mut at = sentence;
        while at > 0 && self.is_open(at) && sentence - at < LONGEST {
            at -= 1;
            out.push(at);
        }
        out.extend((sentence + 1..sentence + 1 + LONGEST).take_while(|at| self.is_open(*at)));
        out
    }
}

/// How many quotations are open after a mark.
fn quote_depth(mark: &str, depth: i32) -> i32 {
    match mark {
        "«" | "„" => depth + 1,
        "»" | "”" => (depth - 1).max(0),
        "“" | "\"" => {
            if depth > 0 {
                depth - 1
            } else {
                1
            }
        }
        _ => depth,
    }
}

/// Whether the sentence after `last` is still the source's.
fn goes_on(reading: &Reading<'_, '_>, found: &Found<'_>, all: &[Found<'_>], last: usize) -> bool {
    let next = last + 1;
    let near = paragraph(reading, next).zip(paragraph(reading, last)).is_some_and(|(next, last)| next - last <= 1);
    let first = all.partition_point(|other| other.sentence < next);
    let mut in_next = all.iter().skip(first).take_while(|other| other.sentence == next);
    let others = in_next.any(|other| other.source != found.source);
    near && !others && is_news(reading.document, next) && RULES.iter().any(|rule| rule(reading, tokens(reading, next)))
}

type Rule = fn(&Reading<'_, '_>, Range<usize>) -> bool;

/// What shows that a sentence goes on in the name of the source before it.
const RULES: [Rule; 4] = [quotes_on, by_their_words, they_add, document_says];

/// Sayings by which a person or body goes on.
const GOES_ON: Classes = Classes::SAY.or(Classes::JUDGE);

/// «Третий вывод …», — добавил он: a quotation without a new speaker.
fn quotes_on(reading: &Reading<'_, '_>, sentence: Range<usize>) -> bool {
    let opens = matches!(reading.text(sentence.start), "«" | "„" | "“" | "\"");
    let closes = sentence.clone().rev().find(|at| matches!(reading.text(*at), "»" | "”" | "“" | "\""));
    let Some(closes) = closes.filter(|_| opens) else { return opens };
    let after = closes + 1..sentence.end;
    let speech = after.clone().next().is_none_or(|at| reading.mark(at));
    let whole = after.clone().all(|at| reading.mark(at));
    let same = after.clone().any(|at| reading.has(at, GOES_ON)) && after.clone().any(|at| is_spokesman(reading, at));
    speech && (whole || same) && !after.clone().any(|at| names_somebody(reading, at))
}

/// «По его словам», «По оценке экспертов», «По их данным».
fn by_their_words(reading: &Reading<'_, '_>, sentence: Range<usize>) -> bool {
    let at = sentence.start;
    let whose = reading.is_any(at + 1, &["его", "ее", "их"]) && reading.has(at + 2, Classes::FIGURES);
    let experts =
        reading.has(at + 1, Classes::FIGURES) && reading.has(at + 2, SPOKESMEN) && !names_somebody(reading, at + 3);
    reading.is(at, "по") && (whose || experts)
}

const SPOKESMEN: Classes = Classes::EXPERT.or(Classes::STAFF);

/// Whether a token stands for whoever spoke before: «он», «аналитики».
fn is_spokesman(reading: &Reading<'_, '_>, at: usize) -> bool {
    reading.is_any(at, &["он", "она", "они"]) || reading.has(at, SPOKESMEN)
}

/// «Он добавил», «Аналитики также отмечают», «Они считают».
fn they_add(reading: &Reading<'_, '_>, sentence: Range<usize>) -> bool {
    let ends = |at: usize| names_somebody(reading, at) || reading.clause_mark(at);
    let start = (sentence.start..sentence.end.min(sentence.start + 6)).take_while(|at| !ends(*at));
    let mut speaker = false;
    for at in start {
        speaker |= is_spokesman(reading, at);
        if speaker && reading.has(at, GOES_ON) {
            return true;
        }
    }
    false
}

/// «В докладе отмечается», «В документе говорится», «Там считают».
fn document_says(reading: &Reading<'_, '_>, sentence: Range<usize>) -> bool {
    let at = sentence.start;
    let most = at + 1..sentence.end.min(at + 6);
    let inside = reading.is_any(at, &["в", "во"])
        && (reading.has(at + 1, Classes::REPORT) || reading.starts(at + 1, "документ"));
    let says = most.clone().any(|at| reading.has(at, Classes::DOCUMENT.or(GOES_ON)));
    let there =
        reading.is(at, "там") && most.clone().any(|at| reading.has(at, GOES_ON) && reading.has(at, Classes::PLURAL));
    inside && says && !most.clone().any(|at| names_somebody(reading, at)) || there
}

/// Whether a token is part of a source's or person's name.
fn names_somebody(reading: &Reading<'_, '_>, at: usize) -> bool {
    reading.source_at(at).is_some() || reading.name_at(at).is_some() && reading.person_end(at).is_some()
}

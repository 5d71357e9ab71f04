//! The tagger's spans made tidy before anything relies on them.
//!
//! It runs over brackets, bullets and line breaks, takes a company's legal form for part of its name, and takes words
//! like «СМИ», which name nobody, for names. Knows nothing of the dictionaries.

use super::organisations::lists;
use crate::{
    analyse::{
        Analysis, TokenKind,
        fold::{fold, is_letter},
        morph::{Dictionary, Pos},
        sentence::stands_before_name,
        token::Flags,
    },
    names::{first_names::is_first_name, is_quote},
    ner::TaggedKind,
};
use std::ops::Range;

/// A tagger's span of tokens.
pub(super) type Tagged = (Range<usize>, TaggedKind);

/// The spans cut where a name cannot go on, without what is no part of it.
pub(super) fn tidy(analysis: &Analysis<'_>, spans: Vec<Tagged>) -> Vec<Tagged> {
    let mut out = Vec::with_capacity(spans.len());
    for (span, kind) in spans {
        for piece in pieces(analysis, span, kind) {
            let piece = without_title(analysis, piece, kind);
            let piece = without_descriptor_of_person(analysis, piece, kind);
            let piece = trim(analysis, without_legal_form(analysis, piece, kind));
            if !piece.is_empty() && !is_generic(analysis, &piece) {
                out.push((piece, kind));
            }
        }
    }
    out
}

/// The stretches between marks that no name holds; after a line break nothing is kept.
fn pieces(analysis: &Analysis<'_>, span: Range<usize>, kind: TaggedKind) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = span.start;
    for token in span.clone() {
        if token > span.start && breaks_line(analysis, token) {
            pieces.push(start..token);
            return pieces;
        }
        if ends_name(analysis.word(token), kind) {
            pieces.push(start..token);
            start = token + 1;
        }
    }
    pieces.push(start..span.end);
    pieces
}

fn ends_name(word: &str, kind: TaggedKind) -> bool {
    matches!(word, "(" | ")" | "[" | "]" | "•" | "·" | "*" | ";" | ":" | "|" | "/")
        || word == "," && kind != TaggedKind::Organization
}

fn breaks_line(analysis: &Analysis<'_>, token: usize) -> bool {
    let between = analysis.tokens.get(token.wrapping_sub(1)).zip(analysis.tokens.get(token));
    between.and_then(|(a, b)| analysis.text.get(a.end as usize..b.start as usize)).is_some_and(|gap| gap.contains('\n'))
}

/// A person's name without the abbreviated title before it; nothing if there is no more («Проф.»).
fn without_title(analysis: &Analysis<'_>, mut span: Range<usize>, kind: TaggedKind) -> Range<usize> {
    let is_title = |at: usize| analysis.word(at + 1) == "." && stands_before_name(&fold(analysis.word(at)));
    while kind == TaggedKind::Person
        && !span.is_empty()
        && analysis.word(span.start).chars().nth(1).is_some()
        && is_title(span.start)
    {
        span.start = (span.start + 2).min(span.end);
    }
    // «О де Голле сняли фильм»: a preposition, no initial.
    let preposition = kind == TaggedKind::Person
        && span.len() > 1
        && matches!(analysis.word(span.start), "О" | "У" | "С" | "К" | "В")
        && analysis.tokens.get(span.start + 1).is_some_and(|next| !next.flags.has(Flags::GLUED))
        && analysis.opens_sentence(span.start);
    if preposition {
        span.start += 1;
    }
    span
}

/// A name without the common noun for a person before it that has a capital only because a sentence begins
/// («Поп-звезда Анна», «Исследователи Ромашковой лаборатории»).
fn without_descriptor_of_person(analysis: &Analysis<'_>, span: Range<usize>, kind: TaggedKind) -> Range<usize> {
    let begins = analysis.opens_sentence(span.start);
    let capital = |token: usize| analysis.word(token).starts_with(char::is_uppercase);
    if kind == TaggedKind::Place || !begins || span.len() < 2 || !capital(span.start + 1) {
        return span;
    }
    let word = fold(analysis.word(span.start));
    let parses = Dictionary::bundled().parses(&word);
    let named = parses.iter().any(|parse| parse.tag.is_name()) || is_first_name(&word);
    let person = parses.first().is_some_and(|parse| parse.tag.pos() == Pos::Noun && parse.tag.animate() == Some(true));
    if person && !named { span.start + 1..span.end } else { span }
}

/// A company's name without ОАО and the like, and then without its quotes.
pub(super) fn without_legal_form(analysis: &Analysis<'_>, span: Range<usize>, kind: TaggedKind) -> Range<usize> {
    let form = lists::is_form(analysis.word(span.start));
    if kind != TaggedKind::Organization || !form || span.len() < 2 {
        return span;
    }
    let start = span.start + 1;
    if !is_quote(analysis.word(start)) {
        return start..span.end;
    }
    let last = span.end - 1;
    start + 1..if is_quote(analysis.word(last)) { last } else { span.end }
}

/// A dictionary name without the common noun before its quotes or Latin letters («партия „Яблоко“»).
pub(super) fn without_descriptor(analysis: &Analysis<'_>, span: Range<usize>) -> Range<usize> {
    let small = |token: usize| analysis.word(token).starts_with(char::is_lowercase);
    let Some(name) = span.clone().find(|token| !small(*token)).filter(|name| *name > span.start) else { return span };
    if is_quote(analysis.word(name)) {
        return trim(analysis, name..span.end);
    }
    let latin = analysis.word(name).starts_with(|c: char| c.is_ascii_uppercase());
    if latin { name..span.end } else { span }
}

/// The span without marks at its ends; a closing quote stays if the opening one does.
fn trim(analysis: &Analysis<'_>, mut span: Range<usize>) -> Range<usize> {
    let is_mark = |token: usize| analysis.tokens.get(token).is_none_or(|t| t.kind == TokenKind::Punct);
    while !span.is_empty() && is_mark(span.start) {
        span.start += 1;
    }
    let opens = span.clone().any(|token| matches!(analysis.word(token), "«" | "„" | "“" | "\""));
    let keeps = |token: usize| analysis.word(token) == "." || opens && is_quote(analysis.word(token));
    while !span.is_empty() && is_mark(span.end - 1) && !keeps(span.end - 1) {
        span.end -= 1;
    }
    span
}

fn is_generic(analysis: &Analysis<'_>, span: &Range<usize>) -> bool {
    let word = analysis.word(span.start);
    span.len() == 1
        && (lists::is_nobody(word) || lists::is_form(word) || word.to_lowercase().starts_with("telegram-канал"))
        || span.clone().all(|token| !analysis.word(token).chars().any(is_letter))
}

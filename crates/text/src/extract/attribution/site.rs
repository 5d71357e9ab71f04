//! A site: one source name in its sentence, with the phrase that it stands in.

use super::{lexis::Classes, reading::Reading};
use crate::{extract::Name, names::NameKind};
use std::ops::Range;
use svodka_model::article::{EntityKind, SourceKind};

/// A source name, or a head noun that stands for one («издание», «аналитики института»), in its sentence.
pub(super) struct Site<'r, 'd, 't> {
    /// The text around it.
    pub(super) reading: &'r Reading<'d, 't>,
    /// What the source is.
    pub(super) kind: SourceKind,
    /// The tokens of the name itself.
    pub(super) tokens: Range<usize>,
    /// The name with its descriptors and adjectives before, its quotes, and what stands in brackets after it.
    pub(super) phrase: Range<usize>,
    /// The sentence, as far as [`Site::WINDOW`] tokens to either side of the name.
    pub(super) sentence: Range<usize>,
    /// Whether a descriptor stands in the phrase.
    pub(super) described: bool,
    /// Whether this is a head noun.
    pub(super) is_head_noun: bool,
    /// Whether no dictionary knows the name.
    pub(super) unknown: bool,
}

/// Longest text in brackets after a name that still belongs to it, in tokens.
const MAX_BRACKETS: usize = 24;

impl<'r, 'd, 't> Site<'r, 'd, 't> {
    /// How far a rule sees, in tokens: the cost of a name must not grow with its sentence.
    pub(super) const WINDOW: usize = 64;

    /// The site of a name.
    pub(super) fn new(reading: &'r Reading<'d, 't>, kind: SourceKind, tokens: Range<usize>) -> Self {
        let whole = reading.sentence(tokens.start);
        let sentence =
            whole.start.max(tokens.start.saturating_sub(Self::WINDOW))..whole.end.min(tokens.end + Self::WINDOW);
        let end = phrase_end(reading, tokens.end, sentence.end);
        let (start, described) = phrase_start(reading, tokens.start, sentence.start);
        Self { reading, kind, tokens, phrase: start..end, sentence, described, is_head_noun: false, unknown: false }
    }

    /// The site of a head noun that stands for a source.
    pub(super) fn head_noun(reading: &'r Reading<'d, 't>, kind: SourceKind, token: usize) -> Self {
        let mut site = Self::new(reading, kind, token..token + 1);
        site.described = true;
        site.is_head_noun = true;
        site
    }

    /// Whether the name says by itself that it is a body of experts: «Институт …», «аналитический центр «…»».
    pub(super) fn titled(&self) -> bool {
        self.phrase.clone().any(|at| {
            self.reading.starts(at, "институт")
                || self.tokens.contains(&at) && self.reading.has_any_owner(at, Classes::DESCRIPTOR)
                || self.reading.word(at).classes.any(Classes::REFINES)
                    && self.reading.word(at).kind == Some(SourceKind::ThinkTank)
        })
    }

    /// Whether the source is a paper, agency or channel.
    pub(super) fn press(&self) -> bool {
        self.kind.is_press()
    }

    /// The token before the phrase, in the same sentence.
    pub(super) fn before(&self) -> Option<usize> {
        self.left(self.phrase.start)
    }

    /// The token before `at`, in the same sentence.
    pub(super) fn left(&self, at: usize) -> Option<usize> {
        at.checked_sub(1).filter(|before| *before >= self.sentence.start)
    }

    /// Goes left from `at` while `goes` holds; the first token of the stretch. A lone «n» is what some archives made of
    /// a line break, and does not count.
    pub(super) fn back_while(&self, at: usize, most: usize, goes: impl Fn(usize) -> bool) -> usize {
        let mut start = at;
        let stray = |at: usize| self.reading.text(at) == "n";
        while let Some(before) = self.left(start).filter(|b| at - b <= most && (stray(*b) || goes(*b))) {
            start = before;
        }
        start
    }

    /// The nearest token in a range that is in one of `classes`.
    pub(super) fn find(&self, range: Range<usize>, classes: Classes) -> Option<usize> {
        let range = range.start.max(self.sentence.start)..range.end.min(self.sentence.end);
        range.into_iter().find(|at| self.reading.has(*at, classes))
    }

    /// Like [`find`](Self::find), from the right.
    pub(super) fn find_back(&self, range: Range<usize>, classes: Classes) -> Option<usize> {
        let range = range.start.max(self.sentence.start)..range.end.min(self.sentence.end);
        range.into_iter().rev().find(|at| self.reading.has(*at, classes))
    }
}

/// Where the phrase ends: after the closing quote, words that complete the name, and brackets.
fn phrase_end(reading: &Reading<'_, '_>, end: usize, limit: usize) -> usize {
    let mut end = end;
    while end < limit && reading.quote(end) {
        end += 1;
    }
    if reading.is_any(end, &["имени", "им"]) {
        let most = (end + 5).min(limit);
        while end < most
            && (reading.is_any(end, &["имени", "им", "."]) || reading.capital(end))
            && reading.source_at(end).is_none()
        {
            end += 1;
        }
    }
    if reading.is_any(end, &["ран"]) || edition(reading, end) {
        end += 1;
    }
    if reading.text(end) == "(" {
        let close = (end..limit.min(end + MAX_BRACKETS)).find(|at| reading.text(*at) == ")");
        end = close.map_or(end, |close| close + 1);
    }
    end.min(limit)
}

/// Whether the token after a paper's name is the place of its edition («Sputnik Армения»).
fn edition(reading: &Reading<'_, '_>, at: usize) -> bool {
    let press = at.checked_sub(1).and_then(|last| reading.source_at(last)).and_then(|n| n.kind.source());
    let nominative = |name: &Name| reading.text(at) == name.canonical;
    press.is_some_and(SourceKind::is_press)
        && reading.name_at(at).is_some_and(|n| n.kind == NameKind::Entity(EntityKind::Place) && nominative(n))
}

/// Where the phrase starts, and whether it holds a descriptor: goes left over quotes, descriptors, adjectives and a
/// descriptor's own genitives («сервис поиска работы HeadHunter»).
fn phrase_start(reading: &Reading<'_, '_>, start: usize, limit: usize) -> (usize, bool) {
    let mut start = start;
    let mut described = false;
    while start > limit {
        let before = start - 1;
        let kind_word = reading.has(before, Classes::DESCRIPTOR.or(Classes::REFINES));
        if kind_word || reading.adjective(before) || reading.quote(before) && opens(reading, before, limit) {
            described |= kind_word;
            start = before;
        } else if let Some(descriptor) = governing_descriptor(reading, start, limit).filter(|_| !described) {
            described = true;
            start = descriptor;
        } else {
            break;
        }
    }
    (start, described)
}

/// Whether the quotation mark at `at` opens a quotation, seen from the name after it.
fn opens(reading: &Reading<'_, '_>, at: usize, limit: usize) -> bool {
    match reading.text(at) {
        "«" | "„" | "‹" => true,
        "»" | "›" => false,
        _ if reading.spaced(at) != reading.spaced(at + 1) => reading.spaced(at),
        _ => (limit..at).filter(|q| reading.quote(*q)).count() % 2 == 0,
    }
}

/// A descriptor up to three lower-case genitives before a name.
fn governing_descriptor(reading: &Reading<'_, '_>, start: usize, limit: usize) -> Option<usize> {
    let genitive = |at: usize| {
        let others = Classes::VOICE.or(Classes::SPEAKER).or(Classes::TIME).or(Classes::DOCUMENT);
        reading.lower(at) && reading.text(at).chars().count() > 3 && !reading.has(at, others)
    };
    let mut at = start.checked_sub(1)?;
    while at > limit && start - at <= 3 && genitive(at) {
        at -= 1;
        if reading.has(at, Classes::DESCRIPTOR) {
            return Some(at);
        }
    }
    None
}

//! Claims: which of a text's source names some rule speaks for.

use super::{
    heads,
    lexis::Classes,
    reading::{Reading, is_latin},
    rules::{self, Claim},
    site::Site,
    via::Channel,
};
use crate::{
    extract::Name,
    names::{Lexicon, Strength},
};
use std::ops::Range;
use svodka_model::article::SourceKind;

/// A claim that a rule made for a source.
#[derive(Clone, Debug)]
pub(super) struct Found<'d> {
    /// Canonical name of the source.
    pub(super) source: &'d str,
    /// What it is.
    pub(super) kind: SourceKind,
    /// The tokens of the name or head noun.
    pub(super) tokens: Range<usize>,
    /// The sentence it stands in.
    pub(super) sentence: usize,
    /// What was claimed.
    pub(super) claim: Claim,
    /// The source through which it is relayed.
    pub(super) via: Option<Channel<'d>>,
}

/// A source name with what the rules say of it.
pub(super) struct Seen<'r, 'd, 't> {
    pub(super) name: &'d Name,
    pub(super) site: Site<'r, 'd, 't>,
    pub(super) claim: Option<Claim>,
}

/// All claims in a text, in order.
pub(super) fn claims<'d>(reading: &Reading<'d, '_>, lexicon: &Lexicon) -> Vec<Found<'d>> {
    let mut seen: Vec<Seen<'_, 'd, '_>> =
        reading.document.names.iter().filter_map(|name| look(reading, name)).collect();
    share_along_lists(reading, &mut seen);
    let analysis = &reading.document.analysis;
    let named = seen.iter().filter_map(|seen| {
        Some(Found {
            source: &seen.name.canonical,
            kind: seen.site.kind,
            tokens: seen.name.tokens.clone(),
            sentence: analysis.sentence_of(seen.name.tokens.start),
            claim: seen.claim.clone()?,
            via: None,
        })
    });
    let mut found: Vec<Found<'d>> = named.collect();
    found.extend(heads::claims(reading, &seen, lexicon));
    found.sort_by_key(|f| f.tokens.start);
    found
}

/// A source name with the claim of the first rule that speaks for it; nothing if the name does not count at all.
fn look<'r, 'd, 't>(reading: &'r Reading<'d, 't>, name: &'d Name) -> Option<Seen<'r, 'd, 't>> {
    let kind = name.kind.source()?;
    let counts = !name.nested && reading.document.zone_of(name.tokens.start).is_news() && !explains(reading, name);
    if !counts {
        return None;
    }
    let mut site = Site::new(reading, kind, name.tokens.clone());
    site.unknown = name.entry.is_none();
    let latin = is_latin(reading.text(name.tokens.start));
    if name.strength == Strength::Ambiguous && !name.quoted && !site.described && !latin {
        return None;
    }
    let claim = rules::first_match(&site);
    Some(Seen { name, site, claim })
}

/// Whether a name only explains the one before it: an abbreviation or translation in brackets.
fn explains(reading: &Reading<'_, '_>, name: &Name) -> bool {
    let bracket = name.tokens.start.checked_sub(1).filter(|at| reading.text(*at) == "(");
    let before =
        bracket.and_then(|at| at.checked_sub(1)).map(|at| if reading.quote(at) { at.saturating_sub(1) } else { at });
    before.and_then(|at| reading.source_at(at)).is_some_and(|other| other.canonical == name.canonical)
}

/// Gives a claim on to neighbours in a list: «со ссылкой на CNN и The Wall Street Journal», «ТАСС и Reuters сообщают».
fn share_along_lists(reading: &Reading<'_, '_>, seen: &mut [Seen<'_, '_, '_>]) {
    for at in 1..seen.len() {
        let Some((left, right)) = seen.get(at - 1).zip(seen.get(at)) else { continue };
        let relayed = left.claim.as_ref().is_some_and(|c| c.relayed);
        // «ТАСС со ссылкой на Reuters и AFP передаёт»: the verb belongs to the first.
        let both = relayed && reading.is(left.site.phrase.end, "и");
        let free = right.claim.as_ref().is_none_or(|c| both && c.rule == "it_says");
        if left.claim.is_some() && free && joined(reading, &left.site, &right.site, relayed) {
            let shared =
                left.claim.as_ref().map(|c| Claim { proof: c.proof.start..right.site.phrase.end, ..c.clone() });
            if let Some(right) = seen.get_mut(at) {
                right.claim = shared;
            }
        }
    }
    for at in (1..seen.len()).rev() {
        let Some((left, right)) = seen.get(at - 1).zip(seen.get(at)) else { continue };
        let subject = right.claim.as_ref().is_some_and(|c| matches!(c.rule, "it_says" | "about_this"));
        if left.claim.is_none() && subject && joined(reading, &left.site, &right.site, false) {
            let shared =
                right.claim.as_ref().map(|c| Claim { proof: left.site.phrase.start..c.proof.end, ..c.clone() });
            if let Some(left) = seen.get_mut(at - 1) {
                left.claim = shared;
            }
        }
    }
}

/// Whether two names stand side by side in a list: only «,» or «и» between their phrases.
fn joined(reading: &Reading<'_, '_>, left: &Site<'_, '_, '_>, right: &Site<'_, '_, '_>, relayed: bool) -> bool {
    let link = left.phrase.end..right.phrase.start;
    let words = link.len();
    let alike = left.press() == right.press() || relayed;
    left.sentence == right.sentence
        && alike
        && (1..=3).contains(&words)
        && link.into_iter().all(|at| {
            reading.is_any(at, &["и", ",", "а", "также", "или"]) || words > 1 && reading.has(at, Classes::DESCRIPTOR)
        })
}

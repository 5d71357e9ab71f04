//! Head nouns: «издание», «агентство», «аналитики института», «в центре отметили» stand for a source named before.
//!
//! A head noun never names anybody new. For the press it only goes on citing a source that is cited already; a think
//! tank can be cited by its head noun alone («Фонд провёл опрос. … отметили в фонде»).

use super::{
    claims::{Found, Seen},
    lexis::{self, Classes},
    reading::Reading,
    rules,
    site::Site,
};
use crate::names::Lexicon;
use svodka_model::article::SourceKind;

/// How many sentences back a head noun may reach.
const REACH: usize = 8;

/// The claims that head nouns make.
pub(super) fn claims<'d>(reading: &Reading<'d, '_>, seen: &[Seen<'_, 'd, '_>], lexicon: &Lexicon) -> Vec<Found<'d>> {
    let Some(first) = seen.first().map(|s| s.site.tokens.start) else { return Vec::new() };
    let mut found: Vec<Found<'d>> = Vec::new();
    for at in first..reading.document.analysis.tokens.len() {
        if !stands_alone(reading, at, seen) {
            continue;
        }
        let Some(named) = antecedent(reading, at, seen, lexicon) else { continue };
        let cited = seen.iter().any(|s| s.claim.is_some() && s.name.canonical == named.name.canonical)
            || found.iter().any(|f| f.source == named.name.canonical);
        let kind = named.site.kind;
        if !cited && (kind.is_press() || kind == SourceKind::Analytics) {
            continue;
        }
        if let Some(claim) = rules::first_match(&Site::head_noun(reading, kind, at)) {
            found.push(Found {
                source: &named.name.canonical,
                kind,
                tokens: at..at + 1,
                sentence: reading.document.analysis.sentence_of(at),
                claim,
                via: None,
            });
        }
    }
    found
}

/// Whether a token is a descriptor that names nothing itself: lower case, outside every name's phrase, with no name
/// and no genitive after it («центр города», «канал связи»).
fn stands_alone(reading: &Reading<'_, '_>, at: usize, seen: &[Seen<'_, '_, '_>]) -> bool {
    const NOT_IT: [&str; 14] = [
        "другой",
        "другого",
        "другом",
        "другие",
        "других",
        "один",
        "одно",
        "одном",
        "несколько",
        "нескольких",
        "любой",
        "местных",
        "новый",
        "каждый",
    ];
    if !reading.has(at, Classes::DESCRIPTOR)
        || !(reading.lower(at) || reading.sentence(at).start == at)
        || !reading.document.zone_of(at).is_news()
    {
        return false;
    }
    let next = at + 1;
    let free = reading.mark(next) && !reading.quote(next)
        || reading.has(
            next,
            Classes::VOICE.or(Classes::DOCUMENT).or(Classes::TIME).or(Classes::SPEAKER).or(Classes::PARTICIPLE),
        )
        || reading.person_end(next).is_some()
        || reading.lower(next) && reading.text(next).chars().count() <= 3
        || ["ли", "ло", "ла", "ют", "ет", "ут", "ит", "ят", "лся"].iter().any(|end| reading.text(next).ends_with(end));
    let other = at > 0 && reading.is_any(at - 1, &NOT_IT);
    let taken = seen.iter().any(|s| s.site.phrase.contains(&at));
    free && !other && !taken
}

/// The source that a head noun stands for: the last one named before it that such a noun fits.
fn antecedent<'s, 'r, 'd, 't>(
    reading: &Reading<'_, '_>,
    at: usize,
    seen: &'s [Seen<'r, 'd, 't>],
    lexicon: &Lexicon,
) -> Option<&'s Seen<'r, 'd, 't>> {
    let word = reading.word(at);
    let here = reading.document.analysis.sentence_of(at);
    let near = |s: &&Seen<'_, '_, '_>| {
        s.site.tokens.end <= at && here - reading.document.analysis.sentence_of(s.site.tokens.start) <= REACH
    };
    let before = || seen.iter().rev().filter(near);
    let is_press = word.kind.is_some_and(SourceKind::is_press);
    if is_press {
        let other = |s: &Seen<'_, '_, '_>| {
            s.site.phrase.clone().any(|at| reading.word(at).kind.is_some_and(|kind| Some(kind) != word.kind))
                || word.kind != Some(SourceKind::Agency)
                    && s.site.kind == SourceKind::Agency
                    && !reading.starts(at, "издани")
        };
        return before().find(|s| s.claim.is_some() && s.site.press() && !other(s));
    }
    before().find(|s| !s.site.press() && called(reading, s, word.descriptor, lexicon))
}

/// Whether a source can be called by a descriptor: it stands in its phrase or in one of its names.
fn called(reading: &Reading<'_, '_>, seen: &Seen<'_, '_, '_>, descriptor: u16, lexicon: &Lexicon) -> bool {
    if seen.site.phrase.clone().any(|at| reading.word(at).descriptor == descriptor) {
        return true;
    }
    let entry = seen.name.entry.and_then(|number| lexicon.entry(number));
    let mut aliases = entry.into_iter().flat_map(|entry| &entry.aliases);
    aliases.any(|alias| lexis::descriptors_in(&alias.text).any(|d| d == descriptor))
}

//! Head nouns: «издание», «агентство», «аналитики института», «в центре отметили» stand for a source named before.
//!
//! A head noun never names anybody new: it is one more mention of a source that the text names before it.

use super::{
    lexis::{self, Classes},
    mention::{Mention, Role},
    reading::Reading,
    site::Site,
};
use crate::names::Lexicon;
use svodka_model::article::SourceKind;

/// How many sentences back a head noun may reach.
const REACH: usize = 8;

/// How many mentions back it may reach.
const MOST: usize = 32;

/// Mentions by head nouns: each stands for the source that `named` mentions before it.
pub(super) fn mentions<'r, 'd, 't>(
    reading: &'r Reading<'d, 't>,
    named: &[Mention<'r, 'd, 't>],
    lexicon: &Lexicon,
) -> Vec<Mention<'r, 'd, 't>> {
    let Some(first) = named.first().map(|mention| mention.site.tokens.start) else { return Vec::new() };
    let mut found = Vec::new();
    // How many of `named` end before the token, and where the last phrase that covers it ends.
    let (mut before, mut covered) = (0, 0);
    for at in first..reading.document.analysis.tokens.len() {
        while let Some(mention) = named.get(before).filter(|mention| mention.site.phrase.start <= at) {
            covered = covered.max(mention.site.phrase.end);
            before += 1;
        }
        if at < covered || !stands_alone(reading, at) {
            continue;
        }
        let earlier = named.get(before.saturating_sub(MOST)..before).unwrap_or_default();
        let Some(source) = antecedent(reading, at, earlier, lexicon) else { continue };
        let site = Site::head_noun(reading, source.site.kind, at);
        found.push(Mention::new(source.name, source.kind, site, Role::HeadNoun));
    }
    found
}

/// Whether a token is a descriptor that names nothing itself: lower case, outside every name's phrase, with no name
/// and no genitive after it («центр города», «канал связи»).
fn stands_alone(reading: &Reading<'_, '_>, at: usize) -> bool {
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
    free && !other
}

/// The source that a head noun stands for: the last one named before it that such a noun fits.
fn antecedent<'s, 'r, 'd, 't>(
    reading: &Reading<'_, '_>,
    at: usize,
    earlier: &'s [Mention<'r, 'd, 't>],
    lexicon: &Lexicon,
) -> Option<&'s Mention<'r, 'd, 't>> {
    let word = reading.word(at);
    let here = reading.document.analysis.sentence_of(at);
    let near = || earlier.iter().rev().filter(|m| m.site.tokens.end <= at).take_while(|m| here - m.sentence <= REACH);
    if word.kind.is_some_and(SourceKind::is_press) {
        let other = |m: &Mention<'_, '_, '_>| {
            let descriptors = m.site.phrase.clone();
            let of_other_kind = |at| reading.word(at).kind.is_some_and(|kind| Some(kind) != word.kind);
            let agency = word.kind != Some(SourceKind::Agency) && m.kind == Some(SourceKind::Agency);
            descriptors.into_iter().any(of_other_kind) || agency && !reading.starts(at, "издани")
        };
        let fits = |m: &&Mention<'_, '_, '_>| m.group() == "press" && !other(m);
        return near().find(|m| fits(m) && m.claim.is_some()).or_else(|| near().find(fits));
    }
    near().find(|m| m.group() != "press" && called(reading, m, word.descriptor, lexicon))
}

/// Whether a source can be called by a descriptor: it stands in its phrase or in one of its names.
fn called(reading: &Reading<'_, '_>, mention: &Mention<'_, '_, '_>, descriptor: u16, lexicon: &Lexicon) -> bool {
    if mention.site.phrase.clone().any(|at| reading.word(at).descriptor == descriptor) {
        return true;
    }
    let entry = mention.name.entry.and_then(|number| lexicon.entry(number));
    let mut aliases = entry.into_iter().flat_map(|entry| &entry.aliases);
    aliases.any(|alias| lexis::descriptors_in(&alias.text).any(|d| d == descriptor))
}

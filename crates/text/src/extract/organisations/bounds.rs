//! Names that hold the name of a known source: whose they are, and where they end.
//!
//! «ИА REGNUM» and «Журнал Nature» are the source itself with a word before; «РБК Пермь» is an edition, another outlet
//! than РБК; what else holds a known name is left as it is.

use crate::{
    analyse::Analysis,
    extract::{Facts, Name, attribution::Classes},
    names::{Lexicon, NameKind, Strength, is_quote},
};
use std::ops::Range;
use svodka_model::article::{EntityKind, SourceKind};

/// Settles the names of a text that hold a known source, or stand right before a place that completes one.
pub(super) fn settle(analysis: &Analysis<'_>, words: &[Facts], lexicon: &Lexicon, names: &mut [Name]) {
    editions(analysis, lexicon, names);
    let mut settled: Vec<(usize, Name)> = Vec::new();
    for (number, name) in names.iter().enumerate().filter(|(_, name)| is_unknown(name)) {
        let inner =
            names.iter().find(|n| is_known_source(n) && within(&n.tokens, &name.tokens) && n.tokens != name.tokens);
        let Some(inner) = inner else { continue };
        let before = name.tokens.start..inner.tokens.start;
        let after = inner.tokens.end..name.tokens.end;
        let bare = after.clone().all(|at| is_quote(analysis.word(at)));
        if bare && before.clone().all(|at| says_what(analysis, words, at)) {
            let (kind, entry, canonical) = (inner.kind, inner.entry, inner.canonical.clone());
            settled.push((number, Name { kind, entry, canonical, strength: inner.strength, ..name.clone() }));
        }
    }
    for (number, name) in settled {
        for other in names.iter_mut().filter(|n| is_known_source(n) && within(&n.tokens, &name.tokens)) {
            other.nested = true;
        }
        if let Some(place) = names.get_mut(number) {
            *place = name;
        }
    }
}

fn is_unknown(name: &Name) -> bool {
    name.entry.is_none() && name.confirmed && !name.nested && name.kind.entity() == EntityKind::Organization
}

fn is_known_source(name: &Name) -> bool {
    name.entry.is_some() && name.kind.source().is_some()
}

fn within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether a word only says what the name after it is: «газета», «ИА», «ГК».
fn says_what(analysis: &Analysis<'_>, words: &[Facts], at: usize) -> bool {
    let word = analysis.word(at);
    is_quote(word)
        || super::lists::is_form(word)
        || words.get(at).is_some_and(|word| word.listed.classes.any(Classes::DESCRIPTOR.or(Classes::REFINES)))
}

/// Papers with the place of their edition: «РБК Пермь», «РБК-Пермь», «Sputnik Армения».
fn editions(analysis: &Analysis<'_>, lexicon: &Lexicon, names: &mut [Name]) {
    for at in 0..names.len() {
        let Some(name) = names.get(at).filter(|name| is_known_source(name) && !name.nested && is_press(name)) else {
            continue;
        };
        let Some((tokens, place)) = place_of_edition(analysis, names, name) else { continue };
        let start = name.span.start;
        let end = tokens
            .end
            .checked_sub(1)
            .and_then(|last| analysis.tokens.get(last))
            .map_or(name.span.end, |t| t.end as usize);
        let canonical = format!("{} {place}", name.canonical);
        let known = lexicon.id_of(&canonical).and_then(|number| Some((number, lexicon.entry(number)?)));
        let known = known.filter(|(_, entry)| entry.kind.source().is_some());
        let Some(name) = names.get_mut(at) else { continue };
        (name.tokens, name.span, name.strength) = (tokens.clone(), start..end, Strength::Strong);
        match known {
            Some((number, entry)) => {
                (name.entry, name.kind) = (Some(number), entry.kind);
                name.canonical.clone_from(&entry.name);
            }
            None => {
                name.entry = None;
                name.canonical = canonical;
            }
        }
        name.wording.clone_from(&name.canonical);
        // What stands in the tokens of the edition is a part of it.
        for (number, other) in names.iter_mut().enumerate() {
            if number != at && within(&other.tokens, &tokens) {
                other.nested = true;
                other.confirmed &= other.kind == NameKind::Entity(EntityKind::Place);
            }
        }
    }
}

fn is_press(name: &Name) -> bool {
    matches!(name.kind.source(), Some(SourceKind::Media))
}

/// The tokens of a paper's name with the place of its edition, and that place.
fn place_of_edition(analysis: &Analysis<'_>, names: &[Name], name: &Name) -> Option<(Range<usize>, String)> {
    let last = analysis.tokens.get(name.tokens.end.checked_sub(1)?)?;
    let rest = analysis.text.get(name.span.end..last.end as usize).unwrap_or_default();
    if let Some(place) = rest.strip_prefix(['-', '‑', '–']).filter(|place| place.starts_with(char::is_uppercase)) {
        // «Матч-ТВ» is no edition of «Матч ТВ» but its name.
        return (!name.canonical.ends_with(place)).then(|| (name.tokens.clone(), place.to_owned()));
    }
    let next = name.tokens.end;
    let same = analysis.sentence_of(next) == analysis.sentence_of(name.tokens.start);
    let place =
        names.iter().find(|n| n.tokens.start == next && n.kind == NameKind::Entity(EntityKind::Place) && !n.nested)?;
    let text = analysis.text.get(place.span.clone())?;
    // In the nominative: «на РБК России» is none. And of a town or land, not «ТАСС США».
    (same && rest.is_empty() && text == place.wording && place.tokens.len() == 1)
        .then(|| (name.tokens.start..place.tokens.end, text.to_owned()))
}

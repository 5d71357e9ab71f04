//! Organisations: where a name begins and ends, what it is called, and what kind of organisation bears it.
//!
//! The dictionaries and the tagger have found names before. [`described`] adds those that a descriptor announces
//! («издание «X»»); [`type_names`] then tells of every organisation that no dictionary knows, by its own words and by
//! all that the article says around it, whether it is a source and of what kind. Nothing here decides who is cited.

mod bounds;
mod described;
mod domains;
pub mod evidence;
mod institute;
pub mod kinds;
pub(super) mod lists;
mod namesakes;
pub mod observe;
mod state;
mod unseen;

pub(super) use described::find;
pub(super) use state::settle;

use super::{Document, Facts, Name};
use crate::{
    analyse::{Analysis, fold::fold},
    names::{Lexicon, NameKind},
};
use kinds::{Model, Scores};
use rustc_hash::FxHashMap;
use svodka_model::article::{EntityKind, SourceKind};

/// Log-odds from which a name is that of a source.
const SURE: f32 = 0.0;

/// By how much research must be likelier than a think tank, or the other way round, for a known name to change.
const CHANGES: f32 = 1.0;

/// Completes the names of a text: adds sites named by their address, and settles those that hold a known source.
pub(super) fn complete(analysis: &Analysis<'_>, words: &[Facts], lexicon: &Lexicon, names: &mut Vec<Name>) {
    domains::find(analysis, lexicon, names);
    bounds::settle(analysis, words, lexicon, names);
    unseen::find(analysis, names);
}

/// Gives a kind to every organisation of an article that the dictionaries have not, or have as a company.
pub(super) fn type_names(documents: &mut [&mut Document<'_>], lexicon: &Lexicon, model: &Model) {
    let mut features: FxHashMap<String, Vec<u32>> = FxHashMap::default();
    for document in documents.iter() {
        for name in document.names.iter().filter(|name| is_open(name, lexicon)) {
            let own = features.entry(key(name)).or_default();
            evidence::of_name(document, name, own);
            evidence::of_context(document, name, own);
            evidence::of_entry(&reason(name, lexicon), own);
        }
    }
    let scores: FxHashMap<String, Scores> =
        features.into_iter().map(|(key, mut features)| (key, model.scores(&mut features))).collect();
    for document in documents.iter_mut() {
        for name in document.names.iter_mut().filter(|name| is_open(name, lexicon)) {
            if let Some(scores) = scores.get(&key(name)) {
                name.kind = decided(name, *scores);
                name.likely = Some(likely(*scores));
            }
        }
    }
}

/// Most that log-odds count.
const MOST_ODDS: f32 = 4.0;

/// The likeliest kind with the rounded log-odds of its group against no source.
fn likely(scores: Scores) -> (SourceKind, i8) {
    let (kind, odds) = scores.likeliest();
    #[expect(clippy::cast_possible_truncation, reason = "clamped to single digits")]
    let rounded = odds.clamp(-MOST_ODDS, MOST_ODDS).round() as i8;
    (kind, rounded)
}

/// The kind of a name with these scores.
fn decided(name: &Name, scores: Scores) -> NameKind {
    let (kind, odds) = scores.likeliest();
    match name.kind.source() {
        // A university is a think tank where its experts judge politics, and research where they report a result.
        Some(known) if name.entry.is_some() => {
            let other = if known == SourceKind::Research { SourceKind::ThinkTank } else { SourceKind::Research };
            let changes = scores.of(other) > scores.of(known) + CHANGES;
            NameKind::Source(if changes { other } else { known })
        }
        _ if odds >= SURE => NameKind::Source(kind),
        _ => NameKind::Entity(EntityKind::Organization),
    }
}

/// Why the kind of a name is open: what the dictionaries or its descriptor say.
fn reason(name: &Name, lexicon: &Lexicon) -> String {
    let kind = name.kind.source().map(SourceKind::name);
    match (name.entry, kind) {
        (Some(_), Some(kind)) => format!("known {kind}"),
        (Some(_), None) => subtype(name, lexicon).unwrap_or_default().to_owned(),
        (None, Some(kind)) => format!("announced {kind}"),
        (None, None) => "unknown".to_owned(),
    }
}

/// Whether the kind of a name is not settled.
fn is_open(name: &Name, lexicon: &Lexicon) -> bool {
    name.kind.entity() == EntityKind::Organization
        && name.confirmed
        && !name.settled
        && !lists::is_platform(&name.canonical)
        && match name.kind {
            _ if name.entry.is_none() => true,
            NameKind::Source(kind) => matches!(kind, SourceKind::ThinkTank | SourceKind::Research),
            NameKind::Entity(_) => subtype(name, lexicon) == Some("company"),
        }
}

/// What the dictionaries say of a name, more finely than its kind.
fn subtype<'l>(name: &Name, lexicon: &'l Lexicon) -> Option<&'l str> {
    lexicon.entry(name.entry?)?.subtype.as_deref()
}

/// What the mentions of one organisation share.
fn key(name: &Name) -> String {
    fold(&name.canonical).chars().filter(|c| c.is_alphanumeric()).collect()
}

//! Mentions: every place of a text that names an organisation, or stands for one, as attribution judges it.

use super::{
    heads,
    lexis::Classes,
    reading::Reading,
    rules::{self, Claim, Fired},
    site::Site,
};
use crate::{extract::Name, names::Lexicon};
use std::ops::Range;
use svodka_model::article::{EntityKind, SourceKind};

/// How a mention stands for its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// By its name.
    Named,
    /// By a head noun: «издание», «аналитики института».
    HeadNoun,
}

/// One mention of an organisation.
pub(super) struct Mention<'r, 'd, 't> {
    /// The name; for a head noun that of the source it stands for.
    pub(super) name: &'d Name,
    /// What the dictionaries, the descriptor or the name's own words take it for.
    pub(super) kind: Option<SourceKind>,
    /// The phrase in its sentence.
    pub(super) site: Site<'r, 'd, 't>,
    /// How it stands for the source.
    pub(super) role: Role,
    /// The number of its sentence.
    pub(super) sentence: usize,
    /// The rules that speak for it.
    pub(super) fired: Fired,
    /// What the first of them claims.
    pub(super) claim: Option<Claim>,
    /// The tokens of the whole list that it stands in; its phrase if in none.
    pub(super) list: Range<usize>,
    /// What sort of organisation the dictionaries know it for, if it is no source («state», «company»).
    pub(super) sort: Option<&'d str>,
}

impl Mention<'_, '_, '_> {
    /// The group whose weights count beside those for all.
    pub(super) fn group(&self) -> &'static str {
        match self.kind {
            Some(SourceKind::Media | SourceKind::Agency | SourceKind::Telegram) => "press",
            Some(SourceKind::ThinkTank | SourceKind::Pollster | SourceKind::Research) => "institute",
            Some(SourceKind::Analytics | SourceKind::Ngo) => "firm",
            None if self.sort.is_some() => "body",
            None if !self.name.confirmed => "unseen",
            None => "new",
        }
    }

    /// Whether it stands in a list with others.
    pub(super) fn is_listed(&self) -> bool {
        self.list != self.site.phrase
    }
}

/// All mentions of organisations in the news of a text, in order.
pub(super) fn mentions<'r, 'd, 't>(reading: &'r Reading<'d, 't>, lexicon: &'d Lexicon) -> Vec<Mention<'r, 'd, 't>> {
    let mut mentions: Vec<Mention<'r, 'd, 't>> =
        reading.document.names.iter().filter_map(|name| named(reading, name, lexicon)).collect();
    find_lists(reading, &mut mentions);
    let heads = heads::mentions(reading, &mentions, lexicon);
    mentions.extend(heads);
    mentions.sort_by_key(|mention| mention.site.tokens.start);
    mentions
}

fn named<'r, 'd, 't>(
    reading: &'r Reading<'d, 't>,
    name: &'d Name,
    lexicon: &'d Lexicon,
) -> Option<Mention<'r, 'd, 't>> {
    let counts = !name.nested
        && name.kind.entity() == EntityKind::Organization
        && reading.document.zone_of(name.tokens.start).is_news()
        && !explains(reading, name);
    counts.then(|| {
        let kind = name.kind.source();
        let mut site = Site::new(reading, kind.unwrap_or(SourceKind::Analytics), name.tokens.clone());
        site.unknown = name.entry.is_none();
        let mut mention = Mention::new(name, kind, site, Role::Named);
        let entry = name.entry.and_then(|number| lexicon.entry(number)).filter(|_| kind.is_none());
        mention.sort = entry.map(|entry| entry.subtype.as_deref().unwrap_or("other"));
        mention
    })
}

impl<'r, 'd, 't> Mention<'r, 'd, 't> {
    /// A mention, judged by the rules.
    pub(super) fn new(name: &'d Name, kind: Option<SourceKind>, site: Site<'r, 'd, 't>, role: Role) -> Self {
        let (fired, claim) = rules::all_matches(&site);
        Self {
            name,
            kind,
            role,
            sentence: site.reading.document.analysis.sentence_of(site.tokens.start),
            fired,
            claim,
            list: site.phrase.clone(),
            sort: None,
            site,
        }
    }
}

/// Whether a name only explains the one before it: an abbreviation or translation in brackets.
fn explains(reading: &Reading<'_, '_>, name: &Name) -> bool {
    let bracket = name.tokens.start.checked_sub(1).filter(|at| reading.text(*at) == "(");
    let before =
        bracket.and_then(|at| at.checked_sub(1)).map(|at| if reading.quote(at) { at.saturating_sub(1) } else { at });
    before.and_then(|at| reading.name_at(at)).is_some_and(|other| other.canonical == name.canonical)
}

/// Words between two names of a list: «X и Y», «X, Y, а также Z», «не только X, но и Y».
const LINKS: [&str; 9] = ["и", ",", "а", "также", "или", "но", "либо", "/", "&"];

/// Longest list, in names: farther ones are lists of links, not of sources.
const LONGEST_LIST: usize = 8;

/// Sets the list of each mention: names of one sort with only links and descriptors between.
fn find_lists(reading: &Reading<'_, '_>, mentions: &mut [Mention<'_, '_, '_>]) {
    let mut first = 0;
    for at in 1..=mentions.len() {
        let joined = mentions
            .get(at - 1)
            .zip(mentions.get(at))
            .is_some_and(|(left, right)| at - first < LONGEST_LIST && are_joined(reading, left, right));
        if joined {
            continue;
        }
        if let Some(list) = mentions.get_mut(first..at).filter(|list| list.len() > 1) {
            let tokens = list.first().map_or(0, |m| m.site.phrase.start)..list.last().map_or(0, |m| m.site.phrase.end);
            share(list, &tokens);
        }
        first = at;
    }
}

/// Gives all names of a list, whose tokens are `tokens`, what speaks for any of them.
fn share(list: &mut [Mention<'_, '_, '_>], tokens: &Range<usize>) {
    let fired = list.iter().fold(Fired::default(), |all, mention| all.or(mention.fired));
    let first = list.iter().find_map(|mention| mention.claim.clone());
    for mention in list {
        mention.list = tokens.clone();
        mention.fired = fired;
        mention.claim = mention.claim.take().or_else(|| {
            let claim = first.clone()?;
            let phrase = &mention.site.phrase;
            Some(Claim { proof: claim.proof.start.min(phrase.start)..claim.proof.end.max(phrase.end), ..claim })
        });
    }
}

fn are_joined(reading: &Reading<'_, '_>, left: &Mention<'_, '_, '_>, right: &Mention<'_, '_, '_>) -> bool {
    let link = left.site.phrase.end..right.site.phrase.start;
    let words = link.len();
    let alike = words <= 2 || (left.group() == "press") == (right.group() == "press");
    left.sentence == right.sentence
        && alike
        && (1..=4).contains(&words)
        && link.into_iter().all(|at| {
            reading.is_any(at, &LINKS) || words > 1 && reading.has(at, Classes::DESCRIPTOR) || reading.quote(at)
        })
}

//! Actors: the names of an article gathered into entities, each with its parts and its weight.
//!
//! An entity is a thing of the dictionaries, or a person as [`merge`] makes one of several wordings, or all that bears
//! the same name. Names that occur only in recap or chrome, and organisations that are only outlet or cited source,
//! are mentions only. Never looks at another article.

mod merge;
mod same;
mod weight;

use super::{Document, Name};
use crate::{analyse::fold::fold, names::Lexicon};
use merge::{ActorMention, merge_persons};
use rustc_hash::FxHashMap;
use same::join_declared;
use svodka_model::article::{Citation, Entity, EntityKind, Outlet, Roles, Span};
use weight::Weight;

/// One entity while its mentions are being gathered.
struct Gathered {
    name: String,
    kind: EntityKind,
    /// Whether the dictionaries have it.
    known: bool,
    /// Whether it is a known source that publishes news.
    press: bool,
    mentions: Vec<(Span, String)>,
    weight: Weight,
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: EntityKind::Organization,
            known: false,
            press: false,
            mentions: Vec::new(),
            weight: Weight::default(),
        }
    }
}

impl Gathered {
    fn absorb(&mut self, other: Self) {
        if other.mentions.len() > self.mentions.len() {
            (self.kind, self.press) = (other.kind, other.press);
        }
        self.mentions.extend(other.mentions);
        self.mentions.sort_by_key(|(span, _)| *span);
        self.weight.join(other.weight);
    }
}

/// The entities of an article, most salient first.
#[must_use]
pub fn entities(
    headline: Option<&Document<'_>>,
    body: &Document<'_>,
    outlet: Option<&Outlet>,
    cited: &[Citation],
    lexicon: &Lexicon,
) -> Vec<Entity> {
    let documents = || headline.into_iter().chain(std::iter::once(body));
    let names = || documents().flat_map(|d| d.names.iter().filter(|n| n.confirmed).map(move |n| (d, n)));
    let persons: Vec<ActorMention<'_>> =
        names().filter(|(_, n)| n.kind.entity() == EntityKind::Person).map(|(_, n)| ActorMention::of(n)).collect();
    let mut merged = merge_persons(&persons, lexicon).into_iter();

    let mut gathered: Vec<Gathered> = Vec::new();
    let mut by_name: FxHashMap<(String, EntityKind), usize> = FxHashMap::default();
    let mut mentioned = Vec::new();
    for (document, name) in names() {
        let (canonical, wording) = match name.kind.entity() {
            EntityKind::Person => merged.next().unwrap_or_else(|| own(name)),
            _ => own(name),
        };
        let kind = name.kind.entity();
        let at = *by_name.entry((key(&canonical), kind)).or_insert_with(|| {
            let press = name.kind.source().is_some_and(|source| source.is_press());
            gathered.push(Gathered { name: canonical, kind, press, ..Gathered::default() });
            gathered.len() - 1
        });
        mentioned.push((document, name, at));
        if let Some(entity) = gathered.get_mut(at) {
            entity.known |= name.entry.is_some();
            entity.weight.add(document, name, headline.is_some());
            entity.mentions.push((document.span(name.span.clone()), wording));
        }
    }
    join_declared(&mut gathered, &mentioned);
    let gathered = one_kind_each(gathered);
    let mut entities: Vec<Entity> = gathered.into_iter().map(|g| finish(g, outlet, cited)).collect();
    entities.sort_by(|a, b| b.salience.cmp(&a.salience).then_with(|| a.mentions.cmp(&b.mentions)));
    entities
}

/// What bears one name in an article is one thing, of the kind it is most often seen as.
fn one_kind_each(gathered: Vec<Gathered>) -> Vec<Gathered> {
    let mut kept: Vec<Gathered> = Vec::with_capacity(gathered.len());
    let mut by_name: FxHashMap<String, usize> = FxHashMap::default();
    for entity in gathered {
        let at = *by_name.entry(key(&entity.name)).or_insert(kept.len());
        match kept.get_mut(at) {
            Some(same) => same.absorb(entity),
            None => kept.push(entity),
        }
    }
    kept
}

fn own(name: &Name) -> (String, String) {
    (name.canonical.clone(), name.wording.clone())
}

/// What two writings of one name share: letters, but neither their case nor quotes.
fn key(name: &str) -> String {
    fold(name).chars().filter(|c| !matches!(c, '«' | '»' | '"' | '“' | '”' | '„')).collect()
}

fn finish(gathered: Gathered, outlet: Option<&Outlet>, cited: &[Citation]) -> Entity {
    let Gathered { name, kind, press, mentions, weight, .. } = gathered;
    let organization = kind == EntityKind::Organization;
    let is_outlet = organization && outlet.is_some_and(|o| o.name == name);
    let is_cited = organization && cited.iter().any(|c| c.name == name);
    let takes_part = if press { weight.is_topic() } else { weight.in_news() };
    let roles = Roles { actor: takes_part && !is_outlet && !is_cited, outlet: is_outlet, cited: is_cited };
    let (mentions, wordings) = mentions.into_iter().unzip();
    Entity { name, kind, roles, salience: weight.salience(), mentions, wordings }
}

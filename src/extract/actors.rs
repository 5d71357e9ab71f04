//! Actors: the names of an article gathered into entities, each with its parts and its weight.
//!
//! An organisation that appears only as outlet or cited source is no actor; names that occur only in recap or chrome
//! are bare mentions.

use super::Document;
use crate::{
    analyse::fold::fold,
    article::{Citation, Entity, EntityKind, Outlet, Part, Roles, Span},
    names::Lexicon,
};
use rustc_hash::FxHashMap;

/// One entity while its mentions are being gathered.
struct Gathered {
    entity: Entity,
    news: u32,
    in_lead: bool,
    in_title: bool,
    source: bool,
}

/// The entities of an article, most salient first.
#[must_use]
pub fn entities(
    headline: Option<&Document<'_>>,
    body: &Document<'_>,
    outlet: Option<&Outlet>,
    cited: &[Citation],
    _lexicon: &Lexicon,
) -> Vec<Entity> {
    let mut gathered: Vec<Gathered> = Vec::new();
    let mut by_name: FxHashMap<(String, EntityKind), usize> = FxHashMap::default();
    for document in headline.into_iter().chain(std::iter::once(body)) {
        for name in &document.names {
            let kind = name.kind.entity();
            let at = *by_name.entry((fold(&name.canonical), kind)).or_insert_with(|| {
                gathered.push(Gathered {
                    entity: Entity {
                        name: name.canonical.clone(),
                        kind,
                        roles: Roles::default(),
                        salience: 0,
                        mentions: Vec::new(),
                    },
                    news: 0,
                    in_lead: false,
                    in_title: false,
                    source: name.kind.source().is_some(),
                });
                gathered.len() - 1
            });
            if let Some(entity) = gathered.get_mut(at) {
                note(entity, document, name.tokens.start, document.span(name.span.clone()));
            }
        }
    }
    let mut entities: Vec<Entity> = gathered.into_iter().map(|g| finish(g, outlet, cited)).collect();
    entities.sort_by(|a, b| b.salience.cmp(&a.salience).then_with(|| a.mentions.cmp(&b.mentions)));
    entities
}

fn note(entity: &mut Gathered, document: &Document<'_>, token: usize, span: Span) {
    let zone = document.zone_of(token);
    entity.entity.mentions.push(span);
    entity.news += u32::from(zone.is_news());
    entity.in_lead |= zone == crate::clean::zones::Zone::Lead;
    entity.in_title |= document.part == Part::Title;
}

fn finish(gathered: Gathered, outlet: Option<&Outlet>, cited: &[Citation]) -> Entity {
    let Gathered { mut entity, news, in_lead, in_title, source } = gathered;
    let citation = cited.iter().find(|c| c.name == entity.name);
    entity.roles.outlet = entity.kind == EntityKind::Organization && outlet.is_some_and(|o| o.name == entity.name);
    entity.roles.cited = entity.kind == EntityKind::Organization && citation.is_some();
    entity.roles.actor = news > 0 && !source && !entity.roles.outlet && !entity.roles.cited;
    entity.salience = salience(news, in_lead, in_title);
    entity
}

/// Weight of an entity: headline and lead count most, then how often it is named.
fn salience(news: u32, in_lead: bool, in_title: bool) -> u16 {
    let named = u16::try_from(news.min(10)).unwrap_or(10) * 40;
    named + if in_title { 350 } else { 0 } + if in_lead { 250 } else { 0 }
}

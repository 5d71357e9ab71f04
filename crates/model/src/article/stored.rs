//! How spans and entities are written in an index: in few bytes, for they are a fifth of what is stored.
//!
//! Offsets are the bulk of it and do not compress. So a span is its start and its length, a mention its distance from
//! the one before, and a wording is left out where it is that of the mention before or, at first, the entity's name.

use super::{Entity, EntityKind, Part, Roles, Span};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// Goes before a wording that would look as if it were left out.
const LITERAL: char = '\0';

impl From<Span> for (u32, u32) {
    fn from(span: Span) -> Self {
        let length = span.end.saturating_sub(span.start).min(u32::MAX >> 1);
        (span.start, length << 1 | u32::from(span.part == Part::Text))
    }
}

impl From<(u32, u32)> for Span {
    fn from((start, length): (u32, u32)) -> Self {
        let part = if length & 1 == 1 { Part::Text } else { Part::Title };
        Self { part, start, end: start.saturating_add(length >> 1) }
    }
}

impl Serialize for Entity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { name, kind, roles, salience, mentions, wordings } = self;
        (name, kind, roles, salience, Distances(mentions), Changes(name, wordings)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Entity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        type Written = (String, EntityKind, Roles, u16, Vec<(u32, u32)>, Vec<String>);
        let (name, kind, roles, salience, distances, mut wordings) = Written::deserialize(deserializer)?;
        let mut before = None;
        let mentions = distances.into_iter().map(|(distance, length)| {
            let Span { part, .. } = (0, length).into();
            let mention = Span::from((distance.wrapping_add(base(before, part)), length));
            before = Some(mention);
            mention
        });
        let mentions = mentions.collect();
        let mut before = &name;
        for wording in &mut wordings {
            if wording.is_empty() {
                wording.clone_from(before);
            } else if wording.starts_with(LITERAL) {
                wording.remove(0);
            }
            before = wording;
        }
        Ok(Self { name, kind, roles, salience, mentions, wordings })
    }
}

/// What the start of a mention counts from.
fn base(before: Option<Span>, part: Part) -> u32 {
    before.filter(|before| before.part == part).map_or(0, |before| before.start)
}

/// Mentions in order, each by its distance from the one before.
struct Distances<'a>(&'a [Span]);

impl Serialize for Distances<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut before = None;
        serializer.collect_seq(self.0.iter().map(|mention| {
            let (start, length) = (*mention).into();
            let distance = start.wrapping_sub(base(before, mention.part));
            before = Some(*mention);
            (distance, length)
        }))
    }
}

/// The wordings of a name's mentions, as far as they differ from the one before.
struct Changes<'a>(&'a str, &'a [String]);

impl Serialize for Changes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut before = self.0;
        serializer.collect_seq(self.1.iter().map(|wording| {
            let same = std::mem::replace(&mut before, wording) == wording;
            match wording {
                _ if same => Cow::Borrowed(""),
                wording if wording.is_empty() || wording.starts_with(LITERAL) => {
                    Cow::Owned(format!("{LITERAL}{wording}"))
                }
                wording => Cow::Borrowed(wording.as_str()),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Entity, EntityKind, Part, Roles, Span};
    use proptest::prelude::{any, prop_assert_eq, proptest};

    #[test]
    fn a_further_mention_in_the_same_wording_takes_three_bytes() {
        let mut entity = Entity {
            name: "Россия".into(),
            kind: EntityKind::Place,
            roles: Roles::default(),
            salience: 5,
            mentions: vec![Span::text(4000, 4012)],
            wordings: vec!["Россия".into()],
        };
        let one = postcard::to_stdvec(&entity).unwrap().len();
        entity.mentions.push(Span::text(4100, 4112));
        entity.wordings.push("Россия".into());
        assert_eq!(postcard::to_stdvec(&entity).unwrap().len(), one + 3);
    }

    proptest! {
        #[test]
        fn entities_come_back(
            name in "[а-в]{0,2}",
            mentions in proptest::collection::vec((any::<bool>(), 0..400_u32, 0..90_u32), 0..6),
            wordings in proptest::collection::vec("[а-б\0]{0,2}", 0..6),
        ) {
            let part = |title| if title { Part::Title } else { Part::Text };
            let mentions = mentions.into_iter().map(|(title, start, length)| {
                Span { part: part(title), start, end: start + length }
            });
            let (kind, roles) = (EntityKind::Person, Roles { actor: true, ..Roles::default() });
            let entity = Entity { name, kind, roles, salience: 400, mentions: mentions.collect(), wordings };
            let written = postcard::to_stdvec(&entity).unwrap();
            prop_assert_eq!(postcard::from_bytes::<Entity>(&written).unwrap(), entity);
        }
    }
}

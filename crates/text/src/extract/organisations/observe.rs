//! The organisations of an article with their features: for training the model and looking at what it sees.

use super::{
    super::Scratch,
    Document, Name,
    evidence::{self, Group, Sink},
    is_open, key, reason, subtype,
};
use crate::names::{Lexicon, NameKind};
use rustc_hash::FxHashMap;
use svodka_model::article::{EntityKind, Part};

/// A feature with what it was made of.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Its number in the model.
    pub number: u32,
    /// Its group.
    pub group: Group,
    /// What it was made of.
    pub called: Box<str>,
}

/// All mentions of an organisation in an article.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Canonical name.
    pub name: String,
    /// Its wordings.
    pub forms: Vec<String>,
    /// What it was taken for.
    pub kind: NameKind,
    /// Whether the dictionaries have it.
    pub known: bool,
    /// The finer type in the dictionaries.
    pub subtype: Option<String>,
    /// Whether the model is asked for its kind.
    pub open: bool,
    /// Why that is open.
    pub reason: String,
    /// Features of its own words, each once.
    pub own: Vec<Feature>,
    /// Features of the words around, each once.
    pub around: Vec<Feature>,
}

impl Sink for Vec<Feature> {
    fn take(&mut self, group: Group, value: u32, called: &str) {
        let number = group.feature(value);
        if self.iter().all(|known| known.number != number) {
            self.push(Feature { number, group, called: called.into() });
        }
    }
}

/// The organisations of an article, known ones too.
pub(in crate::extract) fn observe(documents: &[&Document<'_>], lexicon: &Lexicon) -> Vec<Observed> {
    let mut observed: Vec<Observed> = Vec::new();
    let mut by_key: FxHashMap<String, usize> = FxHashMap::default();
    for document in documents {
        let organisations =
            document.names.iter().filter(|name| name.kind.entity() == EntityKind::Organization && name.confirmed);
        for name in organisations {
            let at = *by_key.entry(key(name)).or_insert_with(|| {
                observed.push(first(name, lexicon));
                observed.len() - 1
            });
            let Some(all) = observed.get_mut(at) else { continue };
            all.forms.push(document.analysis.text.get(name.span.clone()).unwrap_or_default().to_owned());
            evidence::of_name(document, name, &mut all.own);
            evidence::of_context(document, name, &mut all.around);
        }
    }
    observed
}

fn first(name: &Name, lexicon: &Lexicon) -> Observed {
    Observed {
        name: name.canonical.clone(),
        forms: vec![name.wording.clone()],
        kind: name.kind,
        known: name.entry.is_some(),
        subtype: subtype(name, lexicon).map(str::to_owned),
        open: is_open(name, lexicon),
        reason: reason(name, lexicon),
        own: Vec::new(),
        around: Vec::new(),
    }
}

/// The features of a name by itself, as the dictionaries write it.
#[must_use]
pub fn of_alias(alias: &str, lexicon: &Lexicon, scratch: &mut Scratch) -> Vec<Feature> {
    let document = Document::new(Part::Text, alias, lexicon, scratch);
    let tokens = 0..document.analysis.tokens.len();
    let mut features = Vec::new();
    let whole = Name::new(NameKind::Entity(EntityKind::Organization), alias, tokens, 0..alias.len());
    evidence::of_name(&document, &whole, &mut features);
    features
}

/// The features that tell why the kind of a name is open.
#[must_use]
pub fn of_open(reason: &str) -> Vec<Feature> {
    let mut features = Vec::new();
    evidence::of_entry(reason, &mut features);
    features
}

//! The user's own names and corrections: `gazetteer.toml` (see `docs/gazetteer.md`).
//!
//! Two kinds of wishes: what to *recognise* (`add`, `alias`, and `retype` of a dictionary entry) makes another lexicon
//! and needs the text; what to *correct* (`split`, `merge`, `rename`, `retype`, `block`) only changes names that were
//! found. This module reads and checks; it never opens a file and never looks at an article.

use super::{
    entry::{Alias, Entry, NameKind, alias},
    lexicon::Lexicon,
};
use crate::analyse::fold::fold;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use svodka_model::{
    article::{EntityKind, SourceKind},
    error::InputError,
};
use toml::Spanned;

/// Everything a user wants otherwise than the program has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gazetteer {
    /// New entries.
    pub additions: Vec<Entry>,
    /// New names of known entries, by the entry's canonical name.
    pub aliases: Vec<(String, Vec<Alias>)>,
    /// What to change in the names found.
    pub corrections: Corrections,
}

/// Changes of found names, in the order in which they are made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    /// One name that stands for two things.
    pub splits: Vec<Split>,
    /// Several names of one thing, and the one that stays.
    pub merges: Vec<(Vec<String>, String)>,
    /// A name and what to show in its place.
    pub renames: Vec<(String, String)>,
    /// A name and the kind of what bears it.
    pub retypes: Vec<(String, NameKind)>,
    /// Names that are to disappear.
    pub blocks: Vec<(String, Part)>,
}

/// A name that stands for two things, and how to tell the second one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The name that both have.
    pub name: String,
    /// The second one's own name.
    pub into: String,
    /// Words of articles about the second one, any of them, in any case; none: any article.
    pub when: Vec<String>,
    /// Nominative wordings of the second one; none: all.
    pub wordings: Vec<String>,
}

/// The part that a blocked name must not play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// No part at all: it is not even a mention.
    Any,
    /// It may be mentioned, but is no actor.
    Actor,
    /// It is no cited source.
    Cited,
    /// It is no outlet.
    Outlet,
}

impl Corrections {
    /// Whether nothing is to be changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    add: Vec<Spanned<Add>>,
    #[serde(default)]
    alias: Vec<Spanned<AliasOf>>,
    #[serde(default)]
    rename: Vec<Spanned<Rename>>,
    #[serde(default)]
    block: Vec<Spanned<Block>>,
    #[serde(default)]
    retype: Vec<Spanned<Retype>>,
    #[serde(default)]
    merge: Vec<Spanned<Merge>>,
    #[serde(default)]
    split: Vec<Spanned<SplitOf>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    name: String,
    kind: String,
    #[serde(default)]
    aliases: Vec<String>,
    country: Option<String>,
    city: Option<String>,
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    telegram: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AliasOf {
    name: String,
    aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    name: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    name: String,
    #[serde(rename = "as")]
    part: Option<Part>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retype {
    name: String,
    kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    names: Vec<String>,
    into: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SplitOf {
    name: String,
    into: String,
    #[serde(default)]
    when: Vec<String>,
    #[serde(default)]
    wordings: Vec<String>,
}

/// What the reading of an item gives: itself, or what is wrong and how to mend it.
type Checked<T> = Result<T, String>;

impl Gazetteer {
    /// Reads the text of a gazetteer; `path` is what errors call it. `base` is the lexicon that it corrects.
    ///
    /// # Errors
    /// The first mistake, with its line and the fix.
    pub fn parse(path: &str, text: &str, base: &Lexicon) -> Result<Self, InputError> {
        let error = |at: usize, reason: String| {
            let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
            InputError::Dictionary { file: path.to_owned(), line, reason }
        };
        let file: File = toml::from_str(text)
            .map_err(|e| error(e.span().map_or(0, |span| span.start), e.message().replace('\n', "; ")))?;
        let mut gazetteer = Self::default();
        let mut reading = GazetteerReader { base, gazetteer: &mut gazetteer, taken: FxHashSet::default() };
        each(file.add, &error, |item| reading.add(item))?;
        each(file.alias, &error, |item| reading.alias(item))?;
        each(file.split, &error, |item| reading.split(item))?;
        each(file.merge, &error, |item| reading.merge(item))?;
        each(file.rename, &error, |item| reading.rename(item))?;
        each(file.retype, &error, |item| reading.retype(item))?;
        each(file.block, &error, |item| reading.block(item))?;
        Ok(gazetteer)
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The names whose recognition this gazetteer changes otherwise than `other` does: articles that hold none of them
    /// are read by both in the same way.
    #[must_use]
    pub fn recognised_otherwise(&self, other: &Self) -> Vec<String> {
        let (own, others) = (self.recognised(), other.recognised());
        let differing = own.iter().filter(|x| !others.contains(x)).chain(others.iter().filter(|x| !own.contains(x)));
        let mut names: Vec<String> = differing.map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Each name of what is added, with all that tells how it is recognised.
    fn recognised(&self) -> Vec<(String, String)> {
        let mut names = Vec::new();
        for entry in &self.additions {
            let how = format!("{entry:?}");
            names.extend(entry.aliases.iter().map(|alias| (alias.text.clone(), how.clone())));
            names.extend(entry.not.iter().map(|phrase| (phrase.clone(), how.clone())));
        }
        for (name, aliases) in &self.aliases {
            names.extend(aliases.iter().map(|alias| (alias.text.clone(), format!("{name} {alias:?}"))));
        }
        names.extend(self.corrections.retypes.iter().map(|(name, kind)| (name.clone(), format!("{kind:?}"))));
        names
    }
}

fn each<T>(
    items: Vec<Spanned<T>>,
    error: &dyn Fn(usize, String) -> InputError,
    mut check: impl FnMut(T) -> Checked<()>,
) -> Result<(), InputError> {
    for item in items {
        let at = item.span().start;
        check(item.into_inner()).map_err(|reason| error(at, reason))?;
    }
    Ok(())
}

/// A gazetteer while it is being read.
struct GazetteerReader<'a> {
    base: &'a Lexicon,
    gazetteer: &'a mut Gazetteer,
    /// What was corrected already: one name cannot be renamed twice.
    taken: FxHashSet<(&'static str, String)>,
}

impl GazetteerReader<'_> {
    /// The canonical name of what the user calls `name`: an exact name of a known entry, or a value of a facet.
    fn canonical(&self, name: &str) -> Checked<String> {
        let name = stated("name", name)?;
        let added = self.gazetteer.additions.iter().find(|entry| names_it(entry, &name));
        let known = added.or_else(|| self.base.id_of(&name).and_then(|number| self.base.entry(number)));
        Ok(known.map_or(name, |entry| entry.name.clone()))
    }

    fn once(&mut self, table: &'static str, name: &str) -> Checked<()> {
        let new = self.taken.insert((table, name.to_owned()));
        if new { Ok(()) } else { Err(format!("«{name}» is in [[{table}]] twice; keep one of the two")) }
    }

    fn add(&mut self, item: Add) -> Checked<()> {
        let name = stated("name", &item.name)?;
        self.once("add", &name)?;
        if let Some(entry) = self.base.id_of(&name).and_then(|number| self.base.entry(number)) {
            return Err(format!(
                "«{name}» is known already, as a name of «{}»; use [[alias]], [[rename]] or [[retype]]",
                entry.name
            ));
        }
        let mut aliases = vec![alias(&name)];
        for text in &item.aliases {
            aliases.push(self.free_alias(text, &name)?);
        }
        let name = aliases.first().map_or(name, |first| first.text.clone());
        self.gazetteer.additions.push(Entry {
            name,
            aliases,
            kind: kind(&item.kind)?,
            country: item.country,
            city: item.city,
            domains: item.domains.iter().map(|domain| domain.trim_start_matches("www.").to_lowercase()).collect(),
            handles: item.telegram.iter().map(|handle| handle.trim_start_matches('@').to_lowercase()).collect(),
            not: item.not,
            subtype: None,
        });
        Ok(())
    }

    fn alias(&mut self, item: AliasOf) -> Checked<()> {
        let name = self.canonical(&item.name)?;
        let added = self.gazetteer.additions.iter().any(|entry| entry.name == name);
        if !added && self.base.named(&name).is_none() {
            return Err(format!(
                "no dictionary has «{name}»; make it known with [[add]], or join values of a facet with [[merge]]"
            ));
        }
        if item.aliases.is_empty() {
            return Err("no aliases; write aliases = [\"…\"]".to_owned());
        }
        let aliases = item.aliases.iter().map(|text| self.free_alias(text, &name)).collect::<Checked<_>>()?;
        self.gazetteer.aliases.push((name, aliases));
        Ok(())
    }

    /// An alias that names nothing else; a mark before it makes it weaker, as in the dictionaries.
    fn free_alias(&self, text: &str, of: &str) -> Checked<Alias> {
        let alias = alias(text.trim());
        if alias.text.is_empty() {
            return Err("an alias is empty; remove it".to_owned());
        }
        let other = self.base.id_of(&alias.text).and_then(|number| self.base.entry(number));
        match other.filter(|entry| entry.name != of && alias.strength == super::Strength::Strong) {
            Some(entry) => Err(format!(
                "«{}» is a name of «{}» already; join the two with [[merge]], or write \"~{}\" if it counts only in quotes",
                alias.text, entry.name, alias.text
            )),
            None => Ok(alias),
        }
    }

    fn split(&mut self, item: SplitOf) -> Checked<()> {
        let (name, into) = (self.canonical(&item.name)?, stated("into", &item.into)?);
        if name == into {
            return Err(format!(
                "into is the same name, «{into}»; give the second one another, like «{into} (хоккеист)»"
            ));
        }
        if item.when.is_empty() && item.wordings.is_empty() {
            return Err("nothing tells the two apart; write when = [words of the article] or wordings = [names]".into());
        }
        let (when, wordings) = (item.when, item.wordings);
        self.gazetteer.corrections.splits.push(Split { name, into, when, wordings });
        Ok(())
    }

    fn merge(&mut self, item: Merge) -> Checked<()> {
        let into = self.canonical(&item.into)?;
        let mut names = item.names.iter().map(|name| self.canonical(name)).collect::<Checked<Vec<_>>>()?;
        names.retain(|name| *name != into);
        if names.is_empty() {
            return Err(format!("nothing to join with «{into}»; write names = [\"…\", \"…\"]"));
        }
        for name in &names {
            self.once("merge", name)?;
        }
        self.gazetteer.corrections.merges.push((names, into));
        Ok(())
    }

    fn rename(&mut self, item: Rename) -> Checked<()> {
        let (name, to) = (self.canonical(&item.name)?, stated("to", &item.to)?);
        self.once("rename", &name)?;
        self.gazetteer.corrections.renames.push((name, to));
        Ok(())
    }

    fn retype(&mut self, item: Retype) -> Checked<()> {
        let name = self.canonical(&item.name)?;
        self.once("retype", &name)?;
        self.gazetteer.corrections.retypes.push((name, kind(&item.kind)?));
        Ok(())
    }

    fn block(&mut self, item: Block) -> Checked<()> {
        let name = self.canonical(&item.name)?;
        self.gazetteer.corrections.blocks.push((name, item.part.unwrap_or(Part::Any)));
        Ok(())
    }
}

fn names_it(entry: &Entry, name: &str) -> bool {
    entry.aliases.iter().any(|alias| fold(&alias.text) == fold(name))
}

fn stated(field: &str, value: &str) -> Checked<String> {
    let value = value.trim();
    if value.is_empty() { Err(format!("{field} is empty; write {field} = \"…\"")) } else { Ok(value.to_owned()) }
}

fn kind(name: &str) -> Checked<NameKind> {
    NameKind::from_name(name.trim()).ok_or_else(|| {
        let entities = EntityKind::ALL.into_iter().map(EntityKind::name);
        let all: Vec<&str> = entities.chain(SourceKind::ALL.into_iter().map(SourceKind::name)).collect();
        format!("unknown kind «{name}»; use one of {}", all.join(", "))
    })
}

#[cfg(test)]
mod tests;

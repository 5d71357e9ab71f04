//! Dictionary entries and the reading of their lines.

use svodka_model::{
    article::{EntityKind, SourceKind},
    error::InputError,
};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// An organisation that can be cited.
    Source(SourceKind),
    /// Anything else that has a name.
    Entity(EntityKind),
}

impl NameKind {
    /// The kind called `name` in the data files.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let entity = EntityKind::ALL.into_iter().find(|k| k.name() == name).map(Self::Entity);
        entity.or_else(|| SourceKind::from_name(name).map(Self::Source))
    }

    /// The kind as the entity facets know it: every source is an organisation.
    #[must_use]
    pub fn entity(self) -> EntityKind {
        match self {
            Self::Source(_) => EntityKind::Organization,
            Self::Entity(kind) => kind,
        }
    }

    /// The kind as a source, if it is one.
    #[must_use]
    pub fn source(self) -> Option<SourceKind> {
        match self {
            Self::Source(kind) => Some(kind),
            Self::Entity(_) => None,
        }
    }
}

/// How much an alias proves by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Names the entry wherever it stands.
    Strong,
    /// `~`: an ordinary word or another name too; counts in quotes or after a descriptor (газета «Труд»).
    Ambiguous,
    /// `?`: a short form; counts when a strong alias of the entry stands in the same article.
    Short,
}

/// One way to write a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Nominative, as it would be written.
    pub text: String,
    /// How much it proves.
    pub strength: Strength,
}

/// The place of an entry in a [`Lexicon`](super::Lexicon).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(u32);

impl EntryId {
    /// The id of the entry at `index`. A lexicon has some tens of thousands of entries.
    pub(super) fn new(index: usize) -> Self {
        debug_assert!(u32::try_from(index).is_ok(), "more entries than ids");
        Self(index as u32)
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One real-world thing with all its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Canonical name.
    pub name: String,
    /// Every way to write it, the canonical name first.
    pub aliases: Vec<Alias>,
    /// What it is.
    pub kind: NameKind,
    /// ISO 3166 alpha-2 code.
    pub country: Option<String>,
    /// Home city.
    pub city: Option<String>,
    /// Domains, without `www.`.
    pub domains: Vec<String>,
    /// Telegram handles, lower case, without `@`.
    pub handles: Vec<String>,
    /// Phrases that only look like the name.
    pub not: Vec<String>,
    /// Finer type of a place or organisation (`country`, `city`, `state`, `party`…).
    pub subtype: Option<String>,
}

/// Reads a dictionary: its entries, in order.
///
/// # Errors
/// The first malformed line, with its number.
pub fn parse_dictionary(file: &str, data: &str) -> Result<Vec<Entry>, InputError> {
    data.lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
        .map(|(at, line)| {
            parse_line(line).map_err(|reason| InputError::Dictionary { file: file.to_owned(), line: at + 1, reason })
        })
        .collect()
}

fn parse_line(line: &str) -> Result<Entry, String> {
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let [name, aliases, attributes, _reason] = fields.as_slice() else {
        return Err(format!("{} fields instead of 4 (NAME | ALIASES | ATTRIBUTES | REASON)", fields.len()));
    };
    let first = alias(name);
    if first.text.is_empty() {
        return Err("no name".into());
    }
    let rest = aliases.split(';').map(str::trim).filter(|a| !a.is_empty()).map(alias);
    let mut entry = Entry {
        name: first.text.clone(),
        aliases: std::iter::once(first).chain(rest).collect(),
        kind: NameKind::Entity(EntityKind::Organization),
        country: None,
        city: None,
        domains: Vec::new(),
        handles: Vec::new(),
        not: Vec::new(),
        subtype: None,
    };
    let mut kind = None;
    for attribute in attributes.split(';').map(str::trim).filter(|a| !a.is_empty()) {
        let (key, value) = attribute.split_once('=').ok_or(format!("attribute without `=`: {attribute}"))?;
        let list = || value.split(',').map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect();
        match key.trim() {
            "kind" => kind = Some(NameKind::from_name(value.trim()).ok_or(format!("unknown kind: {value}"))?),
            "country" => entry.country = Some(value.trim().to_owned()),
            "city" => entry.city = Some(value.trim().to_owned()),
            "domain" => entry.domains = list(),
            "tg" => entry.handles = value.to_lowercase().split(',').map(|v| v.trim().to_owned()).collect(),
            "not" => entry.not = list(),
            "type" => entry.subtype = Some(value.trim().to_owned()),
            other => return Err(format!("unknown attribute: {other}")),
        }
    }
    entry.kind = kind.ok_or("no kind=")?;
    Ok(entry)
}

/// An alias with its mark.
pub(super) fn alias(text: &str) -> Alias {
    let (strength, text) = match text.strip_prefix('~') {
        Some(rest) => (Strength::Ambiguous, rest),
        None => text.strip_prefix('?').map_or((Strength::Strong, text), |rest| (Strength::Short, rest)),
    };
    Alias { text: text.trim().to_owned(), strength }
}

#[cfg(test)]
mod tests {
    use super::{NameKind, Strength, parse_dictionary};
    use svodka_model::article::SourceKind;

    #[test]
    fn a_line_with_everything() {
        let line = "~Валдай | Клуб «Валдай»; ?Клуб | kind=think_tank; country=RU; domain=valdai.example; not=город Валдай, озеро Валдай | клуб";
        let entries = parse_dictionary("test", line).unwrap();
        let entry = &entries[0];
        assert_eq!(entry.name, "Валдай");
        assert_eq!(entry.kind, NameKind::Source(SourceKind::ThinkTank));
        let strengths: Vec<_> = entry.aliases.iter().map(|a| a.strength).collect();
        assert_eq!(strengths, [Strength::Ambiguous, Strength::Strong, Strength::Short]);
        assert_eq!(entry.not, ["город Валдай", "озеро Валдай"]);
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = parse_dictionary("names.txt", "# head\nИмя | | kind=planet | x").unwrap_err();
        assert_eq!(error.to_string(), "names.txt:2: unknown kind: planet");
    }
}

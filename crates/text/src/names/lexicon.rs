//! The lexicon: all dictionaries together, with the ways to look a thing up.

use super::{
    entry::{Alias, Entry, EntryId, NameKind, Strength, parse_dictionary},
    forms::is_case_form,
    gazetteer::{Corrections, Gazetteer},
    keys::{WordCache, WordKeys},
    matcher::{Matcher, NameMatch},
    table::Names,
};
use crate::analyse::{
    Analysis,
    fold::{fold, is_letter},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{
    sync::{LazyLock, OnceLock},
    thread,
};
use svodka_model::article::EntityKind;

/// The bundled dictionaries, by file name, in order of precedence.
pub const DICTIONARIES: [(&str, &str); 10] = [
    ("think_tanks.txt", include_str!("../../../../data/think_tanks.txt")),
    ("research.txt", include_str!("../../../../data/research.txt")),
    ("outlets_ru.txt", include_str!("../../../../data/outlets_ru.txt")),
    ("outlets_world.txt", include_str!("../../../../data/outlets_world.txt")),
    ("telegram.txt", include_str!("../../../../data/telegram.txt")),
    ("countries.txt", include_str!("../../../../data/countries.txt")),
    ("organizations.txt", include_str!("../../../../data/organizations.txt")),
    ("state_bodies.txt", include_str!("../../../../data/state_bodies.txt")),
    ("places.txt", include_str!("../../../../data/places.txt")),
    ("persons.txt", include_str!("../../../../data/persons.txt")),
];

static BUNDLED: LazyLock<Lexicon> = LazyLock::new(|| {
    // A test asserts that no dictionary is malformed.
    let read = |(file, data): &(&str, &str)| Section::new(parse_dictionary(file, data).unwrap_or_default());
    let (first, second) = DICTIONARIES.split_at(HALF);
    // In two threads: a short search waits for little else. More would each begin with memory of its own.
    let sections = thread::scope(|scope| {
        let read_second = move || second.iter().map(read).collect::<Vec<_>>();
        let thread = thread::Builder::new().spawn_scoped(scope, read_second);
        let first: Vec<Section> = first.iter().map(read).collect();
        let second = thread.map_or_else(|_| read_second(), |thread| thread.join().unwrap_or_default());
        first.into_iter().chain(second).collect()
    });
    Lexicon::of_sections(sections)
});

/// How many of [`DICTIONARIES`] are about half of their bytes.
const HALF: usize = 4;

/// Entries with the folded texts of all their aliases, in order.
#[derive(Default)]
struct Section {
    entries: Vec<Entry>,
    folded: Vec<Box<str>>,
}

impl Section {
    fn new(entries: Vec<Entry>) -> Self {
        let aliases = entries.iter().flat_map(|entry| &entry.aliases);
        Self { folded: aliases.map(|alias| fold(&alias.text).into()).collect(), entries }
    }
}

/// Every known name.
pub struct Lexicon {
    entries: Vec<Entry>,
    /// Built when the first text is matched: looking up a name that is spelt as in the dictionary needs none of it.
    matcher: OnceLock<Matcher>,
    by_name: Names,
    by_domain: FxHashMap<String, EntryId>,
    by_handle: FxHashMap<String, EntryId>,
    /// For finding by case form. Built when the first is looked for.
    by_shape: OnceLock<NamesByShape>,
    /// Persons by the last word of their names.
    by_surname: FxHashMap<String, Vec<EntryId>>,
    corrections: Corrections,
}

/// Places of folded names in [`Names`], by first letter and number of words.
type NamesByShape = FxHashMap<(char, usize), Vec<u32>>;

/// The words of a folded name; hyphens and quotes divide them like spaces.
fn split_words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !is_letter(c) && !c.is_alphanumeric()).filter(|w| !w.is_empty())
}

/// Bytes that the case forms of a long word begin with alike: two Russian letters.
const ALIKE: usize = 4;

/// Whether the first word of a name has so few letters that a case form may keep only the first («Лев», «Льва»).
fn begins_short(name: &str) -> bool {
    const SHORT: usize = 12;
    name.len() < SHORT || name.bytes().take(SHORT).any(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
}

/// Makes the name `from` an alias of `to`.
fn redirect_name(entries: &mut Vec<Entry>, from: &str, to: &str) {
    let named = |text: &str| Alias { text: text.to_owned(), strength: Strength::Strong };
    let mut known = false;
    for entry in entries.iter_mut().filter(|entry| entry.name == from) {
        known = true;
        to.clone_into(&mut entry.name);
        entry.aliases.insert(0, named(to));
    }
    if !known {
        let kind = entries.iter().find(|entry| entry.name == to).map(|entry| entry.kind);
        entries.push(Entry {
            name: to.to_owned(),
            aliases: vec![named(to), named(from)],
            kind: kind.unwrap_or(NameKind::Entity(EntityKind::Person)),
            country: None,
            city: None,
            domains: Vec::new(),
            handles: Vec::new(),
            not: Vec::new(),
            subtype: None,
        });
    }
}

impl Lexicon {
    /// The bundled dictionaries, built once.
    #[must_use]
    pub fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// A lexicon of `entries`; of two with one name or alias the earlier wins.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        Self::of_sections(vec![Section::new(entries)])
    }

    fn of_sections(sections: Vec<Section>) -> Self {
        let names = sections.iter().map(|section| section.folded.len()).sum();
        let mut entries = Vec::with_capacity(sections.iter().map(|section| section.entries.len()).sum());
        let mut folded = Vec::with_capacity(names);
        for section in sections {
            entries.extend(section.entries);
            folded.extend(section.folded);
        }
        let mut folded = folded.into_iter();
        let mut lexicon = Self {
            matcher: OnceLock::new(),
            by_name: Names::with_capacity(names),
            by_domain: FxHashMap::default(),
            by_handle: FxHashMap::default(),
            by_shape: OnceLock::new(),
            by_surname: FxHashMap::default(),
            corrections: Corrections::default(),
            entries,
        };
        for (at, entry) in lexicon.entries.iter().enumerate() {
            let id = EntryId::new(at);
            for name in folded.by_ref().take(entry.aliases.len()) {
                lexicon.by_name.add(name, id);
            }
            for domain in &entry.domains {
                lexicon.by_domain.entry(domain.to_lowercase()).or_insert(id);
            }
            if entry.kind == NameKind::Entity(EntityKind::Person)
                && let Some((_, surname)) = entry.name.rsplit_once(' ')
            {
                lexicon.by_surname.entry(fold(surname)).or_default().push(id);
            }
            for handle in &entry.handles {
                lexicon.by_handle.entry(handle.clone()).or_insert(id);
            }
        }
        lexicon
    }

    /// This lexicon as a user's gazetteer extends it: the one to extract with. Names stay those of the dictionaries;
    /// articles are corrected in the end.
    #[must_use]
    pub fn extended(&self, gazetteer: &Gazetteer) -> Self {
        let mut entries = gazetteer.additions.clone();
        entries.extend(self.entries.iter().cloned());
        for (name, aliases) in &gazetteer.aliases {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.name == *name) {
                entry.aliases.extend(aliases.iter().cloned());
            }
        }
        for (name, kind) in &gazetteer.corrections.retypes {
            for entry in entries.iter_mut().filter(|entry| entry.name == *name) {
                entry.kind = *kind;
            }
        }
        Self { corrections: gazetteer.corrections.clone(), ..Self::new(entries) }
    }

    /// This lexicon with the names that a user's gazetteer gives: the one to search with, in which the names before
    /// the corrections lead to those after them.
    #[must_use]
    pub fn corrected(&self, gazetteer: &Gazetteer) -> Self {
        let mut entries = self.extended(gazetteer).entries;
        let Corrections { merges, renames, .. } = &gazetteer.corrections;
        let renames = renames.iter().map(|(name, to)| (std::slice::from_ref(name), to));
        for (names, to) in merges.iter().map(|(names, into)| (names.as_slice(), into)).chain(renames) {
            for name in names {
                redirect_name(&mut entries, name, to);
            }
        }
        Self { corrections: gazetteer.corrections.clone(), ..Self::new(entries) }
    }

    /// What is to be changed in the names found.
    #[must_use]
    pub fn corrections(&self) -> &Corrections {
        &self.corrections
    }

    fn matcher(&self) -> &Matcher {
        self.matcher.get_or_init(|| Matcher::new(&self.entries))
    }

    /// All entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this id.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(id.index())
    }

    /// The entry whose canonical name is exactly `name`.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Entry> {
        self.by_name.get(&fold(name)).and_then(|id| self.entry(id)).filter(|e| e.name == name)
    }

    /// The person that a folded surname, alone or with an initial, means wherever no other bearer is named: one so known
    /// that the dictionary says so, or with an initial the only one of a foreign surname.
    #[must_use]
    pub fn by_surname(&self, surname: &str, initial: Option<&str>) -> Option<EntryId> {
        let last = surname.rsplit(' ').next()?;
        let bearers = self.by_surname.get(last)?.iter().copied().filter_map(|id| Some((id, self.entry(id)?)));
        let mut fitting = bearers.filter(|(_, entry)| {
            let known = entry.subtype.as_deref() == Some("surname");
            match initial {
                None => known,
                Some(initial) => {
                    let near = entry.country.as_deref().is_none_or(|c| matches!(c, "RU" | "UA" | "BY" | "KZ"));
                    (known || !near) && fold(&entry.name).starts_with(initial)
                }
            }
        });
        match (fitting.next(), fitting.next()) {
            (Some((id, _)), None) => Some(id),
            _ => None,
        }
    }

    /// The id of the entry with exactly this name or alias, whatever its letters.
    #[must_use]
    pub fn id_of(&self, name: &str) -> Option<EntryId> {
        self.by_name.get(&fold(name))
    }

    /// Builds what is otherwise built when the first name is [resolved](Self::resolve).
    pub fn prepare(&self) {
        self.by_shape.get_or_init(|| self.shapes());
    }

    /// The keys of a token that is one word or, if `mark`, one mark.
    #[must_use]
    pub fn keys(&self, word: &str, mark: bool, cache: &WordCache) -> WordKeys {
        self.matcher().keys(word, mark, cache)
    }

    /// Every name in a text, whose tokens have the keys `known` (those it lacks are made). Short forms without their full
    /// name in `analysis` are left out; ambiguous ones are included and marked, for only the context can tell.
    #[must_use]
    pub fn find(&self, analysis: &Analysis<'_>, known: &[WordKeys], cache: &mut WordCache) -> Vec<NameMatch> {
        let mut found = self.matcher().find(analysis, known, cache);
        let sure: FxHashSet<EntryId> =
            found.iter().filter(|m| m.strength == Strength::Strong).map(|m| m.entry).collect();
        found.retain(|m| m.strength != Strength::Short || sure.contains(&m.entry));
        found
    }

    /// The entry whose name, alias, case form, domain or Telegram handle `name` is; strong aliases first.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<&Entry> {
        self.look_up(name).or_else(|| self.entry(self.by_case_form(&fold(bare(name)))?))
    }

    /// The entry whose name, alias or domain `name` is, as it stands: far quicker than [`resolve`](Self::resolve).
    #[must_use]
    pub fn look_up(&self, name: &str) -> Option<&Entry> {
        let folded = fold(bare(name));
        let id = self.by_name.get(&folded).or_else(|| self.by_domain.get(&folded).copied())?;
        self.entry(id)
    }

    /// The first entry with a name that `typed`, folded, is a case form of, word by word.
    fn by_case_form(&self, typed: &str) -> Option<EntryId> {
        let typed: Vec<&str> = split_words(typed).collect();
        let first = typed.first()?.chars().next()?;
        let is_form = |name: &str| split_words(name).zip(&typed).all(|(name, word)| is_case_form(name, word));
        let begins =
            |name: &str| begins_short(name) || name.get(..ALIKE) == typed.first().and_then(|word| word.get(..ALIKE));
        let names = self.by_shape.get_or_init(|| self.shapes()).get(&(first, typed.len()))?;
        let names = names.iter().filter_map(|place| self.by_name.nth(*place));
        names.filter(|(name, _)| begins(name) && is_form(name)).map(|(_, id)| id).min()
    }

    fn shapes(&self) -> NamesByShape {
        let mut shapes = NamesByShape::default();
        for (place, name) in (0u32..).zip(self.by_name.iter()) {
            let mut words = split_words(name);
            if let Some(first) = words.next().and_then(|word| word.chars().next()) {
                shapes.entry((first, 1 + words.count())).or_default().push(place);
            }
        }
        shapes
    }

    /// The entry that publishes at an address: by Telegram handle, else by its domain or a parent of it.
    #[must_use]
    pub fn by_url(&self, url: &str) -> Option<&Entry> {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest).to_lowercase();
        let (host, path) = rest.split_once('/').unwrap_or((&rest, ""));
        let host = host.split([':', '?', '#']).next().unwrap_or(host);
        if matches!(host, "t.me" | "telegram.me" | "www.t.me") {
            let path = path.strip_prefix("s/").unwrap_or(path);
            let handle = path.split(['/', '?']).next()?;
            return self.by_handle.get(handle).and_then(|id| self.entry(*id));
        }
        let mut domain = host.strip_prefix("www.").unwrap_or(host);
        loop {
            if let Some(id) = self.by_domain.get(domain) {
                return self.entry(*id);
            }
            domain = domain.split_once('.').map(|(_, parent)| parent).filter(|parent| parent.contains('.'))?;
        }
    }

    /// The entry with a Telegram handle (`@rbc_news`, `t.me/rbc_news`, `rbc_news`).
    #[must_use]
    pub fn by_handle(&self, handle: &str) -> Option<&Entry> {
        self.by_handle.get(handle.trim_start_matches('@')).and_then(|id| self.entry(*id))
    }
}

/// A name without the quotes around it.
fn bare(name: &str) -> &str {
    name.trim().trim_matches(|c: char| matches!(c, '«' | '»' | '"' | '“' | '”' | '„'))
}

//! State bodies: one name for a ministry, department or court, whatever a text calls it.
//!
//! «Министерство финансов», «Минфин» and «Министерство финансов РФ» are one body, and «украинский Минфин» is another.
//! Whose a body is, is told in this order: by what follows its name («Минфин США»), by the adjective before it, by
//! another mention of the same body in the article, and else by the country that the article is at home in.

use super::{Document, Name};
use crate::{
    analyse::fold::fold,
    names::{Lexicon, NameKind, forms::is_case_form},
};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use svodka_model::article::EntityKind;

/// The short name of a state body, and whether it says which one is meant where no country is named.
#[derive(Clone, Copy)]
struct Body {
    short: &'static str,
    bare: bool,
}

/// Bodies by the folded forms of all their names.
static BODIES: LazyLock<FxHashMap<String, Body>> = LazyLock::new(|| {
    let mut bodies = FxHashMap::default();
    for [short, others, mark, _] in fields(include_str!("../../../../../data/state_bodies_short.txt")) {
        for name in std::iter::once(short).chain(list(others)) {
            bodies.insert(fold(name), Body { short, bare: mark == "bare" });
        }
    }
    bodies
});

/// A country as the owner of its bodies.
struct Owner {
    country: &'static str,
    /// «РФ», «России», «Российской Федерации»: the one of canonical names first.
    genitives: Vec<&'static str>,
    /// «российский», folded.
    adjectives: Vec<String>,
}

static OWNERS: LazyLock<Vec<Owner>> = LazyLock::new(|| {
    fields(include_str!("../../../../../data/state_owners.txt"))
        .map(|[country, genitives, adjectives, _]| Owner {
            country,
            genitives: list(genitives).collect(),
            adjectives: list(adjectives).map(fold).collect(),
        })
        .collect()
});

/// Owners by the folded genitives.
static BY_GENITIVE: LazyLock<FxHashMap<String, &'static Owner>> = LazyLock::new(|| {
    let owners = OWNERS.iter();
    owners.flat_map(|owner| owner.genitives.iter().map(move |genitive| (fold(genitive), owner))).collect()
});

impl Owner {
    fn of(country: &str) -> Option<&'static Self> {
        OWNERS.iter().find(|owner| owner.country == country)
    }

    /// How it follows a canonical name.
    fn genitive(&self) -> &'static str {
        self.genitives.first().copied().unwrap_or_default()
    }
}

/// The lines of a list of four fields.
fn fields(data: &'static str) -> impl Iterator<Item = [&'static str; 4]> {
    data.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split('|').map(str::trim);
        Some([fields.next()?, fields.next()?, fields.next()?, fields.next()?])
    })
}

fn list(field: &'static str) -> impl Iterator<Item = &'static str> {
    field.split(';').map(str::trim).filter(|item| !item.is_empty())
}

/// Whose a mentioned body is.
enum Whose {
    /// A country's.
    Country(&'static Owner),
    /// That of a region, town or unlisted country, as the text calls it in the genitive.
    Other(String),
    /// A region's that the text does not name here: «краевой Минздрав».
    Regional,
    /// Not told at this place.
    Untold,
}

/// A mention of a body of the list.
struct StateMention {
    document: usize,
    name: usize,
    body: Body,
    whose: Whose,
}

/// Gives every state body in the documents of an article its one name. `outlet` is the country of the article's outlet.
pub(in crate::extract) fn settle(documents: &mut [&mut Document<'_>], outlet: Option<&str>, lexicon: &Lexicon) {
    let mut mentions = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        for (at, name) in document.names.iter().enumerate().filter(|(_, name)| may_be_state(name)) {
            if let Some((body, tail)) = body_of(&name.wording) {
                let whose = whose(document, name, &tail);
                mentions.push(StateMention { document: number, name: at, body, whose });
            }
        }
    }
    if mentions.is_empty() {
        return;
    }
    let home = home(documents, outlet, lexicon);
    let resolved: Vec<Option<String>> = mentions.iter().map(|mention| called(mention, &mentions, home)).collect();
    for (mention, called) in mentions.iter().zip(resolved) {
        let name = documents.get_mut(mention.document).and_then(|document| document.names.get_mut(mention.name));
        if let Some((name, called)) = name.zip(called) {
            rename(name, called, lexicon);
        }
    }
}

fn may_be_state(name: &Name) -> bool {
    name.kind == NameKind::Entity(EntityKind::Organization) && name.confirmed
}

/// The body that a nominative begins with, and the rest.
fn body_of(wording: &str) -> Option<(Body, String)> {
    let words: Vec<&str> = wording.split_whitespace().collect();
    (1..=words.len()).rev().find_map(|length| {
        let (head, tail) = words.split_at_checked(length)?;
        let body = BODIES.get(&fold(&head.join(" ")))?;
        Some((*body, tail.join(" ")))
    })
}

/// Whose a body is, by the words of its mention and those beside it.
fn whose(document: &Document<'_>, name: &Name, tail: &str) -> Whose {
    if !tail.is_empty() {
        return BY_GENITIVE
            .get(&fold(tail))
            .map_or_else(|| Whose::Other(tail.to_owned()), |owner| Whose::Country(owner));
    }
    let word = |at: usize| document.analysis.word(at);
    let end = name.tokens.end;
    for length in (1..=3).rev() {
        let after = (end..end + length).map(word).collect::<Vec<_>>().join(" ");
        if let Some(owner) = BY_GENITIVE.get(&fold(&after)) {
            return Whose::Country(owner);
        }
    }
    if let Some(place) =
        document.names.iter().find(|n| n.tokens.start == end && n.kind == NameKind::Entity(EntityKind::Place))
    {
        let text = document.analysis.text.get(place.span.clone()).unwrap_or_default();
        return Whose::Other(text.to_owned());
    }
    before(document, name)
}

/// Whose a body is by the adjective before it.
fn before(document: &Document<'_>, name: &Name) -> Whose {
    const ENDINGS: [&str; 9] = ["ский", "ского", "скому", "ским", "ском", "ская", "ской", "скую", "ское"];
    let Some(at) = name.tokens.start.checked_sub(1) else { return Whose::Untold };
    let word = fold(document.analysis.word(at));
    let is = |adjective: &String| is_case_form(adjective, &word) || neuter(adjective, &word);
    if let Some(owner) = OWNERS.iter().find(|owner| owner.adjectives.iter().any(is)) {
        return Whose::Country(owner);
    }
    let region = ["краев", "областн", "регион", "местн", "районн", "окружн"].iter().any(|stem| word.starts_with(stem));
    if region || ENDINGS.iter().any(|ending| word.ends_with(ending)) { Whose::Regional } else { Whose::Untold }
}

/// «российское Минобороны», «американская Генпрокуратура».
fn neuter(adjective: &str, word: &str) -> bool {
    let Some(stem) = adjective.strip_suffix("ий") else { return false };
    word.strip_prefix(stem).is_some_and(|ending| matches!(ending, "ое" | "ая" | "ой" | "ую"))
}

/// What a mentioned body is called; nothing if that must stay as it is.
fn called(mention: &StateMention, all: &[StateMention], home: Option<&'static Owner>) -> Option<String> {
    let short = mention.body.short;
    match &mention.whose {
        Whose::Country(owner) => Some(format!("{short} {}", owner.genitive())),
        Whose::Other(tail) => Some(format!("{short} {tail}")),
        Whose::Regional => Some(short.to_owned()),
        Whose::Untold if !mention.body.bare => None,
        Whose::Untold => {
            let owner = only_owner(mention, all).or(home);
            Some(owner.map_or_else(|| short.to_owned(), |owner| format!("{short} {}", owner.genitive())))
        }
    }
}

/// The country that the other mentions of the same body name, if it is one.
fn only_owner(mention: &StateMention, all: &[StateMention]) -> Option<&'static Owner> {
    let same = all.iter().filter(|other| other.body.short == mention.body.short);
    let mut owners = same.filter_map(|other| match other.whose {
        Whose::Country(owner) => Some(owner),
        _ => None,
    });
    let first = owners.next()?;
    owners.all(|other| other.country == first.country).then_some(first)
}

/// The country that an article is at home in: that of its outlet or, of a Russian or unknown outlet, the only one whose
/// state bodies it names, at least two of them and none of Russia.
fn home(documents: &[&mut Document<'_>], outlet: Option<&str>, lexicon: &Lexicon) -> Option<&'static Owner> {
    const RUSSIA: &str = "RU";
    if let Some(owner) =
        outlet.filter(|country| matches!(*country, "UA" | "BY" | "KZ" | "KG" | "UZ" | "AM" | "AZ" | "GE" | "MD"))
    {
        return Owner::of(owner);
    }
    let mut countries: FxHashMap<&str, usize> = FxHashMap::default();
    for name in documents.iter().flat_map(|document| &document.names).filter(|name| name.confirmed) {
        let Some(entry) = name.entry.and_then(|entry| lexicon.entry(entry)) else { continue };
        let counts = matches!(entry.subtype.as_deref(), Some("state" | "country" | "army"));
        if let Some(country) = entry.country.as_deref().filter(|_| counts && body_of(&name.wording).is_none()) {
            *countries.entry(country).or_default() += 1;
        }
    }
    let mut countries = countries.into_iter();
    let other = match (countries.next(), countries.next()) {
        (Some((country, times)), None) if times >= 2 => Some(country),
        _ => None,
    };
    Owner::of(other.unwrap_or(RUSSIA))
}

/// Calls a mention by the name of a body, or by that of the entry that bears it.
fn rename(name: &mut Name, called: String, lexicon: &Lexicon) {
    let entry = lexicon.id_of(&called).and_then(|number| Some((number, lexicon.entry(number)?)));
    match entry.filter(|(_, entry)| entry.kind == NameKind::Entity(EntityKind::Organization)) {
        Some((number, entry)) => {
            name.entry = Some(number);
            name.canonical.clone_from(&entry.name);
        }
        None => {
            name.entry = None;
            name.canonical = called;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BODIES, OWNERS, body_of, fields};
    use crate::analyse::fold::fold;

    #[test]
    fn lists_are_sorted_whole_and_reasoned() {
        for data in [
            include_str!("../../../../../data/state_bodies_short.txt"),
            include_str!("../../../../../data/state_owners.txt"),
        ] {
            let lines: Vec<&str> = data.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(lines.is_sorted());
            assert_eq!(fields(data).count(), lines.len());
            assert!(fields(data).all(|[first, .., reason]| !first.is_empty() && !reason.is_empty()));
        }
        let genitives: usize = OWNERS.iter().map(|owner| owner.genitives.len()).sum();
        assert_eq!(super::BY_GENITIVE.len(), genitives, "a genitive belongs to two countries");
        let names: usize = fields(include_str!("../../../../../data/state_bodies_short.txt"))
            .map(|[_, others, ..]| 1 + others.split(';').filter(|name| !name.trim().is_empty()).count())
            .sum();
        assert_eq!(BODIES.len(), names, "a name belongs to two bodies");
    }

    #[test]
    fn bodies_by_all_their_names() {
        for (wording, short, tail) in [
            ("Министерство финансов", "Минфин", ""),
            ("Министерство обороны Российской Федерации", "Минобороны", "Российской Федерации"),
            ("Минздрав Пермского края", "Минздрав", "Пермского края"),
            ("Министерство образования и науки Украины", "Минобразования", "Украины"),
        ] {
            let (body, rest) = body_of(wording).unwrap();
            assert_eq!((body.short, rest.as_str()), (short, tail));
        }
        assert!(body_of("Министерство сказок").is_none());
        assert!(BODIES.contains_key(&fold("СК")));
    }
}

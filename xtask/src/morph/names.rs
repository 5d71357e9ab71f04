//! Adds what OpenCorpora lacks: the names of the project's own dictionaries, declined like their likes, and acronyms.
//!
//! A name is declined by the paradigm that most dictionary names of its kind and with the longest common ending have:
//! «Шольц» like «Штольц», «Зеленский» like «Каменский». Names that are already lemmas of anything are left alone.

use super::{
    lexicon::{Lexicon, Slot},
    tag::{Gender, Tag},
};
use anyhow::{Context, Result};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::Path;

/// Longest ending, in letters, that is compared.
const LONGEST_ENDING: usize = 4;

/// Countries whose surnames in -ов and -ин take the Russian surname's endings («Путиным», but «Чаплином»).
const RUSSIAN_ENDINGS: [&str; 15] =
    ["RU", "UA", "BY", "KZ", "KG", "UZ", "TJ", "TM", "AZ", "AM", "GE", "MD", "BG", "SU", "EE"];

/// What a name is, as far as its declension depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    /// A man's first name; also a foreign surname, which declines alike.
    Man,
    /// A woman's first name.
    Woman,
    /// A surname, for both sexes.
    Surname,
    /// A place.
    Place,
    /// Any name that never changes.
    Fixed,
    /// An acronym.
    Acronym,
}

/// Adds the names and acronyms of the data folder; returns a line about them.
pub(super) fn add(lexicon: &mut Lexicon, data: &Path) -> Result<String> {
    let endings = Endings::new(lexicon)?;
    let mut wanted = FxHashSet::default();
    let women = first_names(&read(data, "first_names.txt")?, &mut wanted);
    persons(&read(data, "persons.txt")?, lexicon, &women, &mut wanted);
    for file in ["places.txt", "countries.txt"] {
        places(&read(data, file)?, &mut wanted);
    }
    acronyms(data, &mut wanted)?;

    let mut wanted: Vec<(String, Kind)> = wanted.into_iter().collect();
    wanted.sort_unstable();
    let mut lexemes = Vec::new();
    for (word, kind) in &wanted {
        let mut known = false;
        for slot in lexicon.slots_of(word) {
            let acronym = lexicon.slot(*slot)?.tags.iter().any(|(tag, _)| tag.is_any(Tag::ABBREVIATION));
            known |= if *kind == Kind::Acronym { acronym } else { lexicon.lemma(word, *slot)? == *word };
        }
        if !known {
            lexemes.extend(endings.lexeme(lexicon, word, *kind)?);
        }
    }
    lexicon.add_lexemes(&lexemes)?;
    Ok(format!("{} names and acronyms, {} of them new", wanted.len(), lexemes.len()))
}

/// The usual paradigm of each kind of name with each ending.
struct Endings(FxHashMap<(Kind, String), u32>);

impl Endings {
    fn new(lexicon: &Lexicon) -> Result<Self> {
        let mut counts: FxHashMap<(Kind, String), FxHashMap<u32, u32>> = FxHashMap::default();
        for (form, slots) in &lexicon.forms {
            for slot in slots {
                let first = lexicon.paradigm(*slot)?.start;
                let Some(kind) = kind_of(lexicon.slot(*slot)?).filter(|_| first == *slot) else { continue };
                for ending in endings(form) {
                    *counts.entry((kind, ending.to_owned())).or_default().entry(first).or_default() += 1;
                }
            }
        }
        let usual = |counts: FxHashMap<u32, u32>| {
            counts.into_iter().max_by_key(|(paradigm, count)| (*count, std::cmp::Reverse(*paradigm))).map(|(p, _)| p)
        };
        Ok(Self(counts.into_iter().filter_map(|(key, counts)| Some((key, usual(counts)?))).collect()))
    }

    /// The stem and paradigm of a name; none if no name of its kind ends like it.
    fn lexeme(&self, lexicon: &mut Lexicon, word: &str, kind: Kind) -> Result<Option<(String, u32)>> {
        let tag = match kind {
            Kind::Fixed => "NOUN,Sgtm,Fixd,Name sing,nomn",
            Kind::Acronym => "NOUN,inan,Sgtm,Fixd,Abbr sing,nomn",
            _ => {
                return Ok(endings(word).find_map(|ending| {
                    let paradigm = *self.0.get(&(kind, ending.to_owned()))?;
                    Some((lexicon.stem(word, paradigm).ok()?.to_owned(), paradigm))
                }));
            }
        };
        let slot = Slot { prefix: String::new(), suffix: String::new(), tags: vec![(Tag::parse(tag), tag.to_owned())] };
        Ok(Some((word.to_owned(), lexicon.add_paradigm(vec![slot]))))
    }
}

/// What kind of name a lemma's slot makes.
fn kind_of(slot: &Slot) -> Option<Kind> {
    let (tag, _) = slot.tags.first()?;
    if tag.is_any(Tag::SURNAME) {
        Some(Kind::Surname)
    } else if tag.is_any(Tag::NAME) {
        Some(if tag.gender() == Some(Gender::Feminine) { Kind::Woman } else { Kind::Man })
    } else {
        tag.is_any(Tag::PLACE).then_some(Kind::Place)
    }
}

/// The endings of a word, longest first.
fn endings(word: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> = word.char_indices().rev().take(LONGEST_ENDING).map(|(at, _)| at).collect();
    starts.into_iter().rev().filter_map(|at| word.get(at..))
}

type Wanted = FxHashSet<(String, Kind)>;

fn read(data: &Path, file: &str) -> Result<Vec<[String; 4]>> {
    let path = data.join(file);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let rows = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split('|').map(|field| field.trim().to_owned());
        Some([fields.next()?, fields.next()?, fields.next()?, fields.next()?])
    });
    Ok(rows.collect())
}

/// First names; returns the women's.
fn first_names(rows: &[[String; 4]], wanted: &mut Wanted) -> FxHashSet<String> {
    let mut women = FxHashSet::default();
    for [name, sex, _, note] in rows {
        let Some(word) = russian(name) else { continue };
        let fixed = note.contains("indecl");
        if sex == "f" {
            women.insert(word.clone());
        }
        if sex != "f" {
            wanted.insert((word.clone(), if fixed { Kind::Fixed } else { Kind::Man }));
        }
        if sex != "m" {
            wanted.insert((word, if fixed { Kind::Fixed } else { Kind::Woman }));
        }
    }
    women
}

/// The surnames of known people, in the masculine.
fn persons(rows: &[[String; 4]], lexicon: &Lexicon, women: &FxHashSet<String>, wanted: &mut Wanted) {
    for [name, _, attributes, _] in rows {
        let words: Vec<String> = name.split(' ').filter_map(russian).collect();
        let Some((first, rest)) = words.split_first() else { continue };
        let woman = women.contains(first) || is_woman(lexicon, first);
        let country = attributes.split("country=").nth(1).and_then(|rest| rest.get(..2)).unwrap_or("RU");
        for word in rest {
            let masculine = if woman { masculine(word) } else { None };
            let word = masculine.unwrap_or_else(|| word.clone());
            let russian_like = ["ов", "ев", "ин", "ын"].iter().any(|ending| word.ends_with(ending));
            if russian_like && !RUSSIAN_ENDINGS.contains(&country) {
                wanted.insert((word.clone(), Kind::Man));
            }
            wanted.insert((word, Kind::Surname));
        }
    }
}

fn is_woman(lexicon: &Lexicon, name: &str) -> bool {
    let tags = lexicon.slots_of(name).iter().filter_map(|slot| lexicon.slot(*slot).ok()).flat_map(|slot| &slot.tags);
    let mut first_names = tags.filter(|(tag, _)| tag.is_any(Tag::NAME)).peekable();
    first_names.peek().is_some() && first_names.all(|(tag, _)| tag.gender() == Some(Gender::Feminine))
}

/// The masculine of a woman's surname that has one.
fn masculine(surname: &str) -> Option<String> {
    if let Some(stem) = surname.strip_suffix("ая") {
        return (stem.ends_with("ск") || stem.ends_with("цк")).then(|| format!("{stem}ий"));
    }
    let stem = surname.strip_suffix('а')?;
    ["ов", "ев", "ин", "ын"].iter().any(|ending| stem.ends_with(ending)).then(|| stem.to_owned())
}

/// Places of one word.
fn places(rows: &[[String; 4]], wanted: &mut Wanted) {
    for [name, aliases, ..] in rows {
        let names = std::iter::once(name.as_str()).chain(aliases.split(';').map(str::trim));
        for name in names.filter(|name| !name.starts_with(['~', '?'])) {
            let capitals = name.chars().filter(|c| c.is_uppercase()).count();
            let declines = !name.ends_with(['и', 'ы', 'у', 'ю', 'э', 'о', 'е']);
            if !name.contains(' ') && name.chars().next().is_some_and(char::is_uppercase) && !is_acronym(name) {
                let kind = if declines && capitals <= 2 { Kind::Place } else { Kind::Fixed };
                wanted.extend(russian(name).map(|word| (word, kind)));
            }
        }
    }
}

/// The list of acronyms, and all names and aliases in capitals.
fn acronyms(data: &Path, wanted: &mut Wanted) -> Result<()> {
    let list = std::fs::read_to_string(data.join("acronyms.txt")).context("cannot read acronyms.txt")?;
    wanted.extend(list.lines().filter(|line| !line.starts_with('#')).filter_map(russian).map(|a| (a, Kind::Acronym)));
    const FILES: [&str; 7] = [
        "countries.txt",
        "organizations.txt",
        "outlets_ru.txt",
        "places.txt",
        "research.txt",
        "state_bodies.txt",
        "think_tanks.txt",
    ];
    for file in FILES {
        for [name, aliases, ..] in read(data, file)? {
            let names = std::iter::once(name.as_str()).chain(aliases.split(';').map(str::trim));
            let acronyms = names.map(|name| name.trim_start_matches(['~', '?'])).filter(|name| is_acronym(name));
            wanted.extend(acronyms.filter_map(russian).map(|acronym| (acronym, Kind::Acronym)));
        }
    }
    Ok(())
}

fn is_acronym(name: &str) -> bool {
    let letters = name.chars().count();
    (2..=8).contains(&letters) && name.chars().all(char::is_uppercase)
}

/// A Russian word, folded; none if it has other characters than Russian letters and hyphens.
fn russian(word: &str) -> Option<String> {
    let word = word.trim().trim_start_matches(['~', '?']).to_lowercase().replace('ё', "е");
    let russian = word.chars().count() > 1 && word.chars().all(|c| matches!(c, 'а'..='я' | '-'));
    russian.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::{endings, is_acronym, masculine, russian};

    #[test]
    fn surnames_of_women() {
        assert_eq!(masculine("захарова").as_deref(), Some("захаров"));
        assert_eq!(masculine("зеленская").as_deref(), Some("зеленский"));
        assert_eq!(masculine("меркель"), None);
        assert_eq!(masculine("толстая"), None);
    }

    #[test]
    fn words_and_acronyms() {
        assert!(is_acronym("РСМД") && !is_acronym("РАНХиГС") && !is_acronym("Я"));
        assert_eq!(russian("~Берёзовский").as_deref(), Some("березовский"));
        assert_eq!(russian("Reuters"), None);
        assert_eq!(endings("шольц").collect::<Vec<_>>(), ["ольц", "льц", "ьц", "ц"]);
    }
}

//! Which mentions of persons in one article are one person.
//!
//! «Владимир Путин», «В. Путин» and «Путина» are; two people with one surname are not: a mention that fits several
//! persons goes to the one named last before it. Full names come first, so that order in the text does not matter.

use crate::{
    analyse::fold::fold,
    extract::{
        Name,
        persons::{PersonName, is_initial},
    },
    names::{EntryId, Lexicon},
};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A mention of a person.
#[derive(Debug)]
pub(super) struct ActorMention<'n> {
    canonical: &'n str,
    wording: &'n str,
    entry: Option<EntryId>,
    person: PersonName,
}

impl<'n> ActorMention<'n> {
    /// The mention that a name makes.
    pub(super) fn of(name: &'n Name) -> Self {
        let person = name.person.clone().unwrap_or_default();
        Self { canonical: &name.canonical, wording: &name.wording, entry: name.entry, person }
    }

    /// How much it tells of the person; the least telling are placed last.
    fn completeness(&self) -> usize {
        match (&self.person.first, &self.person.surname) {
            (Some(first), Some(_)) if !is_initial(first) => 0,
            (Some(_), Some(_)) => 1,
            (None, Some(_)) => 2,
            _ => 3,
        }
    }
}

/// A person of the article.
#[derive(Debug)]
struct Person {
    name: PersonName,
    entry: Option<EntryId>,
    canonical: String,
    /// Numbers of the mentions.
    mentions: BTreeSet<usize>,
}

impl Person {
    fn new(number: usize, mention: &ActorMention<'_>) -> Self {
        let canonical = mention.canonical.to_owned();
        Self { name: mention.person.clone(), entry: mention.entry, canonical, mentions: BTreeSet::from([number]) }
    }

    fn fits(&self, mention: &ActorMention<'_>) -> bool {
        if self.entry.is_some() && self.entry == mention.entry {
            return true;
        }
        let (own, other) = (&self.name, &mention.person);
        if !own.agrees(other) {
            return false;
        }
        match (&other.first, &other.surname) {
            (_, Some(_)) => own.shares_surname(other) || other.shares_surname(own) || own.begins_with_surname(other),
            (Some(first), None) => own.first.as_ref() == Some(first),
            (None, None) => self.canonical == mention.canonical,
        }
    }

    fn add(&mut self, number: usize, mention: &ActorMention<'_>) {
        self.mentions.insert(number);
        if self.entry.is_none() && mention.entry.is_some() {
            self.entry = mention.entry;
            mention.canonical.clone_into(&mut self.canonical);
        }
        let own = &mut self.name;
        let more =
            |own: &Option<Box<str>>, other: &Option<Box<str>>| other.is_some() && own.as_deref().is_none_or(is_initial);
        if more(&own.patronymic, &mention.person.patronymic) {
            own.patronymic.clone_from(&mention.person.patronymic);
        }
        own.gender = own.gender.or(mention.person.gender);
    }

    /// Takes a surname that no full name in the article explains for the one person it is known by.
    fn resolve(&mut self, lexicon: &Lexicon) {
        let initial = self.name.first.as_deref();
        if self.entry.is_some() || initial.is_some_and(|first| !is_initial(first)) {
            return;
        }
        let surnames = self.name.surname.iter().chain(&self.name.other_surnames);
        let known =
            surnames.filter_map(|surname| Some((surname.clone(), lexicon.by_surname(surname, initial)?))).next();
        let Some((surname, number)) = known else { return };
        let Some(entry) = lexicon.entry(number) else { return };
        self.canonical.clone_from(&entry.name);
        self.entry = Some(number);
        self.name.surname = Some(surname);
        self.name.first = entry.name.split(' ').next().map(|first| fold(first).into());
    }

    /// The number of the last mention before `number`, or of the first after it.
    fn distance(&self, number: usize) -> (bool, usize) {
        let before = self.mentions.range(..number).next_back();
        before.map_or_else(|| (true, self.mentions.first().copied().unwrap_or(0)), |n| (false, number - n))
    }
}

/// The persons of an article by what a mention can share with them, so that a list of ten thousand people is not
/// searched once for each.
#[derive(Default)]
struct Persons {
    all: Vec<Person>,
    by_key: FxHashMap<Box<str>, Vec<usize>>,
    by_entry: FxHashMap<EntryId, Vec<usize>>,
}

/// Persons of one key that are looked at, the last ones first found: bounds the time on lists of namesakes.
const MAX_NAMESAKES: usize = 256;

impl Persons {
    /// The numbers of the persons that a mention may mean, in order.
    fn candidates(&self, mention: &ActorMention<'_>) -> Vec<usize> {
        let own = mention.entry.and_then(|entry| self.by_entry.get(&entry));
        let keys = keys(&mention.person, mention.canonical);
        let lists = keys.iter().filter_map(|key| self.by_key.get(key)).chain(own);
        let mut numbers: Vec<usize> = lists.flat_map(|list| list.iter().rev().take(MAX_NAMESAKES).copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn place(&mut self, number: usize, mention: &ActorMention<'_>) {
        let candidates = self.candidates(mention);
        let all = &self.all;
        let fitting = candidates.into_iter().filter_map(|at| Some((at, all.get(at)?)));
        let best = fitting.filter(|(_, person)| person.fits(mention)).min_by_key(|(_, person)| person.distance(number));
        let at = best.map_or(self.all.len(), |(at, _)| at);
        match self.all.get_mut(at) {
            Some(person) => person.add(number, mention),
            None => self.all.push(Person::new(number, mention)),
        }
        let Some(person) = self.all.get(at) else { return };
        for key in keys(&person.name, &person.canonical) {
            remember(self.by_key.entry(key).or_default(), at);
        }
        if let Some(entry) = person.entry {
            remember(self.by_entry.entry(entry).or_default(), at);
        }
    }
}

fn remember(list: &mut Vec<usize>, at: usize) {
    // A person is placed again for each mention: mostly it is the last one listed.
    if list.last() != Some(&at) && (list.len() > MAX_NAMESAKES || !list.contains(&at)) {
        list.push(at);
    }
}

/// What two mentions of one person have in common, at least one of: the last word of a surname, or a first name where
/// one of them has no surname, or is an East Asian surname.
fn keys(person: &PersonName, canonical: &str) -> Vec<Box<str>> {
    let last_word = |surname: &str| surname.rsplit(' ').next().unwrap_or(surname).into();
    let mut keys: Vec<Box<str>> = person.surname.iter().chain(&person.other_surnames).map(|s| last_word(s)).collect();
    keys.extend(person.first.clone());
    if keys.is_empty() {
        keys.push(canonical.into());
    }
    keys
}

/// The canonical name and the nominative wording of each mention.
pub(super) fn merge_persons(mentions: &[ActorMention<'_>], lexicon: &Lexicon) -> Vec<(String, String)> {
    let mut order: Vec<usize> = (0..mentions.len()).collect();
    order.sort_by_key(|number| mentions.get(*number).map_or(usize::MAX, ActorMention::completeness));
    let mut persons = Persons::default();
    for number in order {
        if let Some(mention) = mentions.get(number) {
            persons.place(number, mention);
        }
    }
    let mut persons = persons.all;
    for person in &mut persons {
        person.resolve(lexicon);
    }
    let mut out: Vec<(String, String)> = vec![Default::default(); mentions.len()];
    for person in &persons {
        for number in &person.mentions {
            if let (Some(slot), Some(mention)) = (out.get_mut(*number), mentions.get(*number)) {
                *slot = (person.canonical.clone(), wording(person, mention));
            }
        }
    }
    out
}

/// The nominative of a mention; a bare surname is read as that of the person found.
fn wording(person: &Person, mention: &ActorMention<'_>) -> String {
    let bare = mention.person.first.is_none() && mention.person.surname != person.name.surname;
    let surname = person.name.surname.as_deref().filter(|_| bare && person.name.first.is_some());
    let words = surname.map(|surname| surname.split(' ').count());
    let written = words.map(|count| {
        let all: Vec<&str> = person.canonical.split(' ').collect();
        all.get(all.len().saturating_sub(count)..).unwrap_or_default().join(" ")
    });
    written.unwrap_or_else(|| mention.wording.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{ActorMention, merge_persons};
    use crate::{analyse::morph::Gender, extract::persons::PersonName, names::Lexicon};

    const HE: Option<Gender> = Some(Gender::Masculine);
    const SHE: Option<Gender> = Some(Gender::Feminine);

    /// The entity of each wording, a nominative with its gender.
    fn merged(wordings: &[(&str, Option<Gender>)]) -> Vec<String> {
        let mention = |(wording, gender): &(&'static str, Option<Gender>)| {
            let words: Vec<String> = wording.split([' ', '.']).filter(|w| !w.is_empty()).map(str::to_owned).collect();
            let (person, shown) = PersonName::parse(&words, *gender);
            ActorMention { canonical: shown.leak(), wording, entry: None, person }
        };
        let wordings: Vec<(&'static str, Option<Gender>)> =
            wordings.iter().map(|(wording, gender)| (&*(*wording).to_owned().leak(), *gender)).collect();
        let mentions: Vec<ActorMention<'_>> = wordings.iter().map(mention).collect();
        merge_persons(&mentions, Lexicon::bundled()).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn wordings_of_one_person() {
        let wordings = [("Ромашкин", None), ("Пётр Ромашкин", HE), ("П. Ромашкин", HE), ("Пётр Ильич Ромашкин", HE)];
        assert_eq!(merged(&wordings), ["Пётр Ромашкин"; 4]);
        assert_eq!(merged(&[("Ромашкин Пётр", HE), ("Ромашкин", HE)]), ["Пётр Ромашкин"; 2]);
        assert_eq!(merged(&[("Сидней Рами Лотос", HE), ("Лотос", HE)]), ["Сидней Рами Лотос"; 2]);
        assert_eq!(merged(&[("Дж. Лотос", HE), ("Джон Лотос", HE)]), ["Джон Лотос"; 2]);
        assert_eq!(merged(&[("Хо Чжан Юп", HE), ("Хо", HE)]), ["Хо Чжан Юп"; 2]);
        assert_eq!(merged(&[("Пётр Ромашкович", HE), ("Ромашкович", HE)]), ["Пётр Ромашкович"; 2]);
    }

    #[test]
    fn two_people_with_one_surname() {
        let wordings = [("Пётр Ромашкин", HE), ("Ромашкин", HE), ("Иван Ромашкин", HE), ("Ромашкин", HE)];
        assert_eq!(merged(&wordings), ["Пётр Ромашкин", "Пётр Ромашкин", "Иван Ромашкин", "Иван Ромашкин"]);
        assert_eq!(merged(&[("П. Ромашкин", HE), ("И. Ромашкин", HE)]), ["П. Ромашкин", "И. Ромашкин"]);
        let couple = [("Пётр Ромашкин", HE), ("Анна Ромашкина", SHE), ("Ромашкина", SHE), ("Ромашкин", HE)];
        assert_eq!(merged(&couple), ["Пётр Ромашкин", "Анна Ромашкина", "Анна Ромашкина", "Пётр Ромашкин"]);
    }

    #[test]
    fn a_known_surname_means_its_bearer_where_no_other_is_named() {
        assert_eq!(merged(&[("Меркель", None)]), ["Ангела Меркель"]);
        assert_eq!(merged(&[("О. Шольц", HE)]), ["Олаф Шольц"]);
        assert_eq!(merged(&[("Пётр Меркель", HE), ("Меркель", HE)]), ["Пётр Меркель"; 2]);
        assert_eq!(merged(&[("Ромашкин", None)]), ["Ромашкин"]);
    }

    #[test]
    fn a_first_name_alone_is_the_person_named_so() {
        assert_eq!(merged(&[("Анна Ромашкина", SHE), ("Анна", SHE)]), ["Анна Ромашкина"; 2]);
        assert_eq!(merged(&[("Анна Ромашкина", SHE), ("Ольга", SHE)]), ["Анна Ромашкина", "Ольга"]);
    }
}

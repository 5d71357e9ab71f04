//! The parts of a person's name: first name or initials, patronymic, surname.
//!
//! Works on the nominative. Which persons are one is decided in [`super::actors`].

use crate::{
    analyse::{
        fold::fold,
        morph::{Dictionary, Gender, Tag},
    },
    names::first_names::{first_names, is_first_name},
    word_classes::word_class,
};
use std::sync::LazyLock;

/// The parts of a person's name, folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// First name, or its initial.
    pub first: Option<Box<str>>,
    /// Patronymic, or its initial.
    pub patronymic: Option<Box<str>>,
    /// Surname; of one with several words, all of them.
    pub surname: Option<Box<str>>,
    /// Other surnames that the wording can be a form of: «Павлова» may be Павлов.
    pub other_surnames: Vec<Box<str>>,
    /// Whose name it is, if the name tells.
    pub gender: Option<Gender>,
}

/// The part each word of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PersonRole {
    First,
    Patronymic,
    Surname,
}

impl PersonName {
    /// Takes a nominative name apart; with the name as it is best shown: first name and surname.
    #[must_use]
    pub fn parse(words: &[String], gender: Option<Gender>) -> (Self, String) {
        let folded: Vec<_> = words.iter().map(|word| fold(word)).collect();
        let roles = roles(&folded.iter().map(AsRef::as_ref).collect::<Vec<_>>());
        let join = |role: PersonRole, list: &[&str]| -> Option<String> {
            let parts: Vec<&str> = list.iter().zip(&roles).filter(|(_, r)| **r == role).map(|(w, _)| *w).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        let folded: Vec<&str> = folded.iter().map(AsRef::as_ref).collect();
        let written: Vec<&str> = words.iter().map(String::as_str).collect();
        let part = |role| join(role, &folded).map(Into::into);
        let name = Self {
            first: part(PersonRole::First),
            patronymic: part(PersonRole::Patronymic),
            surname: part(PersonRole::Surname),
            other_surnames: Vec::new(),
            gender,
        };
        let split = roles
            .iter()
            .position(|r| *r == PersonRole::Surname)
            .zip(roles.iter().rposition(|r| *r == PersonRole::Surname));
        let apart = split.is_some_and(|(from, to)| roles.iter().take(to).skip(from).any(|r| *r != PersonRole::Surname));
        let shown = match (join(PersonRole::First, &written), join(PersonRole::Surname, &written)) {
            // Words of two names, or only initials: no order is better than that of the text.
            (_, Some(_)) if apart => written.join(" "),
            (Some(first), None) if is_initial(&first) => written.join(" "),
            (Some(first), Some(surname)) if is_initial(&first) => format!("{first}. {surname}"),
            (Some(first), Some(surname)) => format!("{first} {surname}"),
            (first, surname) => first.or(surname).unwrap_or_else(|| written.join(" ")),
        };
        (name, shown)
    }

    /// Whether the surname of `self`, or another that its wording can mean, is that of `other`, or its last word
    /// («Реджеп Тайип Эрдоган», «Эрдоган»).
    #[must_use]
    pub fn shares_surname(&self, other: &Self) -> bool {
        let Some(surname) = &other.surname else { return false };
        let own = self.surname.iter().chain(&self.other_surnames);
        own.into_iter().any(|own| own == surname || is_last_word(own, surname) || is_last_word(surname, own))
    }

    /// Whether `other` is the surname alone of an East Asian name, where it stands first («Хван Чжан Ёп», «Хван»).
    #[must_use]
    pub fn begins_with_surname(&self, other: &Self) -> bool {
        let (Some(first), Some(_)) = (self.first.as_deref(), &self.surname) else { return false };
        other.first.is_none() && other.surname.as_deref() == Some(first) && first_names(first).is_empty()
    }

    /// Whether two first names, or initials, can be one person's; an absent one can.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        let genders = self.gender.zip(other.gender).is_none_or(|(a, b)| a == b);
        genders
            && parts_agree(self.first.as_deref(), other.first.as_deref())
            && parts_agree(self.patronymic.as_deref(), other.patronymic.as_deref())
    }
}

fn parts_agree(a: Option<&str>, b: Option<&str>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return true };
    a == b || is_initial(a) && b.starts_with(a) || is_initial(b) && a.starts_with(b)
}

fn is_last_word(surname: &str, word: &str) -> bool {
    surname.strip_suffix(word).is_some_and(|rest| rest.ends_with(' ')) && word.chars().nth(2).is_some()
}

/// Whether a first name is only an initial; English names begin with two letters («Дж. Буш»).
#[must_use]
pub fn is_initial(word: &str) -> bool {
    word.chars().nth(1).is_none() || word == "дж" || word == "Дж"
}

fn roles(words: &[&str]) -> Vec<PersonRole> {
    let [only] = words else { return roles_of_several(words) };
    let first = is_first_name(only) && !is_surname(only);
    vec![if first { PersonRole::First } else { PersonRole::Surname }]
}

fn roles_of_several(words: &[&str]) -> Vec<PersonRole> {
    let mut roles = vec![PersonRole::Surname; words.len()];
    // «фон дер Ляйен», «Ле Пен»: all surname.
    let mut has_first = words.first().is_some_and(|word| is_leading_particle(word));
    // «Иванов Иван», but «Тито Джексон».
    let may_stand_first = words.first().is_some_and(|word| is_russian_surname(word));
    for (at, (word, role)) in words.iter().zip(&mut roles).enumerate() {
        if is_initial(word) {
            *role = if has_first { PersonRole::Patronymic } else { PersonRole::First };
            has_first = true;
        } else if at > 0 && is_patronymic(word, at + 1 == words.len()) && (has_first || at + 1 != words.len()) {
            *role = PersonRole::Patronymic;
        } else if !has_first && (at == 0 || may_stand_first) && is_nominative_first_name(word) {
            *role = PersonRole::First;
            has_first = true;
        }
    }
    if !has_first {
        // A foreign first name that no table has.
        if let Some(role) = roles.first_mut() {
            *role = PersonRole::First;
        }
    }
    roles
}

/// Whether a surname of several words can begin with this one. Not «ван» and «ли», which begin Chinese names.
fn is_leading_particle(word: &str) -> bool {
    static PARTICLES: LazyLock<&[&str]> = LazyLock::new(|| word_class("surname_particle"));
    PARTICLES.contains(&word)
}

fn is_nominative_first_name(word: &str) -> bool {
    first_names(word).iter().any(|first| first.nominative == word)
        || Dictionary::bundled().parses(word).iter().any(|parse| parse.tag.is_any(Tag::NAME))
}

fn is_surname(word: &str) -> bool {
    Dictionary::bundled().parses(word).iter().any(|parse| parse.tag.is_any(Tag::SURNAME))
}

/// Whether a word is a patronymic; at the end of a name surnames like «Шендерович» are none.
fn is_patronymic(word: &str, last: bool) -> bool {
    let parses = Dictionary::bundled().parses(word);
    if parses.iter().any(|parse| parse.tag.is_any(Tag::PATRONYMIC)) {
        return true;
    }
    let suffix = ["ович", "евич", "ьич", "овна", "евна", "ична", "инична"].iter().any(|suffix| word.ends_with(suffix));
    // Women's surnames never end so.
    suffix && word.chars().nth(4).is_some() && !(last && word.ends_with('ч'))
}

/// Whether a word is a surname by the dictionary, or ends like most Russian ones.
fn is_russian_surname(word: &str) -> bool {
    const ENDINGS: [&str; 16] =
        ["ов", "ев", "ин", "ын", "ский", "цкий", "ова", "ева", "ина", "ына", "ская", "цкая", "енко", "юк", "чук", "ых"];
    is_surname(word) || word.chars().nth(4).is_some() && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

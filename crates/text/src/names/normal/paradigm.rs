//! How names decline that no dictionary holds: endings by case, read in both directions.
//!
//! A guess from the ending alone; it never looks at other words. All words are folded.

use crate::analyse::morph::{Case, Gender};

/// The oblique cases in the order of [`Paradigm::endings`].
const OBLIQUE: [Case; 5] = [Case::Genitive, Case::Dative, Case::Accusative, Case::Instrumental, Case::Prepositional];

/// A way to decline.
struct Paradigm {
    /// Ending of the nominative.
    nominative: &'static str,
    /// Whether the letters before it allow this way.
    stem: fn(&str) -> bool,
    /// Whose names decline so; none: men's and women's.
    gender: Option<Gender>,
    /// Endings of genitive, dative, accusative, instrumental and prepositional.
    endings: [&'static str; 5],
    /// How unlikely it is.
    cost: f32,
}

/// A nominative that a form can belong to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Guess {
    pub(super) nominative: String,
    pub(super) case: Case,
    pub(super) gender: Option<Gender>,
    pub(super) cost: f32,
}

const MAN: Option<Gender> = Some(Gender::Masculine);
const WOMAN: Option<Gender> = Some(Gender::Feminine);

static PARADIGMS: [Paradigm; 20] = [
    way("", is_possessive, MAN, ["а", "у", "а", "ым", "е"], 0.0),
    way("", is_hard, MAN, ["а", "у", "а", "ом", "е"], 0.3),
    way("", ends_hissing, MAN, ["а", "у", "а", "ем", "е"], 0.3),
    way("а", is_possessive, WOMAN, ["ой", "ой", "у", "ой", "ой"], 0.0),
    way("а", ends_plain, None, ["ы", "е", "у", "ой", "е"], 0.5),
    way("а", ends_velar, None, ["и", "е", "у", "ой", "е"], 0.5),
    way("а", ends_hissing, None, ["и", "е", "у", "ей", "е"], 0.5),
    way("а", ends_hissing, None, ["и", "е", "у", "ой", "е"], 0.6),
    way("ия", any, None, ["ии", "ии", "ию", "ией", "ии"], 0.2),
    way("я", any, None, ["и", "е", "ю", "ей", "е"], 0.5),
    way("ий", ends_in_sk, MAN, ["ого", "ому", "ого", "им", "ом"], 0.0),
    way("ий", ends_hissing, MAN, ["его", "ему", "его", "им", "ем"], -0.4),
    way("ая", ends_hissing, WOMAN, ["ей", "ей", "ую", "ей", "ей"], -0.3),
    way("ий", any, MAN, ["ия", "ию", "ия", "ием", "ии"], 0.3),
    way("ый", any, MAN, ["ого", "ому", "ого", "ым", "ом"], 0.3),
    way("ая", any, WOMAN, ["ой", "ой", "ую", "ой", "ой"], 0.3),
    way("й", ends_in_vowel, MAN, ["я", "ю", "я", "ем", "е"], 0.3),
    way("ь", any, MAN, ["я", "ю", "я", "ем", "е"], 0.4),
    way("ец", any, MAN, ["ца", "цу", "ца", "цом", "це"], 0.9),
    way("ец", any, MAN, ["ца", "цу", "ца", "цем", "це"], 0.9),
];

/// Ways that only places take.
static NEUTER: [Paradigm; 2] = [
    way("о", is_possessive, None, ["а", "у", "о", "ом", "е"], -0.4),
    way("ое", any, None, ["ого", "ому", "ое", "ым", "ом"], 0.4),
];

const fn way(
    nominative: &'static str,
    stem: fn(&str) -> bool,
    gender: Option<Gender>,
    endings: [&'static str; 5],
    cost: f32,
) -> Paradigm {
    Paradigm { nominative, stem, gender, endings, cost }
}

/// The nominatives that `form` can be an oblique case of.
pub(super) fn nominatives(form: &str) -> Vec<Guess> {
    nominatives_by(&PARADIGMS, form)
}

/// The neuter nominatives of places: «Очеретина» of Очеретино, «Урожайному» of Урожайное.
pub(super) fn neuter_nominatives(form: &str) -> Vec<Guess> {
    nominatives_by(&NEUTER, form)
}

fn nominatives_by(paradigms: &[Paradigm], form: &str) -> Vec<Guess> {
    let mut guesses = Vec::new();
    for paradigm in paradigms {
        for (ending, case) in paradigm.endings.iter().zip(OBLIQUE) {
            let Some(stem) = form.strip_suffix(ending).filter(|stem| long_enough(stem) && (paradigm.stem)(stem)) else {
                continue;
            };
            let nominative = format!("{stem}{}", paradigm.nominative);
            guesses.push(Guess { nominative, case, gender: paradigm.gender, cost: paradigm.cost });
        }
    }
    guesses
}

/// The oblique forms of `nominative`, a name of the given gender, by its likeliest paradigms.
pub(crate) fn forms(nominative: &str, gender: Gender) -> Vec<(String, Case)> {
    let mut forms = Vec::new();
    for paradigm in PARADIGMS.iter().filter(|paradigm| paradigm.gender.is_none_or(|own| own == gender)) {
        if let Some(stem) = nominative.strip_suffix(paradigm.nominative).filter(|stem| (paradigm.stem)(stem)) {
            forms.extend(paradigm.endings.iter().zip(OBLIQUE).map(|(ending, case)| (format!("{stem}{ending}"), case)));
        }
    }
    forms
}

/// Whether a nominative ends like no declinable name: «Берлускони», «Шоу», «Гюго».
pub(super) fn ends_indeclinably(word: &str) -> bool {
    word.ends_with(['о', 'и', 'у', 'ю', 'э'])
}

/// Whether a word ends in a consonant, ь or й: women's names then stay as they are.
pub(super) fn ends_in_consonant(word: &str) -> bool {
    word.ends_with(|c: char| CONSONANTS.contains(c) || matches!(c, 'ь' | 'й'))
}

const CONSONANTS: &str = "бвгджзклмнпрстфхцчшщ";
const HISSING: &str = "жшчщц";
const VELAR: &str = "гкх";

fn any(_: &str) -> bool {
    true
}

fn is_possessive(stem: &str) -> bool {
    ["ов", "ев", "ин", "ын"].iter().any(|suffix| stem.ends_with(suffix))
}

fn is_hard(stem: &str) -> bool {
    stem.ends_with(|c: char| CONSONANTS.contains(c) && !HISSING.contains(c))
}

fn ends_hissing(stem: &str) -> bool {
    stem.ends_with(|c: char| HISSING.contains(c))
}

fn ends_velar(stem: &str) -> bool {
    stem.ends_with(|c: char| VELAR.contains(c))
}

fn ends_plain(stem: &str) -> bool {
    is_hard(stem) && !ends_velar(stem)
}

fn ends_in_sk(stem: &str) -> bool {
    ["ск", "цк"].iter().any(|suffix| stem.ends_with(suffix))
}

fn ends_in_vowel(stem: &str) -> bool {
    stem.ends_with(['а', 'е', 'и', 'о', 'у', 'ы', 'э', 'ю', 'я'])
}

fn long_enough(stem: &str) -> bool {
    stem.chars().nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::{forms, nominatives};
    use crate::analyse::morph::{Case, Gender};

    #[test]
    fn both_directions_agree() {
        for (name, gender) in [
            ("зюзьков", Gender::Masculine),
            ("зюзькова", Gender::Feminine),
            ("гландау", Gender::Masculine),
            ("шмольц", Gender::Masculine),
            ("мудрицкий", Gender::Masculine),
            ("рогая", Gender::Feminine),
            ("ондея", Gender::Feminine),
            ("гулька", Gender::Masculine),
        ] {
            for (form, case) in forms(name, gender) {
                let found = nominatives(&form);
                assert!(found.iter().any(|g| g.nominative == name && g.case == case), "{form} of {name}: {found:?}");
            }
        }
    }

    #[test]
    fn endings_follow_the_stem() {
        let of = |name, case| {
            let all = forms(name, Gender::Masculine);
            all.into_iter().find(|(_, c)| *c == case).map(|(form, _)| form)
        };
        assert_eq!(of("зюзьков", Case::Instrumental).as_deref(), Some("зюзьковым"));
        assert_eq!(of("шмольц", Case::Instrumental).as_deref(), Some("шмольцем"));
        assert_eq!(of("гулька", Case::Genitive).as_deref(), Some("гульки"));
    }
}

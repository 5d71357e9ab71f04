//! First names: which words can be one, in which case, and of a man or a woman.
//!
//! From `data/first_names.txt`, every name with its case forms. A surname it never knows.

use super::normal::paradigm_forms;
use crate::analyse::{
    fold::fold,
    morph::{Case, Gender},
};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What a word can be as a first name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstName {
    /// Folded nominative.
    pub nominative: &'static str,
    /// The case it stands in; none: the name does not decline.
    pub case: Option<Case>,
    /// Whose name it is.
    pub gender: Gender,
    /// Whether the word is an ordinary one too.
    pub ambiguous: bool,
    /// How often news names its bearers; counted only for names that share a form with another, else 0.
    pub count: u32,
}

/// How often names that share a form with another occur, by folded name and gender.
static COUNTS: LazyLock<FxHashMap<(String, Gender), u32>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/first_name_counts.txt").lines().filter(|line| !line.starts_with('#'));
    let count = |line: &str| {
        let mut fields = line.split('|').map(str::trim);
        let (name, sex, count) = (fields.next()?, fields.next()?, fields.next()?);
        let gender = if sex == "m" { Gender::Masculine } else { Gender::Feminine };
        Some(((fold(name), gender), count.parse().ok()?))
    };
    lines.filter_map(count).collect()
});

static FORMS: LazyLock<FxHashMap<Box<str>, Vec<FirstName>>> = LazyLock::new(|| {
    let mut forms: FxHashMap<Box<str>, Vec<FirstName>> = FxHashMap::default();
    for line in include_str!("../../../../data/first_names.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('|').map(str::trim);
        let (Some(name), Some(sex), Some(aliases), Some(note)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let aliases = aliases.split(';').map(str::trim).filter(|alias| !alias.is_empty());
        for name in std::iter::once(name).chain(aliases) {
            insert(&mut forms, name, sex, note.ends_with("indecl"));
        }
    }
    forms
});

fn insert(forms: &mut FxHashMap<Box<str>, Vec<FirstName>>, name: &str, sex: &str, fixed: bool) {
    let ambiguous = name.starts_with('~');
    // The table lives as long as the program, and every form points at its nominative.
    let nominative: &'static str = String::leak(fold(name.trim_start_matches('~')));
    let mut add = |form: String, first: FirstName| {
        let known = forms.entry(form.into()).or_default();
        if !known.contains(&first) {
            known.push(first);
        }
    };
    for gender in [('m', Gender::Masculine), ('f', Gender::Feminine)].iter().filter(|(c, _)| sex.contains(*c)) {
        let count = COUNTS.get(&(nominative.to_owned(), gender.1)).copied().unwrap_or_default();
        let first = |case| FirstName { nominative, case, gender: gender.1, ambiguous, count };
        let fixed = fixed || gender.1 == Gender::Feminine && nominative.ends_with(|c: char| !"аяь".contains(c));
        add(nominative.to_owned(), first(if fixed { None } else { Some(Case::Nominative) }));
        if !fixed {
            for (form, case) in paradigm_forms(nominative, gender.1) {
                add(form, first(Some(case)));
            }
        }
    }
}

/// First names with ё, by what is written without it.
static WITH_YO: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/first_names.txt").lines().filter(|line| !line.starts_with('#'));
    let names = lines.filter_map(|line| line.split('|').next()).map(|name| name.trim().trim_start_matches('~'));
    names
        .filter(|name| name.contains(['ё', 'Ё']))
        .map(|name| (name.replace('ё', "е").replace('Ё', "Е"), name))
        .collect()
});

/// How a first name that is written without ё is spelt with it, if it is.
#[must_use]
pub fn spelling(name: &str) -> Option<&'static str> {
    WITH_YO.get(name).copied()
}

/// Everything that a folded word can be as a first name.
#[must_use]
pub fn first_names(word: &str) -> &'static [FirstName] {
    FORMS.get(word).map_or(&[], Vec::as_slice)
}

/// Whether a folded word is surely meant as a first name, whatever its case.
#[must_use]
pub fn is_first_name(word: &str) -> bool {
    first_names(word).iter().any(|first| !first.ambiguous)
}

#[cfg(test)]
mod tests {
    use super::{first_names, is_first_name};
    use crate::analyse::morph::{Case, Gender};

    #[test]
    fn forms_of_first_names() {
        for (form, nominative, case, gender) in [
            ("терезы", "тереза", Case::Genitive, Gender::Feminine),
            ("олафом", "олаф", Case::Instrumental, Gender::Masculine),
            ("марии", "мария", Case::Dative, Gender::Feminine),
            ("дмитрию", "дмитрий", Case::Dative, Gender::Masculine),
        ] {
            let found =
                first_names(form).iter().any(|f| (f.nominative, f.case, f.gender) == (nominative, Some(case), gender));
            assert!(found, "{form}: {:?}", first_names(form));
        }
        assert!(!is_first_name("об") && !is_first_name("август"));
    }
}

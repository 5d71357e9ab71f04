//! Persons by rule: a known first name, or initials, and a capitalised surname.
//!
//! Finds what dictionaries can find; every case form is brought to the nominative by its endings.

use super::Name;
use crate::{
    analyse::{Analysis, TokenKind, fold::fold},
    article::EntityKind,
    names::{NameKind, Strength},
};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// First names in nominative by their folded case forms; the flag tells a woman's name.
static FIRST_NAMES: LazyLock<FxHashMap<String, (String, bool)>> = LazyLock::new(|| {
    let mut forms = FxHashMap::default();
    for line in include_str!("../../data/first_names.txt").lines().filter(|l| !l.starts_with('#')) {
        let mut fields = line.split('|').map(str::trim);
        let (Some(name), Some(sex)) = (fields.next(), fields.next()) else { continue };
        let name = name.trim_start_matches('~');
        for form in case_forms(name, sex == "f") {
            forms.entry(fold(&form)).or_insert_with(|| (name.to_owned(), sex == "f"));
        }
    }
    forms
});

/// The case forms of a first name or surname, nominative first.
fn case_forms(name: &str, female: bool) -> Vec<String> {
    let mut forms = vec![name.to_owned()];
    let endings: &[(&str, &[&str])] = &[
        ("ия", &["ии", "ию", "ией"]),
        ("я", &["и", "е", "ю", "ей"]),
        ("а", &["ы", "и", "е", "у", "ой", "ей"]),
        ("ий", &["ия", "ию", "ием", "ии"]),
        ("й", &["я", "ю", "ем", "е"]),
        ("ь", &["я", "ю", "ем", "е", "и", "ью"]),
    ];
    if let Some((ending, cases)) = endings.iter().find(|(ending, _)| name.ends_with(ending)) {
        let stem = name.strip_suffix(ending).unwrap_or(name);
        forms.extend(cases.iter().map(|case| format!("{stem}{case}")));
    } else if !female && name.ends_with(|c: char| "бвгджзклмнпрстфхцчшщ".contains(c)) {
        forms.extend(["а", "у", "ом", "ем", "е"].map(|case| format!("{name}{case}")));
    }
    forms
}

/// Adds the persons that stand in `analysis` outside the names already found.
pub fn find(analysis: &Analysis<'_>, names: &mut Vec<Name>) {
    let taken: Vec<_> = names.iter().map(|n| n.tokens.clone()).collect();
    let free = |token: usize| !taken.iter().any(|t| t.contains(&token));
    let mut at = 0;
    while at < analysis.tokens.len() {
        match full_name(analysis, at).filter(|(end, _)| (at..*end).all(free)) {
            Some((end, canonical)) => {
                names.push(person(analysis, at, end, canonical));
                at = end;
            }
            None => at += 1,
        }
    }
}

fn person(analysis: &Analysis<'_>, start: usize, end: usize, canonical: String) -> Name {
    let first = analysis.tokens.get(start).map_or(0, |t| t.start as usize);
    let last = analysis.tokens.get(end - 1).map_or(first, |t| t.end as usize);
    Name {
        kind: NameKind::Entity(EntityKind::Person),
        entry: None,
        canonical,
        tokens: start..end,
        span: first..last,
        quoted: false,
        nested: false,
        strength: Strength::Strong,
    }
}

/// «Сергей Иванович Петров», «С. И. Петров» at a token: where it ends and its nominative.
fn full_name(analysis: &Analysis<'_>, at: usize) -> Option<(usize, String)> {
    let first = analysis.word(at);
    if !is_capitalised(analysis, at) {
        return None;
    }
    if let Some((name, female)) = FIRST_NAMES.get(&fold(first)) {
        let patronymic = is_patronymic(analysis.word(at + 1));
        let surname_at = at + 1 + usize::from(patronymic);
        if !is_capitalised(analysis, surname_at) || same_line(analysis, at, surname_at).is_none() {
            return None;
        }
        let oblique = fold(first) != fold(name);
        let surname = nominative_surname(analysis.word(surname_at), *female, oblique);
        return Some((surname_at + 1, format!("{name} {surname}")));
    }
    let mut end = at;
    while end < at + 4 && analysis.word(end).chars().count() == 1 && analysis.word(end + 1) == "." {
        end += 2;
    }
    (end > at && is_capitalised(analysis, end) && analysis.word(end).chars().count() > 2).then(|| {
        let initials: String = (at..end).map(|i| analysis.word(i)).collect();
        (end + 1, format!("{initials} {}", analysis.word(end)))
    })
}

fn same_line(analysis: &Analysis<'_>, from: usize, to: usize) -> Option<()> {
    let (a, b) = (analysis.tokens.get(from)?, analysis.tokens.get(to)?);
    let between = analysis.text.get(a.end as usize..b.start as usize)?;
    (!between.contains(['\n', ',', '.'])).then_some(())
}

fn is_capitalised(analysis: &Analysis<'_>, at: usize) -> bool {
    let is_word = analysis.tokens.get(at).is_some_and(|t| t.kind == TokenKind::Word);
    let mut letters = analysis.word(at).chars();
    is_word
        && letters.next().is_some_and(char::is_uppercase)
        && letters.all(|c| c.is_lowercase() || c == '-' || c.is_uppercase())
}

fn is_patronymic(word: &str) -> bool {
    ["ович", "евич", "ична", "овна", "евна"].iter().any(|mark| word.contains(mark)) && word.chars().count() > 6
}

/// A surname in nominative, given the sex and whether the first name stood in an oblique case.
fn nominative_surname(surname: &str, female: bool, oblique: bool) -> String {
    if !oblique {
        return surname.to_owned();
    }
    let swap: &[(&str, &str)] = if female {
        &[
            ("овой", "ова"),
            ("евой", "ева"),
            ("иной", "ина"),
            ("ову", "ова"),
            ("еву", "ева"),
            ("ину", "ина"),
            ("ской", "ская"),
            ("скую", "ская"),
        ]
    } else {
        &[
            ("ского", "ский"),
            ("скому", "ский"),
            ("ским", "ский"),
            ("ском", "ский"),
            ("ым", ""),
            ("ом", ""),
            ("ем", ""),
            ("а", ""),
            ("у", ""),
            ("е", ""),
            ("я", "й"),
            ("ю", "й"),
        ]
    };
    swap.iter()
        .find_map(|(ending, base)| {
            surname.strip_suffix(ending).filter(|s| s.chars().count() > 1).map(|s| format!("{s}{base}"))
        })
        .unwrap_or_else(|| surname.to_owned())
}

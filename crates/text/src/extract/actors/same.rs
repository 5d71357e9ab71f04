//! Names that an article itself declares to be one: «Движение садоводов (ДС)», «Билл Герстен (Bill Gersten)»,
//! and acronyms of organisations that it also names in full.
//!
//! Two names that the dictionaries know as two things never become one.

use super::Gathered;
use crate::{
    extract::{Document, Name},
    names::is_quote,
};
use rustc_hash::FxHashMap;
use svodka_model::article::EntityKind;

/// A mention of an entity: its document, its name and the entity's number.
pub(super) type Mentioned<'a, 't> = (&'a Document<'t>, &'a Name, usize);

/// Joins what the article declares to be one.
pub(super) fn join_declared(gathered: &mut Vec<Gathered>, mentions: &[Mentioned<'_, '_>]) {
    let mut same: Vec<(usize, usize)> = Vec::new();
    for pair in mentions.windows(2) {
        let [(document, a, first), (other, b, second)] = pair else { continue };
        if std::ptr::eq(*document, *other) && first != second && stands_in_brackets(document, a, b) {
            let names = gathered.get(*first).zip(gathered.get(*second));
            if names.is_some_and(|(first, second)| may_be_one(first, second) && is_other_writing(a, b)) {
                same.push((*first, *second));
            }
        }
    }
    same.extend(acronyms(gathered));
    for (full, short) in same {
        absorb(gathered, full, short);
    }
    gathered.retain(|entity| !entity.mentions.is_empty());
}

/// Whether `b` stands in brackets right after `a`.
fn stands_in_brackets(document: &Document<'_>, a: &Name, b: &Name) -> bool {
    let gap = a.tokens.end..b.tokens.start;
    if gap.is_empty() || gap.len() > 5 {
        return false;
    }
    let word = |token| document.analysis.word(token);
    let brackets = gap.clone().filter(|token| word(*token) == "(").count();
    let marks = |token: &usize| {
        let word = word(*token);
        word == "(" || word == "." || is_quote(word) || matches!(word, "англ" | "нем" | "фр" | "исп" | "сокращенно")
    };
    let closing = (b.tokens.end..b.tokens.end + 2).find(|token| !is_quote(word(*token)));
    brackets == 1
        && gap.clone().all(|token| marks(&token))
        && closing.is_some_and(|token| matches!(word(token), ")" | "," | ";"))
}

fn may_be_one(a: &Gathered, b: &Gathered) -> bool {
    a.kind == b.kind && a.kind != EntityKind::Place && !(a.known && b.known)
}

/// Whether one name is the other in Latin letters, or its acronym.
fn is_other_writing(a: &Name, b: &Name) -> bool {
    let latin =
        |name: &Name| name.wording.chars().filter(|c| c.is_alphabetic()).all(|c| c.is_ascii() || !is_cyrillic(c));
    latin(a) != latin(b) || is_acronym_of(&b.wording, &a.wording) || is_acronym_of(&a.wording, &b.wording)
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{4ff}').contains(&c)
}

/// Whether `short` is made of the first letters of `full`; small words may be left out or not.
fn is_acronym_of(short: &str, full: &str) -> bool {
    acronym_letters(short).is_some_and(|short| acronyms_of(full).contains(&short))
}

/// The letters of a name that is written as an acronym.
fn acronym_letters(short: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = short.chars().filter(|c| c.is_alphabetic()).collect();
    (letters.len() >= 3 && letters.iter().all(|c| c.is_uppercase())).then_some(letters)
}

/// The first letters of a name's words: of all, and of the long ones.
fn acronyms_of(full: &str) -> [Vec<char>; 2] {
    let words = full.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let long = words.clone().filter(|word| word.chars().nth(2).is_some());
    let initial = |word: &str| word.chars().next().into_iter().flat_map(char::to_uppercase).collect::<Vec<_>>();
    [words.flat_map(initial).collect(), long.flat_map(initial).collect()]
}

/// Pairs of an organisation and its acronym, neither known, if only one organisation fits.
fn acronyms(gathered: &[Gathered]) -> Vec<(usize, usize)> {
    let organizations =
        || gathered.iter().enumerate().filter(|(_, e)| e.kind == EntityKind::Organization && !e.known && !e.press);
    // Two organisations per acronym are enough to know that it is ambiguous.
    let mut by_acronym: FxHashMap<Vec<char>, Vec<usize>> = FxHashMap::default();
    for (full, entity) in organizations() {
        for letters in acronyms_of(&entity.name).into_iter().filter(|letters| letters.len() >= 3) {
            let list = by_acronym.entry(letters).or_default();
            if list.len() < 2 && !list.contains(&full) {
                list.push(full);
            }
        }
    }
    let mut pairs = Vec::new();
    for (short, entity) in organizations().filter(|(_, entity)| !entity.name.contains(' ')) {
        let full = acronym_letters(&entity.name).and_then(|letters| by_acronym.get(&letters));
        if let Some([full]) = full.map(Vec::as_slice) {
            pairs.push((*full, short));
        }
    }
    pairs
}

/// Gives the mentions of one entity to another, which keeps its name unless only the other is known; nothing if one of
/// them has given its mentions away before.
fn absorb(gathered: &mut [Gathered], full: usize, short: usize) {
    if gathered.get(full).is_none_or(|entity| entity.mentions.is_empty()) {
        return;
    }
    let Some(short) = gathered.get_mut(short).map(std::mem::take).filter(|short| !short.mentions.is_empty()) else {
        return;
    };
    let Some(entity) = gathered.get_mut(full) else { return };
    if short.known && !entity.known {
        entity.name.clone_from(&short.name);
        entity.known = true;
    }
    entity.absorb(short);
}

#[cfg(test)]
mod tests {
    use super::is_acronym_of;

    #[test]
    fn first_letters() {
        assert!(is_acronym_of("ДПС", "Движение против снега"));
        assert!(is_acronym_of("КЗЖ", "Комитет по защите журналистов"));
        assert!(is_acronym_of("DSL", "Digital Snow Labs"));
        assert!(!is_acronym_of("ДС", "Движение снега"));
        assert!(!is_acronym_of("Снег", "Союз незнакомых ежей города"));
    }
}

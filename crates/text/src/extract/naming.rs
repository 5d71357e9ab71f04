//! From found names to typed names in the nominative.
//!
//! Names with several words come first: they tell the case apart by agreement, and the bare surnames of the same text
//! then follow them («Марию Иванову», so «Ивановой» is Иванова and no Иванов).

use super::{Name, Scratch, context::context, persons::PersonName, reconcile::Found};
use crate::{
    analyse::{Analysis, TokenKind, fold::fold, morph::Gender},
    names::{Lexicon, NameKind, first_names::spelling, normal::Normalizer},
};
use rustc_hash::FxHashSet;
use svodka_model::article::EntityKind;

/// How near another reading of a surname must be to be kept.
const NEAR: f32 = 2.5;

/// What the text itself tells of names.
struct Known {
    /// Folded words of names, as they are written.
    written: FxHashSet<String>,
    /// Folded last names in the nominative, with gender.
    surnames: FxHashSet<(String, Gender)>,
}

/// Brings the names of a text to the nominative.
pub(super) fn name(analysis: &Analysis<'_>, found: Vec<Found>, lexicon: &Lexicon, scratch: &mut Scratch) -> Vec<Name> {
    let written = found.iter().flat_map(|f| f.tokens.clone()).map(|t| fold(analysis.word(t))).collect();
    let mut known = Known { written, surnames: FxHashSet::default() };
    let mut names: Vec<(usize, Name)> = Vec::with_capacity(found.len());
    let (late, early): (Vec<_>, Vec<_>) =
        found.into_iter().enumerate().partition(|(_, f)| is_bare_surname(analysis, f));
    for (number, found) in early.into_iter().chain(late) {
        let name = Naming { analysis, lexicon, normalizer: &mut scratch.normalizer }.name(found, &known);
        if let Some(PersonName { surname: Some(surname), gender: Some(gender), .. }) = &name.person {
            known.surnames.insert((surname.to_string(), *gender));
        }
        names.push((number, name));
    }
    names.sort_by_key(|(number, _)| *number);
    names.into_iter().map(|(_, name)| name).collect()
}

fn is_bare_surname(analysis: &Analysis<'_>, found: &Found) -> bool {
    found.kind.entity() == EntityKind::Person && words_of(analysis, found).len() == 1
}

/// The words of a name without marks.
fn words_of<'t>(analysis: &Analysis<'t>, found: &Found) -> Vec<&'t str> {
    let is_word = |t: &usize| analysis.tokens.get(*t).is_some_and(|t| t.kind == TokenKind::Word);
    found.tokens.clone().filter(is_word).map(|token| analysis.word(token)).collect()
}

struct Naming<'a, 't> {
    analysis: &'a Analysis<'t>,
    lexicon: &'a Lexicon,
    normalizer: &'a mut Normalizer,
}

impl Naming<'_, '_> {
    fn name(&mut self, found: Found, known: &Known) -> Name {
        let entity = found.kind.entity();
        let entry = found.entry.and_then(|entry| self.lexicon.entry(entry));
        let alias = found.alias.and_then(|alias| entry?.aliases.get(alias));
        let (wording, person) = match (alias, entity) {
            (Some(alias), EntityKind::Person) => {
                let words: Vec<String> = alias.text.split(' ').map(str::to_owned).collect();
                let gender = self.normalizer.gender(&alias.text);
                (alias.text.clone(), Some(PersonName::parse(&words, Some(gender)).0))
            }
            (Some(alias), _) => (alias.text.clone(), None),
            (None, EntityKind::Person) => self.person(&found, known),
            (None, _) => (self.phrase(&found, known), None),
        };
        let entry = found.entry.or_else(|| self.entry_of(&wording, entity));
        let stated = entry.and_then(|entry| self.lexicon.entry(entry));
        let shown = person.as_ref().filter(|_| found.entry.is_none()).and_then(|p| shown(p, &wording));
        Name {
            kind: stated.map_or(found.kind, |entry| entry.kind),
            entry,
            canonical: stated
                .map_or_else(|| self.unstated(shown.as_ref().unwrap_or(&wording), entity), |e| e.name.clone()),
            tokens: found.tokens,
            span: found.span,
            quoted: found.quoted,
            nested: found.nested,
            strength: found.strength,
            confirmed: found.confirmed,
            wording,
            person,
        }
    }

    /// The name of what is no entry.
    fn unstated(&self, name: &str, entity: EntityKind) -> String {
        let organization = entity == EntityKind::Organization;
        let short = if organization { self.lexicon.unqualified(name) } else { None };
        short.map_or_else(|| plain(name, entity), str::to_owned)
    }

    /// The entry that a nominative names, if its kind is right.
    fn entry_of(&self, wording: &str, kind: EntityKind) -> Option<usize> {
        let number = self.lexicon.number_of(wording)?;
        let entry = self.lexicon.entry(number)?;
        let sure = |text: &str| {
            entry.aliases.iter().any(|a| fold(&a.text) == fold(text) && a.strength == crate::names::Strength::Strong)
        };
        (matches!(entry.kind, NameKind::Entity(own) if own == kind) && sure(wording)).then_some(number)
    }

    fn person(&mut self, found: &Found, known: &Known) -> (String, Option<PersonName>) {
        let words = words_of(self.analysis, found);
        let context = context(self.analysis, &found.tokens, EntityKind::Person, found.quoted);
        let single = words.len() == 1;
        let own: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let is_known = |surname: &str, gender: Gender| {
            known.surnames.contains(&(surname.to_owned(), gender))
                || single && known.written.contains(surname) && !own.iter().any(|word| word == surname)
        };
        let forms = self.normalizer.person_forms(&words, &context, &is_known);
        let Some(best) = forms.first() else { return (words.join(" "), None) };
        let sure = forms.iter().find(|form| form.gender != best.gender).is_none_or(|f| f.margin > best.margin + 0.25);
        let (mut person, _) = PersonName::parse(&best.words, sure.then_some(best.gender));
        if person.surname.is_some() {
            let near = forms.iter().skip(1).take_while(|form| form.margin < best.margin + NEAR);
            let others = near.filter_map(|form| form.words.last()).map(|word| fold(word).into_boxed_str());
            person.other_surnames = others.filter(|other| Some(other) != person.surname.as_ref()).collect();
            person.other_surnames.dedup();
        }
        (self.rebuild(found, &best.words, true), Some(person))
    }

    fn phrase(&mut self, found: &Found, known: &Known) -> String {
        let words: Vec<&str> = found.tokens.clone().map(|token| self.analysis.word(token)).collect();
        let context = context(self.analysis, &found.tokens, found.kind.entity(), found.quoted);
        let own: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let is_known = |word: &str| known.written.contains(word) && !own.iter().any(|own| own == word);
        let words = self.normalizer.phrase(&words, &context, &is_known);
        self.rebuild(found, &words, false)
    }

    /// The text of a name with its words, or all its tokens, replaced.
    fn rebuild(&self, found: &Found, words: &[String], words_only: bool) -> String {
        let mut out = String::new();
        let mut words = words.iter();
        let mut end = found.span.start;
        for token in found.tokens.clone().filter_map(|token| self.analysis.tokens.get(token)) {
            let gap = self.analysis.text.get(end..token.start as usize).unwrap_or("");
            out.push_str(if gap.is_empty() { "" } else { " " });
            let replaced = !words_only || token.kind == TokenKind::Word;
            out.push_str(words.next_if(replaced).map_or_else(|| token.of(self.analysis.text), String::as_str));
            end = token.end as usize;
        }
        out
    }
}

/// A name that no dictionary has as every article can write it: without quotes, with ё only in first names, where a
/// table tells it, and with a capital.
fn plain(name: &str, entity: EntityKind) -> String {
    let mut out = String::with_capacity(name.len());
    let name = name.trim_start_matches(|c: char| !c.is_alphanumeric() && !c.is_ascii());
    for word in name.split(' ') {
        let word: String =
            word.chars().filter(|c| !matches!(c, '«' | '»' | '"' | '“' | '”' | '„')).map(without_yo).collect();
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        let first_name = if entity == EntityKind::Person { spelling(&word) } else { None };
        out.push_str(first_name.unwrap_or(&word));
    }
    let begins = out.chars().next().filter(|c| entity != EntityKind::Person && ('а'..='я').contains(c));
    if let Some(letter) = begins {
        out.replace_range(..letter.len_utf8(), &letter.to_uppercase().to_string());
    }
    if out.is_empty() { name.to_owned() } else { out }
}

fn without_yo(letter: char) -> char {
    match letter {
        'ё' => 'е',
        'Ё' => 'Е',
        other => other,
    }
}

/// An iterator's next item on a condition.
trait NextIf: Iterator + Sized {
    fn next_if(&mut self, wanted: bool) -> Option<Self::Item> {
        if wanted { self.next() } else { None }
    }
}

impl<I: Iterator> NextIf for I {}

/// First name and surname as written in a nominative wording.
fn shown(person: &PersonName, wording: &str) -> Option<String> {
    if person.first.is_none() || person.surname.is_none() {
        return None;
    }
    let words: Vec<String> = wording.split([' ', '.']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    Some(PersonName::parse(&words, person.gender).1)
}

#[cfg(test)]
mod tests {
    use super::plain;
    use svodka_model::article::EntityKind;

    #[test]
    fn one_writing_each() {
        assert_eq!(plain("Петр Лютичёв", EntityKind::Person), "Пётр Лютичев");
        assert_eq!(plain("концерн «Зелёный луг»", EntityKind::Organization), "Концерн Зеленый луг");
        assert_eq!(plain("xAI", EntityKind::Organization), "xAI");
    }
}

//! From found names to typed names in the nominative.
//!
//! Names with several words come first: they tell the case apart by agreement, and the bare surnames of the same text
//! then follow them («Марию Иванову», so «Ивановой» is Иванова and no Иванов).

use super::{Name, Scratch, context::context, persons::PersonName, reconcile::FoundName};
use crate::{
    analyse::{
        Analysis, Token, TokenKind,
        fold::fold,
        morph::{Dictionary, Gender, Number},
        token::Flags,
    },
    names::{
        EntryId, Lexicon, NameKind,
        first_names::{first_names, spelling},
        normal::Normalizer,
    },
};
use rustc_hash::FxHashSet;
use std::{borrow::Cow, ops::Range};
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
pub(super) fn name(
    analysis: &Analysis<'_>,
    found: Vec<FoundName>,
    lexicon: &Lexicon,
    scratch: &mut Scratch,
) -> Vec<Name> {
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

fn is_bare_surname(analysis: &Analysis<'_>, found: &FoundName) -> bool {
    found.kind.entity() == EntityKind::Person && words_of(analysis, found).len() == 1
}

/// The words of a name without marks; «О’Брайен» is one word, with the one apostrophe that names are written with.
fn words_of<'t>(analysis: &Analysis<'t>, found: &FoundName) -> Vec<Cow<'t, str>> {
    units(analysis, &found.tokens).into_iter().filter(|unit| unit.is_word).map(|unit| unit.text).collect()
}

/// A word or a mark of a name.
struct Unit<'t> {
    text: Cow<'t, str>,
    span: Range<usize>,
    is_word: bool,
}

/// The tokens of a name, those around an apostrophe joined.
fn units<'t>(analysis: &Analysis<'t>, tokens: &Range<usize>) -> Vec<Unit<'t>> {
    let mut units: Vec<Unit<'t>> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.clone();
    while let Some((at, token)) = rest.next().and_then(|at| Some((at, analysis.tokens.get(at)?))) {
        let is_word = token.kind == TokenKind::Word;
        let joins = is_word && rest.len() >= 2 && is_apostrophe(analysis, at + 1);
        if joins && let Some(last) = analysis.tokens.get(at + 2) {
            let text = Cow::Owned(format!("{}'{}", analysis.word(at), analysis.word(at + 2)));
            units.push(Unit { text, span: token.start as usize..last.end as usize, is_word });
            rest.start = at + 3;
            continue;
        }
        units.push(Unit { text: Cow::Borrowed(analysis.word(at)), span: token.range(), is_word });
    }
    units
}

/// Whether a token is an apostrophe inside a word: letters touch it on both sides.
fn is_apostrophe(analysis: &Analysis<'_>, token: usize) -> bool {
    let glued = |at: usize| analysis.tokens.get(at).is_some_and(|token| token.flags.has(Flags::GLUED));
    let follows = analysis.tokens.get(token + 1).is_some_and(|next| next.kind == TokenKind::Word);
    matches!(analysis.word(token), "'" | "’" | "ʼ" | "‘" | "`") && glued(token) && glued(token + 1) && follows
}

struct Naming<'a, 't> {
    analysis: &'a Analysis<'t>,
    lexicon: &'a Lexicon,
    normalizer: &'a mut Normalizer,
}

impl Naming<'_, '_> {
    fn name(&mut self, found: FoundName, known: &Known) -> Name {
        let entity = found.kind.entity();
        let entry = found.entry.and_then(|entry| self.lexicon.entry(entry));
        let alias = found.alias.and_then(|alias| entry?.aliases.get(alias));
        let (wording, person) = match (alias, entity) {
            (Some(alias), EntityKind::Person) => {
                let words: Vec<String> = alias.text.split(' ').map(str::to_owned).collect();
                let gender = self.normalizer.gender(&alias.text);
                (alias.text.clone(), Some(PersonName::parse(&words, gender).0))
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
            canonical: stated.map_or_else(|| plain(shown.as_ref().unwrap_or(&wording), entity), |e| e.name.clone()),
            tokens: found.tokens,
            span: found.span,
            quoted: found.quoted,
            nested: found.nested,
            strength: found.strength,
            confirmed: found.confirmed,
            wording,
            person,
            settled: false,
            likely: None,
        }
    }

    /// The entry that a nominative names, if its kind is right.
    fn entry_of(&self, wording: &str, kind: EntityKind) -> Option<EntryId> {
        let number = self.lexicon.id_of(wording)?;
        let entry = self.lexicon.entry(number)?;
        let sure = |text: &str| {
            entry.aliases.iter().any(|a| fold(&a.text) == fold(text) && a.strength == crate::names::Strength::Strong)
        };
        (matches!(entry.kind, NameKind::Entity(own) if own == kind) && sure(wording)).then_some(number)
    }

    fn person(&mut self, found: &FoundName, known: &Known) -> (String, Option<PersonName>) {
        let words = words_of(self.analysis, found);
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        if let [word] = words.as_slice()
            && let Some(family) = family(self.analysis, found.tokens.start, word)
        {
            let surname = Some(fold(&family).into());
            return (family, Some(PersonName { surname, ..PersonName::default() }));
        }
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

    fn phrase(&mut self, found: &FoundName, known: &Known) -> String {
        let words: Vec<&str> = found.tokens.clone().map(|token| self.analysis.word(token)).collect();
        let context = context(self.analysis, &found.tokens, found.kind.entity(), found.quoted);
        let own: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let is_known = |word: &str| known.written.contains(word) && !own.iter().any(|own| own == word);
        let words = self.normalizer.phrase(&words, &context, &is_known);
        self.rebuild(found, &words, false)
    }

    /// The text of a name with its words, or all its tokens, replaced.
    fn rebuild(&self, found: &FoundName, words: &[String], words_only: bool) -> String {
        let mut out = String::new();
        let mut words = words.iter();
        let mut end = found.span.start;
        let tokens = found.tokens.clone().filter_map(|at| self.analysis.tokens.get(at));
        let whole = |token: &Token| Unit {
            text: Cow::Borrowed(token.of(self.analysis.text)),
            span: token.range(),
            is_word: true,
        };
        let units = if words_only { units(self.analysis, &found.tokens) } else { tokens.map(whole).collect() };
        for unit in units {
            let gap = self.analysis.text.get(end..unit.span.start).unwrap_or("");
            out.push_str(if gap.is_empty() { "" } else { " " });
            let replacement = if unit.is_word { words.next() } else { None };
            out.push_str(replacement.map_or(&*unit.text, String::as_str));
            end = unit.span.end;
        }
        out
    }
}

/// The plural of a surname that a family or brothers bear («братьями Ивановыми»), in the nominative; none if the word is
/// no such plural. A first name is none: «Марины».
fn family(analysis: &Analysis<'_>, at: usize, word: &str) -> Option<String> {
    /// Words for several of one name.
    const KIN: [&str; 11] =
        ["брат", "сестра", "супруг", "семья", "чета", "династия", "близнец", "семейство", "клан", "родитель", "сын"];
    let folded = fold(word);
    if !first_names(&folded).is_empty() {
        return None;
    }
    let dictionary = Dictionary::bundled();
    let before = at.checked_sub(1).map(|before| fold(analysis.word(before))).unwrap_or_default();
    let kin = dictionary.parses(&before).into_iter().any(|parse| {
        let lemma = dictionary.lemma(&before, parse);
        let several = parse.tag.number() == Some(Number::Plural)
            || matches!(lemma.as_str(), "семья" | "чета" | "династия" | "семейство" | "клан");
        several && KIN.contains(&lemma.as_str())
    });
    let possessive = ["ыми", "ых", "ым", "ы"].into_iter().find(|e| folded.strip_suffix(e).is_some_and(is_possessive));
    let adjectival = [
        ("ими", "ие"),
        ("их", "ие"),
        ("им", "ие"),
        ("ие", "ие"),
        ("ыми", "ые"),
        ("ых", "ые"),
        ("ым", "ые"),
        ("ые", "ые"),
    ];
    let (ending, nominative) = match possessive {
        Some("ым") if !kin => return None,
        Some(ending) => (ending, "ы"),
        None => adjectival.into_iter().find(|(ending, _)| kin && folded.ends_with(ending))?,
    };
    let letters = word.chars().count().checked_sub(ending.chars().count())?;
    Some(word.chars().take(letters).chain(nominative.chars()).collect())
}

fn is_possessive(stem: &str) -> bool {
    stem.chars().nth(3).is_some() && ["ов", "ев", "ин", "ын"].iter().any(|suffix| stem.ends_with(suffix))
}

/// A name that no dictionary has as every article can write it: without quotes, with ё only in first names, where a
/// table tells it, and with a capital.
fn plain(name: &str, entity: EntityKind) -> String {
    let mut out = String::with_capacity(name.len());
    let name = name.trim_start_matches(|c: char| !c.is_alphanumeric() && !c.is_ascii());
    for word in name.split(' ') {
        let word: String = word
            .chars()
            .filter(|c| !matches!(c, '«' | '»' | '"' | '“' | '”' | '„'))
            .map(|c| if matches!(c, '’' | 'ʼ') { '\'' } else { without_yo(c) })
            .collect();
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

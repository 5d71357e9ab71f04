//! The nominative of a person's name.

use super::{CASES, Context, Normalizer, letters::write_like, word::WordReading};
use crate::analyse::{
    fold::fold,
    morph::{Case, Gender},
};
use crate::word_classes::word_class;
use std::sync::{Arc, LazyLock};

/// A person's name in the nominative.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonForm {
    /// The words, one for each given.
    pub words: Vec<String>,
    /// Whose name it is.
    pub gender: Gender,
    /// The case the text had it in.
    pub case: Case,
    /// How much less likely the best form with another last word or of the other gender is.
    pub margin: f32,
}

/// Words of names that never decline.
static PARTICLES: LazyLock<&[&str]> = LazyLock::new(|| word_class("fixed_particle"));

/// More women than men bear a name that could be either's: never so in the news.
const WOMAN: f32 = 0.6;

/// A margin that two names differing in gender only have.
pub(super) const UNSURE: f32 = WOMAN + 0.05;

/// Cost of a word that cannot stand in the case supposed.
const MISFIT: f32 = 4.0;

/// What a nominative gains by being known from the article.
const KNOWN: f32 = 1.2;

/// One supposed case and gender of the whole name.
struct Hypothesis {
    case: Case,
    gender: Gender,
    cost: f32,
    /// The chosen reading of each part; none: the part stays as it is.
    chosen: Vec<Option<usize>>,
}

/// A word, or a part of one between hyphens.
struct NamePart<'w> {
    text: &'w str,
    /// Number of the word it belongs to.
    word: usize,
    /// What joins it to the part before it.
    joint: char,
    /// Whether it never declines.
    fixed: bool,
    readings: Arc<[WordReading]>,
}

impl Normalizer {
    /// The likeliest nominative of the name written `words`; `known` tells which folded last names, of which gender, the
    /// article is known to speak of.
    pub fn person(&mut self, words: &[&str], context: &Context, known: &dyn Fn(&str, Gender) -> bool) -> PersonForm {
        let forms = self.person_forms(words, context, known);
        let last = |form: &PersonForm| form.words.last().cloned();
        let mut forms = forms.into_iter();
        let Some(mut best) = forms.next() else {
            let words = words.iter().map(|word| (*word).to_owned()).collect();
            return PersonForm { words, gender: Gender::Masculine, case: Case::Nominative, margin: 0.0 };
        };
        let rival = forms.find(|form| last(form) != last(&best) || form.gender != best.gender);
        best.margin = rival.map_or(MISFIT, |rival| rival.margin) - best.margin;
        best
    }

    /// Every nominative that `words` can be a form of, likeliest first; `margin` holds the cost.
    pub fn person_forms(
        &mut self,
        words: &[&str],
        context: &Context,
        known: &dyn Fn(&str, Gender) -> bool,
    ) -> Vec<PersonForm> {
        let parts = self.name_parts(words);
        let mut forms: Vec<PersonForm> = Vec::new();
        for supposed in suppositions(&parts, context, known) {
            let words = write(words.len(), &parts, &supposed);
            let form = PersonForm { words, gender: supposed.gender, case: supposed.case, margin: supposed.cost };
            match forms.iter_mut().find(|f| f.words == form.words && f.gender == form.gender) {
                Some(same) if same.margin <= form.margin => {}
                Some(same) => *same = form,
                None => forms.push(form),
            }
        }
        forms.sort_by(|a, b| a.margin.total_cmp(&b.margin));
        forms
    }

    fn name_parts<'w>(&mut self, words: &[&'w str]) -> Vec<NamePart<'w>> {
        let mut parts = Vec::with_capacity(words.len());
        for (number, word) in words.iter().enumerate() {
            let folded = fold(word);
            if !folded.contains(['-', '\'']) || self.dictionary.knows(&folded) {
                parts.push(self.name_part(word, &folded, number, '-'));
                continue;
            }
            let mut joint = '-';
            for part in word.split_inclusive(['-', '\'']) {
                let text = part.trim_end_matches(['-', '\'']);
                parts.push(self.name_part(text, &fold(text), number, joint));
                joint = if part.ends_with('\'') { '\'' } else { '-' };
            }
        }
        parts
    }

    fn name_part<'w>(&mut self, text: &'w str, folded: &str, word: usize, joint: char) -> NamePart<'w> {
        NamePart { text, word, joint, fixed: is_fixed(text, folded), readings: self.personal(folded) }
    }
}

/// The likeliest hypothesis for each gender and each choice of readings, in order of case.
fn suppositions(parts: &[NamePart<'_>], context: &Context, known: &dyn Fn(&str, Gender) -> bool) -> Vec<Hypothesis> {
    let mut supposed: Vec<Hypothesis> = Vec::new();
    let last = parts.last().map(|part| &*part.readings).unwrap_or_default();
    for gender in [Gender::Masculine, Gender::Feminine] {
        let known: Vec<bool> = last.iter().map(|reading| known(&reading.nominative, gender)).collect();
        for case in CASES {
            let next = suppose(parts, case, gender, context, &known);
            match supposed.iter_mut().find(|same| same.gender == next.gender && same.chosen == next.chosen) {
                Some(same) if same.cost <= next.cost => {}
                Some(same) => *same = next,
                None => supposed.push(next),
            }
        }
    }
    supposed
}

/// One hypothesis; `known` tells which readings of the last part the article is known to speak of.
fn suppose(parts: &[NamePart<'_>], case: Case, gender: Gender, context: &Context, known: &[bool]) -> Hypothesis {
    let mut cost = context.case(case) + context.gender(gender);
    if gender == Gender::Feminine {
        cost += WOMAN;
    }
    let mut chosen = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        if part.fixed {
            chosen.push(None);
            continue;
        }
        let last = at + 1 == parts.len();
        let fits = |r: &&WordReading| r.case.is_none_or(|c| c == case) && r.gender.is_none_or(|g| g == gender);
        let price = |number: usize, r: &WordReading| {
            let is_known = last && known.get(number) == Some(&true);
            r.cost - if is_known { KNOWN } else { 0.0 }
        };
        let readings = part.readings.iter().enumerate().filter(|(_, r)| fits(r));
        match readings.map(|(number, r)| (price(number, r), number)).min_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((price, number)) => {
                cost += price;
                chosen.push(Some(number));
            }
            None => {
                cost += MISFIT;
                chosen.push(None);
            }
        }
    }
    Hypothesis { case, gender, cost, chosen }
}

/// Whether a folded word is a part of names that never declines.
pub(super) fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word)
}

/// Initials, particles, acronyms and Latin words.
fn is_fixed(part: &str, folded: &str) -> bool {
    part.chars().nth(1).is_none()
        || !part.chars().all(|c| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'))
        || is_particle(folded)
}

fn write(count: usize, parts: &[NamePart<'_>], supposed: &Hypothesis) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new(); count];
    for (part, chosen) in parts.iter().zip(&supposed.chosen) {
        let Some(word) = words.get_mut(part.word) else { continue };
        if !word.is_empty() {
            word.push(part.joint);
        }
        match chosen.and_then(|number| part.readings.get(number)) {
            Some(reading) => word.push_str(&write_like(part.text, &reading.nominative)),
            None => word.push_str(part.text),
        }
    }
    words
}

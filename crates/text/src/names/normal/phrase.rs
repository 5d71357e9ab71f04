//! The nominative of the name of a place or an organisation: attributes and head, the rest untouched.

use super::{
    CASES, Context, Normalizer,
    letters::write_like,
    word::{WordPart, WordReading},
};
use crate::acronym_endings;
use crate::analyse::{
    fold::fold,
    morph::{Case, Gender, Number},
};
use std::sync::Arc;

/// Cost of a plural: most names are singular.
const PLURAL: f32 = 0.6;

/// Cost of a word that cannot stand in the case supposed.
const MISFIT: f32 = 4.0;

/// What a nominative gains by being known from the article.
const KNOWN: f32 = 0.8;

/// A supposed case of a phrase.
struct Hypothesis {
    cost: f32,
    words: Vec<String>,
}

impl Normalizer {
    /// The likeliest nominative of the name written `words`, a word for each given; `known` tells which folded words
    /// the article has in the nominative.
    pub fn phrase(&mut self, words: &[&str], context: &Context, known: &dyn Fn(&str) -> bool) -> Vec<String> {
        let unchanged = || words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let Some(first) = words.first() else { return Vec::new() };
        if let Some(acronym) = acronym(first) {
            let mut out = unchanged();
            if let Some(word) = out.first_mut() {
                acronym.clone_into(word);
            }
            return out;
        }
        let readings: Vec<Arc<[WordReading]>> = words.iter().map_while(|word| self.phrase_word(word)).collect();
        let mut best: Option<Hypothesis> = None;
        for case in CASES {
            for number in [Number::Singular, Number::Plural] {
                for gender in [Gender::Masculine, Gender::Feminine, Gender::Neuter] {
                    let form = Form { case, number, gender };
                    let supposed = suppose(words, &readings, form, context, known);
                    if best.as_ref().is_none_or(|best| supposed.cost < best.cost) {
                        best = Some(supposed);
                    }
                }
            }
        }
        let mut out = unchanged();
        for (word, form) in out.iter_mut().zip(best.map(|best| best.words).unwrap_or_default()) {
            *word = form;
        }
        out
    }

    /// The readings of a word that may decline; none for marks, numbers, acronyms and Latin words.
    fn phrase_word(&mut self, word: &str) -> Option<Arc<[WordReading]>> {
        if word == "и" {
            return Some(Arc::new([]));
        }
        let russian = word.chars().all(|c| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' | '-'));
        let shouted = word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
        if !russian || shouted || word.chars().nth(1).is_none() {
            return None;
        }
        let folded = fold(word);
        if super::person::is_particle(&folded) {
            // «Аль Аин», «Эль Сальвадор»
            let (case, number, gender) = (None, None, None);
            let nominative = folded.into();
            return Some(Arc::new([WordReading {
                nominative,
                case,
                number,
                gender,
                cost: 0.0,
                part: WordPart::Attribute,
            }]));
        }
        match folded.rsplit_once('-') {
            Some((head, last)) if !head.is_empty() && !last.is_empty() && !self.dictionary.knows(&folded) => {
                // «Нью-Йорка»: only the last part declines.
                let whole = |r: &WordReading| WordReading {
                    nominative: format!("{head}-{}", r.nominative).into(),
                    ..r.clone()
                };
                Some(self.general(last).iter().map(whole).collect())
            }
            _ => Some(self.general(&folded)),
        }
    }
}

/// «МИДа» without its ending.
fn acronym(word: &str) -> Option<&str> {
    let capitals: usize = word.chars().take_while(|c| c.is_uppercase()).map(char::len_utf8).sum();
    let (acronym, ending) = word.split_at_checked(capitals)?;
    (acronym.chars().nth(1).is_some() && (ending.is_empty() || acronym_endings().contains(&ending))).then_some(acronym)
}

#[derive(Clone, Copy)]
struct Form {
    case: Case,
    number: Number,
    gender: Gender,
}

impl Form {
    fn fits(self, reading: &WordReading) -> bool {
        reading.case.is_none_or(|case| case == self.case)
            && reading.number.is_none_or(|number| number == self.number)
            && (self.number == Number::Plural || reading.gender.is_none_or(|gender| gender == self.gender))
    }
}

fn suppose(
    words: &[&str],
    readings: &[Arc<[WordReading]>],
    form: Form,
    context: &Context,
    known: &dyn Fn(&str) -> bool,
) -> Hypothesis {
    let mut cost = context.case(form.case);
    if form.number == Number::Plural {
        cost += PLURAL;
    }
    let mut out = Vec::new();
    for (at, (word, readings)) in words.iter().zip(readings).enumerate() {
        let price = |r: &WordReading| {
            // An attribute without anything to agree with is rare: «Отрадное».
            let lonely = r.part == WordPart::Attribute && at + 1 == words.len();
            // «Тверская» is a street too, but not before «область».
            let agrees = r.part == WordPart::Attribute && at + 1 < words.len();
            r.cost - if agrees { 0.3 } else { 0.0 } - if known(&r.nominative) { KNOWN } else { 0.0 }
                + if lonely { 0.4 } else { 0.0 }
        };
        if *word == "и" && !out.is_empty() {
            // «Продовольственная и сельскохозяйственная организация»
            out.push((*word).to_owned());
            continue;
        }
        let fitting = readings.iter().filter(|r| form.fits(r));
        let Some(best) = fitting.min_by(|a, b| price(a).total_cmp(&price(b))) else {
            cost += if out.is_empty() { MISFIT } else { 1.5 };
            break;
        };
        cost += price(best);
        out.push(write_like(word, &best.nominative));
        if best.part != WordPart::Attribute {
            break;
        }
    }
    Hypothesis { cost, words: out }
}

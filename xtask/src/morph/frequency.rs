//! How likely each reading of an ambiguous form is.
//!
//! «мира» is of «мир» and not of «миро», «песков» of «Песков» more often than of «песок». Two sources tell: the counts
//! of forms in a news vocabulary, and the tags of OpenCorpora's annotated texts. The counts do not say which lexeme a
//! form belongs to, but the lexemes' unambiguous forms do: each lexeme gets the weight under which all counts are
//! explained best (expectation maximisation), each of its forms being as frequent as its tags usually are.

use super::{
    lexicon::Lexicon,
    source::Source,
    tag::{Number, Pos, Tag},
};
use anyhow::{Context, Result};
use rustc_hash::FxHashMap;

/// Rounds of expectation maximisation; the shares no longer change in the second decimal long before.
const ROUNDS: usize = 60;

/// A lexeme may not be more frequent than so many times what its unambiguous forms, when they are this usual share of
/// it, let expect. The smaller their share, the less they prove: the limit is then looser in proportion.
const OVERSHOOT: f64 = 3.0;
const USUAL_SHARE: f64 = 0.3;

/// Occurrences in annotated texts that weigh as much as the estimate from counts.
const TAGGED_WEIGHT: f64 = 15.0;

/// A lemma that shares some of its forms with other lemmas.
#[derive(Clone, Debug, Default)]
pub(super) struct Lemma {
    /// The lemma.
    pub(super) text: String,
    /// Its forms, as numbers of the lexicon's forms, with the slots that make them.
    pub(super) forms: Vec<(usize, Vec<u32>)>,
    /// How often it occurs in the news vocabulary, all forms together.
    pub(super) weight: f64,
}

/// The lemmas that share forms, and how the forms are shared.
pub(super) struct Shares {
    /// The lemmas.
    pub(super) lemmas: Vec<Lemma>,
    /// Of every form with several lemmas, by its number: the lemmas with their shares, likeliest first.
    pub(super) of_form: FxHashMap<usize, Vec<(usize, f64)>>,
}

impl Shares {
    /// Estimates the shares of all ambiguous forms.
    pub(super) fn new(lexicon: &Lexicon, source: &Source, counts: &FxHashMap<String, f64>) -> Result<Self> {
        let usual = usual_rates(lexicon, counts)?;
        let mut lemmas = ambiguous_lemmas(lexicon)?;
        let count =
            |form: usize| lexicon.forms.get(form).and_then(|(text, _)| counts.get(text)).copied().unwrap_or_default();
        let mut of_form: FxHashMap<usize, Vec<(usize, f64)>> = FxHashMap::default();
        for (number, lemma) in lemmas.iter().enumerate() {
            let rates: Vec<f64> = lemma.forms.iter().map(|(_, slots)| rate(lexicon, slots, &usual)).collect();
            let sum: f64 = rates.iter().sum::<f64>() * doubt(lexicon, lemma);
            for ((form, _), rate) in lemma.forms.iter().zip(rates) {
                of_form.entry(*form).or_default().push((number, rate / sum));
            }
        }
        estimate_weights(&mut lemmas, &of_form, &count);

        of_form.retain(|_, readings| readings.len() > 1);
        let mut shares = Self { lemmas, of_form };
        shares.normalise(lexicon, source)?;
        Ok(shares)
    }

    /// Turns rates within a lemma into shares within a form, and lets the annotated texts have their say.
    fn normalise(&mut self, lexicon: &Lexicon, source: &Source) -> Result<()> {
        for (form, readings) in &mut self.of_form {
            let (text, _) = lexicon.forms.get(*form).context("a form out of range")?;
            for (lemma, share) in readings.iter_mut() {
                *share *= self.lemmas.get(*lemma).context("a lemma out of range")?.weight;
            }
            scale(readings);
            if let Some(tagged) = source.tag_probability.get(text) {
                let slots_of = |lemma: usize| {
                    let forms = self.lemmas.get(lemma).map(|l| l.forms.as_slice()).unwrap_or_default();
                    forms
                        .iter()
                        .find(|(number, _)| number == form)
                        .map(|(_, slots)| slots.as_slice())
                        .unwrap_or_default()
                };
                let tagged = tagged_counts(lexicon, readings, tagged, &slots_of);
                for ((_, share), count) in readings.iter_mut().zip(tagged) {
                    *share = *share * TAGGED_WEIGHT + count;
                }
                scale(readings);
            }
            readings.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        }
        Ok(())
    }
}

/// An indeclinable noun spelt like a form of another word («пику») has no form of its own to prove that it occurs at
/// all: it counts for so much less.
fn doubt(lexicon: &Lexicon, lemma: &Lemma) -> f64 {
    let [(_, slots)] = lemma.forms.as_slice() else { return 1.0 };
    let mut tags = slots.iter().filter_map(|slot| lexicon.slot(*slot).ok()).flat_map(|slot| &slot.tags);
    let indeclinable = tags.all(|(tag, _)| tag.pos() == Pos::Noun && !tag.is_any(Tag::ABBREVIATION));
    if indeclinable { 100.0 } else { 1.0 }
}

/// Divides the shares by their sum.
fn scale(readings: &mut [(usize, f64)]) {
    let sum: f64 = readings.iter().map(|(_, share)| share).sum();
    for (_, share) in readings {
        *share = if sum > 0.0 { *share / sum } else { 0.0 };
    }
}

/// How many annotated occurrences each reading has.
///
/// The probabilities were smoothed by adding one occurrence to every tag: the smallest of them tells how many there
/// were, if at least one tag never occurred, which is so for nearly all ambiguous words.
fn tagged_counts<'s>(
    lexicon: &Lexicon,
    readings: &[(usize, f64)],
    tagged: &[(String, f64)],
    slots_of: &dyn Fn(usize) -> &'s [u32],
) -> Vec<f64> {
    let smallest = tagged.iter().map(|(_, p)| *p).fold(1.0, f64::min).max(1e-6);
    let probability = |lemma: usize| {
        let tags = slots_of(lemma).iter().filter_map(|slot| lexicon.slot(*slot).ok()).flat_map(|slot| &slot.tags);
        let mut found: Vec<&(String, f64)> =
            tags.filter_map(|(_, raw)| tagged.iter().find(|(tag, _)| tag == raw)).collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.dedup();
        found.iter().map(|(_, p)| (p / smallest - 1.0).max(0.0)).sum::<f64>()
    };
    readings.iter().map(|(lemma, _)| probability(*lemma)).collect()
}

/// Everything about a tag that says how frequent a form is within its word.
fn rate_key(tag: Tag) -> u32 {
    let gender_matters = tag.pos() != Pos::Noun || tag.is_any(Tag::SURNAME);
    let kept = tag.0 & !(Tag::ORGANIZATION | Tag::ABBREVIATION | Tag::PRONOMINAL);
    if gender_matters { kept } else { kept & !(3 << 5) }
}

/// Whether a word shares no form with another, and its slots with the counts of the forms.
type Word = (bool, Vec<(u32, f64)>);

/// How frequent a form with a given tag is within its word, from words that share no form with another.
fn usual_rates(lexicon: &Lexicon, counts: &FxHashMap<String, f64>) -> Result<FxHashMap<u32, f64>> {
    const FREQUENT: f64 = 500.0;
    let mut words: FxHashMap<(&str, u32), Word> = FxHashMap::default();
    for (form, slots) in &lexicon.forms {
        for slot in slots {
            let key = (lexicon.stem(form, *slot)?, lexicon.paradigm(*slot)?.start);
            let word = words.entry(key).or_insert_with(|| (true, Vec::new()));
            word.0 &= slots.len() == 1;
            word.1.push((*slot, counts.get(form).copied().unwrap_or_default()));
        }
    }
    let mut keys: Vec<_> = words.into_iter().collect();
    keys.sort_unstable_by_key(|(key, _)| *key);
    let mut sums: FxHashMap<u32, (f64, f64)> = FxHashMap::default();
    for (_, (unambiguous, forms)) in &keys {
        let total: f64 = forms.iter().map(|(_, count)| count).sum();
        if !unambiguous || total < FREQUENT {
            continue;
        }
        for (slot, count) in forms {
            let tags = &lexicon.slot(*slot)?.tags;
            for (tag, _) in tags {
                let sum = sums.entry(rate_key(*tag)).or_default();
                sum.0 += count / total / tags.len() as f64;
                sum.1 += 1.0;
            }
        }
    }
    Ok(sums.into_iter().map(|(key, (sum, words))| (key, (sum + 0.01) / (words + 1.0))).collect())
}

/// How frequent a form is within its word, by all its tags.
fn rate(lexicon: &Lexicon, slots: &[u32], usual: &FxHashMap<u32, f64>) -> f64 {
    const UNSEEN: f64 = 1e-4;
    /// «Борисов» is hardly ever several of the name Борис; unambiguous words cannot show that.
    const PLURAL_OF_PERSON: f64 = 0.02;
    let tags = slots.iter().filter_map(|slot| lexicon.slot(*slot).ok()).flat_map(|slot| &slot.tags);
    let rate = |tag: Tag| {
        let plural = tag.is_any(Tag::NAME | Tag::PATRONYMIC) && tag.number() == Some(Number::Plural);
        usual.get(&rate_key(tag)).copied().unwrap_or(UNSEEN) * if plural { PLURAL_OF_PERSON } else { 1.0 }
    };
    tags.map(|(tag, _)| rate(*tag)).sum()
}

/// The lemmas that share a form with another lemma, in order, each with all its forms.
fn ambiguous_lemmas(lexicon: &Lexicon) -> Result<Vec<Lemma>> {
    let mut found: FxHashMap<String, Lemma> = FxHashMap::default();
    for (form, slots) in &lexicon.forms {
        let mut lemmas = slots.iter().map(|slot| lexicon.lemma(form, *slot)).collect::<Result<Vec<_>>>()?;
        lemmas.sort_unstable();
        lemmas.dedup();
        if lemmas.len() > 1 {
            found.extend(lemmas.into_iter().map(|text| (text.clone(), Lemma { text, ..Lemma::default() })));
        }
    }
    for (number, (form, slots)) in lexicon.forms.iter().enumerate() {
        for slot in slots {
            if let Some(lemma) = found.get_mut(&lexicon.lemma(form, *slot)?) {
                match lemma.forms.last_mut() {
                    Some((last, slots)) if *last == number => slots.push(*slot),
                    _ => lemma.forms.push((number, vec![*slot])),
                }
            }
        }
    }
    let mut lemmas: Vec<Lemma> = found.into_values().collect();
    lemmas.sort_unstable_by(|a, b| a.text.cmp(&b.text));
    Ok(lemmas)
}

/// Expectation maximisation of the lemmas' weights.
fn estimate_weights(
    lemmas: &mut [Lemma],
    readings: &FxHashMap<usize, Vec<(usize, f64)>>,
    count: &dyn Fn(usize) -> f64,
) {
    let mut observed: Vec<_> = readings
        .iter()
        .map(|(form, readings)| (*form, count(*form), readings.as_slice()))
        .filter(|(_, count, _)| *count > 0.0)
        .collect();
    observed.sort_unstable_by_key(|(form, ..)| *form);

    let limits: Vec<f64> = weight_limits(lemmas.len(), readings, count);
    for lemma in lemmas.iter_mut() {
        let total: f64 = lemma.forms.iter().map(|(form, _)| count(*form)).sum();
        lemma.weight = 1.0 + total / lemma.forms.len() as f64;
    }
    for _ in 0..ROUNDS {
        let mut next = vec![0.5; lemmas.len()];
        for (_, count, readings) in &observed {
            let weight = |lemma: usize| lemmas.get(lemma).map_or(0.0, |l| l.weight);
            let sum: f64 = readings.iter().map(|(lemma, rate)| weight(*lemma) * rate).sum();
            for (lemma, rate) in *readings {
                if let Some(next) = next.get_mut(*lemma) {
                    *next += count * weight(*lemma) * rate / sum;
                }
            }
        }
        for ((lemma, next), limit) in lemmas.iter_mut().zip(next).zip(&limits) {
            lemma.weight = next.min(*limit);
        }
    }
}

/// What the unambiguous forms of each lemma allow.
fn weight_limits(
    lemmas: usize,
    readings: &FxHashMap<usize, Vec<(usize, f64)>>,
    count: &dyn Fn(usize) -> f64,
) -> Vec<f64> {
    /// A form missing from the vocabulary may still occur so often.
    const UNSEEN: f64 = 20.0;
    let mut own = vec![(0.0, 0.0); lemmas];
    let mut forms: Vec<_> = readings.iter().collect();
    forms.sort_unstable_by_key(|(form, _)| **form);
    for (form, readings) in forms {
        if let [(lemma, rate)] = readings.as_slice()
            && let Some(own) = own.get_mut(*lemma)
        {
            own.0 += rate;
            own.1 += count(*form);
        }
    }
    let limit = |(rate, count): (f64, f64)| OVERSHOOT * (count + UNSEEN) / rate * (USUAL_SHARE / rate).max(1.0);
    own.into_iter().map(limit).collect()
}

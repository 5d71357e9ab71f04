//! Which readings of a form give it index terms, and what the terms are.
//!
//! A form found under every word it may belong to finds too much: «при» is hardly ever the imperative of «переть».
//! A form found under one word only misses the others: «банки» are jars too. The rules here weigh the two.
//! They know word classes and frequencies, never single words.

use super::{
    format::{READING_LOWER, READING_STEM, READING_TERM},
    frequency::{Lemma, Shares},
    lexicon::Lexicon,
    tag::{Pos, Tag},
};
use anyhow::{Context, Result};
use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::{FxHashMap, FxHashSet};

/// A reading below this share gives no term …
const CREDIBLE: f64 = 0.1;

/// … an archaic, colloquial or mistaken one below this share …
const CREDIBLE_RARE: f64 = 0.25;

/// … unless its word is so frequent (in occurrences in the news vocabulary) and the share at least [`CONCEIVABLE`]:
/// a search for a common word should find all its forms.
const COMMON_WORD: f64 = 5_000.0;

/// See [`COMMON_WORD`].
const CONCEIVABLE: f64 = 0.005;

/// A form that is a function word so often is nothing else: «после» is not of «посол».
const FUNCTION_WORD: f64 = 0.97;

/// A name so much rarer than another that shares its forms gives them no term: «Роберта» is of «Роберт».
const RARE_NAME: f64 = 0.1;

/// A shorter stem says too little: «ма» of «май», «ве» of «весь».
const SHORTEST_STEM: usize = 3;

/// The share of capitalised words that are no proper names, but begin a sentence.
const CAPITALISED_COMMON: f64 = 0.08;

/// A common reading of a capitalised word below this share gives no term.
const CREDIBLE_CAPITALISED: f64 = 0.05;

/// How the lemma of a reading becomes a term: as its Snowball stem or as it stands.
pub(super) struct Terms {
    stemmed: FxHashSet<String>,
}

/// What is known of a lemma, all lexemes of that spelling together.
#[derive(Clone, Debug, Default)]
struct Profile {
    name: bool,
    surname: bool,
    noun: bool,
    adjective: bool,
    other: bool,
    weight: f64,
    forms: Vec<usize>,
}

impl Terms {
    /// Looks over all lemmas.
    pub(super) fn new(lexicon: &Lexicon, counts: &FxHashMap<String, f64>) -> Result<Self> {
        let profiles = profiles(lexicon, counts)?;
        let snowball = Stemmer::create(Algorithm::Russian);
        let mut stemmed: FxHashSet<String> = profiles
            .iter()
            .filter(|(lemma, profile)| {
                is_stemmed(lemma, profile) && snowball.stem(lemma).chars().count() >= SHORTEST_STEM
            })
            .map(|(lemma, _)| lemma.clone())
            .collect();
        for lemma in clashing_nouns(&profiles, &stemmed) {
            stemmed.remove(&lemma);
        }
        Ok(Self { stemmed })
    }

    /// Whether the term of a lemma is its Snowball stem.
    pub(super) fn is_stem(&self, lemma: &str) -> bool {
        self.stemmed.contains(lemma)
    }
}

/// Names are whole: Snowball takes «Лавров» for laurels and «Максим» for a superlative. A name spelt like a common
/// noun («Мороз») lends the noun its whole lemma; one spelt like an adjective («Грозный») takes the adjective's stem,
/// but not a surname in -ов or -ин, whose twin is a possessive («иванов»).
fn is_stemmed(lemma: &str, profile: &Profile) -> bool {
    let possessive = profile.surname && ["ов", "ев", "ин", "ын"].iter().any(|ending| lemma.ends_with(ending));
    if profile.name { profile.adjective && !possessive } else { profile.noun || profile.adjective || profile.other }
}

/// Nouns whose stem is that of another, usually more frequent noun, without the two sharing many forms: «визит» and «виза».
/// They keep their whole lemma. Nouns that do share most forms («парк» and «парка») cannot be told apart anyway.
fn clashing_nouns(profiles: &FxHashMap<String, Profile>, stemmed: &FxHashSet<String>) -> Vec<String> {
    const FEW: f64 = 0.3;
    let snowball = Stemmer::create(Algorithm::Russian);
    let mut by_stem: FxHashMap<String, Vec<(&String, &Profile)>> = FxHashMap::default();
    for (lemma, profile) in profiles.iter().filter(|(lemma, profile)| profile.noun && stemmed.contains(*lemma)) {
        by_stem.entry(snowball.stem(lemma).into_owned()).or_default().push((lemma, profile));
    }
    let mut whole = Vec::new();
    for (stem, mut group) in by_stem {
        // A lemma that is its own stem cannot leave it: «мэр» stays, «мэрия» goes.
        group.sort_by(|a, b| {
            (*b.0 == stem).cmp(&(*a.0 == stem)).then(b.1.weight.total_cmp(&a.1.weight)).then(a.0.cmp(b.0))
        });
        // A name or acronym spelt like the stem holds it too.
        let name = profiles.get_key_value(&stem).filter(|(lemma, name)| {
            !stemmed.contains(*lemma) && group.iter().all(|(_, profile)| name.weight > RARE_NAME * profile.weight)
        });
        group.splice(0..0, name);
        let Some(((_, first), others)) = group.split_first() else { continue };
        for (lemma, profile) in others {
            let shared = profile.forms.iter().filter(|form| first.forms.binary_search(form).is_ok()).count();
            if (shared as f64) < FEW * profile.forms.len().min(first.forms.len()) as f64 {
                whole.push((*lemma).clone());
            }
        }
    }
    whole
}

fn profiles(lexicon: &Lexicon, counts: &FxHashMap<String, f64>) -> Result<FxHashMap<String, Profile>> {
    let mut profiles: FxHashMap<String, Profile> = FxHashMap::default();
    for (number, (form, slots)) in lexicon.forms.iter().enumerate() {
        for slot in slots {
            let profile = profiles.entry(lexicon.lemma(form, *slot)?).or_default();
            for (tag, _) in &lexicon.slot(*slot)?.tags {
                let is = |kind: bool| kind && !tag.is_name();
                profile.name |= tag.is_name();
                profile.surname |= tag.is_any(Tag::SURNAME);
                profile.noun |= is(tag.pos() == Pos::Noun);
                profile.adjective |= is(tag.pos() == Pos::Adjective);
                profile.other |= is(!matches!(tag.pos(), Pos::Noun | Pos::Adjective));
            }
            if profile.forms.last() != Some(&number) {
                profile.forms.push(number);
                profile.weight += counts.get(form).copied().unwrap_or_default() / slots.len() as f64;
            }
        }
    }
    Ok(profiles)
}

/// The readings of one form: slots with their flags, likeliest first.
pub(super) type Readings = Vec<(u32, u32)>;

/// Decides about every form; a form without an entry has one reading that is treated by its tags alone.
pub(super) fn decide(
    lexicon: &Lexicon,
    shares: &Shares,
    counts: &FxHashMap<String, f64>,
) -> Result<FxHashMap<usize, Readings>> {
    let terms = Terms::new(lexicon, counts)?;
    let contained = contained_lemmas(lexicon, shares)?;
    let mut decided = FxHashMap::default();
    for (number, (form, slots)) in lexicon.forms.iter().enumerate() {
        let candidates = match shares.of_form.get(&number) {
            Some(readings) => candidates_of_form(lexicon, shares, &contained, number, readings)?,
            None => {
                let lemma = lexicon.lemma(form, *slots.first().context("a form without a slot")?)?;
                vec![Candidate::new(lexicon, lemma, slots.clone(), 1.0, 0.0)?]
            }
        };
        let mut readings: Readings = Vec::new();
        for (candidate, flags) in candidates.iter().zip(flags_of_form(form, &candidates)) {
            let is_stem = flags & READING_TERM != 0 && terms.is_stem(&candidate.lemma);
            // One slot is enough to give the lemma.
            let mut flags = if is_stem { flags | READING_STEM } else { flags };
            for slot in &candidate.slots {
                readings.push((*slot, flags));
                flags = 0;
            }
        }
        if !is_obvious(lexicon, &readings)? {
            decided.insert(number, readings);
        }
    }
    Ok(decided)
}

/// Whether there is only one reading, and it is treated as its tags let expect.
fn is_obvious(lexicon: &Lexicon, readings: &Readings) -> Result<bool> {
    let [(slot, flags)] = readings.as_slice() else { return Ok(false) };
    let name = lexicon.slot(*slot)?.tags.iter().all(|(tag, _)| tag.is_name());
    Ok(*flags == if name { READING_TERM } else { READING_TERM | READING_STEM })
}

/// One lemma a form may belong to.
#[derive(Clone, Debug)]
struct Candidate {
    lemma: String,
    slots: Vec<u32>,
    /// The share of the form's occurrences that are of this lemma.
    share: f64,
    /// How often the lemma occurs.
    weight: f64,
    function_word: bool,
    name: bool,
    surname: bool,
    rare: bool,
}

impl Candidate {
    fn new(lexicon: &Lexicon, lemma: String, slots: Vec<u32>, share: f64, weight: f64) -> Result<Self> {
        let mut candidate =
            Self { lemma, slots, share, weight, function_word: false, name: false, surname: false, rare: true };
        for slot in &candidate.slots {
            for (tag, _) in &lexicon.slot(*slot)?.tags {
                candidate.function_word |= is_function_word(*tag);
                candidate.name |= tag.is_any(Tag::PROPER);
                candidate.surname |= tag.is_any(Tag::SURNAME);
                candidate.rare &= tag.is_any(Tag::RARE);
            }
        }
        Ok(candidate)
    }

    /// Whether the reading is worth a term, whatever the others are.
    fn is_credible(&self) -> bool {
        let share = if self.rare { CREDIBLE_RARE } else { CREDIBLE };
        self.share >= share || self.weight >= COMMON_WORD && self.share >= CONCEIVABLE && !self.rare
    }

    /// The share among capitalised words, but for a common factor.
    fn capitalised(&self) -> f64 {
        self.share * if self.name { 1.0 } else { CAPITALISED_COMMON }
    }
}

/// The candidates of a form, likeliest first; those that another one contains come last and have no share.
fn candidates_of_form(
    lexicon: &Lexicon,
    shares: &Shares,
    contained: &FxHashSet<(usize, usize)>,
    form: usize,
    readings: &[(usize, f64)],
) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for (lemma, share) in readings {
        let Lemma { text, forms, weight } = shares.lemmas.get(*lemma).context("a lemma out of range")?;
        let slots = forms.iter().find(|(number, _)| *number == form).map(|(_, slots)| slots.clone());
        let slots = slots.context("a form its lemma does not know")?;
        let swallowed = readings.iter().any(|(other, _)| contained.contains(&(*lemma, *other)));
        let (share, weight) = if swallowed { (0.0, 0.0) } else { (*share, *weight) };
        candidates.push(Candidate::new(lexicon, text.clone(), slots, share, weight)?);
    }
    let sum: f64 = candidates.iter().map(|c| c.share).sum();
    for candidate in &mut candidates {
        candidate.share /= sum.max(f64::MIN_POSITIVE);
    }
    candidates.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.lemma.cmp(&b.lemma)));
    Ok(candidates)
}

/// The flags of each candidate: whether it gives a term, and whether in lower case only.
fn flags_of_form(form: &str, candidates: &[Candidate]) -> Vec<u32> {
    let function_share: f64 = candidates.iter().filter(|c| c.function_word).map(|c| c.share).sum();
    let heaviest_name = candidates.iter().filter(|c| c.name).map(|c| c.weight).fold(0.0, f64::max);
    let capitalised: f64 = candidates.iter().map(Candidate::capitalised).sum();
    let any_name = candidates.iter().any(|c| c.name);
    let flags = candidates.iter().enumerate().map(|(rank, candidate)| {
        let drowned = function_share >= FUNCTION_WORD && !candidate.function_word;
        // The nominative of a surname stays its own, however rare: «Жемчугов» is a man too.
        let nominative = candidate.surname && candidate.lemma == form;
        let outshone = candidate.name && !nominative && candidate.weight < RARE_NAME * heaviest_name;
        let lower = any_name && !candidate.name && candidate.capitalised() < CREDIBLE_CAPITALISED * capitalised;
        match (rank > 0 && (drowned || outshone || !candidate.is_credible()), lower) {
            (true, _) => 0,
            (false, true) => READING_TERM | READING_LOWER,
            (false, false) => READING_TERM,
        }
    });
    flags.collect()
}

fn is_function_word(tag: Tag) -> bool {
    tag.is_any(Tag::PRONOMINAL)
        || matches!(
            tag.pos(),
            Pos::Preposition | Pos::Conjunction | Pos::Particle | Pos::Interjection | Pos::Pronoun | Pos::Numeral
        )
}

/// Pairs (inner, outer) of lemmas, where the inner one shares the outer one's term, because no text tells them apart:
/// a noun all of whose forms are forms of an adjective or participle, like the street «Тверская» of «тверской»; an
/// adverb or particle that is a form of a noun or verb not much rarer than itself: «днём» of «день», «было» of «быть»,
/// but not «потом» of «пот»; and a function word all of whose forms are forms of a pronoun: «его» of «он».
fn contained_lemmas(lexicon: &Lexicon, shares: &Shares) -> Result<FxHashSet<(usize, usize)>> {
    let mut pairs = FxHashSet::default();
    for (number, lemma) in shares.lemmas.iter().enumerate() {
        let noun = lemma.forms.len() >= 3 && all_tags(lexicon, lemma, |tag| tag.pos() == Pos::Noun)?;
        let adverb = lemma.forms.len() == 1 && all_tags(lexicon, lemma, is_invariable)?;
        let function = all_tags(lexicon, lemma, is_function_word)?;
        if !noun && !adverb && !function {
            continue;
        }
        for other in outer_lemmas(shares, number, lemma) {
            let outer = shares.lemmas.get(other).context("a lemma out of range")?;
            let pronoun = function && outer.forms.len() > lemma.forms.len();
            let contains = |tag: Tag| match tag.pos() {
                Pos::Pronoun => pronoun,
                Pos::Adjective if tag.is_any(Tag::PRONOMINAL) => pronoun,
                Pos::Adjective | Pos::Participle => noun,
                Pos::Noun | Pos::Verb => adverb && outer.weight > 0.5 * lemma.weight && outer.forms.len() >= 3,
                _ => false,
            };
            if !all_tags(lexicon, outer, |tag| !contains(tag))? {
                pairs.insert((number, other));
            }
        }
    }
    Ok(pairs)
}

/// The lemmas that have all forms of a lemma.
fn outer_lemmas(shares: &Shares, number: usize, lemma: &Lemma) -> Vec<usize> {
    let mut outer: Option<Vec<usize>> = None;
    for (form, _) in &lemma.forms {
        let readings = shares.of_form.get(form).map(Vec::as_slice).unwrap_or_default();
        let has = |other: usize| readings.iter().any(|(lemma, _)| *lemma == other);
        match &mut outer {
            Some(outer) => outer.retain(|other| has(*other)),
            None => outer = Some(readings.iter().map(|(other, _)| *other).filter(|other| *other != number).collect()),
        }
    }
    outer.unwrap_or_default()
}

fn is_invariable(tag: Tag) -> bool {
    matches!(tag.pos(), Pos::Adverb | Pos::Predicative | Pos::Preposition | Pos::Particle | Pos::Conjunction)
}

fn all_tags(lexicon: &Lexicon, lemma: &Lemma, holds: impl Fn(Tag) -> bool) -> Result<bool> {
    for slot in lemma.forms.iter().flat_map(|(_, slots)| slots) {
        if !lexicon.slot(*slot)?.tags.iter().all(|(tag, _)| holds(*tag)) {
            return Ok(false);
        }
    }
    Ok(true)
}

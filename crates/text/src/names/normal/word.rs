//! What one word of a name can be: its nominative, case, number, gender, and how likely that is.
//!
//! From the dictionary, the tables of first names and of unruly surnames, and guesses by ending. Words are folded; a
//! reading says nothing about the neighbours.

use super::paradigm::{ends_in_consonant, ends_indeclinably, neuter_nominatives, nominatives};
use crate::{
    analyse::{
        fold::fold,
        morph::{Case, Dictionary, Gender, Number, Parse, Pos, Tag},
    },
    names::first_names::{FirstName, first_names},
};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// One thing a word of a name can be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WordReading {
    /// Folded nominative of the word's own number and gender.
    pub(super) nominative: Box<str>,
    /// Its case; none: the same in all.
    pub(super) case: Option<Case>,
    /// Its number; none: any.
    pub(super) number: Option<Number>,
    /// Its gender; none: any.
    pub(super) gender: Option<Gender>,
    /// How unlikely it is.
    pub(super) cost: f32,
    /// What part of a phrase it can be.
    pub(super) part: WordPart,
}

/// What part of a phrase a reading can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordPart {
    /// A noun: it can be the head.
    Noun,
    /// An adjective or participle: it agrees with the head.
    Attribute,
    /// A first name, patronymic or surname.
    Personal,
}

/// A surname that the rules would get wrong.
struct Unruly {
    nominative: &'static str,
    /// The case of the form; none: indeclinable.
    case: Option<Case>,
    gender: Option<Gender>,
}

static UNRULY: LazyLock<FxHashMap<Box<str>, Vec<Unruly>>> = LazyLock::new(|| {
    let mut forms: FxHashMap<Box<str>, Vec<Unruly>> = FxHashMap::default();
    for line in include_str!("../../../../../data/surnames_fixed.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('|').map(str::trim);
        let (Some(name), Some(sex), Some(note)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let gender = match sex {
            "m" => Some(Gender::Masculine),
            "f" => Some(Gender::Feminine),
            _ => None,
        };
        let nominative: &'static str = String::leak(fold(name));
        let mut add = |form: String, case| {
            forms.entry(form.into()).or_default().push(Unruly { nominative, case, gender });
        };
        match note.strip_prefix("gen=") {
            Some(genitive) => {
                add(nominative.to_owned(), Some(Case::Nominative));
                for (form, case) in by_genitive(&fold(genitive)) {
                    add(form, Some(case));
                }
            }
            None => add(nominative.to_owned(), None),
        }
    }
    forms
});

/// The oblique forms of a man's surname with the given genitive.
fn by_genitive(genitive: &str) -> Vec<(String, Case)> {
    let endings: [(&str, Case); 5] = if genitive.ends_with('я') {
        [
            ("я", Case::Genitive),
            ("я", Case::Accusative),
            ("ю", Case::Dative),
            ("ем", Case::Instrumental),
            ("е", Case::Prepositional),
        ]
    } else {
        [
            ("а", Case::Genitive),
            ("а", Case::Accusative),
            ("у", Case::Dative),
            ("ом", Case::Instrumental),
            ("е", Case::Prepositional),
        ]
    };
    let stem = genitive.trim_end_matches(['а', 'я']);
    endings.map(|(ending, case)| (format!("{stem}{ending}"), case)).into()
}

/// Cost of a reading that another person's name would explain better.
const RARE: f32 = 1.0;

/// Cost of a first name that news has so much more seldom than another with the same form: «Юлию» is of Юлия.
fn rarity(count: u32, most: u32) -> f32 {
    /// Per e-fold of the counts' ratio; a first name tells less than a verb beside it.
    const WEIGHT: f32 = 0.25;
    let ratio = (most + 2) as f32 / (count + 2) as f32;
    WEIGHT * ratio.ln()
}

/// What a word can be in the name of a person.
pub(super) fn personal(dictionary: &Dictionary, word: &str) -> Vec<WordReading> {
    let mut readings = Readings(Vec::new());
    let unruly = UNRULY.get(word).map_or(&[][..], Vec::as_slice);
    for form in unruly {
        readings.personal(form.nominative, form.case, form.gender, 0.0);
    }
    if unruly.iter().any(|form| form.case.is_none() && form.gender.is_none()) {
        return readings.0;
    }
    let firsts = first_names(word);
    let most = firsts.iter().map(|first| first.count).max().unwrap_or_default();
    for first in firsts {
        let cost = if first.ambiguous { 0.2 } else { 0.0 } + rarity(first.count, most);
        readings.personal(first.nominative, first.case, Some(first.gender), cost);
    }
    let mut parses = dictionary.parses(word);
    for parse in parses.iter().filter(|parse| is_oblique_noun(parse.tag)) {
        // «Стэнли Кубрика», as of the noun кубрик.
        if let Some(nominative) = dictionary.nominative(word, *parse).filter(|word| ends_in_consonant(word)) {
            readings.personal(&nominative, parse.tag.case(), Some(Gender::Masculine), 0.2);
        }
    }
    parses.retain(|parse| parse.tag.is_any(Tag::PERSONAL));
    let known = !parses.is_empty();
    let guessed = if known { Vec::new() } else { dictionary.guess_name(word) };
    for (parse, cost) in parses.into_iter().map(|p| (p, 0.0)).chain(guessed.into_iter().map(|p| (p, 0.4))) {
        add_personal_parse(&mut readings, dictionary, word, parse, cost, most);
    }
    // «Ирина» is not a form of some name Ирин, and «Нину» hardly of Нин.
    let doubt = match firsts.iter().find(|first| !first.ambiguous) {
        Some(first) if first.nominative == word => 3.0,
        Some(_) => 2.0,
        None if known => 1.5,
        None => 0.6,
    };
    for guess in nominatives(word) {
        readings.personal(&guess.nominative, Some(guess.case), guess.gender, guess.cost + doubt);
    }
    add_unchanged(&mut readings, word, known);
    readings.0
}

/// Whether a tag is that of an ordinary masculine noun in the singular, in another case than the nominative.
fn is_oblique_noun(tag: Tag) -> bool {
    tag.pos() == Pos::Noun
        && !tag.is_name()
        && tag.gender() == Some(Gender::Masculine)
        && tag.number() == Some(Number::Singular)
        && tag.case() != Some(Case::Nominative)
}

/// Adds what the dictionary says of a word; `most` is the count of the most frequent first name the word can be.
fn add_personal_parse(
    readings: &mut Readings,
    dictionary: &Dictionary,
    word: &str,
    parse: Parse,
    cost: f32,
    most: u32,
) {
    let tag = parse.tag;
    let guessed_stump = cost > 0.0 && word.chars().nth(4).is_none() && tag.case() != Some(Case::Nominative);
    if guessed_stump || !tag.is_any(Tag::PERSONAL) || tag.number() == Some(Number::Plural) {
        return;
    }
    let Some(nominative) = dictionary.nominative(word, parse) else { return };
    // «Алла» is no form of the forgotten name Алл: the table of first names knows better which are borne.
    let forgotten = tag.is_any(Tag::NAME)
        && !first_names(word).is_empty()
        && first_names(&nominative).iter().all(|first| first.nominative != nominative);
    // «Елене» is a form of Елена rather than a Georgian name that never changes.
    if forgotten && tag.is_any(Tag::FIXED) {
        return;
    }
    let same = |first: &&FirstName| first.nominative == nominative && Some(first.gender) == tag.gender();
    // «Нину» is hardly a form of the surname Нин: a word that is surely a first name is seldom another name's form.
    let firsts = first_names(word);
    let another = tag.is_any(Tag::SURNAME)
        && firsts.iter().any(|first| !first.ambiguous)
        && firsts.iter().all(|first| first.nominative != nominative);
    let cost = cost + if tag.is_any(Tag::RARE) || forgotten || another { RARE } else { 0.0 };
    let cost = cost + first_names(word).iter().find(same).map_or(0.0, |first| rarity(first.count, most));
    let case = if tag.is_any(Tag::FIXED) { None } else { tag.case() };
    readings.personal(&nominative, case, tag.gender(), cost);
}

/// A word may also be in the nominative already, or not decline at all.
fn add_unchanged(readings: &mut Readings, word: &str, known: bool) {
    let sure = || readings.0.iter().filter(|r| r.cost < 0.3);
    let oblique = sure().any(|r| r.case.is_some_and(|case| case != Case::Nominative));
    let nominative = sure().any(|r| r.case.is_none_or(|case| case == Case::Nominative));
    // «Тумаковой» is a form of Тумакова rather than a woman's name in -ой.
    let declined = readings.0.iter().any(|r| r.cost < 0.7 && r.case.is_some() && r.gender == Some(Gender::Feminine));
    let doubt = match (oblique, nominative) {
        (true, false) => 2.0,
        _ if known => 1.0,
        _ => 0.0,
    };
    if ends_in_consonant(word) {
        readings.personal(word, Some(Case::Nominative), Some(Gender::Masculine), 0.2 + doubt);
        readings.personal(word, None, Some(Gender::Feminine), if oblique || declined { 1.3 } else { 0.3 });
        readings.personal(word, None, None, 2.2);
    } else if ends_indeclinably(word) {
        readings.personal(word, None, None, 0.9 + doubt);
    } else {
        // Hardly a surname ends in -ы.
        let odd = if word.ends_with('ы') { 1.0 } else { 0.0 };
        readings.personal(word, Some(Case::Nominative), None, 0.7 + doubt + odd);
        readings.personal(word, None, None, 2.5);
    }
}

/// What a word can be in the name of a place or an organisation.
pub(super) fn general(dictionary: &Dictionary, word: &str) -> Vec<WordReading> {
    let mut readings = Readings(Vec::new());
    let parses = dictionary.parses(word);
    let known = !parses.is_empty();
    for (rank, parse) in (0_u8..).zip(parses) {
        // The likeliest lexeme comes first: «Луне» is Луна, not лунь.
        add_general_parse(&mut readings, dictionary, word, parse, 0.03 * f32::from(rank.min(9)));
    }
    if !known {
        for parse in dictionary.guess_name(word) {
            add_general_parse(&mut readings, dictionary, word, parse, 0.5);
        }
        for guess in nominatives(word).into_iter().chain(neuter_nominatives(word)) {
            readings.general(
                &guess.nominative,
                Some(guess.case),
                Some(Number::Singular),
                guess.gender,
                guess.cost + 0.9,
            );
        }
        let (case, cost) = if ends_indeclinably(word) { (None, 0.6) } else { (Some(Case::Nominative), 0.4) };
        readings.general(word, case, None, None, cost);
        readings.general(word, None, None, None, 2.2);
    }
    readings.0
}

fn add_general_parse(readings: &mut Readings, dictionary: &Dictionary, word: &str, parse: Parse, cost: f32) {
    let tag = parse.tag;
    let part = match tag.pos() {
        Pos::Noun => WordPart::Noun,
        Pos::Adjective | Pos::Participle => WordPart::Attribute,
        _ => return,
    };
    let Some(nominative) = dictionary.nominative(word, parse) else { return };
    let nominative = superlative(word, &nominative).unwrap_or(nominative);
    let odd = |properties, cost| if tag.is_any(properties) { cost } else { 0.0 };
    let proper = if tag.is_any(Tag::PLACE | Tag::ORGANIZATION) { 0.0 } else { 0.2 };
    let cost = cost + proper + odd(Tag::RARE, 0.7) + odd(Tag::PERSONAL, 0.8);
    let case = if tag.is_any(Tag::FIXED) { None } else { tag.case() };
    // A noun's gender is its own in the plural too, where attributes show none.
    let gender = if tag.number() == Some(Number::Plural) { None } else { tag.gender() };
    readings.push(WordReading { nominative: nominative.into(), case, number: tag.number(), gender, cost, part });
}

/// «Высшей» is высшая in names, not высокая, whose superlative it is.
fn superlative(word: &str, nominative: &str) -> Option<String> {
    [("высш", "высок"), ("лучш", "хорош")].into_iter().find_map(|(superlative, positive)| {
        let ending = nominative.strip_prefix(positive).filter(|_| word.starts_with(superlative))?;
        Some(format!("{superlative}{}", if ending.starts_with('о') { "ее" } else { ending }))
    })
}

struct Readings(Vec<WordReading>);

impl Readings {
    fn personal(&mut self, nominative: &str, case: Option<Case>, gender: Option<Gender>, cost: f32) {
        let number = Some(Number::Singular);
        let part = WordPart::Personal;
        self.push(WordReading { nominative: nominative.into(), case, number, gender, cost, part });
    }

    fn general(
        &mut self,
        nominative: &str,
        case: Option<Case>,
        number: Option<Number>,
        gender: Option<Gender>,
        cost: f32,
    ) {
        let part = WordPart::Noun;
        self.push(WordReading { nominative: nominative.into(), case, number, gender, cost, part });
    }

    /// Adds a reading, or lowers the cost of one that says the same.
    fn push(&mut self, reading: WordReading) {
        let same = |known: &&mut WordReading| {
            (&known.nominative, known.case, known.number, known.gender, known.part)
                == (&reading.nominative, reading.case, reading.number, reading.gender, reading.part)
        };
        match self.0.iter_mut().find(same) {
            Some(known) => known.cost = known.cost.min(reading.cost),
            None => self.0.push(reading),
        }
    }
}

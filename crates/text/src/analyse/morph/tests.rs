//! The embedded dictionary answers as it should.

use super::{Case, Dictionary, Gender, Number, Parse, Pos, Tag};
use proptest::prelude::{prop_assert, proptest};

fn parse(word: &str, wanted: impl Fn(Tag) -> bool) -> Parse {
    let parses = Dictionary::bundled().parses(word);
    *parses.iter().find(|parse| wanted(parse.tag)).unwrap_or_else(|| panic!("{word}: {parses:?}"))
}

#[test]
fn the_embedded_files_are_whole() {
    let dictionary = Dictionary::bundled();
    for map in [&dictionary.forms, &dictionary.ambiguous, &dictionary.endings] {
        let map = map.as_ref().expect("a map");
        map.as_fst().verify().expect("an intact map");
    }
    assert!(dictionary.forms.as_ref().expect("a map").len() > 2_000_000);
}

#[test]
fn the_embedded_files_are_small() {
    let (forms, packed) = (super::FORMS.len(), super::PACKED.map(<[u8]>::len));
    let size = forms + packed.iter().sum::<usize>();
    println!("dictionary: {:.2} MB embedded, {forms} and {packed:?} bytes", size as f64 / 1e6);
    assert!(size <= 4_000_000, "{size}");
}

#[test]
fn lemmas_and_tags() {
    let dictionary = Dictionary::bundled();
    for (word, lemma, pos) in [
        ("людей", "человек", Pos::Noun),
        ("лет", "год", Pos::Noun),
        ("решенного", "решенный", Pos::Participle),
        ("решил", "решить", Pos::Verb),
        ("новейшая", "новый", Pos::Adjective),
        ("мида", "мид", Pos::Noun),
    ] {
        let parse = parse(word, |tag| tag.pos() == pos);
        assert_eq!(dictionary.lemma(word, parse), lemma, "{word}");
    }
    assert!(dictionary.knows("рынок") && !dictionary.knows("рынокк") && !dictionary.knows("market"));
    assert!(dictionary.parses("ыъыъ").is_empty());
}

#[test]
fn nominatives_of_names() {
    let dictionary = Dictionary::bundled();
    let person = |tag: Tag| tag.is_any(Tag::PERSONAL);
    for (word, gender, nominative) in [
        ("голиковой", Gender::Feminine, "голикова"),
        ("голикову", Gender::Masculine, "голиков"),
        ("голикову", Gender::Feminine, "голикова"),
        ("обамы", Gender::Masculine, "обама"),
        ("шольцем", Gender::Masculine, "шольц"),
        ("зеленского", Gender::Masculine, "зеленский"),
        ("олафом", Gender::Masculine, "олаф"),
        ("сергеевича", Gender::Masculine, "сергеевич"),
    ] {
        // Surnames in -а have no gender of their own.
        let parse = parse(word, |tag| person(tag) && tag.gender().is_none_or(|own| own == gender));
        assert_eq!(dictionary.nominative(word, parse).as_deref(), Some(nominative), "{word}");
    }
    let place = parse("москве", |tag| tag.is_any(Tag::PLACE));
    assert_eq!(dictionary.nominative("москве", place).as_deref(), Some("москва"));
    let adjective = parse("соединенных", |tag| tag.number() == Some(Number::Plural));
    assert_eq!(dictionary.nominative("соединенных", adjective).as_deref(), Some("соединенные"));
}

#[test]
fn inflection() {
    let dictionary = Dictionary::bundled();
    let parse = parse("рынок", |tag| tag.case() == Some(Case::Nominative));
    let plural = |tag: Tag| tag.case() == Some(Case::Instrumental) && tag.number() == Some(Number::Plural);
    assert_eq!(dictionary.inflect("рынок", parse, plural).map(|(form, _)| form).as_deref(), Some("рынками"));
}

#[test]
fn unknown_names_are_guessed_by_their_endings() {
    let dictionary = Dictionary::bundled();
    for (word, gender, nominative) in [
        ("бздуровым", Gender::Masculine, "бздуров"),
        ("бздуровой", Gender::Feminine, "бздурова"),
        ("кряклинскому", Gender::Masculine, "кряклинский"),
        ("дзыговичем", Gender::Masculine, "дзыгович"),
    ] {
        let guesses = dictionary.guess_name(word);
        let guess = guesses.iter().find(|parse| parse.tag.is_any(Tag::SURNAME) && parse.tag.gender() == Some(gender));
        let guess = guess.unwrap_or_else(|| panic!("{word}: {guesses:?}"));
        assert_eq!(dictionary.nominative(word, *guess).as_deref(), Some(nominative), "{word}");
    }
    assert!(dictionary.guess_name("").is_empty());
}

#[test]
fn misspelt_words_are_near_what_is_meant() {
    let dictionary = Dictionary::bundled();
    let near_from = |word: &str, limit, same_start| {
        let mut found = Vec::new();
        dictionary.near(word, limit, same_start, &mut |form| found.push(form.to_owned()));
        found
    };
    let near = |word: &str, limit| near_from(word, limit, false);
    for (word, limit, meant) in [
        ("ключевайа", 2, "ключевая"),
        ("санкцыи", 1, "санкции"),
        ("снакции", 1, "санкции"),
        ("банк", 0, "банк"),
        ("рубл", 1, "рубль"),
        ("конкректный", 1, "конкретный"),
    ] {
        assert!(near(word, limit).iter().any(|form| form == meant), "{word}");
    }
    let mut alike = near("банк", 2);
    assert!(alike.iter().any(|form| form == "танк"));
    alike.retain(|form| form.starts_with('б'));
    assert_eq!(near_from("банк", 2, true), alike);
    assert!(near("санкцыи", 0).is_empty() && near("market", 2).is_empty());
}

proptest! {
    #[test]
    fn every_parse_can_be_used(word in "[а-я-]{1,12}") {
        let dictionary = Dictionary::bundled();
        for parse in dictionary.parses(&word).into_iter().chain(dictionary.guess_name(&word)) {
            prop_assert!(!dictionary.lemma(&word, parse).is_empty());
            prop_assert!(dictionary.inflect(&word, parse, |tag| tag == parse.tag).is_some());
        }
    }
}

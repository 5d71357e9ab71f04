//! Paradigms drawn as text: every line must meet.

use super::Stemmer;
use crate::analyse::stem_cache::StemCache;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

/// Words whose forms Snowball splits or joins with others.
const PARADIGMS: &str = "
    рынок рынка рынку рынком рынке рынки рынков рынкам рынками рынках
    день дня дню днём дне дни дней дням днями днях
    конец конца концу концом конце концы концов концам концами концах
    режим режима режиму режимом режиме режимы режимов режимам режимами режимах
    система системы системе систему системой систем системам системами системах
    год года году годом годе годы годов лет годам годами годах
    человек человека человеку человеком человеке люди людей людям людьми людях
    ребёнок ребёнка ребёнку ребёнком дети детей детям детьми детях
    время времени временем времена времён временам временами временах
    идти иду идёт идут шёл шла шли
    Китай Китая Китаю Китаем Китае
    Киев Киева Киеву Киевом Киеве
    Минск Минска Минску Минском Минске
    Лавров Лаврова Лаврову Лавровым Лаврове Лавровой Лавровы Лавровых
    Песков Пескова Пескову Песковым Пескове
    Шольц Шольца Шольцу Шольцем Шольце
    Зеленский Зеленского Зеленскому Зеленским Зеленском Зеленская Зеленской
    Цзиньпин Цзиньпина Цзиньпину Цзиньпином Цзиньпине
    Максим Максима Максиму Максимом Максиме
    Нетаньяху нетаньяху
    Порошенко порошенко
";

/// Surnames no dictionary has.
const UNKNOWN: &str = "
    Бздуров Бздурова Бздурову Бздуровым Бздурове Бздуровой
    бздуров бздурова бздурову бздуровым бздурове бздуровой
    Кряклин Кряклина Кряклину Кряклиным Кряклине Кряклиной
    Кряклинский Кряклинского Кряклинскому Кряклинским Кряклинском Кряклинская Кряклинской
    Дзыгович Дзыговича Дзыговичу Дзыговичем Дзыговиче
    Дзыгадзе дзыгадзе
";

fn terms(word: &str) -> Vec<String> {
    Stemmer::default().terms(word, false).iter().map(str::to_owned).collect()
}

fn shouted(word: &str) -> Vec<String> {
    Stemmer::default().terms(word, true).iter().map(str::to_owned).collect()
}

fn meet(a: &[String], b: &[String]) -> bool {
    a.iter().any(|term| b.contains(term))
}

#[test]
fn all_forms_of_a_word_meet() {
    for paradigm in PARADIGMS.lines().chain(UNKNOWN.lines()) {
        let forms: Vec<&str> = paradigm.split_whitespace().collect();
        for a in &forms {
            for b in &forms {
                assert!(meet(&terms(a), &terms(b)), "{a} {:?}, {b} {:?}", terms(a), terms(b));
            }
        }
    }
}

#[test]
fn different_words_stay_apart() {
    for (a, b) in [
        ("Песков", "песок"),
        ("Лавров", "лавр"),
        ("визит", "виза"),
        ("коллегия", "коллега"),
        ("мэр", "мэрия"),
        ("система", "систола"),
        ("ООО", "оо"),
        ("при", "переть"),
        ("после", "посол"),
    ] {
        assert!(!meet(&terms(a), &terms(b)), "{a} {:?}, {b} {:?}", terms(a), terms(b));
    }
}

#[test]
fn a_form_of_two_words_finds_both() {
    for (form, first, second) in
        [("песков", "песок", "Песков"), ("дне", "день", "дно"), ("банка", "банк", "банка"), ("стали", "стать", "сталь")]
    {
        assert!(meet(&terms(form), &terms(first)), "{form} {first}");
        assert!(meet(&terms(form), &terms(second)), "{form} {second}");
    }
}

#[test]
fn acronyms_are_whole_in_any_case() {
    for (written, term) in [
        ("США", "сша"),
        ("сша", "сша"),
        ("ООО", "ооо"),
        ("ооо", "ооо"),
        ("РСМД", "рсмд"),
        ("рсмд", "рсмд"),
        ("PCМД", "рсмд"),
        ("НАТО", "нато"),
        ("Нато", "нато"),
        ("МИДа", "мид"),
        ("МИДом", "мид"),
        ("мида", "мид"),
        ("ФОМ", "фом"),
        ("вузов", "вуз"),
        ("ГУВД", "гувд"),
        ("ЫЪЦО", "ыъцо"),
        ("ЫЪЦОм", "ыъцо"),
    ] {
        if written == "ЫЪЦОм" {
            // «м» is no ending an acronym takes.
            assert_ne!(terms(written), [term]);
        } else {
            assert_eq!(terms(written), [term], "{written}");
        }
    }
}

#[test]
fn a_shouted_headline_matches_its_words() {
    for (word, capitals) in [("рынка", "РЫНКА"), ("Ерундовина", "ЕРУНДОВИНА"), ("дедлайна", "ДЕДЛАЙНА"), ("сша", "США")]
    {
        assert!(meet(&terms(word), &shouted(capitals)), "{word} {:?} {:?}", terms(word), shouted(capitals));
    }
    // Capitals in an ordinary sentence mean an acronym, if the word is short and unknown.
    assert_eq!(terms("ЛЫТА"), ["лыта"]);
    assert_eq!(shouted("ЛЫТА"), ["лыт"]);
}

#[test]
fn latin_words_are_only_folded() {
    assert_eq!(terms("Bloomberg's"), ["bloomberg"]);
    assert_eq!(terms("Bloomberg’s"), ["bloomberg"]);
    assert_eq!(terms("ISW"), ["isw"]);
    assert_eq!(terms("2021"), ["2021"]);
}

#[test]
fn endings_are_counted_in_letters() {
    // Latin e at the end.
    assert_eq!(terms("ЁЁe"), terms("ЁЁе"));
}

#[test]
fn words_with_hyphens_are_stemmed_by_part() {
    assert_eq!(terms("экс-главой"), terms("экс-глава"));
    assert_eq!(terms("вице-премьером"), terms("вице-премьер"));
}

#[test]
fn a_small_cache_forgets_but_never_errs() {
    let (mut cache, stemmer) = (StemCache::new(3), Stemmer::default());
    for word in PARADIGMS.split_whitespace().chain(UNKNOWN.split_whitespace()) {
        for shouted in [false, true] {
            let mut stems = Vec::new();
            cache.each_stem(word, shouted, &mut |stem| stems.push(stem.to_owned()));
            assert!(stemmer.terms(word, shouted).iter().eq(&stems), "{word}");
        }
    }
}

proptest! {
    #[test]
    fn every_word_has_a_term(word in "[а-яА-ЯёЁ-]{1,12}[а-яА-ЯёЁ]|[a-zA-Z]{1,8}|[0-9]{1,5}|[а-яa-zA-Z0-9’'-]{0,8}[а-яa-z]", caps in any::<bool>()) {
        let terms = Stemmer::default().terms(&word, caps);
        prop_assert!(!terms.main().is_empty(), "{}", word);
        prop_assert!(terms.iter().all(|term| !term.is_empty() && !term.contains('ё')));
    }

    #[test]
    fn spelling_variants_have_the_same_terms(word in "[а-яё]{2,10}") {
        let stemmer = Stemmer::default();
        prop_assert_eq!(stemmer.terms(&word, false), stemmer.terms(&word.replace('ё', "е"), false));
        prop_assert_eq!(stemmer.terms(&word.to_uppercase(), true), stemmer.terms(&word, false));
    }
}

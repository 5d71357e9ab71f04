//! Inflected names and their nominatives.

use super::{Context, Normalizer};
use crate::analyse::morph::{Case, Gender};

fn person(name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    Normalizer::default().person(&words, &Context::default(), &|_, _| false).words.join(" ")
}

fn phrase(name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    Normalizer::default().phrase(&words, &Context::default(), &|_| false).join(" ")
}

#[test]
fn full_names_of_persons() {
    for (inflected, nominative) in [
        ("Олафом Шольцем", "Олаф Шольц"),
        ("Барака Обамы", "Барак Обама"),
        ("Тереза Мей", "Тереза Мей"),
        ("Терезы Мей", "Тереза Мей"),
        ("Терезой Мей", "Тереза Мей"),
        ("Ангелы Меркель", "Ангела Меркель"),
        ("Ангелой Меркель", "Ангела Меркель"),
        ("Сильвио Берлускони", "Сильвио Берлускони"),
        ("Владимиру Владимировичу Путину", "Владимир Владимирович Путин"),
        ("Марии Захаровой", "Мария Захарова"),
        ("Марию Захарову", "Мария Захарова"),
        ("Ирина Тумакова", "Ирина Тумакова"),
        ("Ирины Тумаковой", "Ирина Тумакова"),
        ("Алла Пугачева", "Алла Пугачева"),
        ("Дмитрия Шостаковича", "Дмитрий Шостакович"),
        ("Павла Дурова", "Павел Дуров"),
        ("Михаила Салтыкова-Щедрина", "Михаил Салтыков-Щедрин"),
        ("Любови Соболь", "Любовь Соболь"),
        ("Елену Сябренко", "Елена Сябренко"),
        ("Льву Толстому", "Лев Толстой"),
        ("Башаром Асадом", "Башар Асад"),
        ("Эмманюэля Макрона", "Эмманюэль Макрон"),
        ("Эрдогана", "Эрдоган"),
        ("Ирина Ромашкина", "Ирина Ромашкина"),
        ("Стэнли Кубрика", "Стэнли Кубрик"),
        ("Сейджи Маехары", "Сейджи Маехара"),
        ("Королёвой", "Королёва"),
    ] {
        assert_eq!(person(inflected), nominative, "{inflected}");
    }
}

#[test]
fn places_and_organisations() {
    for (inflected, nominative) in [
        ("Соединённых Штатов Америки", "Соединённые Штаты Америки"),
        ("Соединенными Штатами", "Соединенные Штаты"),
        ("Министерства обороны", "Министерство обороны"),
        ("Министерством иностранных дел Грузии", "Министерство иностранных дел Грузии"),
        ("Верховному суду", "Верховный суд"),
        ("Нижнем Новгороде", "Нижний Новгород"),
        ("Тверской области", "Тверская область"),
        ("Нью-Йорка", "Нью-Йорк"),
        ("Луне", "Луна"),
        ("САФУ", "САФУ"),
        ("МИДом", "МИД"),
        ("Сочи", "Сочи"),
        ("Высшей партийной школе", "Высшая партийная школа"),
        ("Высшего художественного училища", "Высшее художественное училище"),
        ("Аль Аин", "Аль Аин"),
        (
            "Всемирной продовольственной и сельскохозяйственной организации",
            "Всемирная продовольственная и сельскохозяйственная организация",
        ),
    ] {
        assert_eq!(phrase(inflected), nominative, "{inflected}");
    }
}

#[test]
fn the_context_decides_what_the_word_cannot() {
    let name = |allowed: &[Case], known: &dyn Fn(&str, Gender) -> bool| {
        let mut context = Context::default();
        context.restrict(allowed, 2.0);
        Normalizer::default().person(&["Ромашкина"], &context, known).words.join(" ")
    };
    assert_eq!(name(&[Case::Nominative], &|_, _| false), "Ромашкина");
    assert_eq!(name(&[Case::Genitive], &|_, _| false), "Ромашкин");
    let she = |surname: &str, gender: Gender| surname == "ромашкина" && gender == Gender::Feminine;
    assert_eq!(name(&[Case::Nominative, Case::Genitive], &she), "Ромашкина");
}

#[test]
fn a_preposition_declines_unknown_places() {
    let mut context = Context::default();
    context.restrict(&[Case::Prepositional, Case::Accusative], 2.0);
    let in_place = |word: &str| Normalizer::default().phrase(&[word], &context, &|_| false).join(" ");
    assert_eq!(in_place("Брымзоне"), "Брымзон");
    assert_eq!(in_place("Токио"), "Токио");
}

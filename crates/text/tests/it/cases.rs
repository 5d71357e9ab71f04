//! Reports of users of Russian search, each in words of our own: tokens, words and the names of people.
//!
//! Each table stands for a kind of fault, not for its examples. Figures over real articles are in `docs/benchmarks.md`.

use svodka_model::record::Record;
use svodka_text::{
    analyse::{Analysis, stem::Stemmer, terms::stems_by_position},
    extract::{Extractor, Scratch},
    names::Lexicon,
};

/// The stems of each position of a text.
fn positions(text: &str) -> Vec<Vec<String>> {
    let mut positions: Vec<Vec<String>> = Vec::new();
    let mut last = None;
    stems_by_position(&Analysis::new(text), &Stemmer::default(), &mut |stem| {
        if last != Some(stem.position) {
            positions.push(Vec::new());
        }
        last = Some(stem.position);
        positions.last_mut().unwrap().push(stem.term.to_owned());
    });
    positions
}

/// Whether the words of `query`, side by side, find `text`.
fn finds(query: &str, text: &str) -> bool {
    let (query, text) = (positions(query), positions(text));
    let meet = |(a, b): (&Vec<String>, &Vec<String>)| a.iter().any(|stem| b.contains(stem));
    text.windows(query.len()).any(|window| query.iter().zip(window).all(meet))
}

/// The persons and places of a text, its own names first, drawn as `name` lists.
fn names(text: &str, kind: &str) -> String {
    let record = Record { text: text.to_owned(), ..Record::default() };
    let article = Extractor::new(Lexicon::bundled()).article(record, &mut Scratch::default());
    let mut entities: Vec<_> = article.entities.iter().filter(|entity| entity.kind.name() == kind).collect();
    entities.sort_by_key(|entity| entity.mentions.iter().map(|mention| mention.start).min());
    entities.iter().map(|entity| entity.name.as_str()).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check(cases: &[(&str, &str)], kind: &str) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (text, expected, names(text, kind)))
        .filter(|(_, expected, found)| *expected != found)
        .map(|(text, expected, found)| format!("{text}\n    wanted {expected}\n    found  {found}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn words_are_found_however_they_are_glued() {
    for (query, text) in [
        ("ТАСС", "⚡️ТАСС: взрыв в Херсоне."),
        ("Bloomberg", "🔴Bloomberg сообщает о пошлинах."),
        ("Россия", "США🇺🇸 и Россия🇷🇺 договорились."),
        ("подписан", "Договор подписан✅ в Минске."),
        ("Уфа", "Пробки: →Уфа •Казань"),
        ("Африка", "Саммит Россия–Африка открыт."),
        ("Москва Казань", "Рейс Москва—Казань отменён."),
        ("2025", "План на 2024–2025 годы."),
        ("2025", "План на 2024-2025 годы."),
        ("Припʼять", "Туристы едут в Прип'ять."),
        ("Прип'ять", "Туристы едут в Прип’ять."),
        ("Прип’ять", "Туристы едут в Припʼять."),
        ("1500", "Погибло 1 500 человек."),
        ("1500", "Погибло 1\u{a0}500 человек."),
        ("7.4", "Магнитуда 7,4 балла."),
        ("12000.5", "Всего 12 000,5 тонны."),
        ("пр-т", "Дом на пр-те Мира."),
        ("проспект", "Дом на пр-те Мира."),
        ("районов", "Жители р-на ждут."),
        ("пре\u{ad}зи\u{ad}дент", "Президент посетил завод."),
        ("замок", "Он ви́дел за́мок."),
    ] {
        assert!(finds(query, text), "{query} in {text}: {:?}, {:?}", positions(query), positions(text));
    }
    assert!(!finds("100 2024", "В 2024 100 человек."));
}

#[test]
fn words_that_are_not_one() {
    for (query, text) in [
        ("смотреть", "Снега выпало 30 см."),
        ("см", "Зрители смотрели матч."),
        ("метать", "На шахте взорвался метан."),
        ("метан", "Спортсмен метал копьё."),
        ("острый", "Туристы на острове."),
        ("канать", "Канал закрыт."),
        ("миксер", "Купили микшер."),
    ] {
        assert!(!finds(query, text), "{query} in {text}: {:?}", positions(text));
    }
}

/// Surnames in all cases of the singular; every form finds every other, with a capital or without.
const SURNAMES: &str = "
    Рыжиков Рыжикова Рыжикову Рыжиковым Рыжикове Рыжиковой Рыжиковы Рыжиковых
    Кулаков Кулакова Кулакову Кулаковым Кулакове Кулаковой Кулаковы Кулаковых
    Чемоданов Чемоданова Чемоданову Чемодановым Чемоданове Чемодановой
    Котельников Котельникова Котельникову Котельниковым Котельникове
    Шварцбергман Шварцбергмана Шварцбергману Шварцбергманом Шварцбергмане
    Крамбахер Крамбахера Крамбахеру Крамбахером Крамбахере
    Брынзал Брынзала Брынзалу Брынзалом Брынзале
    Непомнящий Непомнящего Непомнящему Непомнящим Непомнящем Непомнящая Непомнящей Непомнящую
    Кряклинский Кряклинского Кряклинскому Кряклинским Кряклинском Кряклинская Кряклинской
    Брыкунец Брыкунца Брыкунцу Брыкунцом Брыкунце
    Кваша Кваши Кваше Квашу Квашой Квашей
    Шмыгаль Шмыгаля Шмыгалю Шмыгалем Шмыгале
";

#[test]
fn surnames_are_found_in_every_case() {
    for line in SURNAMES.lines().filter(|line| !line.trim().is_empty()) {
        for line in [line.to_owned(), line.to_lowercase()] {
            let forms: Vec<&str> = line.split_whitespace().collect();
            for (a, b) in forms.iter().flat_map(|a| forms.iter().map(move |b| (a, b))) {
                assert!(finds(a, b), "{a} {:?}, {b} {:?}", positions(a), positions(b));
            }
        }
    }
}

#[test]
fn women() {
    let cases = [
        ("Актриса Ярослава Новожилова вышла на сцену.", "Ярослава Новожилова"),
        ("Балерина Ульяна Лопаткина завершила карьеру.", "Ульяна Лопаткина"),
        ("Певица Валерия Новикова выступила.", "Валерия Новикова"),
        ("Александра Петрова снялась в кино.", "Александра Петрова"),
        ("Мэр поздравил Анну Петрову с победой.", "Анна Петрова"),
        ("Премию вручили Елене Кулаковой.", "Елена Кулакова"),
        ("Премию вручили Екатерине Гончаренко.", "Екатерина Гончаренко"),
        ("Мэр поздравил Юлию Петрову с победой.", "Юлия Петрова"),
        ("Мэр поздравил Марину Петрову с победой.", "Марина Петрова"),
        ("Мэр поздравил Нину Гончаренко с победой.", "Нина Гончаренко"),
        ("Режиссёр рассказал о Юлии Петровой.", "Юлия Петрова"),
        ("Жена Валерия Сидорова подала на развод.", "Валерий Сидоров"),
    ];
    check(&cases, "person");
}

#[test]
fn surnames_that_decline_like_adjectives() {
    let cases = [
        ("Яну Непомнящему вручили кубок.", "Ян Непомнящий"),
        ("Концерт Анны Осадчей отменён.", "Анна Осадчая"),
        ("Концерт Павла Горячего отменён.", "Павел Горячий"),
    ];
    check(&cases, "person");
}

#[test]
fn families_and_brothers() {
    let cases = [
        ("Братья Ивановы и братья Дуровы не знакомы.", "Ивановы, Дуровы"),
        ("Супруги Чайкины уехали.", "Чайкины"),
        ("Семья Кузнецовых переехала.", "Кузнецовы"),
        ("Супругам Родниным вручили награду.", "Роднины"),
    ];
    check(&cases, "person");
}

#[test]
fn particles_belong_to_the_surname() {
    let cases = [
        ("Марин Ле Пен выступила в Париже. Ле Пен критиковала власти.", "Марин Ле Пен"),
        ("Урсула фон дер Ляйен приехала в Киев. Фон дер Ляйен провела встречу.", "Урсула фон дер Ляйен"),
        ("Луиджи Ди Майо возглавил МИД. Ди Майо заявил о реформе.", "Луиджи Ди Майо"),
        ("Принц Мухаммед бен Салман принял гостей. Позже бен Салман уехал.", "Мухаммед бен Салман"),
        ("Шарль де Голль умер в 1970 году. О де Голле сняли фильм.", "Шарль де Голль"),
    ];
    check(&cases, "person");
}

#[test]
fn one_person_under_several_wordings() {
    let cases = [
        ("Роберт О'Брайен прилетел. О'Брайен улетел.", "Роберт О'Брайен"),
        ("Роберт О’Брайен прилетел. О’Брайена ждали.", "Роберт О'Брайен"),
        ("Петрова Ольга выиграла суд. Петровой выплатили компенсацию.", "Ольга Петрова"),
        ("Олег Борисович Смирнов приехал. О. Б. Смирнов выступил. Смирнов О.Б. уехал.", "Олег Смирнов"),
        ("Лидер КНДР Ким Чен Ын и его сестра Ким Ё Чжон.", "Ким Чен Ын, Ким Ё Чжон"),
        ("Ван И и Ли Цян встретились.", "Ван И, Ли Цян"),
    ];
    check(&cases, "person");
}

#[test]
fn titles_are_no_persons() {
    check(&[("Проф. Петров приехал на ул. Ленина, д. 5, в МГТУ им. Баумана.", "Петров")], "person");
}

#[test]
fn villages_after_prepositions() {
    let cases = [
        ("Под Работином взяли высоту. Возле Очеретина стреляют.", "Работино, Очеретино"),
        ("Бои идут у Песков. Войска подошли к Пескам.", "Пески"),
    ];
    check(&cases, "place");
}

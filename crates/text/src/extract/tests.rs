//! Names found in whole sentences, drawn under the text: П a person, М a place, О an organisation.

use super::{Document, Scratch};
use crate::names::Lexicon;
use svodka_model::article::{EntityKind, Part};

fn names(text: &str) -> Vec<(EntityKind, std::ops::Range<usize>, String)> {
    let document = Document::new(Part::Text, text, Lexicon::bundled(), &mut Scratch::default());
    let sure = document.names.into_iter().filter(|name| name.confirmed && !name.nested);
    sure.map(|name| (name.kind.entity(), name.span, name.wording)).collect()
}

/// Checks that the names of `text` are those marked in the line under it.
#[track_caller]
fn check(text: &str, marks: &str) {
    let mut drawn: Vec<char> = vec![' '; text.chars().count()];
    for (kind, span, _) in names(text) {
        let mark = match kind {
            EntityKind::Person => 'П',
            EntityKind::Place => 'М',
            EntityKind::Organization => 'О',
        };
        let start = text.get(..span.start).unwrap().chars().count();
        let end = text.get(..span.end).unwrap().chars().count();
        drawn[start..end].fill(mark);
    }
    let drawn: String = drawn.into_iter().collect();
    assert_eq!(drawn.trim_end(), marks.trim_end(), "\n{text}\n");
}

#[test]
fn names_in_their_places() {
    check(
        "Олаф Шольц встретился в Берлине с Эмманюэлем Макроном.",
        "ПППППППППП              МММММММ   ППППППППППППППППППП",
    );
    check(
        "Глава компании «Ромашка-Строй» Пётр Лютиков выступил в Туле.",
        "                ООООООООООООО  ПППППППППППП            ММММ",
    );
    check(
        "Об этом заявили в Госдуме России.", //
        "                  ООООООО ММММММ",
    );
}

#[test]
fn texts_without_capitals_or_of_nothing_else() {
    check(
        "ВЛАДИМИР ПУТИН ПОСЕТИЛ КАЗАХСТАН", //
        "ПППППППППППППП         МММММММММ",
    );
    check("вчера владимир путин посетил казахстан и выступил там", "      ПППППППППППППП         МММММММММ");
}

#[test]
fn wordings_are_brought_to_the_nominative() {
    let wordings = |text: &str| names(text).into_iter().map(|(_, _, wording)| wording).collect::<Vec<_>>();
    assert_eq!(
        wordings("Марию Лютикову встретили в Нижнем Новгороде. У Лютиковой спросили о планах."),
        ["Мария Лютикова", "Нижний Новгород", "Лютикова"]
    );
    assert_eq!(wordings("Переговоры с Кириллом Стрижом прошли в Гааге."), ["Кирилл Стриж", "Гаага"]);
}

/// Names and kinds of the entities of an article.
fn entities(text: &str) -> Vec<(String, EntityKind)> {
    let record = svodka_model::record::Record { text: text.to_owned(), ..Default::default() };
    let article = super::Extractor::new(Lexicon::bundled()).article(record, &mut Scratch::default());
    let mut entities: Vec<_> = article.entities.into_iter().map(|e| (e.name, e.kind)).collect();
    entities.sort();
    entities
}

#[test]
fn one_name_for_one_thing() {
    use EntityKind::{Organization, Person, Place};
    for (text, name, kind) in [
        ("Переговоры КНДР и Северной Кореи не состоялись.", "Северная Корея", Place),
        ("Власти КНР и Китая довольны.", "Китай", Place),
        ("Санкции США затронут и Соединённые Штаты Америки.", "США", Place),
        ("В РФ и в России отметили праздник.", "Россия", Place),
        ("В Госдепе и в Государственном департаменте США молчат.", "Государственный департамент США", Organization),
        ("Солдаты ВСУ и Вооружённых сил Украины отдыхают.", "ВСУ", Organization),
        ("Переговоры с Олафом Шольцем прошли хорошо, и Шольц уехал.", "Олаф Шольц", Person),
        ("Письмо вручили Ким Чен Ыну, и Ким Чен Ын ответил.", "Ким Чен Ын", Person),
        ("Журналист спросил В. Путина, и Путин ответил.", "Владимир Путин", Person),
        (
            "Движение садоводов против снега (ДСПС) выросло. В ДСПС рады.",
            "Движение садоводов против снега",
            Organization,
        ),
    ] {
        let found = entities(text);
        assert!(found.contains(&(name.to_owned(), kind)), "{text}\n{found:?}");
        let same = found.iter().filter(|(_, own)| *own == kind).count();
        assert_eq!(same, 1, "{text}\n{found:?}");
    }
}

#[test]
fn governments_keep_their_own_names() {
    let names: Vec<String> =
        entities("Кремль ответил на слова Пекина. Белый дом промолчал.").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Белый дом", "Кремль", "Пекин"]);
}

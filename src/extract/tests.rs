//! Names found in whole sentences, drawn under the text: П a person, М a place, О an organisation.

use super::{Document, Scratch};
use crate::{
    article::{EntityKind, Part},
    names::Lexicon,
};

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

//! Names of months in Russian, Ukrainian, Belarusian and English, in any case ending or abbreviation.

/// How the names of each month begin; «ма» stands for the forms of «май», which share their beginning with «март».
const BEGINNINGS: [&[&str]; 12] = [
    &["янв", "січ", "студз"],
    &["фев", "лют"],
    &["мар", "берез", "сакав"],
    &["апр", "квіт", "красав"],
    &["ма", "трав", "траўн"],
    &["июн", "черв", "чэрв"],
    &["июл", "лип", "ліп"],
    &["авг", "серп", "жнів", "жніў"],
    &["сен", "верес", "верас"],
    &["окт", "жовт", "кастр"],
    &["ноя", "листоп", "лістап"],
    &["дек", "груд", "снеж"],
];

const MAY: [&str; 5] = ["май", "мая", "мае", "маю", "маем"];

const ENGLISH: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month by its name.
#[must_use]
pub fn month_number(word: &str) -> Option<i8> {
    let lower = word.to_lowercase();
    if !lower.chars().all(char::is_alphabetic) || lower.chars().count() < 3 {
        return None;
    }
    let begins = |names: &&[&str]| {
        names.iter().any(|name| if *name == "ма" { MAY.contains(&lower.as_str()) } else { lower.starts_with(name) })
    };
    let is_english = |name: &&str| *name == lower || name.get(..3) == Some(&lower);
    let english = || if lower == "sept" { Some(8) } else { ENGLISH.iter().position(is_english) };
    let at = BEGINNINGS.iter().position(begins).or_else(english)?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::month_number;

    #[test]
    fn four_languages() {
        for (name, number) in [
            ("марта", 3),
            ("мая", 5),
            ("мар", 3),
            ("ЯНВ", 1),
            ("травня", 5),
            ("листопада", 11),
            ("лістапада", 11),
            ("жніўня", 8),
            ("May", 5),
            ("Sept", 9),
            ("dec", 12),
        ] {
            assert_eq!(month_number(name), Some(number), "{name}");
        }
        for word in ["мандарин", "манеж", "ян", "mayor", "12"] {
            assert_eq!(month_number(word), None, "{word}");
        }
    }
}

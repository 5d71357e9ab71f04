//! Words typed in the wrong keyboard layout, and Russian words typed in Latin letters.

/// The keys of the two layouts, in the same order.
const ENGLISH: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.{}<>";
const RUSSIAN: &str = "ёйцукенгшщзхъфывапролджэячсмитьбюхъбю";

/// Whether the key of this character gives a letter in the Russian layout, but not in the English one.
pub(super) fn is_layout_letter(c: char) -> bool {
    matches!(c, '`' | '[' | ']' | ';' | '\'' | ',' | '.' | '{' | '}' | '<' | '>')
}

/// What the same keys give in the other layout; `None` when that is not a word.
pub(super) fn other_layout(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let (from, to) =
        if lower.chars().any(|c| c.is_ascii_alphabetic()) { (ENGLISH, RUSSIAN) } else { (RUSSIAN, ENGLISH) };
    let other = lower.chars().map(|c| from.chars().zip(to.chars()).find(|(f, _)| *f == c).map(|(_, t)| t));
    other.collect::<Option<String>>().filter(|other| other.chars().all(char::is_alphabetic))
}

/// Latin letters and what they stand for, the likeliest first; longer ones before shorter.
const LATIN: [(&str, &[&str]); 46] = [
    ("shch", &["щ"]),
    ("sch", &["щ", "сч"]),
    ("zh", &["ж"]),
    ("kh", &["х"]),
    ("ts", &["ц", "тс"]),
    ("tz", &["ц"]),
    ("ch", &["ч"]),
    ("sh", &["ш"]),
    ("yu", &["ю"]),
    ("ju", &["ю"]),
    ("iu", &["ю", "иу"]),
    ("ya", &["я"]),
    ("ja", &["я"]),
    ("ia", &["ия", "я"]),
    ("yo", &["е"]),
    ("jo", &["е"]),
    ("ye", &["е", "ье"]),
    ("je", &["е"]),
    ("iy", &["ий"]),
    ("yy", &["ый"]),
    ("ii", &["ии", "ий"]),
    ("ei", &["ей", "еи"]),
    ("oi", &["ой", "ои"]),
    ("ai", &["ай", "аи"]),
    ("ey", &["ей"]),
    ("ay", &["ай"]),
    ("oy", &["ой"]),
    ("ck", &["к"]),
    ("x", &["кс", "х"]),
    ("w", &["в"]),
    ("h", &["х", "г"]),
    ("c", &["ц", "к"]),
    ("y", &["ы", "й", "и"]),
    ("e", &["е"]),
    ("j", &["й", "ж"]),
    ("q", &["к"]),
    ("'", &["ь"]),
    ("a", &["а"]),
    ("b", &["б"]),
    ("v", &["в"]),
    ("g", &["г"]),
    ("d", &["д"]),
    ("z", &["з"]),
    ("i", &["и"]),
    ("k", &["к"]),
    ("l", &["л"]),
];

/// The rest of the alphabet, which stands for one letter each.
const PLAIN: [(char, char); 9] =
    [('f', 'ф'), ('m', 'м'), ('n', 'н'), ('o', 'о'), ('p', 'п'), ('r', 'р'), ('s', 'с'), ('t', 'т'), ('u', 'у')];

/// Ends of names that are often written shorter: «Navalny», «Zelensky».
const ENDINGS: [(&str, &[&str]); 3] = [("y", &["ый", "ий"]), ("i", &["ий"]), ("iy", &["ый"])];

/// Maximum number of spellings tried for one word.
const MAX_SPELLINGS: usize = 256;

/// Whether a consonant at the end of a word may be followed by a soft sign.
fn is_softened(c: char) -> bool {
    "бвдзлмнпрстчшщ".contains(c)
}

/// The Russian spellings a word in Latin letters may stand for, the likeliest first; none for other words.
pub(super) fn from_latin(word: &str) -> Vec<String> {
    let lower = word.to_lowercase();
    if !lower.chars().all(|c| c.is_ascii_alphabetic() || c == '\'') {
        return Vec::new();
    }
    let mut spellings = Vec::new();
    let mut open = vec![(String::new(), lower.as_str())];
    while let Some((spelling, rest)) = open.pop() {
        let Some(first) = rest.chars().next() else {
            // A soft sign at the end is seldom typed: «yachmen», «aprel».
            let softened = spelling.ends_with(is_softened).then(|| format!("{spelling}ь"));
            spellings.extend(std::iter::once(spelling).chain(softened));
            if spellings.len() >= MAX_SPELLINGS {
                break;
            }
            continue;
        };
        // The stack gives back last what is pushed first, so the likeliest goes last.
        if let Some(endings) = ENDINGS.iter().find(|(latin, _)| *latin == rest).map(|(_, endings)| endings) {
            open.extend(endings.iter().rev().map(|ending| (format!("{spelling}{ending}"), "")));
        }
        // «э» is hardly ever written after a consonant.
        if first == 'e' && spelling.chars().next_back().is_none_or(|c| "аеиоуыэюя".contains(c)) {
            open.push((format!("{spelling}э"), rest.strip_prefix(first).unwrap_or("")));
        }
        if let Some((_, letter)) = PLAIN.iter().find(|(latin, _)| *latin == first) {
            open.push((format!("{spelling}{letter}"), rest.strip_prefix(first).unwrap_or("")));
        }
        for (latin, letters) in LATIN.iter().rev() {
            if let Some(rest) = rest.strip_prefix(latin) {
                open.extend(letters.iter().rev().map(|letters| (format!("{spelling}{letters}"), rest)));
            }
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::{from_latin, other_layout};

    #[test]
    fn the_other_layout() {
        assert_eq!(other_layout("cfyrwbb").as_deref(), Some("санкции"));
        assert_eq!(other_layout("Шыц").as_deref(), Some("isw"));
        assert_eq!(other_layout("<fyr").as_deref(), Some("банк"));
        assert_eq!(other_layout("2025"), None);
    }

    #[test]
    fn latin_letters() {
        for (typed, meant) in [
            ("sanktsii", "санкции"),
            ("Lavrov", "лавров"),
            ("shchedrin", "щедрин"),
            ("fyodor", "федор"),
            ("Zelenskiy", "зеленский"),
            ("Zelensky", "зеленский"),
            ("eksport", "экспорт"),
            ("poezd", "поезд"),
            ("rossiya", "россия"),
            ("yachmen", "ячмень"),
        ] {
            assert!(from_latin(typed).iter().any(|s| s == meant), "{typed}: {:?}", from_latin(typed));
        }
        assert!(from_latin("санкции").is_empty());
    }
}

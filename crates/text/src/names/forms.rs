//! Case forms: can this word of a text be a form of that dictionary word?
//!
//! Terms alone join too much («Об этом» and the river Обь, «Росс» and Россия). A form must keep the dictionary word's
//! base and end as its declension allows; the check is by endings, so it works for words no dictionary of forms holds.

/// Endings a declined word may take after its base, by the ending of its nominative: (nominative, forms).
///
/// Longest nominative ending first. `""` in the forms is a bare base (genitive plural, or the nominative itself).
const DECLENSIONS: [(&str, &[&str]); 21] = [
    ("ский", &["ский", "ского", "скому", "ским", "ском", "ские", "ских", "скими"]),
    ("ская", &["ская", "ской", "скую", "скою", "ские", "ских", "ским", "скими"]),
    ("ское", &["ское", "ского", "скому", "ским", "ском", "ские", "ских", "скими"]),
    ("ия", &["ия", "ии", "ию", "ией", "иею", "ий", "иям", "иями", "иях"]),
    ("ие", &["ие", "ия", "ию", "ием", "ии", "ий", "иям", "иями", "иях", "их", "им", "ими"]),
    ("ье", &["ье", "ья", "ью", "ьем", "ьи", "ьям", "ьями", "ьях"]),
    ("ий", &["ий", "ия", "ию", "ием", "ии", "его", "ему", "им", "ем", "ого", "ому", "ом", "ие", "их", "ими"]),
    ("ый", &["ый", "ого", "ому", "ым", "ом", "ые", "ых", "ыми"]),
    ("ой", &["ой", "ого", "ому", "ым", "ом", "ые", "ых", "ыми", "оя", "ою", "оем", "ое"]),
    ("ее", &["ее", "его", "ему", "им", "ем", "ие", "их", "ими"]),
    ("яя", &["яя", "ей", "юю", "ею", "ие", "их", "им", "ими"]),
    ("ая", &["ая", "ой", "ей", "ую", "ою", "ею", "ые", "ых", "ым", "ыми", "ие", "их", "им", "ими"]),
    ("ое", &["ое", "ого", "ому", "ым", "ом", "ые", "ых", "ыми"]),
    ("ые", &["ые", "ых", "ым", "ыми"]),
    ("а", &["а", "ы", "и", "е", "у", "ой", "ей", "ою", "ею", "", "ам", "ами", "ах"]),
    ("я", &["я", "и", "е", "ю", "ей", "ею", "ёй", "ь", "й", "ям", "ями", "ях"]),
    ("о", &["о", "а", "у", "ом", "е", "", "ам", "ами", "ах"]),
    ("е", &["е", "а", "я", "у", "ю", "ом", "ем", "ам", "ям", "ами", "ями", "ах", "ях", "ей"]),
    ("ь", &["ь", "я", "ю", "ем", "ом", "е", "и", "ью", "ей", "ям", "ями", "ях"]),
    ("й", &["й", "я", "ю", "ем", "е", "и", "ев", "ям", "ями", "ях"]),
    ("ы", &["ы", "", "ам", "ами", "ах", "ов"]),
];

/// Endings after a base that ends in a consonant.
const CONSONANT: [&str; 18] =
    ["", "а", "у", "ом", "ем", "е", "ы", "и", "ов", "ев", "ей", "ам", "ами", "ах", "ым", "ых", "ыми", "я"];

/// Whether `word` can be a case form of the dictionary word `nominative`; both folded.
#[must_use]
pub fn is_case_form(nominative: &str, word: &str) -> bool {
    if nominative == word {
        return true;
    }
    let last = nominative.chars().next_back().unwrap_or('a');
    if !('а'..='я').contains(&last) {
        // Latin names take Cyrillic endings after an apostrophe at most («Bloomberg’а»); digits take none.
        return word.strip_prefix(nominative).is_some_and(|rest| rest.starts_with(['\'', '’', 'ʼ']));
    }
    if let Some((ending, forms)) = DECLENSIONS.iter().find(|(ending, _)| nominative.ends_with(ending)) {
        let base = nominative.strip_suffix(ending).unwrap_or(nominative);
        return ends_in(word, base, forms) || genitive_plural(base, word);
    }
    if "уюэи".contains(last) {
        // Indeclinable, or a plural in -и.
        let base = nominative.strip_suffix('и').unwrap_or(nominative);
        return last == 'и' && ends_in(word, base, &["и", "ей", "ов", "", "ь", "ам", "ям", "ами", "ями", "ах", "ях"]);
    }
    ends_in(word, nominative, &CONSONANT)
        || without_fleeting(nominative).is_some_and(|base| ends_in(word, &base, &CONSONANT))
}

fn ends_in(word: &str, base: &str, endings: &[&str]) -> bool {
    word.strip_prefix(base).is_some_and(|rest| endings.contains(&rest))
}

/// «США» has none, but «Филиппины» → «Филиппин», «служба» → «служб», «Афины» → «Афин», «ведомости» → «ведомостей»,
/// with a vowel let in: «палата» → «палат», «сводка» → «сводок».
fn genitive_plural(base: &str, word: &str) -> bool {
    let mut letters = base.chars();
    let Some(last) = letters.next_back() else { return false };
    let head = letters.as_str();
    ["о", "е"].iter().any(|vowel| word == format!("{head}{vowel}{last}"))
}

/// The base that a fleeting vowel drops from: «Орел» → «орл», «Торжок» → «торжк», «Донец» → «донц».
fn without_fleeting(nominative: &str) -> Option<String> {
    let mut letters: Vec<char> = nominative.chars().collect();
    let vowel = letters.len().checked_sub(2)?;
    (letters.len() > 3 && matches!(letters.get(vowel), Some('о' | 'е'))).then(|| {
        letters.remove(vowel);
        letters.into_iter().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::is_case_form;

    #[test]
    fn forms_and_no_forms() {
        for (nominative, words) in [
            ("россия", "россии россию россией"),
            ("китай", "китая китаю китаем китае"),
            ("обь", "оби обью"),
            ("орел", "орла орлом"),
            ("институт", "института институтом институтов"),
            ("московский", "московского московскому"),
            ("высшая", "высшей высшую"),
            ("нижняя", "нижней нижнюю"),
            ("служба", "службы службой служб"),
            ("сводка", "сводок сводками"),
            ("афины", "афин афинах"),
            ("ведомости", "ведомостей ведомостям"),
            ("bloomberg", "bloomberg’а"),
        ] {
            for word in words.split(' ') {
                assert!(is_case_form(nominative, word), "{word} of {nominative}");
            }
        }
        for (nominative, word) in
            [("россия", "росс"), ("обь", "об"), ("россия", "россиян"), ("токио", "ток"), ("перу", "пера")]
        {
            assert!(!is_case_form(nominative, word), "{word} of {nominative}");
        }
    }
}

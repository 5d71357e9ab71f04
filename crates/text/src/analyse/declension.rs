//! Endings of nouns, adjectives and surnames, for words that no dictionary has.
//!
//! Cutting an ending off never looks at the meaning of a word: several cuts are possible, and every one is a term. What
//! matters is that all case forms of a name share one cut. Words are folded.

/// The vowels.
pub(super) const VOWELS: [char; 9] = ['а', 'е', 'и', 'о', 'у', 'ы', 'э', 'ю', 'я'];

/// Endings of all cases, longer ones first.
const ENDINGS: [&str; 52] = [
    "иями", "ями", "ами", "ыми", "ими", "ого", "его", "ому", "ему", "иях", "иям", "ием", "ией", "ой", "ей", "ый", "ий",
    "ая", "яя", "ое", "ее", "ые", "ие", "ую", "юю", "ом", "ем", "ам", "ям", "ах", "ях", "ым", "им", "ых", "их", "ов",
    "ев", "ия", "ии", "ию", "ью", "ою", "ею", "ы", "и", "а", "я", "о", "е", "у", "ю", "э",
];

/// Fewest letters that an ending leaves.
const SHORTEST_STEM: usize = 2;

/// What a word is without its ending: one cut, or two where a longer and a shorter ending are as likely («Рыжиковою», «Дзыгую»).
pub(super) fn oblique_stems(word: &str) -> impl Iterator<Item = &str> {
    let cuts = || ENDINGS.iter().filter_map(|ending| Some((*ending, cut(word, ending)?)));
    let first = cuts().next();
    let ambiguous = first.is_some_and(|(ending, _)| matches!(ending, "ою" | "ею" | "ую"));
    let second = if ambiguous { cuts().nth(1) } else { None };
    [first, second].into_iter().flatten().map(|(_, stem)| stem)
}

fn cut<'w>(word: &'w str, ending: &str) -> Option<&'w str> {
    let stem = word.strip_suffix(ending)?;
    let stem = stem.strip_suffix('ь').unwrap_or(stem);
    (stem.chars().count() >= SHORTEST_STEM).then_some(stem)
}

/// The stems of a word that ends like a nominative without an ending («Шварцман», «Шмыгаль», «Коломиец»); empty for
/// others. The second is that of the other cases if a vowel is lost in them («Коломийца»).
pub(super) fn nominative_stems(word: &str) -> Vec<String> {
    if let Some(stem) = word.strip_suffix(['ь', 'й']) {
        return if stem.chars().count() >= SHORTEST_STEM { vec![stem.to_owned()] } else { Vec::new() };
    }
    if !ends_in_consonant(word) {
        return Vec::new();
    }
    let mut stems = vec![word.to_owned()];
    stems.extend(without_fleeting_vowel(word));
    stems
}

/// «Баранец» as it begins in «Баранца», «Волчок» as in «Волчка».
fn without_fleeting_vowel(word: &str) -> Option<String> {
    /// Letters of the shortest name that loses a vowel: «Швец» and «Блок» do not.
    const SHORTEST: usize = 5;
    let cases = [("аец", "айц"), ("еец", "ейц"), ("иец", "ийц"), ("лец", "льц"), ("лек", "льк"), ("нек", "ньк")];
    let (ending, oblique) =
        cases.into_iter().chain([("ец", "ц"), ("ок", "к"), ("ек", "к")]).find(|(e, _)| word.ends_with(e))?;
    let start = word.strip_suffix(ending).filter(|_| word.chars().count() >= SHORTEST)?;
    Some(format!("{start}{oblique}"))
}

/// Whether a word ends in a consonant other than «й».
pub(super) fn ends_in_consonant(word: &str) -> bool {
    word.ends_with(|c: char| matches!(c, 'а'..='я') && !VOWELS.contains(&c) && !matches!(c, 'й' | 'ь' | 'ъ'))
}

/// The stem of a name that ends in a hissing consonant: «Непомнящий», «Кваша». Dictionaries rarely have all its forms
/// («Непомнящему», «Квашой» beside «Квашей»), and those they lack have this stem.
pub(super) fn hissing_stem(lemma: &str) -> Option<&str> {
    let stem = lemma.strip_suffix("ий").or_else(|| lemma.strip_suffix('а'))?;
    (stem.ends_with(['щ', 'ч', 'ж', 'ш', 'ц']) && stem.chars().count() > SHORTEST_STEM).then_some(stem)
}

/// The surname in -ов, -ев, -ин or -ын that a word of the dictionary can be a form of: «рыжиков» is of several mushrooms
/// or Mr Рыжиков. Other cases than the nominative only for a word with a capital: «основа», «машине».
pub(super) fn possessive_surname(word: &str, capital: bool) -> Option<&str> {
    /// Letters of the shortest surname worth a term.
    const SHORTEST: usize = 4;
    let is_possessive = |stem: &&str| {
        ["ов", "ев", "ин", "ын"].iter().any(|suffix| stem.ends_with(suffix)) && stem.chars().count() >= SHORTEST
    };
    if ["ов", "ев"].iter().any(|suffix| word.ends_with(suffix)) {
        return Some(word).filter(is_possessive);
    }
    let oblique = ["ой", "ым", "ых", "а", "у", "е", "ы"].iter().find_map(|ending| word.strip_suffix(ending));
    oblique.filter(|_| capital).filter(is_possessive)
}

#[cfg(test)]
mod tests {
    use super::{nominative_stems, oblique_stems, possessive_surname};

    /// Surnames no dictionary has, in all cases; the first is the nominative of a man.
    const SURNAMES: &str = "
        бздуров бздурова бздурову бздуровым бздурове бздуровой бздуровы бздуровых бздуровыми бздуровою
        кряклин кряклина кряклину кряклиным кряклине кряклиной кряклины кряклиных
        кряклинский кряклинского кряклинскому кряклинским кряклинском кряклинская кряклинской кряклинскую
        дзыгман дзыгмана дзыгману дзыгманом дзыгмане дзыгманы дзыгманов дзыгманам дзыгманами
        крямбахер крямбахера крямбахеру крямбахером крямбахере
        шмыгайль шмыгайля шмыгайлю шмыгайлем шмыгайле
        дзыгуй дзыгуя дзыгую дзыгуем дзыгуе
        брыкунец брыкунца брыкунцу брыкунцом брыкунце
        дзыгаец дзыгайца дзыгайцу дзыгайцем дзыгайце
        хрящущий хрящущего хрящущему хрящущим хрящущем хрящущая хрящущей хрящущую
        бздуля бздули бздуле бздулю бздулей
        дзыгия дзыгии дзыгию дзыгией
    ";

    #[test]
    fn all_cases_of_a_surname_share_a_stem() {
        for paradigm in SURNAMES.lines().filter(|line| !line.trim().is_empty()) {
            let stems = |word: &str| -> Vec<String> {
                oblique_stems(word).map(str::to_owned).chain(nominative_stems(word)).collect()
            };
            let forms: Vec<&str> = paradigm.split_whitespace().collect();
            for (a, b) in forms.iter().flat_map(|a| forms.iter().map(move |b| (a, b))) {
                assert!(stems(a).iter().any(|stem| stems(b).contains(stem)), "{a} {:?}, {b} {:?}", stems(a), stems(b));
            }
        }
    }

    #[test]
    fn words_that_may_be_surnames() {
        assert_eq!(possessive_surname("рыжиков", false), Some("рыжиков"));
        assert_eq!(possessive_surname("голова", true), Some("голов"));
        assert_eq!(possessive_surname("голова", false), None);
        assert_eq!(possessive_surname("стол", true), None);
    }
}

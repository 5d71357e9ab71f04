//! Folding: the differences in writing that no search should care about.
//!
//! Letter case, ё for е, marks that only guide reading (stress, soft hyphens) and look-alike letters of the other
//! alphabet. The text must be in NFC. Folding works on words and on whole texts alike, never joins or splits words,
//! and is idempotent.

use std::borrow::Cow;

/// Letters that look alike in both alphabets, Cyrillic and Latin, as they are written: «р» is «p», but «в» is not «b».
const LOOKALIKES: [(char, char); 19] = [
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
];

/// Folds a word or a text into a string of its own.
#[must_use]
pub fn fold(text: &str) -> String {
    folded(text).into_owned()
}

/// Folds a word or a text; borrows what is folded already.
#[must_use]
pub fn folded(text: &str) -> Cow<'_, str> {
    let mut folded = match writing(text) {
        Writing::Folded => return Cow::Borrowed(text),
        Writing::Plain => {
            let mut folded = String::with_capacity(text.len());
            folded.extend(text.chars().map(|c| lower(without_dots(c))));
            return Cow::Owned(folded);
        }
        Writing::Mixed => String::with_capacity(text.len()),
    };
    let mut rest = text;
    while let Some(start) = rest.find(is_letter) {
        let (before, word) = rest.split_at_checked(start).unwrap_or((rest, ""));
        folded.extend(before.chars().filter(|c| !is_invisible(*c)));
        let end = word.find(|c: char| !is_letter(c) && !is_invisible(c)).unwrap_or(word.len());
        let (word, after) = word.split_at_checked(end).unwrap_or((word, ""));
        fold_letters(word, &mut folded);
        rest = after;
    }
    folded.extend(rest.chars().filter(|c| !is_invisible(*c)));
    Cow::Owned(folded)
}

/// How much work folding is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// None: the text is folded.
    Folded,
    /// Every letter by itself: English and Russian letters, never both in one run.
    Plain,
    /// Anything else.
    Mixed,
}

/// How much work folding is, decided without looking letters up in Unicode's tables.
fn writing(text: &str) -> Writing {
    let (mut latin, mut cyrillic, mut plain) = (false, false, false);
    for c in text.chars() {
        match c {
            'a'..='z' => latin = true,
            'а'..='я' => cyrillic = true,
            'A'..='Z' => (latin, plain) = (true, true),
            'А'..='Я' | 'ё' | 'Ё' => (cyrillic, plain) = (true, true),
            '«' | '»' | '—' | '–' | '…' | '\u{a0}' => (latin, cyrillic) = (false, false),
            _ if c.is_ascii() => (latin, cyrillic) = (false, false),
            _ => return Writing::Mixed,
        }
        if latin && cyrillic {
            return Writing::Mixed;
        }
    }
    if plain { Writing::Plain } else { Writing::Folded }
}

/// The small letter of an English or Russian letter; any other character as it is.
const fn lower(c: char) -> char {
    match c {
        'А'..='Я' => match char::from_u32(c as u32 + 32) {
            Some(small) => small,
            None => c,
        },
        'Ё' => 'ё',
        _ => c.to_ascii_lowercase(),
    }
}

/// Puts the small letters of `text` after what `out` holds, е for ё; what else folding does is left out.
pub fn push_plain(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\0'..='\u{7f}' | 'А'..='я' | 'ё' | 'Ё' => out.push(lower(without_dots(c))),
            _ => out.extend(c.to_lowercase()),
        }
    }
}

/// Folds a run of letters.
fn fold_letters(word: &str, out: &mut String) {
    let script = target_script(word);
    for letter in word.chars().filter(|c| !is_invisible(*c)) {
        if script.is_none() && matches!(letter, '\0'..='\u{7f}' | 'А'..='я' | 'ё' | 'Ё') {
            out.push(lower(without_dots(letter)));
            continue;
        }
        // «İ» lower-cases to i and a dot above.
        out.extend(unify(without_dots(letter), script).to_lowercase().filter(|c| *c != '\u{307}'));
    }
}

const fn without_dots(letter: char) -> char {
    match letter {
        'ё' => 'е',
        'Ё' => 'Е',
        letter => letter,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
}

/// The alphabet that a word of mixed letters is meant in: that of most of its unmistakable letters, else of most
/// letters; none if the word is not mixed.
fn target_script(word: &str) -> Option<Script> {
    let has = |script: Script| word.chars().any(|letter| script_of(letter) == Some(script));
    if !has(Script::Latin) || !has(Script::Cyrillic) {
        return None;
    }
    let (mut latin, mut cyrillic, mut sure_latin, mut sure_cyrillic) = (0, 0, 0, 0);
    for letter in word.chars().map(without_dots) {
        let alike = LOOKALIKES.iter().any(|(c, l)| *c == letter || *l == letter);
        match script_of(letter) {
            Some(Script::Latin) => (latin, sure_latin) = (latin + 1, sure_latin + i32::from(!alike)),
            Some(Script::Cyrillic) => (cyrillic, sure_cyrillic) = (cyrillic + 1, sure_cyrillic + i32::from(!alike)),
            None => {}
        }
    }
    let is_latin = if sure_latin == sure_cyrillic { latin > cyrillic } else { sure_latin > sure_cyrillic };
    Some(if is_latin { Script::Latin } else { Script::Cyrillic })
}

fn script_of(letter: char) -> Option<Script> {
    match letter {
        'a'..='z' | 'A'..='Z' => Some(Script::Latin),
        '\u{400}'..='\u{4ff}' => Some(Script::Cyrillic),
        _ => None,
    }
}

/// The letter of the wanted alphabet that looks like the given one; the letter itself if there is none.
fn unify(letter: char, script: Option<Script>) -> char {
    let twin = |find: fn(&(char, char)) -> char, take: fn(&(char, char)) -> char| {
        LOOKALIKES.iter().find(|pair| find(pair) == letter).map_or(letter, take)
    };
    match script {
        Some(Script::Cyrillic) => twin(|p| p.1, |p| p.0),
        Some(Script::Latin) => twin(|p| p.0, |p| p.1),
        None => letter,
    }
}

/// Whether a character is a letter; Russian ones are told without a look into Unicode's tables.
#[must_use]
pub fn is_letter(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я') || c.is_alphabetic()
}

/// Stress marks, soft hyphens and characters of no width.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{300}' | '\u{301}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::fold;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
    use std::borrow::Cow;

    #[test]
    fn case_yo_and_marks() {
        assert_eq!(fold("Ещё МЁДОМ"), "еще медом");
        assert_eq!(fold("за́мок и\u{ad}ли замо́к"), "замок или замок");
        assert_eq!(fold("Йод, 2021-го"), "йод, 2021-го");
    }

    #[test]
    fn lookalikes_follow_the_unmistakable_letters() {
        // Latin c, Cyrillic р, Latin P and C, Latin B.
        for (mixed, meant) in [("cанкции", "санкции"), ("рro", "pro"), ("PCМД", "рсмд"), ("BBП", "ввп"), ("аbb", "abb")]
        {
            assert_eq!(fold(mixed), meant, "{mixed}");
        }
    }

    #[test]
    fn words_are_judged_one_by_one() {
        assert_eq!(fold("Telegram-канал pro сор"), "telegram-канал pro сор");
        assert_eq!(fold("IT-cпециалист"), "it-специалист");
    }

    #[test]
    fn folded_text_is_not_copied() {
        assert!(matches!(super::folded("премьер-министр isw 2021"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn folding_is_idempotent(text in "[а-яА-ЯёЁa-zA-Z0-9 \u{301}\u{ad}-]{0,24}|\\PC{0,24}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.as_str());
            prop_assert!(!once.contains('ё'));
        }
    }
}

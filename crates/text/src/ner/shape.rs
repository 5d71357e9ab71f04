//! What a word looks like to the tagger: its shape, its lower-cased form, and whether it can be
//! part of a name at all. Shapes are those of slovnet, numbered as in its vocabulary.
//!
//! Never looks at neighbours or at meaning.

use super::format::PUNCTUATION;

const RUSSIAN: u8 = 1;
const ENGLISH: u8 = 8;
const MARK: u8 = 15;
const MARK_OTHER: u8 = 63;
const NUMBER: u8 = 64;
const OTHER: u8 = 65;

/// Words that open sentences, and never names: prepositions, conjunctions, pronouns, adverbs.
const FUNCTION_WORDS: [&str; 126] = [
    "а",
    "благодаря",
    "более",
    "был",
    "была",
    "были",
    "было",
    "в",
    "вам",
    "во",
    "впрочем",
    "все",
    "всего",
    "всё",
    "вчера",
    "вы",
    "где",
    "да",
    "даже",
    "для",
    "до",
    "его",
    "ее",
    "ей",
    "ему",
    "если",
    "есть",
    "еще",
    "ещё",
    "её",
    "же",
    "за",
    "завтра",
    "затем",
    "здесь",
    "и",
    "из",
    "изо",
    "или",
    "им",
    "именно",
    "их",
    "к",
    "как",
    "ко",
    "когда",
    "кроме",
    "кстати",
    "кто",
    "куда",
    "либо",
    "лишь",
    "между",
    "менее",
    "мне",
    "мы",
    "на",
    "над",
    "накануне",
    "нам",
    "напомним",
    "например",
    "не",
    "несмотря",
    "нет",
    "ни",
    "но",
    "о",
    "об",
    "обо",
    "однако",
    "около",
    "он",
    "она",
    "они",
    "оно",
    "от",
    "перед",
    "по",
    "под",
    "позже",
    "пока",
    "помимо",
    "после",
    "потом",
    "почему",
    "поэтому",
    "при",
    "ранее",
    "раньше",
    "с",
    "сегодня",
    "сейчас",
    "со",
    "согласно",
    "среди",
    "та",
    "так",
    "такая",
    "также",
    "такие",
    "таким",
    "такое",
    "такой",
    "там",
    "те",
    "тем",
    "теперь",
    "то",
    "тогда",
    "тоже",
    "только",
    "тот",
    "тут",
    "у",
    "уже",
    "хотя",
    "чем",
    "через",
    "что",
    "чтобы",
    "эта",
    "эти",
    "это",
    "этот",
    "я",
];

/// Looks of one token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// Number of the shape, below [`SHAPES`](super::format::SHAPES).
    pub shape: u8,
    /// Holds a capital or a Latin letter: a name may begin here.
    pub may_name: bool,
    /// Is a function word with a capital, which begins no name unless it is an initial or opens a title.
    pub opens: bool,
    /// Is a quotation mark that can open.
    pub quotes: bool,
}

impl Looks {
    /// Looks of `word`; its lower-cased form replaces what `lower` held.
    pub fn of(word: &str, lower: &mut String) -> Self {
        lower.clear();
        let mut letters = CaseCounts::default();
        let mut may_name = false;
        for c in word.chars() {
            let case = Case::of(c);
            may_name |= case == Case::Upper || c.is_ascii_alphabetic();
            letters.push(c, case);
            match (case, c) {
                (Case::Upper, 'А'..='Я') => lower.extend(char::from_u32(c as u32 + 32)),
                (Case::Upper, _) => lower.extend(c.to_lowercase()),
                _ => lower.push(c),
            }
        }
        let shape = match CharClass::of(word) {
            CharClass::Russian => RUSSIAN + letters.outline(),
            CharClass::English => ENGLISH + letters.outline(),
            CharClass::Mark => mark(word),
            CharClass::Number => NUMBER,
            CharClass::Other => OTHER,
        };
        let opens = may_name && FUNCTION_WORDS.binary_search(&lower.as_str()).is_ok();
        Self { shape, may_name, opens, quotes: matches!(word, "«" | "„" | "“" | "\"") }
    }
}

/// Shape of a full stop.
pub const DOT: u8 = MARK + 14;

/// Shape of an apostrophe.
pub const APOSTROPHE: u8 = MARK + 38;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Upper,
    Lower,
    None,
}

impl Case {
    fn of(c: char) -> Self {
        match c {
            'а'..='я' | 'a'..='z' => Self::Lower,
            'А'..='Я' | 'A'..='Z' => Self::Upper,
            c if c.is_ascii() => Self::None,
            c if c.is_lowercase() => Self::Lower,
            c if c.is_uppercase() => Self::Upper,
            _ => Self::None,
        }
    }
}

/// What the first characters make of a token.
enum CharClass {
    Russian,
    English,
    Number,
    Mark,
    Other,
}

impl CharClass {
    fn of(word: &str) -> Self {
        let mut chars = word.chars();
        match chars.next() {
            Some('а'..='я' | 'А'..='Я' | 'ё' | 'Ё') => Self::Russian,
            Some('a'..='z' | 'A'..='Z') => Self::English,
            Some('0'..='9') => Self::Number,
            Some('+' | '-') if chars.next().is_some_and(|c| c.is_ascii_digit()) => Self::Number,
            Some(c) if PUNCTUATION.contains(c) => Self::Mark,
            _ => Self::Other,
        }
    }
}

/// Shape of a token that begins with a punctuation mark: only single marks have their own.
fn mark(word: &str) -> u8 {
    let mut chars = word.chars();
    let place = match (chars.next(), chars.next()) {
        (Some(c), None) => PUNCTUATION.chars().position(|p| p == c),
        _ => None,
    };
    place.and_then(|i| u8::try_from(i).ok()).map_or(MARK_OTHER, |i| MARK + i)
}

/// Counts of capitals and small letters, apart for what stands before and after the first hyphen.
#[derive(Default)]
struct CaseCounts {
    chars: usize,
    parts: [HyphenPart; 2],
    hyphened: bool,
}

#[derive(Clone, Copy, Default)]
struct HyphenPart {
    chars: usize,
    upper: usize,
    lower: usize,
    starts_upper: bool,
}

impl HyphenPart {
    fn push(&mut self, case: Case) {
        self.starts_upper |= self.chars == 0 && case == Case::Upper;
        self.chars += 1;
        self.upper += usize::from(case == Case::Upper);
        self.lower += usize::from(case == Case::Lower);
    }

    /// A capital, then small letters only.
    fn is_title(self) -> bool {
        self.starts_upper && self.upper == 1 && self.lower > 0
    }
}

impl CaseCounts {
    fn push(&mut self, c: char, case: Case) {
        self.chars += 1;
        if c == '-' && !self.hyphened {
            self.hyphened = true;
            return;
        }
        let [left, right] = &mut self.parts;
        if self.hyphened { right.push(case) } else { left.push(case) }
    }

    /// X, x, XX, xx, Xx, Xx-Xx, other: 0 to 6.
    fn outline(&self) -> u8 {
        let [left, right] = self.parts;
        let (upper, lower) = (left.upper + right.upper, left.lower + right.lower);
        match (self.chars, upper, lower) {
            (1, 1.., _) => 0,
            (1, ..) => 1,
            (_, 1.., 0) => 2,
            (_, 0, 1..) => 3,
            (_, 1, 1..) if left.starts_upper => 4,
            _ if left.is_title() && right.is_title() => 5,
            _ => 6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(word: &str) -> u8 {
        Looks::of(word, &mut String::new()).shape
    }

    #[test]
    fn outlines_follow_case_and_hyphens() {
        let russian = [
            ("Я", 0),
            ("я", 1),
            ("США", 2),
            ("СИЗО-6", 2),
            ("дом", 3),
            ("по-русски", 3),
            ("Москва", 4),
            ("Нью-Йорк", 5),
            ("Ростов-на-Дону", 6),
            ("МгУ", 6),
            ("Экс-глава", 4),
            ("и-Я", 6),
            ("А-а", 4),
        ];
        for (word, outline) in russian {
            assert_eq!(shape(word), RUSSIAN + outline, "{word}");
        }
        for (word, outline) in [("I", 0), ("BBC", 2), ("iPhone", 6), ("Reuters", 4)] {
            assert_eq!(shape(word), ENGLISH + outline, "{word}");
        }
    }

    #[test]
    fn numbers_marks_and_the_rest() {
        assert_eq!(shape("2021-го"), NUMBER);
        assert_eq!(shape("+7"), NUMBER);
        assert_eq!(shape("!"), MARK);
        assert_eq!(shape("."), DOT);
        assert_eq!(shape("'"), APOSTROPHE);
        assert_eq!(shape("…"), MARK_OTHER - 1);
        assert_eq!(shape("..."), MARK_OTHER);
        assert_eq!(shape("-то"), MARK_OTHER);
        assert_eq!(shape("°C"), OTHER);
        assert_eq!(shape("їжак"), OTHER);
    }

    #[test]
    fn function_words_are_told() {
        assert!(FUNCTION_WORDS.is_sorted());
        let opens = |word| Looks::of(word, &mut String::new()).opens;
        assert!(opens("По") && opens("В") && !opens("по") && !opens("Почта"));
    }

    #[test]
    fn lower_cases_and_tells_what_may_be_a_name() {
        let mut lower = String::new();
        for (word, small, may) in [
            ("Ёлка", "ёлка", true),
            ("ИГИЛ", "игил", true),
            ("дом", "дом", false),
            ("5", "5", false),
            ("«", "«", false),
        ] {
            assert_eq!(Looks::of(word, &mut lower).may_name, may, "{word}");
            assert_eq!(lower, small);
        }
    }
}

//! The one tokenizer of the product: index, entity tagger and extraction all work on its tokens.
//!
//! Text is split into atoms (runs of Russian letters, of Latin letters, of digits, of symbols, single
//! marks), and an ordered list of small rules joins adjacent atoms. The rules are those of razdel, which
//! the entity model was trained with, except that a dash or a symbol (emoji, arrow, bullet, flag) never
//! joins words: razdel would hide «Bloomberg» in «🔴Bloomberg» and «Африка» in «Россия–Африка». One rule,
//! `homoglyph`, is our own. Splitting hyphenated words further is left to indexing. Any text is accepted;
//! every token is a non-empty slice of it, and only white space lies between tokens.

use super::fold::is_invisible;
use std::ops::BitOr;
use unicode_normalization::char::is_combining_mark;

/// A piece of text. Offsets are bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// What the token is.
    pub kind: TokenKind,
    /// What it holds.
    pub flags: Flags,
}

impl Token {
    /// The token as a range of byte offsets.
    #[must_use]
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The token's text, `text` being what was tokenized.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.range()).unwrap_or_default()
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Holds letters: «Москва», «премьер-министр», «2021-го», «COVID-19».
    Word,
    /// Digits without letters: «5», «1,5», «2019–2021».
    Number,
    /// Punctuation marks: «,», «...», «?!», «:)».
    Punct,
    /// Anything else: emoji, degree and currency signs.
    Other,
}

/// Properties of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Flags(u8);

impl Flags {
    /// Holds a capital letter.
    pub const UPPER: Self = Self(1);
    /// Holds a small letter.
    pub const LOWER: Self = Self(1 << 1);
    /// Begins with a capital letter.
    pub const INITIAL: Self = Self(1 << 2);
    /// Holds a Cyrillic letter of the Russian alphabet.
    pub const RUSSIAN: Self = Self(1 << 3);
    /// Holds a letter of the English alphabet.
    pub const LATIN: Self = Self(1 << 4);
    /// Holds a digit 0 to 9.
    pub const DIGIT: Self = Self(1 << 5);
    /// Several atoms in one: a hyphen, decimal comma or the like is inside.
    pub const JOINED: Self = Self(1 << 6);
    /// Follows the previous token without white space.
    pub const GLUED: Self = Self(1 << 7);

    /// Whether all of `flags` are set.
    #[must_use]
    pub const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// Whether any of `flags` is set.
    #[must_use]
    pub const fn any(self, flags: Self) -> bool {
        self.0 & flags.0 != 0
    }
}

impl BitOr for Flags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Splits `text` into tokens.
#[must_use]
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 10);
    tokenize_into(text, &mut tokens);
    tokens
}

/// Splits `text` into tokens, which replace what `tokens` held.
pub fn tokenize_into(text: &str, tokens: &mut Vec<Token>) {
    tokens.clear();
    let mut atoms = Atoms { text, at: 0 };
    let Some(mut left) = atoms.next() else { return };
    let mut right = atoms.next();
    let mut left2 = None;
    let mut token = Building::new(left, false);
    // Where the run of characters without white space begins, and the number of its first token.
    let mut run = (left.start, 0);
    while let Some(atom) = right {
        let right2 = atoms.next();
        let touching = left.end == atom.start;
        let start = token.start;
        if !touching {
            run = (atom.start, tokens.len() + 1);
        }
        if touching && atom.end - run.0 > MAX_RUN_BYTES {
            if run.1 < tokens.len() {
                token.start = tokens.get(run.1).map_or(token.start, |first| first.start as usize);
                tokens.truncate(run.1);
            }
            token.push(atom);
        } else if touching && joins(&TokenSplit { left2, left, right: atom, right2, text, start }) {
            token.push(atom);
        } else {
            tokens.extend(token.finish());
            token = Building::new(atom, touching);
        }
        left2 = Some(left);
        left = atom;
        right = right2;
    }
    tokens.extend(token.finish());
}

/// A run of letters, digits and marks without white space that is longer is encoded data, not language: one token, which
/// nobody looks into. As tokens of a letter each, ten megabytes of it would take a gigabyte of memory.
const MAX_RUN_BYTES: usize = 4096;

// ---------------------------------------------------------------------------------------- atoms

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Russian,
    Latin,
    Digits,
    /// A single punctuation mark.
    Mark(char),
    /// A run of symbols: emoji with their modifiers, arrows, bullets, flags, signs. Never part of a word.
    Symbol,
    /// A single character of any other sort: a letter of another alphabet, an accent, a soft hyphen.
    Other,
}

impl Class {
    fn is_mark(self) -> bool {
        matches!(self, Self::Mark(_))
    }

    fn is_one_of(self, marks: &str) -> bool {
        matches!(self, Self::Mark(c) if marks.contains(c))
    }
}

#[derive(Clone, Copy)]
struct Atom {
    start: usize,
    end: usize,
    class: Class,
    flags: Flags,
}

/// Marks that join words. Not the dashes: «Россия–Африка», «2024–2025» are two words each.
const HYPHENS: &str = "-‑";
const ENDINGS: &str = ".?!…";

/// Marks beyond ASCII. The letter apostrophe «ʼ» is one of them, so that «Припʼять» is split like «Прип'ять».
const MARKS: &str = "«»–—…“”„’‘ʼ№‑−";

/// Joins emoji («👩‍👧»); in a word it is invisible.
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Characters that modify the symbol before them: variation selectors, the enclosing keycap and emoji tags.
fn is_symbol_modifier(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}')
}

/// Whether a character can be part of no word: neither a letter nor a number nor a mark on one.
fn is_symbol(c: char) -> bool {
    !c.is_alphanumeric() && !is_combining_mark(c) && !is_invisible(c) && !MARKS.contains(c) && !c.is_whitespace()
}

struct Atoms<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Atoms<'_> {
    type Item = Atom;

    fn next(&mut self) -> Option<Atom> {
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let start = self.at;
            let (length, class, flags) = match *rest.first()? {
                b' ' | b'\t'..=b'\r' | 0x1c..=0x1f => {
                    self.at += 1;
                    continue;
                }
                b'a'..=b'z' | b'A'..=b'Z' => latin(rest),
                b'0'..=b'9' => (count(rest, u8::is_ascii_digit), Class::Digits, Flags::DIGIT),
                0xD0 | 0xD1 => russian(rest).unwrap_or_else(|| self.character()),
                // razdel does not take «{» for a mark.
                b'{' | ..b' ' | 0x7f => (1, Class::Symbol, Flags::default()),
                b @ b'!'..=b'~' => (1, Class::Mark(char::from(b)), Flags::default()),
                _ => {
                    let (length, class, flags) = self.character();
                    if length == 0 {
                        return None;
                    }
                    if class == Class::Mark(' ') {
                        self.at += length;
                        continue;
                    }
                    (length, class, flags)
                }
            };
            self.at += length;
            return Some(Atom { start, end: self.at, class, flags });
        }
    }
}

impl Atoms<'_> {
    /// One character beyond ASCII and the Russian alphabet. White space comes as a blank mark.
    fn character(&self) -> (usize, Class, Flags) {
        let Some(c) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else {
            return (0, Class::Other, Flags::default());
        };
        let class = match c {
            c if c.is_whitespace() => Class::Mark(' '),
            c if MARKS.contains(c) => return (c.len_utf8(), Class::Mark(c), Flags::default()),
            c if is_symbol(c) || is_symbol_modifier(c) => return (self.symbols(), Class::Symbol, Flags::default()),
            _ => Class::Other,
        };
        let mut flags = Flags::default();
        if c.is_uppercase() {
            flags = Flags::UPPER | Flags::INITIAL;
        } else if c.is_alphabetic() {
            flags = Flags::LOWER; // also letters of scripts without case
        }
        (c.len_utf8(), class, flags)
    }

    /// Bytes of the run of symbols beyond ASCII that starts here, with their modifiers.
    fn symbols(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.find(|c: char| c.is_ascii() || !(is_symbol(c) || is_symbol_modifier(c) || c == ZERO_WIDTH_JOINER))
            .unwrap_or(rest.len())
    }
}

fn count(bytes: &[u8], fits: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().take_while(|b| fits(b)).count()
}

fn latin(bytes: &[u8]) -> (usize, Class, Flags) {
    let (mut upper, mut lower) = (false, false);
    let length = count(bytes, u8::is_ascii_alphabetic);
    for b in bytes.iter().take(length) {
        upper |= b.is_ascii_uppercase();
        lower |= b.is_ascii_lowercase();
    }
    let initial = bytes.first().is_some_and(u8::is_ascii_uppercase);
    (length, Class::Latin, Flags::LATIN | case_flags(upper, lower, initial))
}

/// The run of Russian letters at the beginning, if any: each is two bytes.
fn russian(bytes: &[u8]) -> Option<(usize, Class, Flags)> {
    let (mut length, mut upper, mut lower) = (0, false, false);
    for pair in bytes.as_chunks::<2>().0 {
        match pair {
            [0xD0, 0x90..=0xAF | 0x81] => upper = true,
            [0xD0, 0xB0..=0xBF] | [0xD1, 0x80..=0x8F | 0x91] => lower = true,
            _ => break,
        }
        length += 2;
    }
    let initial = matches!(bytes, [0xD0, 0x90..=0xAF | 0x81, ..]);
    (length > 0).then(|| (length, Class::Russian, Flags::RUSSIAN | case_flags(upper, lower, initial)))
}

fn case_flags(upper: bool, lower: bool, initial: bool) -> Flags {
    let flag = |set, flag: Flags| if set { flag } else { Flags::default() };
    flag(upper, Flags::UPPER) | flag(lower, Flags::LOWER) | flag(initial, Flags::INITIAL)
}

// ---------------------------------------------------------------------------------------- rules

/// A place between two atoms that touch. Neighbours further off may stand behind white space.
struct TokenSplit<'t> {
    left2: Option<Atom>,
    left: Atom,
    right: Atom,
    right2: Option<Atom>,
    text: &'t str,
    /// Where the token that `left` belongs to starts.
    start: usize,
}

/// Rules that join, the first that applies wins.
const RULES: [fn(&TokenSplit) -> bool; 11] =
    [hyphen, symbols, underscore, decimal_mark, fraction, smile, endings, doubled, other, yahoo, homoglyph];

fn joins(split: &TokenSplit) -> bool {
    RULES.iter().any(|rule| rule(split))
}

/// «кто|-|то», «2021|-|го», «COVID|-|19».
fn hyphen(split: &TokenSplit) -> bool {
    split.links(HYPHENS, |atom| !matches!(atom.class, Class::Mark(_) | Class::Symbol))
}

/// «{|{»: symbols form one token.
fn symbols(split: &TokenSplit) -> bool {
    split.left.class == Class::Symbol && split.right.class == Class::Symbol
}

/// «snake|_|case».
fn underscore(split: &TokenSplit) -> bool {
    split.links("_", |atom| !matches!(atom.class, Class::Mark(_) | Class::Symbol))
}

/// «1|,|5», «10|.|12|.|2020».
fn decimal_mark(split: &TokenSplit) -> bool {
    split.links(".,", |atom| atom.class == Class::Digits)
}

/// «1|/|2».
fn fraction(split: &TokenSplit) -> bool {
    split.links("/\\", |atom| atom.class == Class::Digits)
}

/// «:|)», «=|(|(|(».
fn smile(split: &TokenSplit) -> bool {
    let so_far = split.text.get(split.start..split.right.end).unwrap_or_default();
    let Some(mouth) = so_far.strip_prefix(['=', ':', ';']) else { return false };
    let mouth = mouth.strip_prefix('-').unwrap_or(mouth);
    (1..=3).contains(&mouth.len()) && mouth.bytes().all(|b| matches!(b, b'(' | b')'))
}

/// «?|!», «.|.|.».
fn endings(split: &TokenSplit) -> bool {
    split.left.class.is_one_of(ENDINGS) && split.right.class.is_one_of(ENDINGS)
}

/// «-|-», «*|*|*».
fn doubled(split: &TokenSplit) -> bool {
    split.left.class.is_one_of("-*") && split.left.class == split.right.class
}

/// «m|β|ж», «за|\u{301}|мок»: letters of other alphabets and accents join letters.
fn other(split: &TokenSplit) -> bool {
    let sticks = |class| matches!(class, Class::Other | Class::Russian | Class::Latin);
    let (left, right) = (split.left.class, split.right.class);
    left == Class::Other && sticks(right) || sticks(left) && right == Class::Other
}

/// «Yahoo|!».
fn yahoo(split: &TokenSplit) -> bool {
    split.right.class == Class::Mark('!') && split.word(split.left).eq_ignore_ascii_case("yahoo")
}

/// «р|ro» with a Cyrillic «р», «c|анкции» with a Latin «c»: one word in two alphabets, if one of
/// the parts could as well be written in the other. But not «Reuters|По» or «так|Hотя», where a
/// blank is missing before the capital.
fn homoglyph(split: &TokenSplit) -> bool {
    if split.left.flags.has(Flags::LOWER) && split.right.flags.has(Flags::INITIAL) {
        return false;
    }
    let alike = |atom| split.word(atom).chars().all(|c| "АВЕКМНОРСТХаеорсухABEKMHOPCTXaeopcyx".contains(c));
    match (split.left.class, split.right.class) {
        (Class::Russian, Class::Latin) | (Class::Latin, Class::Russian) => {
            // A lone «n» is what some archives made of a line break: «приводит|n|ТАСС|n|слова».
            let lost_break = [split.left, split.right].into_iter().any(|atom| split.word(atom) == "n");
            !lost_break && (alike(split.left) || alike(split.right))
        }
        _ => false,
    }
}

impl<'t> TokenSplit<'t> {
    /// Whether one side is one of `marks` and links two fitting atoms.
    fn links(&self, marks: &str, fits: impl Fn(Atom) -> bool) -> bool {
        let pair = if self.left.class.is_one_of(marks) {
            self.left2.zip(Some(self.right))
        } else if self.right.class.is_one_of(marks) {
            Some(self.left).zip(self.right2)
        } else {
            None
        };
        pair.is_some_and(|(a, b)| fits(a) && fits(b))
    }

    fn word(&self, atom: Atom) -> &'t str {
        self.text.get(atom.start..atom.end).unwrap_or_default()
    }
}

// --------------------------------------------------------------------------------------- tokens

/// A token that may still grow.
struct Building {
    start: usize,
    end: usize,
    marks_only: bool,
    flags: Flags,
}

impl Building {
    fn new(atom: Atom, glued: bool) -> Self {
        let glued = if glued { Flags::GLUED } else { Flags::default() };
        Self { start: atom.start, end: atom.end, marks_only: atom.class.is_mark(), flags: atom.flags | glued }
    }

    fn push(&mut self, atom: Atom) {
        self.end = atom.end;
        self.marks_only &= atom.class.is_mark();
        let initial = self.flags.0 & Flags::INITIAL.0;
        let later = atom.flags.0 & !Flags::INITIAL.0;
        self.flags = Flags(self.flags.0 & !Flags::INITIAL.0 | initial | later) | Flags::JOINED;
    }

    /// The token, unless it lies beyond the 4 GB that offsets can tell.
    fn finish(&self) -> Option<Token> {
        let letters = Flags::UPPER.0 | Flags::LOWER.0;
        let kind = match self.flags {
            Flags(flags) if flags & letters != 0 => TokenKind::Word,
            flags if flags.has(Flags::DIGIT) => TokenKind::Number,
            _ if self.marks_only => TokenKind::Punct,
            _ => TokenKind::Other,
        };
        let (start, end) = (u32::try_from(self.start).ok()?, u32::try_from(self.end).ok()?);
        Some(Token { start, end, kind, flags: self.flags })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text is the expectation: `|` stands between tokens that touch.
    #[track_caller]
    fn check(marked: &str) {
        let text = marked.replace('|', "");
        let found: Vec<_> = tokenize(&text).into_iter().map(|t| t.of(&text)).collect();
        let expected: Vec<_> = marked.split(['|', ' ']).filter(|t| !t.is_empty()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_numbers_and_marks() {
        check("Да|, но|... а «|Кто-то|» сказал|: «|2021-го года|»|?!");
        check("рост на 1,5|% к 10.12.2020|, Ту-154|М и COVID-19");
        check("О|'|Коннор|, Bloomberg|'|s");
        check("И т|. д|. и т|.|п|.");
        check("snake_case 1/2 и|/|или Yahoo! но Да|!");
        check("было -5|°|C|, :) *** -- =(((");
    }

    #[test]
    fn symbols_never_hide_a_word() {
        check("⚡️|ТАСС|: 🔴|Bloomberg сообщает");
        check("США|🇺🇸 и Россия|🇷🇺 подписан|✅");
        check("→|Москва •|Казань ▪️|Уфа ✔|да |©|РБК");
        check("👩‍👩‍👧|семья 1|️⃣|Первое {{|слово|}");
    }

    #[test]
    fn dashes_part_words_and_years() {
        check("Саммит Россия|–|Африка|, рейс Москва|—|Казань|, 2024|–|2025 и 5|−|7");
        check("премьер-министр 2024-2025");
    }

    #[test]
    fn the_three_apostrophes_are_alike() {
        check("Прип|'|ять Прип|’|ять Прип|ʼ|ять");
    }

    #[test]
    fn look_alikes_join_but_missing_blanks_do_not() {
        check("рro и cанкции"); // Cyrillic «р», Latin «c»
        check("Reuters|По данным");
    }

    #[test]
    fn other_alphabets_stick_together() {
        check("Київ є їжак café Ελλάδα");
    }

    #[test]
    fn kinds_and_flags() {
        let text = "«Ту-154», 1,5 млн ☀ USA";
        let seen: Vec<_> = tokenize(text).into_iter().map(|t| (t.of(text), t.kind, t.flags)).collect();
        let has = |word: &str, flag| seen.iter().find(|(w, ..)| *w == word).unwrap().2.has(flag);
        let kinds: Vec<_> = seen.iter().map(|(w, k, _)| (*w, *k)).collect();
        use TokenKind::{Number, Other, Punct, Word};
        assert_eq!(
            kinds,
            [
                ("«", Punct),
                ("Ту-154", Word),
                ("»", Punct),
                (",", Punct),
                ("1,5", Number),
                ("млн", Word),
                ("☀", Other),
                ("USA", Word)
            ]
        );
        assert!(has("Ту-154", Flags::GLUED | Flags::INITIAL | Flags::DIGIT | Flags::JOINED | Flags::RUSSIAN));
        assert!(has("USA", Flags::LATIN | Flags::UPPER));
        assert!(!has("USA", Flags::LOWER) && !has("USA", Flags::GLUED));
        assert!(!has("млн", Flags::INITIAL));
    }

    #[test]
    fn encoded_data_is_one_token() {
        let text = format!("до {} после", "a1".repeat(5000));
        let tokens: Vec<_> = tokenize(&text).into_iter().map(|t| t.range().len()).collect();
        assert_eq!(tokens, [4, 10_000, 10]);
        let text = format!("{} после", "а".repeat(5000));
        assert_eq!(tokenize(&text).len(), 2);
        assert_eq!(tokenize(&"слово, ".repeat(2000)).len(), 4000);
    }

    #[test]
    fn odd_text_never_breaks_it() {
        for text in [
            "",
            " ",
            "\u{a0}\u{2028}",
            "\0\u{1f}a\u{7f}",
            "👍🏽🇷🇺",
            "и\u{306}",
            "э\u{301}то",
            "-",
            "--",
            "a-",
            "-\u{301}-",
        ] {
            let mut end = 0;
            for token in tokenize(text) {
                let gap = text.get(end as usize..token.start as usize).unwrap();
                assert!(!token.of(text).is_empty(), "{text:?}");
                assert!(gap.chars().all(|c| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)), "{text:?}");
                end = token.end;
            }
        }
    }
}

//! Splits text into sentences: an ordered list of small rules, after razdel, looks at every place
//! where a sentence may end; the first that has an opinion wins, and otherwise the text is cut.
//!
//! Works on tokens alone and cuts between tokens only. Line breaks come first: a blank line always
//! cuts, a single one does unless the sentence plainly runs on.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use super::{
    fold::is_letter,
    token::{Flags, Token, TokenKind},
};

/// Sentences of a text as ranges of its tokens. Together they hold every token once.
#[must_use]
pub fn sentences(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for end in 1..tokens.len() {
        let split = SentenceSplit { text, tokens, start, end };
        if split.cuts() {
            sentences.push(start..end);
            start = end;
        }
    }
    if start < tokens.len() {
        sentences.push(start..tokens.len());
    }
    sentences
}

/// What a rule thinks of a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Cut,
    Join,
    /// Leave it to the next rule.
    Pass,
}

impl Verdict {
    fn join_if(joins: bool) -> Self {
        if joins { Self::Join } else { Self::Pass }
    }
}

use Verdict::{Cut, Join, Pass};

/// The rules; `delimiter` is the last token before the place.
const RULES: [fn(&SentenceSplit) -> Verdict; 13] = [
    blank_line,
    line_break,
    no_delimiter,
    no_space,
    first_token,
    lower_right,
    delimiter_right,
    abbreviation,
    initials,
    list_item,
    closing_quote,
    closing_bracket,
    dash_right,
];

/// An empty line is the end of a paragraph.
fn blank_line(split: &SentenceSplit) -> Verdict {
    if split.gap().bytes().filter(|b| *b == b'\n').count() > 1 { Cut } else { Pass }
}

/// So is a line break, unless the next line goes on in small letters or with a comma.
fn line_break(split: &SentenceSplit) -> Verdict {
    if !split.gap().contains('\n') {
        return Pass;
    }
    let runs_on = split.right_is_lower() || matches!(split.right(), "," | ";" | ":" | ")" | "»");
    if runs_on { Join } else { Cut }
}

/// Only after «.», «?!», «…», «;», a closing quote or bracket, or a smile.
fn no_delimiter(split: &SentenceSplit) -> Verdict {
    let delimiter = split.delimiter();
    let last = delimiter.chars().next_back();
    let delimits = split.token(split.end - 1).is_some_and(|t| t.kind == TokenKind::Punct)
        && last.is_some_and(|c| ENDINGS.contains(c) || QUOTES.contains(c) || ";)]}".contains(c))
        || is_smile(delimiter);
    Verdict::join_if(!delimits)
}

/// «10.12», «razdel.tokenize».
fn no_space(split: &SentenceSplit) -> Verdict {
    Verdict::join_if(split.gap().is_empty())
}

/// «» Так начинается»: a delimiter with nothing before it.
fn first_token(split: &SentenceSplit) -> Verdict {
    Verdict::join_if(split.end - 1 == split.start)
}

/// «... что было».
fn lower_right(split: &SentenceSplit) -> Verdict {
    Verdict::join_if(split.right_is_lower())
}

/// The sentence ends behind the last of several delimiters: «.) И», «?» — И».
fn delimiter_right(split: &SentenceSplit) -> Verdict {
    let right = split.right();
    let delimits = right.chars().next().is_some_and(|c| ENDINGS.contains(c) || ";»”’)]}".contains(c));
    Verdict::join_if(delimits || is_smile(right))
}

/// «ул. Ленина», «5 тыс. рублей», «и т. д. и т. п.».
fn abbreviation(split: &SentenceSplit) -> Verdict {
    if split.delimiter() != "." {
        return Pass;
    }
    let left = tail(split.left()).to_lowercase();
    let after_number = split.token(split.end.wrapping_sub(3)).is_some_and(|t| t.flags.has(Flags::DIGIT));
    let swallows = |class| match class {
        Class::Head => true,
        Class::Either if !after_number => true,
        Class::Tail | Class::Either => split.right_continues(),
        Class::Initial => false,
    };
    if split.token(split.end.wrapping_sub(3)).is_some_and(|t| t.of(split.text) == ".") {
        let before = tail(split.of(split.end.wrapping_sub(4))).to_lowercase();
        if let Some(class) = ABBREVIATIONS.get(&*format!("{before} {left}")) {
            return Verdict::join_if(swallows(*class));
        }
    }
    let pair = format!("{left} {}", head(split.right()).to_lowercase());
    if split.of(split.end + 1) == "." && ABBREVIATIONS.contains_key(&*pair) {
        return Join;
    }
    Verdict::join_if(ABBREVIATIONS.get(&*left).is_some_and(|class| swallows(*class)))
}

/// «В. Путин», «Дж. Байден».
fn initials(split: &SentenceSplit) -> Verdict {
    let left = tail(split.left());
    let single = left.chars().count() == 1 && left.chars().all(char::is_uppercase);
    let listed = || ABBREVIATIONS.get(&*left.to_lowercase()) == Some(&Class::Initial);
    Verdict::join_if(split.delimiter() == "." && (single || listed()))
}

/// «1. Открытие», «а) Москва», «IV. Итоги»: the number of a list item is no sentence.
fn list_item(split: &SentenceSplit) -> Verdict {
    let bullet = |token: &Token| {
        let word = token.of(split.text);
        token.kind == TokenKind::Number
            || matches!(word, "." | ")" | "§")
            || word.chars().count() == 1 && "абвгдеabcdef".contains(&word.to_lowercase())
            || word.chars().all(|c| "IVXML".contains(c))
    };
    let tokens = split.tokens.get(split.start..split.end).unwrap_or_default();
    let fits = matches!(split.delimiter(), "." | ")") && tokens.len() <= 8;
    Verdict::join_if(fits && tokens.iter().all(bullet))
}

/// «Газета «Известия» Ивана»: a quote ends a sentence only if what it holds does.
fn closing_quote(split: &SentenceSplit) -> Verdict {
    let opens = match split.delimiter() {
        "»" | "”" | "’" => false,
        "\"" | "'" | "„" => split.token(split.end - 1).is_some_and(|t| !t.flags.has(Flags::GLUED)),
        _ => return Pass,
    };
    Verdict::join_if(opens || !split.left_ends())
}

/// «(см. ниже) Москва».
fn closing_bracket(split: &SentenceSplit) -> Verdict {
    let bracket = matches!(split.delimiter(), ")" | "]" | "}");
    Verdict::join_if(bracket && !split.left_ends())
}

/// ««Что?» — спросил он».
fn dash_right(split: &SentenceSplit) -> Verdict {
    let dash = split.right().chars().all(|c| DASHES.contains(c));
    Verdict::join_if(dash && is_lower(head(split.of(split.end + 1))))
}

// ---------------------------------------------------------------------------------------- views

const ENDINGS: &str = ".?!…";
const QUOTES: &str = "»”’\"'„";
const DASHES: &str = "-–—‑−";

/// A place between two tokens: `end` is the first behind it, `start` the first of the sentence.
struct SentenceSplit<'t> {
    text: &'t str,
    tokens: &'t [Token],
    start: usize,
    end: usize,
}

impl<'t> SentenceSplit<'t> {
    fn cuts(&self) -> bool {
        RULES.iter().map(|rule| rule(self)).find(|verdict| *verdict != Pass) != Some(Join)
    }

    fn token(&self, i: usize) -> Option<&Token> {
        self.tokens.get(i)
    }

    fn of(&self, i: usize) -> &'t str {
        self.token(i).map(|t| t.of(self.text)).unwrap_or_default()
    }

    fn delimiter(&self) -> &'t str {
        self.of(self.end - 1)
    }

    fn left(&self) -> &'t str {
        self.of(self.end.wrapping_sub(2))
    }

    fn right(&self) -> &'t str {
        self.of(self.end)
    }

    /// White space at the place.
    fn gap(&self) -> &'t str {
        let range = self.token(self.end - 1).zip(self.token(self.end));
        range.and_then(|(left, right)| self.text.get(left.end as usize..right.start as usize)).unwrap_or_default()
    }

    fn left_ends(&self) -> bool {
        self.left().chars().next_back().is_some_and(|c| ENDINGS.contains(c))
    }

    fn right_is_lower(&self) -> bool {
        is_lower(head(self.right()))
    }

    /// Whether a sentence hardly begins on the right: small letter, number or mark.
    fn right_continues(&self) -> bool {
        !head(self.right()).chars().any(char::is_uppercase)
    }
}

/// First run of letters or of anything else in a token.
fn head(token: &str) -> &str {
    token.split(|c| !is_letter(c)).next().unwrap_or_default()
}

/// Last run of letters or of anything else in a token.
fn tail(token: &str) -> &str {
    token.rsplit(|c| !is_letter(c)).next().unwrap_or_default()
}

fn is_lower(word: &str) -> bool {
    !word.is_empty() && word.chars().all(char::is_lowercase)
}

fn is_smile(token: &str) -> bool {
    let mouth = token.strip_prefix(['=', ':', ';']);
    mouth.is_some_and(|m| !m.is_empty() && m.bytes().all(|b| matches!(b, b'(' | b')')))
}

// -------------------------------------------------------------------------------- abbreviations

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Head,
    Tail,
    Either,
    Initial,
}

/// `data/abbreviations.txt`: words, and pairs of words with a blank between.
static ABBREVIATIONS: LazyLock<HashMap<&'static str, Class>> =
    LazyLock::new(|| entries().map(|(_, entry, class)| (entry, class)).collect());

/// Whether a folded word is an abbreviation that stands before a name: «проф» of «проф. Петров».
#[must_use]
pub fn stands_before_name(word: &str) -> bool {
    ABBREVIATIONS.get(word) == Some(&Class::Head)
}

/// Section, entry and class of each line.
fn entries() -> impl Iterator<Item = (&'static str, &'static str, Class)> {
    let mut section = "";
    include_str!("../../../../data/abbreviations.txt").lines().filter_map(move |line| {
        let entry = line.split('#').next()?.trim();
        if let Some(name) = entry.strip_prefix('[') {
            section = name.trim_end_matches(']');
            return None;
        }
        let class = match section {
            "head" | "head pair" => Class::Head,
            "tail" | "tail pair" => Class::Tail,
            "either" => Class::Either,
            _ => Class::Initial,
        };
        (!entry.is_empty()).then_some((section, entry, class))
    })
}

#[cfg(test)]
mod tests {
    use super::super::token::tokenize;
    use super::*;

    /// The text is the expectation: `|` stands where it is cut, white space stays outside.
    #[track_caller]
    fn check(marked: &str) {
        let text = marked.replace('|', "");
        let tokens = tokenize(&text);
        let found: Vec<&str> = sentences(&text, &tokens)
            .into_iter()
            .map(|range| text.get(tokens[range.start].range().start..tokens[range.end - 1].range().end).unwrap())
            .collect();
        let expected: Vec<&str> = marked.split('|').filter(|s| !s.trim().is_empty()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn plain_sentences() {
        check("Дождь кончился.| |Город ожил!| |Надолго ли?| |Увидим…| |Да");
        check("Ответа нет... а жаль.| |Ждем?!| |Ждем");
        check("Версия 2.5 вышла.| |Сайт example.com открыт");
    }

    #[test]
    fn abbreviations() {
        check("И т. д. и т. п.| |В общем, рынок вырос");
        check("На ул. Ленина, д. 5, т. е. в центре, живет проф. Зимин.| |Он дома");
        check("В 2020 г. выручка выросла до 5 млн. рублей.| |Прибыль упала");
        check("Это было в 2020 г.| |Затем все изменилось");
        check("Он уехал в г. Тулу на р. Упу.| |Там с. Ясное, п. 5.| |Прошло 15 ч.| |Темно");
        check("Цена — 300 у. е. за штуку.| |Дорого");
    }

    #[test]
    fn initials_and_list_items() {
        check("Выступил А. С. Зимин.| |Ему ответил Дж. Смит");
        check("1. Открытие.| |2) Доклад.| |IV. Итоги");
    }

    #[test]
    fn quotes_and_brackets() {
        check("«Что теперь?» — спросил он.| |«Ждать!»| |Все замолчали");
        check("Газета «Вечер» Москву не видела (см. ниже) Она выходит в Туле.");
        check("Он ушел (навсегда.)| |Она осталась");
        check("\"Вечер\" закрыт.| |\"Утро\" нет");
        check("Спасибо :)| |Пока");
    }

    #[test]
    fn line_breaks() {
        check("Заголовок без точки|\n|Москва, 5 мая|\n\n|конец");
        check("Строка, которая\nпродолжается на следующей.|\n|Новая строка");
    }

    #[test]
    fn every_token_is_in_one_sentence() {
        for text in ["", ".", "...", "» . « ", "А.", ". . .\n\n\n.", "д. т. е. у. е."] {
            let tokens = tokenize(text);
            let ranges = sentences(text, &tokens);
            assert!(ranges.iter().all(|r| !r.is_empty()));
            assert_eq!(ranges.into_iter().flatten().collect::<Vec<_>>(), (0..tokens.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn abbreviations_are_in_order_and_explained() {
        let lines = || include_str!("../../../../data/abbreviations.txt").lines();
        for line in lines().filter(|l| !l.starts_with(['#', '[']) && !l.is_empty()) {
            assert!(line.split_once("\t# ").is_some_and(|(_, why)| !why.is_empty()), "{line}");
        }
        let all: Vec<_> = entries().collect();
        for pair in all.windows(2) {
            let ((section, a, _), (next, b, _)) = (pair[0], pair[1]);
            assert!(section != next || a < b, "{a} stands before {b}");
            assert_eq!(a, a.to_lowercase());
        }
    }
}

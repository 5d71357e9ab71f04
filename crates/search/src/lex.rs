//! The lexer: cuts query text into words, quotes, operators and field names, each with its columns.
//!
//! It decides what is an operator and what is text; it never drops a word.

use super::{
    ast::{Columns, Reach},
    fields::{Field, field, unknown_field},
    foreign::{self, ForeignOperator},
};
use svodka_model::error::QueryError;
use svodka_text::{analyse::number, clean::normalise, names::Lexicon};

/// Longest query in characters.
pub(super) const MAX_LENGTH: usize = 10_000;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum QueryTokenKind {
    /// A word as typed, without the punctuation around it; `=`, `*` and `~` are still in it.
    Word(String),
    /// What stands between quotes, whether `=` stood before them, and the number after `~` behind them.
    Quoted {
        text: String,
        exact: bool,
        others: Option<u32>,
    },
    /// A field's name, with its colon.
    Field(Field, String),
    Near(Reach),
    And,
    Or,
    Not,
    Open,
    Close,
}

/// A token with its place.
#[derive(Clone, Debug)]
pub(super) struct QueryToken {
    pub(super) kind: QueryTokenKind,
    pub(super) columns: Columns,
}

/// Splits the query into tokens.
pub(super) fn lex(text: &str) -> Result<Vec<QueryToken>, QueryError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_LENGTH {
        let reason = format!("longer than {MAX_LENGTH} characters");
        return Err(QueryError::new((MAX_LENGTH, chars.len()), reason));
    }
    let lexer = Lexer { chars: &chars };
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let start = at;
        at += 1;
        let kind = match c {
            c if c.is_whitespace() => continue,
            '(' => Some(QueryTokenKind::Open),
            ')' => Some(QueryTokenKind::Close),
            c if closing_quotes(c).is_some() => Some(lexer.quoted(start, &mut at, false)?),
            '=' if lexer.at(at).is_some_and(|c| closing_quotes(c).is_some()) => {
                at += 1;
                Some(lexer.quoted(start + 1, &mut at, true)?)
            }
            '-' | '−' if lexer.negates(start) && !wants_value(&tokens) => Some(QueryTokenKind::Not),
            _ if wants_value(&tokens) => {
                at = lexer.word_end(start);
                Some(QueryTokenKind::Word(normalise(&lexer.text(start, at))))
            }
            _ => lexer.word(start, &mut at)?,
        };
        tokens.extend(kind.map(|kind| QueryToken { kind, columns: (start, at) }));
    }
    one_letter_names(&chars, &mut tokens);
    Ok(tokens)
}

/// Turns `И` into a word where it joins nothing («Ван И») or is part of a name that the dictionaries know («Ван И
/// прибыл»).
fn one_letter_names(chars: &[char], tokens: &mut [QueryToken]) {
    for at in 0..tokens.len() {
        let is_letter =
            |token: &QueryToken| token.kind == QueryTokenKind::And && chars.get(token.columns.0) == Some(&'И');
        if !tokens.get(at).is_some_and(is_letter) {
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| tokens.get(before)).map(|token| &token.kind);
        let after = tokens.get(at + 1).map(|token| &token.kind);
        let joins = before.is_some_and(ends_operand) && after.is_some_and(starts_operand);
        let is_name = match before {
            Some(QueryTokenKind::Word(word)) if word.starts_with(char::is_uppercase) => {
                Lexicon::bundled().look_up(&format!("{word} И")).is_some()
            }
            _ => false,
        };
        if let Some(token) = tokens.get_mut(at).filter(|_| is_name || !joins) {
            token.kind = QueryTokenKind::Word("И".to_owned());
        }
    }
}

fn ends_operand(kind: &QueryTokenKind) -> bool {
    matches!(kind, QueryTokenKind::Word(_) | QueryTokenKind::Quoted { .. } | QueryTokenKind::Close)
}

fn starts_operand(kind: &QueryTokenKind) -> bool {
    matches!(
        kind,
        QueryTokenKind::Word(_)
            | QueryTokenKind::Quoted { .. }
            | QueryTokenKind::Open
            | QueryTokenKind::Field(..)
            | QueryTokenKind::Not
    )
}

/// Whether the value of a facet, date or language stands next: every character of it counts.
fn wants_value(tokens: &[QueryToken]) -> bool {
    tokens
        .last()
        .is_some_and(|t| matches!(&t.kind, QueryTokenKind::Field(field, _) if !matches!(field, Field::Text(_))))
}

/// The marks that close quotes opened by `open`.
fn closing_quotes(open: char) -> Option<&'static [char]> {
    match open {
        '"' => Some(&['"']),
        '«' => Some(&['»']),
        '“' => Some(&['”']),
        '„' => Some(&['“', '”']),
        _ => None,
    }
}

struct Lexer<'a> {
    chars: &'a [char],
}

impl Lexer<'_> {
    fn at(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    fn text(&self, start: usize, end: usize) -> String {
        self.chars.get(start..end).unwrap_or_default().iter().collect()
    }

    /// Whether the minus at `at` stands before something and after nothing.
    fn negates(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.at(at));
        let opens = |c: char| c.is_alphanumeric() || matches!(c, '(' | '=' | '*') || closing_quotes(c).is_some();
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ':')) && self.at(at + 1).is_some_and(opens)
    }

    /// The quotes that open at `open`, with `~5` after them; `at` is moved behind.
    fn quoted(&self, open: usize, at: &mut usize, exact: bool) -> Result<QueryTokenKind, QueryError> {
        let closing = self.at(open).and_then(closing_quotes).unwrap_or(&['"']);
        let rest = self.chars.get(open + 1..).unwrap_or_default();
        let Some(length) = rest.iter().position(|c| closing.contains(c)) else {
            let mark: String = closing.iter().take(1).collect();
            let reason = format!("this quote is never closed: add {mark}");
            return Err(QueryError::new((open, self.chars.len()), reason));
        };
        let close = open + 1 + length;
        *at = close + 1;
        let text = number::in_text(&normalise(&self.text(open + 1, close))).into_owned();
        let mut others = None;
        if self.at(*at) == Some('~') {
            let digits = self.chars.get(*at + 1..).unwrap_or_default().iter().take_while(|c| c.is_ascii_digit());
            let end = *at + 1 + digits.count();
            let number = self.text(*at + 1, end);
            let reason = "~ after a phrase needs the number of other words allowed in it: \"…\"~5";
            let number: Option<u32> = number.parse().ok().filter(|n| *n <= MAX_REACH);
            others = Some(number.ok_or_else(|| QueryError::new((*at, end), reason))?);
            *at = end;
        }
        Ok(QueryTokenKind::Quoted { text, exact, others })
    }

    /// Where the word that begins at `start` ends.
    fn word_end(&self, start: usize) -> usize {
        let rest = self.chars.get(start..).unwrap_or_default();
        let stop = |c: &char| c.is_whitespace() || matches!(c, '(' | ')' | '»' | '”') || closing_quotes(*c).is_some();
        start + rest.iter().position(stop).unwrap_or(rest.len()).max(1)
    }

    /// What stands between `start` and `end`.
    fn piece(&self, start: usize, end: usize) -> ForeignOperator<'_> {
        let rest = self.chars.get(end..).unwrap_or_default();
        let next_word = rest.iter().copied().find(|c| !c.is_whitespace());
        ForeignOperator { chars: self.chars.get(start..end).unwrap_or_default(), start, next: self.at(end), next_word }
    }

    /// The word, operator or field name at `start`; nothing when it is only punctuation. `at` is moved behind.
    fn word(&self, start: usize, at: &mut usize) -> Result<Option<QueryTokenKind>, QueryError> {
        *at = self.number_end(start, self.word_end(start));
        let raw = self.text(start, *at);
        // Punctuation before a field's name is as little part of it as before a word.
        let before = raw.chars().take_while(|c| !c.is_alphanumeric()).count();
        let bare: String = raw.chars().skip(before).collect();
        if let Some((name, _)) = bare.split_once(':')
            && let Some(field) = field(name)
        {
            let value = start + before + name.chars().count() + 1;
            if self.at(value).is_some_and(|c| !c.is_whitespace() && c != ')') {
                *at = value;
                return Ok(Some(QueryTokenKind::Field(field, name.to_owned())));
            }
        }
        if let Some((name, value)) = bare.split_once(':')
            && field(name).is_none()
            && let Some(reason) = unknown_field(name, value)
        {
            let start = start + before;
            return Err(QueryError::new((start, start + name.chars().count() + 1), reason));
        }
        foreign::refuse(&self.piece(start, *at))?;
        let text = normalise(&raw);
        let word = trimmed(&text);
        // Punctuation around an operator of another engine does not make it text.
        let inside: Vec<char> = word.chars().collect();
        foreign::refuse(&ForeignOperator { chars: &inside, start, next: None, next_word: None })?;
        // «И. Иванов» has an initial; an operator stands by itself.
        if let Some(operator) =
            operator(word, (start, *at))?.filter(|kind| *kind != QueryTokenKind::And || word == text)
        {
            return Ok(Some(operator));
        }
        let something = word.contains(char::is_alphanumeric) || word.contains('*');
        Ok(something.then(|| QueryTokenKind::Word(number::in_text(word).into_owned())))
    }

    /// Where the number ends whose first digits end at `end`: «1 500» is one word.
    fn number_end(&self, start: usize, mut end: usize) -> usize {
        let is_digits = |from: usize, to: usize| {
            self.chars.get(from..to).is_some_and(|chars| chars.iter().all(char::is_ascii_digit))
        };
        if end - start > 3 || !is_digits(start, end) || self.at(start) == Some('0') {
            return end;
        }
        while self.at(end).is_some_and(|c| number::GROUP_BLANKS.contains(&c))
            && is_digits(end + 1, end + 4)
            && self.word_end(end + 1) == end + 4
        {
            end += 4;
        }
        end
    }
}

/// The word without the punctuation around it; marks of the query language stay.
pub(super) fn trimmed(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '=' | '*')));
    let text = text.trim_end_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '~' | '*')));
    // A mark of the language must touch a word: «== слово» is punctuation.
    let inner = text.trim_start_matches('=');
    if text.starts_with("==") { trimmed(inner) } else { text }
}

/// Farthest reach of NEAR, in words.
const MAX_REACH: u32 = 100;

fn operator(word: &str, columns: Columns) -> Result<Option<QueryTokenKind>, QueryError> {
    let kind = match word {
        "AND" | "И" => QueryTokenKind::And,
        "OR" | "ИЛИ" => QueryTokenKind::Or,
        "NOT" | "НЕ" => QueryTokenKind::Not,
        "SAME" => QueryTokenKind::Near(Reach::Paragraph),
        _ => {
            let (name, reach) = word.split_once('/').unwrap_or((word, ""));
            if !matches!(name, "NEAR" | "РЯДОМ") {
                return Ok(None);
            }
            match reach {
                "S" | "ПРЕДЛ" => QueryTokenKind::Near(Reach::Sentence),
                "P" | "АБЗАЦ" => QueryTokenKind::Near(Reach::Paragraph),
                _ => match reach.parse() {
                    Ok(words) if (1..=MAX_REACH).contains(&words) => QueryTokenKind::Near(Reach::Words(words)),
                    _ => {
                        let reason =
                            "NEAR needs a distance: NEAR/5 (words), NEAR/S (one sentence) or NEAR/P (one paragraph)";
                        return Err(QueryError::new(columns, reason));
                    }
                },
            }
        }
    };
    Ok(Some(kind))
}

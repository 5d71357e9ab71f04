//! Operators of other search engines, which would be silently taken for text: each is an error that says how it is
//! written here.

use super::{ast::Columns, fields::field};
use svodka_model::error::QueryError;

/// A piece of the query between blanks, quotes and parentheses.
pub(super) struct ForeignOperator<'a> {
    pub(super) chars: &'a [char],
    /// Its first column.
    pub(super) start: usize,
    /// What stands right after it.
    pub(super) next: Option<char>,
    /// What the next word begins with; nothing at the end of the query.
    pub(super) next_word: Option<char>,
}

/// What is wrong with a piece, and in which of its columns.
type Fault = (Columns, String);

/// Fails when a piece holds an operator of another engine.
pub(super) fn refuse(piece: &ForeignOperator<'_>) -> Result<(), QueryError> {
    for rule in [bars, ampersands, exclamation, distance, question, weight, at_field] {
        if let Some(((from, to), reason)) = rule(piece) {
            return Err(QueryError::new((piece.start + from, piece.start + to), reason));
        }
    }
    Ok(())
}

/// `a || b`, `a | b`, `a|b` (Lucene, Manticore).
fn bars(piece: &ForeignOperator<'_>) -> Option<Fault> {
    let from = piece.chars.iter().position(|c| *c == '|')?;
    let length = piece.chars.iter().skip(from).take_while(|c| **c == '|').count();
    let reason = "alternatives are joined by OR or ИЛИ; to look for the sign itself, put the words in quotes";
    Some(((from, from + length), reason.into()))
}

/// `a && b` (Lucene).
fn ampersands(piece: &ForeignOperator<'_>) -> Option<Fault> {
    let from = piece.chars.windows(2).position(|pair| pair == ['&', '&'])?;
    Some(((from, from + 2), "words that must all be there are joined by AND or И, or by nothing at all".into()))
}

/// `!a`, `!(a b)`, `!"a b"` (Lucene, Manticore); «Ура!» and «!!!» are punctuation.
fn exclamation(piece: &ForeignOperator<'_>) -> Option<Fault> {
    let [first, rest @ ..] = piece.chars else { return None };
    let next = rest.first().copied().or(piece.next)?;
    let negates = *first == '!' && (next.is_alphanumeric() || matches!(next, '(' | '"' | '«' | '“' | '„' | '='));
    let word: String = rest.iter().collect();
    let example = if word.is_empty() { "-\"…\"" } else { word.as_str() };
    let example = example.trim_start_matches('-');
    negates.then(|| ((0, 1), format!("what must not be there has a minus before it, or NOT or НЕ: -{example}")))
}

/// Names of operators that other engines give a distance.
const DISTANCES: [&str; 9] = ["w", "pre", "near", "onear", "notnear", "adj", "within", "рядом", "n"];

/// `w/3`, `pre/3`, `near/3`, `/3`, `/s` (Lexis, Factiva, Manticore), `adj3` (Factiva).
fn distance(piece: &ForeignOperator<'_>) -> Option<Fault> {
    let text: String = piece.chars.iter().collect();
    let lower = text.to_lowercase();
    let (name, reach) = match lower.split_once('/') {
        Some(parts) => parts,
        None => ("adj", lower.strip_prefix("adj").filter(|reach| !reach.is_empty())?),
    };
    let words = !reach.is_empty() && reach.bytes().all(|b| b.is_ascii_digit());
    let ours = match reach {
        _ if words => format!("NEAR/{reach} or РЯДОМ/{reach}"),
        "s" | "sent" | "предл" => "NEAR/S or РЯДОМ/ПРЕДЛ".to_owned(),
        "p" | "para" | "абзац" => "NEAR/P or РЯДОМ/АБЗАЦ".to_owned(),
        _ => return None,
    };
    let is_ours = text.starts_with("NEAR/") || text.starts_with("РЯДОМ/");
    if is_ours || !(name.is_empty() || DISTANCES.contains(&name)) {
        return None;
    }
    let order = if matches!(name, "pre" | "onear") { "; words in one order are a phrase in quotes" } else { "" };
    Some(((0, piece.chars.len()), format!("words near each other are joined by {ours}, in capitals{order}")))
}

/// `м?нистр`, `?анк`, `банк? рубль` (Lucene, Manticore). A question mark that ends a sentence is punctuation: what
/// follows begins with a capital, or nothing follows.
fn question(piece: &ForeignOperator<'_>) -> Option<Fault> {
    let at = |at: usize| piece.chars.get(at).copied();
    let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let is_wildcard = |from: &usize| {
        let before = letter(from.checked_sub(1).and_then(at));
        let goes_on = from + 1 == piece.chars.len() && piece.next_word.is_some_and(char::is_lowercase);
        at(*from) == Some('?') && (letter(at(from + 1)) || before && goes_on)
    };
    // The query of a URL begins with a question mark too.
    let from = (0..piece.chars.len()).find(is_wildcard).filter(|_| !piece.chars.contains(&'/'))?;
    let reason = "? does not stand for a letter; * stands for any letters, also none: м*нистр";
    Some(((from, from + 1), reason.into()))
}

/// `слово^2` (Lucene, Manticore).
fn weight(piece: &ForeignOperator<'_>) -> Option<Fault> {
    let from = piece.chars.iter().position(|c| *c == '^').filter(|from| *from > 0)?;
    let is_number = piece.chars.get(from + 1).is_some_and(char::is_ascii_digit);
    is_number.then(|| ((from, piece.chars.len()), "words have no weights; leave ^ and the number out".into()))
}

/// `@title слово` (Manticore).
fn at_field(piece: &ForeignOperator<'_>) -> Option<Fault> {
    let ['@', name @ ..] = piece.chars else { return None };
    let name: String = name.iter().collect();
    field(&name)?;
    Some(((0, piece.chars.len()), format!("a field is written before its value with a colon: {name}:…")))
}

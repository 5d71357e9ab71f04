//! The query language: from what a person types to the tree.
//!
//! Words are AND by default; `AND OR NOT И ИЛИ НЕ`, `-слово`, parentheses, "phrases", `санк*`, `поле:значение`. What
//! cannot be understood is an error that points at its column, never silently something else.

use super::ast::{Columns, Node, TextField};
use crate::index::Facet;

/// Deepest nesting of parentheses: a bound for the stack, far beyond any person's query.
const MAX_DEPTH: usize = 64;

/// Longest query in characters.
const MAX_LENGTH: usize = 10_000;

/// A query that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("query, column {}: {reason}", .columns.0 + 1)]
pub struct QueryError {
    /// Where, in characters.
    pub columns: Columns,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// Understands a query; `any` joins words by OR instead of AND.
///
/// # Errors
/// Unbalanced quotes or parentheses, operators without operands, unknown fields, or nothing to look for.
pub fn parse(text: &str, any: bool) -> Result<Node, QueryError> {
    let tokens = lex(text)?;
    if tokens.is_empty() {
        return if text.trim().is_empty() { Ok(Node::All) } else { Err(nothing_to_find(text)) };
    }
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), any, depth: 0, end: text.chars().count() };
    let node = parser.or_group()?;
    match parser.tokens.next() {
        None => Ok(node),
        Some(extra) => Err(error(extra.columns, "this closing parenthesis has no opening one")),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Word(String),
    Quoted(String),
    Field(String),
    And,
    Or,
    Not,
    Open,
    Close,
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    columns: Columns,
}

fn error(columns: Columns, reason: impl Into<String>) -> QueryError {
    QueryError { columns, reason: reason.into() }
}

fn nothing_to_find(text: &str) -> QueryError {
    error((0, text.chars().count()), "no word in it to look for")
}

/// Cuts the query into tokens.
fn lex(text: &str) -> Result<Vec<Token>, QueryError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_LENGTH {
        return Err(error((MAX_LENGTH, chars.len()), format!("longer than {MAX_LENGTH} characters")));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let start = at;
        at += 1;
        let kind = match c {
            c if c.is_whitespace() => continue,
            '(' => Kind::Open,
            ')' => Kind::Close,
            c if closing_quote(c).is_some() => {
                let (inner, next) = quoted(&chars, start)?;
                at = next;
                Kind::Quoted(inner)
            }
            '-' if starts_word(&chars, at) && word_break_before(&chars, start) => Kind::Not,
            _ => {
                let end = word_end(&chars, start);
                at = end.max(start + 1);
                match word(&chars, start, at) {
                    Some((kind, next)) => {
                        at = next;
                        kind
                    }
                    None => continue,
                }
            }
        };
        tokens.push(Token { kind, columns: (start, at) });
    }
    Ok(tokens)
}

fn closing_quote(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '«' => Some('»'),
        '“' => Some('”'),
        '„' => Some('“'),
        _ => None,
    }
}

fn quoted(chars: &[char], start: usize) -> Result<(String, usize), QueryError> {
    let close = chars.get(start).and_then(|c| closing_quote(*c)).unwrap_or('"');
    let rest = chars.get(start + 1..).unwrap_or_default();
    match rest.iter().position(|c| *c == close) {
        Some(length) => Ok((rest.iter().take(length).collect(), start + length + 2)),
        None => Err(error((start, chars.len()), format!("this quote is never closed: add {close}"))),
    }
}

fn starts_word(chars: &[char], at: usize) -> bool {
    chars.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '(' || closing_quote(*c).is_some())
}

fn word_break_before(chars: &[char], at: usize) -> bool {
    at == 0 || chars.get(at - 1).is_some_and(|c| c.is_whitespace() || *c == '(')
}

fn word_end(chars: &[char], start: usize) -> usize {
    let rest = chars.get(start..).unwrap_or_default();
    let stop = |c: &char| c.is_whitespace() || matches!(c, '(' | ')') || closing_quote(*c).is_some() || *c == '»';
    start + rest.iter().position(stop).unwrap_or(rest.len())
}

/// A word, operator or field name at `start..end`; nothing when it is only punctuation.
fn word(chars: &[char], start: usize, end: usize) -> Option<(Kind, usize)> {
    let text: String = chars.get(start..end).unwrap_or_default().iter().collect();
    match text.as_str() {
        "AND" | "И" => return Some((Kind::And, end)),
        "OR" | "ИЛИ" => return Some((Kind::Or, end)),
        "NOT" | "НЕ" => return Some((Kind::Not, end)),
        _ => {}
    }
    if let Some((name, _)) = text.split_once(':')
        && field(name).is_some()
    {
        let next = start + name.chars().count() + 1;
        let follows = chars.get(next).is_some_and(|c| !c.is_whitespace());
        if follows {
            return Some((Kind::Field(name.to_owned()), next));
        }
    }
    text.chars().any(char::is_alphanumeric).then_some((Kind::Word(text), end))
}

enum Field {
    Text(TextField),
    Facet(Facet),
}

/// The field called `name`, in English or Russian.
fn field(name: &str) -> Option<Field> {
    Some(match name.to_lowercase().as_str() {
        "title" | "заголовок" => Field::Text(TextField::Title),
        "text" | "текст" => Field::Text(TextField::Text),
        "outlet" | "издание" | "источник" => Field::Facet(Facet::Outlet),
        "actor" | "участник" => Field::Facet(Facet::Actor),
        "cited" | "цитирует" => Field::Facet(Facet::Cited),
        "think_tank" | "центр" => Field::Facet(Facet::ThinkTank),
        "via" | "через" => Field::Facet(Facet::Via),
        "kind" | "вид" => Field::Facet(Facet::CitedKind),
        _ => return None,
    })
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    any: bool,
    depth: usize,
    end: usize,
}

impl Parser {
    fn peek(&mut self) -> Option<&Kind> {
        self.tokens.peek().map(|t| &t.kind)
    }

    fn or_group(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.and_group()?];
        while self.peek() == Some(&Kind::Or) {
            self.tokens.next();
            nodes.push(self.and_group()?);
        }
        Ok(Node::or(nodes))
    }

    fn and_group(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.unary()?];
        let mut explicit = false;
        loop {
            match self.peek() {
                None | Some(Kind::Or | Kind::Close) => break,
                Some(Kind::And) => {
                    explicit = true;
                    self.tokens.next();
                }
                Some(_) => {}
            }
            nodes.push(self.unary()?);
        }
        if self.any && !explicit {
            let (not, any): (Vec<_>, Vec<_>) = nodes.into_iter().partition(|n| matches!(n, Node::Not(_)));
            let any = Node::or(any);
            return Ok(if not.is_empty() { any } else { Node::and(std::iter::once(any).chain(not).collect()) });
        }
        Ok(Node::and(nodes))
    }

    fn unary(&mut self) -> Result<Node, QueryError> {
        let end = (self.end, self.end);
        let token = self.tokens.next().ok_or_else(|| error(end, "a word is missing at the end"))?;
        match token.kind {
            Kind::Not => Ok(Node::Not(Box::new(self.unary()?))),
            Kind::Open => self.parenthesis(token.columns),
            Kind::Word(text) => Ok(bare(&text)),
            Kind::Quoted(text) => phrase(&text, token.columns),
            Kind::Field(name) => self.in_field(&name, token.columns),
            Kind::And | Kind::Or => Err(error(token.columns, "an operator needs a word on either side")),
            Kind::Close => Err(error(token.columns, "this closing parenthesis has nothing before it")),
        }
    }

    fn parenthesis(&mut self, columns: Columns) -> Result<Node, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(error(columns, format!("parentheses nested over {MAX_DEPTH} deep")));
        }
        let node = self.or_group()?;
        self.depth -= 1;
        match self.tokens.next() {
            Some(Token { kind: Kind::Close, .. }) => Ok(node),
            _ => Err(error(columns, "this parenthesis is never closed")),
        }
    }

    fn in_field(&mut self, name: &str, columns: Columns) -> Result<Node, QueryError> {
        match field(name) {
            Some(Field::Text(field)) => Ok(Node::In(field, Box::new(self.unary()?))),
            Some(Field::Facet(facet)) => match self.tokens.next().map(|t| t.kind) {
                Some(Kind::Word(value) | Kind::Quoted(value)) => Ok(Node::Facet(facet, value)),
                _ => Err(error(columns, format!("{name}: needs a name, in quotes if it has several words"))),
            },
            None => Err(error(columns, format!("unknown field {name}"))),
        }
    }
}

fn bare(text: &str) -> Node {
    match text.strip_suffix('*') {
        Some(start) if !start.is_empty() && !start.contains('*') => Node::Prefix(start.to_owned()),
        _ => Node::Word(text.to_owned()),
    }
}

fn phrase(text: &str, columns: Columns) -> Result<Node, QueryError> {
    let words: Vec<String> =
        text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).map(str::to_owned).collect();
    match words.as_slice() {
        [] => Err(error(columns, "no word between these quotes")),
        _ => Ok(Node::Phrase(words)),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn tree(text: &str) -> String {
        format!("{:?}", parse(text, false).unwrap())
    }

    #[test]
    fn words_are_and_unless_said() {
        assert_eq!(tree("санкции банк"), r#"And([Word("санкции"), Word("банк")])"#);
        assert_eq!(tree("санкции ИЛИ банк"), r#"Or([Word("санкции"), Word("банк")])"#);
        assert_eq!(tree("санкции -банк"), r#"And([Word("санкции"), Not(Word("банк"))])"#);
        assert_eq!(format!("{:?}", parse("а б", true).unwrap()), r#"Or([Word("а"), Word("б")])"#);
    }

    #[test]
    fn a_colon_is_text_unless_a_field_stands_before_it() {
        assert_eq!(tree("санкции: банк"), r#"And([Word("санкции:"), Word("банк")])"#);
        assert_eq!(tree("заголовок:банк"), r#"In(Title, Word("банк"))"#);
        assert_eq!(tree("источник:«РИА Новости»"), r#"Facet(Outlet, "РИА Новости")"#);
    }

    #[test]
    fn errors_point_at_their_column() {
        for (query, column) in
            [("а \"б", 2), ("а (б", 2), ("а )", 2), ("ИЛИ а", 0), ("а ИЛИ", 5), ("?!", 0), ("\"—\"", 0)]
        {
            let error = parse(query, false).unwrap_err();
            assert_eq!(error.columns.0, column, "{query}: {error}");
        }
    }

    #[test]
    fn printing_gives_the_same_tree() {
        for query in ["а б", "а ИЛИ б в", "-(а ИЛИ б) в", "title:(а б)", "\"а б\" санк*", "cited:\"Институт\""]
        {
            let once = parse(query, false).unwrap();
            assert_eq!(parse(&once.to_string(), false).unwrap(), once, "{query} → {once}");
        }
    }
}

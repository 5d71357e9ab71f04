//! The query language: from what a person types to the tree.
//!
//! `docs/query-language.md` describes it. What cannot be understood is an error that points at its column, never
//! silently something else.

use super::{
    ast::{Columns, Node},
    dates,
    fields::Field,
    lex::{QueryToken, QueryTokenKind, lex, trimmed},
};
use svodka_model::error::QueryError;
use svodka_store::Facet;

/// Deepest tree: a bound for the stack, far beyond any person's query.
const MAX_DEPTH: usize = 64;

/// Most words that can be asked for near each other in any order: every one is looked for around every other.
const MAX_WINDOW: usize = 64;

/// Deepest nesting of the text, in parentheses, negations and fields. A level of the tree may be printed as two of the
/// text, and what was printed must be read again.
const MAX_NESTING: usize = 2 * MAX_DEPTH + 8;

/// Fewest letters of a word looked for with its misspellings.
const MIN_TYPO_LETTERS: usize = 3;

/// Understands a query; `any` joins words by OR instead of AND.
///
/// # Errors
/// Unbalanced quotes or parentheses, operators without operands, or nothing to look for.
pub fn parse(text: &str, any: bool) -> Result<Node, QueryError> {
    parse_tokens(text, any).map_err(|e| QueryError { query: text.to_owned(), ..e })
}

fn parse_tokens(text: &str, any: bool) -> Result<Node, QueryError> {
    let tokens = lex(text)?;
    let end = text.chars().count();
    if tokens.is_empty() {
        let nothing = || QueryError::new((0, end), "no word in it to search for");
        return if text.trim().is_empty() { Ok(Node::All) } else { Err(nothing()) };
    }
    let tokens = tokens.into_iter().peekable();
    let mut parser = Parser { tokens, any, depth: 0, end };
    let node = parser.or_group()?;
    match parser.tokens.next() {
        None if node.depth() > MAX_DEPTH => Err(too_deep((0, end))),
        None => Ok(node),
        Some(extra) => Err(QueryError::new(extra.columns, "this closing parenthesis has no opening one")),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<QueryToken>>,
    any: bool,
    depth: usize,
    end: usize,
}

impl Parser {
    fn peek(&mut self) -> Option<&QueryTokenKind> {
        self.tokens.peek().map(|t| &t.kind)
    }

    fn takes(&mut self, kind: &QueryTokenKind) -> bool {
        self.tokens.next_if(|t| t.kind == *kind).is_some()
    }

    /// The column where the next token begins.
    fn column(&mut self) -> usize {
        let end = self.end;
        self.tokens.peek().map_or(end, |t| t.columns.0)
    }

    /// Whether something to find stands next, with no operator before it.
    fn operand_follows(&mut self) -> bool {
        let operators = [QueryTokenKind::And, QueryTokenKind::Or, QueryTokenKind::Close];
        self.peek().is_some_and(|k| !operators.contains(k) && !matches!(k, QueryTokenKind::Near(_)))
    }

    /// Alternatives. With `any`, things side by side are alternatives too, and a `-thing` among them is shut out.
    fn or_group(&mut self) -> Result<Node, QueryError> {
        let (mut any, mut not, mut said) = (Vec::new(), Vec::new(), Vec::new());
        let mut after_or = false;
        loop {
            let node = self.and_group()?;
            let or = self.takes(&QueryTokenKind::Or);
            let beside = self.any && !or && !after_or;
            match node {
                Node::Not(_) if beside => not.push(node),
                Node::Said(source, inner) if beside && *inner == Node::All => said.push(source),
                _ => any.push(node),
            }
            after_or = or;
            if !(or || self.any && self.operand_follows()) {
                break;
            }
        }
        let wanted = (!any.is_empty()).then(|| Node::or(any));
        Ok(said_by(said, Node::and(wanted.into_iter().chain(not).collect())))
    }

    fn and_group(&mut self) -> Result<Node, QueryError> {
        let (mut nodes, mut said) = (Vec::new(), Vec::new());
        loop {
            match self.unary()? {
                Node::Said(source, inner) if *inner == Node::All => said.push(source),
                node => nodes.push(node),
            }
            if !(self.takes(&QueryTokenKind::And) || (!self.any && self.operand_follows())) {
                break;
            }
        }
        Ok(said_by(said, Node::and(nodes)))
    }

    fn unary(&mut self) -> Result<Node, QueryError> {
        if self.takes(&QueryTokenKind::Not) {
            let node = self.deeper(Self::unary)?;
            return Ok(Node::Not(Box::new(node)));
        }
        let start = self.column();
        let mut left = self.primary()?;
        let mut left_columns = (start, self.column());
        while let Some(QueryTokenKind::Near(reach)) = self.peek() {
            let reach = *reach;
            self.tokens.next();
            let start = self.column();
            let right = self.primary()?;
            let right_columns = (start, self.column());
            for (node, columns) in [(&left, left_columns), (&right, right_columns)] {
                placed(node, columns)?;
            }
            left = Node::Near(Box::new(left), reach, Box::new(right));
            left_columns.1 = right_columns.1;
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<Node, QueryError> {
        let end = (self.end, self.end);
        let missing = || QueryError::new(end, "a word is missing at the end");
        let QueryToken { kind, columns } = self.tokens.next().ok_or_else(missing)?;
        match kind {
            QueryTokenKind::Not => Err(QueryError::new(columns, "NEAR cannot be used with an excluded word")),
            QueryTokenKind::Open => self.parenthesis(columns),
            QueryTokenKind::Word(text) => word(&text, columns),
            QueryTokenKind::Quoted { text, exact, others } => phrase(&text, exact, others, columns),
            QueryTokenKind::Field(field, name) => self.in_field(field, &name, columns),
            QueryTokenKind::And | QueryTokenKind::Or | QueryTokenKind::Near(_) => {
                let reason = "an operator needs a word on either side; put it in quotes to search for the word itself";
                Err(QueryError::new(columns, reason))
            }
            QueryTokenKind::Close => Err(QueryError::new(columns, "this closing parenthesis has nothing before it")),
        }
    }

    fn parenthesis(&mut self, columns: Columns) -> Result<Node, QueryError> {
        match self.peek() {
            None => return Err(QueryError::new(columns, "this parenthesis is never closed")),
            Some(QueryTokenKind::Close) => {
                let end = self.tokens.next().map_or(columns.1, |close| close.columns.1);
                return Err(QueryError::new((columns.0, end), "nothing between these parentheses"));
            }
            Some(_) => {}
        }
        let node = self.deeper(Self::or_group)?;
        if self.takes(&QueryTokenKind::Close) {
            Ok(node)
        } else {
            Err(QueryError::new(columns, "this parenthesis is never closed"))
        }
    }

    fn deeper(&mut self, inner: fn(&mut Self) -> Result<Node, QueryError>) -> Result<Node, QueryError> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            let column = self.column();
            return Err(too_deep((column, column)));
        }
        let node = inner(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn in_field(&mut self, field: Field, name: &str, columns: Columns) -> Result<Node, QueryError> {
        if let Field::Text(field) = field {
            if self.takes(&QueryTokenKind::Not) {
                let reason = format!("put the minus before the field: -{name}:…");
                return Err(QueryError::new(columns, reason));
            }
            let node = self.deeper(Self::primary)?;
            return Ok(Node::In(field, Box::new(node)));
        }
        let value = match self.tokens.next() {
            Some(QueryToken { kind: QueryTokenKind::Word(text), .. }) => text,
            Some(QueryToken { kind: QueryTokenKind::Quoted { text, exact: false, others: None }, .. }) => text,
            _ => String::new(),
        };
        let value = value.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '=' | '~')).to_owned();
        if !value.contains(char::is_alphanumeric) {
            let reason = format!("{name}: needs a value, in quotes if it has several words");
            return Err(QueryError::new(columns, reason));
        }
        match field {
            Field::Facet(Facet::Month) => self.date(value, columns),
            Field::Facet(facet) => Ok(Node::Facet(facet, without_mixed_quotes(value))),
            Field::Said => Ok(Node::Said(without_mixed_quotes(value), Box::new(Node::All))),
            Field::Date => self.date(value, columns),
            Field::Language | Field::Text(_) => Ok(Node::Language(value.to_lowercase())),
        }
    }

    /// A date; «март 2025» needs no quotes.
    fn date(&mut self, mut value: String, columns: Columns) -> Result<Node, QueryError> {
        if svodka_text::clean::date::month_number(&value).is_some()
            && let Some(QueryTokenKind::Word(year)) = self.peek()
            && year.len() == 4
            && year.bytes().all(|b| b.is_ascii_digit())
        {
            value = format!("{value} {year}");
            self.tokens.next();
        }
        if dates::range(&value, svodka_model::dates::today()).is_some() {
            return Ok(Node::Date(value));
        }
        let reason = format!(
            "«{value}» is not a date; use 2025, 2025-03, «март 2025», 2025-03-04, 2025-03-01..2025-03-31 or 7d"
        );
        Err(QueryError::new(columns, reason))
    }
}

fn too_deep(columns: Columns) -> QueryError {
    QueryError::new(columns, format!("nested over {MAX_DEPTH} deep"))
}

/// `node` in the sentences of these sources only.
fn said_by(sources: Vec<String>, node: Node) -> Node {
    sources.into_iter().rev().fold(node, |node, source| Node::Said(source, Box::new(node)))
}

/// Refuses what has no places where a proximity operator needs them.
fn placed(node: &Node, columns: Columns) -> Result<(), QueryError> {
    if node.has_places() {
        return Ok(());
    }
    let reason = match node {
        Node::In(field, _) => {
            let name = field.name();
            format!("put the field before parentheses around the whole: {name}:(… NEAR/5 …)")
        }
        _ => "NEAR takes only words, phrases and groups of alternatives".into(),
    };
    Err(QueryError::new(columns, reason))
}

/// A word as typed, with the marks of the query language read.
fn word(text: &str, columns: Columns) -> Result<Node, QueryError> {
    let error = |reason: &str| Err(QueryError::new(columns, reason));
    if !text.contains(char::is_alphanumeric) {
        return if text == "*" { Ok(Node::All) } else { error("no word in it to search for") };
    }
    if let Some(exact) = text.strip_prefix('=') {
        if exact.contains(['*', '~']) {
            return error("= asks for one exact form; it cannot be combined with * or ~");
        }
        return Ok(Node::Exact(exact.to_owned()));
    }
    let (start, after) = text.rsplit_once('~').unwrap_or((text, "none"));
    let letters = match after {
        "" => Some(None),
        "1" => Some(Some(1)),
        "2" => Some(Some(2)),
        _ => None,
    };
    if let Some(letters) = letters {
        let typed = start.chars().filter(|c| c.is_alphanumeric()).count();
        if start.contains(['*', '~']) {
            return error("* and ~ cannot be combined in one word");
        }
        if typed < MIN_TYPO_LETTERS {
            return error("~ needs a word of three letters or more");
        }
        return Ok(Node::Typo(start.to_owned(), letters));
    }
    if text.ends_with('~') || after.parse::<u32>().is_ok() && text.contains('~') {
        return error("~ allows at most two wrong letters: слово~, слово~1 or слово~2");
    }
    if text.contains('*') {
        let typed = text.chars().filter(|c| c.is_alphanumeric()).count();
        return if typed < 2 {
            error("* needs at least two letters beside it")
        } else {
            Ok(Node::Wildcard(with_single_stars(text)))
        };
    }
    Ok(Node::Word(text.to_owned()))
}

/// The pattern with one `*` for several in a row, which mean no more.
fn with_single_stars(pattern: &str) -> String {
    let mut single = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        if c != '*' || !single.ends_with('*') {
            single.push(c);
        }
    }
    single
}

fn phrase(text: &str, exact: bool, others: Option<u32>, columns: Columns) -> Result<Node, QueryError> {
    let pieces = text.split(|c: char| c.is_whitespace() || is_quote(c)).map(trimmed).filter(|piece| !piece.is_empty());
    let mut words = Vec::new();
    for piece in pieces {
        if !piece.contains(char::is_alphanumeric) {
            let reason = "a lone * or = matches nothing in a phrase; \"…\"~1 allows one other word in it";
            return Err(QueryError::new(columns, reason));
        }
        match word(piece, columns)? {
            // As with = before the word itself, which rules out ~ inside.
            Node::Word(text) if exact => words.push(word(&format!("={text}"), columns)?),
            node => words.push(node),
        }
    }
    if words.is_empty() {
        return Err(QueryError::new(columns, "no word between these quotes"));
    }
    if others.is_some() && words.len() > MAX_WINDOW {
        return Err(QueryError::new(columns, format!("more than {MAX_WINDOW} words near each other; use fewer")));
    }
    Ok(Node::Phrase { words, others })
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '«' | '»' | '“' | '”' | '„')
}

/// A value that holds quotes of two kinds could not be put between quotes again.
fn without_mixed_quotes(value: String) -> String {
    if value.contains('"') && value.contains('»') { value.replace('"', " ") } else { value }
}

#[cfg(test)]
mod tests;

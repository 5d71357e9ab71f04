//! The query as our own tree, so that any engine can run it.
//!
//! The tree prints back to query text ([`std::fmt::Display`]); parsing that text gives the same tree, whether words
//! are joined by AND or by OR.

use std::fmt;
use svodka_store::Facet;

pub use svodka_model::error::Columns;

/// A text field that words can be looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextField {
    /// The headline.
    Title,
    /// The text.
    Text,
}

impl TextField {
    /// The name in the query language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
        }
    }
}

/// How near two things must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// At most so many words apart; the next word is one apart.
    Words(u32),
    /// In one sentence.
    Sentence,
    /// In one paragraph.
    Paragraph,
}

/// A node of the query.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Every article.
    All,
    /// A word in any form.
    Word(String),
    /// A word in exactly this form; its capitals count when it has any.
    Exact(String),
    /// Words that fit a pattern: `*` stands for any letters, also for none.
    Wildcard(String),
    /// A word and its misspellings, at most so many letters off (by the length of the word when not said).
    Typo(String, Option<u8>),
    /// Words in order and next to each other; with `others`, in any order with so many other words among them.
    Phrase {
        /// [`Node::Word`], [`Node::Exact`], [`Node::Wildcard`] or [`Node::Typo`].
        words: Vec<Node>,
        /// How many other words may stand among them.
        others: Option<u32>,
    },
    /// Two things near each other, in any order. Both have places: words, phrases, other `Near`, or `Or` of such.
    Near(Box<Node>, Reach, Box<Node>),
    /// The node, in one text field only.
    In(TextField, Box<Node>),
    /// The node, in sentences attributed to a source only, which is given by any of its names; with
    /// [`Node::All`], articles that have such a sentence.
    Said(String, Box<Node>),
    /// A facet value by any of its names.
    Facet(Facet, String),
    /// A date, a period or a range of them, as typed.
    Date(String),
    /// ISO 639-1 code of the language.
    Language(String),
    /// All of them.
    And(Vec<Node>),
    /// Any of them.
    Or(Vec<Node>),
    /// Not this.
    Not(Box<Node>),
}

impl Node {
    /// `And` of several nodes, a single node itself, or everything.
    #[must_use]
    pub fn and(nodes: Vec<Self>) -> Self {
        Self::joined(nodes, Self::And)
    }

    /// `Or` of several nodes, or a single node itself.
    #[must_use]
    pub fn or(nodes: Vec<Self>) -> Self {
        Self::joined(nodes, Self::Or)
    }

    fn joined(mut nodes: Vec<Self>, join: fn(Vec<Self>) -> Self) -> Self {
        match nodes.pop() {
            None => Self::All,
            Some(only) if nodes.is_empty() => only,
            Some(last) => {
                nodes.push(last);
                join(nodes)
            }
        }
    }

    /// How many nodes stand below each other, this one included.
    #[must_use]
    pub fn depth(&self) -> usize {
        let below = match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().map(Self::depth).max(),
            Self::Not(node) | Self::In(_, node) | Self::Said(_, node) => Some(node.depth()),
            Self::Near(left, _, right) => Some(left.depth().max(right.depth())),
            _ => None,
        };
        1 + below.unwrap_or_default()
    }

    /// Whether it says by its words which articles fit better; facets, dates and what is shut out only filter.
    #[must_use]
    pub fn is_scored(&self) -> bool {
        match self {
            Self::All | Self::Facet(..) | Self::Date(_) | Self::Language(_) | Self::Not(_) => false,
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(Self::is_scored),
            Self::In(_, node) | Self::Said(_, node) => node.is_scored(),
            Self::Word(_) | Self::Exact(_) | Self::Wildcard(_) | Self::Typo(..) => true,
            Self::Phrase { .. } | Self::Near(..) => true,
        }
    }

    /// Whether it has places in a text, so that something can stand near it.
    #[must_use]
    pub fn has_places(&self) -> bool {
        match self {
            Self::Word(_) | Self::Exact(_) | Self::Wildcard(_) | Self::Typo(..) => true,
            Self::Phrase { .. } | Self::Near(..) => true,
            Self::Or(nodes) => nodes.iter().all(Self::has_places),
            _ => false,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            // A full stop keeps «И» of «Ван И» from being read as the operator.
            Self::Word(text) if matches!(text.as_str(), "AND" | "И") => write!(f, "{text}."),
            Self::Word(text) | Self::Wildcard(text) => f.write_str(text),
            Self::Exact(word) => write!(f, "={word}"),
            Self::Typo(word, None) => write!(f, "{word}~"),
            Self::Typo(word, Some(letters)) => write!(f, "{word}~{letters}"),
            Self::Phrase { words, others } => {
                f.write_str("\"")?;
                join(f, words, " ", false)?;
                f.write_str("\"")?;
                others.map_or(Ok(()), |n| write!(f, "~{n}"))
            }
            Self::Near(left, reach, right) => write!(f, "{} {reach} {}", Inner(left), Inner(right)),
            Self::In(field, node) => write!(f, "{}:{}", field.name(), Inner(node)),
            Self::Said(source, node) if **node == Self::All => write!(f, "said_by:{}", Quoted(source)),
            Self::Said(source, node) => write!(f, "said_by:{} AND {}", Quoted(source), Inner(node)),
            Self::Facet(facet, value) => write!(f, "{}:{}", field_name(*facet), Quoted(value)),
            Self::Date(text) => write!(f, "date:{}", Quoted(text)),
            Self::Language(code) => write!(f, "lang:{code}"),
            Self::And(nodes) => join(f, nodes, " AND ", true),
            Self::Or(nodes) => join(f, nodes, " OR ", true),
            Self::Not(node) => write!(f, "NOT {}", Inner(node)),
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => write!(f, "NEAR/{words}"),
            Self::Sentence => f.write_str("NEAR/S"),
            Self::Paragraph => f.write_str("NEAR/P"),
        }
    }
}

/// The name of a facet in the query language.
fn field_name(facet: Facet) -> &'static str {
    match facet {
        Facet::CitedKind => "kind",
        other => other.name(),
    }
}

/// A node inside another: in parentheses when it has parts of its own.
struct Inner<'a>(&'a Node);

impl fmt::Display for Inner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Node::Said(_, inner) if **inner == Node::All => write!(f, "{}", self.0),
            Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Near(..) | Node::Said(..) => write!(f, "({})", self.0),
            node => write!(f, "{node}"),
        }
    }
}

/// A value between quotes that it does not hold itself.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains('"') { write!(f, "«{}»", self.0) } else { write!(f, "\"{}\"", self.0) }
    }
}

fn join(f: &mut fmt::Formatter<'_>, nodes: &[Node], between: &str, inner: bool) -> fmt::Result {
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        if inner {
            write!(f, "{}", Inner(node))?;
        } else {
            write!(f, "{node}")?;
        }
    }
    Ok(())
}

//! The query as our own tree, so that any engine can run it.
//!
//! The tree prints back to query text ([`std::fmt::Display`]); parsing that text gives the same tree.

use std::fmt;

/// A place in the query text, in characters: start and end, end exclusive.
pub type Columns = (usize, usize);

/// A text field that words can be looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextField {
    /// The headline.
    Title,
    /// The text.
    Text,
}

/// A node of the query.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Every article.
    All,
    /// A word in any form.
    Word(String),
    /// Words that begin so.
    Prefix(String),
    /// Words next to each other, in order.
    Phrase(Vec<String>),
    /// The node, in one text field only.
    In(TextField, Box<Node>),
    /// A facet value by any of its names.
    Facet(crate::index::Facet, String),
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
    pub fn and(mut nodes: Vec<Self>) -> Self {
        match nodes.pop() {
            None => Self::All,
            Some(only) if nodes.is_empty() => only,
            Some(last) => {
                nodes.push(last);
                Self::And(nodes)
            }
        }
    }

    /// `Or` of several nodes, or a single node itself.
    #[must_use]
    pub fn or(mut nodes: Vec<Self>) -> Self {
        match nodes.pop() {
            None => Self::All,
            Some(only) if nodes.is_empty() => only,
            Some(last) => {
                nodes.push(last);
                Self::Or(nodes)
            }
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Word(word) => f.write_str(word),
            Self::Prefix(start) => write!(f, "{start}*"),
            Self::Phrase(words) => write!(f, "\"{}\"", words.join(" ")),
            Self::In(TextField::Title, node) => write!(f, "title:{}", Inner(node)),
            Self::In(TextField::Text, node) => write!(f, "text:{}", Inner(node)),
            Self::Facet(facet, value) => write!(f, "{}:\"{value}\"", facet.name()),
            Self::And(nodes) => join(f, nodes, " "),
            Self::Or(nodes) => join(f, nodes, " OR "),
            Self::Not(node) => write!(f, "NOT {}", Inner(node)),
        }
    }
}

/// A node inside another: in parentheses when it has parts of its own.
struct Inner<'a>(&'a Node);

impl fmt::Display for Inner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Node::And(_) | Node::Or(_) | Node::Not(_) => write!(f, "({})", self.0),
            node => write!(f, "{node}"),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, nodes: &[Node], between: &str) -> fmt::Result {
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        write!(f, "{}", Inner(node))?;
    }
    Ok(())
}

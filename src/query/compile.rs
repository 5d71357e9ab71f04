//! Compiling the tree for tantivy, and the words that highlights look for.

use super::{
    ast::{Node, TextField},
    bm25::Bm25TermQuery,
    resolve::Resolver,
};
use crate::{
    analyse::{Analysis, stem::Stemmer, terms::index_terms},
    error::Result,
    index::Fields,
};
use rustc_hash::FxHashSet;
use tantivy::{
    Term,
    query::{AllQuery, BooleanQuery, BoostQuery, EmptyQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermSetQuery},
    schema::Field,
};

/// How much more a word in the title weighs than one in the text.
pub(super) const TITLE_WEIGHT: f32 = 2.0;

/// The words a result's highlights look for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Index terms.
    pub terms: FxHashSet<String>,
    /// Beginnings of index terms.
    pub prefixes: Vec<String>,
}

impl Wanted {
    /// Whether a term is looked for.
    #[must_use]
    pub fn matches(&self, term: &str) -> bool {
        self.terms.contains(term) || self.prefixes.iter().any(|p| term.starts_with(p.as_str()))
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.prefixes.is_empty()
    }
}

/// Turns trees into tantivy queries.
pub(super) struct Compiler<'a> {
    pub(super) fields: &'a Fields,
    pub(super) stemmer: &'a Stemmer,
    pub(super) resolver: &'a Resolver<'a>,
}

/// Where words are looked for, with their weights.
type Scope = [(Field, f32)];

impl Compiler<'_> {
    /// The tantivy query of a tree, and the words to highlight.
    pub(super) fn compile(&self, node: &Node) -> Result<(Box<dyn Query>, Wanted)> {
        let everywhere = [(self.fields.title, TITLE_WEIGHT), (self.fields.text, 1.0)];
        let mut wanted = Wanted::default();
        let query = self.node(node, &everywhere, &mut wanted)?;
        Ok((query, wanted))
    }

    fn node(&self, node: &Node, scope: &Scope, wanted: &mut Wanted) -> Result<Box<dyn Query>> {
        Ok(match node {
            Node::All => Box::new(AllQuery),
            Node::Word(word) => self.words(word, scope, wanted),
            Node::Phrase(words) => self.phrase(&words.join(" "), scope, wanted),
            Node::Prefix(start) => self.prefix(start, scope, wanted),
            Node::In(field, inner) => {
                let field = match field {
                    TextField::Title => self.fields.title,
                    TextField::Text => self.fields.text,
                };
                self.node(inner, &[(field, 1.0)], wanted)?
            }
            Node::Facet(facet, value) => {
                let field = self.fields.facet(*facet);
                let terms = self.resolver.resolve(*facet, value)?;
                Box::new(TermSetQuery::new(terms.iter().map(|t| Term::from_field_text(field, t))))
            }
            Node::And(nodes) => self.all_of(nodes, scope, wanted)?,
            Node::Or(nodes) => {
                let parts = nodes.iter().map(|n| self.node(n, scope, wanted)).collect::<Result<Vec<_>>>()?;
                any_of(parts)
            }
            Node::Not(inner) => {
                let not = self.node(inner, scope, &mut Wanted::default())?;
                Box::new(BooleanQuery::new(vec![(Occur::Must, all()), (Occur::MustNot, not)]))
            }
        })
    }

    fn all_of(&self, nodes: &[Node], scope: &Scope, wanted: &mut Wanted) -> Result<Box<dyn Query>> {
        let mut parts = Vec::with_capacity(nodes.len() + 1);
        for node in nodes {
            match node {
                Node::Not(inner) => {
                    parts.push((Occur::MustNot, self.node(inner, scope, &mut Wanted::default())?));
                }
                _ => parts.push((Occur::Must, self.node(node, scope, wanted)?)),
            }
        }
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            parts.push((Occur::Must, all()));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    /// One typed word: its terms in any field; a word of several parts (Чатем-хаус, Lenta.ru) is a phrase.
    fn words(&self, word: &str, scope: &Scope, wanted: &mut Wanted) -> Box<dyn Query> {
        let positions = self.positions(word);
        match positions.as_slice() {
            [] => Box::new(EmptyQuery),
            [terms] => {
                wanted.terms.extend(terms.iter().cloned());
                let leaves = scope.iter().flat_map(|(field, weight)| {
                    terms.iter().map(move |t| -> Box<dyn Query> {
                        Box::new(Bm25TermQuery::new(Term::from_field_text(*field, t), *weight))
                    })
                });
                any_of(leaves.collect())
            }
            _ => self.phrase(word, scope, wanted),
        }
    }

    fn phrase(&self, text: &str, scope: &Scope, wanted: &mut Wanted) -> Box<dyn Query> {
        let positions = self.positions(text);
        let main: Vec<String> = positions.iter().filter_map(|terms| terms.first().cloned()).collect();
        if main.len() < 2 {
            return main
                .first()
                .map_or_else(|| -> Box<dyn Query> { Box::new(EmptyQuery) }, |_| self.words(text, scope, wanted));
        }
        wanted.terms.extend(positions.iter().flatten().cloned());
        let phrases = scope.iter().map(|(field, weight)| -> Box<dyn Query> {
            let terms = main.iter().map(|t| Term::from_field_text(*field, t)).collect();
            Box::new(BoostQuery::new(Box::new(PhraseQuery::new(terms)), *weight))
        });
        any_of(phrases.collect())
    }

    /// Words beginning so, as typed: the index holds stems, so the prefix is cut to what a stem can hold.
    fn prefix(&self, start: &str, scope: &Scope, wanted: &mut Wanted) -> Box<dyn Query> {
        let start = crate::analyse::fold::fold(start);
        wanted.prefixes.push(start.clone());
        let leaves = scope.iter().map(|(field, _)| -> Box<dyn Query> {
            Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(*field, &start), 0, true))
        });
        any_of(leaves.collect())
    }

    /// The terms of a text by position, without sentence marks.
    fn positions(&self, text: &str) -> Vec<Vec<String>> {
        let mut out: Vec<Vec<String>> = Vec::new();
        let mut last = None;
        index_terms(&Analysis::new(text), self.stemmer, &mut |t| {
            if t.term.starts_with('\u{1}') {
                return;
            }
            if last != Some(t.position) {
                out.push(Vec::new());
            }
            last = Some(t.position);
            if let Some(terms) = out.last_mut() {
                terms.push(t.term.to_owned());
            }
        });
        out
    }
}

fn all() -> Box<dyn Query> {
    Box::new(AllQuery)
}

/// `Or` of queries, or a single one itself.
pub(super) fn any_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.pop() {
        None => Box::new(EmptyQuery),
        Some(only) if queries.is_empty() => only,
        Some(last) => {
            queries.push(last);
            Box::new(BooleanQuery::union(queries))
        }
    }
}

//! Compiling the tree for tantivy, and what highlights look for.

use super::{
    ast::{Node, Reach, TextField},
    dates,
    deadline::Deadline,
    expand,
    names::{Names, stems_of},
    resolve::Resolver,
    spans::{Leaf, SpanQuery, Spans},
};
use std::sync::Arc;
use svodka_store::{Facet, FacetValue, Fields, Stems, error::Result};
use svodka_text::{
    analyse::{
        Analysis,
        fold::fold,
        stem::Stemmer,
        terms::{PARAGRAPH_END, SENTENCE_END, cased_form, label_term, word_parts},
    },
    clean::normalise,
};
use tantivy::{
    Searcher, Term,
    query::{AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, Query, TermSetQuery},
    schema::Field,
};

/// How much more a word in the title weighs than one in the text.
pub(super) const TITLE_WEIGHT: f32 = 2.0;

/// How much more a word counts in the very form in which it was typed.
const FORM_WEIGHT: f32 = 0.3;

/// How much a phrase or a word with hyphens weighs as a whole among alternatives, where its words count by themselves:
/// they tell much even where they do not stand together. This never changes what is found.
const WHOLE_WEIGHT: f32 = 0.2;

/// Longest name looked up among words typed without quotes.
const MAX_NAME_WORDS: usize = 8;

/// What to highlight in a hit, by field.
#[derive(Debug, Default)]
pub(super) struct HighlightSpans {
    pub(super) title: Vec<Spans>,
    pub(super) text: Vec<Spans>,
}

/// Turns trees into tantivy queries.
pub(super) struct Compiler<'a> {
    pub(super) fields: &'a Fields,
    pub(super) searcher: &'a Searcher,
    pub(super) stemmer: &'a Stemmer,
    pub(super) resolver: &'a Resolver<'a>,
    pub(super) names: Names<'a>,
    pub(super) stems: &'a Arc<Stems>,
    pub(super) deadline: &'a Deadline,
    /// Whether scores are highlights.
    pub(super) scored: bool,
}

/// Where words are looked for, and what that is for.
#[derive(Clone, Copy)]
struct Scope<'s> {
    /// The fields, with their weights.
    places: &'s [(TextField, f32)],
    /// Only in sentences with a label of each of these sets.
    said: &'s [Vec<String>],
    /// Whether matches are highlights, so that they are highlighted and scored: not below a NOT.
    is_positive: bool,
}

impl Compiler<'_> {
    /// The tantivy query of a tree, and what to highlight.
    pub(super) fn compile(&self, node: &Node) -> Result<(Box<dyn Query>, HighlightSpans)> {
        let everywhere = [(TextField::Title, TITLE_WEIGHT), (TextField::Text, 1.0)];
        let scope = Scope { places: &everywhere, said: &[], is_positive: true };
        let mut highlights = HighlightSpans::default();
        let query = self.node(node, scope, &mut highlights)?;
        Ok((query, highlights))
    }

    fn node(&self, node: &Node, scope: Scope<'_>, highlights: &mut HighlightSpans) -> Result<Box<dyn Query>> {
        Ok(match node {
            Node::All => all(),
            Node::In(field, inner) => {
                let places = [(*field, 1.0)];
                self.node(inner, Scope { places: &places, ..scope }, highlights)?
            }
            Node::Said(source, inner) => {
                let labels = self.labels_of(source)?;
                let fields = scope.places.iter().map(|(field, _)| self.fields.marks(self.field(*field)));
                let terms = fields.flat_map(|field| labels.iter().map(move |t| Term::from_field_text(field, t)));
                let anywhere: Box<dyn Query> = unscored(TermSetQuery::new(terms));
                let said = [scope.said, std::slice::from_ref(&labels)].concat();
                let inner = self.node(inner, Scope { said: &said, ..scope }, highlights)?;
                Box::new(BooleanQuery::new(vec![(Occur::Must, anywhere), (Occur::Must, inner)]))
            }
            Node::Facet(facet, value) => {
                let field = self.fields.facet(*facet);
                let terms = self.resolver.resolve(*facet, value)?;
                unscored(TermSetQuery::new(terms.iter().map(|t| Term::from_field_text(field, t))))
            }
            Node::Language(code) => unscored(TermSetQuery::new([Term::from_field_text(self.fields.language, code)])),
            Node::Date(text) => match dates::range(text, svodka_model::dates::today()) {
                Some((from, to)) => dates::query(self.fields.date, from, to),
                None => Box::new(EmptyQuery),
            },
            Node::And(nodes) => self.group(nodes, Occur::Must, scope, highlights)?,
            Node::Or(nodes) => self.group(nodes, Occur::Should, scope, highlights)?,
            Node::Not(_) => self.group(std::slice::from_ref(node), Occur::Must, scope, highlights)?,
            _ => self.placed(node, 1.0, scope, highlights)?,
        })
    }

    /// Something with places, in any of the scope's fields.
    fn placed(
        &self,
        node: &Node,
        weight: f32,
        scope: Scope<'_>,
        highlights: &mut HighlightSpans,
    ) -> Result<Box<dyn Query>> {
        let mut places = self.everywhere(scope, highlights, &|field| self.spans(node, field))?;
        if let Node::Word(word) = node
            && self.scored
            && scope.is_positive
        {
            // What is typed is more often meant in this very form: each such place counts a little more.
            let unscored = Scope { is_positive: false, ..scope };
            let form = self.everywhere(unscored, highlights, &|field| Ok(phrase_of(self.form_words(word, field))))?;
            places.extend(form.into_iter().map(|(spans, weight)| (spans, weight * FORM_WEIGHT)));
        }
        Ok(self.query(places, weight, node.to_string()))
    }

    fn in_any_field(
        &self,
        label: String,
        weight: f32,
        scope: Scope<'_>,
        highlights: &mut HighlightSpans,
        spans: &dyn Fn(Field) -> Result<Spans>,
    ) -> Result<Box<dyn Query>> {
        Ok(self.query(self.everywhere(scope, highlights, spans)?, weight, label))
    }

    /// What to find in each of the scope's fields, with the weights of the fields.
    fn everywhere(
        &self,
        scope: Scope<'_>,
        highlights: &mut HighlightSpans,
        spans: &dyn Fn(Field) -> Result<Spans>,
    ) -> Result<Vec<(Spans, f32)>> {
        let mut places = Vec::with_capacity(scope.places.len());
        for (field, weight) in scope.places {
            let own = self.field(*field);
            let spans = spans(own)?;
            if spans.is_empty() {
                continue;
            }
            let spans = scope.said.iter().fold(spans, |spans, labels| {
                let (ends, labels) = (vec![SENTENCE_END.to_owned()], labels.clone());
                let marks = self.fields.marks(own);
                Spans::Said(Box::new(spans), Leaf::marks(marks, ends), Leaf::marks(marks, labels))
            });
            if scope.is_positive {
                match field {
                    TextField::Title => highlights.title.push(spans.clone()),
                    TextField::Text => highlights.text.push(spans.clone()),
                }
            }
            places.push((spans, *weight));
        }
        Ok(places)
    }

    fn query(&self, places: Vec<(Spans, f32)>, weight: f32, label: String) -> Box<dyn Query> {
        if places.is_empty() {
            return Box::new(EmptyQuery);
        }
        let lengths = [self.fields.title, self.fields.text];
        Box::new(SpanQuery::new(places, &lengths, self.stems.clone(), weight, label).until(self.deadline))
    }

    /// The labels of the sentences attributed to a source.
    fn labels_of(&self, source: &str) -> Result<Vec<String>> {
        let values = self.resolver.resolve(Facet::Cited, source)?;
        let mut labels: Vec<String> = values.iter().map(|term| label_term(&FacetValue::from_term(term).name)).collect();
        labels.dedup();
        Ok(labels)
    }

    fn field(&self, field: TextField) -> Field {
        match field {
            TextField::Title => self.fields.title,
            TextField::Text => self.fields.text,
        }
    }

    /// Several nodes together: all of them, or any of them. Names of several words are found among them.
    fn group(
        &self,
        nodes: &[Node],
        occur: Occur,
        scope: Scope<'_>,
        highlights: &mut HighlightSpans,
    ) -> Result<Box<dyn Query>> {
        let mut parts = Vec::with_capacity(nodes.len() + 1);
        let mut loose = Vec::new();
        let mut at = 0;
        while let Some(node) = nodes.get(at) {
            let rest = nodes.get(at..).unwrap_or_default();
            if let Some((name, length)) = self.name_at(rest, scope)? {
                let words = rest.get(..length).unwrap_or_default();
                let words = self.group_of_words(words, occur, scope, highlights)?;
                let query = self.in_any_field(name.clone(), 1.0, scope, highlights, &|field| {
                    Ok(Spans::Any(self.names.others(&name, field)?))
                })?;
                parts.push((occur, any_of(vec![words, query])));
                at += length;
                continue;
            }
            match node {
                Node::Not(inner) if occur == Occur::Must => {
                    let scope = Scope { is_positive: false, ..scope };
                    parts.push((Occur::MustNot, self.node(inner, scope, highlights)?));
                }
                _ => {
                    let words = if occur == Occur::Should { self.words_within(node, scope)? } else { Vec::new() };
                    let whole = !words.is_empty();
                    loose.extend(words);
                    let query = if whole {
                        self.placed(node, WHOLE_WEIGHT, scope, highlights)?
                    } else {
                        self.node(node, scope, highlights)?
                    };
                    parts.push((occur, query));
                }
            }
            at += 1;
        }
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            parts.push((Occur::Must, all()));
        }
        let group: Box<dyn Query> = Box::new(BooleanQuery::new(parts));
        if loose.is_empty() { Ok(group) } else { self.with_words(group, loose, scope) }
    }

    /// The words of a phrase or of a word with hyphens that also count by themselves: of what names something, none.
    fn words_within(&self, node: &Node, scope: Scope<'_>) -> Result<Vec<String>> {
        let Some((field, _)) = scope.places.first().filter(|_| self.scored && scope.is_positive) else {
            return Ok(Vec::new());
        };
        let words = words_of(node);
        let several = words.len() > 1 && !matches!(self.spans(node, self.field(*field))?, Spans::Named(..));
        Ok(if several { words } else { Vec::new() })
    }

    /// What `found` finds, scored by these words as well.
    fn with_words(&self, found: Box<dyn Query>, words: Vec<String>, scope: Scope<'_>) -> Result<Box<dyn Query>> {
        let scope = Scope { is_positive: false, ..scope };
        let mut parts = vec![(Occur::Must, found)];
        for word in words {
            parts.push((Occur::Should, self.placed(&Node::Word(word), 1.0, scope, &mut HighlightSpans::default())?));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    fn group_of_words(
        &self,
        words: &[Node],
        occur: Occur,
        scope: Scope<'_>,
        highlights: &mut HighlightSpans,
    ) -> Result<Box<dyn Query>> {
        let parts = words.iter().map(|word| Ok((occur, self.node(word, scope, highlights)?)));
        Ok(Box::new(BooleanQuery::new(parts.collect::<Result<_>>()?)))
    }

    /// The longest name of several words that `nodes` begins with, and its number of words.
    fn name_at(&self, nodes: &[Node], scope: Scope<'_>) -> Result<Option<(String, usize)>> {
        let words = nodes.iter().take(MAX_NAME_WORDS).map_while(|node| match node {
            Node::Word(word) => Some(word.as_str()),
            _ => None,
        });
        let words: Vec<&str> = words.collect();
        let Some((field, _)) = scope.places.first() else { return Ok(None) };
        for length in (2..=words.len()).rev() {
            let name = words.get(..length).unwrap_or_default().join(" ");
            if !self.names.others(&name, self.field(*field))?.is_empty() {
                return Ok(Some((name, length)));
            }
        }
        Ok(None)
    }

    /// The places of a node in one field; nothing for a node without places.
    fn spans(&self, node: &Node, field: Field) -> Result<Spans> {
        Ok(match node {
            Node::Word(word) => {
                let own = phrase_of(self.stem_words(word, field));
                with_others(own, self.names.others(word, field)?)
            }
            Node::Exact(_) | Node::Wildcard(_) | Node::Typo(..) => phrase_of(self.words(node, field)?),
            Node::Phrase { words, others } => {
                let parts: Vec<Spans> =
                    words.iter().map(|w| self.words(w, field)).collect::<Result<Vec<_>>>()?.concat();
                match others {
                    Some(others) if parts.len() > 1 => Spans::Window(parts, *others),
                    _ => with_others(phrase_of(parts), self.names_of_phrase(words, field)?),
                }
            }
            Node::Near(left, reach, right) => {
                let (left, right) = (Box::new(self.spans(left, field)?), Box::new(self.spans(right, field)?));
                let mark = |mark: &str| Leaf::marks(self.fields.marks(field), vec![mark.to_owned()]);
                match reach {
                    Reach::Words(words) => Spans::Near(left, *words, right),
                    Reach::Sentence => Spans::Same(left, mark(SENTENCE_END), right),
                    Reach::Paragraph => Spans::Same(left, mark(PARAGRAPH_END), right),
                }
            }
            Node::Or(nodes) => Spans::Any(nodes.iter().map(|n| self.spans(n, field)).collect::<Result<_>>()?),
            _ => Spans::Any(Vec::new()),
        })
    }

    /// The other names of a phrase, when it is made of plain words.
    fn names_of_phrase(&self, words: &[Node], field: Field) -> Result<Vec<Spans>> {
        let plain = words.iter().map(|word| match word {
            Node::Word(word) => Some(word.as_str()),
            _ => None,
        });
        match plain.collect::<Option<Vec<_>>>() {
            Some(words) => self.names.others(&words.join(" "), field),
            None => Ok(Vec::new()),
        }
    }

    /// The words that one typed word is in the index: several when it has hyphens or the like in it.
    fn words(&self, node: &Node, field: Field) -> Result<Vec<Spans>> {
        let each = |text: &str, leaf: &dyn Fn(&str) -> Result<Leaf>| -> Result<Vec<Spans>> {
            parts(text).iter().map(|part| Ok(Spans::Word(leaf(part)?))).collect()
        };
        match node {
            Node::Word(word) => Ok(self.stem_words(word, field)),
            Node::Exact(word) => each(word, &|part| {
                let folded = fold(part);
                let form = cased_form(part, &folded).unwrap_or(folded);
                Ok(Leaf::forms(field, vec![form]))
            }),
            Node::Wildcard(pattern) => {
                each(pattern, &|part| expand::wildcard(self.searcher, field, part, self.deadline))
            }
            Node::Typo(word, letters) => {
                each(word, &|part| expand::misspelt(self.searcher, field, part, *letters, self.stemmer))
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The word's own form, with and without capitals. It adds to the score only and is never used for idf, so its
    /// document frequency is not needed.
    fn form_words(&self, word: &str, field: Field) -> Vec<Spans> {
        let form = |part: &String| Leaf { doc_freq: Some(0), ..Leaf::forms(field, vec![fold(part)]) };
        parts(word).iter().map(|part| Spans::Word(form(part))).collect()
    }

    fn stem_words(&self, word: &str, field: Field) -> Vec<Spans> {
        let stems = stems_of(word, self.stemmer).into_iter();
        stems.map(|stems| Spans::Word(Leaf::stems(field, stems))).collect()
    }
}

/// The words of a phrase of plain words or of a word with hyphens.
fn words_of(node: &Node) -> Vec<String> {
    match node {
        Node::Word(word) => parts(word),
        Node::Phrase { words, others: None } => words.iter().flat_map(words_of).collect(),
        _ => Vec::new(),
    }
}

/// The parts of a typed word as the tokenizer cuts it, with the `*` that stand at them.
pub(super) fn parts(text: &str) -> Vec<String> {
    // To the tokenizer `*` is punctuation; a letter that no word has stands in for it.
    const LETTER: &str = "ꙮ";
    let text = normalise(text).replace('*', LETTER);
    let analysis = Analysis::new(&text);
    let words = analysis
        .tokens
        .iter()
        .filter(|t| analysis.text.get(t.range()).is_some_and(|w| w.contains(char::is_alphanumeric)));
    let parts = words.flat_map(|token| word_parts(&text, token.range()));
    parts.filter_map(|part| text.get(part)).map(|part| part.replace(LETTER, "*")).collect()
}

/// Words in order, or a single word itself.
fn phrase_of(mut words: Vec<Spans>) -> Spans {
    match words.pop() {
        Some(only) if words.is_empty() => only,
        last => Spans::Phrase(words.into_iter().chain(last).collect()),
    }
}

fn with_others(own: Spans, others: Vec<Spans>) -> Spans {
    if others.is_empty() { own } else { Spans::Named(Box::new(own), others) }
}

fn all() -> Box<dyn Query> {
    unscored(AllQuery)
}

fn unscored(query: impl Query) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

/// `Or` of queries, or a single one itself.
fn any_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.pop() {
        None => Box::new(EmptyQuery),
        Some(only) if queries.is_empty() => only,
        Some(last) => {
            queries.push(last);
            Box::new(BooleanQuery::union(queries))
        }
    }
}

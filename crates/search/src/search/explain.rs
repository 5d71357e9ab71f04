//! Explaining a score: its parts, and which words of the article matched.

use super::{Request, SearchEngine, body};
use crate::snippet::Highlighter;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use svodka_model::error::InputError;
use svodka_store::{error::Result, said_labels};
use tantivy::query::{EnableScoring, Explanation};

/// Why an article has the score it has.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// The article's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether the query finds it.
    pub found: bool,
    /// Its score: the sum of its parts, times `recency`.
    pub score: f32,
    /// What each part of the query adds.
    pub parts: Vec<ScorePart>,
    /// What the sum is multiplied by for its date; 1 unless newer articles were to weigh more.
    pub recency: f32,
    /// The words that matched, as they stand in the article, each with its number.
    pub forms: BTreeMap<String, usize>,
}

/// What a part of the query adds to a score.
#[derive(Clone, Debug, Serialize)]
pub struct ScorePart {
    /// The part, as query text.
    pub part: String,
    /// What it adds.
    pub score: f32,
    /// The figures behind it, by name.
    pub figures: Vec<(String, f32)>,
}

impl SearchEngine<'_> {
    /// Explains the score of an article, named by id or path.
    ///
    /// # Errors
    /// As [`search`](Self::search), or no such article.
    pub fn explain(&self, id: &str, request: &Request) -> Result<Explained> {
        let unknown = || InputError::NoSuchArticle { id: id.to_owned(), suggestions: Vec::new() };
        let address = self.address(id)?.ok_or_else(unknown)?;
        let article = self.index.article(&self.searcher, address)?;
        let (query, highlights) = self.narrowed(request)?;
        let weight = query.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
        let segment = self.searcher.segment_reader(address.segment_ord);
        let explanation = weight.explain(segment, address.doc_id).ok();
        let mut parts = Vec::new();
        if let Some(explanation) = &explanation {
            collect_parts(&serde_json::to_value(explanation).unwrap_or_default(), &mut parts);
        }
        let first: f32 = explanation.as_ref().map_or(0.0, Explanation::value);
        let second = if explanation.is_some() { self.second_parts(request, address)? } else { Vec::new() };
        let added: f32 = second.iter().map(|(_, added)| added).sum();
        parts.extend(second.into_iter().map(|(part, score)| ScorePart { part, score, figures: Vec::new() }));
        parts.sort_by(|a, b| b.score.total_cmp(&a.score));
        let recency = self.recency(request)?;
        let recency = recency.map_or(1.0, |r| r.factor(article.date.as_ref().map(|d| d.epoch))) as f32;
        let labels = said_labels(&article);
        let (fields, stemmer) = (self.index.fields(), &self.stemmer);
        let highlighter = Highlighter { fields, stemmer, spans: &highlights, labels: &labels };
        let mut forms = BTreeMap::new();
        let body = body(&article);
        let (title, text) = (highlighter.in_title(&article.title), highlighter.in_text(body));
        for (whole, matches) in [(article.title.as_str(), title), (body, text)] {
            for (range, _) in matches {
                *forms.entry(whole.get(range).unwrap_or("").to_owned()).or_default() += 1;
            }
        }
        Ok(Explained {
            id: article.id,
            title: article.title,
            found: explanation.is_some(),
            score: (first + added) * recency,
            parts,
            recency,
            forms,
        })
    }
}

/// The leaves of an explanation: those whose details are plain figures.
fn collect_parts(node: &Value, out: &mut Vec<ScorePart>) {
    let score = |node: &Value| node.get("value").and_then(Value::as_f64).unwrap_or_default() as f32;
    let name = |node: &Value| node.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    let details = node.get("details").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if !details.is_empty() && details.iter().all(|detail| detail.get("details").is_none()) && !is_sum(node) {
        let figures = details.iter().map(|detail| (name(detail), score(detail)));
        out.push(ScorePart { part: name(node), score: score(node), figures: figures.collect() });
        return;
    }
    details.iter().for_each(|detail| collect_parts(detail, out));
}

/// Whether a node only adds up what is below it.
fn is_sum(node: &Value) -> bool {
    node.get("description").and_then(Value::as_str).is_some_and(|name| name.starts_with("BooleanClause"))
}

//! Data in a page: JSON-LD about the article, and the state of pages that scripts put together.

use super::super::{
    FieldMap, Record,
    json::{lenient, objects_in},
};
use dom_query::Document;
use serde_json::{Map, Value};

/// Types of JSON-LD objects that describe an article.
const ARTICLES: [&str; 11] = [
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BlogPosting",
    "Report",
    "TechArticle",
    "ScholarlyArticle",
    "LiveBlogPosting",
    "SocialMediaPosting",
];

/// How deep in JSON-LD the article is looked for.
const MAX_DEPTH: usize = 8;

/// How deep in the state of a page, and in how many values.
const MAX_STATE_DEPTH: usize = 20;
const MAX_STATE_VALUES: usize = 200_000;

/// Least characters of a text in the state of a page that can be its article.
const ENOUGH: usize = 80;

/// The JSON-LD object of the article that the page is; of several the first that names a headline or a text.
pub(super) fn article(document: &Document) -> Option<Map<String, Value>> {
    let scripts = document.select("script[type='application/ld+json']");
    let mut articles = scripts.nodes().iter().filter_map(|node| article_in(parse(node.text().trim())?, 0));
    articles.next()
}

/// What a script holds, also when it is damaged: then as far as it goes.
fn parse(script: &str) -> Option<Value> {
    lenient::parse_as_far_as_it_goes(script)
}

fn article_in(value: Value, depth: usize) -> Option<Map<String, Value>> {
    if depth > MAX_DEPTH {
        return None;
    }
    match value {
        Value::Array(values) => values.into_iter().find_map(|value| article_in(value, depth + 1)),
        Value::Object(mut object) => {
            if object.get("@type").is_some_and(is_article) {
                return Some(object);
            }
            let inner = ["@graph", "mainEntity", "mainEntityOfPage"].map(|name| object.remove(name));
            inner.into_iter().flatten().find_map(|value| article_in(value, depth + 1))
        }
        _ => None,
    }
}

fn is_article(kind: &Value) -> bool {
    match kind {
        Value::String(kind) => ARTICLES.iter().any(|article| kind.rsplit(['/', ':', '#']).next() == Some(article)),
        Value::Array(kinds) => kinds.iter().any(is_article),
        _ => false,
    }
}

/// The article in the state that a page's scripts start from (`__NEXT_DATA__`, `window.__INITIAL_STATE__ = …`): the
/// object with the longest text. Only for pages that show none themselves.
pub(super) fn state(document: &Document) -> Option<Record> {
    let scripts = document.select("script");
    let values = scripts.nodes().iter().filter_map(|node| {
        let kind = node.attr("type").unwrap_or_default();
        let script = node.text();
        if &*kind == "application/json" {
            return parse(script.trim());
        }
        let (name, value) = script.split_once('=')?;
        let is_state =
            kind.is_empty() && name.contains("window") && name.len() < 100 && value.trim_start().starts_with('{');
        is_state.then(|| parse(objects_in(value).first()?)).flatten()
    });
    let fields = FieldMap::default();
    let records = values.filter_map(|value| longest(&value, &fields));
    records.max_by_key(|record| record.text.len()).filter(|record| record.text.chars().count() >= ENOUGH)
}

/// The object with the longest text, looked for without recursion.
fn longest(value: &Value, fields: &FieldMap) -> Option<Record> {
    let mut best: Option<Record> = None;
    let mut open = vec![(value, 0)];
    let mut seen = 0;
    while let Some((value, depth)) = open.pop() {
        seen += 1;
        if seen > MAX_STATE_VALUES || depth > MAX_STATE_DEPTH {
            continue;
        }
        match value {
            Value::Array(values) => open.extend(values.iter().map(|value| (value, depth + 1))),
            Value::Object(object) => {
                if fields.has_text(object) {
                    let record = fields.record(object);
                    if best.as_ref().is_none_or(|best| record.text.len() > best.text.len()) {
                        best = Some(record);
                    }
                }
                open.extend(object.values().map(|value| (value, depth + 1)));
            }
            _ => {}
        }
    }
    best
}

//! Counting over article objects: the brute force that the index is measured against.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use svodka_model::article::FACET_CONFIDENCE;

/// Salience from which an actor is a main one, as the library documents it.
const MAIN: u64 = svodka_model::article::MAIN_SALIENCE as u64;

/// What facets say of one article: by facet its values, each with its kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Its id.
    pub(crate) id: String,
    values: BTreeMap<&'static str, BTreeSet<(String, String)>>,
}

/// Counts by value and kind.
pub(crate) type Counts = BTreeMap<(String, String), u64>;

/// The facets that are measured.
pub(crate) const FACETS: [&str; 8] =
    ["actor", "main_actor", "outlet", "think_tank", "cited", "cited_kind", "via", "month"];

impl Facts {
    /// The facts of an article object.
    pub(crate) fn new(article: &Value) -> Self {
        let mut values: BTreeMap<&'static str, BTreeSet<(String, String)>> = BTreeMap::new();
        let mut put = |facet, name: &str, kind: &str| {
            values.entry(facet).or_default().insert((name.to_owned(), kind.to_owned()));
        };
        for entity in article["entities"].as_array().unwrap() {
            let (name, kind) = (entity["name"].as_str().unwrap(), entity["kind"].as_str().unwrap());
            if entity["roles"].as_array().unwrap().contains(&"actor".into()) {
                put("actor", name, kind);
                if entity["salience"].as_u64().unwrap() >= MAIN {
                    put("main_actor", name, kind);
                }
            }
        }
        if let Some(outlet) = article["outlet"]["name"].as_str() {
            put("outlet", outlet, "");
        }
        for cited in article["cited"].as_array().unwrap() {
            let (name, kind) = (cited["name"].as_str().unwrap(), cited["kind"].as_str().unwrap());
            put("cited", name, kind);
            put("cited_kind", kind, "");
            let sure = cited["confidence"].as_f64().unwrap() >= f64::from(FACET_CONFIDENCE);
            if ["think_tank", "pollster"].contains(&kind) && sure {
                put("think_tank", name, kind);
            }
            if let Some(via) = cited["via"].as_str() {
                put("via", via, "");
            }
        }
        if let Some(date) = article["date"].as_str() {
            put("month", &date[..7], "");
        }
        Self { id: article["id"].as_str().unwrap().to_owned(), values }
    }

    /// Its values of a facet.
    pub(crate) fn of(&self, facet: &str) -> impl Iterator<Item = &(String, String)> {
        self.values.get(facet).into_iter().flatten()
    }

    /// Whether it has a value called `name`.
    pub(crate) fn has(&self, facet: &str, name: &str) -> bool {
        self.of(facet).any(|(value, _)| value == name)
    }
}

/// How many articles have each value of a facet.
pub(crate) fn count<'a>(articles: impl Iterator<Item = &'a Facts>, facet: &str) -> Counts {
    let mut counts = Counts::new();
    for value in articles.flat_map(|article| article.of(facet).cloned().collect::<Vec<_>>()) {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

/// The counts of a facet in a response.
pub(crate) fn counted(facets: &Value, facet: &str) -> Counts {
    let rows = facets[facet].as_array().unwrap_or_else(|| panic!("no {facet} in {facets}")).iter();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.map(|row| ((text(row, "value"), text(row, "kind")), row["count"].as_u64().unwrap())).collect()
}

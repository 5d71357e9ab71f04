//! Facet counts, drill-sideways, against a brute-force count over the article objects.

use super::harness::{Archive, root};
use serde_json::Value;
use std::collections::BTreeMap;

/// The facet values of an article object.
fn values(article: &Value, facet: &str) -> Vec<String> {
    let cited = || article["cited"].as_array().unwrap().iter();
    let name = |v: &Value| v["name"].as_str().unwrap().to_owned();
    let mut values: Vec<String> = match facet {
        "outlet" => article["outlet"]["name"].as_str().map(str::to_owned).into_iter().collect(),
        "cited" => cited().map(name).collect(),
        "think_tank" => {
            cited().filter(|c| ["think_tank", "pollster"].contains(&c["kind"].as_str().unwrap())).map(name).collect()
        }
        "actor" => {
            let entities = article["entities"].as_array().unwrap().iter();
            entities.filter(|e| e["roles"].as_array().unwrap().contains(&"actor".into())).map(name).collect()
        }
        _ => article["date"].as_str().map(|d| d[..7].to_owned()).into_iter().collect(),
    };
    values.sort();
    values.dedup();
    values
}

fn counts(articles: &[&Value], facet: &str) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for value in articles.iter().flat_map(|a| values(a, facet)) {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

fn counted(response: &Value, facet: &str) -> BTreeMap<String, u64> {
    let rows = response["facets"][facet].as_array().unwrap().iter();
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row["value"].as_str().unwrap().to_owned()).or_default() += row["count"].as_u64().unwrap();
    }
    counts
}

const FACETS: [&str; 5] = ["actor", "outlet", "think_tank", "cited", "month"];

#[test]
fn every_count_is_exact() {
    let archive = Archive::sample();
    let corpus = root().join("corpus");
    let articles = archive.dry_run(&[corpus.to_str().unwrap()]);
    let all: Vec<&Value> = articles.iter().collect();
    let response = archive.search(&["--facet-size", "all"]);
    assert_eq!(response["total"].as_u64().unwrap(), articles.len() as u64);
    for facet in FACETS {
        assert_eq!(counted(&response, facet), counts(&all, facet), "{facet}");
    }
}

#[test]
fn a_facets_own_selection_does_not_narrow_it() {
    let archive = Archive::sample();
    let corpus = root().join("corpus");
    let articles = archive.dry_run(&[corpus.to_str().unwrap()]);
    let outlet = counts(&articles.iter().collect::<Vec<_>>(), "outlet").into_iter().max_by_key(|(_, n)| *n).unwrap().0;
    let actor = "Россия";
    let has = |a: &Value, facet: &str, value: &str| values(a, facet).iter().any(|v| v == value);
    let response = archive.search(&["--facet-size", "all", "--outlet", &outlet, "--actor", actor]);
    let both: Vec<&Value> = articles.iter().filter(|a| has(a, "outlet", &outlet) && has(a, "actor", actor)).collect();
    let with_outlet: Vec<&Value> = articles.iter().filter(|a| has(a, "outlet", &outlet)).collect();
    let with_actor: Vec<&Value> = articles.iter().filter(|a| has(a, "actor", actor)).collect();
    assert_eq!(response["total"].as_u64().unwrap(), both.len() as u64);
    assert_eq!(counted(&response, "actor"), counts(&with_outlet, "actor"));
    assert_eq!(counted(&response, "outlet"), counts(&with_actor, "outlet"));
    for facet in ["think_tank", "cited", "month"] {
        assert_eq!(counted(&response, facet), counts(&both, facet), "{facet}");
    }
    let response = archive.search(&["--facet-size", "all", "--no-outlet", &outlet]);
    let rest: Vec<&Value> = articles.iter().filter(|a| !has(a, "outlet", &outlet)).collect();
    for facet in FACETS {
        assert_eq!(counted(&response, facet), counts(&rest, facet), "{facet} without {outlet}");
    }
}

#[test]
fn counts_hold_over_many_segments_and_deletes() {
    let archive = Archive::new();
    let mut articles = Vec::new();
    for part in 0..6 {
        let mut lines = String::new();
        for n in 0..40 {
            let outlet = ["ТАСС", "РБК", "Интерфакс"][(n * 7 + part) % 3];
            let country = ["Китае", "Индии", "Турции", "Японии"][(n + part * 3) % 4];
            // The second half of every part comes again in the next one, under the same id.
            let id = part * 20 + n;
            lines.push_str(&format!(
                "{{\"id\":\"a{id}\",\"text\":\"Новость номер {id}. В {country} прошла выставка станков.\",\"outlet\":\"{outlet}\"}}\n"
            ));
        }
        archive.write(&format!("in/{part}.jsonl"), &lines);
        archive.index(&[&format!("in/{part}.jsonl")]);
        articles.extend(archive.dry_run(&[&format!("in/{part}.jsonl")]));
    }
    let mut last: BTreeMap<String, Value> = BTreeMap::new();
    for article in articles {
        last.insert(article["id"].as_str().unwrap().to_owned(), article);
    }
    let all: Vec<&Value> = last.values().collect();
    let response = archive.search(&["выставки", "--facet-size", "all"]);
    assert_eq!(response["total"].as_u64().unwrap(), all.len() as u64);
    for facet in ["actor", "outlet"] {
        assert_eq!(counted(&response, facet), counts(&all, facet), "{facet}");
    }
}

//! What is shown of what was found: snippets, timelines, facet values, many queries at once.

use super::{Archive, archive, strings};
use crate::harness::{stderr, stdout};
use serde_json::Value;

/// A long article whose matches lie far apart.
fn long_article() -> Archive {
    let filler = "Потом долго не происходило ничего такого, о чём стоило бы писать в газетах. ".repeat(5);
    let text = format!(
        "Совет директоров собрался утром. {filler}Министры обсудили санкции против двух банков. {filler}Ключевая ставка \
         осталась прежней. {filler}Рубль укрепился к доллару. {filler}Аналитики ISW ждут затишья. {filler}"
    );
    let archive = Archive::new();
    archive.write("long.jsonl", serde_json::json!({"id": "long", "title": "День", "text": text}).to_string());
    assert!(archive.index(&["long.jsonl"]).status.success());
    archive
}

/// The lit words of the only hit's snippet, and the number of its fragments.
fn lit(archive: &Archive, query: &str) -> (Vec<String>, usize) {
    let response = archive.search(&["--facets", "none", "--", query]);
    let snippet = &response["hits"][0]["snippet"];
    let text: Vec<char> = snippet["text"].as_str().unwrap_or_else(|| panic!("{query} finds nothing")).chars().collect();
    let word = |bounds: &Value| -> String {
        text[bounds[0].as_u64().unwrap() as usize..bounds[1].as_u64().unwrap() as usize].iter().collect()
    };
    let words = snippet["highlights"].as_array().unwrap().iter().map(word).collect();
    let text: String = text.iter().collect();
    for fragment in text.split(" … ") {
        let whole = |c: char| matches!(c, '.' | '…');
        assert!(fragment.ends_with(whole), "{query}: «{fragment}» is cut inside a sentence");
    }
    (words, text.split(" … ").count())
}

#[test]
fn snippets_show_why_for_every_kind_of_query() {
    let archive = long_article();
    for (query, words, fragments) in [
        ("санкция", vec!["санкции"], 1),
        ("=Рубль", vec!["Рубль"], 1),
        ("санк*", vec!["санкции"], 1),
        ("*ллару", vec!["доллару"], 1),
        ("санкцыи~", vec!["санкции"], 1),
        ("\"ключевая ставка\"", vec!["Ключевая", "ставка"], 1),
        ("\"доллар рубль\"~3", vec!["Рубль", "доллару"], 1),
        ("рубль NEAR/4 доллар", vec!["Рубль", "доллару"], 1),
        ("рубль NEAR/S доллар", vec!["Рубль", "доллару"], 1),
        ("министр SAME аналитик", vec!["Министры", "Аналитики"], 2),
        ("\"Институт изучения войны\"", vec!["ISW"], 1),
        ("text:(санкции ставка рубль)", vec!["санкции", "ставка", "Рубль"], 3),
        ("директор министр ставка рубль ISW", vec!["директоров", "Министры", "ставка"], 3),
        ("день", vec![], 1),
    ] {
        assert_eq!(lit(&archive, query), (words.into_iter().map(str::to_owned).collect(), fragments), "{query}");
    }
}

#[test]
fn timelines_have_bars_of_any_width() {
    let archive = archive();
    for (by, bar, count) in
        [("day", "2025-03-04", 1), ("week", "2025-03-03", 1), ("month", "2025-03", 3), ("year", "2025", 5)]
    {
        let output = archive.query(&["timeline", "--by", by, "--json"]);
        let timeline: Value = serde_json::from_slice(&output.stdout).unwrap();
        let bars = timeline["timeline"].as_array().unwrap();
        let found = bars.iter().find(|b| b["value"] == bar).unwrap_or_else(|| panic!("{by}: {timeline}"));
        assert_eq!(found["count"], count, "{by}");
        let shown = stdout(&archive.query(&["timeline", "--by", by]));
        assert!(shown.lines().any(|line| line.contains(bar) && line.contains('█')), "{shown}");
        let csv = stdout(&archive.query(&["timeline", "--by", by, "--csv"]));
        assert!(csv.lines().any(|line| line == format!("{bar},{count}")), "{csv}");
    }
}

#[test]
fn all_values_of_a_facet_can_be_listed() {
    let archive = archive();
    let count = |size: &str| {
        let output = archive.query(&["facets", "outlet", "--facet-size", size, "--json"]);
        let facets: Value = serde_json::from_slice(&output.stdout).unwrap();
        strings(&facets["outlet"], "value").len()
    };
    assert_eq!((count("1"), count("all")), (1, 4));
    assert_eq!(archive.query(&["facets", "outlet", "--facet-size", "viele"]).status.code(), Some(2));
}

#[test]
fn a_batch_answers_every_line_and_survives_bad_ones() {
    let archive = archive();
    let lines = [
        "санкции",
        r#"{"id": 7, "q": "рубль", "outlet": "РБК", "limit": 1}"#,
        "\"незакрытая",
        r#"{"id": "x", "q": "ставка страховщики", "any": true}"#,
        r#"{"q": "рубль", "sort": "newest"}"#,
    ];
    archive.write("queries.txt", lines.join("\n"));
    let output = archive.query(&["batch", "queries.txt", "--json", "--limit", "100"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let answers: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids = |at: usize| strings(&answers[at]["hits"], "id");
    assert_eq!(answers.len(), lines.len());
    assert_eq!((answers[0]["q"].as_str(), answers[0]["total"].as_u64(), ids(0).len()), (Some("санкции"), Some(2), 2));
    assert_eq!((&answers[1]["id"], ids(1)), (&Value::from(7), vec!["ставка".to_owned()]));
    assert!(answers[2]["error"].as_str().unwrap().contains("column 1"), "{}", answers[2]);
    assert_eq!(answers[3]["total"], 2);
    assert_eq!(ids(4), ["пакет", "ставка"]);
}

#[test]
fn a_score_is_the_sum_of_its_parts() {
    let archive = archive();
    let output = archive.query(&["explain", "ставка", "ключевая ставка рубль", "--json"]);
    let explained: Value = serde_json::from_slice(&output.stdout).unwrap();
    let parts: f64 = explained["parts"].as_array().unwrap().iter().map(|part| part["score"].as_f64().unwrap()).sum();
    let score = explained["score"].as_f64().unwrap();
    assert!((parts - score).abs() < 1e-3 && score > 0.0, "{explained}");
    assert_eq!(explained["forms"]["ставку"], 2, "{explained}");
    let found = archive.search(&["--", "ключевая ставка рубль"]);
    assert!((found["hits"][0]["score"].as_f64().unwrap() - score).abs() < 1e-3, "{found}");
}

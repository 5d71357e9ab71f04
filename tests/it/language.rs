//! The query language: every example of its description, and what no query may do to the program.

mod hostile; // queries nobody would type
mod results; // what is shown of what was found
mod slips; // what is suggested for slips of the fingers

use super::harness::{Archive, root, stderr, strings};
use std::sync::LazyLock;

static DESCRIPTION: LazyLock<String> =
    LazyLock::new(|| std::fs::read_to_string(root().join("docs/query-language.md")).unwrap());

/// The articles of the description.
fn articles() -> String {
    let (_, after) = DESCRIPTION.split_once("```jsonl\n").unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

/// The queries of the description with the ids they find.
fn examples() -> Vec<(String, Vec<String>)> {
    let rows = DESCRIPTION.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix('|'));
    let rows = rows.filter_map(|row| row.split_once("` |")).filter(|(_, right)| !right.contains('|'));
    let ids = |list: &str| list.split(',').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
    rows.map(|(query, list)| (query.to_owned(), ids(list))).collect()
}

fn archive() -> Archive {
    let archive = Archive::new();
    archive.write("articles.jsonl", articles());
    let output = archive.index(&["articles.jsonl"]);
    assert!(output.status.success(), "{}", stderr(&output));
    archive
}

#[test]
fn every_example_finds_what_the_description_says() {
    let archive = archive();
    let examples = examples();
    // As many as the description holds; may only rise.
    assert!(examples.len() >= 80, "{}", examples.len());
    let mut wrong = Vec::new();
    for (query, mut expected) in examples {
        let output = archive.query(&["search", "--json", "--limit", "50", "--facets", "none", "--", &query]);
        if output.status.code() == Some(2) {
            wrong.push(format!("{query}: {}", stderr(&output)));
            continue;
        }
        let response: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut found = strings(&response["hits"], "id");
        found.sort();
        expected.sort();
        if found != expected {
            wrong.push(format!("{query}: {found:?} instead of {expected:?}"));
        }
        for hit in response["hits"].as_array().unwrap() {
            let snippet = hit["snippet"]["text"].as_str().unwrap().chars().count() as u64;
            for bounds in hit["snippet"]["highlights"].as_array().unwrap() {
                let (start, end) = (bounds[0].as_u64().unwrap(), bounds[1].as_u64().unwrap());
                assert!(start < end && end <= snippet, "{query}: {bounds}");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every mark and operator of the language, by a piece of text that an example must hold.
const OPERATORS: [&str; 35] = [
    " AND ",
    " OR ",
    " NOT ",
    " И ",
    " ИЛИ ",
    "НЕ ",
    " -",
    "(",
    "\"",
    "«",
    "“",
    "„",
    "\"~3",
    "=",
    "=\"",
    "*банк",
    "санк*",
    "н*с",
    "~",
    "~1",
    "~2",
    " NEAR/3 ",
    " NEAR/S ",
    " NEAR/P ",
    " РЯДОМ/2 ",
    " РЯДОМ/АБЗАЦ ",
    " РЯДОМ/ПРЕДЛ ",
    " SAME ",
    "7d",
    ":2024",
    ":2025-03",
    ":март 2025",
    "..2025",
    ":..",
    ": ",
];

#[test]
fn every_operator_and_field_has_an_example() {
    let queries: Vec<String> = examples().into_iter().map(|(query, _)| query).collect();
    let table = DESCRIPTION.split_once("| field | also |").unwrap().1;
    let table = table.split("\n\n").next().unwrap();
    let fields: Vec<&str> = table.split('`').filter(|cell| cell.ends_with(':')).collect();
    assert!(fields.len() >= 27, "{fields:?}");
    let missing = |wanted: &&&str| !queries.iter().any(|query| query.contains(**wanted));
    let without: Vec<_> = OPERATORS.iter().chain(&fields).filter(missing).collect();
    assert!(without.is_empty(), "no example has {without:?}");
}

#[test]
fn an_error_shows_the_place_in_the_query() {
    let output = archive().query(&["search", "--", "санкции \"ключевая ставка"]);
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    for line in message.lines() {
        assert!(DESCRIPTION.contains(line.trim()), "not in the description: {line}");
    }
    assert_eq!(message.lines().count(), 3, "{message}");
}

#[test]
fn what_was_found_is_lit() {
    let archive = archive();
    for (query, id, lit) in [
        ("санк*", "пакет", "санкции"),
        ("санкцыи~", "пакет", "санкции"),
        ("ISW", "доклад", "Института"),
        ("\"ключевая ставка\"", "ставка", "ставку"),
        ("рубль NEAR/S доллар", "ставка", "доллару"),
    ] {
        let response = archive.search(&["--", query]);
        let hits = response["hits"].as_array().unwrap();
        let hit = hits.iter().find(|hit| hit["id"] == id).unwrap_or_else(|| panic!("{query} does not find {id}"));
        let text: Vec<char> = hit["snippet"]["text"].as_str().unwrap().chars().collect();
        let word = |bounds: &serde_json::Value| -> String {
            let (start, end) = (bounds[0].as_u64().unwrap() as usize, bounds[1].as_u64().unwrap() as usize);
            text[start..end].iter().collect()
        };
        let words: Vec<String> = hit["snippet"]["highlights"].as_array().unwrap().iter().map(word).collect();
        assert!(words.iter().any(|w| w == lit), "{query} lights {words:?} of {id}");
    }
}

#[test]
fn a_saved_query_is_a_text_file() {
    let archive = archive();
    archive.write("saved.txt", "# курс и ставка\nставка\nИЛИ санкции\n");
    let ids = |arguments: &[&str]| strings(&archive.search(arguments)["hits"], "id");
    assert_eq!(ids(&["--query-file", "saved.txt"]).len(), 2);
    assert_eq!(ids(&["--query-file", "saved.txt", "страховщики"]), ["пакет"]);
}

#[test]
fn everything_can_be_taken_out() {
    let archive = archive();
    let lines = |arguments: &[&str]| {
        let output = archive.query(&[&["search", "--all"], arguments].concat());
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&["--csv"]).len(), 8);
    assert_eq!(lines(&["--paths"]).len(), 7);
    let newest = lines(&["--jsonl", "--sort", "newest"]);
    let ids: Vec<serde_json::Value> = newest.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(ids.iter().map(|hit| hit["id"].as_str().unwrap()).next(), Some("рынок"));
    assert_eq!(ids.len(), 7);
    assert_eq!(lines(&["--jsonl", "--outlet", "РБК", "санкции"]).len(), 1);
    assert_eq!(archive.query(&["search", "--all", "--json"]).status.code(), Some(2));
}

#[test]
fn facet_values_are_found_by_the_beginning_of_any_word() {
    let archive = archive();
    let output = archive.query(&["facets", "outlet", "--prefix", "нов", "--json"]);
    let facets: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(strings(&facets["outlet"], "value"), ["РИА Новости"]);
}

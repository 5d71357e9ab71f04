//! The user's gazetteer: the example of its description, applied, undone, and refused when it is wrong.

use super::harness::{Archive, root, stderr, strings};
use std::fs;

/// The text of the description's first code block of a kind.
fn block(kind: &str) -> String {
    let text = fs::read_to_string(root().join("docs/gazetteer.md")).unwrap();
    let (_, rest) = text.split_once(&format!("```{kind}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// Rows of the description's table: article, actors before, actors after, think tanks after.
fn rows() -> Vec<(String, [Vec<String>; 3])> {
    let text = fs::read_to_string(root().join("docs/gazetteer.md")).unwrap();
    let rows =
        text.lines().skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| line.starts_with('|'));
    let names = |cell: &str| -> Vec<String> {
        cell.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let rows = rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].to_owned(), [names(cells[1]), names(cells[2]), names(cells[3])])
    });
    rows.collect()
}

/// The values of a facet for one article.
fn values(archive: &Archive, id: &str, facet: &str) -> Vec<String> {
    let found = archive.search(&["--facets", facet, "--limit", "0"]);
    assert_eq!(found["total"], 3);
    let found = archive.search(&["--limit", "10"]);
    let hit = found["hits"].as_array().unwrap().iter().find(|hit| hit["id"] == id).unwrap().clone();
    let key = if facet == "actor" { "actors" } else { "think_tanks" };
    let mut values: Vec<String> = match hit[key].as_array().unwrap().first() {
        Some(value) if value.is_object() => strings(&hit[key], "name"),
        _ => hit[key].as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect(),
    };
    values.sort();
    values
}

/// Everything that the archive shows of its articles.
fn all(archive: &Archive) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for id in ["слёт", "матч", "визит"] {
        let output = archive.query(&["show", id, "--json"]);
        assert!(output.status.success(), "{}", stderr(&output));
        shown.push(String::from_utf8(output.stdout).unwrap());
    }
    let mut found = archive.search(&["--facets", "actor,cited,think_tank"]);
    found["took_ms"] = 0.into();
    shown.push(found["facets"].to_string());
    shown
}

#[test]
fn the_description_is_true() {
    let archive = Archive::new();
    archive.write("articles.jsonl", block("jsonl"));
    assert!(archive.index(&["articles.jsonl"]).status.success());
    let before = all(&archive);
    for (id, [actors, _, _]) in rows() {
        assert_eq!(values(&archive, &id, "actor"), actors, "{id} before");
    }

    archive.write("index/gazetteer.toml", block("toml"));
    let output = archive.index(&["articles.jsonl", "--json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["corrected"], &report["unchanged"]), (&3.into(), &3.into()), "{report}");
    for (id, [_, actors, think_tanks]) in rows() {
        assert_eq!(values(&archive, &id, "actor"), actors, "{id} after");
        assert_eq!(values(&archive, &id, "think_tank"), think_tanks, "{id} after");
    }
    assert_eq!(archive.search(&["--actor", "Белоруссия"])["total"], 2);

    let afresh = Archive::new();
    afresh.write("articles.jsonl", block("jsonl")).write("own.toml", block("toml"));
    assert!(afresh.index(&["articles.jsonl", "--gazetteer", "own.toml"]).status.success());
    assert_eq!(all(&afresh), all(&archive), "corrected as if built afresh");

    fs::remove_file(archive.path("index/gazetteer.toml")).unwrap();
    assert!(archive.index(&["articles.jsonl"]).status.success());
    assert_eq!(all(&archive), before, "undone");
}

#[test]
fn a_mistake_is_an_error_with_its_line() {
    let archive = Archive::new();
    archive.write("articles.jsonl", block("jsonl"));
    archive.write("own.toml", "\n\n[[add]]\nname = \"Лютик\"\nkind = \"planet\"\n");
    let output = archive.index(&["articles.jsonl", "--gazetteer", "own.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("own.toml:3: unknown kind «planet»"), "{}", stderr(&output));
    let output = archive.index(&["articles.jsonl", "--gazetteer", "none.toml"]);
    assert!(stderr(&output).contains("none.toml: No such file"), "{}", stderr(&output));
    assert!(!archive.path("index/manifest.json").try_exists().unwrap());
}

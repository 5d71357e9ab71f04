//! Chrome by repetition: a line under many articles of one outlet gives no actors and no citations.

use super::harness::{Archive, stdout, strings};
use serde_json::{Value, json};

const FOOTER: &str = "Наши партнёры: ISW и телеканал «Дождь» пишут о мире каждый день";

fn records(count: usize) -> String {
    let record = |number: usize| {
        let text = format!("В порту {number} спустили на воду баржу. Об этом сообщает ТАСС.\n{FOOTER}");
        json!({"id": format!("а{number}"), "outlet": "Портовый вестник", "text": text}).to_string()
    };
    (0..count).map(|number| record(number) + "\n").collect()
}

fn cites_the_institute(article: &Value) -> bool {
    strings(&article["cited"], "name").iter().any(|name| name == "Институт изучения войны")
}

#[test]
fn repeated_lines_are_boilerplate_whatever_the_order_and_the_threads() {
    let archive = Archive::new();
    archive.write("few.jsonl", records(3)).write("many.jsonl", records(40));
    let few = archive.dry_run(&["few.jsonl"]);
    assert!(few.iter().all(|article| article["boilerplate"].as_array().unwrap().is_empty()));
    let many = archive.dry_run(&["many.jsonl"]);
    for article in &many {
        assert_eq!(strings(&article["boilerplate"], "text"), [FOOTER]);
        assert!(article["boilerplate"][0].get("rule").is_none(), "only on demand");
        assert!(!cites_the_institute(article), "{article}");
        assert_eq!(strings(&article["cited"], "name"), ["ТАСС"]);
    }
    let print = |jobs: &str| stdout(&archive.index(&["--dry-run", "--json", "--jobs", jobs, "many.jsonl"]));
    assert_eq!(print("1"), print("4"));
    let explained = stdout(&archive.index(&["--dry-run", "--json", "--explain", "many.jsonl"]));
    for line in explained.lines() {
        let article: Value = serde_json::from_str(line).unwrap();
        assert_eq!(strings(&article["boilerplate"], "rule"), ["repeated_line"]);
        assert_eq!(article["outlet"]["rule"], "metadata");
    }
}

#[test]
fn a_later_run_knows_the_lines_of_the_earlier_one() {
    let archive = Archive::new();
    archive.write("many.jsonl", records(40));
    assert!(archive.index(&["many.jsonl"]).status.success());
    let lines = std::fs::read(archive.path("index/lines.bin")).unwrap();
    assert!(archive.index(&["many.jsonl"]).status.success());
    assert!(lines == std::fs::read(archive.path("index/lines.bin")).unwrap(), "nothing new, nothing written");

    let text = format!("В порту Онеги починили кран.\n{FOOTER}");
    archive.write("one.jsonl", json!({"id": "б", "outlet": "Портовый вестник", "text": text}).to_string());
    assert!(archive.index(&["one.jsonl"]).status.success());
    let shown = archive.query(&["show", "б", "--json"]);
    let article: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(strings(&article["boilerplate"], "text"), [FOOTER]);
    assert_eq!(strings(&article["boilerplate"], "rule"), ["repeated_line"]);
}

//! Bad input: each a clear message, nothing lost, exit status as promised.

use super::harness::{Archive, stderr, stdout};

const GOOD: &str = "Завод открыли в Туле\nВ Туле открыли завод по сборке насосов. Его строили три года.\n";

/// Indexes `files` beside one good article: exit 1, the message named, the good article found.
fn refused(name: &str, content: impl AsRef<[u8]>, message: &str) {
    let archive = Archive::new();
    archive.write("in/good.txt", GOOD).write(&format!("in/{name}"), content);
    let output = archive.index(&["in"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(message), "«{message}» is not in:\n{said}");
    let failures = std::fs::read_to_string(archive.path("index/failures.jsonl")).unwrap();
    assert!(failures.contains(name), "{failures}");
    assert_eq!(archive.search(&["насос"])["total"], 1);
}

#[test]
fn empty_file() {
    refused("empty.txt", "", "empty file");
    refused("blank.txt", " \n \n", "only white space");
}

#[test]
fn binary_file() {
    refused("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture: not read");
    refused("program.txt", b"\x02\x01\0\0\x7f\x10\0", "binary file");
}

#[test]
fn broken_json_line_is_named_by_its_number() {
    let lines = "{\"text\": \"Первая новость о дожде.\"}\n{\"text\": \n{\"text\": \"Третья новость о снеге.\"}\n";
    refused("news.jsonl", lines, "news.jsonl:2");
}

#[test]
fn record_without_text() {
    refused("news.jsonl", "{\"title\": \"Только заголовок\"}\n", "without text");
}

#[test]
#[cfg(unix)]
fn unreadable_file_link_loop_and_pipe() {
    let archive = Archive::new();
    archive.write("in/good.txt", GOOD);
    std::os::unix::fs::symlink(archive.path("in"), archive.path("in/loop")).unwrap();
    std::os::unix::fs::symlink(archive.path("nowhere"), archive.path("in/gone.txt")).unwrap();
    let output = archive.index(&["in"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("leads back"), "{}", stderr(&output));
    assert!(stderr(&output).contains("gone.txt"), "{}", stderr(&output));
    assert_eq!(archive.search(&["насос"])["total"], 1);
}

#[test]
fn missing_folder() {
    let archive = Archive::new();
    let output = archive.index(&["nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no such file or folder"), "{}", stderr(&output));
    assert!(!archive.path("index").is_dir(), "no index is made of nothing");
}

#[test]
fn a_folder_that_is_no_index() {
    let archive = Archive::new();
    archive.write("in/good.txt", GOOD).write("index/letter.doc", "mine");
    let output = archive.index(&["in"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("not a Svodka index"), "{}", stderr(&output));
    let output = archive.index(&["in", "--rebuild"]);
    assert_eq!(output.status.code(), Some(2), "not even a rebuild touches it");
    assert!(archive.path("index/letter.doc").is_file());
    let output = archive.query(&["search", "завод"]);
    assert_eq!(output.status.code(), Some(2));
    let output = archive.query(&["search", "завод", "--index", "elsewhere"]);
    assert!(stderr(&output).contains("no index here"), "{}", stderr(&output));
}

/// An index of one article whose manifest has another value in a field.
fn index_with(field: &str, value: serde_json::Value) -> Archive {
    let archive = Archive::new();
    archive.write("in/good.txt", GOOD).index(&["in"]);
    let text = std::fs::read_to_string(archive.path("index/manifest.json")).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(manifest.get(field).is_some(), "{field} in {manifest}");
    manifest[field] = value;
    archive.write("index/manifest.json", manifest.to_string());
    archive
}

#[test]
fn an_index_of_an_earlier_version_is_brought_up_to_date() {
    for field in ["analyzer", "data", "extraction"] {
        let archive = index_with(field, if field == "extraction" { 0.into() } else { "0000".into() });
        let output = archive.query(&["search", "завод"]);
        assert_eq!(output.status.code(), Some(2), "{field}");
        let remedy = "bring it up to date with: svodka-index --index index\n";
        assert!(stderr(&output).contains(remedy), "{field}: {}", stderr(&output));
        std::fs::remove_file(archive.path("in/good.txt")).unwrap();
        let output = archive.index(&["--index", "index"]);
        assert!(output.status.success(), "{field}: {}", stderr(&output));
        assert!(stderr(&output).contains("1 articles of an earlier version brought up to date"), "{}", stderr(&output));
        assert_eq!(archive.search(&["насос"])["total"], 1, "{field}");
        assert!(archive.query(&["check"]).status.success(), "{field}");
    }
}

#[test]
fn an_index_of_an_older_format_is_refused_with_the_remedy() {
    let archive = index_with("format", 8.into());
    for output in [archive.query(&["search", "завод"]), archive.index(&["in"]), archive.index(&[])] {
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("svodka-index --rebuild --index index FOLDER"), "{}", stderr(&output));
    }
    assert!(archive.index(&["in", "--rebuild"]).status.success());
    assert_eq!(archive.search(&["насос"])["total"], 1);
}

#[test]
fn an_index_of_a_newer_program_is_refused() {
    for field in ["format", "extraction"] {
        let archive = index_with(field, 1_000_000.into());
        for output in [archive.query(&["search", "завод"]), archive.index(&["in"])] {
            assert_eq!(output.status.code(), Some(2), "{field}");
            assert!(stderr(&output).contains("use a newer program"), "{field}: {}", stderr(&output));
        }
        assert!(archive.index(&["in", "--rebuild"]).status.success(), "{field}");
        assert_eq!(archive.search(&["насос"])["total"], 1, "{field}");
    }
}

#[test]
fn a_damaged_manifest_is_named_with_the_remedy() {
    let only_format = format!("{{\"format\": {}}}", svodka_store::FORMAT);
    for damaged in ["", "{", "[]", &only_format] {
        let archive = Archive::new();
        archive.write("in/good.txt", GOOD).index(&["in"]);
        archive.write("index/manifest.json", damaged);
        for output in [archive.query(&["search", "завод"]), archive.index(&["in"])] {
            assert_eq!(output.status.code(), Some(2), "{damaged}");
            let said = stderr(&output);
            assert!(said.contains("index/manifest.json: damaged") && said.contains("--rebuild"), "{damaged}: {said}");
        }
        assert!(archive.index(&["in", "--rebuild"]).status.success(), "{damaged}");
        assert_eq!(archive.search(&["насос"])["total"], 1, "{damaged}");
    }
}

#[test]
fn nothing_to_read_and_no_index() {
    let archive = Archive::new();
    let output = archive.index(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no index here"), "{}", stderr(&output));
    let output = archive.index(&["--rebuild"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("PATH"), "{}", stderr(&output));
}

#[test]
fn a_second_indexer_at_once() {
    let archive = Archive::new();
    archive.write("in/good.txt", GOOD).index(&["in"]);
    let lock = std::fs::File::create(archive.path("index/.lock")).unwrap();
    lock.lock().unwrap();
    let output = archive.index(&["in"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("another svodka-index"), "{}", stderr(&output));
    assert_eq!(archive.search(&["насос"])["total"], 1, "readers are not kept out");
}

#[test]
fn queries_that_cannot_be_understood() {
    let archive = Archive::new();
    archive.write("in/good.txt", GOOD).index(&["in"]);
    for (query, message) in [("?!…", "no word"), ("«завод", "never closed"), ("(завод", "never closed")] {
        let output = archive.query(&["search", query]);
        assert_eq!(output.status.code(), Some(2), "{query}");
        let said = stderr(&output);
        assert!(said.contains(message) && said.contains("column"), "{query}: {said}");
    }
    let output = archive.query(&["search", "--from", "вчера"]);
    assert!(stderr(&output).contains("2025-03-04"), "{}", stderr(&output));
    let output = archive.query(&["facets", "автор"]);
    assert!(stderr(&output).contains("think_tank"), "{}", stderr(&output));
}

#[test]
fn an_erroneous_line_does_not_stop_a_batch() {
    let archive = Archive::new();
    archive.write("in/good.txt", GOOD).index(&["in"]);
    archive.write("queries", "насос\n\"насос\n{\"id\": 7, \"q\": \"завод\", \"limit\": 1}\n");
    let output = archive.query(&["batch", "queries", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let lines: Vec<serde_json::Value> = stdout(&output).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["total"], 1);
    assert!(lines[1]["error"].as_str().unwrap().contains("never closed"));
    assert_eq!((&lines[2]["id"], &lines[2]["total"]), (&serde_json::json!(7), &serde_json::json!(1)));
}

#[test]
fn what_an_article_says_cannot_move_the_cursor() {
    let archive = Archive::new();
    archive
        .write("in/evil.txt", "Заголовок\u{1b}[2J с ловушкой\nТекст \u{202e}наоборот и насос\u{7}.\n")
        .index(&["in"]);
    for arguments in [vec!["search", "насос", "--color", "always"], vec!["show", "evil.txt"]] {
        let shown = stdout(&archive.query(&arguments));
        assert!(!shown.contains("\u{1b}[2J") && !shown.contains('\u{202e}') && !shown.contains('\u{7}'), "{shown:?}");
    }
}

//! Keeping an index up to date: each rule by itself.

use super::archive::{Archive, article};
use std::{fs, time::Duration};

fn figures(report: &serde_json::Value) -> [u64; 7] {
    let files = &report["files"];
    [
        &report["added"],
        &report["changed"],
        &report["removed"],
        &files["read"],
        &files["unchanged"],
        &files["moved"],
        &files["gone"],
    ]
    .map(|figure| figure.as_u64().unwrap())
}

fn three() -> Archive {
    let archive = Archive::new();
    for number in 1..=3 {
        archive.write(&format!("{number}.txt"), article(number));
    }
    assert_eq!(figures(&archive.index(&[])), [3, 0, 0, 3, 0, 0, 0]);
    archive
}

#[test]
fn an_unchanged_file_is_not_read_again() {
    let archive = three();
    assert_eq!(figures(&archive.index(&[])), [0, 0, 0, 0, 3, 0, 0]);
    // Another time of change, the same bytes.
    let file = fs::File::options().write(true).open(archive.path("in/2.txt")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    assert_eq!(figures(&archive.index(&[])), [0, 0, 0, 0, 3, 0, 0]);
}

/// An index made by a program with other readers reads all its files again, once.
#[test]
fn files_are_read_again_when_the_readers_have_changed() {
    let archive = three();
    let mut manifest = archive.manifest();
    manifest["reading"] = 0.into();
    fs::write(archive.path("index/manifest.json"), manifest.to_string()).unwrap();
    assert!(archive.query(&["search", "мост"]).status.code() != Some(2), "it can be searched meanwhile");
    // Without their folder they are only marked.
    assert!(archive.run(&["--index", "index"]).status.success());
    assert_eq!(figures(&archive.index(&[])), [0, 0, 0, 3, 0, 0, 0]);
    assert_eq!(figures(&archive.index(&[])), [0, 0, 0, 0, 3, 0, 0]);
}

#[test]
fn a_change_of_the_same_size_right_after_reading_is_seen() {
    let archive = three();
    archive.write("2.txt", article(2).replace("три года", "два года"));
    assert_eq!(figures(&archive.index(&[]))[1], 1);
    assert!(archive.contents().articles.values().any(|a| a.text.contains("два года")));
}

/// What a file waited for goes, while that file itself has changed and is still to be read.
#[test]
fn a_file_read_for_two_reasons_is_read_once() {
    let archive = three();
    archive.write("4.txt", article(1));
    archive.index(&[]);
    archive.write("1.txt", article(11));
    archive.write("4.txt", article(14));
    assert_eq!(figures(&archive.index(&[])), [1, 1, 0, 2, 2, 0, 0]);
    assert_eq!(archive.contents(), archive.built_in_one_go());
}

/// A file with a new article and one that waits; what that waited for goes later in the same run.
#[test]
fn a_file_read_twice_in_a_run_is_written_once() {
    let archive = three();
    let line = |number| serde_json::json!({ "text": article(number) }).to_string();
    archive.write("0.jsonl", [line(1), line(21)].join("\n"));
    archive.write("1.txt", article(11));
    assert_eq!(figures(&archive.index(&[])), [2, 1, 0, 3, 2, 0, 0]);
    archive.contents().assert_once();
    assert_eq!(archive.contents(), archive.built_in_one_go());
}

#[test]
fn changed_and_vanished_files() {
    let archive = three();
    archive.write("1.txt", article(11));
    archive.remove("2.txt");
    assert_eq!(figures(&archive.index(&["--keep-missing"])), [0, 1, 0, 1, 1, 0, 0]);
    assert_eq!(archive.contents().articles.len(), 3);
    assert_eq!(figures(&archive.index(&[])), [0, 0, 1, 0, 2, 0, 1]);
    assert_eq!(archive.contents(), archive.built_in_one_go());
}

#[test]
fn only_the_folders_given_are_looked_at() {
    let archive = Archive::new();
    archive.write("а/1.txt", article(1));
    archive.write("б/2.txt", article(2));
    archive.index(&[]);
    archive.remove("а/1.txt");
    assert!(archive.run(&["in/б"]).status.success());
    assert_eq!(archive.contents().articles.len(), 2, "the other folder was not looked at");
    archive.index(&[]);
    assert_eq!(archive.contents().articles.len(), 1);
}

#[test]
fn records_that_vanish_from_a_file_are_removed() {
    let archive = Archive::new();
    let line = |id: u64| serde_json::json!({"id": id.to_string(), "text": article(id)}).to_string();
    let nameless = |n: u64| serde_json::json!({"text": article(n)}).to_string();
    archive.write("a.jsonl", [line(1), line(2), nameless(3), nameless(4)].join("\n"));
    archive.index(&[]);
    let ids: Vec<String> = archive.contents().articles.into_keys().collect();
    assert!(ids.contains(&"1".to_owned()) && ids.len() == 4);
    // A line less, another order: what is left keeps its ids.
    archive.write("a.jsonl", [nameless(4), line(2), nameless(3)].join("\n"));
    let figures = figures(&archive.index(&[]));
    assert_eq!((figures[0], figures[2]), (0, 1), "{figures:?}");
    let left = archive.contents();
    assert!(left.articles.keys().all(|id| ids.contains(id)) && left.articles.len() == 3);
    assert_eq!(left, archive.built_in_one_go());
}

#[test]
fn a_moved_file_keeps_its_ids() {
    let archive = three();
    let before: Vec<String> = archive.contents().articles.into_keys().collect();
    archive.rename("2.txt", "новое/два.txt");
    let figures = figures(&archive.index(&[]));
    assert_eq!((figures[0], figures[2], figures[5], figures[6]), (0, 0, 1, 0), "{figures:?}");
    let contents = archive.contents();
    assert_eq!(contents.articles.keys().cloned().collect::<Vec<_>>(), before);
    assert!(contents.by_place().contains_key("in/новое/два.txt"));
    // Its old place is free for another article, which is another one.
    archive.write("2.txt", article(22));
    archive.index(&[]);
    let contents = archive.contents();
    assert_eq!((contents.articles.len(), contents.by_place().len()), (4, 4));
    assert!(before.iter().all(|id| contents.articles.contains_key(id)));
    archive.index(&[]);
    assert_eq!(archive.contents(), contents);
}

#[test]
fn the_same_text_stands_once_with_all_its_paths() {
    let archive = Archive::new();
    archive.write("1.txt", article(1));
    archive.write("копия/1.txt", article(1));
    archive.write("2.txt", article(2));
    let report = archive.index(&[]);
    assert_eq!((&report["added"], &report["duplicates"]), (&2.into(), &1.into()));
    let paths = |word: &str| {
        let output = archive.query(&["search", word, "--json"]);
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["total"], 1);
        let id = found["hits"][0]["id"].as_str().unwrap().to_owned();
        let shown = archive.query(&["show", &id, "--json"]);
        serde_json::from_slice::<serde_json::Value>(&shown.stdout).unwrap()["paths"].clone()
    };
    assert_eq!(paths("\"номером 1\""), serde_json::json!(["in/1.txt", "in/копия/1.txt"]));
    assert!(archive.query(&["show", "in/копия/1.txt"]).status.success(), "both paths find it");
    // One of them goes: the other still has it, whichever it was.
    archive.remove("1.txt");
    archive.index(&[]);
    assert_eq!(archive.contents().classes(), archive.built_in_one_go().classes());
    archive.write("1.txt", article(1));
    archive.index(&[]);
    archive.remove("копия/1.txt");
    archive.index(&[]);
    assert_eq!(archive.contents().classes(), archive.built_in_one_go().classes());
    assert_eq!(archive.contents().articles.len(), 2);
}

#[test]
fn the_same_address_stands_once_with_all_its_paths() {
    let archive = Archive::new();
    let page = |n: u64, address: &str| {
        format!(
            "<html><head><link rel=\"canonical\" href=\"{address}\"></head><body><p>{}</p></body></html>",
            article(n)
        )
    };
    archive.write("1.html", page(1, "https://vestnik.example/a"));
    archive.write("2.html", page(2, "http://www.vestnik.example/a/?utm_source=rss"));
    archive.write("3.html", page(3, "https://vestnik.example/"));
    archive.write("4.html", page(4, "https://vestnik.example/"));
    archive.index(&[]);
    let contents = archive.contents();
    assert_eq!(contents.articles.len(), 3, "a front page is nobody's address");
    let first = contents.articles.values().find(|a| a.path == "in/1.html").unwrap();
    assert_eq!(first.also, ["in/2.html"]);
    archive.write("1.html", page(1, "https://vestnik.example/b"));
    archive.index(&[]);
    assert_eq!(archive.contents().articles.len(), 4, "no longer the same");
    assert_eq!(archive.contents(), archive.built_in_one_go());
}

#[test]
fn what_was_refused_stays_refused_until_it_is_retried() {
    let archive = Archive::new();
    archive.write("1.txt", article(1));
    archive.write("2.jsonl", "{\"text\": \"Новость о дожде.\"}\n{\"text\":\n");
    let failures = || fs::read_to_string(archive.path("index/failures.jsonl")).unwrap();
    for arguments in [&[][..], &[]] {
        let output = archive.run(&[&["in"], arguments].concat());
        assert_eq!(output.status.code(), Some(1));
        assert!(failures().contains("2.jsonl:2"), "{}", failures());
    }
    assert_eq!(figures(&archive.index(&["--retry-failed"]))[3], 1);
    archive.write("2.jsonl", "{\"text\": \"Новость о дожде.\"}\n");
    assert_eq!(archive.run(&["in"]).status.code(), Some(0));
    assert_eq!(failures(), "");
}

#[test]
fn since_reads_only_what_changed_since() {
    let archive = Archive::new();
    archive.write("old.txt", article(1));
    let file = fs::File::options().write(true).open(archive.path("in/old.txt")).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3 * 86_400)).unwrap();
    archive.write("new.txt", article(2));
    assert_eq!(figures(&archive.index(&["--since", "1d"]))[0], 1);
    assert_eq!(figures(&archive.index(&["--since", "4d"]))[0], 1);
    assert_eq!(archive.contents().articles.len(), 2);
}

#[test]
fn a_folder_is_followed() {
    let archive = three();
    let mut child = archive.start(&["in", "--watch", "--quiet"]);
    let wait_for = |articles: usize| {
        for _ in 0..150 {
            if archive.contents().articles.len() == articles {
                return true;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        false
    };
    std::thread::sleep(Duration::from_secs(2));
    archive.write("4.txt", article(4));
    let added = wait_for(4);
    archive.remove("1.txt");
    let removed = wait_for(3);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(added && removed);
}

#[test]
fn the_account_is_of_the_whole_index() {
    let archive = three();
    archive
        .write("a.jsonl", serde_json::json!({"text": article(7), "date": "2025-01-02", "outlet": "РБК"}).to_string());
    archive.write(
        "b.html",
        format!("<html><meta property=\"og:site_name\" content=\"Вестник\"><p>{}</p></html>", article(8)),
    );
    let koi8 = svodka_read::encoding::Charset::Koi8R.encode(&article(9).replace('№', "N")).0;
    archive.write("k.txt", koi8);
    archive.write("bad.pdf", b"%PDF-1.4");
    archive.index(&[]);
    let output = archive.query(&["stats", "--ingest", "--json"]);
    let account: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(account["formats"], serde_json::json!({"text": 4, "json lines": 1, "html": 1}), "{account}");
    assert_eq!(account["encodings"]["koi8-r"], 1, "{account}");
    assert_eq!(account["dates"]["field"], 1, "{account}");
    assert_eq!(account["dates"]["opening"], 5, "{account}");
    assert_eq!(account["outlets"]["metadata"], 1, "{account}");
    assert_eq!(account["refused"]["reasons"], serde_json::json!({"damaged": 1}), "{account}");
    archive.remove("k.txt");
    archive.index(&[]);
    let output = archive.query(&["stats", "--ingest"]);
    let account = String::from_utf8(output.stdout).unwrap();
    assert!(account.contains("formats: text 3, "), "{account}");
}

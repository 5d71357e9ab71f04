//! An id counts within its source: which records of one id are one article, and which stand.
//!
//! An archive is written as text: a line with a file's name, then its records, `id | text | date | url | outlet | title`,
//! with `-` for what is not there. The articles of the index are written the same way: `path#id | text`.

use super::archive::Archive;
use serde_json::Value;
use std::{thread::sleep, time::Duration};
use svodka_store::Index;

/// Writes what stands under the names of files.
fn write(archive: &Archive, files: &str) {
    let mut file = None;
    let mut records: Vec<String> = Vec::new();
    let put = |file: &mut Option<String>, records: &mut Vec<String>, next: Option<String>| {
        if let Some(name) = std::mem::replace(file, next) {
            archive.write(&name, records.join("\n"));
        }
        records.clear();
    };
    for line in files.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !line.contains('|') {
            put(&mut file, &mut records, Some(line.to_owned()));
            continue;
        }
        let values = line.split('|').map(str::trim);
        let fields = ["id", "text", "date", "url", "outlet", "title"].into_iter().zip(values);
        let record: serde_json::Map<String, Value> =
            fields.filter(|(_, value)| *value != "-").map(|(name, value)| (name.to_owned(), value.into())).collect();
        records.push(Value::from(record).to_string());
    }
    put(&mut file, &mut records, None);
}

/// The articles of an index.
fn articles(archive: &Archive, name: &str) -> Vec<String> {
    let index = Index::open(&archive.path(name)).unwrap();
    let searcher = index.searcher();
    let mut articles = Vec::new();
    for (ordinal, segment) in (0u32..).zip(searcher.segment_readers()) {
        for doc in segment.doc_ids_alive() {
            let article = index.article(&searcher, tantivy::DocAddress::new(ordinal, doc)).unwrap();
            articles.push(format!("{}#{} | {}", article.path.trim_start_matches("in/"), article.id, article.text));
        }
    }
    articles.sort();
    articles
}

fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> =
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    lines.sort();
    lines
}

/// The index holds what is written here, as does one that is built in one go; another run changes nothing.
fn assert_articles(archive: &Archive, expected: &str) {
    let report = archive.index(&[]);
    assert_eq!(articles(archive, "index"), lines(expected), "{report}");
    let again = archive.index(&[]);
    assert_eq!([&again["added"], &again["changed"], &again["removed"]], [0, 0, 0], "{again}");
    archive.built_in_one_go();
    assert_eq!(articles(archive, "fresh"), lines(expected), "built in one go");
    let check = archive.query(&["check"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

const TWO_CHANNELS: &str = "
    заречный.jsonl
    1 | В Заречном открыли мост, сообщает Интерфакс. | 2025-03-01
    2 | Завод «Луч» начал выпуск насосов. | 2025-03-02
    3 | На рынке подешевели яблоки. | 2025-03-03
    степной.jsonl
    1 | В степи выпал снег, сообщает ТАСС. | 2025-03-01
    2 | Чабаны ищут отару. | 2025-03-02
    3 | В Степном построят элеватор. | 2025-03-03
";

const SIX: &str = "
    заречный.jsonl:1#1 | В Заречном открыли мост, сообщает Интерфакс.
    заречный.jsonl:2#2 | Завод «Луч» начал выпуск насосов.
    заречный.jsonl:3#3 | На рынке подешевели яблоки.
    степной.jsonl:1#1 | В степи выпал снег, сообщает ТАСС.
    степной.jsonl:2#2 | Чабаны ищут отару.
    степной.jsonl:3#3 | В Степном построят элеватор.
";

#[test]
fn two_files_with_the_same_ids_are_six_articles() {
    let archive = Archive::new();
    write(&archive, TWO_CHANNELS);
    assert_articles(&archive, SIX);
    let report = archive.index(&["--rebuild"]);
    assert_eq!((&report["repeated"], &report["shared_ids"]), (&0.into(), &3.into()), "{report}");
    // They are named with their source, and one without is told how.
    let show = |name: &str| {
        let output = archive.query(&["show", name, "--json"]);
        let article: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (article["text"].as_str().map(str::to_owned), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (found, said) = show("2");
    assert_eq!(found, None);
    assert!(said.contains("«in/заречный.jsonl:2#2», «in/степной.jsonl:2#2»"), "{said}");
    for name in ["in/степной.jsonl:2#2", "in/степной.jsonl#2", "степной.jsonl#2"] {
        assert_eq!(show(name).0.as_deref(), Some("Чабаны ищут отару."), "{name}");
    }
    assert!(show("пустой.jsonl#2").1.contains("no article"));
}

#[test]
fn they_stay_through_every_change_of_the_files() {
    let archive = Archive::new();
    write(&archive, TWO_CHANNELS);
    assert_articles(&archive, SIX);
    // One goes and comes back.
    archive.rename("заречный.jsonl", "../away.jsonl");
    let left = SIX.lines().filter(|line| line.contains("степной")).collect::<Vec<_>>().join("\n");
    assert_articles(&archive, &left);
    archive.rename("../away.jsonl", "заречный.jsonl");
    assert_articles(&archive, SIX);
    // One moves.
    archive.rename("степной.jsonl", "архив/я.jsonl");
    assert_articles(&archive, &SIX.replace("степной.jsonl", "архив/я.jsonl"));
    // One is changed: its first record goes, another is edited, one is added.
    write(
        &archive,
        "архив/я.jsonl
         2 | Чабаны нашли отару. | 2025-03-02
         3 | В Степном построят элеватор. | 2025-03-03
         4 | Снег растаял. | 2025-03-04",
    );
    assert_articles(
        &archive,
        "заречный.jsonl:1#1 | В Заречном открыли мост, сообщает Интерфакс.
         заречный.jsonl:2#2 | Завод «Луч» начал выпуск насосов.
         заречный.jsonl:3#3 | На рынке подешевели яблоки.
         архив/я.jsonl:1#2 | Чабаны нашли отару.
         архив/я.jsonl:2#3 | В Степном построят элеватор.
         архив/я.jsonl:3#4 | Снег растаял.",
    );
}

#[test]
fn a_newer_export_replaces_an_older_one() {
    let archive = Archive::new();
    write(
        &archive,
        "1-старый.jsonl
         1 | Мост открыли. | 2025-03-01 | https://zarechny.example/1
         2 | Завод начал выпуск. | 2025-03-02 | - | Вестник Степи | Завод «Луч»
         3 | На рынке подешевели яблоки. | 2025-03-03
         4 | Чабаны ищут отару. | 2025-03-04
         2-новый.jsonl
         1 | Мост открыли в субботу. | 2025-03-01 | http://www.zarechny.example/1/
         2 | Завод начал выпуск насосов, исправлено. | 2025-03-02 | - | Вестник Степи | Завод «Луч»
         3 | На рынке подешевели яблоки. | 2025-03-03
         4 | В степи выпал снег. | 2025-03-04",
    );
    let newer = "2-новый.jsonl:1#1 | Мост открыли в субботу.
         2-новый.jsonl:2#2 | Завод начал выпуск насосов, исправлено.
         2-новый.jsonl:3#3 | На рынке подешевели яблоки.
         1-старый.jsonl:4#4 | Чабаны ищут отару.
         2-новый.jsonl:4#4 | В степи выпал снег.";
    assert_articles(&archive, newer);
    let report = archive.index(&["--rebuild"]);
    assert_eq!((&report["repeated"], &report["shared_ids"]), (&3.into(), &1.into()), "{report}");
    // The newest of three, over an article that shares its id with another one.
    write(
        &archive,
        "3-новейший.jsonl
         4 | В степи выпал снег. | 2025-03-04 | https://step.example/4",
    );
    assert_articles(&archive, &newer.replace("2-новый.jsonl:4#4", "3-новейший.jsonl:1#4"));
    // When it goes, the one before is there again.
    archive.remove("3-новейший.jsonl");
    assert_articles(&archive, newer);
    archive.remove("2-новый.jsonl");
    assert_articles(
        &archive,
        "1-старый.jsonl:1#1 | Мост открыли.
         1-старый.jsonl:2#2 | Завод начал выпуск.
         1-старый.jsonl:3#3 | На рынке подешевели яблоки.
         1-старый.jsonl:4#4 | Чабаны ищут отару.",
    );
}

#[test]
fn one_file_may_use_an_id_many_times() {
    let archive = Archive::new();
    write(
        &archive,
        "посты.jsonl
         0 | Мост открыли. | -
         0 | Чабаны ищут отару. | -
         0 | В степи выпал снег. | -
         0 | Мост открыли. | -
         7 | Рынок. | - | https://a.example/1
         7 | Рынок. | - | https://b.example/1",
    );
    let all = "посты.jsonl:2#0 | Чабаны ищут отару.
         посты.jsonl:3#0 | В степи выпал снег.
         посты.jsonl:4#0 | Мост открыли.
         посты.jsonl:5#7 | Рынок.
         посты.jsonl:6#7 | Рынок.";
    assert_articles(&archive, all);
    // Another order of the records, and a file beside it, change no article.
    write(
        &archive,
        "посты.jsonl
         0 | В степи выпал снег. | -
         7 | Рынок. | - | https://b.example/1
         0 | Чабаны ищут отару. | -
         0 | Мост открыли. | -
         а.jsonl
         0 | Яблоки дешевеют. | -",
    );
    assert_articles(
        &archive,
        "а.jsonl:1#0 | Яблоки дешевеют.
         посты.jsonl:1#0 | В степи выпал снег.
         посты.jsonl:2#7 | Рынок.
         посты.jsonl:3#0 | Чабаны ищут отару.
         посты.jsonl:4#0 | Мост открыли.",
    );
    let output = archive.query(&["show", "посты.jsonl#0"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("«in/посты.jsonl:3#0»"));
}

#[test]
fn ids_of_records_are_never_merged_with_each_other() {
    let archive = Archive::new();
    write(
        &archive,
        "а.jsonl
         x | Мост через реку открыли. | -
         y | Мост через реку открыли. | -",
    );
    archive.write("в.txt", "Мост через реку открыли.");
    assert_articles(
        &archive,
        "а.jsonl:1#x | Мост через реку открыли.
         а.jsonl:2#y | Мост через реку открыли.",
    );
}

/// Kills at random moments lose and double nothing.
#[test]
fn they_stay_through_kills() {
    let archive = Archive::new();
    let mut expected = Vec::new();
    for channel in 0..4 {
        let records: Vec<String> = (0..60)
            .map(|id| {
                let text = format!("Канал {channel} сообщает новость под номером {id}.");
                expected.push(format!("{channel}.jsonl:{}#{id} | {text}", id + 1));
                serde_json::json!({"id": id, "text": text}).to_string()
            })
            .collect();
        archive.write(&format!("{channel}.jsonl"), records.join("\n"));
    }
    for round in 0..6 {
        let mut child = archive.start(&["in", "--quiet", "--commit-every", "17"]);
        sleep(Duration::from_millis(250 + 90 * round));
        let _ = child.kill();
        child.wait().unwrap();
        // The next run reads one of the files again.
        let name = format!("{}.jsonl", round % 4);
        let text = std::fs::read_to_string(archive.path("in").join(&name)).unwrap();
        archive.write(&name, if text.ends_with('\n') { text.trim_end().to_owned() } else { format!("{text}\n") });
    }
    assert_articles(&archive, &expected.join("\n"));
}

//! Indexes of an earlier version: brought up to date from what they store they equal one that is built from the files,
//! whenever the run is killed.

use super::archive::{Archive, Contents, Random, article, is_heavy};
use std::{collections::BTreeMap, fs, path::Path, thread::sleep, time::Duration};
use svodka_ingest::{BuildOptions, build};
use svodka_store::{Fields, Index, extraction_lexicon};
use tantivy::{
    DocSet, TERMINATED,
    schema::{Field, IndexRecordOption},
};

/// Dictionaries of «an earlier version»: other names for outlets and countries, one name unknown, one more known.
const OTHER_NAMES: &str = r#"
[[add]]
name = "Другая газета"
kind = "media"
aliases = ["Вестник"]
domains = ["vestnik.example"]

[[rename]]
name = "Турция"
to = "Турецкая Республика"

[[rename]]
name = "РБК"
to = "Росбизнесконсалтинг"

[[block]]
name = "Индия"
"#;

/// Records whose outlet, date, title and id come from everywhere they can come from, with lines that repeat.
fn fill(archive: &Archive) {
    for number in 0..12 {
        archive.write(&format!("{number}.txt"), article(number));
    }
    let footer = "Больше новостей экономики читайте на нашем сайте";
    for number in 100..125 {
        let text = format!("{}\n{footer}\n", article(number));
        let line = match number % 5 {
            0 => {
                serde_json::json!({"text": text, "url": format!("https://www.rbc.ru/2025/03/05/{number}"), "date": "05.03.2025 10:00"})
            }
            1 => {
                serde_json::json!({"id": format!("n{number}"), "text": text, "source": "t.me/rbc_news", "title": " Порт  открыт "})
            }
            2 => {
                serde_json::json!({"text": text, "source": "ТАСС", "date": "вчера", "author": "И. Иванов", "language": "ru-RU"})
            }
            3 => serde_json::json!({"text": text, "url": format!("https://vestnik.example/{number}"), "title": ""}),
            _ => serde_json::json!({"text": text, "source": "Вестник"}),
        };
        let file = archive.path("in").join("tass.ru/2024/новости.jsonl");
        let before = fs::read_to_string(&file).unwrap_or_default();
        archive.write("tass.ru/2024/новости.jsonl", format!("{before}{line}\n"));
    }
    // Duplicates, in other places.
    archive.write("копии/1.txt", article(1));
    archive.write("копии/2.txt", article(2));
}

/// Every term of every field with the number of its articles, over all segments.
fn terms(place: &Path) -> BTreeMap<(Field, Vec<u8>), u64> {
    let index = Index::open(place).unwrap();
    let (schema, _) = Fields::build();
    let mut counts = BTreeMap::new();
    for segment in index.searcher().segment_readers() {
        for (field, _) in schema.fields().filter(|(_, entry)| entry.is_indexed()) {
            let inverted = segment.inverted_index(field).unwrap();
            let mut terms = inverted.terms().stream().unwrap();
            while terms.advance() {
                let mut postings =
                    inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic).unwrap();
                while postings.doc() != TERMINATED {
                    if !segment.is_deleted(postings.doc()) {
                        *counts.entry((field, terms.key().to_vec())).or_default() += 1;
                    }
                    postings.advance();
                }
            }
        }
    }
    counts
}

#[test]
fn articles_are_those_of_a_rebuild_though_their_files_are_gone() {
    let archive = Archive::new();
    fill(&archive);
    let fresh = archive.built_in_one_go();
    let names = extraction_lexicon(OTHER_NAMES).unwrap();
    // As an earlier version would have made it: the same files, extracted with other dictionaries.
    let input = archive.path("in");
    let options = BuildOptions::new(vec![input.clone()], archive.path("index"));
    build(&options, names, &mut |_| {}).unwrap();
    let before = archive.contents();
    let differ = before.articles.values().filter(|a| fresh.articles.values().all(|b| b.entities != a.entities)).count();
    assert!(differ > 5, "the other dictionaries change {differ} articles only");
    archive.age();
    fs::rename(&input, archive.path("gone")).unwrap();
    let report = archive.run(&["--json", "--index", "index"]);
    assert!(report.status.success(), "{}", String::from_utf8_lossy(&report.stderr));
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["upgraded"], before.articles.len());
    fs::rename(archive.path("gone"), &input).unwrap();
    let after = archive.contents();
    let paths = |contents: &Contents| -> Vec<String> { contents.articles.values().map(|a| a.path.clone()).collect() };
    // The library was given absolute paths, the program relative ones.
    let root = format!("{}/", archive.path("").display()).replace("//", "/");
    let shown = |mut contents: Contents| {
        for article in contents.articles.values_mut() {
            article.path = article.path.replace(&root, "");
            article.also = article.also.iter().map(|path| path.replace(&root, "")).collect();
        }
        contents
    };
    assert_eq!(paths(&before), paths(&after));
    let (after, fresh) = (shown(after), shown(fresh));
    for (id, article) in &fresh.articles {
        assert_eq!(after.articles.get(id), Some(article), "{id}");
    }
    assert_eq!(after, fresh);
    let paths_field = Fields::build().1.path;
    let words = |place: &str| {
        let mut terms = terms(&archive.path(place));
        terms.retain(|(field, _), _| *field != paths_field);
        terms
    };
    assert_eq!(words("index"), words("fresh"));
    let check = archive.query(&["check"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    // And it is an index like any other from then on.
    assert_eq!(archive.index(&[])["upgraded"], 0);
    assert_eq!(archive.left_over(), [""; 0]);
}

#[test]
fn a_killed_upgrade_is_resumed() {
    let rounds = if is_heavy() { 60 } else { 6 };
    let mut random = Random::new(20_261_130);
    let archive = Archive::new();
    fill(&archive);
    (200..320).for_each(|n| archive.write(&format!("много/{n}.txt"), article(n)));
    archive.index(&[]);
    archive.built_in_one_go();
    let mut killed = 0;
    for round in 0..rounds {
        archive.age();
        let changed = random.below(3) == 0;
        if changed {
            archive.write("много/200.txt", article(1000 + round));
        }
        for _ in 0..=random.below(3) {
            let arguments =
                if random.below(2) == 0 { &["--index", "index", "--quiet"][..] } else { &["in", "--quiet"] };
            let mut child = archive.start(arguments);
            sleep(Duration::from_millis(random.below(900)));
            killed += u64::from(child.try_wait().unwrap().is_none());
            // It may have ended by itself meanwhile.
            let _ = child.kill();
            child.wait().unwrap();
            // The manifest names segments that are whole, of the earlier version or of this one.
            let place = archive.path("index");
            let segments = place.join(archive.manifest()["segments"].as_str().unwrap());
            let index = svodka_store::open::open_segments(&segments).unwrap();
            assert!(index.reader().unwrap().searcher().num_docs() >= 150, "round {round}");
        }
        archive.index(&[]);
        let contents = archive.contents();
        contents.assert_once();
        let expected = if changed { archive.built_in_one_go() } else { Contents::of(&archive.path("fresh")) };
        assert_eq!(contents, expected, "round {round}");
        assert_eq!(archive.left_over(), [""; 0], "round {round}");
    }
    println!("{rounds} rounds, {killed} upgrades killed at work");
    assert!(killed * 3 >= rounds, "only {killed} of {rounds} were killed at work: the moments are badly chosen");
}

#[test]
#[cfg(unix)]
fn a_stopped_upgrade_leaves_the_index_as_it_was() {
    let archive = Archive::new();
    (0..600).for_each(|n| archive.write(&format!("{n}.txt"), article(n)));
    archive.index(&[]);
    archive.age();
    let before = archive.manifest();
    let child = archive.start(&["in"]);
    // The new segments are begun with the upgrade.
    while fs::read_dir(archive.path("index")).unwrap().flatten().count() < 6 && archive.manifest() == before {
        sleep(Duration::from_millis(2));
    }
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("run the same command again"), "{said}");
    assert_eq!(archive.manifest(), before);
    assert_eq!(archive.index(&[])["upgraded"], 600);
}

//! Saved searches: which new articles the indexer tells of, exactly once, whatever happens.

use super::harness::{Archive, stderr, stdout};
use serde_json::Value;
use std::{collections::BTreeMap, fs};

fn article(number: u64, text: &str) -> String {
    let date = 1 + number % 28;
    serde_json::json!({"id": format!("a{number}"), "title": format!("Новость {number}"), "text": text,
        "date": format!("2025-03-{date:02}"), "outlet": if number.is_multiple_of(2) { "РБК" } else { "ТАСС" }})
    .to_string()
}

/// An archive with one article, and these searches.
fn archive(searches: &[&[&str]]) -> Archive {
    let archive = Archive::new();
    archive.write("in/0.jsonl", article(0, "Порт закрыт. Суда стоят."));
    ok(&archive, &["in"]);
    for search in searches {
        let output = archive.query(&[&["watch", "add"], *search].concat());
        assert!(output.status.success(), "{}", stderr(&output));
    }
    archive
}

/// What a successful run of the indexer prints.
fn ok(archive: &Archive, arguments: &[&str]) -> String {
    let output = archive.index(arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

/// What a run tells: searches and ids of articles.
fn told(archive: &Archive, arguments: &[&str]) -> Vec<(String, String)> {
    let printed = ok(archive, &[&["in", "--quiet", "--alerts", "jsonl"], arguments].concat());
    pairs(&printed)
}

fn pairs(lines: &str) -> Vec<(String, String)> {
    let pair = |line: &str| {
        let found: Value = serde_json::from_str(line).unwrap();
        (found["search"].as_str().unwrap().to_owned(), found["id"].as_str().unwrap().to_owned())
    };
    let mut pairs: Vec<_> = lines.lines().map(pair).collect();
    pairs.sort();
    pairs
}

fn expected(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(search, id)| ((*search).to_owned(), (*id).to_owned())).collect()
}

#[test]
fn new_articles_are_told_of_once() {
    let archive = archive(&[
        &["Порты", "порты"],
        &["РБК о судах", "суда", "--outlet", "РБК"],
        // Nothing in the archive is called so yet.
        &["Институт", "--think-tank", "Институт ромашек и газонов"],
        &["Или", "cited:Reuters OR снег"],
    ]);
    assert_eq!(told(&archive, &[]), expected(&[]));
    archive.write("in/1.jsonl", [article(1, "В порту снег."), article(2, "Суда вышли из порта.")].join("\n"));
    archive.write("in/2.txt", "Завод открыли, сообщает Reuters.");
    let first = told(&archive, &["--commit-every", "1"]);
    let texts: Vec<(&str, &str)> = first.iter().map(|(search, id)| (search.as_str(), id.as_str())).collect();
    assert_eq!(texts.len(), 5, "{texts:?}");
    for pair in [("Порты", "a1"), ("Порты", "a2"), ("РБК о судах", "a2"), ("Или", "a1")] {
        assert!(texts.contains(&pair), "{pair:?} {texts:?}");
    }
    assert_eq!(told(&archive, &[]), expected(&[]));
    // A changed article is not a new one, nor is one that went and came back.
    archive.write("in/1.jsonl", [article(1, "В порту снег и лёд."), article(2, "Суда вышли из порта.")].join("\n"));
    assert_eq!(told(&archive, &[]), expected(&[]));
    fs::rename(archive.path("in/1.jsonl"), archive.path("1.jsonl")).unwrap();
    assert_eq!(told(&archive, &[]), expected(&[]));
    fs::rename(archive.path("1.jsonl"), archive.path("in/1.jsonl")).unwrap();
    assert_eq!(told(&archive, &[]), expected(&[]));
    // A rebuild tells what is new in it, and nothing else.
    archive.write("in/3.jsonl", article(3, "Порт, порт."));
    assert_eq!(told(&archive, &["--rebuild"]), expected(&[("Порты", "a3")]));
    assert_eq!(told(&archive, &["--rebuild"]), expected(&[]));
    // The same after the index was brought up to date with another version of the program.
    let path = archive.path("index/manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["data"] = "of an earlier version".into();
    fs::write(&path, manifest.to_string()).unwrap();
    archive.write("in/4.jsonl", article(4, "Порт, порт, порт."));
    assert_eq!(told(&archive, &[]), expected(&[("Порты", "a4")]));
    assert_eq!(archive.query(&["watch", "show", "--json", "--limit", "100"]).status.code(), Some(0));
    let all = pairs(&stdout(&archive.query(&["watch", "show", "--json", "--limit", "100"])));
    assert_eq!(all.len(), 7);
}

#[test]
fn a_search_tells_what_comes_after_it() {
    let archive = archive(&[&["A", "порт"]]);
    archive.write("in/1.jsonl", article(1, "Порт открыт."));
    assert_eq!(told(&archive, &[]), expected(&[("A", "a1")]));
    let added = archive.query(&["watch", "add", "Б", "порт", "--no-outlet", "ТАСС"]);
    assert!(stderr(&added).contains("«Б» saved; 1 articles match it now"), "{}", stderr(&added));
    archive.write("in/2.jsonl", article(2, "Порт открыт снова."));
    assert_eq!(told(&archive, &[]), expected(&[("A", "a2"), ("Б", "a2")]));
    // A renamed search keeps what was found under its old name.
    assert!(archive.query(&["watch", "rename", "A", "Я"]).status.success());
    archive.write("in/3.jsonl", article(3, "Порт открыт вновь."));
    assert_eq!(told(&archive, &[]), expected(&[("Я", "a3")]));
    let shown = pairs(&stdout(&archive.query(&["watch", "show", "Я", "--json"])));
    assert_eq!(shown, expected(&[("A", "a1"), ("A", "a2"), ("Я", "a3")]));
    let list: Vec<Value> = stdout(&archive.query(&["watch", "list", "--json"]))
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((&list[0]["name"], &list[0]["found"]), (&"Я".into(), &3.into()));
    assert_eq!(list[1]["search"], serde_json::json!({"q": ["порт"], "no_outlet": ["ТАСС"]}));
    assert!(archive.query(&["watch", "remove", "Я"]).status.success());
    archive.write("in/4.jsonl", article(4, "Порт открыт опять."));
    assert_eq!(told(&archive, &[]), expected(&[("Б", "a4")]));
    let run = archive.query(&["watch", "run", "Б", "--ids"]);
    let mut ids: Vec<String> = stdout(&run).lines().map(str::to_owned).collect();
    ids.sort();
    assert_eq!(ids, ["a0", "a2", "a4"]);
    let new = |archive: &Archive| pairs(&stdout(&archive.query(&["watch", "new", "--json"]))).len();
    assert_eq!((new(&archive), new(&archive)), (5, 0));
}

#[cfg(unix)]
#[test]
fn a_command_gets_what_articles_say_as_it_is() {
    let archive = archive(&[&["Всё", "новость"]]);
    archive.write("tell", "#!/bin/sh\nprintf '%s|' \"$@\" >> told.txt\ncat >> told.jsonl\n");
    assert!(super::harness::shell(&archive.path("."), "chmod +x tell").status.success());
    let title = "Новость $(touch pwned); `id` {id} 'x' \"y\"";
    let line = serde_json::json!({"id": "a9", "title": title, "text": "Текст новости."}).to_string();
    archive.write("in/9.jsonl", line);
    let command = ["in", "--quiet", "--on-match", "./tell --title={title} 'два слова' {unknown} {search}"];
    ok(&archive, &command);
    let words = fs::read_to_string(archive.path("told.txt")).unwrap();
    assert_eq!(words, format!("--title={title}|два слова|{{unknown}}|Всё|"));
    assert!(!archive.path("pwned").try_exists().unwrap());
    assert_eq!(pairs(&fs::read_to_string(archive.path("told.jsonl")).unwrap()), expected(&[("Всё", "a9")]));
    ok(&archive, &command);
    assert_eq!(fs::read_to_string(archive.path("told.txt")).unwrap(), words);
    // What a command fails for it gets again.
    archive.write("in/10.jsonl", [article(10, "Новость о порте."), article(11, "Новость о снеге.")].join("\n"));
    let failed = archive.index(&["in", "--quiet", "--on-match", "false"]);
    assert_eq!(failed.status.code(), Some(2));
    assert!(stderr(&failed).contains("`false` ended with exit status: 1"), "{}", stderr(&failed));
    ok(&archive, &command);
    let told = pairs(&fs::read_to_string(archive.path("told.jsonl")).unwrap());
    assert_eq!(told, expected(&[("Всё", "a10"), ("Всё", "a11"), ("Всё", "a9")]));
    let failed = archive.index(&["in", "--on-match", "tell 'it"]);
    assert!(stderr(&failed).contains("a quotation mark must be closed"), "{}", stderr(&failed));
}

#[test]
fn a_feed_file_has_the_latest_matches() {
    let archive = archive(&[&["Порты", "порт"]]);
    archive.write("in/1.jsonl", [article(1, "Порт <b>открыт</b> & ждёт."), article(3, "Снег.")].join("\n"));
    ok(&archive, &["in", "--feed", "new.atom"]);
    let feed = fs::read_to_string(archive.path("new.atom")).unwrap();
    assert_eq!((feed.matches("<entry>").count(), feed.matches("<title>Новость 1</title>").count()), (1, 1), "{feed}");
    assert_eq!(stdout(&archive.query(&["watch", "show", "--atom"])), feed);
    // The feed can be read back as one.
    let read = archive.dry_run(&["new.atom"]);
    assert_eq!(read[0]["title"], "Новость 1");
}

#[cfg(feature = "serve")]
#[test]
fn a_server_has_lists_matches_and_feeds() {
    use super::serve::{Server, encoded};
    let archive = archive(&[&["Порты", "порт"], &["Снег", "снег", "--outlet", "ТАСС"]]);
    let server = Server::start(&archive, &[]);
    assert_eq!(server.json("/api/v1/matches"), serde_json::json!({"matches": [], "latest": 0}));
    archive.write("in/1.jsonl", [article(1, "Порт открыт."), article(3, "Снег в порту.")].join("\n"));
    assert_eq!(told(&archive, &[]).len(), 3);
    let ids = |address: &str| super::harness::strings(&server.json(address)["matches"], "id");
    assert_eq!(ids("/api/v1/matches?limit=2"), ["a3", "a3"]);
    assert_eq!(ids("/api/v1/matches?after=2"), ["a3"]);
    assert_eq!(ids(&format!("/api/v1/matches?search={}", encoded("Порты"))), ["a3", "a1"]);
    let list = server.json("/api/v1/searches");
    assert_eq!((&list["latest"], &list["searches"][0]["found"]), (&3.into(), &2.into()));
    assert_eq!(list["searches"][1]["search"], serde_json::json!({"q": ["снег"], "outlet": ["ТАСС"]}));
    let feed = server.get("/feed.atom");
    assert_eq!(feed.body.matches("<entry>").count(), 3, "{}", feed.body);
    let feed = server.get(&format!("/feed.atom?search={}", encoded("Снег")));
    assert_eq!(feed.body, stdout(&archive.query(&["watch", "show", "Снег", "--atom"])));
    assert_eq!(server.get("/feed.atom?search=none").status, 404);
}

#[test]
fn mistakes_and_damage_are_told() {
    let archive = archive(&[&["Порты", "порт"]]);
    let said = |arguments: &[&str]| {
        let output = archive.query(&[&["watch"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        stderr(&output)
    };
    for (arguments, words) in [
        (&["add", "Порты", "x"][..], "there is a saved search «Порты» already"),
        (&["add", "Пусто"], "asks for nothing"),
        (&["add", "Криво", "(порт"], "svodka-query: "),
        (&["add", "", "x"], "needs a value"),
        (&["remove", "Порт"], "did you mean «Порты»?"),
        (&["show", "Снег"], "no saved search «Снег»"),
    ] {
        assert!(said(arguments).contains(words), "{arguments:?}: {}", said(arguments));
    }
    archive.write("in/1.jsonl", article(1, "Порт открыт."));
    assert_eq!(told(&archive, &[]).len(), 1);
    let searches = fs::read(archive.path("index/searches.toml")).unwrap();
    archive.write("index/searches.toml", "[[search]]\nname = \"A\"\ncolour = \"red\"\n");
    let output = archive.index(&["in"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("index/searches.toml:3: colour: there is no such parameter"),
        "{}",
        stderr(&output)
    );
    archive.write("index/searches.toml", &searches);
    for (file, content) in
        [("state.json", &b"{\"format\":1"[..]), ("matches.jsonl", b""), ("delivered.json", b"{\"printed\":999999}")]
    {
        let path = format!("index/alerts/{file}");
        let before = fs::read(archive.path(&path)).unwrap();
        archive.write(&path, content);
        let output = archive.index(&["in"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{file}: {said}");
        assert!(said.contains(file) && said.contains("damaged") && said.contains("watch reset"), "{file}: {said}");
        archive.write(&path, before);
    }
    archive.write("index/alerts/state.json", "nonsense");
    assert!(archive.query(&["watch", "reset"]).status.success());
    assert_eq!(told(&archive, &[]), expected(&[]));
    archive.write("in/2.jsonl", article(2, "Порт снова открыт."));
    assert_eq!(told(&archive, &[]), expected(&[("Порты", "a2")]));
}

/// A search has told of an article exactly when it finds the article and the search was there before it.
#[test]
fn a_thousand_searches_tell_what_they_find() {
    let archive = archive(&[]);
    let words = ["порт", "завод", "мост", "вокзал", "музей", "Китай", "Индия", "Лавров", "снег", "суда"];
    let mut file = String::new();
    for number in 0..1000 {
        let (a, b) = (words[number % 10], words[number / 10 % 10]);
        let query = match number / 100 % 5 {
            0 => format!("{a} {b}"),
            1 => format!("{a} OR {b}"),
            2 => format!("{a} -{b}"),
            3 => format!("\\\"{a} {b}\\\""),
            _ => format!("{a} NEAR/5 {b}"),
        };
        file.push_str(&format!("[[search]]\nname = \"{number}\"\nq = \"{query}\"\n"));
        if number % 7 == 0 {
            file.push_str("outlet = [\"РБК\"]\n");
        }
    }
    archive.write("index/searches.toml", file);
    let started = std::time::Instant::now();
    assert_eq!(told(&archive, &[]), expected(&[]));
    let idle = started.elapsed();
    let lines: Vec<String> = (1..120).map(|number| article(number, &super::crash::archive::article(number))).collect();
    archive.write("in/1.jsonl", lines.join("\n"));
    let started = std::time::Instant::now();
    let mut by_search: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (search, id) in told(&archive, &[]) {
        by_search.entry(search).or_default().push(id);
    }
    println!("1,000 searches: {:?} for 119 articles, {idle:?} for none", started.elapsed());
    assert!(by_search.len() > 200, "only {} searches found anything", by_search.len());
    for number in (0..1000).step_by(37) {
        let run = archive.query(&["watch", "run", &number.to_string(), "--ids", "--all"]);
        let mut found: Vec<String> = stdout(&run).lines().filter(|id| *id != "a0").map(str::to_owned).collect();
        found.sort();
        assert_eq!(by_search.get(&number.to_string()).cloned().unwrap_or_default(), found, "search {number}");
    }
}

//! The query language: every example of its description, and what no query may do to the program.

use super::harness::{Archive, root, stderr, strings};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof};
use proptest::test_runner::TestRunner;
use std::sync::LazyLock;
use svodka::{
    index::{BuildOptions, Index, build},
    names::Lexicon,
    query::{Request, SearchEngine, parse},
};

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
    assert!(examples.len() >= 57, "{}", examples.len());
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

/// Query text: examples with a few characters changed, the language's own marks in any order, or anything at all.
fn query_text() -> impl Strategy<Value = String> {
    let examples: Vec<String> = examples().into_iter().map(|(query, _)| query).collect();
    let marks = prop::sample::select(vec![
        "AND",
        "OR",
        "НЕ",
        "ИЛИ",
        "NEAR/3",
        "NEAR/S",
        "РЯДОМ/АБЗАЦ",
        "SAME",
        "(",
        ")",
        "\"",
        "«",
        "»",
        "„",
        "“",
        "~",
        "~2",
        "*",
        "=",
        "-",
        ":",
        "title:",
        "дата:",
        "outlet:",
        "date:",
        "..",
        "2025-03",
        "март",
        "2025",
        "ставка",
        "Труд",
        "ISW",
        "о",
        "й",
        "\u{301}",
        "\u{1}s",
        "премьер-министр",
        "/",
        "\\",
        "\0",
        "💥",
    ]);
    let mutated = (prop::sample::select(examples), any::<prop::sample::Index>(), any::<char>(), 0..3u8);
    prop_oneof![
        prop::collection::vec((marks, any::<bool>()), 0..12).prop_map(|parts| {
            let spaced = |(mark, space): (&str, bool)| if space { format!("{mark} ") } else { mark.to_owned() };
            parts.into_iter().map(spaced).collect()
        }),
        mutated.prop_map(|(query, at, c, how)| {
            let mut chars: Vec<char> = query.chars().collect();
            let at = at.index(chars.len());
            match how {
                0 => chars.insert(at, c),
                1 => chars[at] = c,
                _ => drop(chars.remove(at)),
            }
            chars.into_iter().collect()
        }),
        "\\PC{0,40}",
        Just("(".repeat(5000)),
        Just("НЕ ".repeat(3000)),
    ]
}

fn cases(light: u32) -> u32 {
    if std::env::var_os("SVODKA_HEAVY").is_some() { 1_000_000 } else { light }
}

#[test]
fn printing_and_parsing_again_gives_the_same_tree() {
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases(2_000)));
    let outcome = runner.run(&(query_text(), any::<bool>()), |(text, any)| {
        match parse(&text, any) {
            Ok(tree) => {
                let printed = tree.to_string();
                for any in [false, true] {
                    let again = parse(&printed, any);
                    prop_assert_eq!(again.as_ref(), Ok(&tree), "{} → {}", text, printed);
                }
            }
            Err(error) => {
                prop_assert!(error.columns.0 <= text.chars().count());
                let (_, carets) = error.pointed();
                prop_assert!(carets.chars().count() <= 80, "{}", carets);
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|e| panic!("{e}"));
}

/// The description's articles, indexed in this process.
fn index(folder: &tempfile::TempDir) -> Index {
    let articles_file = folder.path().join("articles.jsonl");
    std::fs::write(&articles_file, articles()).unwrap();
    let place = folder.path().join("index");
    let options = BuildOptions { jobs: 1, ..BuildOptions::new(vec![articles_file], place.clone()) };
    build(&options, Lexicon::bundled(), &mut |_| {}).unwrap();
    Index::open(&place).unwrap()
}

#[test]
fn no_query_breaks_a_search() {
    let folder = tempfile::TempDir::new().unwrap();
    let index = index(&folder);
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases(300)));
    let outcome = runner.run(&(query_text(), any::<bool>()), |(query, any)| {
        let started = std::time::Instant::now();
        if let Ok(response) = engine.search(&Request { query, any, ..Request::default() }) {
            prop_assert!(response.total <= 7);
            prop_assert!(response.hits.iter().all(|hit| hit.score.is_finite()));
        }
        prop_assert!(started.elapsed().as_secs() < 5);
        Ok(())
    });
    outcome.unwrap_or_else(|e| panic!("{e}"));
}

/// Queries made only of things that have places.
fn placed_query() -> impl Strategy<Value = String> {
    let words =
        ["ставка", "банк*", "рубль", "=санкции", "санкцыи~", "ISW", "обсудить", "«ключевая ставка»", "«новый пакет»~3"];
    let leaf = prop::sample::select(words.to_vec()).prop_map(str::to_owned);
    leaf.prop_recursive(3, 8, 2, |inner| {
        let joins = ["NEAR/1", "NEAR/4", "NEAR/S", "NEAR/P", "OR"];
        (inner.clone(), prop::sample::select(joins.to_vec()), inner)
            .prop_map(|(a, join, b)| format!("({a} {join} {b})"))
    })
}

/// The index finds by postings, highlights by reading the text again: both must see the same.
#[test]
fn what_the_index_finds_the_highlights_find_too() {
    let folder = tempfile::TempDir::new().unwrap();
    let index = index(&folder);
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases(300).min(20_000)));
    let outcome = runner.run(&placed_query(), |query| {
        let request = Request { query: query.clone(), ..Request::default() };
        for hit in engine.search(&request).unwrap().hits {
            let lit = hit.title.highlights.len() + hit.snippet.highlights.len();
            prop_assert!(lit > 0, "{} finds {} but lights nothing", query, hit.article.id);
            prop_assert!(hit.score > 0.0);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|e| panic!("{e}"));
}

//! Queries nobody would type: none may panic, hang, or print as anything else than itself.

use super::{articles, examples};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof};
use proptest::test_runner::TestRunner;
use std::{
    cell::Cell,
    time::{Duration, Instant},
};
use svodka_ingest::{BuildOptions, build};
use svodka_search::{Request, SearchEngine, parse};
use svodka_store::Index;
use svodka_text::names::Lexicon;

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

/// Longest time any query may take over the few articles of the description, in a build for tests.
const LONGEST: Duration = Duration::from_secs(10);

/// The longest query that is read, in characters; one with all its operators written out may be longer.
const LONGEST_QUERY: usize = 10_000;

/// Of so many queries one is answered in full.
const FULL_EVERY: usize = 20;

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
                let (line, carets) = error.pointed();
                prop_assert!(carets.chars().count() <= line.chars().count(), "{}\n{}|", line, carets);
                prop_assert!(line.chars().count() <= 80, "{}", line);
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
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases(2_000)));
    let count = Cell::new(0_usize);
    let outcome = runner.run(&(query_text(), any::<bool>()), |(query, any)| {
        let request = Request { query, any, ..Request::default() };
        let started = Instant::now();
        if let Ok((total, hits)) = engine.ids(&request) {
            prop_assert!(total <= 7);
            prop_assert!(hits.iter().all(|(_, score)| score.is_finite()));
        }
        // Snippets and suggestions take a hundred times as long.
        count.set(count.get() + 1);
        if count.get().is_multiple_of(FULL_EVERY)
            && let Ok(response) = engine.search(&request)
        {
            prop_assert!(response.hits.iter().all(|hit| hit.score.is_finite()));
        }
        prop_assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
        Ok(())
    });
    outcome.unwrap_or_else(|e| panic!("{e}"));
}

/// Queries that would hang a careless search: patterns that fit everything, thousands of words, alternatives and
/// levels, proximity of everything with everything.
#[test]
fn no_query_takes_long() {
    let folder = tempfile::TempDir::new().unwrap();
    let index = index(&folder);
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    let words = |count: usize, between: &str| vec!["ставка"; count].join(between);
    let distinct = |count: usize| (0..count).map(|n| format!("слово{n}")).collect::<Vec<_>>().join(" ИЛИ ");
    let queries = [
        "а*".to_owned(),
        "*а*".to_owned(),
        "*".repeat(9_000) + "ст" + &"*".repeat(900),
        "*а*а*".repeat(1_900),
        "с*т*а*в*к*а*".repeat(800),
        "*ан* ".repeat(1_900),
        "\"".to_owned() + &"*ст* ".repeat(1_900) + "\"~100",
        words(10_000, " "),
        words(1_400, " "),
        words(1_100, " И "),
        words(800, " ИЛИ "),
        words(1_200, " -"),
        distinct(600),
        "\"".to_owned() + &words(1_400, " ") + "\"",
        "\"".to_owned() + &words(1_400, " ") + "\"~100",
        words(600, " NEAR/100 "),
        words(600, " NEAR/P "),
        "(".repeat(10_000) + "а" + &")".repeat(10_000),
        "(".repeat(60) + "ставка" + &")".repeat(60),
        "НЕ ".repeat(3_000) + "а",
        "НЕ ".repeat(60) + "а",
        "(".repeat(100) + "а" + &")".repeat(100),
        "(а И ".repeat(30) + "а" + &" ИЛИ а)".repeat(30),
        "title:".repeat(1_600) + "а",
        "слово~ ".repeat(1_400),
        "абвгдежзик".repeat(999),
        "абвгдежзик".repeat(999) + "~",
        "=".repeat(9_999),
        "~".repeat(9_999),
        "cfyrwsb ".repeat(1_200),
        "shchekhjuicyhe".repeat(700),
        "премьер-".repeat(1_200) + "министр",
        "date:..".repeat(1_400),
    ];
    for query in queries {
        for any in [false, true] {
            let started = Instant::now();
            let outcome = engine.search(&Request { query: query.clone(), any, ..Request::default() });
            let took = started.elapsed();
            let shown: String = query.chars().take(40).collect();
            assert!(took < LONGEST, "{shown}: {took:?}");
            if let Ok(node) = parse(&query, any) {
                let printed = node.to_string();
                let too_long = printed.chars().count() > LONGEST_QUERY;
                assert!(too_long || parse(&printed, any).as_ref() == Ok(&node), "{shown}");
                assert!(outcome.is_ok(), "{shown}");
            }
        }
    }
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

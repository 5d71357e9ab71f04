//! Facet counts, drill-sideways, against a brute-force count over the article objects.

use super::{
    harness::{Archive, root, stderr, stdout},
    objects::{Counts, FACETS, Facts, count, counted},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use svodka_search::{Filters, GenerationCache, Request, SearchEngine};
use svodka_store::{Facet, Index};
use svodka_text::names::Lexicon;

/// The sample archive with the facts of its articles.
fn sample() -> (Archive, Vec<Facts>) {
    let archive = Archive::sample();
    let corpus = root().join("corpus");
    let facts = archive.dry_run(&[corpus.to_str().unwrap()]).iter().map(Facts::new).collect();
    (archive, facts)
}

/// A search's total and all its facets.
fn all_facets(archive: &Archive, arguments: &[&str]) -> (u64, Value) {
    let list = FACETS.join(",");
    let response = archive.search(&[&["--limit", "0", "--facet-size", "all", "--facets", &list], arguments].concat());
    (response["total"].as_u64().unwrap(), response["facets"].clone())
}

/// The most frequent value of a facet.
fn first(counts: &Counts) -> String {
    counts.iter().max_by_key(|(value, n)| (**n, std::cmp::Reverse((*value).clone()))).unwrap().0.0.clone()
}

/// Compares every facet of a search with the brute force. `matching`: articles that the query itself finds;
/// `selected`: values chosen by facet, of which an article needs one.
fn check(archive: &Archive, matching: &[&Facts], query: &[&str], selected: &[(&str, Vec<String>)]) {
    let mut arguments: Vec<String> = query.iter().map(|q| (*q).to_owned()).collect();
    for (facet, names) in selected {
        for name in names {
            arguments.extend([format!("--{}", facet.replace('_', "-")), name.clone()]);
        }
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (total, facets) = all_facets(archive, &arguments);
    let holds = |article: &Facts, (facet, names): &(&str, Vec<String>)| names.iter().any(|n| article.has(facet, n));
    let all = matching.iter().filter(|a| selected.iter().all(|s| holds(a, s))).count();
    assert_eq!(total, all as u64, "{arguments:?}");
    for facet in FACETS {
        let others = |article: &Facts| selected.iter().filter(|(of, _)| *of != facet).all(|s| holds(article, s));
        let expected = count(matching.iter().copied().filter(|a| others(a)), facet);
        assert!(counted(&facets, facet) == expected, "{facet} of {arguments:?}");
    }
}

#[test]
fn every_count_is_exact() {
    let (archive, facts) = sample();
    check(&archive, &facts.iter().collect::<Vec<_>>(), &[], &[]);
}

#[test]
fn a_facets_own_selection_does_not_narrow_it() {
    let (archive, facts) = sample();
    let all: Vec<&Facts> = facts.iter().collect();
    let outlet = first(&count(facts.iter(), "outlet"));
    check(&archive, &all, &[], &[("outlet", vec![outlet.clone()]), ("actor", vec!["Россия".into(), "Китай".into()])]);
    let rest: Vec<&Facts> = facts.iter().filter(|a| !a.has("outlet", &outlet)).collect();
    check(&archive, &rest, &["--no-outlet", &outlet], &[("actor", vec!["Россия".into()])]);
}

#[test]
fn kinds_and_main_actors_narrow_the_facet_of_actors() {
    let (archive, facts) = sample();
    let facets = |arguments: &[&str]| -> Value {
        let output = archive.query(&[&["facets", "actor", "--facet-size", "all", "--json"], arguments].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{arguments:?}: {e} {}", stderr(&output)))
    };
    let all = count(facts.iter(), "actor");
    let mut parts = Counts::new();
    for kind in ["person", "organization", "place"] {
        let part = counted(&facets(&["--kind", kind]), "actor");
        assert!(!part.is_empty() && part.keys().all(|(_, k)| k == kind), "{kind}: {part:?}");
        parts.extend(part);
    }
    assert_eq!(parts, all);
    let main = counted(&facets(&["--main-actors"]), "actor");
    assert_eq!(main, count(facts.iter(), "main_actor"));
    assert!(main.len() < all.len());
    let name = first(&main);
    let response = archive.search(&["--main-actors", "--actor", &name, "--facets", "none"]);
    assert_eq!(
        response["total"].as_u64().unwrap() as usize,
        facts.iter().filter(|a| a.has("main_actor", &name)).count()
    );
    let wrong = archive.query(&["facets", "actor", "--kind", "животное"]);
    assert!(wrong.status.code() == Some(2) && stderr(&wrong).contains("person"), "{}", stderr(&wrong));
}

#[test]
fn all_of_the_chosen_values_narrow_their_own_facet_too() {
    let (archive, facts) = sample();
    let names: Vec<String> = count(facts.iter(), "actor").into_keys().map(|(name, _)| name).collect();
    let both = |a: &str, b: &str| facts.iter().filter(|f| f.has("actor", a) && f.has("actor", b)).count();
    let pairs = names.iter().flat_map(|a| names.iter().map(move |b| (a, b))).filter(|(a, b)| a < b);
    let (a, b) = pairs.max_by_key(|(a, b)| both(a, b)).unwrap();
    let asked = ["--actor", a, "--actor", b, "--limit", "0", "--facet-size", "all", "--facets", "actor,outlet"];
    let response = archive.search(&[&asked[..], &["--all-of", "actor"]].concat());
    let kept: Vec<&Facts> = facts.iter().filter(|f| f.has("actor", a) && f.has("actor", b)).collect();
    assert!(kept.len() > 1 && response["total"] == kept.len(), "{a} and {b}: {}", response["total"]);
    for facet in ["actor", "outlet"] {
        assert_eq!(counted(&response["facets"], facet), count(kept.iter().copied(), facet), "{a} and {b}: {facet}");
    }
    let any = archive.search(&asked);
    assert_eq!(counted(&any["facets"], "actor"), count(facts.iter(), "actor"), "one is enough: nothing is narrowed");
}

#[test]
fn counts_hold_over_many_segments_and_deletes() {
    let archive = Archive::new();
    let mut articles = Vec::new();
    for part in 0..6 {
        let mut lines = String::new();
        for n in 0..40 {
            // The second half of every part comes again in the next one, under the same id.
            let id = part * 20 + n;
            let outlet = ["ТАСС", "РБК", "Интерфакс"][id * 7 % 3];
            let country = ["Китае", "Индии", "Турции", "Японии"][id % 4];
            lines.push_str(&format!(
                "{{\"id\":\"a{id}\",\"text\":\"Новость номер {id}. В {country} прошла выставка станков.\",\"outlet\":\"{outlet}\"}}\n"
            ));
        }
        archive.write(&format!("in/{part}.jsonl"), &lines);
        archive.index(&[&format!("in/{part}.jsonl")]);
        articles.extend(archive.dry_run(&[&format!("in/{part}.jsonl")]));
    }
    let last: BTreeMap<String, Facts> = articles.iter().map(Facts::new).map(|a| (a.id.clone(), a)).collect();
    let all: Vec<&Facts> = last.values().collect();
    check(&archive, &all, &["выставки"], &[]);
    check(&archive, &all, &["выставки"], &[("outlet", vec!["РБК".into()]), ("actor", vec!["Индия".into()])]);
    a_cache_changes_no_answer(&archive);
}

/// Asks an engine with a cache what one without is asked too, everything twice.
fn a_cache_changes_no_answer(archive: &Archive) {
    let index = Index::open(&archive.path("index")).unwrap();
    let searcher = index.searcher();
    assert!(searcher.segment_readers().len() > 1);
    let cache = GenerationCache::new(&searcher);
    cache.prepare(&searcher).unwrap();
    let plain = SearchEngine::new(&index, Lexicon::bundled());
    let cached = SearchEngine::new(&index, Lexicon::bundled()).with_cache(&cache);
    let outlet = (Facet::Outlet, "РБК".to_owned());
    let with = [Filters::default(), Filters { with: vec![outlet.clone()], ..Filters::default() }];
    for query in ["", "выставка", "новость 77", "выстовка", "выстовка станкоф", "dscnfdrf"]
    {
        for (filters, facet_size) in with.iter().flat_map(|filters| [0, 1, 2, 3, 1000].map(|size| (filters, size))) {
            for facet_kinds in [Vec::new(), vec!["place".to_owned()]] {
                let (filters, facets) = (filters.clone(), Facet::ALL.to_vec());
                let request =
                    Request { query: query.into(), filters, facets, facet_size, facet_kinds, ..Request::default() };
                let expected = plain.search(&request).unwrap();
                for _ in 0..2 {
                    let found = cached.search(&request).unwrap();
                    assert_eq!(found.facets, expected.facets, "{request:?}");
                    assert_eq!(found.suggestions, expected.suggestions, "{request:?}");
                }
            }
        }
    }
}

/// Needs the folder `corpus/articles` below the folder named by `SVODKA_SHARED`; best in an optimised build.
#[test]
#[ignore = "needs the archive of real articles that SVODKA_SHARED names"]
fn every_count_is_exact_on_the_shared_articles() {
    let Some(shared) = std::env::var_os("SVODKA_SHARED") else {
        println!("skipped: SVODKA_SHARED is not set");
        return;
    };
    let articles = PathBuf::from(shared).join("corpus/articles");
    let articles = articles.to_str().unwrap();
    let archive = Archive::new();
    archive.index(&[articles]);
    let output = archive.index(&["--dry-run", "--json", articles]);
    let objects = stdout(&output);
    let facts = objects.lines().map(|line| Facts::new(&serde_json::from_str(line).unwrap()));
    // The same id met again: the later one stands.
    let facts: BTreeMap<String, Facts> = facts.map(|a| (a.id.clone(), a)).collect();
    println!("{} articles", facts.len());
    assert!(facts.len() > 50_000);
    let found = |query: &[&str]| -> Vec<&Facts> {
        let output = archive.query(&[&["search", "--all", "--jsonl", "--facets", "none"], query].concat());
        let ids: BTreeSet<String> = stdout(&output)
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
            .collect();
        ids.iter().map(|id| &facts[id]).collect()
    };
    let names = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    check(&archive, &facts.values().collect::<Vec<_>>(), &[], &[]);
    check(&archive, &facts.values().collect::<Vec<_>>(), &[], &[("cited", names(&["Reuters", "Bloomberg"]))]);
    for query in [&["санкции"][..], &["выборы ИЛИ парламент"], &["\"Северная Корея\""], &["ракета NEAR/S удар"]]
    {
        let matching = found(query);
        println!("{query:?}: {} articles", matching.len());
        let actor = first(&count(matching.iter().copied(), "actor"));
        let outlets = count(matching.iter().copied(), "outlet");
        check(&archive, &matching, query, &[]);
        check(&archive, &matching, query, &[("actor", vec![actor.clone()])]);
        check(&archive, &matching, query, &[("outlet", vec![first(&outlets)]), ("actor", vec![actor])]);
        check(&archive, &matching, query, &[("cited", names(&["Reuters", "РИА Новости"]))]);
    }
}

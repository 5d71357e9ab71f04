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

/// Sources of an article object from a confidence on, candidates among them, with their kinds.
fn sources(article: &Value, least: f64) -> BTreeSet<(String, String)> {
    let lists = ["cited", "cited_candidates"].into_iter().filter_map(|list| article[list].as_array());
    let sure =
        lists.flatten().filter(|source| (source["confidence"].as_f64().unwrap() * 100.0).floor() >= least * 100.0);
    let text = |source: &Value, key: &str| source[key].as_str().unwrap().to_owned();
    sure.map(|source| (text(source, "name"), text(source, "kind"))).collect()
}

#[test]
fn a_least_confidence_counts_filters_and_shows_what_has_it() {
    let (archive, _) = sample();
    let corpus = root().join("corpus");
    let articles = archive.dry_run(&[corpus.to_str().unwrap()]);
    let candidates = articles.iter().filter_map(|article| article["cited_candidates"].as_array()).flatten();
    assert!(candidates.count() > 0, "the sample has candidates");
    let mut totals = Vec::new();
    for least in [0.1_f64, 0.5, 0.86, 0.99] {
        let option = format!("--min-confidence={least}");
        let found: BTreeMap<&str, BTreeSet<(String, String)>> =
            articles.iter().map(|article| (article["id"].as_str().unwrap(), sources(article, least))).collect();
        let mut expected = Counts::new();
        found.values().flatten().for_each(|source| *expected.entry(source.clone()).or_default() += 1);
        let is_tank = |source: &(String, String)| ["think_tank", "pollster"].contains(&source.1.as_str());
        let mut tanks = expected.clone();
        tanks.retain(|source, _| is_tank(source));
        let asked = [option.as_str(), "--facets", "cited,think_tank", "--facet-size", "all", "--limit", "100"];
        let response = archive.search(&asked);
        assert_eq!(counted(&response["facets"], "cited"), expected, "{least}");
        assert_eq!(counted(&response["facets"], "think_tank"), tanks, "{least}");
        for hit in response["hits"].as_array().unwrap() {
            let shown = sources(hit, 0.0);
            assert_eq!(shown, found[hit["id"].as_str().unwrap()], "{hit}");
            let tanks = shown.iter().filter(|source| is_tank(source)).count();
            assert_eq!(hit["think_tanks"].as_array().unwrap().len(), tanks, "{hit}");
        }
        if let Some(((name, _), _)) = tanks.iter().max_by_key(|(_, count)| **count) {
            let has = |sources: &&BTreeSet<(String, String)>| sources.iter().any(|s| is_tank(s) && s.0 == *name);
            let response = archive.search(&[&option, "--think-tank", name]);
            assert_eq!(response["total"], found.values().filter(has).count(), "{name} from {least} on");
            let without = archive.search(&[&option, "--no-think-tank", name]);
            assert_eq!(without["total"], found.len() - found.values().filter(has).count(), "{name} from {least} on");
        }
        let edges = archive.query(&["citations", &option, "--json"]);
        let edges: Value = serde_json::from_slice(&edges.stdout).unwrap();
        let sum: u64 = edges["edges"].as_array().unwrap().iter().map(|edge| edge["count"].as_u64().unwrap()).sum();
        let outlet = |article: &Value| article["outlet"]["name"].as_str().map(str::to_owned);
        let cited = |article: &Value| {
            let own = outlet(article);
            own.map_or(0, |own| sources(article, least).iter().filter(|source| source.0 != own).count())
        };
        assert_eq!(sum, articles.iter().map(cited).sum::<usize>() as u64, "{least}");
        totals.push(sum);
    }
    assert!(totals.is_sorted_by(|a, b| a >= b) && totals.first() > totals.last(), "{totals:?}");
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

//! Queries of five kinds in four ways, and the cold start of the query program.

use super::{
    articles::{self, Random, Record},
    indexing, measure,
};
use anyhow::Result;
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};
use svodka_search::{Filters, Interval, Request, SearchEngine};
use svodka_store::{Facet, Index};
use svodka_text::{
    analyse::{Analysis, TokenKind},
    names::Lexicon,
};

const QUERY: &str = env!("CARGO_BIN_EXE_svodka-query");

/// Asks `each` queries of every kind in every way.
pub fn run(folder: &Path, index: Option<PathBuf>, each: usize) -> Result<()> {
    let work = tempfile::tempdir()?;
    let at = index.unwrap_or_else(|| work.path().join("index"));
    if !at.join("manifest.json").is_file() {
        indexing::index(folder, &at)?;
    }
    let index = Index::open(&at)?;
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    let sample = sample(folder, 4_000)?;
    let mut random = Random(1);
    let kinds = [
        ("one word", queries(&sample, each, &mut random, word)),
        ("two words", queries(&sample, each, &mut random, two_words)),
        ("phrase", queries(&sample, each, &mut random, phrase)),
        ("prefix", queries(&sample, each, &mut random, prefix)),
        ("all articles", vec![String::new(); each.div_ceil(10)]),
    ];
    let filters = common_filters(&engine)?;
    println!("{} articles, {each} queries of a kind, milliseconds: p50 / p99\n", engine.searcher().num_docs());
    println!("| | top 20, snippets | + all facets | + two filters | timeline |");
    println!("|---|---|---|---|---|");
    for (kind, queries) in &kinds {
        let plain = |q: &String| Request { query: q.clone(), facets: Vec::new(), ..Request::default() };
        let faceted = |q: &String| Request { query: q.clone(), ..Request::default() };
        let top = times(queries, |q| engine.search(&plain(q)).map(drop))?;
        let facets = times(queries, |q| engine.search(&faceted(q)).map(drop))?;
        let filtered =
            times(queries, |q| engine.search(&Request { filters: filters.clone(), ..faceted(q) }).map(drop))?;
        let timeline = times(queries, |q| engine.timeline(&plain(q), Interval::Month).map(drop))?;
        println!("| {kind} | {top} | {facets} | {filtered} | {timeline} |");
    }
    println!("\ncold start of `svodka-query search` (ms, p50 / p99): {}", cold_start(&at, &kinds[0].1)?);
    Ok(())
}

/// Some articles from all over the folder.
fn sample(folder: &Path, count: usize) -> Result<Vec<Record>> {
    let (total, _) = articles::size(folder)?;
    let step = (total as usize / count).max(1);
    let (mut out, mut number) = (Vec::new(), 0);
    articles::each(folder, &mut |record| {
        if number % step == 0 {
            out.push(record);
        }
        number += 1;
        Ok(())
    })?;
    Ok(out)
}

/// The value of a facet that most articles have, for outlet and actor.
fn common_filters(engine: &SearchEngine<'_>) -> Result<Filters> {
    let facets = vec![Facet::Outlet, Facet::Actor];
    let counted = engine.search(&Request { facets, limit: 0, facet_size: 1, ..Request::default() })?;
    let with = counted.facets.iter().filter_map(|f| Some((f.facet, f.values.first()?.0.name.clone()))).collect();
    Ok(Filters { with, ..Filters::default() })
}

fn queries(
    sample: &[Record],
    count: usize,
    random: &mut Random,
    make: impl Fn(&[Record], &mut Random) -> Option<String>,
) -> Vec<String> {
    let made = std::iter::from_fn(|| Some(make(sample, random)));
    made.take(count * 50).flatten().take(count).collect()
}

/// Words of at least five letters that follow one another in a random article.
fn words(sample: &[Record], random: &mut Random, count: usize) -> Option<Vec<String>> {
    let record = random.of(sample);
    let analysis = Analysis::new(&record.text);
    let at = random.below(analysis.tokens.len().saturating_sub(count));
    let tokens = analysis.tokens.get(at..at + count)?;
    let word = |at: usize| {
        let word = analysis.word(at);
        (word.chars().count() >= 5 && word.chars().all(char::is_alphabetic)).then(|| word.to_owned())
    };
    tokens.iter().all(|t| t.kind == TokenKind::Word).then(|| (at..at + count).map(word).collect())?
}

fn word(sample: &[Record], random: &mut Random) -> Option<String> {
    words(sample, random, 1)?.pop()
}

fn two_words(sample: &[Record], random: &mut Random) -> Option<String> {
    Some(words(sample, random, 2)?.join(" "))
}

fn phrase(sample: &[Record], random: &mut Random) -> Option<String> {
    Some(format!("\"{}\"", words(sample, random, 2)?.join(" ")))
}

fn prefix(sample: &[Record], random: &mut Random) -> Option<String> {
    Some(format!("{}*", word(sample, random)?.chars().take(4).collect::<String>()))
}

/// p50 / p99 of answering every query once, after one round to warm up.
fn times(queries: &[String], ask: impl Fn(&String) -> svodka_store::error::Result<()>) -> Result<String> {
    for query in queries.iter().take(20) {
        ask(query)?;
    }
    let mut times = Vec::new();
    for query in queries {
        let start = Instant::now();
        ask(query)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(shown(&mut times))
}

fn cold_start(index: &Path, queries: &[String]) -> Result<String> {
    let mut times = Vec::new();
    for query in queries.iter().take(40) {
        let mut command = Command::new(QUERY);
        let start = Instant::now();
        command.arg("search").arg("--index").arg(index).arg("--").arg(query).output()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(shown(&mut times))
}

fn shown(times: &mut [f64]) -> String {
    format!("{:.1} / {:.1}", measure::percentile(times, 50.0), measure::percentile(times, 99.0))
}

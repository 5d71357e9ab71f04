//! Learns the weights of the second stage: a linear model that makes the right article the likeliest of the candidates
//! (softmax over the list), with no weight below zero.

use super::{
    TrainOptions,
    articles::{self, Known},
};
use anyhow::{Context, Result};
use rustc_hash::FxHashMap;
use std::{fs, io::Write, path::Path};
use svodka_search::{Request, SearchEngine, rerank};
use svodka_store::Index;
use svodka_text::names::Lexicon;

/// Candidates of each query.
const CANDIDATES: usize = rerank::DEPTH;

/// Shortest text of a wrong article that is learnt from: headlines are drawn from longer articles only, and what is
/// shorter would teach that short is wrong.
const TEXT_WORDS: usize = 58;

/// The weight of the BM25 score is at least this share of what it is alone, so that the first stage keeps its say.
const LEAST_SCORE: f64 = 0.02;

const ROUNDS: usize = 400;
const RATE: f64 = 0.05;
const PENALTY: f64 = 1e-3;

/// The score and the features.
const COLUMNS: usize = rerank::FEATURES + 1;

/// Columns of the first two features.
const COVERAGE: usize = 1;
const SOFT: usize = 2;

/// The candidates of a query.
struct Candidates {
    rows: Vec<[f64; COLUMNS]>,
    /// Whether each may be learnt from.
    is_long: Vec<bool>,
    right: Option<usize>,
}

/// Learns, prints the weights and what they are worth.
pub fn train(options: &TrainOptions) -> Result<()> {
    let all = articles::all(&options.sources.articles)?;
    let headlines = articles::headlines(&all, &options.sources)?;
    let lengths: FxHashMap<&str, usize> =
        all.iter().map(|article| (article.id.as_str(), article.text.split_whitespace().count())).collect();
    let index = Index::open(&options.index).with_context(|| options.index.display().to_string())?;
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    let taught: Vec<Known> = headlines.weights.into_iter().take(options.headlines).collect();
    let learnt = candidates(&engine, &taught, &lengths)?;
    let mut sets = vec![("train".to_owned(), learnt)];
    for file in &options.measure {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        sets.push((name, candidates(&engine, &articles::read::<Known>(file)?, &lengths)?));
    }
    if let Some(folder) = &options.dump {
        fs::create_dir_all(folder)?;
        for (name, set) in &sets {
            dump(&folder.join(format!("{name}.tsv")), set)?;
        }
    }
    let weights = learn(&sets[0].1);
    for (name, weight) in std::iter::once("score".to_owned()).chain(rerank::names()).zip(&weights) {
        println!("{name:16} {weight:9.4}  {:9.3}", weight / weights[0]);
    }
    let alone = std::array::from_fn(|column| f64::from(u8::from(column == 0)));
    for (name, set) in &sets {
        println!("{name}: BM25 {:?}, second stage {:?}", quality(set, &alone), quality(set, &weights));
    }
    Ok(())
}

fn candidates(engine: &SearchEngine<'_>, queries: &[Known], lengths: &FxHashMap<&str, usize>) -> Result<Vec<Candidates>> {
    let mut out = Vec::with_capacity(queries.len());
    for known in queries {
        let words: Vec<&str> = known.q.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let request = Request { query: words.join(" "), any: true, limit: CANDIDATES, ..Request::default() };
        let (mut rows, mut is_long, mut right) = (Vec::new(), Vec::new(), None);
        for (id, score, features) in engine.candidates(&request).unwrap_or_default() {
            let features = features.unwrap_or_default();
            rows.push(std::array::from_fn(|at| f64::from(if at == 0 { score } else { features[at - 1] })));
            is_long.push(lengths.get(id.as_str()).is_some_and(|length| *length >= TEXT_WORDS));
            right = right.or((id == known.id).then_some(rows.len() - 1));
        }
        out.push(Candidates { rows, is_long, right });
    }
    Ok(out)
}

fn dump(file: &Path, set: &[Candidates]) -> Result<()> {
    let mut out = std::io::BufWriter::new(fs::File::create(file)?);
    for (at, query) in set.iter().enumerate() {
        for (number, (row, is_long)) in query.rows.iter().zip(&query.is_long).enumerate() {
            let row: Vec<String> = row.iter().map(|x| format!("{x:.5}")).collect();
            let (right, long) = (u8::from(query.right == Some(number)), u8::from(*is_long));
            writeln!(out, "{at}\t{right}\t{long}\t{}", row.join("\t"))?;
        }
    }
    Ok(out.flush()?)
}

/// Weights that are no lower than zero, by Adam with projection on scaled columns.
fn learn(set: &[Candidates]) -> [f64; COLUMNS] {
    let lists: Vec<(Vec<[f64; COLUMNS]>, usize)> = set.iter().filter_map(|query| {
        let right = query.right?;
        let kept = (0..query.rows.len()).filter(|at| *at == right || query.is_long[*at]);
        let kept: Vec<usize> = kept.collect();
        Some((kept.iter().map(|at| with_coverage(query.rows[*at])).collect(), kept.iter().position(|at| *at == right)?))
    }).collect();
    let scale = deviations(&lists);
    let mut weights = [0.1; COLUMNS];
    let (mut mean, mut square) = ([0.0; COLUMNS], [0.0; COLUMNS]);
    for round in 1..=ROUNDS {
        let mut gradient: [f64; COLUMNS] = std::array::from_fn(|at| 2.0 * PENALTY * weights[at]);
        for (rows, right) in &lists {
            let scores: Vec<f64> = rows.iter().map(|row| (0..COLUMNS).map(|at| weights[at] * row[at] / scale[at]).sum()).collect();
            let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = scores.iter().map(|score| (score - largest).exp()).sum();
            for (number, (row, score)) in rows.iter().zip(&scores).enumerate() {
                let wrong = (score - largest).exp() / sum - f64::from(u8::from(number == *right));
                for at in 0..COLUMNS {
                    gradient[at] += wrong * row[at] / scale[at] / lists.len() as f64;
                }
            }
        }
        for at in 0..COLUMNS {
            mean[at] = 0.9 * mean[at] + 0.1 * gradient[at];
            square[at] = 0.99 * square[at] + 0.01 * gradient[at] * gradient[at];
            let (m, s) = (mean[at] / (1.0 - 0.9_f64.powi(round as i32)), square[at] / (1.0 - 0.99_f64.powi(round as i32)));
            let rate = RATE * (1.0 - round as f64 / (ROUNDS + 1) as f64);
            weights[at] = (weights[at] - rate * m / (s.sqrt() + 1e-8)).max(if at == 0 { LEAST_SCORE * scale[0] } else { 0.0 });
        }
    }
    let mut weights: [f64; COLUMNS] = std::array::from_fn(|at| weights[at] / scale[at]);
    weights[COVERAGE] += weights[SOFT];
    weights
}

/// The columns with coverage added to soft matches: with no weight below zero for their sum nor for what coverage counts
/// besides, a word that is there counts at least as much as one like it.
fn with_coverage(mut row: [f64; COLUMNS]) -> [f64; COLUMNS] {
    row[SOFT] += row[COVERAGE];
    row
}

/// The standard deviation of each column within the lists.
fn deviations(lists: &[(Vec<[f64; COLUMNS]>, usize)]) -> [f64; COLUMNS] {
    std::array::from_fn(|at| {
        let (mut sum, mut count) = (0.0, 0.0);
        for (rows, _) in lists {
            let mean = rows.iter().map(|row| row[at]).sum::<f64>() / rows.len() as f64;
            sum += rows.iter().map(|row| (row[at] - mean).powi(2)).sum::<f64>();
            count += rows.len() as f64;
        }
        (sum / f64::max(count, 1.0)).sqrt().max(1e-6)
    })
}

/// Mean nDCG@10 and the share of right articles among the candidates.
fn quality(set: &[Candidates], weights: &[f64; COLUMNS]) -> (f64, f64) {
    let (mut gain, mut found) = (0.0, 0.0);
    for query in set {
        let Some(right) = query.right else { continue };
        let score = |row: &[f64; COLUMNS]| -> f64 { row.iter().zip(weights).map(|(x, weight)| x * weight).sum() };
        let own = score(&query.rows[right]);
        let better = query.rows.iter().enumerate().filter(|(at, row)| score(row) > own || score(row) == own && *at < right);
        let rank = better.count();
        gain += if rank < 10 { 1.0 / (rank as f64 + 2.0).log2() } else { 0.0 };
        found += 1.0;
    }
    let rounded = |sum: f64| (sum / set.len().max(1) as f64 * 1e4).round() / 1e4;
    (rounded(gain), rounded(found))
}

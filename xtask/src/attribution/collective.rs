//! The second stage: how sure a source is in view of the other sources of its article. Fitted on held-out scores.

use super::{
    data::Articles,
    logistic::{self, Example},
    report::Predicted,
};
use svodka_text::extract::attribution::collective::{Collective, Others};

/// Penalty on the weights.
const L2: f64 = 1.0;

/// What the second stage is fitted on and applied to: a source with its first score.
struct Row {
    article: usize,
    score: f64,
    features: Vec<usize>,
    cited: bool,
}

fn rows(articles: &Articles, scores: &[Vec<Predicted>]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (number, (article, predicted)) in articles.all.iter().zip(scores).enumerate() {
        let all: Vec<f32> = predicted.iter().map(|p| p.score as f32).collect();
        let others = Others::of(&all);
        for (source, p) in article.sources.iter().zip(predicted) {
            let features = Collective::places(others.without(p.score as f32)).to_vec();
            rows.push(Row { article: number, score: p.score, features, cited: source.label.is_some() });
        }
    }
    rows
}

fn fit<'a>(rows: impl Iterator<Item = &'a Row>) -> Collective {
    let rows: Vec<&Row> = rows.collect();
    let numbers: Vec<Vec<u32>> =
        rows.iter().map(|row| row.features.iter().filter_map(|f| u32::try_from(*f).ok()).collect()).collect();
    // The slope of the first score is found by trying: the fitter knows features that are there or not.
    let mut best: Option<(f64, Collective)> = None;
    for slope in (12..=24).map(|step| f64::from(step) / 20.0) {
        let examples: Vec<Example<'_>> = rows
            .iter()
            .zip(&numbers)
            .map(|(row, features)| Example { features, positive: row.cited, weight: 1.0, base: slope * row.score })
            .collect();
        let weights = logistic::fit(&examples, Collective::SIZE, L2);
        let loss = logistic::loss(&examples, &weights);
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            let mut weights = weights.iter().map(|weight| *weight as f32);
            best = Some((loss, Collective::new(slope as f32, std::array::from_fn(|_| weights.next().unwrap_or(0.0)))));
        }
    }
    best.map(|(_, collective)| collective).unwrap_or_default()
}

fn apply(collective: &Collective, rows: &[Row], scores: &mut [Vec<Predicted>], wanted: &dyn Fn(usize) -> bool) {
    let mut rows = rows.iter();
    for (article, predicted) in scores.iter_mut().enumerate() {
        for (p, row) in predicted.iter_mut().zip(&mut rows) {
            if wanted(article) {
                let shift: f32 = row.features.iter().map(|place| collective.weight(*place)).sum();
                p.score = f64::from(collective.slope()) * row.score + f64::from(shift);
            }
        }
    }
}

/// Replaces held-out scores by those of second stages that have not seen the article either, and returns the one that
/// was fitted on all. `kind` is the way of cross-validation.
pub fn second_stage(articles: &Articles, scores: &mut [Vec<Predicted>], kind: usize, folds: usize) -> Collective {
    let rows = rows(articles, scores);
    for fold in 0..folds {
        let held = |at: usize| articles.all[at].folds[kind] % folds == fold;
        let collective = fit(rows.iter().filter(|row| !held(row.article)));
        apply(&collective, &rows, scores, &held);
    }
    fit(rows.iter())
}

//! Trains the model of attribution on labelled articles and says how good it is on articles it has not seen.
#![allow(
    clippy::indexing_slicing,
    reason = "features, articles and sources are numbered here, and the numbers stay inside"
)]

mod channels;
mod collective;
mod data;
mod errors;
mod gold;
mod logistic;
mod report;
mod windows;

use anyhow::{Context, Result};
pub use data::fold_of_article;
use data::{Articles, Source};
use logistic::Example;
use report::Predicted;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use svodka_text::extract::{attribution::collective::Collective, organisations::kinds::Model};

/// Penalty on the weights: the best of a few tried by cross-validation.
const L2: f64 = 10.0;
/// Features seen in fewer articles are left out.
const RARE: u32 = 4;
/// Rounds in which the mention that cites is chosen anew.
const ROUNDS: usize = 3;
/// Parts of the cross-validation.
pub const FOLDS: usize = 5;

/// Every which article of a corpus is looked at for windows, and how many are written.
const STEP: usize = 9;
const WINDOWS: usize = 600;

/// What to do.
#[derive(clap::Args)]
pub struct Options {
    /// Folders with labelled articles: files NAME.jsonl, each with its NAME.gold.jsonl
    #[arg(long, value_name = "DIR", required = true)]
    gold: Vec<PathBuf>,
    /// Folder of the models of kinds by folds, from `cargo xtask kinds --folds DIR`: the embedded one has seen the labels
    #[arg(long, value_name = "DIR")]
    kinds: Option<PathBuf>,
    /// Writes the weights to this file (data/attribution/weights.txt)
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Writes the scores that held-out models give every source, an article a line
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// Writes what the embedded model finds in the articles, an object a line as the scorer reads it, and stops
    #[arg(long, value_name = "FILE")]
    articles: Option<PathBuf>,
    /// Writes the features of all mentions and stops
    #[arg(long, value_name = "FILE")]
    dump: Option<PathBuf>,
    /// Writes windows of the articles in CORPUS that the model is least sure of to FOLDER, for labelling, and stops
    #[arg(long, num_args = 2, value_names = ["CORPUS", "FOLDER"])]
    windows: Option<Vec<PathBuf>>,
    /// Measures how fast attribution is on the articles of this file, and stops
    #[arg(long, value_name = "FILE")]
    speed: Option<PathBuf>,
    /// Cross-validates by article only
    #[arg(long)]
    quick: bool,
    /// Also prints what the figures are without each part of the features
    #[arg(long)]
    ablate: bool,
    /// Also prints what the figures are with fewer articles
    #[arg(long)]
    curve: bool,
    /// Also prints the worst classes of errors with their counts
    #[arg(long)]
    errors: bool,
    /// Lowest precision of the threshold
    #[arg(long, default_value_t = 0.93)]
    precision: f64,
}

/// Trains, cross-validates and writes.
pub fn train(options: &Options) -> Result<()> {
    if let Some(path) = &options.speed {
        return report::speed(path);
    }
    let mut labelled = Vec::new();
    for folder in &options.gold {
        labelled.extend(gold::read(folder)?);
    }
    let channels = channels::Channels::new(&labelled);
    let texts: Vec<gold::Text> = labelled.iter().map(|article| article.text.clone()).collect();
    if let Some(path) = &options.articles {
        return report::articles(&texts, path);
    }
    let kinds = match &options.kinds {
        Some(folder) => (0..FOLDS).map(|fold| kinds_of_fold(folder, fold)).collect::<Result<_>>()?,
        None => Vec::new(),
    };
    let articles = Articles::new(labelled, RARE, &kinds);
    println!(
        "{} articles, {} sources, {} mentions, {} features",
        articles.all.len(),
        articles.sources().count(),
        articles.sources().map(|s| s.mentions.len()).sum::<usize>(),
        articles.features.len()
    );
    report::candidate_recall(&articles);
    if let Some(path) = &options.dump {
        return report::dump(&articles, path);
    }
    if let Some([corpus, folder]) = options.windows.as_deref() {
        return windows::write(&articles, &texts, corpus, folder, STEP, WINDOWS);
    }
    let ways = [("by article", 0), ("by citing phrase", 1)];
    let (mut held_out, mut second) = (Vec::new(), Collective::default());
    for (title, fold) in ways.into_iter().take(if options.quick { 1 } else { 2 }) {
        let (scores, collective) = cross_validate(&articles, fold, &|_| true, FOLDS, 1.0);
        println!("\n== cross-validated {title} ==");
        report::tables(&articles, &scores, options.precision);
        if fold == 0 {
            report::rules(&articles);
            if let Some(path) = &options.predictions {
                report::write(&articles, &scores, path)?;
            }
            if options.errors {
                report::errors(&articles, &scores, options.precision);
            }
            (held_out, second) = (scores, collective);
        }
    }
    let (relays, of_channels) = channels.train(SCALE);
    if options.curve {
        println!("\n== learning curve (pieces and dev, by article) ==");
        for share in [0.125, 0.25, 0.5, 1.0] {
            let (scores, _) = cross_validate(&articles, 0, &|_| true, FOLDS, share);
            report::line(&format!("{share}"), &articles, &scores, options.precision);
        }
    }
    if options.ablate {
        println!("\n== ablation (pieces and dev, by article) ==");
        let (scores, _) = cross_validate(&articles, 0, &|_| true, FOLDS, 1.0);
        report::line("all", &articles, &scores, options.precision);
        let mut parts: Vec<&str> =
            svodka_text::extract::attribution::features::Feature::TABLE.iter().map(|r| r.2).collect();
        parts.sort_unstable();
        parts.dedup();
        for part in parts {
            let (scores, _) = cross_validate(&articles, 0, &|feature| data::part(feature) != part, FOLDS, 1.0);
            report::line(&format!("without {part}"), &articles, &scores, options.precision);
        }
    }
    if let Some(path) = &options.output {
        let threshold = report::threshold(&articles, &held_out, &report::real, options.precision);
        let calibration = report::calibrate(&articles, &held_out);
        fs::write(path, table(&articles, [threshold, calibration.0, calibration.1, relays], &second, of_channels))?;
    }
    Ok(())
}

fn kinds_of_fold(folder: &Path, fold: usize) -> Result<Model> {
    let path = crate::kinds::of_fold(folder, fold);
    let file = fs::read(&path).with_context(|| path.display().to_string())?;
    Model::read(&file).with_context(|| format!("{} is damaged", path.display()))
}

/// The scores of every source by models that have not seen its article.
fn cross_validate(
    articles: &Articles,
    kind: usize,
    keep: &dyn Fn(&str) -> bool,
    folds: usize,
    share: f64,
) -> (Vec<Vec<Predicted>>, Collective) {
    let mut out: Vec<Vec<Predicted>> = articles.all.iter().map(|_| Vec::new()).collect();
    for fold in 0..folds {
        let held = |at: usize| articles.all[at].folds[kind] % folds == fold;
        let used = |at: usize| !held(at) && articles.all[at].lot < share;
        let weights = fit(articles, &used, keep);
        let kinds = fit_kinds(articles, &used);
        for (at, article) in articles.all.iter().enumerate().filter(|(at, _)| held(*at)) {
            out[at] = article.sources.iter().map(|source| predict(source, &weights, &kinds)).collect();
        }
    }
    let collective = collective::second_stage(articles, &mut out, kind, folds);
    (out, collective)
}

fn predict(source: &Source, weights: &[f64], kinds: &BTreeMap<String, Vec<f64>>) -> Predicted {
    let best = source.mentions.iter().map(|m| logistic::score(&m.features, weights)).enumerate();
    let (mention, score) = best.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, f64::MIN));
    let features = &source.mentions[mention].features;
    let learned = kinds.iter().map(|(kind, weights)| (kind, logistic::score(features, weights)));
    let learned = learned.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(kind, _)| kind.clone());
    let kind = match (&source.kind, learned) {
        (Some(kind), Some(learned)) if gold::group(kind) == gold::group(&learned) => kind.clone(),
        (_, Some(learned)) => learned,
        (kind, None) => kind.clone().unwrap_or_else(|| "analytics".into()),
    };
    Predicted { score, kind, mention }
}

/// Fits the weights of citing on the articles of `used`.
fn fit(articles: &Articles, used: &dyn Fn(usize) -> bool, keep: &dyn Fn(&str) -> bool) -> Vec<f64> {
    let kept: Vec<bool> = articles.features.iter().map(|feature| keep(feature)).collect();
    let whole = kept.iter().all(|kept| *kept);
    let sources: Vec<&Source> =
        articles.all.iter().enumerate().filter(|(at, _)| used(*at)).flat_map(|(_, a)| &a.sources).collect();
    let filtered: Vec<Vec<Vec<u32>>> = if whole {
        Vec::new()
    } else {
        let features = |m: &data::Mention| m.features.iter().copied().filter(|f| kept[*f as usize]).collect();
        sources.iter().map(|s| s.mentions.iter().map(features).collect()).collect()
    };
    let features = |source: usize, mention: usize| -> &[u32] {
        if whole { &sources[source].mentions[mention].features } else { &filtered[source][mention] }
    };
    let mut weights: Vec<f64> = Vec::new();
    for round in 0..ROUNDS {
        let mut examples = Vec::new();
        for (number, source) in sources.iter().enumerate() {
            let count = source.mentions.len();
            if source.label.is_none() {
                let weight = 1.0 / (count as f64).sqrt();
                examples.extend((0..count).map(|m| Example {
                    features: features(number, m),
                    positive: false,
                    weight,
                    base: 0.0,
                }));
                continue;
            }
            let chosen: Vec<usize> = if round == 0 {
                let proved: Vec<usize> = (0..count).filter(|m| source.mentions[*m].in_evidence).collect();
                if proved.is_empty() { (0..count).collect() } else { proved }
            } else {
                let best = (0..count).map(|m| (m, logistic::score(features(number, m), &weights)));
                let bonus = |m: usize| if source.mentions[m].in_evidence { 1.0 } else { 0.0 };
                best.max_by(|a, b| (a.1 + bonus(a.0)).total_cmp(&(b.1 + bonus(b.0))))
                    .map(|(m, _)| m)
                    .into_iter()
                    .collect()
            };
            let weight = 1.0 / chosen.len() as f64;
            examples.extend(chosen.into_iter().map(|m| Example {
                features: features(number, m),
                positive: true,
                weight,
                base: 0.0,
            }));
        }
        weights = logistic::fit(&examples, articles.features.len(), L2);
    }
    weights
}

/// Fits one model a kind on the cited sources of the articles of `used`.
fn fit_kinds(articles: &Articles, used: &dyn Fn(usize) -> bool) -> BTreeMap<String, Vec<f64>> {
    let mut examples: Vec<(&[u32], &str, f64)> = Vec::new();
    for (_, article) in articles.all.iter().enumerate().filter(|(at, _)| used(*at)) {
        for source in &article.sources {
            let Some(label) = source.label else { continue };
            let weight = 1.0 / source.mentions.len() as f64;
            examples
                .extend(source.mentions.iter().map(|m| (m.features.as_slice(), label_kind(article, label), weight)));
        }
    }
    let mut kinds: Vec<&str> = examples.iter().map(|e| e.1).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let model = |kind: &str| {
        let examples: Vec<Example<'_>> = examples
            .iter()
            .map(|(features, own, weight)| Example { features, positive: *own == kind, weight: *weight, base: 0.0 })
            .collect();
        logistic::fit(&examples, articles.features.len(), L2)
    };
    kinds.into_iter().map(|kind| (kind.to_owned(), model(kind))).collect()
}

fn label_kind(article: &data::Article, label: usize) -> &str {
    &article.labels.cited[label].kind
}

/// Weights of citing that are kept, and features of kinds.
const KEPT: [usize; 2] = [6_000, 1_000];
/// A log odd in the whole numbers of the table.
const SCALE: f64 = 50.0;

/// The file of weights: fitted on all articles, cut to the weightiest, fitted again and rounded. `second` is the second
/// stage.
/// `constants` are the threshold, slope, offset and the threshold of channels; `lines` the weights of those.
fn table(articles: &Articles, constants: [f64; 4], second: &Collective, mut lines: Vec<String>) -> String {
    let weights = fit(articles, &|_| true, &|_| true);
    let kept = weightiest(articles, &[&weights], KEPT[0]);
    let weights = fit(articles, &|_| true, &|feature| kept.contains(feature));
    let kinds = fit_kinds(articles, &|_| true);
    let all: Vec<&Vec<f64>> = kinds.values().collect();
    let of_kinds = weightiest(articles, &all, KEPT[1]);
    let round = |weight: f64| (weight * SCALE).round() as i64;
    for (at, feature) in articles.features.iter().enumerate() {
        let mut line = format!("{feature} | {}", if kept.contains(feature) { round(weights[at]) } else { 0 });
        if of_kinds.contains(feature) {
            for (kind, weights) in &kinds {
                let weight = round(weights[at] / 2.0).clamp(-127, 127);
                if weight != 0 {
                    line += &format!(" {kind}:{weight}");
                }
            }
        }
        if !line.ends_with(" | 0") {
            lines.push(line);
        }
    }
    lines.sort();
    let head = "# Weights of the model of attribution: FEATURE | WEIGHT OF CITING, THEN KIND:WEIGHT\n\
        # Made by `cargo xtask train-attribution` (see data/README.md); not to be edited.\n\
        # = SCALE THRESHOLD SLOPE OFFSET RELAYS: log odds are weights divided by the scale; a source is cited from the\n\
        # threshold on; slope and offset make log odds a probability; a pair is a source and its channel from RELAYS on.\n\
        # + SLOPE WEIGHTS: the second stage, see collective.rs.\n";
    let weights = (0..Collective::SIZE).map(|place| format!(" {:.3}", second.weight(place))).collect::<String>();
    let second = format!("+ {:.3}{weights}", second.slope());
    let [threshold, slope, offset, relays] = constants;
    format!("{head}= {SCALE} {threshold:.2} {slope:.3} {offset:.3} {relays:.2}\n{second}\n{}\n", lines.join("\n"))
}

/// The features whose weights matter most: by size and by how often they occur.
fn weightiest(articles: &Articles, weights: &[&Vec<f64>], most: usize) -> BTreeSet<String> {
    let mut counts = vec![0_f64; articles.features.len()];
    for mention in articles.sources().flat_map(|source| &source.mentions) {
        mention.features.iter().for_each(|feature| counts[*feature as usize] += 1.0);
    }
    let size = |at: usize| weights.iter().map(|w| w[at].abs()).fold(0.0, f64::max) * counts[at].sqrt();
    let mut order: Vec<usize> = (0..articles.features.len()).collect();
    order.sort_by(|a, b| size(*b).total_cmp(&size(*a)).then(a.cmp(b)));
    order.into_iter().take(most).map(|at| articles.features[at].clone()).collect()
}

//! Trains the model that tells what kind of organisation a name is, and writes `data/organisations/kinds.bin`.
//!
//! It learns from three things: every alias of the dictionaries by its own words; organisations that the dictionaries
//! know, in the texts of a folder of articles (what stands around «РБК» stands around papers that nobody knows); and
//! organisations that nobody knows, in labelled articles. The known ones are seen once whole and once without their
//! own words, or the model would learn the names by heart. It is judged by organisations whose names it has not seen.

use std::{
    cmp::Ordering,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use crate::attribution::{FOLDS as ARTICLE_FOLDS, fold_of_article};
use anyhow::{Context, Result};
use rustc_hash::FxHashMap;
use serde_json::Value;
use svodka_model::{
    article::{EntityKind, SourceKind},
    record::{Origin, Record},
};
use svodka_text::{
    extract::{
        Extractor, Scratch,
        organisations::{
            kinds::{CLASSES, Model, SCALE},
            observe::{Feature, Observed, of_alias, of_open},
        },
    },
    names::{Lexicon, NameKind},
};

/// Features that the model keeps, those of the largest weights.
const FEATURES: usize = 12_000;

/// Known names are seen in this many articles each at most.
const MOST_ARTICLES: usize = 24;

const EPOCHS: usize = 6;
const RATE: f32 = 0.15;
const FOLDS: u64 = 5;

/// How much an example of each source counts.
const OF_ALIAS: f32 = 0.5;
const OF_KNOWN: f32 = 0.5;
const OF_CONTEXT: f32 = 0.7;
const OF_GOLD: f32 = 2.0;

struct Example {
    features: Vec<u32>,
    class: usize,
    weight: f32,
    /// Part of cross-validation, the same for all examples of one name.
    fold: u64,
    /// For examples of the gold: set, id and name.
    gold: Option<(usize, String)>,
    /// For examples of the gold: the article's part in the cross-validation of attribution.
    part: Option<usize>,
}

/// Where the training data lie.
pub struct Sources {
    pub articles: PathBuf,
    pub gold: PathBuf,
    /// Every so many articles are read.
    pub step: usize,
    /// Where models go that have not seen the labels of a fold: `kinds-0.bin` and so on.
    pub folds: Option<PathBuf>,
}

/// The file of the model that has not seen the labels of a fold.
pub fn of_fold(folder: &Path, fold: usize) -> PathBuf {
    folder.join(format!("kinds-{fold}.bin"))
}

/// The names of the features, in the order in which they were first seen.
#[derive(Default)]
struct Names {
    numbers: FxHashMap<u32, u32>,
    called: Vec<(u32, String)>,
}

impl Names {
    fn of(&mut self, features: &[Feature]) -> Vec<u32> {
        let number = |feature: &Feature| {
            *self.numbers.entry(feature.number).or_insert_with(|| {
                self.called.push((feature.number, format!("{:?}={}", feature.group, feature.called)));
                u32::try_from(self.called.len() - 1).unwrap_or_default()
            })
        };
        features.iter().map(number).collect()
    }
}

/// Trains, reports by cross-validation and writes the model.
pub fn train(sources: &Sources, output: &Path) -> Result<()> {
    let lexicon = Lexicon::bundled();
    let mut names = Names::default();
    let mut examples = aliases(lexicon, &mut names);
    println!("aliases: {}", examples.len());
    let known = known(sources, lexicon, &mut names)?;
    println!("known organisations in articles: {}", known.len());
    examples.extend(known);
    let sets = sets(&sources.gold)?;
    for (number, set) in sets.iter().enumerate() {
        let gold = gold(sources, set, number, lexicon, &mut names)?;
        println!(
            "gold {set}: {} open organisations, {} of them sources",
            gold.len(),
            gold.iter().filter(|e| e.class > 0).count()
        );
        examples.extend(gold);
    }
    cross_validate(&examples, names.called.len(), &sets);
    for (fold, folder) in sources.folds.iter().flat_map(|folder| (0..ARTICLE_FOLDS).map(move |fold| (fold, folder))) {
        let weights = fit(&examples, names.called.len(), |example| example.part != Some(fold));
        fs::write(of_fold(folder, fold), pack(&weights, &names).write())?;
    }
    let weights = fit(&examples, names.called.len(), |_| true);
    let model = pack(&weights, &names);
    show(&weights, &names);
    fs::write(output, model.write()).with_context(|| output.display().to_string())?;
    Ok(())
}

/// The sets of a folder: every NAME of NAME.gold.jsonl.
fn sets(folder: &Path) -> Result<Vec<String>> {
    let files: Vec<PathBuf> = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<std::io::Result<_>>()?;
    let name = |path: &PathBuf| Some(path.file_name()?.to_str()?.strip_suffix(".gold.jsonl")?.to_owned());
    let mut sets: Vec<String> = files.iter().filter_map(name).collect();
    sets.sort();
    Ok(sets)
}

fn class_of(kind: NameKind, subtype: Option<&str>) -> usize {
    let place = |kind| SourceKind::ALL.iter().position(|k| *k == kind).map_or(0, |place| place + 1);
    match kind {
        NameKind::Source(kind) => place(kind),
        NameKind::Entity(_) if subtype == Some("association") => place(SourceKind::Ngo),
        NameKind::Entity(_) => 0,
    }
}

fn fold_of(name: &str) -> u64 {
    let name: String = name.to_lowercase().replace('ё', "е").chars().filter(|c| c.is_alphanumeric()).collect();
    xxhash_rust::xxh3::xxh3_64(name.as_bytes()) % FOLDS
}

/// Every alias of the dictionaries of organisations, by its own words.
fn aliases(lexicon: &Lexicon, names: &mut Names) -> Vec<Example> {
    let mut scratch = Scratch::default();
    let mut examples = Vec::new();
    let organisations = lexicon.entries().iter().filter(|entry| entry.kind.entity() == EntityKind::Organization);
    for entry in organisations {
        let class = class_of(entry.kind, entry.subtype.as_deref());
        for alias in &entry.aliases {
            let own = of_alias(&alias.text, lexicon, &mut scratch);
            examples.push(Example {
                features: names.of(&own),
                class,
                weight: OF_ALIAS,
                fold: fold_of(&entry.name),
                gold: None,
                part: None,
            });
        }
    }
    examples
}

/// Known organisations in the articles of a folder.
fn known(sources: &Sources, lexicon: &Lexicon, names: &mut Names) -> Result<Vec<Example>> {
    let extractor = Extractor::new(lexicon);
    let mut scratch = Scratch::default();
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut examples = Vec::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(&sources.articles)?.map(|file| Ok(file?.path())).collect::<std::io::Result<_>>()?;
    files.sort();
    let mut number = 0;
    for file in files.iter().filter(|file| file.extension().is_some_and(|ext| ext == "jsonl")) {
        for line in BufReader::new(fs::File::open(file)?).lines() {
            number += 1;
            let line = line?;
            if number % sources.step.max(1) != 0 {
                continue;
            }
            for organisation in extractor.organisations(&record(&serde_json::from_str(&line)?), &mut scratch) {
                let times = seen.entry(organisation.name.clone()).or_default();
                *times += 1;
                if organisation.known && *times <= MOST_ARTICLES {
                    examples.extend(both(&organisation, names));
                }
            }
        }
    }
    Ok(examples)
}

/// A known organisation, whole and without its own words.
fn both(organisation: &Observed, names: &mut Names) -> [Example; 2] {
    let class = class_of(organisation.kind, organisation.subtype.as_deref());
    let fold = fold_of(&organisation.name);
    let around = names.of(&organisation.around);
    let mut whole = names.of(&organisation.own);
    whole.extend(&around);
    [
        Example { features: whole, class, weight: OF_KNOWN, fold, gold: None, part: None },
        Example { features: around, class, weight: OF_CONTEXT, fold, gold: None, part: None },
    ]
}

fn record(article: &Value) -> Record {
    let field =
        |name: &str| article.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    Record {
        origin: Origin { path: String::new(), absolute: String::new(), line: None },
        title: field("title"),
        text: field("text").unwrap_or_default(),
        url: field("url"),
        outlet: field("outlet"),
        ..Record::default()
    }
}

/// Organisations of labelled articles that the dictionaries have not, or have as companies.
fn gold(sources: &Sources, set: &str, number: usize, lexicon: &Lexicon, names: &mut Names) -> Result<Vec<Example>> {
    let read = |name: String| -> Result<Vec<Value>> {
        let path = sources.gold.join(name);
        let data = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        data.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    };
    let (articles, labels) = (read(format!("{set}.jsonl"))?, read(format!("{set}.gold.jsonl"))?);
    let by_id: FxHashMap<String, &Value> = labels.iter().map(|label| (label["id"].to_string(), label)).collect();
    let extractor = Extractor::new(lexicon);
    let mut scratch = Scratch::default();
    let mut examples = Vec::new();
    for article in &articles {
        let Some(label) = by_id.get(&article["id"].to_string()) else { continue };
        let text = |name: &str| article[name].as_str().unwrap_or_default();
        let part = Some(fold_of_article(text("title"), text("id")) % ARTICLE_FOLDS);
        for organisation in extractor.organisations(&record(article), &mut scratch) {
            let class = label_of(label, &organisation);
            let settled = organisation.known && matches!(organisation.kind, NameKind::Source(_));
            if !organisation.open || settled && !matches!(group(class), 1 | 3) {
                continue;
            }
            let open = of_open(&organisation.reason);
            let mut features = names.of(&organisation.own);
            features.extend(names.of(&organisation.around));
            features.extend(names.of(&open));
            let fold = fold_of(&organisation.name);
            let gold = (!settled)
                .then(|| (number, format!("{} {} ({})", article["id"], organisation.name, organisation.reason)));
            examples.push(Example { features, class, weight: OF_GOLD, fold, gold, part });
        }
    }
    Ok(examples)
}

/// The class that the labels give an organisation.
fn label_of(label: &Value, organisation: &Observed) -> usize {
    let listed = ["cited", "mentioned"].into_iter().filter_map(|part| label[part].as_array()).flatten();
    for source in listed {
        let forms = source["forms"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut names = source["name"].as_str().into_iter().chain(forms);
        let own = || organisation.forms.iter().map(String::as_str).chain([organisation.name.as_str()]);
        if names.any(|name| own().any(|own| same(own, name))) {
            return class_of(
                SourceKind::from_name(source["kind"].as_str().unwrap_or_default())
                    .map_or(NameKind::Entity(EntityKind::Organization), NameKind::Source),
                None,
            );
        }
    }
    0
}

/// Whether two wordings are one name: case, quotes, ё and endings aside.
fn same(a: &str, b: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let text = text.to_lowercase().replace('ё', "е");
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    let word = |(x, y): (&String, &String)| {
        let (x, y): (Vec<char>, Vec<char>) = (x.chars().collect(), y.chars().collect());
        let shorter = x.len().min(y.len());
        let common = shorter.saturating_sub(3).max(3);
        x == y || shorter > 3 && x.len().abs_diff(y.len()) <= 3 && x.get(..common) == y.get(..common)
    };
    !a.is_empty() && a.len() == b.len() && a.iter().zip(&b).all(word)
}

struct Weights {
    bias: [f32; CLASSES],
    rows: Vec<[f32; CLASSES]>,
}

impl Weights {
    fn scores(&self, features: &[u32]) -> [f32; CLASSES] {
        let mut scores = self.bias;
        for row in features.iter().filter_map(|feature| self.rows.get(*feature as usize)) {
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += weight);
        }
        scores
    }
}

fn softmax(scores: [f32; CLASSES]) -> [f32; CLASSES] {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let odds = scores.map(|score| (score - most).exp());
    let sum: f32 = odds.iter().sum();
    odds.map(|odd| odd / sum)
}

/// Softmax regression by Adagrad with a penalty on the squares, always in the same order.
fn fit(examples: &[Example], features: usize, used: impl Fn(&Example) -> bool) -> Weights {
    const PENALTY: f32 = 2e-4;
    let mut weights = Weights { bias: [0.0; CLASSES], rows: vec![[0.0; CLASSES]; features] };
    let mut squares = vec![[1e-2_f32; CLASSES]; features];
    let mut order: Vec<usize> = (0..examples.len()).filter(|at| examples.get(*at).is_some_and(&used)).collect();
    for epoch in 0..EPOCHS {
        order.sort_by_key(|at| xxhash_rust::xxh3::xxh3_64_with_seed(&at.to_le_bytes(), epoch as u64));
        for example in order.iter().filter_map(|at| examples.get(*at)) {
            let mut slope = softmax(weights.scores(&example.features));
            if let Some(own) = slope.get_mut(example.class) {
                *own -= 1.0;
            }
            let slope = slope.map(|slope| slope * example.weight);
            weights.bias.iter_mut().zip(slope).for_each(|(bias, slope)| *bias -= 0.002 * slope);
            for feature in &example.features {
                let at = *feature as usize;
                let (Some(row), Some(squares)) = (weights.rows.get_mut(at), squares.get_mut(at)) else { continue };
                for ((weight, square), slope) in row.iter_mut().zip(squares).zip(slope) {
                    let slope = slope + PENALTY * *weight;
                    *square += slope * slope;
                    *weight -= RATE * slope / square.sqrt();
                }
            }
        }
    }
    weights
}

/// The weights in bytes, the largest only.
fn pack(weights: &Weights, names: &Names) -> Model {
    let size = |row: &[f32; CLASSES]| {
        let middle = row.iter().sum::<f32>() / CLASSES as f32;
        row.iter().map(|weight| (weight - middle).abs()).fold(0.0, f32::max)
    };
    let mut rows: Vec<(f32, u32, [f32; CLASSES])> =
        weights.rows.iter().zip(&names.called).map(|(row, (number, _))| (size(row), *number, *row)).collect();
    rows.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal).then(a.1.cmp(&b.1)));
    rows.truncate(FEATURES);
    let packed = rows
        .into_iter()
        .map(|(_, number, row)| (number, row.map(|weight| (weight / SCALE).round().clamp(-127.0, 127.0) as i8)));
    Model::new(weights.bias, packed.collect())
}

fn group(class: usize) -> u8 {
    match class.checked_sub(1).and_then(|place| SourceKind::ALL.get(place)) {
        None => 0,
        Some(SourceKind::ThinkTank | SourceKind::Pollster) => 1,
        Some(SourceKind::Media | SourceKind::Agency | SourceKind::Telegram) => 2,
        Some(_) => 3,
    }
}

/// Judges by organisations whose names were not seen.
fn cross_validate(examples: &[Example], features: usize, sets: &[String]) {
    let mut judged: Vec<(usize, String, usize, usize, f32)> = Vec::new();
    for fold in 0..FOLDS {
        let weights = fit(examples, features, |example| example.fold != fold);
        for example in examples.iter().filter(|example| example.fold == fold) {
            let Some((set, name)) = &example.gold else { continue };
            let scores = softmax(weights.scores(&example.features));
            let of = |wanted: u8| -> f32 {
                scores.iter().enumerate().filter(|(class, _)| group(*class) == wanted).map(|(_, s)| s).sum()
            };
            let best = (1..=3).max_by(|a, b| of(*a).partial_cmp(&of(*b)).unwrap_or(Ordering::Equal)).unwrap_or(1);
            judged.push((
                *set,
                name.clone(),
                usize::from(group(example.class)),
                usize::from(best),
                (of(best) / of(0)).ln(),
            ));
        }
    }
    for (number, set) in sets.iter().enumerate() {
        for least in [-1.0, 0.0, 1.0] {
            let own = || judged.iter().filter(|(set, ..)| *set == number);
            let found = own().filter(|j| j.4 >= least).count();
            let right = own().filter(|j| j.4 >= least && j.2 == j.3).count();
            let source = own().filter(|j| j.4 >= least && j.2 != 0).count();
            let all = own().filter(|j| j.2 != 0).count();
            println!(
                "{set} odds ≥ {least}: {found} called sources, {source} are, {right} of the right group, of {all}"
            );
        }
    }
    judged.sort_by(|a, b| b.4.partial_cmp(&a.4).unwrap_or(Ordering::Equal));
    for (set, name, is, best, odds) in judged.iter().filter(|j| j.0 == 0 && (j.2 != j.3) && j.4 > 0.0).take(60) {
        println!("wrong {set} {name}: is {is}, taken for {best} at {odds:.1}");
    }
    for (set, name, is, best, odds) in judged.iter().rev().filter(|j| j.0 == 0 && j.2 != 0 && j.4 < 0.0).take(60) {
        println!("missed {set} {name}: is {is}, best {best} at {odds:.1}");
    }
}

/// The largest weights of each class.
fn show(weights: &Weights, names: &Names) {
    for class in 0..CLASSES {
        let mut all: Vec<(f32, &str)> = weights
            .rows
            .iter()
            .zip(&names.called)
            .map(|(row, (_, called))| (row.get(class).copied().unwrap_or_default(), called.as_str()))
            .collect();
        all.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal));
        let kind = class.checked_sub(1).and_then(|place| SourceKind::ALL.get(place)).map_or("none", |kind| kind.name());
        let top: Vec<String> = all.iter().take(25).map(|(weight, called)| format!("{called} {weight:+.1}")).collect();
        println!("{kind}: {}", top.join(", "));
    }
}

//! The model of channels: through whom a source reached an article. Trained on the pairs that the embedded model of
//! citing finds in labelled articles.

use super::{
    data,
    gold::{self, Labelled},
    logistic::{self, Example},
};
use std::collections::{BTreeMap, HashMap};
use svodka_text::{
    extract::{Extractor, Scratch, attribution::observe::ObservedPair},
    names::Lexicon,
};

/// Penalty on the weights.
const L2: f64 = 2.0;
/// Features seen in fewer articles are left out.
const RARE: u32 = 3;

/// All pairs of one source in one article.
struct Choice {
    article: usize,
    /// Whether the labels name a channel.
    has_channel: bool,
    /// For each pair its features, and whether its channel is the labelled one.
    pairs: Vec<(Vec<u32>, bool)>,
}

/// The pairs of labelled articles.
pub struct Channels {
    choices: Vec<Choice>,
    folds: Vec<usize>,
    sets: Vec<String>,
    features: Vec<String>,
}

/// Right, chosen and labelled channels.
type Counts = [f64; 3];

impl Channels {
    /// Extracts the pairs of all articles.
    pub fn new(labelled: &[Labelled]) -> Self {
        let extractor = Extractor::new(Lexicon::bundled());
        let mut scratch = Scratch::default();
        let observed: Vec<Vec<ObservedPair>> =
            labelled.iter().map(|article| extractor.channels(&data::record(&article.text), &mut scratch)).collect();
        let mut counts: HashMap<String, u32> = HashMap::new();
        for pairs in &observed {
            let mut names: Vec<String> = pairs.iter().flat_map(names_of).collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().for_each(|name| *counts.entry(name).or_default() += 1);
        }
        let kept: BTreeMap<String, u32> = counts.into_iter().filter(|(_, count)| *count >= RARE).collect();
        let features: Vec<String> = kept.into_keys().collect();
        let numbers: HashMap<&str, u32> = (0..).zip(&features).map(|(number, name)| (name.as_str(), number)).collect();
        let choices = labelled.iter().zip(&observed).enumerate();
        let choices = choices.flat_map(|(at, (article, pairs))| self::choices(at, article, pairs, &numbers)).collect();
        let fold = |a: &Labelled| data::fold_of_article(a.text.title.as_deref().unwrap_or_default(), &a.text.id);
        Self {
            choices,
            folds: labelled.iter().map(fold).collect(),
            sets: labelled.iter().map(|a| a.set.clone()).collect(),
            features: features.clone(),
        }
    }

    fn fit(&self, used: &dyn Fn(usize) -> bool) -> Vec<f64> {
        let used = || self.choices.iter().filter(|choice| used(choice.article));
        let examples: Vec<Example<'_>> = used()
            .flat_map(|choice| {
                let weight = 1.0 / (choice.pairs.len() as f64).sqrt();
                choice.pairs.iter().map(move |(features, positive)| Example { features, positive: *positive, weight, base: 0.0 })
            })
            .collect();
        logistic::fit(&examples, self.features.len(), L2)
    }

    /// Prints what held-out models choose, and returns the best threshold with the lines of the weights.
    pub fn train(&self, scale: f64) -> (f64, Vec<String>) {
        let models: Vec<Vec<f64>> =
            (0..super::FOLDS).map(|fold| self.fit(&|at| self.folds[at] % super::FOLDS != fold)).collect();
        let count = |threshold: f64, set: &dyn Fn(&str) -> bool| {
            let mut counts = Counts::default();
            for choice in self.choices.iter().filter(|choice| set(&self.sets[choice.article])) {
                let weights = &models[self.folds[choice.article] % super::FOLDS];
                let scores = choice.pairs.iter().map(|pair| (logistic::score(&pair.0, weights), pair.1));
                let best = scores.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|best| best.0 >= threshold);
                counts[0] += f64::from(u8::from(best.is_some_and(|best| best.1)));
                counts[1] += f64::from(u8::from(best.is_some()));
                counts[2] += f64::from(u8::from(choice.has_channel));
            }
            counts
        };
        // A missing channel says that the article itself asked the source, so recall counts twice.
        let value = |counts: Counts| 3.0 * counts[0] / (counts[1] + 2.0 * counts[2]).max(1.0);
        let thresholds = (-20..=20).map(|step| f64::from(step) / 10.0);
        let threshold = thresholds.max_by(|a, b| value(count(*a, &|_| true)).total_cmp(&value(count(*b, &|_| true))));
        let threshold = threshold.unwrap_or(0.0);
        println!("\n== channels of found sources, cross-validated by article, threshold {threshold:.1} ==");
        type Set<'a> = (&'a str, &'a dyn Fn(&str) -> bool);
        let sets: [Set<'_>; 4] = [
            ("pieces+dev", &|set| set == "pieces" || set == "dev"),
            ("invented", &|set| set == "invented"),
            ("written", &|set| set.starts_with("written")),
            ("late", &|set| set.len() == 3 && set != "dev"),
        ];
        for (name, set) in sets {
            let [right, chosen, labelled] = count(threshold, set);
            println!("  {name:12} {right} right of {labelled} labelled, {chosen} chosen");
        }
        let weights = self.fit(&|_| true);
        let lines = self.features.iter().zip(&weights).filter_map(|(feature, weight)| {
            let weight = (weight * scale).round() as i64;
            (weight.abs() >= SMALLEST).then(|| format!("via:{feature} | {weight}"))
        });
        (threshold, lines.collect())
    }
}

/// Smallest weight of a pair's feature that is kept.
const SMALLEST: i64 = 6;

fn names_of(pair: &ObservedPair) -> impl Iterator<Item = String> {
    pair.features.0.iter().map(|(feature, value)| format!("{}={value}", feature.name()))
}

fn choices(at: usize, article: &Labelled, pairs: &[ObservedPair], numbers: &HashMap<&str, u32>) -> Vec<Choice> {
    let lexicon = Lexicon::bundled();
    let names = |name: &[String; 2]| -> Vec<Vec<Vec<char>>> {
        let aliases =
            lexicon.named(&name[0]).into_iter().flat_map(|entry| entry.aliases.iter().map(|a| a.text.clone()));
        name.iter().cloned().chain(aliases).map(|name| gold::fold(&name)).collect()
    };
    let is = |names: &[Vec<Vec<char>>], cited: &gold::Cited| {
        let mut own = std::iter::once(&cited.name).chain(&cited.forms).map(|name| gold::fold(name));
        own.any(|own| names.iter().any(|name| gold::same(name, &own)))
    };
    let mut by_source: BTreeMap<&str, Vec<&ObservedPair>> = BTreeMap::new();
    for pair in pairs {
        by_source.entry(&pair.relayed[0]).or_default().push(pair);
    }
    let mut out = Vec::new();
    for pairs in by_source.into_values() {
        let texts = pairs.iter().flat_map(|pair| names(&pair.relayed)).collect::<Vec<_>>();
        let Some(cited) = article.labels.cited.iter().find(|cited| is(&texts, cited)) else { continue };
        let channel = cited.via.as_ref();
        let labelled = channel.and_then(|via| article.labels.cited.iter().find(|other| other.name == *via));
        let pairs = pairs.iter().map(|pair| {
            let features = names_of(pair).filter_map(|name| numbers.get(name.as_str()).copied()).collect();
            let right = labelled.is_some_and(|cited| is(&names(&pair.channel), cited));
            (features, right)
        });
        out.push(Choice { article: at, has_channel: channel.is_some(), pairs: pairs.collect() });
    }
    out
}

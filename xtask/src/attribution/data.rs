//! Labelled articles as the model sees them: sources, mentions, numbered features.

use super::gold::{self, Labelled, Labels};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use svodka_model::record::{Origin, Record};
use svodka_text::{
    extract::{
        Extractor, Scratch, attribution::features::Feature, attribution::observe::Observed, organisations::kinds::Model,
    },
    names::Lexicon,
};

/// A mention: the numbers of its features, and whether the labelled evidence holds it.
pub struct Mention {
    pub features: Vec<u32>,
    pub in_evidence: bool,
    pub text: String,
    pub rule: Option<&'static str>,
}

/// A source of an article.
pub struct Source {
    pub name: String,
    pub aliases: Vec<String>,
    pub names: Vec<Vec<Vec<char>>>,
    pub kind: Option<String>,
    pub is_self: bool,
    /// The labelled citation that it is.
    pub label: Option<usize>,
    pub mentions: Vec<Mention>,
}

/// An article with its labels.
pub struct Article {
    pub set: String,
    pub id: String,
    pub labels: Labels,
    pub gold_names: Vec<Vec<Vec<Vec<char>>>>,
    pub sources: Vec<Source>,
    /// Its part in the cross-validation by article and by citing phrase.
    pub folds: [usize; 2],
    /// A number in 0..1 for the learning curve.
    pub lot: f64,
}

/// All articles and the names of the features.
pub struct Articles {
    pub all: Vec<Article>,
    pub features: Vec<String>,
}

impl Articles {
    /// Extracts the features of all articles; features in fewer than `rare` articles are left out.
    ///
    /// `kinds` are models of kinds by folds, each of which has not seen the labels of its fold.
    pub fn new(labelled: Vec<Labelled>, rare: u32, kinds: &[Model]) -> Self {
        let extractor = |article: &Labelled| {
            let extractor = Extractor::new(Lexicon::bundled());
            let fold = fold_of_article(article.text.title.as_deref().unwrap_or_default(), &article.text.id);
            kinds.get(fold % super::FOLDS).map_or(extractor, |kinds| extractor.with_kinds(kinds))
        };
        let mut scratch = Scratch::default();
        let observed: Vec<Vec<Observed>> =
            labelled.iter().map(|article| extractor(article).observed(&record(&article.text), &mut scratch)).collect();
        let mut counts: HashMap<String, u32> = HashMap::new();
        for sources in &observed {
            let names: BTreeSet<String> = sources.iter().flat_map(|s| &s.mentions).flat_map(feature_names).collect();
            names.into_iter().for_each(|name| *counts.entry(name).or_default() += 1);
        }
        let kept: BTreeMap<String, u32> = counts.into_iter().filter(|(_, count)| *count >= rare).collect();
        let features: Vec<String> = kept.into_keys().collect();
        let numbers: HashMap<&str, u32> = (0..).zip(&features).map(|(number, name)| (name.as_str(), number)).collect();
        let all = labelled.iter().zip(observed).map(|(article, observed)| self::article(article, observed, &numbers));
        Self { all: all.collect(), features: features.clone() }
    }

    /// All sources.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.all.iter().flat_map(|article| &article.sources)
    }
}

/// The part of the table that a feature belongs to.
pub fn part(feature: &str) -> &'static str {
    let name = feature.split('=').next().unwrap_or_default();
    let name = name.rsplit(':').next().unwrap_or_default();
    Feature::TABLE.iter().find(|row| row.1 == name).map_or("", |row| row.2)
}

/// The names of the features of a mention, alone and with its group.
pub fn feature_names(
    mention: &svodka_text::extract::attribution::observe::ObservedMention,
) -> impl Iterator<Item = String> {
    let group = mention.group;
    mention.features.0.iter().flat_map(move |(feature, value)| {
        let name = format!("{}={value}", feature.name());
        [format!("{group}:{name}"), name]
    })
}

/// An article as the readers would hand it over.
pub fn record(text: &gold::Text) -> Record {
    let id = text.id.clone();
    Record {
        origin: Origin { path: id.clone(), absolute: id, line: None },
        title: text.title.clone().filter(|title| !title.is_empty()),
        text: text.text.clone(),
        outlet: text.outlet.clone().filter(|outlet| !outlet.is_empty()),
        url: text.url.clone(),
        ..Record::default()
    }
}

fn hash(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// The part of an article in the cross-validation, of a thousand: by its title, for windows of one article belong together.
pub fn fold_of_article(title: &str, id: &str) -> usize {
    let whole = title.chars().count() > 15;
    hash(if whole { title } else { id }) as usize % 1000
}

fn article(article: &Labelled, observed: Vec<Observed>, numbers: &HashMap<&str, u32>) -> Article {
    let labels = article.labels.clone();
    let names = |name: &str, forms: &[String]| -> Vec<Vec<Vec<char>>> {
        std::iter::once(name).chain(forms.iter().map(String::as_str)).map(gold::fold).collect()
    };
    let gold_names: Vec<_> = labels.cited.iter().map(|cited| names(&cited.name, &cited.forms)).collect();
    let matches = |source: &[Vec<Vec<char>>], label: usize| {
        let gold: &Vec<Vec<Vec<char>>> = &gold_names[label];
        source.iter().any(|a| gold.iter().any(|b| gold::same(a, b)))
    };
    let text = &article.text;
    let evidence: Vec<Option<(bool, usize, usize)>> = labels
        .cited
        .iter()
        .map(|cited| {
            let find = |part: &str| part.find(&cited.evidence).map(|at| (at, at + cited.evidence.len()));
            let in_text = find(&text.text).map(|(a, b)| (false, a, b));
            in_text.or_else(|| find(text.title.as_deref().unwrap_or_default()).map(|(a, b)| (true, a, b)))
        })
        .collect();
    let sources = observed.into_iter().map(|observed| {
        let mut all: Vec<String> = vec![observed.name.clone()];
        all.extend(observed.aliases.iter().cloned());
        all.extend(observed.mentions.iter().map(|m| m.text.clone()));
        let folded: Vec<Vec<Vec<char>>> = all.iter().map(|name| gold::fold(name)).collect();
        let label = (0..labels.cited.len()).find(|label| matches(&folded, *label));
        let mentions = observed.mentions.iter().map(|m| {
            let span = m.span.range();
            let title = m.span.part == svodka_model::article::Part::Title;
            let in_evidence = label
                .and_then(|label| evidence[label])
                .is_some_and(|(of_title, start, end)| of_title == title && span.start < end && start < span.end);
            let features = feature_names(m).filter_map(|name| numbers.get(name.as_str()).copied()).collect();
            Mention { features, in_evidence, text: m.text.clone(), rule: m.rule }
        });
        Source {
            mentions: mentions.collect(),
            name: observed.name,
            aliases: observed.aliases,
            names: folded,
            kind: observed.kind.map(|kind| kind.name().to_owned()),
            is_self: observed.is_self,
            label,
        }
    });
    let sources: Vec<Source> = sources.collect();
    let title = text.title.as_deref().unwrap_or_default();
    let phrase = labels
        .cited
        .first()
        .map_or_else(|| format!("{title}{}", text.id), |cited| phrase(&cited.evidence, &cited.forms));
    Article {
        folds: [fold_of_article(title, &text.id), hash(&phrase) as usize % 1000],
        lot: (hash(&format!("lot {}", text.id)) % 1000) as f64 / 1000.0,
        set: article.set.clone(),
        id: text.id.clone(),
        labels,
        gold_names,
        sources,
    }
}

/// The citing phrase of an evidence clause: its small-letter words nearest the name, each by its beginning.
fn phrase(evidence: &str, forms: &[String]) -> String {
    let at = forms.iter().find_map(|form| evidence.find(form.as_str())).unwrap_or(0);
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.starts_with(char::is_lowercase));
        words.map(|w| w.chars().take(5).collect()).collect()
    };
    let left = words(evidence.get(..at).unwrap_or_default());
    let near: Vec<String> = left.into_iter().rev().take(2).collect();
    if near.is_empty() {
        words(evidence.get(at..).unwrap_or_default()).into_iter().take(2).collect::<Vec<_>>().join(" ")
    } else {
        near.join(" ")
    }
}

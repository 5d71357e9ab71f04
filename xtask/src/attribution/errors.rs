//! Which classes of citations held-out models miss, and what they call cited that is not: the table to work by.

use super::{
    data::{Article, Articles, Source},
    gold,
    report::Predicted,
};
use std::collections::BTreeMap;

/// Classes that are printed of each set.
const WORST: usize = 14;
/// Examples of each class: names only.
const EXAMPLES: usize = 6;

/// What went wrong with one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Error {
    /// A labelled citation whose name is no candidate.
    NotFound,
    /// A candidate that is cited, with a score below the threshold.
    Missed,
    /// Cited and found, but as another group of kinds.
    OtherKind,
    /// Called cited, but labelled as merely mentioned.
    Mentioned,
    /// Called cited, but not among the labels: no source at all.
    NotLabelled,
}

impl Error {
    fn name(self) -> &'static str {
        match self {
            Self::NotFound => "no candidate",
            Self::Missed => "missed",
            Self::OtherKind => "other kind",
            Self::Mentioned => "only mentioned",
            Self::NotLabelled => "not labelled",
        }
    }
}

/// Counts and some names of a class.
#[derive(Default)]
struct Class {
    count: usize,
    names: Vec<String>,
}

/// Prints the worst classes of the articles that `wanted` takes.
pub fn print(
    title: &str,
    articles: &Articles,
    scores: &[Vec<Predicted>],
    wanted: &dyn Fn(&Article) -> bool,
    threshold: f64,
) {
    let mut classes: BTreeMap<(Error, String), Class> = BTreeMap::new();
    let mut cited = 0;
    for (article, predicted) in articles.all.iter().zip(scores).filter(|(article, _)| wanted(article)) {
        cited += article.labels.cited.iter().filter(|label| !label.is_self).count();
        for (error, class, name) in errors(articles, article, predicted, threshold) {
            let class = classes.entry((error, class)).or_default();
            class.count += 1;
            if class.names.len() < EXAMPLES {
                class.names.push(format!("{name} ({})", article.id));
            }
        }
    }
    let mut all: Vec<_> = classes.into_iter().collect();
    all.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(&b.0)));
    println!("{title}: {cited} citations, {} errors", all.iter().map(|(_, class)| class.count).sum::<usize>());
    for ((error, class), Class { count, names }) in all.into_iter().take(WORST) {
        println!("  {count:4} {:14} {class:44} {}", error.name(), names.join("; "));
    }
}

/// The errors in an article: what, of which class, and whose name.
fn errors(
    articles: &Articles,
    article: &Article,
    predicted: &[Predicted],
    threshold: f64,
) -> Vec<(Error, String, String)> {
    let group = |kind: &str| gold::GROUPS[gold::group(kind)];
    let mut out = Vec::new();
    for (label, cited) in article.labels.cited.iter().enumerate().filter(|(_, cited)| !cited.is_self) {
        let fits =
            |source: &Source| source.names.iter().any(|a| article.gold_names[label].iter().any(|b| gold::same(a, b)));
        let fitting = article.sources.iter().zip(predicted).filter(|(source, _)| fits(source) && !source.is_self);
        let Some((source, best)) = fitting.max_by(|a, b| a.1.score.total_cmp(&b.1.score)) else {
            out.push((Error::NotFound, group(&cited.kind).to_owned(), cited.name.clone()));
            continue;
        };
        let class = format!("{}, {}", group(&cited.kind), class(articles, source, best));
        if best.score < threshold {
            out.push((Error::Missed, class, cited.name.clone()));
        } else if gold::group(&best.kind) != gold::group(&cited.kind) {
            let class =
                format!("{} called {}, {}", group(&cited.kind), group(&best.kind), known(articles, source, best));
            out.push((Error::OtherKind, class, cited.name.clone()));
        }
    }
    for (source, best) in article.sources.iter().zip(predicted) {
        if best.score < threshold || source.is_self || source.label.is_some() {
            continue;
        }
        let mentioned = article.labels.mentioned.iter().map(|m| gold::fold(&m.name));
        let is_mentioned = mentioned.into_iter().any(|name| source.names.iter().any(|own| gold::same(own, &name)));
        let error = if is_mentioned { Error::Mentioned } else { Error::NotLabelled };
        out.push((error, format!("{}, {}", group(&best.kind), class(articles, source, best)), source.name.clone()));
    }
    out
}

/// How a source came to be known, and what speaks for it beside its best mention.
fn class(articles: &Articles, source: &Source, best: &Predicted) -> String {
    let has = |name: &str| feature(articles, source, best, name).is_some();
    let context = match source.mentions[best.mention].rule {
        Some(rule) => rule,
        None if has("cue=") => "no rule, a cue of something else",
        None if feature(articles, source, best, "expert=").is_some_and(|expert| !expert.starts_with("none")) => {
            "no rule, an expert"
        }
        None => "no rule",
    };
    format!("{}, {context}", known(articles, source, best))
}

/// How a source came to be known, in a word.
fn known<'a>(articles: &'a Articles, source: &Source, best: &Predicted) -> &'a str {
    match feature(articles, source, best, "known=") {
        Some("tagger") => "open name",
        Some("described") => "typed name",
        Some("dictionary" | "short" | "ambiguous") if source.kind.is_none() => "known as no source",
        Some(_) => "dictionary",
        None => "?",
    }
}

/// The value of the first feature of the best mention whose name and mark are `name`.
fn feature<'a>(articles: &'a Articles, source: &Source, best: &Predicted, name: &str) -> Option<&'a str> {
    let features = source.mentions[best.mention].features.iter();
    features.into_iter().find_map(|number| articles.features[*number as usize].strip_prefix(name))
}

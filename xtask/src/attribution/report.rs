//! What the figures of the cross-validation are, by the rules of the scorer.

use super::{
    data::{Article, Articles},
    errors, gold,
};
use anyhow::Result;
use serde_json::json;
use std::{collections::BTreeMap, fs, path::Path};

/// What a model says of a source.
#[derive(Clone, Debug)]
pub struct Predicted {
    pub score: f64,
    pub kind: String,
    pub mention: usize,
}

/// Right, found and labelled: think tanks, press, other, any; then mentioned called cited, and all mentioned.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub groups: [[f64; 3]; 4],
    pub mentioned: [f64; 2],
}

impl Counts {
    fn figures(&self, group: usize) -> (f64, f64, f64) {
        let [right, found, labelled] = self.groups[group];
        let share = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        (share(right, found), share(right, labelled), share(2.0 * right, found + labelled))
    }
}

/// Adds an article whose cited sources are `cited`, each with its kind.
pub fn count(article: &Article, cited: &[(usize, &str)], counts: &mut Counts) {
    let matches = |source: usize, label: usize| {
        article.sources[source].names.iter().any(|a| article.gold_names[label].iter().any(|b| gold::same(a, b)))
    };
    let labels: Vec<usize> = (0..article.labels.cited.len()).collect();
    let (own, asked): (Vec<usize>, Vec<usize>) = labels.into_iter().partition(|l| article.labels.cited[*l].is_self);
    let cited: Vec<(usize, &str)> = cited
        .iter()
        .copied()
        .filter(|(s, _)| !article.sources[*s].is_self && !own.iter().any(|label| matches(*s, *label)))
        .collect();
    let mut used = vec![false; cited.len()];
    for label in asked {
        let wanted = gold::group(&article.labels.cited[label].kind);
        counts.groups[wanted][2] += 1.0;
        counts.groups[3][2] += 1.0;
        let mut fitting: Vec<usize> = (0..cited.len()).filter(|i| !used[*i] && matches(cited[*i].0, label)).collect();
        fitting.sort_by_key(|i| gold::group(cited[*i].1) != wanted);
        if let Some(first) = fitting.first() {
            used[*first] = true;
            counts.groups[3][0] += 1.0;
            if gold::group(cited[*first].1) == wanted {
                counts.groups[wanted][0] += 1.0;
            }
        }
    }
    for (_, kind) in &cited {
        counts.groups[gold::group(kind)][1] += 1.0;
        counts.groups[3][1] += 1.0;
    }
    for mentioned in &article.labels.mentioned {
        let name = gold::fold(&mentioned.name);
        counts.mentioned[1] += 1.0;
        let called = (0..cited.len())
            .any(|i| !used[i] && article.sources[cited[i].0].names.iter().any(|n| gold::same(n, &name)));
        counts.mentioned[0] += f64::from(u8::from(called));
    }
}

fn at_threshold(
    articles: &Articles,
    scores: &[Vec<Predicted>],
    sets: &dyn Fn(&Article) -> bool,
    threshold: f64,
) -> Counts {
    let mut counts = Counts::default();
    for (article, predicted) in articles.all.iter().zip(scores).filter(|(article, _)| sets(article)) {
        let cited: Vec<(usize, &str)> = predicted
            .iter()
            .enumerate()
            .filter(|(_, p)| p.score >= threshold)
            .map(|(at, p)| (at, p.kind.as_str()))
            .collect();
        count(article, &cited, &mut counts);
    }
    counts
}

/// The threshold with the best F1 of all kinds whose precision is at least `precision`.
pub fn threshold(
    articles: &Articles,
    scores: &[Vec<Predicted>],
    sets: &dyn Fn(&Article) -> bool,
    precision: f64,
) -> f64 {
    let mut best = (f64::MIN, 0.0);
    for step in -40..=120 {
        let threshold = f64::from(step) / 20.0;
        let (p, _, f) = at_threshold(articles, scores, sets, threshold).figures(3);
        if p >= precision && f > best.0 {
            best = (f, threshold);
        }
    }
    best.1
}

/// Whether an article is no invented one: those have other shares of everything.
pub fn real(article: &Article) -> bool {
    !is_invented(article)
}

fn is_invented(article: &Article) -> bool {
    article.set == "invented" || is_written(article)
}

/// Whether an article is one of the later invented items: files written, written2 and so on.
fn is_written(article: &Article) -> bool {
    article.set.starts_with("written")
}

/// Whether an article is one of the windows that were labelled last: files w01, t03 and the like.
fn is_late(article: &Article) -> bool {
    article.set.len() == 3 && article.set.starts_with(['w', 't'])
}

/// Prints all tables of a cross-validation.
pub fn tables(articles: &Articles, scores: &[Vec<Predicted>], precision: f64) {
    type Sets<'a> = (&'a str, &'a dyn Fn(&Article) -> bool);
    let sets: [Sets<'_>; 8] = [
        ("real", &real),
        ("pieces+dev", &|a| a.set == "pieces" || a.set == "dev"),
        ("pieces", &|a| a.set == "pieces"),
        ("pieces g", &|a| a.set == "pieces" && a.id.starts_with('g')),
        ("dev", &|a| a.set == "dev"),
        ("invented", &|a| a.set == "invented"),
        ("written", &is_written),
        ("late", &is_late),
    ];
    for (name, wanted) in [("best F", 0.0), ("P>=aim", precision), ("P>=.95", 0.95)] {
        let threshold = threshold(articles, scores, &real, wanted);
        println!("{name} (threshold {threshold:.2})");
        for (set, of) in sets {
            print(set, &at_threshold(articles, scores, of, threshold));
        }
    }
}

/// Prints the worst classes of errors at the threshold of this precision.
pub fn errors(articles: &Articles, scores: &[Vec<Predicted>], precision: f64) {
    let threshold = threshold(articles, scores, &real, precision);
    println!("\n== errors at threshold {threshold:.2}, cross-validated by article ==");
    errors::print("pieces+dev", articles, scores, &|a| a.set == "pieces" || a.set == "dev", threshold);
    errors::print("new windows", articles, scores, &is_late, threshold);
    errors::print("invented and written", articles, scores, &is_invented, threshold);
}

/// Prints one line of the figures of real articles.
pub fn line(title: &str, articles: &Articles, scores: &[Vec<Predicted>], precision: f64) {
    let best = at_threshold(articles, scores, &real, threshold(articles, scores, &real, 0.0)).figures(3).2;
    let at = threshold(articles, scores, &real, precision);
    let counts = at_threshold(articles, scores, &real, at);
    let (p, r, f) = counts.figures(3);
    let invented = at_threshold(articles, scores, &is_invented, at).figures(3).2;
    println!("{title:24} best F {best:.3}   P {p:.3} R {r:.3} F {f:.3}   invented {invented:.3}");
}

fn print(set: &str, counts: &Counts) {
    let mut line = format!("  {set:12}");
    for (group, name) in gold::GROUPS.iter().chain(&["any"]).enumerate() {
        let (p, r, f) = counts.figures(group);
        line += &format!(" {name} {f:.3} ({p:.3}/{r:.3})");
    }
    println!(
        "{line}  n={} mentioned called cited {:.3}",
        counts.groups[3][2],
        counts.mentioned[0] / counts.mentioned[1].max(1.0)
    );
}

/// How many labelled sources are candidates at all.
pub fn candidate_recall(articles: &Articles) {
    let mut counts: BTreeMap<(String, &str), [usize; 2]> = BTreeMap::new();
    for article in &articles.all {
        for (at, cited) in article.labels.cited.iter().enumerate().filter(|(_, c)| !c.is_self) {
            let count = counts.entry((article.set.clone(), gold::GROUPS[gold::group(&cited.kind)])).or_default();
            let found = article
                .sources
                .iter()
                .any(|s| s.names.iter().any(|a| article.gold_names[at].iter().any(|b| gold::same(a, b))));
            count[0] += usize::from(found);
            count[1] += 1;
        }
    }
    for ((set, group), [found, all]) in counts {
        println!("candidates: {set} {group} {found} of {all} ({:.3})", found as f64 / all as f64);
    }
}

/// The figures of the rules alone.
pub fn rules(articles: &Articles) {
    for set in ["pieces", "dev", "invented"] {
        let mut counts = Counts::default();
        for article in articles.all.iter().filter(|a| a.set == set) {
            let by_rules =
                article.sources.iter().enumerate().filter(|(_, s)| s.mentions.iter().any(|m| m.rule.is_some()));
            let cited: Vec<(usize, &str)> = by_rules.filter_map(|(at, s)| Some((at, s.kind.as_deref()?))).collect();
            count(article, &cited, &mut counts);
        }
        print(&format!("rules {set}"), &counts);
    }
}

/// Writes all scores, an article a line.
pub fn write(articles: &Articles, scores: &[Vec<Predicted>], path: &Path) -> Result<()> {
    let mut out = String::new();
    for (article, predicted) in articles.all.iter().zip(scores) {
        let sources = article.sources.iter().zip(predicted).map(|(source, p)| {
            json!({"name": source.name, "aliases": source.aliases, "self": source.is_self, "kind": p.kind, "score": p.score,
                "dictionary": source.kind, "label": source.label, "rule": source.mentions[p.mention].rule,
                "mentions": source.mentions.iter().map(|m| json!({"text": m.text})).collect::<Vec<_>>()})
        });
        let line = json!({"id": article.id, "set": article.set, "sources": sources.collect::<Vec<_>>()});
        out += &format!("{line}\n");
    }
    fs::write(path, out)?;
    Ok(())
}

/// Writes all features, for a look at them with other tools.
pub fn dump(articles: &Articles, path: &Path) -> Result<()> {
    let mut out = format!("{}\n", json!(articles.features));
    for article in &articles.all {
        let matches = |source: &super::data::Source, label: usize| {
            source.names.iter().any(|a| article.gold_names[label].iter().any(|b| gold::same(a, b)))
        };
        let sources = article.sources.iter().map(|source| {
            let mentions = source.mentions.iter().map(|m| json!({"f": m.features, "e": m.in_evidence, "t": m.text, "r": m.rule}));
            let labels: Vec<usize> = (0..article.labels.cited.len()).filter(|l| matches(source, *l)).collect();
            json!({"name": source.name, "aliases": source.aliases, "self": source.is_self, "kind": source.kind, "label": source.label,
                "labels": labels, "mentions": mentions.collect::<Vec<_>>()})
        });
        let gold: Vec<_> =
            article.labels.cited.iter().map(|c| json!({"kind": c.kind, "self": c.is_self, "name": c.name})).collect();
        let line = json!({"id": article.id, "set": article.set, "folds": article.folds, "gold": gold, "sources": sources.collect::<Vec<_>>()});
        out += &format!("{line}\n");
    }
    fs::write(path, out)?;
    Ok(())
}

/// Slope and offset that make held-out scores of real articles probabilities.
pub fn calibrate(articles: &Articles, scores: &[Vec<Predicted>]) -> (f64, f64) {
    let mut all = Vec::new();
    for (article, predicted) in articles.all.iter().zip(scores).filter(|(article, _)| real(article)) {
        all.extend(article.sources.iter().zip(predicted).map(|(source, p)| (p.score, source.label.is_some())));
    }
    let (mut slope, mut offset) = (1.0, 0.0);
    for _ in 0..2_000 {
        let (mut by_slope, mut by_offset) = (0.0, 0.0);
        for (score, cited) in &all {
            let off = 1.0 / (1.0 + f64::exp(-(slope * score + offset))) - f64::from(u8::from(*cited));
            by_slope += off * score;
            by_offset += off;
        }
        let step = 1.0 / all.len() as f64;
        slope -= step * by_slope;
        offset -= step * by_offset;
    }
    (slope, offset)
}

/// Writes what the embedded model finds in `texts`.
pub fn articles(texts: &[gold::Text], path: &Path) -> Result<()> {
    let lexicon = svodka_text::names::Lexicon::bundled();
    let extractor = svodka_text::extract::Extractor::new(lexicon);
    let mut scratch = svodka_text::extract::Scratch::default();
    let mut out = String::new();
    for text in texts {
        let article = extractor.article(super::data::record(text), &mut scratch);
        let aliases = |name: &str| -> Vec<String> {
            lexicon.named(name).into_iter().flat_map(|e| e.aliases.iter().map(|a| a.text.clone())).collect()
        };
        let cited = article.cited.iter().map(|c| {
            json!({"name": c.name, "kind": c.kind.name(), "via": c.via, "self": c.is_self, "aliases": aliases(&c.name),
                "confidence": c.confidence, "rule": c.rule, "reasons": c.reasons, "via_rule": c.via_rule,
                "mentions": c.mentions.iter().map(|m| json!({"text": article.slice(*m)})).collect::<Vec<_>>(),
                "evidence": {"text": article.slice(c.evidence)}})
        });
        let outlet = article.outlet.as_ref().map(|o| json!({"name": o.name, "aliases": aliases(&o.name)}));
        out += &format!("{}\n", json!({"id": text.id, "cited": cited.collect::<Vec<_>>(), "outlet": outlet}));
    }
    fs::write(path, out)?;
    Ok(())
}

/// Prints how long the names of all articles of a file take, and how long these with their attribution.
pub fn speed(path: &Path) -> Result<()> {
    let extractor = svodka_text::extract::Extractor::new(svodka_text::names::Lexicon::bundled());
    let mut scratch = svodka_text::extract::Scratch::default();
    let texts: Vec<gold::Text> = gold::lines(path)?;
    let records: Vec<_> = texts.iter().map(super::data::record).collect();
    let bytes = records.iter().map(|record| record.text.len()).sum::<usize>() as f64 / 1e6;
    // The first round fills the caches.
    for round in 0..3 {
        let start = processor_seconds()?;
        records.iter().for_each(|record| extractor.named(record, &mut scratch));
        let names = processor_seconds()? - start;
        records.iter().for_each(|record| drop(extractor.attributed(record, &mut scratch)));
        let both = processor_seconds()? - start - names;
        let rate = bytes / (both - names).max(1e-9);
        println!(
            "round {round}: {bytes:.1} MB; names {names:.2} s, with attribution {both:.2} s: {rate:.0} MB/s alone"
        );
    }
    Ok(())
}

/// Seconds that this thread has had a processor: other programs do not count. Linux only.
fn processor_seconds() -> Result<f64> {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = statistics.split_whitespace().next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}

//! Windows of unlabelled articles that the model is least sure of: what is worth labelling next.

use super::{Articles, fit, gold::Text, logistic};
use anyhow::Result;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    path::Path,
};
use svodka_model::record::{Origin, Record};
use svodka_text::{
    extract::{Extractor, Scratch},
    names::Lexicon,
};

/// Windows from one article, and with one first rule or context, at most.
const PER_ARTICLE: usize = 2;
/// Sentences before and after the one that holds the mention.
const AROUND: usize = 1;
/// Words of a window that must not be in a labelled text.
const FINGERPRINT: usize = 40;

/// A window with the log odds of its mention.
struct Window {
    unsure: f64,
    sort: String,
    text: Value,
}

/// Writes `count` windows of every `step`-th article of `corpus` to files of 200 in `folder`.
pub fn write(
    articles: &Articles,
    labelled: &[Text],
    corpus: &Path,
    folder: &Path,
    step: usize,
    count: usize,
) -> Result<()> {
    let weights = fit(articles, &|_| true, &|_| true);
    let numbers: HashMap<&str, u32> = (0..).zip(&articles.features).map(|(n, name)| (name.as_str(), n)).collect();
    let titles: HashSet<&str> = labelled.iter().filter_map(|t| t.title.as_deref()).filter(|t| t.len() > 20).collect();
    let prints: Vec<String> = labelled.iter().map(|t| t.text.chars().take(FINGERPRINT).collect()).collect();
    let extractor = Extractor::new(Lexicon::bundled());
    let mut scratch = Scratch::default();
    let mut windows: Vec<Window> = Vec::new();
    let mut files: Vec<_> = fs::read_dir(corpus)?.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    let mut number = 0;
    for file in files {
        for line in fs::read_to_string(&file)?.lines() {
            number += 1;
            if number % step != 0 {
                continue;
            }
            let Ok(article) = serde_json::from_str::<Value>(line) else { continue };
            let field = |name: &str| article.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (title, text) = (field("title"), field("text"));
            if titles.contains(title.as_str()) || prints.iter().any(|print| text.contains(print.as_str())) {
                continue;
            }
            let record = Record {
                origin: Origin { path: field("id"), absolute: field("id"), line: None },
                title: Some(title).filter(|t| !t.is_empty()),
                text,
                outlet: Some(field("outlet")).filter(|o| !o.is_empty()),
                ..Record::default()
            };
            let mut of_article =
                of_record(&extractor.observed(&record, &mut scratch), &record, &numbers, &weights, &article);
            of_article.sort_by(|a, b| a.unsure.total_cmp(&b.unsure));
            of_article.truncate(PER_ARTICLE);
            windows.append(&mut of_article);
        }
    }
    windows.sort_by(|a, b| a.unsure.total_cmp(&b.unsure));
    let mut sorts: BTreeMap<String, usize> = BTreeMap::new();
    windows.retain(|window| {
        let seen = sorts.entry(window.sort.clone()).or_default();
        *seen += 1;
        *seen <= count / 12
    });
    windows.truncate(count);
    for (part, windows) in windows.chunks(200).enumerate() {
        let lines: String = windows.iter().map(|w| format!("{}\n", w.text)).collect();
        fs::write(folder.join(format!("todo-{}.jsonl", part + 1)), lines)?;
    }
    Ok(())
}

fn of_record(
    sources: &[svodka_text::extract::attribution::observe::Observed],
    record: &Record,
    numbers: &HashMap<&str, u32>,
    weights: &[f64],
    article: &Value,
) -> Vec<Window> {
    let analysis = svodka_text::analyse::Analysis::new(&record.text);
    let mut windows: Vec<(usize, Window)> = Vec::new();
    for source in sources.iter().filter(|source| !source.is_self) {
        for mention in &source.mentions {
            let features = super::data::feature_names(mention).filter_map(|name| numbers.get(name.as_str()).copied());
            let score = logistic::score(&features.collect::<Vec<u32>>(), weights);
            let at = mention.span.range().start;
            let sentence = analysis.sentences.partition_point(|s| (s.end as usize) <= at);
            let title = mention.span.part == svodka_model::article::Part::Title;
            if title || windows.iter().any(|(other, _)| other.abs_diff(sentence) <= 2 * AROUND) {
                continue;
            }
            let from = analysis.sentences.get(sentence.saturating_sub(AROUND)).map_or(0, |s| s.range().start);
            let to =
                analysis.sentences.get(sentence + AROUND).or(analysis.sentences.last()).map_or(0, |s| s.range().end);
            let Some(text) = record.text.get(from..to).filter(|t| t.len() < 3_000) else { continue };
            let id = format!("h{}-{sentence}", record.origin.path);
            let text = json!({"id": id, "outlet": article.get("outlet"), "title": article.get("title").and_then(Value::as_str).unwrap_or_default(),
                "date": article.get("date"), "text": text});
            let sort = format!("{} {}", mention.group, mention.rule.unwrap_or("none"));
            windows.push((sentence, Window { unsure: (score - 0.5).abs(), sort, text }));
        }
    }
    windows.into_iter().map(|(_, window)| window).filter(|window| window.unsure < 1.2).collect()
}

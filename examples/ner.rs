//! Tries the entity tagger on files: its speed, its agreement with the original, its mentions.
//!
//! ```text
//! cargo run --release --example ner speed FILE.jsonl…          text of each line's "text"
//! cargo run --release --example ner parity FILE.tsv…           token, tab, tag; blank line between texts
//! cargo run --release --example ner predict FILE.jsonl…        mentions with character offsets
//! ```
//! `--full` runs every token through the network; `--model FILE` tries another model.

use std::{collections::BTreeMap, error::Error, fs, time::Instant};

use serde::Deserialize;
use svodka_text::{
    analyse::token::{Token, tokenize_into},
    ner::{Coverage, Scratch, Tag, TaggedKind, Tagger, spans},
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[derive(Deserialize)]
struct Article {
    #[serde(alias = "doc_id")]
    id: String,
    text: String,
}

fn main() -> Outcome {
    let mut coverage = Coverage::Likely;
    let mut other_model = None;
    let mut words = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--full" => coverage = Coverage::Full,
            "--model" => other_model = arguments.next(),
            _ => words.push(argument),
        }
    }
    let began = Instant::now();
    let own;
    let tagger = if let Some(path) = other_model {
        own = Tagger::read(fs::read(path)?.leak())?;
        &own
    } else {
        Tagger::embedded().map_err(ToString::to_string)?
    };
    let mut scratch = tagger.scratch();
    scratch.coverage = coverage;
    eprintln!("model read in {:?}", began.elapsed());
    match words.split_first() {
        Some((task, files)) if task == "speed" => speed(tagger, &mut scratch, files),
        Some((task, files)) if task == "parity" => parity(tagger, &mut scratch, files),
        Some((task, files)) if task == "predict" => predict(tagger, &mut scratch, files),
        _ => Err("ner [--full] [--model FILE] speed|parity|predict FILE…".into()),
    }
}

fn articles(files: &[String]) -> Outcome<Vec<Article>> {
    let mut articles = Vec::new();
    for file in files {
        for line in fs::read_to_string(file)?.lines() {
            articles.push(serde_json::from_str(line)?);
        }
    }
    Ok(articles)
}

fn speed(tagger: &Tagger, scratch: &mut Scratch, files: &[String]) -> Outcome {
    let articles = articles(files)?;
    let bytes: usize = articles.iter().map(|a| a.text.len()).sum();
    let (mut tokens, mut tags) = (Vec::new(), Vec::new());
    let megabytes_a_second = |began: f64| bytes as f64 / 1e6 / (cpu_seconds() - began);

    let began = cpu_seconds();
    let mut count = 0;
    for article in &articles {
        tokenize_into(&article.text, &mut tokens);
        count += tokens.len();
    }
    println!("{} articles, {:.1} MB, {count} tokens", articles.len(), bytes as f64 / 1e6);
    println!("tokens        {:7.2} MB/s", megabytes_a_second(began));

    let began = cpu_seconds();
    let mut names = 0;
    for article in &articles {
        tokenize_into(&article.text, &mut tokens);
        tagger.tag(scratch, tokens.iter().map(|t| t.of(&article.text)), &mut tags);
        names += spans(&tags).len();
    }
    println!("tokens + tags {:7.2} MB/s, {names} names", megabytes_a_second(began));
    let work = scratch.work();
    let share = |n: u64| n as f64 / count as f64 * 100.0;
    println!(
        "of all tokens: first convolution {:.1} %, second {:.1} %, third {:.1} %",
        share(work.words),
        share(work.second),
        share(work.third)
    );
    Ok(())
}

/// Time this thread has spent on a processor, where the system tells, so that a busy machine does
/// not blur the figures; else wall time.
fn cpu_seconds() -> f64 {
    static BEGAN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|stat| stat.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGAN.elapsed().as_secs_f64(), |n| n / 1e9)
}

fn parity(tagger: &Tagger, scratch: &mut Scratch, files: &[String]) -> Outcome {
    let mut tags: Vec<Tag> = Vec::new();
    let (mut all, mut wrong, mut names) = (0, 0, 0);
    let mut confused: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for file in files {
        for text in fs::read_to_string(file)?.split("\n\n") {
            let pairs: Vec<_> = text.lines().filter_map(|line| line.split_once('\t')).collect();
            tagger.tag(scratch, pairs.iter().map(|(token, _)| *token), &mut tags);
            for ((_, expected), tag) in pairs.iter().zip(&tags) {
                all += 1;
                names += usize::from(*expected != "O");
                if *expected != tag.as_str() {
                    wrong += 1;
                    *confused.entry(((*expected).to_owned(), tag.as_str())).or_default() += 1;
                }
            }
        }
    }
    println!("{wrong} of {all} tags differ ({names} in names)");
    for ((expected, found), count) in confused {
        println!("  {expected} -> {found}: {count}");
    }
    Ok(())
}

fn predict(tagger: &Tagger, scratch: &mut Scratch, files: &[String]) -> Outcome {
    let (mut tokens, mut tags): (Vec<Token>, Vec<Tag>) = (Vec::new(), Vec::new());
    for article in articles(files)? {
        let text = article.text.as_str();
        tokenize_into(text, &mut tokens);
        tagger.tag(scratch, tokens.iter().map(|t| t.of(text)), &mut tags);
        let mut entities = Vec::new();
        for (range, kind) in spans(&tags) {
            let (Some(first), Some(last)) = (tokens.get(range.start), tokens.get(range.end - 1)) else { continue };
            let (start, end) = (first.start as usize, last.end as usize);
            let name = text.get(start..end).unwrap_or_default();
            let start = text.get(..start).unwrap_or_default().chars().count();
            let kind = match kind {
                TaggedKind::Person => "PER",
                TaggedKind::Place => "LOC",
                TaggedKind::Organization => "ORG",
            };
            entities.push(
                serde_json::json!({"type": kind, "start": start, "end": start + name.chars().count(), "normal": name}),
            );
        }
        println!("{}", serde_json::json!({"doc_id": article.id, "entities": entities}));
    }
    Ok(())
}

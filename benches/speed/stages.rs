//! One thread through each stage of the pipeline: where the time of indexing goes.

use super::articles;
use anyhow::Result;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use svodka_model::{
    article::Part,
    record::{Origin, Record},
};
use svodka_text::{
    analyse::{Analysis, packed::PackedTerms, terms::Labels},
    clean,
    extract::{Document, Extractor, Facts, Scratch, actors, attribution, outlet},
    names::Lexicon,
    ner::{Tag, Tagger},
};

/// The stages in their order; those indented are parts of the one above.
const STAGES: [&str; 11] = [
    "read: parse JSON",
    "clean: NFC, title, date",
    "analyse: tokens, sentences",
    "words: what is known of each",
    "names: dictionaries",
    "ner: tagger",
    "document: tokens, names, tagger, zones",
    "attribute: outlet, cited sources",
    "actors: merge, weigh",
    "terms: forms",
    "all of extraction",
];

/// Runs up to `limit` bytes of the folder through every stage.
pub fn run(folder: &Path, limit: usize) -> Result<()> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    articles::each(folder, &mut |record| {
        if lines.len() % 7 != 3 {
            // One article in seven: the files differ, and all of them should count.
            lines.push(None);
        } else if bytes < limit {
            bytes += record.bytes() as usize;
            lines.push(Some(serde_json::to_string(&record)?));
        }
        Ok(())
    })?;
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    let mut clocks = [Duration::ZERO; STAGES.len()];
    // The first pass fills caches that a long run has full.
    for pass in 0..2 {
        clocks = [Duration::ZERO; STAGES.len()];
        let mut run = Run { clocks: &mut clocks, scratch: Scratch::default() };
        lines.iter().try_for_each(|line| run.article(line))?;
        eprintln!("pass {} of 2", pass + 1);
    }
    println!("{} articles, {:.1} MB, one thread\n", lines.len(), bytes as f64 / 1e6);
    println!("| stage | CPU s | MB/s |");
    println!("|---|---|---|");
    for (stage, clock) in STAGES.iter().zip(clocks) {
        let seconds = clock.as_secs_f64();
        println!("| {stage} | {seconds:.2} | {:.1} |", bytes as f64 / 1e6 / seconds);
    }
    Ok(())
}

/// Processor time of this thread, which others on the machine do not lengthen; time of day where the system does not
/// tell it.
fn now() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next().and_then(|n| n.parse().ok()));
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

struct Run<'c> {
    clocks: &'c mut [Duration; STAGES.len()],
    scratch: Scratch,
}

impl Run<'_> {
    fn time<T>(&mut self, stage: usize, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let start = now();
        let out = work(&mut self.scratch);
        self.clocks[stage] += now().saturating_sub(start);
        out
    }

    fn article(&mut self, line: &str) -> Result<()> {
        let lexicon = Lexicon::bundled();
        let raw: articles::Record = self.time(0, |_| serde_json::from_str(line))?;
        let record = Record {
            origin: Origin { path: "bench".into(), absolute: "/bench".into(), line: Some(1) },
            title: raw.title,
            text: raw.text,
            date: raw.date,
            url: raw.url,
            outlet: raw.outlet,
            ..Record::default()
        };
        let (text, title) = self.time(1, |_| {
            let text = clean::normalise(&record.text);
            let field = record.title.as_deref().map(clean::normalise);
            let title = clean::title::pick(field.as_deref(), &text);
            let _ = clean::date::pick(&record, &text);
            (text, title.text)
        });
        let analysis = self.time(2, |_| Analysis::new(&text));
        let words = self.time(3, |scratch| scratch.words.look_up(&analysis, lexicon));
        let keys: Vec<_> = words.iter().map(|word| word.keys).collect();
        self.time(4, |scratch| lexicon.find(&analysis, &keys, &mut scratch.words.parts));
        self.time(5, |_| tag(&words));
        let (headline, body) = self.time(6, |scratch| {
            let headline = Document::new(Part::Title, &title, lexicon, scratch);
            (headline, Document::new(Part::Text, &text, lexicon, scratch))
        });
        let stated = outlet::stated(&record, lexicon);
        let found = self.time(7, |_| attribution::attribute(Some(&headline), &body, stated.as_ref(), lexicon));
        self.time(8, |_| actors::entities(Some(&headline), &body, stated.as_ref(), &found.cited, lexicon));
        self.time(9, |_| PackedTerms::new(&analysis, &Labels::new()));
        self.time(10, |scratch| Extractor::new(lexicon).article(record, scratch));
        Ok(())
    }
}

fn tag(words: &[Facts]) -> Vec<Tag> {
    thread_local! {
        static MEMORY: std::cell::RefCell<Option<svodka_text::ner::Scratch>> = const { std::cell::RefCell::new(None) };
    }
    let mut tags = Vec::new();
    if let Ok(tagger) = Tagger::embedded() {
        MEMORY.with_borrow_mut(|memory| {
            let memory = memory.get_or_insert_with(|| tagger.scratch());
            tagger.tag_words(memory, words.iter().map(|word| word.tagged), &mut tags);
        });
    }
    tags
}

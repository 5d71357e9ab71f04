//! Paradigms: every form of a word must find the documents that hold any other form of it, and no other word's.
//!
//! Runs over a sample of our own words and, when `SVODKA_SHARED` names a folder with
//! `eval/search/paradigms.dev.jsonl`, over the frequent words of real news.

use super::harness::root;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    path::PathBuf,
};
use svodka_text::analyse::{Analysis, stem::Stemmer, terms::stems_by_position};

/// All forms of one word.
struct Paradigm {
    class: String,
    lemma: String,
    forms: Vec<String>,
}

/// How well the terms of a set of paradigms do.
#[derive(Debug, Default)]
struct Score {
    paradigms: f64,
    /// Paradigms in which each form finds every other.
    whole: f64,
    /// Paradigms all of whose forms have one term in common, or whose lists of terms are the same.
    one_term: f64,
    one_list: f64,
    first_term: f64,
    /// Paradigms whose main term is the main term of another.
    clash: f64,
}

impl Score {
    fn share(&self, count: f64) -> f64 {
        count / self.paradigms
    }
}

/// The index terms of a form, in the order in which `analyze` prints them.
fn terms(form: &str, stemmer: &Stemmer) -> Vec<String> {
    let mut terms = Vec::new();
    stems_by_position(&Analysis::new(form), stemmer, &mut |t| terms.push(t.term.to_owned()));
    terms
}

fn meet(a: &[String], b: &[String]) -> bool {
    a.iter().any(|term| b.contains(term))
}

/// The term that most forms have first.
fn main_term(terms: &[Vec<String>]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for first in terms.iter().filter_map(|terms| terms.first()) {
        *counts.entry(first).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(String::new(), |(term, _)| term.to_owned())
}

/// The scores by class, those of all words together under `all`.
fn score(paradigms: &[Paradigm]) -> BTreeMap<String, Score> {
    let stemmer = Stemmer::default();
    let terms: Vec<Vec<Vec<String>>> =
        paradigms.iter().map(|p| p.forms.iter().map(|form| terms(form, &stemmer)).collect()).collect();
    let main: Vec<String> = terms.iter().map(|terms| main_term(terms)).collect();
    let mut owners: HashMap<&str, HashSet<&str>> = HashMap::new();
    main.iter().zip(paradigms).for_each(|(term, paradigm)| {
        owners.entry(term).or_default().insert(&paradigm.lemma);
    });
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for ((paradigm, terms), main) in paradigms.iter().zip(&terms).zip(&main) {
        let whole = terms.iter().all(|a| terms.iter().all(|b| meet(a, b)));
        let mut common = terms.first().cloned().unwrap_or_default();
        common.retain(|term| terms.iter().all(|terms| terms.contains(term)));
        let distinct = |key: &dyn Fn(&Vec<String>) -> String| terms.iter().map(key).collect::<HashSet<_>>().len();
        for class in [paradigm.class.as_str(), "all"] {
            let score = scores.entry(class.to_owned()).or_default();
            score.paradigms += 1.0;
            score.whole += f64::from(u8::from(whole));
            score.one_term += f64::from(u8::from(!common.is_empty()));
            score.one_list += f64::from(u8::from(distinct(&|terms| terms.join(" ")) == 1));
            score.first_term += f64::from(u8::from(distinct(&|terms| terms.first().cloned().unwrap_or_default()) == 1));
            score.clash += f64::from(u8::from(owners.get(main.as_str()).is_some_and(|lemmas| lemmas.len() > 1)));
        }
    }
    scores
}

fn check(name: &str, paradigms: &[Paradigm], whole: f64, whole_in_class: f64, clash: f64) {
    let scores = score(paradigms);
    for (class, score) in &scores {
        println!(
            "{name}, {class}: {} paradigms, whole {:.4} by retrieval, {:.4} by a common term, {:.4} by the first, {:.4} \
             by all; clash {:.4}",
            score.paradigms,
            score.share(score.whole),
            score.share(score.one_term),
            score.share(score.first_term),
            score.share(score.one_list),
            score.share(score.clash)
        );
        assert!(score.share(score.whole) >= whole_in_class, "{name}, {class}");
    }
    let all = &scores["all"];
    assert!(all.share(all.whole) >= whole && all.share(all.clash) <= clash, "{name}: {all:?}");
}

#[test]
fn every_form_finds_every_other_in_our_own_sample() {
    let text = fs::read_to_string(root().join("tests/fixtures/paradigms.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let paradigms: Vec<Paradigm> = lines
        .map(|line| {
            let mut words = line.split(' ').map(str::to_owned);
            let class = words.next().unwrap();
            let forms: Vec<String> = words.collect();
            Paradigm { class, lemma: forms[0].clone(), forms }
        })
        .collect();
    assert!(paradigms.len() >= 200, "{}", paradigms.len());
    check("own sample", &paradigms, 0.995, 0.97, 0.0);
}

#[test]
#[ignore = "needs the archive of real articles that SVODKA_SHARED names"]
fn every_form_finds_every_other_in_real_news() {
    let Some(shared) = std::env::var_os("SVODKA_SHARED").map(PathBuf::from) else {
        println!("skipped: SVODKA_SHARED is not set");
        return;
    };
    let text = fs::read_to_string(shared.join("eval/search/paradigms.dev.jsonl")).unwrap();
    let paradigm = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let forms = value["forms"].as_array().unwrap().iter().map(|form| form.as_str().unwrap().to_owned());
        let text = |key: &str| value[key].as_str().unwrap().to_owned();
        Paradigm { class: text("class"), lemma: text("lemma"), forms: forms.collect() }
    };
    let paradigms: Vec<Paradigm> = text.lines().map(paradigm).collect();
    check("real news", &paradigms, 0.985, 0.97, 0.018);
}

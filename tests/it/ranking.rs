//! Ranking: does a headline find its article among all others? The articles are indexed without their titles.
//!
//! Needs a folder with `corpus/articles/*.jsonl` and `eval/search/headlines.dev.jsonl`, named by `SVODKA_SHARED`, and
//! an optimised build: `SVODKA_SHARED=DIR cargo test --release --test it ranking -- --ignored --nocapture`.

mod plain;

use serde::Deserialize;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};
use svodka_ingest::{BuildOptions, build};
use svodka_search::{Request, SearchEngine};
use svodka_store::Index;
use svodka_text::names::Lexicon;

/// Hits asked for.
const LIMIT: usize = 100;

/// What must be reached: mean nDCG@10, and by how much it must be better than plain tantivy. They may only rise.
const FLOOR: f64 = 0.835;
const GAIN: f64 = 0.045;

/// An article without its title.
#[derive(Deserialize)]
struct Article {
    id: String,
    text: String,
}

/// A headline and the one right answer.
#[derive(Deserialize)]
struct Known {
    q: String,
    id: String,
}

fn lines<T: for<'a> Deserialize<'a>>(file: &Path) -> Vec<T> {
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Which headlines are looked at: weights were chosen on every other one and verified on the rest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Tuned,
    Verified,
    All,
}

/// Mean nDCG@10 and recall.
fn quality(queries: &[Known], answers: &[Vec<String>], part: Part) -> (f64, f64) {
    let (mut gain, mut found, mut count) = (0.0, 0.0, 0.0);
    for (at, (known, ids)) in queries.iter().zip(answers).enumerate() {
        if part != Part::All && (part == Part::Tuned) != (at % 2 == 0) {
            continue;
        }
        count += 1.0;
        if let Some(rank) = ids.iter().position(|id| *id == known.id) {
            found += 1.0;
            gain += if rank < 10 { 1.0 / (rank as f64 + 2.0).log2() } else { 0.0 };
        }
    }
    (gain / count, found / count)
}

fn ours(articles: &[Article], queries: &[Known]) -> Vec<Vec<String>> {
    let folder = tempfile::TempDir::new().unwrap();
    let input = folder.path().join("articles.jsonl");
    let mut file = std::io::BufWriter::new(fs::File::create(&input).unwrap());
    for article in articles {
        writeln!(file, "{}", serde_json::json!({"id": article.id, "text": article.text})).unwrap();
    }
    file.flush().unwrap();
    let place = folder.path().join("index");
    let options = BuildOptions { jobs: 2, ..BuildOptions::new(vec![input], place.clone()) };
    build(&options, Lexicon::bundled(), &mut |_| {}).unwrap();
    let index = Index::open(&place).unwrap();
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    let answer = |known: &Known| {
        let request = Request { query: known.q.clone(), any: true, limit: LIMIT, ..Request::default() };
        // A headline may hold an operator by chance; then it finds nothing, as for a person.
        engine.ids(&request).map(|(_, ids)| ids.into_iter().map(|(id, _)| id).collect()).unwrap_or_default()
    };
    let started = Instant::now();
    let answers = queries.iter().map(answer).collect();
    println!("{:.1} ms a headline", started.elapsed().as_secs_f64() * 1e3 / queries.len() as f64);
    answers
}

#[test]
#[ignore = "needs the archive of real articles that SVODKA_SHARED names"]
fn headlines_find_their_articles_better_than_plain_tantivy() {
    let Some(shared) = std::env::var_os("SVODKA_SHARED").map(PathBuf::from) else {
        println!("skipped: SVODKA_SHARED is not set");
        return;
    };
    let queries: Vec<Known> = lines(&shared.join("eval/search/headlines.dev.jsonl"));
    let mut files: Vec<PathBuf> =
        fs::read_dir(shared.join("corpus/articles")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let articles: Vec<Article> = files.iter().flat_map(|file| lines(file)).collect();
    println!("{} articles, {} headlines", articles.len(), queries.len());
    let (plain, ours) = (plain::answers(&articles, &queries, LIMIT), ours(&articles, &queries));
    for (part, name) in [(Part::Tuned, "tuned on"), (Part::Verified, "verified on"), (Part::All, "all")] {
        let (plain_gain, plain_recall) = quality(&queries, &plain, part);
        let (gain, recall) = quality(&queries, &ours, part);
        println!("{name}: plain tantivy ndcg@10 {plain_gain:.4} recall@{LIMIT} {plain_recall:.4}");
        println!("{name}: svodka        ndcg@10 {gain:.4} recall@{LIMIT} {recall:.4}");
        println!(
            "{name}: difference    ndcg@10 {:+.4} recall@{LIMIT} {:+.4}",
            gain - plain_gain,
            recall - plain_recall
        );
        if part == Part::All {
            assert!(gain >= FLOOR && gain - plain_gain >= GAIN && recall >= plain_recall);
        }
    }
}

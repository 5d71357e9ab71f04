//! Indexing: bare tantivy and `svodka-index` in turn on the same cores, and ever larger archives.

use super::{
    articles, grow,
    measure::{self, Cost},
    queries,
};
use anyhow::Result;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const INDEXER: &str = env!("CARGO_BIN_EXE_svodka-index");

/// Several rounds of both, one after the other.
pub fn compare(folder: &Path, rounds: usize) -> Result<()> {
    let (count, bytes) = articles::size(folder)?;
    let work = tempfile::tempdir()?;
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    let (bare_at, ours_at) = (work.path().join("bare"), work.path().join("svodka"));
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        remove(&bare_at)?;
        bare.push(measure::run(Command::new(env::current_exe()?).arg("bare").arg(folder).arg(&bare_at))?);
        remove(&ours_at)?;
        ours.push(index(folder, &ours_at)?);
    }
    println!("{count} articles, {:.1} MB of text, {rounds} rounds, medians\n", bytes as f64 / 1e6);
    println!("| | wall s | MB/s | CPU s | peak MB | index / text |");
    println!("|---|---|---|---|---|---|");
    for (name, costs, folder) in
        [("(a) bare tantivy, our analyzer", &bare, &bare_at), ("(b) svodka-index", &ours, &ours_at)]
    {
        row(name, costs, bytes, measure::folder_bytes(folder));
    }
    let ratio = |f: fn(&Cost) -> f64| middle(&ours, f) / middle(&bare, f);
    println!("\n(b) / (a): wall {:.2}, CPU {:.2}", ratio(|c| c.wall), ratio(|c| c.cpu));
    let each: Vec<String> = bare.iter().zip(&ours).map(|(a, b)| format!("{:.2}", b.wall / a.wall)).collect();
    println!("wall ratio of each round: {}", each.join(", "));
    Ok(())
}

/// Grows archives of the given sizes, indexes and searches each.
pub fn scale(folder: &Path, counts: &[u64], work: Option<PathBuf>) -> Result<()> {
    let temporary = tempfile::tempdir()?;
    let work = work.unwrap_or_else(|| temporary.path().to_owned());
    fs::create_dir_all(&work)?;
    println!("| articles | text MB | wall s | articles/s | MB/s | CPU s | peak MB | index / text |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut indexes = Vec::new();
    for count in counts {
        let archive = work.join(format!("{count}.jsonl"));
        if !archive.is_file() {
            grow::write(folder, *count, &archive)?;
        }
        let (_, bytes) = articles::size(&archive)?;
        let at = work.join(format!("{count}.index"));
        remove(&at)?;
        let cost = index(&archive, &at)?;
        println!(
            "| {count} | {:.0} | {:.1} | {:.0} | {:.2} | {:.1} | {:.0} | {:.2} |",
            bytes as f64 / 1e6,
            cost.wall,
            *count as f64 / cost.wall,
            bytes as f64 / 1e6 / cost.wall,
            cost.cpu,
            cost.peak as f64 / 1e6,
            measure::folder_bytes(&at) as f64 / bytes as f64,
        );
        indexes.push((archive, at));
    }
    for (archive, at) in indexes {
        println!();
        queries::run(&archive, Some(at), 50)?;
    }
    Ok(())
}

/// Runs `svodka-index` as a user does.
pub fn index(folder: &Path, to: &Path) -> Result<Cost> {
    measure::run(Command::new(INDEXER).arg("--quiet").arg("--index").arg(to).arg(folder))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn middle(costs: &[Cost], of: fn(&Cost) -> f64) -> f64 {
    measure::median(costs.iter().map(of).collect())
}

fn row(name: &str, costs: &[Cost], text: u64, index: u64) {
    let wall = middle(costs, |c| c.wall);
    println!(
        "| {name} | {wall:.1} | {:.2} | {:.1} | {:.0} | {:.2} |",
        text as f64 / 1e6 / wall,
        middle(costs, |c| c.cpu),
        middle(costs, |c| c.peak as f64) / 1e6,
        index as f64 / text as f64,
    );
}

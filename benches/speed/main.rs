//! Speed and scale, measured against bare tantivy in the same run; `docs/benchmarks.md` says how to read it.
//!
//!     cargo bench --bench speed -- index   FOLDER [--rounds N]
//!     cargo bench --bench speed -- stages  FOLDER [--megabytes N]
//!     cargo bench --bench speed -- queries FOLDER [--index DIR]
//!     cargo bench --bench speed -- grow    FOLDER COUNT OUT.jsonl
//!     cargo bench --bench speed -- scale   FOLDER COUNT… [--work DIR]
//!
//! FOLDER holds JSON Lines files of articles. Every table is Markdown on standard output. Absolute times are those of
//! the machine; the ratios are the result.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a benchmark that cannot go on should say where it stopped"
)]

mod articles;
mod bare;
mod grow;
mod indexing;
mod measure;
mod queries;
mod stages;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Given by `cargo bench` itself.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum What {
    /// Bare tantivy and svodka-index in turn, several rounds.
    Index {
        folder: PathBuf,
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
    /// One thread through each stage of the pipeline.
    Stages {
        folder: PathBuf,
        #[arg(long, default_value_t = 8)]
        megabytes: usize,
    },
    /// Five kinds of queries in four ways.
    Queries {
        folder: PathBuf,
        /// An index of the folder that exists already.
        #[arg(long)]
        index: Option<PathBuf>,
        #[arg(long, default_value_t = 200)]
        each: usize,
    },
    /// Writes COUNT distinct articles made of the folder's sentences.
    Grow { folder: PathBuf, count: u64, out: PathBuf },
    /// Indexes and searches ever larger archives.
    Scale {
        folder: PathBuf,
        #[arg(required = true)]
        counts: Vec<u64>,
        /// Where to put archives and indexes; they can take many gigabytes.
        #[arg(long)]
        work: Option<PathBuf>,
    },
    /// Indexes with bare tantivy; the other benches start it as a process of its own.
    #[command(hide = true)]
    Bare { folder: PathBuf, index: PathBuf },
}

fn main() -> Result<()> {
    match Args::parse().what {
        Some(What::Index { folder, rounds }) => indexing::compare(&folder, rounds),
        Some(What::Stages { folder, megabytes }) => stages::run(&folder, megabytes << 20),
        Some(What::Queries { folder, index, each }) => queries::run(&folder, index, each),
        Some(What::Grow { folder, count, out }) => grow::write(&folder, count, &out),
        Some(What::Scale { folder, counts, work }) => indexing::scale(&folder, &counts, work),
        Some(What::Bare { folder, index }) => bare::index(&folder, &index),
        None => bail!("say what to measure: cargo bench --bench speed -- index FOLDER; --help names the others"),
    }
}

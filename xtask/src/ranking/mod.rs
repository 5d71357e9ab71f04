//! What ranking learns from articles with headlines: tables compiled in (`rank-tables`) and weights (`rank-train`).
//!
//! A headline is a query whose answer is known: its article, without the headline. Headlines are split by the hash of the
//! article's id: those of one part teach the translation table, those of the other the weights. Headlines that quality is
//! measured by are in neither.
#![allow(clippy::indexing_slicing, reason = "stems and articles are numbered here, and the numbers stay inside")]

mod articles;
mod projection;
mod tables;
mod train;
mod translation;

use std::path::PathBuf;

pub use tables::make as make_tables;
pub use train::train;

/// What both tasks read.
#[derive(clap::Args)]
pub struct Sources {
    /// Folder of articles, JSON Lines with id, title and text
    #[arg(long, value_name = "DIR")]
    articles: PathBuf,
    /// Headlines that nothing is learnt from, JSON Lines with id and q
    #[arg(long, value_name = "FILE")]
    exclude: Option<PathBuf>,
}

/// Options of `rank-tables`.
#[derive(clap::Args)]
pub struct TableOptions {
    #[command(flatten)]
    sources: Sources,
    /// Folder to write to
    #[arg(long, default_value = "data/ranking")]
    output: PathBuf,
}

/// Options of `rank-train`.
#[derive(clap::Args)]
pub struct TrainOptions {
    #[command(flatten)]
    sources: Sources,
    /// Index of the same articles without their titles, made by svodka-index
    #[arg(long, value_name = "DIR")]
    index: PathBuf,
    /// Headlines to learn from, at most
    #[arg(long, default_value_t = 5000)]
    headlines: usize,
    /// Further known queries to measure, JSON Lines with id and q
    #[arg(long, value_name = "FILE")]
    measure: Vec<PathBuf>,
    /// Writes the features of all candidates to this folder
    #[arg(long, value_name = "DIR")]
    dump: Option<PathBuf>,
}

//! Maintenance tasks of the project: everything that makes files under `data/` out of published
//! packages. Never needed to build or run the two programs.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod attribution;
mod kinds;
mod morph;
mod ner;
mod ranking;

#[derive(Parser)]
struct Opts {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Writes data/morph/ from the unpacked wheels of pymorphy3-dicts-ru and natasha, and from the lists in data/
    Morph {
        /// Folder `pymorphy3_dicts_ru/data` of the unpacked wheel of pymorphy3-dicts-ru
        #[arg(long, value_name = "DIR")]
        dicts: PathBuf,
        /// File `natasha/data/emb/navec_news_v1_1B_250K_300d_100q.tar` of the unpacked wheel of natasha
        #[arg(long, value_name = "FILE")]
        navec: PathBuf,
        /// The project's data folder
        #[arg(long, default_value = "data")]
        data: PathBuf,
    },
    /// Writes data/organisations/kinds.bin, which tells what kind of organisation a name is
    Kinds {
        /// Folder of articles, JSON Lines
        #[arg(long, value_name = "DIR")]
        articles: PathBuf,
        /// Folder of labelled articles: SET.jsonl with SET.gold.jsonl
        #[arg(long, value_name = "DIR")]
        gold: PathBuf,
        /// Read every so many articles only
        #[arg(long, default_value_t = 2)]
        step: usize,
        /// Also writes models that have not seen the labels of a fold, for the training of attribution
        #[arg(long, value_name = "DIR")]
        folds: Option<PathBuf>,
        /// File to write
        #[arg(long, default_value = "data/organisations/kinds.bin")]
        output: PathBuf,
    },
    /// Trains the model of attribution on labelled articles and prints how good it is on articles it has not seen
    TrainAttribution(attribution::Options),
    /// Writes data/ranking/: how rare stems are, the projection of word vectors, the translation table
    RankTables(ranking::TableOptions),
    /// Learns the weights of ranking and prints them
    RankTrain(ranking::TrainOptions),
    /// Writes data/ner/model.bin from the unpacked wheel of the PyPI package natasha
    Ner {
        /// Folder the wheel was unpacked to
        #[arg(long, value_name = "DIR")]
        natasha: PathBuf,
        /// File to write
        #[arg(long, default_value = "data/ner/model.bin")]
        output: PathBuf,
        /// Number of words to keep, the most frequent first
        #[arg(long, default_value_t = ner::WORDS)]
        words: usize,
    },
}

fn main() -> Result<()> {
    match Opts::parse().task {
        Task::TrainAttribution(options) => attribution::train(&options),
        Task::Morph { dicts, navec, data } => morph::build(&dicts, &navec, &data),
        Task::Kinds { articles, gold, step, folds, output } => {
            kinds::train(&kinds::Sources { articles, gold, step, folds }, &output)
        }
        Task::RankTables(options) => ranking::make_tables(&options),
        Task::RankTrain(options) => ranking::train(&options),
        Task::Ner { natasha, output, words } => ner::convert(&natasha, &output, words),
    }
}

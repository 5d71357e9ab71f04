//! `svodka-query`: reads an index; never writes to it.

mod archive;
mod article;
mod associations;
mod citations;
mod facets;
mod search;

use super::{
    account, batch,
    common::{Color, Exit},
    index::IndexArgs,
    request::{self, RequestArgs},
    search::Format,
};
use associations::{CooccurArgs, SignificantArgs};
use citations::CitationsArgs;
use clap::{CommandFactory, Parser, Subcommand};
use facets::{FacetsArgs, TimelineArgs};
use std::{
    io::{self, Write},
    path::PathBuf,
};
use svodka_model::error::InputError;
use svodka_search::SearchEngine;
use svodka_store::{Index, error::Result};
use svodka_text::names::Lexicon;

/// Searches an index of Russian-language news articles.
///
/// Exit status: 0 with hits, 1 without, 2 on an error.
#[derive(Debug, Parser)]
#[command(name = "svodka-query", version, max_term_width = 100)]
pub struct QueryArgs {
    /// The index folder.
    #[arg(long, value_name = "DIR", default_value = "index", env = "SVODKA_INDEX", global = true)]
    index: PathBuf,
    /// When to use colour.
    #[arg(long, value_enum, default_value_t, global = true)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Finds articles and counts facets.
    Search {
        #[command(flatten)]
        search: RequestArgs<request::Search>,
        #[command(flatten)]
        format: Format,
    },
    /// Explains an article's score for a query: its parts, and which words of the article matched.
    Explain {
        /// Its id or its path.
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        search: RequestArgs<request::Explain>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists the values of one facet, most frequent first.
    Facets(FacetsArgs),
    /// Who cites whom: outlets, the sources they cite, and in how many articles.
    Citations(CitationsArgs),
    /// With whom somebody is named, and how much more often than by chance.
    Cooccur(CooccurArgs),
    /// What sets the found articles apart: the actors or sources they have more often than the whole archive.
    Significant(SignificantArgs),
    /// Prints one article with its evidence, actors and boilerplate marked.
    Show {
        /// Its id, its path, or the end of its path.
        #[arg(value_name = "ID")]
        id: String,
        /// Print the article object as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Finds articles like one article, most alike first.
    Similar(search::SimilarArgs),
    /// Shows what the analyzer makes of words: WORD, tab, its index terms.
    Analyze {
        /// Words or text; without any, lines are read from standard input.
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
    },
    /// Runs many queries from a file, one a line: query text, or a JSON object with id, q and search options.
    Batch {
        /// The file; `-` for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        search: RequestArgs<request::Batch>,
        /// Print whole hits instead of ids.
        #[arg(long)]
        full: bool,
        /// Print JSON Lines (the only format; accepted for symmetry).
        #[arg(long)]
        json: bool,
    },
    /// Counts matching articles by day, week, month or year.
    Timeline(TimelineArgs),
    /// Says what is in the index.
    Stats {
        /// Say how everything was read instead: formats, encodings, origins of dates and outlets, what was refused.
        #[arg(long)]
        ingest: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Verifies the index: manifest, checksums, and that facets agree with the stored articles.
    Check,
    /// Opens the archive in a browser: the search page and its HTTP API.
    Serve {
        #[command(flatten)]
        serve: super::serve::ServeArgs,
    },
    /// Prints a completion script for a shell.
    Completions {
        /// bash, zsh, fish, elvish or powershell.
        shell: clap_complete::Shell,
    },
    /// Prints a manual page, in roff.
    Man {
        /// A command of this program, or svodka-index; without it, the page of the whole program.
        command: Option<String>,
    },
}

/// Runs `svodka-query`.
///
/// # Errors
/// Whatever keeps the question from being answered.
pub fn run(args: &QueryArgs) -> Result<Exit> {
    if !matches!(args.command, Command::Analyze { .. } | Command::Completions { .. } | Command::Man { .. }) {
        // The dictionaries are read while the index is opened: together they are most of a short search's time.
        std::thread::spawn(|| Lexicon::bundled().prepare());
    }
    match &args.command {
        Command::Search { search, format } => search::run(args, search, format),
        Command::Explain { id, search, json } => search::explain(args, id, search, *json),
        Command::Facets(facets) => facets::run(args, facets),
        Command::Citations(citations) => citations::run(args, citations),
        Command::Cooccur(cooccur) => associations::cooccur(args, cooccur),
        Command::Significant(significant) => associations::significant(args, significant),
        Command::Similar(similar) => search::similar(args, similar),
        Command::Show { id, json } => article::show(args, id, *json),
        Command::Analyze { text } => article::analyze(text),
        Command::Batch { file, search, full, json: _ } => {
            let index = Index::open(&args.index)?;
            batch::run(&SearchEngine::new(&index, index.manifest().lexicon()?), file, &search.arguments()?, *full)
        }
        Command::Timeline(timeline) => facets::timeline(args, timeline),
        Command::Stats { ingest: true, json } => account::of_index(&args.index, *json),
        Command::Stats { ingest: false, json } => archive::stats(args, *json),
        Command::Check => archive::check(args),
        Command::Serve { serve } => super::serve::run(&args.index, serve),
        Command::Completions { shell } => completions(*shell),
        Command::Man { command } => man(command.as_deref()),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut QueryArgs::command(), "svodka-query", &mut script);
    clap_complete::generate(shell, &mut IndexArgs::command(), "svodka-index", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Exit::Success)
}

/// The manual page of the program, of one of its commands, or of `svodka-index`.
fn man(command: Option<&str>) -> Result<Exit> {
    let program = QueryArgs::command();
    let page = match command {
        None => program,
        Some("index" | "svodka-index") => IndexArgs::command(),
        Some(name) => {
            let mut program = program.disable_help_subcommand(true);
            program.build();
            let found = program.get_subcommands().find(|c| c.get_name() == name).cloned();
            let names = program.get_subcommands().map(clap::Command::get_name).collect::<Vec<_>>().join(", ");
            let reason = format!("there are {names} and svodka-index");
            found.ok_or_else(|| InputError::BadOption { option: format!("command {name}"), reason })?
        }
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page).render(&mut roff)?;
    io::stdout().write_all(&roff)?;
    Ok(Exit::Success)
}

fn some_if(found: bool) -> Exit {
    if found { Exit::Success } else { Exit::Partly }
}

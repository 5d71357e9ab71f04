//! `svodka-query`: reads an index; writes nothing but saved searches.

mod archive;
mod article;
mod associations;
mod citations;
mod facets;
mod origins;
mod search;
mod watch;

use super::{
    account, batch,
    common::{Color, Exit},
    completions, help, manual,
    request::{self, RequestArgs},
    search::Format,
};
use associations::{CooccurArgs, SignificantArgs};
use citations::CitationsArgs;
use clap::{
    FromArgMatches, Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};
use facets::{FacetsArgs, TimelineArgs};
use origins::OriginsArgs;
use std::{
    io::{self, Write},
    path::PathBuf,
};
use svodka_model::error::InputError;
use svodka_search::SearchEngine;
use svodka_store::{Index, error::Result};
use svodka_text::names::Lexicon;

/// Searches an index of Russian-language news articles; writes nothing to it but saved searches.
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
    /// Search articles and count facets
    Search {
        #[command(flatten)]
        search: RequestArgs<request::Search>,
        #[command(flatten)]
        format: Format,
    },
    /// Show the parts of an article's score for a query
    Explain {
        /// Id or path of the article.
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        search: RequestArgs<request::Explain>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the values of a facet, most frequent first
    Facets(FacetsArgs),
    /// List who cites whom, and in how many articles
    Citations(CitationsArgs),
    /// Trace articles back to the sources that they have their news from
    Origins(OriginsArgs),
    /// List values that occur with a name more often than by chance
    Cooccur(CooccurArgs),
    /// List values that are over-represented in the found articles
    Significant(SignificantArgs),
    /// Print an article with its actors, evidence and boilerplate marked
    Show {
        /// Id of the article, its path, or the end of its path.
        #[arg(value_name = "ID")]
        id: String,
        /// Print the article object as JSON.
        #[arg(long)]
        json: bool,
    },
    /// List articles like an article, most similar first
    Similar(search::SimilarArgs),
    /// Print the stems of words: WORD, tab, stems
    Analyze {
        /// Words or text; without any, standard input is read.
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
    },
    /// Run many queries from a file, one per line
    ///
    /// A line is query text, or a JSON object with "id", "q" and any search option. Options on the command line are the
    /// defaults of every query. A wrong query gives an error line, and the run continues.
    Batch {
        /// File of queries; `-` for standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        search: RequestArgs<request::Batch>,
        /// Print whole hits, not only ids and scores.
        #[arg(long)]
        full: bool,
        /// Print JSON Lines; the only format, so this changes nothing.
        #[arg(long)]
        json: bool,
    },
    /// Count matching articles by day, week, month or year
    Timeline(TimelineArgs),
    /// Save searches; svodka-index then tells which new articles match them
    Watch {
        #[command(subcommand)]
        watch: watch::WatchCommand,
    },
    /// Show index statistics
    Stats {
        /// Show how the inputs were read: formats, encodings, origins of dates and outlets, refusals.
        #[arg(long)]
        ingest: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Verify checksums, the list of files, and facets against the stored articles
    Check,
    /// Serve the search page and its HTTP API
    Serve {
        #[command(flatten)]
        serve: super::serve::ServeArgs,
    },
    /// Answer a client of the Model Context Protocol on standard input and output
    Mcp,
    /// Print a completion script for both programs
    Completions {
        /// bash, zsh, fish, elvish or powershell.
        shell: clap_complete::Shell,
    },
    /// Print a manual page, in roff
    Man {
        /// A command, or svodka-index; without it, the page of svodka-query.
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
        Command::Origins(origins) => origins::run(args, origins),
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
        Command::Watch { watch } => watch::run(args, watch),
        Command::Stats { ingest: true, json } => account::of_index(&args.index, *json),
        Command::Stats { ingest: false, json } => archive::stats(args, *json),
        Command::Check => archive::check(args),
        Command::Serve { serve } => super::serve::run(&args.index, serve),
        Command::Mcp => super::serve::run_mcp(&args.index),
        Command::Completions { shell } => {
            io::stdout().write_all(completions::script(*shell).as_bytes())?;
            Ok(Exit::Success)
        }
        Command::Man { command } => print_man(command.as_deref()),
    }
}

/// Prints a manual page.
fn print_man(name: Option<&str>) -> Result<Exit> {
    let page = manual::page(name)?;
    let page = page.ok_or_else(|| {
        let reason = format!("no such page; there are {}", manual::names().join(", "));
        InputError::BadOption { option: format!("man {}", name.unwrap_or_default()), reason }
    })?;
    io::stdout().write_all(&page)?;
    Ok(Exit::Success)
}

/// The command line, or what the program has to say to it; help and version end the program.
///
/// # Errors
/// A mistake in the command line, with what was probably meant.
pub fn parse() -> Result<QueryArgs> {
    let matches = help::query_command().try_get_matches();
    matches.and_then(|matches| QueryArgs::from_arg_matches(&matches)).map_err(|e| match hint(&e) {
        Some((option, reason)) => InputError::BadOption { option, reason }.into(),
        None => e.exit(),
    })
}

/// What was probably meant, where clap's own advice would mislead: words of a query in the place of a command, and words
/// shut out by a `-` in the place of an option.
fn hint(error: &clap::Error) -> Option<(String, String)> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand if error.get(ContextKind::SuggestedSubcommand).is_none() => {
            let word = text(ContextKind::InvalidSubcommand)?;
            Some((word.to_owned(), format!("no such command; to search for it: svodka-query search '{word}'")))
        }
        ErrorKind::UnknownArgument => {
            let start = text(ContextKind::InvalidArg)?;
            let words = std::env::args().skip(1).take_while(|word| word != "--");
            let word = words.into_iter().find(|word| word.starts_with(start) && is_query(word))?;
            let reason = format!(
                "not an option; to exclude words, quote the query: search 'завод {word}', or put -- before it: search -- {word}"
            );
            Some((word, reason))
        }
        _ => None,
    }
}

/// Whether an argument that begins with a `-` looks like a word or field to exclude, and not like an option.
fn is_query(argument: &str) -> bool {
    let word = argument.strip_prefix('-').filter(|word| !word.starts_with('-'));
    word.is_some_and(|word| !word.is_ascii() || word.contains([':', '"', '(']))
}

fn some_if(found: bool) -> Exit {
    if found { Exit::Success } else { Exit::Partly }
}

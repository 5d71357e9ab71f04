//! `citations`: who cites whom.

use super::{QueryArgs, some_if};
use crate::{
    cli::{
        common::Exit,
        request::{self, RequestArgs},
    },
    show::{
        citation_table,
        citations::{self, Shown},
        terminal,
    },
};
use clap::Args;
use std::{
    io::{self, Write},
    time::Instant,
};
use svodka_model::error::InputError;
use svodka_search::{Arguments, Grouping, SearchEngine};
use svodka_store::{
    Index,
    error::{Error, Result},
};

/// Rows of a table when nothing is said.
const ROWS: usize = 20;

/// Who cites whom, and how to print it.
#[derive(Clone, Debug, Args)]
pub(super) struct CitationsArgs {
    #[command(flatten)]
    request: RequestArgs<request::Citations>,
    /// Most edges to print [default: 20 on a terminal, all with --csv, --json and --graphml].
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Show for each edge the clauses that prove it: of the latest 3 articles, or of N.
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "3")]
    evidence: Option<usize>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print GraphML, as Gephi reads it.
    #[arg(long, conflicts_with_all = ["json", "csv", "evidence"])]
    graphml: bool,
}

/// Runs `citations`.
pub(super) fn run(args: &QueryArgs, own: &CitationsArgs) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let arguments = own.request.arguments()?;
    if let Some(grouping) = arguments.grouping() {
        return table(args, own, &engine, &arguments, grouping);
    }
    if arguments.given("versus").is_some() {
        return Err(bad("--versus", "add --by source, outlet or month"));
    }
    let request = arguments.request()?;
    let start = Instant::now();
    let mut found = engine.citations(&request)?;
    found.keep_kinds(&arguments.values("kind").collect::<Vec<_>>());
    let for_programs = own.json || own.csv || own.graphml;
    let limit = own.limit.unwrap_or(if for_programs { usize::MAX } else { ROWS });
    let edges = found.edges.get(..limit.min(found.edges.len())).unwrap_or_default();
    let evidence = own.evidence.map(|most| engine.evidence(&request, edges, most)).transpose()?;
    let shown = Shown { citations: &found, edges, evidence: evidence.as_deref() };
    let mut out = args.color.stdout();
    if own.json {
        let object = citations::json(&request.query, shown, start.elapsed());
        serde_json::to_writer(&mut out, &object).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if own.csv {
        citations::csv(&mut out, shown)?;
    } else if own.graphml {
        citations::graphml(&mut out, shown)?;
    } else if !found.edges.is_empty() {
        citations::table(&mut out, shown, terminal::width())?;
    }
    out.flush()?;
    if found.edges.is_empty() {
        writeln!(io::stderr(), "no citations in {} with a known outlet", terminal::articles(found.total))?;
    }
    Ok(some_if(!found.edges.is_empty()))
}

/// Prints citations by source, outlet and month.
fn table(
    args: &QueryArgs,
    own: &CitationsArgs,
    engine: &SearchEngine<'_>,
    arguments: &Arguments,
    grouping: Grouping,
) -> Result<Exit> {
    if own.graphml || own.evidence.is_some() {
        return Err(bad("--by", "a table has neither --evidence nor --graphml; leave out --by, or them"));
    }
    let request = arguments.request()?;
    let limit = own.limit.unwrap_or(if own.json || own.csv { usize::MAX } else { ROWS });
    let kinds: Vec<&str> = arguments.values("kind").collect();
    let found = engine.citation_table(&request, grouping, &kinds, limit, arguments.compared())?;
    let mut out = args.color.stdout();
    if own.json {
        let object = citation_table::json(&request.query, &found, grouping);
        serde_json::to_writer(&mut out, &object).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if own.csv {
        citation_table::csv(&mut out, &found)?;
    } else if !found.rows.is_empty() {
        citation_table::table(&mut out, &found, grouping, terminal::width())?;
    }
    out.flush()?;
    if found.rows.is_empty() {
        writeln!(io::stderr(), "no citations in {}", terminal::articles(found.total))?;
    }
    Ok(some_if(!found.rows.is_empty()))
}

fn bad(option: &str, reason: &str) -> Error {
    InputError::BadOption { option: option.to_owned(), reason: reason.to_owned() }.into()
}

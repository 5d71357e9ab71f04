//! `origins`: where articles have their news from.

use super::{QueryArgs, some_if};
use crate::{
    cli::{
        common::Exit,
        request::{self, RequestArgs},
    },
    show::{origins, terminal},
};
use clap::Args;
use std::io::{self, Write};
use svodka_search::SearchEngine;
use svodka_store::{Index, error::Result};

/// Which articles to trace, and how to print it.
#[derive(Clone, Debug, Args)]
pub(super) struct OriginsArgs {
    #[command(flatten)]
    request: RequestArgs<request::Origins>,
    /// Rows of the table.
    #[arg(long, value_name = "N", default_value_t = 10)]
    rows: usize,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print GraphML, as Gephi reads it.
    #[arg(long, conflicts_with = "json")]
    graphml: bool,
    /// Print DOT, as Graphviz reads it.
    #[arg(long, conflicts_with_all = ["json", "graphml"])]
    dot: bool,
}

/// Runs `origins`.
pub(super) fn run(args: &QueryArgs, own: &OriginsArgs) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let arguments = own.request.arguments()?;
    let request = arguments.request()?;
    let found = engine.origins(&request, arguments.number("limit"))?;
    let mut out = args.color.stdout();
    if own.json {
        serde_json::to_writer(&mut out, &origins::json(&request.query, &found)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if own.graphml {
        origins::graphml(&mut out, &found)?;
    } else if own.dot {
        origins::dot(&mut out, &found)?;
    } else if found.traced > 0 {
        origins::table(&mut out, &found, own.rows, terminal::width())?;
    }
    out.flush()?;
    if found.traced == 0 {
        writeln!(io::stderr(), "no articles found")?;
    }
    Ok(some_if(found.traced > 0))
}

//! `facets` and `timeline`: counting articles.

use super::{QueryArgs, some_if};
use crate::{
    cli::{
        common::Exit,
        request::{RequestArgs, Timeline, ValuesOfFacet},
    },
    show::{self, json, terminal},
};
use clap::Args;
use std::io::{self, Write};
use svodka_search::{Request, SearchEngine, facet};
use svodka_store::{Index, error::Result};

/// Which values of a facet, and how to print them.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("facet_size", |arg| arg.visible_alias("limit")))]
pub(super) struct FacetsArgs {
    /// actor, main_actor, outlet, think_tank, cited, cited_kind, via or month.
    #[arg(value_name = "FACET")]
    facet: String,
    #[command(flatten)]
    request: RequestArgs<ValuesOfFacet>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// Which articles to count by time, and how to print it.
#[derive(Clone, Debug, Args)]
pub(super) struct TimelineArgs {
    #[command(flatten)]
    request: RequestArgs<Timeline>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// Runs `facets`.
pub(super) fn run(args: &QueryArgs, own: &FacetsArgs) -> Result<Exit> {
    let asked = own.request.arguments()?.values_request(facet("facet", &own.facet)?)?;
    // One more than is printed tells whether there are more.
    let request = Request { facet_size: asked.facet_size.saturating_add(1), ..asked.clone() };
    let index = Index::open(&args.index)?;
    let mut response = SearchEngine::new(&index, index.manifest().lexicon()?).search(&request)?;
    let mut are_more = false;
    for counts in &mut response.facets {
        are_more |= counts.values.len() > asked.facet_size;
        counts.keep(asked.facet_size);
    }
    let mut out = args.color.stdout();
    if own.json {
        serde_json::to_writer(&mut out, &json::facets(&response.facets)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if own.csv {
        show::csv::facets(&mut out, &response.facets)?;
    } else {
        terminal::facets(&mut out, &response.facets, terminal::width())?;
    }
    out.flush()?;
    let found = response.facets.iter().any(|f| !f.values.is_empty());
    if !found {
        writeln!(io::stderr(), "no values in {}", terminal::articles(response.total))?;
    } else if are_more {
        writeln!(io::stderr(), "only {} values; --limit all lists all", asked.facet_size)?;
    }
    Ok(some_if(found))
}

/// Runs `timeline`.
pub(super) fn timeline(args: &QueryArgs, own: &TimelineArgs) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let arguments = own.request.arguments()?;
    let (bars, undated) = engine.timeline(&arguments.request()?, arguments.interval())?;
    let mut out = args.color.stdout();
    if own.json {
        let values: Vec<_> = bars.iter().map(|(v, c)| serde_json::json!({"value": v, "count": c})).collect();
        writeln!(out, "{}", serde_json::json!({"timeline": values, "undated": undated}))?;
    } else if own.csv {
        writeln!(out, "value,count")?;
        bars.iter().try_for_each(|(value, count)| writeln!(out, "{value},{count}"))?;
    } else {
        terminal::bars(&mut out, &bars, terminal::width())?;
        if undated > 0 {
            writeln!(out, "  {undated} undated")?;
        }
    }
    out.flush()?;
    let found = !bars.is_empty() || undated > 0;
    if !found {
        writeln!(io::stderr(), "no articles found")?;
    }
    Ok(some_if(found))
}

//! `facets` and `timeline`: counting articles.

use super::{QueryArgs, some_if};
use crate::{
    cli::{
        common::Exit,
        filter::FilterArgs,
        search::{facet, size},
    },
    show::{self, json, terminal},
};
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use svodka_model::{
    article::{EntityKind, SourceKind},
    error::InputError,
};
use svodka_search::{Interval, Request, SearchEngine};
use svodka_store::{Index, error::Result};

/// Which values of a facet, and how to print them.
#[derive(Clone, Debug, Args)]
pub(super) struct FacetsArgs {
    /// actor, main_actor, outlet, think_tank, cited, cited_kind, via or month.
    #[arg(value_name = "FACET")]
    facet: String,
    #[command(flatten)]
    filter: FilterArgs,
    /// Only values with a word that begins so.
    #[arg(long, value_name = "TEXT")]
    prefix: Option<String>,
    /// Only values of this kind: person, organization or place; think_tank, pollster, media…
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Most values to print, or `all`.
    #[arg(long, value_name = "N", default_value = "20")]
    limit: String,
    /// The same, by the name it has in `search`.
    #[arg(long, value_name = "N")]
    facet_size: Option<String>,
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
    filter: FilterArgs,
    /// Width of a bar.
    #[arg(long, value_enum, default_value = "month")]
    by: By,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    Day,
    Week,
    Month,
    Year,
}

/// The kind of facet values called `name`, as the index holds it.
pub(super) fn kind(name: &str) -> Result<String> {
    let wanted = name.trim().to_lowercase().replace('-', "_").replace("organisation", "organization");
    let kinds: Vec<&str> =
        EntityKind::ALL.iter().map(|k| k.name()).chain(SourceKind::ALL.iter().map(|k| k.name())).collect();
    if kinds.contains(&wanted.as_str()) {
        return Ok(wanted);
    }
    let reason = format!("there are {}", kinds.join(", "));
    Err(InputError::BadOption { option: format!("--kind {name}"), reason }.into())
}

/// Runs `facets`.
pub(super) fn run(args: &QueryArgs, own: &FacetsArgs) -> Result<Exit> {
    let request = Request {
        facets: vec![facet(&own.facet)?],
        facet_size: size(own.facet_size.as_ref().unwrap_or(&own.limit))?,
        limit: 0,
        facet_prefix: own.prefix.clone(),
        facet_kind: own.kind.as_deref().map(kind).transpose()?,
        ..own.filter.request()?
    };
    let index = Index::open(&args.index)?;
    let response = SearchEngine::new(&index, index.manifest().lexicon()?).search(&request)?;
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
        writeln!(io::stderr(), "no values among {} articles", response.total)?;
    }
    Ok(some_if(found))
}

/// Runs `timeline`.
pub(super) fn timeline(args: &QueryArgs, own: &TimelineArgs) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let interval = match own.by {
        By::Day => Interval::Day,
        By::Week => Interval::Week,
        By::Month => Interval::Month,
        By::Year => Interval::Year,
    };
    let (bars, undated) = engine.timeline(&own.filter.request()?, interval)?;
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

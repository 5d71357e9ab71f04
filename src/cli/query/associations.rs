//! `cooccur` and `significant`: what belongs together.

use super::{QueryArgs, some_if};
use crate::{
    cli::{
        common::Exit,
        request::{RequestArgs, Selection},
    },
    show::{associations, terminal},
};
use clap::{Args, ValueEnum};
use std::{
    io::{self, Write},
    time::{Duration, Instant},
};
use svodka_search::{AssociationRequest, Associations, Ranking, SearchEngine, facet, value_kind};
use svodka_store::{Index, error::Result};

/// What to look for and how to print it.
#[derive(Clone, Debug, Args)]
struct TableArgs {
    /// The facet of the values to list.
    #[arg(long, value_name = "FACET", default_value = "actor")]
    facet: String,
    /// Only values of this kind: person, organization or place; think_tank, pollster, media…
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Fewest articles that a value must have.
    #[arg(long, value_name = "N", default_value_t = 2)]
    min_count: u64,
    /// Most values to print.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// With whom somebody is named.
#[derive(Clone, Debug, Args)]
pub(super) struct CooccurArgs {
    /// Whose company: an actor, else a cited source, else an outlet.
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    filter: RequestArgs<Selection>,
    #[command(flatten)]
    table: TableArgs,
    /// The facet that NAME is a value of.
    #[arg(long, value_name = "FACET")]
    of: Option<String>,
    /// Order: number of common articles, how sure it is that they are more than by chance, or how many times more.
    #[arg(long, value_enum, default_value = "count")]
    sort: Order,
}

/// What sets a result apart.
#[derive(Clone, Debug, Args)]
pub(super) struct SignificantArgs {
    #[command(flatten)]
    filter: RequestArgs<Selection>,
    #[command(flatten)]
    table: TableArgs,
    /// Order: number of articles, how sure it is that they are more than by chance, or how many times more.
    #[arg(long, value_enum, default_value = "score")]
    sort: Order,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    Count,
    Score,
    Lift,
}

impl TableArgs {
    fn wanted(&self, sort: Order, only_more: bool) -> Result<AssociationRequest> {
        Ok(AssociationRequest {
            facet: facet("--facet", &self.facet)?,
            kind: self.kind.as_deref().map(|kind| value_kind("--kind", kind)).transpose()?,
            min_count: self.min_count,
            only_more,
            ranking: match sort {
                Order::Count => Ranking::Count,
                Order::Score => Ranking::Score,
                Order::Lift => Ranking::Lift,
            },
            limit: self.limit,
        })
    }
}

/// Runs `cooccur`.
pub(super) fn cooccur(args: &QueryArgs, own: &CooccurArgs) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let wanted = own.table.wanted(own.sort, false)?;
    let of = own.of.as_deref().map(|of| facet("--of", of)).transpose()?;
    let request = own.filter.arguments()?.request()?;
    let start = Instant::now();
    let found = engine.cooccurring(&own.name, of, &request, &wanted)?;
    let what = Printing { query: &request.query, name: Some(&own.name), wanted: &wanted, background: "in all" };
    what.print(args, &own.table, &found, start.elapsed())
}

/// Runs `significant`.
pub(super) fn significant(args: &QueryArgs, own: &SignificantArgs) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let wanted = own.table.wanted(own.sort, true)?;
    let request = own.filter.arguments()?.request()?;
    let start = Instant::now();
    let found = engine.significant(&request, &wanted)?;
    let what = Printing { query: &request.query, name: None, wanted: &wanted, background: "in the archive" };
    what.print(args, &own.table, &found, start.elapsed())
}

struct Printing<'a> {
    query: &'a str,
    name: Option<&'a str>,
    wanted: &'a AssociationRequest,
    background: &'static str,
}

impl Printing<'_> {
    fn print(&self, args: &QueryArgs, table: &TableArgs, found: &Associations, took: Duration) -> Result<Exit> {
        let mut out = args.color.stdout();
        if table.json {
            let object = associations::json(self.query, self.name, found, took);
            serde_json::to_writer(&mut out, &object).map_err(io::Error::from)?;
            writeln!(out)?;
        } else if table.csv {
            associations::csv(&mut out, found)?;
        } else if !found.values.is_empty() {
            let what = self.wanted.facet.name();
            associations::table(&mut out, found, what, self.background, terminal::width())?;
        }
        out.flush()?;
        if found.values.is_empty() {
            self.advise(table, found)?;
        }
        Ok(some_if(!found.values.is_empty()))
    }

    fn advise(&self, table: &TableArgs, found: &Associations) -> Result<()> {
        let advice = if found.articles == 0 {
            "no articles found".to_owned()
        } else if self.name.is_none() && found.articles == found.background {
            "nothing sets the whole archive apart from itself; give a query or a filter".to_owned()
        } else {
            let (facet, least, all) = (table.facet.as_str(), table.min_count, terminal::articles(found.articles));
            if found.articles < least {
                format!("the search finds {all}, fewer than --min-count {least}; lower it")
            } else {
                format!("no {facet} occurs in at least {least} of {all}; lower --min-count")
            }
        };
        Ok(writeln!(io::stderr(), "{}", crate::show::escape::terminal_line(&advice))?)
    }
}

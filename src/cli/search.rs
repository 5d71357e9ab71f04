//! The search options that several commands share.

use crate::{
    error::{InputError, Result},
    index::Facet,
    query::{Filters, Request, Sort, dates},
};
use clap::{Args, ValueEnum};

/// What to search for.
#[derive(Clone, Debug, Default, Args)]
pub struct SearchArgs {
    /// Words to find, in any form; without any, every article matches.
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Only articles with this actor (repeatable: any of them).
    #[arg(long, value_name = "NAME")]
    actor: Vec<String>,
    /// Only articles of this outlet (repeatable).
    #[arg(long, value_name = "NAME")]
    outlet: Vec<String>,
    /// Only articles that cite this source (repeatable).
    #[arg(long, value_name = "NAME")]
    cited: Vec<String>,
    /// Only articles that cite this think tank or pollster (repeatable).
    #[arg(long, value_name = "NAME")]
    think_tank: Vec<String>,
    /// No articles with this actor.
    #[arg(long, value_name = "NAME")]
    no_actor: Vec<String>,
    /// No articles of this outlet.
    #[arg(long, value_name = "NAME")]
    no_outlet: Vec<String>,
    /// No articles that cite this source.
    #[arg(long, value_name = "NAME")]
    no_cited: Vec<String>,
    /// No articles that cite this think tank or pollster.
    #[arg(long, value_name = "NAME")]
    no_think_tank: Vec<String>,
    /// One of the words is enough.
    #[arg(long)]
    any: bool,
    /// Not before this date: 2025, 2025-03, 2025-03-04, «март 2025» or 7d.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Not after this date.
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Order of the hits.
    #[arg(long, value_enum, default_value_t)]
    sort: SortArg,
    /// Most hits to print.
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Hits to pass over first.
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// Facets to count, comma-separated; `none` for none.
    #[arg(long, value_name = "LIST", default_value = "actor,outlet,think_tank,cited,month")]
    facets: String,
    /// Most values of each facet to print, or `all`.
    #[arg(long, value_name = "N", default_value = "10")]
    facet_size: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum SortArg {
    #[default]
    Relevance,
    Newest,
    Oldest,
}

impl SearchArgs {
    /// The checked request.
    ///
    /// # Errors
    /// A date, facet or size that cannot be understood.
    pub fn request(&self) -> Result<Request> {
        let with = [
            (Facet::Actor, &self.actor),
            (Facet::Outlet, &self.outlet),
            (Facet::Cited, &self.cited),
            (Facet::ThinkTank, &self.think_tank),
        ];
        let without = [
            (Facet::Actor, &self.no_actor),
            (Facet::Outlet, &self.no_outlet),
            (Facet::Cited, &self.no_cited),
            (Facet::ThinkTank, &self.no_think_tank),
        ];
        Ok(Request {
            query: self.query.join(" "),
            any: self.any,
            filters: Filters { with: pairs(&with), without: pairs(&without) },
            from: self.from.as_deref().map(|d| period("--from", d)).transpose()?.map(|(start, _)| start),
            to: self.to.as_deref().map(|d| period("--to", d)).transpose()?.map(|(_, end)| end),
            sort: match self.sort {
                SortArg::Relevance => Sort::Relevance,
                SortArg::Newest => Sort::Newest,
                SortArg::Oldest => Sort::Oldest,
            },
            limit: self.limit,
            offset: self.offset,
            facets: super::query::facet_list(&self.facets)?,
            facet_size: size(&self.facet_size)?,
        })
    }
}

fn pairs(lists: &[(Facet, &Vec<String>)]) -> Vec<(Facet, String)> {
    lists.iter().flat_map(|(facet, names)| names.iter().map(|name| (*facet, name.clone()))).collect()
}

/// A period named by an option's value.
pub(super) fn period(option: &str, text: &str) -> Result<dates::Period> {
    dates::period(text, dates::today()).ok_or_else(|| {
        let reason = "not a date; say 2025, 2025-03, 2025-03-04, «март 2025» or 7d".into();
        InputError::BadOption { option: format!("{option} {text}"), reason }.into()
    })
}

/// The facet called `name`.
pub(super) fn facet(name: &str) -> Result<Facet> {
    Facet::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Facet::ALL.iter().map(|f| f.name()).collect();
        InputError::BadOption { option: format!("facet {name}"), reason: format!("there are {}", names.join(", ")) }
            .into()
    })
}

fn size(text: &str) -> Result<usize> {
    if text == "all" {
        return Ok(usize::MAX);
    }
    text.parse().map_err(|_| {
        let reason = "say a number or `all`".into();
        InputError::BadOption { option: format!("--facet-size {text}"), reason }.into()
    })
}

/// How to print hits.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Format {
    /// Print the search object as JSON.
    #[arg(long)]
    pub json: bool,
    /// Print hits as CSV.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print only the hits' paths.
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub paths: bool,
}

impl Format {
    /// The request without what this format does not print.
    #[must_use]
    pub fn adjust(&self, mut request: Request) -> Request {
        if self.csv || self.paths {
            request.facets.clear();
        }
        request
    }
}

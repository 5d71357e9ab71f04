//! The search options that several commands share.

use crate::{
    error::{Error, InputError, Result},
    index::Facet,
    query::{Filters, Request, Sort, dates},
};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What to search for.
#[derive(Clone, Debug, Default, Args)]
pub struct SearchArgs {
    /// Words to find, in any form; without any, every article matches.
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// A saved query: a text file, `#` begins a comment line. QUERY, if given too, narrows it.
    #[arg(long, value_name = "FILE")]
    query_file: Option<PathBuf>,
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
    /// Newer articles weigh more: twice at most, half of that more for every DAYS of age.
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "30")]
    boost_recent: Option<u32>,
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
            query: self.query_text()?,
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
            facet_prefix: None,
            boost_recent: self.boost_recent,
        })
    }

    /// The query typed, or the saved one, or both.
    fn query_text(&self) -> Result<String> {
        let typed = self.query.join(" ");
        let Some(file) = &self.query_file else { return Ok(typed) };
        let saved = std::fs::read_to_string(file).map_err(|e| Error::io(file, e))?;
        let saved: Vec<&str> = saved.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
        let saved = saved.join(" ").trim().to_owned();
        Ok(match (saved.is_empty(), typed.trim().is_empty()) {
            (true, _) => typed,
            (false, true) => saved,
            (false, false) => format!("({saved}) AND ({typed})"),
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
    /// Print hits as JSON Lines, one hit a line.
    #[arg(long, conflicts_with = "json")]
    pub jsonl: bool,
    /// Print hits as CSV.
    #[arg(long, conflicts_with_all = ["json", "jsonl"])]
    pub csv: bool,
    /// Print only the hits' paths.
    #[arg(long, conflicts_with_all = ["json", "jsonl", "csv"])]
    pub paths: bool,
    /// Print every hit, however many, with --csv, --jsonl or --paths; in the order of the index unless --sort newest
    /// or oldest is given.
    #[arg(long)]
    pub all: bool,
}

impl Format {
    /// The request without what this format does not print.
    ///
    /// # Errors
    /// `--all` with a format that needs all hits at once.
    pub fn adjust(&self, mut request: Request) -> Result<Request> {
        if self.is_stream() {
            request.facets.clear();
        } else if self.all {
            let reason = "add --csv, --jsonl or --paths".into();
            return Err(InputError::BadOption { option: "--all".into(), reason }.into());
        }
        if self.all {
            request.offset = 0;
            request.limit = usize::MAX;
        }
        Ok(request)
    }

    /// Whether hits are printed one after the other and nothing else.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        self.jsonl || self.csv || self.paths
    }
}

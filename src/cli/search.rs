//! The search options that several commands share.

use super::filter::FilterArgs;
use clap::{Args, ValueEnum};
use svodka_model::error::InputError;
use svodka_search::{Request, Sort, dates};
use svodka_store::{Facet, error::Result};

/// What to search for, and which of it to print.
#[derive(Clone, Debug, Default, Args)]
pub struct SearchArgs {
    #[command(flatten)]
    filter: FilterArgs,
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
        Ok(Request {
            sort: match self.sort {
                SortArg::Relevance => Sort::Relevance,
                SortArg::Newest => Sort::Newest,
                SortArg::Oldest => Sort::Oldest,
            },
            limit: self.limit,
            offset: self.offset,
            facets: super::query::facet_list(&self.facets)?,
            facet_size: size(&self.facet_size)?,
            boost_recent: self.boost_recent,
            ..self.filter.request()?
        })
    }
}

/// A period named by an option's value.
pub(super) fn period(option: &str, text: &str) -> Result<dates::Period> {
    dates::period(text, svodka_model::dates::today()).ok_or_else(|| {
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

/// A number of values, or `all`.
pub(super) fn size(text: &str) -> Result<usize> {
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

//! Which articles: the query and the filters that every command with a query has.

use super::search::period;
use clap::Args;
use std::path::PathBuf;
use svodka_search::{Filters, Request};
use svodka_store::{
    Facet,
    error::{Error, Result},
};

/// Which articles are meant.
#[derive(Clone, Debug, Default, Args)]
pub struct FilterArgs {
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
    /// Of an article's actors, only those that it is mainly about: for the actor facet and for --actor.
    #[arg(long)]
    main_actors: bool,
}

impl FilterArgs {
    /// The checked request, with the library's defaults for everything else.
    ///
    /// # Errors
    /// A date or a saved query that cannot be read.
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
            main_actors: self.main_actors,
            from: self.from.as_deref().map(|d| period("--from", d)).transpose()?.map(|(start, _)| start),
            to: self.to.as_deref().map(|d| period("--to", d)).transpose()?.map(|(_, end)| end),
            ..Request::default()
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

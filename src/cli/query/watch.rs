//! `watch`: saved searches, and what was found that is new.

use super::{QueryArgs, search, some_if};
use crate::{
    cli::{
        alerts::latest,
        common::Exit,
        request::{self, RequestArgs},
        search::Format,
    },
    show::{
        escape::terminal_line,
        matches,
        table::{Align, Table},
        terminal::TITLE,
    },
};
use clap::Subcommand;
use std::{
    cell::RefCell,
    collections::BTreeMap,
    io::{self, Write},
};
use svodka_alerts::{Alerts, Channel, SavedSearch};
use svodka_model::error::InputError;
use svodka_search::{SearchEngine, parameters::SEARCH};
use svodka_store::{
    Index,
    error::{Error, Result},
};

/// What to do with saved searches.
#[derive(Debug, Subcommand)]
pub(super) enum WatchCommand {
    /// Save a search: from now on, svodka-index tells which new articles match it
    Add {
        /// A name for the search.
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        search: RequestArgs<request::Selection>,
    },
    /// List the saved searches, with the number of articles found for each
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Remove a saved search
    Remove {
        /// The name of the search.
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Give a saved search another name
    Rename {
        /// The name of the search.
        #[arg(value_name = "NAME")]
        name: String,
        /// The new name.
        #[arg(value_name = "NEW")]
        new: String,
    },
    /// Show the new articles that were found for a saved search, or for all; the newest first
    Show {
        /// The name of the search.
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Maximum number of articles.
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        /// Print JSON Lines.
        #[arg(long)]
        json: bool,
        /// Print an Atom feed.
        #[arg(long, conflicts_with = "json")]
        atom: bool,
    },
    /// Show what was found since this was last asked
    New {
        /// Print JSON Lines.
        #[arg(long)]
        json: bool,
    },
    /// Search the whole archive for a saved search
    Run {
        /// The name of the search.
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        format: Format,
    },
    /// Forget what was found, and take all articles now in the index as told
    Reset,
}

/// Runs `watch`.
pub(super) fn run(args: &QueryArgs, command: &WatchCommand) -> Result<Exit> {
    let alerts = Alerts::of(&args.index);
    // An index must be there, whatever is asked.
    let index = Index::open(&args.index)?;
    match command {
        WatchCommand::Add { name, search } => add(&alerts, &index, name, search),
        WatchCommand::List { json } => list(args, &alerts, *json),
        WatchCommand::Remove { name } => {
            alerts.change(|searches| Ok(searches.remove(name)?))?;
            Ok(Exit::Success)
        }
        WatchCommand::Rename { name, new } => {
            alerts.change(|searches| Ok(searches.rename(name, new)?))?;
            Ok(Exit::Success)
        }
        WatchCommand::Show { name, limit, json, atom } => {
            let searches = alerts.searches()?;
            let of = name.as_deref().map(|name| searches.named(name)).transpose()?;
            let found = latest(&alerts, of, *limit)?;
            let mut out = args.color.stdout();
            if *atom {
                matches::atom(&mut out, of.map(|search| search.name.as_str()), &found)?;
            } else {
                let write = if *json { matches::json_line } else { matches::lines };
                found.iter().try_for_each(|found| write(&mut out, found))?;
            }
            out.flush()?;
            Ok(some_if(!found.is_empty()))
        }
        WatchCommand::New { json } => {
            let write = if *json { matches::json_line } else { matches::lines };
            let out = RefCell::new(args.color.stdout());
            let mut deliver = |found| Ok(write(&mut *out.borrow_mut(), &found)?);
            let told = alerts.deliver_all(Channel::Read, &mut deliver, &mut || Ok(out.borrow_mut().flush()?))?;
            Ok(some_if(told > 0))
        }
        WatchCommand::Run { name, format } => {
            let request = alerts.searches()?.named(name)?.arguments(&SEARCH)?.request()?;
            search::answer(args, &index, &format.adjust(request)?, format)
        }
        WatchCommand::Reset => {
            alerts.reset()?;
            Ok(Exit::Success)
        }
    }
}

fn add(alerts: &Alerts, index: &Index, name: &str, search: &RequestArgs<request::Selection>) -> Result<Exit> {
    let search = SavedSearch::new(name, &search.arguments()?)?;
    let request = search.request()?;
    let engine = SearchEngine::new(index, index.manifest().lexicon()?);
    let now = match engine.ids(&request) {
        Ok((total, _)) => format!("{total} articles match it now"),
        // The archive may come to hold it.
        Err(Error::Input(unknown @ InputError::UnknownValue { .. })) => format!("note: {unknown} yet"),
        Err(error) => return Err(error),
    };
    let name = search.name.clone();
    alerts.change(|searches| Ok(searches.add(search)?))?;
    let line = format!("«{name}» saved; {now}; svodka-index tells of new ones");
    writeln!(io::stderr(), "{}", terminal_line(&line))?;
    Ok(Exit::Success)
}

fn list(args: &QueryArgs, alerts: &Alerts, as_json: bool) -> Result<Exit> {
    let searches = alerts.searches()?.searches;
    let mut found: BTreeMap<String, (u64, String)> = BTreeMap::new();
    alerts.each_match(None, &mut |one| {
        let entry = found.entry(one.search).or_default();
        *entry = (entry.0 + 1, one.found);
        Ok(())
    })?;
    let figures = |search: &SavedSearch| {
        let names = std::iter::once(&search.name).chain(&search.formerly);
        let all: Vec<_> = names.filter_map(|name| found.get(name)).collect();
        (all.iter().map(|(count, _)| count).sum::<u64>(), all.iter().map(|(_, last)| last.clone()).max())
    };
    let mut out = args.color.stdout();
    if as_json {
        for search in &searches {
            let (count, last) = figures(search);
            let mut given: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            search.given.iter().for_each(|(name, value)| given.entry(name).or_default().push(value));
            let object = serde_json::json!({"name": search.name, "search": given, "found": count, "last": last});
            writeln!(out, "{object}")?;
        }
    } else if !searches.is_empty() {
        let heads = [("name", Align::Left), ("found", Align::Right), ("last", Align::Left), ("search", Align::Left)];
        let mut table = Table::new(&heads);
        for search in &searches {
            let (count, last) = figures(search);
            table.row(vec![search.name.clone(), count.to_string(), last.unwrap_or_default(), search.in_words()]);
        }
        table.write(&mut out, crate::show::terminal::width(), TITLE)?;
    }
    out.flush()?;
    if searches.is_empty() {
        writeln!(io::stderr(), "no saved searches; svodka-query watch add NAME QUERY saves one")?;
    }
    Ok(some_if(!searches.is_empty()))
}

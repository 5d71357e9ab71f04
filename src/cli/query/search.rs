//! `search` and `explain`.

use super::{QueryArgs, some_if};
use crate::{
    cli::{
        common::Exit,
        request::{self, RequestArgs},
        search::Format,
    },
    show::{
        csv::{COLUMNS, HitsWriter},
        escape, json, terminal,
    },
};
use clap::Args;
use std::{
    io::{self, Write},
    ops::ControlFlow,
};
use svodka_model::error::InputError;
use svodka_search::{Hit, Request, Response, SearchEngine, Sort};
use svodka_store::{Index, error::Result};

/// Which articles to find that are like another one.
#[derive(Clone, Debug, Args)]
pub(super) struct SimilarArgs {
    /// The id of the article, its path, or the end of its path.
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    request: RequestArgs<request::Similar>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &QueryArgs, search: &RequestArgs<request::Search>, format: &Format) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let request = format.adjust(search.arguments()?.request()?)?;
    let mut out = args.color.stdout();
    if format.is_stream() {
        let total = stream(&engine, &request, format, &mut out)?;
        return Ok(some_if(total > 0));
    }
    let response = engine.search(&request)?;
    if format.json {
        serde_json::to_writer(&mut out, &json::search(&request.query, &response)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if response.total > 0 {
        terminal::response(&mut out, &response, request.offset, terminal::width())?;
    }
    out.flush()?;
    if !format.json {
        advise(&request, &response)?;
    }
    Ok(some_if(response.total > 0))
}

/// Prints hits one by one, as they are found.
fn stream(engine: &SearchEngine<'_>, request: &Request, format: &Format, out: &mut dyn Write) -> Result<u64> {
    let unsorted = format.all && !request.group && request.sort == Sort::Relevance && request.boost_recent.is_none();
    let total = if format.csv {
        let mut csv = HitsWriter::with_columns(&mut *out, &format.columns().unwrap_or(COLUMNS.to_vec()))?;
        let total = each_hit(engine, request, unsorted, &mut |hit| csv.write(hit))?;
        csv.finish()?;
        total
    } else if format.jsonl {
        let columns = format.columns();
        each_hit(engine, request, unsorted, &mut |hit| {
            match &columns {
                None => serde_json::to_writer(&mut *out, &json::hit(hit)).map_err(io::Error::from)?,
                Some(columns) => {
                    let object = json::hit_fields(hit, columns).map_err(io::Error::from)?;
                    serde_json::to_writer(&mut *out, &object).map_err(io::Error::from)?;
                }
            }
            Ok(writeln!(out)?)
        })?
    } else if format.ids {
        each_hit(engine, request, unsorted, &mut |hit| Ok(writeln!(out, "{}", hit.article.id)?))?
    } else {
        each_hit(engine, request, unsorted, &mut |hit| Ok(writeln!(out, "{}", hit.article.path)?))?
    };
    out.flush()?;
    Ok(total)
}

fn each_hit(
    engine: &SearchEngine<'_>,
    request: &Request,
    unsorted: bool,
    print: &mut dyn FnMut(&Hit) -> Result<()>,
) -> Result<u64> {
    if unsorted {
        return engine.each_hit_unsorted(request, print);
    }
    engine.each_hit(request, &mut |hit| {
        print(&hit)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// Suggests what to try when nothing or little was found.
fn advise(request: &Request, response: &Response) -> Result<()> {
    let mut err = io::stderr().lock();
    if response.total == 0 {
        writeln!(err, "no articles found")?;
    }
    if !response.suggestions.is_empty() {
        let list: Vec<String> = response.suggestions.iter().map(|w| format!("«{w}»")).collect();
        writeln!(err, "{}", escape::terminal_line(&format!("did you mean {}?", list.join(", "))))?;
    } else if response.total == 0 && !request.any && request.query.trim().contains(' ') {
        writeln!(err, "no article has all the words; --any finds articles with some of them")?;
    }
    Ok(())
}

pub(super) fn explain(
    args: &QueryArgs,
    id: &str,
    search: &RequestArgs<request::Explain>,
    as_json: bool,
) -> Result<Exit> {
    let request = search.arguments()?.request()?;
    if request.query.trim().is_empty() {
        let reason = format!("give the words of a query as well: svodka-query explain {id} WORDS");
        return Err(InputError::BadOption { option: "explain".into(), reason }.into());
    }
    let index = Index::open(&args.index)?;
    let explained = SearchEngine::new(&index, index.manifest().lexicon()?).explain(id, &request)?;
    let mut out = args.color.stdout();
    if as_json {
        serde_json::to_writer(&mut out, &explained).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        terminal::explained(&mut out, &explained)?;
    }
    out.flush()?;
    Ok(some_if(explained.found))
}

/// Runs `similar`.
pub(super) fn similar(args: &QueryArgs, own: &SimilarArgs) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let engine = SearchEngine::new(&index, index.manifest().lexicon()?);
    let hits = engine.similar(&engine.article(&own.id)?, own.request.arguments()?.number("limit"))?;
    let mut out = args.color.stdout();
    if own.json {
        serde_json::to_writer(&mut out, &json::similar(&hits)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        terminal::hits(&mut out, &hits, 0, terminal::width())?;
    }
    out.flush()?;
    if hits.is_empty() {
        writeln!(io::stderr(), "no article is like this one")?;
    }
    Ok(some_if(!hits.is_empty()))
}

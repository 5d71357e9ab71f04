//! `batch`: many queries, a JSON line each, in order. An erroneous query gives an error line and the run goes on.

use super::{common::Exit, search};
use crate::show::json;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::Path,
};
use svodka_model::error::InputError;
use svodka_search::{Request, SearchEngine, Sort};
use svodka_store::{
    Facet,
    error::{Error, Result},
};

/// A query line in JSON; what it leaves out is taken from the command line.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Line {
    id: Value,
    q: String,
    any: Option<bool>,
    actor: Names,
    outlet: Names,
    cited: Names,
    think_tank: Names,
    no_actor: Names,
    no_outlet: Names,
    no_cited: Names,
    no_think_tank: Names,
    from: Option<String>,
    to: Option<String>,
    sort: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

/// One name or several.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "OneOrMany")]
struct Names(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Names {
    fn from(names: OneOrMany) -> Self {
        Self(match names {
            OneOrMany::One(name) => vec![name],
            OneOrMany::Many(names) => names,
        })
    }
}

/// Runs the queries of `file` (`-`: standard input), with what `base` says where a line does not.
///
/// # Errors
/// The file cannot be read or the output not written; a bad query only makes the exit status 2.
pub fn run(engine: &SearchEngine<'_>, file: &Path, base: &Request, full: bool) -> Result<Exit> {
    let input: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(file).map_err(|e| Error::io(file, e))?))
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut failed = false;
    for line in input.lines() {
        let line = line.map_err(|e| Error::io(file, e))?;
        if line.trim().is_empty() {
            continue;
        }
        let (answer, ok) = answer(engine, &line, base, full);
        failed |= !ok;
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    Ok(if failed { Exit::Failure } else { Exit::Success })
}

fn answer(engine: &SearchEngine<'_>, line: &str, base: &Request, full: bool) -> (Value, bool) {
    let parsed = if line.trim_start().starts_with('{') {
        serde_json::from_str(line).map_err(|e| e.to_string())
    } else {
        Ok(Line { q: line.trim().to_owned(), ..Line::default() })
    };
    let line = match parsed {
        Ok(line) => line,
        Err(e) => return (json!({"id": null, "q": line, "error": e}), false),
    };
    let (id, q) = (line.id.clone(), line.q.clone());
    match request(line, base).and_then(|request| find(engine, &request, full)) {
        Ok((total, hits)) => (json!({"id": id, "q": q, "total": total, "hits": hits}), true),
        Err(e) => (json!({"id": id, "q": q, "error": e.to_string()}), false),
    }
}

fn find(engine: &SearchEngine<'_>, request: &Request, full: bool) -> Result<(u64, Vec<Value>)> {
    if full {
        let response = engine.search(request)?;
        let hits = response.hits.iter().map(|hit| serde_json::to_value(json::hit(hit)));
        let hits = hits.collect::<Result<_, _>>().map_err(|e| Error::Bug(e.to_string()))?;
        return Ok((response.total, hits));
    }
    let (total, ids) = engine.ids(request)?;
    Ok((total, ids.into_iter().map(|(id, score)| json!({"id": id, "score": score})).collect()))
}

fn request(line: Line, base: &Request) -> Result<Request> {
    let mut request = Request { query: line.q, facets: Vec::new(), ..base.clone() };
    let with = [
        (Facet::Actor, line.actor),
        (Facet::Outlet, line.outlet),
        (Facet::Cited, line.cited),
        (Facet::ThinkTank, line.think_tank),
    ];
    let without = [
        (Facet::Actor, line.no_actor),
        (Facet::Outlet, line.no_outlet),
        (Facet::Cited, line.no_cited),
        (Facet::ThinkTank, line.no_think_tank),
    ];
    for (list, names) in [(&mut request.filters.with, with), (&mut request.filters.without, without)] {
        list.extend(names.into_iter().flat_map(|(facet, names)| names.0.into_iter().map(move |name| (facet, name))));
    }
    request.any = line.any.unwrap_or(base.any);
    request.limit = line.limit.unwrap_or(base.limit);
    request.offset = line.offset.unwrap_or(base.offset);
    if let Some(date) = &line.from {
        request.from = Some(search::period("from", date)?.0);
    }
    if let Some(date) = &line.to {
        request.to = Some(search::period("to", date)?.1);
    }
    if let Some(sort) = &line.sort {
        request.sort = match sort.as_str() {
            "relevance" => Sort::Relevance,
            "newest" => Sort::Newest,
            "oldest" => Sort::Oldest,
            other => {
                let reason = "say relevance, newest or oldest".into();
                return Err(InputError::BadOption { option: format!("sort {other}"), reason }.into());
            }
        };
    }
    Ok(request)
}

//! `batch`: many queries, a JSON line each, in order. An erroneous query gives an error line and the run goes on.

use super::common::Exit;
use crate::show::json;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, json};
use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::Path,
};
use svodka_model::error::InputError;
use svodka_search::{Arguments, Bounds, Request, SearchEngine, parameters::BATCH};
use svodka_store::error::{Error, Result};

/// The members of a JSON object in their order, repeated ones included: a map would keep only the last of these.
#[derive(Debug)]
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// A line, read.
struct Line {
    id: Value,
    query: String,
    /// Its values, or why they cannot be used.
    arguments: Result<Arguments, String>,
}

impl Line {
    fn read(line: &str) -> Self {
        if !line.trim_start().starts_with('{') {
            return Self::of_query(line.trim());
        }
        let members = match serde_json::from_str(line) {
            Ok(Members(members)) => members,
            Err(e) => return Self { id: Value::Null, query: line.to_owned(), arguments: Err(e.to_string()) },
        };
        let member = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let query = member("q").and_then(|q| q.as_str().map(str::to_owned)).unwrap_or_default();
        let arguments = arguments(&members).map_err(|e| e.to_string());
        Self { id: member("id").unwrap_or_default(), query, arguments }
    }

    fn of_query(query: &str) -> Self {
        let mut arguments = Arguments::new(&BATCH);
        let added = arguments.add("q", query, Bounds::Local).map_err(|e| e.to_string());
        Self { id: Value::Null, query: query.to_owned(), arguments: added.map(|()| arguments) }
    }
}

/// The values of a line; a parameter that is `null` is not given.
fn arguments(members: &[(String, Value)]) -> Result<Arguments, InputError> {
    let mut arguments = Arguments::new(&BATCH);
    for (name, value) in members.iter().filter(|(name, _)| name != "id") {
        match value {
            Value::Null if BATCH.parameter(name).is_some() => {}
            Value::Array(list) if BATCH.parameter(name).is_some_and(|parameter| parameter.is_list()) => {
                let texts: Vec<String> = list.iter().map(|one| text(name, one)).collect::<Result<_, _>>()?;
                arguments.add(name, &texts.join(","), Bounds::Local)?;
            }
            Value::Array(list) => {
                list.iter().try_for_each(|one| arguments.add(name, &text(name, one)?, Bounds::Local))?;
            }
            one => arguments.add(name, &text(name, one)?, Bounds::Local)?,
        }
    }
    Ok(arguments)
}

/// A value as it would be typed.
fn text(name: &str, value: &Value) -> Result<String, InputError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            let reason = format!("{value} is neither text nor a number nor true or false");
            Err(InputError::BadOption { option: name.to_owned(), reason })
        }
    }
}

/// Runs the queries of `file` (`-`: standard input), with `defaults` for what a line does not say.
///
/// # Errors
/// The file cannot be read or the output not written; a bad query only makes the exit status 2.
pub fn run(engine: &SearchEngine<'_>, file: &Path, defaults: &Arguments, full: bool) -> Result<Exit> {
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
        let (answer, ok) = answer(engine, Line::read(&line), defaults, full);
        failed |= !ok;
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    Ok(if failed { Exit::Failure } else { Exit::Success })
}

fn answer(engine: &SearchEngine<'_>, line: Line, defaults: &Arguments, full: bool) -> (Value, bool) {
    let (id, q) = (line.id, line.query);
    let found = line.arguments.and_then(|arguments| {
        let request = arguments.or(defaults).request().map_err(|e| e.to_string())?;
        find(engine, &request, full).map_err(|e| e.to_string())
    });
    match found {
        Ok(found) => {
            let mut answer = json!({"id": id, "q": q, "total": found.total, "hits": found.hits});
            if let (Some(facets), Some(answer)) = (found.facets, answer.as_object_mut()) {
                answer.insert("facets".to_owned(), facets);
            }
            (answer, true)
        }
        Err(error) => (json!({"id": id, "q": q, "error": error}), false),
    }
}

/// What a line's query found.
struct BatchAnswer {
    total: u64,
    hits: Vec<Value>,
    /// Counts, where any were asked for.
    facets: Option<Value>,
}

fn find(engine: &SearchEngine<'_>, request: &Request, full: bool) -> Result<BatchAnswer> {
    if !full && request.facets.is_empty() {
        let (total, ids) = engine.ids(request)?;
        let hits = ids.into_iter().map(|(id, score)| json!({"id": id, "score": score})).collect();
        return Ok(BatchAnswer { total, hits, facets: None });
    }
    let response = engine.search(request)?;
    let hit =
        |hit| if full { to_value(&json::hit(hit)) } else { Ok(json!({"id": hit.article.id, "score": hit.score})) };
    let hits = response.hits.iter().map(hit).collect::<Result<_>>()?;
    let counted = (!request.facets.is_empty()).then(|| to_value(&json::facets(&response.facets)));
    Ok(BatchAnswer { total: response.total, hits, facets: counted.transpose()? })
}

fn to_value(object: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(object).map_err(|e| Error::Bug(e.to_string()))
}

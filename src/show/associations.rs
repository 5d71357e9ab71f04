//! What belongs together, as a table, CSV or JSON.

use super::{
    csv::output_error,
    escape::csv_cell,
    table::{Align, Table},
    terminal::{FAINT, TITLE, articles, paint},
};
use serde::Serialize;
use std::{io::Write, time::Duration};
use svodka_search::{Association, Associations};
use svodka_store::error::Result;

/// Writes associations as a table; `what` names the values, `background` what they are compared with.
///
/// # Errors
/// The output's.
pub fn table(
    out: &mut dyn Write,
    found: &Associations,
    what: &'static str,
    background: &str,
    width: usize,
) -> std::io::Result<()> {
    let right = |name| (name, Align::Right);
    let mut table = Table::new(&[
        (what, Align::Left),
        ("kind", Align::Left),
        right("articles"),
        right("share"),
        right("expected"),
        right("lift"),
        right("score"),
    ]);
    for value in &found.values {
        table.row(vec![
            value.value.name.clone(),
            value.value.kind.clone(),
            value.count.to_string(),
            percent(share(value.count, found.articles)),
            format!("{:.1}", value.expected),
            format!("×{:.1}", value.lift),
            format!("{:.1}", value.score),
        ]);
    }
    table.write(out, width, TITLE)?;
    let (articles, all) = (articles(found.articles), found.background);
    writeln!(out, "{}", paint(FAINT, format!("{articles}, compared with {all} {background}")))
}

/// Writes associations as CSV.
///
/// # Errors
/// The output's.
pub fn csv(out: &mut dyn Write, found: &Associations) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let heads = ["value", "kind", "articles", "share", "background", "background_share", "expected", "lift", "score"];
    writer.write_record(heads).map_err(output_error)?;
    for value in &found.values {
        let (name, kind) = (csv_cell(&value.value.name), csv_cell(&value.value.kind));
        let figures = [
            value.count.to_string(),
            format!("{:.6}", share(value.count, found.articles)),
            value.background.to_string(),
            format!("{:.6}", share(value.background, found.background)),
            format!("{:.3}", value.expected),
            format!("{:.3}", value.lift),
            format!("{:.3}", value.score),
        ];
        writer.write_record([name, kind].iter().chain(&figures)).map_err(output_error)?;
    }
    Ok(writer.flush()?)
}

/// Associations as one JSON object.
#[derive(Debug, Serialize)]
pub struct AssociationsObject<'a> {
    query: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    articles: u64,
    background: u64,
    took_ms: f64,
    values: Vec<AssociationObject<'a>>,
}

#[derive(Debug, Serialize)]
struct AssociationObject<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    kind: &'a str,
    count: u64,
    share: f64,
    background: u64,
    background_share: f64,
    expected: f64,
    lift: f64,
    score: f64,
}

/// The JSON object of associations; `name` is whose they are.
#[must_use]
pub fn json<'a>(
    query: &'a str,
    name: Option<&'a str>,
    found: &'a Associations,
    took: Duration,
) -> AssociationsObject<'a> {
    let rounded = |figure: f64| (figure * 1e6).round() / 1e6;
    let object = |value: &'a Association| AssociationObject {
        value: &value.value.name,
        kind: &value.value.kind,
        count: value.count,
        share: rounded(share(value.count, found.articles)),
        background: value.background,
        background_share: rounded(share(value.background, found.background)),
        expected: rounded(value.expected),
        lift: rounded(value.lift),
        score: rounded(value.score),
    };
    AssociationsObject {
        query,
        name,
        articles: found.articles,
        background: found.background,
        took_ms: (took.as_secs_f64() * 1e6).round() / 1e3,
        values: found.values.iter().map(object).collect(),
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

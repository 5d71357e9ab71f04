//! Citations by source, outlet and month as a table, CSV or JSON.

use super::{
    csv::output_error,
    escape::{csv_cell, terminal_line},
    table::{Align, Table},
    terminal::{FAINT, TITLE, articles, paint},
};
use serde::Serialize;
use std::io::Write;
use svodka_search::{CitationRow, CitationTable, FirstCitation, Grouping};
use svodka_store::error::Result;

/// What stands for an outlet or a date that is not known.
const UNKNOWN: &str = "(not known)";

/// Writes the rows as a table.
///
/// # Errors
/// The output's.
pub fn table(out: &mut dyn Write, found: &CitationTable, grouping: Grouping, width: usize) -> std::io::Result<()> {
    let is_compared = found.rows.iter().any(|row| row.before.is_some());
    let mut heads = Vec::new();
    heads.extend(grouping.by_month.then_some(("month", Align::Left)));
    heads.extend(grouping.by_outlet.then_some(("outlet", Align::Left)));
    heads.extend([("cites", Align::Left), ("kind", Align::Left), ("articles", Align::Right)]);
    heads.extend(is_compared.then_some([("before", Align::Right), ("change", Align::Right)]).into_iter().flatten());
    heads.extend((!grouping.by_outlet).then_some(("outlets", Align::Right)));
    let is_ranked = grouping == Grouping::default();
    heads.extend(is_ranked.then_some(("rank", Align::Right)));
    let mut table = Table::new(&heads);
    for row in &found.rows {
        let mut cells = Vec::new();
        let known = |value: &Option<String>| value.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        cells.extend(grouping.by_month.then(|| known(&row.month)));
        cells.extend(grouping.by_outlet.then(|| known(&row.outlet)));
        cells.extend([row.source.name.clone(), row.source.kind.clone(), row.articles.to_string()]);
        if is_compared {
            cells.extend([row.before.unwrap_or(0).to_string(), format!("{:+}", change(row))]);
        }
        cells.extend((!grouping.by_outlet).then(|| row.outlets.to_string()));
        cells.extend(is_ranked.then(|| format!("{:.4}", row.rank)));
        table.row(cells);
        if let Some(first) = row.first.as_ref().filter(|_| !grouping.by_month) {
            table.note(format!("    first {}", paint(FAINT, in_words(first))));
        }
    }
    table.write(out, width, TITLE)?;
    let (all, few) = (found.row_count, found.rows.len());
    let range = if few < all { format!("{few} of {all} rows") } else { format!("{all} rows") };
    writeln!(out, "{}", paint(FAINT, format!("{range} in {}", articles(found.total))))
}

/// How many articles more there are than in the period compared with.
fn change(row: &CitationRow) -> i128 {
    i128::from(row.articles) - i128::from(row.before.unwrap_or(0))
}

fn in_words(first: &FirstCitation) -> String {
    let others = if first.others > 0 { format!(", and {} more on this date", first.others) } else { String::new() };
    let outlet = first.outlet.as_deref().unwrap_or(UNKNOWN);
    let words = format!("{} {outlet} {} «{}»{others}", first.date, first.id, first.title);
    terminal_line(&words)
}

/// Writes the rows as CSV; what is not known or not asked for is empty.
///
/// # Errors
/// The output's.
pub fn csv(out: &mut dyn Write, found: &CitationTable) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let heads = [
        "month",
        "outlet",
        "source",
        "kind",
        "articles",
        "before",
        "change",
        "outlets",
        "rank",
        "first_date",
        "first_outlet",
        "first_id",
        "first_title",
        "first_others",
    ];
    writer.write_record(heads).map_err(output_error)?;
    for row in &found.rows {
        let text = |value: Option<&str>| value.unwrap_or("").to_owned();
        let number = |value: Option<String>| value.unwrap_or_default();
        let first = row.first.as_ref();
        let cells = [
            text(row.month.as_deref()),
            text(row.outlet.as_deref()),
            row.source.name.clone(),
            row.source.kind.clone(),
            row.articles.to_string(),
            number(row.before.map(|before| before.to_string())),
            number(row.before.map(|_| change(row).to_string())),
            row.outlets.to_string(),
            format!("{:.6}", row.rank),
            text(first.map(|first| first.date.as_str())),
            text(first.and_then(|first| first.outlet.as_deref())),
            text(first.map(|first| first.id.as_str())),
            text(first.map(|first| first.title.as_str())),
            number(first.map(|first| first.others.to_string())),
        ];
        // A negative change is a number, not a formula.
        let cells = cells.iter().enumerate().map(|(at, cell)| if at == 6 { cell.clone() } else { csv_cell(cell) });
        writer.write_record(cells).map_err(output_error)?;
    }
    Ok(writer.flush()?)
}

/// The rows as one JSON object.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct CitationTableObject<'a> {
    query: &'a str,
    /// Matching articles, citing or not.
    total: u64,
    /// How many rows there are in all.
    row_count: usize,
    /// The first rows.
    rows: Vec<CitationRowObject<'a>>,
}

/// How articles cite a source.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct CitationRowObject<'a> {
    /// Whom they cite.
    source: &'a str,
    /// What the source is: `think_tank`, `agency`…
    kind: &'a str,
    /// Their outlet, with rows by outlet; null if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<Option<&'a str>>,
    /// Their month, with rows by month; null if they have no date.
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<Option<&'a str>>,
    /// How many they are.
    articles: u64,
    /// How many there are in the period compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<u64>,
    /// How many known outlets they come from.
    outlets: u64,
    /// PageRank of the source among all outlets and sources of the matching articles.
    rank: f64,
    /// The earliest of them.
    first: Option<FirstObject<'a>>,
}

/// The article that cited a source first.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct FirstObject<'a> {
    date: &'a str,
    outlet: Option<&'a str>,
    id: &'a str,
    title: &'a str,
    /// How many others have exactly this date.
    others: u64,
}

/// The JSON object of the rows.
#[must_use]
pub fn json<'a>(query: &'a str, found: &'a CitationTable, grouping: Grouping) -> CitationTableObject<'a> {
    let row = |row: &'a CitationRow| CitationRowObject {
        source: &row.source.name,
        kind: &row.source.kind,
        outlet: grouping.by_outlet.then_some(row.outlet.as_deref()),
        month: grouping.by_month.then_some(row.month.as_deref()),
        articles: row.articles,
        before: row.before,
        outlets: row.outlets,
        rank: (row.rank * 1e6).round() / 1e6,
        first: row.first.as_ref().map(|first| FirstObject {
            date: &first.date,
            outlet: first.outlet.as_deref(),
            id: &first.id,
            title: &first.title,
            others: first.others,
        }),
    };
    CitationTableObject {
        query,
        total: found.total,
        row_count: found.row_count,
        rows: found.rows.iter().map(row).collect(),
    }
}

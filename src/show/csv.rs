//! Hits and facets as CSV, one a line, for spreadsheets.

use super::escape::csv_cell;
use std::io::Write;
use svodka_search::{FacetCounts, Hit};
use svodka_store::error::Result;

/// Columns of hits when none are chosen.
pub const COLUMNS: [&str; 9] = ["id", "date", "outlet", "title", "snippet", "actors", "think_tanks", "cited", "path"];

/// All columns that can be chosen.
pub const FIELDS: [&str; 12] =
    ["id", "date", "day", "outlet", "title", "snippet", "actors", "think_tanks", "cited", "path", "url", "score"];

/// Writes hits as CSV.
pub struct HitsWriter<W: Write> {
    inner: csv::Writer<W>,
    columns: Vec<&'static str>,
}

impl<W: Write> HitsWriter<W> {
    /// Writes the head line.
    ///
    /// # Errors
    /// The output's.
    pub fn new(out: W) -> Result<Self> {
        Self::with_columns(out, &COLUMNS)
    }

    /// Writes the head line of these columns, which are some of [`FIELDS`].
    ///
    /// # Errors
    /// The output's.
    pub fn with_columns(out: W, columns: &[&'static str]) -> Result<Self> {
        let mut inner = csv::Writer::from_writer(out);
        inner.write_record(columns).map_err(output_error)?;
        Ok(Self { inner, columns: columns.to_vec() })
    }

    /// Writes one hit.
    ///
    /// # Errors
    /// The output's.
    pub fn write(&mut self, hit: &Hit) -> Result<()> {
        let cells = self.columns.iter().map(|column| csv_cell(&cell(hit, column)));
        self.inner.write_record(cells).map_err(output_error)?;
        Ok(())
    }

    /// Writes what is still buffered.
    ///
    /// # Errors
    /// The output's.
    pub fn finish(mut self) -> Result<()> {
        Ok(self.inner.flush()?)
    }
}

/// The output's own error, so that a closed pipe is recognised.
pub(super) fn output_error(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => std::io::Error::other(format!("{other:?}")),
    }
}

/// The cell of a hit in a column.
fn cell(hit: &Hit, column: &str) -> String {
    let article = &hit.article;
    let names = |names: Vec<&str>| names.join("; ");
    let date = article.date.as_ref().map(|date| date.value.clone()).unwrap_or_default();
    match column {
        "id" => article.id.clone(),
        "date" => date,
        "day" => date.get(..10).unwrap_or("").to_owned(),
        "outlet" => article.outlet.as_ref().map(|outlet| outlet.name.clone()).unwrap_or_default(),
        "title" => article.title.clone(),
        "snippet" => hit.snippet.text.clone(),
        "actors" => names(article.actors().map(|actor| actor.name.as_str()).collect()),
        "think_tanks" => names(hit.think_tanks().map(|citation| citation.name.as_str()).collect()),
        "cited" => names(article.cited.iter().map(|citation| citation.name.as_str()).collect()),
        "path" => article.path.clone(),
        "url" => article.url.clone().unwrap_or_default(),
        "score" => hit.score.to_string(),
        unknown => {
            debug_assert!(false, "no column {unknown}");
            String::new()
        }
    }
}

/// Writes the values of facets, one a line.
///
/// # Errors
/// The output's.
pub fn facets(out: &mut dyn Write, facets: &[FacetCounts]) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["facet", "value", "kind", "count"]).map_err(output_error)?;
    for facet in facets {
        for (value, count) in &facet.values {
            let cells = [facet.facet.name(), &value.name, &value.kind, &count.to_string()].map(csv_cell);
            writer.write_record(cells).map_err(output_error)?;
        }
    }
    Ok(writer.flush()?)
}

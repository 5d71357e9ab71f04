//! Hits and facets as CSV, one a line, for spreadsheets.

use super::escape::csv_cell;
use std::io::Write;
use svodka_search::{FacetCounts, Hit};
use svodka_store::error::Result;

/// Column names of the CSV output.
pub const COLUMNS: [&str; 9] = ["id", "date", "outlet", "title", "snippet", "actors", "think_tanks", "cited", "path"];

/// Writes hits as CSV.
pub struct HitsWriter<W: Write> {
    inner: csv::Writer<W>,
}

impl<W: Write> HitsWriter<W> {
    /// Writes the head line.
    ///
    /// # Errors
    /// The output's.
    pub fn new(out: W) -> Result<Self> {
        let mut inner = csv::Writer::from_writer(out);
        inner.write_record(COLUMNS).map_err(std::io::Error::from)?;
        Ok(Self { inner })
    }

    /// Writes one hit.
    ///
    /// # Errors
    /// The output's.
    pub fn write(&mut self, hit: &Hit) -> Result<()> {
        let article = &hit.article;
        let names = |names: Vec<&str>| names.join("; ");
        let cells = [
            article.id.clone(),
            article.date.as_ref().map(|d| d.value.clone()).unwrap_or_default(),
            article.outlet.as_ref().map(|o| o.name.clone()).unwrap_or_default(),
            article.title.clone(),
            hit.snippet.text.clone(),
            names(article.actors().map(|a| a.name.as_str()).collect()),
            names(article.think_tanks().map(|c| c.name.as_str()).collect()),
            names(article.cited.iter().map(|c| c.name.as_str()).collect()),
            article.path.clone(),
        ];
        self.inner.write_record(cells.map(|cell| csv_cell(&cell))).map_err(std::io::Error::from)?;
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

/// Writes the values of facets, one a line.
///
/// # Errors
/// The output's.
pub fn facets(out: &mut dyn Write, facets: &[FacetCounts]) -> Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["facet", "value", "kind", "count"]).map_err(std::io::Error::from)?;
    for facet in facets {
        for (value, count) in &facet.values {
            let cells = [facet.facet.name(), &value.name, &value.kind, &count.to_string()].map(csv_cell);
            writer.write_record(cells).map_err(std::io::Error::from)?;
        }
    }
    Ok(writer.flush()?)
}

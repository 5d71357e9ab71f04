//! Hits as an Excel workbook: a sheet of articles, and a sheet with a row for each citation and the clause that shows it.
//!
//! Rows go through temporary files, so memory does not grow with their number. No cell is a formula: text is written
//! as text, whatever it begins with.

use super::{
    sources::AskedSources,
    spreadsheet::{ARTICLES, CITATIONS, Cell, Column, Moment, article_row, citation_rows},
};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::io::{self, Write};
use svodka_search::Hit;
use svodka_store::error::Result;

/// Rows of a sheet, the headings among them.
const ROWS: u32 = 1_048_576;

/// Most links of a sheet; further addresses are text.
const LINKS: usize = 65_000;

/// Longest address that can be a link.
const LINK: usize = 2_000;

/// Writes hits as an Excel workbook.
pub struct WorkbookWriter {
    book: Workbook,
    articles: Sheet,
    citations: Sheet,
    asked: AskedSources,
}

/// A sheet with what was written to it.
struct Sheet {
    index: usize,
    rows: u32,
    links: usize,
    formats: Formats,
}

/// How cells look.
struct Formats {
    day: Format,
    minute: Format,
    link: Format,
}

impl WorkbookWriter {
    /// An empty workbook with headings.
    ///
    /// # Errors
    /// Temporary files cannot be made.
    pub fn new(asked: AskedSources) -> Result<Self> {
        let mut book = Workbook::new();
        book.set_properties(&DocProperties::new().set_author("Svodka"));
        let articles = Sheet::new(&mut book, 0, "Статьи", &ARTICLES).map_err(output_error)?;
        let citations = Sheet::new(&mut book, 1, "Ссылки на источники", &CITATIONS).map_err(output_error)?;
        Ok(Self { book, articles, citations, asked })
    }

    /// Writes one hit.
    ///
    /// # Errors
    /// The temporary files', or there are more rows than a sheet can have.
    pub fn write(&mut self, hit: &Hit) -> Result<()> {
        self.articles.write(&mut self.book, article_row(hit, &self.asked)).map_err(output_error)?;
        for row in citation_rows(hit, &self.asked) {
            self.citations.write(&mut self.book, row).map_err(output_error)?;
        }
        Ok(())
    }

    /// Writes the workbook to `out`.
    ///
    /// # Errors
    /// The output's.
    pub fn finish(mut self, out: &mut (dyn Write + Send)) -> Result<()> {
        self.articles.finish(&mut self.book, &ARTICLES).map_err(output_error)?;
        self.citations.finish(&mut self.book, &CITATIONS).map_err(output_error)?;
        Ok(self.book.save_to_writer(out).map_err(output_error)?)
    }
}

impl Sheet {
    fn new(book: &mut Workbook, index: usize, name: &str, columns: &[Column]) -> Result<Self, XlsxError> {
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        let heading = Format::new().set_bold();
        for (column, (text, width)) in (0..).zip(columns) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(0, column, *text, &heading)?;
        }
        let formats = Formats {
            day: Format::new().set_num_format("dd.mm.yyyy"),
            minute: Format::new().set_num_format("dd.mm.yyyy hh:mm"),
            link: Format::new().set_hyperlink(),
        };
        Ok(Self { index, rows: 1, links: 0, formats })
    }

    fn write(&mut self, book: &mut Workbook, cells: Vec<Cell>) -> Result<(), XlsxError> {
        let row = self.rows;
        if row >= ROWS {
            return Err(XlsxError::RowColumnLimitError);
        }
        let sheet = book.worksheet_from_index(self.index)?;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(text) => text_cell(sheet, row, column, &text)?,
                Cell::Number(number) => drop(sheet.write_number(row, column, number)?),
                Cell::Date(moment) => match excel_date(&moment) {
                    Some(date) => {
                        let is_day = matches!(moment, Moment::Day { .. });
                        let format = if is_day { &self.formats.day } else { &self.formats.minute };
                        sheet.write_datetime_with_format(row, column, date, format)?;
                    }
                    None => text_cell(sheet, row, column, &moment.in_russian())?,
                },
                Cell::Address(address) if self.links < LINKS && is_link(&address) => {
                    self.links += 1;
                    sheet.write_url_with_format(row, column, address.as_str(), &self.formats.link)?;
                }
                Cell::Address(address) => text_cell(sheet, row, column, &address)?,
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Buttons that sort and filter every column.
    fn finish(&self, book: &mut Workbook, columns: &[Column]) -> Result<(), XlsxError> {
        let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or_default();
        book.worksheet_from_index(self.index)?.autofilter(0, 0, self.rows.saturating_sub(1), last)?;
        Ok(())
    }
}

/// Writes text; what XML cannot hold is left out.
fn text_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
    if !text.is_empty() {
        sheet.write_string(row, column, text.replace(['\u{fffe}', '\u{ffff}'], ""))?;
    }
    Ok(())
}

/// The date as Excel counts it; it knows none before 1900.
fn excel_date(moment: &Moment) -> Option<ExcelDateTime> {
    match *moment {
        Moment::Day { year, month, day } => ExcelDateTime::from_ymd(year, month, day).ok(),
        Moment::Minute { year, month, day, hour, minute } => {
            ExcelDateTime::from_ymd(year, month, day).ok()?.and_hms(u16::from(hour), minute, 0).ok()
        }
        Moment::Other(_) => None,
    }
}

/// Whether an address may be a link: of the web, and of a length that Excel takes.
fn is_link(address: &str) -> bool {
    let is_web = ["http://", "https://"].iter().any(|scheme| address.starts_with(scheme));
    is_web && address.chars().count() < LINK && address.chars().all(|c| !c.is_whitespace())
}

/// The output's own error, so that a closed pipe is recognised; the others in words that help.
fn output_error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        XlsxError::RowColumnLimitError => {
            io::Error::other(format!("an Excel sheet ends at row {ROWS}: narrow the search, or export CSV"))
        }
        other => io::Error::other(format!("the workbook cannot be written: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, excel_date, is_link};

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert!(is_link("https://example.org/a?b=в"));
        for address in ["javascript:alert(1)", "file:///etc/passwd", "https://example.org/a b", "", "internal:A1"] {
            assert!(!is_link(address), "{address}");
        }
        assert!(!is_link(&format!("https://{}", "a".repeat(3_000))));
    }

    #[test]
    fn dates_that_excel_does_not_know_are_none() {
        assert!(excel_date(&Moment::of("1899-12-30")).is_none());
        assert!(excel_date(&Moment::of("2025-03")).is_none());
        assert!(excel_date(&Moment::of("2025-03-04T09:05:00+03:00")).is_some());
    }
}

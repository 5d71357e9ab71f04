//! Hits as tables for people who work in a spreadsheet: the columns that CSV for Excel and XLSX share, and that CSV.
//!
//! A Russian Excel takes a CSV file for UTF-8 only with a byte order mark, parts cells at semicolons, and reads a date
//! written `04.03.2025`.

use super::{
    csv::output_error,
    escape::{csv_cell, plain_line},
    sources::AskedSources,
};
use std::io::Write;
use svodka_model::article::{Article, Citation};
use svodka_search::Hit;
use svodka_store::error::Result;

/// Longest text of a cell, in UTF-16 units, as Excel counts it (its limit is 32,767).
const LONGEST: usize = 32_700;

/// What stands between the values of one cell.
const BETWEEN: &str = " | ";

/// A column: its heading, and its width in characters.
pub(super) type Column = (&'static str, f64);

/// The columns of a table of articles.
pub(super) const ARTICLES: [Column; 12] = [
    ("Дата", 17.0),
    ("Издание", 20.0),
    ("Заголовок", 60.0),
    ("Адрес", 40.0),
    ("На кого ссылается", 35.0),
    ("Где сказано", 70.0),
    ("Правило", 20.0),
    ("Аналитические центры", 30.0),
    ("Действующие лица", 40.0),
    ("Отрывок", 60.0),
    ("Номер", 16.0),
    ("Файл", 30.0),
];

/// The columns of a table of citations.
pub(super) const CITATIONS: [Column; 11] = [
    ("Дата", 17.0),
    ("Издание", 20.0),
    ("Заголовок", 60.0),
    ("Адрес", 40.0),
    ("Источник", 30.0),
    ("Род источника", 16.0),
    ("Через", 20.0),
    ("Где сказано", 70.0),
    ("Правило", 20.0),
    ("Вероятность", 12.0),
    ("Номер", 16.0),
];

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Date(Moment),
    Address(String),
    Number(f64),
}

/// When an article was published, as precisely as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A day.
    Day { year: u16, month: u8, day: u8 },
    /// A minute of a day, by the clock of the article's own zone.
    Minute { year: u16, month: u8, day: u8, hour: u8, minute: u8 },
    /// A month or a year, or nothing: what the article has.
    Other(String),
}

impl Moment {
    /// The moment of an article's date: `2025`, `2025-03`, `2025-03-04` or RFC 3339.
    pub(super) fn of(value: &str) -> Self {
        Self::parsed(value).unwrap_or_else(|| Self::Other(value.to_owned()))
    }

    fn parsed(value: &str) -> Option<Self> {
        let number = |from: usize, to: usize| value.get(from..to)?.parse::<u16>().ok();
        let small = |from, to| number(from, to).and_then(|n| u8::try_from(n).ok());
        let (year, month, day) = (number(0, 4)?, small(5, 7)?, small(8, 10)?);
        match value.len() {
            10 => Some(Self::Day { year, month, day }),
            _ => Some(Self::Minute { year, month, day, hour: small(11, 13)?, minute: small(14, 16)? }),
        }
    }

    /// As it is written in Russia: `04.03.2025 15:30`.
    pub(super) fn in_russian(&self) -> String {
        match self {
            Self::Minute { hour, minute, .. } => format!("{} {hour:02}:{minute:02}", self.day_in_russian()),
            _ => self.day_in_russian(),
        }
    }

    /// The day alone.
    pub(super) fn day_in_russian(&self) -> String {
        match self {
            Self::Day { year, month, day } | Self::Minute { year, month, day, .. } => {
                format!("{day:02}.{month:02}.{year:04}")
            }
            Self::Other(value) => match value.split_once('-') {
                Some((year, month)) => format!("{month}.{year}"),
                None => value.clone(),
            },
        }
    }
}

/// The first four columns of both tables.
fn published(article: &Article) -> [Cell; 4] {
    let date = article.date.as_ref().map_or("", |date| date.value.as_str());
    [
        Cell::Date(Moment::of(date)),
        text(article.outlet.as_ref().map_or("", |outlet| &outlet.name)),
        text(&article.title),
        Cell::Address(plain_line(article.url.as_deref().unwrap_or_default())),
    ]
}

/// The cells of a hit in [`ARTICLES`].
pub(super) fn article_row(hit: &Hit, asked: &AskedSources) -> Vec<Cell> {
    let article = &hit.article;
    let citations = asked.citations(article);
    let several = citations.len() > 1;
    let clause = |citation: &&Citation| match several {
        true => format!("{}: {}", citation.name, article.slice(citation.evidence)),
        false => article.slice(citation.evidence).to_owned(),
    };
    let mut cells = published(article).to_vec();
    cells.extend([
        joined(article.cited.iter().filter(|citation| !citation.is_self).map(|citation| citation.name.clone())),
        joined(citations.iter().map(clause)),
        joined(citations.iter().map(|citation| citation.rule.clone())),
        joined(article.think_tanks().map(|citation| citation.name.clone())),
        joined(article.actors().map(|actor| actor.name.clone())),
        text(&hit.snippet.text),
        text(&article.id),
        text(&article.path),
    ]);
    debug_assert_eq!(cells.len(), ARTICLES.len());
    cells
}

/// The cells of the citations of a hit in [`CITATIONS`], a row each.
pub(super) fn citation_rows(hit: &Hit, asked: &AskedSources) -> Vec<Vec<Cell>> {
    let article = &hit.article;
    let row = |citation: &Citation| {
        let mut cells = published(article).to_vec();
        cells.extend([
            text(&citation.name),
            text(citation.kind.name()),
            text(citation.via.as_deref().unwrap_or_default()),
            text(article.slice(citation.evidence)),
            text(&citation.rule),
            Cell::Number(f64::from((citation.confidence * 1_000.0).floor()) / 1_000.0),
            text(&article.id),
        ]);
        debug_assert_eq!(cells.len(), CITATIONS.len());
        cells
    };
    asked.citations(article).into_iter().map(row).collect()
}

fn text(value: &str) -> Cell {
    Cell::Text(shortened(plain_line(value)))
}

fn joined(values: impl Iterator<Item = String>) -> Cell {
    text(&values.collect::<Vec<_>>().join(BETWEEN))
}

/// Text that fits into a cell.
fn shortened(text: String) -> String {
    let mut units = 0;
    let cut = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > LONGEST
    });
    match cut.and_then(|(at, _)| text.get(..at)) {
        Some(start) => format!("{start}…"),
        None => text,
    }
}

/// Writes hits as CSV that a Russian Excel opens by a double click: byte order mark, semicolons, CRLF, its dates.
pub struct ExcelCsvWriter<W: Write> {
    inner: csv::Writer<W>,
    asked: AskedSources,
}

impl<W: Write> ExcelCsvWriter<W> {
    /// Writes the byte order mark and the headings.
    ///
    /// # Errors
    /// The output's.
    pub fn new(mut out: W, asked: AskedSources) -> Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut inner = csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(out);
        inner.write_record(ARTICLES.map(|(heading, _)| heading)).map_err(output_error)?;
        Ok(Self { inner, asked })
    }

    /// Writes one hit.
    ///
    /// # Errors
    /// The output's.
    pub fn write(&mut self, hit: &Hit) -> Result<()> {
        let cells = article_row(hit, &self.asked).into_iter().map(|cell| match cell {
            Cell::Text(text) | Cell::Address(text) => csv_cell(&text),
            Cell::Date(moment) => csv_cell(&moment.in_russian()),
            Cell::Number(number) => number.to_string(),
        });
        Ok(self.inner.write_record(cells).map_err(output_error)?)
    }

    /// Writes what is still buffered.
    ///
    /// # Errors
    /// The output's.
    pub fn finish(mut self) -> Result<()> {
        Ok(self.inner.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, shortened};

    #[test]
    fn dates_are_as_precise_as_they_are_known() {
        for (value, expected) in [
            ("2025-03-04", "04.03.2025"),
            ("2025-03-04T09:05:07+03:00", "04.03.2025 09:05"),
            ("2025-03", "03.2025"),
            ("2025", "2025"),
            ("", ""),
        ] {
            assert_eq!(Moment::of(value).in_russian(), expected, "{value}");
        }
    }

    #[test]
    fn long_cells_are_cut_at_a_character() {
        let long = shortened("я😀".repeat(20_000));
        assert!(long.encode_utf16().count() <= 32_767 && long.ends_with('…'));
        assert_eq!(shortened("порт".to_owned()), "порт");
    }
}

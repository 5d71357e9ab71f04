//! Tables for a terminal: columns aligned, names cut to fit, figures to the right.

use super::{escape::terminal_line, terminal::paint};
use anstyle::Style;
use std::io::{Result, Write};
use svodka_text::clean::title::shorten;

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Figures.
    Right,
}

/// A table: heads with their alignment, then rows of as many cells.
#[derive(Clone, Debug, Default)]
pub struct Table {
    heads: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
    /// Lines that follow a row, by the row's number.
    notes: Vec<(usize, String)>,
}

/// Narrowest that a text column is cut to, in columns of the terminal.
const MIN_TEXT: usize = 12;

/// Blanks between columns.
const GAP: usize = 2;

impl Table {
    /// A table with these heads.
    #[must_use]
    pub fn new(heads: &[(&'static str, Align)]) -> Self {
        Self { heads: heads.to_vec(), ..Self::default() }
    }

    /// Adds a row; its cells are escaped when written.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells.iter().map(|cell| terminal_line(cell)).collect());
    }

    /// Adds a line below the last row; the caller has escaped it.
    pub fn note(&mut self, line: String) {
        self.notes.push((self.rows.len(), line));
    }

    /// Writes the table within `width` columns: text columns give way, the widest first.
    ///
    /// # Errors
    /// The output's.
    pub fn write(&self, out: &mut dyn Write, width: usize, head: Style) -> Result<()> {
        let widths = self.widths(width);
        let heads: Vec<String> = self.heads.iter().map(|(name, _)| (*name).to_owned()).collect();
        writeln!(out, "{}", paint(head, self.line(&heads, &widths)))?;
        let mut notes = self.notes.iter().peekable();
        for (number, row) in self.rows.iter().enumerate() {
            writeln!(out, "{}", self.line(row, &widths))?;
            while let Some((_, note)) = notes.next_if(|(at, _)| *at == number + 1) {
                writeln!(out, "{note}")?;
            }
        }
        Ok(())
    }

    fn widths(&self, width: usize) -> Vec<usize> {
        let cells = |at: usize| self.rows.iter().filter_map(move |row| row.get(at)).map(|cell| cell.chars().count());
        let heads = self.heads.iter().enumerate();
        let mut widths: Vec<usize> =
            heads.map(|(at, (name, _))| cells(at).max().unwrap_or(0).max(name.len())).collect();
        let room = width.saturating_sub(GAP * widths.len().saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let texts = widths.iter_mut().zip(&self.heads).filter(|(_, (_, align))| *align == Align::Left);
            match texts.map(|(width, _)| width).max() {
                Some(widest) if *widest > MIN_TEXT => *widest -= 1,
                _ => break,
            }
        }
        widths
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, width), (_, align)) in cells.iter().zip(widths).zip(&self.heads) {
            let cell = fit(cell, *width);
            let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
            if !line.is_empty() {
                line.push_str("  ");
            }
            match align {
                Align::Left => line.extend([cell, pad]),
                Align::Right => line.extend([pad, cell]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// `cell` in at most `width` characters, cut at a word end where one is near.
fn fit(cell: &str, width: usize) -> String {
    if cell.chars().count() <= width { cell.to_owned() } else { shorten(cell, width.saturating_sub(1)) }
}

#[cfg(test)]
mod tests {
    use super::{Align, Table};
    use anstyle::Style;

    #[test]
    fn columns_are_aligned_and_text_gives_way() {
        let mut table = Table::new(&[("source", Align::Left), ("articles", Align::Right)]);
        table.row(vec!["Институт изучения войны".into(), "12".into()]);
        table.row(vec!["RAND\u{1b}[2J".into(), "3".into()]);
        table.note("    «по данным RAND»".into());
        let mut out = Vec::new();
        table.write(&mut out, 28, Style::new()).unwrap();
        let expected = "\
source              articles
Институт изучения…        12
RAND\\u{1b}[2J              3
    «по данным RAND»
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}

//! A query that cannot be understood, with the columns to point at.

/// Columns of a query, in characters: start inclusive, end exclusive.
pub type Columns = (usize, usize);

/// A query that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("query, column {}: {reason}", .columns.0 + 1)]
pub struct QueryError {
    /// Where, in characters.
    pub columns: Columns,
    /// What is wrong and what would be right.
    pub reason: String,
    /// The query itself.
    pub query: String,
}

/// Most characters of a query shown before the column of an error.
const SHOWN_BEFORE: usize = 50;

/// Most characters of a query shown in all.
const SHOWN: usize = 78;

impl QueryError {
    /// A fault at `columns` of a query that is filled in later.
    pub fn new(columns: Columns, reason: impl Into<String>) -> Self {
        Self { columns, reason: reason.into(), query: String::new() }
    }

    /// The stretch of the query around the fault, and a line of carets that points at it.
    #[must_use]
    pub fn pointed(&self) -> (String, String) {
        let (start, end) = self.columns;
        let from = start.saturating_sub(SHOWN_BEFORE);
        let shown = self.query.chars().skip(from).take(SHOWN);
        // One column for one character, whatever it is.
        let mut line: String = shown.map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
        if self.query.chars().count() <= start {
            // What is missing at the end is pointed at behind it.
            line.push(' ');
        }
        let width = line.chars().count();
        let carets = end.saturating_sub(start).clamp(1, (from + width).saturating_sub(start).max(1));
        (line, " ".repeat(start - from) + &"^".repeat(carets))
    }
}

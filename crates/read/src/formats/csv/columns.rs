//! What the columns of a table mean: by their names, or, in a table without names, by what they hold.

use super::FieldMap;
use serde_json::{Map, Value};

/// Least mean length of a text column without a name, in characters.
const TEXT_LENGTH: usize = 30;

/// What databases and programs write for no value.
const NULLS: [&str; 6] = ["NULL", "\\N", "null", "None", "NaN", "nan"];

/// The columns of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    names: Vec<String>,
    /// Rows that were read to find out, with their lines.
    pub(super) first_rows: Vec<(u64, Vec<String>)>,
}

impl Columns {
    /// Whether a row names columns: one of them means a text.
    pub(super) fn are_named(cells: &[String], fields: &FieldMap) -> bool {
        cells.iter().any(|cell| fields.means_text(cell))
            && (cells.len() == 1
                || cells.iter().filter(|cell| fields.knows(cell)).count() > 1
                || !cells.iter().any(|c| looks_like_data(c)))
    }

    pub(super) fn named(cells: &[String]) -> Self {
        Self { names: cells.iter().map(|cell| cell.trim().to_owned()).collect(), first_rows: Vec::new() }
    }

    /// The columns of rows without names: addresses, dates, numbers, the longest text, and before it a title.
    ///
    /// # Errors
    /// What the user can do, when there is no column of texts.
    pub(super) fn guess(rows: Vec<(u64, Vec<String>)>) -> Result<Self, String> {
        let Some((_, first)) = rows.first() else { return Err("no records in it: an empty table".into()) };
        let width = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let column = |at: usize| rows.iter().filter_map(move |(_, cells)| cells.get(at)).map(|cell| cell.trim());
        let most = |at: usize, test: &dyn Fn(&str) -> bool| column(at).filter(|c| test(c)).count() * 2 > rows.len();
        let length = |at: usize| column(at).map(|cell| cell.chars().count()).sum::<usize>() / rows.len().max(1);
        let url = (0..width).find(|at| most(*at, &is_address));
        let date = (0..width).find(|at| most(*at, &is_date));
        let is_free = |at: &usize| Some(*at) != url && Some(*at) != date && !most(*at, &is_number);
        let text = (0..width).filter(is_free).max_by_key(|at| length(*at)).filter(|at| length(*at) >= TEXT_LENGTH);
        let Some(text) = text.filter(|_| first.iter().any(|cell| looks_like_data(cell))) else {
            let names =
                first.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).take(20).collect::<Vec<_>>();
            return Err(format!("no column of texts among {}; name it with --map text=COLUMN", names.join(", ")));
        };
        let title = (0..width).filter(is_free).find(|at| *at != text && length(*at) >= 3);
        let names = (0..width).map(|at| match Some(at) {
            _ if at == text => "text",
            at if at == url => "url",
            at if at == date => "date",
            at if at == title => "title",
            _ => "",
        });
        Ok(Self { names: names.map(str::to_owned).collect(), first_rows: rows })
    }

    /// A row as a JSON object without its empty cells; `None` for a row without any other.
    pub(super) fn object(&self, cells: &[String]) -> Option<Vec<u8>> {
        let is_value = |cell: &str| !cell.is_empty() && !NULLS.contains(&cell);
        let named = self.names.iter().zip(cells).filter(|(name, cell)| !name.is_empty() && is_value(cell));
        let object: Map<String, Value> = named.map(|(name, cell)| (name.clone(), cell.clone().into())).collect();
        // A map of strings can always be written.
        (!object.is_empty()).then(|| serde_json::to_vec(&object).ok()).flatten()
    }
}

/// What all rows so far have in common.
pub(super) struct Shape {
    width: usize,
    /// What every cell of a column was; `None` before the first row.
    kinds: Vec<Option<CellKind>>,
}

/// What a cell is by its letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellKind {
    Address,
    Date,
    Number,
    Other,
}

impl CellKind {
    fn of(cell: &str) -> Self {
        let cell = cell.trim();
        match () {
            () if is_address(cell) => Self::Address,
            () if is_date(cell) => Self::Date,
            () if is_number(cell) => Self::Number,
            () => Self::Other,
        }
    }
}

impl Shape {
    pub(super) fn of(columns: &Columns) -> Self {
        Self { width: columns.names.len(), kinds: vec![None; columns.names.len()] }
    }

    /// Whether a row was seen.
    pub(super) fn is_known(&self) -> bool {
        self.kinds.iter().any(Option::is_some)
    }

    pub(super) fn learn(&mut self, cells: &[String]) {
        for (known, cell) in self.kinds.iter_mut().zip(cells) {
            let kind = CellKind::of(cell);
            *known = Some(if known.is_none_or(|known| known == kind) { kind } else { CellKind::Other });
        }
    }

    /// Whether cells can be a row: as many as there are columns, each of the kind that all others of its column are.
    pub(super) fn fits(&self, cells: &[String]) -> bool {
        let is_alike = |(known, cell): (&Option<CellKind>, &String)| match known {
            None | Some(CellKind::Other) => true,
            Some(kind) => CellKind::of(cell) == *kind,
        };
        cells.len() == self.width && self.kinds.iter().zip(cells).all(is_alike)
    }
}

/// Whether a cell belongs to a record and is not the name of a column.
fn looks_like_data(cell: &str) -> bool {
    let cell = cell.trim();
    is_address(cell) || is_date(cell) || cell.chars().count() > 60
}

fn is_address(cell: &str) -> bool {
    cell.starts_with("http://") || cell.starts_with("https://")
}

fn is_number(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | ' '))
}

/// «2018/05/07», «07.05.18 10:00»: digits in groups, one of two or four for the year.
fn is_date(cell: &str) -> bool {
    let day = cell.split([' ', 'T']).next().unwrap_or("");
    let groups: Vec<&str> = day.split(['-', '/', '.']).collect();
    groups.len() == 3 && groups.iter().all(|g| matches!(g.len(), 1 | 2 | 4) && g.bytes().all(|b| b.is_ascii_digit()))
}

//! Excel workbooks (xlsx, xlsm), cell by cell.
//!
//! The library holds the strings that sheets share, so their size is looked at first.

use super::{
    super::{Place, Reason, RefusalKind, Sink, io_reason, limits::Damage, xml::Bounded},
    sheet::{MAX_SHEET, Row, Rows, Sheets},
};
use calamine::{DataRef, Reader as _, SheetVisible, Xlsx, XlsxCellReader, XlsxError};
use std::{
    io::{self, Read, Seek},
    ops::ControlFlow,
};
use zip::ZipArchive;

/// The most bytes of an Excel workbook that are not sheets: the strings they share and how they look.
const MAX_SHARED: u64 = 64 << 20;

/// Reads the sheets of an Excel workbook that are not hidden.
pub(super) fn split(
    mut archive: ZipArchive<impl Read + Seek>,
    place: &Place<'_>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    if let Err(reason) = check_sizes(&mut archive) {
        return place.refuse(sink, reason);
    }
    let mut workbook = match Xlsx::new(archive.into_inner()) {
        Ok(workbook) => workbook,
        Err(e) => return place.refuse(sink, RefusalKind::Damaged.because(format!("damaged Excel workbook: {e}"))),
    };
    let visible = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    let mut sheets = Sheets { place, format: "xlsx", is_alone: names.len() == 1, is_empty: true };
    for name in names {
        match workbook.worksheet_cells_reader(&name) {
            Ok(cells) => sheets.read(CellRows { cells, waiting: None, is_done: false }, &name, sink)?,
            // A sheet that is a chart.
            Err(XlsxError::NotAWorksheet(_)) => {}
            Err(e) => place.refuse(sink, RefusalKind::Damaged.because(format!("damaged sheet «{name}»: {e}")))?,
        }
    }
    sheets.finish(sink)
}

/// Checks the real size of the workbook's members; the directory may state any size.
fn check_sizes(archive: &mut ZipArchive<impl Read + Seek>) -> Result<(), Reason> {
    let mut shared = 0;
    for number in 0..archive.len() {
        let Ok(member) = archive.by_index(number) else { continue };
        let name = member.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let is_sheet = name.contains("worksheets/sheet");
        let left = if is_sheet { MAX_SHEET } else { MAX_SHARED - shared };
        // Damage within a sheet is found again when it is read, and costs the rows after it.
        let size = match io::copy(&mut Bounded::new(member.take(left + 1)), &mut io::sink()) {
            Ok(size) => size,
            Err(e) if is_sheet && Damage::reason(&e).is_none() => 0,
            Err(e) => return Err(io_reason(&e)),
        };
        if size > left {
            let details = "Excel workbook with more text than can be held: not read; save its sheets as CSV";
            return Err(RefusalKind::TooLong.because(details));
        }
        shared += if is_sheet { 0 } else { size };
    }
    Ok(())
}

/// The rows of an Excel sheet: its cells as they come, gathered by their row.
struct CellRows<'a, R: Read + Seek> {
    cells: XlsxCellReader<'a, R>,
    /// The first cell of the next row.
    waiting: Option<((u32, u32), String)>,
    is_done: bool,
}

impl<R: Read + Seek> Rows for CellRows<'_, R> {
    fn next(&mut self) -> Result<Option<Vec<String>>, String> {
        let mut row = Row::default();
        let mut number = None;
        if let Some(((of, column), value)) = self.waiting.take() {
            number = Some(of);
            row.put(column as usize, value);
        }
        while !self.is_done {
            let Some(cell) = self.cells.next_cell().map_err(|e| e.to_string())? else {
                self.is_done = true;
                break;
            };
            let (of, column) = cell.get_position();
            let value = value_of(cell.get_value());
            if value.is_empty() {
                continue;
            }
            if number.is_some_and(|number| number != of) {
                self.waiting = Some(((of, column), value));
                break;
            }
            number = Some(of);
            row.put(column as usize, value);
        }
        Ok(row.finish())
    }
}

fn value_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::DateTime(duration) => duration.as_f64().to_string(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

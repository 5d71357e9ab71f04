//! Exports: every hit of a search as CSV, JSON Lines, references or a workbook, streamed as the visitor takes it.

use super::{
    Shared, params,
    problem::{Problem, tell},
};
use crate::show::{
    csv::HitsWriter, json, reference::reference, sources::AskedSources, spreadsheet::ExcelCsvWriter,
    xlsx::WorkbookWriter,
};
use axum::{
    body::{Body, Bytes},
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
};
use std::{
    io::{self, Write},
    ops::ControlFlow,
    time::Duration,
};
use svodka_search::{Hit, Request, parameters::EXPORT};
use svodka_store::error::Result as OurResult;
use tokio::{runtime::Handle, sync::mpsc, task, time};
use tokio_stream::wrappers::ReceiverStream;

/// Bytes sent at once.
const CHUNK: usize = 32 << 10;

/// A visitor who takes nothing for so long has gone.
const STALLED: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug)]
enum Format {
    Csv,
    CsvExcel,
    JsonLines,
    References,
    Workbook,
}

impl Format {
    fn of(choice: &str) -> Self {
        match choice {
            "csv" => Self::Csv,
            "csv_excel" => Self::CsvExcel,
            "references" => Self::References,
            "xlsx" => Self::Workbook,
            _ => Self::JsonLines,
        }
    }

    /// The media type and the disposition of the answer.
    fn headers(self) -> [(header::HeaderName, &'static str); 2] {
        let (media_type, disposition) = match self {
            Self::Csv => ("text/csv; charset=utf-8; header=present", "attachment; filename=\"svodka.csv\""),
            Self::CsvExcel => ("text/csv; charset=utf-8; header=present", "attachment; filename=\"svodka-excel.csv\""),
            Self::JsonLines => ("application/x-ndjson", "attachment; filename=\"svodka.jsonl\""),
            Self::References => ("text/plain; charset=utf-8", "attachment; filename=\"svodka.txt\""),
            Self::Workbook => (WORKBOOK, "attachment; filename=\"svodka.xlsx\""),
        };
        [(header::CONTENT_TYPE, media_type), (header::CONTENT_DISPOSITION, disposition)]
    }
}

/// The media type of Excel workbooks.
pub(super) const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Streams every hit of a search.
pub(super) async fn export(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let arguments = params::read(query.as_deref(), &EXPORT)?;
    let format = Format::of(arguments.choice("format"));
    let request = arguments.request()?;
    let place = shared.gate.export()?;
    let view = shared.archive.view();
    // What is wrong with the query must be known before the first byte is sent.
    let checked = Request { limit: 0, ..request.clone() };
    let (view, _) = {
        let view = std::sync::Arc::clone(&view);
        let check = move |deadline| {
            view.engine().until(deadline).search(&checked).map(|r| (view, r.total)).map_err(Problem::from)
        };
        shared.gate.run(check).await?
    };
    let (sender, receiver) = mpsc::channel(4);
    let mut out = Outlet { sender, runtime: Handle::current(), buffer: Vec::with_capacity(CHUNK) };
    task::spawn_blocking(move || {
        if let Err(e) = write(&view.engine(), &request, format, &mut out)
            && !out.sender.is_closed()
        {
            tell(&format!("an export broke off: {e}"));
            // The visitor must see that the end is missing.
            let broken = io::Error::other("the export broke off");
            let _ = out.runtime.block_on(out.sender.send(Err(broken)));
        }
        drop(place);
    });
    Ok((format.headers(), Body::from_stream(ReceiverStream::new(receiver))).into_response())
}

fn write(
    engine: &svodka_search::SearchEngine<'_>,
    request: &Request,
    format: Format,
    out: &mut Outlet,
) -> OurResult<()> {
    let asked = || engine.asked_sources(request).map(AskedSources::new);
    let each = |print: &mut dyn FnMut(&Hit) -> OurResult<()>| {
        engine.each_hit(request, &mut |hit| print(&hit).map(|()| ControlFlow::Continue(())))
    };
    match format {
        Format::Csv => {
            let mut rows = HitsWriter::new(&mut *out)?;
            each(&mut |hit| rows.write(hit))?;
            rows.finish()?;
        }
        Format::CsvExcel => {
            let mut rows = ExcelCsvWriter::new(&mut *out, asked()?)?;
            each(&mut |hit| rows.write(hit))?;
            rows.finish()?;
        }
        Format::JsonLines => drop(each(&mut |hit| json_line(hit, out))?),
        Format::References => {
            let asked = asked()?;
            each(&mut |hit| Ok(write!(out, "{}", reference(&hit.article, &asked))?))?;
        }
        Format::Workbook => {
            let mut book = WorkbookWriter::new(asked()?)?;
            each(&mut |hit| book.write(hit))?;
            book.finish(&mut *out)?;
        }
    }
    Ok(out.flush()?)
}

fn json_line(hit: &Hit, out: &mut Outlet) -> OurResult<()> {
    serde_json::to_writer(&mut *out, &json::hit(hit)).map_err(io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes into the stream of a response, waiting for the visitor to take it.
struct Outlet {
    sender: mpsc::Sender<io::Result<Bytes>>,
    runtime: Handle,
    buffer: Vec<u8>,
}

impl Outlet {
    fn send(&mut self) -> io::Result<()> {
        let chunk = Bytes::from(std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK)));
        let sending = self.sender.send(Ok(chunk));
        match self.runtime.block_on(async { time::timeout(STALLED, sending).await }) {
            Ok(Ok(())) => Ok(()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() { Ok(()) } else { self.send() }
    }
}

//! Exports: every hit of a search as CSV or JSON Lines, streamed as the visitor takes it.

use super::{
    Shared, params,
    problem::{Problem, tell},
};
use crate::show::{csv::HitsWriter, json};
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
    JsonLines,
}

/// Streams every hit of a search.
pub(super) async fn export(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let arguments = params::read(query.as_deref(), &EXPORT)?;
    let format = if arguments.choice("format") == "csv" { Format::Csv } else { Format::JsonLines };
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
    let (media_type, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8; header=present", "attachment; filename=\"svodka.csv\""),
        Format::JsonLines => ("application/x-ndjson", "attachment; filename=\"svodka.jsonl\""),
    };
    let headers = [(header::CONTENT_TYPE, media_type), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(ReceiverStream::new(receiver))).into_response())
}

fn write(
    engine: &svodka_search::SearchEngine<'_>,
    request: &Request,
    format: Format,
    out: &mut Outlet,
) -> OurResult<()> {
    match format {
        Format::Csv => {
            let mut rows = HitsWriter::new(&mut *out)?;
            engine.each_hit(request, &mut |hit| rows.write(&hit).map(|()| ControlFlow::Continue(())))?;
            rows.finish()?;
        }
        Format::JsonLines => {
            engine.each_hit(request, &mut |hit| json_line(&hit, out).map(|()| ControlFlow::Continue(())))?;
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

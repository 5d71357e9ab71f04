//! What the server tells whoever runs it: figures for Prometheus, and a line for each request.

use super::{
    Archive, Named, Shared,
    problem::Problem,
    session::{Peer, client},
};
use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use std::{
    io::Write,
    sync::Arc,
    time::{Instant, UNIX_EPOCH},
};

/// Upper bounds of the times of answers, in seconds.
const TIMES: [f64; 10] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The format that Prometheus reads.
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Figures about a server.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    times: Family<Route, Histogram, fn() -> Histogram>,
    articles: Family<Of, Gauge>,
    bytes: Family<Of, Gauge>,
    segments: Family<Of, Gauge>,
    committed: Family<Of, Gauge>,
    archives: Vec<(String, Arc<Archive>)>,
    log_requests: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    archive: String,
}

impl Metrics {
    /// Figures about a server of these archives.
    pub(super) fn new(archives: &[Named], log_requests: bool) -> Self {
        let mut registry = Registry::with_prefix("svodka");
        let requests = Family::default();
        registry.register("http_requests", "Answered requests", requests.clone());
        let times = Family::<Route, Histogram, fn() -> Histogram>::new_with_constructor(|| Histogram::new(TIMES));
        registry.register_with_unit("http_request", "Time until the head of an answer", Unit::Seconds, times.clone());
        let mut gauge = |name: &str, help: &str| {
            let gauge = Family::<Of, Gauge>::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let articles = gauge("index_articles", "Articles in the index");
        let bytes = gauge("index_size_bytes", "Size of the index on disk");
        let segments = gauge("index_segments", "Segments of the index");
        let committed = gauge("index_commit_timestamp_seconds", "When the index was committed last");
        let archives = archives.iter().map(|one| (one.name.clone().unwrap_or_default(), Arc::clone(&one.archive)));
        let archives = archives.collect();
        Self { registry, requests, times, articles, bytes, segments, committed, archives, log_requests }
    }

    /// The figures as text.
    fn text(&self) -> Result<String, Problem> {
        for (name, archive) in &self.archives {
            let of = Of { archive: name.clone() };
            let view = archive.view();
            let searcher = view.index().searcher();
            let size =
                searcher.space_usage().map(|usage| usage.total().get_bytes()).map_err(|_| Problem::internal())?;
            let as_gauge = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            self.articles.get_or_create(&of).set(as_gauge(searcher.num_docs()));
            self.segments.get_or_create(&of).set(as_gauge(searcher.segment_readers().len() as u64));
            self.bytes.get_or_create(&of).set(as_gauge(size));
            if let Some(since) = view.committed().and_then(|time| time.duration_since(UNIX_EPOCH).ok()) {
                self.committed.get_or_create(&of).set(as_gauge(since.as_secs()));
            }
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|_| Problem::internal())?;
        Ok(text)
    }
}

/// The figures for Prometheus.
pub(super) async fn metrics(State(shared): State<Shared>) -> Result<Response, Problem> {
    let text = shared.metrics.text()?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response())
}

/// Counts a request and, if asked to, writes a line about it.
pub(super) async fn observe(State(shared): State<Shared>, request: Request<Body>, next: Next) -> Response {
    let start = Instant::now();
    // What matches no route has no label of its own: anyone can invent paths.
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = matched.unwrap_or_else(|| "other".to_owned());
    let line = shared.metrics.log_requests.then(|| {
        let sender = client(request.extensions().get::<Peer>().copied(), request.headers());
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        serde_json::json!({
            "time": jiff::Timestamp::now().to_string(), "client": sender.map(|address| address.to_string()),
            "method": request.method().as_str(), "path": format!("{}{target}", shared.place.base), "agent": agent,
        })
    });
    let response = next.run(request).await;
    let took = start.elapsed();
    let status = response.status().as_u16();
    shared.metrics.requests.get_or_create(&Answered { route: route.clone(), status }).inc();
    shared.metrics.times.get_or_create(&Route { route }).observe(took.as_secs_f64());
    if let Some(serde_json::Value::Object(mut line)) = line {
        line.insert("status".to_owned(), status.into());
        line.insert("ms".to_owned(), ((took.as_secs_f64() * 1e6).round() / 1e3).into());
        // Nobody may be listening, and that is no failure.
        let _ = writeln!(std::io::stderr(), "{}", serde_json::Value::Object(line));
    }
    response
}

//! The HTTP API and the search page, read-only.
//!
//! A server shows one archive or several, below a path of their own each ([`site`]).
//! A request is checked ([`guard`]), its parameters are read strictly ([`params`]), it waits its turn ([`limits`]) and
//! is answered from one view of the index ([`archive`]). This module must never write to an index, and no path or name
//! in a request may ever reach the file system.

mod alerts;
mod answers;
mod api;
mod archive;
mod cache;
mod connections;
mod export;
mod guard;
pub mod limits;
#[cfg(feature = "mcp")]
pub mod mcp;
mod metrics;
mod openapi;
mod page;
mod params;
mod problem;
mod session;
mod site;

pub use archive::{Archive, View};
pub use guard::{Access, Token};
pub use openapi::document;
pub use problem::Problem;

use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, routing::get};
use metrics::Metrics;
use session::Tries;
use site::Site;
use std::{future::Future, io, net::TcpListener, sync::Arc, time::Duration};
use tower_http::compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::NotForContentType};

/// How often to look for new commits.
const LOOK: Duration = Duration::from_secs(1);

/// Largest body of a request: only the login form has one.
const BODY: usize = 4 << 10;

/// What is served, where and for whom.
pub struct Served {
    /// The archives; a single one may go without a name.
    pub archives: Vec<Named>,
    /// Who may ask.
    pub access: Access,
    /// The path under which a proxy shows the server: `/svodka`, or nothing.
    pub base_path: String,
    /// Whether to write a line of JSON to standard error for each request.
    pub log_requests: bool,
}

/// An archive with its name in addresses.
pub struct Named {
    /// Its name; without one it is served at the base path itself.
    pub name: Option<String>,
    /// The archive.
    pub archive: Arc<Archive>,
}

/// What every request needs.
#[derive(Clone)]
struct Shared {
    archive: Arc<Archive>,
    access: Arc<Access>,
    gate: limits::Gate,
    place: Arc<Place>,
    tries: Tries,
    metrics: Arc<Metrics>,
}

/// Where an archive is, in paths without a slash at their end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// The path of the server: cookies are sent below it.
    root: String,
    /// The path of the archive: the same, or below it.
    base: String,
}

/// The routes of an archive with everything that guards them.
fn router(shared: Shared) -> Router {
    guarded(
        common(Router::new())
            .route("/api/v1/search", get(api::search))
            .route("/api/v1/facets/{field}", get(api::facets))
            .route("/api/v1/articles/{id}", get(api::article))
            .route("/api/v1/articles/{id}/similar", get(api::similar))
            .route("/api/v1/articles/{id}/reference", get(api::reference))
            .route("/api/v1/timeline", get(api::timeline))
            .route("/api/v1/citations", get(api::citations))
            .route("/api/v1/searches", get(alerts::searches))
            .route("/api/v1/matches", get(alerts::matches))
            .route("/feed.atom", get(alerts::feed))
            .route("/api/v1/citations/table", get(api::citation_table))
            .route("/api/v1/origins", get(api::origins))
            .route("/api/v1/suggest", get(api::suggest))
            .route("/api/v1/stats", get(api::stats))
            .route("/api/v1/export", get(export::export))
            .route("/healthz", get(api::health))
            .route("/openapi.json", get(openapi::openapi))
            .route("/", get(page::page))
            .route("/article/{id}", get(page::page))
            .route("/citations", get(page::page)),
        shared,
    )
}

/// What a server has once, whether it serves one archive or several.
fn common(router: Router<Shared>) -> Router<Shared> {
    router
        .route("/login", get(page::login).post(page::log_in))
        .route("/logout", axum::routing::post(page::log_out))
        .route("/assets/{version}/{name}", get(page::asset))
        .route("/metrics", get(metrics::metrics))
}

fn guarded(router: Router<Shared>, shared: Shared) -> Router {
    // Fonts and workbooks are compressed already.
    let worthwhile = DefaultPredicate::new()
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/vnd.openxmlformats"));
    router
        .fallback(async || Problem::not_found("no such address; /openapi.json lists them"))
        .method_not_allowed_fallback(async || {
            let detail = "the archive is read-only: GET and HEAD";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This method does nothing here", detail)
        })
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(shared.clone(), guard::guard))
        .layer(middleware::from_fn_with_state(shared.clone(), metrics::observe))
        .layer(CompressionLayer::new().compress_when(worthwhile))
        .with_state(shared)
}

/// Serves archives on a listener until `stop` is ready.
///
/// # Errors
/// The runtime's and the listener's.
pub fn serve(served: Served, listener: TcpListener, stop: impl Future<Output = ()>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    listener.set_nonblocking(true)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        for Named { archive, .. } in &served.archives {
            tokio::spawn(watch(Arc::clone(archive)));
        }
        connections::serve(listener, Site::new(served), stop).await
    })?;
    // A request that still runs is not waited for.
    runtime.shutdown_background();
    Ok(())
}

/// Looks for new commits as long as the server runs, and prepares each state of the index for its first visitor.
async fn watch(archive: Arc<Archive>) {
    let mut failure = None;
    loop {
        let looking = Arc::clone(&archive);
        let looked = tokio::task::spawn_blocking(move || {
            looking.refresh_or_tell(&mut failure);
            let _ = looking.view().prepare();
            failure
        });
        failure = looked.await.unwrap_or_default();
        tokio::time::sleep(LOOK).await;
    }
}

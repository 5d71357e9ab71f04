//! The HTTP API and the search page, read-only.
//!
//! A request is checked ([`guard`]), its parameters are read strictly ([`params`]), it waits its turn ([`limits`]) and
//! is answered from one view of the index ([`archive`]). This module must never write to an index, and no path or name
//! in a request may ever reach the file system.

mod answers;
mod api;
mod archive;
mod cache;
mod connections;
mod export;
mod guard;
pub mod limits;
mod openapi;
mod page;
mod params;
mod problem;

pub use archive::{Archive, View};
pub use guard::{Access, Token};
pub use openapi::document;
pub use problem::Problem;

use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, routing::get};
use std::{future::Future, io, net::TcpListener, sync::Arc, time::Duration};

/// How often to look for new commits.
const LOOK: Duration = Duration::from_secs(1);

/// Largest body of a request: only the login form has one.
const BODY: usize = 4 << 10;

/// What every request needs.
#[derive(Clone)]
struct Shared {
    archive: Arc<Archive>,
    access: Arc<Access>,
    gate: limits::Gate,
}

/// The routes with everything that guards them.
pub fn router(archive: Arc<Archive>, access: Access) -> Router {
    let shared = Shared { archive, access: Arc::new(access), gate: limits::Gate::default() };
    Router::new()
        .route("/api/v1/search", get(api::search))
        .route("/api/v1/facets/{field}", get(api::facets))
        .route("/api/v1/articles/{id}", get(api::article))
        .route("/api/v1/articles/{id}/similar", get(api::similar))
        .route("/api/v1/timeline", get(api::timeline))
        .route("/api/v1/citations", get(api::citations))
        .route("/api/v1/origins", get(api::origins))
        .route("/api/v1/suggest", get(api::suggest))
        .route("/api/v1/stats", get(api::stats))
        .route("/api/v1/export", get(export::export))
        .route("/healthz", get(api::health))
        .route("/openapi.json", get(openapi::openapi))
        .route("/", get(page::page))
        .route("/article/{id}", get(page::page))
        .route("/citations", get(page::page))
        .route("/login", get(page::login).post(page::log_in))
        .route("/assets/{name}", get(page::asset))
        .fallback(async || Problem::not_found("no such address; /openapi.json lists them"))
        .method_not_allowed_fallback(async || {
            let detail = "the archive is read-only: GET and HEAD";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This method does nothing here", detail)
        })
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(shared.clone(), guard::guard))
        .with_state(shared)
}

/// Serves an archive on a listener until `stop` is ready.
///
/// # Errors
/// The runtime's and the listener's.
pub fn serve(
    archive: Arc<Archive>,
    access: Access,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    listener.set_nonblocking(true)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::spawn(watch(Arc::clone(&archive)));
        connections::serve(listener, router(archive, access), stop).await
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

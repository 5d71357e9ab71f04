//! The archives of a server and their paths: which router answers a request, and by which path it knows it.
//!
//! A proxy may pass on the whole path or the path without its own part: both are understood, because pages hold only
//! addresses with the base path, and routers see none of it.

use super::{Named, Place, Served, Shared, common, guarded, limits, metrics::Metrics, page, router, session::Tries};
use axum::{
    Router,
    body::Body,
    http::{
        Request, StatusCode, Uri, header,
        uri::{Parts, PathAndQuery},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;

/// All that a server shows.
#[derive(Clone)]
pub(super) struct Site {
    root: String,
    archives: Vec<(String, Router)>,
    rest: Router,
}

impl Site {
    /// The site of archives.
    pub(super) fn new(served: Served) -> Self {
        let Served { archives, access, base_path: root, log_requests } = served;
        let access = Arc::new(access);
        let metrics = Arc::new(Metrics::new(&archives, log_requests));
        let (gate, tries) = (limits::Gate::default(), Tries::default());
        let shared = |named: &Named| Shared {
            archive: Arc::clone(&named.archive),
            access: Arc::clone(&access),
            gate: gate.clone(),
            place: Arc::new(Place {
                root: root.clone(),
                base: named.name.as_ref().map_or_else(|| root.clone(), |name| format!("{root}/{name}")),
            }),
            tries: tries.clone(),
            metrics: Arc::clone(&metrics),
        };
        let routers: Vec<_> = archives.iter().map(|named| (named.name.clone(), router(shared(named)))).collect();
        let unnamed = routers.iter().find(|(name, _)| name.is_none()).map(|(_, router)| router.clone());
        let rest = unnamed.or_else(|| archives.first().map(|first| overview(&archives, shared(first), &root)));
        let archives = routers.into_iter().filter_map(|(name, router)| Some((name?, router))).collect();
        Self { root, archives, rest: rest.unwrap_or_default() }
    }

    /// The router for a request, whose path becomes the one that the router knows; or an answer at once.
    pub(super) fn router(&self, request: &mut Request<Body>) -> Result<Router, Box<Response>> {
        let path = request.uri().path().to_owned();
        let path = match below(&path, &self.root) {
            Some("") if !self.root.is_empty() => return Err(moved(&self.root)),
            Some(rest) => rest,
            None => path.as_str(),
        };
        for (name, router) in &self.archives {
            match below(path, &format!("/{name}")) {
                Some("") => return Err(moved(&format!("{}/{name}", self.root))),
                Some(rest) => {
                    set_path(request, rest);
                    return Ok(router.clone());
                }
                None => {}
            }
        }
        set_path(request, path);
        Ok(self.rest.clone())
    }
}

/// The router of what is above several archives.
fn overview(archives: &[Named], shared: Shared, root: &str) -> Router {
    let shared = Shared { place: Arc::new(Place { root: root.to_owned(), base: root.to_owned() }), ..shared };
    let listed: Vec<_> =
        archives.iter().filter_map(|named| Some((named.name.clone()?, Arc::clone(&named.archive)))).collect();
    let health = {
        let listed = listed.clone();
        move || async move { page::health_of_all(&listed) }
    };
    let routes = common(Router::new())
        .route("/", get(move |state, headers| async move { page::overview(&listed, state, headers) }))
        .route("/healthz", get(health));
    guarded(routes, shared)
}

/// What follows `prefix` in a path, if whole parts of the path are meant.
fn below<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn moved(path: &str) -> Box<Response> {
    Box::new((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, format!("{path}/"))]).into_response())
}

/// Gives a request another path, with its query.
fn set_path(request: &mut Request<Body>, path: &str) {
    let uri = request.uri();
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts: Parts = uri.clone().into_parts();
    // A part of a path that was one stays one.
    parts.path_and_query = PathAndQuery::try_from(target).ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn whole_parts_of_a_path_are_meant() {
        assert_eq!(below("/svodka/api", "/svodka"), Some("/api"));
        assert_eq!(below("/svodka", "/svodka"), Some(""));
        assert_eq!(below("/svodkas/api", "/svodka"), None);
        assert_eq!(below("/api", ""), Some("/api"));
    }
}

//! The page's own files, embedded: nothing is read from disk, nothing is fetched from elsewhere.

use super::{Shared, problem::Problem};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use std::sync::LazyLock;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// An embedded file: name, media type, content.
type File = (&'static str, &'static str, &'static str);

const PAGE: File = ("index.html", HTML, include_str!("../../web/index.html"));
const LOGIN: File = ("login.html", HTML, include_str!("../../web/login.html"));

/// The files at `/assets/`.
const ASSETS: [File; 14] = [
    ("style.css", CSS, include_str!("../../web/style.css")),
    ("icon.svg", SVG, include_str!("../../web/icon.svg")),
    ("main.js", SCRIPT, include_str!("../../web/main.js")),
    ("api.js", SCRIPT, include_str!("../../web/api.js")),
    ("article.js", SCRIPT, include_str!("../../web/article.js")),
    ("citations.js", SCRIPT, include_str!("../../web/citations.js")),
    ("dom.js", SCRIPT, include_str!("../../web/dom.js")),
    ("facets.js", SCRIPT, include_str!("../../web/facets.js")),
    ("histogram.js", SCRIPT, include_str!("../../web/histogram.js")),
    ("i18n.js", SCRIPT, include_str!("../../web/i18n.js")),
    ("keys.js", SCRIPT, include_str!("../../web/keys.js")),
    ("results.js", SCRIPT, include_str!("../../web/results.js")),
    ("searchbox.js", SCRIPT, include_str!("../../web/searchbox.js")),
    ("state.js", SCRIPT, include_str!("../../web/state.js")),
];

/// One tag for all files: they change together, with the program.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let mut hash = blake3::Hasher::new();
    for (name, _, content) in ASSETS.iter().chain([&PAGE, &LOGIN]) {
        hash.update(name.as_bytes());
        hash.update(content.as_bytes());
    }
    format!("\"{}\"", hash.finalize().to_hex().chars().take(16).collect::<String>())
});

/// The page; which view it shows is the address's affair.
pub(super) async fn page(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if shared.access.may_see(&headers) { file(&PAGE, &headers) } else { Redirect::to("/login").into_response() }
}

/// The page that asks for the token.
pub(super) async fn login(headers: HeaderMap) -> Response {
    file(&LOGIN, &headers)
}

/// Takes the token from the login page.
pub(super) async fn log_in(State(shared): State<Shared>, body: Bytes) -> Response {
    let token = form_urlencoded::parse(&body).find(|(name, _)| name == "token").map(|(_, value)| value.into_owned());
    shared.access.log_in(&token.unwrap_or_default())
}

/// A script, the style sheet or the icon.
pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let found = ASSETS.iter().find(|(own, ..)| *own == name);
    found.map(|asset| file(asset, &headers)).ok_or_else(|| Problem::not_found("no such file"))
}

fn file((_, media_type, content): &File, headers: &HeaderMap) -> Response {
    let caching = [(header::ETAG, TAG.as_str()), (header::CACHE_CONTROL, "no-cache")];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == TAG.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, *media_type)], *content).into_response()
}

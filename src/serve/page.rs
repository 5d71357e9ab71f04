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
const FONT: &str = "font/woff2";

/// An embedded file: name, media type, content.
type File = (&'static str, &'static str, &'static [u8]);

const PAGE: File = ("index.html", HTML, include_bytes!("../../web/index.html"));
const LOGIN: File = ("login.html", HTML, include_bytes!("../../web/login.html"));

/// The files at `/assets/`.
const ASSETS: [File; 19] = [
    ("style.css", CSS, include_bytes!("../../web/style.css")),
    ("icon.svg", SVG, include_bytes!("../../web/icon.svg")),
    ("main.js", SCRIPT, include_bytes!("../../web/main.js")),
    ("api.js", SCRIPT, include_bytes!("../../web/api.js")),
    ("article.js", SCRIPT, include_bytes!("../../web/article.js")),
    ("citations.js", SCRIPT, include_bytes!("../../web/citations.js")),
    ("dates.js", SCRIPT, include_bytes!("../../web/dates.js")),
    ("dom.js", SCRIPT, include_bytes!("../../web/dom.js")),
    ("facets.js", SCRIPT, include_bytes!("../../web/facets.js")),
    ("histogram.js", SCRIPT, include_bytes!("../../web/histogram.js")),
    ("i18n.js", SCRIPT, include_bytes!("../../web/i18n.js")),
    ("keys.js", SCRIPT, include_bytes!("../../web/keys.js")),
    ("results.js", SCRIPT, include_bytes!("../../web/results.js")),
    ("searchbox.js", SCRIPT, include_bytes!("../../web/searchbox.js")),
    ("state.js", SCRIPT, include_bytes!("../../web/state.js")),
    ("literata-cyrillic.woff2", FONT, include_bytes!("../../web/fonts/literata-cyrillic.woff2")),
    ("literata-latin.woff2", FONT, include_bytes!("../../web/fonts/literata-latin.woff2")),
    ("golos-cyrillic.woff2", FONT, include_bytes!("../../web/fonts/golos-cyrillic.woff2")),
    ("golos-latin.woff2", FONT, include_bytes!("../../web/fonts/golos-latin.woff2")),
];

/// One tag for all files: they change together, with the program.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let mut hash = blake3::Hasher::new();
    for (name, _, content) in ASSETS.iter().chain([&PAGE, &LOGIN]) {
        hash.update(name.as_bytes());
        hash.update(content);
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

/// A script, the style sheet, a font or the icon.
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

//! The page's own files, embedded: nothing is read from disk, nothing is fetched from elsewhere.

use super::{
    Archive, Shared,
    answers::Health,
    api::{Answer, Json, to_json},
    problem::Problem,
    session::{Peer, client},
};
use axum::{
    Extension,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const FONT: &str = "font/woff2";

/// An embedded file: name, media type, content.
type File = (&'static str, &'static str, &'static [u8]);

const PAGE: File = ("index.html", HTML, include_bytes!("../../web/index.html"));
const ARCHIVES: File = ("archives.html", HTML, include_bytes!("../../web/archives.html"));
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

/// One version for all files: they change together, with the program. It stands in their addresses, so that browsers
/// may keep them.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = blake3::Hasher::new();
    for (name, _, content) in ASSETS.iter().chain([&PAGE, &LOGIN, &ARCHIVES]) {
        hash.update(name.as_bytes());
        hash.update(content);
    }
    hash.finalize().to_hex().chars().take(16).collect()
});

/// Assets of another version: a page that was loaded before the program was replaced asks for them.
const OTHER_VERSION: &str = "no-cache";

/// Assets under their version never change.
const THIS_VERSION: &str = "public, max-age=31536000, immutable";

/// The page; which view it shows is the address's affair.
pub(super) async fn page(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if shared.access.may_see(&headers) {
        html(&PAGE, &shared)
    } else {
        (StatusCode::SEE_OTHER, [(header::LOCATION, format!("{}/login", shared.place.base))]).into_response()
    }
}

/// The page that asks for the token.
pub(super) async fn login(State(shared): State<Shared>) -> Response {
    html(&LOGIN, &shared)
}

/// Takes the token from the login page.
pub(super) async fn log_in(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let client = client(peer.map(|Extension(peer)| peer), &headers);
    shared.tries.may_try(client)?;
    let token = form_urlencoded::parse(&body).find(|(name, _)| name == "token").map(|(_, value)| value.into_owned());
    let typed = token.unwrap_or_default();
    if !shared.access.is_token(&typed) {
        shared.tries.wrong(client);
        let back = format!("{}/login#wrong", shared.place.base);
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response());
    }
    shared.tries.right(client);
    let home = format!("{}/", shared.place.base);
    let cookie = shared.access.session(&headers, &shared.place.root);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, home), (header::SET_COOKIE, cookie)]).into_response())
}

/// Forgets who is there: the cookie is taken back, and what it held is worth nothing any more.
pub(super) async fn log_out(State(shared): State<Shared>, headers: HeaderMap) -> Result<Response, Problem> {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "cross-site",
            "Asked by another site",
            "log out on the page itself",
        ));
    }
    let cookie = shared.access.end_session(&headers, &shared.place.root);
    let login = format!("{}/login", shared.place.base);
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, login), (header::SET_COOKIE, cookie)]).into_response())
}

/// A script, the style sheet, a font or the icon.
pub(super) async fn asset(Path((version, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let found = ASSETS.iter().find(|(own, ..)| *own == name);
    let (_, media_type, content) = found.ok_or_else(|| Problem::not_found("no such file"))?;
    let caching = if version == *VERSION { THIS_VERSION } else { OTHER_VERSION };
    Ok(([(header::CACHE_CONTROL, caching), (header::CONTENT_TYPE, *media_type)], *content).into_response())
}

/// A page with the addresses that it has here.
fn html((_, _, content): &File, shared: &Shared) -> Response {
    html_text(&String::from_utf8_lossy(content), shared)
}

fn html_text(text: &str, shared: &Shared) -> Response {
    let place = &shared.place;
    let mut attributes = String::new();
    if shared.access.token.is_some() {
        attributes.push_str(" data-login");
    }
    if place.root != place.base {
        // Names of archives and paths are letters, digits and signs that need no escaping.
        attributes.push_str(&format!(" data-archives=\"{}/\"", place.root));
    }
    // The addresses first: those of the attributes have their path already.
    let text = text
        .replace("=\"/", &format!("=\"{}/", place.base))
        .replace(&format!("=\"{}/assets/", place.base), &format!("=\"{}/assets/{}/", place.base, *VERSION))
        .replace("<html lang=\"ru\">", &format!("<html lang=\"ru\"{attributes}>"));
    ([(header::CACHE_CONTROL, "no-cache"), (header::CONTENT_TYPE, HTML)], text).into_response()
}

/// The list of archives, where there are several.
pub(super) fn overview(
    archives: &[(String, Arc<Archive>)],
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Response {
    if !shared.access.may_see(&headers) {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, format!("{}/login", shared.place.base))]).into_response();
    }
    let item = |(name, archive): &(String, Arc<Archive>)| {
        let articles = archive.view().index().searcher().num_docs();
        format!("<li><a href=\"/{name}/\">{name}</a> <span class=\"number\">{articles}</span></li>")
    };
    let list: String = archives.iter().map(item).collect();
    html_text(&String::from_utf8_lossy(ARCHIVES.2).replace("<!-- archives -->", &list), &shared)
}

/// Whether all archives work.
pub(super) fn health_of_all(archives: &[(String, Arc<Archive>)]) -> Answer {
    let health: BTreeMap<&str, Health> =
        archives.iter().map(|(name, archive)| (name.as_str(), Health::of(&archive.view()))).collect();
    Ok(Json(to_json(&serde_json::json!({"status": "ok", "archives": health}))?))
}

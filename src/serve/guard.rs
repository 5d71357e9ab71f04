//! Who may ask, and what a browser may do with the answers: Host check, token, security headers.

use super::{
    Shared,
    problem::Problem,
    session::{Peer, Sessions, client, is_secure, session_values},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Nothing but the page's own files and the API of the same origin; no inline script or style, no HTML from strings.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const HEADERS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), browsing-topics=()"),
    (header::VARY, "Cookie, Authorization"),
];

/// Which names the server answers to, and the secret it asks for.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Host names besides `localhost` and addresses.
    pub hosts: Vec<String>,
    /// The secret, if one is asked for.
    pub token: Option<Token>,
    /// Whether the server listens on a loopback address only.
    pub loopback: bool,
    /// Browsers that have logged in.
    pub sessions: Sessions,
}

/// A secret, kept as its hash: comparing hashes takes the same time whatever is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(blake3::Hash);

impl Token {
    /// The token with this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(blake3::hash(text.as_bytes()))
    }

    fn is(&self, text: &str) -> bool {
        self.0 == blake3::hash(text.as_bytes())
    }

    /// The key that sessions are signed with: another token ends them all.
    fn session_key(&self) -> [u8; 32] {
        blake3::derive_key("svodka 2026 session cookie", self.0.as_bytes())
    }
}

/// Checks a request before anything looks at it, and adds the security headers to every answer.
pub(super) async fn guard(State(shared): State<Shared>, request: Request<Body>, next: Next) -> Response {
    let mut response = match check(&shared, &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Checks a request; wrong tokens are counted as wrong tries to log in are.
fn check(shared: &Shared, request: &Request<Body>) -> Result<(), Problem> {
    let headers = request.headers();
    let offers_token = shared.access.token.is_some() && headers.contains_key(header::AUTHORIZATION);
    let client = client(request.extensions().get::<Peer>().copied(), headers);
    if offers_token {
        shared.tries.may_try(client)?;
    }
    let checked = shared.access.check(headers, request.uri().path());
    if offers_token {
        match &checked {
            Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => shared.tries.wrong(client),
            _ => {}
        }
    }
    checked
}

impl Access {
    fn check(&self, headers: &HeaderMap, path: &str) -> Result<(), Problem> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next().and_then(|value| value.to_str().ok()).and_then(host_name);
        if hosts.next().is_some() || !host.is_some_and(|host| self.answers_to(host)) {
            let detail = "the Host header names another server; open this one by its address or allow the name";
            let title = "This server is not meant";
            return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "wrong-host", title, detail));
        }
        let api = path.starts_with("/api/") || path == "/openapi.json";
        if api && headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
            let detail = "another site's page may not ask this archive";
            return Err(Problem::new(StatusCode::FORBIDDEN, "cross-site", "Asked by another site", detail));
        }
        if self.token.is_some() && needs_token(path) && !self.is_known(headers) {
            let detail = "send the token as «Authorization: Bearer …», or open /login in the browser";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "no-token", "A token is needed", detail));
        }
        Ok(())
    }

    /// A page of another site can make its own name lead here, but not `localhost`, an address, or a name that the
    /// server's owner chose.
    fn answers_to(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address =
            bare.parse::<Ipv4Addr>().map(IpAddr::from).or_else(|_| bare.parse::<Ipv6Addr>().map(IpAddr::from));
        match address {
            Ok(address) => !self.loopback || address.is_loopback(),
            Err(_) => host.eq_ignore_ascii_case("localhost") || self.hosts.iter().any(|h| h.eq_ignore_ascii_case(host)),
        }
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return true };
        let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let bearer = bearer.and_then(|v| v.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let mut offered = bearer.map(|(_, text)| text.trim()).into_iter();
        offered.any(|text| token.is(text))
            || session_values(headers).any(|value| self.sessions.is_open(&token.session_key(), value))
    }

    /// Whether this is the secret, or none is asked for.
    pub(super) fn is_token(&self, typed: &str) -> bool {
        self.token.as_ref().is_none_or(|token| token.is(typed))
    }

    /// The cookie of a browser that has given the token.
    pub(super) fn session(&self, headers: &HeaderMap, root: &str) -> String {
        let key = self.token.as_ref().map_or([0; 32], Token::session_key);
        self.sessions.cookie(&key, is_secure(headers), root)
    }

    /// The cookie that takes a session back; the session ends.
    pub(super) fn end_session(&self, headers: &HeaderMap, root: &str) -> String {
        session_values(headers).for_each(|value| self.sessions.end(value));
        Sessions::no_cookie(is_secure(headers), root)
    }

    /// Whether a page may be shown or the visitor must log in first.
    pub(super) fn may_see(&self, headers: &HeaderMap) -> bool {
        self.is_known(headers)
    }
}

/// The page itself holds nothing of the archive; whoever asks for data needs the token.
fn needs_token(path: &str) -> bool {
    path.starts_with("/api/") || path == "/metrics" || path == "/feed.atom"
}

/// The name in a Host header, without its port.
fn host_name(value: &str) -> Option<&str> {
    let (host, port) = match value.strip_prefix('[') {
        Some(rest) => {
            let end = rest.find(']')? + 2;
            (value.get(..end)?, value.get(end..)?)
        }
        None => value.split_at_checked(value.find(':').unwrap_or(value.len()))?,
    };
    let digits = port.strip_prefix(':').is_none_or(|port| port.bytes().all(|b| b.is_ascii_digit()));
    (digits && !host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::{Access, Token, host_name};

    #[test]
    fn hosts_that_cannot_be_rebound() {
        let local = Access { loopback: true, ..Access::default() };
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "127.8.8.8"] {
            assert!(local.answers_to(host), "{host}");
        }
        for host in
            ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.0.1", "", "0x7f000001"]
        {
            assert!(!local.answers_to(host), "{host}");
        }
        let open = Access { hosts: vec!["archive.example".into()], ..Access::default() };
        assert!(
            open.answers_to("192.168.0.1") && open.answers_to("Archive.example") && !open.answers_to("evil.example")
        );
    }

    #[test]
    fn ports_are_cut_off() {
        assert_eq!(host_name("localhost:7878"), Some("localhost"));
        assert_eq!(host_name("[::1]:7878"), Some("[::1]"));
        assert_eq!(host_name("localhost:78x"), None);
        assert_eq!(host_name(":80"), None);
    }

    #[test]
    fn a_token_is_known_by_its_text() {
        let token = Token::new("тайна & =;");
        assert!(token.is("тайна & =;") && !token.is("тайна"));
    }
}

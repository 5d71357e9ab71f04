//! What goes wrong in a request, as a problem document (RFC 9457).
//!
//! A problem says what the visitor can mend. It must never show a path of this machine or the storage's own words.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use svodka_model::error::InputError;
use svodka_store::error::Error;
use utoipa::ToSchema;

/// Media type of problem documents.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// A problem; boxed, for it travels in every result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(Box<Document>);

/// A problem document (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct Document {
    /// Which kind of problem it is.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "urn:svodka:problem:unknown-value")]
    kind: String,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is wrong here, and what would be right.
    detail: String,
    /// The parameter that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// The stretch of the query that is wrong: first and last character, end exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<usize>>)]
    columns: Option<(usize, usize)>,
    /// The nearest things that do exist, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<String>,
    /// Seconds after which to try again; a header.
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem of a kind, with the kind in words.
    #[must_use]
    pub fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Document {
            kind: format!("urn:svodka:problem:{kind}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            parameter: None,
            columns: None,
            suggestions: Vec::new(),
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1),
        }))
    }

    /// A parameter that cannot be used.
    #[must_use]
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "bad-parameter", "A parameter cannot be used", detail);
        problem.0.parameter = Some(name.to_owned());
        problem
    }

    /// Nothing is at this address.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here", detail)
    }

    /// More is asked at once than the machine can do.
    #[must_use]
    pub fn busy(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The archive is busy", detail)
    }

    /// A fault of ours; what it was goes to the log.
    #[must_use]
    pub fn internal() -> Self {
        let detail = "an error inside the server; its log says more";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed", detail)
    }

    /// The problem with the seconds after which to try again.
    #[must_use]
    pub(super) fn after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The problem in words, with what would be right.
    #[cfg(feature = "mcp")]
    pub(super) fn in_words(&self) -> String {
        let Document { title, detail, suggestions, .. } = &*self.0;
        let nearest =
            if suggestions.is_empty() { String::new() } else { format!("; nearest: {}", suggestions.join(", ")) };
        format!("{title}: {detail}{nearest}")
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Input(InputError::Query(e)) => {
                let title = "The query cannot be understood";
                let mut problem = Self::new(StatusCode::BAD_REQUEST, "bad-query", title, e.reason.clone());
                problem.0.parameter = Some("q".into());
                problem.0.columns = Some(e.columns);
                problem
            }
            Error::Input(InputError::UnknownValue { facet, value, suggestions }) => {
                let detail = format!("«{value}» is no value of {facet} in this archive");
                let title = "The archive does not know this name";
                let mut problem = Self::new(StatusCode::BAD_REQUEST, "unknown-value", title, detail);
                problem.0.parameter = Some(facet.to_owned());
                problem.0.suggestions = suggestions;
                problem
            }
            Error::Input(InputError::BadOption { option, reason }) => {
                Self::parameter(&option, format!("{option}: {reason}"))
            }
            Error::Input(InputError::AmbiguousId { id, choices }) => {
                let detail = format!("several articles have the id «{id}»; ask for one as SOURCE#ID, see suggestions");
                let title = "Several articles have this id";
                let mut problem = Self::new(StatusCode::CONFLICT, "ambiguous-id", title, detail);
                problem.0.suggestions = choices;
                problem
            }
            Error::Input(InputError::NoSuchArticle { id, .. }) => Self::not_found(format!("no article «{id}»")),
            Error::TimeUp => Self::busy("no answer in the time allowed; ask for less"),
            other => {
                tell(&other.to_string());
                Self::internal()
            }
        }
    }
}

impl From<InputError> for Problem {
    fn from(error: InputError) -> Self {
        Error::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Writes a line for whoever runs the server; nobody may be listening, and that is no failure.
pub(super) fn tell(message: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "svodka-query serve: {}", crate::show::escape::terminal_line(message));
}

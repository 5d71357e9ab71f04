//! Parameters of a request: the query string, read strictly by the table of parameters. An unknown or repeated
//! parameter is a problem, never silently ignored.

use super::{limits, problem::Problem};
use axum::http::StatusCode;
use svodka_search::{
    Arguments, Bounds,
    parameters::{Operation, Values},
};

/// Reads the query string of a request for `operation`. An empty value of a text parameter does not count: forms send
/// them.
pub(super) fn read(query: Option<&str>, operation: &'static Operation) -> Result<Arguments, Problem> {
    let query = query.unwrap_or("");
    if query.len() > limits::QUERY_STRING {
        let detail = format!("the query string is longer than {} bytes", limits::QUERY_STRING);
        return Err(Problem::new(StatusCode::URI_TOO_LONG, "too-long", "The address is too long", detail));
    }
    let mut arguments = Arguments::new(operation);
    for (at, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
        if at >= limits::PARAMETERS {
            let detail = format!("more than {} parameters", limits::PARAMETERS);
            return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-parameter", "Too many parameters", detail));
        }
        let may_be_empty = |values| {
            matches!(
                values,
                Values::Text(_) | Values::Date | Values::Facets(_) | Values::ValueKind | Values::SourceKind
            )
        };
        if value.is_empty() && operation.parameter(&name).is_some_and(|p| may_be_empty(p.values)) {
            continue;
        }
        arguments.add(&name, &value, Bounds::Served)?;
    }
    let missing =
        operation.parameters().find(|p| matches!(p.values, Values::Required(_)) && arguments.given(p.name).is_none());
    match missing {
        Some(parameter) => {
            let words = parameter.words().unwrap_or_default().join(" or ");
            Err(Problem::parameter(parameter.name, format!("{} is needed: {words}", parameter.name)))
        }
        None => Ok(arguments),
    }
}

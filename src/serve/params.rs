//! Parameters of a request: the query string, read strictly. An unknown or repeated parameter is a problem, never
//! silently ignored.

use super::{limits, problem::Problem};
use axum::http::StatusCode;
use std::ops::RangeInclusive;
use svodka_search::{Filters, Interval, Request, Sort, dates};
use svodka_store::Facet;

/// The pairs of a query string that nobody has taken yet.
#[derive(Debug)]
pub(super) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Reads a query string.
    pub(super) fn new(query: Option<&str>) -> Result<Self, Problem> {
        let query = query.unwrap_or("");
        if query.len() > limits::QUERY_STRING {
            let detail = format!("the query string is longer than {} bytes", limits::QUERY_STRING);
            return Err(Problem::new(StatusCode::URI_TOO_LONG, "too-long", "The address is too long", detail));
        }
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if pairs.len() > limits::PARAMETERS {
            let detail = format!("more than {} parameters", limits::PARAMETERS);
            return Err(Problem::new(StatusCode::BAD_REQUEST, "bad-parameter", "Too many parameters", detail));
        }
        Ok(Self { pairs })
    }

    /// The values of a parameter that may be repeated; empty ones do not count.
    pub(super) fn all(&mut self, name: &str) -> Vec<String> {
        self.take(name).into_iter().filter(|value| !value.is_empty()).collect()
    }

    fn take(&mut self, name: &str) -> Vec<String> {
        let (own, rest) = std::mem::take(&mut self.pairs).into_iter().partition(|(key, _)| key == name);
        self.pairs = rest;
        let values: Vec<(String, String)> = own;
        values.into_iter().map(|(_, value)| value).collect()
    }

    /// The value of a parameter that may stand once; an empty one does not count.
    pub(super) fn one(&mut self, name: &str) -> Result<Option<String>, Problem> {
        Ok(self.stated(name)?.filter(|value| !value.is_empty()))
    }

    /// The value of a parameter that may stand once, empty or not: no number and no choice is empty.
    fn stated(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let mut values = self.take(name);
        if values.len() > 1 {
            return Err(Problem::parameter(name, format!("{name} stands more than once")));
        }
        Ok(values.pop())
    }

    /// A whole number in `range`, or `default`.
    pub(super) fn number(
        &mut self,
        name: &str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> Result<usize, Problem> {
        let Some(text) = self.stated(name)? else { return Ok(default) };
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|n| digits && range.contains(n)).ok_or_else(|| {
            Problem::parameter(name, format!("{name} is a whole number from {} to {}", range.start(), range.end()))
        })
    }

    /// `true` or `false`; absent is false.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Problem> {
        match self.stated(name)?.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::parameter(name, format!("{name} is true or false"))),
        }
    }

    /// One of several words, or nothing.
    pub(super) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Result<Option<T>, Problem> {
        let Some(text) = self.stated(name)? else { return Ok(None) };
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        found.map(Some).ok_or_else(|| Problem::parameter(name, format!("{name} is one of {}", words.join(", "))))
    }

    /// Refuses what nobody took.
    pub(super) fn finish(self) -> Result<(), Problem> {
        match self.pairs.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::parameter(name, format!("there is no parameter «{name}» here"))),
        }
    }

    /// The selection of articles that every search has: words, facet values and dates.
    pub(super) fn selection(&mut self) -> Result<Request, Problem> {
        let query = self.one("q")?.unwrap_or_default();
        if query.chars().count() > limits::QUERY {
            return Err(Problem::parameter("q", format!("q is longer than {} characters", limits::QUERY)));
        }
        let mut filters = Filters::default();
        for facet in Facet::ALL {
            filters.with.extend(self.all(facet.name()).into_iter().map(|value| (facet, value)));
            filters.without.extend(self.all(&format!("no_{}", facet.name())).into_iter().map(|value| (facet, value)));
        }
        for (facet, value) in filters.with.iter().chain(&filters.without) {
            if value.chars().count() > limits::NAME {
                let detail = format!("a name longer than {} characters", limits::NAME);
                return Err(Problem::parameter(facet.name(), detail));
            }
        }
        Ok(Request {
            query,
            any: self.flag("any")?,
            filters,
            from: self.date("from")?.map(|(start, _)| start),
            to: self.date("to")?.map(|(_, end)| end),
            limit: 0,
            facets: Vec::new(),
            ..Request::default()
        })
    }

    fn date(&mut self, name: &str) -> Result<Option<dates::Period>, Problem> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let period = dates::period(&text, svodka_model::dates::today());
        period.map(Some).ok_or_else(|| {
            Problem::parameter(name, format!("{name} is a date: 2025, 2025-03, 2025-03-04, «март 2025» or 7d"))
        })
    }

    /// The order of hits.
    pub(super) fn sort(&mut self) -> Result<Sort, Problem> {
        let choices = [("relevance", Sort::Relevance), ("newest", Sort::Newest), ("oldest", Sort::Oldest)];
        Ok(self.choice("sort", &choices)?.unwrap_or_default())
    }

    /// The width of a timeline's bars.
    pub(super) fn interval(&mut self) -> Result<Interval, Problem> {
        let choices =
            [("day", Interval::Day), ("week", Interval::Week), ("month", Interval::Month), ("year", Interval::Year)];
        Ok(self.choice("by", &choices)?.unwrap_or_default())
    }

    /// The facets to count, comma-separated; `none` for none.
    pub(super) fn facets(&mut self) -> Result<Vec<Facet>, Problem> {
        let Some(list) = self.one("facets")? else { return Ok(Request::default().facets) };
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "none");
        let mut facets = Vec::new();
        for name in names {
            let facet = facet("facets", name)?;
            if !facets.contains(&facet) {
                facets.push(facet);
            }
        }
        Ok(facets)
    }
}

/// The facet called `name`.
pub(super) fn facet(parameter: &str, name: &str) -> Result<Facet, Problem> {
    Facet::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Facet::ALL.iter().map(|f| f.name()).collect();
        Problem::parameter(parameter, format!("there is no facet «{name}», only {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::Params;
    use svodka_store::Facet;

    #[test]
    fn a_selection_is_read_whole() {
        let mut params =
            Params::new(Some("q=%D0%BF%D0%BE%D1%80%D1%82&actor=A&actor=B&no_outlet=C&to=2025-03")).unwrap();
        let request = params.selection().unwrap();
        params.finish().unwrap();
        assert_eq!(request.query, "порт");
        assert_eq!(request.filters.with, [(Facet::Actor, "A".into()), (Facet::Actor, "B".into())]);
        assert_eq!(request.filters.without, [(Facet::Outlet, "C".into())]);
        assert_eq!(request.to, Some(1_743_465_600));
    }

    #[test]
    fn nothing_is_ignored_silently() {
        let mut params = Params::new(Some("q=a&q=b&limit=-1&colour=red&offset=&any=")).unwrap();
        assert!(params.number("offset", 0, 0..=100).is_err());
        assert!(params.flag("any").is_err());
        assert!(params.one("q").is_err());
        assert!(params.number("limit", 10, 0..=100).is_err());
        assert!(params.finish().is_err());
    }
}

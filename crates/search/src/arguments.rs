//! The values given for the parameters of an operation, checked against the table, and the request they make.

use super::{
    collect::Sort,
    dates,
    parameters::{MAX_DAYS, Operation, Parameter, Values, value_kinds},
    request::{Filters, Request},
    search::Grouping,
    suggest::nearest,
    timeline::Interval,
};
use svodka_model::{article::Confidence, error::InputError};
use svodka_store::Facet;

/// Whom a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// From somebody on this machine: lengths and numbers are not bounded, and a number may be `all`.
    Local,
    /// Over HTTP.
    Served,
}

/// Checked values of an operation's parameters.
#[derive(Clone, Debug)]
pub struct Arguments {
    operation: &'static Operation,
    given: Vec<(&'static Parameter, String)>,
}

impl Arguments {
    /// No values yet.
    #[must_use]
    pub fn new(operation: &'static Operation) -> Self {
        Self { operation, given: Vec::new() }
    }

    /// Adds a value of the parameter called `name`.
    ///
    /// # Errors
    /// [`InputError::BadOption`] with the parameter's name: there is no such parameter, it was given before and may
    /// not be repeated, or the value is none of its.
    pub fn add(&mut self, name: &str, value: &str, bounds: Bounds) -> Result<(), InputError> {
        let Some(parameter) = self.operation.parameter(name) else {
            return Err(bad(name, unknown(name, self.operation)));
        };
        if !parameter.is_repeatable && self.given(name).is_some() {
            return Err(bad(name, "given more than once"));
        }
        let value = checked(parameter, value, bounds)?;
        self.given.push((parameter, value));
        Ok(())
    }

    /// These values, and those of `defaults` where these say nothing; values of repeatable parameters are added up.
    #[must_use]
    pub fn or(mut self, defaults: &Self) -> Self {
        let more = defaults.given.iter().filter(|(p, _)| p.is_repeatable || self.given(p.name).is_none());
        let more: Vec<_> = more.cloned().collect();
        self.given.extend(more);
        self
    }

    /// Whether a value was given for this parameter.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&str> {
        debug_assert!(self.operation.parameter(name).is_some(), "{} has no {name}", self.operation.name);
        self.values(name).next()
    }

    /// Every value given for this parameter.
    pub fn values<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.given.iter().filter(move |(parameter, _)| parameter.name == name).map(|(_, value)| value.as_str())
    }

    /// Whether a flag is set.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.given(name) == Some("true")
    }

    /// A number, or its default.
    #[must_use]
    pub fn number(&self, name: &str) -> usize {
        match (self.given(name), self.operation.parameter(name).map(|p| p.values)) {
            (Some("all"), _) => usize::MAX,
            (given, Some(Values::Number { default, .. })) => given.and_then(|n| n.parse().ok()).unwrap_or(default),
            _ => 0,
        }
    }

    /// The word given for a choice, or the first of the choice.
    #[must_use]
    pub fn choice(&self, name: &str) -> &str {
        let first = self.operation.parameter(name).and_then(Parameter::words).and_then(|w| w.first().copied());
        self.given(name).or(first).unwrap_or("")
    }

    /// The facets of a list, each once.
    fn facets(&self, name: &str) -> Vec<Facet> {
        match (self.given(name), self.operation.parameter(name).map(|p| p.values)) {
            (None, Some(Values::Facets(default))) => default.to_vec(),
            (given, _) => facets_in(given.unwrap_or("")).filter_map(Facet::from_name).collect(),
        }
    }

    /// The width of a timeline's bars.
    #[must_use]
    pub fn interval(&self) -> Interval {
        match self.choice("by") {
            "day" => Interval::Day,
            "week" => Interval::Week,
            "year" => Interval::Year,
            _ => Interval::Month,
        }
    }

    /// What the rows of a table of citations are made by; `None` for edges from outlet to source.
    #[must_use]
    pub fn grouping(&self) -> Option<Grouping> {
        let grouping = |by_outlet, by_month| Some(Grouping { by_outlet, by_month });
        match self.choice("by") {
            "source" => grouping(false, false),
            "outlet" => grouping(true, false),
            "month" => grouping(false, true),
            "month,outlet" => grouping(true, true),
            _ => None,
        }
    }

    /// The period to compare with: its first second and the one behind it.
    #[must_use]
    pub fn compared(&self) -> Option<(i64, i64)> {
        self.given("versus").and_then(|text| dates::period(text, svodka_model::dates::today()))
    }

    fn sort(&self) -> Sort {
        match self.choice("sort") {
            "newest" => Sort::Newest,
            "oldest" => Sort::Oldest,
            _ => Sort::Relevance,
        }
    }

    /// The request that these values make. What the operation has no parameter for is off: no hits, no facets.
    ///
    /// # Errors
    /// `to` before `from`.
    pub fn request(&self) -> Result<Request, InputError> {
        let has = |name: &str| self.operation.parameter(name).is_some();
        let mut filters = Filters { all_of: self.facets("all_of"), ..Filters::default() };
        for facet in Facet::ALL {
            let no = format!("no_{}", facet.name());
            filters.with.extend(self.values(facet.name()).map(|value| (facet, value.to_owned())));
            filters.without.extend(self.values(&no).map(|value| (facet, value.to_owned())));
        }
        let today = svodka_model::dates::today();
        let period = |name| self.given(name).and_then(|text| dates::period(text, today));
        let (from, to) = (period("from").map(|(start, _)| start), period("to").map(|(_, end)| end));
        if from.zip(to).is_some_and(|(from, to)| to <= from) {
            return Err(bad("to", format!("ends before «{}», where from begins", self.choice("from"))));
        }
        let ranked = has("sort");
        Ok(Request {
            query: self.given("q").unwrap_or("").to_owned(),
            any: self.flag("any"),
            filters,
            main_actors: self.flag("main_actors"),
            min_confidence: self.given("min_confidence").and_then(confidence),
            from,
            to,
            sort: if ranked { self.sort() } else { Sort::Relevance },
            boost_recent: if ranked { self.given("boost_recent").and_then(|days| days.parse().ok()) } else { None },
            limit: match (ranked, has("limit")) {
                (true, true) => self.number("limit"),
                (true, false) => 1,
                (false, _) => 0,
            },
            offset: if has("offset") { self.number("offset") } else { 0 },
            group: has("group") && self.flag("group"),
            count_stories: has("count") && self.choice("count") == "stories",
            facets: if has("facets") { self.facets("facets") } else { Vec::new() },
            facet_size: if has("facet_size") { self.number("facet_size") } else { 0 },
            facet_prefix: if has("prefix") { self.given("prefix").map(str::to_owned) } else { None },
            facet_kinds: if has("kind") { self.values("kind").map(str::to_owned).collect() } else { Vec::new() },
        })
    }

    /// The request for the values of one facet; months are all listed unless a number is given.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub fn values_request(&self, facet: Facet) -> Result<Request, InputError> {
        let request = self.request()?;
        let all = facet == Facet::Month && self.given("facet_size").is_none();
        let facet_size = if all { usize::MAX } else { request.facet_size };
        Ok(Request { facets: vec![facet], facet_size, ..request })
    }
}

/// A value in its usual form, if it is one of the parameter's.
fn checked(parameter: &Parameter, value: &str, bounds: Bounds) -> Result<String, InputError> {
    let name = parameter.name;
    let is_served = bounds == Bounds::Served;
    let long = |longest: usize| is_served && value.chars().count() > longest;
    let number = || value.parse::<usize>().ok().filter(|_| value.bytes().all(|b| b.is_ascii_digit()));
    match parameter.values {
        Values::Text(longest) if long(longest) => Err(bad(name, format!("longer than {longest} characters"))),
        Values::Text(_) if name != "q" && value.trim().is_empty() => Err(bad(name, "needs a value")),
        Values::Text(_) => Ok(value.to_owned()),
        Values::Flag if matches!(value, "true" | "false") => Ok(value.to_owned()),
        Values::Flag => Err(bad(name, format!("«{value}» is neither true nor false"))),
        Values::Number { .. } if value == "all" && !is_served => Ok(value.to_owned()),
        Values::Number { least, most, .. } => {
            let most = if is_served { most } else { usize::MAX };
            let reason = || match is_served {
                true => format!("«{value}» is not a whole number from {least} to {most}"),
                false => format!("«{value}» is not a whole number, nor `all`"),
            };
            number().filter(|n| (least..=most).contains(n)).map(|n| n.to_string()).ok_or_else(|| bad(name, reason()))
        }
        Values::Days { .. } => {
            let days = number().filter(|n| (1..=MAX_DAYS as usize).contains(n));
            let reason = || format!("«{value}» is not a number of days from 1 to {MAX_DAYS}");
            days.map(|n| n.to_string()).ok_or_else(|| bad(name, reason()))
        }
        Values::Probability => {
            let reason = || bad(name, format!("«{value}» is not a number from 0 to 1, like 0.5"));
            confidence(value).map(|_| value.trim().to_owned()).ok_or_else(reason)
        }
        Values::Choice(_) | Values::Required(_) | Values::ValueKind | Values::SourceKind => {
            one_of(name, value, &parameter.words().unwrap_or_default())
        }
        Values::Date if dates::period(value, svodka_model::dates::today()).is_some() => Ok(value.to_owned()),
        Values::Date => {
            let reason = "is not a date; say 2025, 2025-03, 2025-03-04, «март 2025» or 7d";
            Err(bad(name, format!("«{value}» {reason}")))
        }
        Values::Facets(_) => match facets_in(value).find(|facet| Facet::from_name(facet).is_none()) {
            Some(facet) => Err(bad(name, no_facet(facet))),
            None => Ok(value.to_owned()),
        },
    }
}

/// The confidence that `value`, a number from 0 to 1, asks for; what is more exact than hundredths asks for the next.
fn confidence(value: &str) -> Option<Confidence> {
    let probability: f32 = value.trim().parse().ok().filter(|p| (0.0..=1.0).contains(p))?;
    let hundredths = (probability * 100.0 - 1e-4).ceil();
    Some(Confidence::from_hundredths(hundredths as u8))
}

/// The word of a choice that `value` is a spelling of.
fn one_of(name: &str, value: &str, words: &[&str]) -> Result<String, InputError> {
    let usual = value.trim().to_lowercase().replace('-', "_").replace("organisation", "organization");
    if words.contains(&usual.as_str()) {
        return Ok(usual);
    }
    Err(bad(name, format!("«{value}» is not one of {}", words.join(", "))))
}

/// The names in a list of facets, each once.
fn facets_in(list: &str) -> impl Iterator<Item = &str> {
    let mut seen: Vec<&str> = Vec::new();
    list.split(',').map(str::trim).filter(move |name| {
        let is_new = !name.is_empty() && *name != "none" && !seen.contains(name);
        seen.push(name);
        is_new
    })
}

/// The facet called `name`, which was given for `option`.
///
/// # Errors
/// [`InputError::BadOption`]: there is no such facet.
pub fn facet(option: &str, name: &str) -> Result<Facet, InputError> {
    Facet::from_name(name).ok_or_else(|| bad(option, no_facet(name)))
}

/// The kind of facet values called `name`, which was given for `option`.
///
/// # Errors
/// [`InputError::BadOption`]: there is no such kind.
pub fn value_kind(option: &str, name: &str) -> Result<String, InputError> {
    one_of(option, name, &value_kinds())
}

fn no_facet(name: &str) -> String {
    let names: Vec<&str> = Facet::ALL.iter().map(|facet| facet.name()).collect();
    format!("there is no facet «{name}»; the facets are {}", names.join(", "))
}

fn unknown(name: &str, operation: &Operation) -> String {
    let names = operation.parameters().map(|parameter| parameter.name);
    match nearest(&name.replace('-', "_"), names, 1).first() {
        Some(near) => format!("there is no such parameter here; did you mean {near}?"),
        None => "there is no such parameter here".to_owned(),
    }
}

fn bad(name: &str, reason: impl Into<String>) -> InputError {
    InputError::BadOption { option: name.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::{Arguments, Bounds};
    use crate::parameters::{BATCH, FACETS, SEARCH};
    use svodka_model::article::Confidence;
    use svodka_store::Facet;

    fn arguments(pairs: &[(&str, &str)], bounds: Bounds) -> Result<Arguments, String> {
        let mut arguments = Arguments::new(&SEARCH);
        for (name, value) in pairs {
            arguments.add(name, value, bounds).map_err(|e| e.to_string())?;
        }
        Ok(arguments)
    }

    #[test]
    fn values_make_a_request() {
        let given =
            [("q", "порт"), ("actor", "A"), ("actor", "B"), ("no_outlet", "C"), ("to", "2025-03"), ("all_of", "actor")];
        let request = arguments(&given, Bounds::Served).unwrap().request().unwrap();
        assert_eq!(request.query, "порт");
        assert_eq!(request.filters.with, [(Facet::Actor, "A".into()), (Facet::Actor, "B".into())]);
        assert_eq!(request.filters.without, [(Facet::Outlet, "C".into())]);
        assert_eq!(request.filters.all_of, [Facet::Actor]);
        assert_eq!((request.to, request.limit, request.facet_size), (Some(1_743_465_600), 10, 10));
        assert_eq!(request.facets.len(), 5);
    }

    #[test]
    fn nothing_is_ignored_silently() {
        for (given, reason) in [
            (&[("thinktank", "ISW")][..], "did you mean think_tank?"),
            (&[("colour", "red")], "colour: there is no such parameter here"),
            (&[("q", "a"), ("q", "b")], "q: given more than once"),
            (&[("limit", "-1")], "limit: «-1» is not a whole number"),
            (&[("limit", "+1")], "limit: «+1» is not a whole number"),
            (&[("offset", "")], "offset: «» is not a whole number"),
            (&[("any", "")], "any: «» is neither true nor false"),
            (&[("actor", " ")], "actor: needs a value"),
            (&[("sort", "best")], "sort: «best» is not one of relevance, newest, oldest"),
            (&[("facets", "actor,colour")], "facets: there is no facet «colour»"),
            (&[("all_of", "colour")], "all_of: there is no facet «colour»"),
            (&[("from", "вчера")], "from: «вчера» is not a date"),
            (&[("boost_recent", "0")], "boost_recent: «0» is not a number of days"),
            (&[("min_confidence", "86")], "min_confidence: «86» is not a number from 0 to 1"),
            (&[("min_confidence", "NaN")], "min_confidence: «NaN» is not a number from 0 to 1"),
        ] {
            for bounds in [Bounds::Local, Bounds::Served] {
                let error = arguments(given, bounds).unwrap_err();
                assert!(error.contains(reason), "{error}");
            }
        }
        let backwards = arguments(&[("from", "2026"), ("to", "2020")], Bounds::Local).unwrap().request();
        assert_eq!(backwards.unwrap_err().to_string(), "to: ends before «2026», where from begins");
    }

    #[test]
    fn only_requests_over_http_are_bounded() {
        let long = "а".repeat(1_001);
        for pair in [("limit", "101"), ("offset", "9901"), ("facet_size", "1001"), ("facet_size", "all"), ("q", &long)]
        {
            assert!(arguments(&[pair], Bounds::Served).is_err(), "{pair:?}");
            assert!(arguments(&[pair], Bounds::Local).is_ok(), "{pair:?}");
        }
        assert_eq!(arguments(&[("facet_size", "all")], Bounds::Local).unwrap().number("facet_size"), usize::MAX);
    }

    #[test]
    fn a_line_is_completed_by_its_defaults() {
        let read = |pairs: &[(&str, &str)]| {
            let mut arguments = Arguments::new(&BATCH);
            pairs.iter().for_each(|(name, value)| arguments.add(name, value, Bounds::Local).unwrap());
            arguments
        };
        let defaults = read(&[("limit", "3"), ("actor", "A"), ("sort", "newest")]);
        let request = read(&[("q", "x"), ("limit", "5"), ("actor", "B")]).or(&defaults).request().unwrap();
        assert_eq!((request.limit, request.sort), (5, crate::Sort::Newest));
        assert_eq!(request.filters.with, [(Facet::Actor, "B".into()), (Facet::Actor, "A".into())]);
        assert!(request.facets.is_empty());
    }

    #[test]
    fn a_least_confidence_is_never_rounded_down() {
        for (value, hundredths) in [("0.86", 86), (".29", 29), ("0.861", 87), ("1", 99), ("0", 0)] {
            let request = arguments(&[("min_confidence", value)], Bounds::Served).unwrap().request().unwrap();
            assert_eq!(request.min_confidence, Some(Confidence::from_hundredths(hundredths)), "{value}");
        }
    }

    #[test]
    fn kinds_are_known_by_other_spellings() {
        let mut arguments = Arguments::new(&FACETS);
        for kind in ["think-tank", "Organisation"] {
            arguments.add("kind", kind, Bounds::Local).unwrap();
        }
        assert_eq!(arguments.request().unwrap().facet_kinds, ["think_tank", "organization"]);
    }
}

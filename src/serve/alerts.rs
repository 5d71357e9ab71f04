//! Saved searches and what was found for them: a list, the matches, an Atom feed. Nothing can be changed here.

use super::{
    Shared,
    answers::{SavedMatch, SavedMatches, SavedSearchList, SavedSearchObject},
    api::{Answer, Json},
    params,
    problem::Problem,
};
use crate::{cli::alerts::latest, show::matches};
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
};
use std::collections::BTreeMap;
use svodka_alerts::{Alerts, SavedSearch};
use svodka_search::parameters::{FEED, MATCHES, NO_PARAMETERS};

/// Entries of a feed.
const ENTRIES: usize = 100;

/// The saved search of this name, if one is asked for.
fn named(alerts: &Alerts, name: Option<&str>) -> Result<Option<SavedSearch>, Problem> {
    let Some(name) = name else { return Ok(None) };
    let searches = alerts.searches()?;
    let found = searches.named(name).map_err(|_| Problem::not_found(format!("no saved search «{name}»")))?;
    Ok(Some(found.clone()))
}

fn to_json(value: &impl serde::Serialize) -> Result<Bytes, Problem> {
    serde_json::to_vec(value).map(Bytes::from).map_err(|_| Problem::internal())
}

/// Lists the saved searches.
pub(super) async fn searches(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Answer {
    params::read(query.as_deref(), &NO_PARAMETERS)?;
    let alerts = shared.archive.alerts();
    let task = move |_| {
        let searches = alerts.searches()?.searches;
        let mut found: Vec<u64> = vec![0; searches.len()];
        alerts.each_match(None, &mut |one| {
            if let Some(at) = searches.iter().position(|search| search.is_called(&one.search))
                && let Some(count) = found.get_mut(at)
            {
                *count += 1;
            }
            Ok(())
        })?;
        let objects = searches.iter().zip(found).map(|(search, found)| {
            let mut given: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
            search.given.iter().for_each(|(name, value)| given.entry(name).or_default().push(value.clone()));
            SavedSearchObject { name: search.name.clone(), search: given, found }
        });
        to_json(&SavedSearchList { searches: objects.collect(), latest: alerts.matches_found()? })
    };
    shared.gate.run(task).await.map(Json)
}

/// New articles that saved searches match, the newest first.
pub(super) async fn matches(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Answer {
    let arguments = params::read(query.as_deref(), &MATCHES)?;
    let alerts = shared.archive.alerts();
    let task = move |_| {
        let of = named(&alerts, arguments.given("search"))?;
        let after = arguments.number("after") as u64;
        let mut found = latest(&alerts, of.as_ref(), arguments.number("limit"))?;
        found.retain(|one| one.number > after);
        let matches = found.into_iter().map(SavedMatch::from).collect();
        to_json(&SavedMatches { matches, latest: alerts.matches_found()? })
    };
    shared.gate.run(task).await.map(Json)
}

/// An Atom feed of them.
pub(super) async fn feed(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let arguments = params::read(query.as_deref(), &FEED)?;
    let alerts = shared.archive.alerts();
    let task = move |_| {
        let of = named(&alerts, arguments.given("search"))?;
        let found = latest(&alerts, of.as_ref(), ENTRIES)?;
        let mut out = Vec::new();
        matches::atom(&mut out, of.as_ref().map(|search| search.name.as_str()), &found)
            .map_err(|_| Problem::internal())?;
        Ok(Bytes::from(out))
    };
    let body = shared.gate.run(task).await?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml")], body).into_response())
}

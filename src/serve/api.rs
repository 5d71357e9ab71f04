//! The endpoints. Each reads its parameters strictly, waits its turn at the gate and answers from one view.

use super::{
    Shared,
    answers::{Bar, CitationGraph, Figures, Health, Suggestions, Timeline},
    archive::View,
    limits, params,
    problem::Problem,
};
use crate::show::{
    citation_table,
    json::{self, Articles},
    origins, reference,
    sources::AskedSources,
};
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use svodka_search::{
    SearchEngine,
    parameters::{
        CITATION_TABLE, CITATIONS_PAGE, FACETS, NO_PARAMETERS, ORIGINS, REFERENCE, SEARCH, SIMILAR, SUGGEST, TIMELINE,
    },
};
use svodka_store::Facet;

/// A JSON body, or a problem.
pub(super) type Answer = Result<Json, Problem>;

/// A JSON body.
pub(super) struct Json(pub(super) Bytes);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

pub(super) fn to_json(value: &impl Serialize) -> Result<Bytes, Problem> {
    serde_json::to_vec(value).map(Bytes::from).map_err(|_| Problem::internal())
}

/// Answers from the view's earlier answers or by `work` at the gate.
async fn answer(
    shared: &Shared,
    uri: &Uri,
    work: impl FnOnce(&View, SearchEngine<'_>) -> Result<Bytes, Problem> + Send + 'static,
) -> Answer {
    let view = shared.archive.view();
    let address = uri.path_and_query().map_or_else(String::new, ToString::to_string);
    if let Some(body) = view.answers.get(&address) {
        return Ok(Json(body));
    }
    let task = move |deadline| {
        let body = work(&view, view.engine().until(deadline))?;
        view.answers.put(address, body.clone());
        Ok(body)
    };
    shared.gate.run(task).await.map(Json)
}

/// Finds articles and counts facets.
pub(super) async fn search(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let request = params::read(query.as_deref(), &SEARCH)?.request()?;
    answer(&shared, &uri, move |_, engine| {
        let response = engine.search(&request)?;
        to_json(&json::search(&request.query, &response))
    })
    .await
}

/// Lists the values of one facet, most frequent first.
pub(super) async fn facets(
    State(shared): State<Shared>,
    Path(field): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Answer {
    let facet = Facet::from_name(&field).ok_or_else(|| Problem::not_found(format!("no facet «{field}»")))?;
    let request = params::read(query.as_deref(), &FACETS)?.values_request(facet)?;
    answer(&shared, &uri, move |_, engine| to_json(&json::facets(&engine.search(&request)?.facets))).await
}

/// One article with its evidence, entities and boilerplate.
pub(super) async fn article(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Answer {
    check_id(&id)?;
    params::read(query.as_deref(), &NO_PARAMETERS)?;
    answer(&shared, &uri, move |view, engine| {
        let article = engine.article_with_id(&id)?;
        to_json(&Articles::new(view.lexicon(), true).object(&article))
    })
    .await
}

/// One article as a reference to paste into a text.
pub(super) async fn reference(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    check_id(&id)?;
    let asked = params::read(query.as_deref(), &REFERENCE)?.values("cited").map(str::to_owned).collect();
    let Json(text) = answer(&shared, &uri, move |_, engine| {
        Ok(reference::reference(&engine.article_with_id(&id)?, &AskedSources::new(asked)).into())
    })
    .await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// Articles like one article.
pub(super) async fn similar(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Answer {
    check_id(&id)?;
    let limit = params::read(query.as_deref(), &SIMILAR)?.number("limit");
    answer(&shared, &uri, move |_, engine| {
        to_json(&json::similar(&engine.similar(&engine.article_with_id(&id)?, limit)?))
    })
    .await
}

fn check_id(id: &str) -> Result<(), Problem> {
    if id.len() > limits::ID { Err(Problem::not_found("no article has so long an id")) } else { Ok(()) }
}

/// Counts matching articles by day, week, month or year.
pub(super) async fn timeline(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let arguments = params::read(query.as_deref(), &TIMELINE)?;
    let (request, interval) = (arguments.request()?, arguments.interval());
    answer(&shared, &uri, move |_, engine| {
        let (bars, undated) = engine.timeline(&request, interval)?;
        let timeline = bars.into_iter().map(|(value, count)| Bar { value, count }).collect();
        to_json(&Timeline { timeline, undated })
    })
    .await
}

/// Who cites whom among the matching articles.
pub(super) async fn citations(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let arguments = params::read(query.as_deref(), &CITATIONS_PAGE)?;
    let request = arguments.request()?;
    answer(&shared, &uri, move |_, engine| {
        let resolved = engine.resolved(&request)?;
        let mut citations = engine.citations(&request)?;
        citations.keep_kinds(&arguments.values("kind").collect::<Vec<_>>());
        to_json(&CitationGraph::new(citations, arguments.number("limit"), &resolved))
    })
    .await
}

/// Citations by source, outlet and month.
pub(super) async fn citation_table(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let arguments = params::read(query.as_deref(), &CITATION_TABLE)?;
    let request = arguments.request()?;
    answer(&shared, &uri, move |_, engine| {
        let grouping = arguments.grouping().unwrap_or_default();
        let kinds: Vec<&str> = arguments.values("kind").collect();
        let limit = arguments.number("limit");
        let found = engine.citation_table(&request, grouping, &kinds, limit, arguments.compared())?;
        to_json(&citation_table::json(&request.query, &found, grouping))
    })
    .await
}

/// Where the matching articles have their news from.
pub(super) async fn origins(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let arguments = params::read(query.as_deref(), &ORIGINS)?;
    let request = arguments.request()?;
    answer(&shared, &uri, move |_, engine| {
        let found = engine.origins(&request, arguments.number("limit"))?;
        to_json(&origins::json(&request.query, &found))
    })
    .await
}

/// Completes what is being typed.
pub(super) async fn suggest(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let arguments = params::read(query.as_deref(), &SUGGEST)?;
    let (typed, limit) = (arguments.given("q").unwrap_or("").to_owned(), arguments.number("limit"));
    answer(&shared, &uri, move |view, engine| {
        let mut suggestions = Vec::new();
        if !typed.trim().is_empty() {
            suggestions = engine.complete_word(&typed, limit)?;
            suggestions.append(&mut view.completions()?.complete(&typed, limit));
        }
        to_json(&Suggestions { suggestions })
    })
    .await
}

/// What is in the archive.
pub(super) async fn stats(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    params::read(query.as_deref(), &NO_PARAMETERS)?;
    answer(&shared, &uri, move |view, _| to_json(&Figures::from(view.index().stats()?))).await
}

/// Whether the server works; never waits.
pub(super) async fn health(State(shared): State<Shared>) -> Answer {
    Ok(Json(to_json(&Health::of(&shared.archive.view()))?))
}

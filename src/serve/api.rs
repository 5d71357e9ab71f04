//! The endpoints. Each reads its parameters strictly, waits its turn at the gate and answers from one view.

use super::{
    Shared,
    answers::{Bar, CitationGraph, Figures, Health, Similar, Suggestions, Timeline},
    archive::View,
    completions, limits,
    params::{self, Params},
    problem::Problem,
};
use crate::show::json::{self, Articles};
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use svodka_model::article::{EntityKind, SourceKind};
use svodka_text::analyse::fold::fold;

/// A JSON body, or a problem.
pub(super) type Answer = Result<Json, Problem>;

/// A JSON body.
pub(super) struct Json(pub(super) Bytes);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

fn to_json(value: &impl Serialize) -> Result<Bytes, Problem> {
    serde_json::to_vec(value).map(Bytes::from).map_err(|_| Problem::internal())
}

/// Answers from the view's earlier answers or by `work` at the gate.
async fn answer(
    shared: &Shared,
    uri: &Uri,
    work: impl FnOnce(&View) -> Result<Bytes, Problem> + Send + 'static,
) -> Answer {
    let view = shared.archive.view();
    let address = uri.path_and_query().map_or_else(String::new, ToString::to_string);
    if let Some(body) = view.answers.get(&address) {
        return Ok(Json(body));
    }
    let task = move || {
        let body = work(&view)?;
        view.answers.put(address, body.clone());
        Ok(body)
    };
    shared.gate.run(task).await.map(Json)
}

/// Finds articles and counts facets.
pub(super) async fn search(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let mut params = Params::new(query.as_deref())?;
    let mut request = params.selection()?;
    request.sort = params.sort()?;
    request.limit = params.number("limit", 10, 0..=limits::HITS)?;
    request.offset = params.number("offset", 0, 0..=limits::LAST_HIT - limits::HITS)?;
    request.facets = params.facets()?;
    request.facet_size = params.number("facet_size", 10, 0..=limits::VALUES)?;
    params.finish()?;
    answer(&shared, &uri, move |view| {
        let response = view.engine().search(&request)?;
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
    let facet = params::facet("field", &field).map_err(|_| Problem::not_found(format!("no facet «{field}»")))?;
    let mut params = Params::new(query.as_deref())?;
    let mut request = params.selection()?;
    let prefix = params.one("prefix")?.unwrap_or_default();
    if prefix.chars().count() > limits::NAME {
        return Err(Problem::parameter("prefix", format!("prefix is longer than {} characters", limits::NAME)));
    }
    let kinds = params.all("kind");
    let size = params.number("facet_size", 50, 0..=limits::VALUES)?;
    params.finish()?;
    if let Some(unknown) = kinds.iter().find(|kind| !kinds_of_values().any(|known| known == kind.as_str())) {
        return Err(Problem::parameter("kind", format!("there is no kind of value «{unknown}»")));
    }
    request.facets = vec![facet];
    request.facet_size = if prefix.is_empty() && kinds.is_empty() { size } else { usize::MAX };
    answer(&shared, &uri, move |view| {
        let mut response = view.engine().search(&request)?;
        let wanted = fold(prefix.trim());
        for counts in &mut response.facets {
            let by_alias = |name: &str| {
                let aliases = view.lexicon().named(name).map_or(&[][..], |entry| &entry.aliases);
                aliases.iter().any(|alias| fold(&alias.text).starts_with(&wanted))
            };
            counts.values.retain(|(value, _)| {
                (kinds.is_empty() || kinds.contains(&value.kind))
                    && (begins(&value.name, &wanted) || by_alias(&value.name))
            });
            counts.values.truncate(size);
        }
        to_json(&json::facets(&response.facets))
    })
    .await
}

/// The kinds that values of facets have: those of actors, then those of sources.
pub(super) fn kinds_of_values() -> impl Iterator<Item = &'static str> {
    let actors = EntityKind::ALL.iter().map(|kind| kind.name());
    actors.chain(SourceKind::ALL.iter().map(|kind| kind.name()))
}

/// Whether a name, or a word in it, begins with `start`.
fn begins(name: &str, start: &str) -> bool {
    let name = fold(name);
    completions::word_starts(&name).any(|rest| rest.starts_with(start))
}

/// One article with its evidence, entities and boilerplate.
pub(super) async fn article(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Answer {
    check_id(&id)?;
    Params::new(query.as_deref())?.finish()?;
    answer(&shared, &uri, move |view| {
        let article = view.engine().article_with_id(&id)?;
        to_json(&Articles::new(view.lexicon(), true).object(&article))
    })
    .await
}

/// Articles like one article.
pub(super) async fn similar(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Answer {
    check_id(&id)?;
    let mut params = Params::new(query.as_deref())?;
    let limit = params.number("limit", 5, 0..=20)?;
    params.finish()?;
    answer(&shared, &uri, move |view| {
        let engine = view.engine();
        let hits = engine.similar(&engine.article_with_id(&id)?, limit)?;
        to_json(&Similar { hits: hits.iter().map(json::hit).collect() })
    })
    .await
}

fn check_id(id: &str) -> Result<(), Problem> {
    if id.len() > limits::ID { Err(Problem::not_found("no article has so long an id")) } else { Ok(()) }
}

/// Counts matching articles by day, week, month or year.
pub(super) async fn timeline(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let mut params = Params::new(query.as_deref())?;
    let request = params.selection()?;
    let interval = params.interval()?;
    params.finish()?;
    answer(&shared, &uri, move |view| {
        let (bars, undated) = view.engine().timeline(&request, interval)?;
        let timeline = bars.into_iter().map(|(value, count)| Bar { value, count }).collect();
        to_json(&Timeline { timeline, undated })
    })
    .await
}

/// Who cites whom among the matching articles.
pub(super) async fn citations(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let mut params = Params::new(query.as_deref())?;
    let request = params.selection()?;
    let kinds = params.all("kind");
    let limit = params.number("limit", 200, 0..=limits::EDGES)?;
    params.finish()?;
    if let Some(unknown) = kinds.iter().find(|kind| SourceKind::from_name(kind).is_none()) {
        return Err(Problem::parameter("kind", format!("there is no kind of source «{unknown}»")));
    }
    answer(&shared, &uri, move |view| {
        let engine = view.engine();
        let resolved = engine.resolved(&request)?;
        to_json(&CitationGraph::new(engine.citations(&request)?, &kinds, limit, &resolved))
    })
    .await
}

/// Completes what is being typed.
pub(super) async fn suggest(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    let mut params = Params::new(query.as_deref())?;
    let typed = params.one("q")?.unwrap_or_default();
    let limit = params.number("limit", 5, 0..=20)?;
    params.finish()?;
    if typed.chars().count() > limits::NAME {
        return Err(Problem::parameter("q", format!("q is longer than {} characters", limits::NAME)));
    }
    answer(&shared, &uri, move |view| {
        let mut suggestions = Vec::new();
        if !typed.trim().is_empty() {
            let engine = view.engine();
            let (searcher, index) = (engine.searcher(), view.index());
            let stems = index.stems(searcher)?;
            suggestions = completions::words(searcher, (index.fields().text, &stems), &typed, limit)?;
            suggestions.append(&mut view.completions()?.complete(&typed, limit));
        }
        to_json(&Suggestions { suggestions })
    })
    .await
}

/// What is in the archive.
pub(super) async fn stats(State(shared): State<Shared>, uri: Uri, RawQuery(query): RawQuery) -> Answer {
    Params::new(query.as_deref())?.finish()?;
    answer(&shared, &uri, move |view| to_json(&Figures::from(view.index().stats()?))).await
}

/// Whether the server works; never waits.
pub(super) async fn health(State(shared): State<Shared>) -> Answer {
    let articles = shared.archive.view().index().searcher().num_docs();
    Ok(Json(to_json(&Health { status: "ok", articles })?))
}

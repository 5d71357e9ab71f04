//! The description of the API (OpenAPI 3.1). The objects' schemas come from their types, the limits from
//! [`limits`]; a test asks every endpoint for what is promised here.

use super::{
    answers::{CitationGraph, Figures, Health, Similar, Suggestions, Timeline},
    api::{Answer, Json, kinds_of_values},
    limits,
    problem::{self, MEDIA_TYPE, Problem},
};
use crate::show::json::{ArticleObject, HitObject, SearchObject, ValueObject};
use axum::body::Bytes;
use svodka_model::article::SourceKind;
use svodka_store::Facet;
use utoipa::{
    OpenApi,
    openapi::{
        Content, HttpMethod, ObjectBuilder, PathItem, Ref, RefOr, Required, Response, ResponseBuilder, Schema,
        path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        schema::{AdditionalProperties, ArrayBuilder, Type},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Svodka", description = "Full-text search in an archive of news, with facets for actors, outlets and cited think tanks. Read-only."),
    components(schemas(
        SearchObject<'_>, HitObject<'_>, ValueObject<'_>, ArticleObject<'_>, Similar<'_>, Timeline, CitationGraph<'_>,
        Suggestions, Figures, Health, problem::Document
    ))
)]
struct Described;

/// The description as JSON.
pub(super) async fn openapi() -> Answer {
    document().to_json().map(|text| Json(Bytes::from(text))).map_err(|_| Problem::internal())
}

/// The description of the API.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Described::openapi();
    if let Some(components) = &mut document.components {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.security_schemes.insert("token".to_owned(), bearer.into());
    }
    // Without a token only when the server was started without one.
    document.security =
        Some(vec![SecurityRequirement::default(), SecurityRequirement::new::<_, [String; 0], String>("token", [])]);
    for endpoint in endpoints() {
        let item = PathItem::new(HttpMethod::Get, endpoint.operation());
        document.paths.paths.insert(endpoint.path.to_owned(), item);
    }
    document
}

/// What is said of an endpoint.
struct Endpoint {
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    parameters: Vec<Parameter>,
    answers: Vec<(&'static str, RefOr<Schema>)>,
}

impl Endpoint {
    fn operation(&self) -> OperationBuilder {
        let mut good = ResponseBuilder::new().description("The answer");
        for (media_type, schema) in &self.answers {
            good = good.content(*media_type, Content::new(Some(schema.clone())));
        }
        let mut operation = OperationBuilder::new()
            .operation_id(Some(self.id))
            .summary(Some(self.summary))
            .parameters(Some(self.parameters.clone()))
            .response("200", good);
        for (status, why) in [
            ("400", "A parameter or the query cannot be used"),
            ("404", "There is no such article, facet or address"),
            ("503", "Too much is asked at once, or the answer took too long"),
            ("default", "Any other problem"),
        ] {
            operation = operation.response(status, problem(why));
        }
        operation
    }
}

fn problem(why: &str) -> Response {
    ResponseBuilder::new().description(why).content(MEDIA_TYPE, Content::new(Some(named("Problem")))).build()
}

fn named(schema: &str) -> RefOr<Schema> {
    Ref::from_schema_name(schema).into()
}

fn endpoints() -> Vec<Endpoint> {
    let json = |name| vec![("application/json", named(name))];
    let with = |more: Vec<Parameter>| selection().into_iter().chain(more).collect();
    let facets = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::RefOr(
        ArrayBuilder::new().items(named("ValueObject")).into(),
    )));
    let any_text = || RefOr::from(Schema::from(ObjectBuilder::new().schema_type(Type::String)));
    let make = |path, id, summary, parameters, answers| Endpoint { path, id, summary, parameters, answers };
    vec![
        make("/api/v1/search", "search", "Finds articles and counts facets", with(page()), json("SearchObject")),
        make(
            "/api/v1/facets/{field}",
            "facets",
            "Lists the values of one facet, most frequent first",
            with(vec![
                path("field", choice(Facet::ALL.iter().map(|f| f.name())), "The facet."),
                query("prefix", text(limits::NAME), "Only values with a word or another name that begins so."),
                several("kind", choice(kinds_of_values()), "Only values of these kinds."),
                query("facet_size", number(0, limits::VALUES, 50), "Most values to give."),
            ]),
            vec![("application/json", Schema::from(facets).into())],
        ),
        make("/api/v1/articles/{id}", "article", "One article with its evidence", vec![id()], json("ArticleObject")),
        make(
            "/api/v1/articles/{id}/similar",
            "similar",
            "Articles like one article",
            vec![id(), query("limit", number(0, 20, 5), "Most articles to give.")],
            json("Similar"),
        ),
        make(
            "/api/v1/timeline",
            "timeline",
            "Counts matching articles by day, week, month or year",
            with(vec![query("by", choice(["day", "week", "month", "year"]), "Width of a bar; month unless told.")]),
            json("Timeline"),
        ),
        make(
            "/api/v1/citations",
            "citations",
            "Who cites whom among the matching articles",
            with(vec![
                several("kind", choice(SourceKind::ALL.iter().map(|k| k.name())), "Only sources of these kinds."),
                query("limit", number(0, limits::EDGES, 200), "Most edges to give."),
            ]),
            json("CitationGraph"),
        ),
        make(
            "/api/v1/suggest",
            "suggest",
            "Completes what is being typed",
            vec![
                query("q", text(limits::NAME), "The beginning of a word or of a name."),
                query("limit", number(0, 20, 5), "Most completions of each kind."),
            ],
            json("Suggestions"),
        ),
        make("/api/v1/stats", "stats", "What is in the archive", Vec::new(), json("Figures")),
        make(
            "/api/v1/export",
            "export",
            "Every hit of a search, streamed",
            with(vec![
                format(),
                sort(),
                query("limit", number(0, u32::MAX as usize, u32::MAX as usize), "Most hits to give; all unless told."),
            ]),
            vec![("text/csv", any_text()), ("application/x-ndjson", any_text())],
        ),
        make("/healthz", "health", "Whether the server works", Vec::new(), json("Health")),
    ]
}

/// The parameters that choose articles.
fn selection() -> Vec<Parameter> {
    let mut parameters = vec![
        query("q", text(limits::QUERY), "Words to find, in the query language; without any, every article matches."),
        query("any", ObjectBuilder::new().schema_type(Type::Boolean), "One of the words is enough."),
        query("from", text(100), "Not before this date: 2025, 2025-03, 2025-03-04, «март 2025» or 7d."),
        query("to", text(100), "Not after this date."),
    ];
    for facet in Facet::ALL {
        let name = facet.name();
        let with = format!("Only articles with one of these values of {name}, by any of their names.");
        parameters.push(several(name, text(limits::NAME), &with));
        let without = format!("No articles with one of these values of {name}.");
        parameters.push(several(&format!("no_{name}"), text(limits::NAME), &without));
    }
    parameters
}

fn page() -> Vec<Parameter> {
    vec![
        sort(),
        query("limit", number(0, limits::HITS, 10), "Most hits to give."),
        query("offset", number(0, limits::LAST_HIT - limits::HITS, 0), "Hits to pass over first."),
        query("facets", text(200), "Facets to count, comma-separated; `none` for none."),
        query("facet_size", number(0, limits::VALUES, 10), "Most values of each facet to give."),
    ]
}

fn sort() -> Parameter {
    query("sort", choice(["relevance", "newest", "oldest"]), "Order of the hits; relevance unless told.")
}

fn format() -> Parameter {
    let format = parameter("format", choice(["csv", "jsonl"]), "How to write the hits.");
    format.parameter_in(ParameterIn::Query).required(Required::True).build()
}

fn id() -> Parameter {
    path("id", text(limits::ID), "The article's id.")
}

fn parameter(name: &str, schema: impl Into<Schema>, description: &str) -> ParameterBuilder {
    ParameterBuilder::new().name(name).schema(Some(schema.into())).description(Some(description))
}

fn query(name: &str, schema: ObjectBuilder, description: &str) -> Parameter {
    parameter(name, schema, description).parameter_in(ParameterIn::Query).required(Required::False).build()
}

fn several(name: &str, schema: ObjectBuilder, description: &str) -> Parameter {
    let list = ArrayBuilder::new().items(RefOr::from(Schema::from(schema)));
    let query = parameter(name, list, description).parameter_in(ParameterIn::Query);
    query.required(Required::False).explode(Some(true)).build()
}

fn path(name: &str, schema: ObjectBuilder, description: &str) -> Parameter {
    parameter(name, schema, description).parameter_in(ParameterIn::Path).required(Required::True).build()
}

fn text(longest: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).max_length(Some(longest))
}

fn number(least: usize, most: usize, default: usize) -> ObjectBuilder {
    let number = ObjectBuilder::new().schema_type(Type::Integer).default(Some(default.into()));
    number.minimum(Some(least)).maximum(Some(most))
}

fn choice(words: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words))
}

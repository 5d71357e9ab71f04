//! The description of the API (OpenAPI 3.1). The objects' schemas come from their types, the
//! parameters from the table of [`parameters`]; a test asks every endpoint for what is promised here.

use super::{
    answers::{CitationGraph, Figures, Health, SavedMatches, SavedSearchList, Suggestions, Timeline},
    api::{Answer, Json},
    export::WORKBOOK,
    limits,
    problem::{self, MEDIA_TYPE, Problem},
};
use crate::show::citation_table::CitationTableObject;
use crate::show::json::{ArticleObject, HitObject, SearchObject, SimilarObject, ValueObject};
use crate::show::origins::OriginsObject;
use axum::body::Bytes;
use svodka_search::parameters::{self, NO_PARAMETERS, Operation, Values};
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
        SearchObject<'_>, HitObject<'_>, ValueObject<'_>, ArticleObject<'_>, SimilarObject<'_>, Timeline, CitationGraph<'_>,
        CitationTableObject<'_>, OriginsObject<'_>, SavedSearchList, SavedMatches,         Suggestions, Figures, Health, problem::Document
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

/// An address of the API.
struct Endpoint {
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    /// What its path holds.
    in_path: Option<Parameter>,
    operation: &'static Operation,
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
            .parameters(Some(
                self.in_path.iter().cloned().chain(self.operation.parameters().map(query)).collect::<Vec<_>>(),
            ))
            .response("200", good);
        for (status, why) in [
            ("400", "A parameter or the query cannot be used"),
            ("404", "There is no such article, facet or address"),
            ("409", "Several articles have this id: it must be named with its source"),
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
    let facets = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::RefOr(
        ArrayBuilder::new().items(named("ValueObject")).into(),
    )));
    let any_text = || RefOr::from(Schema::from(ObjectBuilder::new().schema_type(Type::String)));
    let of = |path, operation: &'static Operation, answers| {
        let (id, summary) = (operation.name, operation.summary);
        Endpoint { path, id, summary, in_path: None, operation, answers }
    };
    let plain =
        |path, id, summary, answers| Endpoint { path, id, summary, in_path: None, operation: &NO_PARAMETERS, answers };
    let facet = path("field", choice(Facet::ALL.map(Facet::name).to_vec()), "The facet.");
    let id = || {
        Some(path(
            "id",
            text(limits::ID),
            "The article's id; where several have it, SOURCE#ID with the path of its file.",
        ))
    };
    vec![
        of("/api/v1/search", &parameters::SEARCH, json("SearchObject")),
        Endpoint {
            in_path: Some(facet),
            ..of("/api/v1/facets/{field}", &parameters::FACETS, vec![("application/json", Schema::from(facets).into())])
        },
        Endpoint {
            in_path: id(),
            ..plain("/api/v1/articles/{id}", "article", "One article with its evidence", json("ArticleObject"))
        },
        Endpoint { in_path: id(), ..of("/api/v1/articles/{id}/similar", &parameters::SIMILAR, json("SimilarObject")) },
        Endpoint {
            in_path: id(),
            ..of("/api/v1/articles/{id}/reference", &parameters::REFERENCE, vec![("text/plain", any_text())])
        },
        of("/api/v1/timeline", &parameters::TIMELINE, json("Timeline")),
        of("/api/v1/citations", &parameters::CITATIONS_PAGE, json("CitationGraph")),
        of("/api/v1/citations/table", &parameters::CITATION_TABLE, json("CitationTableObject")),
        plain("/api/v1/searches", "searches", "The saved searches", json("SavedSearchList")),
        of("/api/v1/matches", &parameters::MATCHES, json("SavedMatches")),
        of("/feed.atom", &parameters::FEED, vec![("application/atom+xml", any_text())]),
        of("/api/v1/origins", &parameters::ORIGINS, json("OriginsObject")),
        of("/api/v1/suggest", &parameters::SUGGEST, json("Suggestions")),
        plain("/api/v1/stats", "stats", "What is in the archive", json("Figures")),
        of(
            "/api/v1/export",
            &parameters::EXPORT,
            vec![
                ("text/csv", any_text()),
                ("application/x-ndjson", any_text()),
                ("text/plain", any_text()),
                (WORKBOOK, any_text()),
            ],
        ),
        plain("/healthz", "health", "Whether the server works", json("Health")),
    ]
}

/// A row of the table of parameters.
fn query(row: &parameters::Parameter) -> Parameter {
    let schema = schema(row);
    let is_required = matches!(row.values, Values::Required(_));
    let described = if row.is_repeatable {
        parameter(row.name, ArrayBuilder::new().items(RefOr::from(Schema::from(schema))), row.meaning)
            .explode(Some(true))
    } else {
        parameter(row.name, schema, row.meaning)
    };
    let required = if is_required { Required::True } else { Required::False };
    described.parameter_in(ParameterIn::Query).required(required).build()
}

/// The JSON Schema of a parameter's values, with their meaning.
#[cfg(feature = "mcp")]
pub(super) fn json_schema(row: &parameters::Parameter) -> serde_json::Value {
    let values = serde_json::to_value(schema(row).build()).unwrap_or_default();
    let mut schema = match row.is_repeatable {
        true => serde_json::json!({"type": "array", "items": values}),
        false => values,
    };
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), row.meaning.into());
    }
    schema
}

fn schema(row: &parameters::Parameter) -> ObjectBuilder {
    match row.values {
        Values::Text(longest) => text(longest),
        Values::Date => text(100),
        Values::Facets(_) => text(300),
        Values::Flag => ObjectBuilder::new().schema_type(Type::Boolean),
        Values::Number { least, most, default } => number(least, most).default(Some(default.min(most).into())),
        Values::Probability => ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0)).maximum(Some(1)),
        Values::Days { .. } => number(1, parameters::MAX_DAYS as usize),
        Values::Choice(words) => choice(words.to_vec()).default(words.first().map(|word| (*word).into())),
        Values::Required(_) | Values::ValueKind | Values::SourceKind => choice(row.words().unwrap_or_default()),
    }
}

fn parameter(name: &str, schema: impl Into<Schema>, meaning: &str) -> ParameterBuilder {
    ParameterBuilder::new().name(name).schema(Some(schema.into())).description(Some(format!("{meaning}.")))
}

fn path(name: &str, schema: ObjectBuilder, description: &str) -> Parameter {
    let parameter =
        ParameterBuilder::new().name(name).schema(Some(Schema::from(schema))).description(Some(description));
    parameter.parameter_in(ParameterIn::Path).required(Required::True).build()
}

fn text(longest: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).max_length(Some(longest))
}

fn number(least: usize, most: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most))
}

fn choice(words: Vec<&'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words))
}

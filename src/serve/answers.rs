//! The answers that only the API gives; search, facets and articles are the objects of [`crate::show::json`].

use crate::show::json::{self, ResolvedObject};
use serde::Serialize;
use std::collections::BTreeMap;
use svodka_search::{Citations, Completion, Resolved};
use svodka_store::Stats;
use utoipa::ToSchema;

/// Matching articles by time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Timeline {
    /// The bars in order, empty ones included.
    pub(super) timeline: Vec<Bar>,
    /// Matching articles without a date.
    pub(super) undated: u64,
}

/// A bar of the timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Bar {
    /// The day, week (its Monday), month or year.
    pub(super) value: String,
    /// Articles.
    pub(super) count: u64,
}

/// Who cites whom among the matching articles.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CitationGraph<'a> {
    /// Matching articles, citing or not.
    total: u64,
    /// How many edges there are in all.
    edge_count: usize,
    /// The heaviest edges.
    edges: Vec<CitationEdge>,
    /// Names in the filters that mean values of another name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resolved: Vec<ResolvedObject<'a>>,
}

/// An outlet that cites a source.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CitationEdge {
    /// Who published the articles.
    outlet: String,
    /// Whom they cite.
    source: String,
    /// What the source is: `think_tank`, `agency`…
    kind: String,
    /// In how many articles.
    count: u64,
}

impl<'a> CitationGraph<'a> {
    /// The `limit` heaviest edges.
    #[must_use]
    pub(super) fn new(citations: Citations, limit: usize, resolved: &'a [Resolved]) -> Self {
        let edge_count = citations.edges.len();
        let shown = citations.edges.into_iter().take(limit).map(|edge| CitationEdge {
            outlet: edge.outlet,
            source: edge.source.name,
            kind: edge.source.kind,
            count: edge.count,
        });
        let resolved = json::resolved(resolved);
        Self { total: citations.total, edge_count, edges: shown.collect(), resolved }
    }
}

/// Ways to complete what is typed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Suggestions {
    /// Words first, then actors, outlets, think tanks, other sources; each kind by number of articles.
    pub(super) suggestions: Vec<Completion>,
}

/// What is in the archive.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Figures {
    /// Articles.
    articles: u64,
    /// Segments they lie in.
    segments: usize,
    /// Bytes on disk.
    bytes: u64,
    /// Earliest date.
    first_date: Option<String>,
    /// Latest date.
    last_date: Option<String>,
    /// Articles without a date.
    undated: u64,
    /// Distinct values of each facet.
    values: BTreeMap<&'static str, usize>,
    /// The program that made the index.
    made_by: String,
}

impl From<Stats> for Figures {
    fn from(stats: Stats) -> Self {
        Self {
            articles: stats.articles,
            segments: stats.segments,
            bytes: stats.bytes,
            first_date: stats.first_date,
            last_date: stats.last_date,
            undated: stats.undated,
            values: stats.values.into_iter().collect(),
            made_by: stats.made_by,
        }
    }
}

/// Whether the server works.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`; a server that is not gives no answer.
    pub(super) status: &'static str,
    /// Articles in the view that is served.
    pub(super) articles: u64,
}

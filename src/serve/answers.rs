//! The answers that only the API gives; search, facets and articles are the objects of [`crate::show::json`].

use super::archive::View;
use crate::show::json::{self, ResolvedObject};
use serde::Serialize;
use std::collections::BTreeMap;
use svodka_alerts::Match;
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

/// The saved searches.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedSearchList {
    /// In the order of their file.
    pub(super) searches: Vec<SavedSearchObject>,
    /// Number of the latest match in the journal.
    pub(super) latest: u64,
}

/// A saved search.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedSearchObject {
    /// Its name.
    pub(super) name: String,
    /// What it asks for: parameters of a search, with their values.
    pub(super) search: BTreeMap<&'static str, Vec<String>>,
    /// New articles found for it so far.
    pub(super) found: u64,
}

/// New articles that saved searches match.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedMatches {
    /// The newest first.
    pub(super) matches: Vec<SavedMatch>,
    /// Number of the latest match in the journal, of whatever search: ask for what is `after` it next time.
    pub(super) latest: u64,
}

/// A new article that a saved search matches.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedMatch {
    /// Name of the search, as it was then.
    search: String,
    /// Number in the journal.
    number: u64,
    /// Key of the article: the same whenever it is told of.
    key: String,
    /// Id of the article.
    id: String,
    title: String,
    outlet: Option<String>,
    date: Option<String>,
    url: Option<String>,
    /// The sources that it cites.
    cited: Vec<String>,
    /// The sentences that show why it matches.
    snippet: String,
    /// When it was found, UTC.
    found: String,
}

impl From<Match> for SavedMatch {
    fn from(found: Match) -> Self {
        let Match { search, number, key, id, title, outlet, date, url, path: _, cited, snippet, found } = found;
        Self { search, number, key, id, title, outlet, date, url, cited, snippet, found }
    }
}

/// Whether the server works.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`; a server that is not gives no answer.
    pub(super) status: &'static str,
    /// Articles in the view that is served.
    pub(super) articles: u64,
    /// When the index was committed last (RFC 3339).
    pub(super) last_commit: Option<String>,
    /// Seconds since then.
    pub(super) age_seconds: Option<u64>,
}

impl Health {
    /// The health of what a view shows.
    pub(super) fn of(view: &View) -> Self {
        let committed = view.committed();
        Self {
            status: "ok",
            articles: view.index().searcher().num_docs(),
            last_commit: committed.and_then(|time| jiff::Timestamp::try_from(time).ok()).map(|time| time.to_string()),
            age_seconds: committed.and_then(|time| time.elapsed().ok()).map(|age| age.as_secs()),
        }
    }
}

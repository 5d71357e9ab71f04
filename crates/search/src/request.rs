//! What to search for and what to show of it.

use super::collect::Sort;
use super::parameters::COUNTED;
use svodka_model::article::Confidence;
use svodka_store::{Facet, confidence_of};

/// Facet values that articles must have or must not have, by any of their names. Facets are joined by AND; the values
/// of one facet by OR, or by AND where `all_of` says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Values that an article must have.
    pub with: Vec<(Facet, String)>,
    /// Values that an article must not have.
    pub without: Vec<(Facet, String)>,
    /// Facets of which an article must have every chosen value.
    pub all_of: Vec<Facet>,
}

/// What to search for and what to show of it.
#[derive(Clone, Debug)]
pub struct Request {
    /// Query text; empty matches every article.
    pub query: String,
    /// Words are joined by OR instead of AND.
    pub any: bool,
    /// Facet values that articles must have or must not have.
    pub filters: Filters,
    /// Count only the actors that an article is mainly about, in the facet and in filters.
    pub main_actors: bool,
    /// Count, filter by and show cited sources from this confidence on, instead of those taken to be cited.
    pub min_confidence: Option<Confidence>,
    /// Earliest date, seconds since 1970, inclusive.
    pub from: Option<i64>,
    /// Latest date, exclusive.
    pub to: Option<i64>,
    /// Order of hits.
    pub sort: Sort,
    /// Maximum number of hits.
    pub limit: usize,
    /// Number of hits to skip.
    pub offset: usize,
    /// Fold hits by story: one hit for all articles that print the same text.
    pub group: bool,
    /// Facets count stories instead of articles.
    pub count_stories: bool,
    /// Facets to count.
    pub facets: Vec<Facet>,
    /// Maximum number of values of each facet.
    pub facet_size: usize,
    /// Count only facet values of which a word, or another name, begins so.
    pub facet_prefix: Option<String>,
    /// Count only facet values of these kinds (`person`, `think_tank`…); of every kind when empty.
    pub facet_kinds: Vec<String>,
    /// Boost recent articles: the days in which the boost halves.
    pub boost_recent: Option<u32>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            query: String::new(),
            any: false,
            filters: Filters::default(),
            main_actors: false,
            min_confidence: None,
            from: None,
            to: None,
            sort: Sort::Relevance,
            limit: 20,
            offset: 0,
            group: false,
            count_stories: false,
            facets: COUNTED.to_vec(),
            facet_size: 10,
            facet_prefix: None,
            facet_kinds: Vec::new(),
            boost_recent: None,
        }
    }
}

impl Request {
    /// The facet that this request means by `facet`: with `main_actors`, the main ones for all actors; with a least
    /// confidence, the scored sources for the cited ones.
    pub(super) fn counted(&self, facet: Facet) -> Facet {
        match facet {
            Facet::Actor if self.main_actors => Facet::MainActor,
            cited if self.min_confidence.is_some() => cited.scored().unwrap_or(cited),
            other => other,
        }
    }

    /// Whether a term of a facet has the confidence that is asked for.
    pub(super) fn is_sure(&self, term: &str) -> bool {
        self.min_confidence.zip(confidence_of(term)).is_none_or(|(least, confidence)| confidence >= least)
    }
}

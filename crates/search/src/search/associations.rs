//! Over-represented facet values: co-occurrence with a value, and what is significant for a result.
//!
//! Both compare the articles in question (the foreground) with a background that contains them. How much more frequent a value is there is
//! its *lift*; how surely it is so is the log-likelihood ratio of the table of both counts (G², T. Dunning, «Accurate
//! Methods for the Statistics of Surprise and Coincidence», 1993): over 10.83 chance explains it in less than one case
//! of a thousand. Counts are exact.

use super::{Request, SearchEngine};
use crate::{
    collect::{Collecting, Selection, Sort},
    counting::{FacetCount, ValueFilter},
    resolve::Resolver,
};
use rustc_hash::{FxHashMap, FxHashSet};
use svodka_model::error::InputError;
use svodka_store::{
    Facet, FacetValue,
    error::{Error, Result},
};
use tantivy::{
    Term,
    query::{AllQuery, BooleanQuery, Occur, Query, TermSetQuery},
};

/// A value with its number of articles among those in question and in the background.
#[derive(Clone, Debug, PartialEq)]
pub struct Association {
    /// The value.
    pub value: FacetValue,
    /// Articles in question that have it.
    pub count: u64,
    /// Articles of the background that have it.
    pub background: u64,
    /// How many articles in question would have it if they were any others of the background.
    pub expected: f64,
    /// How many times more than expected it is.
    pub lift: f64,
    /// Log-likelihood ratio; negative when it is fewer than expected.
    pub score: f64,
}

impl Association {
    fn new(value: FacetValue, counts: PairCounts) -> Self {
        let PairCounts { count, articles, background, all } = counts;
        let expected = articles as f64 * background as f64 / all.max(1) as f64;
        let lift = if expected > 0.0 { count as f64 / expected } else { 0.0 };
        Self { value, count, background, expected, lift, score: counts.log_likelihood() }
    }
}

/// The values of one facet that belong to some articles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Associations {
    /// Articles in question.
    pub articles: u64,
    /// Articles of the background, those in question included.
    pub background: u64,
    /// The values, in the order asked for.
    pub values: Vec<Association>,
}

/// The order of associations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ranking {
    /// Most articles first.
    Count,
    /// Surest first.
    #[default]
    Score,
    /// Most over the expected first.
    Lift,
}

/// Which associations to look for.
#[derive(Clone, Debug)]
pub struct AssociationRequest {
    /// The facet of the values.
    pub facet: Facet,
    /// Values of this kind only.
    pub kind: Option<String>,
    /// Minimum number of foreground articles that have a value.
    pub min_count: u64,
    /// Leave out what is not more frequent than expected.
    pub only_more: bool,
    /// Their order.
    pub ranking: Ranking,
    /// Maximum number of values.
    pub limit: usize,
}

impl SearchEngine<'_> {
    /// Values that occur together with `name` among the articles that a request matches. The name is a value of the
    /// facet `of`; without one, an actor, else a cited source, else an outlet.
    ///
    /// # Errors
    /// As [`search`](Self::search), or a name that the archive does not hold.
    pub fn cooccurring(
        &self,
        name: &str,
        of: Option<Facet>,
        request: &Request,
        wanted: &AssociationRequest,
    ) -> Result<Associations> {
        let (facet, terms) = self.value_of(name, of, request)?;
        let (background, _) = self.narrowed(request)?;
        let with = self.index.fields().facet(facet);
        let with: Box<dyn Query> = Box::new(TermSetQuery::new(terms.iter().map(|t| Term::from_field_text(with, t))));
        let foreground = BooleanQuery::new(vec![(Occur::Must, background.box_clone()), (Occur::Must, with)]);
        let own = Selection { facet, terms, narrows_own_counts: false };
        self.compare(&foreground, &*background, request, wanted, &[own])
    }

    /// The values that the articles of a request have more often than the whole archive does. Values that the request
    /// itself selects are left out.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn significant(&self, request: &Request, wanted: &AssociationRequest) -> Result<Associations> {
        let (foreground, _) = self.narrowed(request)?;
        let own = self.selections(request, &Resolver::new(&self.searcher, self.lexicon))?;
        self.compare(&*foreground, &AllQuery, request, wanted, &own)
    }

    /// The facet and the terms of a value named by a person.
    fn value_of(&self, name: &str, of: Option<Facet>, request: &Request) -> Result<(Facet, Vec<String>)> {
        let resolver = Resolver::new(&self.searcher, self.lexicon);
        let facets = of.map_or_else(|| vec![Facet::Actor, Facet::Cited, Facet::Outlet], |facet| vec![facet]);
        let mut first_error = None;
        for facet in facets.into_iter().map(|facet| request.counted(facet)) {
            match resolver.resolve(facet, name) {
                Ok(mut terms) => {
                    terms.retain(|term| request.is_sure(term));
                    return Ok((facet, terms));
                }
                Err(e @ Error::Input(InputError::UnknownValue { .. })) => first_error = first_error.or(Some(e)),
                Err(e) => return Err(e),
            }
        }
        Err(first_error.unwrap_or_else(|| Error::Bug("no facet to look in".into())))
    }

    fn compare(
        &self,
        foreground: &dyn Query,
        background: &dyn Query,
        request: &Request,
        wanted: &AssociationRequest,
        own: &[Selection],
    ) -> Result<Associations> {
        let facet = request.counted(wanted.facet);
        let filter = ValueFilter {
            kinds: wanted.kind.iter().cloned().collect(),
            least: request.min_confidence,
            ..ValueFilter::default()
        };
        let (articles, counts) = self.counts(foreground, facet, filter.clone())?;
        let (all, background) = self.counts(background, facet, filter)?;
        let background: FxHashMap<String, u64> = background.into_iter().map(|c| (c.term, c.count)).collect();
        let own = own.iter().filter(|selection| same_values(selection.facet, facet));
        let own: FxHashSet<FacetValue> = own.flat_map(|s| &s.terms).map(|term| FacetValue::from_term(term)).collect();
        let is_own = |term: &str| own.contains(&FacetValue::from_term(term));
        let counts = counts.into_iter().filter(|c| c.count >= wanted.min_count && !is_own(&c.term));
        let values = counts.map(|c| {
            let everywhere = background.get(&c.term).copied().unwrap_or(c.count);
            Association::new(
                FacetValue::from_term(&c.term),
                PairCounts { count: c.count, articles, background: everywhere, all },
            )
        });
        let mut values: Vec<Association> = values.filter(|v| !wanted.only_more || v.score > 0.0).collect();
        let rank = |value: &Association| match wanted.ranking {
            Ranking::Count => value.count as f64,
            Ranking::Score => value.score,
            Ranking::Lift => value.lift,
        };
        values.sort_by(|a, b| {
            let equal = || b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value));
            rank(b).total_cmp(&rank(a)).then_with(equal)
        });
        values.truncate(wanted.limit);
        Ok(Associations { articles, background: all, values })
    }

    /// The articles of a query, and how many of them have each value of a facet.
    fn counts(&self, query: &dyn Query, facet: Facet, filter: ValueFilter<'_>) -> Result<(u64, Vec<FacetCount>)> {
        let collecting = Collecting {
            grouping: None,
            orders: Vec::new(),
            selections: Vec::new(),
            facets: vec![facet],
            top: 0,
            values: usize::MAX,
            sort: Sort::Relevance,
            recency: None,
            filter,
        };
        let collected = self.run(query, &collecting)?;
        Ok((collected.total, collected.facets.into_iter().flat_map(|(_, counts)| counts).collect()))
    }
}

/// Whether two facets hold the same things: a main actor is an actor, a think tank a cited source.
fn same_values(a: Facet, b: Facet) -> bool {
    let whole = |facet| match facet {
        Facet::MainActor => Facet::Actor,
        Facet::ThinkTank | Facet::ScoredCited | Facet::ScoredThinkTank => Facet::Cited,
        other => other,
    };
    whole(a) == whole(b)
}

/// The counts that a value is judged by.
#[derive(Clone, Copy, Debug)]
struct PairCounts {
    /// Articles of the foreground that have the value.
    count: u64,
    /// Articles of the foreground.
    articles: u64,
    /// Articles of the background that have the value.
    background: u64,
    /// Articles of the background.
    all: u64,
}

impl PairCounts {
    /// G² of the table «has the value or not» by «is in the foreground or not», signed by whether it is more than expected.
    fn log_likelihood(self) -> f64 {
        let Self { count, articles, background, all } = self;
        let cell = |observed: u64, row: u64, column: u64| {
            let expected = row as f64 * column as f64 / all as f64;
            if observed == 0 { 0.0 } else { observed as f64 * (observed as f64 / expected).ln() }
        };
        let (others, without) = (all.saturating_sub(articles), all.saturating_sub(background));
        let outside = background.saturating_sub(count);
        let sum = cell(count, articles, background)
            + cell(articles.saturating_sub(count), articles, without)
            + cell(outside, others, background)
            + cell(others.saturating_sub(outside), others, without);
        let more = count as f64 * all as f64 > articles as f64 * background as f64;
        // Rounding can leave a little below zero where both shares are equal.
        let score = (2.0 * sum).max(0.0);
        if more { score } else { -score }
    }
}

#[cfg(test)]
mod tests {
    use super::{Association, PairCounts};
    use svodka_store::FacetValue;

    #[test]
    fn the_score_is_dunnings() {
        // The first row of the paper's table of word pairs: 110, 2442, 111 and 29114 pairs give 270.72.
        let all = 110 + 2442 + 111 + 29114;
        let score = PairCounts { count: 110, articles: 110 + 2442, background: 110 + 111, all }.log_likelihood();
        assert!((score - 270.72).abs() < 0.01, "{score}");
    }

    #[test]
    fn as_often_as_elsewhere_is_nothing_and_fewer_is_negative() {
        let counts = |count| PairCounts { count, articles: 100, background: 100, all: 1000 };
        assert!(counts(10).log_likelihood().abs() < 1e-9);
        assert!(counts(1).log_likelihood() < 0.0);
        let value = FacetValue { name: "Китай".into(), kind: "place".into() };
        let found = Association::new(value, PairCounts { background: 50, ..counts(20) });
        assert!((found.expected - 5.0).abs() < 1e-9 && (found.lift - 4.0).abs() < 1e-9, "{found:?}");
    }
}

//! Where the matching articles have their news from: who took it from whom, step by step back to the origins.
//!
//! An article that prints the text of an earlier one has it from the first that printed it. Otherwise each cited source
//! is a step: to the earliest matching article of that outlet, if there is one that is not later, else to the source
//! itself, which has then no article here. An article without such a step is an origin. Steps lead back in time, so they
//! end; where dates are too rough to tell (two articles of one day), a step that would lead back to itself ends there,
//! and the outlets that cite one another are named as a circle.

use super::{Request, SearchEngine};
use crate::collect::Sort;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::{collections::BTreeSet, ops::ControlFlow};
use svodka_model::article::Article;
use svodka_store::{PublishedAt, error::Result, stories::PublishedColumns};
use tantivy::{DocAddress, DocSet, TERMINATED, TantivyError, Term, schema::IndexRecordOption};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Steps looked through for the origins of one article.
const STEPS: usize = 1_000;

/// What the news of an article is traced to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TracedSource {
    /// Who published it: an outlet or a cited source; nothing for an article of an unknown outlet.
    pub name: Option<String>,
    /// Its article in the archive; nothing when the archive has none.
    pub id: Option<String>,
    /// When that article was published, if known.
    pub date: Option<String>,
    /// The headline of that article.
    pub title: Option<String>,
}

/// How an article has its news from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// It prints the same text.
    Reprint,
    /// It cites the source.
    Citation,
}

impl StepKind {
    /// The name in JSON and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reprint => "reprint",
            Self::Citation => "citation",
        }
    }
}

/// A step from an article to where it has its news from; both by their numbers in [`Origins::sources`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceStep {
    /// The article.
    pub from: usize,
    /// What it has the news from.
    pub to: usize,
    /// How.
    pub kind: StepKind,
    /// The source through which it is relayed, if it is.
    pub via: Option<String>,
    /// The clause that shows the citing; for a reprint, the opening of the text that both print.
    pub clause: String,
}

/// An origin, with what rests on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewsOrigin {
    /// Its number in [`Origins::sources`].
    pub source: usize,
    /// Whether the archive has an article of it; else it is only cited.
    pub is_in_archive: bool,
    /// Matching articles that rest on it, itself among them if it is one. An article with several origins counts for each.
    pub articles: u64,
    /// Their share of all articles that were traced, 0..=1.
    pub share: f64,
}

/// Where the matching articles have their news from.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Origins {
    /// Matching articles.
    pub total: u64,
    /// How many of them were traced: the earliest.
    pub traced: u64,
    /// Articles and cited sources, by number.
    pub sources: Vec<TracedSource>,
    /// The origins, those on which most rests first.
    pub origins: Vec<NewsOrigin>,
    /// Every step.
    pub steps: Vec<SourceStep>,
    /// Outlets that cite one another in a circle.
    pub circles: Vec<Vec<String>>,
}

/// An article that is traced.
struct Traced {
    article: Article,
    published: PublishedAt,
    /// The number of the first article of its story, if that is another one.
    follows: Option<usize>,
}

impl Traced {
    fn outlet(&self) -> Option<&str> {
        self.article.outlet.as_ref().map(|outlet| outlet.name.as_str())
    }

    /// Whether it may have been there when `other` was published: where only the day is known, on the same day.
    fn is_not_later(&self, other: &Self) -> bool {
        let (own, others) = (self.published.time, other.published.time);
        let is_day = |time: i64| time.rem_euclid(DAY) == DAY - 1;
        own <= others || ((is_day(own) || is_day(others)) && own.div_euclid(DAY) == others.div_euclid(DAY))
    }
}

impl SearchEngine<'_> {
    /// Where the articles that a request matches have their news from; the earliest `most` of them are traced.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn origins(&self, request: &Request, most: usize) -> Result<Origins> {
        let request = Request { sort: Sort::Oldest, limit: most, offset: 0, group: false, ..request.clone() };
        let (mut articles, mut places) = (Vec::new(), FxHashMap::default());
        let total = self.each_address(&request, &mut |address| {
            places.insert(address, articles.len());
            articles.push(self.traced(address, request.min_confidence)?);
            self.deadline.check()?;
            Ok(ControlFlow::Continue(()))
        })?;
        let traced = articles.len();
        self.add_firsts(&mut articles, &mut places, &request)?;
        Ok(trace(&articles, traced, total))
    }

    fn traced(&self, address: DocAddress, least: Option<svodka_model::article::Confidence>) -> Result<Traced> {
        let mut article = self.index.article(&self.searcher, address)?;
        if let Some(least) = least {
            article.require_confidence(least);
        }
        let published =
            PublishedColumns::open(self.searcher.segment_reader(address.segment_ord))?.published(address.doc_id);
        Ok(Traced { article, published, follows: None })
    }

    /// Finds the first article of each story, and adds those that do not match themselves.
    fn add_firsts(
        &self,
        articles: &mut Vec<Traced>,
        places: &mut FxHashMap<DocAddress, usize>,
        request: &Request,
    ) -> Result<()> {
        let stories = self.index.stories();
        let known: Vec<(DocAddress, usize)> = places.iter().map(|(address, number)| (*address, *number)).collect();
        for (address, number) in known {
            let key = PublishedColumns::open(self.searcher.segment_reader(address.segment_ord))?.key(address.doc_id);
            let Some(first) = stories.first_of(key).filter(|first| *first != key) else { continue };
            let Some(address) = self.address_of_key(first)? else { continue };
            let first = match places.get(&address) {
                Some(first) => *first,
                None => {
                    articles.push(self.traced(address, request.min_confidence)?);
                    places.insert(address, articles.len() - 1);
                    articles.len() - 1
                }
            };
            if let Some(article) = articles.get_mut(number) {
                article.follows = Some(first);
            }
        }
        Ok(())
    }

    fn address_of_key(&self, key: u64) -> Result<Option<DocAddress>> {
        let term = Term::from_field_u64(self.index.fields().key, key);
        for (ordinal, segment) in (0u32..).zip(self.searcher.segment_readers()) {
            let index = segment.inverted_index(self.index.fields().key)?;
            let postings = index.read_postings(&term, IndexRecordOption::Basic).map_err(TantivyError::from)?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(Some(DocAddress::new(ordinal, postings.doc())));
                }
                postings.advance();
            }
        }
        Ok(None)
    }
}

/// Traces articles, the first `traced` of which match.
fn trace(articles: &[Traced], traced: usize, total: u64) -> Origins {
    let mut sources: Vec<TracedSource> = articles.iter().map(source_of).collect();
    let steps = steps(articles, &mut sources);
    let mut targets: Vec<Vec<usize>> = vec![Vec::new(); sources.len()];
    for step in &steps {
        if let Some(list) = targets.get_mut(step.from) {
            list.push(step.to);
        }
    }
    let mut resting: FxHashMap<usize, u64> = FxHashMap::default();
    for article in 0..traced {
        for origin in origins_of(article, &targets) {
            *resting.entry(origin).or_default() += 1;
        }
    }
    let mut origins: Vec<NewsOrigin> = resting
        .into_iter()
        .map(|(source, count)| NewsOrigin {
            source,
            is_in_archive: source < articles.len(),
            articles: count,
            share: count as f64 / traced.max(1) as f64,
        })
        .collect();
    origins.sort_by_key(|origin| (std::cmp::Reverse(origin.articles), origin.source));
    let circles = circles(articles);
    Origins { total, traced: traced as u64, sources, origins, steps, circles }
}

fn source_of(traced: &Traced) -> TracedSource {
    let article = &traced.article;
    TracedSource {
        name: traced.outlet().map(str::to_owned),
        id: Some(article.id.clone()),
        date: article.date.as_ref().map(|date| date.value.clone()),
        title: Some(article.title.clone()),
    }
}

/// The steps of all articles; sources without an article are added to `sources`.
fn steps(articles: &[Traced], sources: &mut Vec<TracedSource>) -> Vec<SourceStep> {
    let mut by_outlet: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (number, article) in articles.iter().enumerate() {
        if let Some(outlet) = article.outlet() {
            by_outlet.entry(outlet).or_default().push(number);
        }
    }
    // The earliest first, whatever the order in which they were found.
    let published = |number: &usize| articles.get(*number).map(|article| article.published);
    by_outlet.values_mut().for_each(|numbers| numbers.sort_by_key(published));
    let mut elsewhere: FxHashMap<String, usize> = FxHashMap::default();
    let mut steps = Vec::new();
    for (from, traced) in articles.iter().enumerate() {
        if let Some(to) = traced.follows {
            let clause = opening(&traced.article);
            steps.push(SourceStep { from, to, kind: StepKind::Reprint, via: None, clause });
            continue;
        }
        for citation in traced.article.cited.iter().filter(|citation| !citation.is_self) {
            let earlier = by_outlet.get(citation.name.as_str()).into_iter().flatten().copied();
            let is_earlier = |number: &usize| {
                *number != from && articles.get(*number).is_some_and(|other| other.is_not_later(traced))
            };
            let to = earlier.clone().find(is_earlier).unwrap_or_else(|| {
                *elsewhere.entry(citation.name.clone()).or_insert_with(|| {
                    sources.push(TracedSource { name: Some(citation.name.clone()), id: None, date: None, title: None });
                    sources.len() - 1
                })
            });
            let via = citation.via.clone().filter(|via| Some(via.as_str()) != traced.outlet());
            let clause = traced.article.slice(citation.evidence).to_owned();
            steps.push(SourceStep { from, to, kind: StepKind::Citation, via, clause });
        }
    }
    steps
}

/// Characters of the opening that stands for a text.
const OPENING: usize = 120;

fn opening(article: &Article) -> String {
    let text = super::body(article).trim_start();
    text.chars().take(OPENING).map(|c| if c == '\n' { ' ' } else { c }).collect()
}

/// The ends of all steps from an article. Where steps only lead in a circle, its articles are one another's origins and
/// the one with the least number, the earliest found, stands for them.
fn origins_of(article: usize, targets: &[Vec<usize>]) -> BTreeSet<usize> {
    let (mut seen, mut queue, mut ends) = (FxHashSet::default(), vec![article], BTreeSet::new());
    while let Some(at) = queue.pop() {
        if !seen.insert(at) || seen.len() > STEPS {
            continue;
        }
        match targets.get(at).filter(|targets| !targets.is_empty()) {
            Some(targets) => queue.extend(targets),
            None => {
                ends.insert(at);
            }
        }
    }
    if ends.is_empty() {
        ends.extend(seen.into_iter().min());
    }
    ends
}

/// Outlets each of which cites the next and the last the first, by what matching articles cite: the strongly connected
/// components of more than one outlet (Kosaraju's algorithm, as Aho, Hopcroft and Ullman give it, 1983).
fn circles(articles: &[Traced]) -> Vec<Vec<String>> {
    let names: BTreeSet<&str> = articles.iter().filter_map(Traced::outlet).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let number = |name: &str| names.binary_search(&name).ok();
    let (mut cites, mut cited) = (vec![BTreeSet::new(); names.len()], vec![BTreeSet::new(); names.len()]);
    for traced in articles {
        let Some(from) = traced.outlet().and_then(number) else { continue };
        let own = traced.article.cited.iter().filter(|citation| !citation.is_self);
        for to in own.filter_map(|citation| number(&citation.name)).filter(|to| *to != from) {
            if let (Some(out), Some(back)) = (cites.get_mut(from), cited.get_mut(to)) {
                out.insert(to);
                back.insert(from);
            }
        }
    }
    let mut seen = vec![false; names.len()];
    let mut finished = Vec::with_capacity(names.len());
    for start in 0..names.len() {
        finished.extend(reached(start, &cites, &mut seen));
    }
    let mut seen = vec![false; names.len()];
    let mut circles = Vec::new();
    for start in finished.into_iter().rev() {
        let mut component = reached(start, &cited, &mut seen);
        if component.len() > 1 {
            component.sort_unstable();
            circles.push(component.iter().filter_map(|at| names.get(*at)).map(|name| (*name).to_owned()).collect());
        }
    }
    circles.sort_unstable();
    circles
}

/// What can be reached from `start` and was not seen before, in the order in which depth-first search leaves it.
fn reached(start: usize, edges: &[BTreeSet<usize>], seen: &mut [bool]) -> Vec<usize> {
    let mut left = Vec::new();
    let mut stack = vec![(start, false)];
    while let Some((at, is_left)) = stack.pop() {
        if is_left {
            left.push(at);
            continue;
        }
        let Some(place) = seen.get_mut(at).filter(|place| !**place) else { continue };
        *place = true;
        stack.push((at, true));
        stack.extend(edges.get(at).into_iter().flatten().map(|next| (*next, false)));
    }
    left
}

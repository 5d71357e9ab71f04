//! Searching: a request answered from one view of the index.

mod associations;
mod citation_table;
mod citations;
mod complete;
mod explain;
mod lookup;
mod matching;
mod origins;
mod resolved;
mod similar;
mod stream;

pub use associations::{Association, AssociationRequest, Associations, Ranking};
pub use citation_table::{CitationRow, CitationTable, FirstCitation, Grouping};
pub use citations::{Citations, Edge, Evidence};
pub use complete::{Completion, Completions};
pub use explain::{Explained, ScorePart};
pub use matching::SegmentDocuments;
pub use origins::{NewsOrigin, Origins, SourceStep, StepKind, TracedSource};
pub use resolved::Resolved;

use super::{
    ast::Node,
    collect::{Collected, Collecting, Recency, Selection, Sort},
    compile::{Compiler, HighlightSpans},
    counting::{FacetCount, ValueFilter},
    dates,
    deadline::Deadline,
    generation_cache::GenerationCache,
    grouping::StoryGrouping,
    names::Names,
    parse,
    request::Request,
    resolve::Resolver,
    snippet::{Highlighter, Snippet},
    suggest::{Advisor, LOOKUPS},
    timeline::{self, Bar, Interval},
};
use std::{
    cell::Cell,
    time::{Duration, Instant},
};
use svodka_model::article::{Article, Citation, Confidence};
use svodka_store::{
    Facet, FacetValue, Index,
    error::{Error, Result},
    said_labels,
};
use svodka_text::{
    analyse::{fold::fold, stem::Stemmer},
    names::Lexicon,
};
use tantivy::{
    DocAddress, Score, Searcher, Term,
    collector::Collector,
    query::{BooleanQuery, ConstScoreQuery, Occur, Query, TermSetQuery},
};

/// A found article.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The article.
    pub article: Article,
    /// Its score; 0 when sorted by date.
    pub score: Score,
    /// The passage that shows why it was found.
    pub snippet: Snippet,
    /// The title with its matches highlighted.
    pub title: Snippet,
    /// The matching articles of its story, where hits are folded and there are several.
    pub group: Option<StoryGroup>,
    /// The least confidence that was asked for; `article.cited` holds what has it.
    pub min_confidence: Option<Confidence>,
    /// `SOURCE#ID` where other articles have the same id, which then names none of them.
    pub qualified_id: Option<String>,
}

impl Hit {
    /// The cited sources, self-citations left out.
    pub fn cited(&self) -> impl Iterator<Item = &Citation> {
        self.article.cited.iter().filter(|c| !c.is_self)
    }

    /// The cited sources of the think-tank facet.
    pub fn think_tanks(&self) -> impl Iterator<Item = &Citation> {
        self.article.cited.iter().filter(|c| c.counts_as_think_tank(self.min_confidence))
    }
}

/// The articles that print the text of a hit and match as well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryGroup {
    /// How many match, the hit among them.
    pub size: u64,
    /// Who published them, in the order of publication, each once; at most [`StoryGroup::OUTLETS`].
    pub outlets: Vec<String>,
}

impl StoryGroup {
    /// Most outlets that are named.
    pub const OUTLETS: usize = 50;
}

/// The values of one facet with the number of articles of each, most frequent first; months in the order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCounts {
    /// Which facet.
    pub facet: Facet,
    /// Its values.
    pub values: Vec<(FacetValue, u64)>,
}

impl FacetCounts {
    /// Keeps the first `size` values, of months the latest.
    pub fn keep(&mut self, size: usize) {
        if self.facet == Facet::Month {
            self.values.drain(..self.values.len().saturating_sub(size));
        } else {
            self.values.truncate(size);
        }
    }
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct Response {
    /// Matching articles.
    pub total: u64,
    /// Stories among them, those of one article included, where hits are folded or stories counted.
    pub stories: Option<u64>,
    /// The hits asked for.
    pub hits: Vec<Hit>,
    /// The facets asked for.
    pub facets: Vec<FacetCounts>,
    /// Names in the filters that mean values of another name.
    pub resolved: Vec<Resolved>,
    /// Time it took.
    pub took: Duration,
    /// What the query may have meant, when it found nothing or little.
    pub suggestions: Vec<String>,
}

/// Answers requests on one view of an index.
pub struct SearchEngine<'i> {
    index: &'i Index,
    searcher: Searcher,
    lexicon: &'i Lexicon,
    stemmer: Stemmer,
    deadline: Deadline,
    cache: Option<&'i GenerationCache>,
}

/// What one pass over the index gives.
struct Pass {
    /// Total, best addresses and facet counts.
    collected: Collected,
    /// What to highlight in hits.
    highlights: HighlightSpans,
    /// What names in the filters mean.
    resolved: Vec<Resolved>,
}

impl<'i> SearchEngine<'i> {
    /// An engine on the latest commit that the index's reader knows.
    #[must_use]
    pub fn new(index: &'i Index, lexicon: &'i Lexicon) -> Self {
        Self {
            index,
            searcher: index.searcher(),
            lexicon,
            stemmer: Stemmer::default(),
            deadline: Deadline::default(),
            cache: None,
        }
    }

    /// The same engine with this cache; a cache of another generation is ignored.
    #[must_use]
    pub fn with_cache(self, cache: &'i GenerationCache) -> Self {
        let cache = Some(cache).filter(|cache| cache.is_of(&self.searcher));
        Self { cache, ..self }
    }

    /// The same engine, which gives up with [`Error::TimeUp`] once a deadline has passed.
    #[must_use]
    pub fn until(self, deadline: Deadline) -> Self {
        Self { deadline, ..self }
    }

    /// The generation that is searched.
    #[must_use]
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// Answers a request in full.
    ///
    /// # Errors
    /// A query that cannot be understood, an unknown name in a filter, or storage failures.
    pub fn search(&self, request: &Request) -> Result<Response> {
        let start = Instant::now();
        let Pass { collected, highlights, resolved } = self.pass(request)?;
        let page = collected.hits.get(request.offset..).unwrap_or_default();
        let mut hits = self.hits(page, &highlights, request.min_confidence)?;
        for (hit, (address, _)) in hits.iter_mut().zip(page) {
            let members = collected.members.get(address);
            hit.group = members.map(|members| self.story_group(members)).transpose()?;
        }
        let counts = request.facets.iter().zip(collected.facets);
        let facets = counts.map(|(facet, (_, counts))| to_counts(*facet, counts)).collect();
        let suggestions = self.suggestions(request, collected.matching)?;
        let (total, stories) = (collected.total, collected.stories);
        Ok(Response { total, stories, hits, facets, resolved, took: start.elapsed(), suggestions })
    }

    /// What is shown of the articles of a story.
    fn story_group(&self, members: &[DocAddress]) -> Result<StoryGroup> {
        let mut group = StoryGroup { size: members.len() as u64, outlets: Vec::new() };
        for address in members {
            if group.outlets.len() == StoryGroup::OUTLETS {
                break;
            }
            let outlet = self.string(Facet::Outlet.name(), *address)?;
            group.outlets.extend(outlet.filter(|outlet| !group.outlets.contains(outlet)));
        }
        Ok(group)
    }

    /// The ids and scores of the hits alone, with the total: what `batch` prints.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn ids(&self, request: &Request) -> Result<(u64, Vec<(String, Score)>)> {
        let Pass { collected, .. } = self.pass(&Request { facets: Vec::new(), ..request.clone() })?;
        let page = collected.hits.iter().skip(request.offset);
        let ids = page.map(|(address, score)| Ok((self.id(*address)?, *score))).collect::<Result<_>>()?;
        Ok((collected.total, ids))
    }

    /// How many matching articles each interval has, in order, and how many are undated.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn timeline(&self, request: &Request, interval: Interval) -> Result<(Vec<Bar>, u64)> {
        let (query, _) = self.narrowed(request)?;
        let days = self.run(&query, &timeline::ByDay)?;
        Ok(timeline::bars(&days, interval))
    }

    /// The query of a request with its facet selections in it.
    fn narrowed(&self, request: &Request) -> Result<(Box<dyn Query>, HighlightSpans)> {
        self.narrowed_by(request, &Resolver::new(&self.searcher, self.lexicon))
    }

    fn narrowed_by(&self, request: &Request, resolver: &Resolver<'_>) -> Result<(Box<dyn Query>, HighlightSpans)> {
        let node = parse(&request.query, request.any)?;
        let (query, highlights) = self.compile(&node, request, resolver)?;
        let mut parts = vec![(Occur::Must, query)];
        for selection in self.selections(request, resolver)? {
            let field = self.index.fields().facet(selection.facet);
            let terms = selection.terms.iter().map(|t| Term::from_field_text(field, t));
            let chosen: Box<dyn Query> = Box::new(ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), 0.0));
            parts.push((Occur::Must, chosen));
        }
        Ok((Box::new(BooleanQuery::new(parts)), highlights))
    }

    /// Spelling suggestions, given the number of matches without facet filters: if only the filters emptied the result,
    /// nothing is suggested.
    fn suggestions(&self, request: &Request, found: u64) -> Result<Vec<String>> {
        let node = parse(&request.query, request.any)?;
        let fields = self.index.fields();
        let fields = [fields.text, fields.title];
        let stems = &*self.index.stems(&self.searcher)?;
        let lookups = Cell::new(LOOKUPS);
        let (searcher, stemmer, cache) = (&self.searcher, &self.stemmer, self.cache);
        let advisor = Advisor { searcher, stemmer, fields, stems, found, lookups, cache };
        advisor.queries(&request.query, &node)
    }

    fn pass(&self, request: &Request) -> Result<Pass> {
        let node = parse(&request.query, request.any)?;
        let resolver = Resolver::new(&self.searcher, self.lexicon);
        let (query, highlights) = self.compile(&node, request, &resolver)?;
        let selections = self.selections(request, &resolver)?;
        let facets: Vec<Facet> = request.facets.iter().map(|facet| request.counted(*facet)).collect();
        let collecting = Collecting {
            selections,
            orders: facets.iter().map(|facet| self.cache.and_then(|cache| cache.order(*facet))).collect(),
            facets,
            top: request.offset.saturating_add(request.limit).min(self.searcher.num_docs() as usize),
            values: request.facet_size,
            // Where the query ranks nothing, the latest articles come first.
            grouping: (request.group || request.count_stories).then(|| StoryGrouping {
                stories: self.index.stories(),
                folds: request.group,
                counts_stories: request.count_stories,
            }),
            sort: if node.is_scored() || request.sort != Sort::Relevance { request.sort } else { Sort::Newest },
            recency: self.recency(request)?,
            filter: ValueFilter {
                prefix: request.facet_prefix.as_deref().map(|prefix| fold(prefix.trim())),
                kinds: request.facet_kinds.clone(),
                lexicon: Some(self.lexicon),
                least: request.min_confidence,
            },
        };
        let resolved = self.resolved_by(&resolver, request)?;
        let collected = self.run(&query, &collecting)?;
        Ok(Pass { collected, highlights, resolved })
    }

    /// Runs a query to its end, or fails when the time is up before.
    fn run<C: Collector>(&self, query: &dyn Query, collector: &C) -> Result<C::Fruit> {
        let found = self.searcher.search(query, collector)?;
        self.deadline.check()?;
        Ok(found)
    }

    /// How much newer articles weigh more, when that is asked for.
    fn recency(&self, request: &Request) -> Result<Option<Recency>> {
        let Some(days) = request.boost_recent else { return Ok(None) };
        let mut newest = i64::MIN;
        for segment in self.searcher.segment_readers() {
            let dates = segment.fast_fields().i64("date")?;
            newest = newest.max(if dates.num_docs() == 0 { i64::MIN } else { dates.max_value() });
        }
        Ok(Some(Recency { newest, half_life: f64::from(days.max(1)) * 86_400.0 }))
    }

    fn compile(
        &self,
        node: &Node,
        request: &Request,
        resolver: &Resolver<'_>,
    ) -> Result<(Box<dyn Query>, HighlightSpans)> {
        let fields = self.index.fields();
        let names = Names { lexicon: self.lexicon, stemmer: &self.stemmer, searcher: &self.searcher };
        let scored = request.sort == Sort::Relevance && request.limit > 0;
        let stems = &self.index.stems(&self.searcher)?;
        let (searcher, stemmer) = (&self.searcher, &self.stemmer);
        let deadline = &self.deadline;
        let compiler = Compiler { fields, searcher, stemmer, resolver, names, stems, deadline, scored };
        let (query, highlights) = compiler.compile(node)?;
        let mut parts = vec![(Occur::Must, query)];
        if request.from.is_some() || request.to.is_some() {
            let range = dates::query(fields.date, request.from, request.to);
            parts.push((Occur::Must, range));
        }
        for (facet, name) in &request.filters.without {
            let facet = request.counted(*facet);
            let field = fields.facet(facet);
            let terms = self.terms(request, resolver, facet, name)?;
            let not: Box<dyn Query> =
                Box::new(TermSetQuery::new(terms.iter().map(|t| Term::from_field_text(field, t))));
            parts.push((Occur::MustNot, not));
        }
        let query = if parts.len() == 1 { parts.pop().map(|(_, q)| q) } else { None };
        Ok((query.unwrap_or_else(|| Box::new(BooleanQuery::new(parts))), highlights))
    }

    /// The terms that a name in a filter means, as sure as they are asked for.
    fn terms(&self, request: &Request, resolver: &Resolver<'_>, facet: Facet, name: &str) -> Result<Vec<String>> {
        let mut terms = resolver.resolve(facet, name)?;
        terms.retain(|term| request.is_sure(term));
        Ok(terms)
    }

    fn selections(&self, request: &Request, resolver: &Resolver<'_>) -> Result<Vec<Selection>> {
        let mut selections: Vec<Selection> = Vec::new();
        for (facet, name) in &request.filters.with {
            let facet = request.counted(*facet);
            let terms = self.terms(request, resolver, facet, name)?;
            let all_of = request.filters.all_of.iter().any(|all| request.counted(*all) == facet);
            match selections.iter_mut().find(|s| s.facet == facet && !all_of) {
                Some(selection) => selection.terms.extend(terms),
                None => selections.push(Selection { facet, terms, narrows_own_counts: all_of }),
            }
        }
        Ok(selections)
    }

    /// Reads and highlights hits in parallel: most of the time of a search is spent here.
    fn hits(
        &self,
        found: &[(DocAddress, Score)],
        highlights: &HighlightSpans,
        least: Option<Confidence>,
    ) -> Result<Vec<Hit>> {
        let executor = self.searcher.index().search_executor();
        let hits = executor.map(|(address, score)| Ok(self.hit(*address, *score, highlights, least)), found.iter())?;
        hits.into_iter().collect()
    }

    fn hit(
        &self,
        address: DocAddress,
        score: Score,
        highlights: &HighlightSpans,
        min_confidence: Option<Confidence>,
    ) -> Result<Hit> {
        let mut article = self.index.article(&self.searcher, address)?;
        let labels = said_labels(&article);
        if let Some(least) = min_confidence {
            article.require_confidence(least);
        }
        let highlighter =
            Highlighter { fields: self.index.fields(), stemmer: &self.stemmer, spans: highlights, labels: &labels };
        let title = highlighter.title(&article.title);
        let snippet = highlighter.snippet(body(&article));
        let qualified_id = self.qualified_id(&article)?;
        Ok(Hit { article, score, snippet, title, group: None, min_confidence, qualified_id })
    }

    fn id(&self, address: DocAddress) -> Result<String> {
        self.string("id", address)?.ok_or_else(|| Error::Bug("document without id".into()))
    }

    /// The first value of an article in a column of strings.
    fn string(&self, field: &str, address: DocAddress) -> Result<Option<String>> {
        let segment = self.searcher.segment_reader(address.segment_ord);
        let column = segment.fast_fields().str(field)?;
        let ordinal = column.as_ref().and_then(|c| c.term_ords(address.doc_id).next());
        let mut value = String::new();
        if let (Some(column), Some(ordinal)) = (column, ordinal) {
            column.ord_to_str(ordinal, &mut value)?;
        }
        Ok(Some(value).filter(|value| !value.is_empty()))
    }
}

/// The text that snippets are cut from: without the headline line, which is shown as the title.
fn body(article: &Article) -> &str {
    match article.title_from {
        svodka_model::article::TitleOrigin::Headline => {
            article.text.trim_start().split_once('\n').map_or("", |(_, rest)| rest)
        }
        _ => &article.text,
    }
}

fn to_counts(facet: Facet, counts: Vec<FacetCount>) -> FacetCounts {
    let values = counts.into_iter().map(|c| (FacetValue::from_term(&c.term), c.count)).collect();
    FacetCounts { facet, values }
}

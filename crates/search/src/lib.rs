//! Querying: from what a person types to hits, facets and snippets.
//!
//! parse → [`ast`] → compile → one pass over the matching articles. This crate must never print and never write to
//! an index.

mod arguments;
pub mod ast;
mod bm25;
mod collect;
mod compile;
mod counting;
pub mod dates;
mod deadline;
mod distance;
mod expand;
mod fields;
mod foreign;
mod generation_cache;
mod grouping;
mod keyboard_layout;
mod lex;
mod names;
mod order;
pub mod parameters;
pub mod parse;
mod request;
mod resolve;
mod search;
pub mod snippet;
mod spans;
mod suggest;
mod timeline;

pub use arguments::{Arguments, Bounds, facet, value_kind};
pub use ast::Node;
pub use bm25::{B, K1};
pub use collect::Sort;
pub use counting::FacetCount;
pub use deadline::Deadline;
pub use fields::{QUERY_FIELDS, QueryField};
pub use generation_cache::GenerationCache;
pub use parse::parse;
pub use request::{Filters, Request};
pub use resolve::Resolver;
pub use search::{
    Association, AssociationRequest, Associations, CitationRow, CitationTable, Citations, Completion, Completions,
    Edge, Evidence, Explained, FacetCounts, FirstCitation, Grouping, Hit, NewsOrigin, Origins, Ranking, Resolved,
    Response, ScorePart, SearchEngine, SegmentDocuments, SourceStep, StepKind, StoryGroup, TracedSource,
};
pub use suggest::nearest;
pub use svodka_model::error::QueryError;
pub use timeline::{Bar, Interval};

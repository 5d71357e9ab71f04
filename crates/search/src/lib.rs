//! Querying: from what a person types to hits, facets and snippets.
//!
//! parse → [`ast`] → compile → one pass over the matching articles. This crate must never print and never write to
//! an index.

pub mod ast;
mod bm25;
mod collect;
mod compile;
mod counting;
pub mod dates;
mod distance;
mod expand;
mod lex;
mod memo;
mod names;
mod order;
pub mod parse;
mod resolve;
mod search;
mod slips;
pub mod snippet;
mod spans;
mod suggest;
mod timeline;

pub use ast::Node;
pub use bm25::{B, K1};
pub use collect::Sort;
pub use counting::FacetCount;
pub use memo::Memo;
pub use parse::parse;
pub use resolve::Resolver;
pub use search::{
    Association, Associations, Citations, Edge, Evidence, Explained, FacetCounts, Filters, Hit, Looking, Ranking,
    Request, Resolved, Response, ScorePart, SearchEngine,
};
pub use suggest::nearest;
pub use svodka_model::error::QueryError;
pub use timeline::{Bar, Interval};

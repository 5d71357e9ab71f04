//! Svodka («сводка»: digest): full-text search for Russian-language news archives, with facets for actors, source
//! outlet and cited think tank.
//!
//! The work is done by the crates of the workspace, named here in the order data flows: [`read`] → [`text`] →
//! [`ingest`] → [`store`] → [`search`], with the [`Article`] of [`model`] in the middle. This crate is the front door:
//! the two programs ([`cli`]), what they print ([`show`]) and the search page's server ([`serve`]).

pub mod cli;
#[cfg(feature = "serve")]
pub mod serve;
pub mod show;

pub use svodka_ingest as ingest;
pub use svodka_model as model;
pub use svodka_model::Article;
pub use svodka_read as read;
pub use svodka_search as search;
pub use svodka_store as store;
pub use svodka_store::{Error, Result};
pub use svodka_text as text;

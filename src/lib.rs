//! Svodka («сводка»: digest): full-text search for Russian-language news archives, with facets for actors, source
//! outlet and cited think tank.
//!
//! The modules stand in the order data flows: [`read`] → [`clean`] → [`analyse`] → [`names`] → [`ner`] → [`extract`] →
//! [`index`] → [`query`] → [`show`], with one [`Article`] in the middle. Language and extraction do no I/O.

pub mod analyse;
pub mod article;
pub mod clean;
pub mod cli;
pub mod error;
pub mod extract;
pub mod index;
pub mod names;
pub mod ner;
pub mod query;
pub mod read;
pub mod serve;
pub mod show;

pub use article::Article;
pub use error::{Error, Result};

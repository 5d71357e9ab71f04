//! The structures that every part of Svodka shares: the input [`record::Record`], the [`Article`] that extraction
//! makes of it, and the errors that a user or the environment can cause.
//!
//! This crate must never do I/O or decide anything about language.

pub mod article;
pub mod dates;
pub mod error;
pub mod record;

pub use article::Article;

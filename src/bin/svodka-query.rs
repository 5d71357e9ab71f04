//! Searches an index.

use std::process::ExitCode;
use svodka::cli::{common::finish, query};

fn main() -> ExitCode {
    finish("svodka-query", query::parse().and_then(|args| query::run(&args)))
}

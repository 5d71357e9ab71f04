//! Searches an index.

use clap::Parser;
use std::process::ExitCode;
use svodka::cli::{common::finish, query};

fn main() -> ExitCode {
    finish("svodka-query", query::run(&query::QueryArgs::parse()))
}

//! Builds or updates an index.

use std::process::ExitCode;
use svodka::cli::{common::finish, index};

fn main() -> ExitCode {
    finish("svodka-index", index::run(&index::parse()))
}

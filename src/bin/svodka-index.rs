//! Builds or updates an index.

use std::process::ExitCode;
use svodka::cli::{common::finish, index};
use svodka_read::isolation;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|first| first == isolation::ARGUMENT).is_some() {
        // The program that started it sees that it has ended, and refuses what it was reading.
        return if isolation::serve(arguments).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    finish("svodka-index", index::run(&index::parse()))
}

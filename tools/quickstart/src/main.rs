//! The first minutes: builds the two programs, indexes the sample archive in `corpus/` into `index/` and searches it.
//!
//! Run it with `cargo quickstart`. A package without dependencies, because an example of the main package would pull in
//! its dev-dependencies and compile most crates twice.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

const NEXT: &str = r#"
Next:
  cargo install --path .                                   # svodka-index and svodka-query
  svodka-query search санкции --think-tank "Института изучения войны"
  svodka-query show 01-politexpert-isw.txt                 # an article with its evidence
  svodka-query facets think_tank                           # who is cited, and how often
  svodka-index ПАПКА --index моя && svodka-query search --index моя слово"#;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("quickstart: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    call("cargo", Command::new(cargo).args(["build", "--quiet", "--package", "svodka", "--bins"]))?;
    let programs = folder_of_programs()?;
    let index = programs.join("svodka-index");
    let query = programs.join("svodka-query");
    println!("$ svodka-index --rebuild corpus");
    call("svodka-index", Command::new(&index).args(["--rebuild", "--quiet", "corpus"]))?;
    for search in [
        ["search", "санкции", "--limit", "2", "--facets", "actor,outlet,think_tank", "--facet-size", "5"].as_slice(),
        ["search", "--cited", "ISW", "--limit", "2", "--facets", "outlet"].as_slice(),
    ] {
        println!("\n$ svodka-query {}\n", search.join(" "));
        call("svodka-query", Command::new(&query).args(search))?;
    }
    println!("{NEXT}");
    Ok(())
}

/// Where cargo puts the programs: this one's own folder, since both are built in the same profile.
fn folder_of_programs() -> Result<PathBuf, String> {
    let own = env::current_exe().map_err(|e| format!("cannot find the folder of the programs: {e}"))?;
    own.parent().map(Path::to_path_buf).ok_or_else(|| "cannot find the folder of the programs".into())
}

fn call(name: &str, command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|e| format!("cannot start {name}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed ({status})")) }
}

//! `stats` and `check`: the index as a whole.

use super::QueryArgs;
use crate::{
    cli::common::Exit,
    show::{escape, terminal},
};
use std::io::{self, Write};
use svodka_store::{Index, error::Result};

pub(super) fn stats(args: &QueryArgs, as_json: bool) -> Result<Exit> {
    let index = Index::open(&args.index)?;
    let stats = index.stats()?;
    let mut out = args.color.stdout();
    if as_json {
        serde_json::to_writer(&mut out, &stats).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        writeln!(
            out,
            "{} in {} segments, {:.1} MB on disk",
            terminal::articles(stats.articles),
            stats.segments,
            stats.bytes as f64 / 1e6
        )?;
        if let (Some(first), Some(last)) = (&stats.first_date, &stats.last_date) {
            writeln!(out, "dated {first} to {last}, {} undated", stats.undated)?;
        }
        for facet in &stats.values {
            writeln!(out, "{} values of {}", facet.1, facet.0)?;
        }
        writeln!(out, "made by {}, format {}, analyzer {}", stats.made_by, stats.format, stats.analyzer)?;
    }
    out.flush()?;
    Ok(Exit::Success)
}

pub(super) fn check(args: &QueryArgs) -> Result<Exit> {
    let checked = svodka_ingest::check(&Index::open(&args.index)?)?;
    let mut out = args.color.stdout();
    if checked.problems.is_empty() {
        writeln!(out, "{} articles: manifest, checksums, list of files and facets are correct", checked.articles)?;
        out.flush()?;
        return Ok(Exit::Success);
    }
    for problem in &checked.problems {
        writeln!(out, "{}", escape::terminal_line(problem))?;
    }
    if checked.more > 0 {
        writeln!(out, "… and {} more problems", checked.more)?;
    }
    let index = args.index.display();
    writeln!(out, "rebuild the index with: svodka-index --rebuild --index {index} FOLDER")?;
    out.flush()?;
    Ok(Exit::Failure)
}

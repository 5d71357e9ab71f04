//! `stats` and `check`: the index itself.

use super::QueryArgs;
use crate::{
    cli::common::Exit,
    error::{Error, InputError, Result},
    index::Index,
};
use std::io::{self, Write};

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
            "{} articles in {} segments, {:.1} MB on disk",
            stats.articles,
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
    let index = Index::open(&args.index)?;
    let damaged = index.damaged_files()?;
    let mut out = args.color.stdout();
    for file in &damaged {
        writeln!(out, "damaged: {}", file.display())?;
    }
    if damaged.is_empty() {
        writeln!(out, "manifest and checksums are right")?;
        out.flush()?;
        return Ok(Exit::Success);
    }
    out.flush()?;
    Err(Error::from(InputError::NotAnIndex {
        path: args.index.clone(),
        reason: format!("{} damaged files; rebuild it with svodka-index --rebuild", damaged.len()),
    }))
}

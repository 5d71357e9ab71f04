//! The report of a run and of an index: what was read, where dates and outlets came from, what was refused.

use super::common::Exit;
use crate::show::escape::terminal;
use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
    time::Duration,
};
use svodka_ingest::{FAILURES, Ingest, OddDate, OddDates, Refusals, Report};
use svodka_store::{Index, error::Result};

/// Prints how everything in an index was read.
pub(super) fn of_index(index: &Path, as_json: bool) -> Result<Exit> {
    let ingest = svodka_ingest::ingest(&Index::open(index)?)?;
    let mut out = io::stdout().lock();
    if as_json {
        serde_json::to_writer(&mut out, &ingest).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(Exit::Success);
    }
    let further = if ingest.duplicates > 0 { format!(", {} duplicates", ingest.duplicates) } else { String::new() };
    writeln!(out, "{} articles from {} files{further}", ingest.articles, ingest.files)?;
    print_ingest(&mut out, &ingest)?;
    if ingest.refused.total > 0 {
        writeln!(out, "{} refused, listed in {}", ingest.refused.total, index.join(FAILURES).display())?;
    }
    Ok(Exit::Success)
}

/// Prints the report of a run as JSON.
pub(super) fn print_json(report: &Report, took: Duration) -> Result<()> {
    let object = serde_json::json!({
        "articles": report.progress.articles, "bytes": report.progress.bytes, "added": report.added,
        "changed": report.changed, "removed": report.removed, "corrected": report.corrected, "upgraded": report.upgraded, "unchanged": report.unchanged,
        "duplicates": report.duplicates, "repeated": report.repeated, "shared_ids": report.shared_ids,
        "files": {"read": report.files_read, "unchanged": report.files_unchanged, "gone": report.files_gone,
                  "moved": report.files_moved},
        "refused": report.ingest.refused, "ingest": ingest_json(&report.ingest),
        "odd_dates": report.odd_dates, "interrupted": report.interrupted, "seconds": took.as_secs_f64(),
    });
    writeln!(io::stdout(), "{object}")?;
    Ok(())
}

fn ingest_json(ingest: &Ingest) -> serde_json::Value {
    serde_json::json!({
        "formats": ingest.formats, "encodings": ingest.encodings, "dates": ingest.dates, "outlets": ingest.outlets,
        "files": ingest.files, "articles": ingest.articles, "duplicates": ingest.duplicates,
    })
}

/// Prints the report of a run for people.
pub(super) fn print_report(report: &Report, took: Duration, index: &Path) -> Result<()> {
    let mut err = io::stderr().lock();
    let seconds = took.as_secs_f64().max(1e-3);
    let megabytes = report.progress.bytes as f64 / 1e6;
    let removed = if report.removed > 0 { format!(", {} removed", report.removed) } else { String::new() };
    writeln!(
        err,
        "{} articles ({megabytes:.1} MB) in {seconds:.1} s, {:.1} MB/s: {} added, {} changed, {} unchanged{removed}",
        report.progress.articles,
        megabytes / seconds,
        report.added,
        report.changed,
        report.unchanged,
    )?;
    let files = [
        (report.files_read, "read"),
        (report.files_unchanged, "unchanged, not read"),
        (report.files_moved, "moved"),
        (report.files_gone, "gone"),
    ];
    let files: Vec<String> = files.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if !files.is_empty() {
        writeln!(err, "files: {}", files.join(", "))?;
    }
    if report.reads_everything_again {
        writeln!(err, "the readers have changed since the index was made: all its files are read again")?;
    }
    if report.upgraded > 0 {
        writeln!(err, "{} articles of an earlier version brought up to date", report.upgraded)?;
    }
    if report.corrected > 0 {
        writeln!(err, "{} articles of earlier runs corrected by the gazetteer", report.corrected)?;
    }
    if report.duplicates > 0 {
        writeln!(err, "{} duplicates: each article is kept once, with all its paths", report.duplicates)?;
    }
    for (id, earlier, later) in &report.repeats {
        let line = format!("repeated id {id}: {later} replaces {earlier}");
        writeln!(err, "{}", terminal(&line))?;
    }
    let more = report.repeated.saturating_sub(report.repeats.len() as u64);
    if more > 0 {
        writeln!(err, "… and {more} more repeated ids")?;
    }
    if report.shared_ids > 0 {
        writeln!(err, "{} articles have an id that others have too: name them as SOURCE#ID", report.shared_ids)?;
    }
    print_odd_dates(&mut err, &report.odd_dates)?;
    if report.files_read > 0 {
        print_ingest(&mut err, &report.ingest)?;
    }
    drop(err);
    list_refusals(&report.ingest.refused, index)
}

/// Prints how everything in an index was read.
pub(super) fn print_ingest(out: &mut dyn Write, ingest: &Ingest) -> Result<()> {
    let counts = [
        ("formats", &ingest.formats),
        ("encodings", &ingest.encodings),
        ("dates from", &ingest.dates),
        ("outlets from", &ingest.outlets),
        ("refused", &ingest.refused.reasons),
    ];
    for (name, counts) in counts {
        if !counts.is_empty() {
            writeln!(out, "{name}: {}", terminal(&list(counts)))?;
        }
    }
    Ok(())
}

/// `text 12, html 3`, the most frequent first.
fn list(counts: &BTreeMap<String, u64>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    counts.into_iter().map(|(name, n)| format!("{name} {n}")).collect::<Vec<_>>().join(", ")
}

/// Lists the first implausible dates.
pub(super) fn print_odd_dates(out: &mut dyn Write, dates: &OddDates) -> Result<()> {
    for OddDate { path, date, why } in &dates.listed {
        writeln!(out, "date {}", terminal(&format!("{why}: «{date}» in {path}")))?;
    }
    let more = dates.total.saturating_sub(dates.listed.len() as u64);
    if more > 0 {
        writeln!(out, "… and {more} more implausible dates")?;
    }
    Ok(())
}

/// Lists the first refused inputs, and where to find the others.
pub(super) fn list_refusals(refused: &Refusals, index: &Path) -> Result<()> {
    let mut err = io::stderr().lock();
    for refusal in &refused.listed {
        writeln!(err, "refused {}: {}", terminal(&refusal.path), terminal(&refusal.reason))?;
    }
    let more = refused.total.saturating_sub(refused.listed.len() as u64);
    if more > 0 {
        writeln!(err, "… and {more} more refused; all of them: {}", index.join(FAILURES).display())?;
    }
    Ok(())
}

/// Says how to continue a run that was stopped.
pub(super) fn print_resume_hint(rebuild: bool) -> Result<()> {
    let how = if rebuild {
        "stopped: the index is unchanged; run the same command again to rebuild it"
    } else {
        "stopped: everything read so far is in the index; run the same command again to continue"
    };
    writeln!(io::stderr(), "{how}")?;
    Ok(())
}

//! `svodka-index`: builds or updates an index from files and folders.

use super::common::{Color, Exit, stderr_is_terminal};
use crate::{
    error::{InputError, Result},
    index::{BuildOptions, Extracted, Input, Progress, Report, build, extract_all},
    names::Lexicon,
    read::{Every, FieldMap, ReadOptions, Refusal},
    show::{escape::terminal, json::Articles, terminal},
};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{self, Write},
    ops::ControlFlow,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Builds or updates a search index of Russian-language news articles.
///
/// Reads text, Markdown, HTML, JSON, JSON Lines, CSV, feeds, WARC and MediaWiki dumps, also inside zip, tar, gzip,
/// bzip2 and zstd, in any Cyrillic encoding; finds actors, source outlets and cited sources, and writes an index that
/// svodka-query searches. Running it again reads only what has changed.
#[derive(Debug, Parser)]
#[command(name = "svodka-index", version, max_term_width = 100)]
pub struct IndexArgs {
    /// Files and folders to read; `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The index folder.
    #[arg(long, value_name = "DIR", default_value = "index", env = "SVODKA_INDEX")]
    index: PathBuf,
    /// Start afresh instead of updating.
    #[arg(long)]
    rebuild: bool,
    /// Extract and print, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: print one article object a line; without: print the report as JSON.
    #[arg(long)]
    json: bool,
    /// With --dry-run --json: name the rule behind every cited source.
    #[arg(long)]
    explain: bool,
    /// Which fields of JSON and CSV records mean what, where it is not guessed: title=headline,text=body,…
    #[arg(long, value_name = "FIELD=NAME,…")]
    map: Option<String>,
    /// Extraction threads [default: one per core].
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Memory for index buffers, e.g. 200M or 1G.
    #[arg(long, value_name = "SIZE", default_value = "200M")]
    memory: String,
    /// No progress and no report, only errors.
    #[arg(long, short)]
    quiet: bool,
    /// When to use colour.
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

/// Work shorter than this shows no progress.
const QUICK: Duration = Duration::from_secs(1);

/// Refused inputs listed on the terminal before the rest is only counted.
const LISTED: usize = 20;

/// Runs `svodka-index`.
///
/// # Errors
/// Whatever keeps the job from being done.
pub fn run(args: &IndexArgs) -> Result<Exit> {
    let lexicon = Lexicon::bundled();
    let jobs = args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    if args.dry_run {
        return dry_run(args, jobs, lexicon);
    }
    let options = BuildOptions {
        paths: args.paths.clone(),
        index: args.index.clone(),
        rebuild: args.rebuild,
        jobs,
        reading: reading(args)?,
        memory: memory(&args.memory)?,
    };
    let start = Instant::now();
    let mut meter = Meter::new(!args.quiet);
    let report = build(&options, lexicon, &mut |progress| meter.show(progress));
    meter.clear();
    let report = report?;
    if args.json {
        print_json(&report, start.elapsed())?;
    }
    if !args.quiet {
        print_report(&report, start.elapsed(), args)?;
    } else {
        list_refusals(&report.refusals)?;
    }
    Ok(if report.refusals.is_empty() { Exit::Success } else { Exit::Partly })
}

fn dry_run(args: &IndexArgs, jobs: usize, lexicon: &Lexicon) -> Result<Exit> {
    let mut out = args.color.stdout();
    let articles = Articles::new(lexicon, args.explain);
    let width = terminal::width();
    let mut refusals = Vec::new();
    let options = reading(args)?;
    let input = Input { paths: &args.paths, which: &Every, options: &options, jobs };
    extract_all(&input, lexicon, &mut |extracted| {
        match extracted {
            Extracted::Refused(refusal) => refusals.push(refusal),
            Extracted::Begin(_) | Extracted::Done(_) => {}
            Extracted::Article(found) if args.json => {
                serde_json::to_writer(&mut out, &articles.object(&found.article)).map_err(io::Error::from)?;
                writeln!(out)?;
            }
            Extracted::Article(found) => {
                terminal::article(&mut out, &found.article, width, args.color.marking())?;
                writeln!(out, "\n{}\n", "─".repeat(width))?;
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    out.flush()?;
    list_refusals(&refusals)?;
    Ok(if refusals.is_empty() { Exit::Success } else { Exit::Partly })
}

/// How to read, by what was typed.
fn reading(args: &IndexArgs) -> Result<ReadOptions> {
    let fields = args.map.as_deref().unwrap_or_default();
    let fields = FieldMap::parse(fields).map_err(|reason| InputError::BadOption { option: "--map".into(), reason })?;
    Ok(ReadOptions { fields, passed_over: args.index.canonicalize().ok() })
}

/// Draws progress once the work has taken a second.
struct Meter {
    bar: Option<ProgressBar>,
    wanted: bool,
    start: Instant,
}

impl Meter {
    fn new(wanted: bool) -> Self {
        Self { bar: None, wanted: wanted && stderr_is_terminal(), start: Instant::now() }
    }

    fn show(&mut self, progress: Progress) {
        if !self.wanted || self.start.elapsed() < QUICK {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        let seconds = self.start.elapsed().as_secs_f64();
        let megabytes = progress.bytes as f64 / 1e6;
        bar.set_message(format!(
            "{} articles, {megabytes:.0} MB, {:.0} articles/s, {:.1} MB/s{}",
            progress.articles,
            progress.articles as f64 / seconds,
            megabytes / seconds,
            if progress.refused > 0 { format!(", {} refused", progress.refused) } else { String::new() },
        ));
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn print_json(report: &Report, took: Duration) -> Result<()> {
    let object = serde_json::json!({
        "articles": report.progress.articles, "bytes": report.progress.bytes, "added": report.added,
        "changed": report.changed, "unchanged": report.unchanged, "refused": report.refusals,
        "repeated": report.repeated.len(), "seconds": took.as_secs_f64(),
    });
    writeln!(io::stdout(), "{object}")?;
    Ok(())
}

fn print_report(report: &Report, took: Duration, args: &IndexArgs) -> Result<()> {
    let mut err = io::stderr().lock();
    let seconds = took.as_secs_f64().max(1e-3);
    let megabytes = report.progress.bytes as f64 / 1e6;
    writeln!(
        err,
        "{} articles ({megabytes:.1} MB) in {seconds:.1} s, {:.1} MB/s: {} added, {} changed, {} unchanged",
        report.progress.articles,
        megabytes / seconds,
        report.added,
        report.changed,
        report.unchanged,
    )?;
    for (id, earlier, later) in report.repeated.iter().take(LISTED) {
        let line = format!("repeated id {id}: {later} stands, {earlier} was replaced");
        writeln!(err, "{}", terminal(&line))?;
    }
    if report.repeated.len() > LISTED {
        writeln!(err, "… and {} more repeated ids", report.repeated.len() - LISTED)?;
    }
    drop(err);
    list_refusals(&report.refusals)?;
    if report.refusals.len() > LISTED {
        writeln!(io::stderr(), "all of them: {}", args.index.join("failures.jsonl").display())?;
    }
    Ok(())
}

fn list_refusals(refusals: &[Refusal]) -> Result<()> {
    let mut err = io::stderr().lock();
    for refusal in refusals.iter().take(LISTED) {
        writeln!(err, "refused {}: {}", terminal(&refusal.path), terminal(&refusal.reason))?;
    }
    if refusals.len() > LISTED {
        writeln!(err, "… and {} more refused", refusals.len() - LISTED)?;
    }
    Ok(())
}

/// A size with an optional K, M or G.
fn memory(text: &str) -> Result<usize> {
    let wrong =
        || InputError::BadOption { option: format!("--memory {text}"), reason: "say a size such as 200M or 1G".into() };
    let (digits, unit) = match text.trim_end_matches(['b', 'B']).strip_suffix(['k', 'K', 'm', 'M', 'g', 'G']) {
        Some(digits) if text.contains(['g', 'G']) => (digits, 1 << 30),
        Some(digits) if text.contains(['m', 'M']) => (digits, 1 << 20),
        Some(digits) => (digits, 1 << 10),
        None => (text, 1),
    };
    let number: usize = digits.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(unit).filter(|bytes| *bytes > 0).ok_or_else(|| wrong().into())
}

#[cfg(test)]
mod tests {
    use super::memory;

    #[test]
    fn sizes() {
        assert_eq!(memory("200M").unwrap(), 200 << 20);
        assert_eq!(memory("1GB").unwrap(), 1 << 30);
        assert!(memory("viel").is_err() && memory("0").is_err());
    }
}

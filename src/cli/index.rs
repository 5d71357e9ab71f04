//! `svodka-index`: builds or updates an index from files and folders.

use super::{
    account,
    common::{Color, Exit},
    gazetteer, help,
    preview::Preview,
    progress::Meter,
    values, watch,
};
use crate::show::{escape, json::Articles, terminal};
use clap::{FromArgMatches, Parser};
use std::{
    io::{self, Write},
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};
use svodka_ingest::{BuildOptions, COMMIT_EVERY, Extracted, Input, OddDates, Refusals, Report, build, extract_all};
use svodka_model::error::{EnvironmentError, InputError};
use svodka_read::{Every, FieldMap, ReadOptions, is_stdin, isolation::Workers};
use svodka_store::{
    error::{Error, Result},
    extraction_lexicon, read_gazetteer,
};
use svodka_text::names::Lexicon;

/// Builds or updates a search index of Russian-language news articles.
///
/// Reads text, Markdown, HTML, JSON, JSON Lines, CSV, feeds, WARC and MediaWiki dumps, also inside zip, tar, gzip,
/// bzip2 and zstd archives, in any Cyrillic encoding. Finds actors, source outlets and cited sources, and writes an
/// index that svodka-query searches. Running it again reads only what has changed.
#[derive(Debug, Parser)]
#[command(name = "svodka-index", version, max_term_width = 100)]
pub struct IndexArgs {
    /// Files and folders to read; `-` for standard input. None: bring an index made by an earlier version up to date.
    #[arg(required_if_eq_any([("rebuild", "true"), ("watch", "true"), ("dry_run", "true")]), value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The index folder.
    #[arg(long, value_name = "DIR", default_value = "index", env = "SVODKA_INDEX")]
    index: PathBuf,
    /// Build the index from scratch instead of updating it; the old one keeps answering until the new one is complete.
    #[arg(long, help_heading = "What to read")]
    rebuild: bool,
    /// Keep articles whose files no longer exist.
    #[arg(long, help_heading = "What to read")]
    keep_missing: bool,
    /// Retry inputs that were refused before, even if they have not changed.
    #[arg(long, help_heading = "What to read")]
    retry_failed: bool,
    /// Read only files changed since a day (2026-11-22), a time (2026-11-22T10:00:00Z) or an age (7d, 12h, 30m).
    #[arg(long, value_name = "WHEN", help_heading = "What to read")]
    since: Option<String>,
    /// Keep running: watch the folders and index every change until stopped.
    #[arg(long, conflicts_with_all = ["dry_run", "rebuild"], help_heading = "What to read")]
    watch: bool,
    /// Map record fields of JSON and CSV that are not recognised: title=headline,text=body,…
    #[arg(long, value_name = "FIELD=NAME,…", help_heading = "How to read it")]
    map: Option<String>,
    /// Your own names and corrections, in addition to gazetteer.toml in the index folder (repeatable).
    #[arg(long, value_name = "FILE", help_heading = "How to read it")]
    gazetteer: Vec<PathBuf>,
    /// Extract and print the articles; write nothing.
    #[arg(long, help_heading = "Output")]
    dry_run: bool,
    /// Show which kinds of files there are, the first articles of each, and what would be refused; write nothing.
    #[arg(long, conflicts_with_all = ["dry_run", "watch", "rebuild"], help_heading = "Output")]
    preview: bool,
    /// Print the report as JSON; with --dry-run, one article object per line.
    #[arg(long, help_heading = "Output")]
    json: bool,
    /// With --dry-run --json: name the rule behind the outlet, each cited source and each boilerplate line.
    #[arg(long, requires = "dry_run", help_heading = "Output")]
    explain: bool,
    /// Print only errors: no progress, no report.
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
    /// When to use colour.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    color: Color,
    /// Number of extraction threads [default: one per core].
    #[arg(long, value_name = "N", help_heading = "Resources")]
    jobs: Option<usize>,
    /// Memory budget, e.g. 600M or 2G, at least 256M: what dictionaries and texts leave goes to index buffers.
    #[arg(long, value_name = "SIZE", default_value = "700M", help_heading = "Resources")]
    memory: String,
    /// Articles between commits: a killed run loses less with a smaller number, but takes longer.
    #[arg(long, value_name = "N", default_value_t = COMMIT_EVERY,
        value_parser = clap::value_parser!(u64).range(1..), help_heading = "Resources")]
    commit_every: u64,
}

/// The command line; help, version and mistakes end the program.
#[must_use]
pub fn parse() -> IndexArgs {
    let matches = help::index_command().get_matches();
    IndexArgs::from_arg_matches(&matches).unwrap_or_else(|e| e.exit())
}

/// Runs `svodka-index`.
///
/// # Errors
/// Whatever keeps the job from being done.
pub fn run(args: &IndexArgs) -> Result<Exit> {
    let names = read_gazetteer(&args.index, &args.gazetteer)?;
    let lexicon = extraction_lexicon(&names)?;
    if args.preview {
        return Preview::of(&args.paths, &reading(args)?, lexicon)?.print(&mut args.color.stdout());
    }
    if args.dry_run {
        return dry_run(args, lexicon);
    }
    if !args.rebuild {
        for warning in gazetteer::warnings(&args.index, &names)? {
            writeln!(io::stderr(), "svodka-index: {}", escape::terminal_line(&warning))?;
        }
    }
    let stop = stop_on_signals()?;
    let options = BuildOptions { gazetteer: names, ..options(args, stop)? };
    let report = run_once(args, &options, lexicon)?;
    if report.interrupted {
        return Ok(Exit::Interrupted);
    }
    if args.watch {
        watch::follow(&options, &mut || {
            let report =
                run_once(args, &BuildOptions { since: None, retry_failed: false, ..options.clone() }, lexicon)?;
            Ok(!report.interrupted)
        })?;
        return Ok(Exit::Interrupted);
    }
    Ok(if report.ingest.refused.total == 0 { Exit::Success } else { Exit::Partly })
}

fn run_once(args: &IndexArgs, options: &BuildOptions, lexicon: &Lexicon) -> Result<Report> {
    let start = Instant::now();
    let mut meter = Meter::new(!args.quiet);
    let report = build(options, lexicon, &mut |progress| meter.show(progress));
    meter.clear();
    let report = report?;
    if args.json {
        account::print_json(&report, start.elapsed())?;
    }
    if args.quiet {
        account::list_refusals(&report.ingest.refused, &args.index)?;
    } else {
        account::print_report(&report, start.elapsed(), &args.index)?;
    }
    if report.interrupted {
        account::print_resume_hint(args.rebuild)?;
    }
    Ok(report)
}

/// A flag set by the first signal to stop; a second signal ends the program at once.
fn stop_on_signals() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let outcome = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    outcome.map_err(|e| Error::Bug(format!("cannot wait for signals: {e}")))?;
    writing_too_much_is_an_error()?;
    Ok(stop)
}

/// A limit of the system on the size of files (`ulimit -f`) ends a program by a signal, unless the signal is caught: then
/// the write fails, and the error says which file.
#[cfg(unix)]
fn writing_too_much_is_an_error() -> Result<()> {
    let outcome = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    outcome.map(drop).map_err(|e| Error::Bug(format!("cannot catch signals: {e}")))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
fn writing_too_much_is_an_error() -> Result<()> {
    Ok(())
}

fn options(args: &IndexArgs, stop: Arc<AtomicBool>) -> Result<BuildOptions> {
    if args.watch && args.paths.iter().any(|path| is_stdin(path)) {
        let reason = "standard input cannot be watched; give files or folders".into();
        return Err(InputError::BadOption { option: "--watch".into(), reason }.into());
    }
    Ok(BuildOptions {
        paths: args.paths.clone(),
        index: args.index.clone(),
        rebuild: args.rebuild,
        keep_missing: args.keep_missing,
        retry_failed: args.retry_failed,
        since: args.since.as_deref().map(values::since).transpose()?,
        jobs: values::threads(args.jobs)?,
        reading: reading(args)?,
        memory: values::memory(&args.memory)?,
        gazetteer: String::new(),
        commit_every: args.commit_every,
        stop,
    })
}

fn dry_run(args: &IndexArgs, lexicon: &Lexicon) -> Result<Exit> {
    let mut out = args.color.stdout();
    let articles = Articles::new(lexicon, args.explain);
    let width = terminal::width();
    let (mut refused, mut odd_dates) = (Refusals::default(), OddDates::default());
    let options = reading(args)?;
    let (jobs, stop) = (values::threads(args.jobs)?, AtomicBool::new(false));
    let input = Input { paths: &args.paths, which: &Every, options: &options, jobs, terms: false, stop: &stop };
    extract_all(&input, lexicon, &mut |extracted| {
        match extracted {
            Extracted::Refused(refusal) => refused.add(&refusal),
            Extracted::Begin(_) | Extracted::Done(_) => {}
            Extracted::Article(found) if args.json => {
                odd_dates.note(&found.article, found.metadata.stated_date());
                serde_json::to_writer(&mut out, &articles.object(&found.article)).map_err(io::Error::from)?;
                writeln!(out)?;
            }
            Extracted::Article(found) => {
                odd_dates.note(&found.article, found.metadata.stated_date());
                terminal::article(&mut out, &found.article, width, args.color.marking())?;
                writeln!(out, "\n{}\n", "─".repeat(width))?;
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    out.flush()?;
    account::print_odd_dates(&mut io::stderr().lock(), &odd_dates)?;
    account::list_refusals(&refused, &args.index)?;
    Ok(if refused.total == 0 { Exit::Success } else { Exit::Partly })
}

/// How to understand the inputs.
fn reading(args: &IndexArgs) -> Result<ReadOptions> {
    let fields = args.map.as_deref().unwrap_or_default();
    let fields = FieldMap::parse(fields).map_err(|reason| InputError::BadOption { option: "--map".into(), reason })?;
    let workers = Workers::of_this_program().map(Arc::new);
    Ok(ReadOptions { fields, excluded: own_folder(args)?, workers })
}

/// The absolute path of the index folder, which is never read as input.
fn own_folder(args: &IndexArgs) -> Result<Option<PathBuf>> {
    let absolute = std::path::absolute(&args.index);
    let absolute = absolute.map_err(|source| EnvironmentError::Io { path: args.index.clone(), source })?;
    Ok(Some(args.index.canonicalize().unwrap_or(absolute)))
}

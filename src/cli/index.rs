//! `svodka-index`: builds or updates an index from files and folders.

use super::{
    account,
    common::{Color, Exit, stderr_is_terminal},
    preview::Preview,
    watch,
};
use crate::show::{json::Articles, terminal};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{self, Write},
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use svodka_ingest::{
    BuildOptions, COMMIT_EVERY, Extracted, Input, Phase, Progress, Refusals, Report, build, extract_all,
};
use svodka_model::error::{EnvironmentError, InputError};
use svodka_read::{Every, FieldMap, ReadOptions, is_stdin};
use svodka_store::{
    error::{Error, Result},
    extraction_lexicon, read_gazetteer,
};
use svodka_text::names::Lexicon;

/// Builds or updates a search index of Russian-language news articles.
///
/// Reads text, Markdown, HTML, JSON, JSON Lines, CSV, feeds, WARC and MediaWiki dumps, also inside zip, tar, gzip,
/// bzip2 and zstd, in any Cyrillic encoding; finds actors, source outlets and cited sources, and writes an index that
/// svodka-query searches. Running it again reads only what has changed.
///
/// Exit status: 0 everything was read, 1 some inputs were refused, 2 the job could not be done, 130 stopped by a
/// signal with everything up to there kept.
#[derive(Debug, Parser)]
#[command(name = "svodka-index", version, max_term_width = 100)]
pub struct IndexArgs {
    /// Files and folders to read; `-` for standard input. None: bring an index made by an earlier version up to date.
    #[arg(required_if_eq_any([("rebuild", "true"), ("watch", "true"), ("dry_run", "true")]), value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The index folder.
    #[arg(long, value_name = "DIR", default_value = "index", env = "SVODKA_INDEX")]
    index: PathBuf,
    /// Start afresh instead of updating.
    #[arg(long)]
    rebuild: bool,
    /// Keep articles whose files are gone.
    #[arg(long)]
    keep_missing: bool,
    /// Read again what was refused before, though it has not changed.
    #[arg(long)]
    retry_failed: bool,
    /// Read only files changed since a day (2026-11-22), a time (2026-11-22T10:00:00Z) or a while ago (7d, 12h, 30m).
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Go on after that: follow the folders and take in every change until stopped.
    #[arg(long, conflicts_with_all = ["dry_run", "rebuild"])]
    watch: bool,
    /// Extract and print, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Only look: which kinds of files there are, the first articles of each, what would be refused.
    #[arg(long, conflicts_with_all = ["dry_run", "watch", "rebuild"])]
    preview: bool,
    /// With --dry-run: print one article object a line; without: print the report as JSON.
    #[arg(long)]
    json: bool,
    /// With --dry-run --json: name the rule behind the outlet, every cited source, its channel and all boilerplate.
    #[arg(long)]
    explain: bool,
    /// Which fields of JSON and CSV records mean what, where it is not guessed: title=headline,text=body,…
    #[arg(long, value_name = "FIELD=NAME,…")]
    map: Option<String>,
    /// A file of your own names and corrections, beside gazetteer.toml in the index folder.
    #[arg(long, value_name = "FILE")]
    gazetteer: Vec<PathBuf>,
    /// Extraction threads [default: one per core].
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Memory to work with, e.g. 600M or 2G: what dictionaries and texts leave of it is for index buffers.
    #[arg(long, value_name = "SIZE", default_value = "700M")]
    memory: String,
    /// Articles between commits: less is lost when the program is killed, more time is spent.
    #[arg(long, value_name = "N", default_value_t = COMMIT_EVERY, hide = true)]
    commit_every: u64,
    /// No progress and no report, only errors.
    #[arg(long, short)]
    quiet: bool,
    /// When to use colour.
    #[arg(long, value_enum, default_value_t)]
    color: Color,
}

/// Work shorter than this shows no progress.
const QUICK: Duration = Duration::from_secs(1);

/// Runs `svodka-index`.
///
/// # Errors
/// Whatever keeps the job from being done.
pub fn run(args: &IndexArgs) -> Result<Exit> {
    let gazetteer = read_gazetteer(&args.index, &args.gazetteer)?;
    let lexicon = extraction_lexicon(&gazetteer)?;
    if args.preview {
        return Preview::of(&args.paths, &reading(args)?, lexicon)?.print(&mut args.color.stdout());
    }
    if args.dry_run {
        return dry_run(args, lexicon);
    }
    let stop = stop_on_signals()?;
    let options = BuildOptions { gazetteer, ..options(args, stop)? };
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
        account::say_how_to_go_on(args.rebuild)?;
    }
    Ok(report)
}

/// A flag that a signal to end sets; a second signal ends the program at once.
fn stop_on_signals() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let outcome = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    outcome.map_err(|e| Error::Bug(format!("cannot wait for signals: {e}")))?;
    Ok(stop)
}

fn options(args: &IndexArgs, stop: Arc<AtomicBool>) -> Result<BuildOptions> {
    if args.watch && args.paths.iter().any(|path| is_stdin(path)) {
        let reason = "standard input cannot be followed; name files and folders".into();
        return Err(InputError::BadOption { option: "--watch".into(), reason }.into());
    }
    Ok(BuildOptions {
        paths: args.paths.clone(),
        index: args.index.clone(),
        rebuild: args.rebuild,
        keep_missing: args.keep_missing,
        retry_failed: args.retry_failed,
        since: args.since.as_deref().map(since).transpose()?,
        jobs: jobs(args),
        reading: reading(args)?,
        memory: memory(&args.memory)?,
        gazetteer: String::new(),
        commit_every: args.commit_every.max(1),
        stop,
    })
}

fn jobs(args: &IndexArgs) -> usize {
    args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

fn dry_run(args: &IndexArgs, lexicon: &Lexicon) -> Result<Exit> {
    let mut out = args.color.stdout();
    let articles = Articles::new(lexicon, args.explain);
    let width = terminal::width();
    let mut refused = Refusals::default();
    let options = reading(args)?;
    let (jobs, stop) = (jobs(args), AtomicBool::new(false));
    let input = Input { paths: &args.paths, which: &Every, options: &options, jobs, terms: false, stop: &stop };
    extract_all(&input, lexicon, &mut |extracted| {
        match extracted {
            Extracted::Refused(refusal) => refused.add(&refusal),
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
    account::list_refusals(&refused, &args.index)?;
    Ok(if refused.total == 0 { Exit::Success } else { Exit::Partly })
}

/// How to read, by what was typed.
fn reading(args: &IndexArgs) -> Result<ReadOptions> {
    let fields = args.map.as_deref().unwrap_or_default();
    let fields = FieldMap::parse(fields).map_err(|reason| InputError::BadOption { option: "--map".into(), reason })?;
    Ok(ReadOptions { fields, excluded: excluded(args)? })
}

/// The index folder, whether it is there already or not.
fn excluded(args: &IndexArgs) -> Result<Option<PathBuf>> {
    let absolute = std::path::absolute(&args.index);
    let absolute = absolute.map_err(|source| EnvironmentError::Io { path: args.index.clone(), source })?;
    Ok(Some(args.index.canonicalize().unwrap_or(absolute)))
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
        if let Phase::Upgrading { done, total } = progress.phase {
            bar.set_message(format!("bringing the index up to date: {done} of {total} articles"));
            return;
        }
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

/// A point in time, in nanoseconds since 1970: a day (its beginning in UTC), a time, or a while ago.
fn since(text: &str) -> Result<u64> {
    let text = text.trim();
    let ago = |unit: char, seconds: i64| {
        let number = text.strip_suffix(unit)?.parse::<i64>().ok()?;
        jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_secs(number.checked_mul(seconds)?)).ok()
    };
    let day = || {
        let day = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10)?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    let time = || text.parse::<jiff::Timestamp>().ok();
    let while_ago = || [('d', 86_400), ('h', 3600), ('m', 60)].into_iter().find_map(|(unit, s)| ago(unit, s));
    let at = day().or_else(time).or_else(while_ago).ok_or_else(|| InputError::BadOption {
        option: format!("--since {text}"),
        reason: "say a day (2026-11-22), a time (2026-11-22T10:00:00Z) or a while ago (7d, 12h, 30m)".into(),
    })?;
    Ok(u64::try_from(at.as_nanosecond()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{memory, since};

    #[test]
    fn sizes() {
        assert_eq!(memory("200M").unwrap(), 200 << 20);
        assert_eq!(memory("1GB").unwrap(), 1 << 30);
        assert!(memory("viel").is_err() && memory("0").is_err());
    }

    #[test]
    fn points_in_time() {
        assert_eq!(since("1970-01-02").unwrap(), 86_400_000_000_000);
        assert_eq!(since("1970-01-01T03:00:01+03:00").unwrap(), 1_000_000_000);
        let (day, hours) = (since("1d").unwrap(), since("24h").unwrap());
        assert!(hours.abs_diff(day) < 1_000_000_000 && day > since("2d").unwrap());
        assert!(since("вчера").is_err() && since("7").is_err());
    }
}

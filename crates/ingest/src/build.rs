//! Building and updating: looks what has changed, reads only that, and leaves every article in the index once.
//!
//! Readers are never blocked, and see each commit whole or not at all. What a run has committed is good: one that was
//! stopped or killed is gone on with by running the same command again.

use crate::{
    Input,
    catalogue::watermark,
    housekeeping::{free_segments_name, lock, sweep, sweep_segments},
    ingest::Ingest,
    pipeline::extract_knowing,
    survey::{Survey, Wanted, Wish, is_under, survey},
    update::Update,
};
use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use svodka_read::{ReadOptions, absolute, is_stdin};
use svodka_store::error::{Error, Result};
use svodka_store::{
    LINES, Manifest,
    open::{create_segments, open_segments},
};
use svodka_text::names::Lexicon;

/// Articles between commits: seldom enough to cost nothing, often enough that little is lost with the power.
pub const COMMIT_EVERY: u64 = 100_000;

/// Readings that follow from readings: what vanished may bring back an equal article of another file. Whatever is
/// still to be read after that, the next run reads.
const PASSES: usize = 4;

/// How to build an index; every value checked.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Files and folders to read.
    pub paths: Vec<PathBuf>,
    /// The index folder.
    pub index: PathBuf,
    /// Start afresh, whatever is there.
    pub rebuild: bool,
    /// Keep articles whose files are gone.
    pub keep_missing: bool,
    /// Read again what was refused, though its file is unchanged.
    pub retry_failed: bool,
    /// Read only files changed at or after this, in nanoseconds since 1970.
    pub since: Option<u64>,
    /// How to understand what is read.
    pub reading: ReadOptions,
    /// Extraction threads.
    pub jobs: usize,
    /// Memory for the writer's buffers, in bytes.
    pub memory: usize,
    /// Text of the user's gazetteer.
    pub gazetteer: String,
    /// Articles between commits.
    pub commit_every: u64,
    /// Set from outside to stop the run: it then commits what is done.
    pub stop: Arc<AtomicBool>,
}

impl BuildOptions {
    /// What a plain update of `index` by what is in `paths` needs.
    #[must_use]
    pub fn new(paths: Vec<PathBuf>, index: PathBuf) -> Self {
        Self {
            paths,
            index,
            rebuild: false,
            keep_missing: false,
            retry_failed: false,
            since: None,
            reading: ReadOptions::default(),
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            memory: 200 << 20,
            gazetteer: String::new(),
            commit_every: COMMIT_EVERY,
            stop: Arc::default(),
        }
    }
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Articles seen.
    pub articles: u64,
    /// Bytes of their text.
    pub bytes: u64,
    /// Inputs refused.
    pub refused: u64,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How much was read.
    pub progress: Progress,
    /// Files read.
    pub files_read: u64,
    /// Files that are as they were, and were not read.
    pub files_unchanged: u64,
    /// Files that are gone.
    pub files_gone: u64,
    /// Files that lie elsewhere now.
    pub files_moved: u64,
    /// Articles new to the index.
    pub added: u64,
    /// Articles that replaced an older version.
    pub changed: u64,
    /// Articles taken out.
    pub removed: u64,
    /// Articles of earlier runs that a changed gazetteer has changed.
    pub corrected: u64,
    /// Articles that stood in the index already, just so.
    pub unchanged: u64,
    /// Articles read for which an equal one stands.
    pub duplicates: u64,
    /// Articles whose id was met again, and the first of them: id, earlier place, later place (which stands).
    pub repeated: u64,
    /// See `repeated`.
    pub repeats: Vec<(String, String, String)>,
    /// How everything in the index was read, and what was refused.
    pub ingest: Ingest,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
}

/// Builds or updates the index. `progress` is called after every article.
///
/// # Errors
/// The index folder cannot be used, another indexer is at work, or storage fails. Bad inputs are in the report.
pub fn build(options: &BuildOptions, lexicon: &Lexicon, progress: &mut dyn FnMut(Progress)) -> Result<Report> {
    svodka_read::check_paths(&options.paths)?;
    let folder = &options.index;
    let old = Manifest::read(folder);
    let old = if options.rebuild { old.or_else(ignore_unreadable_manifest)? } else { old? };
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    let _lock = lock(folder)?;
    if let Some(manifest) = old.filter(|_| !options.rebuild) {
        manifest.check(folder, true)?;
        sweep(folder, &manifest.segments);
        let segments = manifest.segments_in(folder);
        let index = open_segments(&segments)?;
        let catalogue = watermark(&index)?.map(|mark| mark.catalogue).unwrap_or_default();
        sweep_segments(&segments, &catalogue, &index)?;
        let mut update = Update::new(options, &index, &segments)?;
        if manifest.gazetteer != options.gazetteer {
            update.reresolve(&manifest.gazetteer, lexicon)?;
            Manifest { gazetteer: options.gazetteer.clone(), ..manifest }.write(folder)?;
        }
        return run(update, options, lexicon, progress);
    }
    if !options.rebuild {
        sweep(folder, "");
    }
    // What earlier archives repeated says nothing of this one.
    let _ = std::fs::remove_file(folder.join(LINES));
    let current = Manifest::current(free_segments_name(folder));
    let manifest = Manifest { gazetteer: options.gazetteer.clone(), ..current };
    let segments = manifest.segments_in(folder);
    let outcome = create_segments(&segments).and_then(|index| {
        let mut update = Update::new(options, &index, &segments)?;
        if !options.rebuild {
            update.publish(&manifest);
        }
        run(update, options, lexicon, progress)
    });
    let report = outcome.inspect_err(|_| {
        // Before its first commit an index is none; what was there before still stands.
        if !matches!(Manifest::read(folder), Ok(Some(known)) if known.segments == manifest.segments) {
            let _ = std::fs::remove_dir_all(&segments);
        }
    })?;
    if options.rebuild {
        if report.interrupted {
            let _ = std::fs::remove_dir_all(&segments);
            return Ok(report);
        }
        manifest.write(folder)?;
    }
    sweep(folder, &manifest.segments);
    Ok(report)
}

/// `--rebuild` may replace an index whose manifest is broken, but never a folder of something else.
fn ignore_unreadable_manifest(error: Error) -> Result<Option<Manifest>> {
    match &error {
        Error::Input(svodka_model::error::InputError::NotAnIndex { reason, .. }) if reason.starts_with("manifest") => {
            Ok(None)
        }
        _ => Err(error),
    }
}

/// Runs an update; when it fails because its folder is no longer there, says that.
fn run(
    update: Update<'_>,
    options: &BuildOptions,
    lexicon: &Lexicon,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report> {
    let segments = update.segments().to_path_buf();
    run_through(update, options, lexicon, progress).map_err(|e| {
        if segments.is_dir() {
            return e;
        }
        let gone = "removed or renamed while it was being written to; run the same command again";
        Error::io(&options.index, std::io::Error::new(std::io::ErrorKind::NotFound, gone))
    })
}

fn run_through(
    mut update: Update<'_>,
    options: &BuildOptions,
    lexicon: &Lexicon,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report> {
    let wish = Wish { since: options.since, retry: options.retry_failed };
    let survey = survey(&update.catalogue, &options.paths, &options.reading, wish)?;
    let Survey { wanted, vanished, moved, restamped, refusals, unchanged } = survey;
    update.expect(update.catalogue.ids().count() + wanted.len());
    update.report.files_unchanged = unchanged;
    update.report.files_moved = moved.len() as u64;
    for (id, to) in moved {
        update.catalogue.move_file(id, &to)?;
    }
    for (id, stamp) in restamped {
        update.catalogue.restamp(id, stamp)?;
    }
    if !options.keep_missing {
        update.report.files_gone = vanished.len() as u64;
        for id in vanished {
            let gone = update.catalogue.remove(id)?;
            update.delete_all(&gone)?;
        }
    }
    let mut pass = Pass { paths: options.paths.clone(), wanted };
    pass.add(update.catalogue.take_again());
    for number in 0..PASSES {
        let has_stdin = number == 0 && options.paths.iter().any(|path| is_stdin(path));
        if (pass.wanted.is_empty() && !has_stdin) || update.report.interrupted {
            break;
        }
        pass.read(&mut update, options, lexicon, progress)?;
        pass = Pass {
            paths: options.paths.iter().filter(|path| !is_stdin(path)).cloned().collect(),
            wanted: Wanted::default(),
        };
        pass.add(update.catalogue.take_again());
    }
    update.finish()?;
    update.write_failures(&refusals)?;
    Ok(update.report)
}

/// One reading of the folders.
struct Pass {
    paths: Vec<PathBuf>,
    wanted: Wanted,
}

impl Pass {
    /// Adds files by their absolute paths; those that lie under none of the folders are gone to by themselves.
    fn add(&mut self, files: Vec<String>) {
        let roots: Vec<String> = self.paths.iter().map(|path| absolute(path)).collect();
        for file in files {
            let is_there = Path::new(&file).try_exists().unwrap_or(false);
            if is_there && !roots.iter().any(|root| is_under(&file, root)) {
                self.paths.push(PathBuf::from(&file));
            }
            self.wanted.add(&file);
        }
    }

    fn read(
        &self,
        update: &mut Update<'_>,
        options: &BuildOptions,
        lexicon: &Lexicon,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let input = Input {
            paths: &self.paths,
            which: &self.wanted,
            options: &options.reading,
            jobs: options.jobs,
            terms: true,
            stop: &options.stop,
        };
        let lines = options.index.join(LINES);
        extract_knowing(&input, Some(&lines), lexicon, &mut |extracted| {
            update.take(extracted)?;
            progress(update.progress());
            if options.stop.load(Ordering::Relaxed) {
                update.report.interrupted = true;
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        })
    }
}

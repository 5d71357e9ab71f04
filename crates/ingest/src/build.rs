//! Builds or updates an index: finds what changed, reads only that, and indexes each article exactly once.
//!
//! Readers are never blocked, and see each commit whole or not at all. What a run has committed stays: a run that was
//! stopped or killed is resumed by running the same command again.

use crate::{
    Input, OddDates,
    catalogue::watermark,
    housekeeping::{free_segments_name, lock, sweep, sweep_segments},
    pipeline::extract_with_lines,
    report::Ingest,
    survey::{Survey, UpdateScope, Wanted, is_under, survey},
    update::Update,
    upgrade::{Upgrade, upgrade},
};
use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use svodka_model::error::InputError;
use svodka_read::{READING_VERSION, ReadOptions, absolute, is_stdin};
use svodka_store::{
    LINES, Manifest,
    error::{Error, Result},
    open::{create_segments, open_segments},
};
use svodka_text::names::Lexicon;

/// Articles between commits: rarely enough to cost nothing, often enough that little is lost with the power.
pub const COMMIT_EVERY: u64 = 100_000;

/// Upper bound on follow-up passes: removing an article can promote its duplicate in another file, which must then be
/// read again. Whatever is still to be read after that, the next run reads.
const PASSES: usize = 4;

/// How to build an index; every value checked.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Files and folders to read. None: only what is in the index is brought up to date.
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
    /// Memory for the whole run, in bytes: what dictionaries, texts and the catalogue leave of it goes to index buffers.
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
            memory: 760 << 20,
            gazetteer: String::new(),
            commit_every: COMMIT_EVERY,
            stop: Arc::default(),
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Bringing the stored articles up to date with this program.
    Upgrading {
        /// How many are done.
        done: u64,
        /// How many there are.
        total: u64,
    },
    /// Reading files.
    #[default]
    Reading,
    /// A commit has just been made: whoever opens the index sees what was read so far, except in a rebuild.
    Committed,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// Articles read.
    pub articles: u64,
    /// Bytes of their text.
    pub bytes: u64,
    /// Inputs refused.
    pub refused: u64,
    /// Bytes of the files read so far; within a file, as many as its articles have, so that this is an estimate.
    pub read_bytes: u64,
    /// Bytes of all files to read; 0 for standard input alone.
    pub total_bytes: u64,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How much was read.
    pub progress: Progress,
    /// Files read.
    pub files_read: u64,
    /// Unchanged files, which were not read.
    pub files_unchanged: u64,
    /// Files that are gone.
    pub files_gone: u64,
    /// Files found under another path.
    pub files_moved: u64,
    /// Articles new to the index.
    pub added: u64,
    /// Articles that replaced an older version.
    pub changed: u64,
    /// Articles taken out.
    pub removed: u64,
    /// Articles of earlier runs that a changed gazetteer has changed.
    pub corrected: u64,
    /// Articles of an earlier version of the program that were extracted again from what the index stores of them.
    pub upgraded: u64,
    /// Whether all files are to be read again, because the readers of this program understand them better than those that
    /// made the index.
    pub reads_everything_again: bool,
    /// Articles that were in the index already, exactly as they are.
    pub unchanged: u64,
    /// Articles read that are duplicates of an indexed one.
    pub duplicates: u64,
    /// Articles whose id was met again, and the first of them: id, earlier place, later place (which is indexed).
    pub repeated: u64,
    /// Articles read whose id another article of another source has too.
    pub shared_ids: u64,
    /// See `repeated`.
    pub repeats: Vec<(String, String, String)>,
    /// Implausible dates of the articles read.
    pub odd_dates: OddDates,
    /// How everything in the index was read, and what was refused.
    pub ingest: Ingest,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
}

/// One call of [`build`].
struct Run<'a> {
    options: &'a BuildOptions,
    lexicon: &'a Lexicon,
    progress: &'a mut dyn FnMut(Progress),
}

/// Builds or updates the index. `progress` is called after every article.
///
/// # Errors
/// The index folder cannot be used, another indexer is at work, or storage fails. Bad inputs are in the report.
pub fn build(options: &BuildOptions, lexicon: &Lexicon, progress: &mut dyn FnMut(Progress)) -> Result<Report> {
    svodka_read::check_paths(&options.paths)?;
    let folder = &options.index;
    let known = if options.rebuild { replaceable_manifest(folder)? } else { Manifest::read(folder)? };
    if known.is_none() && options.paths.is_empty() {
        return Err(InputError::NoIndex(folder.clone()).into());
    }
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    let _lock = lock(folder)?;
    // Another indexer may have ended between the first look and the lock.
    let known = if options.rebuild { known } else { Manifest::read(folder)? };
    let run = Run { options, lexicon, progress };
    match known {
        _ if options.rebuild => run.rebuild(),
        Some(manifest) => run.update(manifest),
        None => run.create(),
    }
}

/// The manifest that a rebuild replaces. One that cannot be read is replaced too, but never a folder of something else.
fn replaceable_manifest(folder: &Path) -> Result<Option<Manifest>> {
    match Manifest::read(folder) {
        Err(Error::Damaged { .. } | Error::Input(InputError::OtherFormat { .. } | InputError::NewerIndex { .. })) => {
            Ok(None)
        }
        outcome => outcome,
    }
}

impl Run<'_> {
    /// Updates an index in place, after bringing it up to date with this program.
    fn update(mut self, manifest: Manifest) -> Result<Report> {
        let (options, folder) = (self.options, &self.options.index);
        sweep(folder, &manifest.segments);
        let (mut manifest, upgraded) = match manifest.difference() {
            None => (manifest, 0),
            Some(_) => match upgrade(options, self.lexicon, &manifest, self.progress)? {
                Upgrade::Done { manifest, articles } => (manifest, articles),
                Upgrade::Stopped => return Ok(Report { interrupted: true, ..Report::default() }),
            },
        };
        let segments = manifest.segments_in(folder);
        let index = open_segments(&segments)?;
        let catalogue = watermark(&index, &segments)?.map(|mark| mark.catalogue);
        sweep_segments(&segments, catalogue.as_deref(), &index)?;
        let mut update = Update::new(options, &index, &segments)?;
        update.report.upgraded = upgraded;
        if manifest.reading != READING_VERSION {
            update.read_everything_again()?;
            manifest.reading = READING_VERSION;
            manifest.write(folder)?;
        }
        if manifest.gazetteer != options.gazetteer {
            update.reresolve(&manifest.gazetteer, self.lexicon)?;
            Manifest { gazetteer: options.gazetteer.clone(), ..manifest }.write(folder)?;
        }
        self.run(update)
    }

    /// Builds the first index of a folder. It is published with its first commit, so that a run that is stopped before
    /// its end can be resumed.
    fn create(mut self) -> Result<Report> {
        let folder = &self.options.index;
        sweep(folder, "");
        remove_line_counter(folder)?;
        let manifest = self.new_manifest();
        let report = self.fill(&manifest, true)?;
        sweep(folder, &manifest.segments);
        Ok(report)
    }

    /// Builds a new index beside the old one, which it replaces at the end; until then the old one answers.
    fn rebuild(mut self) -> Result<Report> {
        let folder = &self.options.index;
        // What earlier archives repeated says nothing about this one.
        remove_line_counter(folder)?;
        let manifest = self.new_manifest();
        let report = self.fill(&manifest, false)?;
        if report.interrupted {
            remove_segments(&manifest.segments_in(folder));
            return Ok(report);
        }
        manifest.write(folder)?;
        sweep(folder, &manifest.segments);
        Ok(report)
    }

    fn new_manifest(&self) -> Manifest {
        let current = Manifest::current(free_segments_name(&self.options.index));
        Manifest { gazetteer: self.options.gazetteer.clone(), reading: READING_VERSION, ..current }
    }

    /// Reads everything into new segments; an error before they are in use removes them.
    fn fill(&mut self, manifest: &Manifest, publish: bool) -> Result<Report> {
        let folder = &self.options.index;
        let segments = manifest.segments_in(folder);
        let outcome = create_segments(&segments).and_then(|index| {
            let mut update = Update::new(self.options, &index, &segments)?;
            if publish {
                update.publish(manifest);
            }
            self.run(update)
        });
        outcome.inspect_err(|_| {
            if !matches!(Manifest::read(folder), Ok(Some(known)) if known.segments == manifest.segments) {
                remove_segments(&segments);
            }
        })
    }

    /// Runs an update; when it fails because its folder is no longer there, says that.
    fn run(&mut self, update: Update<'_>) -> Result<Report> {
        let segments = update.segments().to_path_buf();
        self.run_through(update).map_err(|e| {
            if segments.is_dir() {
                return e;
            }
            let gone = "removed or renamed while it was being written to; run the same command again";
            Error::io(&self.options.index, std::io::Error::new(std::io::ErrorKind::NotFound, gone))
        })
    }

    fn run_through(&mut self, mut update: Update<'_>) -> Result<Report> {
        let options = self.options;
        let scope = UpdateScope { since: options.since, retry_failed: options.retry_failed };
        let survey = survey(&update.catalogue, &options.paths, &options.reading, scope)?;
        let Survey { wanted, wanted_bytes, vanished, moved, restamped, refusals, unchanged } = survey;
        update.expect(update.catalogue.ids().count() + wanted.len());
        update.report.progress.total_bytes = wanted_bytes;
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
            self.read(&pass, &mut update)?;
            let paths = options.paths.iter().filter(|path| !is_stdin(path)).cloned().collect();
            pass = Pass { paths, wanted: Wanted::default() };
            pass.add(update.catalogue.take_again());
        }
        update.finish()?;
        update.write_failures(&refusals)?;
        Ok(update.report)
    }

    fn read(&mut self, pass: &Pass, update: &mut Update<'_>) -> Result<()> {
        let options = self.options;
        let input = Input {
            paths: &pass.paths,
            which: &pass.wanted,
            options: &options.reading,
            jobs: options.jobs,
            terms: true,
            stop: &options.stop,
        };
        let lines = options.index.join(LINES);
        extract_with_lines(&input, Some(&lines), self.lexicon, &mut |extracted| {
            if update.take(extracted)? {
                (self.progress)(Progress { phase: Phase::Committed, ..update.progress() });
            }
            (self.progress)(update.progress());
            if options.is_stopped() {
                update.report.interrupted = true;
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        })
    }
}

fn remove_line_counter(folder: &Path) -> Result<()> {
    let path = folder.join(LINES);
    match std::fs::remove_file(&path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path, e)),
        _ => Ok(()),
    }
}

/// Removes segments that never came into use. What cannot be removed does no harm: the next run tries again.
pub(super) fn remove_segments(segments: &Path) {
    let _ = std::fs::remove_dir_all(segments);
}

/// One pass over the folders.
struct Pass {
    paths: Vec<PathBuf>,
    wanted: Wanted,
}

impl Pass {
    /// Adds files by their absolute paths; those in none of the folders are visited by themselves.
    fn add(&mut self, files: Vec<String>) {
        let roots: Vec<String> = self.paths.iter().map(|path| absolute(path)).collect();
        for file in files {
            let exists = Path::new(&file).try_exists().unwrap_or(false);
            if exists && !roots.iter().any(|root| is_under(&file, root)) {
                self.paths.push(PathBuf::from(&file));
            }
            self.wanted.add(&file);
        }
    }
}

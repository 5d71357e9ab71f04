//! Building: articles into the index, each once, readers never blocked.

use super::{
    Extracted, Fields, Input, Manifest, document,
    learn::LINES,
    open::{create_segments, open_segments},
    pipeline::extract_knowing,
};
use crate::{
    article::Article,
    error::{EnvironmentError, Error, Result},
    names::Lexicon,
    read::{Every, ReadOptions, Refusal},
};
use rustc_hash::FxHashMap;
use std::{
    fs::{File, TryLockError},
    io::Write,
    ops::ControlFlow,
    path::{Path, PathBuf},
};
use tantivy::{IndexWriter, Searcher, TantivyDocument, Term};

/// Name of the lock file that keeps a second indexer out.
const LOCK: &str = ".lock";

/// Name of the file that lists the refused inputs of the last run.
const FAILURES: &str = "failures.jsonl";

/// Articles between commits: seldom enough to cost nothing, often enough that little is lost with the power.
const COMMIT_EVERY: u64 = 100_000;

/// How to build an index; every value checked.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Files and folders to read.
    pub paths: Vec<PathBuf>,
    /// The index folder.
    pub index: PathBuf,
    /// Start afresh, whatever is there.
    pub rebuild: bool,
    /// How to understand what is read.
    pub reading: ReadOptions,
    /// Extraction threads.
    pub jobs: usize,
    /// Memory for the writer's buffers, in bytes.
    pub memory: usize,
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
    /// Articles new to the index.
    pub added: u64,
    /// Articles that replaced an older version.
    pub changed: u64,
    /// Articles that stood in the index already, just so.
    pub unchanged: u64,
    /// Inputs that could not be read.
    pub refusals: Vec<Refusal>,
    /// Articles whose id was met again in this run: id, earlier place, later place (which stands).
    pub repeated: Vec<(String, String, String)>,
}

/// Builds or updates the index. `progress` is called after every article.
///
/// # Errors
/// The index folder cannot be used, another indexer is at work, or storage fails. Bad inputs are in the report.
pub fn build(options: &BuildOptions, lexicon: &Lexicon, progress: &mut dyn FnMut(Progress)) -> Result<Report> {
    crate::read::check_paths(&options.paths)?;
    let folder = &options.index;
    let old = Manifest::read(folder);
    let old = if options.rebuild { old.ok().flatten() } else { old? };
    if options.rebuild {
        Manifest::read(folder).map(drop).or_else(ignore_unreadable_manifest)?;
    }
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    let _lock = lock(folder)?;
    let fresh = options.rebuild || old.is_none();
    let manifest = match &old {
        Some(manifest) if !fresh => {
            manifest.check(folder, true)?;
            manifest.clone()
        }
        _ => Manifest::current(free_segments_name(folder)),
    };
    let segments = manifest.segments_in(folder);
    let index = if fresh { create_segments(&segments)? } else { open_segments(&segments)? };
    let mut building = Building::new(&index, options.memory)?;
    let lines = folder.join(LINES);
    if fresh {
        let _ = std::fs::remove_file(&lines);
    }
    let input = Input { paths: &options.paths, which: &Every, options: &options.reading, jobs: options.jobs };
    let outcome = extract_knowing(&input, Some(&lines), lexicon, &mut |extracted| {
        building.take(extracted)?;
        progress(building.report.progress);
        Ok(ControlFlow::Continue(()))
    });
    if let Err(e) = outcome {
        if fresh {
            // Half of a first build is no index; what was there before still stands.
            drop(building);
            let _ = std::fs::remove_dir_all(&segments);
        }
        return Err(e);
    }
    let report = building.finish()?;
    if fresh {
        manifest.write(folder)?;
        remove_other_segments(folder, &manifest.segments);
    }
    write_failures(folder, &report.refusals)?;
    Ok(report)
}

/// `--rebuild` may replace an index whose manifest is broken, but never a folder of something else.
fn ignore_unreadable_manifest(error: Error) -> Result<()> {
    match &error {
        Error::Input(crate::error::InputError::NotAnIndex { reason, .. }) if reason.starts_with("manifest") => Ok(()),
        _ => Err(error),
    }
}

/// The writing side of one run.
struct Building {
    writer: IndexWriter<TantivyDocument>,
    before: Searcher,
    fields: Fields,
    seen: FxHashMap<u128, String>,
    report: Report,
    pending: u64,
}

impl Building {
    fn new(index: &tantivy::Index, memory: usize) -> Result<Self> {
        let (_, fields) = Fields::build();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(2);
        let memory = memory.max(threads * 15_000_000);
        Ok(Self {
            writer: index.writer_with_num_threads(threads, memory)?,
            before: index.reader()?.searcher(),
            fields,
            seen: FxHashMap::default(),
            report: Report::default(),
            pending: 0,
        })
    }

    fn take(&mut self, extracted: Extracted) -> Result<()> {
        match extracted {
            Extracted::Refused(refusal) => {
                self.report.progress.refused += 1;
                self.report.refusals.push(refusal);
                Ok(())
            }
            Extracted::Article(found) => {
                self.report.progress.articles += 1;
                self.report.progress.bytes += found.article.text.len() as u64;
                self.put(&found.article)
            }
            Extracted::Begin(_) | Extracted::Done(_) => Ok(()),
        }
    }

    /// Adds the article, in place of an older version, unless it stands there just so.
    fn put(&mut self, article: &Article) -> Result<()> {
        let stored = document::encode_article(article)?;
        let id = Term::from_field_text(self.fields.id, &article.id);
        let repeated = self.repeated(article);
        let old = self.stored_digest(&id)?;
        match old {
            Some(old) if !repeated && old == document::digest(&stored) => {
                self.report.unchanged += 1;
                return Ok(());
            }
            Some(_) => self.report.changed += 1,
            None => self.report.added += u64::from(!repeated),
        }
        if repeated || old.is_some() {
            self.writer.delete_term(id);
        }
        self.writer.add_document(document::to_document(article, &stored, &self.fields))?;
        self.pending += 1;
        if self.pending >= COMMIT_EVERY {
            self.writer.commit()?;
            self.pending = 0;
        }
        Ok(())
    }

    /// Notes an article and tells whether its id was met before in this run.
    fn repeated(&mut self, article: &Article) -> bool {
        let hash = blake3::hash(article.id.as_bytes());
        let mut key = [0; 16];
        key.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
        let earlier = self.seen.insert(u128::from_le_bytes(key), article.path.clone());
        let Some(earlier) = earlier else { return false };
        self.report.repeated.push((article.id.clone(), earlier, article.path.clone()));
        true
    }

    /// The digest of the article with this id as the last commit before this run has it.
    fn stored_digest(&self, id: &Term) -> Result<Option<u64>> {
        for segment in self.before.segment_readers() {
            let index = segment.inverted_index(self.fields.id)?;
            let option = tantivy::schema::IndexRecordOption::Basic;
            let Some(mut postings) = index.read_postings(id, option).map_err(|e| Error::io("index", e))? else {
                continue;
            };
            use tantivy::DocSet;
            while postings.doc() != tantivy::TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(segment.fast_fields().u64("digest")?.first(postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    fn finish(mut self) -> Result<Report> {
        if self.pending > 0 || self.report.changed > 0 {
            self.writer.commit()?;
        }
        self.writer.wait_merging_threads()?;
        Ok(self.report)
    }
}

fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let file = File::create(&path).map_err(|e| Error::io(&path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EnvironmentError::Locked(folder.to_path_buf()).into()),
        Err(TryLockError::Error(e)) => Err(Error::io(path, e)),
    }
}

/// A folder name for new segments that nothing has yet.
fn free_segments_name(folder: &Path) -> String {
    let taken = |name: &String| folder.join(name).try_exists().unwrap_or(true);
    (1u32..).map(|n| format!("segments-{n}")).find(|name| !taken(name)).unwrap_or_default()
}

/// Removes the segments of the index that was replaced; a reader that still has them open keeps them until it ends.
fn remove_other_segments(folder: &Path, keep: &str) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("segments-") && name != keep {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn write_failures(folder: &Path, refusals: &[Refusal]) -> Result<()> {
    let at = |e| Error::io(folder.join(FAILURES), e);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at)?;
    for refusal in refusals {
        let line = serde_json::to_string(refusal).map_err(|e| Error::Bug(e.to_string()))?;
        writeln!(file, "{line}").map_err(at)?;
    }
    file.persist(folder.join(FAILURES)).map_err(|e| at(e.error))?;
    Ok(())
}

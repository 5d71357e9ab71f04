//! The writing side of a run: turns the catalogue's decisions into documents, and commits both together.

use crate::{
    BuildOptions, Extracted, Progress, ReadArticle, Report,
    catalogue::{Catalogue, Claim, ClaimOutcome, Identity, Traits, Watermark, watermark},
    duplicates,
    housekeeping::sweep_segments,
    report,
    reresolve::{GazetteerChange, Source as StoredSource, reresolve},
    stories, survey,
    writer::{commit_with_marks, find, open_writer},
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use svodka_model::{article::Article, record::Origin};
use svodka_read::{Source, absolute};
use svodka_store::error::{Error, Result};
use svodka_store::{
    Fields, IndexTerms, Manifest, StoredArticle, Stories, document, open::open_to_write, stories::StoriesMark,
};
use svodka_text::{extract::article_id, names::Lexicon};
use tantivy::{IndexWriter, Searcher, TantivyDocument, Term};

/// Repeated ids listed in the report.
const LISTED: usize = 20;

/// One run's changes of an index.
pub(super) struct Update<'a> {
    options: &'a BuildOptions,
    index: &'a tantivy::Index,
    segments: PathBuf,
    /// Files that the run has to do with.
    files: usize,
    /// Written with the first commit, for an index that is new.
    unpublished: Option<&'a Manifest>,
    writer: Option<IndexWriter<TantivyDocument>>,
    before: Searcher,
    fields: Fields,
    pub(super) catalogue: Catalogue,
    committed_at: u64,
    /// Documents from before this run that it has replaced (`true`) or deleted (`false`).
    touched: FxHashMap<u64, bool>,
    added: i64,
    pending: u64,
    stories: StoriesMark,
    /// The articles that may have changed since the stories were found.
    changed: Changed,
    current: Option<Source>,
    /// Size of the files read to their end, and the text read of the current one, in bytes.
    finished_bytes: u64,
    current_bytes: u64,
    pub(super) report: Report,
}

impl<'a> Update<'a> {
    /// Opens the catalogue of the last commit, or makes one.
    pub(super) fn new(options: &'a BuildOptions, index: &'a tantivy::Index, segments: &Path) -> Result<Self> {
        let mark = watermark(index, segments)?;
        let catalogue = match &mark {
            Some(mark) => Catalogue::open(segments, mark)?,
            None => Catalogue::create(segments)?,
        };
        let stories = StoriesMark::of_payload(index.load_metas()?.payload.as_deref());
        let (_, fields) = Fields::build();
        Ok(Self {
            options,
            index,
            segments: segments.to_path_buf(),
            files: 0,
            unpublished: None,
            writer: None,
            before: index.reader()?.searcher(),
            fields,
            committed_at: mark.map_or(u64::MAX, |mark| mark.length),
            catalogue,
            touched: FxHashMap::default(),
            added: 0,
            pending: 0,
            changed: if stories.stories_are_stale { Changed::Many } else { Changed::default() },
            stories,
            current: None,
            finished_bytes: 0,
            current_bytes: 0,
            report: Report::default(),
        })
    }

    /// The folder of the segments.
    pub(super) fn segments(&self) -> &Path {
        &self.segments
    }

    /// Publishes the index with its first commit, so that a run that is stopped before its end can be resumed.
    pub(super) fn publish(&mut self, manifest: &'a Manifest) {
        self.unpublished = Some(manifest);
    }

    /// Reserves memory for the catalogue of so many files; must be called before anything is written.
    pub(super) fn expect(&mut self, files: usize) {
        self.files = files;
    }

    fn writer(&mut self) -> Result<&mut IndexWriter<TantivyDocument>> {
        match &mut self.writer {
            Some(writer) => Ok(writer),
            none => Ok(none.insert(open_writer(&self.segments, self.options.memory, self.files)?)),
        }
    }

    /// Brings the articles of earlier runs in line with the gazetteer of this one; `old` is the text of theirs.
    pub(super) fn reresolve(&mut self, old: &str, lexicon: &Lexicon) -> Result<()> {
        let (before, fields, segments) = (self.before.clone(), self.fields, self.segments.clone());
        let options = self.options;
        let source = StoredSource { searcher: &before, fields: &fields, folder: &segments };
        let change = GazetteerChange { old, new: &options.gazetteer };
        reresolve(&source, &change, lexicon, &mut |key, article, stored| {
            self.report.corrected += 1;
            let terms = IndexTerms::of(article);
            self.replace(&ArticleDocument { key, article, stored, terms: &terms })
        })?;
        if self.pending > 0 {
            let mark = watermark(self.index, &self.segments)?;
            let mark = mark.ok_or_else(|| Error::damaged(&self.segments, "its last commit names no catalogue"))?;
            self.commit_with(&mark)?;
            self.before = self.index.reader()?.searcher();
        }
        Ok(())
    }

    /// Has every file read again, by this run or by the next one that is given its folder. What is marked is committed at
    /// once, so that the mark is never lost.
    pub(super) fn read_everything_again(&mut self) -> Result<()> {
        self.report.reads_everything_again = true;
        self.catalogue.mark_all()?;
        self.commit()
    }

    /// Processes one result of the pipeline; whether it has led to a commit.
    pub(super) fn take(&mut self, extracted: Extracted) -> Result<bool> {
        match extracted {
            Extracted::Begin(source) => {
                let root = self.root_of(&source);
                self.catalogue.begin(&source.absolute, &root)?;
                self.current = Some(source);
                self.current_bytes = 0;
            }
            Extracted::Article(read) => {
                self.report.progress.articles += 1;
                let bytes = read.article.text.len() as u64;
                self.report.progress.bytes += bytes;
                self.current_bytes += bytes;
                self.put(*read)?;
            }
            // What was refused outside of any file, the survey has listed.
            Extracted::Refused(refusal) if self.current.is_some() => {
                self.report.progress.refused += 1;
                self.catalogue.refuse(&refusal)?;
            }
            Extracted::Refused(_) => {}
            Extracted::Done(source) => {
                self.current = None;
                self.finished_bytes += source.stamp.map_or(self.current_bytes, |stamp| stamp.size);
                self.report.files_read += 1;
                let gone = self.catalogue.done(&source)?;
                self.delete_all(&gone)?;
            }
        }
        let is_time = self.pending >= self.options.commit_every;
        if is_time {
            self.commit()?;
        }
        Ok(is_time)
    }

    /// The folder of the command line that led to a file outside of it.
    fn root_of(&self, source: &Source) -> String {
        let roots = self.options.paths.iter().map(|path| (path, absolute(path)));
        let mut led = roots.filter(|(path, _)| source.path.starts_with(&*path.to_string_lossy()));
        let root = led.next().map(|(_, root)| root).unwrap_or_default();
        if survey::is_under(&source.absolute, &root) { String::new() } else { root }
    }

    fn put(&mut self, read: ReadArticle) -> Result<()> {
        let ReadArticle { mut article, metadata, origin, has_own_id, format, encoding, terms } = read;
        if !has_own_id && let Some(id) = self.id_at_home(&origin, &article) {
            article.id = id;
        }
        let traits = Traits {
            format: self.catalogue.name_number(format)?,
            encoding: self.catalogue.name_number(encoding)?,
            date: report::date_number(article.date.as_ref().map(|date| date.from)),
            outlet: report::outlet_number(article.outlet.as_ref().map(|outlet| outlet.from)),
            has_own_id,
        };
        self.report.odd_dates.note(&article, metadata.stated_date());
        let id = document::digest(article.id.as_bytes());
        let identity = has_own_id.then(|| Identity::of(&article));
        let source = document::digest(self.home_of(&origin).unwrap_or_else(|| origin.absolute.clone()).as_bytes());
        let (text, url) = (duplicates::text_key(&article), duplicates::url_key(article.url.as_deref()));
        match self.catalogue.claim(&Claim { id, identity, source, text, url, traits, place: &article.path })? {
            ClaimOutcome::Duplicate => {
                self.report.duplicates += 1;
                Ok(())
            }
            ClaimOutcome::Indexed { key, shares_its_id, also, replaces, is_written, lost } => {
                self.delete_all(&lost)?;
                self.report.shared_ids += u64::from(shares_its_id);
                let is_new = replaces.is_none() && !is_written;
                if let Some(earlier) = replaces {
                    self.report.repeated += 1;
                    if self.report.repeats.len() < LISTED {
                        self.report.repeats.push((article.id.clone(), earlier, article.path.clone()));
                    }
                }
                article.also = also;
                let stored = StoredArticle::new(&article, metadata.encode(&article)?)?;
                self.write(&ArticleDocument { key, article: &article, stored: &stored, terms: &terms }, is_new)
            }
        }
    }

    /// The id of an article in a file that has moved: the one it had.
    fn id_at_home(&self, origin: &Origin, article: &Article) -> Option<String> {
        let origin = Origin { absolute: self.home_of(origin)?, ..origin.clone() };
        Some(article_id(&origin, article.url.as_deref(), &article.text))
    }

    /// Where something read in a file that has moved was before.
    fn home_of(&self, origin: &Origin) -> Option<String> {
        let home = self.catalogue.current_home()?;
        let inside = origin.absolute.strip_prefix(&self.current.as_ref()?.absolute)?;
        Some(format!("{home}{inside}"))
    }

    /// Writes the document of an article in place of an older one, unless that is the same.
    fn write(&mut self, document: &ArticleDocument<'_>, is_new: bool) -> Result<()> {
        let key = document.key;
        if !self.touched.contains_key(&key) {
            match self.stored_digest(key)? {
                Some(old) if old == document.stored.digest() => return Ok(()),
                Some(_) => {}
                None if is_new => {
                    self.added += 1;
                    return self.add(document);
                }
                None => return self.replace(document),
            }
        }
        self.touched.insert(key, true);
        self.replace(document)
    }

    /// Writes the document of an article in place of the one it has.
    fn replace(&mut self, document: &ArticleDocument<'_>) -> Result<()> {
        let term = Term::from_field_u64(self.fields.key, document.key);
        self.writer()?.delete_term(term);
        self.add(document)
    }

    /// Writes the document of an article that has none.
    fn add(&mut self, document: &ArticleDocument<'_>) -> Result<()> {
        let ArticleDocument { key, article, stored, terms } = document;
        self.changed.note(*key);
        let document = document::to_document(*key, article, stored, terms, &self.fields);
        let writer = self.writer()?;
        // A thread that has failed says so here, but only a commit says why.
        if let Err(killed) = writer.add_document(document) {
            return Err(writer.prepare_commit().err().unwrap_or(killed).into());
        }
        self.pending += 1;
        Ok(())
    }

    /// Deletes the documents of articles.
    pub(super) fn delete_all(&mut self, keys: &[u64]) -> Result<()> {
        for key in keys {
            if self.touched.contains_key(key) || self.stored_digest(*key)?.is_some() {
                self.touched.insert(*key, false);
            } else {
                self.added -= 1;
            }
            self.changed.note(*key);
            let term = Term::from_field_u64(self.fields.key, *key);
            self.writer()?.delete_term(term);
            self.pending += 1;
        }
        Ok(())
    }

    /// The digest of an article as the last commit before this run has it.
    fn stored_digest(&self, key: u64) -> Result<Option<u64>> {
        let Some(address) = find(&self.before, self.fields, key)? else { return Ok(None) };
        let segment = self.before.segment_reader(address.segment_ord);
        Ok(segment.fast_fields().u64("digest")?.first(address.doc_id))
    }

    /// Writes everything so far, and what the catalogue knows of it, in one step.
    pub(super) fn commit(&mut self) -> Result<()> {
        let Some(mark) = self.catalogue.sync()? else { return Ok(()) };
        self.commit_with(&mark)?;
        if let Some(manifest) = self.unpublished.take() {
            manifest.write(&self.options.index)?;
        }
        Ok(())
    }

    fn commit_with(&mut self, mark: &Watermark) -> Result<()> {
        self.stories.stories_are_stale |= !self.changed.is_empty();
        let stories = self.stories.clone();
        commit_with_marks(self.writer()?, mark, &stories)?;
        self.pending = 0;
        self.committed_at = mark.length;
        Ok(())
    }

    fn is_changed(&self) -> bool {
        self.pending > 0 || self.catalogue.position() != self.committed_at
    }

    /// Gives every document all the places where its article was found. Articles to be changed must be committed.
    fn write_places(&mut self) -> Result<()> {
        let stale = self.catalogue.stale_places()?;
        let searcher = self.index.reader()?.searcher();
        for (key, places) in stale {
            let Some(address) = find(&searcher, self.fields, key)? else { continue };
            let damaged = || Error::damaged(&self.segments, format!("the article at {address:?}"));
            let document: TantivyDocument = searcher.doc(address)?;
            let stored = StoredArticle::of_document(&document, &self.fields).ok_or_else(damaged)?;
            let mut article = stored.decode().ok_or_else(damaged)?;
            if article.also != places {
                article.also = places;
                if self.touched.contains_key(&key) || self.stored_digest(key)?.is_some() {
                    self.touched.insert(key, true);
                }
                let stored = StoredArticle::new(&article, stored.metadata)?;
                let terms = IndexTerms::of(&article);
                self.replace(&ArticleDocument { key, article: &article, stored: &stored, terms: &terms })?;
            }
        }
        self.catalogue.clear_stale_places()
    }

    /// Ends the run: the last commits, and the figures of the report.
    pub(super) fn finish(&mut self) -> Result<()> {
        if self.is_changed() || self.unpublished.is_some() {
            self.commit()?;
        }
        self.write_places()?;
        if self.is_changed() {
            self.commit()?;
        }
        self.find_stories()?;
        if let Some(writer) = self.writer.take() {
            writer.wait_merging_threads()?;
            let catalogue = watermark(self.index, &self.segments)?.map(|mark| mark.catalogue);
            sweep_segments(&self.segments, catalogue.as_deref(), self.index)?;
        }
        let changed = self.touched.values().filter(|is_there| **is_there).count() as u64;
        self.report.added = u64::try_from(self.added).unwrap_or(0);
        self.report.changed = changed;
        self.report.removed = self.touched.len() as u64 - changed;
        self.report.unchanged = self.catalogue.len().saturating_sub(self.report.added + changed);
        self.report.ingest = report::Ingest::of(&self.catalogue)?;
        Ok(())
    }

    /// Finds which articles print the same text, after everything else is committed, and commits that.
    fn find_stories(&mut self) -> Result<()> {
        if self.changed.is_empty() {
            return Ok(());
        }
        let Some(mark) = watermark(self.index, &self.segments)? else { return Ok(()) };
        // Not mapped, so that what is read of the segments does not count as memory of this process.
        let reader = open_to_write(&self.segments)?.reader()?;
        let archive = stories::StoryArchive::new(&reader.searcher(), &self.segments, self.options.jobs)?;
        let known = self.stories.stories.as_ref();
        let known = known.map(|name| Stories::open_in(&self.segments, name)).transpose()?;
        let follows = match (&self.changed, &known) {
            (Changed::Few(changed), Some(known)) if changed.len() as u64 * 20 < archive.len() => {
                stories::updated(&archive, known, changed)?
            }
            _ => stories::all(&archive)?,
        };
        let name = stories::write(&self.segments, follows)?;
        self.stories = StoriesMark { stories: Some(name), stories_are_stale: false };
        self.changed = Changed::default();
        self.commit_with(&mark)
    }

    /// How far the run has come.
    pub(super) fn progress(&self) -> Progress {
        let size = self.current.as_ref().and_then(|source| source.stamp).map_or(0, |stamp| stamp.size);
        let read_bytes = self.finished_bytes + self.current_bytes.min(size);
        Progress { read_bytes: read_bytes.min(self.report.progress.total_bytes), ..self.report.progress }
    }

    /// Writes the list of what is refused of the files in the index, after `others`.
    pub(super) fn write_failures(&mut self, others: &[svodka_model::record::Refusal]) -> Result<()> {
        let mark = watermark(self.index, &self.segments)?;
        let refused = report::write_failures(&self.options.index, |each| {
            others.iter().cloned().try_for_each(&mut *each)?;
            mark.as_ref().map_or(Ok(()), |mark| self.catalogue.each_refusal(&self.segments, mark, each))
        })?;
        self.report.ingest.refused = refused;
        Ok(())
    }
}

/// Articles that a run has written or deleted.
enum Changed {
    /// Their keys.
    Few(FxHashSet<u64>),
    /// More than are remembered one by one, or unknown ones of a run that was killed.
    Many,
}

impl Default for Changed {
    fn default() -> Self {
        Self::Few(FxHashSet::default())
    }
}

/// Most changed articles that are remembered one by one.
const REMEMBERED: usize = 50_000;

impl Changed {
    fn note(&mut self, key: u64) {
        if let Self::Few(keys) = self {
            keys.insert(key);
            if keys.len() > REMEMBERED {
                *self = Self::Many;
            }
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Few(keys) if keys.is_empty())
    }
}

/// An article with all that its document is made of.
struct ArticleDocument<'a> {
    /// What the catalogue knows the article by.
    key: u64,
    article: &'a Article,
    stored: &'a StoredArticle,
    terms: &'a IndexTerms,
}

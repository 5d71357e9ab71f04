//! Bringing an index up to date with this program from what it stores, when dictionaries, rules or analyzer have changed
//! but not the format. The files that the articles were read from may be gone.
//!
//! All stored articles are extracted again, from their own text and metadata and with the code that builds an index, into
//! new segments beside the old ones; the catalogue is carried over. The manifest is replaced last, in one step: a run that
//! is killed before leaves the old index as it was, and the next run begins again. The result is that of a rebuild.

use crate::{
    BuildOptions, Phase, Progress,
    build::remove_segments,
    catalogue::{Catalogue, Identity, watermark},
    duplicates,
    housekeeping::{free_segments_name, sweep, sweep_segments},
    parallel::{Emit, in_parallel},
    repeated_lines::{lines_of, read_counter, write_counter},
    report,
    writer::{commit_with_marks, open_writer},
};
use std::{ops::ControlFlow, path::Path};
use svodka_model::record::Record;
use svodka_store::{
    Fields, IndexTerms, Keys, LINES, Manifest, Metadata, StoredArticle,
    document::to_document,
    error::{Error, Result},
    open::{create_segments, open_to_write},
    stories::StoriesMark,
};
use svodka_text::{
    clean::repeated::{ArticleLines, LineCounter, Repeated},
    extract::{Analysed, Extractor, Scratch},
    names::Lexicon,
};
use tantivy::{Searcher, TantivyDocument};

/// How an upgrade ended.
pub(super) enum Upgrade {
    /// The index is up to date.
    Done {
        /// Its new manifest, written already.
        manifest: Manifest,
        /// Articles that were extracted again.
        articles: u64,
    },
    /// Stopped from outside; the index is as it was.
    Stopped,
}

/// Brings the index of `manifest` up to date.
///
/// # Errors
/// Storage failures, or a damaged index.
pub(super) fn upgrade(
    options: &BuildOptions,
    lexicon: &Lexicon,
    manifest: &Manifest,
    progress: &mut dyn FnMut(Progress),
) -> Result<Upgrade> {
    let folder = &options.index;
    let current = Manifest::current(free_segments_name(folder));
    let current = Manifest { gazetteer: options.gazetteer.clone(), reading: manifest.reading, ..current };
    let (old, new) = (manifest.segments_in(folder), current.segments_in(folder));
    let articles = match fill(options, lexicon, &old, &new, progress) {
        Ok(Some(articles)) => articles,
        Ok(None) => {
            remove_segments(&new);
            return Ok(Upgrade::Stopped);
        }
        Err(error) => {
            remove_segments(&new);
            return Err(error);
        }
    };
    current.write(folder)?;
    sweep(folder, &current.segments);
    Ok(Upgrade::Done { manifest: current, articles })
}

/// Fills the segments in `new` with what those in `old` hold, extracted again; how many articles, or `None` when stopped.
fn fill(
    options: &BuildOptions,
    lexicon: &Lexicon,
    old: &Path,
    new: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Option<u64>> {
    let index = open_to_write(old)?;
    let mark = watermark(&index, old)?.ok_or_else(|| Error::damaged(old, "its last commit names no catalogue"))?;
    let stored = StoredArticles { searcher: index.reader()?.searcher(), folder: old, jobs: options.jobs };
    let target = create_segments(new)?;
    let mut catalogue = Catalogue::copy(old, &mark, new)?;
    let Some(repeated) = count_lines(options, lexicon, &stored)? else { return Ok(None) };

    let extractor = Extractor::new(lexicon).with_repeated(&repeated);
    let (_, fields) = Fields::build();
    let mut writer = open_writer(new, options.memory, catalogue.ids().count())?;
    let (mut done, total) = (0, stored.searcher.num_docs());
    let extract = |before: Stored, scratch: &mut Scratch| Upgraded::of(&before, extractor, scratch);
    let is_whole = stored.for_each(&extract, &mut |upgraded: Option<Result<Upgraded>>| {
        let Upgraded { key, article, stored, terms } =
            upgraded.ok_or_else(|| Error::damaged(old, "a stored article"))??;
        catalogue.update_article(key, &|known| {
            known.text = duplicates::text_key(&article);
            known.url = duplicates::url_key(article.url.as_deref());
            known.traits.date = report::date_number(article.date.as_ref().map(|date| date.from));
            known.traits.outlet = report::outlet_number(article.outlet.as_ref().map(|outlet| outlet.from));
            if known.traits.has_own_id {
                known.identity = Identity::of(&article);
            }
        })?;
        let added = writer.add_document(to_document(key, &article, &stored, &terms, &fields));
        // A thread that has failed says so here, but only a commit says why.
        if let Err(killed) = added {
            return Err(writer.prepare_commit().err().unwrap_or(killed).into());
        }
        done += 1;
        progress(Progress { phase: Phase::Upgrading { done, total }, ..Progress::default() });
        Ok(if options.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if !is_whole {
        return Ok(None);
    }
    let mark = catalogue.write_to(new, old, &mark)?;
    // The first run on the new segments finds the stories.
    let stories = StoriesMark { stories: None, stories_are_stale: true };
    commit_with_marks(&mut writer, &mark, &stories)?;
    writer.wait_merging_threads()?;
    sweep_segments(new, Some(&mark.catalogue), &target)?;
    Ok(Some(done))
}

/// Counts the lines of all stored articles on top of those known, under the names that publishers have now; `None` when
/// stopped.
fn count_lines(options: &BuildOptions, lexicon: &Lexicon, stored: &StoredArticles<'_>) -> Result<Option<Repeated>> {
    let path = options.index.join(LINES);
    let mut counter: LineCounter = read_counter(&path)?;
    let count = |stored: Stored, (): &mut ()| record_of(&stored.article).map(|record| lines_of(&record, lexicon));
    let is_whole = stored.for_each(&count, &mut |lines: Option<Option<ArticleLines>>| {
        // What is damaged is found when it is extracted.
        if let Some(Some(lines)) = lines {
            counter.note(&lines);
        }
        Ok(if options.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if !is_whole {
        return Ok(None);
    }
    write_counter(&counter, &path)?;
    Ok(Some(counter.repeated()))
}

/// The record that an article was extracted from; `None` if what is stored is damaged.
fn record_of(stored: &StoredArticle) -> Option<Record> {
    let (article, metadata) = stored.decode_all()?;
    metadata.into_record(article)
}

/// An article extracted again.
struct Upgraded {
    key: u64,
    article: svodka_model::Article,
    stored: StoredArticle,
    terms: IndexTerms,
}

impl Upgraded {
    /// `None` if what is stored is damaged.
    fn of(stored: &Stored, extractor: Extractor<'_>, scratch: &mut Scratch) -> Option<Result<Self>> {
        let key = stored.key;
        let (before, metadata) = stored.article.decode_all()?;
        let also = before.also.clone();
        let record = metadata.into_record(before)?;
        let metadata = Metadata::of(&record);
        let Analysed { mut article, title, text } = extractor.analysed(record, scratch);
        article.also = also;
        let terms = IndexTerms::of_analysed(&article, title, text);
        let stored = metadata.encode(&article).and_then(|metadata| StoredArticle::new(&article, metadata));
        Some(stored.map(|stored| Self { key, article, stored, terms }))
    }
}

/// A stored article with its key.
struct Stored {
    key: u64,
    article: StoredArticle,
}

/// The stored articles of an index, in order.
struct StoredArticles<'a> {
    searcher: Searcher,
    folder: &'a Path,
    jobs: usize,
}

impl StoredArticles<'_> {
    /// Hands what `work` makes of each article to `sink`; whether all came.
    fn for_each<S: Default, T: Send>(
        &self,
        work: &(dyn Fn(Stored, &mut S) -> T + Sync),
        sink: &mut dyn FnMut(T) -> Result<ControlFlow<()>>,
    ) -> Result<bool> {
        let mut is_whole = true;
        in_parallel(self.jobs, &|emit: &mut Emit<'_, Stored>| self.read(emit), work, &mut |made| {
            let flow = sink(made)?;
            is_whole &= flow.is_continue();
            Ok(flow)
        })?;
        Ok(is_whole)
    }

    fn read(&self, emit: &mut Emit<'_, Stored>) -> Result<()> {
        let (_, fields) = Fields::build();
        for reader in self.searcher.segment_readers() {
            let store = reader.get_store_reader(1).map_err(|e| Error::io(self.folder, e))?;
            let keys = Keys::of(reader, &fields)?;
            for doc in reader.doc_ids_alive() {
                let document: TantivyDocument = store.get(doc)?;
                let stored = StoredArticle::of_document(&document, &fields);
                let article = stored.ok_or_else(|| Error::damaged(self.folder, "a document without an article"))?;
                let bytes = article.article.len();
                if emit(Stored { key: keys.get(doc)?, article }, bytes).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

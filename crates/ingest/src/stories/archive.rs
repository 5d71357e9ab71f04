//! The articles of a commit as the search for stories sees them: their places, bands and shingles.

use crate::{
    parallel::{Emit, in_parallel},
    writer::find,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{
    cell::RefCell,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};
use svodka_store::{
    Fields, PublishedAt,
    document::decode_article,
    error::{Error, Result},
    stories::PublishedColumns,
};
use svodka_text::reprint::{NewsWord, Prints, Shingles, news_words};
use tantivy::{
    DocAddress, DocId, DocSet, InvertedIndexReader, Searcher, TERMINATED, TantivyDocument, TantivyError, Term,
    postings::TermInfo,
    schema::{IndexRecordOption, Value},
    store::StoreReader,
};

/// Bytes of shingles that are kept for comparing; what is dropped is read again.
const KEPT: usize = 48 << 20;

/// Where an article lies, when it was published and its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ArticlePlace {
    pub(super) published: PublishedAt,
    pub(super) key: u64,
    pub(super) address: DocAddress,
}

/// An article that shares a band with others, with a number that all articles connected in this way have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Suspect {
    pub(super) component: u32,
    pub(super) place: ArticlePlace,
}

/// What is compared of an article.
#[derive(Clone, Debug)]
pub(super) struct ComparedText {
    pub(super) shingles: Shingles,
    pub(super) bands: Vec<u32>,
}

impl ComparedText {
    fn of(stored: &[u8]) -> Option<Self> {
        let words: Vec<NewsWord> = news_words(&decode_article(stored)?);
        Some(Self { shingles: Shingles::of(&words), bands: Prints::of_words(&words).bands })
    }
}

/// The articles of a commit.
pub(crate) struct StoryArchive {
    searcher: Searcher,
    fields: Fields,
    folder: PathBuf,
    jobs: usize,
    columns: Vec<PublishedColumns>,
    stores: Vec<StoreReader>,
    kept: RefCell<Kept>,
}

#[derive(Default)]
struct Kept {
    texts: FxHashMap<DocAddress, Arc<ComparedText>>,
    bytes: usize,
}

impl StoryArchive {
    pub(crate) fn new(searcher: &Searcher, folder: &Path, jobs: usize) -> Result<Self> {
        let (_, fields) = Fields::build();
        let segments = searcher.segment_readers();
        let columns = segments.iter().map(|segment| PublishedColumns::open(segment)).collect::<tantivy::Result<_>>()?;
        let stores = segments.iter().map(|segment| segment.get_store_reader(8)).collect::<std::io::Result<_>>();
        let stores = stores.map_err(|e| Error::io(folder, e))?;
        let kept = RefCell::default();
        Ok(Self { searcher: searcher.clone(), fields, folder: folder.to_path_buf(), jobs, columns, stores, kept })
    }

    /// How many articles there are.
    pub(crate) fn len(&self) -> u64 {
        self.searcher.num_docs()
    }

    fn place(&self, address: DocAddress) -> Option<ArticlePlace> {
        let columns = self.columns.get(address.segment_ord as usize)?;
        let (published, key) = (columns.published(address.doc_id), columns.key(address.doc_id));
        Some(ArticlePlace { published, key, address })
    }

    /// The place of an article, if there is one with this key.
    pub(super) fn place_of(&self, key: u64) -> Result<Option<ArticlePlace>> {
        Ok(find(&self.searcher, self.fields, key)?.and_then(|address| self.place(address)))
    }

    /// The articles with a band.
    pub(super) fn with_band(&self, band: u32) -> Result<Vec<ArticlePlace>> {
        let term = Term::from_field_u64(self.fields.bands, u64::from(band));
        let mut places = Vec::new();
        for (ordinal, segment) in (0u32..).zip(self.searcher.segment_readers()) {
            let index = segment.inverted_index(self.fields.bands)?;
            let Some(info) = index.get_term_info(&term).map_err(TantivyError::from)? else { continue };
            each_doc(&index, &info, &mut |doc| {
                if !segment.is_deleted(doc) {
                    places.extend(self.place(DocAddress::new(ordinal, doc)));
                }
            })?;
        }
        Ok(places)
    }

    /// The text of an article; `None` if it is damaged, which `check` reports.
    pub(super) fn text(&self, address: DocAddress) -> Result<Option<Arc<ComparedText>>> {
        if let Some(known) = self.kept.borrow().texts.get(&address) {
            return Ok(Some(Arc::clone(known)));
        }
        let text = self.stored(address)?.and_then(|stored| ComparedText::of(&stored)).map(Arc::new);
        if let Some(text) = &text {
            self.keep(address, Arc::clone(text));
        }
        Ok(text)
    }

    /// Keeps a text for comparing. Dropping all when there are too many is crude, but rare: what is compared lies together.
    pub(super) fn keep(&self, address: DocAddress, text: Arc<ComparedText>) {
        let mut kept = self.kept.borrow_mut();
        if kept.bytes > KEPT {
            *kept = Kept::default();
        }
        kept.bytes += 4 * text.shingles.len() + 200;
        kept.texts.insert(address, text);
    }

    fn stored(&self, address: DocAddress) -> Result<Option<Vec<u8>>> {
        let Some(store) = self.stores.get(address.segment_ord as usize) else { return Ok(None) };
        let document: TantivyDocument = store.get(address.doc_id)?;
        Ok(document.get_first(self.fields.article).and_then(|value| value.as_bytes()).map(<[u8]>::to_vec))
    }

    /// Hands the text of each of `suspects` on, in their order, worked out in parallel.
    pub(super) fn texts(
        &self,
        suspects: &[Suspect],
        sink: &mut dyn FnMut(Option<Arc<ComparedText>>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let (searcher, folder, field) = (&self.searcher, &self.folder, self.fields.article);
        let produce = |emit: &mut Emit<'_, Vec<u8>>| {
            let segments = searcher.segment_readers().iter();
            let stores: std::io::Result<Vec<StoreReader>> =
                segments.map(|segment| segment.get_store_reader(8)).collect();
            let stores = stores.map_err(|e| Error::io(folder, e))?;
            for suspect in suspects {
                let DocAddress { segment_ord, doc_id } = suspect.place.address;
                let document: Option<TantivyDocument> =
                    stores.get(segment_ord as usize).map(|store| store.get(doc_id)).transpose()?;
                let stored = document.as_ref().and_then(|document| document.get_first(field)?.as_bytes());
                let stored = stored.map(<[u8]>::to_vec).unwrap_or_default();
                let bytes = stored.len();
                if emit(stored, bytes).is_break() {
                    break;
                }
            }
            Ok(())
        };
        let work = |stored: Vec<u8>, (): &mut ()| ComparedText::of(&stored).map(Arc::new);
        in_parallel(self.jobs, &produce, &work, sink)
    }

    /// The articles that share a band with another one: component by component, earliest first.
    pub(super) fn connected(&self) -> Result<Vec<Suspect>> {
        let mut sets = DisjointSets::default();
        let mut bases = Vec::new();
        for segment in self.searcher.segment_readers() {
            bases.push(sets.add(segment.max_doc()));
        }
        self.each_shared_band(&bases, &mut |docs| sets.unite(docs))?;
        let mut suspects = Vec::new();
        for ((ordinal, segment), base) in (0u32..).zip(self.searcher.segment_readers()).zip(&bases) {
            for doc in segment.doc_ids_alive() {
                let Some(component) = sets.component(base + doc) else { continue };
                let place = self.place(DocAddress::new(ordinal, doc));
                suspects.extend(place.map(|place| Suspect { component, place }));
            }
        }
        suspects.sort_unstable_by_key(|suspect| (suspect.component, suspect.place));
        Ok(suspects)
    }

    /// Hands on the articles of each band that several have, numbered over all segments.
    fn each_shared_band(&self, bases: &[u32], sink: &mut dyn FnMut(&[u32])) -> Result<()> {
        let segments = self.searcher.segment_readers();
        let indexes: Vec<Arc<InvertedIndexReader>> =
            segments.iter().map(|segment| segment.inverted_index(self.fields.bands)).collect::<tantivy::Result<_>>()?;
        let mut streams = Vec::new();
        for (at, index) in indexes.iter().enumerate() {
            let mut stream = index.terms().stream().map_err(TantivyError::from)?;
            if stream.advance() {
                streams.push((at, stream));
            }
        }
        let mut least: Vec<u8> = Vec::new();
        let mut docs: Vec<u32> = Vec::new();
        while let Some(next) = streams.iter().map(|(_, stream)| stream.key()).min() {
            least.clear();
            least.extend_from_slice(next);
            let holders: Vec<(usize, TermInfo)> = streams
                .iter()
                .filter(|(_, stream)| stream.key() == least)
                .map(|(at, stream)| (*at, stream.value().clone()))
                .collect();
            let total: u32 = holders.iter().map(|(_, info)| info.doc_freq).sum();
            if total > 1 {
                docs.clear();
                for (at, info) in &holders {
                    let (Some(index), Some(base), Some(segment)) =
                        (indexes.get(*at), bases.get(*at), segments.get(*at))
                    else {
                        continue;
                    };
                    each_doc(index, info, &mut |doc| {
                        if !segment.is_deleted(doc) {
                            docs.push(base + doc);
                        }
                    })?;
                }
                if docs.len() > 1 {
                    sink(&docs);
                }
            }
            streams.retain_mut(|(_, stream)| stream.key() != least || stream.advance());
        }
        Ok(())
    }
}

fn each_doc(index: &InvertedIndexReader, info: &TermInfo, sink: &mut dyn FnMut(DocId)) -> Result<()> {
    let postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic);
    let mut postings = postings.map_err(TantivyError::from)?;
    while postings.doc() != TERMINATED {
        sink(postings.doc());
        postings.advance();
    }
    Ok(())
}

/// Disjoint sets of articles, four bytes each (Tarjan, «Efficiency of a Good But Not Linear Set Union Algorithm», 1975).
#[derive(Default)]
struct DisjointSets {
    parents: Vec<u32>,
    /// Which of them were ever united with others.
    united: FxHashSet<u32>,
}

impl DisjointSets {
    /// Adds so many articles; the number of the first.
    fn add(&mut self, count: u32) -> u32 {
        let base = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        self.parents.extend(base..base.saturating_add(count));
        base
    }

    fn root(&mut self, mut at: u32) -> u32 {
        while let Some(parent) = self.parents.get(at as usize).copied().filter(|parent| *parent != at) {
            let above = self.parents.get(parent as usize).copied().unwrap_or(parent);
            if let Some(place) = self.parents.get_mut(at as usize) {
                *place = above;
            }
            at = above;
        }
        at
    }

    /// Makes one set of those of `docs`, under the least of them.
    fn unite(&mut self, docs: &[u32]) {
        let Some((first, others)) = docs.split_first() else { return };
        self.united.extend(docs);
        let mut root = self.root(*first);
        for other in others {
            let other = self.root(*other);
            let (low, high) = (root.min(other), root.max(other));
            if let Some(place) = self.parents.get_mut(high as usize) {
                *place = low;
            }
            root = low;
        }
    }

    /// The set of an article; `None` when it is alone.
    fn component(&mut self, at: u32) -> Option<u32> {
        self.united.contains(&at).then(|| self.root(at))
    }
}

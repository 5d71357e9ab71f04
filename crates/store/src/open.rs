//! Opening an index for reading.

use crate::error::{Error, Result};
use crate::{
    Fields, Manifest, StoredArticle,
    analyzer::tokenizers,
    directory::Folder,
    stems::{Stems, StemsPlugin},
    stories::{Stories, StoriesMark},
};
use std::{
    collections::{BTreeSet, VecDeque},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use svodka_model::{article::Article, error::InputError};
use tantivy::{IndexReader, ReloadPolicy, Searcher};

/// Generations of the index whose stem lists are kept, so that a search that began some commits ago still finds those of
/// its own generation.
const KEPT_GENERATIONS: usize = 16;

/// An index open for reading.
pub struct Index {
    folder: PathBuf,
    manifest: Manifest,
    fields: Fields,
    directory: Folder,
    tantivy: tantivy::Index,
    reader: IndexReader,
    opened: Mutex<Opened>,
}

/// What was opened together with the segments of a generation.
#[derive(Default)]
struct Opened {
    /// The stem lists of the last generations, the newest last.
    stems: VecDeque<Arc<Stems>>,
    /// The stories of the newest generation.
    stories: Arc<Stories>,
    /// The payload of the newest generation's commit.
    payload: Option<String>,
}

impl Index {
    /// Opens the index in `folder`.
    ///
    /// # Errors
    /// No index there, not an index, one of another version, or a damaged one.
    pub fn open(folder: &Path) -> Result<Self> {
        let read = || Manifest::read(folder)?.ok_or_else(|| Error::from(InputError::NoIndex(folder.to_path_buf())));
        let mut manifest = read()?;
        loop {
            manifest.check(folder)?;
            let failed = match Self::open_as(folder, manifest.clone()) {
                Ok(index) => return Ok(index),
                Err(error) => error,
            };
            // A rebuild may have removed the segments since the manifest was read; then there are newer ones.
            let newest = read()?;
            if newest == manifest {
                return Err(failed);
            }
            manifest = newest;
        }
    }

    fn open_as(folder: &Path, manifest: Manifest) -> Result<Self> {
        let directory = Folder::open(&manifest.segments_in(folder))?;
        let lock = directory.lock_removal()?;
        let mut tantivy = open_in(directory.clone())?;
        // Segments are searched in parallel, as far as there are processors; where no thread can be had, in turn.
        let _ = tantivy.set_default_multithread_executor();
        let payload = tantivy.load_metas()?.payload;
        let reader = tantivy.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (_, fields) = Fields::build();
        let folder = folder.to_path_buf();
        let index = Self { folder, manifest, fields, directory, tantivy, reader, opened: Mutex::default() };
        index.open_generation(payload, &mut index.opened())?;
        drop(lock);
        Ok(index)
    }

    /// Opens what belongs to the generation that the reader has just opened, with no file removed since; `payload` was
    /// read before that.
    fn open_generation(&self, mut payload: Option<String>, opened: &mut Opened) -> Result<()> {
        let stems = loop {
            let stems = Stems::open(&self.reader.searcher(), &self.manifest.segments_in(&self.folder))?;
            // The lock keeps files from being removed, not the writer from committing.
            let now = self.tantivy.load_metas()?.payload;
            if now == payload {
                break stems;
            }
            payload = now;
            self.reader.reload()?;
        };
        opened.stories = Arc::new(self.open_stories(payload.as_deref())?);
        opened.payload = payload;
        opened.stems.push_back(Arc::new(stems));
        if opened.stems.len() > KEPT_GENERATIONS {
            opened.stems.pop_front();
        }
        Ok(())
    }

    fn open_stories(&self, payload: Option<&str>) -> Result<Stories> {
        let name = StoriesMark::of_payload(payload).stories;
        let folder = self.manifest.segments_in(&self.folder);
        name.map_or_else(|| Ok(Stories::default()), |name| Stories::open(&self.directory, &folder, &name))
    }

    fn opened(&self) -> MutexGuard<'_, Opened> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What made the index.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The handles of the schema's fields.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The newest generation that was opened.
    #[must_use]
    pub fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// The payload of the commit that [`searcher`](Self::searcher) sees.
    #[must_use]
    pub fn payload(&self) -> Option<String> {
        self.opened().payload.clone()
    }

    /// The stems of a generation, opened once for all who search it.
    ///
    /// # Errors
    /// A generation so old that its files are gone, or a damaged index.
    pub fn stems(&self, searcher: &Searcher) -> Result<Arc<Stems>> {
        let known = self.opened().stems.iter().find(|stems| stems.is_of(searcher)).cloned();
        known.map_or_else(|| Stems::open(searcher, &self.manifest.segments_in(&self.folder)).map(Arc::new), Ok)
    }

    /// The stories of the newest generation that was opened. Articles are named by their keys, so they serve searches of
    /// the generations just before it too.
    #[must_use]
    pub fn stories(&self) -> Arc<Stories> {
        Arc::clone(&self.opened().stories)
    }

    /// Looks for newer commits. An index that was rebuilt since it was opened keeps the generation it has, which is whole;
    /// to see the new one it must be opened again.
    ///
    /// # Errors
    /// Storage failures.
    pub fn reload(&self) -> Result<()> {
        self.reload_generation().or_else(|error| {
            let is_rebuilt = Manifest::read(&self.folder)?.is_some_and(|newest| newest != self.manifest);
            if is_rebuilt { Ok(()) } else { Err(error) }
        })
    }

    fn reload_generation(&self) -> Result<()> {
        // The lock first: two threads that reload must not both lock the folder.
        let mut opened = self.opened();
        let _lock = self.directory.lock_removal()?;
        let payload = self.tantivy.load_metas()?.payload;
        self.reader.reload()?;
        self.open_generation(payload, &mut opened)
    }

    /// Whether the index has changed since the newest generation was opened: by a commit, a merge or a rebuild.
    ///
    /// # Errors
    /// Storage failures.
    pub fn has_changed(&self) -> Result<bool> {
        if Manifest::read(&self.folder)?.as_ref() != Some(&self.manifest) {
            return Ok(true);
        }
        let searcher = self.searcher();
        let open: BTreeSet<_> =
            searcher.segment_readers().iter().map(|s| (s.segment_id(), s.num_deleted_docs())).collect();
        let newest = self.tantivy.load_metas()?;
        let committed: BTreeSet<_> = newest.segments.iter().map(|s| (s.id(), s.num_deleted_docs())).collect();
        Ok(open != committed || newest.payload != self.payload())
    }

    /// Reads a stored article.
    ///
    /// # Errors
    /// Storage failures, or a damaged index.
    pub fn article(&self, searcher: &Searcher, address: tantivy::DocAddress) -> Result<Article> {
        self.stored_article(searcher, address)?.decode().ok_or_else(|| self.damaged_document(address))
    }

    /// Reads all that is stored of an article, as it is stored.
    ///
    /// # Errors
    /// Storage failures, or a damaged index.
    pub fn stored_article(&self, searcher: &Searcher, address: tantivy::DocAddress) -> Result<StoredArticle> {
        let document: tantivy::TantivyDocument = searcher.doc(address)?;
        StoredArticle::of_document(&document, &self.fields).ok_or_else(|| self.damaged_document(address))
    }

    fn damaged_document(&self, address: tantivy::DocAddress) -> Error {
        let tantivy::DocAddress { segment_ord, doc_id } = address;
        let what = format!("document {doc_id} of segment {segment_ord} holds no article");
        Error::damaged(self.manifest.segments_in(&self.folder), what)
    }
}

/// Opens tantivy's index with our analyzer registered, to look into.
pub fn open_segments(folder: &Path) -> Result<tantivy::Index> {
    open_in(Folder::open(folder)?)
}

/// Opens tantivy's index with our analyzer registered, to add to.
pub fn open_to_write(folder: &Path) -> Result<tantivy::Index> {
    open_in(Folder::open_to_write(folder)?)
}

fn open_in(folder: Folder) -> Result<tantivy::Index> {
    let mut index = tantivy::Index::open(folder)?;
    index.set_tokenizers(tokenizers());
    index.register_plugin(Arc::new(StemsPlugin));
    Ok(index)
}

/// Creates tantivy's index with our schema and analyzer.
pub fn create_segments(folder: &Path) -> Result<tantivy::Index> {
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    let (schema, _) = Fields::build();
    let settings = tantivy::IndexSettings {
        docstore_compression: tantivy::store::Compressor::Zstd(tantivy::store::ZstdCompressor {
            compression_level: Some(6),
        }),
        docstore_blocksize: 1 << 15,
        ..Default::default()
    };
    let index = tantivy::Index::builder().schema(schema).settings(settings).tokenizers(tokenizers());
    let index = index.register_plugin(Arc::new(StemsPlugin));
    Ok(index.create_in_dir(folder)?)
}

//! Opening an index for reading.

use crate::error::{Error, Result};
use crate::{
    Fields, Manifest,
    analyzer::tokenizers,
    directory::Folder,
    stems::{Stems, StemsPlugin},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use svodka_model::{article::Article, error::InputError};
use tantivy::{IndexReader, ReloadPolicy, Searcher, schema::Value};

/// An index open for reading.
pub struct Index {
    folder: PathBuf,
    manifest: Manifest,
    fields: Fields,
    reader: IndexReader,
    /// The stems of the view last searched.
    stems: Mutex<Option<Arc<Stems>>>,
}

impl Index {
    /// Opens the index in `folder`.
    ///
    /// # Errors
    /// No index there, not an index, or one made by another analyzer.
    pub fn open(folder: &Path) -> Result<Self> {
        let manifest = Manifest::read(folder)?.ok_or_else(|| InputError::NoIndex(folder.to_path_buf()))?;
        manifest.check(folder, false)?;
        let mut index = open_segments(&manifest.segments_in(folder))?;
        // Each segment in a thread of its own, as far as there are processors; where no thread can be had, in turn.
        let _ = index.set_default_multithread_executor();
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (_, fields) = Fields::build();
        Ok(Self { folder: folder.to_path_buf(), manifest, fields, reader, stems: Mutex::default() })
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

    /// A view of the index as it was when the reader last looked.
    #[must_use]
    pub fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// The stems of a view, opened once for all who search it.
    ///
    /// # Errors
    /// Storage failures, or a damaged index.
    pub fn stems(&self, searcher: &Searcher) -> Result<Arc<Stems>> {
        let mut known = self.stems.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stems) = known.as_ref().filter(|stems| stems.is_of(searcher)) {
            return Ok(stems.clone());
        }
        let stems = Arc::new(Stems::open(searcher)?);
        *known = Some(stems.clone());
        Ok(stems)
    }

    /// Looks for newer commits.
    ///
    /// # Errors
    /// Storage failures.
    pub fn reload(&self) -> Result<()> {
        Ok(self.reader.reload()?)
    }

    /// Reads a stored article.
    ///
    /// # Errors
    /// Storage failures, or a damaged index.
    pub fn article(&self, searcher: &Searcher, address: tantivy::DocAddress) -> Result<Article> {
        let document: tantivy::TantivyDocument = searcher.doc(address)?;
        let stored = document.get_first(self.fields.article).and_then(|v| v.as_bytes());
        crate::decode_article(stored.ok_or_else(|| Error::Bug("document without article".into()))?)
    }
}

/// Opens tantivy's index with our analyzer registered, to look into.
pub fn open_segments(folder: &Path) -> Result<tantivy::Index> {
    open_in(Folder::open(folder))
}

/// Opens tantivy's index with our analyzer registered, to add to.
pub fn open_to_write(folder: &Path) -> Result<tantivy::Index> {
    open_in(Folder::open_to_write(folder))
}

fn open_in(folder: tantivy::Result<Folder>) -> Result<tantivy::Index> {
    let folder = folder?;
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

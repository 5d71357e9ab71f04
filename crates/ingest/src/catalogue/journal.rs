//! The journal: the catalogue on disk, a file that only grows.
//!
//! Every change is one frame with its checksum. The payload of tantivy's commit states how much of the file counts: what
//! a run wrote after its last commit is cut off by the next run, so the catalogue never differs from the documents. When
//! most of it is out of date it is compacted into a new file.

use super::identity;
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    fs::{File, OpenOptions},
    io::{BufReader, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};
use svodka_model::record::RefusalKind;
use svodka_read::{Content, Stamp};
use svodka_store::error::{Error, Result};
use xxhash_rust::xxh3::xxh3_64;

/// What the names of journals begin with.
pub(crate) const PREFIX: &str = "catalogue-";

/// What a frame can hold: no change of the catalogue is longer.
const MAX_FRAME: usize = 1 << 30;

/// One change of the catalogue.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Change<'a> {
    /// A file as it was read, in place of what was known of it.
    File(FileChange<'a>),
    /// A file is gone.
    Gone { path: Cow<'a, str> },
    /// A file must be read again.
    Again { path: Cow<'a, str> },
    /// A file has another stamp but the same bytes.
    Restamped { path: Cow<'a, str>, stamp: Stamp },
    /// A file has another path but the same bytes.
    Moved { from: Cow<'a, str>, to: Cow<'a, str> },
    /// The article with this key has lost its document to an equal one.
    Lost { key: u64 },
    /// The document with this key belongs to another file, which has an article of the same id.
    Shadowed { key: u64, path: Cow<'a, str> },
    /// The stored list of places of the article with this key is out of date.
    Stale { key: u64 },
    /// All stored lists of places are up to date.
    Fresh,
    /// An input refused during the reading with this number.
    Refused { reading: u32, path: Cow<'a, str>, kind: RefusalKind, reason: Cow<'a, str> },
    /// The next name of a format or encoding.
    Name(Cow<'a, str>),
    /// Articles as journals had them that knew no identities; still read.
    More { path: Cow<'a, str>, refused: u32, articles: Vec<ArticleChange> },
    /// Articles of the file that was noted last.
    Articles { path: Cow<'a, str>, refused: u32, articles: Vec<IdentifiedChange> },
}

/// A file as it was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FileChange<'a> {
    pub(super) path: Cow<'a, str>,
    pub(super) home: Option<Cow<'a, str>>,
    pub(super) root: Cow<'a, str>,
    pub(super) stamp: Option<Stamp>,
    pub(super) doubtful: bool,
    pub(super) content: Content,
    pub(super) reading: u32,
    pub(super) refused: u32,
    /// Empty but in journals that knew no identities: articles follow by themselves.
    pub(super) articles: Vec<ArticleChange>,
}

/// An article of a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ArticleChange {
    pub(super) key: u64,
    pub(super) text: u64,
    pub(super) url: u64,
    pub(super) traits: [u8; 4],
    /// For a duplicate: the key of the indexed article, and its own place.
    pub(super) on: Option<(u64, String)>,
}

/// An article of a file, with its identity when its id is its input's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct IdentifiedChange {
    pub(super) article: ArticleChange,
    pub(super) identity: Option<[u8; identity::WIDTH]>,
}

/// How much of which journal counts: the payload of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watermark {
    pub(crate) catalogue: String,
    pub(crate) length: u64,
}

/// How much of which catalogue belongs to the last commit; `None` before the first.
pub(crate) fn watermark(index: &tantivy::Index, segments: &Path) -> Result<Option<Watermark>> {
    index.load_metas()?.payload.map(|payload| parse_watermark(&payload, segments)).transpose()
}

/// The mark in the payload of a commit of the index in `segments`.
pub(crate) fn parse_watermark(payload: &str, segments: &Path) -> Result<Watermark> {
    serde_json::from_str(payload).map_err(|e| Error::damaged(segments, format!("payload of the last commit: {e}")))
}

/// A journal open for writing.
pub(super) struct Journal {
    path: PathBuf,
    name: String,
    file: BufWriter<File>,
    length: u64,
}

impl Journal {
    /// A new, empty journal under a name that nothing in the folder has.
    pub(super) fn create(folder: &Path) -> Result<Self> {
        for number in 1u32.. {
            let name = format!("{PREFIX}{number}");
            let path = folder.join(&name);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok(Self { path, name, file: BufWriter::new(file), length: 0 }),
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => return Err(Error::io(path, e)),
            }
        }
        Err(Error::Bug("no name for a catalogue is left".into()))
    }

    /// The journal of a commit, cut off where the commit ends.
    pub(super) fn open(folder: &Path, mark: &Watermark) -> Result<Self> {
        let path = folder.join(&mark.catalogue);
        let at = |e| Error::io(&path, e);
        let mut file = OpenOptions::new().write(true).open(&path).map_err(at)?;
        if file.metadata().map_err(at)?.len() > mark.length {
            file.set_len(mark.length).map_err(at)?;
        }
        std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(mark.length)).map_err(at)?;
        Ok(Self { name: mark.catalogue.clone(), file: BufWriter::new(file), length: mark.length, path })
    }

    pub(super) fn append(&mut self, change: &Change<'_>) -> Result<()> {
        let bytes = postcard::to_stdvec(change).map_err(|e| Error::Bug(format!("catalogue: {e}")))?;
        let length = u32::try_from(bytes.len()).map_err(|_| Error::Bug("catalogue: too long a change".into()))?;
        let mut write = || {
            self.file.write_all(&length.to_le_bytes())?;
            self.file.write_all(&checksum(&bytes).to_le_bytes())?;
            self.file.write_all(&bytes)
        };
        write().map_err(|e| Error::io(&self.path, e))?;
        self.length += u64::from(length) + 8;
        Ok(())
    }

    /// Puts everything appended so far on disk; a commit with this mark in its payload makes it count.
    pub(super) fn sync(&mut self) -> Result<Watermark> {
        let flushed = self.file.flush().and_then(|()| self.file.get_ref().sync_data());
        flushed.map_err(|e| Error::io(&self.path, e))?;
        Ok(Watermark { catalogue: self.name.clone(), length: self.length })
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }
}

/// Reads the changes that count, in order.
pub(super) fn read(folder: &Path, mark: &Watermark, each: &mut dyn FnMut(Change<'_>) -> Result<()>) -> Result<()> {
    let path = folder.join(&mark.catalogue);
    let file = File::open(&path).map_err(|e| match e.kind() {
        ErrorKind::NotFound => Error::damaged(&path, "it is missing"),
        _ => Error::io(&path, e),
    })?;
    let mut file = BufReader::with_capacity(1 << 20, file);
    let (mut left, mut bytes) = (mark.length, Vec::new());
    while left > 0 {
        let mut head = [0; 8];
        file.read_exact(&mut head).map_err(|e| cut(&path, e))?;
        let [a, b, c, d, e, f, g, h] = head;
        let (length, sum) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        let size = length as usize;
        if size > MAX_FRAME || u64::from(length) + 8 > left {
            return Err(Error::damaged(&path, "a frame is too long"));
        }
        bytes.resize(size, 0);
        file.read_exact(&mut bytes).map_err(|e| cut(&path, e))?;
        if checksum(&bytes) != sum {
            return Err(Error::damaged(&path, "a checksum is wrong"));
        }
        each(postcard::from_bytes(&bytes).map_err(|e| Error::damaged(&path, e.to_string()))?)?;
        left -= u64::from(length) + 8;
    }
    Ok(())
}

fn checksum(bytes: &[u8]) -> u32 {
    let [a, b, c, d, ..] = xxh3_64(bytes).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

fn cut(path: &Path, e: std::io::Error) -> Error {
    match e.kind() {
        ErrorKind::UnexpectedEof => Error::damaged(path, "it is cut off"),
        _ => Error::io(path, e),
    }
}

//! Files as the incremental index knows them: which there are, and whether they are as they were.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    time::SystemTime,
};

/// Hash of a file's bytes: the first half of their BLAKE3.
pub type Content = [u8; 16];

/// Bytes hashed at a time.
const BLOCK: usize = 64 << 10;

/// What tells without reading a file whether it has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// When its bytes were last changed, in nanoseconds since 1970.
    pub modified: u64,
    /// When anything about it was last changed: catches a copy that keeps the old modification time.
    pub changed: u64,
}

impl Stamp {
    /// The stamp of a file.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        let since = |time: std::io::Result<SystemTime>| {
            let since = time.ok().and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok());
            since.and_then(|d| u64::try_from(d.as_nanos()).ok()).unwrap_or(0)
        };
        #[cfg(unix)]
        let changed = {
            use std::os::unix::fs::MetadataExt;
            let nanoseconds = i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
            u64::try_from(nanoseconds).unwrap_or(0)
        };
        #[cfg(not(unix))]
        let changed = since(metadata.created());
        Self { size: metadata.len(), modified: since(metadata.modified()), changed }
    }
}

/// A file that was read to its end, or as far as it could be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The file, as the user would name it.
    pub path: String,
    /// Its absolute path.
    pub absolute: String,
    /// Its stamp before it was read; `None` when it changed meanwhile, or could not be read, and must be read again.
    pub stamp: Option<Stamp>,
    /// Hash of its bytes, once it was read; zeros for one that could not be, and for standard input.
    pub content: Content,
}

/// Opens a file without waiting: opening a FIFO in the usual way blocks until somebody writes to it. What was opened
/// is told by its own metadata, for the path may have led elsewhere a moment ago.
pub(super) fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0));
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

/// A file read from its beginning, hashed as it is read.
pub(super) struct Hashed<'f> {
    file: &'f File,
    /// Bytes read and hashed. Others may seek in the same file.
    position: u64,
    hash: blake3::Hasher,
}

impl<'f> Hashed<'f> {
    pub(super) fn new(file: &'f File) -> Self {
        Self { file, position: 0, hash: blake3::Hasher::new() }
    }

    /// The hash of the whole file; `None` when the rest of it cannot be read.
    pub(super) fn finish(mut self) -> Option<Content> {
        self.file.seek(SeekFrom::Start(self.position)).ok()?;
        let mut block = vec![0; BLOCK];
        while self.read(&mut block).ok()? > 0 {}
        let mut content = Content::default();
        content.iter_mut().zip(self.hash.finalize().as_bytes()).for_each(|(to, from)| *to = *from);
        Some(content)
    }
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.position += read as u64;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// The hash of a file's bytes; `None` when it cannot be read.
#[must_use]
pub fn content_of(path: &Path) -> Option<Content> {
    let (file, metadata) = open(path).ok()?;
    metadata.is_file().then(|| Hashed::new(&file).finish()).flatten()
}

/// Decides which of the files that are found shall be read.
pub trait Selection: Sync {
    /// Whether to read this file.
    fn wants(&self, path: &std::path::Path, absolute: &str, stamp: Stamp) -> bool;
}

/// Reads every file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Every;

impl Selection for Every {
    fn wants(&self, _: &std::path::Path, _: &str, _: Stamp) -> bool {
        true
    }
}

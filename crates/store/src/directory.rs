//! The folder of tantivy's files: mapped into memory for searching, read piece by piece for writing; it may be read-only.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
    error::{DeleteError, LockError, OpenReadError, OpenWriteError},
};

/// A folder of segments. Readers lock it against the removal of files that they are about to open; a read-only folder
/// needs no such lock and has none.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    mapped: MmapDirectory,
    /// Where files are read from instead, if they are not to be mapped.
    read_from: Option<PathBuf>,
    /// Whether a [`RemovalLock`] of this process is held for this folder.
    is_locked: Arc<AtomicBool>,
}

/// While this lives no process removes files from the folder. Tantivy takes the same lock whenever it opens segments;
/// it is granted at once then, so that what is opened before and after belongs together.
pub(super) struct RemovalLock {
    is_locked: Arc<AtomicBool>,
    _lock: DirectoryLock,
}

impl Drop for RemovalLock {
    fn drop(&mut self) {
        self.is_locked.store(false, Ordering::Release);
    }
}

impl Folder {
    /// For searching: files are mapped, so that only what is needed is read, and stays cached.
    pub(super) fn open(path: &Path) -> tantivy::Result<Self> {
        Ok(Self { mapped: MmapDirectory::open(path)?, read_from: None, is_locked: Arc::default() })
    }

    /// Locks the folder against the removal of files, waiting for whoever has the lock. One thread at a time may ask.
    pub(super) fn lock_removal(&self) -> tantivy::Result<RemovalLock> {
        let lock = self.acquire_lock(&META_LOCK).map_err(tantivy::TantivyError::from)?;
        self.is_locked.store(true, Ordering::Release);
        Ok(RemovalLock { is_locked: Arc::clone(&self.is_locked), _lock: lock })
    }

    /// For writing: merging reads whole segments once. Mapped, all of them would count as memory of this process.
    pub(super) fn open_to_write(path: &Path) -> tantivy::Result<Self> {
        Ok(Self { read_from: cfg!(unix).then(|| path.to_path_buf()), ..Self::open(path)? })
    }
}

#[cfg(unix)]
mod unmapped {
    use std::{
        fs::File,
        io,
        ops::Range,
        os::unix::fs::FileExt,
        path::{Path, PathBuf},
    };
    use tantivy::{
        Directory, HasLen,
        directory::{FileHandle, MmapDirectory, OwnedBytes, error::OpenReadError},
    };

    /// Reads of this size and above are memory-mapped after all: the allocator would otherwise retain a buffer of that
    /// size for each thread.
    const LARGE: usize = 1 << 20;

    /// A file that is read piece by piece.
    #[derive(Debug)]
    pub(super) struct Unmapped {
        file: File,
        length: usize,
        folder: MmapDirectory,
        name: PathBuf,
    }

    impl Unmapped {
        pub(super) fn open(folder: &MmapDirectory, root: &Path, name: &Path) -> Result<Self, OpenReadError> {
            let path = &root.join(name);
            let failed = |e: io::Error| match e.kind() {
                io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_path_buf()),
                _ => OpenReadError::wrap_io_error(e, path.to_path_buf()),
            };
            let file = File::open(path).map_err(failed)?;
            let length = file.metadata().map_err(failed)?.len();
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            Ok(Self { file, length, folder: folder.clone(), name: name.to_path_buf() })
        }
    }

    impl HasLen for Unmapped {
        fn len(&self) -> usize {
            self.length
        }
    }

    impl FileHandle for Unmapped {
        fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
            if range.len() >= LARGE {
                return self.folder.get_file_handle(&self.name).map_err(io::Error::other)?.read_bytes(range);
            }
            let mut bytes = vec![0; range.len()];
            self.file.read_exact_at(&mut bytes, range.start as u64)?;
            Ok(OwnedBytes::new(bytes))
        }
    }
}

fn is_read_only(error: &LockError) -> bool {
    let kind = match error {
        LockError::IoError(e) => e.kind(),
        LockError::LockBusy => return false,
    };
    matches!(kind, io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied)
}

impl Directory for Folder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        #[cfg(unix)]
        if let Some(folder) = &self.read_from {
            return Ok(Arc::new(unmapped::Unmapped::open(&self.mapped, folder, path)?));
        }
        self.mapped.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.mapped.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.mapped.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.mapped.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.mapped.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        match &self.read_from {
            // What the writer writes, others may read.
            Some(folder) => crate::files::write_atomically(&folder.join(path), data),
            None => self.mapped.atomic_write(path, data),
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.mapped.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == META_LOCK.filepath && self.is_locked.load(Ordering::Acquire) {
            return Ok(DirectoryLock::from(Box::new(())));
        }
        match self.mapped.acquire_lock(lock) {
            Err(e) if lock.filepath == META_LOCK.filepath && is_read_only(&e) => Ok(DirectoryLock::from(Box::new(()))),
            outcome => outcome,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.mapped.watch(callback)
    }
}

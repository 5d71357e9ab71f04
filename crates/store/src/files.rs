//! Files that are written in one step: readers see the old content or the new one.

use std::{
    io::{self, Write},
    path::Path,
};
use tempfile::{Builder, NamedTempFile};

/// Temporary names begin so; housekeeping knows them by it.
const PREFIX: &str = ".tmp";

/// A temporary file in `folder` with the permissions that the umask leaves, as other programs create files; those of
/// [`NamedTempFile::new_in`] would keep everybody else from reading the index.
///
/// # Errors
/// The system's.
pub fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Writes `content` to the file at `path` in one step, after it has reached the disk.
///
/// # Errors
/// The system's.
pub fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = temporary_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

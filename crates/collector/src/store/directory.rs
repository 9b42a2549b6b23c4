//! The data directory, and the lock that one collector holds on it.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::error::StoreError;

/// The file that a running collector locks.
const LOCK: &str = "askfirst.lock";

/// Creates the directory, readable by its owner only. The permissions of an existing one stay as they are.
pub(super) fn make_private(directory: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|source| StoreError::File { path: directory.to_owned(), source })
}

/// The address of the collector that runs on that data directory. Empty if it has not announced one.
///
/// # Errors
/// If the lock file cannot be read.
pub fn announced(directory: &Path) -> Result<String, StoreError> {
    let path = directory.join(LOCK);
    std::fs::read_to_string(&path).map_err(|source| StoreError::File { path, source })
}

/// Locks the data directory. Batch numbers are remembered by one writer, so a second collector must not use it.
pub(super) fn lock(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join(LOCK);
    // The content belongs to another collector until the lock is ours.
    let file = match File::options().write(true).create(true).truncate(false).open(&path) {
        Ok(file) => file,
        Err(source) => return Err(StoreError::File { path, source }),
    };
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(directory.to_owned())),
        Err(TryLockError::Error(source)) => Err(StoreError::File { path, source }),
    }
}

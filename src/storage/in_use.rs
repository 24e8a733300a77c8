//! Who uses a SQLite database: every store holds a lock on a file beside it, and a restoration takes that lock for itself, so
//! that it never replaces the file of a running service. Not on the database itself: closing a file gives up SQLite's locks.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::connection::private_file;
use super::storage_error::StorageError;

/// The path of a file beside another: `quotidien.db.lock` beside `quotidien.db`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn lock_file(path: &Path) -> std::io::Result<File> {
    private_file().create(true).open(beside(path, ".lock"))
}

/// Uses a database together with others; `None` where files have no locks, or none can be made.
pub(super) fn together(path: &Path) -> Result<Option<File>, StorageError> {
    let Ok(file) = lock_file(path) else {
        return Ok(None);
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(StorageError::Refused("a backup is being restored here".to_owned())),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Uses a database alone.
pub(super) fn alone(path: &Path) -> Result<File, StorageError> {
    let file = lock_file(path).map_err(|error| StorageError::Refused(format!("locking the database: {error}")))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StorageError::Refused(
            "the database is in use: stop the service first".to_owned(),
        )),
        Err(TryLockError::Error(error)) => Err(StorageError::Refused(format!("locking the database: {error}"))),
    }
}

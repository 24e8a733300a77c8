//! Files that are whole whatever happens: a new file is written beside the old one, brought to the disk, and then put
//! in the place of the old one.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// Reading or writing failed.
    #[error("the disk: {0}")]
    Disk(#[from] std::io::Error),
    /// The file is not one that this program wrote.
    #[error("not a file of this program: {0}")]
    Foreign(#[from] serde_json::Error),
}

/// The value in a file; the default where there is no file.
///
/// # Errors
/// When the file cannot be read.
pub fn load<T: DeserializeOwned + Default>(file: &Path) -> Result<T, DiskError> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(error.into()),
    }
}

/// Puts a value in a file. Once this has returned the file has the new value even after a power cut; until then it has
/// the old value or the new one, whole.
///
/// # Errors
/// When the file cannot be written.
pub fn save<T: Serialize>(file: &Path, value: &T) -> Result<(), DiskError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut beside = NamedTempFile::new_in(folder)?;
    beside.write_all(&serde_json::to_vec(value)?)?;
    beside.as_file().sync_all()?;
    beside.persist(file).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

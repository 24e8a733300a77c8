//! Files that are whole whatever happens: written beside, brought to the disk, then put in the place of the old.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The disk says no.
    #[error("the disk: {0}")]
    Disk(#[from] std::io::Error),
    /// The file is not one of ours.
    #[error("not a file of this program: {0}")]
    Foreign(#[from] serde_json::Error),
}

/// What a file holds; the default where there is none.
///
/// # Errors
/// When it cannot be read.
pub fn load<T: DeserializeOwned + Default>(file: &Path) -> Result<T, DiskError> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(error.into()),
    }
}

/// Puts a value in a file. When this returns it is there after a power cut; until then the old one is.
///
/// # Errors
/// When it cannot be written.
pub fn save<T: Serialize>(file: &Path, value: &T) -> Result<(), DiskError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut beside = NamedTempFile::new_in(folder)?;
    beside.write_all(&serde_json::to_vec(value)?)?;
    beside.as_file().sync_all()?;
    beside.persist(file).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

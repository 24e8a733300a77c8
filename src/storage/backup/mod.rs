//! Copies of a whole database, made while it is used, and put in its place again.

mod postgres;
mod sqlite;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::connection::DatabaseUrl;
use super::in_use::beside;
use super::storage_error::StorageError;

/// How a backup of SQLite begins.
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
/// How a backup of PostgreSQL begins: an archive of `pg_dump`.
const POSTGRES_MAGIC: &[u8] = b"PGDMP";

fn refused(why: impl Into<String>) -> StorageError {
    StorageError::Refused(why.into())
}

/// What could not be done with a file.
fn failed(what: &str, path: &Path) -> impl Fn(std::io::Error) -> StorageError {
    let what = format!("{what} {}", path.display());
    move |error| refused(format!("{what}: {error}"))
}

/// Writes a copy of a database to a new file, which its owner alone reads. The database is used meanwhile. The file has its
/// name only once it is whole and on the disk.
///
/// # Errors
/// When there is such a file, or no such database, or the copy could not be made.
pub fn back_up(url: &DatabaseUrl, to: &Path) -> Result<(), StorageError> {
    if to.exists() {
        return Err(refused(format!("there is a file {} already", to.display())));
    }
    let part = beside(to, ".part");
    let part_file = super::private_file().create(true).truncate(true).open(&part);
    drop(part_file.map_err(failed("writing", &part))?);
    let written = match url {
        DatabaseUrl::Sqlite(path) => sqlite::copy(path, &part),
        DatabaseUrl::Postgres(url) => postgres::dump(url, &part),
    };
    let kept = written.and_then(|()| {
        let on_disk = File::open(&part).and_then(|file| file.sync_all());
        on_disk.map_err(failed("writing", &part))?;
        std::fs::rename(&part, to).map_err(failed("writing", to))
    });
    if kept.is_err() {
        drop(std::fs::remove_file(&part));
    }
    kept
}

/// A backup that is being put in the place of a database: it is there to be settled, and takes that place once it is.
/// Dropped before, everything is as it was.
pub enum Restoration {
    /// Beside the file of the database.
    Sqlite(sqlite::Restoration),
    /// In the database; what was there stands aside.
    Postgres(postgres::Restoration),
}

impl Restoration {
    /// Begins to restore a database from a backup, once that was found sound and no newer than this program.
    ///
    /// # Errors
    /// When it is not, or when somebody uses the database.
    pub fn begin(url: &DatabaseUrl, from: &Path) -> Result<Self, StorageError> {
        let mut magic = [0; 16];
        let mut file = File::open(from).map_err(failed("reading", from))?;
        let read = file.read(&mut magic).map_err(failed("reading", from))?;
        let begins = magic.get(..read).unwrap_or_default();
        match url {
            DatabaseUrl::Sqlite(path) if begins.starts_with(SQLITE_MAGIC) => {
                sqlite::Restoration::begin(path, from).map(Self::Sqlite)
            }
            DatabaseUrl::Postgres(url) if begins.starts_with(POSTGRES_MAGIC) => {
                postgres::Restoration::begin(url, from).map(Self::Postgres)
            }
            DatabaseUrl::Sqlite(_) => Err(refused(format!("{} is no backup of SQLite", from.display()))),
            DatabaseUrl::Postgres(_) => Err(refused(format!("{} is no backup of PostgreSQL", from.display()))),
        }
    }

    /// Where what the backup holds is to be settled.
    pub fn url(&self) -> DatabaseUrl {
        match self {
            Self::Sqlite(restoration) => DatabaseUrl::Sqlite(restoration.beside()),
            Self::Postgres(restoration) => DatabaseUrl::Postgres(restoration.url().to_owned()),
        }
    }

    /// Puts what was settled in the place of the database. Gives where what was there before is kept, if it is.
    ///
    /// # Errors
    /// When it cannot be put there.
    pub fn finish(self) -> Result<Option<PathBuf>, StorageError> {
        match self {
            Self::Sqlite(restoration) => restoration.finish(),
            Self::Postgres(restoration) => restoration.finish().map(|()| None),
        }
    }
}

//! Backups of SQLite: files that SQLite writes from one snapshot (`VACUUM INTO`), without free pages and without a log.

use std::fs::File;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{failed, refused};
use crate::storage::StorageError;
use crate::storage::check;
use crate::storage::in_use::{alone, beside};
use crate::storage::migrations;

fn connect(path: &Path) -> Result<SqliteConnection, StorageError> {
    SqliteConnection::establish(&path.to_string_lossy()).map_err(|error| refused(error.to_string()))
}

/// Copies a database to a file that is empty.
pub(super) fn copy(path: &Path, to: &Path) -> Result<(), StorageError> {
    if !path.exists() {
        return Err(refused(format!("there is no database {}", path.display())));
    }
    let mut connection = connect(path)?;
    connection.batch_execute("PRAGMA busy_timeout = 5000")?;
    diesel::sql_query("VACUUM INTO ?")
        .bind::<Text, _>(to.to_string_lossy())
        .execute(&mut connection)?;
    leave_mail_out(&mut connect(to)?)
}

/// Takes mail that waits out of a copy: it holds links that set passwords, and is sent by the database that it waits in. The
/// copy may be of a schema that has none.
fn leave_mail_out(copy: &mut SqliteConnection) -> Result<(), StorageError> {
    let is_there: i64 = diesel::sql_query("SELECT count(*) AS count FROM sqlite_master WHERE name = 'outbox'")
        .get_result::<Count>(copy)?
        .count;
    if is_there > 0 {
        copy.batch_execute("PRAGMA secure_delete = ON; DELETE FROM outbox")?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A backup beside the database whose place it is to take.
pub struct Restoration {
    path: PathBuf,
    /// Nobody else uses the database while this is held.
    _in_use: File,
}

impl Restoration {
    pub(super) fn begin(path: &Path, from: &Path) -> Result<Self, StorageError> {
        if beside(from, "-wal").exists() {
            let log = "has a log beside it: it is the file of a database that was used, and no backup of its own";
            return Err(refused(format!("{} {log}", from.display())));
        }
        let restoration = Self {
            path: path.to_owned(),
            _in_use: alone(path)?,
        };
        restoration.is_not_used()?;
        restoration.clear();
        let copy = restoration.beside();
        let made = crate::storage::private_file().create(true).truncate(true).open(&copy);
        drop(made.map_err(failed("writing", &copy))?);
        std::fs::copy(from, &copy).map_err(failed("writing", &copy))?;
        let mut connection = connect(&copy)?;
        let faults = check::faults_of_file(&mut connection)
            .map_err(|error| refused(format!("{} is damaged: {error}", from.display())))?;
        if let Some(fault) = faults.first() {
            return Err(refused(format!("{} is damaged: {fault}", from.display())));
        }
        let versions = migrations::versions_in(&mut connection)
            .map_err(|_| refused(format!("{} is no backup of Quotidien", from.display())))?;
        migrations::are_known(&versions)?;
        Ok(restoration)
    }

    /// The copy of the backup.
    pub(super) fn beside(&self) -> PathBuf {
        beside(&self.path, ".restoring")
    }

    /// Another program that has the file open, even one that knows no lock beside it, keeps SQLite from leaving its log.
    /// What is too damaged to be opened is used by nobody.
    fn is_not_used(&self) -> Result<(), StorageError> {
        if !self.path.exists() {
            return Ok(());
        }
        let leave_log = "PRAGMA busy_timeout = 1000; PRAGMA journal_mode = DELETE";
        match connect(&self.path).map(|mut connection| connection.batch_execute(leave_log)) {
            Ok(Err(error)) if error.to_string() == "database is locked" => {
                Err(refused("the database is in use: stop the service first"))
            }
            _ => Ok(()),
        }
    }

    /// Removes what an earlier attempt left.
    fn clear(&self) {
        for ending in ["", "-wal", "-shm", ".lock"] {
            drop(std::fs::remove_file(beside(&self.beside(), ending)));
        }
    }

    pub(super) fn finish(self) -> Result<Option<PathBuf>, StorageError> {
        let copy = self.beside();
        connect(&copy)?.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = DELETE")?;
        File::open(&copy)
            .and_then(|file| file.sync_all())
            .map_err(failed("writing", &copy))?;
        let replaced = beside(&self.path, ".replaced");
        let mut kept = None;
        for ending in ["", "-wal"] {
            let old = beside(&self.path, ending);
            drop(std::fs::remove_file(beside(&replaced, ending)));
            if old.exists() {
                std::fs::rename(&old, beside(&replaced, ending)).map_err(failed("replacing", &old))?;
                kept = Some(replaced.clone());
            }
        }
        // The index of a log that is not there any more.
        drop(std::fs::remove_file(beside(&self.path, "-shm")));
        std::fs::rename(&copy, &self.path).map_err(failed("replacing", &self.path))?;
        if let Some(folder) = self.path.parent().and_then(|folder| File::open(folder).ok()) {
            drop(folder.sync_all());
        }
        Ok(kept)
    }
}

impl Drop for Restoration {
    /// Removes the copy when it did not take the place of the database.
    fn drop(&mut self) {
        self.clear();
    }
}

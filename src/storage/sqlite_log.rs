//! SQLite's log, and how much of it the disk keeps. The writer commits without waiting for the disk; the thread that answers has the disk
//! keep the log while the writer is at the next batch. Nobody hears of what may still be lost: a write is answered once the disk keeps
//! it, and so is a read that may have seen it.

use std::fs::{File, canonicalize};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;

use super::connection::{AnyConnection, DatabaseUrl};
use super::in_use::beside;
use super::storage_error::StorageError;
use super::traces::empty_log;

/// How long a read waits for the disk.
const PATIENCE: Duration = Duration::from_secs(10);

/// The log of a SQLite database.
pub(super) struct Log {
    database: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

/// Commits are numbered in their order.
#[derive(Default)]
struct State {
    /// The log that the connection of the writer has opened, which keeps it from being replaced; none where there is no log.
    file: Option<Arc<File>>,
    /// The last commit that was begun, whose writes a read may have seen.
    begun: u64,
    /// The last commit that has ended: all it wrote is in the log.
    ended: u64,
    /// The last commit that the disk keeps.
    kept: u64,
    /// Whether the disk has failed to keep the log. What it was to keep may be lost without a further word: asked again, the system says
    /// that all is well.
    failed: bool,
}

impl Log {
    /// The log of a database; none where the database is PostgreSQL, which keeps its own before it answers.
    pub(super) fn of(url: &DatabaseUrl) -> Option<Arc<Self>> {
        let DatabaseUrl::Sqlite(path) = url else {
            return None;
        };
        Some(Arc::new(Self {
            database: path.clone(),
            state: Mutex::default(),
            changed: Condvar::new(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code that may panic runs while the state is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a connection, with which the writer commits from now on, not wait for the disk. Where files have no memory that is shared, SQLite
    /// has no log, and the connection waits as it did.
    ///
    /// # Errors
    /// When the log cannot be opened.
    pub(super) fn open(&self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        let AnyConnection::Sqlite(connection) = connection else {
            return Ok(());
        };
        // SQLite opens its log when it reads, and follows links before it names it.
        connection.batch_execute("SELECT 1 FROM sqlite_schema")?;
        let file = match canonicalize(&self.database).and_then(|path| File::open(beside(&path, "-wal"))) {
            Ok(file) => Some(Arc::new(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(StorageError::Unavailable(format!("the log of SQLite: {error}"))),
        };
        if file.is_some() {
            connection.batch_execute("PRAGMA synchronous = NORMAL")?;
        }
        self.state().file = file;
        Ok(())
    }

    /// Runs a commit of the writer.
    pub(super) fn around<T, E>(&self, commit: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.state().begun += 1;
        let mut begun = Begun {
            log: self,
            committed: false,
        };
        let outcome = commit();
        begun.committed = outcome.is_ok();
        outcome
    }

    /// Has the disk keep all that is committed.
    ///
    /// # Errors
    /// When it has failed to, until [`Log::mend`].
    pub(super) fn keep(&self) -> Result<(), StorageError> {
        let state = self.state();
        let (ended, file) = (state.ended, state.file.clone());
        if state.failed || state.kept >= ended {
            return state.outcome();
        }
        drop(state);
        let kept = file.map_or(Ok(()), |file| file.sync_data());
        let mut state = self.state();
        if let Err(error) = kept {
            tracing::error!(%error, "the disk has failed to keep the log of SQLite");
            state.failed = true;
        }
        // It may have failed for another thread meanwhile.
        if !state.failed {
            state.kept = state.kept.max(ended);
        }
        self.changed.notify_all();
        state.outcome()
    }

    /// Waits until the disk keeps all that a read which has ended may have seen; also while the log is being mended.
    ///
    /// # Errors
    /// When that takes longer than [`PATIENCE`].
    pub(super) fn wait(&self) -> Result<(), StorageError> {
        let state = self.state();
        let seen = state.begun;
        let is_unkept = |state: &mut State| state.kept < seen.min(state.begun);
        let waited = self.changed.wait_timeout_while(state, PATIENCE, is_unkept);
        if waited.unwrap_or_else(PoisonError::into_inner).1.timed_out() {
            return Err(StorageError::Unavailable(
                "the disk does not keep what was read".to_owned(),
            ));
        }
        Ok(())
    }

    /// Whether the disk has failed to keep the log.
    pub(super) fn has_failed(&self) -> bool {
        self.state().failed
    }

    /// Moves what is committed into the database, which keeps it, and begins the log anew: what the disk lost is written again.
    ///
    /// # Errors
    /// When somebody reads from the log, or the disk fails again.
    pub(super) fn mend(&self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        if let AnyConnection::Sqlite(connection) = connection {
            empty_log(connection)?;
        }
        let mut state = self.state();
        state.kept = state.ended;
        state.failed = false;
        self.changed.notify_all();
        Ok(())
    }
}

/// A commit that was begun, which ends when this is dropped, also by a panic.
struct Begun<'l> {
    log: &'l Log,
    committed: bool,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        let mut state = self.log.state();
        if self.committed {
            state.ended = state.begun;
        } else {
            // Nobody has seen anything of it, and nobody need wait for it.
            state.begun = state.ended;
            self.log.changed.notify_all();
        }
    }
}

impl State {
    fn outcome(&self) -> Result<(), StorageError> {
        if self.failed {
            return Err(StorageError::Unavailable(
                "the disk has failed to keep what was written".to_owned(),
            ));
        }
        Ok(())
    }
}

//! What can go wrong in storage. None of it is for the eyes of callers: the HTTP layer answers 500 or 503 and logs.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::connection::AnyConnection;
use crate::domain::identifiers::OrganisationId;

/// What SQLite says of a fault that passes. These are the fixed texts of its result codes (`sqlite3_errstr`), in no other
/// language, and compiled in: diesel hands on no code.
const SQLITE_PASSING: [&str; 9] = [
    "database is locked",                   // SQLITE_BUSY
    "database table is locked",             // SQLITE_LOCKED
    "database or disk is full",             // SQLITE_FULL
    "disk I/O error",                       // SQLITE_IOERR: also a disk that is full, under the log or its index
    "out of memory",                        // SQLITE_NOMEM
    "attempt to write a readonly database", // SQLITE_READONLY
    "unable to open database file",         // SQLITE_CANTOPEN
    "locking protocol",                     // SQLITE_PROTOCOL
    "interrupted",                          // SQLITE_INTERRUPT
];

/// A failure of storage.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database cannot be reached or is busy, or a commit's answer was lost; the same request may do later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// More writes wait than the queue holds.
    #[error("too many writes are waiting")]
    QueueFull,
    /// What is stored breaks a rule of the domain.
    #[error("stored data is not sound: {0}")]
    Corrupt(String),
    /// The address of the database is not one that is understood.
    #[error("{0}")]
    BadUrl(String),
    /// A backup could not be made or restored, for a reason that whoever asked can mend.
    #[error("{0}")]
    Refused(String),
    /// The schema could not be brought up to date.
    #[error("migrating failed: {0}")]
    Migration(String),
    /// Work in a transaction panicked.
    #[error("a write panicked: {0}")]
    Panicked(String),
    /// Work asks for the lock of an organisation that its transaction does not hold.
    #[error("organisation {0} is not locked")]
    NotLocked(OrganisationId),
    /// Any other error of the database.
    #[error("the database failed: {0}")]
    Database(DieselError),
}

impl StorageError {
    /// Whether the same request may succeed later.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::QueueFull)
    }

    /// The same failure, once it is known on which database it came about: whether it passes is told by the codes of that
    /// database. Of PostgreSQL's, diesel tells those of constraints and of lost connections apart and hands on no other;
    /// its messages are in the language of the server. But it says where in the statement a fault is: it does so when the
    /// statement itself is at fault, and not when the server lacks room, memory or connections, when a lock or a
    /// statement took too long, or when it stops (classes 40, 53, 55, 57 and 58 of SQLSTATE).
    ///
    /// But for one lock: for that of a whole table, as `VACUUM FULL` holds it, a statement that is new to its connection waits
    /// while it is read, and the server then points at the table. So what comes after a transaction `has_waited` as long as it
    /// waits for locks is taken to pass.
    pub(super) fn on(self, connection: &AnyConnection, has_waited: bool) -> Self {
        let Self::Database(DieselError::DatabaseError(DatabaseErrorKind::Unknown, information)) = &self else {
            return self;
        };
        let passes = match connection {
            AnyConnection::Sqlite(_) => SQLITE_PASSING.contains(&information.message()),
            AnyConnection::Postgres(_) => has_waited || information.statement_position().is_none(),
        };
        if passes {
            Self::Unavailable(information.message().to_owned())
        } else {
            self
        }
    }
}

impl From<DieselError> for StorageError {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::UnableToSendCommand
                // Another server takes the place of this one, or its disk is in distress.
                | DatabaseErrorKind::ReadOnlyTransaction,
                information,
            ) => Self::Unavailable(information.message().to_owned()),
            DieselError::DeserializationError(fault) => Self::Corrupt(fault.to_string()),
            DieselError::BrokenTransactionManager => Self::Unavailable("the connection is broken".to_owned()),
            _ => Self::Database(error),
        }
    }
}

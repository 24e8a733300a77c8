//! What can go wrong in storage. None of it is for the eyes of callers: the HTTP layer answers 500 or 503 and logs.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::domain::identifiers::OrganisationId;

/// Words of the databases for a fault that passes, where diesel has no kind for it: SQLite's for a lock that was not had
/// in time and for a full disk, then PostgreSQL's.
const TEMPORARY: [&str; 6] = [
    "database is locked",
    "database or disk is full",
    "the database system is",
    "canceling statement due to lock timeout",
    "canceling statement due to statement timeout",
    "deadlock detected",
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
}

impl From<DieselError> for StorageError {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::UnableToSendCommand,
                information,
            ) => Self::Unavailable(information.message().to_owned()),
            DieselError::DatabaseError(_, information)
                if TEMPORARY.iter().any(|message| information.message().contains(message)) =>
            {
                Self::Unavailable(information.message().to_owned())
            }
            DieselError::DeserializationError(fault) => Self::Corrupt(fault.to_string()),
            DieselError::BrokenTransactionManager => Self::Unavailable("the connection is broken".to_owned()),
            _ => Self::Database(error),
        }
    }
}

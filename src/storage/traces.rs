//! What is left on the disk of what was erased, and its end. A database marks what is deleted as free and leaves the bytes
//! there: SQLite overwrites them here (`secure_delete`), but its log keeps the earlier pages until it is emptied;
//! PostgreSQL keeps them until the space is used again or the table is written anew.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::connection::AnyConnection;
use super::erasure::tables_of_people;
use super::storage_error::StorageError;
use super::store::Store;

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// Parts of some rows: notes, entries of the audit log. PostgreSQL uses their space again by itself.
    Parts,
    /// What says who somebody is.
    Person,
    /// A whole organisation.
    Organisation,
}

/// SQLite's log can be emptied while nobody reads from it, and PostgreSQL's tables once older transactions are over: this
/// often it is tried, and so long is waited in between. Each try keeps SQLite's writer for no longer than [`SQLITE_TRY`].
const TRIES: u32 = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(200);
const SQLITE_TRY: &str = "PRAGMA busy_timeout = 100";

impl Store {
    /// Removes from the disk what is left of what was erased. Not in the queue of writes, since neither database does it in
    /// a transaction. On PostgreSQL a table that is written anew is locked meanwhile; whoever uses it for long makes
    /// this fail instead of waiting.
    ///
    /// # Errors
    /// When somebody reads or writes for so long that it could not be done. What was erased stays erased.
    pub async fn remove_traces(&self, erased: Erased) -> Result<(), StorageError> {
        let url = self.url.clone();
        tokio::task::spawn_blocking(move || remove_traces(&mut AnyConnection::open(&url)?, erased))
            .await
            .map_err(|error| StorageError::Panicked(error.to_string()))?
    }
}

fn remove_traces(connection: &mut AnyConnection, erased: Erased) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(connection) => {
            if erased == Erased::Organisation {
                // The new copy of the file is made on the disk, as it may be larger than the memory.
                connection.batch_execute("PRAGMA temp_store = FILE; VACUUM")?;
            }
            connection.batch_execute(SQLITE_TRY)?;
            empty_log(connection)
        }
        AnyConnection::Postgres(connection) => {
            let statement = match erased {
                Erased::Parts => return Ok(()),
                Erased::Person => {
                    let tables: Vec<&str> = tables_of_people().collect();
                    format!("VACUUM (FULL) {}", tables.join(", "))
                }
                Erased::Organisation => "VACUUM (FULL)".to_owned(),
            };
            wait_for_older_transactions(connection)?;
            connection.batch_execute("SET lock_timeout = '2s'; SET statement_timeout = 0")?;
            Ok(connection.batch_execute(&statement)?)
        }
    }
}

/// What PostgreSQL says of itself.
#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

/// Waits until no transaction goes on, in whichever database of the server, that began before now: PostgreSQL copies for
/// them what they may still see.
fn wait_for_older_transactions(connection: &mut PgConnection) -> Result<(), StorageError> {
    let mut ask = |query: String| diesel::sql_query(query).get_result::<Said>(connection);
    let now = ask("SELECT pg_current_xact_id()::text AS said".to_owned())?.said;
    for _ in 0..TRIES {
        let over = format!("SELECT (pg_snapshot_xmin(pg_current_snapshot()) > '{now}'::xid8)::text AS said");
        if ask(over)?.said == "true" {
            return Ok(());
        }
        std::thread::sleep(BETWEEN_TRIES);
    }
    Err(StorageError::Unavailable(
        "a transaction that began before goes on on the server: it may still see what was erased".to_owned(),
    ))
}

/// What SQLite says of an attempt to empty its log.
#[derive(QueryableByName)]
struct Checkpoint {
    /// 1 when somebody reads from it.
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Moves SQLite's log into the file and cuts it to nothing.
pub(super) fn empty_log(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    for _ in 0..TRIES {
        let outcome: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(connection)?;
        if outcome.busy == 0 {
            return Ok(());
        }
        std::thread::sleep(BETWEEN_TRIES);
    }
    Err(StorageError::Unavailable(
        "somebody reads from the log of SQLite all the time: it could not be emptied".to_owned(),
    ))
}

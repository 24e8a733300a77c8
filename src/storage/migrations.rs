//! The schema, brought up to date by any command that opens a database.

use diesel::connection::SimpleConnection as _;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::connection::AnyConnection;
use super::storage_error::StorageError;

/// The migrations of SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// The migrations of PostgreSQL: the same names.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Two instances that start at once migrate one after the other: the number of our advisory lock.
const MIGRATION_LOCK: i64 = 0x5155_4f54;

/// Runs the migrations that have not been run.
///
/// # Errors
/// When one fails: it is rolled back, those before it stay.
pub fn run_pending(connection: &mut AnyConnection) -> Result<(), StorageError> {
    let failed = |error: &dyn std::fmt::Display| StorageError::Migration(error.to_string());
    match connection {
        AnyConnection::Sqlite(connection) => {
            // Taking the write lock first, so that two programs do not both see an empty database.
            let outcome = connection.immediate_transaction(|connection| {
                Ok::<_, diesel::result::Error>(connection.run_pending_migrations(SQLITE).map(|ran| ran.len()))
            })?;
            outcome.map_err(|error| failed(&error))?;
        }
        AnyConnection::Postgres(connection) => {
            connection.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
            let outcome = connection.run_pending_migrations(POSTGRES).map(|ran| ran.len());
            connection.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
            if outcome.map_err(|error| failed(&error))? > 0 {
                connection.batch_execute("ANALYZE")?;
            }
        }
    }
    Ok(())
}

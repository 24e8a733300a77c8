//! The schema, brought up to date by any command that opens a database.

use diesel::SqliteConnection;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection as _;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{AnyConnection, POSTGRES_SETTINGS};
use super::storage_error::StorageError;

/// The migrations of SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// The migrations of PostgreSQL: the same names.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The number of the advisory lock by which two instances that start at once migrate one after the other.
const MIGRATION_LOCK: i64 = 0x5155_4f54;

/// A migration takes as long as there are rows, and an instance waits as long for the one that migrates: neither ends by a
/// timeout, or a large database could never be brought up to date.
const POSTGRES_PATIENCE: &str = "SET lock_timeout = 0; SET statement_timeout = 0;";

/// Runs the migrations that have not been run.
///
/// # Errors
/// When one fails: it is rolled back, those before it stay. When the schema is newer than this program: it stays as it is.
pub fn run_pending(connection: &mut AnyConnection) -> Result<(), StorageError> {
    let failed = |error: &dyn std::fmt::Display| StorageError::Migration(error.to_string());
    match connection {
        AnyConnection::Sqlite(connection) => {
            // Taking the write lock first, so that two programs do not both see an empty database.
            let outcome = connection
                .immediate_transaction(|connection| Ok::<_, diesel::result::Error>(run(connection, SQLITE)))?;
            outcome.map_err(|error| failed(&error))?;
        }
        AnyConnection::Postgres(connection) => {
            connection.batch_execute(POSTGRES_PATIENCE)?;
            connection.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
            let outcome = run(connection, POSTGRES);
            connection.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
            if outcome.map_err(|error| failed(&error))? > 0 {
                connection.batch_execute("ANALYZE")?;
            }
            connection.batch_execute(POSTGRES_SETTINGS)?;
        }
    }
    Ok(())
}

/// Refuses migrations that this program does not know.
pub(super) fn are_known(versions: &[String]) -> Result<(), StorageError> {
    let ours = MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES)
        .map_err(|error| StorageError::Migration(error.to_string()))?;
    let is_ours = |version: &String| ours.iter().any(|ours| ours.name().version().to_string() == *version);
    match versions.iter().find(|version| !is_ours(version)) {
        Some(newer) => Err(StorageError::Refused(format!(
            "this program is older than the backup, which has the migration {newer}"
        ))),
        None => Ok(()),
    }
}

/// The migrations that have run on a file of SQLite.
pub(super) fn versions_in(connection: &mut SqliteConnection) -> Result<Vec<String>, StorageError> {
    let ran = connection.applied_migrations();
    let ran = ran.map_err(|error| StorageError::Migration(error.to_string()))?;
    if ran.is_empty() {
        return Err(StorageError::Migration("no migration has run".to_owned()));
    }
    Ok(ran.iter().map(ToString::to_string).collect())
}

/// Runs those migrations of `ours` that have not been run, and tells how many.
fn run<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    ours: EmbeddedMigrations,
) -> diesel::migration::Result<usize> {
    let known = MigrationSource::<DB>::migrations(&ours)?;
    let is_ours = |version| known.iter().any(|migration| migration.name().version() == version);
    if let Some(newer) = connection
        .applied_migrations()?
        .into_iter()
        .find(|ran| !is_ours(ran.as_owned()))
    {
        return Err(format!("this program is older than the database, which has the migration {newer}").into());
    }
    Ok(connection.run_pending_migrations(ours)?.len())
}

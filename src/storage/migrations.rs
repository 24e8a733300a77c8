//! The schema, brought up to date by any command that opens a database.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection as _;
use diesel::dsl::sql;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::citus;
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

/// Runs the migrations that have not been run, and where Citus is installed distributes the tables that are not.
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
            let distributed = outcome.is_ok().then(|| citus::distribute(connection)).transpose();
            connection.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
            let distributed = distributed.map_err(|error| failed(&error))?.unwrap_or_default();
            if !distributed.is_empty() {
                let tables = distributed.join(", ");
                tracing::info!(
                    tables,
                    "Citus is installed: these tables are distributed by organisation now"
                );
            }
            if outcome.map_err(|error| failed(&error))? > 0 {
                connection.batch_execute("ANALYZE")?;
            }
            connection.batch_execute(POSTGRES_SETTINGS)?;
        }
    }
    Ok(())
}

/// Whether the tables are distributed over several servers.
pub fn is_distributed(connection: &mut AnyConnection) -> Result<bool, StorageError> {
    Ok(citus::is_there(connection)?)
}

/// A migration that has run.
#[derive(QueryableByName)]
struct Ran {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The migrations that have run, asked without making the table that names them.
const RAN: &str = "SELECT version FROM __diesel_schema_migrations";

/// The migrations of this program: both databases have the same.
fn ours() -> Result<Vec<String>, StorageError> {
    let ours = MigrationSource::<Pg>::migrations(&POSTGRES);
    let ours = ours.map_err(|error| StorageError::Migration(error.to_string()))?;
    Ok(ours
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect())
}

/// How the schema of a database is to that of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaState {
    /// There is none yet.
    Absent,
    /// So many migrations have not been run.
    Older(usize),
    /// The same.
    Current,
    /// It has a migration that this program does not know.
    Newer(String),
}

/// Compares the schema of a database with that of this program, and changes nothing.
pub fn state(connection: &mut AnyConnection) -> Result<SchemaState, StorageError> {
    let is_there: bool = match connection {
        AnyConnection::Sqlite(connection) => {
            let table = "EXISTS (SELECT 1 FROM sqlite_master WHERE name = '__diesel_schema_migrations')";
            diesel::select(sql::<Bool>(table)).get_result(connection)?
        }
        AnyConnection::Postgres(connection) => {
            let table = "to_regclass('__diesel_schema_migrations') IS NOT NULL";
            diesel::select(sql::<Bool>(table)).get_result(connection)?
        }
    };
    if !is_there {
        return Ok(SchemaState::Absent);
    }
    let ran: Vec<Ran> = diesel::sql_query(RAN).load(connection)?;
    let ours = ours()?;
    Ok(match ran.iter().find(|ran| !ours.contains(&ran.version)) {
        Some(newer) => SchemaState::Newer(newer.version.clone()),
        None if ran.len() < ours.len() => SchemaState::Older(ours.len() - ran.len()),
        None => SchemaState::Current,
    })
}

/// Whether the schema is that of this program: another instance, of a newer version, may have changed it since.
///
/// # Errors
/// When it is not.
pub fn is_current(connection: &mut AnyConnection) -> Result<(), StorageError> {
    match state(connection)? {
        SchemaState::Current => Ok(()),
        _ => Err(StorageError::Unavailable(
            "the schema of the database is of another version of the program".to_owned(),
        )),
    }
}

/// Refuses migrations that this program does not know.
pub(super) fn are_known(versions: &[String]) -> Result<(), StorageError> {
    let ours = ours()?;
    match versions.iter().find(|version| !ours.contains(version)) {
        Some(newer) => Err(StorageError::Refused(format!(
            "this program is older than the backup, which has the migration {newer}"
        ))),
        None => Ok(()),
    }
}

/// The migrations that have run on a file of SQLite.
pub(super) fn versions_in(connection: &mut SqliteConnection) -> Result<Vec<String>, StorageError> {
    let ran: Vec<Ran> = diesel::sql_query(RAN).load(connection)?;
    Ok(ran.into_iter().map(|ran| ran.version).collect())
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

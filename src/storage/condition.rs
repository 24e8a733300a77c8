//! What a database says of itself, for whoever looks after it. Nothing is written.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz};

use super::columns::instant_of;
use super::connection::AnyConnection;
use super::migrations::{self, SchemaState};
use super::outbox::{self, Waiting};
use super::schema::{jobs, reports};
use super::signing_keys::{self, StoredKey};
use super::storage_error::StorageError;

/// What a database says of itself.
#[derive(Debug)]
pub struct Condition {
    /// Whether its schema is this program's.
    pub schema: SchemaState,
    /// What can be told only of a schema that is this program's.
    pub contents: Option<Contents>,
    /// What a PostgreSQL server says.
    pub server: Option<Server>,
}

/// What the tables say.
#[derive(Debug)]
pub struct Contents {
    /// When the newest report came.
    pub newest_report: Option<DateTime<Utc>>,
    /// When a job of the background was last done.
    pub last_job: Option<DateTime<Utc>>,
    /// The keys that sign access tokens.
    pub keys: Vec<StoredKey>,
    /// How much mail waits.
    pub mail: Waiting,
}

/// What a PostgreSQL server says.
#[derive(Debug, QueryableByName)]
pub struct Server {
    /// Its version.
    #[diesel(sql_type = Text)]
    pub version: String,
    /// What its clock shows.
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
    /// How many connections it has.
    #[diesel(sql_type = BigInt)]
    pub connections: i64,
    /// How many connections it may have.
    #[diesel(sql_type = BigInt)]
    pub connections_max: i64,
}

const SERVER: &str = "SELECT current_setting('server_version') AS version, clock_timestamp() AS now, \
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections, \
    current_setting('max_connections')::bigint AS connections_max";

/// Asks a database, at `now`.
pub fn condition(connection: &mut AnyConnection, now: DateTime<Utc>) -> Result<Condition, StorageError> {
    let server = match connection {
        AnyConnection::Sqlite(_) => None,
        AnyConnection::Postgres(connection) => Some(diesel::sql_query(SERVER).get_result(connection)?),
    };
    let schema = migrations::state(connection)?;
    let contents = match schema {
        SchemaState::Current => Some(contents(connection, now)?),
        _ => None,
    };
    Ok(Condition {
        schema,
        contents,
        server,
    })
}

fn contents(connection: &mut AnyConnection, now: DateTime<Utc>) -> Result<Contents, StorageError> {
    let newest_report = reports::table
        .select(diesel::dsl::max(reports::received_at))
        .first::<Option<_>>(connection)?;
    let last_job = jobs::table
        .select(diesel::dsl::max(jobs::last_run_at))
        .first::<Option<_>>(connection)?;
    Ok(Contents {
        newest_report: newest_report.map(instant_of),
        last_job: last_job.map(instant_of),
        keys: signing_keys::all(connection, now)?,
        mail: outbox::waiting(connection)?,
    })
}

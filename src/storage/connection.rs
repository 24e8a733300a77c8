//! Connections to either database, chosen by the scheme of the URL, and their pool.

use std::fmt;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager};
use diesel::pg::PgConnection;
use diesel::r2d2::R2D2Connection as _;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, QueryResult};

use super::storage_error::StorageError;

/// A connection to SQLite or to PostgreSQL.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// A PostgreSQL server, or an engine that speaks like one.
    Postgres(PgConnection),
}

/// Where the database is. Shown without what may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file: `sqlite://quotidien.db`, `sqlite:///absolute/path`.
    Sqlite(PathBuf),
    /// A PostgreSQL server: `postgres://user@host/database`.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = StorageError;

    fn from_str(url: &str) -> Result<Self, StorageError> {
        match url.split_once("://") {
            Some(("sqlite", path)) if path.starts_with(':') || path.starts_with("file:") => Err(StorageError::BadUrl(
                "a SQLite database is a file: sqlite:// and its path".to_owned(),
            )),
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", rest)) => match unsound(rest) {
                None => Ok(Self::Postgres(url.to_owned())),
                Some(fault) => Err(StorageError::BadUrl(format!("the database URL is not sound: {fault}"))),
            },
            _ => Err(StorageError::BadUrl(
                "a database URL begins with sqlite:// (and a path) or postgres://".to_owned(),
            )),
        }
    }
}

/// What is wrong with the rest of the URL of a PostgreSQL database, if anything. The library of PostgreSQL would say it with
/// pieces of the password, which is what mostly makes URLs unsound.
fn unsound(rest: &str) -> Option<&'static str> {
    let encoded = |bytes: &[u8]| matches!(bytes, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    let (authority, after) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (_, hosts) = authority.rsplit_once('@').unwrap_or_default();
    let hosts = if authority.contains('@') { hosts } else { authority };
    let port = |host: &str| match host.rsplit_once(':') {
        Some((name, port)) if !name.starts_with('[') || name.ends_with(']') => {
            port.is_empty() || port.parse::<u16>().is_ok()
        }
        _ => true,
    };
    if rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Some("it holds a space; in the user and the password, percent-encode what is no letter or digit")
    } else if rest
        .as_bytes()
        .split(|byte| *byte == b'%')
        .skip(1)
        .any(|piece| !encoded(piece))
    {
        Some("% is not followed by two hexadecimal digits; write %25 for % in the password")
    } else if after.contains('@') || !hosts.split(',').all(port) {
        Some("a port is no number; write %2F for / in the password, %3F for ?, %40 for @ and %3A for :")
    } else {
        None
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// How SQLite is used: a commit is on the disk when it returns (the writer's a little later: `sqlite_log.rs`), a lock is waited for, and what
/// is deleted is overwritten.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY; \
    PRAGMA secure_delete = ON;";

/// The writer caches two MiB of pages, since the reports of a day touch few, even those of many organisations. At nearly every commit SQLite
/// looks through all cached pages: to cache more of them costs more than to read one again. What a transaction changes is kept in memory
/// up to 2,000 pages.
const SQLITE_WRITER_SETTINGS: &str = "PRAGMA cache_size = -2000; PRAGMA cache_spill = 2000;";

/// How PostgreSQL is used: no statement runs or waits for a lock for ever, and no idle client keeps a transaction open
/// for ever.
pub(super) const POSTGRES_SETTINGS: &str = "SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET statement_timeout = '60s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = 'warning';";

/// The writer's statements find few rows by their keys. A plan that was made while the tables were empty would read
/// whole tables later; with these kinds of plan off, the planner can only use an index.
///
/// An instance that is frozen in a transaction lets go of its locks before the writes of other instances have waited too long for them.
const POSTGRES_WRITER_SETTINGS: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET jit = off; SET idle_in_transaction_session_timeout = '3s';";

/// How long the writer waits for a lock of PostgreSQL that somebody else holds: briefly, since everybody's writes wait
/// meanwhile.
pub(super) const WRITER_WAIT: Duration = Duration::from_secs(1);

/// How long the writer waits for a lock that it only tries.
pub(super) const TRIAL_WAIT: Duration = Duration::from_millis(10);

/// How long PostgreSQL may take to be reached, and how long it may be gone until that is noticed: parameters of libpq, but
/// those that the URL names itself.
const POSTGRES_REACH: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
];

impl AnyConnection {
    /// Connects.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] with the database's own words, for the log.
    pub fn open(url: &DatabaseUrl) -> Result<Self, StorageError> {
        let unavailable = |error: &dyn fmt::Display| StorageError::Unavailable(error.to_string());
        match url {
            DatabaseUrl::Sqlite(path) => {
                make_private(path);
                let mut connection =
                    SqliteConnection::establish(&path.to_string_lossy()).map_err(|error| unavailable(&error))?;
                connection
                    .batch_execute(SQLITE_SETTINGS)
                    .and_then(|()| use_write_ahead_log(&mut connection))
                    .map_err(|error| unavailable(&error))?;
                Ok(Self::Sqlite(connection))
            }
            DatabaseUrl::Postgres(url) => {
                let mut connection =
                    PgConnection::establish(&within_reach(url)).map_err(|error| unavailable(&error))?;
                connection
                    .batch_execute(POSTGRES_SETTINGS)
                    .map_err(|error| unavailable(&error))?;
                Ok(Self::Postgres(connection))
            }
        }
    }

    /// Readies this connection for the write queue.
    pub(super) fn become_writer(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(connection) => connection.batch_execute(SQLITE_WRITER_SETTINGS),
            Self::Postgres(connection) => {
                connection.batch_execute(POSTGRES_WRITER_SETTINGS)?;
                connection.batch_execute(&format!("SET lock_timeout = {}", WRITER_WAIT.as_millis()))
            }
        }
    }

    /// Waits for no lock in this transaction that somebody else holds.
    pub(super) fn wait_for_no_lock(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => {
                connection.batch_execute(&format!("SET LOCAL lock_timeout = {}", TRIAL_WAIT.as_millis()))
            }
        }
    }

    /// Makes PostgreSQL plan its prepared statements anew: a plan made while the tables were empty may use an unfit
    /// index.
    pub(super) fn forget_plans(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => connection.batch_execute("DISCARD PLANS"),
        }
    }

    /// Readies this connection for reads. PostgreSQL is told with each transaction that it only reads. SQLite is told
    /// here, for the whole connection: otherwise a write in a read would be rolled back without an error.
    fn become_reader(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(connection) => connection.batch_execute("PRAGMA query_only = ON"),
            // Reads are few and may be long: each is planned for the tables as they are. What reads waits for no row, only
            // for tables that somebody locks as a whole, and for these as long as a statement may take.
            Self::Postgres(connection) => {
                connection.batch_execute("SET plan_cache_mode = force_custom_plan; SET lock_timeout = 0")
            }
        }
    }

    /// Begins a transaction that reads one snapshot and writes nothing.
    pub(super) fn begin_read(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(connection) => AnsiTransactionManager::begin_transaction(connection),
            Self::Postgres(connection) => AnsiTransactionManager::begin_transaction_sql(
                connection,
                "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
        }
    }

    /// Begins a transaction that writes; on SQLite it takes the write lock at once, since a transaction that reads
    /// first cannot wait for that lock.
    pub(super) fn begin_write(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(connection) => AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE"),
            Self::Postgres(connection) => AnsiTransactionManager::begin_transaction(connection),
        }
    }

    /// Ends the transaction and keeps what it wrote.
    pub(super) fn commit(&mut self) -> QueryResult<()> {
        <Self as Connection>::TransactionManager::commit_transaction(self)
    }

    /// Ends the transaction and forgets what it wrote.
    pub(super) fn roll_back(&mut self) -> QueryResult<()> {
        <Self as Connection>::TransactionManager::rollback_transaction(self)
    }
}

/// The URL of a PostgreSQL server, with what it does not say itself of how long to wait for that server.
fn within_reach(url: &str) -> String {
    let unsaid = POSTGRES_REACH
        .iter()
        .filter(|(name, _)| !url.contains(&format!("{name}=")));
    unsaid.fold(url.to_owned(), |url, (name, value)| {
        let sign = if url.contains('?') { '&' } else { '?' };
        format!("{url}{sign}{name}={value}")
    })
}

/// Makes the file of a new database, for its owner alone to read: it holds what people must not read, and SQLite would
/// let everybody. Its log gets the same rights. When this fails SQLite fails too, and says why.
fn make_private(path: &Path) {
    drop(private_file().create_new(true).open(path));
}

/// How files are made that only their owner may read.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

/// Turns on the write-ahead log, so that writers do not stop readers; the file remembers this. When another program
/// opens a new file at the same time, SQLite fails here instead of waiting for the lock, so this tries again for as
/// long as SQLite would wait.
fn use_write_ahead_log(connection: &mut SqliteConnection) -> QueryResult<()> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        match connection.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if attempts < 500 && error.to_string().contains("database is locked") => {
                std::thread::sleep(Duration::from_millis(10));
            }
            outcome => return outcome,
        }
    }
}

/// Makes and tests the connections of the pool.
#[derive(Debug)]
pub(super) struct Manager(pub(super) DatabaseUrl);

impl diesel::r2d2::ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = StorageError;

    fn connect(&self) -> Result<AnyConnection, StorageError> {
        let mut connection = AnyConnection::open(&self.0)?;
        connection.become_reader()?;
        Ok(connection)
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        Ok(connection.ping()?)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        connection.is_broken()
    }
}

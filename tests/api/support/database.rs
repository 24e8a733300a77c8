//! A new database for each test: on SQLite a copy of a migrated file, on PostgreSQL a copy of a migrated database, in a
//! server that this run starts. A test that runs on both takes a [`TestDatabase`] and is named in
//! [`on_both_databases`].

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use quotidien::storage::{AnyConnection, DatabaseUrl, Store, migrations};

use super::{keeper, sql};

/// The variable that says what becomes of the tests on PostgreSQL. Where PostgreSQL is not installed they are left out;
/// with `required` they fail then. `off` always leaves them out.
const POSTGRES: &str = "QUOTIDIEN_TEST_POSTGRES";

/// Makes a test of each function for each database: `a_test_is_a_sentence::sqlite`, `a_test_is_a_sentence::postgres`.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* $test:ident),+ $(,)?) => {
        $(mod $test {
            $(#[$attribute])*
            #[test]
            fn sqlite() {
                $crate::support::database::run($crate::support::database::Engine::Sqlite, super::$test);
            }

            $(#[$attribute])*
            #[test]
            fn postgres() {
                $crate::support::database::run($crate::support::database::Engine::Postgres, super::$test);
            }
        })+
    };
}
pub(crate) use on_both_databases;

/// Runs a test on a new migrated database. On PostgreSQL nothing is run where these tests are left out.
pub(crate) fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(TestDatabase) -> F) {
    if let Some(database) = TestDatabase::migrated(engine) {
        actix_web::rt::System::new().block_on(test(database));
    }
}

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A database that no other test uses, and that is removed when this is dropped.
pub(crate) struct TestDatabase {
    url: DatabaseUrl,
    name: String,
}

/// The migrated file of which each SQLite database is a copy.
static SQLITE_TEMPLATE: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = keeper::folder().join("template.db");
    let mut connection = AnyConnection::open(&DatabaseUrl::Sqlite(path.clone())).unwrap();
    migrations::run_pending(&mut connection).unwrap();
    connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(connection);
    assert!(!path.with_extension("db-wal").exists(), "all of it is in the one file");
    path
});

/// The PostgreSQL server, which holds the migrated database of which each test gets a copy; `None` where PostgreSQL is
/// left out.
static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| {
    let wanted = std::env::var(POSTGRES).unwrap_or_default();
    assert!(
        matches!(wanted.as_str(), "" | "required" | "off"),
        "{POSTGRES} is required or off, not {wanted}"
    );
    let socket = if wanted == "off" {
        None
    } else {
        keeper::start_postgres()
    };
    let Some(socket) = socket else {
        assert!(
            wanted != "required",
            "{POSTGRES}=required, and PostgreSQL is not installed"
        );
        // libtest would capture what `eprintln!` prints.
        let reason = if wanted == "off" {
            "as asked"
        } else {
            "it is not installed"
        };
        let message = format!("\n*** SKIPPED: every test on PostgreSQL ({reason}). They count as passed. ***\n\n");
        std::io::stderr().write_all(message.as_bytes()).unwrap();
        return None;
    };
    let server = Server { socket };
    server.execute(&format!("CREATE DATABASE {TEMPLATE}"));
    let mut connection = AnyConnection::open(&server.url(TEMPLATE)).unwrap();
    migrations::run_pending(&mut connection).unwrap();
    Some(server)
});

const TEMPLATE: &str = "migrated";

struct Server {
    /// The folder of the server's socket.
    socket: PathBuf,
}

impl Server {
    fn url(&self, database: &str) -> DatabaseUrl {
        DatabaseUrl::Postgres(self.address(database))
    }

    fn address(&self, database: &str) -> String {
        let host = self.socket.to_str().unwrap().replace('/', "%2F");
        format!("postgres://quotidien@{host}/{database}")
    }

    fn execute(&self, statement: &str) {
        let mut connection = PgConnection::establish(&self.address("postgres")).unwrap();
        connection.batch_execute(statement).unwrap();
    }
}

impl TestDatabase {
    /// A database with the schema of today and no rows; `None` where PostgreSQL is left out.
    pub(crate) fn migrated(engine: Engine) -> Option<Self> {
        Self::make(engine, true)
    }

    /// A database without a table; `None` where PostgreSQL is left out.
    pub(crate) fn empty(engine: Engine) -> Option<Self> {
        Self::make(engine, false)
    }

    fn make(engine: Engine, migrated: bool) -> Option<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let url = match engine {
            Engine::Sqlite => {
                let path = keeper::folder().join(format!("{name}.db"));
                if migrated {
                    std::fs::copy(&*SQLITE_TEMPLATE, &path).unwrap();
                }
                DatabaseUrl::Sqlite(path)
            }
            Engine::Postgres => {
                let server = SERVER.as_ref()?;
                let template = if migrated { TEMPLATE } else { "template0" };
                server.execute(&format!(
                    "CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
                ));
                server.url(&name)
            }
        };
        Some(Self { url, name })
    }

    /// The kind of the database.
    pub(crate) fn engine(&self) -> Engine {
        match self.url {
            DatabaseUrl::Sqlite(_) => Engine::Sqlite,
            DatabaseUrl::Postgres(_) => Engine::Postgres,
        }
    }

    /// The database's URL, as the program reads it.
    pub(crate) const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The same database, with a URL by which the server knows who connects.
    pub(crate) fn called(mut self, application: &str) -> Self {
        if let DatabaseUrl::Postgres(url) = &mut self.url {
            url.push_str("?application_name=");
            url.push_str(application);
        }
        self
    }

    /// The database's URL, as it is written in a setting.
    pub(crate) fn address(&self) -> String {
        match &self.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        }
    }

    /// A new store on the database, as an instance of the program opens it: two stores are like two instances.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.url).unwrap()
    }

    /// Ends every connection to the database of PostgreSQL, as a server that restarts does.
    pub(crate) fn cut_connections(&self) {
        let cut = "SELECT pg_terminate_backend(pid, 5000)::text AS text FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        sql::texts(&mut self.connect(), cut);
    }

    /// A new connection to the database, which belongs to no store.
    pub(crate) fn connect(&self) -> AnyConnection {
        AnyConnection::open(&self.url).unwrap()
    }
}

impl Drop for TestDatabase {
    /// Removes the database. A failure to remove it is ignored, so as not to hide why a test fails: the keeper removes
    /// everything at the end.
    fn drop(&mut self) {
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                for ending in ["db", "db-wal", "db-shm"] {
                    drop(std::fs::remove_file(path.with_extension(ending)));
                }
            }
            DatabaseUrl::Postgres(_) => {
                let server = SERVER.as_ref().map(|server| server.address("postgres"));
                if let Some(Ok(mut connection)) = server.map(|address| PgConnection::establish(&address)) {
                    drop(connection.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)));
                }
            }
        }
    }
}

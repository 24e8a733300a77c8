//! A database for each test: SQLite, a copy of a migrated file; PostgreSQL, a copy of a migrated database in a server of
//! this run. A test that runs on both is a function of a [`TestDatabase`], named in [`on_both_databases`].

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use quotidien::storage::{AnyConnection, DatabaseUrl, Store, migrations};

use super::keeper;

/// Says what becomes of the tests on PostgreSQL: `required` makes it a failure that it is not installed, `off` leaves
/// them out.
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

/// Runs a test on a migrated database of its own; one on PostgreSQL does nothing where that is left out.
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

/// A database that nobody else uses; it goes when this is dropped.
pub(crate) struct TestDatabase {
    url: DatabaseUrl,
    name: String,
}

/// The migrated file that SQLite databases are copies of.
static SQLITE_TEMPLATE: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = keeper::folder().join("template.db");
    let mut connection = AnyConnection::open(&DatabaseUrl::Sqlite(path.clone())).unwrap();
    migrations::run_pending(&mut connection).unwrap();
    connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(connection);
    assert!(!path.with_extension("db-wal").exists(), "all of it is in the one file");
    path
});

/// The PostgreSQL server, with the migrated database that the others are copies of.
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
        // Not `eprintln!`, which libtest captures.
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
    /// The folder of its socket.
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

    /// Which kind it is.
    pub(crate) fn engine(&self) -> Engine {
        match self.url {
            DatabaseUrl::Sqlite(_) => Engine::Sqlite,
            DatabaseUrl::Postgres(_) => Engine::Postgres,
        }
    }

    /// Where it is.
    pub(crate) const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Its URL, as a setting has it.
    pub(crate) fn address(&self) -> String {
        match &self.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        }
    }

    /// A program's store on it: two of them are two instances.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.url).unwrap()
    }

    /// A connection beside the stores.
    pub(crate) fn connect(&self) -> AnyConnection {
        AnyConnection::open(&self.url).unwrap()
    }
}

impl Drop for TestDatabase {
    /// Removes it; what cannot be removed now goes with the folder, and must not hide why a test fails.
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

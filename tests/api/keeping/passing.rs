//! Which faults of the database pass, so that the same request may do later, and which are taken for what they are not.

use diesel::connection::SimpleConnection as _;
use quotidien::storage::{AnyConnection, DatabaseUrl, StorageError, Store};

use crate::support::database::{Engine, TestDatabase, run};
use crate::support::sql;

/// What a statement ends with, in a write and in a read.
async fn failures(store: &Store, statement: &'static str) -> [StorageError; 2] {
    let execute = move |connection: &mut AnyConnection| Ok(connection.batch_execute(statement)?);
    [
        store.change(execute).await.unwrap_err(),
        store.read(execute).await.unwrap_err(),
    ]
}

/// Faults that PostgreSQL really has, each with its code.
const PASSING: [(&str, &str); 8] = [
    (
        "53400",
        "SET LOCAL work_mem = '64kB'; SET LOCAL temp_file_limit = '64kB'; \
        SELECT count(*) FROM (SELECT n FROM generate_series(1, 200000) AS n ORDER BY n DESC) AS sorted",
    ),
    ("55P03", "LOCK TABLE locked IN ACCESS SHARE MODE NOWAIT"),
    (
        "55P03",
        "SET LOCAL lock_timeout = '50ms'; LOCK TABLE locked IN ACCESS SHARE MODE",
    ),
    (
        "55P03",
        "SET LOCAL lock_timeout = '50ms'; SELECT pg_advisory_xact_lock(7)",
    ),
    ("57014", "SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(30)"),
    ("57014", "SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(30)"),
    ("57014", "SET LOCAL statement_timeout = '50ms'; SELECT * FROM locked"),
    ("57P01", "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(30)"),
];

/// Faults of the program itself: whoever comes again meets them again.
const LASTING: [(&str, &str); 6] = [
    ("42P01", "SELECT * FROM nowhere"),
    ("42703", "SELECT nobody FROM accounts"),
    ("42601", "a word"),
    ("42883", "SELECT no_such_function(1)"),
    ("42804", "SELECT 1 WHERE 1"),
    ("22P02", "SELECT 'a word'::integer"),
];

/// Faults of what is written, which have kinds of their own: a read writes nothing.
const LASTING_WRITES: [(&str, &str); 4] = [
    ("23502", "INSERT INTO jobs (name) VALUES (NULL)"),
    (
        "23503",
        "INSERT INTO invitations (organisation_id, account_id, token_hash, created_at, expires_at) \
        VALUES ('a', 'b', 'c', now(), now())",
    ),
    ("23505", "INSERT INTO jobs (name) VALUES ('a'), ('a')"),
    (
        "23514",
        "CREATE TEMPORARY TABLE few (a integer CHECK (a < 3)) ON COMMIT DROP; INSERT INTO few VALUES (3)",
    ),
];

/// Faults that last and that look like those that pass, since their code is not to be had: `docs/architecture.md` says so.
const TAKEN_FOR_PASSING: [(&str, &str); 4] = [
    ("42501", "SET LOCAL ROLE without_rights; SELECT * FROM accounts"),
    ("22012", "SELECT 1 / 0"),
    ("22003", "SELECT 2147483647 + length(current_database())"),
    ("P0001", "DO $$ BEGIN RAISE 'quelque chose ne va pas'; END $$"),
];

/// The code that PostgreSQL itself gives a statement.
fn code_of(connection: &mut AnyConnection, statement: &str) -> String {
    let quoted = statement.replace('\'', "''");
    let caught = format!(
        "CREATE OR REPLACE FUNCTION pg_temp.code_of() RETURNS text LANGUAGE plpgsql AS $code$
        BEGIN EXECUTE '{quoted}'; RETURN 'none'; EXCEPTION WHEN OTHERS OR query_canceled THEN RETURN SQLSTATE; END $code$"
    );
    sql::execute(connection, "BEGIN");
    sql::execute(connection, &caught);
    let code = sql::texts(connection, "SELECT pg_temp.code_of() AS text").remove(0);
    sql::execute(connection, "ROLLBACK");
    code
}

#[test]
fn faults_of_postgres_that_pass_are_told_from_those_that_last() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store();
        let (beside, asking) = (&mut database.connect(), &mut database.connect());
        // A role is of the server, which other tests use too.
        let role = "DO $$ BEGIN CREATE ROLE without_rights; EXCEPTION WHEN duplicate_object THEN NULL; END $$; \
            CREATE TABLE locked (a integer)";
        sql::execute(beside, role);
        sql::execute(
            beside,
            "BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE; SELECT pg_advisory_xact_lock(7)",
        );
        let in_both = [
            (PASSING.as_slice(), true),
            (&LASTING, false),
            (&TAKEN_FOR_PASSING, true),
        ];
        for (statements, passes) in in_both {
            for (code, statement) in statements {
                // A statement that ends its own session cannot say with which code; a time-out is of a whole statement.
                if *code != "57P01" && !statement.contains("statement_timeout") {
                    assert_eq!(code_of(asking, statement), *code, "{statement}");
                }
                for failure in failures(&store, statement).await {
                    assert_eq!(failure.is_temporary(), passes, "{code} {statement}: {failure:?}");
                }
            }
        }
        for (code, statement) in LASTING_WRITES {
            assert_eq!(code_of(asking, statement), code, "{statement}");
            let failure = store
                .change(move |connection| Ok(connection.batch_execute(statement)?))
                .await;
            let failure = failure.unwrap_err();
            assert!(!failure.is_temporary(), "{code} {statement}: {failure:?}");
        }
        // A read that writes is told by a kind of its own, as on a server that another takes the place of.
        let writes = store.read(|connection| Ok(connection.batch_execute("CREATE TABLE another (a integer)")?));
        assert!(writes.await.unwrap_err().is_temporary(), "25006");
    });
}

#[test]
fn a_server_without_connections_left_is_one_that_passes() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let role = "DO $$ BEGIN CREATE ROLE no_connection LOGIN CONNECTION LIMIT 0; \
            EXCEPTION WHEN duplicate_object THEN NULL; END $$";
        sql::execute(&mut database.connect(), role);
        let url = database.address().replace("quotidien@", "no_connection@");
        let url: DatabaseUrl = url.parse().unwrap();
        let failure = AnyConnection::open(&url).err().unwrap();
        assert!(failure.is_temporary(), "53300: {failure}");
        assert!(
            failure.to_string().contains("no_connection"),
            "it is the server that refuses: {failure}"
        );
    });
}

/// What no test can bring about on a server that others use is raised: a full disk, no memory, a deadlock, a conflict, a disk that
/// cannot be read. So is a lock that was waited for in vain, since the server of these tests says that in English alone.
#[test]
fn faults_of_postgres_that_are_raised_pass_in_any_language() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store();
        macro_rules! raise {
            ($code:literal) => {
                concat!(
                    "DO $$ BEGIN RAISE 'quelque chose ne va pas' USING ERRCODE = '",
                    $code,
                    "'; END $$"
                )
            };
        }
        for (passes, raised) in [
            (true, raise!("53100")),
            (true, raise!("53200")),
            (true, raise!("55P03")),
            (true, raise!("57P03")),
            (true, raise!("40P01")),
            (true, raise!("40001")),
            (true, raise!("58030")),
            (true, raise!("25006")),
            (false, raise!("23505")),
            (false, raise!("23502")),
            (false, raise!("23001")),
            (false, raise!("23P01")),
        ] {
            for failure in failures(&store, raised).await {
                assert_eq!(failure.is_temporary(), passes, "{raised}: {failure:?}");
            }
        }
    });
}

#[test]
fn faults_of_sqlite_that_pass_are_told_by_their_codes() {
    run(Engine::Sqlite, async |database: TestDatabase| {
        let store = database.store();
        let full = "PRAGMA max_page_count = 1; CREATE TABLE too_much (a BLOB); INSERT INTO too_much VALUES (zeroblob(10000000))";
        let failure = store.change(|connection| Ok(connection.batch_execute(full)?)).await;
        assert!(failure.unwrap_err().is_temporary());
        for failure in failures(&store, "SELECT * FROM nowhere").await {
            assert!(!failure.is_temporary(), "{failure:?}");
        }
        // A read writes nothing: that fault does not pass by itself, but the database says the same of a disk in distress.
        let only_read = "CREATE TABLE another (a TEXT)";
        let failure = store.read(|connection| Ok(connection.batch_execute(only_read)?)).await;
        assert!(failure.unwrap_err().is_temporary());
    });
}

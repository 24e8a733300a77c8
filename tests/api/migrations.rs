//! The schema: the same in both databases and in `schema.rs`, undone by `down.sql`, brought up to date whenever the
//! program starts.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Barrier;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use diesel_migrations::MigrationHarness as _;
use quotidien::http::block_on;
use quotidien::storage::migrations::{POSTGRES, SQLITE};
use quotidien::storage::{AnyConnection, DatabaseUrl, StorageError, Store};

use crate::support::database::{Engine, TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    each_migration_is_undone_by_its_down_file,
    the_schema_is_the_one_that_the_program_reads,
    instances_that_start_at_once_on_an_empty_database_all_start,
    a_schema_newer_than_the_program_is_refused,
);

/// What a database says of its tables, in words that both databases share.
#[derive(Debug, Default, PartialEq, Eq)]
struct Schema {
    /// `table column Type`, in the order of the tables' columns: rows are read by position.
    columns: Vec<String>,
    /// `table PRIMARY KEY (columns)`, other constraints and indexes.
    keys: BTreeSet<String>,
    /// The names of all tables, indexes, types and functions.
    objects: BTreeSet<String>,
}

const SQLITE_COLUMNS: &str =
    "SELECT m.name || ' ' || c.name || ' ' || c.type || iif(c.\"notnull\", '', ' NULL') AS text
    FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
    WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' ORDER BY m.name, c.cid";

const POSTGRES_COLUMNS: &str = "SELECT table_name || ' ' || column_name || ' ' || data_type
        || CASE is_nullable WHEN 'YES' THEN ' NULL' ELSE '' END AS text
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'
    ORDER BY table_name COLLATE \"C\", ordinal_position";

const SQLITE_KEYS: &str = "SELECT m.name || CASE i.origin
            WHEN 'pk' THEN ' PRIMARY KEY' WHEN 'u' THEN ' UNIQUE' ELSE ' INDEX ' || i.name END
        || ' (' || (SELECT group_concat(name, ', ' ORDER BY seqno) FROM pragma_index_info(i.name)) || ')' AS text
    FROM sqlite_master AS m JOIN pragma_index_list(m.name) AS i
    WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'
    UNION ALL
    SELECT m.name || ' FOREIGN KEY (' || group_concat(f.\"from\", ', ' ORDER BY f.seq) || ') REFERENCES '
        || f.\"table\" || '(' || group_concat(f.\"to\", ', ' ORDER BY f.seq) || ')'
        || iif(f.on_delete = 'NO ACTION', '', ' ON DELETE ' || f.on_delete)
    FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' GROUP BY m.name, f.id";

const POSTGRES_KEYS: &str = "SELECT t.relname || ' ' || pg_get_constraintdef(c.oid) AS text
    FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid
    WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('p', 'u', 'f')
        AND t.relname NOT LIKE '\\_\\_diesel%'
    UNION ALL
    SELECT t.relname || ' INDEX ' || c.relname || ' (' || (SELECT string_agg(attname, ', ' ORDER BY attnum)
            FROM pg_attribute WHERE attrelid = i.indexrelid) || ')' -- what it includes too: SQLite knows only keys
    FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid JOIN pg_class AS c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)";

const SQLITE_OBJECTS: &str = "SELECT name AS text FROM sqlite_master WHERE name NOT LIKE '%\\_\\_diesel%' ESCAPE '\\'";

const POSTGRES_OBJECTS: &str = "SELECT text FROM (
        SELECT relname::text AS text FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace
        UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS names WHERE text NOT LIKE '%\\_\\_diesel%'";

fn schema_of(connection: &mut AnyConnection) -> Schema {
    let [columns, keys, objects] = match connection {
        AnyConnection::Sqlite(_) => [SQLITE_COLUMNS, SQLITE_KEYS, SQLITE_OBJECTS],
        AnyConnection::Postgres(_) => [POSTGRES_COLUMNS, POSTGRES_KEYS, POSTGRES_OBJECTS],
    };
    Schema {
        columns: sql::texts(connection, columns)
            .iter()
            .map(|line| with_type_of_diesel(line))
            .collect(),
        keys: sql::texts(connection, keys)
            .into_iter()
            // PostgreSQL quotes a name that is a word of SQL.
            .map(|key| key.replace('"', ""))
            .collect(),
        objects: sql::texts(connection, objects).into_iter().collect(),
    }
}

/// Writes a column's type as diesel does: of `table column bigint NULL` it makes `table column Nullable<BigInt>`.
fn with_type_of_diesel(line: &str) -> String {
    let (line, nullable) = line.strip_suffix(" NULL").map_or((line, false), |line| (line, true));
    let [table, column, kind] = line.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
    let kind = match kind.to_ascii_lowercase().as_str() {
        "text" => "Text",
        "integer" => "Integer",
        "bigint" => "BigInt",
        "boolean" => "Bool",
        "date" => "Date",
        "timestamp" | "timestamp without time zone" => "Timestamp",
        other => panic!("{table}.{column} has the type {other}, which the two databases do not share"),
    };
    if nullable {
        format!("{table} {column} Nullable<{kind}>")
    } else {
        format!("{table} {column} {kind}")
    }
}

fn up(connection: &mut AnyConnection) {
    match connection {
        AnyConnection::Sqlite(connection) => drop(connection.run_next_migration(SQLITE).unwrap()),
        AnyConnection::Postgres(connection) => drop(connection.run_next_migration(POSTGRES).unwrap()),
    }
}

fn down(connection: &mut AnyConnection) {
    match connection {
        AnyConnection::Sqlite(connection) => drop(connection.revert_last_migration(SQLITE).unwrap()),
        AnyConnection::Postgres(connection) => drop(connection.revert_last_migration(POSTGRES).unwrap()),
    }
}

/// The names of the migrations in a folder of the project, in their order.
pub(crate) fn names(folder: &str) -> BTreeSet<String> {
    let migrations = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    migrations.map(name).collect()
}

/// What `src/storage/schema.rs` and `schema/field.rs` say of columns and primary keys.
fn schema_of_the_program() -> Schema {
    let source = concat!(
        include_str!("../../src/storage/schema/field.rs"),
        include_str!("../../src/storage/schema.rs")
    );
    let (tables, _) = source.split_once("diesel::allow_tables").unwrap();
    let mut columns = Vec::new();
    let mut keys = BTreeSet::new();
    let mut table = "";
    for line in tables.lines().map(str::trim) {
        if let Some((name, key)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            table = name;
            keys.insert(format!("{table} PRIMARY KEY ({key})"));
        } else if let Some((column, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            columns.push(format!("{table} {column} {kind}"));
        }
    }
    // Tables come in the order in which the databases tell them; within a table the columns keep their order.
    columns.sort_by(|a, b| a.split(' ').next().cmp(&b.split(' ').next()));
    Schema {
        columns,
        keys,
        objects: BTreeSet::new(),
    }
}

#[test]
fn both_databases_have_migrations_of_the_same_names() {
    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
}

#[test]
fn both_databases_have_the_same_tables_columns_and_keys() {
    let (Some(sqlite), Some(postgres)) = (
        TestDatabase::migrated(Engine::Sqlite),
        TestDatabase::migrated(Engine::Postgres),
    ) else {
        return;
    };
    let (sqlite, postgres) = (schema_of(&mut sqlite.connect()), schema_of(&mut postgres.connect()));
    assert_eq!(sqlite.columns, postgres.columns);
    assert_eq!(sqlite.keys, postgres.keys);
}

async fn the_schema_is_the_one_that_the_program_reads(database: TestDatabase) {
    let stored = schema_of(&mut database.connect());
    let read = schema_of_the_program();
    assert_eq!(stored.columns, read.columns);
    let primary_keys = stored.keys.into_iter().filter(|key| key.contains(" PRIMARY KEY "));
    assert_eq!(primary_keys.collect::<BTreeSet<_>>(), read.keys);
}

async fn each_migration_is_undone_by_its_down_file(database: TestDatabase) {
    let database = TestDatabase::empty(database.engine()).unwrap();
    let connection = &mut database.connect();
    let mut before = vec![schema_of(connection)];
    assert_eq!(before.last(), Some(&Schema::default()));
    for _ in names("migrations/sqlite") {
        up(connection);
        before.push(schema_of(connection));
    }
    let migrated = before.pop().unwrap();
    for schema in before.iter().rev() {
        down(connection);
        assert_eq!(schema_of(connection), *schema);
    }
    for _ in &before {
        up(connection);
    }
    assert_eq!(schema_of(connection), migrated);
}

async fn instances_that_start_at_once_on_an_empty_database_all_start(database: TestDatabase) {
    let migrated = schema_of(&mut database.connect());
    for _ in 0..2 {
        let empty = TestDatabase::empty(database.engine()).unwrap();
        let together = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                // If one instance panics, the scope panics as well, and the test fails.
                scope.spawn(|| {
                    together.wait();
                    drop(empty.store());
                });
            }
        });
        assert_eq!(schema_of(&mut empty.connect()), migrated);
    }
}

#[test]
fn a_new_file_that_another_program_has_locked_is_waited_for() {
    let database = TestDatabase::empty(Engine::Sqlite).unwrap();
    let DatabaseUrl::Sqlite(path) = database.url() else {
        panic!("it is of SQLite")
    };
    // The file has no write-ahead log yet: so it is between the first two steps of a program that opens it.
    let mut other = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let opened = scope.spawn(|| drop(database.store()));
        std::thread::sleep(Duration::from_millis(200));
        assert!(!opened.is_finished());
        other.batch_execute("ROLLBACK").unwrap();
    });
}

async fn a_schema_newer_than_the_program_is_refused(database: TestDatabase) {
    let from_tomorrow = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')";
    database.connect().batch_execute(from_tomorrow).unwrap();
    assert!(matches!(Store::open(database.url()), Err(StorageError::Migration(_))));
}

/// Refuses every change of the schema by a session that a timeout could end.
const REFUSE_THE_HURRIED: &str = "CREATE FUNCTION refuse_the_hurried() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN \
    IF current_setting('statement_timeout') <> '0' OR current_setting('lock_timeout') <> '0' THEN \
    RAISE EXCEPTION 'this migration can be ended by a timeout'; END IF; END $$; \
    CREATE EVENT TRIGGER patience ON ddl_command_start EXECUTE FUNCTION refuse_the_hurried()";

#[test]
fn no_timeout_ends_a_migration_and_every_later_statement_has_one_again() {
    let Some(database) = TestDatabase::empty(Engine::Postgres) else {
        return;
    };
    database.connect().batch_execute(REFUSE_THE_HURRIED).unwrap();
    let store = database.store();
    let timeouts = "SELECT current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') AS text";
    let of_the_writer = block_on(store.change(move |connection| Ok(sql::texts(connection, timeouts)))).unwrap();
    assert_eq!(of_the_writer, ["1min 1s"]);
    let of_a_reader = block_on(store.read(move |connection| Ok(sql::texts(connection, timeouts)))).unwrap();
    // It waits for no row, only for whole tables, and for these as long as a statement may take.
    assert_eq!(of_a_reader, ["1min 0"]);
}

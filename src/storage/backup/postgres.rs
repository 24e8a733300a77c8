//! Backups of PostgreSQL: archives of its own programs `pg_dump` and `pg_restore`, which are found on `PATH`.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use percent_encoding::percent_decode_str;

use super::refused;
use crate::storage::StorageError;
use crate::storage::migrations;

/// What the archive leaves out: whose the tables are and who may use them, which is a matter of each server.
const WITHOUT_OWNERS: [&str; 2] = ["--no-owner", "--no-privileges"];

/// The schema in which stands what is being replaced.
const ASIDE: &str = "CREATE SCHEMA quotidien_replaced; \
    DO $$ DECLARE name text; BEGIN \
    FOR name IN SELECT c.oid::regclass::text FROM pg_class AS c \
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') \
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e') \
    LOOP EXECUTE 'ALTER TABLE ' || name || ' SET SCHEMA quotidien_replaced'; END LOOP; \
    FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc AS p WHERE p.pronamespace = 'public'::regnamespace \
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e') \
    LOOP EXECUTE 'ALTER ROUTINE ' || name || ' SET SCHEMA quotidien_replaced'; END LOOP; END $$;";

/// Drops what the archive brought, and puts back what stood aside.
const BACK: &str = "DO $$ DECLARE name text; BEGIN \
    FOR name IN SELECT c.oid::regclass::text FROM pg_class AS c \
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') \
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e') \
    LOOP EXECUTE 'DROP TABLE IF EXISTS ' || name || ' CASCADE'; END LOOP; \
    FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc AS p WHERE p.pronamespace = 'public'::regnamespace \
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e') \
    LOOP EXECUTE 'DROP ROUTINE IF EXISTS ' || name || ' CASCADE'; END LOOP; \
    FOR name IN SELECT c.oid::regclass::text FROM pg_class AS c \
        WHERE c.relnamespace = 'quotidien_replaced'::regnamespace AND c.relkind IN ('r', 'p') \
    LOOP EXECUTE 'ALTER TABLE ' || name || ' SET SCHEMA public'; END LOOP; \
    FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc AS p \
        WHERE p.pronamespace = 'quotidien_replaced'::regnamespace \
    LOOP EXECUTE 'ALTER ROUTINE ' || name || ' SET SCHEMA public'; END LOOP; END $$; \
    DROP SCHEMA quotidien_replaced;";

/// A URL without its password, and the password: lists of processes show what programs are started with.
fn without_password(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else {
        return (url.to_owned(), None);
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority
        .rsplit_once('@')
        .and_then(|(who, host)| Some((who.split_once(':')?, host)))
    {
        Some(((user, password), host)) => (
            format!("{scheme}://{user}@{host}{path}"),
            Some(percent_decode_str(password).decode_utf8_lossy().into_owned()),
        ),
        None => (url.to_owned(), None),
    }
}

/// Runs a program of PostgreSQL to its end.
fn run(program: &str, url: Option<&str>, arguments: &[&str]) -> Result<Output, StorageError> {
    let mut command = Command::new(program);
    command.args(arguments);
    if let Some((url, password)) = url.map(without_password) {
        command.arg("--dbname").arg(url);
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
    }
    let output = command.output().map_err(|error| {
        refused(format!(
            "running {program}: {error}; it comes with PostgreSQL's client programs (Debian: postgresql-client)"
        ))
    })?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it failed");
    Err(refused(said.to_owned()))
}

/// Copies a database to a file, from one snapshot.
pub(super) fn dump(url: &str, to: &Path) -> Result<(), StorageError> {
    let file = to.to_string_lossy();
    // Mail that waits holds links that set passwords, and is sent by the database that it waits in.
    let without_mail = "--exclude-table-data=public.outbox";
    let arguments = [
        "--format=custom",
        "--lock-wait-timeout=10000",
        without_mail,
        "--file",
        &*file,
    ];
    run("pg_dump", Some(url), &[&arguments[..], &WITHOUT_OWNERS].concat()).map(drop)
}

/// A backup in the database, before what was there is gone.
pub struct Restoration {
    url: String,
    connection: PgConnection,
    finished: bool,
}

#[derive(QueryableByName)]
struct Others {
    #[diesel(sql_type = BigInt)]
    others: i64,
}

impl Restoration {
    pub(super) fn begin(url: &str, from: &Path) -> Result<Self, StorageError> {
        let file = from.to_string_lossy();
        // Reads the archive to its end.
        run("pg_restore", None, &["--file=/dev/null", &*file])?;
        migrations::are_known(&versions_in(&file)?)?;
        let mut connection = PgConnection::establish(url).map_err(|error| refused(error.to_string()))?;
        is_not_used(&mut connection)?;
        let set_aside = connection.transaction(|connection| connection.batch_execute(ASIDE));
        set_aside.map_err(|error| refused(format!("setting aside what is there: {error}")))?;
        let restoration = Self {
            url: url.to_owned(),
            connection,
            finished: false,
        };
        let arguments = ["--single-transaction", "--exit-on-error", &*file];
        run("pg_restore", Some(url), &[&arguments[..], &WITHOUT_OWNERS].concat())?;
        Ok(restoration)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn finish(mut self) -> Result<(), StorageError> {
        self.connection
            .batch_execute("SET client_min_messages = 'warning'; DROP SCHEMA quotidien_replaced CASCADE; ANALYZE")?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Restoration {
    /// Puts back what was there when the restoration did not come to its end.
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let back = self.connection.transaction(|connection| connection.batch_execute(BACK));
        if let Err(error) = back {
            tracing::error!(%error, "what was there before stands in the schema quotidien_replaced");
        }
    }
}

/// Waits a little for connections of programs that have just ended.
fn is_not_used(connection: &mut PgConnection) -> Result<(), StorageError> {
    for _ in 0..20 {
        let others: Others = diesel::sql_query(
            "SELECT count(*) AS others FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
        )
        .get_result(connection)?;
        if others.others == 0 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(refused("the database is in use: stop the service first"))
}

/// The migrations that had run on the database of which an archive is.
fn versions_in(file: &str) -> Result<Vec<String>, StorageError> {
    let table = "--table=__diesel_schema_migrations";
    let output = run("pg_restore", None, &["--data-only", table, "--file=-", file])?;
    let said = String::from_utf8_lossy(&output.stdout);
    let rows = said.lines().skip_while(|line| !line.starts_with("COPY ")).skip(1);
    let versions: Vec<String> = rows
        .take_while(|line| *line != "\\.")
        .filter_map(|line| line.split('\t').next().map(str::to_owned))
        .collect();
    if versions.is_empty() {
        return Err(refused(format!("{file} is no backup of Quotidien")));
    }
    Ok(versions)
}

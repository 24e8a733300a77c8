//! Runs SQL on a database, for what no function of the program reads or writes.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use quotidien::storage::AnyConnection;

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct NumberRow {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The column `text` of each row that a query gives.
pub(crate) fn texts(connection: &mut AnyConnection, query: &str) -> Vec<String> {
    let rows: Vec<TextRow> = diesel::sql_query(query).load(connection).unwrap();
    rows.into_iter().map(|row| row.text).collect()
}

/// How many rows of a table obey a condition.
pub(crate) fn count(connection: &mut AnyConnection, table: &str, condition: &str) -> i64 {
    let query = format!("SELECT count(*) AS number FROM {table} WHERE {condition}");
    let row: NumberRow = diesel::sql_query(query).get_result(connection).unwrap();
    row.number
}

/// The tables with a column of this name, by name.
fn tables_with(connection: &mut AnyConnection, column: &str) -> Vec<String> {
    let query = match connection {
        AnyConnection::Sqlite(_) => format!(
            "SELECT m.name AS text FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
            WHERE m.type = 'table' AND c.name = '{column}' ORDER BY m.name"
        ),
        AnyConnection::Postgres(_) => format!(
            "SELECT table_name::text AS text FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name = '{column}' ORDER BY 1"
        ),
    };
    texts(connection, &query)
}

/// The tables that hold rows of organisations, by name.
pub(crate) fn tenant_tables(connection: &mut AnyConnection) -> Vec<String> {
    let tables = tables_with(connection, "organisation_id");
    assert!(tables.iter().any(|table| table == "organisations"), "{tables:?}");
    tables
}

/// The tables that say of each row when it expires, by name.
pub(crate) fn tables_that_expire(connection: &mut AnyConnection) -> Vec<String> {
    let tables = tables_with(connection, "expires_at");
    assert!(tables.iter().any(|table| table == "sessions"), "{tables:?}");
    tables
}

/// How many rows each table holds of an organisation.
pub(crate) fn rows_of(connection: &mut AnyConnection, organisation: &str) -> Vec<(String, i64)> {
    let tables = tenant_tables(connection).into_iter();
    let counted = tables.map(|table| {
        let rows = count(connection, &table, &format!("organisation_id = '{organisation}'"));
        (table, rows)
    });
    counted.collect()
}

/// Runs statements.
pub(crate) fn execute(connection: &mut AnyConnection, statements: &str) {
    connection.batch_execute(statements).unwrap();
}

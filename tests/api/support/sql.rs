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

/// Runs statements.
pub(crate) fn execute(connection: &mut AnyConnection, statements: &str) {
    connection.batch_execute(statements).unwrap();
}

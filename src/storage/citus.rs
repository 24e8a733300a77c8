//! PostgreSQL with the extension Citus: the rows of an organisation stand together on one of several servers. Its tables are
//! distributed by `organisation_id`, with which each of their keys begins; what belongs to no organisation stays where it is.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::connection::AnyConnection;

/// Whether the functions of the extension are there.
const IS_THERE: &str = "SELECT to_regproc('create_distributed_table') IS NOT NULL AS holds";

/// The tables that the extension does not know yet, and whether the key of each names the organisation. Where migrations are
/// noted is asked by this program alone, and no matter of the extension.
const UNKNOWN: &str = "SELECT c.relname::text AS name, EXISTS (SELECT FROM pg_index AS i \
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) \
        WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'organisation_id') AS holds \
    FROM pg_class AS c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' \
    AND c.relname NOT LIKE '\\_\\_diesel%' AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = c.oid) \
    ORDER BY c.relname";

/// Which table refers to which: the child, the parent, and the name of the constraint.
const REFERENCES: &str = "SELECT t.relname::text AS child, p.relname::text AS parent, c.conname::text AS name \
    FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid JOIN pg_class AS p ON p.oid = c.confrelid \
    WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY t.relname, c.conname";

/// The table beside which the rows of all others are placed.
const ORGANISATIONS: &str = "organisations";

#[derive(QueryableByName)]
struct Holds {
    #[diesel(sql_type = Bool)]
    holds: bool,
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
    /// Whether it is of organisations.
    #[diesel(sql_type = Bool)]
    holds: bool,
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    child: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Whether the database is one that the extension distributes.
pub(super) fn is_there(connection: &mut AnyConnection) -> QueryResult<bool> {
    match connection {
        AnyConnection::Sqlite(_) => Ok(false),
        AnyConnection::Postgres(connection) => is_installed(connection),
    }
}

fn is_installed(connection: &mut PgConnection) -> QueryResult<bool> {
    let found: Holds = diesel::sql_query(IS_THERE).get_result(connection)?;
    Ok(found.holds)
}

/// Distributes the tables that are not, where the extension is installed, and tells their names. What was done stays when a later
/// step fails, and the next migration goes on from there.
pub(super) fn distribute(connection: &mut PgConnection) -> QueryResult<Vec<String>> {
    if !is_installed(connection)? {
        return Ok(Vec::new());
    }
    let unknown: Vec<Table> = diesel::sql_query(UNKNOWN).load(connection)?;
    let references: Vec<Reference> = diesel::sql_query(REFERENCES).load(connection)?;
    let (of_organisations, others): (Vec<Table>, Vec<Table>) = unknown.into_iter().partition(|table| table.holds);
    let alone: BTreeSet<&str> = others.iter().map(|table| table.name.as_str()).collect();
    let refers =
        |reference: &&Reference| alone.contains(reference.child.as_str()) && !alone.contains(reference.parent.as_str());
    // What stays in one place cannot refer to what is spread; `erasure` and `accounts` keep to the order without being forced.
    for Reference { child, name, .. } in references.iter().filter(refers) {
        run(connection, &format!("ALTER TABLE {child} DROP CONSTRAINT {name}"))?;
    }
    let distributed = parents_first(of_organisations, &references);
    for table in &distributed {
        let beside = if table == ORGANISATIONS {
            "default"
        } else {
            ORGANISATIONS
        };
        let select = "SELECT create_distributed_table($1::regclass, 'organisation_id', colocate_with => $2)";
        diesel::sql_query(select)
            .bind::<Text, _>(table)
            .bind::<Text, _>(beside)
            .execute(connection)?;
    }
    for table in &others {
        // A write that changes such a table and a distributed one is then committed on both servers or on none.
        select_of(connection, "citus_add_local_table_to_metadata", &table.name)?;
    }
    let children: BTreeSet<&str> = references.iter().map(|reference| reference.child.as_str()).collect();
    for table in distributed.iter().filter(|table| !children.contains(table.as_str())) {
        // The rows that were copied away go from this server's disk, those of the tables that refer to it with them.
        select_of(connection, "truncate_local_data_after_distributing_table", table)?;
    }
    Ok(distributed)
}

/// The tables in an order in which each comes after those that it refers to.
fn parents_first(tables: Vec<Table>, references: &[Reference]) -> Vec<String> {
    let mut waiting: Vec<String> = tables.into_iter().map(|table| table.name).collect();
    // The others are placed beside it, those too that refer to nothing.
    waiting.sort_by_key(|table| table != ORGANISATIONS);
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let still: BTreeSet<String> = waiting.iter().cloned().collect();
        let (later, now): (Vec<String>, Vec<String>) = waiting.into_iter().partition(|table| {
            let mut parents = references.iter().filter(|reference| reference.child == *table);
            parents.any(|reference| reference.parent != *table && still.contains(&reference.parent))
        });
        if now.is_empty() {
            // Tables that refer to one another: in the order of their names, and the database says what it thinks of that.
            ordered.extend(later);
            break;
        }
        ordered.extend(now);
        waiting = later;
    }
    ordered
}

fn select_of(connection: &mut PgConnection, function: &str, table: &str) -> QueryResult<()> {
    let select = format!("SELECT {function}($1::regclass)");
    diesel::sql_query(select).bind::<Text, _>(table).execute(connection)?;
    Ok(())
}

fn run(connection: &mut PgConnection, statement: &str) -> QueryResult<()> {
    diesel::sql_query(statement).execute(connection)?;
    Ok(())
}

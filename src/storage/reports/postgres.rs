//! The statements of the hot path on PostgreSQL: each handles all rows of a batch, given as one JSON parameter, so that
//! its text never changes and it is prepared once. (`diesel::sql_query` is never kept prepared, and a batch `VALUES` has a
//! text for each number of rows.)
//!
//! `LATERAL (… OFFSET 0)` makes PostgreSQL look each key up by itself. For a join, the planner assumes that the pages
//! of an index are in memory after the first keys, and takes the smallest index as long as the table has no statistics:
//! by an index of the organisation alone it would read the whole table.

use std::marker::PhantomData;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Date, Nullable, Text, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::rows::{DayKey, InterventionRow, ReportRow, VersionRow};
use super::statements::{AdvisorRow, ClosedMonthRow, ReferenceRow, WhereaboutsRow};
use crate::domain::calendar::Month;
use crate::domain::identifiers::{AdvisorId, InterventionId, OrganisationId};
use crate::domain::intervention::Reference;
use crate::statistics::tally::with_counters;
use crate::storage::schema::{interventions, reports, tallies};
use crate::storage::tallies::{TallyKey, TallyRow};

/// A statement around a parameter that is a JSON array of rows.
trait Statement: 'static {
    /// The SQL types of what it returns.
    type Returns;
    /// The text before the parameter.
    const BEFORE: &'static str;
    /// The text after the parameter.
    const AFTER: &'static str;
}

/// A statement with its rows.
struct OverRows<S> {
    rows: String,
    statement: PhantomData<S>,
}

impl<S: Statement> OverRows<S> {
    fn new(rows: &impl Serialize) -> QueryResult<Self> {
        let rows =
            serde_json::to_string(rows).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
        Ok(Self {
            rows,
            statement: PhantomData,
        })
    }
}

impl<S: Statement> QueryFragment<Pg> for OverRows<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(S::BEFORE);
        out.push_bind_param::<Text, _>(&self.rows)?;
        out.push_sql(S::AFTER);
        Ok(())
    }
}

impl<S: Statement> QueryId for OverRows<S> {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<S: Statement> Query for OverRows<S> {
    type SqlType = S::Returns;
}

impl<S: Statement> RunQueryDsl<PgConnection> for OverRows<S> {}

fn execute<S: Statement>(connection: &mut PgConnection, rows: &impl Serialize) -> QueryResult<()> {
    OverRows::<S>::new(rows)?.execute(connection)?;
    Ok(())
}

/// Declares a statement.
macro_rules! statement {
    ($name:ident, $returns:ty, $before:expr, $after:expr) => {
        struct $name;

        impl Statement for $name {
            type Returns = $returns;
            const BEFORE: &'static str = $before;
            const AFTER: &'static str = $after;
        }
    };
}

/// Declares a statement that adds rows, and replaces the rows that have the same keys. The declaration compiles only when it
/// names every column of the table, in order.
macro_rules! upsert {
    ($name:ident, $table:ident($key:ident $(, $keys:ident)*), $column:ident $(, $columns:ident)*) => {
        const _: ($table::$key, $($table::$keys,)* $table::$column, $($table::$columns,)*) = $table::all_columns;

        statement!(
            $name,
            (),
            concat!(
                "INSERT INTO ", stringify!($table),
                " SELECT * FROM json_populate_recordset(NULL::", stringify!($table), ", "
            ),
            concat!(
                "::json) ON CONFLICT (", stringify!($key) $(, ", ", stringify!($keys))*, ") DO UPDATE SET ",
                stringify!($column), " = excluded.", stringify!($column)
                $(, ", ", stringify!($columns), " = excluded.", stringify!($columns))*
            )
        );
    };
}

fn day_keys(keys: &[DayKey]) -> Vec<Value> {
    keys.iter()
        .map(|key| {
            json!({
                "organisation_id": key.organisation.to_string(),
                "advisor_id": key.advisor.to_string(),
                "report_date": key.date.to_string(),
            })
        })
        .collect()
}

statement!(
    FindDays,
    <reports::table as diesel::query_builder::AsQuery>::SqlType,
    "SELECT r.* FROM json_populate_recordset(NULL::reports, ",
    "::json) AS k CROSS JOIN LATERAL (SELECT * FROM reports WHERE organisation_id = k.organisation_id \
     AND advisor_id = k.advisor_id AND report_date = k.report_date OFFSET 0) AS r"
);

pub(super) fn find_days(connection: &mut PgConnection, keys: &[DayKey]) -> QueryResult<Vec<ReportRow>> {
    OverRows::<FindDays>::new(&day_keys(keys))?.load(connection)
}

statement!(
    FindInterventions,
    <interventions::table as diesel::query_builder::AsQuery>::SqlType,
    "SELECT i.* FROM json_populate_recordset(NULL::interventions, ",
    "::json) AS k CROSS JOIN LATERAL (SELECT * FROM interventions WHERE organisation_id = k.organisation_id \
     AND advisor_id = k.advisor_id AND report_date = k.report_date OFFSET 0) AS i ORDER BY i.organisation_id, i.advisor_id, i.report_date, i.position"
);

pub(super) fn find_interventions(connection: &mut PgConnection, keys: &[DayKey]) -> QueryResult<Vec<InterventionRow>> {
    OverRows::<FindInterventions>::new(&day_keys(keys))?.load(connection)
}

statement!(
    FindAdvisors,
    (Text, Text, Nullable<Date>, Nullable<Date>),
    "SELECT a.organisation_id, a.account_id, p.starts_on, p.ends_on FROM json_populate_recordset(NULL::accounts, ",
    "::json) AS k JOIN accounts AS a ON a.organisation_id = k.organisation_id AND a.account_id = k.account_id \
     AND a.role = 'advisor' LEFT JOIN activity_periods AS p ON p.organisation_id = a.organisation_id \
     AND p.advisor_id = a.account_id"
);

pub(super) fn find_advisors(
    connection: &mut PgConnection,
    keys: &[(OrganisationId, AdvisorId)],
) -> QueryResult<Vec<AdvisorRow>> {
    let rows: Vec<Value> = keys
        .iter()
        .map(|(organisation, advisor)| {
            json!({"organisation_id": organisation.to_string(), "account_id": advisor.to_string()})
        })
        .collect();
    OverRows::<FindAdvisors>::new(&rows)?.load(connection)
}

statement!(
    FindClosedMonths,
    (Text, Text, Timestamp, Text),
    "SELECT m.organisation_id, m.month, m.changed_at, m.changed_by FROM json_populate_recordset(NULL::months, ",
    "::json) AS k JOIN months AS m ON m.organisation_id = k.organisation_id AND m.month = k.month \
     AND m.status = 'closed'"
);

pub(super) fn find_closed_months(
    connection: &mut PgConnection,
    keys: &[(OrganisationId, Month)],
) -> QueryResult<Vec<ClosedMonthRow>> {
    let rows: Vec<Value> = keys
        .iter()
        .map(|(organisation, month)| json!({"organisation_id": organisation.to_string(), "month": month.to_string()}))
        .collect();
    OverRows::<FindClosedMonths>::new(&rows)?.load(connection)
}

statement!(
    FindWhereabouts,
    (Text, Text, Text, Date),
    "SELECT i.organisation_id, i.advisor_id, i.intervention_id, i.report_date \
     FROM json_populate_recordset(NULL::interventions, ",
    "::json) AS k CROSS JOIN LATERAL (SELECT * FROM interventions WHERE organisation_id = k.organisation_id \
     AND advisor_id = k.advisor_id AND intervention_id = k.intervention_id OFFSET 0) AS i"
);

pub(super) fn find_whereabouts(
    connection: &mut PgConnection,
    keys: &[(OrganisationId, AdvisorId, InterventionId)],
) -> QueryResult<Vec<WhereaboutsRow>> {
    let rows: Vec<Value> = keys
        .iter()
        .map(|(organisation, advisor, intervention)| {
            json!({
                "organisation_id": organisation.to_string(),
                "advisor_id": advisor.to_string(),
                "intervention_id": intervention.to_string(),
            })
        })
        .collect();
    OverRows::<FindWhereabouts>::new(&rows)?.load(connection)
}

statement!(
    FindReferences,
    (Text, Text, Text, Nullable<Text>, Nullable<Text>, Nullable<Text>),
    "SELECT k.organisation_id, k.kind, k.id, f.commune_code, f.partner_id, f.content FROM json_to_recordset(",
    "::json) AS k (organisation_id text, kind text, id text) CROSS JOIN LATERAL (\
     SELECT commune_code, partner_id, NULL AS content FROM places WHERE k.kind = 'place' \
     AND organisation_id = k.organisation_id AND place_id = k.id AND replaced_at IS NULL \
     UNION ALL SELECT NULL, NULL, NULL FROM partners WHERE k.kind = 'partner' AND organisation_id = k.organisation_id \
     AND partner_id = k.id AND replaced_at IS NULL \
     UNION ALL SELECT NULL, NULL, content FROM planned_sessions WHERE k.kind = 'session' \
     AND organisation_id = k.organisation_id AND planned_session_id = k.id AND replaced_at IS NULL \
     UNION ALL SELECT NULL, NULL, NULL FROM workshops WHERE k.kind = 'workshop' AND organisation_id = k.organisation_id \
     AND workshop_id = k.id AND replaced_at IS NULL \
     UNION ALL SELECT NULL, NULL, NULL FROM referrals WHERE k.kind = 'referral' AND organisation_id = k.organisation_id \
     AND referral_id = k.id AND replaced_at IS NULL \
     UNION ALL SELECT NULL, NULL, NULL FROM tags WHERE k.kind = 'tag' AND organisation_id = k.organisation_id \
     AND tag_id = k.id AND replaced_at IS NULL OFFSET 0) AS f"
);

pub(super) fn find_references(
    connection: &mut PgConnection,
    keys: &[(OrganisationId, Reference)],
) -> QueryResult<Vec<ReferenceRow>> {
    let rows: Vec<Value> = keys
        .iter()
        .map(|(organisation, reference)| {
            let (kind, id) = reference.parts();
            json!({"organisation_id": organisation.to_string(), "kind": kind, "id": id})
        })
        .collect();
    OverRows::<FindReferences>::new(&rows)?.load(connection)
}

statement!(
    FindTallies,
    <tallies::table as diesel::query_builder::AsQuery>::SqlType,
    "SELECT t.* FROM json_populate_recordset(NULL::tallies, ",
    "::json) AS k CROSS JOIN LATERAL (SELECT * FROM tallies WHERE organisation_id = k.organisation_id \
     AND month = k.month AND advisor_id = k.advisor_id OFFSET 0) AS t"
);

pub(super) fn find_tallies(connection: &mut PgConnection, keys: &[TallyKey]) -> QueryResult<Vec<TallyRow>> {
    let rows: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "organisation_id": key.organisation.to_string(),
                "month": key.month.to_string(),
                "advisor_id": key.advisor.to_string(),
            })
        })
        .collect();
    OverRows::<FindTallies>::new(&rows)?.load(connection)
}

upsert!(
    PutReports,
    reports(organisation_id, advisor_id, report_date),
    version,
    change_seq,
    received_at,
    received_on,
    updated_at,
    recorded_at,
    recorded_by,
    recorded_through,
    absence,
    note,
    deleted_at
);

pub(super) fn put_reports(connection: &mut PgConnection, rows: &[ReportRow]) -> QueryResult<()> {
    execute::<PutReports>(connection, &rows)
}

statement!(
    DeleteInterventions,
    (),
    "DELETE FROM interventions AS i USING json_populate_recordset(NULL::interventions, ",
    "::json) AS k WHERE i.organisation_id = k.organisation_id AND i.advisor_id = k.advisor_id \
     AND i.report_date = k.report_date"
);

pub(super) fn delete_interventions(connection: &mut PgConnection, keys: &[DayKey]) -> QueryResult<()> {
    execute::<DeleteInterventions>(connection, &day_keys(keys))
}

statement!(
    InsertInterventions,
    (),
    "INSERT INTO interventions SELECT * FROM json_populate_recordset(NULL::interventions, ",
    "::json)"
);

pub(super) fn insert_interventions(connection: &mut PgConnection, rows: &[InterventionRow]) -> QueryResult<()> {
    execute::<InsertInterventions>(connection, &rows)
}

statement!(
    InsertVersions,
    (),
    "INSERT INTO report_versions SELECT * FROM json_populate_recordset(NULL::report_versions, ",
    "::json)"
);

pub(super) fn insert_versions(connection: &mut PgConnection, rows: &[VersionRow]) -> QueryResult<()> {
    execute::<InsertVersions>(connection, &rows)
}

/// Declares the statement that adds or replaces tallies, from the list of the counters.
macro_rules! put_tallies {
    ($($(#[$doc:meta])+ $counter:ident,)+) => {
        upsert!(PutTallies, tallies(organisation_id, month, advisor_id), $($counter,)+ details);
    };
}
with_counters!(put_tallies);

pub(super) fn put_tallies(connection: &mut PgConnection, rows: &[TallyRow]) -> QueryResult<()> {
    execute::<PutTallies>(connection, &rows)
}

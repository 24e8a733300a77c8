//! The statements of the hot path on PostgreSQL: a batch is read by one and written by one, since a round trip costs much. Rows are
//! given as an array for each column, keys as JSON, so that the text never changes and it is prepared once. (`diesel::sql_query` is never
//! kept prepared, and a batch `VALUES` has a text for each number of rows. Rows as JSON would take PostgreSQL nearly twice as long.)
//!
//! `LATERAL (… OFFSET 0)` makes PostgreSQL look each key up by itself. For a join, the planner assumes that the pages
//! of an index are in memory after the first keys, and takes the smallest index as long as the table has no statistics:
//! by an index of the organisation alone it would read the whole table. Of two unique indexes that both begin with the organisation it
//! may take either then: interventions of a day are asked for by position, in the order of the one that has the day.
//!
//! A statement about one organisation names it in each of its parts, so that Citus, which distributes rows by organisation, sends it
//! to the one server that has them. Citus takes no statement that writes in a part of another: there, each part is sent by itself.

use std::marker::PhantomData;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::rows::{DayKey, InterventionRow, ReportRow};
use super::statements::{Changed, Found, Needs};
use super::version_row::VersionRow;
use crate::domain::identifiers::OrganisationId;
use crate::storage::lock::Locks;
use crate::storage::put::ByColumns;
use crate::storage::schema::{interventions, reports};
use crate::storage::tallies::TallyRow;

/// A statement over rows or keys.
trait Statement: 'static {
    /// The SQL types of what it returns.
    type Returns;
    /// Its text, in pieces. `?` stands for the next rows or keys, `@` for the organisation of a key `k`.
    const TEXT: &'static [&'static str];
}

/// What a statement is given.
enum Given<'r> {
    /// Keys, as a JSON array.
    Keys(String),
    /// Rows, as an array for each column.
    Rows(Box<dyn QueryFragment<Pg> + 'r>),
}

/// A statement with what it is given: of keys of one organisation, or of several.
struct Over<'r, S, const ONE: bool> {
    given: Vec<Given<'r>>,
    /// The one organisation.
    organisation: String,
    statement: PhantomData<S>,
}

impl<'r, S: Statement, const ONE: bool> Over<'r, S, ONE> {
    const fn new(given: Vec<Given<'r>>, organisation: String) -> Self {
        Self {
            given,
            organisation,
            statement: PhantomData,
        }
    }
}

impl<S: Statement, const ONE: bool> QueryFragment<Pg> for Over<'_, S, ONE> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let mut given = self.given.iter();
        for piece in S::TEXT.iter().flat_map(|text| text.split_inclusive(['?', '@'])) {
            if let Some(sql) = piece.strip_suffix('?') {
                out.push_sql(sql);
                match given.next() {
                    Some(Given::Keys(keys)) => {
                        out.push_bind_param::<Text, _>(keys)?;
                        out.push_sql("::json");
                    }
                    Some(Given::Rows(rows)) => rows.walk_ast(out.reborrow())?,
                    None => {
                        let too_few = "a statement asks for more than it is given";
                        return Err(diesel::result::Error::QueryBuilderError(too_few.into()));
                    }
                }
            } else if let Some(sql) = piece.strip_suffix('@') {
                out.push_sql(sql);
                if ONE {
                    out.push_bind_param::<Text, _>(&self.organisation)?;
                } else {
                    out.push_sql("k.organisation_id");
                }
            } else {
                out.push_sql(piece);
            }
        }
        Ok(())
    }
}

impl<S: Statement, const ONE: bool> QueryId for Over<'_, S, ONE> {
    type QueryId = Over<'static, S, ONE>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<S: Statement, const ONE: bool> Query for Over<'_, S, ONE> {
    type SqlType = S::Returns;
}

impl<S: Statement, const ONE: bool> RunQueryDsl<PgConnection> for Over<'_, S, ONE> {}

/// Loads what a statement finds, of the one organisation if its keys are all of one.
macro_rules! load {
    ($connection:ident, $statement:ident, $only:expr, $given:expr) => {
        match $only {
            Some(organisation) => Over::<$statement, true>::new($given, organisation.to_string()).load($connection),
            None => Over::<$statement, false>::new($given, String::new()).load($connection),
        }
    };
}

/// Runs a statement over what is of the one organisation, or of several.
fn execute<S: Statement>(
    connection: &mut PgConnection,
    only: Option<OrganisationId>,
    given: Vec<Given<'_>>,
) -> QueryResult<()> {
    match only {
        Some(organisation) => Over::<S, true>::new(given, organisation.to_string()).execute(connection)?,
        None => Over::<S, false>::new(given, String::new()).execute(connection)?,
    };
    Ok(())
}

fn keys(keys: &[Value]) -> QueryResult<Given<'static>> {
    let keys = serde_json::to_string(keys);
    keys.map(Given::Keys)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
}

fn rows<R: ByColumns>(rows: &[R]) -> Given<'_> {
    Given::Rows(R::columns(rows))
}

/// The organisation of all keys, if they are of one.
fn only_one(organisations: impl IntoIterator<Item = OrganisationId>) -> Option<OrganisationId> {
    let mut organisations = organisations.into_iter();
    let first = organisations.next()?;
    organisations.all(|other| other == first).then_some(first)
}

/// Declares a statement.
macro_rules! statement {
    ($name:ident, $returns:ty, $text:expr) => {
        struct $name;

        impl Statement for $name {
            type Returns = $returns;
            const TEXT: &'static [&'static str] = $text;
        }
    };
}

fn day_keys(days: &[DayKey]) -> QueryResult<Given<'static>> {
    let days = days.iter().map(|key| {
        json!({
            "organisation_id": key.organisation.to_string(),
            "advisor_id": key.advisor.to_string(),
            "report_date": key.date.to_string(),
        })
    });
    keys(&days.collect::<Vec<Value>>())
}

statement!(
    FindDays,
    <reports::table as diesel::query_builder::AsQuery>::SqlType,
    &[
        "SELECT r.* FROM json_populate_recordset(NULL::reports, ?) AS k CROSS JOIN LATERAL (SELECT * FROM reports \
         WHERE organisation_id = @ AND advisor_id = k.advisor_id AND report_date = k.report_date OFFSET 0) AS r"
    ]
);

pub(super) fn find_days(connection: &mut PgConnection, keys: &[DayKey]) -> QueryResult<Vec<ReportRow>> {
    let only = only_one(keys.iter().map(|key| key.organisation));
    load!(connection, FindDays, only, vec![day_keys(keys)?])
}

statement!(
    FindInterventions,
    <interventions::table as diesel::query_builder::AsQuery>::SqlType,
    &[
        "SELECT i.* FROM json_populate_recordset(NULL::interventions, ?) AS k CROSS JOIN LATERAL (SELECT * \
         FROM interventions WHERE organisation_id = @ AND advisor_id = k.advisor_id AND report_date = k.report_date \
         ORDER BY position OFFSET 0) AS i ORDER BY i.organisation_id, i.advisor_id, i.report_date, i.position"
    ]
);

pub(super) fn find_interventions(connection: &mut PgConnection, keys: &[DayKey]) -> QueryResult<Vec<InterventionRow>> {
    let only = only_one(keys.iter().map(|key| key.organisation));
    load!(connection, FindInterventions, only, vec![day_keys(keys)?])
}

// What is found is of tables of every shape, so each row comes as JSON, after the name of what it is.
statement!(
    Find,
    (Text, Text),
    &[
        "SELECT 'report' AS kind, row_to_json(r)::text AS content FROM json_populate_recordset(NULL::reports, ?) AS k \
         CROSS JOIN LATERAL (SELECT * FROM reports WHERE organisation_id = @ AND advisor_id = k.advisor_id \
         AND report_date = k.report_date OFFSET 0) AS r \
         UNION ALL SELECT 'intervention', row_to_json(i)::text FROM json_populate_recordset(NULL::reports, ?) AS k \
         CROSS JOIN LATERAL (SELECT * FROM interventions WHERE organisation_id = @ AND advisor_id = k.advisor_id \
         AND report_date = k.report_date ORDER BY position OFFSET 0) AS i ",
        "UNION ALL SELECT 'advisor', json_build_array(a.organisation_id, a.account_id, p.starts_on, p.ends_on)::text \
         FROM json_populate_recordset(NULL::accounts, ?) AS k CROSS JOIN LATERAL (SELECT * FROM accounts \
         WHERE organisation_id = @ AND account_id = k.account_id AND role = 'advisor' OFFSET 0) AS a \
         LEFT JOIN LATERAL (SELECT * FROM activity_periods WHERE organisation_id = @ AND advisor_id = k.account_id \
         OFFSET 0) AS p ON TRUE ",
        "UNION ALL SELECT 'closed_month', json_build_array(m.organisation_id, m.month, m.changed_at, m.changed_by)::text \
         FROM json_populate_recordset(NULL::months, ?) AS k CROSS JOIN LATERAL (SELECT * FROM months \
         WHERE organisation_id = @ AND month = k.month AND status = 'closed' OFFSET 0) AS m ",
        "UNION ALL SELECT 'whereabouts', \
         json_build_array(i.organisation_id, i.advisor_id, i.intervention_id, i.report_date)::text \
         FROM json_populate_recordset(NULL::interventions, ?) AS k CROSS JOIN LATERAL (SELECT * FROM interventions \
         WHERE organisation_id = @ AND advisor_id = k.advisor_id AND intervention_id = k.intervention_id OFFSET 0) AS i ",
        "UNION ALL SELECT 'tally', row_to_json(t)::text FROM json_populate_recordset(NULL::tallies, ?) AS k \
         CROSS JOIN LATERAL (SELECT * FROM tallies WHERE organisation_id = @ AND month = k.month OFFSET 0) AS t ",
        "UNION ALL SELECT 'reference', \
         json_build_array(k.organisation_id, k.kind, k.id, f.commune_code, f.partner_id, f.content)::text \
         FROM json_to_recordset(?) AS k (organisation_id text, kind text, id text) CROSS JOIN LATERAL (\
         SELECT commune_code, partner_id, NULL AS content FROM places WHERE k.kind = 'place' \
         AND organisation_id = @ AND place_id = k.id AND replaced_at IS NULL \
         UNION ALL SELECT NULL, NULL, NULL FROM partners WHERE k.kind = 'partner' AND organisation_id = @ \
         AND partner_id = k.id AND replaced_at IS NULL \
         UNION ALL SELECT NULL, NULL, content FROM planned_sessions WHERE k.kind = 'session' AND organisation_id = @ \
         AND planned_session_id = k.id AND replaced_at IS NULL \
         UNION ALL SELECT NULL, NULL, NULL FROM workshops WHERE k.kind = 'workshop' AND organisation_id = @ \
         AND workshop_id = k.id AND replaced_at IS NULL \
         UNION ALL SELECT NULL, NULL, NULL FROM referrals WHERE k.kind = 'referral' AND organisation_id = @ \
         AND referral_id = k.id AND replaced_at IS NULL \
         UNION ALL SELECT NULL, NULL, NULL FROM tags WHERE k.kind = 'tag' AND organisation_id = @ AND tag_id = k.id \
         AND replaced_at IS NULL OFFSET 0) AS f"
    ]
);

/// All that a batch asks for.
pub(super) fn find(connection: &mut PgConnection, needs: &Needs) -> QueryResult<Found> {
    let accounts = needs.advisors.iter().map(|(organisation, advisor)| {
        json!({"organisation_id": organisation.to_string(), "account_id": advisor.to_string()})
    });
    let months = needs
        .months
        .iter()
        .map(|(organisation, month)| json!({"organisation_id": organisation.to_string(), "month": month.to_string()}));
    let named = needs.named.iter().map(|(organisation, advisor, intervention)| {
        json!({
            "organisation_id": organisation.to_string(),
            "advisor_id": advisor.to_string(),
            "intervention_id": intervention.to_string(),
        })
    });
    let tallies = needs
        .tallies
        .iter()
        .map(|key| json!({"organisation_id": key.organisation.to_string(), "month": key.month.to_string()}));
    let references = needs.references.iter().map(|(organisation, reference)| {
        let (kind, id) = reference.parts();
        json!({"organisation_id": organisation.to_string(), "kind": kind, "id": id})
    });
    let given = vec![
        day_keys(&needs.days)?,
        day_keys(&needs.days)?,
        keys(&accounts.collect::<Vec<Value>>())?,
        keys(&months.collect::<Vec<Value>>())?,
        keys(&named.collect::<Vec<Value>>())?,
        keys(&tallies.collect::<Vec<Value>>())?,
        keys(&references.collect::<Vec<Value>>())?,
    ];
    let only = only_one(needs.days.iter().map(|key| key.organisation));
    let found: Vec<(String, String)> = load!(connection, Find, only, given)?;
    let mut sorted = Found::default();
    for (kind, content) in found {
        match kind.as_str() {
            "report" => sorted.days.push(row_of(&content)?),
            "intervention" => sorted.interventions.push(row_of(&content)?),
            "advisor" => sorted.around.advisors.push(row_of(&content)?),
            "closed_month" => sorted.around.closed_months.push(row_of(&content)?),
            "whereabouts" => sorted.whereabouts.push(row_of(&content)?),
            "tally" => sorted.around.tallies.push(row_of(&content)?),
            "reference" => sorted.around.references.push(row_of(&content)?),
            // A part of the statement that nobody reads is a fault of this program.
            other => {
                return Err(diesel::result::Error::DeserializationError(
                    format!("a row of {other}").into(),
                ));
            }
        }
    }
    sorted.interventions.sort_by_key(InterventionRow::position);
    Ok(sorted)
}

fn row_of<R: DeserializeOwned>(content: &str) -> QueryResult<R> {
    serde_json::from_str(content).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))
}

const PUT_REPORTS: [&str; 2] = [ReportRow::ADD, ReportRow::ON_CONFLICT];
const PUT_TALLIES: [&str; 2] = [TallyRow::ADD, TallyRow::ON_CONFLICT];

/// Deletes the interventions of some days. Each day is looked up by itself, as in the statements above, which gives the places of its rows
/// in the table (`ctid`); `DELETE … USING` leaves it to the planner how to join, and it reads the whole organisation.
const DELETE_INTERVENTIONS: &str = "DELETE FROM interventions WHERE ctid = ANY (ARRAY(SELECT i.ctid \
     FROM json_populate_recordset(NULL::interventions, ?) AS k CROSS JOIN LATERAL (SELECT ctid FROM interventions \
     WHERE organisation_id = @ AND advisor_id = k.advisor_id AND report_date = k.report_date ORDER BY position OFFSET 0) AS i))";
/// The same on Citus, where the same place is one of a row on each server.
const DELETE_INTERVENTIONS_ON_CITUS: &str = "DELETE FROM interventions AS i USING json_populate_recordset(NULL::interventions, ?) AS k \
     WHERE i.organisation_id = @ AND i.advisor_id = k.advisor_id AND i.report_date = k.report_date";

// The parts of a statement see none of what the others write, and run in an order of their own: to count what was deleted has the
// interventions of a day deleted before others take their keys.
statement!(
    Store,
    (),
    &[
        "WITH put AS (",
        PUT_REPORTS[0],
        PUT_REPORTS[1],
        "), deleted AS (",
        DELETE_INTERVENTIONS,
        " RETURNING 1), inserted AS (",
        InterventionRow::ADD,
        " WHERE (SELECT count(*) FROM deleted) >= 0), kept AS (",
        VersionRow::ADD,
        ") ",
        PUT_TALLIES[0],
        PUT_TALLIES[1]
    ]
);

/// Whether the statement has locked all organisations that it had to, and nobody else had written for one of them.
const UNDISTURBED: &str = " WHERE (SELECT count(*) FROM locked) = (SELECT count(*) FROM expected)";

// Rows of days that have no report. The statement is a transaction of its own, so it takes the locks itself, in the order of the
// rows. Citus takes no such statement.
statement!(
    StoreNew,
    BigInt,
    &[
        "WITH expected AS MATERIALIZED (SELECT * FROM json_to_recordset(?) AS k (organisation_id text, epoch text, number bigint, \
         changes bigint)), locked AS (UPDATE organisations AS o SET change_seq = o.change_seq + k.changes FROM expected AS k \
         WHERE o.organisation_id = k.organisation_id AND o.change_epoch = k.epoch AND o.change_seq = k.number RETURNING 1), \
         added AS (",
        PUT_REPORTS[0],
        UNDISTURBED,
        "), inserted AS (",
        InterventionRow::ADD,
        UNDISTURBED,
        "), tallied AS (",
        PUT_TALLIES[0],
        UNDISTURBED,
        PUT_TALLIES[1],
        ") SELECT count(*) FROM locked"
    ]
);
statement!(PutReports, (), &PUT_REPORTS);
statement!(DeleteInterventions, (), &[DELETE_INTERVENTIONS_ON_CITUS]);
statement!(InsertInterventions, (), &[InterventionRow::ADD]);
statement!(InsertVersions, (), &[VersionRow::ADD]);
statement!(PutTallies, (), &PUT_TALLIES);

/// Stores what a batch changed: by one statement, or each part by itself.
pub(super) fn store(connection: &mut PgConnection, changed: &Changed, each_by_itself: bool) -> QueryResult<()> {
    let only = only_one(changed.emptied.iter().map(|key| key.organisation));
    let reports = rows(&changed.reports);
    let emptied = day_keys(&changed.emptied)?;
    let interventions = rows(&changed.interventions);
    let versions = rows(&changed.versions);
    let tallies = rows(&changed.tallies);
    if !each_by_itself {
        let given = vec![reports, emptied, interventions, versions, tallies];
        return execute::<Store>(connection, only, given);
    }
    execute::<PutReports>(connection, only, vec![reports])?;
    if !changed.emptied.is_empty() {
        execute::<DeleteInterventions>(connection, only, vec![emptied])?;
    }
    if !changed.interventions.is_empty() {
        execute::<InsertInterventions>(connection, only, vec![interventions])?;
    }
    if !changed.versions.is_empty() {
        execute::<InsertVersions>(connection, only, vec![versions])?;
    }
    execute::<PutTallies>(connection, only, vec![tallies])
}

/// Stores and commits what a batch of days without reports changed, unless somebody else has written for one of the organisations
/// since the changes that the locks expect.
pub(super) fn store_new(connection: &mut PgConnection, changed: &Changed, locks: &Locks) -> QueryResult<bool> {
    let expected: Vec<Value> = locks
        .reserved()
        .map(|(organisation, last, changes)| {
            json!({
                "organisation_id": organisation.to_string(),
                "epoch": last.epoch,
                "number": last.number,
                "changes": changes,
            })
        })
        .collect();
    let given = vec![
        keys(&expected)?,
        rows(&changed.reports),
        rows(&changed.interventions),
        rows(&changed.tallies),
    ];
    let locked: i64 = Over::<StoreNew, false>::new(given, String::new()).get_result(connection)?;
    Ok(usize::try_from(locked) == Ok(expected.len()))
}

pub(super) fn put_tallies(connection: &mut PgConnection, tallies: &[TallyRow]) -> QueryResult<()> {
    execute::<PutTallies>(connection, None, vec![rows(tallies)])
}

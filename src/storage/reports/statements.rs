//! The statements of the hot path: row by row on SQLite, where a call costs little; one statement for all rows on
//! PostgreSQL, where a round trip costs much.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::rows::{DayKey, InterventionRow, ReportRow, VersionRow};
use super::{postgres, sqlite};
use crate::domain::calendar::Month;
use crate::domain::identifiers::{AdvisorId, InterventionId, OrganisationId};
use crate::domain::intervention::Reference;
use crate::storage::connection::AnyConnection;
use crate::storage::tallies::{TallyKey, TallyRow};

/// The statement of the same name for the database at hand.
macro_rules! for_either {
    ($connection:expr, $statement:ident, $rows:expr) => {
        match $connection {
            AnyConnection::Sqlite(connection) => sqlite::$statement(connection, $rows),
            AnyConnection::Postgres(connection) => postgres::$statement(connection, $rows),
        }
    };
}

/// An advisor and one of their activity periods, or none: organisation, advisor, start, end.
pub(super) type AdvisorRow = (String, String, Option<NaiveDate>, Option<NaiveDate>);
/// A closed month: organisation, month, when and by whom it was closed.
pub(super) type ClosedMonthRow = (String, String, NaiveDateTime, String);
/// Where an intervention stands: organisation, advisor, intervention, day.
pub(super) type WhereaboutsRow = (String, String, String, NaiveDate);

/// A thing of the field: organisation, kind, identifier, its commune, its partner, and of a planned session what it says.
pub(super) type ReferenceRow = (String, String, String, Option<String>, Option<String>, Option<String>);

/// The reports of days, tombstones included.
pub(super) fn find_days(connection: &mut AnyConnection, keys: &[DayKey]) -> QueryResult<Vec<ReportRow>> {
    for_either!(connection, find_days, keys)
}

/// The interventions of days, each day's in their order.
pub(super) fn find_interventions(connection: &mut AnyConnection, keys: &[DayKey]) -> QueryResult<Vec<InterventionRow>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    for_either!(connection, find_interventions, keys)
}

/// The advisors of these keys that exist, once for each of their activity periods.
pub(super) fn find_advisors(
    connection: &mut AnyConnection,
    keys: &[(OrganisationId, AdvisorId)],
) -> QueryResult<Vec<AdvisorRow>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    for_either!(connection, find_advisors, keys)
}

/// The months of these keys that are closed.
pub(super) fn find_closed_months(
    connection: &mut AnyConnection,
    keys: &[(OrganisationId, Month)],
) -> QueryResult<Vec<ClosedMonthRow>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    for_either!(connection, find_closed_months, keys)
}

/// The days on which interventions stand.
pub(super) fn find_whereabouts(
    connection: &mut AnyConnection,
    keys: &[(OrganisationId, AdvisorId, InterventionId)],
) -> QueryResult<Vec<WhereaboutsRow>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    for_either!(connection, find_whereabouts, keys)
}

/// The things of the field that these keys name and that there are, with what follows from them.
pub(super) fn find_references(
    connection: &mut AnyConnection,
    keys: &[(OrganisationId, Reference)],
) -> QueryResult<Vec<ReferenceRow>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    for_either!(connection, find_references, keys)
}

/// The tallies of these keys that exist.
pub(super) fn find_tallies(connection: &mut AnyConnection, keys: &[TallyKey]) -> QueryResult<Vec<TallyRow>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    for_either!(connection, find_tallies, keys)
}

/// Adds or replaces reports.
pub(super) fn put_reports(connection: &mut AnyConnection, rows: &[ReportRow]) -> QueryResult<()> {
    for_either!(connection, put_reports, rows)
}

/// Removes the interventions of days.
pub(super) fn delete_interventions(connection: &mut AnyConnection, keys: &[DayKey]) -> QueryResult<()> {
    if keys.is_empty() {
        return Ok(());
    }
    for_either!(connection, delete_interventions, keys)
}

/// Adds interventions.
pub(super) fn insert_interventions(connection: &mut AnyConnection, rows: &[InterventionRow]) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    for_either!(connection, insert_interventions, rows)
}

/// Adds versions that were replaced.
pub(super) fn insert_versions(connection: &mut AnyConnection, rows: &[VersionRow]) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    for_either!(connection, insert_versions, rows)
}

/// Adds or replaces tallies.
pub(in crate::storage) fn put_tallies(connection: &mut AnyConnection, rows: &[TallyRow]) -> QueryResult<()> {
    for_either!(connection, put_tallies, rows)
}

//! The statements of the hot path: row by row on SQLite, where a call costs little; one statement to read and one to write all
//! rows on PostgreSQL, where a round trip costs much.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::rows::{DayKey, InterventionRow, ReportRow};
use super::version_row::VersionRow;
use super::{postgres, sqlite};
use crate::domain::calendar::Month;
use crate::domain::identifiers::{AdvisorId, InterventionId, OrganisationId};
use crate::domain::intervention::Reference;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locks;
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

/// What a batch asks for before it decides: the keys of what may be there.
#[derive(Default)]
pub(super) struct Needs {
    /// The days, with their interventions, tombstones included.
    pub(super) days: Vec<DayKey>,
    /// The advisors, once for each of their activity periods.
    pub(super) advisors: Vec<(OrganisationId, AdvisorId)>,
    /// The months, if they are closed.
    pub(super) months: Vec<(OrganisationId, Month)>,
    /// The interventions of which it asks on which days they stand.
    pub(super) named: Vec<(OrganisationId, AdvisorId, InterventionId)>,
    /// The tallies.
    pub(super) tallies: Vec<TallyKey>,
    /// The things of the field, with what follows from them.
    pub(super) references: Vec<(OrganisationId, Reference)>,
}

/// What there is of it.
#[derive(Default)]
pub(super) struct Found {
    pub(super) days: Vec<ReportRow>,
    /// Each day's in their order.
    pub(super) interventions: Vec<InterventionRow>,
    pub(super) whereabouts: Vec<WhereaboutsRow>,
    pub(super) around: Around,
}

/// What the writer remembers of what it found.
#[derive(Default)]
pub(super) struct Around {
    pub(super) advisors: Vec<AdvisorRow>,
    pub(super) closed_months: Vec<ClosedMonthRow>,
    pub(super) tallies: Vec<TallyRow>,
    pub(super) references: Vec<ReferenceRow>,
}

/// What a batch stores.
pub(in crate::storage) struct Changed {
    /// Reports that are added or replaced.
    pub(super) reports: Vec<ReportRow>,
    /// The days whose interventions are removed first.
    pub(super) emptied: Vec<DayKey>,
    /// Interventions that are added.
    pub(super) interventions: Vec<InterventionRow>,
    /// Versions that were replaced.
    pub(super) versions: Vec<VersionRow>,
    /// Tallies that are added or replaced.
    pub(super) tallies: Vec<TallyRow>,
}

impl Changed {
    /// Adds what is stored on top of this: of two tallies with the same key the later one holds.
    pub(in crate::storage) fn join(&mut self, next: Self) {
        self.reports.extend(next.reports);
        self.emptied.extend(next.emptied);
        self.interventions.extend(next.interventions);
        self.versions.extend(next.versions);
        let later: HashSet<_> = next.tallies.iter().map(TallyRow::columns_of_key).collect();
        self.tallies.retain(|tally| !later.contains(&tally.columns_of_key()));
        drop(later);
        self.tallies.extend(next.tallies);
    }
}

/// Finds what a batch asks for.
pub(super) fn find(connection: &mut AnyConnection, needs: &Needs) -> QueryResult<Found> {
    for_either!(connection, find, needs)
}

/// Stores what a batch changed; on Citus, where the batch is of one organisation, each table by a statement of its own.
pub(super) fn store(connection: &mut AnyConnection, changed: &Changed, on_citus: bool) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(connection) => sqlite::store(connection, changed),
        AnyConnection::Postgres(connection) => postgres::store(connection, changed, on_citus),
    }
}

/// Stores what a batch of days without reports changed. On PostgreSQL it takes the locks and commits as well, unless somebody else has
/// written for one of the organisations since what the locks expect: it tells whether it did.
pub(in crate::storage) fn store_new(
    connection: &mut AnyConnection,
    changed: &Changed,
    locks: &Locks,
) -> QueryResult<bool> {
    match connection {
        AnyConnection::Sqlite(connection) => sqlite::store_new(connection, changed).map(|()| true),
        AnyConnection::Postgres(connection) => postgres::store_new(connection, changed, locks),
    }
}

/// Adds or replaces tallies.
pub(in crate::storage) fn put_tallies(connection: &mut AnyConnection, rows: &[TallyRow]) -> QueryResult<()> {
    for_either!(connection, put_tallies, rows)
}

//! Reports: reading days and lists, and applying writes to them.

mod advisor_days;
mod archive;
mod batch;
mod changes;
mod history;
mod named;
mod needs;
mod page;
mod people;
mod postgres;
mod prepared;
mod rows;
mod sqlite;
mod statements;
mod sums;
mod version_row;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

pub(super) use advisor_days::DaysOfAdvisor;
pub(super) use archive::without_notes;
pub use batch::{Outcome, WriteAnswer};
pub(super) use batch::{apply, decide_if_new};
pub use changes::{Change, ChangeQuery, Changes, changes};
pub use history::{Version, versions, versions_before, written_days, written_days_of};
pub use page::Page;
pub(super) use page::weight_asked;
pub(super) use people::People;
pub(super) use prepared::Prepared;
pub(super) use rows::{DayKey, ReportRow, tag_ids};
pub(super) use statements::{Changed, put_tallies, store_new};
pub(super) use sums::sums;

use self::rows::InterventionRow;
use super::connection::AnyConnection;
use super::schema::{interventions, reports};
use super::storage_error::StorageError;
use crate::domain::calendar::ReportDate;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::report::{DayState, Entry, RecordedReport};

/// Which reports to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Of this advisor alone.
    pub advisor: Option<AdvisorId>,
    /// From this day on.
    pub from: Option<ReportDate>,
    /// Up to this day.
    pub to: Option<ReportDate>,
    /// Only those that come after this one in the list.
    pub after: Option<(ReportDate, AdvisorId)>,
    /// At most so many.
    pub limit: u32,
}

/// The states of an advisor's days; a day that never had a report is left out.
pub fn find_days(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: AdvisorId,
    dates: impl IntoIterator<Item = ReportDate>,
) -> Result<BTreeMap<ReportDate, DayState>, StorageError> {
    let keys = dates.into_iter().map(|date| DayKey {
        organisation,
        advisor,
        date,
    });
    let rows = statements::find_days(connection, &keys.collect::<Vec<_>>())?;
    let states = states(connection, rows)?.into_iter();
    Ok(states.map(|(key, state)| (key.date, state)).collect())
}

/// The state of an advisor's day.
pub fn find_day(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: AdvisorId,
    date: ReportDate,
) -> Result<DayState, StorageError> {
    let mut found = find_days(connection, organisation, advisor, [date])?;
    Ok(found.remove(&date).unwrap_or_default())
}

/// A page of the reports that a query asks for, the newest day first, then by advisor: at most as many as the query says, and no more
/// than fit on a page. All their rows are read at once, since the database puts a whole day into this order to give some of it.
pub fn page(connection: &mut AnyConnection, query: &ListQuery) -> Result<Page<RecordedReport>, StorageError> {
    let one_more = ListQuery {
        limit: query.limit.saturating_add(1),
        ..query.clone()
    };
    let rows = match query.advisor {
        Some(advisor) => rows_of(connection, &one_more, advisor)?,
        None => rows(connection, &one_more)?,
    };
    let weigh = |report: &RecordedReport| page::weight(&report.content);
    page::read_page(query.limit, weigh, |last, limit| {
        let last = last.map(|last| (last.date.date(), last.advisor.to_string()));
        let is_last = |row: &ReportRow| {
            last.as_ref()
                .is_some_and(|(date, advisor)| (*row.report_date, &row.advisor_id) == (*date, advisor))
        };
        let read = rows.iter().position(is_last).map_or(0, |last| last + 1);
        let next = rows
            .iter()
            .skip(read)
            .take(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = next.cloned().collect();
        let states = match query.advisor {
            Some(_) => states(connection, next)?,
            None => states_of_neighbours(connection, next)?,
        };
        Ok(states.into_iter().filter_map(|(_, state)| state.live).collect())
    })
}

/// The rows of the reports that a query asks for: read backwards in the order of their keys, so that nothing is sorted.
fn rows(connection: &mut AnyConnection, query: &ListQuery) -> Result<Vec<ReportRow>, StorageError> {
    let mut select = reports::table
        .filter(reports::organisation_id.eq(query.organisation))
        .filter(reports::deleted_at.is_null())
        .order((reports::report_date.desc(), reports::advisor_id.desc()))
        .limit(query.limit.into())
        .into_boxed();
    if let Some(from) = query.from {
        select = select.filter(reports::report_date.ge(from.date()));
    }
    if let Some(to) = query.to {
        select = select.filter(reports::report_date.le(to.date()));
    }
    if let Some((date, advisor)) = query.after {
        let later = reports::report_date.lt(date.date()).or(reports::report_date
            .eq(date.date())
            .and(reports::advisor_id.lt(advisor)));
        // Said by itself too, so that what is above is not read.
        select = select.filter(reports::report_date.le(date.date())).filter(later);
    }
    Ok(select.load(connection)?)
}

/// The rows of the reports of one advisor that a query asks for.
fn rows_of(
    connection: &mut AnyConnection,
    query: &ListQuery,
    advisor: AdvisorId,
) -> Result<Vec<ReportRow>, StorageError> {
    // Of the day at which the list goes on, the advisor's report is still to come when it stands behind that of another.
    let last = query.after.map(|(date, other)| {
        if other > advisor {
            Some(date.date())
        } else {
            date.date().pred_opt()
        }
    });
    let to = [query.to.map(ReportDate::date), last.flatten()]
        .into_iter()
        .flatten()
        .min();
    let days = DaysOfAdvisor {
        from: query.from.map(ReportDate::date),
        to,
        limit: usize::try_from(query.limit).unwrap_or(usize::MAX),
        ..DaysOfAdvisor::all(query.organisation, advisor)
    };
    Ok(days.load(connection, |row| row.deleted_at.is_none())?)
}

/// The days of an organisation from `from` to `to` that have a report or a tombstone, with their states.
pub(super) fn days_between(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(DayKey, DayState)>, StorageError> {
    let rows: Vec<ReportRow> = reports::table
        .filter(reports::organisation_id.eq(organisation))
        .filter(reports::report_date.between(from, to))
        .order((reports::report_date, reports::advisor_id))
        .load(connection)?;
    states_of_neighbours(connection, rows)
}

/// The states of the days of report rows, in the order of the rows.
fn states(connection: &mut AnyConnection, rows: Vec<ReportRow>) -> Result<Vec<(DayKey, DayState)>, StorageError> {
    let interventions = interventions_of(connection, &rows)?;
    states_with(rows, interventions)
}

/// The intervention rows of report rows, by day, each day's in their order.
fn interventions_of(connection: &mut AnyConnection, rows: &[ReportRow]) -> Result<InterventionsByDay, StorageError> {
    let live: Result<Vec<DayKey>, StorageError> = rows
        .iter()
        .filter(|row| row.may_have_interventions())
        .map(ReportRow::key)
        .collect();
    by_day(statements::find_interventions(connection, &live?)?)
}

/// The states of the days of report rows that are all those of their dates, or those from one advisor to another. Their interventions
/// stand beside each other too, so that those of a date are read by one statement.
fn states_of_neighbours(
    connection: &mut AnyConnection,
    rows: Vec<ReportRow>,
) -> Result<Vec<(DayKey, DayState)>, StorageError> {
    let mut found = Vec::new();
    for of_date in rows.chunk_by(|one, next| one.report_date == next.report_date) {
        let (Some(first), Some(last)) = (of_date.first(), of_date.last()) else {
            continue;
        };
        let mut of_date: Vec<InterventionRow> = interventions::table
            .filter(interventions::organisation_id.eq(&first.organisation_id))
            .filter(interventions::report_date.eq(first.report_date))
            .filter(interventions::advisor_id.between(
                (&first.advisor_id).min(&last.advisor_id),
                (&first.advisor_id).max(&last.advisor_id),
            ))
            .order((interventions::advisor_id, interventions::position))
            .load(connection)?;
        found.append(&mut of_date);
    }
    states_with(rows, by_day(found)?)
}

/// The states of the days of report rows, whose interventions are found.
fn states_with(
    rows: Vec<ReportRow>,
    mut interventions: InterventionsByDay,
) -> Result<Vec<(DayKey, DayState)>, StorageError> {
    rows.into_iter()
        .map(|row| {
            let key = row.key()?;
            let state = row.state(entries_of(interventions.remove(&key).unwrap_or_default())?)?;
            Ok((key, state))
        })
        .collect()
}

/// Intervention rows by their day, each day's in their order.
type InterventionsByDay = BTreeMap<DayKey, Vec<InterventionRow>>;

/// Intervention rows by their day.
fn by_day(rows: Vec<InterventionRow>) -> Result<InterventionsByDay, StorageError> {
    let mut by_day = InterventionsByDay::new();
    for row in rows {
        by_day.entry(row.key()?).or_default().push(row);
    }
    Ok(by_day)
}

/// What rows say, in their order.
fn entries_of(rows: Vec<InterventionRow>) -> Result<Vec<Entry>, StorageError> {
    rows.into_iter().map(InterventionRow::entry).collect()
}

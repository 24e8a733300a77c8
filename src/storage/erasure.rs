//! The end of a contract: everything of an organisation goes.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::access;
use super::lock::Locked;
use super::schema::{
    accounts, activity_periods, agreements, api_keys, audit_entries, calendar_links, interventions, invitations,
    meetings, months, organisations, outbox, partner_links, partners, places, planned_sessions, publications,
    referrals, refresh_tokens, refused_writes, report_versions, reports, requests, schedules, sessions, shared_links,
    sign_ins, slugs, tags, tallies, workshops,
};
use super::storage_error::StorageError;
use crate::domain::identifiers::AdvisorId;

/// A table, by its name, and what empties it of what it holds of an organisation.
type Emptying = (&'static str, fn(&mut Locked<'_>) -> QueryResult<usize>);

/// For each table its name, and what empties it.
macro_rules! emptying {
    ($($table:ident),* $(,)?) => {
        [$((stringify!($table), |locked| {
            let (organisation, connection) = locked.parts();
            diesel::delete($table::table.filter($table::organisation_id.eq(organisation))).execute(connection)
        })),*]
    };
}

/// The tables by which somebody gets in, those first that name others.
const WAYS_IN: [Emptying; 9] = emptying![
    outbox,
    sign_ins,
    invitations,
    shared_links,
    partner_links,
    calendar_links,
    api_keys,
    refresh_tokens,
    sessions
];
/// The other tables, those first that name others. A test fills every table of the schema that has organisations, and tells
/// which is missing here.
const REST: [Emptying; 22] = emptying![
    requests,
    meetings,
    agreements,
    partners,
    places,
    tags,
    workshops,
    planned_sessions,
    referrals,
    schedules,
    interventions,
    report_versions,
    reports,
    tallies,
    publications,
    refused_writes,
    months,
    activity_periods,
    audit_entries,
    accounts,
    slugs,
    organisations,
];

/// The tables that say who somebody is, or let them in: those from which erasing a person takes something. They have few
/// rows, even where there are many reports.
pub(super) fn tables_of_people() -> impl Iterator<Item = &'static str> {
    WAYS_IN.into_iter().map(|(table, _)| table).chain(["accounts"])
}

/// Ends every way into an organisation.
pub fn shut(locked: &mut Locked<'_>) -> Result<(), StorageError> {
    for (_, empty) in WAYS_IN {
        empty(locked)?;
    }
    access::note_change(locked)
}

/// Erases the reports of some days of an organisation, with their earlier versions. Tells of how many days.
pub fn erase_reports(locked: &mut Locked<'_>, limit: i64) -> Result<usize, StorageError> {
    let (organisation, connection) = locked.parts();
    let days: Vec<(AdvisorId, NaiveDate)> = reports::table
        .filter(reports::organisation_id.eq(organisation))
        .select((reports::advisor_id, reports::report_date))
        .limit(limit)
        .load(connection)?;
    for (advisor, date) in &days {
        let said = interventions::table
            .filter(interventions::organisation_id.eq(organisation))
            .filter(interventions::report_date.eq(date))
            .filter(interventions::advisor_id.eq(advisor));
        diesel::delete(said).execute(connection)?;
        let versions = report_versions::table
            .filter(report_versions::organisation_id.eq(organisation))
            .filter(report_versions::advisor_id.eq(advisor))
            .filter(report_versions::report_date.eq(date));
        diesel::delete(versions).execute(connection)?;
        diesel::delete(reports::table.find((organisation, date, advisor))).execute(connection)?;
    }
    Ok(days.len())
}

/// Erases what is left of an organisation once its reports, of which there are many, are erased slice by slice.
pub fn erase_rest(locked: &mut Locked<'_>) -> Result<(), StorageError> {
    for (_, empty) in WAYS_IN.into_iter().chain(REST) {
        empty(locked)?;
    }
    Ok(())
}

//! What completeness is counted from: when advisors are to report, and the days of which there are reports.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::accounts::managed::{self, AccountStatus, ManagedAccount};
use super::connection::AnyConnection;
use super::organisations;
use super::reports::{DaysOfAdvisor, ReportRow};
use super::schema::reports;
use super::storage_error::StorageError;
use crate::domain::account::{Account, Role};
use crate::domain::calendar::today_in;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::organisation::Organisation;
use crate::statistics::completeness::{Completeness, DayState, Duty, ReportedDay, completeness, states};

/// An advisor and what came of their days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisorCompleteness {
    /// Who.
    pub advisor: Account,
    /// What came of their days.
    pub completeness: Completeness,
    /// What came of each of their days.
    pub days: Vec<(NaiveDate, DayState)>,
}

/// What came of the days of a period, both ends included, for each advisor by name, or for one advisor. A deactivated
/// advisor of whom nothing is to be counted in the period is left out.
pub fn of_advisors(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: Option<AdvisorId>,
    period: (NaiveDate, NaiveDate),
) -> Result<Vec<AdvisorCompleteness>, StorageError> {
    let Some(found) = organisations::find(connection, organisation)? else {
        return Ok(Vec::new());
    };
    let days = days_of_advisors(connection, &found, advisor, period)?;
    let counted = days.into_iter().filter_map(|of| {
        let completeness = completeness(&of.duty, &of.reported, period);
        let gone = of.status == AccountStatus::Deactivated && completeness == Completeness::default();
        (!gone).then_some(AdvisorCompleteness {
            days: states(&of.duty, &of.reported, period),
            advisor: of.advisor,
            completeness,
        })
    });
    Ok(counted.collect())
}

/// An advisor, when they are to report, and the days of which they have a report.
#[derive(Debug)]
pub(super) struct AdvisorDays {
    pub(super) advisor: Account,
    pub(super) status: AccountStatus,
    pub(super) duty: Duty,
    pub(super) reported: BTreeMap<NaiveDate, ReportedDay>,
}

/// The days of a period, both ends included, of each advisor by name, or of one of them.
pub(super) fn days_of_advisors(
    connection: &mut AnyConnection,
    organisation: &Organisation,
    advisor: Option<AdvisorId>,
    period: (NaiveDate, NaiveDate),
) -> Result<Vec<AdvisorDays>, StorageError> {
    let mut reported = reported(connection, organisation.id, advisor, period)?;
    let accounts = match advisor {
        None => managed::all(connection, organisation.id)?,
        Some(advisor) => {
            let found = managed::find(connection, organisation.id, advisor.into())?;
            found.into_iter().collect()
        }
    };
    let days_of = |managed: ManagedAccount| AdvisorDays {
        duty: Duty {
            working_days: managed.working_days.unwrap_or(organisation.working_days),
            holidays: organisation.holidays,
            activity_periods: managed.activity_periods,
            ended_on: managed.deactivated_at.map(|at| today_in(organisation.time_zone, at)),
        },
        reported: reported.remove(&managed.account.id.into()).unwrap_or_default(),
        status: managed.status,
        advisor: managed.account,
    };
    let advisors = accounts
        .into_iter()
        .filter(|managed| managed.account.role == Role::Advisor);
    Ok(advisors.map(days_of).collect())
}

/// A day of which there is a report.
#[derive(Queryable, Selectable)]
#[diesel(table_name = reports)]
struct DayRow {
    advisor_id: AdvisorId,
    report_date: NaiveDate,
    received_on: NaiveDate,
    absence: Option<String>,
}

/// The days of a period of which there are reports, by advisor; asked for one advisor, it reads no row of another.
fn reported(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: Option<AdvisorId>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<AdvisorId, BTreeMap<NaiveDate, ReportedDay>>, StorageError> {
    let of_all = reports::table
        .filter(reports::organisation_id.eq(organisation))
        .filter(reports::report_date.between(from, to))
        .filter(reports::deleted_at.is_null())
        .select(DayRow::as_select());
    let rows: Vec<DayRow> = match advisor {
        None => of_all.load(connection)?,
        Some(advisor) => {
            let days = DaysOfAdvisor {
                from: Some(from),
                to: Some(to),
                ..DaysOfAdvisor::all(organisation, advisor)
            };
            let rows = days.load(connection, |row| row.deleted_at.is_none())?.into_iter();
            let day = |row: ReportRow| DayRow {
                advisor_id: advisor,
                report_date: *row.report_date,
                received_on: *row.received_on,
                absence: row.absence,
            };
            rows.map(day).collect()
        }
    };
    let mut days: BTreeMap<AdvisorId, BTreeMap<NaiveDate, ReportedDay>> = BTreeMap::new();
    for row in rows {
        let day = ReportedDay {
            received_on: row.received_on,
            absence: row.absence.is_some(),
        };
        days.entry(row.advisor_id).or_default().insert(row.report_date, day);
    }
    Ok(days)
}

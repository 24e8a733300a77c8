//! What completeness is counted from: when advisors are to report, and the days of which there are reports.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::organisations::{self, parse_id};
use super::people::{self, AccountStatus};
use super::schema::reports;
use super::storage_error::StorageError;
use crate::domain::account::{Account, Role};
use crate::domain::calendar::today_in;
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::statistics::completeness::{Completeness, Duty, ReportedDay, completeness};

/// An advisor and what came of their days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisorCompleteness {
    /// Who.
    pub advisor: Account,
    /// Where their account is in its life.
    pub status: AccountStatus,
    /// When they are to report.
    pub duty: Duty,
    /// What came of it.
    pub completeness: Completeness,
}

/// What came of the days of a period, both ends included, for each advisor by name, or for one of them.
///
/// # Errors
/// As any read.
pub fn of_advisors(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: Option<AdvisorId>,
    period: (NaiveDate, NaiveDate),
) -> Result<Vec<AdvisorCompleteness>, StorageError> {
    let Some(found) = organisations::find(connection, organisation)? else {
        return Ok(Vec::new());
    };
    let mut reported = reported(connection, organisation, period)?;
    let people = people::all(connection, organisation)?.into_iter().filter(|person| {
        let asked = advisor.is_none_or(|advisor| person.account.id == advisor.into());
        asked && person.account.role == Role::Advisor
    });
    let of_person = |person: people::Person| {
        let duty = Duty {
            working_days: person.working_days.unwrap_or(found.working_days),
            holidays: found.holidays,
            activity_periods: person.activity_periods,
            ended_on: person.deactivated_at.map(|at| today_in(found.time_zone, at)),
        };
        let days = reported.remove(&person.account.id.into()).unwrap_or_default();
        AdvisorCompleteness {
            completeness: completeness(&duty, &days, period),
            status: person.status,
            advisor: person.account,
            duty,
        }
    };
    Ok(people.map(of_person).collect())
}

type DayRow = (String, NaiveDate, NaiveDate, Option<String>);

/// The days of a period of which there are reports, by advisor.
fn reported(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<AdvisorId, BTreeMap<NaiveDate, ReportedDay>>, StorageError> {
    let rows: Vec<DayRow> = reports::table
        .filter(reports::organisation_id.eq(organisation.to_string()))
        .filter(reports::report_date.between(from, to))
        .filter(reports::deleted_at.is_null())
        .select((
            reports::advisor_id,
            reports::report_date,
            reports::received_on,
            reports::absence,
        ))
        .load(connection)?;
    let mut days: BTreeMap<AdvisorId, BTreeMap<NaiveDate, ReportedDay>> = BTreeMap::new();
    for (advisor, date, received_on, absence) in rows {
        let day = ReportedDay {
            received_on,
            absence: absence.is_some(),
        };
        days.entry(parse_id(&advisor)?).or_default().insert(date, day);
    }
    Ok(days)
}

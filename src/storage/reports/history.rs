//! What an advisor's day said before: every version, deletions included.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::advisor_days::DaysOfAdvisor;
use super::rows::{DayKey, ReportRow};
use super::version_row::VersionRow;
use super::{entries_of, interventions_of, statements};
use crate::domain::calendar::ReportDate;
use crate::domain::identifiers::{AccountId, AdvisorId, ApiKeyId, OrganisationId};
use crate::domain::report::{DayState, Entry, RecordedReport};
use crate::storage::columns::parse_id;
use crate::storage::connection::AnyConnection;
use crate::storage::schema::{report_versions, reports};
use crate::storage::storage_error::StorageError;

/// One version of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub version: i64,
    /// When it came.
    pub updated_at: DateTime<Utc>,
    /// Who wrote it.
    pub recorded_by: AccountId,
    /// The key of the program that wrote it for them; `None`: they wrote it themselves.
    pub recorded_through: Option<ApiKeyId>,
    /// What it said; `None`: it was a deletion.
    pub report: Option<RecordedReport>,
}

/// The versions of an advisor's day, the newest first; none when there never was a report.
pub fn versions(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: AdvisorId,
    date: ReportDate,
) -> Result<Vec<Version>, StorageError> {
    versions_before(connection, (organisation, advisor, date), None, i64::MAX)
}

/// Some of the versions of an advisor's day, the newest first: those before a version, or from the newest on; `limit` at most
/// beside the one that stands.
pub fn versions_before(
    connection: &mut AnyConnection,
    (organisation, advisor, date): (OrganisationId, AdvisorId, ReportDate),
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Version>, StorageError> {
    let key = DayKey {
        organisation,
        advisor,
        date,
    };
    let mut versions = Vec::new();
    if before.is_none() {
        let current = statements::find_days(connection, &[key])?;
        let mut interventions = interventions_of(connection, &current)?;
        for row in current {
            let rows = interventions.remove(&key).unwrap_or_default();
            versions.push(version_of(&row, entries_of(rows)?)?);
        }
    }
    let older: Vec<VersionRow> = report_versions::table
        .filter(report_versions::organisation_id.eq(organisation))
        .filter(report_versions::advisor_id.eq(advisor))
        .filter(report_versions::report_date.eq(date.date()))
        .filter(report_versions::version.lt(before.unwrap_or(i64::MAX)))
        .order(report_versions::version.desc())
        .limit(limit)
        .load(connection)?;
    for row in older {
        let (row, entries) = row.split()?;
        versions.push(version_of(&row, entries)?);
    }
    Ok(versions)
}

/// The days of an organisation that were ever written, in the order of day and advisor, after a given one.
pub fn written_days(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    after: Option<(AdvisorId, ReportDate)>,
    limit: i64,
) -> Result<Vec<(AdvisorId, ReportDate)>, StorageError> {
    let mut select = reports::table
        .filter(reports::organisation_id.eq(organisation))
        .order((reports::report_date, reports::advisor_id))
        .limit(limit)
        .select((reports::advisor_id, reports::report_date))
        .into_boxed();
    if let Some((advisor, date)) = after {
        let later = reports::report_date.gt(date.date()).or(reports::report_date
            .eq(date.date())
            .and(reports::advisor_id.gt(advisor)));
        select = select.filter(reports::report_date.ge(date.date())).filter(later);
    }
    let days: Vec<(AdvisorId, NaiveDate)> = select.load(connection)?;
    Ok(days
        .into_iter()
        .map(|(advisor, date)| (advisor, ReportDate::new(date)))
        .collect())
}

/// The days of an advisor that were ever written, in order.
pub fn written_days_of(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: AdvisorId,
) -> Result<Vec<ReportDate>, StorageError> {
    let days = DaysOfAdvisor::all(organisation, advisor).load(connection, |_| true)?;
    Ok(days.iter().rev().map(|row| ReportDate::new(*row.report_date)).collect())
}

fn version_of(row: &ReportRow, entries: Vec<Entry>) -> Result<Version, StorageError> {
    let DayState { version, live } = row.state(entries)?;
    let through = row.recorded_through.as_deref();
    Ok(Version {
        version,
        updated_at: row.updated_at.into(),
        recorded_by: parse_id(&row.recorded_by)?,
        recorded_through: through.map(parse_id).transpose()?,
        report: live,
    })
}

//! What an advisor's day said before: every version, deletions included.

use diesel::prelude::*;

use super::rows::{DayKey, InterventionRow, ReportRow, VersionRow};
use super::{interventions_of, statements};
use crate::domain::calendar::ReportDate;
use crate::domain::identifiers::{AccountId, AdvisorId, ApiKeyId, OrganisationId};
use crate::domain::report::{DayState, RecordedReport};
use crate::storage::connection::AnyConnection;
use crate::storage::instant;
use crate::storage::organisations::parse_id;
use crate::storage::schema::report_versions;
use crate::storage::storage_error::StorageError;

/// One version of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub version: i64,
    /// When it came.
    pub updated_at: chrono::DateTime<chrono::Utc>,
    /// Who wrote it.
    pub recorded_by: AccountId,
    /// The key of the program through which they did.
    pub recorded_through: Option<ApiKeyId>,
    /// What it said; `None`: it was a deletion.
    pub report: Option<RecordedReport>,
}

/// The versions of an advisor's day, the newest first; none when there never was a report.
///
/// # Errors
/// As any read.
pub fn versions(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: AdvisorId,
    date: ReportDate,
) -> Result<Vec<Version>, StorageError> {
    let key = DayKey {
        organisation,
        advisor,
        date,
    };
    let current = statements::find_days(connection, &[key])?;
    let mut interventions = interventions_of(connection, &current)?;
    let mut versions = Vec::new();
    for row in current {
        versions.push(version_of(&row, interventions.remove(&key).unwrap_or_default())?);
    }
    let older: Vec<VersionRow> = report_versions::table
        .filter(report_versions::organisation_id.eq(organisation.to_string()))
        .filter(report_versions::advisor_id.eq(advisor.to_string()))
        .filter(report_versions::report_date.eq(date.date()))
        .order(report_versions::version.desc())
        .load(connection)?;
    for row in older {
        let (row, interventions) = row.split()?;
        versions.push(version_of(&row, interventions)?);
    }
    Ok(versions)
}

fn version_of(row: &ReportRow, interventions: Vec<InterventionRow>) -> Result<Version, StorageError> {
    let DayState { version, live } = row.state(interventions)?;
    let through = row.recorded_through.as_deref();
    Ok(Version {
        version,
        updated_at: instant::of_column(row.updated_at),
        recorded_by: parse_id(&row.recorded_by)?,
        recorded_through: through.map(parse_id).transpose()?,
        report: live,
    })
}

//! What was said of months, and the writes that closed ones refused.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::instant;
use super::organisations::parse_id;
use super::schema::{months, refused_writes};
use super::storage_error::StorageError;
use crate::domain::calendar::{Month, Months};
use crate::domain::closing::{MonthRecord, RefusedWrites};
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::organisation::MonthStatus;

type MonthColumns = (String, String, NaiveDateTime, String, Option<String>, Option<String>);

const MONTH_COLUMNS: (
    months::month,
    months::status,
    months::changed_at,
    months::changed_by,
    months::comment,
    months::digest,
) = (
    months::month,
    months::status,
    months::changed_at,
    months::changed_by,
    months::comment,
    months::digest,
);

/// Every month of which something was said, the earliest first.
///
/// # Errors
/// As any read.
pub fn all(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<MonthRecord>, StorageError> {
    let rows: Vec<MonthColumns> = months::table
        .filter(months::organisation_id.eq(organisation.to_string()))
        .order(months::month)
        .select(MONTH_COLUMNS)
        .load(connection)?;
    rows.into_iter().map(|row| Ok(record_of(row)?.1)).collect()
}

/// What was said of each month of a period.
///
/// # Errors
/// As any read.
pub fn records(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<Vec<MonthRecord>, StorageError> {
    let rows: Vec<MonthColumns> = months::table
        .filter(months::organisation_id.eq(organisation.to_string()))
        .filter(months::month.between(period.from().to_string(), period.to().to_string()))
        .select(MONTH_COLUMNS)
        .load(connection)?;
    let said: Result<BTreeMap<Month, MonthRecord>, StorageError> = rows.into_iter().map(record_of).collect();
    let mut said = said?;
    Ok(period
        .iter()
        .map(|month| said.remove(&month).unwrap_or_else(|| MonthRecord::open(month)))
        .collect())
}

/// Whether every month of a period is closed.
///
/// # Errors
/// As any read.
pub(super) fn all_closed(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<bool, StorageError> {
    let records = records(connection, organisation, period)?;
    Ok(records.iter().all(|record| record.status == MonthStatus::Closed))
}

/// What was said of a month.
///
/// # Errors
/// As any read.
pub fn record(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    month: Month,
) -> Result<MonthRecord, StorageError> {
    let found = match Months::new(month, month) {
        Some(period) => records(connection, organisation, period)?.pop(),
        None => None,
    };
    Ok(found.unwrap_or_else(|| MonthRecord::open(month)))
}

fn record_of((month, status, at, by, comment, digest): MonthColumns) -> Result<(Month, MonthRecord), StorageError> {
    let corrupt = || StorageError::Corrupt(format!("month {month}"));
    let parsed: Month = month.parse().map_err(|_| corrupt())?;
    let record = MonthRecord {
        month: parsed,
        status: MonthStatus::from_code(&status).ok_or_else(corrupt)?,
        changed: Some((instant::of_column(at), parse_id(&by)?)),
        comment,
        digest,
    };
    Ok((parsed, record))
}

/// Says something of a month; the organisation must be locked. A month that is closed has refused nothing yet.
///
/// # Errors
/// As any write.
pub fn put(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    record: &MonthRecord,
) -> Result<(), StorageError> {
    let Some((at, by)) = record.changed else {
        return Ok(());
    };
    let (organisation, month) = (organisation.to_string(), record.month.to_string());
    if record.status == MonthStatus::Closed {
        let refused = refused_writes::table
            .filter(refused_writes::organisation_id.eq(&organisation))
            .filter(refused_writes::month.eq(&month));
        diesel::delete(refused).execute(connection)?;
    }
    let said = || {
        (
            months::status.eq(record.status.code()),
            months::changed_at.eq(instant::to_column(at)),
            months::changed_by.eq(by.to_string()),
            months::comment.eq(&record.comment),
            months::digest.eq(&record.digest),
        )
    };
    let row = months::table
        .filter(months::organisation_id.eq(&organisation))
        .filter(months::month.eq(&month));
    if diesel::update(row).set(said()).execute(connection)? == 0 {
        diesel::insert_into(months::table)
            .values((
                months::organisation_id.eq(&organisation),
                months::month.eq(&month),
                said(),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// The writes that the closed months of a period refused, by month and advisor.
///
/// # Errors
/// As any read.
pub fn refused(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<Vec<RefusedWrites>, StorageError> {
    let rows: Vec<(String, String, i32, NaiveDateTime)> = refused_writes::table
        .filter(refused_writes::organisation_id.eq(organisation.to_string()))
        .filter(refused_writes::month.between(period.from().to_string(), period.to().to_string()))
        .select((
            refused_writes::month,
            refused_writes::advisor_id,
            refused_writes::writes,
            refused_writes::last_refused_at,
        ))
        .order((refused_writes::month, refused_writes::advisor_id))
        .load(connection)?;
    rows.into_iter()
        .map(|(month, advisor, writes, at)| {
            Ok(RefusedWrites {
                month: month
                    .parse()
                    .map_err(|_| StorageError::Corrupt(format!("month {month}")))?,
                advisor: parse_id(&advisor)?,
                writes: writes.into(),
                last_at: instant::of_column(at),
            })
        })
        .collect()
}

/// Counts writes that a closed month refused; the organisation must be locked.
pub(super) fn count_refused(
    connection: &mut AnyConnection,
    (organisation, month, advisor): (OrganisationId, Month, AdvisorId),
    writes: i32,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (organisation, month, advisor) = (organisation.to_string(), month.to_string(), advisor.to_string());
    let last = refused_writes::last_refused_at.eq(instant::to_column(at));
    let row = refused_writes::table
        .filter(refused_writes::organisation_id.eq(&organisation))
        .filter(refused_writes::month.eq(&month))
        .filter(refused_writes::advisor_id.eq(&advisor));
    let more = refused_writes::writes.eq(refused_writes::writes + writes);
    if diesel::update(row).set((more, last)).execute(connection)? == 0 {
        diesel::insert_into(refused_writes::table)
            .values((
                refused_writes::organisation_id.eq(&organisation),
                refused_writes::month.eq(&month),
                refused_writes::advisor_id.eq(&advisor),
                refused_writes::writes.eq(writes),
                last,
            ))
            .execute(connection)?;
    }
    Ok(())
}

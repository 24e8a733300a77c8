//! The status of months, and the writes that closed months refused.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::columns::{Instant, instant_column};
use super::connection::AnyConnection;
use super::lock::Locked;
use super::schema::{months, refused_writes};
use super::storage_error::StorageError;
use crate::domain::calendar::{Month, Months};
use crate::domain::closing::{MonthRecord, RefusedWrites};
use crate::domain::identifiers::{AccountId, AdvisorId, OrganisationId};
use crate::domain::organisation::MonthStatus;

/// The record of a month that was closed at least once.
#[derive(Queryable, Selectable)]
#[diesel(table_name = months)]
struct MonthRow {
    month: Month,
    status: MonthStatus,
    #[diesel(deserialize_as = Instant)]
    changed_at: DateTime<Utc>,
    changed_by: AccountId,
    comment: Option<String>,
    digest: Option<String>,
}

impl From<MonthRow> for MonthRecord {
    fn from(row: MonthRow) -> Self {
        Self {
            month: row.month,
            status: row.status,
            changed: Some((row.changed_at, row.changed_by)),
            comment: row.comment,
            digest: row.digest,
        }
    }
}

/// Every month that was ever closed, the earliest first.
pub fn all(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<MonthRecord>, StorageError> {
    let rows: Vec<MonthRow> = months::table
        .filter(months::organisation_id.eq(organisation))
        .order(months::month)
        .select(MonthRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The record of each month of a period.
pub fn records(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<Vec<MonthRecord>, StorageError> {
    let rows: Vec<MonthRow> = months::table
        .filter(months::organisation_id.eq(organisation))
        .filter(months::month.between(period.from(), period.to()))
        .select(MonthRow::as_select())
        .load(connection)?;
    let mut said: BTreeMap<Month, MonthRecord> = rows.into_iter().map(|row| (row.month, row.into())).collect();
    Ok(period
        .iter()
        .map(|month| said.remove(&month).unwrap_or_else(|| MonthRecord::open(month)))
        .collect())
}

/// Whether every month of a period is closed.
pub(super) fn all_closed(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<bool, StorageError> {
    let records = records(connection, organisation, period)?;
    Ok(records.iter().all(|record| record.status == MonthStatus::Closed))
}

/// The record of a month that was closed at least once.
pub fn record(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    month: Month,
) -> Result<MonthRecord, StorageError> {
    let row: Option<MonthRow> = months::table
        .find((organisation, month))
        .select(MonthRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map_or_else(|| MonthRecord::open(month), Into::into))
}

/// Stores that a month was closed or reopened. Closing a month forgets the writes that it refused when it was closed
/// before.
pub fn put(locked: &mut Locked<'_>, record: &MonthRecord) -> Result<(), StorageError> {
    let Some((at, by)) = record.changed else {
        return Ok(());
    };
    let (organisation, connection) = locked.parts();
    let month = record.month;
    if record.status == MonthStatus::Closed {
        let refused = refused_writes::table
            .filter(refused_writes::organisation_id.eq(organisation))
            .filter(refused_writes::month.eq(month));
        diesel::delete(refused).execute(connection)?;
    }
    let said = || {
        (
            months::status.eq(record.status),
            months::changed_at.eq(instant_column(at)),
            months::changed_by.eq(by),
            months::comment.eq(&record.comment),
            months::digest.eq(&record.digest),
        )
    };
    let row = months::table.find((organisation, month));
    if diesel::update(row).set(said()).execute(connection)? == 0 {
        diesel::insert_into(months::table)
            .values((
                months::organisation_id.eq(organisation),
                months::month.eq(month),
                said(),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// The writes of an advisor that a closed month refused.
#[derive(Queryable, Selectable)]
#[diesel(table_name = refused_writes)]
struct RefusedRow {
    month: Month,
    advisor_id: AdvisorId,
    writes: i32,
    #[diesel(deserialize_as = Instant)]
    last_refused_at: DateTime<Utc>,
}

impl From<RefusedRow> for RefusedWrites {
    fn from(row: RefusedRow) -> Self {
        Self {
            month: row.month,
            advisor: row.advisor_id,
            writes: row.writes.into(),
            last_at: row.last_refused_at,
        }
    }
}

/// The writes that the closed months of a period refused, by month and advisor.
pub fn refused(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<Vec<RefusedWrites>, StorageError> {
    let rows: Vec<RefusedRow> = refused_writes::table
        .filter(refused_writes::organisation_id.eq(organisation))
        .filter(refused_writes::month.between(period.from(), period.to()))
        .order((refused_writes::month, refused_writes::advisor_id))
        .select(RefusedRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Counts writes of an advisor that a closed month refused.
pub(super) fn count_refused(
    locked: &mut Locked<'_>,
    (month, advisor): (Month, AdvisorId),
    writes: i32,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    let last = refused_writes::last_refused_at.eq(instant_column(at));
    let row = refused_writes::table.find((organisation, month, advisor));
    let more = refused_writes::writes.eq(refused_writes::writes + writes);
    if diesel::update(row).set((more, last)).execute(connection)? == 0 {
        diesel::insert_into(refused_writes::table)
            .values((
                refused_writes::organisation_id.eq(organisation),
                refused_writes::month.eq(month),
                refused_writes::advisor_id.eq(advisor),
                refused_writes::writes.eq(writes),
                last,
            ))
            .execute(connection)?;
    }
    Ok(())
}

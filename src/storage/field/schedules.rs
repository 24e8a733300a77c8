//! Schedules.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::planned_sessions::check_plan;
use super::thing::{Row, all_kept, columns, content_column, kept, named, stored};
use crate::domain::field::agreement::AgreementId;
use crate::domain::field::schedule::{Schedule, ScheduleId};
use crate::domain::field::thing::Kept;
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::{Id, OrganisationId};
use crate::domain::text::sort_key;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::schedules;
use crate::storage::storage_error::StorageError;

stored!(Schedule, ScheduleWritten, schedules.schedule_id, |schedule| {
    sort_key: sort_key(&schedule.name),
    starts_on: schedule.starts_on,
    ends_on: schedule.ends_on,
}, check: check);
named!(Schedule, schedules.schedule_id, |schedule| &schedule.name);

fn check(
    schedule: &Schedule,
    _: ScheduleId,
    locked: &mut Locked<'_>,
    errors: &mut FieldErrors,
) -> Result<(), StorageError> {
    check_plan(&schedule.plan, locked, errors)
}

/// The schedules of an organisation that may fall on a day from `from` to `to`, both included.
pub fn between(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Kept<Schedule>>, StorageError> {
    all_kept(
        schedules::table
            .filter(schedules::organisation_id.eq(organisation))
            .filter(schedules::replaced_at.is_null())
            .filter(schedules::starts_on.le(to))
            .filter(schedules::ends_on.ge(from))
            .select(columns!(schedules.schedule_id))
            .load(connection)?,
    )
}

/// The schedules that plan the presences of an agreement, those first that begin first.
pub fn of_agreement(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    agreement: AgreementId,
) -> Result<Vec<Schedule>, StorageError> {
    let all = all(connection, organisation)?.into_iter().map(|kept| kept.content);
    let mut own: Vec<Schedule> = all
        .filter(|schedule| schedule.plan.agreement_id == Some(agreement))
        .collect();
    own.sort_by_key(|schedule| (schedule.starts_on, schedule.plan.from));
    Ok(own)
}

/// The schedules of an organisation.
pub fn all(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<Kept<Schedule>>, StorageError> {
    all_kept(
        schedules::table
            .filter(schedules::organisation_id.eq(organisation))
            .filter(schedules::replaced_at.is_null())
            .select(columns!(schedules.schedule_id))
            .load(connection)?,
    )
}

//! What calendars are made of: schedules, the sessions that have a row, and the places that these name.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::places::{self, PlaceQuery};
use super::planned_sessions::rows;
use super::schedules;
use super::thing::{Named as _, all_kept, columns};
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::planned_session::{Planned, PlannedSession};
use crate::domain::field::schedule::Schedule;
use crate::domain::field::thing::{Kept, Thing as _};
use crate::domain::field::workshop::{Workshop, WorkshopId};
use crate::domain::identifiers::OrganisationId;
use crate::storage::connection::AnyConnection;
use crate::storage::schema::planned_sessions;
use crate::storage::storage_error::StorageError;

/// What a calendar is made of.
#[derive(Debug)]
pub struct Material {
    /// The schedules that may fall in its time.
    pub schedules: Vec<Kept<Schedule>>,
    /// The sessions of its time that have a row, and those of whatever time that are exceptions to a schedule.
    pub rows: Vec<Planned>,
    /// The places of the organisation, each as the one into which it was merged.
    pub places: BTreeMap<PlaceId, Place>,
    /// The titles of the sheets of the catalogue.
    pub titles: BTreeMap<WorkshopId, String>,
}

/// What a calendar of the time from `from` to `to` is made of.
pub fn material(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Material, StorageError> {
    let schedules = schedules::between(connection, organisation, from, to)?;
    let mut rows = rows(connection, organisation, from, to)?;
    let begin = schedules.iter().map(|kept| kept.content.starts_on).min();
    if let Some(begin) = begin {
        let exceptions = planned_sessions::table
            .filter(planned_sessions::organisation_id.eq(organisation))
            .filter(planned_sessions::replaced_at.is_null())
            .filter(planned_sessions::schedule_id.is_not_null())
            .filter(planned_sessions::scheduled_on.ge(begin).assume_not_null())
            .select(columns!(planned_sessions.planned_session_id))
            .load(connection)?;
        let exceptions = all_kept::<PlannedSession>(exceptions)?.into_iter().map(Planned::from);
        rows.extend(exceptions.filter(|one| !(from..=to).contains(&one.session.day)));
    }
    rows.sort_by_key(Planned::order);
    Ok(Material {
        schedules,
        rows,
        places: places(connection, organisation)?,
        titles: titles(connection, organisation)?,
    })
}

fn titles(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<BTreeMap<WorkshopId, String>, StorageError> {
    let most = u32::try_from(Workshop::MOST).unwrap_or(u32::MAX);
    let sheets = Workshop::page_by_name(connection, organisation, None, most)?;
    Ok(sheets.into_iter().map(|kept| (kept.id, kept.content.title)).collect())
}

/// Every place of an organisation, by its identifier; one that was merged as the one that took its place.
fn places(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<BTreeMap<PlaceId, Place>, StorageError> {
    let found = places::list(connection, &PlaceQuery::all(organisation))?;
    let mut named: BTreeMap<PlaceId, Place> = found.into_iter().map(|kept| (kept.id, kept.content)).collect();
    for (merged, heir) in places::heirs(connection, organisation)? {
        if let Some(heir) = named.get(&heir).cloned() {
            named.insert(merged, heir);
        }
    }
    Ok(named)
}

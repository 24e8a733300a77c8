//! Planned sessions: those that have a row, and those that follow from a schedule.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveTime};
use diesel::prelude::*;

use super::thing::{Row, Stored as _, all_kept, columns, content_column, kept, stored};
use super::{reported, schedules};
use crate::domain::field::agreement::Agreement;
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::place_lists::Mobility;
use crate::domain::field::plan::Plan;
use crate::domain::field::planned_session::{Clash, Planned, PlannedSession, PlannedSessionId, clashes};
use crate::domain::field::referral::{Referral, ReferralId};
use crate::domain::field::request::Request;
use crate::domain::field::schedule::{Schedule, sessions_of};
use crate::domain::field::thing::Kept;
use crate::domain::field::workshop::Workshop;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, Id, OrganisationId};
use crate::storage::accounts::advisors;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::organisations;
use crate::storage::schema::planned_sessions;
use crate::storage::storage_error::StorageError;

stored!(PlannedSession, SessionPlanned, planned_sessions.planned_session_id, |session| {
    day: session.day,
    schedule_id: session.scheduled.map(|(schedule, _)| schedule.to_string()),
    scheduled_on: session.scheduled.map(|(_, day)| day),
    referral_id: session.referral_id.map(|referral| referral.to_string()),
    has_words: session.has_words(),
}, check: check);

fn check(
    session: &PlannedSession,
    _: PlannedSessionId,
    locked: &mut Locked<'_>,
    errors: &mut FieldErrors,
) -> Result<(), StorageError> {
    let organisation = locked.organisation();
    if let Some(request) = session.request_id
        && Request::find(locked, organisation, request)?.is_none()
    {
        errors.push("/request_id", FieldCode::UnknownReference);
    }
    if let Some(referral) = session.referral_id
        && Referral::find(locked, organisation, referral)?.is_none()
    {
        errors.push("/referral_id", FieldCode::UnknownReference);
    }
    check_plan(&session.plan, locked, errors)
}

/// Notes what a plan names that its organisation does not have.
pub(super) fn check_plan(plan: &Plan, locked: &mut Locked<'_>, errors: &mut FieldErrors) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    let unknown = FieldCode::UnknownReference;
    for (index, advisor) in plan.advisors.iter().enumerate() {
        if !advisors::exists(connection, organisation, *advisor)? {
            errors.push(&format!("/advisors/{index}"), unknown);
        }
    }
    if let Some(place) = plan.place_id
        && Place::find(connection, organisation, place)?.is_none()
    {
        errors.push("/place_id", unknown);
    }
    if let Some(workshop) = plan.workshop_id
        && Workshop::find(connection, organisation, workshop)?.is_none()
    {
        errors.push("/workshop_id", unknown);
    }
    if let Some(agreement) = plan.agreement_id
        && Agreement::find(connection, organisation, agreement)?.is_none()
    {
        errors.push("/agreement_id", unknown);
    }
    if let Some(vehicle) = plan.vehicle_id {
        match Place::find(connection, organisation, vehicle)? {
            None => errors.push("/vehicle_id", unknown),
            Some(place) if matches!(place.content.mobile, Some(Mobility::Mobile | Mobility::Both)) => {}
            Some(_) => errors.push("/vehicle_id", FieldCode::NotAllowedHere),
        }
    }
    Ok(())
}

/// What is planned from `from` to `to`, both included, in order: rows, and what follows from schedules.
pub fn agenda(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Planned>, StorageError> {
    let mut planned = rows(connection, organisation, from, to)?;
    let schedules = schedules::between(connection, organisation, from, to)?;
    if !schedules.is_empty() {
        let written = written_between(connection, organisation, from, to)?;
        let holidays = organisations::find(connection, organisation)?.map(|organisation| organisation.holidays);
        let followed = sessions_of(&schedules, holidays.unwrap_or_default(), from, to);
        planned.extend(followed.into_iter().filter(|session| !written.contains(&session.id)));
    }
    planned.sort_by_key(Planned::order);
    Ok(planned)
}

/// The sessions of some days that have a row.
pub(in crate::storage) fn rows(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Planned>, StorageError> {
    let rows = planned_sessions::table
        .filter(planned_sessions::organisation_id.eq(organisation))
        .filter(planned_sessions::replaced_at.is_null())
        .filter(planned_sessions::day.between(from, to))
        .select(columns!(planned_sessions.planned_session_id))
        .load(connection)?;
    Ok(all_kept(rows)?.into_iter().map(Into::into).collect())
}

/// The sessions that schedules planned for some days and that have a row, of whatever day since.
fn written_between(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeSet<PlannedSessionId>, StorageError> {
    let ids: Vec<PlannedSessionId> = planned_sessions::table
        .filter(planned_sessions::organisation_id.eq(organisation))
        .filter(planned_sessions::schedule_id.is_not_null())
        .filter(planned_sessions::scheduled_on.between(from, to).assume_not_null())
        .select(planned_sessions::planned_session_id)
        .load(connection)?;
    Ok(ids.into_iter().collect())
}

/// A session, whether it has a row or follows from a schedule.
pub fn find(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: PlannedSessionId,
) -> Result<Option<Planned>, StorageError> {
    if let Some(kept) = PlannedSession::find(connection, organisation, id)? {
        return Ok(Some(kept.into()));
    }
    let Some((schedule, day)) = origin(connection, organisation, id)? else {
        return Ok(None);
    };
    let holidays = organisations::find(connection, organisation)?.map(|organisation| organisation.holidays);
    let is_planned = !schedule.content.days(holidays.unwrap_or_default(), day, day).is_empty();
    Ok(is_planned.then(|| schedule.content.session(schedule.id, day)))
}

/// The schedule that plans a session with this identifier, or did before it ended, and the day.
pub fn origin(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: PlannedSessionId,
) -> Result<Option<(Kept<Schedule>, NaiveDate)>, StorageError> {
    if !id.is_of_schedule() {
        return Ok(None);
    }
    let schedules = schedules::all(connection, organisation)?;
    let found = schedules.into_iter().find_map(|kept| {
        let day = kept.content.day_of(kept.id, id)?;
        Some((kept, day))
    });
    Ok(found)
}

/// Those of some sessions that schedules could plan from `from` to `to`, both included, whether they still do or not.
pub(in crate::storage) fn of_schedules(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    ids: &BTreeSet<PlannedSessionId>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Planned>, StorageError> {
    let schedules = schedules::all(connection, organisation)?;
    let of_one = |kept: &Kept<Schedule>| kept.content.sessions_among(kept.id, ids, from, to);
    Ok(schedules.iter().flat_map(of_one).collect())
}

/// The sessions that keep somebody from a session.
pub fn clashes_of(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: PlannedSessionId,
    session: &PlannedSession,
) -> Result<Vec<Clash>, StorageError> {
    let others = agenda(connection, organisation, session.day, session.day)?;
    Ok(clashes(id, session, &others))
}

/// Which sessions to list.
#[derive(Debug, Clone)]
pub struct SessionQuery {
    /// The tenant.
    pub organisation: OrganisationId,
    /// From this day on.
    pub from: NaiveDate,
    /// To this day, included.
    pub to: NaiveDate,
    /// Those of this advisor.
    pub advisor: Option<AdvisorId>,
    /// Those at this place, or of this place where it is a vehicle.
    pub place: Option<PlaceId>,
    /// Those from before this day that are not cancelled and of which nobody has said what became.
    pub unsaid_before: Option<NaiveDate>,
    /// Those after this place in their order.
    pub after: Option<(NaiveDate, NaiveTime, PlannedSessionId)>,
    /// At most so many.
    pub limit: u32,
}

impl SessionQuery {
    /// Every session of an advisor, of some days.
    pub const fn of_advisor(
        organisation: OrganisationId,
        advisor: AdvisorId,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Self {
        Self {
            organisation,
            from,
            to,
            advisor: Some(advisor),
            place: None,
            unsaid_before: None,
            after: None,
            limit: u32::MAX,
        }
    }

    fn asks_for(&self, planned: &Planned) -> bool {
        let (session, plan) = (&planned.session, &planned.session.plan);
        let is_at = |place| plan.place_id == Some(place) || plan.vehicle_id == Some(place);
        self.advisor.is_none_or(|advisor| session.is_by(advisor))
            && self.place.is_none_or(is_at)
            && self
                .unsaid_before
                .is_none_or(|day| session.day < day && planned.is_unsaid())
            && self.after.is_none_or(|after| planned.order() > after)
    }
}

/// Of how many days sessions are looked for at a time, so that a page costs no more than its days.
const WINDOW: u64 = 28;

/// The sessions that a query asks for, in order, each with those that keep somebody from it.
pub fn list(connection: &mut AnyConnection, query: &SessionQuery) -> Result<Vec<(Planned, Vec<Clash>)>, StorageError> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut from = query.after.map_or(query.from, |(day, ..)| day.max(query.from));
    while from <= query.to && found.len() < limit {
        let end = from.checked_add_days(Days::new(WINDOW - 1)).unwrap_or(query.to);
        let mut planned = agenda(connection, query.organisation, from, end.min(query.to))?;
        reported::add_to(connection, query.organisation, &mut planned)?;
        let of_a_day = planned.chunk_by(|one, other| one.session.day == other.session.day);
        for day in of_a_day {
            let asked = day.iter().filter(|planned| query.asks_for(planned));
            found.extend(asked.map(|one| (one.clone(), clashes(one.id, &one.session, day))));
        }
        from = end.succ_opt().unwrap_or(NaiveDate::MAX);
    }
    found.truncate(limit);
    Ok(found)
}

/// The sessions planned for referrals, of all of which a list is wanted, with what is reported of them.
pub fn of_referrals(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    referrals: &[ReferralId],
) -> Result<Vec<Planned>, StorageError> {
    let referrals: Vec<String> = referrals.iter().map(ToString::to_string).collect();
    let rows = planned_sessions::table
        .filter(planned_sessions::organisation_id.eq(organisation))
        .filter(planned_sessions::replaced_at.is_null())
        .filter(planned_sessions::referral_id.eq_any(referrals))
        .order((planned_sessions::day, planned_sessions::planned_session_id))
        .select(columns!(planned_sessions.planned_session_id))
        .load(connection)?;
    let mut planned: Vec<Planned> = all_kept(rows)?.into_iter().map(Into::into).collect();
    reported::add_to(connection, organisation, &mut planned)?;
    Ok(planned)
}

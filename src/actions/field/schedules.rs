//! Making schedules. A rule that has begun is not changed: it ends the day before another begins, so that the past stays as it
//! was planned.

use chrono::{DateTime, NaiveDate, Utc};

use super::planned_sessions::{accept, passes};
use super::things::{Written, put_settled};
use crate::actions::{ActionError, By};
use crate::domain::audit::AuditAction;
use crate::domain::decision::Preconditions;
use crate::domain::field::planned_session::{Clash, Planned, clashes};
use crate::domain::field::schedule::{Schedule, ScheduleId};
use crate::domain::field::thing::{Kept, PutRefusal};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::holidays::HolidayCalendar;
use crate::storage::field::planned_sessions;
use crate::storage::field::thing::Stored as _;
use crate::storage::{Locked, StorageError, Store, audit, organisations};

/// Has a schedule say what is asked for, and end the one that it continues. One whose sessions keep somebody from others is
/// refused, unless somebody `insists`.
pub async fn put(
    store: &Store,
    by: By,
    (id, asked): (ScheduleId, Schedule),
    insists: bool,
    conditions: Preconditions,
    (now, today): (DateTime<Utc>, NaiveDate),
) -> Result<Result<Written<Schedule>, PutRefusal>, ActionError> {
    let settling = conditions.clone();
    put_settled(
        store,
        by,
        id,
        conditions,
        now,
        move |locked, stored: Option<&Kept<Schedule>>| {
            if !passes(locked, id, stored, &asked, &settling)? {
                return Ok(Ok(asked.clone()));
            }
            let ended = match stored {
                None => ended_by(locked, &asked, today)?,
                Some(before) => {
                    let mut errors = FieldErrors::new();
                    asked.keep_the_past(&before.content, today, &mut errors);
                    errors.into_result(None)
                }
            };
            let ended = match ended {
                Ok(ended) => ended,
                Err(errors) => return Ok(Err(PutRefusal::Invalid(errors))),
            };
            let clash = clash_of(locked, (id, &asked), stored.map(|kept| &kept.content), today)?;
            if let (Some(clash), false) = (&clash, insists) {
                return Ok(Err(PutRefusal::Busy(clash.clone())));
            }
            if let Some(ended) = ended {
                let kept = Kept {
                    updated_at: now,
                    updated_by: by.account,
                    version: ended.version + 1,
                    ..ended
                };
                Schedule::keep(locked, &kept)?;
                audit::record(locked, by.did(AuditAction::ScheduleWritten, kept.id.uuid()), now)?;
            }
            if clash.is_some() {
                return accept(locked, by, id, now, asked.clone());
            }
            Ok(Ok(asked.clone()))
        },
    )
    .await
}

/// The schedule that a new one continues, as it ends the day before; `None` when it has ended by then.
fn ended_by(
    locked: &mut Locked<'_>,
    asked: &Schedule,
    today: NaiveDate,
) -> Result<Result<Option<Kept<Schedule>>, FieldErrors>, StorageError> {
    let Some(before) = asked.continues else {
        return Ok(Ok(None));
    };
    let organisation = locked.organisation();
    let Some(before) = Schedule::find(locked, organisation, before)? else {
        return Ok(Err(FieldErrors::of_body("/continues", FieldCode::UnknownReference)));
    };
    // What was planned for the past stays, and the schedule that ends has had a day.
    if asked.starts_on < today || asked.starts_on <= before.content.starts_on {
        return Ok(Err(FieldErrors::of_body("/starts_on", FieldCode::InvalidValue)));
    }
    let last = asked.starts_on.pred_opt().unwrap_or(asked.starts_on);
    let mut ended = before;
    let is_longer = ended.content.ends_on > last;
    ended.content.ends_on = last.min(ended.content.ends_on);
    Ok(Ok(is_longer.then_some(ended)))
}

/// The first session that a session of a schedule keeps somebody from, of those to come that `before` did not plan likewise.
fn clash_of(
    locked: &mut Locked<'_>,
    (id, asked): (ScheduleId, &Schedule),
    before: Option<&Schedule>,
    today: NaiveDate,
) -> Result<Option<Clash>, StorageError> {
    let organisation = locked.organisation();
    let holidays = organisations::find(locked, organisation)?
        .map_or_else(HolidayCalendar::default, |organisation| organisation.holidays);
    let from = asked.starts_on.max(today);
    let mut days = asked.days(holidays, from, asked.ends_on);
    if let Some(before) = before.filter(|before| before.plan == asked.plan) {
        let planned = before.days(holidays, from, before.ends_on);
        days.retain(|day| planned.binary_search(day).is_err());
    }
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else {
        return Ok(None);
    };
    let mut others = planned_sessions::agenda(locked, organisation, first, last)?;
    let gives_way = |planned: &Planned| {
        planned.session.scheduled.is_some_and(|(schedule, _)| {
            schedule == id || (planned.written.is_none() && asked.continues == Some(schedule))
        })
    };
    others.retain(|planned| !gives_way(planned));
    let of_days = others.chunk_by(|one, other| one.session.day == other.session.day);
    let mut of_days = of_days.filter(|day| {
        day.first()
            .is_some_and(|one| days.binary_search(&one.session.day).is_ok())
    });
    Ok(of_days.find_map(|day| {
        let ours = asked.session(id, day.first()?.session.day);
        clashes(ours.id, &ours.session, day).into_iter().next()
    }))
}

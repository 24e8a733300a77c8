//! Planning sessions: advisors their own, coordinators any; nobody is at two places at once unknowingly.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::things::{Written, put_settled};
use crate::actions::{ActionError, By};
use crate::domain::audit::AuditAction;
use crate::domain::decision::Preconditions;
use crate::domain::field::planned_session::{PlannedSession, PlannedSessionId};
use crate::domain::field::thing::{Kept, Put, PutRefusal, Thing, decide_put};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AdvisorId, Id};
use crate::storage::field::planned_sessions;
use crate::storage::field::thing::Stored;
use crate::storage::{Locked, StorageError, Store, audit};

/// Who plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planner {
    /// An advisor, who plans their own sessions.
    Advisor(AdvisorId),
    /// A coordinator; one who `insists` has a session stored that keeps somebody from another.
    Coordinator {
        /// Whether they know of that, and want it stored.
        insists: bool,
    },
    /// A program, which learns nothing of referrals.
    Program,
}

impl Planner {
    /// Whether they read all that a session says.
    pub fn may_read(self, session: &PlannedSession) -> bool {
        match self {
            Self::Coordinator { .. } => true,
            Self::Advisor(advisor) => !session.is_confidential() || session.is_by(advisor),
            Self::Program => !session.is_confidential(),
        }
    }

    /// Whether they write a session over the one that is planned.
    fn may_write(self, asked: &PlannedSession, planned: Option<&PlannedSession>) -> bool {
        match self {
            Self::Coordinator { .. } => true,
            Self::Advisor(advisor) => asked.is_by(advisor) && planned.is_none_or(|planned| planned.is_by(advisor)),
            Self::Program => planned.is_none_or(|planned| planned.referral_id.is_none()),
        }
    }
}

/// Has a session say what is asked for. A session that follows from a schedule gets a row. One that keeps somebody from
/// another is refused, unless a coordinator insists, or an advisor tells of their own that has begun: life is stronger than plans.
pub async fn put(
    store: &Store,
    by: By,
    (id, asked): (PlannedSessionId, PlannedSession),
    planner: Planner,
    conditions: Preconditions,
    (now, zone): (DateTime<Utc>, Tz),
) -> Result<Result<Written<PlannedSession>, PutRefusal>, ActionError> {
    let settling = conditions.clone();
    put_settled(
        store,
        by,
        id,
        conditions,
        now,
        move |locked, stored: Option<&Kept<PlannedSession>>| {
            let before = match stored {
                Some(kept) => Some(kept.content.clone()),
                None => planned_sessions::origin(locked, by.organisation, id)?
                    .map(|(schedule, day)| schedule.content.session(schedule.id, day).session),
            };
            let asked = PlannedSession {
                scheduled: before.as_ref().and_then(|before| before.scheduled),
                ..asked.clone()
            };
            if !planner.may_write(&asked, before.as_ref()) {
                return Ok(Err(PutRefusal::Forbidden));
            }
            if planner == Planner::Program && asked.referral_id.is_some() {
                let errors = FieldErrors::of_body("/referral_id", FieldCode::NotAllowedHere);
                return Ok(Err(PutRefusal::Invalid(errors)));
            }
            if !passes(locked, id, stored, &asked, &settling)? {
                return Ok(Ok(asked));
            }
            let clash = planned_sessions::clashes_of(locked, by.organisation, id, &asked)?
                .into_iter()
                .next();
            match (clash, planner) {
                (None, _) => Ok(Ok(asked)),
                (Some(_), Planner::Coordinator { insists: true }) => accept(locked, by, id, now, asked),
                (Some(_), Planner::Advisor(_)) if asked.begins() <= now.with_timezone(&zone).naive_local() => {
                    Ok(Ok(asked))
                }
                (Some(clash), _) => Ok(Err(PutRefusal::Busy(clash))),
            }
        },
    )
    .await
}

/// Whether `put_settled` will store a version that is asked for: only of such a one it is asked whom it keeps from what.
pub(super) fn passes<T: Stored>(
    locked: &mut Locked<'_>,
    id: Id<T::Kind>,
    stored: Option<&Kept<T>>,
    asked: &T,
    conditions: &Preconditions,
) -> Result<bool, StorageError> {
    if !matches!(decide_put(stored, asked, conditions), Ok(Put::Version(_))) {
        return Ok(false);
    }
    let mut errors = FieldErrors::new();
    asked.check(id, locked, &mut errors)?;
    let organisation = locked.organisation();
    let has_room = stored.is_some() || T::count(locked, organisation)? < <T as Thing>::MOST;
    Ok(errors.is_empty() && has_room)
}

/// Writes down that a coordinator has something stored that keeps somebody from something else.
pub(super) fn accept<T: Thing>(
    locked: &mut Locked<'_>,
    by: By,
    id: Id<T::Kind>,
    now: DateTime<Utc>,
    asked: T,
) -> Result<Result<T, PutRefusal>, StorageError> {
    audit::record(locked, by.did(AuditAction::ClashAccepted, id.uuid()), now)?;
    Ok(Ok(asked))
}

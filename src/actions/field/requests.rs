//! Requests of partners: received under an agreement, then decided.

use chrono::{DateTime, NaiveDate, Utc};

use super::things::{Written, put_settled};
use crate::actions::{ActionError, By};
use crate::domain::decision::Preconditions;
use crate::domain::field::request::{Decision, Request, RequestId};
use crate::domain::field::thing::{Kept, Put, PutRefusal, decide_put};
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::OrganisationId;
use crate::storage::field::agreements;
use crate::storage::field::thing::Stored as _;
use crate::storage::{Locked, StorageError, Store};

/// Has a request say what is asked for, under an agreement of its partner. What became of it stays, and so does the day on
/// which it came unless one is named (`names_day`).
pub async fn put(
    store: &Store,
    by: By,
    id: RequestId,
    (asked, names_day): (Request, bool),
    conditions: Preconditions,
    now: DateTime<Utc>,
) -> Result<Result<Written<Request>, PutRefusal>, ActionError> {
    let given = conditions.clone();
    put_settled(
        store,
        by,
        id,
        conditions,
        now,
        move |locked, stored: Option<&Kept<Request>>| {
            let asked = as_it_stands(asked.clone(), names_day, stored);
            let writes = matches!(decide_put(stored, &asked, &given), Ok(Put::Version(_)));
            if writes && let Some(refusal) = refusal(locked, (by.organisation, id), &asked, stored)? {
                return Ok(Err(refusal));
            }
            Ok(Ok(asked))
        },
    )
    .await
}

/// What is asked for, with what a request keeps when it is written again.
fn as_it_stands(asked: Request, names_day: bool, stored: Option<&Kept<Request>>) -> Request {
    let Some(kept) = stored else {
        return asked;
    };
    let before = &kept.content;
    Request {
        received_on: if names_day {
            asked.received_on
        } else {
            before.received_on
        },
        status: before.status,
        reason: before.reason.clone(),
        decided_on: before.decided_on,
        ..asked
    }
}

/// Why a request is not taken: what it names first, then whether its partner may ask. One that was taken is not asked again
/// for the same days.
pub(super) fn refusal(
    locked: &mut Locked<'_>,
    (organisation, id): (OrganisationId, RequestId),
    asked: &Request,
    stored: Option<&Kept<Request>>,
) -> Result<Option<PutRefusal>, StorageError> {
    let mut errors = FieldErrors::new();
    asked.check(id, locked, &mut errors)?;
    if !errors.is_empty() {
        return Ok(Some(PutRefusal::Invalid(errors)));
    }
    if stored.is_some_and(|kept| asked.asks_like(&kept.content)) {
        return Ok(None);
    }
    let may_ask = agreements::is_any_in_force(locked, organisation, asked.partner_id, &asked.days())?;
    Ok((!may_ask).then_some(PutRefusal::WithoutAgreement))
}

/// Decides what becomes of a request, on a day.
pub async fn decide(
    store: &Store,
    by: By,
    id: RequestId,
    (decision, today): (Decision, NaiveDate),
    conditions: Preconditions,
    now: DateTime<Utc>,
) -> Result<Result<Written<Request>, PutRefusal>, ActionError> {
    put_settled(
        store,
        by,
        id,
        conditions,
        now,
        move |_, stored: Option<&Kept<Request>>| {
            Ok(match stored {
                None => Err(PutRefusal::Unknown),
                Some(kept) => decision.clone().of(&kept.content, today).map_err(PutRefusal::Invalid),
            })
        },
    )
    .await
}

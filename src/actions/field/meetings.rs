//! Writing meetings: advisors their own, coordinators all.

use chrono::{DateTime, Utc};

use super::places::Writer;
use super::things::{Written, put_settled};
use crate::actions::{ActionError, By};
use crate::domain::decision::Preconditions;
use crate::domain::field::meeting::{Meeting, MeetingId};
use crate::domain::field::thing::{Kept, PutRefusal};
use crate::storage::Store;

/// Has a meeting say what is asked for. Whose it is stays, and an advisor changes no other's.
pub async fn put(
    store: &Store,
    by: By,
    (id, asked): (MeetingId, Meeting),
    writer: Writer,
    conditions: Preconditions,
    now: DateTime<Utc>,
) -> Result<Result<Written<Meeting>, PutRefusal>, ActionError> {
    put_settled(
        store,
        by,
        id,
        conditions,
        now,
        move |_, stored: Option<&Kept<Meeting>>| {
            let held_by = stored.map_or(by.account, |kept| kept.content.held_by);
            if writer == Writer::Advisor && held_by != by.account {
                return Ok(Err(PutRefusal::Forbidden));
            }
            Ok(Ok(Meeting {
                held_by,
                ..asked.clone()
            }))
        },
    )
    .await
}

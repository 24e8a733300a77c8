//! Taking down calls for help: an advisor those that are theirs, a coordinator any.

use chrono::{DateTime, Utc};

use super::things::{Written, put_settled};
use crate::actions::{ActionError, By};
use crate::domain::decision::Preconditions;
use crate::domain::field::referral::{Referral, ReferralId};
use crate::domain::field::thing::{Kept, PutRefusal};
use crate::domain::identifiers::AdvisorId;
use crate::storage::Store;

/// Has a referral say what is asked for; `own`: an advisor writes it, and has only those that are theirs. Its code is made when it
/// is first stored, and stays; what was forgotten stays forgotten.
pub async fn put(
    store: &Store,
    by: By,
    (id, asked): (ReferralId, Referral),
    own: Option<AdvisorId>,
    conditions: Preconditions,
    now: DateTime<Utc>,
) -> Result<Result<Written<Referral>, PutRefusal>, ActionError> {
    let code = Referral::new_code();
    put_settled(
        store,
        by,
        id,
        conditions,
        now,
        move |_, stored: Option<&Kept<Referral>>| {
            let stored = stored.map(|kept| &kept.content);
            let is_theirs = |referral: &Referral| own.is_none_or(|own| referral.advisor_id == own);
            if !stored.is_none_or(is_theirs) {
                return Ok(Err(PutRefusal::Unknown));
            }
            if !is_theirs(&asked) {
                return Ok(Err(PutRefusal::Forbidden));
            }
            Ok(Ok(match stored {
                Some(stored) if stored.is_forgotten() => asked.clone().forgotten(),
                Some(stored) => Referral {
                    code: stored.code.clone(),
                    ..asked.clone()
                },
                None => Referral {
                    code: Some(code.clone()),
                    ..asked.clone()
                },
            }))
        },
    )
    .await
}

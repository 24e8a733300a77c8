//! Writing what has an identifier of its client's making.

use chrono::{DateTime, Utc};

use crate::actions::{ActionError, By};
use crate::domain::decision::Preconditions;
use crate::domain::field::thing::{Kept, Put, PutRefusal, Thing, decide_put};
use crate::domain::field_error::FieldErrors;
use crate::domain::identifiers::Id;
use crate::storage::field::thing::Stored;
use crate::storage::{Locked, StorageError, Store, audit};

/// What a write left.
#[derive(Debug)]
pub struct Written<T: Thing> {
    /// Whether there was no such thing before.
    pub is_new: bool,
    /// The thing as it is.
    pub kept: Kept<T>,
}

/// Has a thing of the organisation say what is asked for, under its lock.
pub async fn put<T: Stored>(
    store: &Store,
    by: By,
    id: Id<T::Kind>,
    asked: T,
    conditions: Preconditions,
    now: DateTime<Utc>,
) -> Result<Result<Written<T>, PutRefusal>, ActionError> {
    put_settled(store, by, id, conditions, now, move |_, _| Ok(Ok(asked.clone()))).await
}

/// Has a thing of the organisation say what `settle` makes of what is stored, under the lock of the organisation.
pub async fn put_settled<T: Stored>(
    store: &Store,
    by: By,
    id: Id<T::Kind>,
    conditions: Preconditions,
    now: DateTime<Utc>,
    settle: impl Fn(&mut Locked<'_>, Option<&Kept<T>>) -> Result<Result<T, PutRefusal>, StorageError> + Send + 'static,
) -> Result<Result<Written<T>, PutRefusal>, ActionError> {
    let written = store
        .locking(by.organisation)
        .write(move |locked| {
            let stored = T::find(locked, by.organisation, id)?;
            let asked = match settle(locked, stored.as_ref())? {
                Ok(asked) => asked,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let version = match (decide_put(stored.as_ref(), &asked, &conditions), stored) {
                (Err(unmet), _) => return Ok(Err(PutRefusal::Unmet(unmet))),
                (Ok(Put::Unchanged), Some(kept)) => return Ok(Ok(Written { is_new: false, kept })),
                (Ok(Put::Unchanged), None) => 1,
                (Ok(Put::Version(version)), _) => version,
            };
            let mut errors = FieldErrors::new();
            asked.check(id, locked, &mut errors)?;
            if !errors.is_empty() {
                return Ok(Err(PutRefusal::Invalid(errors)));
            }
            let is_new = version == 1;
            if is_new && T::count(locked, by.organisation)? >= T::MOST {
                return Ok(Err(PutRefusal::TooMany));
            }
            let kept = Kept {
                id,
                version,
                updated_at: now,
                updated_by: by.account,
                content: asked,
            };
            T::keep(locked, &kept)?;
            audit::record(locked, by.did(T::WRITTEN, id.uuid()), now)?;
            Ok(Ok(Written { is_new, kept }))
        })
        .await?;
    Ok(written)
}

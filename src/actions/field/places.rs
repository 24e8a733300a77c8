//! Writing places: advisors propose, coordinators settle, and a place that stands twice is merged into the other.

use chrono::{DateTime, Utc};

use super::things::{Written, put_settled};
use crate::actions::{ActionError, By};
use crate::domain::decision::Preconditions;
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::place_lists::PlaceStatus;
use crate::domain::field::thing::{Kept, PutRefusal};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::storage::Store;
use crate::storage::field::places;
use crate::storage::field::thing::Stored as _;

/// Who writes a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// An advisor, who proposes.
    Advisor,
    /// A coordinator, or a program that they let write.
    Coordinator,
}

impl Writer {
    /// The status of a place whose writer names none.
    pub const fn status(self) -> PlaceStatus {
        match self {
            Self::Advisor => PlaceStatus::Proposed,
            Self::Coordinator => PlaceStatus::Confirmed,
        }
    }
}

/// Has a place say what is asked for. Into which place it was merged stays; a place that a coordinator confirmed is changed
/// by a coordinator alone, and an advisor who repeats a proposal that was confirmed since changes nothing.
pub async fn put(
    store: &Store,
    by: By,
    (id, asked): (PlaceId, Place),
    writer: Writer,
    conditions: Preconditions,
    now: DateTime<Utc>,
) -> Result<Result<Written<Place>, PutRefusal>, ActionError> {
    put_settled(store, by, id, conditions, now, move |_, stored| {
        Ok(settle(asked.clone(), stored, writer))
    })
    .await
}

fn settle(asked: Place, stored: Option<&Kept<Place>>, writer: Writer) -> Result<Place, PutRefusal> {
    let before = stored.map(|kept| &kept.content);
    let merged_into = before.and_then(|before| before.merged_into);
    let asked = Place { merged_into, ..asked };
    if writer == Writer::Coordinator {
        return Ok(asked);
    }
    if asked.status == PlaceStatus::Confirmed || asked.published {
        let mut errors = FieldErrors::new();
        for (field, is_settled) in [
            ("status", asked.status == PlaceStatus::Confirmed),
            ("published", asked.published),
        ] {
            if is_settled {
                errors.push_field("", field, FieldCode::NotAllowedHere);
            }
        }
        return Err(PutRefusal::Invalid(errors));
    }
    let Some(confirmed) = before.filter(|before| before.status == PlaceStatus::Confirmed) else {
        return Ok(asked);
    };
    let (status, published) = (confirmed.status, confirmed.published);
    let as_confirmed = Place {
        status,
        published,
        ..asked
    };
    if as_confirmed == *confirmed {
        Ok(as_confirmed)
    } else {
        Err(PutRefusal::Forbidden)
    }
}

/// Merges a place into another, or into the one into which that was merged; nothing else of it changes.
pub async fn merge(
    store: &Store,
    by: By,
    (id, into): (PlaceId, PlaceId),
    conditions: Preconditions,
    now: DateTime<Utc>,
) -> Result<Result<Written<Place>, PutRefusal>, ActionError> {
    put_settled(
        store,
        by,
        id,
        conditions,
        now,
        move |locked, stored: Option<&Kept<Place>>| {
            let Some(stored) = stored else {
                return Ok(Err(PutRefusal::Unknown));
            };
            let heirs = places::heirs(locked, by.organisation)?;
            let last = heirs.get(&into).copied().unwrap_or(into);
            let fault = if Place::find(locked, by.organisation, into)?.is_none() {
                Some(FieldCode::UnknownReference)
            } else {
                (last == id).then_some(FieldCode::NotAllowedHere)
            };
            Ok(match fault {
                Some(fault) => Err(PutRefusal::Invalid(FieldErrors::of_body("/into", fault))),
                None => Ok(Place {
                    merged_into: Some(last),
                    ..stored.content.clone()
                }),
            })
        },
    )
    .await
}

//! Importing places from a file: what becomes of each line is planned from a snapshot, and each line is written by itself.

use chrono::{DateTime, Utc};
use futures_util::future::join_all;

use super::things::put_settled;
use crate::actions::{ActionError, By};
use crate::domain::decision::{Preconditions, Versions};
use crate::domain::field::national::file::Record;
use crate::domain::field::national::plan::{Doubt, Plan, Verdict};
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::thing::{Kept, PutRefusal};
use crate::storage::field::places::{self, PlaceQuery};
use crate::storage::{Store, organisations};

/// How many writes wait in the queue at once: other callers need the queue too.
const WAITING_MAX: usize = 64;

/// What would become of each line of a file; `None` when the organisation is no more. Takes long for many lines and places, and
/// so it is done where reads are.
pub async fn plan(store: &Store, query: PlaceQuery, records: Vec<Record>) -> Result<Option<Vec<Verdict>>, ActionError> {
    let planned = store
        .read(move |connection| {
            let Some(organisation) = organisations::find(connection, query.organisation)? else {
                return Ok(None);
            };
            let known = places::list(connection, &query)?;
            let heirs = places::heirs(connection, query.organisation)?;
            let mut plan = Plan::new(&organisation, &known, &heirs);
            Ok(Some(records.iter().map(|record| plan.line(record)).collect()))
        })
        .await?;
    Ok(planned)
}

/// Writes what was planned, each line in a transaction of its own; gives what became of each. A place that somebody wrote
/// meanwhile is left to a coordinator.
pub async fn apply(
    store: &Store,
    by: By,
    verdicts: Vec<Verdict>,
    now: DateTime<Utc>,
) -> Result<Vec<Result<Verdict, PutRefusal>>, ActionError> {
    let mut done = Vec::with_capacity(verdicts.len());
    let mut verdicts = verdicts.into_iter();
    loop {
        let some: Vec<Verdict> = verdicts.by_ref().take(WAITING_MAX).collect();
        if some.is_empty() {
            return Ok(done);
        }
        for written in join_all(some.into_iter().map(|verdict| write(store, by, verdict, now))).await {
            done.push(written?);
        }
    }
}

async fn write(
    store: &Store,
    by: By,
    verdict: Verdict,
    now: DateTime<Utc>,
) -> Result<Result<Verdict, PutRefusal>, ActionError> {
    let (id, version, place) = match &verdict {
        Verdict::Created(id, place) => (*id, 0, place),
        Verdict::Changed { id, version, place, .. } => (*id, *version, place),
        Verdict::Same(_) | Verdict::Proposed { .. } | Verdict::Refused(_) => return Ok(Ok(verdict)),
    };
    let refused = put(store, by, (id, version, (**place).clone()), now).await?.err();
    Ok(match refused {
        None => Ok(verdict),
        Some(PutRefusal::Unmet(_)) => Ok(Verdict::Proposed {
            why: Doubt::ChangedMeanwhile,
            candidates: Vec::new(),
            columns: Vec::new(),
        }),
        Some(refusal) => Err(refusal),
    })
}

/// Writes a place that is at this version; 0: that there is none yet.
async fn put(
    store: &Store,
    by: By,
    (id, version, place): (PlaceId, i64, Place),
    now: DateTime<Utc>,
) -> Result<Result<(), PutRefusal>, ActionError> {
    let at = Some(if version == 0 {
        Versions::Any
    } else {
        Versions::OneOf(vec![version])
    });
    let conditions = if version == 0 {
        Preconditions {
            if_match: None,
            if_none_match: at,
        }
    } else {
        Preconditions {
            if_match: at,
            if_none_match: None,
        }
    };
    let written = put_settled(store, by, id, conditions, now, move |_, _: Option<&Kept<Place>>| {
        Ok(Ok(place.clone()))
    });
    Ok(written.await?.map(drop))
}

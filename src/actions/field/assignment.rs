//! Giving a place to the reports of before that call it by a name: as ordinary versions, a day at a time.

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::join_all;

use crate::actions::{ActionError, By};
use crate::domain::audit::AuditAction;
use crate::domain::decision::{Asked, Preconditions, ReportWrite};
use crate::domain::field::assignment::Assignment;
use crate::domain::field::place::Place;
use crate::storage::field::assignment::{Suited, suited};
use crate::storage::field::thing::Stored as _;
use crate::storage::{Store, audit};

/// The most days that are written at once; who asks again writes the next.
const DAYS_MAX: usize = 1_000;
/// How many of them wait in the queue of writes at once: other callers need the queue too.
const WAITING_MAX: usize = 64;

/// What an assignment did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assigned {
    /// The interventions that were given the place.
    pub interventions: usize,
    /// The days on which they stand.
    pub days: usize,
    /// Interventions that are left for another time, since they are many.
    pub left: usize,
    /// Interventions in closed months, which stay as they are.
    pub closed: usize,
}

/// Gives a place to the interventions in open months that suit an assignment; on a dry run, tells to how many. `None`: the
/// organisation has no such place.
pub async fn assign(
    store: &Store,
    by: By,
    assignment: Assignment,
    is_dry: bool,
    (now, today): (DateTime<Utc>, NaiveDate),
) -> Result<Option<Assigned>, ActionError> {
    let asked = assignment.clone();
    let found: Option<Suited> = store
        .read(move |connection| {
            let place = Place::find(connection, by.organisation, asked.place)?;
            place.map(|_| suited(connection, by.organisation, &asked)).transpose()
        })
        .await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let days: Vec<_> = found.open.iter().take(DAYS_MAX).collect();
    let all: usize = found.open.values().sum();
    let mut done = Assigned {
        interventions: days.iter().map(|(_, count)| **count).sum(),
        days: days.len(),
        left: 0,
        closed: found.closed,
    };
    done.left = all - done.interventions;
    if is_dry {
        return Ok(Some(done));
    }
    for some in days.chunks(WAITING_MAX) {
        let writes = some.iter().map(|((advisor, date), _)| {
            store.write_report(ReportWrite {
                organisation: by.organisation,
                advisor: *advisor,
                date: *date,
                by: by.account,
                through: None,
                at: now,
                today,
                asked: Asked::Assign(assignment.clone()),
                preconditions: Preconditions::default(),
            })
        });
        for (answer, (_, count)) in join_all(writes).await.into_iter().zip(some) {
            // The month was closed meanwhile.
            if answer?.is_err() {
                done.interventions -= **count;
                done.days -= 1;
                done.closed += **count;
            }
        }
    }
    let place = assignment.place.uuid();
    store
        .change(move |connection| audit::record(connection, by.did(AuditAction::PlaceAssigned, place), now))
        .await?;
    Ok(Some(done))
}

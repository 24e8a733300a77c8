//! Closing months and reopening them.

use chrono::{DateTime, NaiveDate, Utc};

use super::{ActionError, By};
use crate::domain::audit::AuditAction;
use crate::domain::calendar::{Month, Months};
use crate::domain::closing::{
    ClosingDecision, ClosingRefusal, MonthRecord, ReportedTwice, decide_close, decide_reopen,
};
use crate::storage::field::reported;
use crate::storage::{Store, audit, months, publications};

/// Closes a month, with the digest of its figures, and tells what may have been reported twice in it; one that is closed
/// already stays as it is.
pub async fn close_month(
    store: &Store,
    by: By,
    month: Month,
    comment: Option<String>,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Result<(MonthRecord, Vec<ReportedTwice>), ClosingRefusal>, ActionError> {
    let organisation = by.organisation;
    let outcome = store
        .locking(organisation)
        .write(move |locked| {
            let stored = months::record(locked, organisation, month)?;
            let twice = reported::twice(locked, organisation, Months::one(month))?;
            let status = match decide_close(&stored, today) {
                Err(refusal) => return Ok(Err(refusal)),
                Ok(ClosingDecision::Unchanged) => return Ok(Ok((stored, twice))),
                Ok(ClosingDecision::Become(status)) => status,
            };
            let record = MonthRecord {
                month,
                status,
                changed: Some((now, by.account)),
                comment: comment.clone(),
                digest: publications::month_digest(locked, organisation, month, now)?,
            };
            months::put(locked, &record)?;
            audit::record(locked, by.did(AuditAction::MonthClosed, month), now)?;
            Ok(Ok((record, twice)))
        })
        .await?;
    Ok(outcome)
}

/// Reopens a month; one that is not closed stays as it is. The digest of its last closing is kept.
pub async fn reopen_month(
    store: &Store,
    by: By,
    month: Month,
    reason: String,
    now: DateTime<Utc>,
) -> Result<(), ActionError> {
    let organisation = by.organisation;
    store
        .locking(organisation)
        .change(move |locked| {
            let stored = months::record(locked, organisation, month)?;
            let ClosingDecision::Become(status) = decide_reopen(&stored) else {
                return Ok(());
            };
            let record = MonthRecord {
                status,
                changed: Some((now, by.account)),
                comment: Some(reason.clone()),
                ..stored
            };
            months::put(locked, &record)?;
            audit::record(locked, by.did(AuditAction::MonthReopened, month), now)
        })
        .await?;
    Ok(())
}

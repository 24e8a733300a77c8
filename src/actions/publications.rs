//! Publishing figures.

use chrono::{DateTime, Utc};

use super::{ActionError, By};
use crate::domain::audit::AuditAction;
use crate::domain::calendar::{Month, Months};
use crate::domain::closing::MonthRecord;
use crate::domain::identifiers::PublicationId;
use crate::statistics::publication::{canonical, digest};
use crate::storage::publications::PublicationRecord;
use crate::storage::{StorageError, Store, audit, months, publications};

/// Why figures are not published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicationRefusal {
    /// These months are not closed.
    Open(Vec<Month>),
    /// There is no such organisation any more.
    Ended,
}

/// Publishes the figures of a period whose months are all closed.
pub async fn publish(
    store: &Store,
    by: By,
    period: Months,
    deliberation_number: Option<String>,
    now: DateTime<Utc>,
) -> Result<Result<PublicationRecord, PublicationRefusal>, ActionError> {
    let organisation = by.organisation;
    let id = PublicationId::new();
    let outcome = store
        .locking(organisation)
        .write(move |locked| {
            let records = months::records(locked, organisation, period)?;
            let open = records.iter().filter(|record| record.closed().is_none());
            let open: Vec<Month> = open.map(|record: &MonthRecord| record.month).collect();
            if !open.is_empty() {
                return Ok(Err(PublicationRefusal::Open(open)));
            }
            let number = deliberation_number.as_deref();
            let Some(draft) = publications::draft(locked, organisation, period, number, now)? else {
                return Ok(Err(PublicationRefusal::Ended));
            };
            let content = canonical(&draft).map_err(|error| StorageError::Corrupt(error.to_string()))?;
            let record = PublicationRecord {
                id,
                period,
                deliberation_number: deliberation_number.clone(),
                published_at: now,
                published_by: by.account,
                digest: digest(&content),
            };
            publications::insert(locked, &record, &content)?;
            audit::record(locked, by.did(AuditAction::Published, id.uuid()), now)?;
            Ok(Ok(record))
        })
        .await?;
    Ok(outcome)
}

//! What jobs forget, a slice at a time.

use chrono::{DateTime, Duration, Months, Utc};

use super::Worker;
use crate::domain::audit::AuditAction;
use crate::domain::retention::{AUDIT_MONTHS, CONTACT_MONTHS, ENDED_DAYS};
use crate::storage::audit::{self, Deed};
use crate::storage::{AnyConnection, Locked, StorageError, retention};

/// How much a slice is at most.
const LIMIT: u32 = 100;

/// What a slice needs to know.
pub(super) struct Slice {
    now: DateTime<Utc>,
    notes_months: u32,
}

impl Slice {
    pub(super) const fn new(worker: &Worker, now: DateTime<Utc>) -> Self {
        Self {
            now,
            notes_months: worker.notes_months,
        }
    }

    fn months_ago(&self, months: u32) -> DateTime<Utc> {
        self.now.checked_sub_months(Months::new(months)).unwrap_or(self.now)
    }
}

pub(super) fn audit_log(connection: &mut AnyConnection, slice: &Slice) -> Result<usize, StorageError> {
    audit::purge(connection, slice.months_ago(AUDIT_MONTHS), LIMIT)
}

pub(super) fn sessions(connection: &mut AnyConnection, slice: &Slice) -> Result<usize, StorageError> {
    retention::purge_sessions(connection, slice.now - Duration::days(ENDED_DAYS), LIMIT.into())
}

pub(super) fn notes(locked: &mut Locked<'_>, slice: &Slice) -> Result<usize, StorageError> {
    let before = slice.months_ago(slice.notes_months).date_naive();
    retention::purge_notes(locked, before, LIMIT.into())
}

pub(super) fn idle_accounts(connection: &mut AnyConnection, slice: &Slice) -> Result<usize, StorageError> {
    let idle = retention::without_contact(connection, slice.months_ago(CONTACT_MONTHS), LIMIT.into())?;
    for (organisation, account) in &idle {
        let deed = Deed {
            organisation: *organisation,
            action: AuditAction::AccountErased,
            actor: None,
            subject: account.uuid().into(),
        };
        audit::record(connection, deed, slice.now)?;
        retention::erase_account(connection, *organisation, *account, slice.now)?;
    }
    Ok(idle.len())
}

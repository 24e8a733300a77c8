//! The audit log of an organisation.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::columns::{Instant, instant_column};
use super::connection::AnyConnection;
use super::schema::audit_entries;
use super::storage_error::StorageError;
use crate::domain::audit::{AuditAction, AuditEntryId, Subject};
use crate::domain::identifiers::{AccountId, OrganisationId};

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
pub struct AuditEntry {
    /// When it was done.
    #[diesel(deserialize_as = Instant)]
    pub recorded_at: DateTime<Utc>,
    /// Its identifier, which orders the entries of one instant.
    #[diesel(column_name = entry_id)]
    pub id: AuditEntryId,
    /// What was done.
    pub action: AuditAction,
    /// By whom; `None`: the command line, a job, or nobody who is known.
    pub actor: Option<AccountId>,
    /// To what.
    pub subject: Subject,
}

/// What somebody did, to be written down.
#[derive(Debug, Clone, Copy)]
pub struct Deed {
    /// The tenant.
    pub organisation: OrganisationId,
    /// What was done.
    pub action: AuditAction,
    /// By whom.
    pub actor: Option<AccountId>,
    /// To what.
    pub subject: Subject,
}

/// Writes down what was done at `now`.
pub fn record(connection: &mut AnyConnection, deed: Deed, now: DateTime<Utc>) -> Result<(), StorageError> {
    diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::organisation_id.eq(deed.organisation),
            audit_entries::recorded_at.eq(instant_column(now)),
            audit_entries::entry_id.eq(AuditEntryId::new()),
            audit_entries::action.eq(deed.action),
            audit_entries::actor.eq(deed.actor.map(|actor| actor.to_string())),
            audit_entries::subject.eq(deed.subject),
        ))
        .execute(connection)?;
    Ok(())
}

/// Which entries to list.
#[derive(Debug, Clone)]
pub struct AuditQuery {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Where the page before ended.
    pub after: Option<(DateTime<Utc>, AuditEntryId)>,
    /// Of this account alone, as the one who did it or to whom it was done.
    pub account: Option<AccountId>,
    /// How many at most.
    pub limit: u32,
}

/// Entries of the log, the newest first.
pub fn list(connection: &mut AnyConnection, query: &AuditQuery) -> Result<Vec<AuditEntry>, StorageError> {
    let mut rows = audit_entries::table
        .filter(audit_entries::organisation_id.eq(query.organisation))
        .order((audit_entries::recorded_at.desc(), audit_entries::entry_id.desc()))
        .limit(query.limit.into())
        .select(AuditEntry::as_select())
        .into_boxed();
    if let Some((at, id)) = query.after {
        let at = instant_column(at);
        let same_instant = audit_entries::recorded_at.eq(at).and(audit_entries::entry_id.lt(id));
        rows = rows.filter(audit_entries::recorded_at.lt(at).or(same_instant));
    }
    if let Some(account) = query.account {
        let account = account.to_string();
        rows = rows.filter(
            audit_entries::actor
                .eq(account.clone())
                .or(audit_entries::subject.eq(account)),
        );
    }
    Ok(rows.load(connection)?)
}

/// What names an entry: its key.
pub type EntryKey = (String, NaiveDateTime, String);

/// Entries from before an instant, `limit` at most.
pub fn before(
    connection: &mut AnyConnection,
    instant: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<EntryKey>, StorageError> {
    Ok(audit_entries::table
        .filter(audit_entries::recorded_at.lt(instant_column(instant)))
        .select((
            audit_entries::organisation_id,
            audit_entries::recorded_at,
            audit_entries::entry_id,
        ))
        .limit(limit)
        .load(connection)?)
}

/// Forgets entries.
pub fn forget(connection: &mut AnyConnection, entries: &[EntryKey]) -> Result<(), StorageError> {
    for (organisation, at, id) in entries {
        diesel::delete(audit_entries::table.find((organisation, at, id))).execute(connection)?;
    }
    Ok(())
}

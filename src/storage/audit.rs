//! The audit log of an organisation.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::AnyConnection;
use super::instant;
use super::organisations::parse_id;
use super::schema::audit_entries;
use super::storage_error::StorageError;
use crate::domain::audit::{AuditAction, Subject};
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::nomenclature::ClosedList as _;

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When it was done.
    pub recorded_at: DateTime<Utc>,
    /// Which of those of the same instant.
    pub id: Uuid,
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
///
/// # Errors
/// As any write.
pub fn record(connection: &mut AnyConnection, deed: Deed, now: DateTime<Utc>) -> Result<(), StorageError> {
    diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::organisation_id.eq(deed.organisation.to_string()),
            audit_entries::recorded_at.eq(instant::to_column(now)),
            audit_entries::entry_id.eq(Uuid::now_v7().to_string()),
            audit_entries::action.eq(deed.action.code()),
            audit_entries::actor.eq(deed.actor.map(|actor| actor.to_string())),
            audit_entries::subject.eq(deed.subject.text()),
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
    pub after: Option<(DateTime<Utc>, Uuid)>,
    /// Of this account alone, as the one who did it or to whom it was done.
    pub account: Option<AccountId>,
    /// How many at most.
    pub limit: u32,
}

type EntryColumns = (NaiveDateTime, String, String, Option<String>, Option<String>);

/// Entries of the log, the newest first.
///
/// # Errors
/// As any read.
pub fn list(connection: &mut AnyConnection, query: &AuditQuery) -> Result<Vec<AuditEntry>, StorageError> {
    let mut rows = audit_entries::table
        .filter(audit_entries::organisation_id.eq(query.organisation.to_string()))
        .order((audit_entries::recorded_at.desc(), audit_entries::entry_id.desc()))
        .limit(query.limit.into())
        .select((
            audit_entries::recorded_at,
            audit_entries::entry_id,
            audit_entries::action,
            audit_entries::actor,
            audit_entries::subject,
        ))
        .into_boxed();
    if let Some((at, id)) = query.after {
        let at = instant::to_column(at);
        let same_instant = audit_entries::recorded_at
            .eq(at)
            .and(audit_entries::entry_id.lt(id.to_string()));
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
    let rows: Vec<EntryColumns> = rows.load(connection)?;
    rows.into_iter().map(entry_of).collect()
}

fn entry_of((at, id, action, actor, subject): EntryColumns) -> Result<AuditEntry, StorageError> {
    let corrupt = || StorageError::Corrupt(format!("audit entry {id}"));
    let uuid = |text: &str| Uuid::try_parse(text).map_err(|_| corrupt());
    Ok(AuditEntry {
        recorded_at: instant::of_column(at),
        id: uuid(&id)?,
        action: AuditAction::from_code(&action).ok_or_else(corrupt)?,
        actor: actor.as_deref().map(parse_id).transpose()?,
        subject: Subject::parse(subject.as_deref()).ok_or_else(corrupt)?,
    })
}

/// Forgets entries of before an instant, some at a time; how many.
///
/// # Errors
/// As any write.
pub fn purge(connection: &mut AnyConnection, before: DateTime<Utc>, limit: u32) -> Result<usize, StorageError> {
    let old: Vec<(String, NaiveDateTime, String)> = audit_entries::table
        .filter(audit_entries::recorded_at.lt(instant::to_column(before)))
        .select((
            audit_entries::organisation_id,
            audit_entries::recorded_at,
            audit_entries::entry_id,
        ))
        .limit(limit.into())
        .load(connection)?;
    for (organisation, at, id) in &old {
        let row = audit_entries::table
            .filter(audit_entries::organisation_id.eq(organisation))
            .filter(audit_entries::recorded_at.eq(at))
            .filter(audit_entries::entry_id.eq(id));
        diesel::delete(row).execute(connection)?;
    }
    Ok(old.len())
}

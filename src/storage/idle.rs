//! Accounts of people who have not been there for long: who is warned, and whose name is erased.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::columns::{Instant, MaybeInstant, instant_column};
use super::connection::AnyConnection;
use super::reports::DaysOfAdvisor;
use super::schema::{accounts, report_versions, reports};
use super::storage_error::StorageError;
use crate::domain::account::{Email, Role};
use crate::domain::identifiers::{AccountId, OrganisationId};

/// Whose account is erased.
#[derive(Debug, Clone, Copy)]
pub struct Idle {
    /// Since when there was no contact: no sign-in, no refresh, and no report that is theirs or that they wrote, by
    /// themselves or by a program.
    pub since: DateTime<Utc>,
    /// Until when they were told; `None`: nobody is told, as no mail is sent. Who cannot sign in is not told either.
    pub warned_by: Option<DateTime<Utc>>,
}

/// Somebody who is to be told that their account will be erased.
#[derive(Debug, Clone)]
pub struct Warned {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Their account.
    pub account: AccountId,
    /// Their address.
    pub to: Email,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct Candidate {
    organisation_id: OrganisationId,
    account_id: AccountId,
    role: Role,
    email: Email,
    password_hash: Option<String>,
    #[diesel(deserialize_as = Instant)]
    created_at: DateTime<Utc>,
    #[diesel(deserialize_as = MaybeInstant)]
    last_seen_at: Option<DateTime<Utc>>,
    #[diesel(deserialize_as = MaybeInstant)]
    deactivated_at: Option<DateTime<Utc>>,
    #[diesel(deserialize_as = MaybeInstant)]
    warned_at: Option<DateTime<Utc>>,
}

impl Candidate {
    /// Whether they can sign in.
    const fn is_active(&self) -> bool {
        self.password_hash.is_some() && self.deactivated_at.is_none()
    }

    /// Whether nothing was heard of them: neither signed in, nor reported, and somebody else is left to do what they do.
    fn is_idle(&self, connection: &mut AnyConnection, since: DateTime<Utc>) -> Result<bool, StorageError> {
        Ok(!self.has_reported(connection, since)? && !self.is_last(connection)?)
    }

    /// Whether a report of theirs, or one that they or a program with their key wrote, has come since an instant.
    fn has_reported(&self, connection: &mut AnyConnection, since: DateTime<Utc>) -> Result<bool, StorageError> {
        let since = Instant::from(since);
        let (organisation, account) = (self.organisation_id, self.account_id.to_string());
        let theirs = reports::table
            .filter(reports::organisation_id.eq(organisation))
            .filter(reports::updated_at.ge(since));
        let earlier = report_versions::table
            .filter(report_versions::organisation_id.eq(organisation))
            .filter(report_versions::updated_at.ge(since))
            .filter(report_versions::recorded_by.eq(&account));
        let found: Option<i64> = if self.role == Role::Advisor {
            let days = DaysOfAdvisor {
                limit: 1,
                ..DaysOfAdvisor::all(organisation, self.account_id.into())
            };
            let own = days.load(connection, |row| row.updated_at >= since)?;
            own.first().map(|_| 1)
        } else {
            let written = theirs
                .filter(reports::recorded_by.eq(&account))
                .select(reports::version);
            match written.first(connection).optional()? {
                None => earlier.select(report_versions::version).first(connection).optional()?,
                found => found,
            }
        };
        Ok(found.is_some())
    }

    /// Whether nobody else of their organisation can do what only coordinators, or only administrators, do.
    fn is_last(&self, connection: &mut AnyConnection) -> Result<bool, StorageError> {
        if self.role == Role::Advisor || self.deactivated_at.is_some() {
            return Ok(false);
        }
        let others: i64 = accounts::table
            .filter(accounts::organisation_id.eq(self.organisation_id))
            .filter(accounts::role.eq(self.role))
            .filter(accounts::account_id.ne(self.account_id))
            .filter(accounts::password_hash.is_not_null())
            .filter(accounts::deactivated_at.is_null())
            .count()
            .get_result(connection)?;
        Ok(others == 0)
    }
}

/// The accounts to erase, those first that were away for longest.
pub fn to_erase(connection: &mut AnyConnection, who: &Idle) -> Result<Vec<(OrganisationId, AccountId)>, StorageError> {
    let mut found = Vec::new();
    for candidate in candidates(connection, who.since)? {
        if who.names(&candidate) && candidate.is_idle(connection, who.since)? {
            found.push((candidate.organisation_id, candidate.account_id));
        }
    }
    Ok(found)
}

/// Whether an account is to be erased still.
pub fn is_to_erase(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    who: &Idle,
) -> Result<bool, StorageError> {
    let found: Option<Candidate> = accounts::table
        .find((organisation, account))
        .filter(accounts::anonymised_at.is_null())
        .select(Candidate::as_select())
        .first(connection)
        .optional()?;
    let away = |candidate: &Candidate| candidate.last_seen_at.unwrap_or(candidate.created_at) < who.since;
    match found.filter(|candidate| away(candidate) && who.names(candidate)) {
        Some(candidate) => candidate.is_idle(connection, who.since),
        None => Ok(false),
    }
}

impl Idle {
    /// Whether somebody was told in time, where they are to be told.
    fn names(&self, candidate: &Candidate) -> bool {
        let told = |by: DateTime<Utc>| {
            candidate
                .warned_at
                .is_some_and(|warned| warned >= self.since && warned <= by)
        };
        !candidate.is_active() || self.warned_by.is_none_or(told)
    }
}

/// The people whose account will be erased, as nothing was heard of them since an instant, and who were not told since.
pub fn to_warn(connection: &mut AnyConnection, since: DateTime<Utc>) -> Result<Vec<Warned>, StorageError> {
    let mut found = Vec::new();
    for candidate in candidates(connection, since)? {
        let told = candidate.warned_at.is_some_and(|warned| warned >= since);
        if told || !candidate.is_active() || !candidate.is_idle(connection, since)? {
            continue;
        }
        found.push(Warned {
            organisation: candidate.organisation_id,
            account: candidate.account_id,
            to: candidate.email,
        });
    }
    Ok(found)
}

/// Notes that these people are told.
pub fn note_warnings(
    connection: &mut AnyConnection,
    warned: &[Warned],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    for person in warned {
        diesel::update(accounts::table.find((person.organisation, person.account)))
            .set(accounts::warned_at.eq(instant_column(now)))
            .execute(connection)?;
    }
    Ok(())
}

/// How many accounts there are whose names were not erased.
pub fn count_people(connection: &mut AnyConnection) -> Result<usize, StorageError> {
    let count: i64 = accounts::table
        .filter(accounts::anonymised_at.is_null())
        .count()
        .get_result(connection)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// The accounts that nobody signed in to or refreshed since an instant, and whose names are still there, those first that
/// were away for longest.
fn candidates(connection: &mut AnyConnection, since: DateTime<Utc>) -> Result<Vec<Candidate>, StorageError> {
    let since = instant_column(since);
    let never = accounts::last_seen_at
        .is_null()
        .and(accounts::created_at.nullable().lt(since));
    let mut found: Vec<Candidate> = accounts::table
        .filter(accounts::anonymised_at.is_null())
        .filter(accounts::last_seen_at.lt(since).or(never))
        .select(Candidate::as_select())
        .load(connection)?;
    found.sort_by_key(|candidate| candidate.last_seen_at.unwrap_or(candidate.created_at));
    Ok(found)
}

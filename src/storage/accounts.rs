//! Accounts, the addresses that sign in, and the activity periods of advisors.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::instant;
use super::organisations::parse_id;
use super::schema::{accounts, activity_periods, sign_ins};
use super::storage_error::StorageError;
use crate::domain::account::{Account, ActivityPeriod, Email, PersonName, Role};
use crate::domain::identifiers::{AccountId, AdvisorId, OrganisationId};
use crate::domain::text::sort_key;

/// What signing in needs to know of an account.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The account.
    pub account: Account,
    /// The argon2id hash of its password (PHC format); `None` while it has none.
    pub password_hash: Option<String>,
}

pub(super) type AccountColumns = (String, String, String, String, String);

pub(super) type AccountSelection = (
    accounts::organisation_id,
    accounts::account_id,
    accounts::role,
    accounts::name,
    accounts::email,
);

pub(super) const ACCOUNT_COLUMNS: AccountSelection = (
    accounts::organisation_id,
    accounts::account_id,
    accounts::role,
    accounts::name,
    accounts::email,
);

pub(super) fn account_of((organisation, id, role, name, email): AccountColumns) -> Result<Account, StorageError> {
    let corrupt = |what: &str| StorageError::Corrupt(format!("account {id}: {what}"));
    Ok(Account {
        organisation: parse_id(&organisation)?,
        id: parse_id(&id)?,
        role: Role::from_code(&role).ok_or_else(|| corrupt("role"))?,
        name: PersonName::parse(&name).map_err(|_| corrupt("name"))?,
        email: Email::parse(&email).map_err(|_| corrupt("e-mail"))?,
    })
}

/// Whether an address signs in to some account already.
///
/// # Errors
/// As any read.
pub fn email_is_taken(connection: &mut AnyConnection, email: &Email) -> Result<bool, StorageError> {
    let found: Option<String> = sign_ins::table
        .filter(sign_ins::email.eq(email.as_str()))
        .select(sign_ins::email)
        .first(connection)
        .optional()?;
    Ok(found.is_some())
}

/// Adds an account with its password's hash (none until it is invited to choose one), its way to sign in and, for an
/// advisor, its activity periods.
///
/// # Errors
/// As any write.
pub fn insert(
    connection: &mut AnyConnection,
    account: &Account,
    password_hash: Option<&str>,
    periods: &[ActivityPeriod],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let organisation = account.organisation.to_string();
    let id = account.id.to_string();
    diesel::insert_into(accounts::table)
        .values((
            accounts::organisation_id.eq(&organisation),
            accounts::account_id.eq(&id),
            accounts::role.eq(account.role.code()),
            accounts::name.eq(account.name.as_str()),
            accounts::email.eq(account.email.as_str()),
            accounts::password_hash.eq(password_hash),
            accounts::created_at.eq(instant::to_column(now)),
        ))
        .execute(connection)?;
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::email.eq(account.email.as_str()),
            sign_ins::organisation_id.eq(&organisation),
            sign_ins::account_id.eq(&id),
        ))
        .execute(connection)?;
    for period in periods {
        insert_period(connection, &organisation, &id, *period)?;
    }
    Ok(())
}

pub(super) fn insert_period(
    connection: &mut AnyConnection,
    organisation: &str,
    advisor: &str,
    period: ActivityPeriod,
) -> Result<(), StorageError> {
    diesel::insert_into(activity_periods::table)
        .values((
            activity_periods::organisation_id.eq(organisation),
            activity_periods::advisor_id.eq(advisor),
            activity_periods::starts_on.eq(period.starts_on),
            activity_periods::ends_on.eq(period.ends_on),
        ))
        .execute(connection)?;
    Ok(())
}

/// Notes that somebody signed in or refreshed a session at `now`.
///
/// # Errors
/// As any write.
pub fn note_contact(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let row = accounts::table
        .filter(accounts::organisation_id.eq(organisation.to_string()))
        .filter(accounts::account_id.eq(account.to_string()));
    diesel::update(row)
        .set(accounts::last_seen_at.eq(instant::to_column(now)))
        .execute(connection)?;
    Ok(())
}

/// The account that signs in with an address, unless there is none or it was deactivated.
///
/// # Errors
/// As any read.
pub fn credentials(connection: &mut AnyConnection, email: &Email) -> Result<Option<Credentials>, StorageError> {
    let key: Option<(String, String)> = sign_ins::table
        .filter(sign_ins::email.eq(email.as_str()))
        .select((sign_ins::organisation_id, sign_ins::account_id))
        .first(connection)
        .optional()?;
    match key {
        Some((organisation, account)) => active(connection, &organisation, &account),
        None => Ok(None),
    }
}

/// An account that may act.
///
/// # Errors
/// As any read.
pub fn active(
    connection: &mut AnyConnection,
    organisation: &str,
    account: &str,
) -> Result<Option<Credentials>, StorageError> {
    let row: Option<(AccountColumns, Option<String>)> = accounts::table
        .filter(accounts::organisation_id.eq(organisation))
        .filter(accounts::account_id.eq(account))
        .filter(accounts::deactivated_at.is_null())
        .select((ACCOUNT_COLUMNS, accounts::password_hash))
        .first(connection)
        .optional()?;
    row.map(|(columns, password_hash)| {
        Ok(Credentials {
            account: account_of(columns)?,
            password_hash,
        })
    })
    .transpose()
}

/// An account of an organisation, if there is one.
///
/// # Errors
/// As any read.
pub fn find(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<Account>, StorageError> {
    let row: Option<AccountColumns> = accounts::table
        .filter(accounts::organisation_id.eq(organisation.to_string()))
        .filter(accounts::account_id.eq(account.to_string()))
        .select(ACCOUNT_COLUMNS)
        .first(connection)
        .optional()?;
    row.map(account_of).transpose()
}

/// Whether an organisation has such an advisor.
///
/// # Errors
/// As any read.
pub fn has_advisor(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: AdvisorId,
) -> Result<bool, StorageError> {
    let account = find(connection, organisation, advisor.into())?;
    Ok(account.is_some_and(|account| account.role == Role::Advisor))
}

/// Whether all of these are advisors of an organisation.
///
/// # Errors
/// As any read.
pub fn has_advisors(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisors: &[AdvisorId],
) -> Result<bool, StorageError> {
    let ids: Vec<String> = advisors.iter().map(ToString::to_string).collect();
    let known: i64 = accounts::table
        .filter(accounts::organisation_id.eq(organisation.to_string()))
        .filter(accounts::account_id.eq_any(ids))
        .filter(accounts::role.eq(Role::Advisor.code()))
        .count()
        .get_result(connection)?;
    Ok(usize::try_from(known) == Ok(advisors.len()))
}

/// The names of the advisors of an organisation, by their identifiers.
///
/// # Errors
/// As any read.
pub fn advisor_names(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<BTreeMap<String, String>, StorageError> {
    let named = advisors(connection, organisation)?;
    Ok(named
        .into_iter()
        .map(|account| (account.id.to_string(), account.name.as_str().to_owned()))
        .collect())
}

/// The advisors of an organisation, by name. Sorted here: databases do not agree on the order of texts.
///
/// # Errors
/// As any read.
pub fn advisors(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<Account>, StorageError> {
    let rows: Vec<AccountColumns> = accounts::table
        .filter(accounts::organisation_id.eq(organisation.to_string()))
        .filter(accounts::role.eq(Role::Advisor.code()))
        .select(ACCOUNT_COLUMNS)
        .load(connection)?;
    let mut advisors = rows.into_iter().map(account_of).collect::<Result<Vec<_>, _>>()?;
    advisors.sort_by_cached_key(|advisor| (sort_key(advisor.name.as_str()), advisor.id));
    Ok(advisors)
}

//! The people of an organisation as their coordinator sees them: accounts with their working days and activity periods.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::access;
use super::accounts::{ACCOUNT_COLUMNS, AccountColumns, account_of, insert_period};
use super::connection::AnyConnection;
use super::instant;
use super::organisations::days_column;
use super::schema::{accounts, activity_periods, sign_ins};
use super::storage_error::StorageError;
use crate::domain::account::{Account, ActivityPeriod};
use crate::domain::account_draft::AccountSettings;
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::organisation::WorkingDays;
use crate::domain::text::sort_key;

/// Where an account is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// Has no password yet.
    Invited,
    /// Signs in.
    Active,
    /// Signs in no more.
    Deactivated,
}

/// A person with what a coordinator says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: Account,
    /// Where it is in its life.
    pub status: AccountStatus,
    /// Their working days; `None`: the organisation's.
    pub working_days: Option<WorkingDays>,
    /// Their activity periods, in order.
    pub activity_periods: Vec<ActivityPeriod>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When they last signed in or refreshed a session.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When they were deactivated, if they are.
    pub deactivated_at: Option<DateTime<Utc>>,
}

type PersonColumns = (
    AccountColumns,
    Option<String>,
    Option<i32>,
    NaiveDateTime,
    Option<NaiveDateTime>,
    Option<NaiveDateTime>,
);

const PERSON_COLUMNS: (
    crate::storage::accounts::AccountSelection,
    accounts::password_hash,
    accounts::working_days,
    accounts::created_at,
    accounts::last_seen_at,
    accounts::deactivated_at,
) = (
    ACCOUNT_COLUMNS,
    accounts::password_hash,
    accounts::working_days,
    accounts::created_at,
    accounts::last_seen_at,
    accounts::deactivated_at,
);

fn person_of(
    (columns, password_hash, working_days, created_at, last_seen_at, deactivated_at): PersonColumns,
    periods: &mut BTreeMap<String, Vec<ActivityPeriod>>,
) -> Result<Person, StorageError> {
    let activity_periods = periods.remove(&columns.1).unwrap_or_default();
    let corrupt = || StorageError::Corrupt(format!("account {}: working days", columns.1));
    let days = |mask: i32| WorkingDays::from_mask(mask.into()).ok_or_else(corrupt);
    let working_days = working_days.map(days).transpose()?;
    Ok(Person {
        account: account_of(columns)?,
        status: match (deactivated_at, password_hash) {
            (Some(_), _) => AccountStatus::Deactivated,
            (None, None) => AccountStatus::Invited,
            (None, Some(_)) => AccountStatus::Active,
        },
        working_days,
        activity_periods,
        created_at: instant::of_column(created_at),
        last_seen_at: last_seen_at.map(instant::of_column),
        deactivated_at: deactivated_at.map(instant::of_column),
    })
}

type PeriodColumns = (String, NaiveDate, Option<NaiveDate>);

fn by_advisor(rows: Vec<PeriodColumns>) -> BTreeMap<String, Vec<ActivityPeriod>> {
    let mut periods: BTreeMap<String, Vec<ActivityPeriod>> = BTreeMap::new();
    for (advisor, starts_on, ends_on) in rows {
        periods
            .entry(advisor)
            .or_default()
            .push(ActivityPeriod { starts_on, ends_on });
    }
    periods
}

const PERIOD_COLUMNS: (
    activity_periods::advisor_id,
    activity_periods::starts_on,
    activity_periods::ends_on,
) = (
    activity_periods::advisor_id,
    activity_periods::starts_on,
    activity_periods::ends_on,
);

/// The people of an organisation, by name.
///
/// # Errors
/// As any read.
pub fn all(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<Person>, StorageError> {
    let rows: Vec<PersonColumns> = accounts::table
        .filter(accounts::organisation_id.eq(organisation.to_string()))
        .select(PERSON_COLUMNS)
        .load(connection)?;
    let periods: Vec<PeriodColumns> = activity_periods::table
        .filter(activity_periods::organisation_id.eq(organisation.to_string()))
        .order((activity_periods::advisor_id, activity_periods::starts_on))
        .select(PERIOD_COLUMNS)
        .load(connection)?;
    let mut periods = by_advisor(periods);
    let people: Result<Vec<Person>, StorageError> = rows.into_iter().map(|row| person_of(row, &mut periods)).collect();
    let mut people = people?;
    people.sort_by_cached_key(|person| (sort_key(person.account.name.as_str()), person.account.id));
    Ok(people)
}

/// A person of an organisation, if there is one; nobody is who was erased.
///
/// # Errors
/// As any read.
pub fn find(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: AccountId,
) -> Result<Option<Person>, StorageError> {
    let row: Option<PersonColumns> = accounts::table
        .filter(accounts::organisation_id.eq(organisation.to_string()))
        .filter(accounts::account_id.eq(id.to_string()))
        .filter(accounts::anonymised_at.is_null())
        .select(PERSON_COLUMNS)
        .first(connection)
        .optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    let periods: Vec<PeriodColumns> = activity_periods::table
        .filter(activity_periods::organisation_id.eq(organisation.to_string()))
        .filter(activity_periods::advisor_id.eq(id.to_string()))
        .order(activity_periods::starts_on)
        .select(PERIOD_COLUMNS)
        .load(connection)?;
    person_of(row, &mut by_advisor(periods)).map(Some)
}

/// Changes what is known of a person. The organisation is locked: reports look at activity periods.
///
/// # Errors
/// As any write.
pub fn change(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: AccountId,
    settings: &AccountSettings,
) -> Result<(), StorageError> {
    let (organisation, id) = (organisation.to_string(), id.to_string());
    let working_days = settings.working_days.map(days_column).transpose()?;
    let row = accounts::table
        .filter(accounts::organisation_id.eq(&organisation))
        .filter(accounts::account_id.eq(&id));
    diesel::update(row)
        .set((
            accounts::role.eq(settings.role.code()),
            accounts::name.eq(settings.name.as_str()),
            accounts::email.eq(settings.email.as_str()),
            accounts::working_days.eq(working_days),
        ))
        .execute(connection)?;
    let way_in = sign_ins::table
        .filter(sign_ins::organisation_id.eq(&organisation))
        .filter(sign_ins::account_id.eq(&id));
    diesel::update(way_in)
        .set(sign_ins::email.eq(settings.email.as_str()))
        .execute(connection)?;
    let periods = activity_periods::table
        .filter(activity_periods::organisation_id.eq(&organisation))
        .filter(activity_periods::advisor_id.eq(&id));
    diesel::delete(periods).execute(connection)?;
    for period in &settings.activity_periods {
        insert_period(connection, &organisation, &id, *period)?;
    }
    access::note_change(connection)
}

/// Ends the life of an account at `now`; ending it twice does nothing more.
///
/// # Errors
/// As any write.
pub fn deactivate(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let row = accounts::table
        .filter(accounts::organisation_id.eq(organisation.to_string()))
        .filter(accounts::account_id.eq(id.to_string()))
        .filter(accounts::deactivated_at.is_null());
    diesel::update(row)
        .set(accounts::deactivated_at.eq(instant::to_column(now)))
        .execute(connection)?;
    access::note_change(connection)
}

/// Gives an account a password, by its hash, and lets it sign in again when it had been deactivated.
///
/// # Errors
/// As any write.
pub fn set_password(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: AccountId,
    hash: &str,
) -> Result<(), StorageError> {
    let row = accounts::table
        .filter(accounts::organisation_id.eq(organisation.to_string()))
        .filter(accounts::account_id.eq(id.to_string()));
    diesel::update(row)
        .set((
            accounts::password_hash.eq(hash),
            accounts::deactivated_at.eq(None::<NaiveDateTime>),
        ))
        .execute(connection)?;
    Ok(())
}

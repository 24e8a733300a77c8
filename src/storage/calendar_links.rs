//! The secret addresses at which somebody's calendar is read, kept by the hashes of their tokens. They end with the account.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::columns::{Instant, MaybeInstant, instant_column};
use super::connection::AnyConnection;
use super::schema::{accounts, calendar_links};
use super::storage_error::StorageError;
use crate::domain::account::Role;
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::shared_link::LinkId;

/// An address of somebody's calendar as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
pub struct CalendarLink {
    /// Its identifier.
    #[diesel(column_name = link_id)]
    pub id: LinkId,
    /// Whose it is.
    #[diesel(column_name = account_id)]
    pub account: AccountId,
    /// What reads it.
    pub name: String,
    /// When it was made.
    #[diesel(deserialize_as = Instant, serialize_as = Instant)]
    pub created_at: DateTime<Utc>,
    /// When the calendar was last read by it, to the day.
    #[diesel(deserialize_as = MaybeInstant, serialize_as = MaybeInstant)]
    pub last_read_at: Option<DateTime<Utc>>,
}

/// Keeps a new address, by the hash of its token.
pub fn insert(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: CalendarLink,
    hash: &str,
) -> Result<(), StorageError> {
    diesel::insert_into(calendar_links::table)
        .values((
            calendar_links::organisation_id.eq(organisation),
            calendar_links::token_hash.eq(hash),
            link,
        ))
        .execute(connection)?;
    Ok(())
}

/// The addresses of somebody's calendar, the newest first.
pub fn all(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Vec<CalendarLink>, StorageError> {
    Ok(calendar_links::table
        .filter(calendar_links::organisation_id.eq(organisation))
        .filter(calendar_links::account_id.eq(account))
        .order((calendar_links::created_at.desc(), calendar_links::link_id.desc()))
        .select(CalendarLink::as_select())
        .load(connection)?)
}

/// Ends an address of somebody's calendar. Tells whether they had it.
pub fn delete(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    link: LinkId,
) -> Result<bool, StorageError> {
    let theirs = calendar_links::table.find((organisation, account, link));
    Ok(diesel::delete(theirs).execute(connection)? > 0)
}

/// Ends every address of somebody's calendar.
pub fn end(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<(), StorageError> {
    let theirs = calendar_links::table
        .filter(calendar_links::organisation_id.eq(organisation))
        .filter(calendar_links::account_id.eq(account));
    diesel::delete(theirs).execute(connection)?;
    Ok(())
}

/// Whose calendar an address shows, and their role, when its token has this hash and they are there still.
pub fn owner(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: LinkId,
    hash: &str,
) -> Result<Option<(AccountId, Role)>, StorageError> {
    let account: Option<AccountId> = calendar_links::table
        .filter(calendar_links::organisation_id.eq(organisation))
        .filter(calendar_links::link_id.eq(link))
        .filter(calendar_links::token_hash.eq(hash))
        .select(calendar_links::account_id)
        .first(connection)
        .optional()?;
    let Some(account) = account else {
        return Ok(None);
    };
    let role: Option<Role> = accounts::table
        .find((organisation, account))
        .filter(accounts::deactivated_at.is_null())
        .select(accounts::role)
        .first(connection)
        .optional()?;
    Ok(role.map(|role| (account, role)))
}

/// Notes that a calendar was read by an address, once a day.
pub fn note_reading(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: LinkId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let day_before = instant_column(now - chrono::TimeDelta::days(1));
    let unread = calendar_links::last_read_at.is_null();
    let link = calendar_links::table
        .filter(calendar_links::organisation_id.eq(organisation))
        .filter(calendar_links::link_id.eq(link))
        .filter(unread.or(calendar_links::last_read_at.lt(day_before).assume_not_null()));
    diesel::update(link)
        .set(calendar_links::last_read_at.eq(instant_column(now)))
        .execute(connection)?;
    Ok(())
}

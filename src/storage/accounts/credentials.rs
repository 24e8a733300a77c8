//! What lets somebody sign in to an account.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::AccountRow;
use crate::domain::account::{Account, Email};
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::{accounts, sign_ins};
use crate::storage::storage_error::StorageError;

/// What signing in needs to know of an account.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The account.
    pub account: Account,
    /// The argon2id hash of its password (PHC format); `None` while it has none.
    pub password_hash: Option<String>,
}

/// The account that signs in with an address, unless there is none or it was deactivated.
pub fn of_email(connection: &mut AnyConnection, email: &Email) -> Result<Option<Credentials>, StorageError> {
    let key: Option<(OrganisationId, AccountId)> = sign_ins::table
        .find(email)
        .select((sign_ins::organisation_id, sign_ins::account_id))
        .first(connection)
        .optional()?;
    match key {
        Some((organisation, account)) => active(connection, organisation, account),
        None => Ok(None),
    }
}

/// An account that may act.
pub fn active(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<Credentials>, StorageError> {
    let row: Option<(AccountRow, Option<String>)> = accounts::table
        .find((organisation, account))
        .filter(accounts::deactivated_at.is_null())
        .select((AccountRow::as_select(), accounts::password_hash))
        .first(connection)
        .optional()?;
    Ok(row.map(|(account, password_hash)| Credentials {
        account: account.into(),
        password_hash,
    }))
}

/// Gives an account a password, by its hash, and lets it sign in again when it had been deactivated.
pub fn set_password(locked: &mut Locked<'_>, account: AccountId, hash: &str) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    diesel::update(accounts::table.find((organisation, account)))
        .set((
            accounts::password_hash.eq(hash),
            accounts::deactivated_at.eq(None::<NaiveDateTime>),
        ))
        .execute(connection)?;
    Ok(())
}

/// Notes that somebody signed in or refreshed a session at `now`.
pub fn note_contact(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::update(accounts::table.find((organisation, account)))
        .set(accounts::last_seen_at.eq(instant_column(now)))
        .execute(connection)?;
    Ok(())
}

//! Accounts and the addresses that sign in to them.

pub mod advisors;
pub mod credentials;
pub mod managed;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::columns::instant_column;
use super::connection::AnyConnection;
use super::lock::Locked;
use super::schema::{accounts, sign_ins};
use super::storage_error::StorageError;
use crate::domain::account::{Account, ActivityPeriod, Email, PersonName, Role};
use crate::domain::identifiers::{AccountId, OrganisationId};

/// The columns of an account that say who the person is.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts)]
struct AccountRow {
    organisation_id: OrganisationId,
    account_id: AccountId,
    role: Role,
    name: PersonName,
    email: Email,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            organisation: row.organisation_id,
            id: row.account_id,
            role: row.role,
            name: row.name,
            email: row.email,
        }
    }
}

impl From<Account> for AccountRow {
    fn from(account: Account) -> Self {
        Self {
            organisation_id: account.organisation,
            account_id: account.id,
            role: account.role,
            name: account.name,
            email: account.email,
        }
    }
}

/// Whether an address signs in to some account already.
pub fn email_is_taken(connection: &mut AnyConnection, email: &Email) -> Result<bool, StorageError> {
    let found: i64 = sign_ins::table.find(email).count().get_result(connection)?;
    Ok(found > 0)
}

/// Adds an account to the organisation that is locked, with the hash of its password (`None` until the person chooses
/// one), the address that signs in to it and, for an advisor, the activity periods.
pub fn insert(
    locked: &mut Locked<'_>,
    account: &Account,
    password_hash: Option<&str>,
    periods: &[ActivityPeriod],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    let row = AccountRow {
        organisation_id: organisation,
        ..AccountRow::from(account.clone())
    };
    diesel::insert_into(accounts::table)
        .values((
            &row,
            accounts::password_hash.eq(password_hash),
            accounts::created_at.eq(instant_column(now)),
        ))
        .execute(connection)?;
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::email.eq(&account.email),
            sign_ins::organisation_id.eq(organisation),
            sign_ins::account_id.eq(account.id),
        ))
        .execute(connection)?;
    managed::insert_periods(locked, account.id, periods)
}

/// An account of an organisation, if there is one.
pub fn find(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<Account>, StorageError> {
    let row: Option<AccountRow> = accounts::table
        .find((organisation, account))
        .select(AccountRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map(Into::into))
}

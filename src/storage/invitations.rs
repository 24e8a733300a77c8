//! Invitations: tokens that set the password of an account, once, kept by their hashes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::columns::instant_column;
use super::connection::AnyConnection;
use super::schema::invitations;
use super::storage_error::StorageError;
use crate::domain::identifiers::{AccountId, OrganisationId};

/// An invitation to be kept.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Whose password it sets.
    pub account: AccountId,
    /// The SHA-256 of its token.
    pub hash: String,
    /// When it was made.
    pub now: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a new invitation in the place of any other to the account.
pub fn replace(connection: &mut AnyConnection, invitation: &NewInvitation) -> Result<(), StorageError> {
    forget(connection, invitation.organisation, invitation.account)?;
    insert(connection, invitation)
}

/// Keeps a new invitation beside the others to the account.
pub fn insert(connection: &mut AnyConnection, invitation: &NewInvitation) -> Result<(), StorageError> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::organisation_id.eq(invitation.organisation),
            invitations::account_id.eq(invitation.account),
            invitations::token_hash.eq(&invitation.hash),
            invitations::created_at.eq(instant_column(invitation.now)),
            invitations::expires_at.eq(instant_column(invitation.expires_at)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Whether an invitation with this hash is good at `now`.
pub fn is_good(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let found: Option<String> = invitations::table
        .find((organisation, account, hash))
        .filter(invitations::expires_at.gt(instant_column(now)))
        .select(invitations::token_hash)
        .first(connection)
        .optional()?;
    Ok(found.is_some())
}

/// Forgets the invitations to an account.
pub fn forget(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<(), StorageError> {
    let invitations = invitations::table
        .filter(invitations::organisation_id.eq(organisation))
        .filter(invitations::account_id.eq(account));
    diesel::delete(invitations).execute(connection)?;
    Ok(())
}

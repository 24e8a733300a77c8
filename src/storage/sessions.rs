//! Sessions: one a device, kept by the hash of its refresh token.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::instant;
use super::organisations::parse_id;
use super::schema::sessions;
use super::storage_error::StorageError;
use crate::domain::identifiers::{AccountId, OrganisationId, SessionId};

/// A session to be kept.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// The SHA-256 of its refresh token.
    pub token_hash: String,
    /// When it began.
    pub now: DateTime<Utc>,
    /// Until when the token is good.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a new session.
///
/// # Errors
/// As any write.
pub fn insert(connection: &mut AnyConnection, session: &NewSession) -> Result<(), StorageError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::organisation_id.eq(session.organisation.to_string()),
            sessions::session_id.eq(session.id.to_string()),
            sessions::account_id.eq(session.account.to_string()),
            sessions::token_hash.eq(&session.token_hash),
            sessions::created_at.eq(instant::to_column(session.now)),
            sessions::refreshed_at.eq(instant::to_column(session.now)),
            sessions::expires_at.eq(instant::to_column(session.expires_at)),
        ))
        .execute(connection)?;
    Ok(())
}

/// The account of a session whose refresh token has this hash and is good at `now`.
///
/// # Errors
/// As any read.
pub fn account_of_token(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    session: SessionId,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<AccountId>, StorageError> {
    let account: Option<String> = sessions::table
        .filter(sessions::organisation_id.eq(organisation.to_string()))
        .filter(sessions::session_id.eq(session.to_string()))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(instant::to_column(now)))
        .select(sessions::account_id)
        .first(connection)
        .optional()?;
    account.map(|account| parse_id(&account)).transpose()
}

/// Replaces the refresh token of a session.
///
/// # Errors
/// As any write.
pub fn rotate(connection: &mut AnyConnection, session: &NewSession, old_hash: &str) -> Result<(), StorageError> {
    let row = sessions::table
        .filter(sessions::organisation_id.eq(session.organisation.to_string()))
        .filter(sessions::session_id.eq(session.id.to_string()));
    diesel::update(row)
        .set((
            sessions::token_hash.eq(&session.token_hash),
            sessions::previous_token_hash.eq(old_hash),
            sessions::refreshed_at.eq(instant::to_column(session.now)),
            sessions::expires_at.eq(instant::to_column(session.expires_at)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Ends a session; ending it twice does nothing more.
///
/// # Errors
/// As any write.
pub fn end(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let row = sessions::table
        .filter(sessions::organisation_id.eq(organisation.to_string()))
        .filter(sessions::session_id.eq(session.to_string()))
        .filter(sessions::ended_at.is_null());
    diesel::update(row)
        .set(sessions::ended_at.eq(instant::to_column(now)))
        .execute(connection)?;
    Ok(())
}

//! API keys: with which programs call for an organisation, kept by their hashes.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::access;
use super::connection::AnyConnection;
use super::instant;
use super::organisations::{parse_id, time_zone};
use super::schema::{api_keys, organisations};
use super::storage_error::StorageError;
use crate::domain::api_key::Scopes;
use crate::domain::identifiers::{AccountId, ApiKeyId, OrganisationId};

/// A key as its organisation sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The key.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What its holder may do.
    pub scopes: Scopes,
    /// Who made it.
    pub created_by: AccountId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to a quarter of an hour.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What a key lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Who made it.
    pub created_by: AccountId,
    /// What its holder may do.
    pub scopes: Scopes,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// The zone of its organisation.
    pub time_zone: Tz,
}

/// Keeps a new key, by the hash of its token.
///
/// # Errors
/// As any write.
pub fn insert(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    key: &ApiKey,
    hash: &str,
) -> Result<(), StorageError> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::organisation_id.eq(organisation.to_string()),
            api_keys::key_id.eq(key.id.to_string()),
            api_keys::name.eq(&key.name),
            api_keys::token_hash.eq(hash),
            api_keys::scopes.eq(key.scopes.mask()),
            api_keys::created_by.eq(key.created_by.to_string()),
            api_keys::created_at.eq(instant::to_column(key.created_at)),
            api_keys::expires_at.eq(instant::to_column(key.expires_at)),
        ))
        .execute(connection)?;
    Ok(())
}

type KeyColumns = (
    String,
    String,
    i64,
    String,
    NaiveDateTime,
    NaiveDateTime,
    Option<NaiveDateTime>,
);

/// The keys of an organisation that are not revoked, the newest first; those that have expired too.
///
/// # Errors
/// As any read.
pub fn all(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<ApiKey>, StorageError> {
    let rows: Vec<KeyColumns> = api_keys::table
        .filter(api_keys::organisation_id.eq(organisation.to_string()))
        .filter(api_keys::revoked_at.is_null())
        .order((api_keys::created_at.desc(), api_keys::key_id.desc()))
        .select((
            api_keys::key_id,
            api_keys::name,
            api_keys::scopes,
            api_keys::created_by,
            api_keys::created_at,
            api_keys::expires_at,
            api_keys::last_used_at,
        ))
        .load(connection)?;
    let key = |(id, name, scopes, created_by, created_at, expires_at, last_used_at): KeyColumns| {
        Ok(ApiKey {
            id: parse_id(&id)?,
            name,
            scopes: scopes_of(scopes)?,
            created_by: parse_id(&created_by)?,
            created_at: instant::of_column(created_at),
            expires_at: instant::of_column(expires_at),
            last_used_at: last_used_at.map(instant::of_column),
        })
    };
    rows.into_iter().map(key).collect()
}

/// What the key with this hash lets its holder do at `now`, if it is good.
///
/// # Errors
/// As any read.
pub fn grant(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: ApiKeyId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Grant>, StorageError> {
    let row: Option<(String, i64, NaiveDateTime, String)> = api_keys::table
        .inner_join(organisations::table.on(organisations::organisation_id.eq(api_keys::organisation_id)))
        .filter(api_keys::organisation_id.eq(organisation.to_string()))
        .filter(api_keys::key_id.eq(id.to_string()))
        .filter(api_keys::token_hash.eq(hash))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(instant::to_column(now)))
        .select((
            api_keys::created_by,
            api_keys::scopes,
            api_keys::expires_at,
            organisations::time_zone,
        ))
        .first(connection)
        .optional()?;
    row.map(|(created_by, scopes, expires_at, zone)| {
        Ok(Grant {
            created_by: parse_id(&created_by)?,
            scopes: scopes_of(scopes)?,
            expires_at: instant::of_column(expires_at),
            time_zone: time_zone(&zone)?,
        })
    })
    .transpose()
}

/// Notes that a key was used at `now`.
///
/// # Errors
/// As any write.
pub fn note_use(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let row = api_keys::table
        .filter(api_keys::organisation_id.eq(organisation.to_string()))
        .filter(api_keys::key_id.eq(id.to_string()));
    diesel::update(row)
        .set(api_keys::last_used_at.eq(instant::to_column(now)))
        .execute(connection)?;
    Ok(())
}

/// Revokes a key at `now`. Whether the organisation had such a key.
///
/// # Errors
/// As any write.
pub fn revoke(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let row = api_keys::table
        .filter(api_keys::organisation_id.eq(organisation.to_string()))
        .filter(api_keys::key_id.eq(id.to_string()))
        .filter(api_keys::revoked_at.is_null());
    let revoked = diesel::update(row)
        .set(api_keys::revoked_at.eq(instant::to_column(now)))
        .execute(connection)?;
    access::note_change(connection)?;
    Ok(revoked > 0)
}

fn scopes_of(mask: i64) -> Result<Scopes, StorageError> {
    Scopes::from_mask(mask).ok_or_else(|| StorageError::Corrupt("scopes of a key".to_owned()))
}

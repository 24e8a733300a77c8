//! API keys: with which programs call for an organisation, kept by their hashes.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::access;
use super::audit::{self, Deed};
use super::columns::{Instant, MaybeInstant, Zone, instant_column};
use super::connection::AnyConnection;
use super::schema::{accounts, api_keys, organisations};
use super::storage_error::StorageError;
use crate::domain::account::Role;
use crate::domain::api_key::Scopes;
use crate::domain::audit::AuditAction;
use crate::domain::identifiers::{AccountId, ApiKeyId, OrganisationId};

/// A key as its organisation sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
pub struct ApiKey {
    /// The key.
    #[diesel(column_name = key_id)]
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What its holder may do.
    pub scopes: Scopes,
    /// Who made it.
    pub created_by: AccountId,
    /// When it was made.
    #[diesel(deserialize_as = Instant, serialize_as = Instant)]
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    #[diesel(deserialize_as = Instant, serialize_as = Instant)]
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to a quarter of an hour.
    #[diesel(deserialize_as = MaybeInstant, serialize_as = MaybeInstant)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    #[diesel(deserialize_as = MaybeInstant, serialize_as = MaybeInstant)]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What a key lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = api_keys)]
pub struct Grant {
    /// Who made it.
    pub created_by: AccountId,
    /// What its holder may do.
    pub scopes: Scopes,
    /// Until when it is good.
    #[diesel(deserialize_as = Instant)]
    pub expires_at: DateTime<Utc>,
    /// The zone of its organisation.
    #[diesel(deserialize_as = Zone, select_expression = organisations::time_zone)]
    pub time_zone: Tz,
}

/// Keeps a new key, by the hash of its token.
pub fn insert(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    key: ApiKey,
    hash: &str,
) -> Result<(), StorageError> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::organisation_id.eq(organisation),
            api_keys::token_hash.eq(hash),
            key,
        ))
        .execute(connection)?;
    Ok(())
}

/// The keys of an organisation that are not revoked, the newest first; those that have expired too.
pub fn all(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<ApiKey>, StorageError> {
    let mut keys = kept(connection, organisation)?;
    keys.retain(|key| key.revoked_at.is_none());
    Ok(keys)
}

/// The keys of an organisation that are stored, the newest first: those that were revoked of late too.
pub fn kept(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<ApiKey>, StorageError> {
    Ok(api_keys::table
        .filter(api_keys::organisation_id.eq(organisation))
        .order((api_keys::created_at.desc(), api_keys::key_id.desc()))
        .select(ApiKey::as_select())
        .load(connection)?)
}

/// What the key with this hash lets its holder do at `now`, if it is good, which it is while whoever made it is a
/// coordinator who may act.
pub fn grant(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: ApiKeyId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Grant>, StorageError> {
    Ok(api_keys::table
        .find((organisation, id))
        .inner_join(organisations::table.on(organisations::organisation_id.eq(api_keys::organisation_id)))
        .inner_join(
            accounts::table.on(accounts::organisation_id
                .eq(api_keys::organisation_id)
                .and(accounts::account_id.eq(api_keys::created_by))),
        )
        .filter(accounts::role.eq(Role::Coordinator))
        .filter(accounts::deactivated_at.is_null())
        .filter(api_keys::token_hash.eq(hash))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(instant_column(now)))
        .select(Grant::as_select())
        .first(connection)
        .optional()?)
}

/// Notes that a key was used at `now`.
pub fn note_use(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::update(api_keys::table.find((organisation, id)))
        .set(api_keys::last_used_at.eq(instant_column(now)))
        .execute(connection)?;
    Ok(())
}

/// Revokes a key at `now`. Tells whether the organisation had such a key.
pub fn revoke(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let good = api_keys::table
        .find((organisation, id))
        .filter(api_keys::revoked_at.is_null());
    let revoked = diesel::update(good)
        .set(api_keys::revoked_at.eq(instant_column(now)))
        .execute(connection)?;
    access::note_change(connection)?;
    Ok(revoked > 0)
}

/// Revokes the keys that somebody made, and writes each down as a deed of `actor`: whoever made a key answers for what its
/// holder does.
pub fn revoke_all_of(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    maker: AccountId,
    actor: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let good = api_keys::table
        .filter(api_keys::organisation_id.eq(organisation))
        .filter(api_keys::created_by.eq(maker))
        .filter(api_keys::revoked_at.is_null());
    let ids: Vec<ApiKeyId> = good.select(api_keys::key_id).order(api_keys::key_id).load(connection)?;
    for id in ids {
        let deed = Deed {
            organisation,
            action: AuditAction::KeyRevoked,
            actor,
            subject: id.uuid().into(),
        };
        audit::record(connection, deed, now)?;
        diesel::update(api_keys::table.find((organisation, id)))
            .set(api_keys::revoked_at.eq(instant_column(now)))
            .execute(connection)?;
    }
    access::note_change(connection)
}

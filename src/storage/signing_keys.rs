//! The keys that sign access tokens, shared by all instances on a database.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::access;
use super::columns::{Instant, MaybeInstant, instant_column};
use super::connection::AnyConnection;
use super::schema::signing_keys;
use super::storage_error::StorageError;

/// The number of the advisory lock by which instances that start at once make only one first key.
const KEY_LOCK: i64 = 0x5155_4f55;

/// A stored key.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys)]
pub struct StoredKey {
    /// Its identifier (`kid`).
    pub key_id: String,
    /// The private key, as it is kept: sealed, or PKCS #8 in base64.
    pub private_key: String,
    /// The public key: raw, base64url.
    pub public_key: String,
    /// From when on it signs.
    #[diesel(deserialize_as = Instant, serialize_as = Instant)]
    pub signs_from: DateTime<Utc>,
    /// From when on its tokens are good no more.
    #[diesel(deserialize_as = MaybeInstant, serialize_as = MaybeInstant)]
    pub retired_at: Option<DateTime<Utc>>,
}

/// The keys that are not retired at `now`, the newest first.
pub fn all(connection: &mut AnyConnection, now: DateTime<Utc>) -> Result<Vec<StoredKey>, StorageError> {
    let good = signing_keys::retired_at
        .is_null()
        .or(signing_keys::retired_at.gt(instant_column(now)));
    Ok(signing_keys::table
        .filter(good)
        .order((signing_keys::signs_from.desc(), signing_keys::key_id))
        .select(StoredKey::as_select())
        .load(connection)?)
}

/// The keys, after adding `first` when there was none.
pub fn all_or_first(
    connection: &mut AnyConnection,
    first: &StoredKey,
    now: DateTime<Utc>,
) -> Result<Vec<StoredKey>, StorageError> {
    lock(connection)?;
    let keys = all(connection, now)?;
    if !keys.is_empty() {
        return Ok(keys);
    }
    insert(connection, first, now)?;
    all(connection, now)
}

/// Adds a key, and retires those before it at `retired_at`, when the last token that they signed has expired.
pub fn rotate(
    connection: &mut AnyConnection,
    next: &StoredKey,
    retired_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    lock(connection)?;
    diesel::update(signing_keys::table.filter(signing_keys::retired_at.is_null()))
        .set(signing_keys::retired_at.eq(instant_column(retired_at)))
        .execute(connection)?;
    insert(connection, next, now)?;
    access::note_change(connection)
}

/// Forgets every key, and adds one in their place: the tokens that they signed are good no more.
pub fn replace_all(connection: &mut AnyConnection, next: &StoredKey, now: DateTime<Utc>) -> Result<(), StorageError> {
    lock(connection)?;
    diesel::delete(signing_keys::table).execute(connection)?;
    insert(connection, next, now)?;
    access::note_change(connection)
}

/// Replaces the stored text of a private key, such as by its sealed form.
pub fn keep_private_key(connection: &mut AnyConnection, key_id: &str, private_key: &str) -> Result<(), StorageError> {
    diesel::update(signing_keys::table.find(key_id))
        .set(signing_keys::private_key.eq(private_key))
        .execute(connection)?;
    Ok(())
}

fn lock(connection: &mut AnyConnection) -> Result<(), StorageError> {
    if let AnyConnection::Postgres(connection) = connection {
        connection.batch_execute(&format!("SELECT pg_advisory_xact_lock({KEY_LOCK})"))?;
    }
    Ok(())
}

fn insert(connection: &mut AnyConnection, key: &StoredKey, now: DateTime<Utc>) -> Result<(), StorageError> {
    diesel::insert_into(signing_keys::table)
        .values((signing_keys::created_at.eq(instant_column(now)), key.clone()))
        .execute(connection)?;
    Ok(())
}

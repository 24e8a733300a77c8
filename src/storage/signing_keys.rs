//! The keys that sign access tokens, shared by all instances on a database.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::access;
use super::connection::AnyConnection;
use super::instant;
use super::schema::signing_keys;
use super::storage_error::StorageError;

/// Instances that start at once make one key: the number of our advisory lock.
const KEY_LOCK: i64 = 0x5155_4f55;

/// A stored key.
#[derive(Debug, Clone)]
pub struct StoredKey {
    /// Its identifier (`kid`).
    pub key_id: String,
    /// The private key, as it is kept: sealed, or PKCS #8 in base64.
    pub private_key: String,
    /// The public key: raw, base64url.
    pub public_key: String,
    /// From when on it signs.
    pub signs_from: DateTime<Utc>,
    /// From when on its tokens are good no more.
    pub retired_at: Option<DateTime<Utc>>,
}

type KeyColumns = (String, String, String, NaiveDateTime, Option<NaiveDateTime>);

/// The keys that are not retired at `now`, the newest first.
///
/// # Errors
/// As any read.
pub fn all(connection: &mut AnyConnection, now: DateTime<Utc>) -> Result<Vec<StoredKey>, StorageError> {
    let good = signing_keys::retired_at
        .is_null()
        .or(signing_keys::retired_at.gt(instant::to_column(now)));
    let rows: Vec<KeyColumns> = signing_keys::table
        .filter(good)
        .order((signing_keys::signs_from.desc(), signing_keys::key_id))
        .select((
            signing_keys::key_id,
            signing_keys::private_key,
            signing_keys::public_key,
            signing_keys::signs_from,
            signing_keys::retired_at,
        ))
        .load(connection)?;
    let key = |(key_id, private_key, public_key, signs_from, retired_at): KeyColumns| StoredKey {
        key_id,
        private_key,
        public_key,
        signs_from: instant::of_column(signs_from),
        retired_at: retired_at.map(instant::of_column),
    };
    Ok(rows.into_iter().map(key).collect())
}

/// The keys, after adding `first` when there was none.
///
/// # Errors
/// As any write.
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
///
/// # Errors
/// As any write.
pub fn rotate(
    connection: &mut AnyConnection,
    next: &StoredKey,
    retired_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    lock(connection)?;
    diesel::update(signing_keys::table.filter(signing_keys::retired_at.is_null()))
        .set(signing_keys::retired_at.eq(instant::to_column(retired_at)))
        .execute(connection)?;
    insert(connection, next, now)?;
    access::note_change(connection)
}

/// Keeps a private key in another form.
///
/// # Errors
/// As any write.
pub fn keep_private_key(connection: &mut AnyConnection, key_id: &str, private_key: &str) -> Result<(), StorageError> {
    diesel::update(signing_keys::table.filter(signing_keys::key_id.eq(key_id)))
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
        .values((
            signing_keys::key_id.eq(&key.key_id),
            signing_keys::private_key.eq(&key.private_key),
            signing_keys::public_key.eq(&key.public_key),
            signing_keys::created_at.eq(instant::to_column(now)),
            signing_keys::signs_from.eq(instant::to_column(key.signs_from)),
        ))
        .execute(connection)?;
    Ok(())
}

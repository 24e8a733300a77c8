//! The keys that sign access tokens, shared by all instances on a database.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::instant;
use super::schema::signing_keys;
use super::storage_error::StorageError;

/// Instances that start at once make one key: the number of our advisory lock.
const KEY_LOCK: i64 = 0x5155_4f55;

/// A stored key.
#[derive(Debug, Clone, Queryable)]
pub struct StoredKey {
    /// Its identifier (`kid`).
    pub key_id: String,
    /// The private key: PKCS #8, base64.
    pub private_key: String,
    /// The public key: raw, base64url.
    pub public_key: String,
}

/// The keys that are not retired, the one that signs first.
///
/// # Errors
/// As any read.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<StoredKey>, StorageError> {
    Ok(signing_keys::table
        .filter(signing_keys::retired_at.is_null())
        .order((signing_keys::signs_from.desc(), signing_keys::key_id))
        .select((
            signing_keys::key_id,
            signing_keys::private_key,
            signing_keys::public_key,
        ))
        .load(connection)?)
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
    if let AnyConnection::Postgres(connection) = connection {
        connection.batch_execute(&format!("SELECT pg_advisory_xact_lock({KEY_LOCK})"))?;
    }
    let keys = all(connection)?;
    if !keys.is_empty() {
        return Ok(keys);
    }
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::key_id.eq(&first.key_id),
            signing_keys::private_key.eq(&first.private_key),
            signing_keys::public_key.eq(&first.public_key),
            signing_keys::created_at.eq(instant::to_column(now)),
            signing_keys::signs_from.eq(instant::to_column(now)),
        ))
        .execute(connection)?;
    all(connection)
}

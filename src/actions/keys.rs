//! The keys that sign access tokens: read, made, sealed, rotated.

use chrono::{DateTime, Duration, Utc};

use super::ActionError;
use crate::auth::seal::{Seal, SealError};
use crate::auth::token::{KeyMaterial, LIFETIME_SECONDS};
use crate::domain::audit::{AuditAction, Subject};
use crate::domain::identifiers::OrganisationId;
use crate::storage::audit::{self, Deed};
use crate::storage::signing_keys::StoredKey;
use crate::storage::{Store, signing_keys};

/// After how many seconds a new key signs: by then every instance knows it.
const SIGNS_AFTER_SECONDS: i64 = 60;

/// What the audit log says of a rotation. It belongs to no organisation, and who typed the command is not known.
const ROTATED: Deed = Deed {
    organisation: OrganisationId::INSTANCE,
    action: AuditAction::SigningKeysRotated,
    actor: None,
    subject: Subject::Organisation,
};

/// The signing keys that all instances share. Makes the first when there is none, and seals those that were stored
/// without a seal although there is a secret.
///
/// # Errors
/// When they cannot be read, made or opened.
pub async fn read_keys(store: &Store, seal: &Seal, now: DateTime<Utc>) -> Result<Vec<KeyMaterial>, ActionError> {
    let mut keys = store.read(move |connection| signing_keys::all(connection, now)).await?;
    if keys.is_empty() {
        let first = stored(KeyMaterial::generate(now)?, seal)?;
        let made = store
            .change(move |connection| signing_keys::all_or_first(connection, &first, now))
            .await?;
        keys = made;
    }
    let mut opened = Vec::with_capacity(keys.len());
    for key in keys {
        if seal.is_owed(&key.private_key) {
            let (key_id, sealed) = (key.key_id.clone(), seal.seal(&key.key_id, &key.private_key)?);
            store
                .change(move |connection| signing_keys::keep_private_key(connection, &key_id, &sealed))
                .await?;
        }
        opened.push(KeyMaterial {
            private_key: seal.open(&key.key_id, &key.private_key)?,
            key_id: key.key_id,
            public_key: key.public_key,
            signs_from: key.signs_from,
            retired_at: key.retired_at,
        });
    }
    Ok(opened)
}

/// Makes a key that signs from a minute on, and retires the keys before it once their last token has expired. Gives the
/// new key's identifier.
pub async fn rotate(store: &Store, seal: &Seal, now: DateTime<Utc>) -> Result<String, ActionError> {
    let signs_from = now + Duration::seconds(SIGNS_AFTER_SECONDS);
    let next = stored(KeyMaterial::generate(signs_from)?, seal)?;
    let key_id = next.key_id.clone();
    let retired_at = signs_from + Duration::seconds(LIFETIME_SECONDS + SIGNS_AFTER_SECONDS);
    store
        .change(move |connection| {
            signing_keys::rotate(connection, &next, retired_at, now)?;
            audit::record(connection, ROTATED, now)
        })
        .await?;
    Ok(key_id)
}

/// Forgets all keys, whether or not they can be opened, and makes one that signs at once. Nobody is signed out: devices
/// trade their refresh tokens for new access tokens. Gives the new key's identifier.
///
/// # Errors
/// As any action.
pub async fn replace_all(store: &Store, seal: &Seal, now: DateTime<Utc>) -> Result<String, ActionError> {
    let next = stored(KeyMaterial::generate(now)?, seal)?;
    let key_id = next.key_id.clone();
    store
        .change(move |connection| {
            signing_keys::replace_all(connection, &next, now)?;
            audit::record(connection, ROTATED, now)
        })
        .await?;
    Ok(key_id)
}

fn stored(key: KeyMaterial, seal: &Seal) -> Result<StoredKey, SealError> {
    Ok(StoredKey {
        private_key: seal.seal(&key.key_id, &key.private_key)?,
        key_id: key.key_id,
        public_key: key.public_key,
        signs_from: key.signs_from,
        retired_at: key.retired_at,
    })
}

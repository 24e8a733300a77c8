//! Keys for programs: made, shown once, revoked.

use chrono::{DateTime, Duration, Utc};

use super::{ActionError, By};
use crate::auth::opaque_token::ApiKeyToken;
use crate::domain::api_key::ApiKeySettings;
use crate::domain::audit::AuditAction;
use crate::domain::identifiers::ApiKeyId;
use crate::storage::api_keys::ApiKey;
use crate::storage::{Store, api_keys, audit};

/// Makes a key. Its token is to be shown once.
pub async fn create(
    store: &Store,
    by: By,
    settings: ApiKeySettings,
    now: DateTime<Utc>,
) -> Result<(ApiKey, ApiKeyToken), ActionError> {
    let key = ApiKey {
        id: ApiKeyId::new(),
        name: settings.name,
        scopes: settings.scopes,
        created_by: by.account,
        created_at: now,
        expires_at: now + Duration::days(settings.valid_days),
        last_used_at: None,
        revoked_at: None,
    };
    let organisation = by.organisation;
    let token = ApiKeyToken::new(organisation, key.id);
    let (row, hash) = (key.clone(), token.hash());
    let deed = by.did(AuditAction::KeyCreated, key.id.uuid());
    store
        .change(move |connection| {
            api_keys::insert(connection, organisation, row.clone(), &hash)?;
            audit::record(connection, deed, now)
        })
        .await?;
    Ok((key, token))
}

/// Revokes a key. Tells whether the organisation had such a key.
pub async fn revoke(store: &Store, by: By, key: ApiKeyId, now: DateTime<Utc>) -> Result<bool, ActionError> {
    let organisation = by.organisation;
    let deed = by.did(AuditAction::KeyRevoked, key.uuid());
    let revoked = store
        .change(move |connection| {
            let revoked = api_keys::revoke(connection, organisation, key, now)?;
            if revoked {
                audit::record(connection, deed, now)?;
            }
            Ok(revoked)
        })
        .await?;
    Ok(revoked)
}

//! Sharing a publication by a link.

use chrono::{DateTime, Duration, Utc};

use super::{ActionError, By};
use crate::auth::opaque_token::LinkToken;
use crate::domain::audit::AuditAction;
use crate::domain::identifiers::{LinkId, PublicationId};
use crate::domain::shared_link::LinkSettings;
use crate::storage::publications::PublicationRecord;
use crate::storage::shared_links::SharedLink;
use crate::storage::{Store, audit, publications, shared_links};

/// Makes a link to a publication, whose token is to be shown once; `None` when there is no such publication.
///
/// # Errors
/// As any action.
pub async fn share(
    store: &Store,
    by: By,
    publication: PublicationId,
    settings: LinkSettings,
    now: DateTime<Utc>,
) -> Result<Option<(SharedLink, LinkToken)>, ActionError> {
    let link = SharedLink {
        id: LinkId::new(),
        publication,
        name: settings.name,
        created_by: by.account,
        created_at: now,
        expires_at: now + Duration::days(settings.valid_days),
        views: 0,
        last_viewed_at: None,
    };
    let token = LinkToken::new(by.organisation, link.id);
    let (row, hash) = (link.clone(), token.hash());
    let shared = store
        .change(Vec::new(), move |connection| {
            if publications::find(connection, by.organisation, publication)?.is_none() {
                return Ok(false);
            }
            shared_links::insert(connection, by.organisation, &row, &hash)?;
            audit::record(connection, by.did(AuditAction::LinkCreated, row.id.uuid()), now)?;
            Ok(true)
        })
        .await?;
    Ok(shared.then_some((link, token)))
}

/// Revokes a link. Whether the publication had such a link.
///
/// # Errors
/// As any action.
pub async fn unshare(
    store: &Store,
    by: By,
    publication: PublicationId,
    link: LinkId,
    now: DateTime<Utc>,
) -> Result<bool, ActionError> {
    let revoked = store
        .change(Vec::new(), move |connection| {
            let revoked = shared_links::revoke(connection, by.organisation, (publication, link), now)?;
            if revoked {
                audit::record(connection, by.did(AuditAction::LinkRevoked, link.uuid()), now)?;
            }
            Ok(revoked)
        })
        .await?;
    Ok(revoked)
}

/// The publication that a link shows, if it is good, with its content; counts that it was read.
///
/// # Errors
/// As any action.
pub async fn view(
    store: &Store,
    token: &LinkToken,
    now: DateTime<Utc>,
) -> Result<Option<(PublicationRecord, String)>, ActionError> {
    let (organisation, link, hash) = (token.organisation, token.id, token.hash());
    let found = store
        .change(Vec::new(), move |connection| {
            let shown = shared_links::view(connection, organisation, link, &hash, now)?;
            match shown {
                Some(publication) => publications::find(connection, organisation, publication),
                None => Ok(None),
            }
        })
        .await?;
    Ok(found)
}

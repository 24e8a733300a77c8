//! Sharing a publication by a link.

use chrono::{DateTime, Duration, Utc};

use super::{ActionError, By};
use crate::auth::opaque_token::LinkToken;
use crate::domain::audit::AuditAction;
use crate::domain::identifiers::PublicationId;
use crate::domain::organisation::Organisation;
use crate::domain::shared_link::{LinkId, LinkSettings};
use crate::storage::publications::PublicationRecord;
use crate::storage::shared_links::SharedLink;
use crate::storage::{Store, audit, organisations, publications, shared_links};

/// Makes a link to a publication, whose token is to be shown once; `None` when there is no such publication.
pub async fn create(
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
        revoked_at: None,
    };
    let token = LinkToken::new(by.organisation, link.id);
    let (row, hash) = (link.clone(), token.hash());
    let shared = store
        .change(move |connection| {
            if !publications::exists(connection, by.organisation, publication)? {
                return Ok(false);
            }
            shared_links::insert(connection, by.organisation, row.clone(), &hash)?;
            audit::record(connection, by.did(AuditAction::LinkCreated, row.id.uuid()), now)?;
            Ok(true)
        })
        .await?;
    Ok(shared.then_some((link, token)))
}

/// Revokes a link. Tells whether the publication had such a link.
pub async fn revoke(
    store: &Store,
    by: By,
    publication: PublicationId,
    link: LinkId,
    now: DateTime<Utc>,
) -> Result<bool, ActionError> {
    let revoked = store
        .change(move |connection| {
            let revoked = shared_links::revoke(connection, by.organisation, (publication, link), now)?;
            if revoked {
                audit::record(connection, by.did(AuditAction::LinkRevoked, link.uuid()), now)?;
            }
            Ok(revoked)
        })
        .await?;
    Ok(revoked)
}

/// What a link shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The organisation that shares it.
    pub organisation: Organisation,
    /// The publication.
    pub record: PublicationRecord,
    /// Its content, byte for byte.
    pub content: String,
}

/// What a link shows, if it is good at `now`. Only reads, so that somebody who has no link causes no write.
pub async fn shown(store: &Store, token: &LinkToken, now: DateTime<Utc>) -> Result<Option<Shown>, ActionError> {
    let (id, link, hash) = (token.organisation, token.id, token.hash());
    let found = store
        .read(move |connection| {
            let Some(publication) = shared_links::shown(connection, id, link, &hash, now)? else {
                return Ok(None);
            };
            let organisation = organisations::find(connection, id)?;
            let publication = publications::find(connection, id, publication)?;
            Ok(organisation.zip(publication))
        })
        .await?;
    Ok(found.map(|(organisation, (record, content))| Shown {
        organisation,
        record,
        content,
    }))
}

/// Counts that something was read by a link.
pub async fn count_view(store: &Store, token: &LinkToken, now: DateTime<Utc>) -> Result<(), ActionError> {
    let (organisation, link) = (token.organisation, token.id);
    store
        .change(move |connection| shared_links::count_view(connection, organisation, link, now))
        .await?;
    Ok(())
}

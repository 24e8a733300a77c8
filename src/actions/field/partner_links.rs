//! The links of partners: made and revoked by the coordinator. What they lead to is `partner_page.rs`.

use chrono::{DateTime, Duration, Utc};

use crate::actions::{ActionError, By};
use crate::auth::opaque_token::LinkToken;
use crate::domain::audit::AuditAction;
use crate::domain::field::agreement::{Agreement, AgreementId};
use crate::domain::shared_link::{LinkId, LinkSettings};
use crate::storage::field::partner_links::{self, PartnerLink};
use crate::storage::field::thing::Stored as _;
use crate::storage::{Store, audit};

/// Makes a link for the partner of an agreement, whose token is to be shown once; `None` when there is no such agreement.
pub async fn create(
    store: &Store,
    by: By,
    agreement: AgreementId,
    settings: LinkSettings,
    now: DateTime<Utc>,
) -> Result<Option<(PartnerLink, LinkToken)>, ActionError> {
    let id = LinkId::new();
    let token = LinkToken::new(by.organisation, id);
    let hash = token.hash();
    let made = store
        .change(move |connection| {
            let Some(found) = Agreement::find(connection, by.organisation, agreement)? else {
                return Ok(None);
            };
            let link = PartnerLink {
                id,
                agreement,
                partner: found.content.partner_id,
                name: settings.name.clone(),
                created_by: by.account,
                created_at: now,
                expires_at: now + Duration::days(settings.valid_days),
                views: 0,
                last_viewed_at: None,
                revoked_at: None,
            };
            partner_links::insert(connection, by.organisation, link.clone(), &hash)?;
            audit::record(connection, by.did(AuditAction::LinkCreated, id.uuid()), now)?;
            Ok(Some(link))
        })
        .await?;
    Ok(made.map(|link| (link, token)))
}

/// Revokes a link. Tells whether the agreement had such a link.
pub async fn revoke(
    store: &Store,
    by: By,
    agreement: AgreementId,
    link: LinkId,
    now: DateTime<Utc>,
) -> Result<bool, ActionError> {
    let revoked = store
        .change(move |connection| {
            let revoked = partner_links::revoke(connection, by.organisation, (agreement, link), now)?;
            if revoked {
                audit::record(connection, by.did(AuditAction::LinkRevoked, link.uuid()), now)?;
            }
            Ok(revoked)
        })
        .await?;
    Ok(revoked)
}

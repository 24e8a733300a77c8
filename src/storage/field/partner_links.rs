//! Links by which partners read their page, kept by the hashes of their tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::field::agreement::AgreementId;
use crate::domain::field::partner::PartnerId;
use crate::domain::identifiers::{AccountId, OrganisationId};
use crate::domain::shared_link::LinkId;
use crate::storage::columns::{Instant, MaybeInstant, instant_column};
use crate::storage::connection::AnyConnection;
use crate::storage::schema::partner_links;
use crate::storage::storage_error::StorageError;

/// A partner's link as its organisation sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
pub struct PartnerLink {
    /// Its identifier.
    #[diesel(column_name = link_id)]
    pub id: LinkId,
    /// The agreement for which it was made.
    #[diesel(column_name = agreement_id)]
    pub agreement: AgreementId,
    /// Whose page it shows.
    #[diesel(column_name = partner_id)]
    pub partner: PartnerId,
    /// For whom it is.
    pub name: String,
    /// Who made it.
    pub created_by: AccountId,
    /// When it was made.
    #[diesel(deserialize_as = Instant, serialize_as = Instant)]
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    #[diesel(deserialize_as = Instant, serialize_as = Instant)]
    pub expires_at: DateTime<Utc>,
    /// How often the page was read by it.
    pub views: i64,
    /// When the page was last read by it.
    #[diesel(deserialize_as = MaybeInstant, serialize_as = MaybeInstant)]
    pub last_viewed_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    #[diesel(deserialize_as = MaybeInstant, serialize_as = MaybeInstant)]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Keeps a new link, by the hash of its token.
pub fn insert(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: PartnerLink,
    hash: &str,
) -> Result<(), StorageError> {
    diesel::insert_into(partner_links::table)
        .values((
            partner_links::organisation_id.eq(organisation),
            partner_links::token_hash.eq(hash),
            link,
        ))
        .execute(connection)?;
    Ok(())
}

/// The links of an organisation that are kept, the newest first; those that have expired or were revoked too.
pub fn kept(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<PartnerLink>, StorageError> {
    Ok(partner_links::table
        .filter(partner_links::organisation_id.eq(organisation))
        .order((partner_links::created_at.desc(), partner_links::link_id.desc()))
        .select(PartnerLink::as_select())
        .load(connection)?)
}

/// Revokes a link that was made for an agreement. Tells whether there was one to revoke.
pub fn revoke(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    (agreement, link): (AgreementId, LinkId),
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let good = partner_links::table
        .find((organisation, link))
        .filter(partner_links::agreement_id.eq(agreement))
        .filter(partner_links::revoked_at.is_null());
    let revoked = diesel::update(good)
        .set(partner_links::revoked_at.eq(instant_column(now)))
        .execute(connection)?;
    Ok(revoked > 0)
}

/// A link, if it is good at `now` and its token has this hash.
pub fn good(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: LinkId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<PartnerLink>, StorageError> {
    Ok(partner_links::table
        .find((organisation, link))
        .filter(partner_links::token_hash.eq(hash))
        .filter(partner_links::revoked_at.is_null())
        .filter(partner_links::expires_at.gt(instant_column(now)))
        .select(PartnerLink::as_select())
        .first(connection)
        .optional()?)
}

/// Counts that the page was read by a link.
pub fn count_view(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: LinkId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::update(partner_links::table.find((organisation, link)))
        .set((
            partner_links::views.eq(partner_links::views + 1),
            partner_links::last_viewed_at.eq(instant_column(now)),
        ))
        .execute(connection)?;
    Ok(())
}

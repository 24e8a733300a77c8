//! Links to publications, kept by the hashes of their tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::columns::{Instant, MaybeInstant, instant_column};
use super::connection::AnyConnection;
use super::schema::shared_links;
use super::storage_error::StorageError;
use crate::domain::identifiers::{AccountId, OrganisationId, PublicationId};
use crate::domain::shared_link::LinkId;

/// A link as its organisation sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
pub struct SharedLink {
    /// Its identifier.
    #[diesel(column_name = link_id)]
    pub id: LinkId,
    /// What it shows.
    #[diesel(column_name = publication_id)]
    pub publication: PublicationId,
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
    /// How often something was read by it.
    pub views: i64,
    /// When something was last read by it.
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
    link: SharedLink,
    hash: &str,
) -> Result<(), StorageError> {
    diesel::insert_into(shared_links::table)
        .values((
            shared_links::organisation_id.eq(organisation),
            shared_links::token_hash.eq(hash),
            link,
        ))
        .execute(connection)?;
    Ok(())
}

/// The links to a publication that are not revoked, the newest first; those that have expired too.
pub fn all(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    publication: PublicationId,
) -> Result<Vec<SharedLink>, StorageError> {
    Ok(shared_links::table
        .filter(shared_links::organisation_id.eq(organisation))
        .filter(shared_links::publication_id.eq(publication))
        .filter(shared_links::revoked_at.is_null())
        .order((shared_links::created_at.desc(), shared_links::link_id.desc()))
        .select(SharedLink::as_select())
        .load(connection)?)
}

/// The links of an organisation that are stored, the newest first: those that were revoked of late too.
pub fn kept(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<Vec<SharedLink>, StorageError> {
    Ok(shared_links::table
        .filter(shared_links::organisation_id.eq(organisation))
        .order((shared_links::created_at.desc(), shared_links::link_id.desc()))
        .select(SharedLink::as_select())
        .load(connection)?)
}

/// Revokes a link. Tells whether the publication had such a link.
pub fn revoke(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    (publication, link): (PublicationId, LinkId),
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let good = shared_links::table
        .find((organisation, link))
        .filter(shared_links::publication_id.eq(publication))
        .filter(shared_links::revoked_at.is_null());
    let revoked = diesel::update(good)
        .set(shared_links::revoked_at.eq(instant_column(now)))
        .execute(connection)?;
    Ok(revoked > 0)
}

/// The publication that a link shows, if it is good at `now` and its token has this hash.
pub fn shown(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: LinkId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<PublicationId>, StorageError> {
    Ok(shared_links::table
        .find((organisation, link))
        .filter(shared_links::token_hash.eq(hash))
        .filter(shared_links::revoked_at.is_null())
        .filter(shared_links::expires_at.gt(instant_column(now)))
        .select(shared_links::publication_id)
        .first(connection)
        .optional()?)
}

/// Counts that something was read by a link.
pub fn count_view(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: LinkId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::update(shared_links::table.find((organisation, link)))
        .set((
            shared_links::views.eq(shared_links::views + 1),
            shared_links::last_viewed_at.eq(instant_column(now)),
        ))
        .execute(connection)?;
    Ok(())
}

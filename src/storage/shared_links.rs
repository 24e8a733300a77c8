//! Links to publications, kept by the hashes of their tokens.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::instant;
use super::organisations::parse_id;
use super::schema::shared_links;
use super::storage_error::StorageError;
use crate::domain::identifiers::{AccountId, LinkId, OrganisationId, PublicationId};

/// A link as its organisation sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedLink {
    /// Its identifier.
    pub id: LinkId,
    /// What it shows.
    pub publication: PublicationId,
    /// For whom it is.
    pub name: String,
    /// Who made it.
    pub created_by: AccountId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// How often something was read by it.
    pub views: i64,
    /// When that was last.
    pub last_viewed_at: Option<DateTime<Utc>>,
}

/// Keeps a new link, by the hash of its token.
///
/// # Errors
/// As any write.
pub fn insert(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: &SharedLink,
    hash: &str,
) -> Result<(), StorageError> {
    diesel::insert_into(shared_links::table)
        .values((
            shared_links::organisation_id.eq(organisation.to_string()),
            shared_links::link_id.eq(link.id.to_string()),
            shared_links::publication_id.eq(link.publication.to_string()),
            shared_links::token_hash.eq(hash),
            shared_links::name.eq(&link.name),
            shared_links::created_by.eq(link.created_by.to_string()),
            shared_links::created_at.eq(instant::to_column(link.created_at)),
            shared_links::expires_at.eq(instant::to_column(link.expires_at)),
            shared_links::views.eq(link.views),
        ))
        .execute(connection)?;
    Ok(())
}

type LinkColumns = (
    String,
    String,
    String,
    String,
    NaiveDateTime,
    NaiveDateTime,
    i64,
    Option<NaiveDateTime>,
);

/// The links to a publication that are not revoked, the newest first; those that have expired too.
///
/// # Errors
/// As any read.
pub fn all(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    publication: PublicationId,
) -> Result<Vec<SharedLink>, StorageError> {
    let rows: Vec<LinkColumns> = shared_links::table
        .filter(shared_links::organisation_id.eq(organisation.to_string()))
        .filter(shared_links::publication_id.eq(publication.to_string()))
        .filter(shared_links::revoked_at.is_null())
        .order((shared_links::created_at.desc(), shared_links::link_id.desc()))
        .select((
            shared_links::link_id,
            shared_links::publication_id,
            shared_links::name,
            shared_links::created_by,
            shared_links::created_at,
            shared_links::expires_at,
            shared_links::views,
            shared_links::last_viewed_at,
        ))
        .load(connection)?;
    rows.into_iter().map(link_of).collect()
}

fn link_of(
    (id, publication, name, created_by, created_at, expires_at, views, last_viewed_at): LinkColumns,
) -> Result<SharedLink, StorageError> {
    Ok(SharedLink {
        id: parse_id(&id)?,
        publication: parse_id(&publication)?,
        name,
        created_by: parse_id(&created_by)?,
        created_at: instant::of_column(created_at),
        expires_at: instant::of_column(expires_at),
        views,
        last_viewed_at: last_viewed_at.map(instant::of_column),
    })
}

/// Revokes a link. Whether the publication had such a link.
///
/// # Errors
/// As any write.
pub fn revoke(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    (publication, link): (PublicationId, LinkId),
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let row = shared_links::table
        .filter(shared_links::organisation_id.eq(organisation.to_string()))
        .filter(shared_links::link_id.eq(link.to_string()))
        .filter(shared_links::publication_id.eq(publication.to_string()))
        .filter(shared_links::revoked_at.is_null());
    let revoked = diesel::update(row)
        .set(shared_links::revoked_at.eq(instant::to_column(now)))
        .execute(connection)?;
    Ok(revoked > 0)
}

/// The publication that a link shows, if it is good at `now` and its token has this hash.
///
/// # Errors
/// As any read.
pub fn shown(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: LinkId,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<PublicationId>, StorageError> {
    let found: Option<String> = shared_links::table
        .filter(shared_links::organisation_id.eq(organisation.to_string()))
        .filter(shared_links::link_id.eq(link.to_string()))
        .filter(shared_links::token_hash.eq(hash))
        .filter(shared_links::revoked_at.is_null())
        .filter(shared_links::expires_at.gt(instant::to_column(now)))
        .select(shared_links::publication_id)
        .first(connection)
        .optional()?;
    found.as_deref().map(parse_id).transpose()
}

/// Counts that something was read by a link.
///
/// # Errors
/// As any write.
pub fn count_view(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    link: LinkId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let row = shared_links::table
        .filter(shared_links::organisation_id.eq(organisation.to_string()))
        .filter(shared_links::link_id.eq(link.to_string()));
    diesel::update(row)
        .set((
            shared_links::views.eq(shared_links::views + 1),
            shared_links::last_viewed_at.eq(instant::to_column(now)),
        ))
        .execute(connection)?;
    Ok(())
}

//! What the field does not keep for ever: found by a read, and forgotten a slice at a time. No version is made: what was
//! forgotten is gone from the versions that said it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::thing::content_column;
use crate::domain::field::partner::{Partner, PartnerId};
use crate::domain::identifiers::OrganisationId;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::partners;
use crate::storage::storage_error::StorageError;

/// A version of a partner.
pub type PartnerVersion = (PartnerId, i64);

/// Versions of partners of an organisation, `limit` at most, whose contacts are to be forgotten: those that were replaced
/// before an instant, and those that were written before it and stand still.
pub fn outdated_contacts(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PartnerVersion>, StorageError> {
    let before = instant_column(before);
    let stands = partners::replaced_at.is_null().and(partners::updated_at.lt(before));
    Ok(partners::table
        .filter(partners::organisation_id.eq(organisation))
        .filter(partners::has_contacts)
        .filter(stands.or(partners::replaced_at.lt(before).assume_not_null()))
        .select((partners::partner_id, partners::version))
        .limit(limit)
        .load(connection)?)
}

/// Forgets the contacts that versions of partners name.
pub fn forget_contacts(locked: &mut Locked<'_>, versions: &[PartnerVersion]) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    for (partner, version) in versions {
        let row = partners::table.find((organisation, partner, version));
        let said: String = row.clone().select(partners::content).first(connection)?;
        let mut said: Partner =
            serde_json::from_str(&said).map_err(|error| StorageError::Corrupt(format!("{partner}: {error}")))?;
        said.contacts.clear();
        diesel::update(row)
            .set((
                partners::content.eq(content_column(&said)?),
                partners::has_contacts.eq(false),
            ))
            .execute(connection)?;
    }
    Ok(())
}

//! What the copy of an organisation holds of its field.

use crate::domain::field::partner::Partner;
use crate::domain::field::place::Place;
use crate::domain::field::thing::Kept;
use crate::domain::identifiers::OrganisationId;
use crate::storage::field::thing::Stored as _;
use crate::storage::{AnyConnection, StorageError};

/// A version of a thing of the field.
#[derive(Debug)]
pub enum FieldPart {
    /// Of a partner.
    Partner(Kept<Partner>),
    /// Of a place.
    Place(Box<Kept<Place>>),
}

/// Gives every version of everything in the field of an organisation to `take`.
pub fn every_part(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    mut take: impl FnMut(FieldPart) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    for partner in Partner::every_version(connection, organisation)? {
        take(FieldPart::Partner(partner))?;
    }
    for place in Place::every_version(connection, organisation)? {
        take(FieldPart::Place(Box::new(place)))?;
    }
    Ok(())
}

//! Partners.

use diesel::prelude::*;

use super::thing::{Row, all_kept, columns, content_column, kept, named, stored};
use crate::domain::field::partner::{Partner, PartnerId};
use crate::domain::field::thing::Kept;
use crate::domain::identifiers::{Id, OrganisationId};
use crate::domain::text::sort_key;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::partners;
use crate::storage::storage_error::StorageError;

stored!(Partner, PartnerWritten, partners.partner_id, |partner| {
    sort_key: sort_key(&partner.name),
    has_contacts: !partner.contacts.is_empty(),
});
/// Whether an organisation has all of these partners.
pub fn all_exist(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    asked: &[PartnerId],
) -> Result<bool, StorageError> {
    if asked.is_empty() {
        return Ok(true);
    }
    let ids: Vec<String> = asked.iter().map(ToString::to_string).collect();
    let known: i64 = partners::table
        .filter(partners::organisation_id.eq(organisation))
        .filter(partners::replaced_at.is_null())
        .filter(partners::partner_id.eq_any(ids))
        .count()
        .get_result(connection)?;
    Ok(usize::try_from(known) == Ok(asked.len()))
}

named!(Partner, partners.partner_id, |partner| &partner.name);

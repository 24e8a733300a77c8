//! Partners.

use diesel::prelude::*;

use super::thing::{Row, all_kept, columns, content_column, kept, named, stored};
use crate::domain::field::partner::Partner;
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

named!(Partner, partners.partner_id, |partner| &partner.name);

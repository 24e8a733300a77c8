//! The catalogue of workshops.

use diesel::prelude::*;

use super::thing::{Row, all_kept, columns, content_column, kept, named, stored};
use crate::domain::field::thing::Kept;
use crate::domain::field::workshop::Workshop;
use crate::domain::identifiers::{Id, OrganisationId};
use crate::domain::text::sort_key;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::workshops;
use crate::storage::storage_error::StorageError;

stored!(Workshop, WorkshopWritten, workshops.workshop_id, |workshop| {
    sort_key: sort_key(&workshop.title),
});
named!(Workshop, workshops.workshop_id, |workshop| &workshop.title);

//! Tags.

use diesel::prelude::*;

use super::thing::{Row, all_kept, columns, content_column, kept, named, stored};
use crate::domain::field::tag::Tag;
use crate::domain::field::thing::Kept;
use crate::domain::identifiers::{Id, OrganisationId};
use crate::domain::text::sort_key;
use crate::storage::columns::instant_column;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::schema::tags;
use crate::storage::storage_error::StorageError;

stored!(Tag, TagWritten, tags.tag_id, |tag| {
    sort_key: sort_key(&tag.name),
});
named!(Tag, tags.tag_id, |tag| &tag.name);

//! How things of the field are kept: a row a version, of which the last is not replaced. What a version says is one JSON
//! text, so that a field more needs no migration; beside it stand the columns by which things are found.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::audit::AuditAction;
use crate::domain::field::thing::{Kept, Thing};
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::identifiers::{AccountId, Id, OrganisationId};
use crate::storage::columns::Instant;
use crate::storage::connection::AnyConnection;
use crate::storage::lock::Locked;
use crate::storage::storage_error::StorageError;

/// A thing that has a table.
pub trait Stored: Thing + Serialize + DeserializeOwned {
    /// What the audit log says of a write.
    const WRITTEN: AuditAction;

    /// Notes what a thing names that its organisation does not have, and what does not go with what is stored.
    fn check(&self, _: Id<Self::Kind>, _: &mut Locked<'_>, _: &mut FieldErrors) -> Result<(), StorageError> {
        Ok(())
    }

    /// A thing of an organisation as it is.
    fn find(
        connection: &mut AnyConnection,
        organisation: OrganisationId,
        id: Id<Self::Kind>,
    ) -> Result<Option<Kept<Self>>, StorageError>;

    /// Keeps a version, which replaces the one before.
    fn keep(locked: &mut Locked<'_>, kept: &Kept<Self>) -> Result<(), StorageError>;

    /// How many things of this kind an organisation has.
    fn count(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<i64, StorageError>;

    /// Every version of every thing of this kind of an organisation, each thing's in their order.
    fn every_version(
        connection: &mut AnyConnection,
        organisation: OrganisationId,
    ) -> Result<Vec<Kept<Self>>, StorageError>;
}

/// A thing that has a name, by which its kind is listed.
pub trait Named: Stored {
    /// Its name.
    fn name(&self) -> &str;

    /// The things of an organisation by name, those after the sort key and the identifier given.
    fn page_by_name(
        connection: &mut AnyConnection,
        organisation: OrganisationId,
        after: Option<(String, Id<Self::Kind>)>,
        limit: u32,
    ) -> Result<Vec<Kept<Self>>, StorageError>;
}

/// Whether an organisation has all of these things.
pub fn all_exist<T: Stored>(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    asked: &[Id<T::Kind>],
) -> Result<bool, StorageError> {
    for id in asked {
        if T::find(connection, organisation, *id)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Notes a thing that is named at a pointer and that the organisation does not have.
pub(super) fn must_exist<T: Stored>(
    locked: &mut Locked<'_>,
    id: Option<Id<T::Kind>>,
    pointer: &str,
    errors: &mut FieldErrors,
) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    if let Some(id) = id
        && T::find(connection, organisation, id)?.is_none()
    {
        errors.push(pointer, FieldCode::UnknownReference);
    }
    Ok(())
}

/// The columns that every table of things has.
#[derive(Queryable)]
pub(super) struct Row<K> {
    id: Id<K>,
    version: i64,
    #[diesel(deserialize_as = Instant)]
    updated_at: DateTime<Utc>,
    updated_by: AccountId,
    content: String,
}

/// The version that a row holds.
pub(super) fn kept<T: Stored>(row: Row<T::Kind>) -> Result<Kept<T>, StorageError> {
    let Row {
        id,
        version,
        updated_at,
        updated_by,
        content,
    } = row;
    let content = serde_json::from_str(&content).map_err(|error| StorageError::Corrupt(format!("{id}: {error}")))?;
    Ok(Kept {
        id,
        version,
        updated_at,
        updated_by,
        content,
    })
}

/// The versions that rows hold.
pub(super) fn all_kept<T: Stored>(rows: Vec<Row<T::Kind>>) -> Result<Vec<Kept<T>>, StorageError> {
    rows.into_iter().map(kept).collect()
}

/// What a version says, as its column holds it.
pub(super) fn content_column<T: Stored>(content: &T) -> Result<String, StorageError> {
    serde_json::to_string(content).map_err(|error| StorageError::Corrupt(error.to_string()))
}

/// Says in which table things stand, and which of its columns say how they are found. A macro, since each table and each of
/// its columns is a type of its own to diesel.
macro_rules! stored {
    (
        $thing:ty, $written:ident, $table:ident.$id:ident,
        |$content:ident| { $($column:ident: $value:expr),* $(,)? }
        $(, check: $check:path)?
    ) => {
        impl $crate::storage::field::thing::Stored for $thing {
            const WRITTEN: $crate::domain::audit::AuditAction = $crate::domain::audit::AuditAction::$written;

            $(fn check(
                &self,
                id: Id<Self::Kind>,
                locked: &mut Locked<'_>,
                errors: &mut $crate::domain::field_error::FieldErrors,
            ) -> Result<(), StorageError> {
                $check(self, id, locked, errors)
            })?

            fn find(
                connection: &mut AnyConnection,
                organisation: OrganisationId,
                id: Id<Self::Kind>,
            ) -> Result<Option<Kept<Self>>, StorageError> {
                let row: Option<Row<Self::Kind>> = $table::table
                    .filter($table::organisation_id.eq(organisation))
                    .filter($table::$id.eq(id))
                    .filter($table::replaced_at.is_null())
                    .select(columns!($table.$id))
                    .first(connection)
                    .optional()?;
                row.map(kept).transpose()
            }

            fn keep(locked: &mut Locked<'_>, kept: &Kept<Self>) -> Result<(), StorageError> {
                let (organisation, connection) = locked.parts();
                let before = $table::table
                    .filter($table::organisation_id.eq(organisation))
                    .filter($table::$id.eq(kept.id))
                    .filter($table::replaced_at.is_null());
                diesel::update(before)
                    .set($table::replaced_at.eq(instant_column(kept.updated_at)))
                    .execute(connection)?;
                let $content = &kept.content;
                diesel::insert_into($table::table)
                    .values((
                        $table::organisation_id.eq(organisation),
                        $table::$id.eq(kept.id),
                        $table::version.eq(kept.version),
                        $table::updated_at.eq(instant_column(kept.updated_at)),
                        $table::updated_by.eq(kept.updated_by),
                        $($table::$column.eq($value),)*
                        $table::content.eq(content_column(&kept.content)?),
                    ))
                    .execute(connection)?;
                Ok(())
            }

            fn count(connection: &mut AnyConnection, organisation: OrganisationId) -> Result<i64, StorageError> {
                Ok($table::table
                    .filter($table::organisation_id.eq(organisation))
                    .filter($table::replaced_at.is_null())
                    .count()
                    .get_result(connection)?)
            }

            fn every_version(
                connection: &mut AnyConnection,
                organisation: OrganisationId,
            ) -> Result<Vec<Kept<Self>>, StorageError> {
                all_kept(
                    $table::table
                        .filter($table::organisation_id.eq(organisation))
                        .order(($table::$id, $table::version))
                        .select(columns!($table.$id))
                        .load(connection)?,
                )
            }
        }
    };
}

/// The columns of a [`Row`].
macro_rules! columns {
    ($table:ident.$id:ident) => {
        (
            $table::$id,
            $table::version,
            $table::updated_at,
            $table::updated_by,
            $table::content,
        )
    };
}

/// Says that things are listed by their name, of which their table has the sort key.
macro_rules! named {
    ($thing:ty, $table:ident.$id:ident, |$content:ident| $name:expr) => {
        impl $crate::storage::field::thing::Named for $thing {
            fn name(&self) -> &str {
                let $content = self;
                $name
            }

            fn page_by_name(
                connection: &mut AnyConnection,
                organisation: OrganisationId,
                after: Option<(String, Id<Self::Kind>)>,
                limit: u32,
            ) -> Result<Vec<Kept<Self>>, StorageError> {
                let mut rows = $table::table
                    .filter($table::organisation_id.eq(organisation))
                    .filter($table::replaced_at.is_null())
                    .order(($table::sort_key, $table::$id))
                    .limit(limit.into())
                    .select(columns!($table.$id))
                    .into_boxed();
                if let Some((key, id)) = after {
                    let same_key = $table::sort_key.eq(key.clone()).and($table::$id.gt(id));
                    rows = rows.filter($table::sort_key.gt(key).or(same_key));
                }
                all_kept(rows.load(connection)?)
            }
        }
    };
}

pub(super) use {columns, named, stored};

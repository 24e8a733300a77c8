//! Organisations and their settings.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::connection::SimpleConnection as _;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::access;
use super::columns::{Zone, instant_column};
use super::connection::AnyConnection;
use super::lock::Locked;
use super::schema::{organisations, slugs};
use super::storage_error::StorageError;
use crate::domain::account_draft::OrganisationSettings;
use crate::domain::field::publicity::{Publicity, Slug};
use crate::domain::field::territory::Territory;
use crate::domain::holidays::HolidayCalendar;
use crate::domain::identifiers::OrganisationId;
use crate::domain::organisation::{Organisation, WorkingDays};
use crate::domain::text::sort_key;

/// An organisation with its settings.
#[derive(Queryable, Selectable)]
#[diesel(table_name = organisations)]
struct OrganisationRow {
    organisation_id: OrganisationId,
    name: String,
    #[diesel(deserialize_as = Zone)]
    time_zone: Tz,
    working_days: WorkingDays,
    holidays: HolidayCalendar,
    reminder_after_days: Option<i32>,
    territory: Territory,
    slug: Option<String>,
    publishes: bool,
}

impl From<OrganisationRow> for Organisation {
    fn from(row: OrganisationRow) -> Self {
        Self {
            id: row.organisation_id,
            name: row.name,
            time_zone: row.time_zone,
            working_days: row.working_days,
            holidays: row.holidays,
            reminder_after_days: row.reminder_after_days.map(i64::from),
            territory: row.territory,
            publicity: Publicity {
                slug: row.slug.and_then(|slug| Slug::parse(&slug).ok()),
                publishes: row.publishes,
            },
        }
    }
}

/// Which history an organisation's changes belong to, and the number of the last of them, which whatever changes something
/// that figures are made of has moved. Of no organisation that there is: none, and 0.
pub fn history(connection: &mut AnyConnection, id: OrganisationId) -> Result<(String, i64), StorageError> {
    let row: Option<(String, i64)> = organisations::table
        .find(id)
        .select((organisations::change_epoch, organisations::change_seq))
        .first(connection)
        .optional()?;
    Ok(row.unwrap_or_default())
}

/// Begins another history of an organisation's changes: a cursor of the earlier history is good no more.
pub fn begin_history(locked: &mut Locked<'_>, epoch: &str) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    diesel::update(organisations::table.find(organisation))
        .set(organisations::change_epoch.eq(epoch))
        .execute(connection)?;
    Ok(())
}

/// Adds an organisation.
pub fn insert(
    connection: &mut AnyConnection,
    organisation: &Organisation,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::insert_into(organisations::table)
        .values((
            organisations::organisation_id.eq(organisation.id),
            organisations::name.eq(&organisation.name),
            organisations::time_zone.eq(Zone::from(organisation.time_zone)),
            organisations::working_days.eq(organisation.working_days),
            organisations::holidays.eq(organisation.holidays),
            organisations::reminder_after_days.eq(reminder_column(organisation.reminder_after_days)?),
            organisations::territory.eq(&organisation.territory),
            organisations::slug.eq(organisation.publicity.slug.as_ref().map(Slug::as_str)),
            organisations::publishes.eq(organisation.publicity.publishes),
            organisations::created_at.eq(instant_column(now)),
        ))
        .execute(connection)?;
    name(connection, organisation.id, &organisation.publicity)
}

/// Notes by which name in addresses an organisation is found.
fn name(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    publicity: &Publicity,
) -> Result<(), StorageError> {
    let earlier = slugs::table.filter(slugs::organisation_id.eq(organisation));
    diesel::delete(earlier).execute(connection)?;
    if let Some(slug) = &publicity.slug {
        diesel::insert_into(slugs::table)
            .values((slugs::slug.eq(slug.as_str()), slugs::organisation_id.eq(organisation)))
            .execute(connection)?;
    }
    Ok(())
}

/// An organisation, if there is one.
pub fn find(connection: &mut AnyConnection, id: OrganisationId) -> Result<Option<Organisation>, StorageError> {
    let row: Option<OrganisationRow> = organisations::table
        .find(id)
        .select(OrganisationRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row.map(Into::into))
}

/// The organisation that has this name in addresses, if there is one.
pub fn named(connection: &mut AnyConnection, slug: &Slug) -> Result<Option<Organisation>, StorageError> {
    let named: Option<OrganisationId> = slugs::table
        .find(slug.as_str())
        .select(slugs::organisation_id)
        .first(connection)
        .optional()?;
    match named {
        Some(organisation) => find(connection, organisation),
        None => Ok(None),
    }
}

/// Changes the settings of an organisation.
pub fn change(locked: &mut Locked<'_>, settings: &OrganisationSettings) -> Result<(), StorageError> {
    let (organisation, connection) = locked.parts();
    diesel::update(organisations::table.find(organisation))
        .set((
            organisations::name.eq(settings.name.as_str()),
            organisations::time_zone.eq(Zone::from(settings.time_zone)),
            organisations::working_days.eq(settings.working_days),
            organisations::holidays.eq(settings.holidays),
            organisations::reminder_after_days.eq(reminder_column(settings.reminder_after_days)?),
            organisations::territory.eq(&settings.territory),
            organisations::slug.eq(settings.publicity.slug.as_ref().map(Slug::as_str)),
            organisations::publishes.eq(settings.publicity.publishes),
        ))
        .execute(connection)?;
    name(connection, organisation, &settings.publicity)?;
    access::note_change(locked)
}

fn reminder_column(days: Option<i64>) -> Result<Option<i32>, StorageError> {
    let column = |days| i32::try_from(days).map_err(|_| StorageError::Corrupt("days of a reminder".to_owned()));
    days.map(column).transpose()
}

/// The organisations of the instance, by name.
pub fn all(connection: &mut AnyConnection) -> Result<Vec<Organisation>, StorageError> {
    let rows: Vec<OrganisationRow> = organisations::table
        .filter(organisations::organisation_id.ne(OrganisationId::INSTANCE))
        .select(OrganisationRow::as_select())
        .load(connection)?;
    let mut found: Vec<Organisation> = rows.into_iter().map(Into::into).collect();
    found.sort_by_cached_key(|organisation| (sort_key(&organisation.name), organisation.id));
    Ok(found)
}

/// The identifiers of all organisations, in order, but for the one that stands for the instance.
pub fn all_ids(connection: &mut AnyConnection) -> Result<Vec<OrganisationId>, StorageError> {
    Ok(organisations::table
        .filter(organisations::organisation_id.ne(OrganisationId::INSTANCE))
        .select(organisations::organisation_id)
        .order(organisations::organisation_id)
        .load(connection)?)
}

/// Whether the database answers. Asks no table: where organisations are on several servers, one that is gone is no reason to
/// turn away those of the others.
///
/// # Errors
/// When it does not.
pub fn reachable(connection: &mut AnyConnection) -> Result<(), StorageError> {
    diesel::sql_query("SELECT 1").execute(connection)?;
    Ok(())
}

/// Whether the database takes writes. On SQLite something is written that changes nothing, which a full disk refuses. PostgreSQL
/// is asked whether it only reads, as a standby does: when a disk of its own is full it refuses some writes and takes others.
///
/// # Errors
/// When it does not.
pub fn takes_writes(connection: &mut AnyConnection) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(connection) => connection.batch_execute("PRAGMA user_version = 0")?,
        AnyConnection::Postgres(connection) => {
            let only_reads = "current_setting('transaction_read_only') = 'on'";
            let only_reads: bool = diesel::select(sql::<Bool>(only_reads)).get_result(connection)?;
            if only_reads {
                return Err(StorageError::Unavailable("PostgreSQL takes no writes".to_owned()));
            }
        }
    }
    Ok(())
}

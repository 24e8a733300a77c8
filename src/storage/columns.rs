//! How values stand in columns, both ways. Queries and rows use the types of the domain; how a column holds a value is
//! said here alone.

use std::ops::Deref;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use diesel::backend::Backend;
use diesel::deserialize::{FromSql, Queryable, Result as Reading};
use diesel::dsl::AsExprOf;
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{IsNull, Output, Result as Writing, ToSql};
use diesel::sql_types::{BigInt, Date, Integer, Nullable, SingleValue, Text, Timestamp};
use diesel::sqlite::Sqlite;
use serde::Deserialize;

use super::field::territory;
use super::storage_error::StorageError;
use crate::domain::account::{Email, PersonName, Role};
use crate::domain::api_key::Scopes;
use crate::domain::audit::{AuditAction, Subject};
use crate::domain::calendar::{Month, to_microsecond};
use crate::domain::field::territory::Territory;
use crate::domain::holidays::HolidayCalendar;
use crate::domain::identifiers::Id;
use crate::domain::nomenclature::{ClosedList as _, Masked as _};
use crate::domain::organisation::{MonthStatus, WorkingDays};
use crate::domain::time_text::{push_day, push_instant};

/// Says how a type stands in a column: the column's type in SQL and in Rust, how it is read and how it is written. Rows
/// then have fields of the type, and filters and inserts take its values as they are. A macro, since the types of the
/// domain, which knows no diesel, cannot derive diesel's traits, and no function can implement a trait.
macro_rules! column {
    ($type:ty $(, $kind:ident)?: $sql:ty as $raw:ty; $read:expr; $write:expr) => {
        impl<$($kind,)? DB> FromSql<$sql, DB> for $type
        where
            DB: Backend,
            $raw: FromSql<$sql, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> Reading<Self> {
                Self::from_nullable_sql(Some(bytes))
            }

            fn from_nullable_sql(bytes: Option<DB::RawValue<'_>>) -> Reading<Self> {
                let read: fn($raw) -> Option<Self> = $read;
                read(<$raw>::from_nullable_sql(bytes)?).ok_or_else(|| concat!("not a sound ", stringify!($type)).into())
            }
        }

        impl<$($kind,)? S, DB> Queryable<S, DB> for $type
        where
            DB: Backend,
            S: SingleValue,
            Self: FromSql<S, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> Reading<Self> {
                Ok(row)
            }
        }

        impl$(<$kind>)? AsExpression<$sql> for &$type {
            type Expression = AsExprOf<$raw, $sql>;

            fn as_expression(self) -> Self::Expression {
                let write: fn(&$type) -> $raw = $write;
                AsExpression::<$sql>::as_expression(write(self))
            }
        }

        impl$(<$kind>)? AsExpression<$sql> for $type {
            type Expression = AsExprOf<$raw, $sql>;

            fn as_expression(self) -> Self::Expression {
                AsExpression::<$sql>::as_expression(&self)
            }
        }
    };
}

/// A day as a row of the hot path has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Day(NaiveDate);
/// An instant as a row of the hot path has it: UTC, cut to the microsecond. As a field of another row it is read and written by
/// `#[diesel(deserialize_as = Instant, serialize_as = Instant)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Instant(NaiveDateTime);
/// An instant that may be absent, likewise.
pub struct MaybeInstant(Option<NaiveDateTime>);
/// The zone of an organisation, likewise.
pub struct Zone(Tz);

column!(Id<K>, K: Text as String; |text| text.parse().ok(); ToString::to_string);
column!(Month: Text as String; |text| text.parse().ok(); ToString::to_string);
column!(MonthStatus: Text as String; |text| Self::from_code(&text); |status| status.code().to_owned());
column!(Role: Text as String; |text| Self::from_code(&text); |role| role.code().to_owned());
column!(AuditAction: Text as String; |text| Self::from_code(&text); |action| action.code().to_owned());
column!(HolidayCalendar: Text as String; |text| Self::from_code(&text); |calendar| calendar.code().to_owned());
column!(Territory: Text as String; |text| territory::of_column(&text); territory::to_column);
column!(Email: Text as String; |text| Self::parse(&text).ok(); ToString::to_string);
column!(PersonName: Text as String; |text| Self::parse(&text).ok(); |name| name.as_str().to_owned());
column!(Subject: Nullable<Text> as Option<String>; |text| Self::parse(text.as_deref()); |subject| subject.text());
column!(Scopes: BigInt as i64; Self::from_mask; |scopes| scopes.mask());
column!(WorkingDays: Integer as i32; |mask| Self::from_mask(mask.into()); |days| days_column(*days));
column!(Day: Date as NaiveDate; |day| Some(Self(day)); |day| day.0);
column!(Instant: Timestamp as NaiveDateTime; |instant| Some(Self(instant)); |instant| instant.0);
column!(MaybeInstant: Nullable<Timestamp> as Option<NaiveDateTime>; |instant| Some(Self(instant)); |instant| instant.0);
column!(Zone: Text as String; |name| name.parse().ok().map(Self); |zone| zone.0.name().to_owned());

/// Binds a type as the one that it is made of; on SQLite as its text, which diesel would have chrono write by a format. The text's length
/// is said, since a text of another capacity is moved before it is bound. A macro, since no function can implement a trait.
macro_rules! bind {
    ($type:ty: $sql:ty, $length:literal, $push:expr) => {
        impl ToSql<$sql, Sqlite> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> Writing {
                let mut text = String::with_capacity($length);
                $push(&mut text, self.0);
                out.set_value(text);
                Ok(IsNull::No)
            }
        }

        impl ToSql<$sql, Pg> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> Writing {
                ToSql::<$sql, Pg>::to_sql(&self.0, out)
            }
        }
    };
}

bind!(Day: Date, 10, push_day);
bind!(Instant: Timestamp, 26, |text, at| push_instant(text, at, ' '));

impl From<NaiveDate> for Day {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

impl Deref for Day {
    type Target = NaiveDate;

    fn deref(&self) -> &NaiveDate {
        &self.0
    }
}

/// The value of a column of working days.
pub(super) fn days_column(days: WorkingDays) -> i32 {
    days.iter().fold(0, |mask, day| mask | 1 << day.bit())
}

/// The value of a column of instants: UTC without a zone, cut to the microsecond.
pub(super) fn instant_column(instant: DateTime<Utc>) -> NaiveDateTime {
    to_microsecond(instant).naive_utc()
}

/// The instant of a column.
pub(super) const fn instant_of(column: NaiveDateTime) -> DateTime<Utc> {
    column.and_utc()
}

impl From<Instant> for DateTime<Utc> {
    fn from(instant: Instant) -> Self {
        instant_of(instant.0)
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant_column(instant))
    }
}

impl From<MaybeInstant> for Option<DateTime<Utc>> {
    fn from(instant: MaybeInstant) -> Self {
        instant.0.map(instant_of)
    }
}

impl From<Option<DateTime<Utc>>> for MaybeInstant {
    fn from(instant: Option<DateTime<Utc>>) -> Self {
        Self(instant.map(instant_column))
    }
}

impl From<Zone> for Tz {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

impl From<Tz> for Zone {
    fn from(zone: Tz) -> Self {
        Self(zone)
    }
}

/// The identifier of a stored text, in rows that keep texts.
pub(super) fn parse_id<K>(text: &str) -> Result<Id<K>, StorageError> {
    text.parse()
        .map_err(|_| StorageError::Corrupt(format!("{text} is no identifier")))
}

//! Instants as the databases keep them: UTC without a zone, cut to the microsecond.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::domain::calendar::to_microsecond;

/// The value of a timestamp column.
pub(super) fn to_column(instant: DateTime<Utc>) -> NaiveDateTime {
    to_microsecond(instant).naive_utc()
}

/// The instant of a timestamp column.
pub(super) fn of_column(column: NaiveDateTime) -> DateTime<Utc> {
    column.and_utc()
}

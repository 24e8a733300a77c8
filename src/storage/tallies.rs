//! Tallies as rows: one a month, the counters as columns, the details as canonical JSON.

use diesel::prelude::*;
use serde::Deserialize;

use super::connection::AnyConnection;
use super::put::put_by_columns;
use super::schema::tallies;
use super::storage_error::StorageError;
use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::OrganisationId;
use crate::statistics::tally::{Counters, Details, Tally, with_counters};

/// The key of a tally; its fields are in the order of the table's primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TallyKey {
    pub(super) organisation: OrganisationId,
    pub(super) month: Month,
}

/// Declares the rows that hold counters, from the list of the counters.
macro_rules! rows_of_counters {
    ($($(#[$doc:meta])+ $counter:ident,)+) => {
        put_by_columns! {
            tallies,
            /// A row of `tallies`.
            #[derive(Debug, Clone, Queryable, Deserialize)]
            pub(super) struct TallyRow {
                key {
                    organisation_id: String,
                    month: String,
                }
                $($counter: i32,)+
                details: String,
            }
        }

        impl TallyRow {
            pub(super) fn of(key: TallyKey, tally: &Tally) -> Result<Self, StorageError> {
                Ok(Self {
                    organisation_id: key.organisation.to_string(),
                    month: key.month.to_string(),
                    $($counter: column(key, tally.counters.$counter)?,)+
                    details: details_json(&tally.details)?,
                })
            }

            /// Its counters, without the details.
            pub(super) fn counters(&self) -> Counters {
                Counters {
                    $($counter: self.$counter.into(),)+
                }
            }
        }
    };
}
with_counters!(rows_of_counters);

impl TallyRow {
    pub(super) fn tally(&self) -> Result<Tally, StorageError> {
        let details: Details = serde_json::from_str(&self.details)
            .map_err(|error| StorageError::Corrupt(format!("details of {}: {error}", self.month)))?;
        Ok(Tally {
            counters: self.counters(),
            details,
        })
    }

    /// The columns of its key.
    pub(super) fn columns_of_key(&self) -> (&str, &str) {
        (&self.organisation_id, &self.month)
    }

    pub(super) fn key(&self) -> Result<TallyKey, StorageError> {
        let corrupt = || StorageError::Corrupt(format!("tally {} {}", self.organisation_id, self.month));
        Ok(TallyKey {
            organisation: self.organisation_id.parse().map_err(|_| corrupt())?,
            month: self.month.parse().map_err(|_| corrupt())?,
        })
    }
}

/// The tallies of a period.
pub(super) fn of_period(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> QueryResult<Vec<TallyRow>> {
    tallies::table
        .filter(tallies::organisation_id.eq(organisation))
        .filter(tallies::month.between(period.from(), period.to()))
        .load(connection)
}

fn column(key: TallyKey, value: i64) -> Result<i32, StorageError> {
    i32::try_from(value).map_err(|_| StorageError::Corrupt(format!("a counter of {} is too large", key.month)))
}

fn details_json(details: &Details) -> Result<String, StorageError> {
    serde_json::to_string(details).map_err(|error| StorageError::Corrupt(error.to_string()))
}

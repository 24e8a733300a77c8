//! What figures are read from: a snapshot of the database, and the months that were kept from earlier ones.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::kept_months::{KeptMonths, MonthAsOf};
use super::schema::reports;
use super::storage_error::StorageError;
use super::{interventions, organisations};
use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::statistics::group::MonthColumns;

/// Of how many advisors the days are looked up one by one, at most: their keys begin with the day, so that to find an advisor's otherwise
/// is to read all that others did in the month.
const FEW_ADVISORS: usize = 8;

/// The days of a month, where those of some advisors are few enough to be looked up one by one.
pub(super) fn days_to_look_up(advisors: &[AdvisorId], month: Month) -> Option<Vec<NaiveDate>> {
    let days = month.first_day().iter_days();
    (1..=FEW_ADVISORS)
        .contains(&advisors.len())
        .then(|| days.take_while(|day| *day <= month.last_day()).collect())
}

/// A connection in a transaction that reads one snapshot: [`Store::read_figures`](super::Store::read_figures) makes it.
pub struct Snapshot<'c> {
    connection: &'c mut AnyConnection,
    kept: Arc<KeptMonths>,
}

impl<'c> Snapshot<'c> {
    /// A snapshot for figures that are made of the rows alone, as they are in the transaction: a month is kept for as long as the
    /// snapshot, in which nothing is written.
    pub fn alone(connection: &'c mut AnyConnection) -> Self {
        Self::keeping(connection, Arc::default())
    }

    /// A snapshot for figures that may be made of months that are kept.
    pub(super) const fn keeping(connection: &'c mut AnyConnection, kept: Arc<KeptMonths>) -> Self {
        Self { connection, kept }
    }

    /// Shows the interventions of each month of a period to `take`, the earliest first: at least those of some advisors, or where none
    /// are named, all.
    pub(super) fn each_month(
        &mut self,
        organisation: OrganisationId,
        advisors: &[AdvisorId],
        period: Months,
        mut take: impl FnMut(Month, &MonthColumns),
    ) -> Result<(), StorageError> {
        let last_change = organisations::history(self, organisation)?;
        let mut known = self.kept.find(organisation, &last_change, period);
        self.forget_changed(organisation, period, last_change.1, &mut known)?;
        for month in period.iter() {
            let columns = match (known.remove(&month), days_to_look_up(advisors, month)) {
                (Some(known), _) => known.columns,
                (None, None) => Arc::new(interventions::columns_of(self, organisation, month)?),
                (None, Some(days)) => {
                    take(
                        month,
                        &interventions::columns_of_days(self, organisation, advisors, days)?,
                    );
                    continue;
                }
            };
            take(month, &columns);
            let (history, number) = (&last_change.0, last_change.1);
            self.kept
                .keep(organisation, month, history, MonthAsOf { number, columns });
        }
        Ok(())
    }

    /// Forgets those of some months of which a report was changed since.
    fn forget_changed(
        &mut self,
        organisation: OrganisationId,
        period: Months,
        number: i64,
        known: &mut BTreeMap<Month, MonthAsOf>,
    ) -> Result<(), StorageError> {
        let Some(oldest) = known.values().map(|known| known.number).min() else {
            return Ok(());
        };
        if oldest == number {
            return Ok(());
        }
        let changed: Vec<(NaiveDate, i64)> = reports::table
            .filter(reports::organisation_id.eq(organisation))
            .filter(reports::change_seq.gt(oldest))
            .filter(reports::report_date.between(period.from().first_day(), period.to().last_day()))
            .select((reports::report_date, reports::change_seq))
            .load(self.connection)?;
        for (day, change) in changed {
            let month = Month::of(day);
            if known.get(&month).is_some_and(|known| known.number < change) {
                known.remove(&month);
            }
        }
        Ok(())
    }
}

impl Deref for Snapshot<'_> {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        self.connection
    }
}

impl DerefMut for Snapshot<'_> {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.connection
    }
}

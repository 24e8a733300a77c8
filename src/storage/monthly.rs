//! The monthly table: its counters from tallies, or from the reports and interventions that filters keep.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::connection::AnyConnection;
use super::snapshot::Snapshot;
use super::storage_error::StorageError;
use super::{interventions, months, organisations, reports, tallies};
use crate::domain::calendar::{Month, Months};
use crate::domain::closing::MonthRecord;
use crate::domain::identifiers::OrganisationId;
use crate::statistics::filter::Filters;
use crate::statistics::monthly::{MonthOfTable, MonthlyStatistics, rows};
use crate::statistics::tally::Counters;

/// The monthly table of an organisation; `None` when there is no such organisation.
pub fn statistics(
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    filters: Filters,
    period: Months,
    as_of: DateTime<Utc>,
) -> Result<Option<MonthlyStatistics>, StorageError> {
    let Some(found) = organisations::find(snapshot, organisation)? else {
        return Ok(None);
    };
    let reported = reported(snapshot, organisation, &filters, period)?;
    let state = |record: MonthRecord| MonthOfTable {
        month: record.month,
        status: record.status,
        late_reports: reported.get(&record.month).map_or(0, |counters| counters.late_reports),
    };
    let records = months::records(snapshot, organisation, period)?;
    let months = records.into_iter().map(state).collect();
    let mut counted = if filters.keep_all() {
        BTreeMap::new()
    } else {
        counted(snapshot, organisation, &filters, period)?
    };
    if !filters.are_of_interventions() {
        for (month, of_reports) in reported {
            let counters = counted.entry(month).or_default();
            *counters = *counters + of_reports;
        }
    }
    let of_month = |month| counted.get(&month).copied().unwrap_or_default();
    let counters: Vec<Counters> = period.iter().map(of_month).collect();
    Ok(Some(MonthlyStatistics {
        organisation: found.name,
        rows: rows(&filters, &counters),
        filters,
        period,
        as_of,
        months,
    }))
}

/// The counters of the interventions of each month that the filters keep.
pub(super) fn counted(
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<BTreeMap<Month, Counters>, StorageError> {
    let filters = interventions::with_merged(snapshot, organisation, filters)?;
    let mut counted = BTreeMap::new();
    snapshot.each_month(organisation, &filters.advisors, period, |month, columns| {
        let selection = columns.select(&filters);
        counted.insert(month, columns.counters(&selection));
    })?;
    Ok(counted)
}

/// The counters of each month that has any: all of them, or where the filters name advisors, what their reports add to those of their
/// interventions.
fn reported(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<BTreeMap<Month, Counters>, StorageError> {
    if filters.advisors.is_empty() {
        let rows = tallies::of_period(connection, organisation, period)?;
        return rows.iter().map(|row| Ok((row.key()?.month, row.counters()))).collect();
    }
    let sums = reports::sums(connection, organisation, &filters.advisors, period)?;
    Ok(sums.into_iter().map(|(month, tally)| (month, tally.counters)).collect())
}

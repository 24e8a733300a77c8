//! The monthly table: its counters from tallies, which SQL sums, or from the interventions that filters keep.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::schema::tallies;
use super::snapshot::Snapshot;
use super::storage_error::StorageError;
use super::tallies::MonthSums;
use super::{interventions, months, organisations};
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
    let tallied = tallied(snapshot, organisation, &filters, period)?;
    let state = |record: MonthRecord| MonthOfTable {
        month: record.month,
        status: record.status,
        late_reports: tallied.get(&record.month).map_or(0, |counters| counters.late_reports),
    };
    let records = months::records(snapshot, organisation, period)?;
    let months = records.into_iter().map(state).collect();
    let counted = if filters.are_of_interventions() {
        counted(snapshot, organisation, &filters, period)?
    } else {
        tallied
    };
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
    snapshot.each_month(organisation, period, |month, columns| {
        let selection = columns.select(&filters);
        counted.insert(month, columns.counters(&selection));
    })?;
    Ok(counted)
}

/// The counters of each month that has any, of the advisors that the filters name.
fn tallied(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<BTreeMap<Month, Counters>, StorageError> {
    let months = tallies::table
        .filter(tallies::organisation_id.eq(organisation.to_string()))
        .filter(tallies::month.between(period.from().to_string(), period.to().to_string()))
        .group_by(tallies::month)
        .select(MonthSums::as_select());
    let rows: Vec<MonthSums> = if filters.advisors.is_empty() {
        months.load(connection)?
    } else {
        let advisors: Vec<String> = filters.advisors.iter().map(ToString::to_string).collect();
        months.filter(tallies::advisor_id.eq_any(advisors)).load(connection)?
    };
    let by_month = rows.iter().map(|sums| {
        let corrupt = |_| StorageError::Corrupt(format!("month {}", sums.month));
        Ok((sums.month.parse().map_err(corrupt)?, sums.counters()))
    });
    by_month.collect()
}

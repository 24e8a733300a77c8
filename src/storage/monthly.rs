//! The monthly table: its counters from tallies, which SQL sums, or from the interventions that filters keep.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::dsl::sum;
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::schema::tallies;
use super::storage_error::StorageError;
use super::{interventions, months, organisations};
use crate::domain::calendar::{Month, Months};
use crate::domain::closing::MonthRecord;
use crate::domain::identifiers::OrganisationId;
use crate::statistics::filter::Filters;
use crate::statistics::monthly::{MonthState, MonthlyStatistics, rows};
use crate::statistics::tally::Counters;

/// The monthly table of an organisation; `None` when there is no such organisation.
pub fn statistics(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: Filters,
    period: Months,
    as_of: DateTime<Utc>,
) -> Result<Option<MonthlyStatistics>, StorageError> {
    let Some(found) = organisations::find(connection, organisation)? else {
        return Ok(None);
    };
    let tallied = tallied(connection, organisation, &filters, period)?;
    let state = |record: MonthRecord| MonthState {
        month: record.month,
        status: record.status,
        late_reports: tallied.get(&record.month).map_or(0, |counters| counters.late_reports),
    };
    let records = months::records(connection, organisation, period)?;
    let months = records.into_iter().map(state).collect();
    let counted = if filters.are_of_interventions() {
        interventions::counters_by_month(connection, organisation, &filters, period)?
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

type Sum = Option<i64>;
type SumRow = (
    String,
    (Sum, Sum, Sum, Sum, Sum, Sum),
    (Sum, Sum, Sum, Sum),
    (Sum, Sum, Sum),
    (Sum, Sum),
);

/// The counters of each month that has any, of the advisors that the filters name.
fn tallied(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<BTreeMap<Month, Counters>, StorageError> {
    let sums = (
        tallies::month,
        (
            sum(tallies::workshops_held),
            sum(tallies::workshop_participants),
            sum(tallies::individual_interventions),
            sum(tallies::individual_supports),
            sum(tallies::one_off_interventions),
            sum(tallies::one_off_requests),
        ),
        (
            sum(tallies::recurring_participants),
            sum(tallies::workshop_minutes),
            sum(tallies::individual_minutes),
            sum(tallies::one_off_minutes),
        ),
        (
            sum(tallies::reports),
            sum(tallies::absences),
            sum(tallies::late_reports),
        ),
        (sum(tallies::referrals), sum(tallies::first_visits_accompanied)),
    );
    let months = tallies::table
        .filter(tallies::organisation_id.eq(organisation.to_string()))
        .filter(tallies::month.between(period.from().to_string(), period.to().to_string()))
        .group_by(tallies::month)
        .select(sums);
    let rows: Vec<SumRow> = if filters.advisors.is_empty() {
        months.load(connection)?
    } else {
        let advisors: Vec<String> = filters.advisors.iter().map(ToString::to_string).collect();
        months.filter(tallies::advisor_id.eq_any(advisors)).load(connection)?
    };
    rows.into_iter().map(counters_of).collect()
}

fn counters_of((month, supports, times, reports, referrals): SumRow) -> Result<(Month, Counters), StorageError> {
    let corrupt = || StorageError::Corrupt(format!("month {month}"));
    let counters = Counters {
        workshops_held: supports.0.unwrap_or_default(),
        workshop_participants: supports.1.unwrap_or_default(),
        individual_interventions: supports.2.unwrap_or_default(),
        individual_supports: supports.3.unwrap_or_default(),
        one_off_interventions: supports.4.unwrap_or_default(),
        one_off_requests: supports.5.unwrap_or_default(),
        recurring_participants: times.0.unwrap_or_default(),
        workshop_minutes: times.1.unwrap_or_default(),
        individual_minutes: times.2.unwrap_or_default(),
        one_off_minutes: times.3.unwrap_or_default(),
        reports: reports.0.unwrap_or_default(),
        absences: reports.1.unwrap_or_default(),
        late_reports: reports.2.unwrap_or_default(),
        referrals: referrals.0.unwrap_or_default(),
        first_visits_accompanied: referrals.1.unwrap_or_default(),
    };
    Ok((month.parse().map_err(|_| corrupt())?, counters))
}

//! The monthly table, read from tallies: SQL sums the columns.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::dsl::sum;
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::organisations;
use super::schema::{months, tallies};
use super::storage_error::StorageError;
use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::{AdvisorId, OrganisationId};
use crate::domain::organisation::MonthStatus;
use crate::statistics::monthly::{MonthState, MonthlyStatistics, annex_rows};
use crate::statistics::tally::Counters;

/// The sums of the columns that the annex needs, with their month.
type SumRow = (String, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

/// The monthly table of an organisation, or of one of its advisors; `None` when there is no such organisation.
///
/// # Errors
/// As any read.
pub fn statistics(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: Option<AdvisorId>,
    period: Months,
    as_of: DateTime<Utc>,
) -> Result<Option<MonthlyStatistics>, StorageError> {
    let Some(found) = organisations::find(connection, organisation)? else {
        return Ok(None);
    };
    let counters = counters(connection, organisation, advisor, period)?;
    let counters: Vec<Counters> = period
        .iter()
        .map(|month| counters.get(&month.to_string()).copied().unwrap_or_default())
        .collect();
    Ok(Some(MonthlyStatistics {
        organisation: found.name,
        advisor,
        period,
        as_of,
        months: states(connection, organisation, period)?,
        rows: annex_rows(&counters),
    }))
}

fn counters(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    advisor: Option<AdvisorId>,
    period: Months,
) -> Result<BTreeMap<String, Counters>, StorageError> {
    let sums = (
        tallies::month,
        sum(tallies::workshops_held),
        sum(tallies::workshop_participants),
        sum(tallies::individual_supports),
        sum(tallies::one_off_requests),
        sum(tallies::recurring_participants),
    );
    let months = tallies::table
        .filter(tallies::organisation_id.eq(organisation.to_string()))
        .filter(tallies::month.between(period.from().to_string(), period.to().to_string()));
    let rows: Vec<SumRow> = match advisor {
        Some(advisor) => months
            .filter(tallies::advisor_id.eq(advisor.to_string()))
            .group_by(tallies::month)
            .select(sums)
            .load(connection)?,
        None => months.group_by(tallies::month).select(sums).load(connection)?,
    };
    let counters = rows
        .into_iter()
        .map(|(month, held, participants, individual, one_off, recurring)| {
            let counters = Counters {
                workshops_held: held.unwrap_or_default(),
                workshop_participants: participants.unwrap_or_default(),
                individual_supports: individual.unwrap_or_default(),
                one_off_requests: one_off.unwrap_or_default(),
                recurring_participants: recurring.unwrap_or_default(),
                ..Counters::default()
            };
            (month, counters)
        });
    Ok(counters.collect())
}

fn states(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<Vec<MonthState>, StorageError> {
    let rows: Vec<(String, String)> = months::table
        .filter(months::organisation_id.eq(organisation.to_string()))
        .filter(months::month.between(period.from().to_string(), period.to().to_string()))
        .select((months::month, months::status))
        .load(connection)?;
    let said: BTreeMap<String, String> = rows.into_iter().collect();
    let state = |month: Month| {
        let status = match said.get(&month.to_string()) {
            Some(code) => {
                MonthStatus::from_code(code).ok_or_else(|| StorageError::Corrupt(format!("month {month}")))?
            }
            None => MonthStatus::Open,
        };
        Ok(MonthState { month, status })
    };
    period.iter().map(state).collect()
}

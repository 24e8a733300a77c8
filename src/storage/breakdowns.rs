//! Breakdowns: from tallies, or from the interventions that filters keep.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::schema::tallies;
use super::storage_error::StorageError;
use super::tallies::TallyRow;
use super::{interventions, months, organisations};
use crate::domain::calendar::Months;
use crate::domain::identifiers::OrganisationId;
use crate::statistics::breakdown::{Breakdown, BreakdownStatistics};
use crate::statistics::dimension::Dimension;
use crate::statistics::filter::Filters;
use crate::statistics::tally::{Counters, Details, Tally};

/// The breakdowns of an organisation's period by some dimensions; `None` when there is no such organisation.
pub fn statistics(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: Filters,
    period: Months,
    dimensions: &[Dimension],
    as_of: DateTime<Utc>,
) -> Result<Option<BreakdownStatistics>, StorageError> {
    let Some(found) = organisations::find(connection, organisation)? else {
        return Ok(None);
    };
    let breakdowns = if filters.are_of_interventions() {
        kept(connection, organisation, &filters, period, dimensions)?
    } else {
        let tally = tallied(connection, organisation, &filters, period)?;
        dimensions
            .iter()
            .map(|dimension| Breakdown::of(*dimension, &tally))
            .collect()
    };
    Ok(Some(BreakdownStatistics {
        organisation: found.name,
        provisional: !months::all_closed(connection, organisation, period)?,
        filters,
        period,
        as_of,
        breakdowns,
    }))
}

fn kept(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
    dimensions: &[Dimension],
) -> Result<Vec<Breakdown>, StorageError> {
    let mut of = |dimension: &Dimension| {
        if matches!(dimension, Dimension::Kind | Dimension::Referral) {
            let months = interventions::counters_by_month(connection, organisation, filters, period)?;
            let counters = months.into_values().fold(Counters::default(), |sum, month| sum + month);
            let details = Details::default();
            return Ok(Breakdown::of(*dimension, &Tally { counters, details }));
        }
        let (details, whole) = interventions::details(connection, organisation, filters, period, *dimension)?;
        Ok(Breakdown::of_details(*dimension, &details, whole))
    };
    dimensions.iter().map(&mut of).collect()
}

/// The sum of the tallies of a period, with what each advisor did among its details.
fn tallied(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<Tally, StorageError> {
    let months = tallies::table
        .filter(tallies::organisation_id.eq(organisation))
        .filter(tallies::month.between(period.from(), period.to()));
    let rows: Vec<TallyRow> = if filters.advisors.is_empty() {
        months.load(connection)?
    } else {
        let advisors: Vec<String> = filters.advisors.iter().map(ToString::to_string).collect();
        months.filter(tallies::advisor_id.eq_any(advisors)).load(connection)?
    };
    let mut sum = Tally::default();
    for row in rows {
        let tally = row.tally()?;
        let counters = tally.counters;
        let advisor = Dimension::Advisor.key(&row.advisor_id);
        sum.details
            .add(advisor, counters.interventions(), counters.supports_recorded());
        sum += tally;
    }
    Ok(sum)
}

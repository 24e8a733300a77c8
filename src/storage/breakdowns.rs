//! Breakdowns: from tallies, or from the interventions that filters keep.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::accounts::advisors;
use super::connection::AnyConnection;
use super::field::places;
use super::field::thing::Named;
use super::schema::tallies;
use super::storage_error::StorageError;
use super::tallies::TallyRow;
use super::{interventions, months, organisations};
use crate::domain::calendar::Months;
use crate::domain::field::partner::Partner;
use crate::domain::field::tag::Tag;
use crate::domain::field::workshop::Workshop;
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
        let read: Vec<Dimension> = dimensions
            .iter()
            .copied()
            .filter(|of| of.is_of_interventions())
            .collect();
        let mut read = kept(connection, organisation, &filters, period, &read)?.into_iter();
        let mut of = |dimension: &Dimension| {
            let read = if dimension.is_of_interventions() {
                read.next()
            } else {
                None
            };
            read.unwrap_or_else(|| Breakdown::of(*dimension, &tally))
        };
        dimensions.iter().map(&mut of).collect()
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

/// The names of the advisors of an organisation, and of what there is of its field, where a dimension tells these apart, by
/// their identifiers.
pub fn names(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    dimensions: &[Dimension],
) -> Result<BTreeMap<String, String>, StorageError> {
    let mut names = BTreeMap::new();
    if dimensions.contains(&Dimension::Advisor) {
        names.extend(advisors::names(connection, organisation)?);
    }
    if dimensions.contains(&Dimension::Place) {
        names.extend(places::names(connection, organisation)?);
    }
    if dimensions.contains(&Dimension::Partner) {
        names.extend(names_of::<Partner>(connection, organisation)?);
    }
    if dimensions.contains(&Dimension::Workshop) {
        names.extend(names_of::<Workshop>(connection, organisation)?);
    }
    if dimensions.contains(&Dimension::Tag) {
        names.extend(names_of::<Tag>(connection, organisation)?);
    }
    Ok(names)
}

/// The names of the things of a kind, by their identifiers.
fn names_of<T: Named>(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<Vec<(String, String)>, StorageError> {
    let all = T::page(connection, organisation, None, u32::MAX)?.into_iter();
    Ok(all
        .map(|kept| (kept.id.to_string(), kept.content.name().to_owned()))
        .collect())
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

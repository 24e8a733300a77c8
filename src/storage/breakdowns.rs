//! Breakdowns: from tallies, or from the interventions that filters keep.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::accounts::advisors;
use super::connection::AnyConnection;
use super::field::places;
use super::field::thing::Named;
use super::snapshot::Snapshot;
use super::storage_error::StorageError;
use super::{interventions, months, organisations, reports, tallies};
use crate::domain::calendar::Months;
use crate::domain::field::partner::Partner;
use crate::domain::field::place::PlaceId;
use crate::domain::field::tag::Tag;
use crate::domain::field::workshop::Workshop;
use crate::domain::identifiers::OrganisationId;
use crate::statistics::breakdown::{Breakdown, BreakdownStatistics};
use crate::statistics::dimension::Dimension;
use crate::statistics::filter::Filters;
use crate::statistics::tally::{Counters, Detail, Details, Tally};

/// The breakdowns of an organisation's period by some dimensions; `None` when there is no such organisation.
pub fn statistics(
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    filters: Filters,
    period: Months,
    dimensions: &[Dimension],
    as_of: DateTime<Utc>,
) -> Result<Option<BreakdownStatistics>, StorageError> {
    let Some(found) = organisations::find(snapshot, organisation)? else {
        return Ok(None);
    };
    let is_read = |dimension: &Dimension| !filters.keep_all() || dimension.is_of_interventions();
    let read: Vec<Dimension> = dimensions.iter().copied().filter(is_read).collect();
    let mut read = kept(snapshot, organisation, &filters, period, &read)?.into_iter();
    let tally = if read.len() < dimensions.len() {
        tallied(snapshot, organisation, period)?
    } else {
        Tally::default()
    };
    let of = |dimension: &Dimension| {
        let read = if is_read(dimension) { read.next() } else { None };
        read.unwrap_or_else(|| Breakdown::of(*dimension, &tally))
    };
    let breakdowns = dimensions.iter().map(of).collect();
    Ok(Some(BreakdownStatistics {
        organisation: found.name,
        provisional: !months::all_closed(snapshot, organisation, period)?,
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
    for dimension in dimensions {
        names.extend(match dimension {
            Dimension::Advisor => advisors::names(connection, organisation)?,
            Dimension::Place => places::names(connection, organisation)?,
            Dimension::Partner => names_of::<Partner>(connection, organisation)?,
            Dimension::Workshop => names_of::<Workshop>(connection, organisation)?,
            Dimension::Tag => names_of::<Tag>(connection, organisation)?,
            // Their values go by the labels of codes.
            Dimension::Kind
            | Dimension::Setting
            | Dimension::Principle
            | Dimension::Theme
            | Dimension::AgeGroup
            | Dimension::Gender
            | Dimension::Situation
            | Dimension::FollowUp
            | Dimension::Redirection
            | Dimension::Equipment
            | Dimension::Autonomy
            | Dimension::Level
            | Dimension::Commune
            | Dimension::Referral
            | Dimension::Absence => BTreeMap::new(),
        });
    }
    Ok(names)
}

/// The names of the things of a kind, by their identifiers.
fn names_of<T: Named>(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<BTreeMap<String, String>, StorageError> {
    let all = T::page_by_name(connection, organisation, None, u32::MAX)?.into_iter();
    Ok(all
        .map(|kept| (kept.id.to_string(), kept.content.name().to_owned()))
        .collect())
}

/// Breakdowns of the interventions that the filters keep, which are shown month by month.
fn kept(
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
    dimensions: &[Dimension],
) -> Result<Vec<Breakdown>, StorageError> {
    if dimensions.is_empty() {
        return Ok(Vec::new());
    }
    let filters = interventions::with_merged(snapshot, organisation, filters)?;
    let mut counters = Counters::default();
    let mut sums: Vec<(Dimension, Details, Detail)> = dimensions
        .iter()
        .map(|dimension| (*dimension, Details::default(), Detail::default()))
        .collect();
    snapshot.each_month(organisation, &filters.advisors, period, |_, columns| {
        let selection = columns.select(&filters);
        if dimensions.iter().any(|dimension| is_of_counters(*dimension)) {
            counters = counters + columns.counters(&selection);
        }
        for (dimension, details, all) in &mut sums {
            columns.add_details(&selection, *dimension, details, all);
        }
    })?;
    let mut breakdowns = Vec::with_capacity(sums.len());
    for (dimension, details, all) in sums {
        breakdowns.push(match dimension {
            _ if is_of_counters(dimension) => Breakdown::of(dimension, &Tally { counters, details }),
            // Days of absence have no interventions that a filter could keep.
            Dimension::Absence if !filters.are_of_interventions() => {
                let absences = absences(snapshot, organisation, &filters, period)?;
                Breakdown::of_details(dimension, &absences, all)
            }
            Dimension::Place => Breakdown::of_details(dimension, &by_heirs(snapshot, organisation, &details)?, all),
            _ => Breakdown::of_details(dimension, &details, all),
        });
    }
    Ok(breakdowns)
}

/// Whether the breakdown by a dimension is made of counters.
const fn is_of_counters(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Kind | Dimension::Referral)
}

/// The same details by the places that took the places of those that were merged.
fn by_heirs(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    details: &Details,
) -> Result<Details, StorageError> {
    let key = |place: &PlaceId| Dimension::Place.key(&place.to_string());
    let heirs = places::heirs(connection, organisation)?;
    let heirs: BTreeMap<String, String> = heirs.iter().map(|(place, heir)| (key(place), key(heir))).collect();
    let mut resolved = Details::default();
    for (key, detail) in details.iter() {
        let key = heirs.get(key).map_or(key, String::as_str);
        resolved.add(key, detail.interventions, detail.supports);
    }
    Ok(resolved)
}

/// The sum of the tallies of a period.
fn tallied(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<Tally, StorageError> {
    let mut sum = Tally::default();
    for row in tallies::of_period(connection, organisation, period)? {
        sum += row.tally()?;
    }
    Ok(sum)
}

/// The absences of the advisors that filters name.
fn absences(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<Details, StorageError> {
    let mut sum = Tally::default();
    for (_, tally) in reports::sums(connection, organisation, &filters.advisors, period)? {
        sum += tally;
    }
    Ok(sum.details)
}

//! Coverage: where the interventions of a period took place.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count_star, sum};
use diesel::prelude::*;

use super::connection::AnyConnection;
use super::field::places::{self, PlaceQuery};
use super::schema::interventions;
use super::storage_error::StorageError;
use super::{months, organisations};
use crate::domain::calendar::{Month, Months};
use crate::domain::field::place::PlaceId;
use crate::domain::identifiers::OrganisationId;
use crate::statistics::coverage::{self, Coverage, Visits};

/// A day, a commune, a place, how many interventions, their participants, and those of them who had come before.
type DayRow = (NaiveDate, Option<String>, Option<String>, i64, Option<i64>, Option<i64>);

/// A month, a commune and an area.
type Somewhere = (Month, Option<String>, Option<String>);

/// The coverage of the territory of an organisation in a period; `None` when there is no such organisation.
pub fn statistics(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
    as_of: DateTime<Utc>,
) -> Result<Option<Coverage>, StorageError> {
    let Some(found) = organisations::find(connection, organisation)? else {
        return Ok(None);
    };
    let visits = visits(connection, organisation, period)?;
    let (communes, areas, total) = coverage::lines(&found.territory, period, &visits);
    Ok(Some(Coverage {
        organisation: found.name,
        period,
        as_of,
        provisional: !months::all_closed(connection, organisation, period)?,
        communes,
        areas,
        total,
    }))
}

/// The area in which each place lies that lies in one; of a place that was merged, that of the one that took its place.
fn areas(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<BTreeMap<String, String>, StorageError> {
    let heirs = places::heirs(connection, organisation)?;
    let places = places::list(connection, &PlaceQuery::all(organisation))?;
    let own: BTreeMap<PlaceId, Option<String>> = places.into_iter().map(|kept| (kept.id, kept.content.area)).collect();
    let area = |id: &PlaceId| own.get(heirs.get(id).unwrap_or(id)).cloned().flatten();
    let known = own.keys().filter_map(|id| Some((id.to_string(), area(id)?)));
    Ok(known.collect())
}

/// What was done in each commune and area of each month, without what assisted a colleague, which has no participants.
fn visits(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
) -> Result<Vec<Visits>, StorageError> {
    let days: Vec<DayRow> = interventions::table
        .filter(interventions::organisation_id.eq(organisation))
        .filter(interventions::report_date.between(period.from().first_day(), period.to().last_day()))
        .filter(interventions::participants.gt(0))
        .group_by((
            interventions::report_date,
            interventions::commune_code,
            interventions::place_id,
        ))
        .select((
            interventions::report_date,
            interventions::commune_code,
            interventions::place_id,
            count_star(),
            sum(interventions::participants),
            sum(interventions::recurring_participants),
        ))
        .load(connection)?;
    let areas = areas(connection, organisation)?;
    let mut found: BTreeMap<Somewhere, (i64, i64)> = BTreeMap::new();
    for (day, commune, place, count, participants, recurring) in days {
        let area = place.and_then(|place| areas.get(&place).cloned());
        let sums = found.entry((Month::of(day), commune, area)).or_default();
        sums.0 += count;
        sums.1 += participants.unwrap_or_default() - recurring.unwrap_or_default();
    }
    let visits = found
        .into_iter()
        .map(|((month, commune, area), (interventions, people))| Visits {
            month,
            commune,
            area,
            interventions,
            people,
        });
    Ok(visits.collect())
}

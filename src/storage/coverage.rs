//! Coverage: where the interventions of a period took place.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::connection::AnyConnection;
use super::field::places::{self, PlaceQuery};
use super::snapshot::Snapshot;
use super::storage_error::StorageError;
use super::{months, organisations};
use crate::domain::calendar::{Month, Months};
use crate::domain::field::place::PlaceId;
use crate::domain::identifiers::OrganisationId;
use crate::statistics::coverage::{self, Coverage, Visits};

/// A commune and an area in a month, as far as they are known.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Somewhere {
    month: Month,
    commune: Option<String>,
    area: Option<String>,
}

/// The coverage of the territory of an organisation in a period; `None` when there is no such organisation.
pub fn statistics(
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    period: Months,
    as_of: DateTime<Utc>,
) -> Result<Option<Coverage>, StorageError> {
    let Some(found) = organisations::find(snapshot, organisation)? else {
        return Ok(None);
    };
    let visits = visits(snapshot, organisation, period)?;
    let (communes, areas, total) = coverage::lines(&found.territory, period, &visits);
    Ok(Some(Coverage {
        organisation: found.name,
        period,
        as_of,
        provisional: !months::all_closed(snapshot, organisation, period)?,
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
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    period: Months,
) -> Result<Vec<Visits>, StorageError> {
    let areas = areas(snapshot, organisation)?;
    let mut found: BTreeMap<Somewhere, (i64, i64)> = BTreeMap::new();
    snapshot.each_month(organisation, &[], period, |month, columns| {
        for ((commune, place), (interventions, people)) in columns.visits() {
            let area = place.and_then(|place| areas.get(place).cloned());
            let commune = commune.map(str::to_owned);
            let somewhere = Somewhere { month, commune, area };
            let sums = found.entry(somewhere).or_default();
            sums.0 += interventions;
            sums.1 += people;
        }
    })?;
    let visits = found.into_iter().map(|(somewhere, (interventions, people))| Visits {
        month: somewhere.month,
        commune: somewhere.commune,
        area: somewhere.area,
        interventions,
        people,
    });
    Ok(visits.collect())
}

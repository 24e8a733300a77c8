//! The plan of action: what was done by principle, and what stands around it.

mod partnership;
mod sessions;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use strum::VariantArray as _;

use self::partnership::Partnership;
use self::sessions::Sessions;
use super::connection::AnyConnection;
use super::field::places::{self, PlaceQuery};
use super::field::thing::Stored;
use super::snapshot::Snapshot;
use super::storage_error::StorageError;
use super::{breakdowns, coverage, monthly, months, organisations};
use crate::domain::calendar::Months;
use crate::domain::field::national::export::is_current;
use crate::domain::field::partner::Partner;
use crate::domain::field::place::Place;
use crate::domain::field::place_lists::PlaceStatus;
use crate::domain::field::thing::{Kept, Thing as _};
use crate::domain::identifiers::{Id, OrganisationId};
use crate::domain::nomenclature::{Principle, Setting};
use crate::domain::organisation::Organisation;
use crate::statistics::action_plan::{
    ActionBreakdown, ActionFigure, ActionLine, ActionPart, ActionPlan, FigureValue, PartFigures, percent,
};
use crate::statistics::coverage::{Coverage, OUTSIDE, UNDISCLOSED};
use crate::statistics::dimension::Dimension;
use crate::statistics::filter::Filters;
use crate::statistics::tally::Counters;

/// After how many days without a word what is known of a place is stale.
const STALE_DAYS: u64 = 365;

type Figures = Vec<FigureValue>;
type Lines = Vec<ActionLine>;

/// The figures of the plan of action of an organisation in a period; `None` when there is no such organisation.
pub fn statistics(
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    period: Months,
    as_of: DateTime<Utc>,
) -> Result<Option<ActionPlan>, StorageError> {
    let Some(found) = organisations::find(snapshot, organisation)? else {
        return Ok(None);
    };
    let partnership = Partnership::find(snapshot, &found, period, as_of)?;
    let sessions = Sessions::find(snapshot, &found, period, as_of)?;
    let mut of = |filters: &Filters| counters(snapshot, organisation, filters, period);
    let all = of(&Filters::default())?;
    let outside_walls = of(&Filters {
        settings: vec![Setting::MobileOffice, Setting::PublicSpace],
        ..Filters::default()
    })?;
    let mut parts = Vec::new();
    let mut rest = done(&all);
    for principle in Principle::VARIANTS.iter().copied() {
        let own = of(&Filters {
            principles: vec![principle],
            ..Filters::default()
        })?;
        let mut figures = done(&own);
        rest = rest.into_iter().zip(&figures).map(less).collect();
        figures.extend(partnership.figures(principle));
        figures.extend(sessions.figures(principle));
        if principle == Principle::ReachOut {
            let share = percent(outside_walls.supports_recorded(), all.supports_recorded());
            figures.push((ActionFigure::OutsideWalls, share));
            figures.push((ActionFigure::Referrals, Some(all.referrals)));
            figures.push((ActionFigure::FirstVisitsAccompanied, Some(all.first_visits_accompanied)));
        }
        let breakdowns = match principle {
            Principle::SupportExisting => Vec::new(),
            Principle::ComplementOffer => vec![partnership.by_sheet()],
            Principle::ReachOut => vec![sessions.directed_to()],
        };
        parts.push(PartFigures {
            part: ActionPart::Principle(principle),
            figures,
            breakdowns,
        });
    }
    parts.push(PartFigures {
        part: ActionPart::Undisclosed,
        figures: rest,
        breakdowns: Vec::new(),
    });
    let mut around = field(snapshot, &found, period, as_of)?;
    around.insert(0, (ActionFigure::Meetings, Some(partnership.meetings())));
    let absences = absences(snapshot, organisation, period, as_of)?;
    parts.push(PartFigures {
        part: ActionPart::Field,
        figures: around,
        breakdowns: vec![partnership.by_kind(), (ActionBreakdown::Absences, absences)],
    });
    Ok(Some(ActionPlan {
        organisation: found.name,
        period,
        as_of,
        provisional: !months::all_closed(snapshot, organisation, period)?,
        parts,
    }))
}

/// The days of absence, by what they are.
fn absences(
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    period: Months,
    as_of: DateTime<Utc>,
) -> Result<Lines, StorageError> {
    let by = [Dimension::Absence];
    let found = breakdowns::statistics(snapshot, organisation, Filters::default(), period, &by, as_of)?;
    let lines = found
        .into_iter()
        .flat_map(|found| found.breakdowns)
        .flat_map(|by| by.lines);
    let lines = lines.map(|line| ActionLine {
        code: line.code,
        name: None,
        value: line.days.unwrap_or_default(),
    });
    Ok(lines.collect())
}

/// A figure less what another part has of it.
fn less(((figure, value), (_, other)): (FigureValue, &FigureValue)) -> FigureValue {
    (figure, value.zip(*other).map(|(value, other)| value - other))
}

/// The things of a kind as they are.
fn current<T: Stored>(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
) -> Result<BTreeMap<Id<T::Kind>, T>, StorageError>
where
    T::Kind: Ord,
{
    let versions = T::every_version(connection, organisation)?.into_iter();
    Ok(versions.map(|kept| (kept.id, kept.content)).collect())
}

fn count(things: impl Iterator) -> i64 {
    i64::try_from(things.count()).unwrap_or(i64::MAX)
}

fn counters(
    snapshot: &mut Snapshot<'_>,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<Counters, StorageError> {
    let months = monthly::counted(snapshot, organisation, filters, period)?;
    Ok(months.into_values().fold(Counters::default(), |sum, month| sum + month))
}

fn done(counters: &Counters) -> Figures {
    let minutes = counters.workshop_minutes + counters.individual_minutes + counters.one_off_minutes;
    vec![
        (ActionFigure::Interventions, Some(counters.interventions())),
        (ActionFigure::Supports, Some(counters.supports_recorded())),
        (ActionFigure::People, Some(counters.people_supported())),
        (ActionFigure::Minutes, Some(minutes)),
    ]
}

fn field(
    snapshot: &mut Snapshot<'_>,
    organisation: &Organisation,
    period: Months,
    as_of: DateTime<Utc>,
) -> Result<Figures, StorageError> {
    let today = as_of.with_timezone(&organisation.time_zone).date_naive();
    let query = PlaceQuery {
        organisation: organisation.id,
        words: None,
        commune: None,
        partner: None,
        status: Some(PlaceStatus::Confirmed),
        after: None,
        limit: u32::try_from(Place::MOST).unwrap_or(u32::MAX),
    };
    let mut places = places::list(snapshot, &query)?;
    places.retain(|kept| is_current(&kept.content, today));
    let number = |keep: &dyn Fn(&Kept<Place>) -> bool| {
        let kept = places.iter().filter(|kept| keep(kept)).count();
        Some(i64::try_from(kept).unwrap_or(i64::MAX))
    };
    let stale = |kept: &Kept<Place>| said_on(kept, organisation) < today - Days::new(STALE_DAYS);
    let coverage = coverage::statistics(snapshot, organisation.id, period, as_of)?;
    let visited = coverage.filter(|_| organisation.territory.perimeter.is_some());
    let visited = visited.as_ref().map(visited_and_not);
    Ok(vec![
        (ActionFigure::Partners, Some(Partner::count(snapshot, organisation.id)?)),
        (ActionFigure::PlacesConfirmed, number(&|_| true)),
        (ActionFigure::PlacesPublished, number(&|kept| kept.content.published)),
        (ActionFigure::PlacesStale, number(&stale)),
        (ActionFigure::CommunesVisited, visited.map(|(visited, _)| visited)),
        (ActionFigure::CommunesNotVisited, visited.map(|(_, not)| not)),
    ])
}

/// When something was last said of a place.
fn said_on(kept: &Kept<Place>, organisation: &Organisation) -> NaiveDate {
    let written_on = kept.updated_at.with_timezone(&organisation.time_zone).date_naive();
    kept.content.updated_on.map_or(written_on, |day| day.max(written_on))
}

/// How many communes of the territory had something, and how many nothing.
fn visited_and_not(coverage: &Coverage) -> (i64, i64) {
    let own = coverage
        .communes
        .iter()
        .filter(|line| line.code != OUTSIDE && line.code != UNDISCLOSED);
    own.fold((0, 0), |(visited, not), line| match line.interventions {
        0 => (visited, not + 1),
        _ => (visited + 1, not),
    })
}

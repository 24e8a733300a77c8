//! The plan of action: what was done by principle, and what stands around it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use strum::VariantArray as _;

use super::connection::AnyConnection;
use super::field::places::{self, PlaceQuery};
use super::field::thing::{Named as _, Stored};
use super::field::{planned_sessions, reported};
use super::storage_error::StorageError;
use super::{coverage, interventions, months, organisations};
use crate::domain::calendar::Months;
use crate::domain::field::agreement::Agreement;
use crate::domain::field::meeting::Meeting;
use crate::domain::field::national::export::is_current;
use crate::domain::field::partner::Partner;
use crate::domain::field::place::Place;
use crate::domain::field::place_lists::PlaceStatus;
use crate::domain::field::plan::PlanKind;
use crate::domain::field::planned_session::{CommitmentsMet, Planned};
use crate::domain::field::referral::{FirstVisit, Referral, ReferralId};
use crate::domain::field::request::{Request, RequestKind, RequestStatus};
use crate::domain::field::thing::{Kept, Thing as _};
use crate::domain::field::workshop::{Workshop, WorkshopId};
use crate::domain::identifiers::{Id, OrganisationId};
use crate::domain::nomenclature::{Kind, Principle, Setting};
use crate::domain::organisation::Organisation;
use crate::statistics::action_plan::{ActionFigure, ActionPart, ActionPlan, FigureValue, per_hour, percent};
use crate::statistics::coverage::{Coverage, OUTSIDE, UNDISCLOSED};
use crate::statistics::filter::Filters;
use crate::statistics::tally::Counters;

/// Before how many days an agreement ends, when it is said that it does.
const ENDING_DAYS: u64 = 60;
/// After how many days without a word what is known of a place is stale.
const STALE_DAYS: u64 = 365;

type Figures = Vec<FigureValue>;

/// The figures of the plan of action of an organisation in a period; `None` when there is no such organisation.
pub fn statistics(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    period: Months,
    as_of: DateTime<Utc>,
) -> Result<Option<ActionPlan>, StorageError> {
    let Some(found) = organisations::find(connection, organisation)? else {
        return Ok(None);
    };
    let partnership = Partnership::find(connection, &found, period, as_of)?;
    let sessions = Sessions::find(connection, &found, period, as_of)?;
    let mut of = |filters: &Filters| counters(connection, organisation, filters, period);
    let all = of(&every_kind())?;
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
        parts.push((ActionPart::Principle(principle), figures));
    }
    parts.push((ActionPart::Undisclosed, rest));
    let mut around = field(connection, &found, period, as_of)?;
    around.insert(0, (ActionFigure::Meetings, Some(partnership.meetings)));
    parts.push((ActionPart::Field, around));
    Ok(Some(ActionPlan {
        organisation: found.name,
        period,
        as_of,
        provisional: !months::all_closed(connection, organisation, period)?,
        parts,
    }))
}

/// A figure less what another part has of it.
fn less(((figure, value), (_, other)): (FigureValue, &FigureValue)) -> FigureValue {
    (figure, value.zip(*other).map(|(value, other)| value - other))
}

/// What is agreed with partners, and what they asked for.
struct Partnership {
    in_force: i64,
    ending: i64,
    requests: Vec<Request>,
    meetings: i64,
}

impl Partnership {
    fn find(
        connection: &mut AnyConnection,
        organisation: &Organisation,
        period: Months,
        as_of: DateTime<Utc>,
    ) -> Result<Self, StorageError> {
        let today = as_of.with_timezone(&organisation.time_zone).date_naive();
        let days = period.from().first_day()..=period.to().last_day();
        let mut agreements = current::<Agreement>(connection, organisation.id)?;
        agreements.retain(|_, agreement| agreement.is_in_force(today));
        let mut requests = current::<Request>(connection, organisation.id)?;
        requests.retain(|_, request| days.contains(&request.received_on));
        let mut meetings = current::<Meeting>(connection, organisation.id)?;
        meetings.retain(|_, meeting| days.contains(&meeting.day));
        let in_force = count(agreements.values());
        agreements.retain(|_, agreement| agreement.ends_on <= today + Days::new(ENDING_DAYS));
        Ok(Self {
            in_force,
            ending: count(agreements.values()),
            requests: requests.into_values().collect(),
            meetings: count(meetings.values()),
        })
    }

    /// The figures that stand under a principle.
    fn figures(&self, principle: Principle) -> Figures {
        let asked = |kind, status: Option<RequestStatus>| {
            let asked = self.requests.iter().filter(|request| request.kind == kind);
            let asked = asked.filter(|request| status.is_none_or(|status| request.status == status));
            Some(i64::try_from(asked.count()).unwrap_or(i64::MAX))
        };
        let (equipment, workshop) = (RequestKind::Equipment, RequestKind::Workshop);
        match principle {
            Principle::SupportExisting => vec![
                (ActionFigure::AgreementsInForce, Some(self.in_force)),
                (ActionFigure::AgreementsEnding, Some(self.ending)),
                (ActionFigure::EquipmentRequests, asked(equipment, None)),
                (
                    ActionFigure::EquipmentGranted,
                    asked(equipment, Some(RequestStatus::Granted)),
                ),
            ],
            Principle::ComplementOffer => vec![
                (ActionFigure::WorkshopRequests, asked(workshop, None)),
                (
                    ActionFigure::WorkshopRequestsPlanned,
                    asked(workshop, Some(RequestStatus::Planned)),
                ),
                (
                    ActionFigure::WorkshopRequestsDeclined,
                    asked(workshop, Some(RequestStatus::Declined)),
                ),
            ],
            Principle::ReachOut => Vec::new(),
        }
    }
}

/// What was planned for a period, and what became of it.
struct Sessions {
    planned: Vec<Planned>,
    /// The referrals that came in the period, with their first visits.
    referrals: Vec<(Referral, Option<FirstVisit>)>,
    /// The sheets of the catalogue that are offered, by identifier.
    sheets: BTreeMap<WorkshopId, Workshop>,
    /// Those of them for which nobody ever asked.
    never_asked: i64,
    today: NaiveDate,
}

impl Sessions {
    fn find(
        connection: &mut AnyConnection,
        organisation: &Organisation,
        period: Months,
        as_of: DateTime<Utc>,
    ) -> Result<Self, StorageError> {
        let (from, to) = (period.from().first_day(), period.to().last_day());
        let mut planned = planned_sessions::agenda(connection, organisation.id, from, to)?;
        reported::add_to(connection, organisation.id, &mut planned)?;
        let sheets = Workshop::page(connection, organisation.id, None, u32::MAX)?;
        let sheets: BTreeMap<_, _> = sheets.into_iter().map(|kept| (kept.id, kept.content)).collect();
        let requests = current::<Request>(connection, organisation.id)?;
        let asked: BTreeSet<WorkshopId> = requests.values().filter_map(|request| request.workshop_id).collect();
        let mut offered = sheets.clone();
        offered.retain(|id, sheet| !sheet.retired && !asked.contains(id));
        Ok(Self {
            planned,
            referrals: referrals_with_visits(connection, organisation.id, (from, to))?,
            never_asked: i64::try_from(offered.len()).unwrap_or(i64::MAX),
            sheets,
            today: as_of.with_timezone(&organisation.time_zone).date_naive(),
        })
    }

    /// How many sessions of these kinds obey a condition.
    fn number(&self, kinds: &[PlanKind], keep: impl Fn(&Planned) -> bool) -> Option<i64> {
        let kept = self
            .planned
            .iter()
            .filter(|planned| kinds.contains(&planned.session.plan.kind) && keep(planned));
        i64::try_from(kept.count()).ok()
    }

    /// The figures that stand under a principle.
    fn figures(&self, principle: Principle) -> Figures {
        let stops = [PlanKind::Stop, PlanKind::Stand];
        let workshop = [PlanKind::Workshop];
        match principle {
            Principle::SupportExisting => self.presences(),
            Principle::ComplementOffer => vec![
                (ActionFigure::WorkshopsPlanned, self.number(&workshop, |_| true)),
                (
                    ActionFigure::WorkshopSessionsHeld,
                    self.number(&workshop, Planned::is_held),
                ),
                (ActionFigure::WorkshopFilling, self.filling()),
                (ActionFigure::SheetsNeverAsked, Some(self.never_asked)),
            ],
            Principle::ReachOut => vec![
                (ActionFigure::StopsPlanned, self.number(&stops, |_| true)),
                (ActionFigure::StopsHeld, self.number(&stops, Planned::is_held)),
                (ActionFigure::ReferralsReceived, Some(count(self.referrals.iter()))),
                (ActionFigure::ReferralsVisited, Some(self.visited(|_| true))),
                (
                    ActionFigure::ReferralsAccompanied,
                    Some(self.visited(|first| first.is_accompanied)),
                ),
                (ActionFigure::ReferralDays, self.referral_days()),
            ],
        }
    }

    /// What was planned and held at partners, and who came.
    fn presences(&self) -> Figures {
        let unsaid = |planned: &Planned| planned.is_unsaid() && planned.session.day < self.today;
        let met = |planned: &Planned| planned.is_held() && planned.session.commitments_met == Some(CommitmentsMet::Yes);
        let came = |planned: &Planned| planned.reported.participants > 0;
        let presence = |keep: &dyn Fn(&Planned) -> bool| self.number(&[PlanKind::Presence], keep);
        let (mut minutes, mut support_minutes, mut people) = (0, 0, 0);
        for planned in &self.planned {
            let plan = &planned.session.plan;
            if plan.kind == PlanKind::Presence && planned.is_held() {
                minutes += plan.minutes() * count(plan.advisors.iter());
                support_minutes += planned.reported.minutes;
                people += planned.reported.participants;
            }
        }
        vec![
            (ActionFigure::PresencesPlanned, presence(&|_| true)),
            (ActionFigure::PresencesHeld, presence(&Planned::is_held)),
            (
                ActionFigure::PresencesWithResidents,
                presence(&|planned| planned.is_held() && came(planned)),
            ),
            (
                ActionFigure::PresencesWithoutResidents,
                presence(&|planned| planned.is_held() && !came(planned)),
            ),
            (
                ActionFigure::PresencesCancelled,
                presence(&|planned| planned.session.cancelled.is_some()),
            ),
            (ActionFigure::PresencesUnsaid, presence(&unsaid)),
            (ActionFigure::PresenceMinutes, Some(minutes)),
            (ActionFigure::PresenceSupportMinutes, Some(support_minutes)),
            (ActionFigure::PeoplePerPresenceHour, per_hour(people, minutes)),
            (ActionFigure::CommitmentsMet, presence(&met)),
        ]
    }

    /// The participants of workshops held that have a number of seats, their own or that of their sheet, of all these seats.
    fn filling(&self) -> Option<i64> {
        let (mut people, mut seats) = (0, 0);
        for planned in &self.planned {
            let plan = &planned.session.plan;
            let of_sheet = plan.workshop_id.and_then(|id| self.sheets.get(&id)?.participants_max);
            if plan.kind == PlanKind::Workshop
                && planned.reported.interventions > 0
                && let Some(room) = plan.capacity.or(of_sheet)
            {
                people += planned.reported.participants;
                seats += room;
            }
        }
        percent(people, seats)
    }

    /// How many of the referrals had a first visit that obeys a condition.
    fn visited(&self, keep: impl Fn(&FirstVisit) -> bool) -> i64 {
        let visits = self.referrals.iter().filter_map(|(_, first)| first.as_ref());
        i64::try_from(visits.filter(|first| keep(first)).count()).unwrap_or(i64::MAX)
    }

    /// The median of days from referrals to their first visits: of two, the lower one.
    fn referral_days(&self) -> Option<i64> {
        let days = self.referrals.iter().filter_map(|(referral, first)| {
            let days = (*first)?.on - referral.received_on;
            Some(days.num_days().max(0))
        });
        let mut days: Vec<i64> = days.collect();
        days.sort_unstable();
        let middle = days.len().checked_sub(1)? / 2;
        days.get(middle).copied()
    }
}

/// The referrals that came in a period, with the first intervention that names each.
fn referrals_with_visits(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<(Referral, Option<FirstVisit>)>, StorageError> {
    let mut referrals = current::<Referral>(connection, organisation)?;
    referrals.retain(|_, referral| (from..=to).contains(&referral.received_on));
    let ids: Vec<ReferralId> = referrals.keys().copied().collect();
    let first = reported::first_visits(connection, organisation, &ids)?;
    let with_first = referrals
        .into_iter()
        .map(|(id, referral)| (referral, first.get(&id).copied()));
    Ok(with_first.collect())
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

/// Filters that keep every intervention, so that minutes and people are those of interventions.
fn every_kind() -> Filters {
    Filters {
        kinds: Kind::VARIANTS.to_vec(),
        ..Filters::default()
    }
}

fn counters(
    connection: &mut AnyConnection,
    organisation: OrganisationId,
    filters: &Filters,
    period: Months,
) -> Result<Counters, StorageError> {
    let months = interventions::counters_by_month(connection, organisation, filters, period)?;
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
    connection: &mut AnyConnection,
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
    let mut places = places::list(connection, &query)?;
    places.retain(|kept| is_current(&kept.content, today));
    let number = |keep: &dyn Fn(&Kept<Place>) -> bool| {
        let kept = places.iter().filter(|kept| keep(kept)).count();
        Some(i64::try_from(kept).unwrap_or(i64::MAX))
    };
    let stale = |kept: &Kept<Place>| said_on(kept, organisation) < today - Days::new(STALE_DAYS);
    let coverage = coverage::statistics(connection, organisation.id, period, as_of)?;
    let visited = coverage.filter(|_| organisation.territory.perimeter.is_some());
    let visited = visited.as_ref().map(visited_and_not);
    Ok(vec![
        (
            ActionFigure::Partners,
            Some(Partner::count(connection, organisation.id)?),
        ),
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

//! What was planned for a period and what became of it, referrals included.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::{Figures, Lines, count, current};
use crate::domain::calendar::Months;
use crate::domain::field::plan::PlanKind;
use crate::domain::field::planned_session::{CommitmentsMet, Planned};
use crate::domain::field::referral::{FirstVisit, Referral, ReferralId};
use crate::domain::field::request::Request;
use crate::domain::field::workshop::{Workshop, WorkshopId};
use crate::domain::identifiers::OrganisationId;
use crate::domain::nomenclature::{ClosedList as _, Principle, Redirection};
use crate::domain::organisation::Organisation;
use crate::statistics::action_plan::{ActionBreakdown, ActionFigure, ActionLine, per_hour, percent};
use crate::storage::connection::AnyConnection;
use crate::storage::field::thing::Named as _;
use crate::storage::field::{planned_sessions, reported};
use crate::storage::storage_error::StorageError;

/// What was planned for a period, and what became of it.
pub(super) struct Sessions {
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
    pub(super) fn find(
        connection: &mut AnyConnection,
        organisation: &Organisation,
        period: Months,
        as_of: DateTime<Utc>,
    ) -> Result<Self, StorageError> {
        let (from, to) = (period.from().first_day(), period.to().last_day());
        let mut planned = planned_sessions::agenda(connection, organisation.id, from, to)?;
        reported::add_to(connection, organisation.id, &mut planned)?;
        let sheets = Workshop::page_by_name(connection, organisation.id, None, u32::MAX)?;
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
    pub(super) fn figures(&self, principle: Principle) -> Figures {
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
                (ActionFigure::StopPeople, Some(self.people(&stops))),
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

    /// The participants of interventions that name sessions of these kinds.
    fn people(&self, kinds: &[PlanKind]) -> i64 {
        let of_kinds = self
            .planned
            .iter()
            .filter(|planned| kinds.contains(&planned.session.plan.kind));
        of_kinds.map(|planned| planned.reported.participants).sum()
    }

    /// Where the people were led for whom help was asked.
    pub(super) fn directed_to(&self) -> (ActionBreakdown, Lines) {
        let led_to = |to: Redirection| {
            self.referrals
                .iter()
                .filter(move |(referral, _)| referral.directed_to.contains(to))
        };
        let line = |to: &Redirection| ActionLine {
            code: to.code().to_owned(),
            name: None,
            value: count(led_to(*to)),
        };
        let lines = Redirection::ALL.iter().map(line).collect();
        (ActionBreakdown::ReferralsDirectedTo, lines)
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

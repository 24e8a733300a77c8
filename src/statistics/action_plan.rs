//! Whether the plan of action is carried out: figures by its three principles, and of what stands around the reports.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::domain::calendar::Months;
use crate::domain::nomenclature::{ClosedList as _, Principle};

/// What a figure of the plan of action counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum ActionUnit {
    /// Things, people, interventions.
    Count,
    /// Minutes.
    Minutes,
    /// Percent.
    Percent,
    /// A number with one decimal, in tenths.
    Tenths,
}

impl ActionUnit {
    /// Its code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Minutes => "minutes",
            Self::Percent => "percent",
            Self::Tenths => "tenths",
        }
    }

    /// The unit of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|unit| unit.code() == code)
    }
}

/// A figure of the plan of action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum ActionFigure {
    /// Interventions that serve a principle.
    Interventions,
    /// Participants of these.
    Supports,
    /// Participants less those who had come before.
    People,
    /// Their minutes.
    Minutes,
    /// Agreements in force on the day of reading.
    AgreementsInForce,
    /// Those of them that end within 60 days.
    AgreementsEnding,
    /// Requests for equipment that came in the period.
    EquipmentRequests,
    /// Those of them that were granted.
    EquipmentGranted,
    /// Requests for a workshop that came in the period.
    WorkshopRequests,
    /// Those of them that are planned.
    WorkshopRequestsPlanned,
    /// Those of them that were declined.
    WorkshopRequestsDeclined,
    /// The median of days from those that are planned to their sessions.
    WorkshopRequestDays,
    /// Meetings with partners in the period.
    Meetings,
    /// Presences at partners that were planned for the period.
    PresencesPlanned,
    /// Those of them that were held.
    PresencesHeld,
    /// Those of them to which somebody came.
    PresencesWithResidents,
    /// Those of them to which nobody came.
    PresencesWithoutResidents,
    /// Those planned that were cancelled.
    PresencesCancelled,
    /// Those of them that are past, and of which nobody said whether they were held.
    PresencesUnsaid,
    /// The minutes of those held, times their advisors.
    PresenceMinutes,
    /// The minutes of interventions that name presences.
    PresenceSupportMinutes,
    /// Participants of these interventions for each hour of the presences held.
    PeoplePerPresenceHour,
    /// Those held whose host did all that it had committed itself to.
    CommitmentsMet,
    /// Workshops that were planned for the period.
    WorkshopsPlanned,
    /// Those of them that were held.
    WorkshopSessionsHeld,
    /// The participants of those held that have a number of seats, of all these seats.
    WorkshopFilling,
    /// Sheets of the catalogue for which nobody ever asked.
    SheetsNeverAsked,
    /// Stops of the mobile office and stands that were planned for the period.
    StopsPlanned,
    /// Those of them that were held.
    StopsHeld,
    /// Participants of interventions that name stops and stands.
    StopPeople,
    /// Referrals that came in the period.
    ReferralsReceived,
    /// Those of them whose first visit was held.
    ReferralsVisited,
    /// Those of them to whose first visit whoever asked came along.
    ReferralsAccompanied,
    /// The median of days from these referrals to their first visits.
    ReferralDays,
    /// The share of supports of the whole that was given in the mobile office or in public space.
    OutsideWalls,
    /// Interventions that a social or outreach worker asked for.
    Referrals,
    /// Those of them at which that worker was.
    FirstVisitsAccompanied,
    /// Partners that are known.
    Partners,
    /// Places that a coordinator has confirmed and that have not ended.
    PlacesConfirmed,
    /// Those of them that everybody may know of.
    PlacesPublished,
    /// Those of them of which nothing was said for a year.
    PlacesStale,
    /// Communes of the territory in which something was done.
    CommunesVisited,
    /// Communes of the territory in which nothing was done.
    CommunesNotVisited,
}

impl ActionFigure {
    /// Its stable name.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Interventions => "action_interventions",
            Self::Supports => "action_supports",
            Self::People => "action_people",
            Self::Minutes => "action_minutes",
            Self::AgreementsInForce => "action_agreements_in_force",
            Self::AgreementsEnding => "action_agreements_ending",
            Self::EquipmentRequests => "action_equipment_requests",
            Self::EquipmentGranted => "action_equipment_granted",
            Self::WorkshopRequests => "action_workshop_requests",
            Self::WorkshopRequestsPlanned => "action_workshop_requests_planned",
            Self::WorkshopRequestsDeclined => "action_workshop_requests_declined",
            Self::WorkshopRequestDays => "action_workshop_request_days",
            Self::Meetings => "action_meetings",
            Self::PresencesPlanned => "action_presences_planned",
            Self::PresencesHeld => "action_presences_held",
            Self::PresencesWithResidents => "action_presences_with_residents",
            Self::PresencesWithoutResidents => "action_presences_without_residents",
            Self::PresencesCancelled => "action_presences_cancelled",
            Self::PresencesUnsaid => "action_presences_unsaid",
            Self::PresenceMinutes => "action_presence_minutes",
            Self::PresenceSupportMinutes => "action_presence_support_minutes",
            Self::PeoplePerPresenceHour => "action_people_per_presence_hour",
            Self::CommitmentsMet => "action_commitments_met",
            Self::WorkshopsPlanned => "action_workshops_planned",
            Self::WorkshopSessionsHeld => "action_workshop_sessions_held",
            Self::WorkshopFilling => "action_workshop_filling",
            Self::SheetsNeverAsked => "action_sheets_never_asked",
            Self::StopsPlanned => "action_stops_planned",
            Self::StopsHeld => "action_stops_held",
            Self::StopPeople => "action_stop_people",
            Self::ReferralsReceived => "action_referrals_received",
            Self::ReferralsVisited => "action_referrals_visited",
            Self::ReferralsAccompanied => "action_referrals_accompanied",
            Self::ReferralDays => "action_referral_days",
            Self::OutsideWalls => "action_outside_walls",
            Self::Referrals => "action_referrals",
            Self::FirstVisitsAccompanied => "action_first_visits_accompanied",
            Self::Partners => "action_partners",
            Self::PlacesConfirmed => "action_places_confirmed",
            Self::PlacesPublished => "action_places_published",
            Self::PlacesStale => "action_places_stale",
            Self::CommunesVisited => "action_communes_visited",
            Self::CommunesNotVisited => "action_communes_not_visited",
        }
    }

    /// What it counts.
    pub const fn unit(self) -> ActionUnit {
        match self {
            Self::Minutes | Self::PresenceMinutes | Self::PresenceSupportMinutes => ActionUnit::Minutes,
            Self::OutsideWalls | Self::WorkshopFilling => ActionUnit::Percent,
            Self::PeoplePerPresenceHour => ActionUnit::Tenths,
            Self::Interventions
            | Self::Supports
            | Self::People
            | Self::AgreementsInForce
            | Self::AgreementsEnding
            | Self::EquipmentRequests
            | Self::EquipmentGranted
            | Self::WorkshopRequests
            | Self::WorkshopRequestsPlanned
            | Self::WorkshopRequestsDeclined
            | Self::WorkshopRequestDays
            | Self::Meetings
            | Self::PresencesPlanned
            | Self::PresencesHeld
            | Self::PresencesWithResidents
            | Self::PresencesWithoutResidents
            | Self::PresencesCancelled
            | Self::PresencesUnsaid
            | Self::CommitmentsMet
            | Self::WorkshopsPlanned
            | Self::WorkshopSessionsHeld
            | Self::SheetsNeverAsked
            | Self::StopsPlanned
            | Self::StopsHeld
            | Self::StopPeople
            | Self::ReferralsReceived
            | Self::ReferralsVisited
            | Self::ReferralsAccompanied
            | Self::ReferralDays
            | Self::Referrals
            | Self::FirstVisitsAccompanied
            | Self::Partners
            | Self::PlacesConfirmed
            | Self::PlacesPublished
            | Self::PlacesStale
            | Self::CommunesVisited
            | Self::CommunesNotVisited => ActionUnit::Count,
        }
    }

    /// The figure of a stable name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|figure| figure.id() == id)
    }
}

/// What the plan of action tells apart beside its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum ActionBreakdown {
    /// The requests for a workshop that came in the period, by the sheet that they ask for.
    RequestsByWorkshop,
    /// The referrals that came in the period, by where the person was led: several answers.
    ReferralsDirectedTo,
    /// The meetings of the period, by the kind of partner.
    MeetingsByPartnerKind,
    /// The days of absence in the period, by what they are.
    Absences,
}

impl ActionBreakdown {
    /// Its stable name.
    pub const fn id(self) -> &'static str {
        match self {
            Self::RequestsByWorkshop => "action_requests_by_workshop",
            Self::ReferralsDirectedTo => "action_referrals_directed_to",
            Self::MeetingsByPartnerKind => "action_meetings_by_partner_kind",
            Self::Absences => "action_absences",
        }
    }

    /// The breakdown of a stable name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|breakdown| breakdown.id() == id)
    }
}

/// A value of a breakdown of the plan of action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionLine {
    /// A code of a list, or the identifier of a sheet.
    pub code: String,
    /// The title of the sheet, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many.
    pub value: i64,
}

/// Which part of the plan of action figures are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionPart {
    /// One of its principles.
    Principle(Principle),
    /// What serves no principle, as far as was said.
    Undisclosed,
    /// What stands around the reports.
    Field,
}

impl ActionPart {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Principle(principle) => principle.code(),
            Self::Undisclosed => "undisclosed",
            Self::Field => "field",
        }
    }

    /// The part of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "undisclosed" => Some(Self::Undisclosed),
            "field" => Some(Self::Field),
            _ => Principle::from_code(code).map(Self::Principle),
        }
    }
}

/// A figure and its value; `None` where there is nothing of which to tell.
pub type FigureValue = (ActionFigure, Option<i64>);

/// A part of the plan of action, with what it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartFigures {
    /// Which part.
    pub part: ActionPart,
    /// Its figures, in order.
    pub figures: Vec<FigureValue>,
    /// Its breakdowns, in order.
    pub breakdowns: Vec<(ActionBreakdown, Vec<ActionLine>)>,
}

/// The figures of the plan of action in a period. Those of what stands around the reports are as of the moment at which they
/// were read: closing a month does not freeze them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPlan {
    /// The organisation's name.
    pub organisation: String,
    /// The period.
    pub period: Months,
    /// When the figures were read.
    pub as_of: DateTime<Utc>,
    /// Whether the figures of reports may still change.
    pub provisional: bool,
    /// Its parts, in order.
    pub parts: Vec<PartFigures>,
}

/// A part of the plan of action as a publication keeps it: with codes and names that later programs may not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedPart {
    /// The code of the part.
    pub code: String,
    /// Its figures.
    pub figures: Vec<PublishedFigure>,
    /// Its breakdowns.
    pub breakdowns: Vec<PublishedLines>,
}

/// A figure of the plan of action as a publication keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedFigure {
    /// Its stable name.
    pub id: String,
    /// The code of what it counts.
    pub unit: String,
    /// Its value, if there was one.
    pub value: Option<i64>,
}

/// A breakdown of the plan of action as a publication keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedLines {
    /// Its stable name.
    pub id: String,
    /// Its values.
    pub lines: Vec<ActionLine>,
}

impl From<&PartFigures> for PublishedPart {
    fn from(of: &PartFigures) -> Self {
        let figures = of.figures.iter().map(|(figure, value)| PublishedFigure {
            id: figure.id().to_owned(),
            unit: figure.unit().code().to_owned(),
            value: *value,
        });
        let breakdowns = of.breakdowns.iter().map(|(breakdown, lines)| PublishedLines {
            id: breakdown.id().to_owned(),
            lines: lines.clone(),
        });
        Self {
            code: of.part.code().to_owned(),
            figures: figures.collect(),
            breakdowns: breakdowns.collect(),
        }
    }
}

/// People for each hour, in tenths, rounded half up; `None` of no time.
pub fn per_hour(people: i64, minutes: i64) -> Option<i64> {
    (minutes > 0).then(|| (people * 1_200 + minutes) / (2 * minutes))
}

/// A share in percent, rounded half up; `None` of nothing.
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 200 + whole) / (2 * whole))
}

//! The figures of a month: each has one definition, and is a view of the month's counters.

use strum::VariantArray;

use super::tally::Counters;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Unit {
    /// People: supports less recurring participants.
    People,
    /// Supports: participants, once for each intervention.
    Supports,
    /// Interventions.
    Interventions,
    /// Minutes of the advisors' time.
    Minutes,
    /// Reports of a day.
    Reports,
}

impl Unit {
    /// The code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Supports => "supports",
            Self::Interventions => "interventions",
            Self::Minutes => "minutes",
            Self::Reports => "reports",
        }
    }
}

/// A figure of the monthly table. One label, one definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Figure {
    /// Supports less recurring participants.
    PeopleSupported,
    /// Participants of every intervention.
    SupportsRecorded,
    /// Interventions of kind workshop.
    WorkshopsHeld,
    /// Participants of workshops.
    WorkshopParticipants,
    /// Participants of individual supports.
    IndividualSupports,
    /// Participants of one-off requests.
    OneOffRequests,
    /// Participants who had been helped before.
    RecurringParticipants,
    /// The advisors' time in workshops.
    WorkshopMinutes,
    /// The advisors' time in individual supports.
    IndividualMinutes,
    /// The advisors' time in one-off requests.
    OneOffMinutes,
    /// Interventions that a social or outreach worker asked for.
    Referrals,
    /// Interventions that such a worker asked for, and whose first visit that worker accompanied.
    FirstVisitsAccompanied,
    /// Reports, empty ones and absences included.
    Reports,
    /// Reports of an absence.
    Absences,
}

impl Figure {
    /// The annex's six, in its order.
    pub const ANNEX: [Self; 6] = [
        Self::PeopleSupported,
        Self::SupportsRecorded,
        Self::WorkshopsHeld,
        Self::WorkshopParticipants,
        Self::IndividualSupports,
        Self::OneOffRequests,
    ];

    /// Every figure, the annex's first.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The stable name of the figure.
    pub const fn id(self) -> &'static str {
        match self {
            Self::PeopleSupported => "people_supported",
            Self::SupportsRecorded => "supports_recorded",
            Self::WorkshopsHeld => "workshops_held",
            Self::WorkshopParticipants => "workshop_participants",
            Self::IndividualSupports => "individual_supports",
            Self::OneOffRequests => "one_off_requests",
            Self::RecurringParticipants => "recurring_participants",
            Self::WorkshopMinutes => "workshop_minutes",
            Self::IndividualMinutes => "individual_minutes",
            Self::OneOffMinutes => "one_off_minutes",
            Self::Referrals => "referrals",
            Self::FirstVisitsAccompanied => "first_visits_accompanied",
            Self::Reports => "reports",
            Self::Absences => "absences",
        }
    }

    /// What it counts.
    pub const fn unit(self) -> Unit {
        match self {
            Self::PeopleSupported => Unit::People,
            Self::SupportsRecorded
            | Self::WorkshopParticipants
            | Self::IndividualSupports
            | Self::OneOffRequests
            | Self::RecurringParticipants => Unit::Supports,
            Self::WorkshopsHeld | Self::Referrals | Self::FirstVisitsAccompanied => Unit::Interventions,
            Self::WorkshopMinutes | Self::IndividualMinutes | Self::OneOffMinutes => Unit::Minutes,
            Self::Reports | Self::Absences => Unit::Reports,
        }
    }

    /// Whether it counts whole reports: then it has no meaning for only some of their interventions.
    pub const fn is_of_reports(self) -> bool {
        matches!(self.unit(), Unit::Reports)
    }

    /// The figure of a month.
    pub const fn of(self, counters: &Counters) -> i64 {
        match self {
            Self::PeopleSupported => counters.people_supported(),
            Self::SupportsRecorded => counters.supports_recorded(),
            Self::WorkshopsHeld => counters.workshops_held,
            Self::WorkshopParticipants => counters.workshop_participants,
            Self::IndividualSupports => counters.individual_supports,
            Self::OneOffRequests => counters.one_off_requests,
            Self::RecurringParticipants => counters.recurring_participants,
            Self::WorkshopMinutes => counters.workshop_minutes,
            Self::IndividualMinutes => counters.individual_minutes,
            Self::OneOffMinutes => counters.one_off_minutes,
            Self::Referrals => counters.referrals,
            Self::FirstVisitsAccompanied => counters.first_visits_accompanied,
            Self::Reports => counters.reports,
            Self::Absences => counters.absences,
        }
    }
}

//! The monthly table: the annex's rows over a period, from the counters of each month.

use chrono::{DateTime, Utc};

use super::tally::Counters;
use crate::domain::calendar::{Month, Months};
use crate::domain::identifiers::AdvisorId;
use crate::domain::organisation::MonthStatus;

/// A row of the annex. One label, one definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnexRow {
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
}

impl AnnexRow {
    /// The six rows, in the annex's order.
    pub const ALL: [Self; 6] = [
        Self::PeopleSupported,
        Self::SupportsRecorded,
        Self::WorkshopsHeld,
        Self::WorkshopParticipants,
        Self::IndividualSupports,
        Self::OneOffRequests,
    ];

    /// The stable name of the figure.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::PeopleSupported => "people_supported",
            Self::SupportsRecorded => "supports_recorded",
            Self::WorkshopsHeld => "workshops_held",
            Self::WorkshopParticipants => "workshop_participants",
            Self::IndividualSupports => "individual_supports",
            Self::OneOffRequests => "one_off_requests",
        }
    }

    /// The figure of a month.
    #[must_use]
    pub const fn figure(self, counters: &Counters) -> i64 {
        match self {
            Self::PeopleSupported => counters.people_supported(),
            Self::SupportsRecorded => counters.supports_recorded(),
            Self::WorkshopsHeld => counters.workshops_held,
            Self::WorkshopParticipants => counters.workshop_participants,
            Self::IndividualSupports => counters.individual_supports,
            Self::OneOffRequests => counters.one_off_requests,
        }
    }
}

/// The figures of one row over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFigures {
    /// Which row.
    pub row: AnnexRow,
    /// The figure of each month, the earliest first.
    pub by_month: Vec<i64>,
    /// Their sum.
    pub total: i64,
    /// The total over the number of months, rounded to the nearest whole, halves up; months without reports count.
    pub monthly_average: i64,
}

/// One month of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthState {
    /// Which month.
    pub month: Month,
    /// Whether it takes writes.
    pub status: MonthStatus,
}

/// The monthly table of an organisation or of one of its advisors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthlyStatistics {
    /// The organisation's name.
    pub organisation: String,
    /// The advisor whose figures these are; `None`: the whole organisation's.
    pub advisor: Option<AdvisorId>,
    /// The period.
    pub period: Months,
    /// When the figures were read.
    pub as_of: DateTime<Utc>,
    /// The months of the period, the earliest first.
    pub months: Vec<MonthState>,
    /// The rows of the annex, in its order.
    pub rows: Vec<RowFigures>,
}

impl MonthlyStatistics {
    /// Whether the figures may still change: unless every month is closed.
    #[must_use]
    pub fn provisional(&self) -> bool {
        self.months.iter().any(|month| month.status != MonthStatus::Closed)
    }
}

/// The annex's rows from the counters of each month, the earliest first.
#[must_use]
pub fn annex_rows(months: &[Counters]) -> Vec<RowFigures> {
    AnnexRow::ALL.map(|row| row_figures(row, months)).into()
}

fn row_figures(row: AnnexRow, months: &[Counters]) -> RowFigures {
    let by_month: Vec<i64> = months.iter().map(|counters| row.figure(counters)).collect();
    let total = by_month.iter().sum();
    RowFigures {
        row,
        monthly_average: rounded_half_up(total, by_month.len()),
        by_month,
        total,
    }
}

/// `total` (at least 0) over `count`, rounded to the nearest whole, halves up; 0 over nothing.
fn rounded_half_up(total: i64, count: usize) -> i64 {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    (2 * total + count).checked_div(2 * count).unwrap_or_default()
}

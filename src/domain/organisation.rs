//! The tenant: an organisation and the state of its months.

use chrono_tz::Tz;

use super::identifiers::OrganisationId;

/// An organisation that employs advisors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// Its name, as documents print it.
    pub name: String,
    /// The zone in which its days begin and end.
    pub time_zone: Tz,
}

/// Whether a month takes writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MonthStatus {
    /// Takes writes; the state of a month of which nothing was said.
    #[default]
    Open,
    /// Takes no writes: its figures may have been voted on.
    Closed,
    /// Was closed and takes writes again.
    Reopened,
}

impl MonthStatus {
    /// The code on the wire and in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }

    /// The status of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Closed, Self::Reopened]
            .into_iter()
            .find(|status| status.code() == code)
    }
}

//! Figures of what partners and the organisation do together, for the report on a plan of action: agreements, meetings and
//! requests. Values in, values out.

use chrono::{Days, NaiveDate};
use strum::VariantArray as _;

use crate::domain::field::agreement::Agreement;
use crate::domain::field::partner::PartnerKind;
use crate::domain::field::request::{Request, RequestStatus};

/// An agreement ends soon when it is in force and its last day is no later than so many days ahead.
pub const SOON_DAYS: u64 = 60;

/// How many agreements are in force on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgreementFigures {
    /// Signed, and within their period.
    pub in_force: i64,
    /// Those of them that end within [`SOON_DAYS`].
    pub ending: i64,
}

/// Counts the agreements that are in force on a day.
pub fn agreements<'a>(agreements: impl IntoIterator<Item = &'a Agreement>, day: NaiveDate) -> AgreementFigures {
    let soon = day.checked_add_days(Days::new(SOON_DAYS)).unwrap_or(NaiveDate::MAX);
    let mut figures = AgreementFigures::default();
    for agreement in agreements.into_iter().filter(|agreement| agreement.is_in_force(day)) {
        figures.in_force += 1;
        figures.ending += i64::from(agreement.ends_on <= soon);
    }
    figures
}

/// How many meetings were held with each kind of partner in a period, every kind in the order of their list. Each meeting
/// comes with its day and the kind of its partner.
pub fn meetings(
    meetings: impl IntoIterator<Item = (NaiveDate, PartnerKind)>,
    (from, to): (NaiveDate, NaiveDate),
) -> Vec<(PartnerKind, i64)> {
    let mut figures: Vec<(PartnerKind, i64)> = PartnerKind::VARIANTS.iter().map(|kind| (*kind, 0)).collect();
    for (_, kind) in meetings.into_iter().filter(|(day, _)| (from..=to).contains(day)) {
        for (_, held) in figures.iter_mut().filter(|(named, _)| *named == kind) {
            *held += 1;
        }
    }
    figures
}

/// What became of the requests that came in a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestFigures {
    /// All of them.
    pub received: i64,
    /// Those of which nothing has become yet.
    pub waiting: i64,
    /// Those for a workshop that is planned.
    pub planned: i64,
    /// Those for equipment that was lent.
    pub granted: i64,
    /// Those that were declined.
    pub declined: i64,
    /// Those that the partner withdrew.
    pub withdrawn: i64,
    /// The median of the days from when a request came to its session, the lower of two; `None` where no planned request has
    /// a session. A request that was noted down after its session waited for no day.
    pub median_days: Option<i64>,
}

/// Counts the requests that came in a period, each with the day of its first session, if it has one.
pub fn requests<'a>(
    requests: impl IntoIterator<Item = (&'a Request, Option<NaiveDate>)>,
    (from, to): (NaiveDate, NaiveDate),
) -> RequestFigures {
    let mut figures = RequestFigures::default();
    let mut days = Vec::new();
    let came = |request: &Request| (from..=to).contains(&request.received_on);
    for (request, session) in requests.into_iter().filter(|(request, _)| came(request)) {
        figures.received += 1;
        *match request.status {
            RequestStatus::Received => &mut figures.waiting,
            RequestStatus::Planned => &mut figures.planned,
            RequestStatus::Granted => &mut figures.granted,
            RequestStatus::Declined => &mut figures.declined,
            RequestStatus::Withdrawn => &mut figures.withdrawn,
        } += 1;
        let planned = session.filter(|_| request.status == RequestStatus::Planned);
        days.extend(planned.map(|session| (session - request.received_on).num_days().max(0)));
    }
    days.sort_unstable();
    figures.median_days = days.get(days.len().saturating_sub(1) / 2).copied();
    figures
}

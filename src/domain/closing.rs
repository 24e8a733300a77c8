//! Closing a month: its figures are settled, and its days take no writes until it is reopened.

use chrono::{DateTime, NaiveDate, Utc};

use super::calendar::Month;
use super::field::planned_session::PlannedSessionId;
use super::field_error::{FieldCode, FieldErrors};
use super::identifiers::{AccountId, AdvisorId};
use super::organisation::MonthStatus;
use super::text::normal_text;

/// The longest comment on a closing and reason of a reopening, in characters.
pub const COMMENT_MAX: usize = 500;

/// A month that takes no writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedMonth {
    /// Which month.
    pub month: Month,
    /// When it was closed.
    pub at: DateTime<Utc>,
    /// Who closed it.
    pub by: AccountId,
}

/// The status of a month, and the closing or reopening that last changed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthRecord {
    /// Which month.
    pub month: Month,
    /// Whether it takes writes.
    pub status: MonthStatus,
    /// When and by whom the month was last closed or reopened; `None` when it was never closed.
    pub changed: Option<(DateTime<Utc>, AccountId)>,
    /// The comment on the closing, or the reason of the reopening.
    pub comment: Option<String>,
    /// SHA-256 of the month's figures when it was last closed, in hexadecimal.
    pub digest: Option<String>,
}

impl MonthRecord {
    /// A month that was never closed.
    pub const fn open(month: Month) -> Self {
        Self {
            month,
            status: MonthStatus::Open,
            changed: None,
            comment: None,
            digest: None,
        }
    }

    /// When and by whom the month was closed, if it is closed.
    pub fn closed(&self) -> Option<ClosedMonth> {
        let (at, by) = self.changed.filter(|_| self.status == MonthStatus::Closed)?;
        Some(ClosedMonth {
            month: self.month,
            at,
            by,
        })
    }
}

/// The writes of an advisor that a closed month refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedWrites {
    /// Of which month.
    pub month: Month,
    /// Whose.
    pub advisor: AdvisorId,
    /// How many since it was closed; a repeated one counts again.
    pub writes: i64,
    /// When the last came.
    pub last_at: DateTime<Utc>,
}

/// A planned session that several workshops name, of which none assists another: the same people may be counted twice. It is
/// told, and refused never: two workshops may have followed one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedTwice {
    /// The session.
    pub session: PlannedSessionId,
    /// The workshops that name it, by day.
    pub workshops: Vec<ReportedWorkshop>,
}

impl ReportedTwice {
    /// Whether one of the workshops is of a month.
    pub fn is_of(&self, month: Month) -> bool {
        self.workshops.iter().any(|workshop| Month::of(workshop.on) == month)
    }
}

/// A workshop that names a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportedWorkshop {
    /// The day of its report.
    pub on: NaiveDate,
    /// Who reported it.
    pub advisor: AdvisorId,
    /// How many people it counts.
    pub participants: i64,
}

/// Why a month is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosingRefusal {
    /// Its last day is not over.
    NotOver,
}

/// What asking to close or to reopen a month does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosingDecision {
    /// Nothing: the month has the status that is asked for.
    Unchanged,
    /// The status of the month becomes this one.
    Become(MonthStatus),
}

/// What asking to close a month does on a day.
///
/// # Errors
/// When its last day is not over.
pub fn decide_close(stored: &MonthRecord, today: NaiveDate) -> Result<ClosingDecision, ClosingRefusal> {
    if stored.month.last_day() >= today {
        return Err(ClosingRefusal::NotOver);
    }
    Ok(match stored.status {
        MonthStatus::Closed => ClosingDecision::Unchanged,
        MonthStatus::Open | MonthStatus::Reopened => ClosingDecision::Become(MonthStatus::Closed),
    })
}

/// What asking to reopen a month does.
#[must_use]
pub const fn decide_reopen(stored: &MonthRecord) -> ClosingDecision {
    match stored.status {
        MonthStatus::Closed => ClosingDecision::Become(MonthStatus::Reopened),
        MonthStatus::Open | MonthStatus::Reopened => ClosingDecision::Unchanged,
    }
}

/// A comment on a closing in its normal form.
///
/// # Errors
/// When it is too long or holds a control character.
pub fn comment(text: Option<&str>) -> Result<Option<String>, FieldErrors> {
    let mut errors = FieldErrors::new();
    let comment = text.and_then(|text| normal_text(text, COMMENT_MAX, "", "comment", &mut errors));
    if errors.is_empty() { Ok(comment) } else { Err(errors) }
}

/// The reason of a reopening in its normal form.
///
/// # Errors
/// When there is none, or it is too long or holds a control character.
pub fn reason(text: &str) -> Result<String, FieldCode> {
    let mut errors = FieldErrors::new();
    let reason = normal_text(text, COMMENT_MAX, "", "reason", &mut errors);
    match errors.as_slice().first() {
        Some(fault) => Err(fault.code),
        None => reason.ok_or(FieldCode::TooShort { min: 1 }),
    }
}

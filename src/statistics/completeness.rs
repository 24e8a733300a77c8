//! Who has reported each day: the days on which a report is due, and what came of them.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use crate::domain::account::ActivityPeriod;
use crate::domain::calendar::Month;
use crate::domain::holidays::HolidayCalendar;
use crate::domain::nomenclature::ClosedList as _;
use crate::domain::organisation::{Weekday, WorkingDays};

/// When an advisor is to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The days of the week on which they work.
    pub working_days: WorkingDays,
    /// The public holidays that they keep.
    pub holidays: HolidayCalendar,
    /// When they are active.
    pub activity_periods: Vec<ActivityPeriod>,
    /// The day on which their account was deactivated: none is due after it.
    pub ended_on: Option<NaiveDate>,
}

impl Duty {
    /// Whether a report is due for a day, unless the advisor is absent.
    pub fn holds(&self, day: NaiveDate) -> bool {
        let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        let works = Weekday::ALL
            .get(weekday)
            .is_some_and(|weekday| self.working_days.contains(*weekday));
        works
            && self.activity_periods.iter().any(|period| period.holds(day))
            && self.ended_on.is_none_or(|end| day <= end)
            && !self.holidays.holds(day)
    }
}

/// A day of which there is a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportedDay {
    /// The day on which it came, in the organisation's zone.
    pub received_on: NaiveDate,
    /// Whether the report is of an absence.
    pub absence: bool,
}

/// What came of the days of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// The days for which a report was due: working days within the activity periods, less public holidays and absences.
    pub expected: i64,
    /// The expected days that have a report; `expected` is these and the missing ones.
    pub reported: i64,
    /// Days that have a report although none was due; absences do not count.
    pub extra: i64,
    /// The reported days whose report came on a later day.
    pub late: i64,
    /// How many days late those reports came: the median, the lower of two middle ones; `None` when none was late.
    pub median_delay: Option<i64>,
    /// How many days late the latest of those reports came.
    pub worst_delay: Option<i64>,
    /// The days whose report is missing, the earliest first.
    pub missing: Vec<NaiveDate>,
}

/// What came of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayState {
    /// A report was due and came on its day.
    Reported,
    /// A report was due and came so many days later.
    Late(i64),
    /// A report is due and has not come.
    Missing,
    /// The report says that the advisor was absent.
    Absent,
    /// No report is due, and there is none.
    NotDue,
    /// There is a report although none was due.
    Extra,
}

/// What came of a day, with the report of it if there is one.
fn state_of(duty: &Duty, day: NaiveDate, report: Option<&ReportedDay>) -> DayState {
    match (report, duty.holds(day)) {
        (Some(report), _) if report.absence => DayState::Absent,
        (Some(report), true) => match (report.received_on - day).num_days() {
            delay @ 1.. => DayState::Late(delay),
            _ => DayState::Reported,
        },
        (Some(_), false) => DayState::Extra,
        (None, true) => DayState::Missing,
        (None, false) => DayState::NotDue,
    }
}

/// What came of each day from `from` to `to`, both included.
pub fn states(
    duty: &Duty,
    reported: &BTreeMap<NaiveDate, ReportedDay>,
    (from, to): (NaiveDate, NaiveDate),
) -> Vec<(NaiveDate, DayState)> {
    let days = from.iter_days().take_while(|day| *day <= to);
    days.map(|day| (day, state_of(duty, day, reported.get(&day)))).collect()
}

/// What came of the days from `from` to `to`, both included. `to` is yesterday at the latest: a report of today may
/// still come.
pub fn completeness(
    duty: &Duty,
    reported: &BTreeMap<NaiveDate, ReportedDay>,
    period: (NaiveDate, NaiveDate),
) -> Completeness {
    let mut found = Completeness::default();
    let mut delays = Vec::new();
    for (day, state) in states(duty, reported, period) {
        match state {
            DayState::Reported => found.reported += 1,
            DayState::Late(delay) => {
                found.reported += 1;
                delays.push(delay);
            }
            DayState::Missing => found.missing.push(day),
            DayState::Extra => found.extra += 1,
            DayState::Absent | DayState::NotDue => {}
        }
    }
    found.expected = found.reported + i64::try_from(found.missing.len()).unwrap_or(i64::MAX);
    delays.sort_unstable();
    found.late = i64::try_from(delays.len()).unwrap_or(i64::MAX);
    found.median_delay = delays.get(delays.len().saturating_sub(1) / 2).copied();
    found.worst_delay = delays.last().copied();
    found
}

/// How many days on which a report is due lie between a day and today, counting neither of the two.
pub fn working_days_since(duty: &Duty, day: NaiveDate, today: NaiveDate) -> usize {
    day.iter_days()
        .skip(1)
        .take_while(|later| *later < today)
        .filter(|later| duty.holds(*later))
        .count()
}

/// The days of which an advisor is to be reminded today, the earliest first: the days from `from` to yesterday whose
/// report is missing and can still be written. None until `after` working days have passed since the earliest of them,
/// and none when the advisor does not work today or is known to be absent.
pub fn to_remind_of(
    duty: &Duty,
    reported: &BTreeMap<NaiveDate, ReportedDay>,
    closed: &[Month],
    (from, today): (NaiveDate, NaiveDate),
    after: usize,
) -> Vec<NaiveDate> {
    let absent = reported.get(&today).is_some_and(|report| report.absence);
    let Some(yesterday) = today.pred_opt().filter(|_| duty.holds(today) && !absent) else {
        return Vec::new();
    };
    let mut missing = completeness(duty, reported, (from, yesterday)).missing;
    missing.retain(|day| !closed.contains(&Month::of(*day)));
    // The earliest day has waited longest: when it is not old enough, no other is.
    let old_enough = |day: &NaiveDate| working_days_since(duty, *day, today) >= after;
    if missing.first().is_some_and(old_enough) {
        missing
    } else {
        Vec::new()
    }
}

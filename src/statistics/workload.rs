//! How much is planned for whom: by advisor and week, sessions, their minutes, working days and days of absence.

use chrono::{Datelike as _, Days, NaiveDate};

use super::completeness::{Duty, ReportedDay};
use crate::domain::field::planned_session::PlannedSession;
use std::collections::BTreeMap;

/// What is planned for an advisor in a week (ISO 8601: from Monday on).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekLoad {
    /// Its Monday.
    pub monday: NaiveDate,
    /// How many sessions are planned and not cancelled.
    pub sessions: i64,
    /// How long they take together.
    pub minutes: i64,
    /// On how many days the advisor works: within their activity periods, less public holidays and absences.
    pub working_days: i64,
    /// On how many days on which they would work they are absent.
    pub absent_days: i64,
}

impl WeekLoad {
    /// The week as ISO 8601 writes it, such as `2022-W40`.
    pub fn name(&self) -> String {
        let week = self.monday.iso_week();
        format!("{:04}-W{:02}", week.year(), week.week())
    }
}

/// The Monday of the week of a day.
pub fn monday(day: NaiveDate) -> NaiveDate {
    let since = Days::new(day.weekday().num_days_from_monday().into());
    day.checked_sub_days(since).unwrap_or(day)
}

/// What is planned for an advisor in each week of a period of whole days, both included; of the first and the last week what
/// lies in the period.
pub fn weeks<'a>(
    duty: &Duty,
    reported: &BTreeMap<NaiveDate, ReportedDay>,
    sessions: impl IntoIterator<Item = &'a PlannedSession>,
    (from, to): (NaiveDate, NaiveDate),
) -> Vec<WeekLoad> {
    let mut weeks: BTreeMap<NaiveDate, WeekLoad> = BTreeMap::new();
    for day in from.iter_days().take_while(|day| *day <= to) {
        let monday = monday(day);
        let week = weeks.entry(monday).or_insert(WeekLoad {
            monday,
            sessions: 0,
            minutes: 0,
            working_days: 0,
            absent_days: 0,
        });
        let is_absent = reported.get(&day).is_some_and(|report| report.absence);
        match (duty.holds(day), is_absent) {
            (true, true) => week.absent_days += 1,
            (true, false) => week.working_days += 1,
            (false, _) => {}
        }
    }
    for session in sessions {
        if let Some(week) = weeks.get_mut(&monday(session.day))
            && session.cancelled.is_none()
            && (from..=to).contains(&session.day)
        {
            week.sessions += 1;
            week.minutes += session.plan.minutes();
        }
    }
    weeks.into_values().collect()
}

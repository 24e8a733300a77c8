//! Schedules: rules by which sessions recur, in the terms of RFC 5545. The crate `rrule` counts the days; times are those of
//! the clocks of the organisation, so that a round begins at nine in summer and in winter.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone as _, Weekday};
use rrule::{NWeekday, RRule, RRuleSet};
use serde::{Deserialize, Serialize};
use strum::VariantArray;
use uuid::Uuid;

use super::plan::{Plan, PlanDraft, PlanKind};
use super::planned_session::{DAYS_AHEAD, Planned, PlannedSession, PlannedSessionId, Reported, day};
use super::reading::reference;
use super::thing::{Kept, Thing};
use crate::domain::calendar::ReportDate;
use crate::domain::field_error::{FieldCode, FieldErrors};
use crate::domain::holidays::HolidayCalendar;
use crate::domain::identifiers::Id;
use crate::domain::intervention::code_of;
use crate::domain::nomenclature::{ClosedList, Entry, coded};
use crate::domain::text::normal_name;

/// The most of [`Schedule::interval`].
pub const INTERVAL_MAX: i64 = 52;
/// The most days of a rule's `BYDAY`.
pub const BY_DAY_MAX: usize = 14;
/// The most days that a schedule leaves out.
pub const EXCEPTIONS_MAX: usize = 400;

/// Marks identifiers of schedules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScheduleIdKind {}
/// A schedule.
pub type ScheduleId = Id<ScheduleIdKind>;

/// How often a rule recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Frequency {
    /// By days.
    Daily,
    /// By weeks, which begin on Mondays.
    Weekly,
    /// By months.
    Monthly,
}

impl ClosedList for Frequency {
    const NAME: &'static str = "frequency";
    const TYPE: &'static str = "Frequency";
    const DESCRIPTION: &'static str = "How often a rule recurs, as `FREQ` of RFC 5545";

    fn entry(self) -> Entry {
        let (code, french, english) = match self {
            Self::Daily => ("daily", "Chaque jour", "Daily"),
            Self::Weekly => ("weekly", "Chaque semaine", "Weekly"),
            Self::Monthly => ("monthly", "Chaque mois", "Monthly"),
        };
        Entry::of_ours(code, french, english)
    }
}

/// A day of `BYDAY`: `TU`, and in a monthly rule `1TU` to `5TU` and `-1TU` too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByDay {
    /// Which of the month, from its beginning, or the last one; `None`: each.
    pub ordinal: Option<i16>,
    /// The day of the week.
    pub weekday: Weekday,
}

/// The days of the week as RFC 5545 writes them.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

impl ByDay {
    /// Reads a day of `BYDAY`.
    pub fn parse(text: &str) -> Option<Self> {
        let (weekday, ordinal) = WEEKDAYS
            .iter()
            .find_map(|(name, weekday)| Some((*weekday, text.strip_suffix(name)?)))?;
        let ordinal = match ordinal {
            "" => None,
            "-1" => Some(-1),
            "1" | "2" | "3" | "4" | "5" => Some(ordinal.parse().ok()?),
            _ => return None,
        };
        Some(Self { ordinal, weekday })
    }
}

impl fmt::Display for ByDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = WEEKDAYS.iter().find(|(_, weekday)| *weekday == self.weekday);
        let ordinal = self.ordinal.map(|ordinal| ordinal.to_string());
        write!(
            f,
            "{}{}",
            ordinal.unwrap_or_default(),
            name.map_or("", |(name, _)| name)
        )
    }
}

impl Serialize for ByDay {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ByDay {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no day of a rule"))
    }
}

/// A rule by which sessions recur.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its name, such as that of a round.
    pub name: String,
    /// What is planned each time.
    #[serde(flatten)]
    pub plan: Plan,
    /// The first day on which it may fall.
    pub starts_on: NaiveDate,
    /// The last one (`UNTIL`).
    pub ends_on: NaiveDate,
    /// How often it recurs (`FREQ`).
    #[serde(with = "coded")]
    pub frequency: Frequency,
    /// Each how many days, weeks or months (`INTERVAL`).
    pub interval: u16,
    /// On which days of the week (`BYDAY`); none: a weekly rule on that of the first day, a monthly one on its date.
    #[serde(default)]
    pub by_day: Vec<ByDay>,
    /// Days that are left out (`EXDATE`), sorted.
    #[serde(default)]
    pub exceptions: Vec<NaiveDate>,
    /// Whether it falls on public holidays that the organisation keeps too.
    #[serde(default)]
    pub on_holidays: bool,
    /// The schedule that ended the day before this one began.
    #[serde(default)]
    pub continues: Option<ScheduleId>,
}

impl Thing for Schedule {
    type Kind = ScheduleIdKind;
    const MOST: i64 = 500;
}

/// Midnight of a day, where clocks do not change: for days, any zone counts alike.
fn midnight(day: NaiveDate) -> DateTime<rrule::Tz> {
    rrule::Tz::UTC.from_utc_datetime(&day.and_time(NaiveTime::MIN))
}

/// The last day of a schedule that begins on this one.
fn last_possible(starts_on: NaiveDate) -> NaiveDate {
    starts_on
        .checked_add_days(Days::new(DAYS_AHEAD))
        .unwrap_or(NaiveDate::MAX)
}

impl Schedule {
    /// The days of its rule from `from` to `to`, both included, and those of them that it leaves out too.
    pub fn days_of_rule(&self, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        let (from, to) = (from.max(self.starts_on), to.min(self.ends_on));
        let Some(set) = (from <= to).then(|| self.rule(to)).flatten() else {
            return Vec::new();
        };
        let days = set.into_iter().map(|instant| instant.date_naive());
        days.skip_while(|day| *day < from)
            .take_while(|day| *day <= to)
            .collect()
    }

    fn rule(&self, until: NaiveDate) -> Option<RRuleSet> {
        let frequency = match self.frequency {
            Frequency::Daily => rrule::Frequency::Daily,
            Frequency::Weekly => rrule::Frequency::Weekly,
            Frequency::Monthly => rrule::Frequency::Monthly,
        };
        let by_day = self.by_day.iter().map(|day| NWeekday::new(day.ordinal, day.weekday));
        let rule = RRule::new(frequency)
            .interval(self.interval)
            .week_start(Weekday::Mon)
            .by_weekday(by_day.collect())
            .until(midnight(until));
        rule.build(midnight(self.starts_on)).ok()
    }

    /// The days on which it falls, from `from` to `to`, both included.
    pub fn days(&self, holidays: HolidayCalendar, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        let mut days = self.days_of_rule(from, to);
        days.retain(|day| !self.leaves_out(holidays, *day));
        days
    }

    /// Whether it leaves out a day of its rule.
    pub fn leaves_out(&self, holidays: HolidayCalendar, day: NaiveDate) -> bool {
        self.exceptions.binary_search(&day).is_ok() || (!self.on_holidays && holidays.holds(day))
    }

    /// The identifier of its session that begins on a day: the same wherever it is made, so that a device names sessions
    /// that it has not read.
    pub fn session_id(&self, schedule: ScheduleId, day: NaiveDate) -> PlannedSessionId {
        let start = day.and_time(self.plan.from).format("%Y-%m-%dT%H:%M").to_string();
        Id::from_uuid(Uuid::new_v5(&schedule.uuid(), start.as_bytes()))
    }

    /// The session that it plans for a day.
    pub fn session(&self, schedule: ScheduleId, day: NaiveDate) -> Planned {
        Planned {
            id: self.session_id(schedule, day),
            session: PlannedSession {
                plan: self.plan.clone(),
                day,
                request_id: None,
                referral_id: None,
                scheduled: Some((schedule, day)),
                registered: None,
                cancelled: None,
                outcome: None,
                commitments_met: None,
            },
            written: None,
            reported: Reported::default(),
        }
    }

    /// The day whose session has this identifier, if it is one that this schedule could ever plan: it may have ended since.
    pub fn day_of(&self, schedule: ScheduleId, session: PlannedSessionId) -> Option<NaiveDate> {
        let last = last_possible(self.starts_on);
        let mut days = self.starts_on.iter_days().take_while(|day| *day <= last);
        days.find(|day| self.session_id(schedule, *day) == session)
    }

    /// Those of some sessions that this schedule could ever plan from `from` to `to`, both included.
    pub fn sessions_among(
        &self,
        schedule: ScheduleId,
        ids: &BTreeSet<PlannedSessionId>,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Vec<Planned> {
        let (from, to) = (from.max(self.starts_on), to.min(last_possible(self.starts_on)));
        let days = from.iter_days().take_while(|day| *day <= to);
        let asked = days.filter(|day| ids.contains(&self.session_id(schedule, *day)));
        asked.map(|day| self.session(schedule, day)).collect()
    }

    /// Notes what this version changes of one that has begun before `today`: the past that was planned stays, so a rule is
    /// ended, exceptions to come are made, and all else begins another schedule.
    pub fn keep_the_past(&self, before: &Self, today: NaiveDate, errors: &mut FieldErrors) {
        if before.starts_on >= today {
            return;
        }
        let (plan, planned) = (&self.plan, &before.plan);
        for (pointer, is_other) in [
            ("/kind", plan.kind != planned.kind),
            ("/from", plan.from != planned.from),
            ("/to", plan.to != planned.to),
            ("/place_id", plan.place_id != planned.place_id),
            ("/place_name", plan.place_name != planned.place_name),
            ("/advisors", plan.advisors != planned.advisors),
            ("/workshop_id", plan.workshop_id != planned.workshop_id),
            ("/agreement_id", plan.agreement_id != planned.agreement_id),
            ("/vehicle_id", plan.vehicle_id != planned.vehicle_id),
            ("/capacity", plan.capacity != planned.capacity),
            ("/public", plan.public != planned.public),
            ("/note", plan.note != planned.note),
            ("/starts_on", self.starts_on != before.starts_on),
            ("/frequency", self.frequency != before.frequency),
            ("/interval", self.interval != before.interval),
            ("/by_day", self.by_day != before.by_day),
            ("/on_holidays", self.on_holidays != before.on_holidays),
            ("/continues", self.continues != before.continues),
        ] {
            if is_other {
                errors.push(pointer, FieldCode::NotAllowedHere);
            }
        }
        if self.ends_on != before.ends_on && self.ends_on < today.pred_opt().unwrap_or(today).min(before.ends_on) {
            errors.push("/ends_on", FieldCode::NotAllowedHere);
        }
        let is_new = |day: &&NaiveDate| !self.exceptions.contains(day) || !before.exceptions.contains(day);
        let mut changed = self.exceptions.iter().chain(&before.exceptions).filter(is_new);
        if changed.any(|day| *day < today) {
            errors.push("/exceptions", FieldCode::NotAllowedHere);
        }
    }
}

/// The sessions that schedules plan from `from` to `to`, both included.
pub fn sessions_of(
    schedules: &[Kept<Schedule>],
    holidays: HolidayCalendar,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<Planned> {
    let of_one = |kept: &Kept<Schedule>| {
        let days = kept.content.days(holidays, from, to).into_iter();
        days.map(|day| kept.content.session(kept.id, day)).collect::<Vec<_>>()
    };
    schedules.iter().flat_map(of_one).collect()
}

/// A schedule as a client sends it: its shape is right, its values are not checked.
#[derive(Debug, Clone, Default)]
pub struct ScheduleDraft {
    /// See [`Schedule::name`].
    pub name: String,
    /// See [`Schedule::plan`].
    pub plan: PlanDraft,
    /// A day.
    pub starts_on: String,
    /// A day.
    pub ends_on: String,
    /// A code of [`Frequency`].
    pub frequency: String,
    /// See [`Schedule::interval`].
    pub interval: i64,
    /// See [`Schedule::by_day`].
    pub by_day: Vec<String>,
    /// Days.
    pub exceptions: Vec<String>,
    /// See [`Schedule::on_holidays`].
    pub on_holidays: bool,
    /// See [`Schedule::continues`].
    pub continues: Option<String>,
}

impl ScheduleDraft {
    /// The schedule, when it keeps every rule; `today` is the day that it is for the organisation.
    ///
    /// # Errors
    /// Every fault, at its pointer.
    pub fn validate(self, today: NaiveDate) -> Result<Schedule, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = normal_name(&self.name, &mut errors);
        let starts_on = day(&self.starts_on, "/starts_on", today, &mut errors);
        let ends_on = errors.read("/ends_on", self.ends_on.parse().map(ReportDate::date));
        let ends_on = ends_on.unwrap_or(starts_on);
        if ends_on < starts_on {
            errors.push("/ends_on", FieldCode::FromAfterTo);
        } else if ends_on > last_possible(starts_on) {
            errors.push("/ends_on", FieldCode::InTheFuture);
        }
        let frequency = code_of(&self.frequency, "", "frequency", &mut errors).unwrap_or(Frequency::Daily);
        let interval = u16::try_from(self.interval)
            .ok()
            .filter(|_| self.interval <= INTERVAL_MAX);
        let interval = interval.filter(|interval| *interval > 0);
        if interval.is_none() {
            let (min, max) = (1, INTERVAL_MAX);
            errors.push("/interval", FieldCode::OutOfRange { min, max });
        }
        let schedule = Schedule {
            name,
            plan: self.plan.read(&mut errors),
            starts_on,
            ends_on,
            frequency,
            interval: interval.unwrap_or(1),
            by_day: by_day(&self.by_day, frequency, &mut errors),
            exceptions: exceptions(&self.exceptions, &mut errors),
            on_holidays: self.on_holidays,
            continues: reference(self.continues.as_deref(), "continues", &mut errors),
        };
        // Somebody is brought for the first time once, and what tells of them is read by few.
        if schedule.plan.kind == PlanKind::FirstVisit {
            errors.push("/kind", FieldCode::NotAllowedHere);
        }
        errors.into_result(schedule)
    }
}

fn by_day(texts: &[String], frequency: Frequency, errors: &mut FieldErrors) -> Vec<ByDay> {
    if texts.len() > BY_DAY_MAX {
        errors.push("/by_day", FieldCode::TooMany { max: BY_DAY_MAX });
    }
    let mut days = Vec::new();
    for (index, text) in texts.iter().take(BY_DAY_MAX).enumerate() {
        let pointer = format!("/by_day/{index}");
        match ByDay::parse(text) {
            None => errors.push(&pointer, FieldCode::InvalidValue),
            Some(day) if day.ordinal.is_some() && frequency != Frequency::Monthly => {
                errors.push(&pointer, FieldCode::NotAllowedHere);
            }
            // The `2` of `2TU` beside a plain `MO` is read in several ways.
            Some(day)
                if days
                    .first()
                    .is_some_and(|first: &ByDay| first.ordinal.is_some() != day.ordinal.is_some()) =>
            {
                errors.push(&pointer, FieldCode::NotAllowedHere);
            }
            Some(day) if days.contains(&day) => errors.push(&pointer, FieldCode::Duplicate),
            Some(day) => days.push(day),
        }
    }
    days
}

fn exceptions(texts: &[String], errors: &mut FieldErrors) -> Vec<NaiveDate> {
    if texts.len() > EXCEPTIONS_MAX {
        errors.push("/exceptions", FieldCode::TooMany { max: EXCEPTIONS_MAX });
    }
    let mut days = Vec::new();
    for (index, text) in texts.iter().take(EXCEPTIONS_MAX).enumerate() {
        let pointer = format!("/exceptions/{index}");
        match errors.read(&pointer, text.parse().map(ReportDate::date)) {
            Some(day) if days.contains(&day) => errors.push(&pointer, FieldCode::Duplicate),
            Some(day) => days.push(day),
            None => {}
        }
    }
    days.sort_unstable();
    days
}

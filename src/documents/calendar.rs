//! Calendars that other programs subscribe to (iCalendar, RFC 5545): a schedule is one event that recurs, a session of it that
//! was changed is an exception to that event, and what was cancelled stays there as cancelled. Written here and not by a
//! library, since those at hand give zones properties that zones do not have.

mod lines;
mod zone;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

use self::lines::Lines;
use crate::domain::field::place::{Place, PlaceId};
use crate::domain::field::plan::Plan;
use crate::domain::field::planned_session::{Planned, PlannedSession, PlannedSessionId};
use crate::domain::field::schedule::{Schedule, ScheduleId};
use crate::domain::field::thing::Kept;
use crate::domain::field::workshop::WorkshopId;
use crate::domain::holidays::HolidayCalendar;
use crate::domain::language::Language;
use crate::domain::nomenclature::ClosedList as _;

/// What stands in a calendar.
#[derive(Debug)]
pub struct Feed<'a> {
    /// Its name.
    pub name: String,
    /// The zone of the clocks by which its times are told.
    pub zone: Tz,
    /// The public holidays that schedules leave out.
    pub holidays: HolidayCalendar,
    /// The language of its words.
    pub language: Language,
    /// The titles of sheets of the catalogue, by identifier.
    pub titles: &'a BTreeMap<WorkshopId, String>,
    /// The places that sessions name, by identifier.
    pub places: &'a BTreeMap<PlaceId, Place>,
}

/// What makes an event of a session or a schedule: when it was last written, and how often.
#[derive(Debug, Clone, Copy)]
struct Stamp {
    at: DateTime<Utc>,
    version: i64,
}

impl Feed<'_> {
    /// The calendar with the schedules and the sessions with a row that a condition lets through.
    pub fn text(
        &self,
        schedules: &[Kept<Schedule>],
        rows: &[Planned],
        lets_through: impl Fn(&PlannedSession) -> bool,
    ) -> String {
        let mut lines = Lines::new();
        lines.plain("BEGIN", "VCALENDAR");
        lines.plain("VERSION", "2.0");
        lines.plain("PRODID", "-//Quotidien//FR");
        lines.plain("CALSCALE", "GREGORIAN");
        lines.plain("METHOD", "PUBLISH");
        lines.text("NAME", &self.name);
        lines.text("X-WR-CALNAME", &self.name);
        lines.plain("X-WR-TIMEZONE", self.zone.name());
        lines.plain("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
        lines.plain("X-PUBLISHED-TTL", "PT1H");
        let shown: Vec<&Kept<Schedule>> = schedules
            .iter()
            .filter(|kept| lets_through(&kept.content.session(kept.id, kept.content.starts_on).session))
            .collect();
        if let Some((first, last)) = period(&shown, rows) {
            zone::write(&mut lines, self.zone, first, last);
        }
        let mut exceptions: BTreeMap<ScheduleId, BTreeMap<NaiveDate, &Planned>> = BTreeMap::new();
        for row in rows {
            if let Some((schedule, day)) = row.session.scheduled {
                exceptions.entry(schedule).or_default().insert(day, row);
            }
        }
        let none = BTreeMap::new();
        let mut within: BTreeSet<PlannedSessionId> = BTreeSet::new();
        for kept in shown {
            let changed = exceptions.get(&kept.id).unwrap_or(&none);
            within.extend(self.schedule(&mut lines, kept, changed, &lets_through));
        }
        for row in rows {
            if lets_through(&row.session) && !within.contains(&row.id) {
                self.event(
                    &mut lines,
                    &format!("{}@quotidien", row.id),
                    None,
                    &row.session,
                    stamp_of(row),
                );
            }
        }
        lines.plain("END", "VCALENDAR");
        lines.finish()
    }

    /// Writes a schedule, with the sessions of it that were changed; tells which these are.
    fn schedule(
        &self,
        lines: &mut Lines,
        kept: &Kept<Schedule>,
        changed: &BTreeMap<NaiveDate, &Planned>,
        lets_through: &impl Fn(&PlannedSession) -> bool,
    ) -> Vec<PlannedSessionId> {
        let schedule = &kept.content;
        let days = schedule.days_of_rule(schedule.starts_on, schedule.ends_on);
        let Some(first) = days.first() else {
            return Vec::new();
        };
        let uid = format!("{}@quotidien", kept.id);
        let shown = |day: &NaiveDate| changed.get(day).filter(|row| lets_through(&row.session)).copied();
        let is_left_out = |day: &&NaiveDate| {
            let is_changed = changed.contains_key(*day);
            shown(day).is_none() && (is_changed || schedule.leaves_out(self.holidays, **day))
        };
        let stamp = Stamp {
            at: kept.updated_at,
            version: kept.version,
        };
        lines.plain("BEGIN", "VEVENT");
        heading(lines, &uid, stamp);
        self.times(lines, *first, &schedule.plan);
        lines.plain("RRULE", &self.rule(schedule));
        for day in days.iter().filter(is_left_out) {
            self.local(lines, "EXDATE", day.and_time(schedule.plan.from));
        }
        self.words(lines, &schedule.plan, Some(&schedule.name));
        lines.plain("END", "VEVENT");
        let exceptions: Vec<&Planned> = days.iter().filter_map(shown).collect();
        for row in &exceptions {
            let start = row.session.scheduled.map(|(_, day)| day.and_time(schedule.plan.from));
            self.event(lines, &uid, start, &row.session, stamp_of(row));
        }
        exceptions.iter().map(|row| row.id).collect()
    }

    /// Writes an event of its own, or the exception to one that begins at `instead_of`.
    fn event(
        &self,
        lines: &mut Lines,
        uid: &str,
        instead_of: Option<NaiveDateTime>,
        session: &PlannedSession,
        stamp: Stamp,
    ) {
        lines.plain("BEGIN", "VEVENT");
        heading(lines, uid, stamp);
        if let Some(start) = instead_of {
            self.local(lines, "RECURRENCE-ID", start);
        }
        self.times(lines, session.day, &session.plan);
        let plan = &session.plan;
        if session.is_confidential() {
            lines.text("SUMMARY", self.label(plan));
        } else {
            self.words(lines, plan, None);
        }
        let status = if session.cancelled.is_some() {
            "CANCELLED"
        } else {
            "CONFIRMED"
        };
        lines.plain("STATUS", status);
        lines.plain("END", "VEVENT");
    }

    fn times(&self, lines: &mut Lines, day: NaiveDate, plan: &Plan) {
        self.local(lines, "DTSTART", day.and_time(plan.from));
        self.local(lines, "DTEND", day.and_time(plan.to));
    }

    /// Writes when something is by the clocks of the zone.
    fn local(&self, lines: &mut Lines, name: &str, at: NaiveDateTime) {
        let name = format!("{name};TZID={}", self.zone.name());
        lines.plain(&name, &at.format("%Y%m%dT%H%M%S").to_string());
    }

    fn rule(&self, schedule: &Schedule) -> String {
        let mut rule = format!("FREQ={}", schedule.frequency.code().to_uppercase());
        if schedule.interval > 1 {
            rule.push_str(";INTERVAL=");
            rule.push_str(&schedule.interval.to_string());
        }
        if !schedule.by_day.is_empty() {
            let days: Vec<String> = schedule.by_day.iter().map(ToString::to_string).collect();
            rule.push_str(";BYDAY=");
            rule.push_str(&days.join(","));
        }
        // With a zone the end is told in UTC: that of the last day, by its clocks.
        let end = schedule
            .ends_on
            .checked_add_days(Days::new(1))
            .unwrap_or(schedule.ends_on);
        let end = instant(self.zone, end.and_time(NaiveTime::MIN)) - TimeDelta::seconds(1);
        format!("{rule};UNTIL={};WKST=MO", end.format("%Y%m%dT%H%M%SZ"))
    }

    fn label(&self, plan: &Plan) -> &'static str {
        let entry = plan.kind.entry();
        self.language.choose(entry.french, entry.english)
    }

    /// Writes what it is and where.
    fn words(&self, lines: &mut Lines, plan: &Plan, name: Option<&str>) {
        let title = plan
            .workshop_id
            .and_then(|sheet| self.titles.get(&sheet))
            .map(String::as_str);
        let place = plan.place_id.and_then(|id| self.places.get(&id));
        let place_name = place.map(|place| place.name.as_str()).or(plan.place_name.as_deref());
        let what = title.or(name).or(place_name);
        let summary = what.map_or_else(
            || self.label(plan).to_owned(),
            |what| format!("{} · {what}", self.label(plan)),
        );
        lines.text("SUMMARY", &summary);
        lines.text("CATEGORIES", self.label(plan));
        let address = place.and_then(|place| {
            let texts = [&place.texts.address, &place.texts.postal_code];
            let said: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
            (!said.is_empty()).then(|| said.join(" "))
        });
        let location: Vec<&str> = place_name.into_iter().chain(address.as_deref()).collect();
        if !location.is_empty() {
            lines.text("LOCATION", &location.join(", "));
        }
        if let Some((latitude, longitude)) = place.and_then(|place| place.coordinates) {
            lines.plain("GEO", &format!("{latitude};{longitude}"));
        }
        let pages = place.and_then(|place| place.texts.website.as_deref());
        if let Some(page) = pages.and_then(|pages| pages.split('|').next()) {
            lines.plain("URL", page);
        }
    }
}

/// Writes by what an event is known, and which version of it this is.
fn heading(lines: &mut Lines, uid: &str, stamp: Stamp) {
    let at = stamp.at.format("%Y%m%dT%H%M%SZ").to_string();
    lines.plain("UID", uid);
    lines.plain("DTSTAMP", &at);
    lines.plain("LAST-MODIFIED", &at);
    lines.plain("SEQUENCE", &(stamp.version - 1).to_string());
}

fn stamp_of(row: &Planned) -> Stamp {
    row.written.map_or(
        Stamp {
            at: DateTime::UNIX_EPOCH,
            version: 1,
        },
        |written| Stamp {
            at: written.at,
            version: written.version,
        },
    )
}

/// The first and the last day of what a calendar holds.
fn period(schedules: &[&Kept<Schedule>], rows: &[Planned]) -> Option<(NaiveDate, NaiveDate)> {
    let planned = rows.iter().map(|row| row.session.day);
    let begin = schedules
        .iter()
        .map(|kept| kept.content.starts_on)
        .chain(planned.clone());
    let end = schedules.iter().map(|kept| kept.content.ends_on).chain(planned);
    begin.min().zip(end.max())
}

/// The instant of a local time: the first of two where clocks are set back, and that of an hour later where they skip it.
pub(super) fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let found = zone.from_local_datetime(&local).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest());
    found.map_or_else(|| local.and_utc(), |found| found.to_utc())
}

//! The daily reports of the demonstration: May to July 2022, whose sums are the annex to the figure. What each
//! intervention says beside the figures is in `intervention.rs`.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate, Weekday};
use serde_json::{Map, Value};

use super::draw::{Choice, Draw};
use super::intervention::{Kind, Planned, intervention};
use super::people::ADVISORS;
use super::places::{POSTS, ROOMS};

/// A report of the demonstration.
pub(super) struct SeedReport {
    /// Index into [`ADVISORS`].
    pub(super) advisor: usize,
    /// The day.
    pub(super) date: NaiveDate,
    /// The body of `PUT /v1/advisors/{advisor_id}/reports/{date}`.
    pub(super) body: Value,
}

/// What the reports of a month add up to.
struct MonthTarget {
    month: u32,
    workshops: usize,
    workshop_participants: usize,
    individual_supports: usize,
    one_off_requests: usize,
    recurring_participants: usize,
    interventions: usize,
}

/// Annex 1 of deliberation no. 19 of Le Mans Métropole, 29 September 2022. Recurring participants are its row
/// "Accompagnements total enregistrés" less its row "Personnes totales accompagnées"; the numbers of interventions are
/// those behind the annex, 293 in all.
#[rustfmt::skip]
const ANNEX: [MonthTarget; 3] = [
    MonthTarget { month: 5, workshops: 6, workshop_participants: 52, individual_supports: 8, one_off_requests: 8, recurring_participants: 11, interventions: 22 },
    MonthTarget { month: 6, workshops: 22, workshop_participants: 197, individual_supports: 104, one_off_requests: 12, recurring_participants: 108, interventions: 138 },
    MonthTarget { month: 7, workshops: 34, workshop_participants: 379, individual_supports: 83, one_off_requests: 16, recurring_participants: 90, interventions: 133 },
];

/// Proves that in each month every intervention that is not a workshop helps one person, so that their sizes need not
/// be drawn.
const _: () = {
    let [may, june, july] = &ANNEX;
    assert!(may.helps_one_by_one() && june.helps_one_by_one() && july.helps_one_by_one());
};

impl MonthTarget {
    const fn helps_one_by_one(&self) -> bool {
        self.interventions == self.workshops + self.individual_supports + self.one_off_requests
    }

    const fn supports(&self) -> usize {
        self.workshop_participants + self.individual_supports + self.one_off_requests
    }
}

const YEAR: i32 = 2022;
/// Public holidays from Monday to Friday, as month and day: Ascension, Whit Monday, 14 July.
pub(super) const HOLIDAYS: [(u32, u32); 3] = [(5, 26), (6, 6), (7, 14)];

/// The fewest and the most participants of a workshop.
const WORKSHOP_SIZE: RangeInclusive<usize> = 4..=16;
/// What an advisor does in a day at most, where a workshop counts for two.
const DAY_LOAD_MAX: usize = 5;

/// The first draw; any other number makes another demonstration with the same sums.
const START: u64 = 20_220_929;

/// An advisor who does not work.
struct PlannedAbsence {
    advisor: usize,
    month: u32,
    days: RangeInclusive<u32>,
    absence: &'static str,
}

const ABSENCES: [PlannedAbsence; 7] = [
    absent(4, 5, 2..=6, "training"),
    absent(5, 5, 2..=6, "training"),
    absent(6, 5, 9..=11, "training"),
    absent(1, 6, 16..=16, "other"),
    absent(5, 7, 11..=15, "leave"),
    absent(0, 7, 18..=22, "leave"),
    absent(3, 7, 25..=29, "leave"),
];

const fn absent(advisor: usize, month: u32, days: RangeInclusive<u32>, absence: &'static str) -> PlannedAbsence {
    PlannedAbsence {
        advisor,
        month,
        days,
        absence,
    }
}

/// The reports of the three months, by date, then by advisor.
pub(super) fn reports() -> Vec<SeedReport> {
    let mut draw = Draw::from(START);
    let mut reports = Vec::new();
    for target in &ANNEX {
        let mut days = working_days(target.month);
        for planned in plan(target, &mut draw) {
            place(planned, &mut days, &mut draw);
        }
        reports.extend(days.iter().filter_map(|day| report(day, &mut draw)));
    }
    reports
}

/// A working day of an advisor.
struct Day {
    advisor: usize,
    date: NaiveDate,
    absence: Option<&'static str>,
    interventions: Vec<Planned>,
}

impl Day {
    /// What the day holds, where a workshop counts for two.
    fn load(&self) -> usize {
        self.interventions.iter().map(|planned| load(planned.kind)).sum()
    }

    fn has_workshop(&self) -> bool {
        self.interventions.iter().any(|planned| planned.kind == Kind::Workshop)
    }
}

fn load(kind: Kind) -> usize {
    if kind == Kind::Workshop { 2 } else { 1 }
}

/// The working days of a month, each for every advisor.
fn working_days(month: u32) -> Vec<Day> {
    let first = NaiveDate::from_ymd_opt(YEAR, month, 1);
    first
        .into_iter()
        .flat_map(|first| first.iter_days())
        .take_while(|date| date.month() == month)
        .filter(|date| !matches!(date.weekday(), Weekday::Sat | Weekday::Sun))
        .filter(|date| !HOLIDAYS.contains(&(date.month(), date.day())))
        .flat_map(|date| (0..ADVISORS.len()).map(move |advisor| working_day(advisor, date)))
        .collect()
}

fn working_day(advisor: usize, date: NaiveDate) -> Day {
    let planned = ABSENCES.iter().find(|planned| {
        planned.advisor == advisor && planned.month == date.month() && planned.days.contains(&date.day())
    });
    Day {
        advisor,
        date,
        absence: planned.map(|planned| planned.absence),
        interventions: Vec::new(),
    }
}

/// The interventions of a month; they add up to the target.
fn plan(target: &MonthTarget, draw: &mut Draw) -> Vec<Planned> {
    let workshops = workshop_sizes(target, draw)
        .into_iter()
        .map(|size| (Kind::Workshop, size));
    let individual = (0..target.individual_supports).map(|_| (Kind::Individual, 1));
    let one_off = (0..target.one_off_requests).map(|_| (Kind::OneOff, 1));
    let mut interventions = Vec::new();
    // Selection sampling (Knuth, volume 2, 3.4.2): of all supports exactly so many are recurring, each as likely.
    let mut supports = target.supports();
    let mut recurring = target.recurring_participants;
    for (kind, participants) in workshops.chain(individual).chain(one_off) {
        let mut recurring_participants = 0;
        for _ in 0..participants {
            if draw.below(supports) < recurring {
                recurring_participants += 1;
                recurring -= 1;
            }
            supports -= 1;
        }
        interventions.push(Planned {
            kind,
            participants,
            recurring_participants,
        });
    }
    interventions
}

/// The participants of each workshop: the fewest for all, then one by one to any that is not full.
fn workshop_sizes(target: &MonthTarget, draw: &mut Draw) -> Vec<usize> {
    let (fewest, most) = (*WORKSHOP_SIZE.start(), *WORKSHOP_SIZE.end());
    let mut sizes = vec![fewest; target.workshops];
    for _ in sizes.iter().sum()..target.workshop_participants {
        if let Some(size) = draw.any(sizes.iter_mut().filter(|size| **size < most)) {
            *size += 1;
        }
    }
    sizes
}

/// Puts an intervention into any day that has room for it, at any hour.
fn place(planned: Planned, days: &mut [Day], draw: &mut Draw) {
    let open = days
        .iter_mut()
        .filter(|day| day.absence.is_none() && day.load() + load(planned.kind) <= DAY_LOAD_MAX);
    if let Some(day) = draw.any(open) {
        let hour = draw.below(day.interventions.len() + 1);
        day.interventions.insert(hour, planned);
    }
}

/// The report of a day; `None` for most days on which nobody was helped.
fn report(day: &Day, draw: &mut Draw) -> Option<SeedReport> {
    let mut body = Map::new();
    if let Some(absence) = day.absence {
        body.insert("absence".to_owned(), absence.into());
    } else if day.interventions.is_empty() {
        if !draw.chance(6) {
            return None;
        }
        if let Some(note) = draw.of(&NOTES) {
            body.insert("note".to_owned(), note.into());
        }
    } else {
        let place = draw.of(if day.has_workshop() { &ROOMS } else { &POSTS });
        let interventions = day.interventions.iter();
        let interventions: Value = interventions
            .map(|planned| intervention(*planned, &place, draw))
            .collect();
        body.insert("interventions".to_owned(), interventions);
        if draw.chance(90) {
            body.insert("recorded_at".to_owned(), recorded_at(day.date, draw).into());
        }
    }
    Some(SeedReport {
        advisor: day.advisor,
        date: day.date,
        body: Value::Object(body),
    })
}

/// What an advisor notes on a day without residents, if anything.
const NOTES: Choice<Option<&str>> = Choice {
    usual: None,
    others: &[
        (Some("Rencontre avec une structure partenaire"), 30),
        (Some("Préparation des ateliers"), 20),
    ],
};

/// The device's clock when the report was written: around 17:00, summer time of Paris.
fn recorded_at(date: NaiveDate, draw: &mut Draw) -> String {
    let minute = 16 * 60 + 30 + draw.below(75);
    format!("{date}T{:02}:{:02}:00+02:00", minute / 60, minute % 60)
}

//! The daily reports of the demonstration: May to July 2022, whose sums are the annex to the figure. What each
//! intervention says beside the figures is in `intervention.rs`.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate, Weekday};
use serde_json::{Map, Value};

use super::draw::{Choice, Draw};
use super::field::{Held, What, held, sheet_named};
use super::intervention::{Kind, Planned, assisting, intervention};
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
    let held = held();
    let mut reports = Vec::new();
    for target in &ANNEX {
        let mut days = working_days(target.month, &held);
        let mut planned = plan(target, &mut draw);
        for session in held.iter().filter(|session| session.is_of(target.month)) {
            lead(session, &mut planned, &mut days);
        }
        for planned in planned {
            place(planned, &mut days, &mut draw);
        }
        reports.extend(days.iter().filter_map(|day| report(day, &mut draw)));
    }
    reports
}

/// A working day of an advisor.
struct Day<'a> {
    advisor: usize,
    date: NaiveDate,
    absence: Option<&'static str>,
    /// The presence, stop or stand of the day.
    open: Option<&'a Held>,
    /// What is done, with the session of the plan that it is.
    interventions: Vec<(Planned, Option<&'a Held>)>,
    /// The workshop of a colleague, at which the advisor assists.
    assisting: Option<&'a Held>,
}

impl<'a> Day<'a> {
    /// What the day holds, where a workshop counts for two.
    fn load(&self) -> usize {
        self.interventions.iter().map(|(planned, _)| load(planned.kind)).sum()
    }

    fn has_workshop(&self) -> bool {
        self.interventions
            .iter()
            .any(|(planned, _)| planned.kind == Kind::Workshop)
    }

    /// The presence, stop or stand at which the day is spent; a day with a workshop is spent in a room.
    fn spent_at(&self) -> Option<&'a Held> {
        self.open.filter(|_| !self.has_workshop())
    }
}

fn load(kind: Kind) -> usize {
    if kind == Kind::Workshop { 2 } else { 1 }
}

/// The working days of a month, each for every advisor.
fn working_days(month: u32, held: &[Held]) -> Vec<Day<'_>> {
    let first = NaiveDate::from_ymd_opt(YEAR, month, 1);
    first
        .into_iter()
        .flat_map(|first| first.iter_days())
        .take_while(|date| date.month() == month)
        .filter(|date| !matches!(date.weekday(), Weekday::Sat | Weekday::Sun))
        .filter(|date| !HOLIDAYS.contains(&(date.month(), date.day())))
        .flat_map(|date| (0..ADVISORS.len()).map(move |advisor| working_day(advisor, date, held)))
        .collect()
}

fn working_day(advisor: usize, date: NaiveDate, held: &[Held]) -> Day<'_> {
    let planned = ABSENCES.iter().find(|planned| {
        planned.advisor == advisor && planned.month == date.month() && planned.days.contains(&date.day())
    });
    Day {
        advisor,
        date,
        absence: planned.map(|planned| planned.absence),
        open: held
            .iter()
            .find(|session| (session.advisor, session.date) == (advisor, date) && matches!(session.what, What::Open)),
        interventions: Vec::new(),
        assisting: None,
    }
}

/// Has a workshop that fits its sheet, or a support of somebody new, be the session of the plan; the others are as they were.
fn lead<'a>(session: &'a Held, planned: &mut Vec<Planned>, days: &mut [Day<'a>]) {
    let seats = |sheet| sheet_named(sheet).map_or(0, |sheet| sheet.seats);
    let fits = |planned: &Planned| match &session.what {
        What::Open => false,
        What::Workshop { sheet, .. } => planned.kind == Kind::Workshop && planned.participants <= seats(*sheet),
        What::Visit(_) => planned.kind == Kind::Individual && planned.recurring_participants == 0,
    };
    let found = planned.iter().position(fits);
    let day = days
        .iter_mut()
        .find(|day| (day.advisor, day.date) == (session.advisor, session.date));
    if let (Some(at), Some(day)) = (found, day) {
        day.interventions.push((planned.remove(at), Some(session)));
    }
    if let What::Workshop {
        assisting: Some(colleague),
        ..
    } = session.what
        && let Some(day) = days
            .iter_mut()
            .find(|day| (day.advisor, day.date) == (colleague, session.date))
    {
        day.assisting = Some(session);
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
fn place(planned: Planned, days: &mut [Day<'_>], draw: &mut Draw) {
    let open = days
        .iter_mut()
        .filter(|day| day.absence.is_none() && day.load() + load(planned.kind) <= DAY_LOAD_MAX);
    if let Some(day) = draw.any(open) {
        let hour = draw.below(day.interventions.len() + 1);
        day.interventions.insert(hour, (planned, None));
    }
}

/// The report of a day; `None` for most days on which nobody was helped.
fn report(day: &Day<'_>, draw: &mut Draw) -> Option<SeedReport> {
    let mut body = Map::new();
    if let Some(absence) = day.absence {
        body.insert("absence".to_owned(), absence.into());
    } else if day.interventions.is_empty() && day.assisting.is_none() {
        if !draw.chance(6) {
            return None;
        }
        if let Some(note) = draw.of(&NOTES) {
            body.insert("note".to_owned(), note.into());
        }
    } else {
        let place = draw.of(if day.has_workshop() { &ROOMS } else { &POSTS });
        let interventions = day.interventions.iter();
        let interventions =
            interventions.map(|(planned, led)| intervention(*planned, &place, led.or(day.spent_at()), draw));
        let mut interventions: Vec<Value> = interventions.collect();
        interventions.extend(day.assisting.map(assisting));
        let interventions: Value = interventions.into();
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

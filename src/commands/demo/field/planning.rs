//! What the demonstration planned: presences and rounds of the mobile office by rule, in summer 2022 and now, workshops and stands
//! of their own, and referrals with their first visits.

mod held;

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use serde_json::{Value, json};
use uuid::Uuid;

pub(in crate::commands::demo) use self::held::{Held, What, held};
use super::catalogue::workshop_id;
use super::cooperation::{agreement_id, request_id};
use super::{Thing, When, id, partner_named, place_named, say, van_id};
use crate::commands::demo::places::{AIGNE, ALLONNES, COULAINES, LE_MANS, SAINT_SATURNIN};
use crate::commands::demo::seed::HOLIDAYS;

/// The marks of the identifiers of schedules, of sessions of their own, and of referrals.
const SCHEDULES: u16 = 0x8f0c;
const OWN: u16 = 0x8f0d;
const REFERRED: u16 = 0x8f0e;

/// What recurs: presences at two partners, two rounds of the mobile office.
struct Round {
    name: &'static str,
    kind: &'static str,
    place: (&'static str, &'static str),
    advisor: usize,
    day: (&'static str, Weekday),
    weeks: usize,
    hours: (&'static str, &'static str),
    /// The agreement of summer 2022, and that of today.
    agreements: Option<(usize, usize)>,
}

const ROUNDS: [Round; 4] = [
    Round {
        name: "Permanence au CCAS d’Allonnes",
        kind: "presence",
        place: (ALLONNES, "CCAS"),
        advisor: 1,
        day: ("TU", Weekday::Tue),
        weeks: 1,
        hours: ("09:00", "12:00"),
        agreements: Some((1, 2)),
    },
    Round {
        name: "Permanence au CCAS de Coulaines",
        kind: "presence",
        place: (COULAINES, "CCAS"),
        advisor: 2,
        day: ("TH", Weekday::Thu),
        weeks: 1,
        hours: ("14:00", "17:00"),
        agreements: Some((3, 3)),
    },
    Round {
        name: "Bureau mobile, tournée rurale",
        kind: "stop",
        place: (AIGNE, "Place de l’église"),
        advisor: 4,
        day: ("WE", Weekday::Wed),
        weeks: 1,
        hours: ("09:00", "12:00"),
        agreements: None,
    },
    Round {
        name: "Bureau mobile, pieds d’immeuble",
        kind: "stop",
        place: (LE_MANS, "Pied d’immeuble, Ronceray"),
        advisor: 5,
        day: ("FR", Weekday::Fri),
        weeks: 2,
        hours: ("14:00", "17:00"),
        agreements: None,
    },
];

/// The days of summer 2022 on which what recurs is left out from the beginning.
const LEFT_OUT: [When; 2] = [When::On(2022, 5, 25), When::On(2022, 7, 21)];

/// What became of a session of its own kind; the others of summer 2022 were held.
const OTHERWISE: [(When, &str, &str); 3] = [
    (When::On(2022, 6, 15), "cancelled", "Véhicule au garage"),
    (When::On(2022, 6, 28), "outcome", "not_held"),
    (When::On(2022, 7, 7), "commitments_met", "partly"),
];

/// A part of the time in which rounds recur.
struct Season {
    starts: NaiveDate,
    ends: NaiveDate,
    is_past: bool,
}

/// A session of its own.
struct Session {
    kind: &'static str,
    on: When,
    hours: (&'static str, &'static str),
    place: Option<(&'static str, &'static str)>,
    advisors: &'static [usize],
    workshop: Option<usize>,
    agreement: Option<usize>,
    request: Option<usize>,
    referral: Option<usize>,
    says: &'static [(&'static str, Said)],
}

/// What a session says beside.
#[derive(Clone, Copy)]
enum Said {
    Words(&'static str),
    People(usize),
    Yes,
}

const MORNING: (&str, &str) = ("10:00", "11:00");
const AFTERNOON: (&str, &str) = ("14:00", "16:00");
const HELD: (&str, Said) = ("outcome", Said::Words("held"));

const NO_SESSION: Session = Session {
    kind: "workshop",
    on: When::InDays(0),
    hours: AFTERNOON,
    place: None,
    advisors: &[0],
    workshop: None,
    agreement: None,
    request: None,
    referral: None,
    says: &[],
};

const SESSIONS: [Session; 12] = [
    Session {
        on: When::On(2022, 6, 14),
        place: Some((LE_MANS, "Centre social des Glonnières")),
        workshop: Some(3),
        agreement: Some(4),
        request: Some(1),
        says: &[
            HELD,
            ("registered", Said::People(8)),
            ("commitments_met", Said::Words("yes")),
        ],
        ..NO_SESSION
    },
    Session {
        on: When::On(2022, 6, 21),
        place: Some((LE_MANS, "Médiathèque centrale")),
        advisors: &[0, 3],
        workshop: Some(8),
        says: &[HELD, ("registered", Said::People(15)), ("public", Said::Yes)],
        ..NO_SESSION
    },
    Session {
        on: When::On(2022, 7, 5),
        place: Some((SAINT_SATURNIN, "Club des aînés")),
        advisors: &[6],
        workshop: Some(5),
        agreement: Some(5),
        request: Some(2),
        says: &[
            HELD,
            ("registered", Said::People(10)),
            ("commitments_met", Said::Words("partly")),
        ],
        ..NO_SESSION
    },
    Session {
        on: When::On(2022, 7, 12),
        place: Some((LE_MANS, "Médiathèque Sud")),
        advisors: &[3],
        workshop: Some(11),
        says: &[("cancelled", Said::Words("Trop peu d’inscriptions"))],
        ..NO_SESSION
    },
    Session {
        kind: "stand",
        on: When::On(2022, 6, 24),
        place: Some((LE_MANS, "Marché des Sablons")),
        advisors: &[6],
        says: &[HELD, ("public", Said::Yes)],
        ..NO_SESSION
    },
    Session {
        on: When::InDays(10),
        place: Some((LE_MANS, "Centre social des Glonnières")),
        workshop: Some(9),
        agreement: Some(4),
        request: Some(6),
        says: &[("registered", Said::People(6)), ("capacity", Said::People(8))],
        ..NO_SESSION
    },
    Session {
        on: When::InDays(24),
        place: Some((LE_MANS, "Médiathèque centrale")),
        advisors: &[0, 3],
        workshop: Some(8),
        says: &[("capacity", Said::People(16)), ("public", Said::Yes)],
        ..NO_SESSION
    },
    Session {
        kind: "stand",
        on: When::InDays(17),
        place: Some((LE_MANS, "Marché des Sablons")),
        advisors: &[6],
        says: &[("public", Said::Yes)],
        ..NO_SESSION
    },
    Session {
        on: When::InDays(3),
        referral: Some(2),
        ..FIRST_VISIT
    },
    Session {
        on: When::InDays(-14),
        referral: Some(3),
        says: &[HELD],
        ..FIRST_VISIT
    },
    Session {
        on: When::On(2022, 6, 8),
        referral: Some(4),
        says: &[HELD],
        ..FIRST_VISIT
    },
    Session {
        on: When::On(2022, 6, 30),
        referral: Some(5),
        says: &[HELD],
        ..FIRST_VISIT
    },
];

const FIRST_VISIT: Session = Session {
    kind: "first_visit",
    hours: MORNING,
    place: Some((LE_MANS, "CCAS")),
    advisors: &[3],
    ..NO_SESSION
};

/// A call for help: when it came, from which service, how soon, what about, and when and why it was closed.
struct Referral {
    received: When,
    service: &'static str,
    urgency: &'static str,
    commune: &'static str,
    themes: &'static [&'static str],
    directed_to: &'static [&'static str],
    closed: Option<(When, &'static str)>,
}

/// The referrals: one that waits, one with a day, one whose first visit was held, three that are closed.
const REFERRALS: [Referral; 6] = [
    Referral {
        received: When::InDays(-1),
        service: "social_worker",
        urgency: "today",
        commune: LE_MANS,
        themes: &["procedure_housing"],
        directed_to: &[],
        closed: None,
    },
    Referral {
        received: When::InDays(-4),
        service: "outreach_worker",
        urgency: "week",
        commune: ALLONNES,
        themes: &["email", "procedure_work_training"],
        directed_to: &[],
        closed: None,
    },
    Referral {
        received: When::InDays(-21),
        service: "social_worker",
        urgency: "normal",
        commune: COULAINES,
        themes: &["health"],
        directed_to: &[],
        closed: None,
    },
    Referral {
        received: When::On(2022, 6, 2),
        service: "social_worker",
        urgency: "week",
        commune: LE_MANS,
        themes: &["administrative_procedures"],
        directed_to: &[],
        closed: Some((When::On(2022, 6, 20), "answered")),
    },
    Referral {
        received: When::On(2022, 6, 23),
        service: "outreach_worker",
        urgency: "normal",
        commune: LE_MANS,
        themes: &["procedure_money_taxes"],
        directed_to: &["dgfip", "ccas"],
        closed: Some((When::On(2022, 7, 1), "directed")),
    },
    Referral {
        received: When::On(2022, 7, 4),
        service: "other",
        urgency: "normal",
        commune: ALLONNES,
        themes: &["equipment"],
        directed_to: &[],
        closed: Some((When::On(2022, 7, 18), "unreachable")),
    },
];

/// Schedules with what became of their sessions, referrals, and the sessions of their own.
pub(super) fn things(advisors: &[&str], today: NaiveDate) -> Vec<Thing> {
    let seasons = seasons(today);
    let schedules = (1..).zip(&seasons).flat_map(|(season_number, season)| {
        (1..).zip(&ROUNDS).flat_map(move |(number, round)| {
            let id = id(SCHEDULES, season_number * 10 + number);
            let mut body = plan_of(round, season, advisors);
            let told = if season.is_past {
                told(round, &id, season, &body)
            } else {
                Vec::new()
            };
            recur(&mut body, round, season, today);
            std::iter::once(Thing::of_the_coordinator("schedules", &id, body)).chain(told)
        })
    });
    let referrals = (1..).zip(&REFERRALS).map(|(number, referral)| {
        let body = referral_body(referral, advisors, today);
        Thing::of_the_coordinator("referrals", &id(REFERRED, number), body)
    });
    let sessions = (1..).zip(&SESSIONS).map(|(number, session)| {
        let body = session_body(session, advisors, today);
        Thing::of_the_coordinator("planned-sessions", &id(OWN, number), body)
    });
    schedules.chain(referrals).chain(sessions).collect()
}

/// Summer 2022, and from two weeks ago to a year ahead.
fn seasons(today: NaiveDate) -> Vec<Season> {
    let monday = today.week(Weekday::Mon).first_day();
    let now = Season {
        starts: monday - Days::new(14),
        ends: today + Days::new(365),
        is_past: false,
    };
    vec![summer(), now]
}

/// Summer 2022.
fn summer() -> Season {
    Season {
        starts: dated(&When::On(2022, 5, 2)),
        ends: dated(&When::On(2022, 7, 31)),
        is_past: true,
    }
}

/// A day that does not depend on today.
fn dated(when: &When) -> NaiveDate {
    when.day(NaiveDate::default())
}

/// What a round plans each time.
fn plan_of(round: &Round, season: &Season, advisors: &[&str]) -> Value {
    let (commune, place) = round.place;
    let mut body = json!({
        "kind": round.kind, "from": round.hours.0, "to": round.hours.1, "place_id": place_named(commune, place),
        "advisors": advisors.get(round.advisor).into_iter().collect::<Vec<_>>(), "public": round.kind == "stop",
    });
    if round.kind == "stop" {
        say(&mut body, "vehicle_id", van_id());
    }
    if let Some((before, now)) = round.agreements {
        let agreement = if season.is_past { before } else { now };
        say(&mut body, "agreement_id", agreement_id(agreement));
    }
    body
}

/// Makes a plan a schedule, which leaves out two days of summer 2022, or the day of the rule in three weeks.
fn recur(body: &mut Value, round: &Round, season: &Season, today: NaiveDate) {
    let exceptions: Vec<NaiveDate> = if season.is_past {
        LEFT_OUT.iter().map(dated).collect()
    } else {
        days(round, season)
            .into_iter()
            .filter(|day| *day > today)
            .skip(2)
            .take(1)
            .collect()
    };
    say(body, "name", round.name);
    say(body, "starts_on", json!(season.starts));
    say(body, "ends_on", json!(season.ends));
    say(body, "frequency", "weekly");
    say(body, "interval", round.weeks);
    say(body, "by_day", json!([round.day.0]));
    say(body, "exceptions", json!(exceptions));
}

/// The days of a rule in a season.
fn days(round: &Round, season: &Season) -> Vec<NaiveDate> {
    let days = season.starts.iter_days().take_while(|day| *day <= season.ends);
    days.filter(|day| day.weekday() == round.day.1)
        .step_by(round.weeks)
        .collect()
}

/// What of a session of a round became otherwise than that it was held: the field that says so, and its value.
type Otherwise = Option<(&'static str, &'static str)>;

/// The days of a round in summer 2022 on which it was planned, with what became of each.
fn days_told(round: &Round, season: &Season) -> impl Iterator<Item = (NaiveDate, Otherwise)> {
    let is_left_out = |day: &NaiveDate| {
        LEFT_OUT.iter().any(|left_out| dated(left_out) == *day) || HOLIDAYS.contains(&(day.month(), day.day()))
    };
    let days = days(round, season).into_iter().filter(move |day| !is_left_out(day));
    days.map(|day| {
        let other = OTHERWISE.iter().find(|(other, ..)| dated(other) == day);
        (day, other.map(|(_, field, value)| (*field, *value)))
    })
}

/// The identifier of the session of a round on a day.
fn session_of(schedule: &str, round: &Round, day: NaiveDate) -> String {
    let schedule: Uuid = schedule.parse().unwrap_or_default();
    Uuid::new_v5(&schedule, format!("{day}T{}", round.hours.0).as_bytes()).to_string()
}

/// What became of the sessions of a round in summer 2022.
fn told(round: &Round, schedule: &str, season: &Season, plan: &Value) -> Vec<Thing> {
    days_told(round, season)
        .map(|(day, other)| {
            let mut body = plan.clone();
            say(&mut body, "day", json!(day));
            if other.is_none_or(|(field, _)| field == "commitments_met") {
                say(&mut body, "outcome", "held");
                if round.agreements.is_some() {
                    say(&mut body, "commitments_met", "yes");
                }
            }
            if let Some((field, value)) = other {
                say(&mut body, field, value);
            }
            Thing::of_the_coordinator("planned-sessions", &session_of(schedule, round, day), body)
        })
        .collect()
}

fn session_body(session: &Session, advisors: &[&str], today: NaiveDate) -> Value {
    let by: Vec<_> = session.advisors.iter().filter_map(|at| advisors.get(*at)).collect();
    let mut body = json!({
        "kind": session.kind, "day": session.on.day(today), "from": session.hours.0, "to": session.hours.1,
        "advisors": by,
    });
    if let Some((commune, name)) = session.place {
        say(&mut body, "place_id", place_named(commune, name));
    }
    for (field, id) in [
        ("workshop_id", session.workshop.map(workshop_id)),
        ("agreement_id", session.agreement.map(agreement_id)),
        ("request_id", session.request.map(request_id)),
        ("referral_id", session.referral.map(|number| id(REFERRED, number))),
    ] {
        if let Some(id) = id {
            say(&mut body, field, id);
        }
    }
    for (field, said) in session.says {
        match *said {
            Said::Words(words) => say(&mut body, field, words),
            Said::People(people) => say(&mut body, field, people),
            Said::Yes => say(&mut body, field, true),
        }
    }
    body
}

fn referral_body(referral: &Referral, advisors: &[&str], today: NaiveDate) -> Value {
    let mut body = json!({
        "advisor_id": advisors.get(3), "received_on": referral.received.day(today), "service": referral.service,
        "partner_id": partner_named("Maison départementale des solidarités"), "urgency": referral.urgency,
        "commune_code": referral.commune, "themes": referral.themes, "directed_to": referral.directed_to,
    });
    if let Some((on, reason)) = &referral.closed {
        say(&mut body, "closed", json!({"on": on.day(today), "reason": reason}));
    }
    body
}

//! What the demonstration's partners agreed to and ask for, and the 77 meetings with which the team began.

use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value, json};

use super::catalogue::workshop_id;
use super::{PARTNERS, Thing, When, id, partner_named, place_named, say};
use crate::commands::demo::people::ADVISORS;
use crate::commands::demo::places::{ALLONNES, ARNAGE, COULAINES, LE_MANS};

/// An agreement.
struct Agreement {
    partner: &'static str,
    place: Option<(&'static str, &'static str)>,
    from: When,
    to: When,
    signed: Option<When>,
    kinds: &'static [&'static str],
    commitments: &'static [&'static str],
    renews: Option<usize>,
    words: &'static str,
}

/// The agreements: the second renews the first, the fourth ends soon, the last is not signed yet.
const AGREEMENTS: [Agreement; 6] = [
    Agreement {
        partner: "Commune d’Allonnes",
        place: Some((ALLONNES, "CCAS")),
        from: When::On(2022, 5, 1),
        to: When::On(2022, 12, 31),
        signed: Some(When::On(2022, 4, 21)),
        kinds: &["individual"],
        commitments: &["room", "internet", "publicity"],
        renews: None,
        words: "Permanence chaque mardi matin, sur rendez-vous pris au CCAS.",
    },
    Agreement {
        partner: "Commune d’Allonnes",
        place: Some((ALLONNES, "CCAS")),
        from: When::On(2023, 1, 1),
        to: When::InDays(500),
        signed: Some(When::On(2022, 12, 8)),
        kinds: &["individual", "workshop"],
        commitments: &["room", "internet", "publicity", "registrations"],
        renews: Some(1),
        words: "Permanence chaque mardi matin ; ateliers à la demande.",
    },
    Agreement {
        partner: "Commune de Coulaines",
        place: Some((COULAINES, "CCAS")),
        from: When::On(2022, 5, 2),
        to: When::InDays(400),
        signed: Some(When::On(2022, 4, 27)),
        kinds: &["individual", "one_off"],
        commitments: &["room", "computers", "internet", "reception"],
        renews: None,
        words: "Permanence chaque jeudi après-midi.",
    },
    Agreement {
        partner: "Centre social des Glonnières",
        place: Some((LE_MANS, "Centre social des Glonnières")),
        from: When::On(2022, 5, 1),
        to: When::InDays(45),
        signed: Some(When::On(2022, 4, 28)),
        kinds: &["workshop"],
        commitments: &["room", "computers", "internet", "registrations", "reception"],
        renews: None,
        words: "Ateliers du catalogue, une fois par trimestre.",
    },
    Agreement {
        partner: "Les Aînés connectés",
        place: None,
        from: When::On(2022, 6, 1),
        to: When::InDays(400),
        signed: Some(When::On(2022, 5, 24)),
        kinds: &["workshop"],
        commitments: &["publicity", "registrations"],
        renews: None,
        words: "L’association choisit les ateliers et inscrit ses adhérents.",
    },
    Agreement {
        partner: "Commune d’Arnage",
        place: Some((ARNAGE, "Mairie")),
        from: When::InDays(30),
        to: When::InDays(395),
        signed: None,
        kinds: &["individual"],
        commitments: &["room", "internet"],
        renews: None,
        words: "Projet : une permanence le lundi, à confirmer par le conseil municipal.",
    },
];

/// The identifier of an agreement, by its number in the table from 1.
pub(super) fn agreement_id(number: usize) -> String {
    id(0x8f09, number)
}

/// A request; a sheet by its number, or equipment in words.
struct Request {
    partner: &'static str,
    asks: Result<(usize, usize), &'static str>,
    received: When,
    wished: Option<(When, When)>,
    priority: &'static str,
    /// What became of it, and why.
    status: Option<(&'static str, Option<&'static str>)>,
}

/// The requests: in each state that there is.
const REQUESTS: [Request; 9] = [
    Request {
        partner: "Centre social des Glonnières",
        asks: Ok((3, 8)),
        received: When::On(2022, 5, 16),
        wished: Some((When::On(2022, 6, 13), When::On(2022, 6, 17))),
        priority: "normal",
        status: Some(("planned", None)),
    },
    Request {
        partner: "Les Aînés connectés",
        asks: Ok((5, 10)),
        received: When::On(2022, 6, 7),
        wished: Some((When::On(2022, 7, 4), When::On(2022, 7, 8))),
        priority: "high",
        status: Some(("planned", None)),
    },
    Request {
        partner: "Commune de Coulaines",
        asks: Ok((13, 12)),
        received: When::On(2022, 6, 20),
        wished: Some((When::On(2022, 7, 25), When::On(2022, 7, 29))),
        priority: "low",
        status: Some((
            "declined",
            Some("Trop de congés cette semaine-là ; à reprendre à la rentrée."),
        )),
    },
    Request {
        partner: "Commune d’Allonnes",
        asks: Err("Quatre tablettes pour la semaine bleue"),
        received: When::On(2022, 6, 1),
        wished: None,
        priority: "normal",
        status: Some(("granted", Some("Quatre tablettes, du 3 au 7 octobre 2022."))),
    },
    Request {
        partner: "Centre social des Glonnières",
        asks: Ok((8, 10)),
        received: When::On(2022, 7, 1),
        wished: Some((When::On(2022, 7, 25), When::On(2022, 7, 29))),
        priority: "normal",
        status: Some(("withdrawn", None)),
    },
    Request {
        partner: "Centre social des Glonnières",
        asks: Ok((9, 8)),
        received: When::InDays(-30),
        wished: Some((When::InDays(8), When::InDays(16))),
        priority: "normal",
        status: Some(("planned", None)),
    },
    Request {
        partner: "Les Aînés connectés",
        asks: Ok((10, 8)),
        received: When::InDays(-6),
        wished: Some((When::InDays(20), When::InDays(27))),
        priority: "high",
        status: None,
    },
    Request {
        partner: "Commune de Coulaines",
        asks: Err("Un vidéoprojecteur pour une réunion publique"),
        received: When::InDays(-3),
        wished: None,
        priority: "low",
        status: None,
    },
    Request {
        partner: "Commune d’Allonnes",
        asks: Ok((15, 12)),
        received: When::InDays(-2),
        wished: Some((When::InDays(30), When::InDays(44))),
        priority: "normal",
        status: None,
    },
];

/// The identifier of a request, by its number in the table from 1.
pub(super) fn request_id(number: usize) -> String {
    id(0x8f0b, number)
}

/// The agreements, then the requests with what became of them, then the meetings.
pub(super) fn things(advisors: &[&str], today: NaiveDate) -> Vec<Thing> {
    let agreements = (1..).zip(&AGREEMENTS).map(|(number, agreement)| {
        let body = agreement_body(agreement, advisors, today);
        Thing::of_the_coordinator("agreements", &agreement_id(number), body)
    });
    let requests = (1..).zip(&REQUESTS).flat_map(|(number, request)| {
        let id = request_id(number);
        let asked = Thing::of_the_coordinator("requests", &id, request_body(request, today));
        let decided = request.status.map(|(status, reason)| {
            let mut body = json!({"status": status});
            if let Some(reason) = reason {
                say(&mut body, "reason", reason);
            }
            Thing::of_the_coordinator("requests", &format!("{id}/status"), body)
        });
        std::iter::once(asked).chain(decided)
    });
    agreements.chain(requests).chain(meetings()).collect()
}

fn agreement_body(agreement: &Agreement, advisors: &[&str], today: NaiveDate) -> Value {
    let commitments: Vec<Value> = agreement.commitments.iter().map(|kind| json!({"kind": kind})).collect();
    let mut body = json!({
        "partner_id": partner_named(agreement.partner), "starts_on": agreement.from.day(today),
        "ends_on": agreement.to.day(today), "kinds": agreement.kinds, "commitments": commitments,
        "advisors": advisors.iter().skip(1).take(2).collect::<Vec<_>>(), "words": agreement.words,
    });
    if let Some((commune, name)) = agreement.place {
        say(&mut body, "place_id", place_named(commune, name));
    }
    if let Some(signed) = &agreement.signed {
        say(&mut body, "signed_on", json!(signed.day(today)));
    }
    if let Some(before) = agreement.renews {
        say(&mut body, "renews", agreement_id(before));
    }
    body
}

fn request_body(request: &Request, today: NaiveDate) -> Value {
    let mut body = json!({
        "partner_id": partner_named(request.partner), "priority": request.priority,
        "received_on": request.received.day(today),
    });
    match request.asks {
        Ok((sheet, people)) => {
            say(&mut body, "kind", "workshop");
            say(&mut body, "workshop_id", workshop_id(sheet));
            say(&mut body, "expected_people", people);
        }
        Err(equipment) => {
            say(&mut body, "kind", "equipment");
            say(&mut body, "words", equipment);
        }
    }
    if let Some((from, to)) = &request.wished {
        say(
            &mut body,
            "wished",
            json!([{"from": from.day(today), "to": to.day(today)}]),
        );
    }
    body
}

/// How many meetings there were before the summer, as the deliberation says.
const MEETINGS: usize = 77;
/// What meetings were about, in turn.
const NATURES: [&str; 5] = ["needs", "user_journey", "elected_official", "needs", "coordination"];
/// What was said, in turn.
const WORDS: [Option<&str>; 4] = [
    Some("Cherche des ateliers pour ses usagers ; dispose d’une salle."),
    None,
    Some("Propose de tenir une permanence dans ses murs."),
    Some("Oriente déjà des personnes ; souhaite un contact direct."),
];

/// The meetings of December 2021 to April 2022, each held by an advisor.
fn meetings() -> impl Iterator<Item = Thing> {
    let days = NaiveDate::from_ymd_opt(2021, 12, 6)
        .into_iter()
        .flat_map(|first| first.iter_days())
        .filter(|day| day.weekday().number_from_monday() <= 4);
    days.zip(0..MEETINGS).filter_map(|(day, number)| {
        let &(partner, kind, _) = PARTNERS.get(number % PARTNERS.len())?;
        let mut body = json!({
            "day": day, "partner_id": partner_named(partner), "met": met(kind), "level": level(kind),
            "nature": [NATURES.get(number % NATURES.len())?],
        });
        if let Some(Some(words)) = WORDS.get(number % WORDS.len()) {
            say(&mut body, "words", *words);
        }
        Some(Thing {
            by: 1 + number % ADVISORS.len(),
            path: format!("/v1/meetings/{}", id(0x8f0a, number + 1)),
            body,
        })
    })
}

/// The function of who was met at a partner of a kind.
fn met(kind: &str) -> &'static str {
    match kind {
        "commune" => "Secrétaire de mairie",
        "own_service" => "Responsable de l’accueil",
        "association" => "Coordinatrice",
        "department" => "Cheffe de service",
        _ => "Chargé de mission",
    }
}

/// For which territory a partner of a kind speaks.
fn level(kind: &str) -> &'static str {
    match kind {
        "department" | "consular" => "department",
        "hub" => "region",
        _ => "commune",
    }
}

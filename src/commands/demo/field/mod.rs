//! What stands around the demonstration's reports: the territory of Le Mans Métropole in 2022, five areas, partners, and the places
//! where the reports take place; the catalogue, agreements, and what is planned. Partners and addresses are invented.

mod catalogue;
mod cooperation;
mod planning;

pub(super) use self::catalogue::{sheet_named, tags_of};
pub(super) use self::planning::{Held, What, held};
use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::draw::Choice;
use super::folder::{DemoState, ORGANISATION};
use super::places::{POSTS, Place, ROOMS};
use crate::domain::field::communes::Commune;
use crate::domain::text::sort_key;

/// The communes of the areas, by code, name and INSEE code.
const AREAS: [(&str, &str, &[&str]); 5] = [
    ("sablons", "Les Sablons", &["72181"]),
    ("ronceray", "Ronceray – Glonnières", &["72181"]),
    ("epine", "L’Épine", &["72181"]),
    ("bellevue", "Bellevue – Carnac", &["72181", "72095"]),
    ("chaoue", "Chaoué – Perrières", &["72003"]),
];

/// What names of places say of the area in which they lie.
const IN_AREAS: [(&str, &str); 6] = [
    ("Sablons", "sablons"),
    ("Ronceray", "ronceray"),
    ("Glonnières", "ronceray"),
    ("Épine", "epine"),
    ("Bellevue", "bellevue"),
    ("Pied d’immeuble", "chaoue"),
];

/// Partners: name, kind, commune.
const PARTNERS: [(&str, &str, &str); 12] = [
    ("Ville du Mans", "commune", "72181"),
    ("Commune d’Allonnes", "commune", "72003"),
    ("Commune de Coulaines", "commune", "72095"),
    ("Commune d’Arnage", "commune", "72008"),
    ("Commune de Mulsanne", "commune", "72213"),
    ("Commune d’Yvré-l’Évêque", "commune", "72386"),
    ("CCAS du Mans", "own_service", "72181"),
    ("Centre social des Glonnières", "association", "72181"),
    ("Les Aînés connectés", "association", "72320"),
    ("Maison départementale des solidarités", "department", "72181"),
    ("Chambre de métiers", "consular", "72181"),
    ("Hub de la médiation numérique", "hub", "72181"),
];

/// A thing of the field, as somebody writes it.
pub(super) struct Thing {
    /// Who writes it: 0 is the coordinator, the advisors follow from 1.
    pub(super) by: usize,
    /// Its path.
    pub(super) path: String,
    /// Its body.
    pub(super) body: Value,
}

impl Thing {
    fn of_the_coordinator(list: &str, id: &str, body: Value) -> Self {
        Self {
            by: 0,
            path: format!("/v1/{list}/{id}"),
            body,
        }
    }
}

/// A day of the demonstration: one of the past, or one by today, since a field whose agreements have all ended shows nothing.
enum When {
    /// A year, a month and a day.
    On(i32, u32, u32),
    /// So many days from today, or before; on the Monday after, where that is a weekend to come, on the Friday before, where it is over.
    InDays(i64),
}

impl When {
    fn day(&self, today: NaiveDate) -> NaiveDate {
        match *self {
            Self::On(year, month, day) => NaiveDate::from_ymd_opt(year, month, day).unwrap_or(today),
            Self::InDays(days) => {
                let apart = Days::new(days.unsigned_abs());
                let (day, is_over) = if days < 0 {
                    (today - apart, true)
                } else {
                    (today + apart, false)
                };
                match (day.weekday(), is_over) {
                    (Weekday::Sat, false) => day + Days::new(2),
                    (Weekday::Sun, false) => day + Days::new(1),
                    (Weekday::Sat, true) => day - Days::new(1),
                    (Weekday::Sun, true) => day - Days::new(2),
                    _ => day,
                }
            }
        }
    }
}

/// What stands around the reports, in the order in which it is written; what is planned is planned by `today`.
pub(super) fn things(state: &DemoState, today: NaiveDate) -> Vec<Thing> {
    let settings = json!({
        "name": ORGANISATION, "time_zone": "Europe/Paris",
        "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "territory": {"epci": "247200132", "year": 2022},
        "areas": AREAS.map(|(code, name, communes)| json!({"code": code, "name": name, "communes": communes})),
        "slug": "le-mans-metropole", "publishes": true,
    });
    let settings = Thing {
        by: 0,
        path: "/v1/organisation".to_owned(),
        body: settings,
    };
    let partners = (1..).zip(PARTNERS).map(|(number, (name, kind, commune))| {
        let body = json!({"name": name, "kind": kind, "commune_code": commune});
        Thing::of_the_coordinator("partners", &partner_id(number), body)
    });
    let places = (1..)
        .zip(places())
        .map(|(number, place)| Thing::of_the_coordinator("places", &place_id(number), body(number, place)));
    let van = Thing::of_the_coordinator("places", &van_id(), van());
    let advisors: Vec<&str> = state.advisors().map(|advisor| advisor.account_id.as_str()).collect();
    std::iter::once(settings)
        .chain(partners)
        .chain(places)
        .chain(std::iter::once(van))
        .chain(catalogue::things())
        .chain(cooperation::things(&advisors, today))
        .chain(planning::things(&advisors, today))
        .collect()
}

/// The identifier of a thing, by a mark of its kind and its number.
fn id(kind: u16, number: usize) -> String {
    format!("0198f3c2-7c1e-7d2a-{kind:04x}-{number:012}")
}

fn partner_id(number: usize) -> String {
    id(0x8f06, number)
}

fn place_id(number: usize) -> String {
    id(0x8f05, number)
}

/// The identifier of the van.
fn van_id() -> String {
    place_id(0)
}

/// The identifier of the partner of this name.
fn partner_named(name: &str) -> String {
    let at = PARTNERS.iter().position(|(partner, ..)| *partner == name);
    at.map_or_else(String::new, |at| partner_id(at + 1))
}

/// The identifier of the place of this name in a commune.
pub(super) fn place_named(commune: &str, name: &str) -> String {
    let at = places()
        .iter()
        .position(|place| (place.commune_code, place.name) == (commune, name));
    at.map_or_else(String::new, |at| place_id(at + 1))
}

/// The partner whose place it is, where the place says so by its name; the others follow from the base of places.
pub(super) fn partner_at(commune: &str, name: &str) -> Option<String> {
    let is_theirs = |(partner, _, of): &(&str, &str, &str)| {
        *of == commune && (*partner == name || *partner == format!("{name} du Mans"))
    };
    PARTNERS.iter().position(is_theirs).map(|at| partner_id(at + 1))
}

/// Has a body say something in a field.
fn say(body: &mut Value, field: &str, value: impl Into<Value>) {
    if let Some(fields) = body.as_object_mut() {
        fields.insert(field.to_owned(), value.into());
    }
}

/// The mobile office, at its base.
fn van() -> Value {
    json!({
        "name": "Bureau mobile", "commune_code": "72181", "mobile": "mobile", "address": "12 rue du Garage",
        "postal_code": "72000", "types": ["EPN"], "services": ["everyday_tools", "administrative_procedures"],
        "fees": ["free"], "programmes": ["digital_advisors"], "published": true,
    })
}

/// The places of the reports, each once.
fn places() -> Vec<Place> {
    let all = |choice: &'static Choice<Place>| {
        let others = choice.others.iter().map(|(place, _)| *place);
        std::iter::once(choice.usual).chain(others)
    };
    let mut places: Vec<Place> = Vec::new();
    for place in all(&ROOMS).chain(all(&POSTS)) {
        if !places
            .iter()
            .any(|known| (known.commune_code, known.name) == (place.commune_code, place.name))
        {
            places.push(place);
        }
    }
    places
}

/// A place as the coordinator describes it, which is published. The counters and rooms of partners have an address; the stops of the
/// van and the markets have none, so that they are in the open calendar, and in no national list.
fn body(number: usize, place: Place) -> Value {
    let Place {
        commune_code,
        name,
        setting,
    } = place;
    let (spot, is_site) = match setting {
        "mobile_office" if name.starts_with("Pied") => ("building_foot", false),
        "mobile_office" => ("rural", false),
        "public_space" => ("market", false),
        _ => ("fixed", true),
    };
    let mut body = json!({"name": name, "commune_code": commune_code, "spot": spot, "mobile": if is_site { "fixed" } else { "mobile" }, "published": true});
    if is_site {
        say(
            &mut body,
            "address",
            format!("{} {}", 1 + number * 7 % 40, street(name)),
        );
        say(&mut body, "types", json!(kinds(name)));
        say(&mut body, "opening_hours", "Mo-Fr 09:00-12:00,14:00-17:00");
        say(
            &mut body,
            "services",
            json!(["everyday_tools", "administrative_procedures"]),
        );
        say(&mut body, "fees", json!(["free"]));
        say(&mut body, "programmes", json!(["digital_advisors"]));
        say(&mut body, "capacity", 8 + number % 5);
        let postal = Commune::find(commune_code).and_then(|commune| commune.postal_codes().next());
        say(&mut body, "postal_code", postal.unwrap_or_default());
    }
    let area = IN_AREAS.iter().find(|(part, _)| name.contains(part));
    let fits = |code: &str| {
        AREAS
            .iter()
            .any(|(area, _, communes)| *area == code && communes.contains(&commune_code))
    };
    if let Some((_, area)) = area.filter(|(_, area)| fits(area)) {
        say(&mut body, "area", *area);
    }
    let partner = PARTNERS
        .iter()
        .position(|(_, kind, commune)| *kind == "commune" && *commune == commune_code);
    if let Some(at) = partner.filter(|_| setting == "partner_site") {
        say(&mut body, "partner_id", partner_id(at + 1));
    }
    body
}

fn street(name: &str) -> &'static str {
    match sort_key(name) {
        key if key.starts_with("mairie") => "place de la Mairie",
        key if key.contains("theque") => "rue des Écoles",
        key if key.starts_with("maison") || key.starts_with("centre") => "avenue des Tilleuls",
        _ => "rue du Marché",
    }
}

/// Acronyms of the national list.
fn kinds(name: &str) -> Vec<&'static str> {
    match sort_key(name) {
        key if key.starts_with("mairie") => vec!["MUNI"],
        key if key.contains("theque") => vec!["BIB"],
        key if key.starts_with("ccas") => vec!["CCAS"],
        key if key.starts_with("centre social") => vec!["CS"],
        key if key.starts_with("espace") => vec!["EPN"],
        _ => vec!["Autre"],
    }
}

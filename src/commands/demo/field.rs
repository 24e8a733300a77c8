//! What stands around the demonstration's reports: the territory of Le Mans Métropole in 2022, five areas, partners, and the places
//! where the reports take place. Partners and addresses are invented.

use serde_json::{Value, json};

use super::draw::Choice;
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

/// What the coordinator writes before the first report: for each thing its path and its body.
pub(super) fn things(organisation: &str) -> Vec<(String, Value)> {
    let settings = json!({
        "name": organisation, "time_zone": "Europe/Paris",
        "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "territory": {"epci": "247200132", "year": 2022},
        "areas": AREAS.map(|(code, name, communes)| json!({"code": code, "name": name, "communes": communes})),
        "slug": "le-mans-metropole", "publishes": true,
    });
    let partners = (1..).zip(PARTNERS).map(|(number, (name, kind, commune))| {
        let body = json!({"name": name, "kind": kind, "commune_code": commune});
        (partner_path(number), body)
    });
    let places = (1..).zip(places()).map(|(number, place)| {
        let path = format!("/v1/places/0198f3c2-7c1e-7d2a-8f05-{number:012}");
        (path, body(number, place))
    });
    std::iter::once(("/v1/organisation".to_owned(), settings))
        .chain(partners)
        .chain(places)
        .collect()
}

fn partner_path(number: usize) -> String {
    format!("/v1/partners/{}", partner_id(number))
}

fn partner_id(number: usize) -> String {
    format!("0198f3c2-7c1e-7d2a-8f06-{number:012}")
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

/// A place as the coordinator describes it. The counters and rooms of partners have an address and are published; the stops of
/// the van and the markets have none.
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
    let mut body = json!({"name": name, "commune_code": commune_code, "spot": spot, "mobile": if is_site { "fixed" } else { "mobile" }});
    let mut say = |field: &str, value: Value| {
        if let Some(fields) = body.as_object_mut() {
            fields.insert(field.to_owned(), value);
        }
    };
    if is_site {
        say("address", format!("{} {}", 1 + number * 7 % 40, street(name)).into());
        say("published", true.into());
        say("types", json!(kinds(name)));
        say("opening_hours", "Mo-Fr 09:00-12:00,14:00-17:00".into());
        say("services", json!(["everyday_tools", "administrative_procedures"]));
        say("fees", json!(["free"]));
        say("programmes", json!(["digital_advisors"]));
        say("capacity", (8 + number % 5).into());
        let postal = Commune::find(commune_code).and_then(|commune| commune.postal_codes().next());
        say("postal_code", postal.unwrap_or_default().into());
    }
    let area = IN_AREAS.iter().find(|(part, _)| name.contains(part));
    let fits = |code: &str| {
        AREAS
            .iter()
            .any(|(area, _, communes)| *area == code && communes.contains(&commune_code))
    };
    if let Some((_, area)) = area.filter(|(_, area)| fits(area)) {
        say("area", (*area).into());
    }
    let partner = PARTNERS
        .iter()
        .position(|(_, kind, commune)| *kind == "commune" && *commune == commune_code);
    if let Some(at) = partner.filter(|_| setting == "partner_site") {
        say("partner_id", partner_id(at + 1).into());
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

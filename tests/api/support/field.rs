//! Things of the field for tests about all operations: for each kind the name in paths, and a body that is taken.

use serde_json::{Value, json};

use super::api::{Api, Cast, Person};

/// The kinds of things: the name of their identifiers in paths, the path of their list, and the operation that writes one.
pub(crate) const KINDS: [(&str, &str, &str); 10] = [
    ("partner_id", "/v1/partners", "put_partner"),
    ("place_id", "/v1/places", "put_place"),
    ("tag_id", "/v1/tags", "put_tag"),
    ("workshop_id", "/v1/workshops", "put_workshop"),
    ("agreement_id", "/v1/agreements", "put_agreement"),
    ("meeting_id", "/v1/meetings", "put_meeting"),
    ("request_id", "/v1/requests", "put_request"),
    ("planned_session_id", "/v1/planned-sessions", "put_planned_session"),
    ("referral_id", "/v1/referrals", "put_referral"),
    ("schedule_id", "/v1/schedules", "put_schedule"),
];

/// A body that an operation on things of the field takes.
pub(crate) fn body(operation: &str) -> Option<Value> {
    Some(match operation {
        "put_partner" => partner(),
        "put_place" => json!({"name": "Médiathèque", "commune_code": "72181", "opening_hours": "Mo-Fr 09:00-12:00"}),
        "put_planned_session" => planned_session(),
        "put_referral" => referral(),
        "put_schedule" => schedule(),
        // A name that is like no other: what is alike is proposed.
        "import_places" => json!([{"nom": uuid::Uuid::new_v4().simple().to_string(), "code_insee": "72181"}]),
        // Nothing is merged into itself: let in, and refused.
        "merge_place" => json!({"into": "0198f3c2-7c1e-7d2a-8f05-000000000001"}),
        "put_tag" => json!({"name": "Semaine du numérique"}),
        "put_workshop" => workshop(),
        "put_agreement" => agreement(),
        "put_meeting" => json!({
            "day": "2022-09-28", "partner_id": PARTNER, "met": "Directrice de la médiathèque", "nature": ["needs"],
            "level": "commune", "words": "Cherche des ateliers."
        }),
        "put_request" => json!({
            "partner_id": PARTNER, "kind": "workshop", "workshop_id": WORKSHOP, "wished": [{"from": "2022-11-08"}],
            "expected_people": 6, "words": "Le matin", "contact": {"name": "Hélène Roy"}
        }),
        "put_request_status" => json!({"status": "withdrawn"}),
        "assign_place" => json!({"place_name": "Médiathèque"}),
        _ => return None,
    })
}

/// What bodies name: a partner, a sheet of the catalogue and an agreement that is in force when the tests begin, which
/// [`found`] stores.
pub(crate) const PARTNER: &str = "0198f3c2-7c1e-7d2a-8f06-000000000001";
pub(crate) const WORKSHOP: &str = "0198f3c2-7c1e-7d2a-8f06-000000000002";
pub(crate) const AGREEMENT: &str = "0198f3c2-7c1e-7d2a-8f06-000000000003";

/// Stores what bodies name for the organisation of a coordinator.
pub(crate) async fn found(api: &Api, by: &Person) {
    for (list, id, body) in [
        ("partners", PARTNER, partner()),
        ("workshops", WORKSHOP, workshop()),
        ("agreements", AGREEMENT, agreement()),
    ] {
        let stored = api.put(&format!("/v1/{list}/{id}")).by(by).json(&body).send().await;
        assert!(stored.status < 300, "{stored:?}");
    }
}

/// A sheet of the catalogue.
pub(crate) fn workshop() -> Value {
    json!({
        "title": "Premiers pas sur internet", "summary": "Découvrir le navigateur.", "objectives": "Chercher en confiance.",
        "prerequisites": "Tenir une souris.", "required_means": "Six ordinateurs.", "participants_min": 4,
        "participants_max": 8, "themes": ["internet", "email"], "level": "beginner", "duration_minutes": 120
    })
}

/// An agreement that is in force in the autumn of 2022.
pub(crate) fn agreement() -> Value {
    json!({
        "partner_id": PARTNER, "starts_on": "2022-09-01", "ends_on": "2022-12-31", "signed_on": "2022-08-30",
        "kinds": ["workshop", "individual"],
        "commitments": [{"kind": "room"}, {"kind": "other", "words": "Un café"}], "words": "Le mardi matin."
    })
}

/// A presence of nobody in particular.
pub(crate) fn planned_session() -> Value {
    json!({"kind": "presence", "day": "2022-10-04", "from": "09:00", "to": "12:00", "note": "Avec la clé de la salle"})
}

/// A call of a social worker for an advisor whom [`of`] names.
pub(crate) fn referral() -> Value {
    json!({
        "advisor_id": "0198f3c2-7c1e-7d2a-8f05-000000000000", "received_on": "2022-09-28", "service": "social_worker",
        "urgency": "week", "commune_code": "72181", "themes": ["health"], "note": "Préfère les matins",
        "contact": {"name": "Hélène Roy", "phone": "02 43 47 47 47"}
    })
}

/// A body that names this advisor where it names one.
pub(crate) fn of(mut body: Value, advisor: &str) -> Value {
    if body.get("advisor_id").is_some() {
        body["advisor_id"] = json!(advisor);
    }
    body
}

/// A round on each Tuesday of a year.
pub(crate) fn schedule() -> Value {
    json!({
        "name": "Bureau mobile", "kind": "stop", "starts_on": "2022-10-04", "ends_on": "2023-09-30", "from": "09:00",
        "to": "12:00", "frequency": "weekly", "by_day": ["TU"]
    })
}

/// A partner, with a contact.
pub(crate) fn partner() -> Value {
    json!({
        "name": "Commune d’Allonnes", "kind": "commune", "pivot": "217 200 039 00014", "commune_code": "72003",
        "contacts": [{
            "name": "Hélène Roy", "function": "Directrice de la médiathèque", "email": "Mediatheque@commune.example",
            "phone": "02 43 47 47 47"
        }]
    })
}

/// A path whose placeholders of things name things that no other call names; what is read is stored before.
pub(crate) async fn path(api: &Api, cast: &Cast, operation: &str, path: &str, call: i64) -> String {
    let mut filled = path.to_owned();
    if KINDS.iter().any(|(name, ..)| path.contains(&format!("{{{name}}}"))) {
        found(api, &cast.coordinator).await;
        found(api, &cast.foreign_coordinator).await;
    }
    for (name, list, put) in KINDS {
        let placeholder = format!("{{{name}}}");
        if !path.contains(&placeholder) {
            continue;
        }
        let id = format!("0198f3c2-7c1e-7d2a-8f01-{call:012}");
        if operation != put {
            let body = of(body(put).unwrap(), &cast.advisor.id.to_string());
            put_thing(api, &cast.coordinator, &body, &format!("{list}/{id}")).await;
        }
        filled = filled.replace(&placeholder, &id);
    }
    filled
}

/// Stores a thing of the field.
pub(crate) async fn put_thing(api: &Api, by: &Person, body: &Value, path: &str) {
    api.put(path).by(by).json(body).send().await.expect(201);
}

/// Stores a thing of each kind for each of the two organisations; the second's says what nobody of the first may read.
pub(crate) async fn furnish(api: &Api, cast: &Cast) {
    found(api, &cast.coordinator).await;
    found(api, &cast.foreign_coordinator).await;
    for (_, list, put) in KINDS {
        let mut body = of(body(put).unwrap(), &cast.advisor.id.to_string());
        put_thing(api, &cast.coordinator, &body, &format!("{list}/{AT_HOME}")).await;
        for field in ["name", "title", "words", "note"] {
            if !body[field].is_null() {
                body[field] = json!("secret-d-angers");
            }
        }
        let body = of(body, &cast.foreign_advisor.id.to_string());
        put_thing(api, &cast.foreign_coordinator, &body, &format!("{list}/{ABROAD}")).await;
    }
    for (by, name) in [
        (&cast.coordinator, "Mairie"),
        (&cast.foreign_coordinator, "secret-d-angers"),
    ] {
        let path = format!("/v1/agreements/{AGREEMENT}/links");
        let link = api.post(&path).by(by).json(&json!({"name": name}));
        link.send().await.expect(201);
    }
}

/// What [`furnish`] names things of the first organisation and of the second.
pub(crate) const AT_HOME: &str = "0198f3c2-7c1e-7d2a-8f04-000000000001";
const ABROAD: &str = "0198f3c2-7c1e-7d2a-8f04-000000000002";

/// A path whose placeholders of things name things of either organisation.
pub(crate) fn named(path: &str, mut is_abroad: impl FnMut() -> bool) -> String {
    let mut filled = path.to_owned();
    for (name, ..) in KINDS {
        let id = if is_abroad() { ABROAD } else { AT_HOME };
        filled = filled.replace(&format!("{{{name}}}"), id);
    }
    filled
}

/// A body for the thing that a path names; a place is merged into one of either organisation.
pub(crate) fn body_for(path: &str, mut is_abroad: impl FnMut() -> bool) -> Option<Value> {
    if path.ends_with("/assignment") {
        return body("assign_place");
    }
    if path.ends_with("/merge") {
        return Some(json!({"into": if is_abroad() { ABROAD } else { AT_HOME }}));
    }
    if path.ends_with("/links") {
        return path.starts_with("/v1/agreements").then(|| json!({"name": "Mairie"}));
    }
    if path.ends_with("/status") {
        return body("put_request_status");
    }
    let (_, _, put) = KINDS.iter().find(|(_, list, _)| path.starts_with(list))?;
    body(put)
}

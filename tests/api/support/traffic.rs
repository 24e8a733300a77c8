//! Requests drawn by chance, as programs send them: sound and faulty, by people who may make them and people who may
//! not.

use quotidien::domain::intervention::InterventionDraft;
use quotidien::domain::report::ReportDraft;
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Map, Value, json};

use super::api::{Answer, Api, Cast, Person};
use super::random;

/// Identifiers that clients choose for interventions: few, so that several requests name the same one.
const IDS: [&str; 6] = [
    "0198f3c2-7c1e-7d2a-8f00-000000000001",
    "0198f3c2-7c1e-7d2a-8f00-000000000002",
    "0198f3c2-7c1e-7d2a-8f00-000000000003",
    "0198f3c2-7c1e-7d2a-8f00-000000000004",
    "0198f3c2-7c1e-7d2a-8f00-000000000005",
    "0198f3c2-7c1e-7d2a-8f00-000000000006",
];
/// Days in three months of 2022 and one in 2023; the last two lie ahead of 29 September 2022.
const DAYS: [&str; 7] = [
    "2022-07-01",
    "2022-07-31",
    "2022-08-01",
    "2022-08-15",
    "2022-09-28",
    "2022-09-30",
    "2023-12-01",
];

/// Sends one request drawn by chance; what was asked, and the answer.
pub(crate) async fn send_one(rng: &mut StdRng, api: &Api, cast: &Cast) -> (String, Answer) {
    let callers = [
        &cast.advisor,
        &cast.colleague,
        &cast.coordinator,
        &cast.foreign_coordinator,
    ];
    let caller = *callers.choose(rng).unwrap();
    match rng.random_range(0..20) {
        0 => {
            let path = list_path(rng, cast);
            let answer = api.get(&path).by(caller).send().await;
            (format!("GET {path}"), answer)
        }
        1 => {
            let path = "/v1/statistics/monthly?from=2022-07&to=2022-09";
            (format!("GET {path}"), api.get(path).by(caller).send().await)
        }
        2 => {
            let path = report_path(rng, cast, caller);
            (format!("GET {path}"), api.get(&path).by(caller).send().await)
        }
        3..=5 => {
            let path = report_path(rng, cast, caller);
            let mut call = api.delete(&path).by(caller);
            if let Some(version) = version(rng) {
                call = call.header("If-Match", &version);
            }
            (format!("DELETE {path}"), call.send().await)
        }
        _ => {
            let path = report_path(rng, cast, caller);
            let body = body(rng);
            let mut call = api.put(&path).by(caller).text(&body);
            if let Some(version) = version(rng) {
                call = call.header("If-Match", &version);
            } else if rng.random_bool(0.05) {
                call = call.header("If-None-Match", "*");
            }
            (format!("PUT {path} {body}"), call.send().await)
        }
    }
}

/// The path of a report: mostly of the caller's own, if the caller is an advisor.
fn report_path(rng: &mut StdRng, cast: &Cast, caller: &Person) -> String {
    let advisors = [&cast.advisor, &cast.colleague, &cast.foreign_advisor];
    let advisor = if rng.random_bool(0.8) && advisors.contains(&caller) {
        caller
    } else {
        *advisors.choose(rng).unwrap()
    };
    advisor.report(DAYS.choose(rng).unwrap())
}

fn version(rng: &mut StdRng) -> Option<String> {
    rng.random_bool(0.15).then(|| format!("\"{}\"", rng.random_range(0..6)))
}

fn list_path(rng: &mut StdRng, cast: &Cast) -> String {
    let limit = rng.random_range(0..8);
    let advisor = [&cast.advisor, &cast.colleague, &cast.foreign_advisor]
        .choose(rng)
        .map(|person| person.id);
    match rng.random_range(0..3) {
        0 => format!("/v1/reports?limit={limit}"),
        1 => format!("/v1/reports?advisor_id={}&limit={limit}", advisor.unwrap()),
        _ => "/v1/reports?from=2022-07-15&to=2022-09-01".to_owned(),
    }
}

/// A body: mostly sound, sometimes faulty in its values or in its shape.
fn body(rng: &mut StdRng) -> String {
    let mut body = report_json(&random::report(rng, 3));
    let interventions = body["interventions"].as_array_mut().unwrap();
    if let Some(first) = interventions.first_mut() {
        if rng.random_bool(0.3) {
            first["id"] = (*IDS.choose(rng).unwrap()).into();
        }
        match rng.random_range(0..20) {
            0 => first["participants"] = 0.into(),
            1 => first["kind"] = "meeting".into(),
            2 => first["themes"] = json!(["email", "email"]),
            3 => first["setting"] = Value::Null,
            4 => first["colour"] = "blue".into(),
            5 => first["genders"] = json!({"female": 900}),
            6 => first["participants"] = json!(1.5),
            _ => {}
        }
    }
    let text = body.to_string();
    if rng.random_bool(0.02) {
        text[..text.len() - 1].to_owned()
    } else {
        text
    }
}

/// A draft as JSON; fields that the draft does not give are left out.
pub(crate) fn report_json(draft: &ReportDraft) -> Value {
    let mut report = Map::new();
    let interventions = draft.interventions.iter().map(intervention_json).collect();
    report.insert("interventions".to_owned(), Value::Array(interventions));
    for (name, text) in [
        ("absence", &draft.absence),
        ("note", &draft.note),
        ("recorded_at", &draft.recorded_at),
    ] {
        if let Some(text) = text {
            report.insert(name.to_owned(), text.as_str().into());
        }
    }
    Value::Object(report)
}

fn intervention_json(draft: &InterventionDraft) -> Value {
    let mut intervention = json!({
        "kind": draft.kind, "assisting": draft.assisting, "participants": draft.participants,
        "recurring_participants": draft.recurring_participants, "duration_minutes": draft.duration_minutes,
        "setting": draft.setting, "themes": draft.themes, "age_groups": draft.age_groups, "genders": draft.genders,
        "situations": draft.situations, "follow_ups": draft.follow_ups, "redirected_to": draft.redirected_to,
        "referred_by_social_worker": draft.referred_by_social_worker,
        "first_visit_accompanied": draft.first_visit_accompanied, "equipment": draft.equipment,
        "residences": draft.residences
    });
    for (name, text) in [
        ("id", &draft.id),
        ("principle", &draft.principle),
        ("commune_code", &draft.commune_code),
        ("place_name", &draft.place_name),
        ("autonomy", &draft.autonomy),
        ("level", &draft.level),
        ("title", &draft.title),
        ("procedure", &draft.procedure),
        ("place_id", &draft.place_id),
        ("partner_id", &draft.partner_id),
        ("planned_session_id", &draft.planned_session_id),
        ("workshop_id", &draft.workshop_id),
        ("referral_id", &draft.referral_id),
        ("note", &draft.note),
    ] {
        if let Some(text) = text {
            intervention[name] = text.as_str().into();
        }
    }
    if !draft.tags.is_empty() {
        intervention["tags"] = json!(draft.tags);
    }
    intervention
}

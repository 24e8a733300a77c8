//! The quarter as it is played: October to December 2022 of an organisation with two advisors.

use serde_json::{Value, json};
use uuid::Uuid;

use super::device::on_phone;
use crate::http::report;
use crate::support::api::{Api, Cast, Person};

pub(super) const PERIOD: &str = "from=2022-10&to=2022-12";
/// What the story names, by the mark of its kind and its number.
pub(super) fn id(kind: &str, number: u32) -> String {
    format!("0198f3c2-7c1e-7d2a-{kind}-{number:012}")
}

/// The quarter, and what the tests need of it.
pub(super) struct Quarter {
    pub(super) cast: Cast,
    /// The places that were imported: a library, a community centre, a market.
    pub(super) places: Vec<String>,
    /// The path of the page of the partner who asks.
    pub(super) page: String,
}

const PARTNERS: &str = "8f60";
const SHEETS: &str = "8f61";
const TAGS: &str = "8f62";
const AGREEMENTS: &str = "8f63";
const SCHEDULES: &str = "8f64";
const SESSIONS: &str = "8f65";
const REQUESTS: &str = "8f66";
const REFERRALS: &str = "8f67";
const MEETINGS: &str = "8f68";
const VAN: &str = "0198f3c2-7c1e-7d2a-8f69-000000000001";

/// The request that the partner sends by its link.
pub(super) fn asked() -> String {
    id(REQUESTS, 1)
}

/// The two workshops that are planned: one that was asked for, one that two advisors report.
pub(super) fn workshops() -> [String; 2] {
    [id(SESSIONS, 1), id(SESSIONS, 2)]
}

/// The sheet that the partner asks for.
pub(super) fn sheet() -> String {
    id(SHEETS, 1)
}

/// Plays the quarter; the months are closed in January.
pub(super) async fn play(api: &Api) -> Quarter {
    let cast = api.cast().await;
    api.set_clock("2022-10-03T08:00:00Z");
    let places = settle_in(api, &cast).await;
    agree(api, &cast, &places).await;
    hold_presences(api, &cast, &places).await;
    api.set_clock("2022-10-10T08:00:00Z");
    let page = ask_for_a_workshop(api, &cast).await;
    plan(api, &cast, &places).await;
    drive_the_van(api, &cast, &places).await;
    api.set_clock("2022-11-14T08:00:00Z");
    call_for_help(api, &cast).await;
    report_offline(api, &cast, &places).await;
    end_the_referral(api, &cast).await;
    api.set_clock("2022-12-16T18:00:00Z");
    end_the_year(api, &cast, &places).await;
    Quarter { cast, places, page }
}

async fn put(api: &Api, by: &Person, path: &str, body: &Value) -> Value {
    let answer = api.put(path).by(by).json(body).send().await;
    assert!(matches!(answer.status, 200 | 201), "{path}: {answer:?}");
    answer.json()
}

/// Stores a thing of the field, as the coordinator does.
async fn store(api: &Api, cast: &Cast, list: &str, id: &str, body: &Value) {
    put(api, &cast.coordinator, &format!("/v1/{list}/{id}"), body).await;
}

/// Reports a day.
async fn day(api: &Api, by: &Person, date: &str, interventions: &[Value]) {
    put(api, by, &by.report(date), &report(interventions)).await;
}

/// Something with these fields too.
fn with(mut body: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn helped(kind: &str, participants: i64, minutes: i64, fields: &Value) -> Value {
    let body = json!({"kind": kind, "participants": participants, "duration_minutes": minutes, "setting": "partner_site",
        "themes": ["email"]});
    with(body, fields)
}

/// The territory, three places from a file, the van, two partners, two sheets, tags, meetings.
async fn settle_in(api: &Api, cast: &Cast) -> Vec<String> {
    let settings = json!({"name": "Le Mans Métropole", "time_zone": "Europe/Paris",
        "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "territory": {"communes": ["72001", "72003", "72008", "72095", "72181"]},
        "areas": [{"code": "sablons", "name": "Les Sablons", "communes": ["72181"]}]});
    put(api, &cast.coordinator, "/v1/organisation", &settings).await;
    for (number, (name, kind, commune)) in (1..).zip([
        ("Commune d’Allonnes", "commune", "72003"),
        ("Centre social des Sablons", "association", "72181"),
    ]) {
        let partner = json!({"name": name, "kind": kind, "commune_code": commune});
        store(api, cast, "partners", &id(PARTNERS, number), &partner).await;
    }
    let file = json!([
        {"nom": "Médiathèque d’Allonnes", "code_insee": "72003"},
        {"nom": "Salle des Sablons", "code_insee": "72181"},
        {"nom": "Marché de Coulaines", "code_insee": "72095"},
        {"nom": "Sans commune"},
    ]);
    let mut places = Vec::new();
    for (query, is_dry) in [("?dry_run=true", true), ("", false)] {
        let call = api
            .post(&format!("/v1/places/import{query}"))
            .by(&cast.coordinator)
            .json(&file);
        let told = call.send().await.expect(200).json();
        assert_eq!((&told["created"], &told["refused"]), (&json!(3), &json!(1)), "{told}");
        let lines = told["lines"].as_array().unwrap().iter();
        places = lines
            .filter_map(|line| Some(line["place_id"].as_str()?.to_owned()))
            .collect();
        assert_eq!(places.len(), if is_dry { 0 } else { 3 });
    }
    let library = json!({"name": "Médiathèque d’Allonnes", "commune_code": "72003", "partner_id": id(PARTNERS, 1)});
    store(api, cast, "places", &places[0], &library).await;
    let hall = json!({"name": "Salle des Sablons", "commune_code": "72181", "area": "sablons", "published": true});
    store(api, cast, "places", &places[1], &hall).await;
    store(
        api,
        cast,
        "places",
        VAN,
        &json!({"name": "Bureau mobile", "commune_code": "72181", "mobile": "mobile"}),
    )
    .await;
    let asked = json!({"title": "Premiers pas sur internet", "participants_min": 4, "participants_max": 8});
    store(api, cast, "workshops", &id(SHEETS, 1), &asked).await;
    store(
        api,
        cast,
        "workshops",
        &id(SHEETS, 2),
        &json!({"title": "Mots de passe"}),
    )
    .await;
    store(
        api,
        cast,
        "tags",
        &id(TAGS, 1),
        &json!({"name": "Semaine du numérique"}),
    )
    .await;
    store(api, cast, "tags", &id(TAGS, 2), &json!({"name": "Insertion"})).await;
    for (number, (day, partner)) in (1..).zip([("2022-09-20", 1), ("2022-10-03", 1), ("2022-10-03", 2)]) {
        let meeting =
            json!({"day": day, "partner_id": id(PARTNERS, partner), "met": "Directrice", "nature": ["needs"]});
        put(
            api,
            &cast.advisor,
            &format!("/v1/meetings/{}", id(MEETINGS, number)),
            &meeting,
        )
        .await;
    }
    places
}

/// A presence on Tuesdays with the commune, and workshops with the community centre.
async fn agree(api: &Api, cast: &Cast, places: &[String]) {
    let library = json!({"partner_id": id(PARTNERS, 1), "place_id": places[0], "starts_on": "2022-10-03",
        "ends_on": "2022-12-31", "signed_on": "2022-09-30", "kinds": ["individual"],
        "advisors": [cast.advisor.id.to_string()]});
    store(api, cast, "agreements", &id(AGREEMENTS, 1), &library).await;
    let centre = json!({"partner_id": id(PARTNERS, 2), "starts_on": "2022-10-01", "ends_on": "2023-02-15",
        "signed_on": "2022-10-01", "kinds": ["workshop"], "commitments": [{"kind": "room"}]});
    store(api, cast, "agreements", &id(AGREEMENTS, 2), &centre).await;
    let presences = json!({"name": "Permanence à la médiathèque", "kind": "presence", "from": "09:00", "to": "12:00",
        "starts_on": "2022-10-04", "ends_on": "2022-10-25", "frequency": "weekly", "by_day": ["TU"],
        "place_id": places[0], "agreement_id": id(AGREEMENTS, 1), "advisors": [cast.advisor.id.to_string()]});
    store(api, cast, "schedules", &id(SCHEDULES, 1), &presences).await;
}

/// The session of a schedule on a day, whose identifier anybody makes.
fn session_of(schedule: u32, day: &str, from: &str) -> String {
    let schedule: Uuid = id(SCHEDULES, schedule).parse().unwrap();
    Uuid::new_v5(&schedule, format!("{day}T{from}").as_bytes()).to_string()
}

/// Says of a session of a schedule what became of it.
async fn say(api: &Api, cast: &Cast, session: &str, fields: &Value) {
    let path = format!("/v1/planned-sessions/{session}");
    let shown = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
    let mut body = json!({});
    for field in [
        "kind",
        "day",
        "from",
        "to",
        "place_id",
        "advisors",
        "agreement_id",
        "vehicle_id",
    ] {
        if !shown[field].is_null() {
            body[field] = shown[field].clone();
        }
    }
    put(api, &cast.coordinator, &path, &with(body, fields)).await;
}

/// Of four Tuesdays one has residents, to one nobody comes, one is cancelled, and of one nobody says anything.
async fn hold_presences(api: &Api, cast: &Cast, places: &[String]) {
    api.set_clock("2022-10-28T17:00:00Z");
    let presence = |day: &str| session_of(1, day, "09:00");
    let at = json!({"place_id": places[0], "planned_session_id": presence("2022-10-04")});
    let two = with(
        at.clone(),
        &json!({"recurring_participants": 1, "tags": [id(TAGS, 1), id(TAGS, 2)],
        "genders": {"female": 2}, "autonomy": "partly_autonomous"}),
    );
    let helped = [helped("individual", 2, 60, &two), helped("individual", 1, 45, &at)];
    day(api, &cast.advisor, "2022-10-04", &helped).await;
    let nobody = json!({"outcome": "held", "commitments_met": "yes"});
    say(api, cast, &presence("2022-10-11"), &nobody).await;
    say(
        api,
        cast,
        &presence("2022-10-18"),
        &json!({"cancelled": "Salle fermée"}),
    )
    .await;
}

/// The community centre asks by its link; beside, it asks for equipment, which is granted.
async fn ask_for_a_workshop(api: &Api, cast: &Cast) -> String {
    let link = api.post(&format!("/v1/agreements/{}/links", id(AGREEMENTS, 2)));
    let link = link.by(&cast.coordinator).json(&json!({"name": "Centre social"}));
    let page = link.send().await.expect(201).json()["path"]
        .as_str()
        .unwrap()
        .to_owned();
    let form = format!(
        "request_id={}&subject={}&from=2022-11-07&to=2022-11-10&expected_people=7&words=&contact_name=&contact_email=",
        asked(),
        sheet()
    );
    let sent = api.post(&page).text(&form);
    let sent = sent.header("content-type", "application/x-www-form-urlencoded");
    sent.send().await.expect(303);
    let equipment = json!({"partner_id": id(PARTNERS, 2), "kind": "equipment", "words": "Quatre tablettes"});
    store(api, cast, "requests", &id(REQUESTS, 2), &equipment).await;
    let granted = json!({"status": "granted", "reason": "Quatre tablettes en novembre."});
    put(
        api,
        &cast.coordinator,
        &format!("/v1/requests/{}/status", id(REQUESTS, 2)),
        &granted,
    )
    .await;
    page
}

/// The workshop that was asked for is planned for two advisors, and another.
async fn plan(api: &Api, cast: &Cast, places: &[String]) {
    let both = [cast.advisor.id.to_string(), cast.colleague.id.to_string()];
    let workshop = json!({"kind": "workshop", "from": "14:00", "to": "16:00", "place_id": places[1], "advisors": both});
    let asked_for = with(
        workshop.clone(),
        &json!({"day": "2022-11-08", "workshop_id": sheet(), "request_id": asked(),
        "registered": 7}),
    );
    store(api, cast, "planned-sessions", &workshops()[0], &asked_for).await;
    let status = format!("/v1/requests/{}/status", asked());
    put(api, &cast.coordinator, &status, &json!({"status": "planned"})).await;
    let another = with(
        workshop,
        &json!({"day": "2022-12-06", "workshop_id": id(SHEETS, 2), "capacity": 10}),
    );
    store(api, cast, "planned-sessions", &workshops()[1], &another).await;
}

/// Of four Wednesdays on the market two have residents and one is cancelled; what became of the third the van's phone tells.
async fn drive_the_van(api: &Api, cast: &Cast, places: &[String]) {
    let round = json!({"name": "Bureau mobile", "kind": "stop", "from": "14:00", "to": "17:00", "starts_on": "2022-11-02",
        "ends_on": "2022-11-23", "frequency": "weekly", "by_day": ["WE"], "place_id": places[2], "vehicle_id": VAN,
        "advisors": [cast.colleague.id.to_string()], "public": true});
    store(api, cast, "schedules", &id(SCHEDULES, 2), &round).await;
    let stop = |day: &str| session_of(2, day, "14:00");
    say(
        api,
        cast,
        &stop("2022-11-09"),
        &json!({"cancelled": "Véhicule au garage"}),
    )
    .await;
    for (date, helped) in [
        ("2022-11-02", vec![("one_off", 2, 15), ("individual", 1, 30)]),
        ("2022-11-23", vec![("one_off", 4, 20)]),
    ] {
        let at = json!({"setting": "mobile_office", "place_id": places[2], "planned_session_id": stop(date)});
        let one = |(kind, participants, minutes): &(&str, i64, i64)| self::helped(kind, *participants, *minutes, &at);
        api.set_clock(&format!("{date}T17:00:00Z"));
        day(api, &cast.colleague, date, &helped.iter().map(one).collect::<Vec<_>>()).await;
    }
}

/// A social worker asks for help for somebody, and comes along to the first visit; an outreach worker asks in vain.
async fn call_for_help(api: &Api, cast: &Cast) {
    for (number, (on, service)) in (1..).zip([("2022-11-14", "social_worker"), ("2022-11-10", "outreach_worker")]) {
        let referral = json!({"advisor_id": cast.advisor.id.to_string(), "received_on": on, "service": service,
            "urgency": "week", "commune_code": "72181", "themes": ["procedure_housing"]});
        store(api, cast, "referrals", &id(REFERRALS, number), &referral).await;
    }
    let visit = json!({"kind": "first_visit", "day": "2022-11-17", "from": "10:00", "to": "11:00",
        "referral_id": id(REFERRALS, 1), "advisors": [cast.advisor.id.to_string()]});
    store(api, cast, "planned-sessions", &id(SESSIONS, 3), &visit).await;
}

/// The advisor reports the workshop and the first visit without a network; the colleague, who assisted, with one, and the
/// colleague's phone tells that the van stood on the market, to which nobody came.
async fn report_offline(api: &Api, cast: &Cast, places: &[String]) {
    api.set_clock("2022-11-17T18:00:00Z");
    let (phone, of_the_van) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let at = json!({"place_id": places[1], "planned_session_id": workshops()[0], "workshop_id": sheet(),
        "level": "beginner", "equipment": ["computer"]});
    let people = json!({"recurring_participants": 2, "tags": [id(TAGS, 1)], "age_groups": {"70_plus": 5}});
    let workshop = helped("workshop", 7, 120, &with(at.clone(), &people));
    let visit = helped(
        "individual",
        1,
        60,
        &json!({"setting": "home", "commune_code": "72181",
        "planned_session_id": id(SESSIONS, 3), "referral_id": id(REFERRALS, 1), "referred_by_social_worker": true,
        "first_visit_accompanied": true, "follow_ups": {"redirected": 1}, "redirected_to": ["ccas", "dgfip"]}),
    );
    let days = [("2022-11-08", workshop), ("2022-11-17", visit)];
    let session = workshops()[0].clone();
    on_phone(api, &cast.advisor, phone.path(), move |device| {
        device.synchronise().unwrap();
        assert!(
            device.notebook().field.session(&session).is_some(),
            "the phone knows what is planned"
        );
        device.link.is_cut = true;
        for (date, intervention) in &days {
            device
                .write(date, Some(&report(std::slice::from_ref(intervention))))
                .unwrap();
        }
        device.synchronise().unwrap_err();
    })
    .await;
    let path = cast.advisor.report("2022-11-08");
    api.get(&path).by(&cast.advisor).send().await.expect(404);
    // The phone was switched off meanwhile.
    on_phone(api, &cast.advisor, phone.path(), |device| device.synchronise().unwrap()).await;
    let stored = api.get(&path).by(&cast.advisor).send().await.expect(200).json();
    assert_eq!(stored["interventions"][0]["participants"], 7);
    let assisting = helped("workshop", 0, 120, &with(at, &json!({"assisting": true})));
    day(api, &cast.colleague, "2022-11-08", &[assisting]).await;
    let stop = session_of(2, "2022-11-16", "14:00");
    on_phone(api, &cast.colleague, of_the_van.path(), move |device| {
        device.synchronise().unwrap();
        assert!(
            device.fulfil(&stop, "held").unwrap(),
            "the phone knows the stops of the van"
        );
        device.synchronise().unwrap();
    })
    .await;
}

async fn end_the_referral(api: &Api, cast: &Cast) {
    api.set_clock("2022-11-24T18:00:00Z");
    let path = format!("/v1/referrals/{}", id(REFERRALS, 1));
    let shown = api.get(&path).by(&cast.advisor).send().await.expect(200).json();
    assert_eq!(
        (&shown["state"], &shown["first_visit_accompanied"]),
        (&json!("held"), &json!(true))
    );
    let ended = json!({"advisor_id": cast.advisor.id.to_string(), "received_on": "2022-11-14", "service": "social_worker",
        "urgency": "week", "commune_code": "72181", "themes": ["procedure_housing"], "directed_to": ["ccas", "dgfip"],
        "closed": {"on": "2022-11-21", "reason": "directed"}});
    put(api, &cast.advisor, &path, &ended).await;
    let elsewhere = json!({"setting": "advisor_site", "commune_code": "72008"});
    day(
        api,
        &cast.advisor,
        "2022-11-24",
        &[helped("individual", 3, 60, &elsewhere)],
    )
    .await;
}

/// Both advisors report the same workshop, and neither says that they assisted; then one is away.
async fn end_the_year(api: &Api, cast: &Cast, places: &[String]) {
    let at = json!({"place_id": places[1], "planned_session_id": workshops()[1], "workshop_id": id(SHEETS, 2)});
    let again = with(at.clone(), &json!({"recurring_participants": 1}));
    day(api, &cast.advisor, "2022-12-06", &[helped("workshop", 5, 90, &again)]).await;
    day(api, &cast.colleague, "2022-12-06", &[helped("workshop", 5, 90, &at)]).await;
    for (date, absence) in [
        ("2022-12-12", "training"),
        ("2022-12-13", "leave"),
        ("2022-12-14", "leave"),
    ] {
        put(
            api,
            &cast.colleague,
            &cast.colleague.report(date),
            &json!({"absence": absence}),
        )
        .await;
    }
    day(api, &cast.advisor, "2022-12-15", &[]).await;
}

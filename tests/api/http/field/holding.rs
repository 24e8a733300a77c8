//! What was held: planned sessions and referrals, by the interventions that name them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::linking::{numbered, presence, referral, saying, session, sheet, store};
use super::naming::{at, furnished, place_id, put_day};
use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_session_that_an_intervention_names_is_held_and_no_longer_unsaid,
    a_session_of_a_schedule_is_held_without_a_row,
    a_referral_that_an_intervention_names_has_its_first_visit,
    annex_two_counts_presences_with_and_without_residents_and_the_hours_of_presence,
    annex_two_counts_seats_and_sheets_never_asked_for,
    annex_two_counts_the_first_visits_of_referrals,
    coverage_counts_the_area_of_the_place_and_of_the_one_that_took_its_place,
);

async fn read(api: &Api, cast: &Cast, path: &str) -> Value {
    api.get(path).by(&cast.coordinator).send().await.expect(200).json()
}

/// The sessions of May of which nobody said what became, by identifier.
async fn unsaid(api: &Api, cast: &Cast) -> Vec<String> {
    let path = "/v1/planned-sessions?from=2022-05-01&to=2022-05-31&unsaid=true";
    let found = read(api, cast, path).await;
    let items = found["items"].as_array().unwrap().iter();
    items
        .map(|item| item["planned_session_id"].as_str().unwrap().to_owned())
        .collect()
}

/// A support of somebody that names a session.
fn at_session(id: &str, participants: i64) -> Value {
    json!({"kind": "individual", "participants": participants, "duration_minutes": 60, "setting": "partner_site",
        "themes": ["email"], "planned_session_id": id})
}

async fn a_session_that_an_intervention_names_is_held_and_no_longer_unsaid(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut ids = Vec::new();
    for (number, day) in [(1, "2022-05-03"), (2, "2022-05-10")] {
        ids.push(session(&api, &cast, number, &presence(&cast, day)).await);
    }
    assert_eq!(unsaid(&api, &cast).await, ids);
    let interventions = [at_session(&ids[0], 2), at_session(&ids[0], 3)];
    put_day(&api, &cast.advisor, "2022-05-04", &interventions, 201).await;
    assert_eq!(unsaid(&api, &cast).await, ids[1..]);
    let told = read(&api, &cast, &format!("/v1/planned-sessions/{}", ids[0])).await;
    assert_eq!(told["outcome"], Value::Null);
    assert_eq!(
        (&told["held"], &told["interventions"], &told["participants"]),
        (&json!(true), &json!(2), &json!(5))
    );
    let other = read(&api, &cast, &format!("/v1/planned-sessions/{}", ids[1])).await;
    assert_eq!((&other["held"], &other["interventions"]), (&json!(false), &json!(0)));
    // Nobody came, and somebody says that it was held.
    let mut said = presence(&cast, "2022-05-10");
    said["outcome"] = "held".into();
    session(&api, &cast, 2, &said).await;
    let other = read(&api, &cast, &format!("/v1/planned-sessions/{}", ids[1])).await;
    assert_eq!((&other["held"], &other["interventions"]), (&json!(true), &json!(0)));
    // The report is taken back.
    put_day(&api, &cast.advisor, "2022-05-04", &[], 200).await;
    assert_eq!(unsaid(&api, &cast).await, ids[..1]);
}

async fn a_session_of_a_schedule_is_held_without_a_row(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let rule = json!({"name": "Mairie", "kind": "presence", "from": "09:00", "to": "12:00", "starts_on": "2022-05-03",
        "ends_on": "2022-05-17", "frequency": "weekly", "advisors": [cast.advisor.id.to_string()]});
    let schedule = store(&api, &cast.coordinator, "schedules", 1, &rule).await;
    let of = |day: &str| Uuid::new_v5(&schedule.parse().unwrap(), format!("{day}T09:00").as_bytes()).to_string();
    put_day(
        &api,
        &cast.advisor,
        "2022-05-10",
        &[at_session(&of("2022-05-10"), 1)],
        201,
    )
    .await;
    assert_eq!(unsaid(&api, &cast).await, [of("2022-05-03"), of("2022-05-17")]);
    let told = read(&api, &cast, &format!("/v1/planned-sessions/{}", of("2022-05-10"))).await;
    assert_eq!((&told["held"], &told["version"]), (&json!(true), &json!(0)));
}

async fn a_referral_that_an_intervention_names_has_its_first_visit(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let id = referral(&api, &cast, 1).await;
    let path = format!("/v1/referrals/{id}");
    let before = read(&api, &cast, &path).await;
    assert_eq!(
        (&before["state"], &before["first_visit_on"]),
        (&json!("received"), &Value::Null)
    );
    assert_eq!(before["first_visit_accompanied"], Value::Null);
    let visit = |accompanied: bool| {
        let mut visit = at_session("", 1);
        visit.as_object_mut().unwrap().remove("planned_session_id");
        visit["referral_id"] = id.as_str().into();
        visit["referred_by_social_worker"] = true.into();
        visit["first_visit_accompanied"] = accompanied.into();
        visit
    };
    put_day(&api, &cast.advisor, "2022-05-12", &[visit(false)], 201).await;
    let later = read(&api, &cast, &path).await;
    assert_eq!(
        (&later["state"], &later["first_visit_on"]),
        (&json!("held"), &json!("2022-05-12"))
    );
    assert_eq!(later["first_visit_accompanied"], false);
    // One of before comes later.
    put_day(&api, &cast.advisor, "2022-05-06", &[visit(true)], 201).await;
    let earlier = read(&api, &cast, &path).await;
    assert_eq!(
        (&earlier["first_visit_on"], &earlier["first_visit_accompanied"]),
        (&json!("2022-05-06"), &json!(true))
    );
    // A colleague who assists has no referral.
    let assisting = json!({"kind": "individual", "assisting": true, "participants": 0, "duration_minutes": 30,
        "setting": "partner_site", "themes": ["email"], "referral_id": id});
    let put = api.put(&cast.colleague.report("2022-05-06")).by(&cast.colleague);
    let refused = put.json(&crate::http::report(&[assisting])).send().await;
    let faults = refused.expect(422).faults();
    assert_eq!(
        faults,
        [("/interventions/0/referral_id".to_owned(), "not_allowed_here".to_owned())]
    );
}

/// A figure of Annexe 2 of May.
async fn figure(api: &Api, cast: &Cast, id: &str) -> Value {
    let plan = read(api, cast, "/v1/statistics/field?from=2022-05&to=2022-05").await;
    let parts = plan["parts"].as_array().unwrap().iter();
    let mut figures = parts.flat_map(|part| part["figures"].as_array().unwrap());
    figures.find(|figure| figure["id"] == format!("action_{id}")).unwrap()["value"].clone()
}

async fn annex_two_counts_presences_with_and_without_residents_and_the_hours_of_presence(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    assert_eq!(figure(&api, &cast, "people_per_presence_hour").await, Value::Null);
    let mut ids = Vec::new();
    for (number, day) in [
        (1, "2022-05-03"),
        (2, "2022-05-10"),
        (3, "2022-05-17"),
        (4, "2022-05-24"),
    ] {
        let mut body = presence(&cast, day);
        if number == 2 {
            body["outcome"] = "held".into();
        }
        if number == 4 {
            body["cancelled"] = "Salle fermée".into();
        }
        ids.push(session(&api, &cast, number, &body).await);
    }
    put_day(
        &api,
        &cast.advisor,
        "2022-05-03",
        &[at_session(&ids[0], 6), at_session(&ids[0], 1)],
        201,
    )
    .await;
    let expected = [
        ("presences_planned", 4),
        ("presences_held", 2),
        ("presences_with_residents", 1),
        ("presences_without_residents", 1),
        ("presences_cancelled", 1),
        ("presences_unsaid", 1),
        // Two mornings of three hours, of which two hours were spent with 7 people: 7 / 6 = 1.17.
        ("presence_minutes", 360),
        ("presence_support_minutes", 120),
        ("people_per_presence_hour", 12),
    ];
    for (id, value) in expected {
        assert_eq!(figure(&api, &cast, id).await, json!(value), "{id}");
    }
    let page = "/v1/statistics/field?from=2022-05&to=2022-05&format=html";
    let page = api.get(page).by(&cast.coordinator).send().await.expect(200);
    let page = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(
        page.contains("Personnes par heure de permanence") && page.contains("1,2"),
        "{page}"
    );
}

async fn annex_two_counts_seats_and_sheets_never_asked_for(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let first = sheet(&api, &cast, 1, "Courriel").await;
    let seats = json!({"title": "Tablette", "participants_max": 6});
    let second = store(&api, &cast.coordinator, "workshops", 2, &seats).await;
    store(
        &api,
        &cast.coordinator,
        "workshops",
        3,
        &json!({"title": "Minitel", "retired": true}),
    )
    .await;
    let agreement = json!({"partner_id": "0198f3c2-7c1e-7d2a-8f06-000000000001", "starts_on": "2022-01-01",
        "ends_on": "2022-12-31", "signed_on": "2022-01-01", "kinds": ["workshop"]});
    store(&api, &cast.coordinator, "agreements", 1, &agreement).await;
    assert_eq!(figure(&api, &cast, "sheets_never_asked").await, 2);
    let request = json!({"partner_id": "0198f3c2-7c1e-7d2a-8f06-000000000001", "kind": "workshop", "workshop_id": first,
        "wished": [{"from": "2022-06-08"}], "received_on": "2022-04-08"});
    store(&api, &cast.coordinator, "requests", 1, &request).await;
    assert_eq!(figure(&api, &cast, "sheets_never_asked").await, 1);
    assert_eq!(figure(&api, &cast, "workshop_filling").await, Value::Null);
    let workshop = |from: &str, to: &str, fields: Value| {
        let mut body = presence(&cast, "2022-05-03");
        body["kind"] = "workshop".into();
        (body["from"], body["to"]) = (from.into(), to.into());
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let roomy = session(&api, &cast, 1, &workshop("09:00", "10:00", json!({"capacity": 10}))).await;
    let of_sheet = session(
        &api,
        &cast,
        2,
        &workshop("10:00", "11:00", json!({"workshop_id": second})),
    )
    .await;
    let boundless = session(
        &api,
        &cast,
        3,
        &workshop("11:00", "12:00", json!({"workshop_id": first})),
    )
    .await;
    session(
        &api,
        &cast,
        4,
        &workshop("14:00", "15:00", json!({"capacity": 90, "outcome": "held"})),
    )
    .await;
    let held = |id: &String| {
        saying(
            &json!({"planned_session_id": id, "participants": 5, "recurring_participants": 0,
        "age_groups": {}, "genders": {}, "situations": {}, "follow_ups": {}, "redirected_to": []}),
        )
    };
    put_day(
        &api,
        &cast.advisor,
        "2022-05-03",
        &[held(&roomy), held(&of_sheet), held(&boundless)],
        201,
    )
    .await;
    // 10 of 16 seats.
    assert_eq!(figure(&api, &cast, "workshop_filling").await, 63);
    assert_eq!(figure(&api, &cast, "workshop_sessions_held").await, 4);
}

async fn annex_two_counts_the_first_visits_of_referrals(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    assert_eq!(figure(&api, &cast, "referral_days").await, Value::Null);
    // Three referrals of the second of May: one visited after 4 days, one after 10, one not yet.
    let mut visits = Vec::new();
    for number in 1..=3 {
        visits.push(referral(&api, &cast, number).await);
    }
    for (id, day, accompanied) in [(&visits[0], "2022-05-06", true), (&visits[1], "2022-05-12", false)] {
        let mut visit = at_session("", 1);
        visit.as_object_mut().unwrap().remove("planned_session_id");
        visit["referral_id"] = id.as_str().into();
        visit["referred_by_social_worker"] = true.into();
        visit["first_visit_accompanied"] = accompanied.into();
        put_day(&api, &cast.advisor, day, &[visit], 201).await;
    }
    for (id, value) in [
        ("referrals_received", 3),
        ("referrals_visited", 2),
        ("referrals_accompanied", 1),
        ("referral_days", 4),
    ] {
        assert_eq!(figure(&api, &cast, id).await, json!(value), "{id}");
    }
    assert_eq!(visits[2], numbered(3));
}

async fn coverage_counts_the_area_of_the_place_and_of_the_one_that_took_its_place(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let by = &cast.coordinator;
    let settings = json!({"name": "Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"],
        "territory": {"communes": ["72181", "72003"]},
        "areas": [{"code": "sablons", "name": "Les Sablons", "communes": ["72181"]},
                  {"code": "glonnieres", "name": "Les Glonnières", "communes": ["72181"]}]});
    api.put("/v1/organisation")
        .by(by)
        .json(&settings)
        .send()
        .await
        .expect(200);
    let place = json!({"name": "Mairie", "commune_code": "72181", "area": "sablons"});
    api.put(&format!("/v1/places/{}", place_id(2)))
        .by(by)
        .json(&place)
        .send()
        .await
        .expect(200);
    put_day(
        &api,
        &cast.advisor,
        "2022-05-03",
        &[at(2), at(1), crate::http::workshop()],
        201,
    )
    .await;
    let counted = async || {
        let coverage = read(&api, &cast, "/v1/statistics/coverage?from=2022-05&to=2022-05").await;
        let lines = coverage["areas"].as_array().unwrap().iter();
        let counted = lines.map(|line| {
            (
                line["code"].as_str().unwrap().to_owned(),
                line["interventions"].as_i64().unwrap(),
            )
        });
        counted.collect::<Vec<_>>()
    };
    let line = |code: &str, count: i64| (code.to_owned(), count);
    assert_eq!(
        counted().await,
        [line("sablons", 1), line("glonnieres", 0), line("outside", 2)]
    );
    let merge = api.post(&format!("/v1/places/{}/merge", place_id(1))).by(by);
    merge.json(&json!({"into": place_id(2)})).send().await.expect(200);
    assert_eq!(
        counted().await,
        [line("sablons", 2), line("glonnieres", 0), line("outside", 1)]
    );
}

//! Planned sessions: planned by coordinators and by advisors for themselves, without anybody at two places at once.

use serde_json::{Value, json};

use crate::support::api::{Answer, Api, Cast, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    a_session_says_what_is_planned_and_a_retry_changes_nothing,
    every_fault_of_a_session_is_named,
    what_a_session_names_must_be_the_organisations_own,
    an_advisor_plans_their_own_sessions_alone,
    an_advisor_at_two_places_at_once_is_said_when_planning,
    a_vehicle_is_not_at_two_places_at_once_either,
    a_coordinator_who_insists_has_a_clash_stored_and_written_down,
    an_advisor_tells_of_their_past_and_the_clash_is_listed,
    sessions_are_listed_by_period_advisor_and_place_page_by_page,
    what_became_of_a_session_is_said_once_its_day_has_come,
    sessions_of_which_nobody_has_said_what_became_are_listed_for_the_coordinator,
    a_first_visit_shows_where_it_is_to_those_who_do_it_alone,
);

fn path(number: u32) -> String {
    format!("/v1/planned-sessions/0198f3c2-7c1e-7d2a-8f10-{number:012}")
}

fn id(number: u32) -> Value {
    json!(format!("0198f3c2-7c1e-7d2a-8f10-{number:012}"))
}

/// A presence of somebody, on a day and from when to when.
fn presence(by: &[&Person], day: &str, from: &str, to: &str) -> Value {
    let advisors: Vec<String> = by.iter().map(|person| person.id.to_string()).collect();
    json!({"kind": "presence", "day": day, "from": from, "to": to, "advisors": advisors})
}

async fn put(api: &Api, by: &Person, number: u32, body: &Value) -> Answer {
    api.put(&path(number)).by(by).json(body).send().await
}

/// Stores a place, and tells its identifier.
async fn place(api: &Api, cast: &Cast, number: u32, mobile: &str) -> String {
    let id = format!("0198f3c2-7c1e-7d2a-8f11-{number:012}");
    let body = json!({"name": format!("Lieu {number}"), "commune_code": "72181", "mobile": mobile});
    let call = api.put(&format!("/v1/places/{id}")).by(&cast.coordinator);
    call.json(&body).send().await.expect(201);
    id
}

async fn a_session_says_what_is_planned_and_a_retry_changes_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let library = place(&api, &cast, 1, "fixed").await;
    let mut body = presence(&[&cast.advisor, &cast.colleague], "2022-10-04", "09:00", "12:30");
    body["place_id"] = json!(library);
    body["capacity"] = json!(12);
    body["registered"] = json!(9);
    body["public"] = json!(true);
    body["note"] = json!(" Apporter le vidéoprojecteur. ");
    let created = put(&api, &cast.coordinator, 1, &body).await.expect(201);
    assert_eq!(created.header("location"), Some(path(1).as_str()));
    let expected = json!({
        "planned_session_id": id(1), "version": 1, "updated_at": "2022-09-29T10:00:00Z",
        "updated_by": cast.coordinator.id.to_string(), "kind": "presence", "day": "2022-10-04", "from": "09:00",
        "to": "12:30", "place_id": library, "place_name": null, "advisors": body["advisors"], "workshop_id": null,
        "agreement_id": null, "request_id": null, "referral_id": null, "schedule_id": null, "scheduled_on": null,
        "vehicle_id": null, "capacity": 12, "registered": 9, "public": true, "note": "Apporter le vidéoprojecteur.",
        "cancelled": null, "outcome": null, "commitments_met": null, "held": false, "interventions": 0,
        "participants": 0, "clashes": []
    });
    assert_eq!(created.json(), expected);
    assert_eq!(
        put(&api, &cast.coordinator, 1, &body).await.expect(200).json(),
        expected
    );
    body["cancelled"] = json!("Salle indisponible");
    let cancelled = put(&api, &cast.coordinator, 1, &body).await.expect(200).json();
    assert_eq!(
        (&cancelled["version"], &cancelled["cancelled"]),
        (&json!(2), &json!("Salle indisponible"))
    );
    let stale = api.put(&path(1)).by(&cast.coordinator).header("if-match", "\"1\"");
    body["from"] = json!("10:00");
    assert_eq!(
        stale.json(&body).send().await.failure(),
        (412, "version_mismatch".to_owned())
    );
    let read = api.get(&path(1)).by(&cast.advisor).send().await.expect(200);
    assert_eq!((read.header("etag"), read.json()), (Some("\"2\""), cancelled));
    let connection = &mut database.connect();
    assert_eq!(sql::count(connection, "audit_entries", "action = 'session_planned'"), 2);
}

async fn every_fault_of_a_session_is_named(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = json!({
        "kind": "lunch", "day": "2027-10-05", "from": "9:00", "to": "25:00", "place_id": "x", "place_name": "a\u{7}",
        "advisors": ["x", cast.advisor.id.to_string(), cast.advisor.id.to_string()], "capacity": 0,
        "registered": 1001, "outcome": "held", "commitments_met": "yes", "note": "x".repeat(2001)
    });
    let refused = put(&api, &cast.coordinator, 1, &body).await.expect(422);
    let mut faults = refused.faults();
    faults.sort();
    let mut expected = [
        ("/kind", "unknown_code"),
        ("/day", "in_the_future"),
        ("/from", "invalid_time"),
        ("/to", "invalid_time"),
        ("/place_id", "invalid_uuid"),
        ("/place_name", "control_character"),
        ("/advisors/0", "invalid_uuid"),
        ("/advisors/2", "duplicate"),
        ("/capacity", "out_of_range"),
        ("/registered", "out_of_range"),
        ("/outcome", "in_the_future"),
        ("/commitments_met", "not_allowed_here"),
        ("/note", "too_long"),
    ]
    .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    expected.sort();
    assert_eq!(faults, expected);
    let backwards = presence(&[], "2022-10-04", "12:00", "09:00");
    let refused = put(&api, &cast.coordinator, 1, &backwards).await.expect(422);
    assert_eq!(refused.faults(), [("/to".to_owned(), "from_after_to".to_owned())]);
    for (query, fault) in [
        ("from=2022-01-01", ("to", "missing_parameter")),
        ("from=2022-01-02&to=2022-01-01", ("from", "from_after_to")),
        ("from=2022-01-01&to=2023-02-05", ("to", "period_too_long")),
    ] {
        let list = api.get(&format!("/v1/planned-sessions?{query}")).by(&cast.advisor);
        let faults = list.send().await.expect(400).faults();
        assert_eq!(faults, [(fault.0.to_owned(), fault.1.to_owned())], "{query}");
    }
}

async fn what_a_session_names_must_be_the_organisations_own(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let library = place(&api, &cast, 1, "fixed").await;
    let mut body = presence(
        &[&cast.foreign_advisor, &cast.coordinator],
        "2022-10-04",
        "09:00",
        "12:00",
    );
    for field in ["place_id", "workshop_id", "agreement_id", "request_id"] {
        body[field] = id(9);
    }
    body["vehicle_id"] = json!(library);
    let refused = put(&api, &cast.coordinator, 1, &body).await.expect(422);
    let fault = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(
        refused.faults(),
        [
            fault("/request_id", "unknown_reference"),
            fault("/advisors/0", "unknown_reference"),
            fault("/advisors/1", "unknown_reference"),
            fault("/place_id", "unknown_reference"),
            fault("/workshop_id", "unknown_reference"),
            fault("/agreement_id", "unknown_reference"),
            fault("/vehicle_id", "not_allowed_here"),
        ]
    );
}

async fn an_advisor_plans_their_own_sessions_alone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let both = presence(&[&cast.advisor, &cast.colleague], "2022-10-04", "09:00", "12:00");
    put(&api, &cast.advisor, 1, &both).await.expect(201);
    let of_colleague = presence(&[&cast.colleague], "2022-10-05", "09:00", "12:00");
    assert_eq!(put(&api, &cast.advisor, 2, &of_colleague).await.failure().0, 403);
    put(&api, &cast.coordinator, 2, &of_colleague).await.expect(201);
    // Nobody takes a session over, or leaves one to others.
    let taken = presence(&[&cast.advisor], "2022-10-05", "09:00", "12:00");
    assert_eq!(put(&api, &cast.advisor, 2, &taken).await.failure().0, 403);
    let left = presence(&[&cast.colleague], "2022-10-04", "09:00", "12:00");
    assert_eq!(put(&api, &cast.advisor, 1, &left).await.failure().0, 403);
    // Both read what is planned.
    api.get(&path(2)).by(&cast.advisor).send().await.expect(200);
    let abroad = api.get(&path(2)).by(&cast.foreign_coordinator);
    assert_eq!(abroad.send().await.failure().0, 404);
}

async fn an_advisor_at_two_places_at_once_is_said_when_planning(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let (library, hall) = (
        place(&api, &cast, 1, "fixed").await,
        place(&api, &cast, 2, "fixed").await,
    );
    let at = |place: &str, from: &str, to: &str| {
        let mut body = presence(&[&cast.advisor], "2022-10-04", from, to);
        body["place_id"] = json!(place);
        body
    };
    put(&api, by, 1, &at(&library, "09:00", "12:00")).await.expect(201);
    let refused = put(&api, by, 2, &at(&hall, "11:00", "13:00")).await.expect(409);
    assert_eq!(refused.failure().1, "advisor_busy");
    let busy = json!({
        "planned_session_id": id(1), "day": "2022-10-04", "from": "09:00", "to": "12:00",
        "advisor_id": cast.advisor.id.to_string(), "vehicle_id": null
    });
    assert_eq!(refused.json()["busy"], busy);
    assert_eq!(api.get(&path(2)).by(by).send().await.status, 404, "nothing is stored");
    // One after the other, at the same place, of somebody else, or cancelled: nobody is at two places.
    put(&api, by, 3, &at(&hall, "12:00", "13:00")).await.expect(201);
    put(&api, by, 4, &at(&library, "10:00", "11:00")).await.expect(201);
    let mut other = at(&hall, "09:00", "12:00");
    other["advisors"] = json!([cast.colleague.id.to_string()]);
    put(&api, by, 5, &other).await.expect(201);
    let mut cancelled = at(&hall, "09:00", "10:00");
    cancelled["cancelled"] = json!("Grève");
    put(&api, by, 6, &cancelled).await.expect(201);
    // It is taken up again: then it clashes.
    assert_eq!(
        put(&api, by, 6, &at(&hall, "09:00", "10:00")).await.failure().1,
        "advisor_busy"
    );
}

async fn a_vehicle_is_not_at_two_places_at_once_either(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let van = place(&api, &cast, 1, "mobile").await;
    let stop = |name: &str| {
        json!({
            "kind": "stop", "day": "2022-10-04", "from": "09:00", "to": "12:00", "place_name": name, "vehicle_id": van
        })
    };
    put(&api, &cast.coordinator, 1, &stop("Place du marché"))
        .await
        .expect(201);
    let refused = put(&api, &cast.coordinator, 2, &stop("Gare")).await.expect(409).json();
    assert_eq!(refused["busy"]["vehicle_id"], json!(van));
    assert_eq!(refused["busy"]["advisor_id"], Value::Null);
}

async fn a_coordinator_who_insists_has_a_clash_stored_and_written_down(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = presence(&[&cast.advisor], "2022-10-04", "09:00", "12:00");
    put(&api, &cast.coordinator, 1, &body).await.expect(201);
    let forced = async |by: &Person| {
        let call = api.put(&format!("{}?force=true", path(2))).by(by);
        call.json(&body).send().await
    };
    assert_eq!(forced(&cast.advisor).await.failure().0, 403);
    let stored = forced(&cast.coordinator).await.expect(201).json();
    assert_eq!(stored["clashes"][0]["planned_session_id"], id(1));
    let connection = &mut database.connect();
    let written = "action = 'clash_accepted' AND subject = '0198f3c2-7c1e-7d2a-8f10-000000000002'";
    assert_eq!(sql::count(connection, "audit_entries", written), 1);
    // What is stored is stored: a retry needs no force.
    assert_eq!(put(&api, &cast.coordinator, 2, &body).await.expect(200).json(), stored);
}

async fn an_advisor_tells_of_their_past_and_the_clash_is_listed(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = |day: &str| presence(&[&cast.advisor], day, "09:00", "12:00");
    for (number, day, status) in [(1, "2022-09-28", 201), (2, "2022-09-28", 201), (3, "2022-10-04", 201)] {
        put(&api, &cast.advisor, number, &body(day)).await.expect(status);
    }
    let told = api.get(&path(1)).by(&cast.advisor).send().await.expect(200).json();
    assert_eq!(told["clashes"][0]["planned_session_id"], id(2));
    let to_come = put(&api, &cast.advisor, 4, &body("2022-10-04")).await;
    assert_eq!(to_come.failure(), (409, "advisor_busy".to_owned()));
}

async fn list(api: &Api, by: &Person, query: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/planned-sessions?from=2022-10-01&to=2022-12-31&limit=2&{query}{cursor}");
        let page = api.get(&path).by(by).send().await.expect(200).json();
        found.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

async fn sessions_are_listed_by_period_advisor_and_place_page_by_page(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (library, van) = (
        place(&api, &cast, 1, "fixed").await,
        place(&api, &cast, 2, "mobile").await,
    );
    let days = [
        "2022-09-30",
        "2022-10-01",
        "2022-12-31",
        "2022-10-01",
        "2022-11-15",
        "2023-01-01",
    ];
    for (number, day) in (1..).zip(days) {
        let whose = if number == 5 { &cast.colleague } else { &cast.advisor };
        let hour = format!("{:02}:00", 20 - number);
        let mut body = presence(&[whose], day, &hour, "21:00");
        body["cancelled"] = json!("Report");
        match number {
            2 => body["place_id"] = json!(library),
            4 => body["vehicle_id"] = json!(van),
            _ => {}
        }
        put(&api, &cast.coordinator, number, &body).await.expect(201);
    }
    let numbers = |found: Vec<Value>| -> Vec<Value> {
        found
            .iter()
            .map(|session| session["planned_session_id"].clone())
            .collect()
    };
    let by = &cast.advisor;
    assert_eq!(numbers(list(&api, by, "").await), [id(4), id(2), id(5), id(3)]);
    let own = format!("advisor_id={}", cast.colleague.id);
    assert_eq!(numbers(list(&api, by, &own).await), [id(5)]);
    assert_eq!(numbers(list(&api, by, &format!("place_id={library}")).await), [id(2)]);
    assert_eq!(numbers(list(&api, by, &format!("place_id={van}")).await), [id(4)]);
}

async fn what_became_of_a_session_is_said_once_its_day_has_come(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut body = presence(&[&cast.advisor], "2022-09-30", "09:00", "12:00");
    body["outcome"] = json!("held");
    let early = put(&api, &cast.advisor, 1, &body).await.expect(422);
    assert_eq!(early.faults(), [("/outcome".to_owned(), "in_the_future".to_owned())]);
    api.set_clock("2022-09-30T16:00:00Z");
    let held = put(&api, &cast.advisor, 1, &body).await.expect(201).json();
    assert_eq!(held["outcome"], "held");
    body["cancelled"] = json!("Grève");
    let both = put(&api, &cast.advisor, 1, &body).await.expect(422);
    assert_eq!(both.faults(), [("/outcome".to_owned(), "not_allowed_here".to_owned())]);
    body["outcome"] = json!("not_held");
    put(&api, &cast.advisor, 1, &body).await.expect(200);
}

async fn sessions_of_which_nobody_has_said_what_became_are_listed_for_the_coordinator(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (number, day, field, value) in [
        (1, "2022-09-27", "note", "Rien"),
        (2, "2022-09-27", "outcome", "held"),
        (3, "2022-09-28", "cancelled", "Grève"),
        (4, "2022-09-29", "note", "Aujourd’hui"),
    ] {
        let mut body = presence(&[&cast.advisor], day, "09:00", "12:00");
        body[field] = json!(value);
        api.put(&format!("{}?force=true", path(number)))
            .by(&cast.coordinator)
            .json(&body)
            .send()
            .await
            .expect(201);
    }
    let path = "/v1/planned-sessions?from=2022-09-01&to=2022-09-30&unsaid=true";
    let listed = api.get(path).by(&cast.coordinator).send().await.expect(200).json();
    let ids: Vec<&Value> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["planned_session_id"])
        .collect();
    assert_eq!(ids, [&id(1)]);
}

async fn a_first_visit_shows_where_it_is_to_those_who_do_it_alone(database: TestDatabase) {
    use quotidien::domain::api_key::Scope;
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut body = presence(&[&cast.advisor], "2022-10-04", "09:00", "10:00");
    body["kind"] = json!("first_visit");
    body["place_name"] = json!("3 rue des Acacias");
    body["note"] = json!("Troisième étage");
    body["public"] = json!(true);
    let public = put(&api, &cast.coordinator, 1, &body).await.expect(422);
    assert_eq!(public.faults(), [("/public".to_owned(), "not_allowed_here".to_owned())]);
    body["public"] = json!(false);
    put(&api, &cast.coordinator, 1, &body).await.expect(201);
    let place = async |token: &str| {
        let single = api.get(&path(1)).bearer(token).send().await.expect(200).json();
        let query = "/v1/planned-sessions?from=2022-10-04&to=2022-10-04";
        let listed = api.get(query).bearer(token).send().await.expect(200).json();
        assert_eq!(listed["items"][0], single);
        assert_eq!(single["place_name"].is_null(), single["note"].is_null());
        single["place_name"].clone()
    };
    let (_, key) = api.key(&cast.coordinator, &[Scope::FieldRead]).await;
    assert_eq!(place(&api.token(&cast.advisor)).await, "3 rue des Acacias");
    assert_eq!(place(&api.token(&cast.coordinator)).await, "3 rue des Acacias");
    assert_eq!(place(&api.token(&cast.colleague)).await, Value::Null);
    assert_eq!(place(&key).await, Value::Null);
}

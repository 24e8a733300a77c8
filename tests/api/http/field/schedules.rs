//! Schedules: sessions that recur, in the same list as others, until somebody changes one.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::api::{Answer, Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    sessions_of_a_schedule_are_listed_among_the_others,
    a_computed_session_becomes_a_row_when_it_is_moved_or_cancelled,
    a_schedule_that_has_begun_ends_or_makes_exceptions_and_changes_nothing_else,
    another_rule_ends_the_one_that_it_continues_the_day_before,
    a_schedule_whose_sessions_clash_is_refused_with_the_first_of_them,
    an_advisor_changes_a_computed_session_of_theirs,
    an_organisation_has_five_hundred_schedules_at_most,
);

fn path(number: u32) -> String {
    format!("/v1/schedules/{}", id(number))
}

fn id(number: u32) -> String {
    format!("0198f3c2-7c1e-7d2a-8f13-{number:012}")
}

/// The identifier that any device makes for the session of a schedule.
fn session(number: u32, start: &str) -> String {
    Uuid::new_v5(&id(number).parse().unwrap(), start.as_bytes()).to_string()
}

/// A round on Tuesday mornings until the end of the year.
fn round(by: &[&Person]) -> Value {
    let advisors: Vec<String> = by.iter().map(|person| person.id.to_string()).collect();
    json!({
        "name": "Bureau mobile", "kind": "stop", "starts_on": "2022-10-04", "ends_on": "2022-12-31", "from": "09:00",
        "to": "12:00", "frequency": "weekly", "by_day": ["TU"], "place_name": "Place du marché", "advisors": advisors
    })
}

async fn put(api: &Api, by: &Person, path: &str, body: &Value) -> Answer {
    api.put(path).by(by).json(body).send().await
}

/// The days of what is planned in the autumn, with where it is.
async fn planned(api: &Api, by: &Person) -> Vec<(String, String)> {
    let path = "/v1/planned-sessions?from=2022-10-01&to=2022-11-30&limit=200";
    let listed = api.get(path).by(by).send().await.expect(200).json();
    let one = |session: &Value| {
        let text = |field: &str| session[field].as_str().unwrap_or_default().to_owned();
        (text("day"), text("place_name"))
    };
    listed["items"].as_array().unwrap().iter().map(one).collect()
}

fn at_the_market(days: &[&str]) -> Vec<(String, String)> {
    days.iter()
        .map(|day| ((*day).to_owned(), "Place du marché".to_owned()))
        .collect()
}

async fn sessions_of_a_schedule_are_listed_among_the_others(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let mut body = round(&[&cast.advisor]);
    body["exceptions"] = json!(["2022-10-25"]);
    let stored = put(&api, by, &path(1), &body).await.expect(201).json();
    assert_eq!(stored["interval"], 1);
    assert_eq!(put(&api, by, &path(1), &body).await.expect(200).json(), stored);
    // All Saints' Day, a Tuesday, is skipped.
    let days = [
        "2022-10-04",
        "2022-10-11",
        "2022-10-18",
        "2022-11-08",
        "2022-11-15",
        "2022-11-22",
        "2022-11-29",
    ];
    assert_eq!(planned(&api, &cast.advisor).await, at_the_market(&days));
    let first = session(1, "2022-10-04T09:00");
    let read = api.get(&format!("/v1/planned-sessions/{first}")).by(&cast.advisor);
    let read = read.send().await.expect(200);
    assert_eq!(read.header("etag"), Some("\"0\""));
    let read = read.json();
    assert_eq!(read["planned_session_id"], json!(first));
    assert_eq!((&read["version"], &read["updated_at"]), (&json!(0), &Value::Null));
    assert_eq!(
        (&read["schedule_id"], &read["scheduled_on"]),
        (&json!(id(1)), &json!("2022-10-04"))
    );
    let skipped = session(1, "2022-11-01T09:00");
    let skipped = api.get(&format!("/v1/planned-sessions/{skipped}")).by(&cast.advisor);
    assert_eq!(skipped.send().await.status, 404);
    body["on_holidays"] = json!(true);
    put(&api, by, &path(1), &body).await.expect(200);
    assert!(
        planned(&api, by)
            .await
            .contains(&("2022-11-01".to_owned(), "Place du marché".to_owned()))
    );
    let abroad = planned(&api, &cast.foreign_coordinator).await;
    assert_eq!(abroad, []);
}

async fn a_computed_session_becomes_a_row_when_it_is_moved_or_cancelled(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    put(&api, by, &path(1), &round(&[&cast.advisor])).await.expect(201);
    let moved = format!("/v1/planned-sessions/{}", session(1, "2022-10-11T09:00"));
    let body = json!({
        "kind": "stop", "day": "2022-10-12", "from": "14:00", "to": "17:00", "place_name": "Gare",
        "advisors": [cast.advisor.id.to_string()]
    });
    let stored = put(&api, by, &moved, &body).await.expect(201).json();
    assert_eq!(
        (&stored["schedule_id"], &stored["scheduled_on"]),
        (&json!(id(1)), &json!("2022-10-11"))
    );
    let cancelled = format!("/v1/planned-sessions/{}", session(1, "2022-10-18T09:00"));
    let mut body = json!({"kind": "stop", "day": "2022-10-18", "from": "09:00", "to": "12:00", "place_name": "Fermé"});
    body["cancelled"] = json!("Travaux");
    put(&api, by, &cancelled, &body).await.expect(201);
    let found = planned(&api, by).await;
    assert_eq!(found[0], ("2022-10-04".to_owned(), "Place du marché".to_owned()));
    assert_eq!(found[1], ("2022-10-12".to_owned(), "Gare".to_owned()));
    assert_eq!(found[2], ("2022-10-18".to_owned(), "Fermé".to_owned()));
    assert_eq!(found[3], ("2022-10-25".to_owned(), "Place du marché".to_owned()));
    // A list of the day from which it was moved has neither.
    let day = api.get("/v1/planned-sessions?from=2022-10-11&to=2022-10-11").by(by);
    assert_eq!(day.send().await.expect(200).json()["items"], json!([]));
}

async fn a_schedule_that_has_begun_ends_or_makes_exceptions_and_changes_nothing_else(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let body = round(&[&cast.advisor]);
    put(&api, by, &path(1), &body).await.expect(201);
    api.set_clock("2022-10-20T10:00:00Z");
    let changed = |field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        body
    };
    for (field, value) in [
        ("by_day", json!(["WE"])),
        ("from", json!("08:00")),
        ("advisors", json!([])),
        ("interval", json!(2)),
        ("starts_on", json!("2022-10-11")),
        ("place_name", json!("Gare")),
        ("ends_on", json!("2022-10-15")),
        ("exceptions", json!(["2022-10-04"])),
    ] {
        let refused = put(&api, by, &path(1), &changed(field, value)).await.expect(422);
        assert_eq!(
            refused.faults(),
            [(format!("/{field}"), "not_allowed_here".to_owned())],
            "{field}"
        );
    }
    for (field, value) in [
        ("name", json!("Tournée du mardi")),
        ("exceptions", json!(["2022-11-08"])),
        ("ends_on", json!("2022-10-31")),
        ("ends_on", json!("2023-06-30")),
    ] {
        put(&api, by, &path(1), &changed(field, value)).await.expect(200);
    }
    let listed = api
        .get("/v1/schedules")
        .by(&cast.advisor)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&listed["items"][0]["version"], &listed["items"][0]["ends_on"]),
        (&json!(5), &json!("2023-06-30"))
    );
}

async fn another_rule_ends_the_one_that_it_continues_the_day_before(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    put(&api, by, &path(1), &round(&[&cast.advisor])).await.expect(201);
    api.set_clock("2022-10-20T10:00:00Z");
    let mut next = round(&[&cast.advisor]);
    next["continues"] = json!(id(1));
    let past = put(&api, by, &path(2), &next).await.expect(422);
    assert_eq!(past.faults(), [("/starts_on".to_owned(), "invalid_value".to_owned())]);
    next["starts_on"] = json!("2022-11-07");
    next["by_day"] = json!(["TU", "TH"]);
    next["continues"] = json!(id(9));
    let unknown = put(&api, by, &path(2), &next).await.expect(422);
    assert_eq!(
        unknown.faults(),
        [("/continues".to_owned(), "unknown_reference".to_owned())]
    );
    next["continues"] = json!(id(1));
    put(&api, by, &path(2), &next).await.expect(201);
    let ended = api.get(&path(1)).by(by).send().await.expect(200).json();
    assert_eq!(
        (&ended["version"], &ended["ends_on"]),
        (&json!(2), &json!("2022-11-06"))
    );
    put(&api, by, &path(2), &next).await.expect(200);
    let days = [
        "2022-10-04",
        "2022-10-11",
        "2022-10-18",
        "2022-10-25",
        "2022-11-08",
        "2022-11-10",
        "2022-11-15",
        "2022-11-17",
        "2022-11-22",
        "2022-11-24",
        "2022-11-29",
    ];
    assert_eq!(planned(&api, by).await, at_the_market(&days));
}

async fn a_schedule_whose_sessions_clash_is_refused_with_the_first_of_them(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let visit = json!({
        "kind": "workshop", "day": "2022-10-18", "from": "11:00", "to": "13:00",
        "advisors": [cast.advisor.id.to_string()]
    });
    put(&api, by, &format!("/v1/planned-sessions/{}", id(7)), &visit)
        .await
        .expect(201);
    let refused = put(&api, by, &path(1), &round(&[&cast.advisor]))
        .await
        .expect(409)
        .json();
    assert_eq!(
        (&refused["code"], &refused["busy"]["day"]),
        (&json!("advisor_busy"), &json!("2022-10-18"))
    );
    assert_eq!(refused["busy"]["planned_session_id"], json!(id(7)));
    put(&api, by, &format!("{}?force=true", path(1)), &round(&[&cast.advisor]))
        .await
        .expect(201);
    // What was accepted is not asked again, what is new is.
    let mut shorter = round(&[&cast.advisor]);
    shorter["ends_on"] = json!("2022-11-30");
    put(&api, by, &path(1), &shorter).await.expect(200);
    let mut second = round(&[&cast.advisor]);
    second["from"] = json!("10:00");
    let refused = put(&api, by, &path(2), &second).await.expect(409).json();
    assert_eq!(
        refused["busy"]["planned_session_id"],
        json!(session(1, "2022-10-04T09:00"))
    );
    assert_eq!(
        sql::count(&mut database.connect(), "audit_entries", "action = 'clash_accepted'"),
        1
    );
}

async fn an_advisor_changes_a_computed_session_of_theirs(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.coordinator, &path(1), &round(&[&cast.advisor]))
        .await
        .expect(201);
    api.set_clock("2022-10-04T14:00:00Z");
    let first = format!("/v1/planned-sessions/{}", session(1, "2022-10-04T09:00"));
    let mut held = json!({
        "kind": "stop", "day": "2022-10-04", "from": "09:00", "to": "12:00", "place_name": "Place du marché",
        "advisors": [cast.advisor.id.to_string()], "outcome": "held"
    });
    let told = put(&api, &cast.advisor, &first, &held).await.expect(201).json();
    assert_eq!(told["schedule_id"], json!(id(1)));
    held["advisors"] = json!([cast.colleague.id.to_string()]);
    let second = format!("/v1/planned-sessions/{}", session(1, "2022-10-11T09:00"));
    held["day"] = json!("2022-10-11");
    held.as_object_mut().unwrap().remove("outcome");
    assert_eq!(put(&api, &cast.colleague, &second, &held).await.failure().0, 403);
}

async fn an_organisation_has_five_hundred_schedules_at_most(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.coordinator, &path(1), &round(&[])).await.expect(201);
    let copies: Vec<String> = (2..=500)
        .map(|number| {
            format!(
                "INSERT INTO schedules SELECT organisation_id, '{}', version, updated_at, updated_by, replaced_at, \
                 sort_key, starts_on, ends_on, content FROM schedules WHERE schedule_id = '{}'",
                id(number),
                id(1)
            )
        })
        .collect();
    sql::execute(&mut database.connect(), &copies.join(";"));
    let refused = put(&api, &cast.coordinator, &path(501), &round(&[])).await;
    assert_eq!(refused.failure(), (409, "too_many".to_owned()));
    put(&api, &cast.coordinator, &path(500), &round(&[])).await.expect(200);
}

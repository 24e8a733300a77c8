//! Batches of many days: each item is answered by itself, in the order of the items; the same batch sent again changes
//! nothing.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Answer, Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    each_item_is_answered_in_its_order,
    a_base_version_is_checked_as_if_match_is,
    a_conflict_shows_the_report_that_is_there,
    what_is_wrong_with_an_item_is_told_with_a_pointer_into_the_batch,
    an_item_outside_the_activity_periods_is_refused_at_its_date,
    an_item_for_a_closed_month_is_refused_with_who_closed_it,
    what_is_wrong_with_the_envelope_refuses_it_whole,
    a_batch_may_be_larger_than_a_report,
    two_hundred_days_are_written_in_their_order,
    the_same_batch_again_leaves_the_same_state,
);

async fn send(api: &Api, by: &Person, items: &Value) -> Answer {
    let body = json!({ "items": items });
    api.post("/v1/reports/batch").by(by).json(&body).send().await
}

/// Sends a batch; returns the results of its items.
async fn results(api: &Api, by: &Person, items: &Value) -> Vec<Value> {
    let answer = send(api, by, items).await.expect(207).json();
    answer["results"].as_array().unwrap().clone()
}

fn statuses(results: &[Value]) -> Vec<&str> {
    results
        .iter()
        .map(|result| result["status"].as_str().unwrap())
        .collect()
}

async fn each_item_is_answered_in_its_order(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let items = json!([
        {"op": "put", "date": "2022-05-03", "report": report(&[workshop()])},
        {"op": "delete", "date": "2022-05-04"},
        {"op": "put", "date": "2022-05-05", "report": {"absence": "nonsense"}},
        {"op": "put", "date": "2022-05-03", "report": {}},
        {"op": "put", "date": "2022-05-03", "report": {}},
        {"op": "delete", "date": "2022-05-03"},
    ]);
    let results = results(&api, &cast.advisor, &items).await;
    let expected = ["created", "unchanged", "refused", "replaced", "unchanged", "deleted"];
    assert_eq!(statuses(&results), expected);
    let versions: Vec<Option<i64>> = results.iter().map(|result| result["version"].as_i64()).collect();
    assert_eq!(versions, [Some(1), Some(0), None, Some(2), Some(2), Some(3)]);
    assert_eq!(results[0]["report"]["interventions"][0]["participants"], 9);
    assert_eq!(results[2]["problem"]["code"], "validation_failed");
    assert_eq!(results[5]["report"], Value::Null);
    let read = api.get(&cast.advisor.report("2022-05-03")).by(&cast.advisor);
    read.send().await.expect(404);
}

async fn a_base_version_is_checked_as_if_match_is(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let put = |base: i64, note: &str| json!([{"op": "put", "date": "2022-05-03", "base_version": base, "report": {"note": note}}]);
    let mut sent = Vec::new();
    for (base, note) in [(1, "a"), (0, "a"), (0, "a"), (7, "a"), (0, "b"), (1, "b"), (2, "c")] {
        sent.extend(results(&api, &cast.advisor, &put(base, note)).await);
    }
    // An item that asks for the report that is stored already is `unchanged`, whatever `base_version` it names.
    let expected = [
        "conflict",
        "created",
        "unchanged",
        "unchanged",
        "conflict",
        "replaced",
        "replaced",
    ];
    assert_eq!(statuses(&sent), expected);
    let deleted = json!([{"op": "delete", "date": "2022-05-03", "base_version": 2},
                         {"op": "delete", "date": "2022-05-03", "base_version": 3},
                         {"op": "put", "date": "2022-05-03", "base_version": 0, "report": {}},
                         {"op": "put", "date": "2022-05-03", "base_version": 4, "report": {}}]);
    let deleted = results(&api, &cast.advisor, &deleted).await;
    assert_eq!(statuses(&deleted), ["conflict", "deleted", "conflict", "created"]);
    assert_eq!(deleted[3]["version"], 5);
}

async fn a_conflict_shows_the_report_that_is_there(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let stored = api.put(&path).by(&cast.coordinator).json(&json!({"note": "là"}));
    let stored = stored.send().await.expect(201).json();
    let items = json!([{"op": "put", "date": "2022-05-03", "base_version": 0, "report": {"note": "ici"}}]);
    let found = results(&api, &cast.advisor, &items).await;
    let expected = json!({"status": "conflict", "date": "2022-05-03", "version": 1, "report": stored, "problem": null});
    assert_eq!(found, [expected]);
}

async fn what_is_wrong_with_an_item_is_told_with_a_pointer_into_the_batch(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut negative = workshop();
    negative["participants"] = (-1).into();
    let cases = [
        (json!(7), 400, vec![("/items/0", "wrong_type")]),
        (
            json!({"op": "put", "date": "2022-05-03", "report": []}),
            400,
            vec![("/items/0/report", "wrong_type")],
        ),
        (
            json!({"op": "put", "date": "2022-05-03", "report": null}),
            400,
            vec![("/items/0/report", "wrong_type")],
        ),
        (
            json!({"op": "put", "date": "2022-05-03", "report": {"interventions": [{"kind": 1}]}}),
            400,
            vec![("/items/0/report/interventions/0/kind", "wrong_type")],
        ),
        (
            json!({"op": "put", "date": "2022-05-03", "base": 1}),
            400,
            vec![("/items/0/base", "unknown_field")],
        ),
        (json!({"op": "put"}), 400, vec![("/items/0/date", "missing_field")]),
        (
            json!({"op": "move", "date": "2022-02-30", "base_version": -1}),
            422,
            vec![
                ("/items/0/date", "invalid_date"),
                ("/items/0/base_version", "out_of_range"),
                ("/items/0/op", "unknown_code"),
            ],
        ),
        (
            json!({"op": "put", "date": "2022-05-03"}),
            422,
            vec![("/items/0/report", "missing_field")],
        ),
        (
            json!({"op": "delete", "date": "2022-05-03", "report": {}}),
            422,
            vec![("/items/0/report", "not_allowed_here")],
        ),
        (
            json!({"op": "put", "date": "2022-09-30", "report": report(&[negative])}),
            422,
            vec![
                ("/items/0/report/interventions/0/participants", "out_of_range"),
                ("/items/0/date", "in_the_future"),
            ],
        ),
    ];
    for (item, status, faults) in cases {
        let found = results(&api, &cast.advisor, &json!([item])).await;
        assert_eq!(statuses(&found), ["refused"], "{item}");
        let problem = &found[0]["problem"];
        assert_eq!(problem["status"], status, "{item}");
        let told: Vec<(&str, &str)> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(place_and_code)
            .collect();
        assert_eq!(told, faults, "{item}");
    }
}

async fn an_item_outside_the_activity_periods_is_refused_at_its_date(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let inactive = api
        .person_active(
            cast.advisor.organisation,
            cast.advisor.role,
            "Gaël Perrin",
            ("2022-06-01", None),
        )
        .await;
    let items = json!([{"op": "put", "date": "2022-05-03", "report": {}}]);
    let found = results(&api, &inactive, &items).await;
    assert_eq!(
        place_and_code(&found[0]["problem"]["errors"][0]),
        ("/items/0/date", "outside_activity_period")
    );
}

fn place_and_code(error: &Value) -> (&str, &str) {
    (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())
}

async fn an_item_for_a_closed_month_is_refused_with_who_closed_it(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let close = api.put("/v1/months/2022-05/closing").by(&cast.coordinator);
    close.json(&json!({})).send().await.expect(200);
    let items =
        json!([{"op": "put", "date": "2022-05-31", "report": {}}, {"op": "put", "date": "2022-06-01", "report": {}}]);
    let found = results(&api, &cast.advisor, &items).await;
    assert_eq!(statuses(&found), ["refused", "created"]);
    let problem = &found[0]["problem"];
    assert_eq!(
        (&problem["code"], &problem["closed"]["by"]),
        (&json!("month_closed"), &json!("Nadège Lambert"))
    );
}

async fn what_is_wrong_with_the_envelope_refuses_it_whole(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let item = json!({"op": "put", "date": "2022-05-03", "report": {}});
    let many = Value::Array(vec![item.clone(); 201]);
    let cases = [
        (json!({}), (400, "malformed_body"), "/items"),
        (json!({"items": {}}), (400, "malformed_body"), "/items"),
        (json!({"items": [item], "more": 1}), (400, "malformed_body"), "/more"),
        (json!({"items": []}), (422, "validation_failed"), "/items"),
        (json!({"items": many}), (422, "validation_failed"), "/items"),
    ];
    for (body, (status, code), pointer) in cases {
        let refused = api.post("/v1/reports/batch").by(&cast.advisor).json(&body).send().await;
        assert_eq!(refused.failure(), (status, code.to_owned()));
        assert_eq!(refused.faults()[0].0, pointer);
    }
    let text = r#"{"items": [{"op": "put", "date": "2022-05-03", "report": {}}, {"op": ]}"#;
    let cut = api.post("/v1/reports/batch").by(&cast.advisor).text(text).send().await;
    assert_eq!(cut.failure(), (400, "malformed_body".to_owned()));
    let coordinator = send(&api, &cast.coordinator, &json!([])).await;
    assert_eq!(coordinator.failure(), (403, "forbidden".to_owned()));
    let read = api.get(&cast.advisor.report("2022-05-03")).by(&cast.advisor);
    read.send().await.expect(404);
}

async fn a_batch_may_be_larger_than_a_report(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let of_bytes = |bytes: usize| {
        format!(
            r#"{{"items": [{{"op": "delete", "date": "2022-05-03"}}]{}}}"#,
            " ".repeat(bytes - 51)
        )
    };
    for (bytes, status) in [(2 << 20, 207), (8 << 20, 207), ((8 << 20) + 1, 413)] {
        let body = of_bytes(bytes);
        assert_eq!(body.len(), bytes);
        let sent = api.post("/v1/reports/batch").by(&cast.advisor).text(&body).send().await;
        sent.expect(status);
    }
}

async fn two_hundred_days_are_written_in_their_order(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let item = |number: i32| json!({"op": "put", "date": "2022-05-03", "report": {"note": number.to_string()}});
    let items = Value::Array((0..200).map(item).collect());
    let found = results(&api, &cast.advisor, &items).await;
    let versions: Vec<Option<i64>> = found.iter().map(|result| result["version"].as_i64()).collect();
    assert_eq!(versions, (1..=200).map(Some).collect::<Vec<_>>());
    let read = api.get(&cast.advisor.report("2022-05-03")).by(&cast.advisor);
    assert_eq!(read.send().await.expect(200).json()["note"], "199");
}

/// An item that puts a report with one workshop for each of these numbers of participants.
fn put(people: Vec<i64>) -> Value {
    let held = |participants: i64| json!({"participants": participants, "kind": "workshop", "duration_minutes": 60, "setting": "home", "themes": ["email"]});
    let held: Vec<Value> = people.into_iter().map(held).collect();
    json!({"op": "put", "report": report(&held)})
}

/// The items of a batch, drawn by chance: no two are of the same day.
fn items() -> impl Strategy<Value = Vec<Value>> {
    let asked = prop_oneof![
        3 => prop::collection::vec(1_i64..=3, 0..3).prop_map(put),
        1 => Just(json!({"op": "delete"})),
        1 => Just(json!({"op": "put", "report": {"note": 7}})),
    ];
    let items = prop::collection::btree_map(1_u32..=28, (asked, prop::option::of(0_i64..3)), 1..12);
    items.prop_map(|items| {
        let item = |(day, (mut item, base)): (u32, (Value, Option<i64>))| {
            item["date"] = format!("2022-05-{day:02}").into();
            if let Some(base) = base {
                item["base_version"] = base.into();
            }
            item
        };
        items.into_iter().map(item).collect()
    })
}

async fn the_same_batch_again_leaves_the_same_state(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..24 {
        let batch = items().new_tree(&mut runner).unwrap().current();
        let batch = Value::Array(batch);
        let first = results(&api, &cast.advisor, &batch).await;
        let state = api.get("/v1/reports").by(&cast.advisor).send().await.json();
        let second = results(&api, &cast.advisor, &batch).await;
        assert_eq!(api.get("/v1/reports").by(&cast.advisor).send().await.json(), state);
        for (first, second) in first.iter().zip(&second) {
            let status = second["status"].as_str().unwrap();
            let expected = match first["status"].as_str().unwrap() {
                refused @ ("conflict" | "refused") => refused,
                _ => "unchanged",
            };
            assert_eq!(status, expected, "{first}");
            assert_eq!(second["version"], first["version"]);
        }
    }
}

//! What a day's report said before, and who wrote it.

use quotidien::domain::api_key::Scope;
use serde_json::{Value, json};

use crate::http::{report, workshop};
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_day_tells_what_it_said_before_and_who_wrote_it,
    a_day_that_never_had_a_report_has_no_history,
    a_history_of_many_versions_is_whole,
);

async fn a_history_of_many_versions_is_whole(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let path = advisor.report("2022-05-03");
    for version in 1..=20 {
        let body = json!({"note": format!("version {version}")});
        let put = api.put(&path).by(&advisor).json(&body).send().await;
        assert!(put.status < 300);
    }
    let history = api
        .get(&format!("{path}/history"))
        .by(&advisor)
        .send()
        .await
        .expect(200)
        .json();
    let items = history["items"].as_array().unwrap();
    let versions: Vec<i64> = items.iter().map(|item| item["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, (1..=20).rev().collect::<Vec<i64>>());
    assert_eq!(items[19]["report"]["note"], "version 1");
}

async fn a_day_tells_what_it_said_before_and_who_wrote_it(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = cast.advisor.report("2022-05-03");
    let one = report(&[workshop()]);
    let first = api
        .put(&path)
        .by(&cast.advisor)
        .json(&one)
        .send()
        .await
        .expect(201)
        .json();
    api.set_clock("2022-09-29T11:00:00Z");
    let two = report(&[workshop(), workshop()]);
    let second = api
        .put(&path)
        .by(&cast.coordinator)
        .json(&two)
        .send()
        .await
        .expect(200)
        .json();
    // A write that changes nothing makes no version.
    api.put(&path).by(&cast.advisor).json(&two).send().await.expect(200);
    api.set_clock("2022-09-29T12:00:00Z");
    api.delete(&path).by(&cast.advisor).send().await.expect(204);
    let (key, token) = api.key(&cast.coordinator, &[Scope::ReportsWrite]).await;
    let leave = json!({"absence": "leave", "note": "Congé"});
    let fourth = api
        .put(&path)
        .bearer(&token)
        .json(&leave)
        .send()
        .await
        .expect(201)
        .json();
    let version = |number: i64, at: &str, by: &Value, through: Value, report: &Value| {
        json!({
            "version": number, "updated_at": at, "recorded_by": by, "recorded_through": through, "report": report
        })
    };
    let (advisor, coordinator) = (
        json!(cast.advisor.id.to_string()),
        json!(cast.coordinator.id.to_string()),
    );
    let expected = json!([
        version(4, "2022-09-29T12:00:00Z", &coordinator, json!(key.to_string()), &fourth),
        version(3, "2022-09-29T12:00:00Z", &advisor, Value::Null, &Value::Null),
        version(2, "2022-09-29T11:00:00Z", &coordinator, Value::Null, &second),
        version(1, "2022-09-29T10:00:00Z", &advisor, Value::Null, &first),
    ]);
    for person in [&cast.advisor, &cast.coordinator] {
        let history = api
            .get(&format!("{path}/history"))
            .by(person)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(history["items"], expected);
    }
}

async fn a_day_that_never_had_a_report_has_no_history(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = format!("{}/history", cast.advisor.report("2022-05-03"));
    api.get(&path).by(&cast.advisor).send().await.expect(404);
    let faulty = format!("{}/history?colour=blue", cast.advisor.report("2022-13-03"));
    let found = api.get(&faulty).by(&cast.advisor).send().await.expect(400).faults();
    let fault = |parameter: &str, code: &str| (parameter.to_owned(), code.to_owned());
    assert_eq!(
        found,
        [fault("date", "invalid_date"), fault("colour", "unknown_parameter")]
    );
}

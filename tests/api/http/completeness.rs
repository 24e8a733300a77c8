//! Who has reported each day, as the coordinator and as the advisor see it.

use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_coordinator_sees_who_has_reported_and_an_advisor_their_own,
    days_missing_of_late_are_told_to_their_advisor,
);

async fn put(api: &Api, by: &Person, date: &str, body: &Value) {
    api.put(&by.report(date)).by(by).json(body).send().await.expect(201);
}

async fn of(api: &Api, by: &Person, months: &str) -> Value {
    let path = format!("/v1/statistics/completeness?{months}");
    api.get(&path).by(by).send().await.expect(200).json()
}

async fn the_coordinator_sees_who_has_reported_and_an_advisor_their_own(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    api.set_clock("2022-09-27T15:00:00Z");
    put(&api, &cast.advisor, "2022-09-27", &report(&[workshop()])).await;
    api.set_clock("2022-09-28T15:00:00Z");
    put(&api, &cast.advisor, "2022-09-26", &report(&[workshop()])).await;
    put(&api, &cast.advisor, "2022-09-23", &json!({"absence": "leave"})).await;
    put(&api, &cast.advisor, "2022-09-25", &report(&[workshop()])).await;
    put(&api, &cast.advisor, "2022-09-22", &report(&[workshop()])).await;
    let gone = api.delete(&cast.advisor.report("2022-09-22")).by(&cast.advisor);
    gone.send().await.expect(204);
    api.set_clock("2022-09-29T10:00:00Z");
    let september = of(&api, &cast.coordinator, "from=2022-09&to=2022-09").await;
    // Today is not over.
    assert_eq!(september["to"], "2022-09-28");
    let items = september["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let own = of(&api, &cast.advisor, "from=2022-09&to=2022-09").await["items"].clone();
    assert_eq!(own.as_array().unwrap().len(), 1);
    let mut first = own[0].clone();
    assert!(items.contains(&first));
    let missing = first["missing"].take();
    let name = api.get("/v1/me").by(&cast.advisor).send().await.json()["name"].clone();
    assert_eq!(
        first,
        json!({
            "advisor_id": cast.advisor.id.to_string(), "name": name, "expected": 19, "reported": 2, "extra": 1,
            "late": 1, "median_delay_days": 2, "worst_delay_days": 2, "missing": null
        })
    );
    let missing: Vec<&str> = missing
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day.as_str().unwrap())
        .collect();
    assert_eq!(missing.len(), 17);
    assert!(missing.contains(&"2022-09-22") && missing.contains(&"2022-09-28"));
    for day in ["2022-09-23", "2022-09-24", "2022-09-26", "2022-09-27", "2022-09-29"] {
        assert!(!missing.contains(&day), "{day}");
    }
    // Nobody is late before they begin, and a month to come is a fault.
    let future = api
        .get("/v1/statistics/completeness?from=2022-10&to=2022-10")
        .by(&cast.coordinator);
    assert_eq!(
        future.send().await.faults(),
        [("to".to_owned(), "in_the_future".to_owned())]
    );
}

async fn days_missing_of_late_are_told_to_their_advisor(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let settings = json!({"name": "Saint-Denis", "time_zone": "Indian/Reunion", "working_days": ["tuesday"],
        "holidays": "reunion"});
    let put_settings = api.put("/v1/organisation").by(&cast.coordinator).json(&settings);
    put_settings.send().await.expect(200);
    // 20 December 2022 is a Tuesday; Réunion is four hours ahead.
    api.set_clock("2022-12-27T19:59:59Z");
    put(&api, &cast.advisor, "2022-12-13", &report(&[workshop()])).await;
    let missing = async || {
        let answer = api
            .get("/v1/me/missing-days")
            .by(&cast.advisor)
            .send()
            .await
            .expect(200)
            .json();
        let days = answer["items"].as_array().unwrap().iter();
        days.map(|day| day.as_str().unwrap().to_owned())
            .collect::<Vec<String>>()
    };
    let before = missing().await;
    assert_eq!(before.last().map(String::as_str), Some("2022-12-06"));
    assert_eq!(before.first().map(String::as_str), Some("2022-09-27"));
    api.set_clock("2022-12-27T20:00:00Z");
    assert_eq!(missing().await.last().map(String::as_str), Some("2022-12-27"));
}

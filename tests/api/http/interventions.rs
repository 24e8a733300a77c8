//! Interventions that are put and deleted one by one.

use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Answer, Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_first_intervention_creates_the_report_and_others_are_appended,
    an_intervention_is_replaced_in_its_place,
    a_retry_of_one_intervention_changes_nothing,
    conditions_speak_of_the_report,
    removing_the_last_one_leaves_an_empty_report,
    an_intervention_on_an_absence_is_refused,
    an_intervention_of_another_day_is_refused_with_that_day,
    an_identifier_that_differs_from_the_path_is_refused,
    a_full_report_takes_no_more,
);

const DAY: &str = "2022-05-03";

fn id(number: u32) -> String {
    format!("0198f3c2-7c1e-7d2a-8f00-{number:012}")
}

fn path(person: &Person, date: &str, number: u32) -> String {
    format!("{}/interventions/{}", person.report(date), id(number))
}

async fn put(api: &Api, person: &Person, number: u32, body: &Value) -> Answer {
    api.put(&path(person, DAY, number)).by(person).json(body).send().await
}

fn one_off(participants: u32) -> Value {
    json!({"kind": "one_off", "participants": participants, "duration_minutes": 5, "setting": "home", "themes": ["email"]})
}

fn ids(report: &Value) -> Vec<String> {
    let interventions = report["interventions"].as_array().unwrap();
    interventions
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn the_first_intervention_creates_the_report_and_others_are_appended(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let created = put(&api, &advisor, 1, &workshop()).await.expect(201);
    assert_eq!(created.header("location"), Some(advisor.report(DAY).as_str()));
    let appended = put(&api, &advisor, 2, &one_off(1)).await.expect(200).json();
    assert_eq!(ids(&appended), [id(1), id(2)]);
    assert_eq!(appended["version"], 2);
    let read = api.get(&advisor.report(DAY)).by(&advisor).send().await.json();
    assert_eq!(read, appended);
}

async fn an_intervention_is_replaced_in_its_place(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    for number in 1..=3 {
        put(&api, &advisor, number, &one_off(number)).await;
    }
    let replaced = put(&api, &advisor, 2, &one_off(7)).await.expect(200).json();
    assert_eq!(ids(&replaced), [id(1), id(2), id(3)]);
    assert_eq!(replaced["interventions"][1]["participants"], 7);
    let table = api
        .get("/v1/statistics/monthly?from=2022-05&to=2022-05")
        .by(&advisor)
        .send()
        .await
        .json();
    assert_eq!(table["rows"][5]["total"], 1 + 7 + 3);
}

async fn a_retry_of_one_intervention_changes_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let first = put(&api, &advisor, 1, &workshop()).await.expect(201).json();
    let retried = api
        .put(&path(&advisor, DAY, 1))
        .by(&advisor)
        .header("If-Match", "\"9\"")
        .json(&workshop());
    assert_eq!(retried.send().await.expect(200).json(), first);
    let delete = || api.delete(&path(&advisor, DAY, 1)).by(&advisor).send();
    delete().await.expect(204);
    delete().await.expect(204);
    let read = api.get(&advisor.report(DAY)).by(&advisor).send().await.json();
    assert_eq!(read["version"], 2);
}

async fn conditions_speak_of_the_report(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    put(&api, &advisor, 1, &workshop()).await.expect(201);
    let second = |name: &'static str, value: &'static str| {
        api.put(&path(&advisor, DAY, 2))
            .by(&advisor)
            .header(name, value)
            .json(&one_off(1))
            .send()
    };
    assert_eq!(
        second("If-None-Match", "*").await.failure(),
        (412, "report_exists".to_owned())
    );
    let stale = second("If-Match", "\"7\"").await;
    assert_eq!(stale.failure(), (412, "version_mismatch".to_owned()));
    assert_eq!(stale.json()["current_version"], 1);
    second("If-Match", "\"1\"").await.expect(200);
}

async fn removing_the_last_one_leaves_an_empty_report(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    put(&api, &advisor, 1, &workshop()).await.expect(201);
    api.delete(&path(&advisor, DAY, 1))
        .by(&advisor)
        .send()
        .await
        .expect(204);
    let read = api
        .get(&advisor.report(DAY))
        .by(&advisor)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(read["interventions"], json!([]));
    assert_eq!(read["version"], 2);
    api.delete(&path(&advisor, "2022-05-04", 1))
        .by(&advisor)
        .send()
        .await
        .expect(204);
    let untouched = api.get(&advisor.report("2022-05-04")).by(&advisor).send().await;
    assert_eq!(untouched.status, 404, "deleting creates nothing");
}

async fn an_intervention_on_an_absence_is_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let absence = json!({"absence": "leave"});
    api.put(&advisor.report(DAY))
        .by(&advisor)
        .json(&absence)
        .send()
        .await
        .expect(201);
    let refused = put(&api, &advisor, 1, &workshop()).await;
    assert_eq!(refused.failure(), (409, "day_absent".to_owned()));
    let read = api.get(&advisor.report(DAY)).by(&advisor).send().await.json();
    assert_eq!((&read["absence"], &read["version"]), (&json!("leave"), &json!(1)));
}

async fn an_intervention_of_another_day_is_refused_with_that_day(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    put(&api, &advisor, 1, &workshop()).await.expect(201);
    let moved = api
        .put(&path(&advisor, "2022-05-04", 1))
        .by(&advisor)
        .json(&workshop())
        .send()
        .await;
    assert_eq!(moved.failure(), (409, "intervention_elsewhere".to_owned()));
    assert_eq!(moved.json()["date"], DAY);
}

async fn an_identifier_that_differs_from_the_path_is_refused(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let mut body = workshop();
    body["id"] = id(2).into();
    let refused = put(&api, &advisor, 1, &body).await;
    assert_eq!(refused.failure(), (422, "validation_failed".to_owned()));
    assert_eq!(refused.faults(), [("/id".to_owned(), "differs_from_path".to_owned())]);
    body["id"] = id(1).to_uppercase().into();
    put(&api, &advisor, 1, &body).await.expect(201);
    body["participants"] = 0.into();
    let future = api
        .put(&path(&advisor, "2022-09-30", 1))
        .by(&advisor)
        .json(&body)
        .send()
        .await;
    let both = [
        ("/participants".to_owned(), "out_of_range".to_owned()),
        ("date".to_owned(), "in_the_future".to_owned()),
    ];
    assert_eq!(future.faults(), both);
    let path = format!("{}/interventions/x", advisor.report("2022-02-30"));
    let faulty = api.put(&path).by(&advisor).json(&body).send().await;
    let both = [
        ("id".to_owned(), "invalid_uuid".to_owned()),
        ("date".to_owned(), "invalid_date".to_owned()),
    ];
    assert_eq!((faulty.status, faulty.faults()), (400, both.to_vec()));
}

async fn a_full_report_takes_no_more(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let full = report(&vec![one_off(1); 100]);
    api.put(&advisor.report(DAY))
        .by(&advisor)
        .json(&full)
        .send()
        .await
        .expect(201);
    let refused = put(&api, &advisor, 1, &workshop()).await;
    assert_eq!(refused.failure(), (422, "validation_failed".to_owned()));
    assert_eq!(refused.faults(), [(String::new(), "too_many".to_owned())]);
}

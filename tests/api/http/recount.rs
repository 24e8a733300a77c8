//! A recount that imports nothing of ours: a Python program that reads only what the list of reports gives back.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::{random, traffic};

on_both_databases!(the_annex_is_what_a_recount_of_the_listed_reports_gives);

/// The months of which there are figures in the traffic.
const FROM: &str = "2022-07";
const TO: &str = "2022-09";

async fn the_annex_is_what_a_recount_of_the_listed_reports_gives(database: TestDatabase) {
    if Command::new("python3").arg("--version").output().is_err() {
        let message = "\n*** SKIPPED: the recount (python3 is not installed). It counts as passed. ***\n\n";
        std::io::stderr().write_all(message.as_bytes()).unwrap();
        return;
    }
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut rng = random::draws(random::seed());
    for _ in 0..200 {
        traffic::send_one(&mut rng, &api, &cast).await;
    }
    // Whatever was drawn, there is something to count.
    let path = cast.advisor.report("2022-07-02");
    let body = super::report(&[super::workshop()]);
    api.put(&path).by(&cast.advisor).json(&body).send().await.expect(201);
    let mut total = 0;
    for person in [
        &cast.coordinator,
        &cast.advisor,
        &cast.colleague,
        &cast.foreign_coordinator,
    ] {
        let reports = every_report(&api, person).await;
        let recounted = recount(&reports);
        let path = format!("/v1/statistics/monthly?from={FROM}&to={TO}");
        let table = api.get(&path).by(person).send().await.expect(200).json();
        for row in table["rows"].as_array().unwrap() {
            let id = row["id"].as_str().unwrap();
            let counted = &recounted["rows"][id];
            assert_eq!(row["by_month"], counted["by_month"], "{id}");
            assert_eq!(row["total"], counted["total"], "{id}");
            assert_eq!(row["monthly_average"], counted["monthly_average"], "{id}");
            total += row["total"].as_i64().unwrap();
        }
    }
    assert!(total > 0, "there are figures to compare");
}

/// Every report that a person may list, page by page.
async fn every_report(api: &Api, person: &Person) -> Vec<Value> {
    let mut reports = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/reports?limit=7{cursor}");
        let page = api.get(&path).by(person).send().await.expect(200).json();
        reports.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return reports,
        }
    }
}

fn recount(reports: &[Value]) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recount.py");
    let mut python = Command::new("python3")
        .args([script, FROM, TO])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = json!(reports).to_string();
    python.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

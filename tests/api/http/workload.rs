//! How much is planned for whom, week by week.

use serde_json::{Value, json};

use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    each_week_of_an_advisor_has_sessions_minutes_working_days_and_days_of_absence,
    an_advisor_reads_their_own_workload_alone,
    the_workload_is_told_of_twenty_six_weeks_at_most,
);

async fn plan(api: &Api, by: &Person, path: &str, body: &Value) {
    api.put(path).by(by).json(body).send().await.expect(201);
}

fn session(number: u32, by: &[&Person], day: &str, (from, to): (&str, &str)) -> (String, Value) {
    let advisors: Vec<String> = by.iter().map(|person| person.id.to_string()).collect();
    let body = json!({"kind": "workshop", "day": day, "from": from, "to": to, "advisors": advisors});
    (
        format!("/v1/planned-sessions/0198f3c2-7c1e-7d2a-8f15-{number:012}"),
        body,
    )
}

async fn weeks(api: &Api, by: &Person, query: &str) -> Value {
    let path = format!("/v1/statistics/workload?{query}");
    api.get(&path).by(by).send().await.expect(200).json()["items"].clone()
}

async fn each_week_of_an_advisor_has_sessions_minutes_working_days_and_days_of_absence(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    for (path, body) in [
        session(1, &[&cast.advisor, &cast.colleague], "2022-10-24", ("09:00", "10:30")),
        session(2, &[&cast.advisor], "2022-10-30", ("14:00", "17:00")),
    ] {
        plan(&api, by, &path, &body).await;
    }
    let (path, mut cancelled) = session(3, &[&cast.advisor], "2022-10-25", ("14:00", "15:00"));
    cancelled["cancelled"] = json!("Grève");
    plan(&api, by, &path, &cancelled).await;
    let round = json!({
        "name": "Tournée", "kind": "stop", "starts_on": "2022-10-03", "ends_on": "2022-12-31", "from": "09:00",
        "to": "12:00", "frequency": "weekly", "by_day": ["WE"], "advisors": [cast.advisor.id.to_string()]
    });
    plan(&api, by, "/v1/schedules/0198f3c2-7c1e-7d2a-8f15-000000000009", &round).await;
    let absence = api.put(&cast.advisor.report("2022-10-27")).by(&cast.advisor);
    absence
        .json(&json!({"absence": "leave", "interventions": []}))
        .send()
        .await
        .expect(201);
    // All Saints' Day is the Tuesday of the second week, of which the period has three days.
    let items = weeks(&api, by, "from=2022-10-24&to=2022-11-02").await;
    assert_eq!(items[0]["name"], "Amélie Rousseau");
    assert_eq!(
        items[0]["weeks"],
        json!([
            {"week": "2022-W43", "monday": "2022-10-24", "sessions": 3, "minutes": 450, "working_days": 4, "absent_days": 1},
            {"week": "2022-W44", "monday": "2022-10-31", "sessions": 1, "minutes": 180, "working_days": 2, "absent_days": 0}
        ])
    );
    assert_eq!(items[1]["weeks"][0]["minutes"], 90);
    assert_eq!(items.as_array().unwrap().len(), 2);
}

async fn an_advisor_reads_their_own_workload_alone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let items = weeks(&api, &cast.colleague, "from=2022-12-26&to=2023-01-08").await;
    let weeks: Vec<&Value> = items[0]["weeks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|week| &week["week"])
        .collect();
    assert_eq!(
        (items.as_array().unwrap().len(), weeks),
        (1, vec![&json!("2022-W52"), &json!("2023-W01")])
    );
    assert_eq!(items[0]["name"], "Bastien Leroy");
}

async fn the_workload_is_told_of_twenty_six_weeks_at_most(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let ask = async |to: &str| {
        let path = format!("/v1/statistics/workload?from=2022-01-03&to={to}");
        api.get(&path).by(&cast.coordinator).send().await
    };
    ask("2022-07-03").await.expect(200);
    let faults = ask("2022-07-04").await.expect(400).faults();
    assert_eq!(faults, [("to".to_owned(), "period_too_long".to_owned())]);
}

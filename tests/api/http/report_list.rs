//! The list of reports: order, pages, scope.

use serde_json::{Value, json};

use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    pages_hold_every_report_once_the_newest_day_first,
    a_list_is_limited_to_days_and_to_an_advisor,
    an_advisor_lists_their_own_reports_alone,
    deleted_reports_are_not_listed,
    faulty_parameters_are_all_named,
);

async fn fill(api: &Api, person: &Person, days: impl Iterator<Item = u32>) {
    for day in days {
        let path = person.report(&format!("2022-05-{day:02}"));
        api.put(&path).by(person).json(&json!({})).send().await.expect(201);
    }
}

fn keys(page: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| (text(&item["date"]), text(&item["advisor_id"])))
        .collect()
}

async fn pages_hold_every_report_once_the_newest_day_first(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    fill(&api, &cast.advisor, 1..=9).await;
    fill(&api, &cast.colleague, 3..=6).await;
    fill(&api, &cast.foreign_advisor, 1..=4).await;
    let mut expected: Vec<(String, String)> = (1..=9)
        .map(|day| (format!("2022-05-{day:02}"), cast.advisor.id.to_string()))
        .chain((3..=6).map(|day| (format!("2022-05-{day:02}"), cast.colleague.id.to_string())))
        .collect();
    expected.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for limit in [1, 2, 5, 12, 13, 200] {
        let mut found = Vec::new();
        let mut path = format!("/v1/reports?limit={limit}");
        loop {
            let page = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
            assert!(page["items"].as_array().unwrap().len() <= limit);
            found.extend(keys(&page));
            let Some(cursor) = page["next_cursor"].as_str() else {
                break;
            };
            path = format!("/v1/reports?limit={limit}&cursor={cursor}");
        }
        assert_eq!(found, expected, "limit {limit}");
    }
}

async fn a_list_is_limited_to_days_and_to_an_advisor(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    fill(&api, &cast.advisor, 1..=5).await;
    fill(&api, &cast.colleague, 1..=5).await;
    let path = format!(
        "/v1/reports?from=2022-05-02&to=2022-05-03&advisor_id={}",
        cast.colleague.id
    );
    let page = api.get(&path).by(&cast.coordinator).send().await.expect(200).json();
    let colleague = cast.colleague.id.to_string();
    assert_eq!(
        keys(&page),
        [
            ("2022-05-03".to_owned(), colleague.clone()),
            ("2022-05-02".to_owned(), colleague)
        ]
    );
}

async fn an_advisor_lists_their_own_reports_alone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    fill(&api, &cast.advisor, 1..=2).await;
    fill(&api, &cast.colleague, 1..=2).await;
    for path in [
        "/v1/reports".to_owned(),
        format!("/v1/reports?advisor_id={}", cast.advisor.id),
    ] {
        let page = api.get(&path).by(&cast.advisor).send().await.expect(200).json();
        assert!(
            keys(&page)
                .iter()
                .all(|(_, advisor)| *advisor == cast.advisor.id.to_string())
        );
        assert_eq!(keys(&page).len(), 2);
    }
    let path = format!("/v1/reports?advisor_id={}", cast.colleague.id);
    let other = api.get(&path).by(&cast.advisor).send().await;
    assert_eq!(other.failure(), (403, "forbidden".to_owned()));
    let path = format!("/v1/reports?advisor_id={}", cast.foreign_advisor.id);
    let foreign = api.get(&path).by(&cast.coordinator).send().await;
    assert_eq!(foreign.failure(), (404, "not_found".to_owned()));
}

async fn deleted_reports_are_not_listed(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    fill(&api, &cast.advisor, 1..=3).await;
    let path = cast.advisor.report("2022-05-02");
    api.delete(&path).by(&cast.advisor).send().await.expect(204);
    let page = api.get("/v1/reports").by(&cast.advisor).send().await.json();
    let days: Vec<String> = keys(&page).into_iter().map(|(day, _)| day).collect();
    assert_eq!(days, ["2022-05-03", "2022-05-01"]);
}

async fn faulty_parameters_are_all_named(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = "/v1/reports?from=2023-02-29&to=2023-1-1&advisor_id=x&limit=201&cursor=zz&sort=up&limit=1";
    let answer = api.get(path).by(&cast.advisor).send().await;
    assert_eq!(answer.failure(), (400, "invalid_parameter".to_owned()));
    let faults: Vec<(String, String)> = [
        ("from", "invalid_date"),
        ("to", "invalid_date"),
        ("advisor_id", "invalid_uuid"),
        ("limit", "repeated_parameter"),
        ("cursor", "invalid_cursor"),
        ("sort", "unknown_parameter"),
    ]
    .map(|(name, code)| (name.to_owned(), code.to_owned()))
    .into();
    assert_eq!(answer.faults(), faults);
    let reversed = api
        .get("/v1/reports?from=2022-05-02&to=2022-05-01")
        .by(&cast.advisor)
        .send()
        .await;
    assert_eq!(reversed.faults(), [("from".to_owned(), "from_after_to".to_owned())]);
    for limit in ["0", "-1", "201", "1.5", "many", ""] {
        let path = format!("/v1/reports?limit={limit}");
        assert_eq!(
            api.get(&path).by(&cast.advisor).send().await.status,
            400,
            "limit={limit}"
        );
    }
}

//! The list of reports: order, pages, scope.

use serde_json::{Value, json};

use crate::http::report;
use crate::patience::wordy;
use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    pages_hold_every_report_once_the_newest_day_first,
    a_list_is_limited_to_days_and_to_an_advisor,
    an_advisor_lists_their_own_reports_alone,
    deleted_reports_are_not_listed,
    faulty_parameters_are_all_named,
    a_page_of_large_reports_is_cut_at_2_mib_and_none_is_left_out,
    a_page_of_large_changes_is_cut_at_2_mib_and_none_is_left_out,
    an_export_of_large_reports_is_whole,
);

/// What a page of reports may weigh: 2 MiB, and somewhat more for what stands around the texts.
const PAGE_MAX: usize = (2 << 20) + (1 << 18);

/// Reports of an advisor, of nearly half a MiB each, for the first days of May 2022: in the order of the days.
async fn fill_with_large(api: &Api, person: &Person, days: u32) -> Vec<String> {
    let large = report(&vec![wordy(); 100]);
    let mut dates = Vec::new();
    for day in 1..=days {
        let date = format!("2022-05-{day:02}");
        let put = api.put(&person.report(&date)).by(person).json(&large);
        put.send().await.expect(201);
        dates.push(date);
    }
    dates
}

fn dates(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["date"].as_str().unwrap().to_owned()).collect()
}

async fn a_page_of_large_reports_is_cut_at_2_mib_and_none_is_left_out(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let mut expected = fill_with_large(&api, &advisor, 21).await;
    expected.reverse();
    let (mut found, mut path, mut pages) = (Vec::new(), "/v1/reports?limit=200".to_owned(), 0);
    loop {
        let answer = api.get(&path).by(&advisor).send().await.expect(200);
        assert!(answer.body.len() <= PAGE_MAX, "{} bytes", answer.body.len());
        let page = answer.json();
        found.extend(dates(&page));
        pages += 1;
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/v1/reports?limit=200&cursor={cursor}");
    }
    assert_eq!((found, pages), (expected, 7));
}

async fn a_page_of_large_changes_is_cut_at_2_mib_and_none_is_left_out(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let expected = fill_with_large(&api, &advisor, 21).await;
    let (mut found, mut path) = (Vec::new(), "/v1/changes?limit=200".to_owned());
    loop {
        let answer = api.get(&path).by(&advisor).send().await.expect(200);
        assert!(answer.body.len() <= PAGE_MAX, "{} bytes", answer.body.len());
        let page = answer.json();
        found.extend(dates(&page));
        if page["has_more"] == false {
            break;
        }
        path = format!("/v1/changes?limit=200&cursor={}", page["cursor"].as_str().unwrap());
    }
    assert_eq!(found, expected);
}

async fn an_export_of_large_reports_is_whole(database: TestDatabase) {
    let api = Api::on(&database).await;
    let advisor = api.cast().await.advisor;
    let mut expected = fill_with_large(&api, &advisor, 21).await;
    expected.reverse();
    let export = api.get("/v1/me/export").by(&advisor).send().await.expect(200).json();
    assert_eq!(dates(&json!({"items": export["reports"]})), expected);
    let page = api
        .get("/v1/reports?limit=1")
        .by(&advisor)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(export["reports"][0], page["items"][0]);
    assert_eq!(export["audit_log"][0]["action"], "exported");
}

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
    expected.sort_by(|a, b| b.cmp(a));
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

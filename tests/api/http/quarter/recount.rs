//! Every figure of the quarter, recounted from the raw lists.

use serde_json::{Map, Value, json};

use super::play::{PERIOD, Quarter, play};
use super::{breakdowns, figures, read};
use crate::http::recount::{compare_lines, compare_rows, python};
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    #[ignore = "runs Python: just recount"]
    every_figure_of_a_quarter_is_what_a_recount_of_the_raw_lists_gives,
);

/// The lists that the script reads, and their paths.
const LISTS: [(&str, &str); 10] = [
    ("reports", "/v1/reports?limit=200"),
    (
        "planned_sessions",
        "/v1/planned-sessions?from=2022-09-01&to=2023-03-31&limit=200",
    ),
    ("requests", "/v1/requests?limit=200"),
    ("referrals", "/v1/referrals?limit=200"),
    ("meetings", "/v1/meetings?limit=200"),
    ("partners", "/v1/partners?limit=200"),
    ("agreements", "/v1/agreements?limit=200"),
    ("workshops", "/v1/workshops?limit=200"),
    ("places", "/v1/places?limit=200"),
    ("communes", "/v1/communes?department=72"),
];

async fn every_figure_of_a_quarter_is_what_a_recount_of_the_raw_lists_gives(database: TestDatabase) {
    let api = Api::on(&database).await;
    let quarter = play(&api).await;
    api.set_clock("2023-01-03T08:00:00Z");
    let recounted = recount(&api, &quarter).await;
    let monthly = read(&api, &quarter, &format!("/v1/statistics/monthly?{PERIOD}")).await;
    assert!(compare_rows("annex 1", &monthly, &recounted["monthly"]) > 0);
    for (by, lines) in recounted["by"].as_object().unwrap() {
        let breakdown = read(&api, &quarter, &format!("/v1/statistics/breakdown?{PERIOD}&by={by}")).await;
        assert!(compare_lines(by, &breakdown, lines) > 0, "{by} tells of nothing");
    }
    let plan = read(&api, &quarter, &format!("/v1/statistics/field?{PERIOD}")).await;
    assert_eq!(json!(figures(&plan)), recounted["plan"]);
    assert_eq!(json!(breakdowns(&plan)), recounted["plan_breakdowns"]);
    let coverage = read(&api, &quarter, &format!("/v1/statistics/coverage?{PERIOD}")).await;
    assert_eq!(covered(&coverage), recounted["coverage"]);
}

async fn recount(api: &Api, quarter: &Quarter) -> Value {
    let mut lists = Map::new();
    for (name, path) in LISTS {
        let listed = read(api, quarter, path).await;
        assert!(listed["next_cursor"].is_null(), "all {name} are on one page");
        lists.insert(name.to_owned(), listed["items"].clone());
    }
    lists.insert("organisation".to_owned(), read(api, quarter, "/v1/organisation").await);
    for (name, value) in [("from", "2022-10"), ("to", "2022-12"), ("today", "2023-01-03")] {
        lists.insert(name.to_owned(), value.into());
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recount_field.py");
    serde_json::from_str(&python(&[script], &Value::Object(lists).to_string())).unwrap()
}

/// The figures of coverage by list and code.
fn covered(coverage: &Value) -> Value {
    let line = |line: &Value| {
        let figures = ["interventions", "people", "people_per_thousand", "months_without"];
        let figures: Map<String, Value> = figures
            .map(|figure| (figure.to_owned(), line[figure].clone()))
            .into_iter()
            .collect();
        (line["code"].as_str().unwrap().to_owned(), Value::Object(figures))
    };
    let lines = |list: &Value| list.as_array().unwrap().iter().map(line).collect::<Map<_, _>>();
    json!({"communes": lines(&coverage["communes"]), "areas": lines(&coverage["areas"]),
        "total": Map::from_iter([line(&coverage["total"])])})
}

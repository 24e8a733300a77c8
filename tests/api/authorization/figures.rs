//! Every operation, and what changes figures without one, against the entity tags of the figures: a copy at hand that tells other
//! figures than the service would is never called good.

use std::collections::BTreeSet;

use actix_web::http::Method;
use quotidien::actions::privacy::erase_account;
use quotidien::domain::account::Role;
use serde_json::{Value, json};

use super::{Operation, TABLE, operations, prepared};
use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    no_operation_changes_figures_of_which_a_copy_is_still_called_good,
    who_leaves_comes_back_or_is_erased_changes_the_tags_of_figures,
);

/// The figures that a coordinator reads.
const FIGURES: [&str; 7] = [
    "/v1/statistics/monthly?from=2020-01&to=2022-09",
    "/v1/statistics/full?from=2020-01&to=2022-09",
    "/v1/statistics/breakdown?by=place&from=2020-01&to=2022-09&setting=partner_site",
    "/v1/statistics/completeness?from=2022-01&to=2022-09&days=true",
    "/v1/statistics/workload?from=2022-07-01&to=2022-10-31",
    "/v1/statistics/coverage?from=2020-01&to=2022-09",
    "/v1/statistics/field?from=2020-01&to=2022-09",
];

/// Figures as they are now, without when they were read.
#[derive(Debug)]
struct Read {
    path: &'static str,
    tag: String,
    answer: Value,
}

async fn read(api: &Api, cast: &Cast) -> Vec<Read> {
    let token = api.new_token(&cast.coordinator).await;
    let mut all = Vec::new();
    for path in FIGURES {
        let answer = api.get(path).bearer(&token).send().await.expect(200);
        all.push(Read {
            path,
            tag: answer.header("ETag").unwrap().to_owned(),
            answer: without_instants(answer.json()),
        });
    }
    all
}

fn without_instants(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let others = fields.into_iter().filter(|(name, _)| name != "as_of");
            others.map(|(name, value)| (name, without_instants(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_instants).collect(),
        other => other,
    }
}

/// Whether figures are others now; a tag that was theirs before is then theirs no more, and their copies are not called good.
async fn have_changed(api: &Api, cast: &Cast, what: &str, before: &[Read]) -> bool {
    let token = api.new_token(&cast.coordinator).await;
    let mut changed = false;
    for (before, after) in before.iter().zip(read(api, cast).await) {
        let copy = api.get(before.path).bearer(&token).header("If-None-Match", &before.tag);
        let status = copy.send().await.status;
        assert_eq!(status == 304, before.tag == after.tag, "{what}: {}", before.path);
        if before.answer != after.answer {
            changed = true;
            assert_ne!(before.tag, after.tag, "{what} changes {}", before.path);
        }
    }
    changed
}

/// Some of the operations that change figures as this test calls them.
const CHANGING: [&str; 8] = [
    "put_report",
    "delete_report",
    "put_intervention",
    "put_closing",
    "delete_closing",
    "put_organisation",
    "put_partner",
    "create_account",
];

async fn no_operation_changes_figures_of_which_a_copy_is_still_called_good(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let operations = operations(&api).await;
    let mut changing = BTreeSet::new();
    let mut day = 0;
    for (name, statuses) in TABLE {
        let operation: &Operation = &operations[*name];
        if operation.method == Method::GET {
            continue;
        }
        // Of the advisor, the coordinator and the administrator one may do each thing that is done by people at all.
        for (person, status) in [(&cast.advisor, 1), (&cast.coordinator, 3), (&cast.administrator, 6)] {
            if statuses[status] >= 300 {
                continue;
            }
            day += 1;
            let call = prepared(&api, &cast, name, operation, day).await;
            let before = read(&api, &cast).await;
            let token = api.new_token(person).await;
            let answered = call.bearer(&token).send().await;
            assert_eq!(answered.status, statuses[status], "{name}");
            if have_changed(&api, &cast, name, &before).await {
                changing.insert(*name);
            }
        }
    }
    assert!(changing.is_superset(&BTreeSet::from(CHANGING)), "{changing:?}");
}

async fn who_leaves_comes_back_or_is_erased_changes_the_tags_of_figures(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let advisor = api
        .person(cast.coordinator.organisation, Role::Advisor, "Farida Caron")
        .await;
    let before = read(&api, &cast).await;
    let leave = api
        .delete(&format!("/v1/accounts/{}", advisor.id))
        .by(&cast.coordinator);
    leave.send().await.expect(204);
    assert!(have_changed(&api, &cast, "leaving", &before).await);
    let before = read(&api, &cast).await;
    let path = format!("/v1/accounts/{}/invitation", advisor.id);
    let invited = api.post(&path).by(&cast.coordinator).json(&json!({})).send().await;
    let token = invited.expect(201).json()["invitation"]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let chosen = json!({"token": token, "password": "quatre mots sans rapport"});
    api.put("/v1/passwords").json(&chosen).send().await.expect(204);
    assert!(have_changed(&api, &cast, "coming back", &before).await);
    let before = read(&api, &cast).await;
    assert!(
        erase_account(&api.store, advisor.organisation, advisor.id, api.now())
            .await
            .unwrap()
    );
    assert!(have_changed(&api, &cast, "being erased", &before).await);
}

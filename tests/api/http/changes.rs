//! The changes since a cursor: every change once, in the order of the commits, and only those that the caller may read.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use quotidien::storage::organisations;
use serde_json::{Value, json};

use super::{report, workshop};
use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    changes_come_once_each_with_the_report_as_it_stands,
    a_deletion_is_told_with_its_version,
    an_advisor_follows_their_own_changes_and_a_coordinator_everybodys,
    pages_of_any_length_tell_the_same,
    whoever_follows_knows_what_is_stored,
    a_cursor_of_another_epoch_has_expired,
    a_cursor_ahead_of_the_history_has_expired,
    a_cursor_expires_after_four_hundred_days,
    a_cursor_of_somebody_else_has_expired,
    a_cursor_that_was_never_given_is_faulty,
    a_cursor_that_a_device_kept_is_good_after_an_upgrade,
);

/// Reads page after page until the end; returns all changes after a cursor, and the cursor to go on from.
async fn follow(api: &Api, by: &Person, cursor: Option<&str>, limit: u32) -> (Vec<Value>, String) {
    let mut items = Vec::new();
    let mut cursor = cursor.map(str::to_owned);
    loop {
        let from = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let path = format!("/v1/changes?limit={limit}{from}");
        let page = api.get(&path).by(by).send().await.expect(200).json();
        let some = page["items"].as_array().unwrap();
        assert!(some.len() <= limit as usize);
        items.extend(some.iter().cloned());
        let next = page["cursor"].as_str().unwrap().to_owned();
        if page["has_more"] == false {
            return (items, next);
        }
        cursor = Some(next);
    }
}

async fn put(api: &Api, person: &Person, date: &str, note: &str) -> Value {
    let put = api.put(&person.report(date)).by(person).json(&json!({ "note": note }));
    put.send().await.json()
}

fn dates(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["date"].as_str().unwrap()).collect()
}

/// The status and the code with which the service answers a request for the changes after a cursor.
async fn asked(api: &Api, by: &Person, cursor: &str) -> (u16, String) {
    api.get(&format!("/v1/changes?cursor={cursor}"))
        .by(by)
        .send()
        .await
        .failure()
}

async fn changes_come_once_each_with_the_report_as_it_stands(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (nothing, start) = follow(&api, &cast.advisor, None, 50).await;
    assert_eq!(nothing, Vec::<Value>::new());
    put(&api, &cast.advisor, "2022-05-03", "a").await;
    put(&api, &cast.advisor, "2022-05-02", "b").await;
    let last = put(&api, &cast.advisor, "2022-05-03", "c").await;
    put(&api, &cast.advisor, "2022-05-03", "c").await;
    let (items, cursor) = follow(&api, &cast.advisor, Some(&start), 50).await;
    assert_eq!(dates(&items), ["2022-05-02", "2022-05-03"]);
    let advisor_id = cast.advisor.id.to_string();
    let expected = json!({"advisor_id": advisor_id, "date": "2022-05-03", "version": 2, "report": last});
    assert_eq!(items[1], expected);
    let (nothing, _) = follow(&api, &cast.advisor, Some(&cursor), 50).await;
    assert_eq!(nothing, Vec::<Value>::new());
}

async fn a_deletion_is_told_with_its_version(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.advisor, "2022-05-03", "a").await;
    let (_, cursor) = follow(&api, &cast.advisor, None, 50).await;
    let path = cast.advisor.report("2022-05-03");
    api.delete(&path).by(&cast.advisor).send().await.expect(204);
    let (items, _) = follow(&api, &cast.advisor, Some(&cursor), 50).await;
    assert_eq!((&items[0]["version"], &items[0]["report"]), (&json!(2), &Value::Null));
}

async fn an_advisor_follows_their_own_changes_and_a_coordinator_everybodys(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for person in [&cast.advisor, &cast.colleague, &cast.foreign_advisor] {
        put(&api, person, "2022-05-03", "a").await;
    }
    let owners = async |by: &Person| -> Vec<String> {
        let (items, _) = follow(&api, by, None, 50).await;
        let owner = |item: &Value| item["advisor_id"].as_str().unwrap().to_owned();
        items.iter().map(owner).collect()
    };
    assert_eq!(owners(&cast.colleague).await, [cast.colleague.id.to_string()]);
    let both = [cast.advisor.id.to_string(), cast.colleague.id.to_string()];
    assert_eq!(owners(&cast.coordinator).await, both);
}

async fn pages_of_any_length_tell_the_same(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for day in [3, 1, 4, 1, 5, 9, 2, 6, 5, 3] {
        put(&api, &cast.advisor, &format!("2022-05-{day:02}"), &format!("{day}")).await;
        put(&api, &cast.colleague, &format!("2022-05-{day:02}"), "x").await;
    }
    for by in [&cast.advisor, &cast.coordinator] {
        let (all, _) = follow(&api, by, None, 200).await;
        for limit in 1..=5 {
            assert_eq!(follow(&api, by, None, limit).await.0, all, "limit {limit}");
        }
    }
}

/// Writes of five days, drawn by chance: the day, and how many workshops its report gets; `None` deletes the report.
fn writes() -> impl Strategy<Value = Vec<(u32, Option<u32>)>> {
    prop::collection::vec((1_u32..=5, prop::option::of(1_u32..=3)), 0..8)
}

async fn whoever_follows_knows_what_is_stored(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    let mut cursor: Option<String> = None;
    for _ in 0..12 {
        for (day, workshops) in writes().new_tree(&mut runner).unwrap().current() {
            let path = cast.advisor.report(&format!("2022-05-{day:02}"));
            match workshops {
                Some(workshops) => {
                    let held = vec![workshop(); workshops as usize];
                    let put = api.put(&path).by(&cast.advisor).json(&report(&held));
                    put.send().await;
                }
                None => {
                    api.delete(&path).by(&cast.advisor).send().await.expect(204);
                }
            }
        }
        let (items, next) = follow(&api, &cast.advisor, cursor.as_deref(), 2).await;
        cursor = Some(next);
        for item in items {
            let date = item["date"].as_str().unwrap().to_owned();
            match &item["report"] {
                Value::Null => known.remove(&date),
                report => known.insert(date, report.clone()),
            };
        }
        let listed = api.get("/v1/reports").by(&cast.advisor).send().await.json();
        let mut stored = listed["items"].as_array().unwrap().clone();
        stored.reverse();
        assert_eq!(known.values().cloned().collect::<Vec<_>>(), stored);
    }
}

async fn a_cursor_of_another_epoch_has_expired(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.advisor, "2022-05-03", "a").await;
    let (before, cursor) = follow(&api, &cast.advisor, None, 50).await;
    let begun = api.store.locking(cast.advisor.organisation);
    begun
        .change(|locked| organisations::begin_history(locked, "restored"))
        .await
        .unwrap();
    assert_eq!(
        asked(&api, &cast.advisor, &cursor).await,
        (410, "cursor_expired".to_owned())
    );
    let (after, cursor) = follow(&api, &cast.advisor, None, 50).await;
    assert_eq!(after, before);
    assert_eq!(asked(&api, &cast.advisor, &cursor).await.0, 200);
}

async fn a_cursor_ahead_of_the_history_has_expired(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.advisor, "2022-05-03", "a").await;
    let (_, cursor) = follow(&api, &cast.advisor, None, 50).await;
    // As if somebody had restored a backup without telling the service: its history ends before the cursor.
    let organisation = cast.advisor.organisation;
    let rewind = format!("UPDATE organisations SET change_seq = 0 WHERE organisation_id = '{organisation}'");
    sql::execute(&mut database.connect(), &rewind);
    assert_eq!(
        asked(&api, &cast.advisor, &cursor).await,
        (410, "cursor_expired".to_owned())
    );
}

async fn a_cursor_expires_after_four_hundred_days(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let (_, cursor) = follow(&api, &cast.advisor, None, 50).await;
    let given = api.now();
    for (days, status) in [(400, 200), (401, 410)] {
        api.set_clock(&(given + TimeDelta::days(days)).to_rfc3339());
        assert_eq!(asked(&api, &cast.advisor, &cursor).await.0, status, "after {days} days");
    }
}

async fn a_cursor_of_somebody_else_has_expired(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let everybody = [
        &cast.advisor,
        &cast.colleague,
        &cast.coordinator,
        &cast.foreign_coordinator,
    ];
    for of in everybody {
        let (_, cursor) = follow(&api, of, None, 50).await;
        for by in everybody {
            let expected = if by == of { 200 } else { 410 };
            assert_eq!(asked(&api, by, &cursor).await.0, expected);
        }
    }
}

async fn a_cursor_that_was_never_given_is_faulty(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for cursor in ["", "x", "MS8yLzM", "%C3%A9"] {
        let (status, code) = asked(&api, &cast.advisor, cursor).await;
        assert_eq!((status, code.as_str()), (400, "invalid_parameter"), "{cursor}");
    }
}

/// Devices hold cursors of this form: if the form changed, each device would have to read everything again.
async fn a_cursor_that_a_device_kept_is_good_after_an_upgrade(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let organisation = cast.advisor.organisation;
    api.store
        .locking(organisation)
        .change(|locked| organisations::begin_history(locked, "history"))
        .await
        .unwrap();
    let (_, sequence) = follow(&api, &cast.advisor, None, 50).await;
    put(&api, &cast.advisor, "2022-05-03", "a").await;
    let (_, last) = follow(&api, &cast.advisor, Some(&sequence), 50).await;
    let given = api.now().timestamp();
    for (whose, advisor) in [
        (&cast.advisor, cast.advisor.id.to_string()),
        (&cast.coordinator, String::new()),
    ] {
        let kept = BASE64_URL_SAFE_NO_PAD.encode(format!("history/0/{organisation}/{advisor}/{given}"));
        let (items, next) = follow(&api, whose, Some(&kept), 50).await;
        assert_eq!(dates(&items), ["2022-05-03"]);
        assert_eq!(next == last, !advisor.is_empty());
    }
}

//! Copies of figures at hand: an entity tag tells whether they are still good, before anything is counted.

use std::collections::BTreeSet;

use super::{report, workshop};
use crate::support::api::{Api, Call, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    a_copy_at_hand_is_called_good_before_anything_is_counted,
    whatever_decides_an_answer_decides_its_tag,
    a_condition_that_names_no_copy_lets_every_check_be_made,
);

const PATH: &str = "/v1/statistics/full?from=2022-05&to=2022-07";

async fn reported(api: &Api, cast: &Cast, date: &str) {
    let put = api.put(&cast.advisor.report(date)).by(&cast.advisor);
    put.json(&report(&[workshop()])).send().await.expect(201);
}

async fn tag(call: Call<'_>) -> String {
    let answer = call.send().await.expect(200);
    assert_eq!(answer.header("Cache-Control"), Some("private, no-cache"));
    answer.header("ETag").unwrap().to_owned()
}

async fn a_copy_at_hand_is_called_good_before_anything_is_counted(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    reported(&api, &cast, "2022-05-03").await;
    let ask = || api.get(PATH).by(&cast.coordinator);
    let first = tag(ask()).await;
    sql::execute(
        &mut database.connect(),
        "UPDATE tallies SET details = 'of which nothing is read'",
    );
    ask().send().await.expect(500);
    let good = ask()
        .header("If-None-Match", &format!("\"another\", {first}"))
        .send()
        .await;
    let good = good.expect(304);
    assert_eq!(good.header("ETag"), Some(first.as_str()));
    sql::execute(&mut database.connect(), "UPDATE tallies SET details = '{}'");
    reported(&api, &cast, "2022-05-04").await;
    let answer = ask().header("If-None-Match", &first).send().await.expect(200);
    assert_ne!(answer.header("ETag"), Some(first.as_str()));
}

async fn whatever_decides_an_answer_decides_its_tag(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let ask = |path: &str| api.get(path).by(&cast.coordinator);
    let mut tags = vec![
        tag(ask(PATH)).await,
        tag(ask("/v1/statistics/full?from=2022-05&to=2022-06")).await,
        tag(ask("/v1/statistics/full?from=2022-05&to=2022-07&lang=en")).await,
        tag(ask(PATH).header("Accept-Language", "en")).await,
        tag(ask("/v1/statistics/full?from=2022-05&to=2022-07&format=csv")).await,
        tag(ask(PATH).accept("text/csv")).await,
        tag(ask("/v1/statistics/monthly?from=2022-05&to=2022-07")).await,
        tag(api.get(PATH).by(&cast.advisor)).await,
        tag(api.get(PATH).by(&cast.colleague)).await,
        tag(api.get(PATH).by(&cast.foreign_coordinator)).await,
    ];
    assert_eq!(tag(ask(PATH)).await, tags[0], "nothing has changed");
    reported(&api, &cast, "2022-05-03").await;
    tags.push(tag(ask(PATH)).await);
    api.set_clock("2022-09-30T10:00:00Z");
    let token = api.new_token(&cast.coordinator).await;
    tags.push(tag(api.get(PATH).bearer(&token)).await);
    let different: BTreeSet<&String> = tags.iter().collect();
    assert_eq!(different.len(), tags.len(), "{tags:#?}");
}

async fn a_condition_that_names_no_copy_lets_every_check_be_made(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for condition in ["*", "\"another\"", "no tag"] {
        let ask = |path: &str| api.get(path).header("If-None-Match", condition);
        ask(PATH).by(&cast.coordinator).send().await.expect(200);
        ask(PATH).send().await.expect(401);
        let backwards = "/v1/statistics/full?from=2022-07&to=2022-05";
        ask(backwards).by(&cast.coordinator).send().await.expect(400);
        let unknown = format!("{PATH}&tag_id=0198f3c2-7c1e-7d2a-8f00-0242ac120004");
        ask(&unknown).by(&cast.coordinator).send().await.expect(404);
    }
}

//! Meetings with partners.

use serde_json::{Value, json};

use crate::support::api::{Answer, Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::{PARTNER, body, found};

on_both_databases!(
    an_advisor_writes_their_own_meetings_and_a_coordinator_all,
    every_fault_of_a_meeting_is_told_at_once,
    meetings_are_listed_the_latest_first_page_by_page,
);

fn path(number: u32) -> String {
    format!("/v1/meetings/0198f3c2-7c1e-7d2a-8f0b-{number:012}")
}

async fn put(api: &Api, by: &Person, number: u32, body: &Value) -> Answer {
    api.put(&path(number)).by(by).json(body).send().await
}

async fn an_advisor_writes_their_own_meetings_and_a_coordinator_all(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let mut meeting = body("put_meeting").unwrap();
    let first = put(&api, &cast.advisor, 1, &meeting).await.expect(201).json();
    let own = json!(cast.advisor.id.to_string());
    assert_eq!((&first["held_by"], &first["nature"]), (&own, &json!(["needs"])));
    put(&api, &cast.advisor, 1, &meeting).await.expect(200);
    let others = put(&api, &cast.colleague, 1, &meeting).await;
    assert_eq!(others.failure(), (403, "forbidden".to_owned()));
    meeting["level"] = json!("epci");
    let changed = put(&api, &cast.coordinator, 1, &meeting).await.expect(200).json();
    assert_eq!(
        (&changed["held_by"], &changed["version"]),
        (&own, &json!(2)),
        "whose it is stays"
    );
    let coordinators = put(&api, &cast.coordinator, 2, &meeting).await.expect(201).json();
    assert_eq!(coordinators["held_by"], json!(cast.coordinator.id.to_string()));
    put(&api, &cast.advisor, 2, &meeting).await.expect(403);
    // Everybody in the organisation reads it.
    api.get(&path(2)).by(&cast.colleague).send().await.expect(200);
}

async fn every_fault_of_a_meeting_is_told_at_once(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let meeting =
        json!({"day": "2022-09-30", "partner_id": "x", "nature": ["lunch"], "level": "moon", "words": "\u{7}"});
    let mut faults = put(&api, &cast.advisor, 1, &meeting).await.expect(422).faults();
    faults.sort();
    let expected = [
        ("/day", "in_the_future"),
        ("/level", "unknown_code"),
        ("/nature/0", "unknown_code"),
        ("/partner_id", "invalid_uuid"),
        ("/words", "control_character"),
    ];
    assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    let unknown = json!({"day": "2022-09-29", "partner_id": PARTNER, "place_id": PARTNER});
    let faults = put(&api, &cast.advisor, 1, &unknown).await.expect(422).faults();
    let expected = ["/partner_id", "/place_id"].map(|at| (at.to_owned(), "unknown_reference".to_owned()));
    assert_eq!(faults, expected);
}

async fn meetings_are_listed_the_latest_first_page_by_page(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    for (number, day) in [(1, "2022-09-28"), (2, "2022-09-29"), (3, "2022-09-28")] {
        let meeting = json!({"day": day, "partner_id": PARTNER});
        put(&api, &cast.advisor, number, &meeting).await.expect(201);
    }
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/meetings?limit=1&partner_id={PARTNER}{cursor}");
        let page = api.get(&path).by(&cast.colleague).send().await.expect(200).json();
        ids.push(page["items"][0]["meeting_id"].as_str().unwrap().to_owned());
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    let expected = [2, 3, 1].map(|number| path(number).rsplit('/').next().unwrap().to_owned());
    assert_eq!(ids, expected);
}

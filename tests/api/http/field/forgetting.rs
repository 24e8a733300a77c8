//! What is forgotten of people who work at partners.

use serde_json::json;

use crate::jobs::run;
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::{PARTNER, body, found};
use crate::support::sql;

on_both_databases!(people_at_a_partner_are_forgotten_as_long_after_the_last_agreement_or_meeting_as_notes_are_kept,);

const MEETING: &str = "/v1/meetings/0198f3c2-7c1e-7d2a-8f0d-000000000001";
const REQUEST: &str = "/v1/requests/0198f3c2-7c1e-7d2a-8f0d-000000000002";

async fn people_at_a_partner_are_forgotten_as_long_after_the_last_agreement_or_meeting_as_notes_are_kept(
    database: TestDatabase,
) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    // The agreement ends on the last day of 2022.
    found(&api, &cast.coordinator).await;
    let put = async |path: &str, operation: &str| {
        let put = api.put(path).by(&cast.coordinator).json(&body(operation).unwrap());
        put.send().await.expect(201);
    };
    put(MEETING, "put_meeting").await;
    put(REQUEST, "put_request").await;
    let told = || {
        let connection = &mut database.connect();
        [
            sql::count(connection, "partners", "has_contacts AND content LIKE '%Roy%'"),
            sql::count(connection, "requests", "has_contact AND content LIKE '%Roy%'"),
            sql::count(
                connection,
                "meetings",
                "has_words AND content LIKE '%Directrice%' AND content LIKE '%ateliers%'",
            ),
        ]
    };
    run(&api, "2024-12-31T10:00:00Z").await.unwrap();
    assert_eq!(told(), [1, 1, 1], "nothing goes while the agreement is recent");
    run(&api, "2025-01-02T10:00:00Z").await.unwrap();
    assert_eq!(told(), [0, 0, 0]);
    let read = async |path: &str| api.get(path).by(&cast.coordinator).send().await.expect(200).json();
    let meeting = read(MEETING).await;
    assert_eq!(
        (&meeting["met"], &meeting["words"], &meeting["version"]),
        (&json!(null), &json!(null), &json!(1))
    );
    assert_eq!(meeting["nature"], json!(["needs"]), "the counts stay");
    let request = read(REQUEST).await;
    assert_eq!(
        (&request["contact"], &request["expected_people"]),
        (&json!(null), &json!(6))
    );
    assert_eq!(read(&format!("/v1/partners/{PARTNER}")).await["contacts"], json!([]));
}

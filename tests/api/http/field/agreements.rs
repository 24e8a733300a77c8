//! Agreements with partners.

use serde_json::{Value, json};

use crate::support::api::{Answer, Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::{AGREEMENT, PARTNER, agreement, found};

on_both_databases!(
    an_agreement_is_in_force_once_it_is_signed_within_its_period,
    every_fault_of_an_agreement_is_told_at_once,
    what_an_agreement_names_must_be_the_organisations_own,
    a_renewal_names_an_agreement_of_the_same_partner_and_never_itself,
    agreements_that_end_within_sixty_days_are_found,
);

fn path(number: u32) -> String {
    format!("/v1/agreements/0198f3c2-7c1e-7d2a-8f0a-{number:012}")
}

async fn put(api: &Api, cast: &Cast, number: u32, body: &Value) -> Answer {
    api.put(&path(number)).by(&cast.coordinator).json(body).send().await
}

async fn an_agreement_is_in_force_once_it_is_signed_within_its_period(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let mut body = agreement();
    body["advisors"] = json!([cast.advisor.id.to_string()]);
    body.as_object_mut().unwrap().remove("signed_on");
    let unsigned = put(&api, &cast, 1, &body).await.expect(201).json();
    assert_eq!(
        (&unsigned["in_force"], &unsigned["signed_on"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(unsigned["kinds"], json!(["individual", "workshop"]));
    assert_eq!(unsigned["commitments"][1], json!({"kind": "other", "words": "Un café"}));
    body["signed_on"] = json!("2022-10-03");
    put(&api, &cast, 1, &body).await.expect(200);
    let in_force = async |clock: &str| {
        api.set_clock(clock);
        let read = api.get(&path(1)).by(&cast.advisor).send().await.expect(200);
        assert_eq!(read.header("etag"), Some("\"2\""));
        read.json()["in_force"].clone()
    };
    // It is midnight in Paris two hours before it is by UTC, or one in winter.
    assert_eq!(in_force("2022-10-02T21:59:59Z").await, json!(false));
    assert_eq!(in_force("2022-10-02T22:00:00Z").await, json!(true));
    assert_eq!(in_force("2022-12-31T22:59:59Z").await, json!(true));
    assert_eq!(in_force("2022-12-31T23:00:00Z").await, json!(false));
}

async fn every_fault_of_an_agreement_is_told_at_once(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = json!({
        "partner_id": "x", "starts_on": "2022-09-01", "ends_on": "2022-08-31", "signed_on": "hier", "kinds": ["party"],
        "commitments": [{"kind": "other"}, {"kind": "room"}, {"kind": "room", "words": "deux"}], "advisors": ["y"]
    });
    let mut faults = put(&api, &cast, 1, &body).await.expect(422).faults();
    faults.sort();
    let expected = [
        ("/advisors/0", "invalid_uuid"),
        ("/commitments/0/words", "too_short"),
        ("/commitments/2", "duplicate"),
        ("/ends_on", "from_after_to"),
        ("/kinds/0", "unknown_code"),
        ("/partner_id", "invalid_uuid"),
        ("/signed_on", "invalid_date"),
    ];
    assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
}

async fn what_an_agreement_names_must_be_the_organisations_own(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.foreign_coordinator).await;
    let mut body = agreement();
    body["place_id"] = json!(PARTNER);
    body["renews"] = json!(AGREEMENT);
    body["advisors"] = json!([cast.foreign_advisor.id.to_string(), cast.coordinator.id.to_string()]);
    let faults = put(&api, &cast, 1, &body).await.expect(422).faults();
    let expected = ["/partner_id", "/place_id", "/advisors/0", "/advisors/1", "/renews"];
    assert_eq!(
        faults,
        expected.map(|at| (at.to_owned(), "unknown_reference".to_owned()))
    );
}

async fn a_renewal_names_an_agreement_of_the_same_partner_and_never_itself(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let other = "0198f3c2-7c1e-7d2a-8f06-00000000000f";
    let partner = api.put(&format!("/v1/partners/{other}")).by(&cast.coordinator);
    let partner = partner.json(&json!({"name": "Autre", "kind": "other"}));
    partner.send().await.expect(201);
    let mut body = agreement();
    put(&api, &cast, 1, &body).await.expect(201);
    let id = |number: u32| json!(path(number).rsplit('/').next().unwrap());
    body["renews"] = id(1);
    put(&api, &cast, 2, &body).await.expect(201);
    // The first would renew the second, which renews the first.
    body["renews"] = id(2);
    let circle = put(&api, &cast, 1, &body).await.expect(422).faults();
    assert_eq!(circle, [("/renews".to_owned(), "not_allowed_here".to_owned())]);
    body["renews"] = id(3);
    assert_eq!(put(&api, &cast, 3, &body).await.expect(422).faults(), circle);
    body["renews"] = id(1);
    body["partner_id"] = json!(other);
    assert_eq!(put(&api, &cast, 4, &body).await.expect(422).faults(), circle);
}

async fn agreements_that_end_within_sixty_days_are_found(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let of = |starts: &str, ends: &str, signed: &str| json!({"partner_id": PARTNER, "starts_on": starts, "ends_on": ends, "signed_on": signed});
    put(&api, &cast, 1, &of("2022-09-02", "2022-11-28", "2022-09-01"))
        .await
        .expect(201);
    put(&api, &cast, 2, &of("2022-09-03", "2022-11-29", "2022-09-01"))
        .await
        .expect(201);
    put(&api, &cast, 3, &of("2022-09-04", "2022-11-01", "2022-10-01"))
        .await
        .expect(201);
    let ids = async |query: &str| -> Vec<String> {
        let path = format!("/v1/agreements?{query}");
        let page = api.get(&path).by(&cast.advisor).send().await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["starts_on"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids("in_force_on=2022-09-29&ends_by=2022-11-28").await, ["2022-09-02"]);
    assert_eq!(ids("").await, ["2022-09-04", "2022-09-03", "2022-09-02", "2022-09-01"]);
    let page = api
        .get("/v1/agreements?limit=3")
        .by(&cast.advisor)
        .send()
        .await
        .expect(200)
        .json();
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(ids(&format!("cursor={cursor}")).await, ["2022-09-01"]);
    assert_eq!(ids(&format!("partner_id={AGREEMENT}")).await, Vec::<String>::new());
    let faulty = api
        .get("/v1/agreements?in_force_on=x&ends_by=y&partner_id=z")
        .by(&cast.advisor);
    assert_eq!(faulty.send().await.expect(400).faults().len(), 3);
}

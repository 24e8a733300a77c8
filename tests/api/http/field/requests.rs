//! Requests of partners.

use serde_json::{Value, json};

use crate::support::api::{Answer, Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::{AGREEMENT, PARTNER, agreement, body, found};

on_both_databases!(
    a_request_needs_an_agreement_in_force_on_a_wished_day,
    a_request_that_was_taken_is_changed_after_its_agreement_has_ended,
    a_company_may_not_ask_for_a_workshop,
    every_fault_of_a_request_is_told_at_once,
    a_request_is_planned_granted_or_declined_with_a_reason,
    requests_are_filtered_by_what_became_of_them,
);

fn path(number: u32) -> String {
    format!("/v1/requests/0198f3c2-7c1e-7d2a-8f0c-{number:012}")
}

async fn put(api: &Api, cast: &Cast, number: u32, body: &Value) -> Answer {
    api.put(&path(number)).by(&cast.coordinator).json(body).send().await
}

async fn decide(api: &Api, cast: &Cast, number: u32, body: Value) -> Answer {
    let path = format!("{}/status", path(number));
    api.put(&path).by(&cast.coordinator).json(&body).send().await
}

async fn a_request_needs_an_agreement_in_force_on_a_wished_day(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let mut asked = body("put_request").unwrap();
    for (from, to) in [("2022-08-01", "2022-08-31"), ("2023-01-01", "2023-01-01")] {
        asked["wished"] = json!([{"from": from, "to": to}]);
        let refused = put(&api, &cast, 1, &asked).await;
        assert_eq!(
            refused.failure(),
            (409, "partner_without_agreement".to_owned()),
            "{from}"
        );
    }
    // Of these periods the last day of the second is the first of the agreement.
    asked["wished"] = json!([{"from": "2022-08-01"}, {"from": "2022-08-02", "to": "2022-09-01"}]);
    let taken = put(&api, &cast, 1, &asked).await.expect(201).json();
    assert_eq!(taken["wished"][0], json!({"from": "2022-08-01", "to": "2022-08-01"}));
    let stands = ["status", "priority", "received_on", "decided_on"].map(|field| taken[field].clone());
    assert_eq!(
        stands,
        [json!("received"), json!("normal"), json!("2022-09-29"), Value::Null]
    );
    // Equipment is asked for on the day on which the request came.
    let mut equipment = json!({"partner_id": PARTNER, "kind": "equipment", "words": "Deux tablettes"});
    put(&api, &cast, 2, &equipment).await.expect(201);
    equipment["received_on"] = json!("2022-08-31");
    let early = put(&api, &cast, 3, &equipment).await;
    assert_eq!(early.failure(), (409, "partner_without_agreement".to_owned()));
    // An agreement that nobody has signed is in force on no day.
    let mut unsigned = agreement();
    unsigned.as_object_mut().unwrap().remove("signed_on");
    let path = format!("/v1/agreements/{AGREEMENT}");
    api.put(&path)
        .by(&cast.coordinator)
        .json(&unsigned)
        .send()
        .await
        .expect(200);
    assert_eq!(put(&api, &cast, 4, &asked).await.failure(), early.failure());
}

async fn a_request_that_was_taken_is_changed_after_its_agreement_has_ended(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let mut asked = body("put_request").unwrap();
    let first = put(&api, &cast, 1, &asked).await.expect(201).json();
    let mut ended = agreement();
    ended["ends_on"] = json!("2022-10-31");
    let path = format!("/v1/agreements/{AGREEMENT}");
    api.put(&path)
        .by(&cast.coordinator)
        .json(&ended)
        .send()
        .await
        .expect(200);
    api.set_clock("2022-11-02T10:00:00Z");
    assert_eq!(
        put(&api, &cast, 1, &asked).await.expect(200).json(),
        first,
        "a retry changes nothing"
    );
    asked["priority"] = json!("high");
    let changed = put(&api, &cast, 1, &asked).await.expect(200).json();
    assert_eq!(
        (&changed["priority"], &changed["received_on"]),
        (&json!("high"), &json!("2022-09-29"))
    );
    asked["wished"] = json!([{"from": "2022-11-09"}]);
    put(&api, &cast, 1, &asked).await.expect(409);
}

async fn a_company_may_not_ask_for_a_workshop(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let company = json!({"name": "Garage", "kind": "company"});
    let path = format!("/v1/partners/{PARTNER}");
    api.put(&path)
        .by(&cast.coordinator)
        .json(&company)
        .send()
        .await
        .expect(200);
    let refused = put(&api, &cast, 1, &body("put_request").unwrap()).await.expect(422);
    assert_eq!(refused.faults(), [("/kind".to_owned(), "not_allowed_here".to_owned())]);
    let equipment = json!({"partner_id": PARTNER, "kind": "equipment", "words": "Un écran"});
    put(&api, &cast, 1, &equipment).await.expect(201);
}

async fn every_fault_of_a_request_is_told_at_once(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut asked = json!({
        "partner_id": PARTNER, "kind": "workshop", "wished": [{"from": "2022-11-08", "to": "2022-11-07"}],
        "expected_people": 0, "contact": {"name": " "}, "priority": "urgent", "received_on": "2022-09-30"
    });
    let mut faults = put(&api, &cast, 1, &asked).await.expect(422).faults();
    faults.sort();
    let expected = [
        ("/contact/name", "too_short"),
        ("/expected_people", "out_of_range"),
        ("/priority", "unknown_code"),
        ("/received_on", "in_the_future"),
        ("/wished/0/to", "from_after_to"),
        ("/workshop_id", "missing_field"),
    ];
    assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    asked = json!({"partner_id": PARTNER, "kind": "equipment", "workshop_id": PARTNER});
    let faults = put(&api, &cast, 1, &asked).await.expect(422).faults();
    let expected = [("/workshop_id", "not_allowed_here"), ("/words", "too_short")];
    assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    // That the partner has no agreement is said of a partner alone.
    asked = body("put_request").unwrap();
    asked["place_id"] = json!(PARTNER);
    let faults = put(&api, &cast, 1, &asked).await.expect(422).faults();
    let expected = ["/workshop_id", "/place_id", "/partner_id"];
    assert_eq!(
        faults,
        expected.map(|at| (at.to_owned(), "unknown_reference".to_owned()))
    );
}

async fn a_request_is_planned_granted_or_declined_with_a_reason(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let workshop = body("put_request").unwrap();
    put(&api, &cast, 1, &workshop).await.expect(201);
    let equipment = json!({"partner_id": PARTNER, "kind": "equipment", "words": "Deux tablettes"});
    put(&api, &cast, 2, &equipment).await.expect(201);
    assert_eq!(decide(&api, &cast, 3, json!({"status": "planned"})).await.status, 404);
    let wrong = |fault: &str, at: &str| vec![(at.to_owned(), fault.to_owned())];
    let granted = decide(&api, &cast, 1, json!({"status": "granted", "reason": "Oui"})).await;
    assert_eq!(granted.expect(422).faults(), wrong("not_allowed_here", "/status"));
    let planned = decide(&api, &cast, 2, json!({"status": "planned"})).await;
    assert_eq!(planned.expect(422).faults(), wrong("not_allowed_here", "/status"));
    let silent = decide(&api, &cast, 1, json!({"status": "declined"})).await;
    assert_eq!(silent.expect(422).faults(), wrong("too_short", "/reason"));
    let planned = decide(&api, &cast, 1, json!({"status": "planned"}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&planned["version"], &planned["decided_on"]),
        (&json!(2), &json!("2022-09-29"))
    );
    api.set_clock("2022-10-05T10:00:00Z");
    let again = decide(&api, &cast, 1, json!({"status": "planned"}))
        .await
        .expect(200)
        .json();
    assert_eq!(again, planned, "a retry changes nothing, the day neither");
    let reason = "Aucun conseiller n’est libre";
    let declined = decide(&api, &cast, 1, json!({"status": "declined", "reason": reason}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&declined["reason"], &declined["decided_on"]),
        (&json!(reason), &json!("2022-10-05"))
    );
    let written = put(&api, &cast, 1, &workshop).await.expect(200).json();
    assert_eq!(
        written["status"], "declined",
        "writing the request keeps what became of it"
    );
    let open = decide(&api, &cast, 1, json!({"status": "received"}))
        .await
        .expect(200)
        .json();
    assert_eq!((&open["reason"], &open["decided_on"]), (&Value::Null, &Value::Null));
    let granted = decide(&api, &cast, 2, json!({"status": "granted", "reason": "Jusqu’au 12"})).await;
    assert_eq!(granted.expect(200).json()["status"], "granted");
}

async fn requests_are_filtered_by_what_became_of_them(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    found(&api, &cast.coordinator).await;
    let equipment = json!({"partner_id": PARTNER, "kind": "equipment", "words": "Deux tablettes"});
    put(&api, &cast, 1, &body("put_request").unwrap()).await.expect(201);
    put(&api, &cast, 2, &equipment).await.expect(201);
    decide(&api, &cast, 2, json!({"status": "withdrawn"})).await.expect(200);
    let kinds = async |query: &str| -> Vec<Value> {
        let path = format!("/v1/requests?{query}");
        let page = api.get(&path).by(&cast.advisor).send().await.expect(200).json();
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["kind"].clone())
            .collect()
    };
    assert_eq!(kinds("status=received").await, [json!("workshop")]);
    assert_eq!(kinds("kind=equipment").await, [json!("equipment")]);
    assert_eq!(
        kinds(&format!("partner_id={PARTNER}")).await,
        [json!("equipment"), json!("workshop")]
    );
    let faulty = api.get("/v1/requests?status=open&kind=party").by(&cast.advisor);
    assert_eq!(faulty.send().await.expect(400).faults().len(), 2);
}

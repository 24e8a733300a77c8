//! What a device keeps of the field.

use serde_json::{Value, json};

use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::{of, referral};

on_both_databases!(
    a_device_keeps_places_its_advisors_open_referrals_and_their_sessions_of_ten_weeks,
    a_device_that_has_all_is_sent_nothing,
);

async fn put(api: &Api, by: &Person, path: &str, body: &Value) {
    let answer = api.put(path).by(by).json(body).send().await;
    assert!(answer.status < 300, "{answer:?}");
}

async fn a_device_keeps_places_its_advisors_open_referrals_and_their_sessions_of_ten_weeks(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let id = |number: u32| format!("0198f3c2-7c1e-7d2a-8f17-{number:012}");
    put(
        &api,
        by,
        &format!("/v1/places/{}", id(1)),
        &json!({"name": "Médiathèque", "commune_code": "72181"}),
    )
    .await;
    for (number, whose) in [(1, &cast.advisor), (2, &cast.colleague), (3, &cast.advisor)] {
        let mut body = of(referral(), &whose.id.to_string());
        if number == 3 {
            body["closed"] = json!({"on": "2022-09-29", "reason": "answered"});
        }
        put(&api, by, &format!("/v1/referrals/{}", id(number)), &body).await;
    }
    let days = ["2022-09-14", "2022-09-15", "2022-11-28", "2022-11-29"];
    for (number, day) in (1..).zip(days) {
        let body = json!({
            "kind": "workshop", "day": day, "from": "14:00", "to": "16:00", "advisors": [cast.advisor.id.to_string()]
        });
        put(&api, by, &format!("/v1/planned-sessions/{}", id(number)), &body).await;
    }
    let round = json!({
        "name": "Tournée", "kind": "stop", "starts_on": "2022-11-22", "ends_on": "2022-12-31", "from": "09:00",
        "to": "12:00", "frequency": "weekly", "by_day": ["TU"], "advisors": [cast.advisor.id.to_string()]
    });
    put(&api, by, &format!("/v1/schedules/{}", id(1)), &round).await;
    let kept = api
        .get("/v1/me/field")
        .by(&cast.advisor)
        .send()
        .await
        .expect(200)
        .json();
    let of_each = |list: &str, field: &str| -> Vec<Value> {
        kept[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one[field].clone())
            .collect()
    };
    assert_eq!(
        (&kept["from"], &kept["to"]),
        (&json!("2022-09-15"), &json!("2022-11-28"))
    );
    assert_eq!(of_each("places", "name"), [json!("Médiathèque")]);
    assert_eq!(of_each("referrals", "referral_id"), [json!(id(1))]);
    assert_eq!(
        of_each("sessions", "day"),
        [json!("2022-09-15"), json!("2022-11-22"), json!("2022-11-28")]
    );
    let colleagues = api
        .get("/v1/me/field")
        .by(&cast.colleague)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(colleagues["sessions"], json!([]));
}

async fn a_device_that_has_all_is_sent_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let ask = async |tag: &str| {
        let call = api.get("/v1/me/field").by(&cast.advisor).header("if-none-match", tag);
        call.send().await
    };
    let first = ask("\"\"").await.expect(200);
    let tag = first.header("etag").unwrap().to_owned();
    let known = ask(&tag).await.expect(304);
    assert!(known.header("cache-control").unwrap().contains("private"));
    let place = json!({"name": "Marché", "commune_code": "72181"});
    put(
        &api,
        &cast.advisor,
        "/v1/places/0198f3c2-7c1e-7d2a-8f17-000000000009",
        &place,
    )
    .await;
    ask(&tag).await.expect(200);
}

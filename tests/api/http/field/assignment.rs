//! Reports of before, which call a place by a name, are given the place.

use serde_json::{Value, json};

use super::naming::{furnished, lines, place_id, put_day};
use crate::http::workshop;
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(reports_of_before_are_given_their_place_in_open_months_as_ordinary_versions);

/// A workshop that calls its place by a name.
fn called(name: &str, commune: Option<&str>) -> Value {
    let mut workshop = workshop();
    workshop["place_name"] = name.into();
    if let Some(commune) = commune {
        workshop["commune_code"] = commune.into();
    }
    workshop
}

async fn reports_of_before_are_given_their_place_in_open_months_as_ordinary_versions(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = furnished(&api).await;
    let by = &cast.coordinator;
    let closed = put_day(&api, &cast.advisor, "2022-04-04", &[called("Mediatheque", None)], 201).await;
    api.put("/v1/months/2022-04/closing")
        .by(by)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let mut at_home = called("Médiathèque", None);
    at_home["setting"] = "home".into();
    let day = [called("MÉDIATHÈQUE", None), called("Mairie", None), at_home, workshop()];
    let before = put_day(&api, &cast.advisor, "2022-05-03", &day, 201).await;
    put_day(
        &api,
        &cast.colleague,
        "2022-05-03",
        &[called("Médiathèque", Some("72095"))],
        201,
    )
    .await;
    let assign = async |query: &str, body: Value, status: u16| {
        let call = api
            .post(&format!("/v1/places/{}/assignment{query}", place_id(1)))
            .by(by);
        call.json(&body).send().await.expect(status).json()
    };
    let name = json!({"place_name": "médiathèque"});
    let both = json!({"interventions": 2, "days": 2, "left": 0, "in_closed_months": 1});
    assert_eq!(assign("?dry_run=true", name.clone(), 200).await, both);
    let read = api
        .get(&cast.advisor.report("2022-05-03"))
        .by(by)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(read, before, "a dry run writes nothing");
    let there = json!({"place_name": "médiathèque", "commune_code": "72095"});
    let one = json!({"interventions": 1, "days": 1, "left": 0, "in_closed_months": 0});
    assert_eq!(assign("", there, 200).await, one);
    assert_eq!(
        assign("", name.clone(), 200).await,
        json!({"interventions": 1, "days": 1, "left": 0, "in_closed_months": 1})
    );
    let none = json!({"interventions": 0, "days": 0, "left": 0, "in_closed_months": 1});
    assert_eq!(assign("", name, 200).await, none, "done already");
    let after = api
        .get(&cast.advisor.report("2022-05-03"))
        .by(by)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&after["version"], &after["recorded_by"]),
        (&json!(2), &json!(by.id.to_string()))
    );
    let mut expected = before["interventions"].clone();
    expected[0]["place_id"] = place_id(1).into();
    assert_eq!(after["interventions"], expected, "nothing else changes");
    let kept = api
        .get(&cast.advisor.report("2022-04-04"))
        .by(by)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(kept, closed);
    // The commune that the second said stays; the first is counted where the place is.
    let counted = lines(&api, by, "by=commune&kind=workshop").await;
    let codes: Vec<&str> = counted.iter().map(|(code, ..)| code.as_str()).collect();
    assert_eq!(codes, ["72003", "72095", "undisclosed"]);
    let faulty = json!({"place_name": " ", "commune_code": "Paris"});
    let refused = assign("", faulty, 422).await;
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2);
}

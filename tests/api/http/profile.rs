//! Who the caller is, and the advisors of the organisation.

use serde_json::Value;

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    one_reads_who_one_is,
    a_coordinator_lists_the_advisors_of_the_organisation_by_name,
);

async fn one_reads_who_one_is(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let me = api.get("/v1/me").by(&cast.advisor).send().await.expect(200).json();
    assert_eq!(me["account_id"], cast.advisor.id.to_string());
    assert_eq!(me["organisation_id"], cast.advisor.organisation.to_string());
    assert_eq!(me["role"], "advisor");
    assert_eq!(me["name"], "Amélie Rousseau");
    let me = api.get("/v1/me").by(&cast.coordinator).send().await.expect(200).json();
    assert_eq!(me["role"], "coordinator");
}

async fn a_coordinator_lists_the_advisors_of_the_organisation_by_name(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let organisation = cast.advisor.organisation;
    for name in ["Zoé Martin", "Élodie Chevallier", "Fabien Moreau", "amandine petit"] {
        api.person(organisation, cast.advisor.role, name).await;
    }
    let list = api
        .get("/v1/advisors")
        .by(&cast.coordinator)
        .send()
        .await
        .expect(200)
        .json();
    let names: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|advisor: &Value| advisor["name"].as_str().unwrap())
        .collect();
    let expected = [
        "amandine petit",
        "Amélie Rousseau",
        "Bastien Leroy",
        "Élodie Chevallier",
        "Fabien Moreau",
        "Zoé Martin",
    ];
    assert_eq!(names, expected);
    let refused = api.get("/v1/advisors").by(&cast.advisor).send().await;
    assert_eq!(refused.failure(), (403, "forbidden".to_owned()));
}

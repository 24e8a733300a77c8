//! The copy that a person takes of everything that the service holds about them.

use serde_json::{Value, json};

use crate::http::{report, workshop};
use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(one_takes_a_copy_of_what_is_held_about_oneself_and_of_nothing_else);

async fn one_takes_a_copy_of_what_is_held_about_oneself_and_of_nothing_else(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let put = async |person, date: &str| {
        let path = crate::support::api::Person::report(person, date);
        let call = api.put(&path).by(person).json(&report(&[workshop()]));
        call.send().await.expect(201).json()
    };
    let (first, second) = (
        put(&cast.advisor, "2022-05-03").await,
        put(&cast.advisor, "2022-05-04").await,
    );
    put(&cast.colleague, "2022-05-03").await;
    let copy = api.get("/v1/me/export").by(&cast.advisor).send().await.expect(200);
    assert!(copy.header("content-disposition").unwrap().starts_with("attachment"));
    let copy = copy.json();
    let listed = api
        .get(&format!("/v1/accounts/{}", cast.advisor.id))
        .by(&cast.coordinator);
    assert_eq!(copy["account"], listed.send().await.expect(200).json());
    assert_eq!(copy["reports"], json!([second, first]));
    assert_eq!(copy["sessions"][0]["current"], true);
    let actions: Vec<&Value> = copy["audit_log"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["action"])
        .collect();
    assert_eq!(actions, [&json!("exported")]);
    assert!(!copy.to_string().contains(&cast.colleague.id.to_string()));
}

//! The list of communes.

use serde_json::json;

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_communes_of_a_department_are_listed_with_their_epci_of_a_year,
    communes_are_found_by_words_and_a_copy_is_kept_by_its_tag,
    a_list_of_communes_needs_a_department_or_words,
);

async fn the_communes_of_a_department_are_listed_with_their_epci_of_a_year(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let list = async |query: &str| {
        let call = api.get(&format!("/v1/communes?{query}")).by(&cast.advisor);
        call.send().await.expect(200).json()["items"].clone()
    };
    let now = list("department=72").await;
    let all = now.as_array().unwrap();
    assert!(all.iter().all(|commune| commune["department"] == "72"));
    let le_mans = all.iter().find(|commune| commune["code"] == "72181").unwrap();
    assert_eq!(
        *le_mans,
        json!({"code": "72181", "name": "Le Mans", "department": "72", "epci": "247200132", "population": 146_249})
    );
    for (year, members) in [(2022, 19), (2023, 20)] {
        let of_year = list(&format!("department=72&year={year}")).await;
        let of_le_mans = of_year.as_array().unwrap().iter();
        let of_le_mans = of_le_mans.filter(|commune| commune["epci"] == "247200132");
        assert_eq!(of_le_mans.count(), members, "{year}");
    }
}

async fn communes_are_found_by_words_and_a_copy_is_kept_by_its_tag(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = "/v1/communes?q=saint%20pavace";
    let found = api.get(path).by(&cast.coordinator).send().await.expect(200);
    assert_eq!(found.json()["items"][0]["name"], "Saint-Pavace");
    let tag = found.header("etag").unwrap();
    let again = api.get(path).by(&cast.coordinator).header("if-none-match", tag);
    again.send().await.expect(304);
    let other = api.get("/v1/communes?q=coulaines").by(&cast.coordinator);
    other.header("if-none-match", tag).send().await.expect(200);
}

async fn a_list_of_communes_needs_a_department_or_words(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (query, parameter, code) in [
        ("", "q", "missing_parameter"),
        ("?q=a", "q", "too_short"),
        ("?department=96", "department", "invalid_value"),
        ("?q=mans&year=2020", "year", "out_of_range"),
        ("?q=mans&year=deux", "year", "invalid_value"),
        ("?q=mans&region=52", "region", "unknown_parameter"),
    ] {
        let call = api.get(&format!("/v1/communes{query}")).by(&cast.advisor);
        let faults = call.send().await.expect(400).faults();
        assert!(
            faults.contains(&(parameter.to_owned(), code.to_owned())),
            "{query}: {faults:?}"
        );
    }
}

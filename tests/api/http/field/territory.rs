//! The territory of the organisation and its areas, in its settings.

use serde_json::{Value, json};

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_territory_is_an_epci_as_of_a_year_or_communes_by_code,
    areas_have_a_code_a_name_and_communes,
    every_fault_of_a_territory_is_named,
);

fn settings(territory: &Value, areas: &Value) -> Value {
    let mut settings = json!({"name": "Le Mans Métropole", "time_zone": "Europe/Paris", "working_days": ["monday"]});
    for (name, value) in [("territory", territory), ("areas", areas)] {
        if !value.is_null() {
            settings[name] = value.clone();
        }
    }
    settings
}

async fn a_territory_is_an_epci_as_of_a_year_or_communes_by_code(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let put = async |territory: Value| {
        let call = api.put("/v1/organisation").by(&cast.coordinator);
        let changed = call
            .json(&settings(&territory, &Value::Null))
            .send()
            .await
            .expect(200)
            .json();
        let read = api
            .get("/v1/organisation")
            .by(&cast.advisor)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(read, changed);
        changed["territory"].clone()
    };
    for (year, members) in [(2022, 19), (2023, 20)] {
        let territory = put(json!({"epci": "247200132", "year": year})).await;
        assert_eq!(
            (&territory["epci"], &territory["year"]),
            (&json!("247200132"), &json!(year))
        );
        assert_eq!(territory["communes"].as_array().unwrap().len(), members);
    }
    assert_eq!(
        put(json!({"communes": ["72181", "72003"]})).await,
        json!({"epci": null, "year": null, "communes": ["72003", "72181"]})
    );
    // A client that knows nothing of territories says all the settings that it knows.
    assert_eq!(put(Value::Null).await, Value::Null);
}

async fn areas_have_a_code_a_name_and_communes(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let areas = json!([
        {"code": "sablons", "name": "Les Sablons", "communes": ["72181"]},
        {"code": "bellevue", "name": "Bellevue – Carnac", "communes": ["72181", "72095"]},
    ]);
    let call = api.put("/v1/organisation").by(&cast.coordinator);
    let changed = call
        .json(&settings(&Value::Null, &areas))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(changed["areas"][0], areas[0]);
    assert_eq!(changed["areas"][1]["communes"], json!(["72095", "72181"]));
}

async fn every_fault_of_a_territory_is_named(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let faults = async |territory: Value, areas: Value| {
        let call = api.put("/v1/organisation").by(&cast.coordinator);
        call.json(&settings(&territory, &areas))
            .send()
            .await
            .expect(422)
            .faults()
    };
    let named = |faults: &[(&str, &str)]| -> Vec<(String, String)> {
        let own = |(pointer, code): &(&str, &str)| ((*pointer).to_owned(), (*code).to_owned());
        faults.iter().map(own).collect()
    };
    let territory = json!({"communes": ["72181", "72999", "x", "72181"], "epci": "247200132", "year": 2022});
    let areas = json!([
        {"code": "", "name": "Les Sablons", "communes": []},
        {"code": "a", "name": " ", "communes": ["72181"]},
        {"code": "a", "name": "A", "communes": ["72181"]},
    ]);
    assert_eq!(
        faults(territory, areas).await,
        named(&[
            ("/territory/epci", "not_allowed_here"),
            ("/territory/year", "not_allowed_here"),
            ("/territory/communes/1", "invalid_commune"),
            ("/territory/communes/2", "invalid_commune"),
            ("/territory/communes/3", "duplicate"),
            ("/areas/0/code", "too_short"),
            ("/areas/0/communes", "too_few"),
            ("/areas/1/name", "too_short"),
            ("/areas/2/code", "duplicate"),
        ])
    );
    for (territory, pointer, code) in [
        (json!({}), "/territory/year", "out_of_range"),
        (
            json!({"epci": "247200132", "year": 2020}),
            "/territory/year",
            "out_of_range",
        ),
        (
            json!({"epci": "217201813", "year": 2022}),
            "/territory/epci",
            "invalid_epci",
        ),
        (json!({"communes": []}), "/territory/communes", "too_few"),
    ] {
        let found = faults(territory.clone(), Value::Null).await;
        assert!(
            found.contains(&(pointer.to_owned(), code.to_owned())),
            "{territory}: {found:?}"
        );
    }
    let many = |index: usize| json!({"code": index.to_string(), "name": "A", "communes": ["72181"]});
    let many: Vec<Value> = (0..51).map(many).collect();
    assert_eq!(faults(Value::Null, json!(many)).await, named(&[("/areas", "too_many")]));
}

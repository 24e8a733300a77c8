//! The settings of the organisation.

use serde_json::{Value, json};

use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_settings_of_the_organisation_are_read_by_all_and_changed_by_the_coordinator,
    the_name_of_an_organisation_is_one_line_without_a_link,
);

/// Our mail says the name to people who were never here: it is no place for a message or a link of somebody's own.
async fn the_name_of_an_organisation_is_one_line_without_a_link(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (name, code) in [
        ("Le Mans\nGagnez un téléphone", "several_lines"),
        ("Le Mans\u{2028}Gagnez un téléphone", "several_lines"),
        ("Gagnez : https://example.org/x", "holds_link"),
    ] {
        let body = json!({"name": name, "time_zone": "Europe/Paris", "working_days": ["monday"]});
        let own = api.put("/v1/organisation").by(&cast.coordinator).json(&body);
        let fault = [("/name".to_owned(), code.to_owned())];
        assert_eq!(own.send().await.expect(422).faults(), fault, "{name}");
        let made = api.post("/v1/organisations").by(&cast.administrator).json(&body);
        assert_eq!(made.send().await.expect(422).faults(), fault, "{name}");
    }
}

async fn the_settings_of_the_organisation_are_read_by_all_and_changed_by_the_coordinator(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let read = async |by: &Person| api.get("/v1/organisation").by(by).send().await.expect(200).json();
    let before = read(&cast.advisor).await;
    let weekdays = json!(["monday", "tuesday", "wednesday", "thursday", "friday"]);
    let expected = json!({
        "organisation_id": cast.advisor.organisation.to_string(), "name": "Le Mans Métropole",
        "time_zone": "Europe/Paris", "working_days": weekdays,
        "holidays": "france", "reminder_after_days": null, "territory": null, "areas": [],
        "slug": null, "publishes": false
    });
    assert_eq!(before, expected);
    let put = async |body: Value| {
        let call = api.put("/v1/organisation").by(&cast.coordinator).json(&body);
        call.send().await
    };
    let body = json!({"name": "La Réunion", "time_zone": "Indian/Reunion", "working_days": ["saturday", "monday"],
        "holidays": "reunion", "reminder_after_days": 3});
    let changed = put(body).await.expect(200).json();
    assert_eq!(changed["working_days"], json!(["monday", "saturday"]));
    assert_eq!(read(&cast.advisor).await, changed);
    assert_eq!(read(&cast.foreign_advisor).await["name"], "Angers Loire Métropole");
    let refused = put(
        json!({"name": "", "time_zone": "Mars/Olympus", "working_days": ["funday"],
        "holidays": "mars", "reminder_after_days": 31}),
    )
    .await;
    let faults = refused.expect(422).faults();
    let codes: Vec<&str> = faults.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "too_short",
            "invalid_time_zone",
            "unknown_code",
            "unknown_code",
            "out_of_range"
        ]
    );
    assert_eq!(read(&cast.advisor).await, changed);
}

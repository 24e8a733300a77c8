//! Tags and the sheets of the catalogue.

use serde_json::{Value, json};

use crate::support::api::Api;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::workshop;
use crate::support::sql;

on_both_databases!(
    a_sheet_reads_as_it_was_written_and_a_retry_changes_nothing,
    every_fault_of_a_sheet_is_told_at_once,
    a_sheet_that_is_retired_stays_readable_and_is_listed_by_title,
    a_tag_is_named_renamed_and_retired,
    an_organisation_has_two_hundred_tags_and_sheets_at_most,
);

const ID: &str = "0198f3c2-7c1e-7d2a-8f07-000000000001";

async fn a_sheet_reads_as_it_was_written_and_a_retry_changes_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = format!("/v1/workshops/{ID}");
    let put = async |status| {
        let put = api.put(&path).by(&cast.coordinator).json(&workshop());
        put.send().await.expect(status).json()
    };
    let created = put(201).await;
    let mut expected = workshop();
    expected["workshop_id"] = json!(ID);
    expected["version"] = json!(1);
    expected["updated_at"] = json!("2022-09-29T10:00:00Z");
    expected["updated_by"] = json!(cast.coordinator.id.to_string());
    expected["retired"] = json!(false);
    expected["themes"] = json!(["email", "internet"]);
    assert_eq!(created, expected);
    api.set_clock("2022-09-30T10:00:00Z");
    assert_eq!(put(200).await, expected);
    let read = api.get(&path).by(&cast.advisor).send().await.expect(200);
    assert_eq!((read.header("etag"), read.json()), (Some("\"1\""), expected));
    let known = api.get(&path).by(&cast.advisor).header("if-none-match", "\"1\"");
    known.send().await.expect(304);
}

async fn every_fault_of_a_sheet_is_told_at_once(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = json!({
        "title": " ", "objectives": "\u{7}", "participants_min": 9, "participants_max": 8, "themes": ["cooking"],
        "level": "expert", "duration_minutes": 0
    });
    let refused = api
        .put(&format!("/v1/workshops/{ID}"))
        .by(&cast.coordinator)
        .json(&body);
    let mut faults = refused.send().await.expect(422).faults();
    faults.sort();
    let expected = [
        ("/duration_minutes", "out_of_range"),
        ("/level", "unknown_code"),
        ("/objectives", "control_character"),
        ("/participants_max", "out_of_range"),
        ("/themes/0", "unknown_code"),
        ("/title", "too_short"),
    ];
    assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
}

async fn a_sheet_that_is_retired_stays_readable_and_is_listed_by_title(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (number, (title, retired)) in [("Écrire", false), ("Zoom", true), ("Acheter", false)]
        .iter()
        .enumerate()
    {
        let path = format!("/v1/workshops/0198f3c2-7c1e-7d2a-8f07-{number:012}");
        let body = json!({"title": title, "retired": retired});
        let put = api.put(&path).by(&cast.coordinator).json(&body);
        put.send().await.expect(201);
    }
    let page = api
        .get("/v1/workshops?limit=2")
        .by(&cast.advisor)
        .send()
        .await
        .expect(200)
        .json();
    let next = format!("/v1/workshops?cursor={}", page["next_cursor"].as_str().unwrap());
    let rest = api.get(&next).by(&cast.advisor).send().await.expect(200).json();
    let titles = |page: &Value| -> Vec<(String, bool)> {
        let items = page["items"].as_array().unwrap().iter();
        let title = |item: &Value| item["title"].as_str().unwrap().to_owned();
        items.map(|item| (title(item), item["retired"] == true)).collect()
    };
    let expected = [("Acheter".to_owned(), false), ("Écrire".to_owned(), false)];
    assert_eq!(titles(&page), expected);
    assert_eq!(
        (titles(&rest), rest["next_cursor"].is_null()),
        (vec![("Zoom".to_owned(), true)], true)
    );
}

async fn a_tag_is_named_renamed_and_retired(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let path = format!("/v1/tags/{ID}");
    let put = async |body: Value, status| {
        let put = api.put(&path).by(&cast.coordinator).json(&body);
        put.send().await.expect(status).json()
    };
    let first = put(json!({"name": " Semaine  du numérique"}), 201).await;
    assert_eq!(
        (&first["name"], &first["retired"]),
        (&json!("Semaine  du numérique"), &json!(false))
    );
    let second = put(json!({"name": "Semaine", "retired": true}), 200).await;
    assert_eq!((&second["version"], &second["retired"]), (&json!(2), &json!(true)));
    put(json!({"name": ""}), 422).await;
    let listed = api.get("/v1/tags").by(&cast.advisor).send().await.expect(200).json();
    assert_eq!(listed["items"], json!([second]));
    let written = sql::count(&mut database.connect(), "audit_entries", "action = 'tag_written'");
    assert_eq!(written, 2);
}

async fn an_organisation_has_two_hundred_tags_and_sheets_at_most(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let home = cast.coordinator.organisation;
    for (table, id, content, body) in [
        (
            "tags",
            "tag_id",
            r#"{"name":"a","retired":false}"#,
            json!({"name": "b"}),
        ),
        (
            "workshops",
            "workshop_id",
            r#"{"title":"a","themes":[]}"#,
            json!({"title": "b"}),
        ),
    ] {
        let row = |number: i64| {
            format!(
                "('{home}', '0198f3c2-7c1e-7d2a-8f08-{number:012}', 1, '2022-05-03 10:00:00', '{home}', 'a', '{content}')"
            )
        };
        let rows: Vec<String> = (1..200).map(row).collect();
        let insert = format!(
            "INSERT INTO {table} (organisation_id, {id}, version, updated_at, updated_by, sort_key, content) VALUES {}",
            rows.join(", ")
        );
        sql::execute(&mut database.connect(), &insert);
        let put = async |number: i64| {
            let path = format!("/v1/{table}/0198f3c2-7c1e-7d2a-8f09-{number:012}");
            api.put(&path).by(&cast.coordinator).json(&body).send().await
        };
        put(200).await.expect(201);
        assert_eq!(put(201).await.failure(), (409, "too_many".to_owned()));
    }
}

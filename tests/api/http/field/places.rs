//! Places: proposed by advisors, settled by coordinators, merged, listed.

use serde_json::{Value, json};

use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    a_place_needs_a_name_and_a_commune_and_says_all_its_fields,
    a_place_is_created_once_and_an_identical_retry_writes_nothing,
    a_place_with_every_field_reads_as_it_was_written_in_normal_form,
    every_fault_of_a_place_is_named,
    an_advisor_proposes_and_a_coordinator_confirms,
    a_place_that_was_merged_says_into_which_and_stays_as_it_was,
    places_are_listed_by_name_with_filters_and_pages,
    what_a_place_names_must_be_the_organisations_own,
    an_organisation_has_five_thousand_places_at_most,
);

fn path(number: u32) -> String {
    format!("/v1/places/0198f3c2-7c1e-7d2a-8f05-{number:012}")
}

fn small(name: &str) -> Value {
    json!({"name": name, "commune_code": "72181"})
}

async fn put(api: &Api, by: &Person, number: u32, body: &Value, status: u16) -> Value {
    let answer = api.put(&path(number)).by(by).json(body).send().await.expect(status);
    answer.json()
}

async fn a_place_needs_a_name_and_a_commune_and_says_all_its_fields(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let place = put(&api, &cast.coordinator, 1, &small("Maison de quartier"), 201).await;
    for field in [
        "pivot",
        "address",
        "latitude",
        "phone",
        "opening_hours",
        "merged_into",
        "closed_on",
        "area",
        "spot",
    ] {
        assert_eq!(place[field], Value::Null, "{field}");
    }
    for field in ["types", "emails", "services", "labels", "national_ids"] {
        assert_eq!(place[field], json!([]), "{field}");
    }
    assert_eq!(
        (&place["status"], &place["published"]),
        (&json!("confirmed"), &json!(false))
    );
    let missing = api.put(&path(2)).by(&cast.coordinator).json(&json!({"name": "x"}));
    assert_eq!(missing.send().await.failure().1, "malformed_body");
}

async fn a_place_is_created_once_and_an_identical_retry_writes_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let first = put(&api, by, 1, &small("Médiathèque"), 201).await;
    assert_eq!(put(&api, by, 1, &small(" Médiathèque "), 200).await, first);
    assert_eq!(put(&api, by, 1, &small("Médiathèque du Sud"), 200).await["version"], 2);
    let stale = api
        .put(&path(1))
        .by(by)
        .header("if-match", "\"1\"")
        .json(&small("Ailleurs"));
    assert_eq!(stale.send().await.failure(), (412, "version_mismatch".to_owned()));
    let read = api.get(&path(1)).by(&cast.advisor).send().await.expect(200);
    assert_eq!(read.header("etag"), Some("\"2\""));
    let known = api.get(&path(1)).by(&cast.advisor).header("if-none-match", "\"2\"");
    known.send().await.expect(304);
}

fn whole() -> Value {
    json!({
        "name": "Médiathèque Louis-Aragon", "commune_code": "72181", "pivot": "217 200 039 00014",
        "address": "54 rue du Port", "address_complement": "1er étage", "postal_code": "72000",
        "latitude": 48.0077, "longitude": 0.1984, "types": ["MUNI", "BIB"], "phone": "02 43 47 47 47",
        "emails": ["Mediatheque@commune.example"], "website": "https://mediatheque.example",
        "opening_hours": "Tu-Fr 10:00-18:00; Sa 09:00-12:00", "summary": "Au centre", "details": "Trois postes.",
        "source": "Le Mans Métropole", "mobile": "fixed", "parent": "Ville du Mans", "updated_on": "2022-09-01",
        "services": ["security", "access"], "audiences": ["seniors"], "special_care": ["deafness"], "fees": ["free"],
        "programmes": ["digital_advisors"], "labels": ["la_poste"], "other_labels": ["Label local"],
        "access_modes": ["walk_in"], "support_modes": ["workshop", "individual"],
        "accessibility_url": "https://acceslibre.beta.gouv.fr/app/1", "booking_url": "https://rendez-vous.example",
        "closed_on": "2023-01-01", "national_ids": ["dora_b", "Coop-numérique_a"], "spot": "living_place",
        "capacity": 12, "published": true
    })
}

async fn a_place_with_every_field_reads_as_it_was_written_in_normal_form(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let written = put(&api, &cast.coordinator, 1, &whole(), 201).await;
    let read = api.get(&path(1)).by(&cast.advisor).send().await.expect(200).json();
    assert_eq!(read, written);
    let mut expected = whole();
    for (field, normal) in [
        ("pivot", json!("21720003900014")),
        ("types", json!(["BIB", "MUNI"])),
        ("phone", json!("+33243474747")),
        ("emails", json!(["mediatheque@commune.example"])),
        ("services", json!(["access", "security"])),
        ("support_modes", json!(["individual", "workshop"])),
        ("national_ids", json!(["Coop-numérique_a", "dora_b"])),
    ] {
        expected[field] = normal;
    }
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(read[field], *value, "{field}");
    }
}

async fn every_fault_of_a_place_is_named(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body = json!({
        "name": " ", "commune_code": "72999", "pivot": "123456789", "postal_code": "7200", "latitude": 91,
        "types": ["XYZ"], "phone": "0243", "emails": ["nobody"], "website": "mediatheque.example",
        "opening_hours": "lundi matin", "summary": "x".repeat(281), "mobile": "sometimes", "updated_on": "2022-02-30",
        "services": ["security", "security", "magic"], "national_ids": ["a__b"], "status": "perhaps", "capacity": 0,
        "partner_id": "x"
    });
    let refused = api
        .put(&path(1))
        .by(&cast.coordinator)
        .json(&body)
        .send()
        .await
        .expect(422);
    let mut faults = refused.faults();
    faults.sort();
    let mut expected = [
        ("/name", "too_short"),
        ("/commune_code", "invalid_commune"),
        ("/pivot", "invalid_pivot"),
        ("/postal_code", "invalid_postal_code"),
        ("/latitude", "invalid_coordinate"),
        ("/types/0", "unknown_code"),
        ("/phone", "invalid_phone"),
        ("/emails/0", "invalid_email"),
        ("/website", "invalid_page"),
        ("/opening_hours", "invalid_opening_hours"),
        ("/summary", "too_long"),
        ("/mobile", "unknown_code"),
        ("/updated_on", "invalid_date"),
        ("/services/1", "duplicate"),
        ("/services/2", "unknown_code"),
        ("/national_ids/0", "invalid_value"),
        ("/status", "unknown_code"),
        ("/capacity", "out_of_range"),
        ("/partner_id", "invalid_uuid"),
    ]
    .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    expected.sort();
    assert_eq!(faults, expected);
}

async fn an_advisor_proposes_and_a_coordinator_confirms(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let proposal = small("Hall de la mairie");
    assert_eq!(put(&api, &cast.advisor, 1, &proposal, 201).await["status"], "proposed");
    let confirmed = put(&api, &cast.coordinator, 1, &proposal, 200).await;
    assert_eq!(
        (&confirmed["status"], &confirmed["version"]),
        (&json!("confirmed"), &json!(2))
    );
    // The device of the advisor sends its proposal again.
    assert_eq!(put(&api, &cast.advisor, 1, &proposal, 200).await, confirmed);
    let changed = api.put(&path(1)).by(&cast.colleague).json(&small("Hall"));
    assert_eq!(changed.send().await.failure(), (403, "forbidden".to_owned()));
    let mut settled = small("Marché");
    settled["status"] = json!("confirmed");
    settled["published"] = json!(true);
    let refused = api
        .put(&path(2))
        .by(&cast.advisor)
        .json(&settled)
        .send()
        .await
        .expect(422);
    let fault = |pointer: &str| (pointer.to_owned(), "not_allowed_here".to_owned());
    assert_eq!(refused.faults(), [fault("/status"), fault("/published")]);
}

async fn a_place_that_was_merged_says_into_which_and_stays_as_it_was(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    for number in 1..=3 {
        put(&api, by, number, &small(&format!("Lieu {number}")), 201).await;
    }
    let merge = async |from: u32, into: u32| {
        let body = json!({"into": path(into).rsplit('/').next().unwrap()});
        let call = api.post(&format!("{}/merge", path(from))).by(by).json(&body);
        call.send().await
    };
    merge(1, 2).await.expect(200);
    merge(1, 2).await.expect(200);
    merge(2, 3).await.expect(200);
    let read = api.get(&path(1)).by(&cast.advisor).send().await.expect(200).json();
    assert_eq!((&read["name"], &read["version"]), (&json!("Lieu 1"), &json!(2)));
    assert_eq!(read["merged_into"], path(3).rsplit('/').next().unwrap());
    // An old client that says what it always said undoes no merge.
    assert_eq!(put(&api, by, 1, &small("Lieu 1"), 200).await["version"], 2);
    let faults = merge(3, 1).await.expect(422).faults();
    assert_eq!(faults, [("/into".to_owned(), "not_allowed_here".to_owned())]);
    let faults = merge(3, 9).await.expect(422).faults();
    assert_eq!(faults, [("/into".to_owned(), "unknown_reference".to_owned())]);
    merge(9, 3).await.expect(404);
}

async fn places_are_listed_by_name_with_filters_and_pages(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (number, name, commune) in [
        (1, "Épicerie 100 %", "72181"),
        (2, "école", "72003"),
        (3, "Zoo", "72181"),
    ] {
        let body = json!({"name": name, "commune_code": commune});
        put(&api, &cast.coordinator, number, &body, 201).await;
    }
    put(&api, &cast.advisor, 4, &small("Marché"), 201).await;
    let names = async |query: &str| {
        let page = api
            .get(&format!("/v1/places?{query}"))
            .by(&cast.advisor)
            .send()
            .await
            .expect(200)
            .json();
        let items = page["items"].as_array().unwrap().iter();
        let names: Vec<String> = items.map(|item| item["name"].as_str().unwrap().to_owned()).collect();
        (names, page["next_cursor"].as_str().map(str::to_owned))
    };
    assert_eq!(names("").await.0, ["école", "Épicerie 100 %", "Marché", "Zoo"]);
    assert_eq!(names("q=EPI").await.0, ["Épicerie 100 %"]);
    assert_eq!(names("q=%25").await.0, ["Épicerie 100 %"]);
    assert_eq!(names("q=_").await.0, [""; 0]);
    assert_eq!(names("commune=72003").await.0, ["école"]);
    assert_eq!(names("status=proposed").await.0, ["Marché"]);
    let (first, cursor) = names("limit=3").await;
    assert_eq!(first.len(), 3);
    assert_eq!(names(&format!("limit=3&cursor={}", cursor.unwrap())).await.0, ["Zoo"]);
    let abroad = api
        .get("/v1/places")
        .by(&cast.foreign_coordinator)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(abroad["items"], json!([]));
    let refused = api
        .get("/v1/places?commune=x&partner_id=y&status=z&q=")
        .by(&cast.advisor);
    assert_eq!(refused.send().await.expect(400).faults().len(), 4);
    // A cursor of which nobody's page ended: an identifier, and a key with a NUL.
    let forged = "MDE5OGYzYzItN2MxZS03ZDJhLThmMDUtMDAwMDAwMDAwMDAxL2EAYg";
    for query in ["q=%00", &format!("cursor={forged}")] {
        let refused = api.get(&format!("/v1/places?{query}")).by(&cast.advisor);
        assert_eq!(refused.send().await.failure().1, "invalid_parameter", "{query}");
    }
}

async fn what_a_place_names_must_be_the_organisations_own(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let mut body = small("Pied d’immeuble");
    body["area"] = json!("sablons");
    body["partner_id"] = json!("0198f3c2-7c1e-7d2a-8f05-000000000099");
    let refused = api
        .put(&path(1))
        .by(&cast.coordinator)
        .json(&body)
        .send()
        .await
        .expect(422);
    let fault = |pointer: &str| (pointer.to_owned(), "unknown_reference".to_owned());
    assert_eq!(refused.faults(), [fault("/partner_id"), fault("/area")]);
    let settings = json!({"name": "Le Mans", "time_zone": "Europe/Paris", "working_days": ["monday"],
        "areas": [{"code": "sablons", "name": "Les Sablons", "communes": ["72181"]}]});
    let changed = api.put("/v1/organisation").by(&cast.coordinator).json(&settings);
    changed.send().await.expect(200);
    let partner = api
        .put("/v1/partners/0198f3c2-7c1e-7d2a-8f05-000000000099")
        .by(&cast.coordinator);
    partner.json(&crate::support::field::partner()).send().await.expect(201);
    let place = put(&api, &cast.coordinator, 1, &body, 201).await;
    assert_eq!(place["area"], "sablons");
    let listed = api
        .get("/v1/places?partner_id=0198f3c2-7c1e-7d2a-8f05-000000000099")
        .by(&cast.advisor);
    assert_eq!(
        listed.send().await.expect(200).json()["items"][0]["place_id"],
        place["place_id"]
    );
}

async fn an_organisation_has_five_thousand_places_at_most(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast.coordinator, 1, &small("Lieu"), 201).await;
    sql::execute(
        &mut database.connect(),
        "INSERT INTO places
            (organisation_id, place_id, version, updated_at, updated_by, sort_key, commune_code, status, content)
        WITH RECURSIVE numbers (number) AS (
            SELECT CAST(2 AS BIGINT) UNION ALL SELECT number + 1 FROM numbers WHERE number < 5000
        )
        SELECT organisation_id, substr(place_id, 1, 24) || CAST(900000000000 + number AS TEXT), version, updated_at,
            updated_by, sort_key, commune_code, status, content
        FROM places, numbers",
    );
    let refused = api.put(&path(2)).by(&cast.coordinator).json(&small("De trop"));
    assert_eq!(refused.send().await.failure(), (409, "too_many".to_owned()));
    // Those that are there are changed still.
    assert_eq!(
        put(&api, &cast.coordinator, 1, &small("Autre nom"), 200).await["version"],
        2
    );
}

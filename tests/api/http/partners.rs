//! Partners: structures that host, ask or refer.

use serde_json::{Value, json};

use crate::command_line::quotidien;
use crate::jobs::run;
use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::field::partner;
use crate::support::sql;

on_both_databases!(
    a_partner_has_the_identifier_of_its_client_and_a_retry_changes_nothing,
    a_partner_is_written_over_the_version_that_was_read_alone,
    every_fault_of_a_partner_is_told_at_once_in_both_languages,
    partners_are_listed_by_name_page_by_page,
    each_write_of_a_partner_is_a_change_of_the_organisation,
    what_a_partner_said_before_stays_in_the_copy_of_the_organisation,
    an_organisation_has_five_thousand_partners_at_most,
    contacts_of_a_partner_are_forgotten_with_the_notes_earlier_versions_included,
);

const ID: &str = "0198f3c2-7c1e-7d2a-8f02-000000000001";

fn path() -> String {
    format!("/v1/partners/{ID}")
}

async fn put(api: &Api, cast: &Cast, body: &Value) -> Value {
    let call = api.put(&path()).by(&cast.coordinator).json(body);
    let answer = call.send().await;
    assert!(answer.status < 300, "{answer:?}");
    answer.json()
}

async fn a_partner_has_the_identifier_of_its_client_and_a_retry_changes_nothing(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let created = api
        .put(&path())
        .by(&cast.coordinator)
        .json(&partner())
        .send()
        .await
        .expect(201);
    assert_eq!(created.header("location"), Some(path().as_str()));
    let expected = json!({
        "partner_id": ID, "version": 1, "updated_at": "2022-09-29T10:00:00Z",
        "updated_by": cast.coordinator.id.to_string(), "name": "Commune d’Allonnes", "kind": "commune",
        "pivot": "21720003900014", "commune_code": "72003",
        "contacts": [{
            "name": "Hélène Roy", "function": "Directrice de la médiathèque", "email": "mediatheque@commune.example",
            "phone": "+33243474747"
        }]
    });
    assert_eq!(created.json(), expected);
    api.set_clock("2022-09-30T10:00:00Z");
    let retried = api
        .put(&path())
        .by(&cast.coordinator)
        .json(&partner())
        .send()
        .await
        .expect(200);
    assert_eq!(retried.json(), expected);
    // An advisor reads what the coordinator entered.
    let read = api.get(&path()).by(&cast.advisor).send().await.expect(200);
    assert_eq!((read.header("etag"), read.json()), (Some("\"1\""), expected));
    let known = api.get(&path()).by(&cast.advisor).header("if-none-match", "\"1\"");
    known.send().await.expect(304);
    assert_eq!(
        sql::count(&mut database.connect(), "audit_entries", "action = 'partner_written'"),
        1
    );
}

async fn a_partner_is_written_over_the_version_that_was_read_alone(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let conditional = async |header: &str, value: &str, body: &Value| {
        let call = api.put(&path()).by(&cast.coordinator).header(header, value);
        call.json(body).send().await
    };
    let mut body = partner();
    let nothing_there = conditional("if-match", "\"1\"", &body).await;
    assert_eq!(nothing_there.failure(), (412, "version_mismatch".to_owned()));
    assert_eq!(nothing_there.json()["current_version"], 0);
    conditional("if-none-match", "*", &body).await.expect(201);
    let taken = conditional("if-none-match", "*", &body).await;
    assert_eq!(taken.failure(), (412, "already_exists".to_owned()));
    body["kind"] = json!("own_service");
    assert_eq!(
        conditional("if-match", "\"1\"", &body).await.expect(200).json()["version"],
        2
    );
    // The same again, with the condition of before, is what is stored already.
    conditional("if-match", "\"1\"", &body).await.expect(200);
    body["contacts"] = json!([]);
    let late = conditional("if-match", "\"1\"", &body).await;
    assert_eq!(late.json()["current_version"], 2);
    assert_eq!(late.failure(), (412, "version_mismatch".to_owned()));
}

async fn every_fault_of_a_partner_is_told_at_once_in_both_languages(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let body =
        json!({"name": "", "kind": "library", "pivot": "24720013200015", "contacts": [{"name": "A", "phone": "1"}]});
    let faults = [
        ("/name", "too_short"),
        ("/kind", "unknown_code"),
        ("/pivot", "invalid_pivot"),
        ("/contacts/0/phone", "invalid_phone"),
    ];
    for (language, advice) in [("fr", "Donnez un SIRET"), ("en", "Give a SIRET")] {
        let path = format!("{}?lang={language}", path());
        let refused = api
            .put(&path)
            .by(&cast.coordinator)
            .json(&body)
            .send()
            .await
            .expect(422);
        assert_eq!(
            refused.faults(),
            faults.map(|(at, code)| (at.to_owned(), code.to_owned()))
        );
        assert!(
            refused.json()["errors"][2]["detail"]
                .as_str()
                .unwrap()
                .starts_with(advice)
        );
    }
    let misshapen = api.put(&path()).by(&cast.coordinator);
    let misshapen = misshapen.json(&json!({"name": "A", "kind": "commune", "contacts": [{"name": null}]}));
    assert_eq!(
        misshapen.send().await.expect(400).faults(),
        [("/contacts/0/name".to_owned(), "wrong_type".to_owned())]
    );
    api.get(&path()).by(&cast.coordinator).send().await.expect(404);
}

async fn partners_are_listed_by_name_page_by_page(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    for (number, name) in ["Épicerie", "Zénith", "école", "Arnage", "Ecole"].iter().enumerate() {
        let path = format!("/v1/partners/0198f3c2-7c1e-7d2a-8f02-{number:012}");
        let body = json!({"name": name, "kind": "other"});
        let put = api.put(&path).by(&cast.coordinator).json(&body);
        put.send().await.expect(201);
    }
    let foreign = api.put(&path()).by(&cast.foreign_coordinator).json(&partner());
    foreign.send().await.expect(201);
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/partners?limit=2{cursor}");
        let page = api.get(&path).by(&cast.advisor).send().await.expect(200).json();
        let items = page["items"].as_array().unwrap().clone();
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    // Two of the same name but for accents and case come in the order of their identifiers.
    assert_eq!(names, ["Arnage", "école", "Ecole", "Épicerie", "Zénith"]);
    let faulty = api.get("/v1/partners?limit=0&cursor=x&kind=other").by(&cast.advisor);
    assert_eq!(faulty.send().await.expect(400).faults().len(), 3);
}

async fn each_write_of_a_partner_is_a_change_of_the_organisation(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let home = cast.coordinator.organisation;
    let query = format!("SELECT CAST(change_seq AS TEXT) AS text FROM organisations WHERE organisation_id = '{home}'");
    let number = || -> i64 { sql::texts(&mut database.connect(), &query)[0].parse().unwrap() };
    let before = number();
    put(&api, &cast, &partner()).await;
    assert!(number() > before);
}

async fn what_a_partner_said_before_stays_in_the_copy_of_the_organisation(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let first = put(&api, &cast, &partner()).await;
    let mut body = partner();
    body["name"] = json!("Ville d’Allonnes");
    let second = put(&api, &cast, &body).await;
    let organisation = cast.coordinator.organisation.to_string();
    let arguments = ["organisation", "export", "--organisation", &organisation];
    let copy = quotidien(&arguments, Some(&database.address()), "");
    let copy = String::from_utf8(copy.stdout).unwrap();
    let lines = copy.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let told: Vec<Value> = lines
        .filter(|line| line["type"] == "partner")
        .map(|line| line["partner"].clone())
        .collect();
    assert_eq!(told, [first, second]);
}

async fn an_organisation_has_five_thousand_partners_at_most(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    let home = cast.coordinator.organisation;
    let row = |number: i64| {
        format!(
            "('{home}', '0198f3c2-7c1e-7d2a-8f03-{number:012}', 1, '2022-05-03 10:00:00', '{home}', 'a', false,
            '{{\"name\":\"a\",\"kind\":\"other\"}}')"
        )
    };
    let rows: Vec<String> = (1..5000).map(row).collect();
    sql::execute(
        &mut database.connect(),
        &format!(
            "INSERT INTO partners (organisation_id, partner_id, version, updated_at, updated_by, sort_key, has_contacts, content) VALUES {}",
            rows.join(", ")
        ),
    );
    put(&api, &cast, &partner()).await;
    let one_more = format!("/v1/partners/0198f3c2-7c1e-7d2a-8f03-{:012}", 5000);
    let refused = api.put(&one_more).by(&cast.coordinator).json(&partner()).send().await;
    assert_eq!(refused.failure(), (409, "too_many".to_owned()));
    // Those that are there are changed still.
    let mut body = partner();
    body["contacts"] = json!([]);
    assert_eq!(put(&api, &cast, &body).await["version"], 2);
}

async fn contacts_of_a_partner_are_forgotten_with_the_notes_earlier_versions_included(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    put(&api, &cast, &partner()).await;
    let mut body = partner();
    body["name"] = json!("Ville d’Allonnes");
    api.set_clock("2023-09-29T10:00:00Z");
    put(&api, &cast, &body).await;
    let named = || {
        let connection = &mut database.connect();
        assert_eq!(
            sql::count(connection, "partners", "content LIKE '%Roy%'"),
            sql::count(connection, "partners", "has_contacts")
        );
        sql::texts(
            connection,
            "SELECT CAST(version AS TEXT) AS text FROM partners WHERE has_contacts ORDER BY version",
        )
    };
    run(&api, "2025-09-29T09:59:59Z").await.unwrap();
    assert_eq!(named(), ["1", "2"], "no version goes a day too early");
    run(&api, "2025-09-30T10:00:01Z").await.unwrap();
    assert!(named().is_empty());
    // No version was made, and what else the partner says stays.
    let read = api.get(&path()).by(&cast.advisor).send().await.expect(200).json();
    assert_eq!((&read["version"], &read["contacts"]), (&json!(2), &json!([])));
    assert_eq!(read["name"], "Ville d’Allonnes");
}

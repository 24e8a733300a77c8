//! What was erased is not in the files of the database any more, though the service runs on.

use std::collections::BTreeMap;

use quotidien::domain::account::Role;
use quotidien::storage::DatabaseUrl;
use serde_json::json;

use crate::command_line::quotidien;
use crate::http::workshop;
use crate::isolation::furnish;
use crate::jobs::run;
use crate::support::api::{Api, Person};
use crate::support::database::{Engine, TestDatabase, on_both_databases, run as run_on};
use crate::support::sql;

on_both_databases!(
    an_erased_person_stands_in_no_file_of_the_database,
    who_is_erased_by_time_stands_in_no_file_of_the_database,
    an_erased_organisation_stands_in_no_file_of_the_database,
    whatever_people_wrote_stands_in_no_file_once_their_organisation_is_erased,
);

/// In which files of the database a text stands.
fn files_with(database: &TestDatabase, text: &str) -> Vec<String> {
    match database.url() {
        DatabaseUrl::Sqlite(path) => {
            let files = ["db", "db-wal", "db-shm"].map(|ending| path.with_extension(ending));
            let holds = |bytes: Vec<u8>| bytes.windows(text.len()).any(|part| part == text.as_bytes());
            let found = files.iter().filter(|file| std::fs::read(file).is_ok_and(holds));
            found.map(|file| file.display().to_string()).collect()
        }
        DatabaseUrl::Postgres(_) => {
            let connection = &mut database.connect();
            sql::execute(connection, "CHECKPOINT");
            // Of every table, and of every index, which holds texts of its own.
            let query = format!(
                "SELECT relname::text AS text FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
                AND position(convert_to('{text}', 'UTF8') IN pg_read_binary_file(pg_relation_filepath(oid))) > 0"
            );
            sql::texts(connection, &query)
        }
    }
}

/// Puts a report with a note and a place, and replaces it by one with another note.
async fn put_notes(api: &Api, by: &Person) {
    for note in ["Madame Introuvable", "Monsieur Introuvable"] {
        let mut intervention = workshop();
        intervention["note"] = json!(note);
        intervention["place_name"] = json!("Impasse Introuvable");
        let call = api.put(&by.report("2022-05-03")).by(by);
        let answer = call.json(&json!({"interventions": [intervention]})).send().await;
        assert!(answer.status < 300);
    }
}

/// Erases a person, as an administrator does.
fn erase(database: &TestDatabase, person: &Person) {
    let (organisation, account) = (person.organisation.to_string(), person.id.to_string());
    let arguments = [
        "account",
        "erase",
        "--organisation",
        &organisation,
        "--account",
        &account,
    ];
    let erased = quotidien(&arguments, Some(&database.address()), "");
    assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
}

async fn an_erased_person_stands_in_no_file_of_the_database(database: TestDatabase) {
    let api = Api::on(&database).await;
    let home = api.organisation("Métropole").await;
    let person = api.person(home, Role::Advisor, "Zénobie Introuvable").await;
    let address = format!("{}@test.example", person.id);
    let device = json!({"name": "Téléphone de Zénobie"});
    let calendar = api.post("/v1/me/calendar-links").by(&person).json(&device);
    calendar.send().await.expect(201);
    assert!(!files_with(&database, "Téléphone de Zénobie").is_empty());
    assert!(!files_with(&database, "Zénobie").is_empty() && !files_with(&database, &address).is_empty());
    erase(&database, &person);
    for text in ["Zénobie", &address] {
        assert_eq!(files_with(&database, text), [""; 0], "{text}");
    }
}

async fn who_is_erased_by_time_stands_in_no_file_of_the_database(database: TestDatabase) {
    let api = Api::on(&database).await;
    let home = api.organisation("Métropole").await;
    let person = api.person(home, Role::Advisor, "Zénobie Introuvable").await;
    let address = format!("{}@test.example", person.id);
    run(&api, "2023-09-29T09:00:00Z").await.unwrap();
    assert!(!files_with(&database, "Zénobie").is_empty(), "not a day too early");
    run(&api, "2023-09-30T11:00:00Z").await.unwrap();
    for text in ["Zénobie", &address] {
        assert_eq!(files_with(&database, text), [""; 0], "{text}");
    }
}

async fn an_erased_organisation_stands_in_no_file_of_the_database(database: TestDatabase) {
    let api = Api::on(&database).await;
    let home = api.organisation("Métropole Introuvable").await;
    let person = api.person(home, Role::Advisor, "Zénobie Introuvable").await;
    put_notes(&api, &person).await;
    assert!(!files_with(&database, "Introuvable").is_empty());
    let organisation = home.to_string();
    let arguments = ["organisation", "erase", "--organisation", &organisation];
    let arguments = [&arguments[..], &["--name", "Métropole Introuvable"]].concat();
    let erased = quotidien(&arguments, Some(&database.address()), "");
    assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
    assert_eq!(files_with(&database, "Introuvable"), [""; 0]);
}

/// What people wrote, in every table where they may.
const WORDS: [&str; 14] = [
    "Chloé Fournier",
    "Angers Loire",
    "secret-d-angers",
    "Hélène Roy",
    "Commune d’Allonnes",
    "Médiathèque",
    "Semaine du numérique",
    "Premiers pas sur internet",
    "Le mardi matin.",
    "Cherche des ateliers.",
    "Le matin",
    "Avec la clé de la salle",
    "Préfère les matins",
    "Bureau mobile",
];

async fn whatever_people_wrote_stands_in_no_file_once_their_organisation_is_erased(database: TestDatabase) {
    let api = Api::on(&database).await;
    let cast = api.cast().await;
    furnish(&api, &cast).await;
    for word in WORDS {
        assert!(!files_with(&database, word).is_empty(), "`furnish` writes {word}");
    }
    // Both have the same partners, places and sheets.
    for (name, organisation) in [
        ("Le Mans Métropole", cast.advisor.organisation),
        ("Angers Loire Métropole", cast.foreign_advisor.organisation),
    ] {
        let organisation = organisation.to_string();
        let arguments = ["organisation", "erase", "--organisation", &organisation, "--name", name];
        let erased = quotidien(&arguments, Some(&database.address()), "");
        assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
    }
    for word in WORDS {
        assert_eq!(files_with(&database, word), [""; 0], "{word}");
    }
}

/// The file of each table of PostgreSQL that holds rows of an organisation, with how many rows there are.
fn files_and_rows(database: &TestDatabase, organisation: &str) -> BTreeMap<String, (String, i64)> {
    let connection = &mut database.connect();
    let tables = sql::rows_of(connection, organisation).into_iter();
    let with_file = tables.map(|(table, rows)| {
        let file = sql::texts(connection, &format!("SELECT pg_relation_filepath('{table}') AS text"));
        (table, (file[0].clone(), rows))
    });
    with_file.collect()
}

#[test]
fn every_table_of_which_an_erased_person_had_rows_gets_a_new_file_on_postgresql_and_no_report_does() {
    run_on(Engine::Postgres, async |database: TestDatabase| {
        let api = Api::on(&database).await;
        let cast = api.cast().await;
        furnish(&api, &cast).await;
        let person = &cast.foreign_advisor;
        let organisation = person.organisation.to_string();
        let before = files_and_rows(&database, &organisation);
        erase(&database, person);
        let mut written_anew = Vec::new();
        for (table, (file, rows)) in files_and_rows(&database, &organisation) {
            let (file_before, rows_before) = &before[&table];
            if file == *file_before {
                assert!(
                    rows >= *rows_before,
                    "what {table} held of the person is left in its file"
                );
            } else {
                written_anew.push(table);
            }
        }
        for table in ["accounts", "calendar_links", "outbox", "sessions"] {
            assert!(written_anew.iter().any(|name| name == table), "{table}");
        }
        for table in ["reports", "interventions", "report_versions", "tallies", "places"] {
            assert!(!written_anew.iter().any(|name| name == table), "{table}");
        }
    });
}

#[test]
fn purged_notes_stand_in_no_file_of_sqlite() {
    run_on(Engine::Sqlite, async |database: TestDatabase| {
        let api = Api::on(&database).await;
        let home = api.organisation("Métropole").await;
        let person = api.person(home, Role::Advisor, "Amélie Rousseau").await;
        put_notes(&api, &person).await;
        assert!(!files_with(&database, "Madame Introuvable").is_empty());
        run(&api, "2024-06-03T10:00:00Z").await.unwrap();
        for text in ["Madame Introuvable", "Monsieur Introuvable"] {
            assert_eq!(files_with(&database, text), [""; 0], "{text}");
        }
    });
}

#[test]
fn a_new_database_and_a_copy_are_read_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("new.db"), folder.path().join("copy.jsonl"));
    let url = format!("sqlite://{}", file.display());
    let made = quotidien(&["organisation", "create", "Métropole"], Some(&url), "");
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let id = made["organisation_id"].as_str().unwrap();
    let arguments = [
        "organisation",
        "export",
        "--organisation",
        id,
        "-o",
        copy.to_str().unwrap(),
    ];
    assert!(quotidien(&arguments, Some(&url), "").status.success());
    for path in [file, copy] {
        let rights = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(rights & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn a_database_that_would_be_gone_with_the_process_is_refused() {
    for url in ["sqlite://:memory:", "sqlite://file::memory:"] {
        let refused = quotidien(&["migrate"], Some(url), "");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("is a file"), "{said}");
    }
}

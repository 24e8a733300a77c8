//! What the demonstration has around its reports: everything that a newcomer is to see, in its several states.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{Days, Utc};
use quotidien::domain::account::Role;
use quotidien::domain::identifiers::{AccountId, OrganisationId};
use quotidien::storage::DatabaseUrl;
use serde_json::Value;

use crate::command_line::quotidien;
use crate::support::api::{Api, Person};
use crate::support::database::{Engine, TestDatabase, run};
use crate::support::sql;

/// The demonstration's database in the place of a test's, served as of now; its coordinator.
async fn demonstrated(database: &TestDatabase) -> (Api, Person) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let arguments = [
        "demo",
        "--exit",
        "--listen",
        "127.0.0.1:0",
        "--data",
        path.to_str().unwrap(),
    ];
    let output = quotidien(&arguments, None, "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let DatabaseUrl::Sqlite(at) = database.url() else {
        panic!("the demonstration is on SQLite")
    };
    for end in ["", "-wal", "-shm"] {
        let (from, to) = (path.join(format!("demo.db{end}")), format!("{}{end}", at.display()));
        if from.exists() {
            fs::copy(from, to).unwrap();
        } else {
            drop(fs::remove_file(to));
        }
    }
    let api = Api::on(database).await;
    api.set_clock(&Utc::now().to_rfc3339());
    let person = coordinator(&api, path).await;
    (api, person)
}

async fn coordinator(api: &Api, folder: &Path) -> Person {
    let state: Value = serde_json::from_str(&fs::read_to_string(folder.join("demo.json")).unwrap()).unwrap();
    let organisation: OrganisationId = state["organisation_id"].as_str().unwrap().parse().unwrap();
    let people = state["people"].as_array().unwrap();
    let found = people.iter().find(|person| person["role"] == "coordinator").unwrap();
    let id: AccountId = found["account_id"].as_str().unwrap().parse().unwrap();
    Person {
        organisation,
        id,
        role: Role::Coordinator,
        session: api.session(organisation, id).await,
    }
}

async fn ask(api: &Api, by: &Person, path: &str) -> Value {
    api.get(path).by(by).send().await.expect(200).json()
}

/// How often each value of a field stands in a list.
fn counted(listed: &Value, field: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for item in listed["items"].as_array().unwrap() {
        *counts.entry(item[field].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

fn counts(expected: &[(&str, usize)]) -> BTreeMap<String, usize> {
    expected
        .iter()
        .map(|(value, count)| ((*value).to_owned(), *count))
        .collect()
}

/// The figures of what stands around the reports in the plan of action of a period.
async fn figures(api: &Api, by: &Person, period: &str) -> BTreeMap<String, i64> {
    let plan = ask(api, by, &format!("/v1/statistics/field?{period}")).await;
    let parts = plan["parts"].as_array().unwrap();
    let figures = parts.iter().flat_map(|part| part["figures"].as_array().unwrap());
    figures
        .filter_map(|figure| Some((figure["id"].as_str()?.to_owned(), figure["value"].as_i64()?)))
        .collect()
}

#[test]
fn the_demonstration_has_a_whole_field() {
    run(Engine::Sqlite, |database| async move {
        let (api, by) = demonstrated(&database).await;
        how_many_there_are(&database);
        reports_name_the_field(&database);
        partners_are_in_every_state(&api, &by).await;
        the_catalogue_and_the_calendars_answer(&api, &by).await;
        the_plan_of_action_answers(&api, &by).await;
    });
}

fn how_many_there_are(database: &TestDatabase) {
    let connection = &mut database.connect();
    for (table, many) in [
        ("partners", 12),
        ("places", 48),
        ("tags", 6),
        ("workshops", 15),
        ("agreements", 6),
        ("meetings", 77),
        ("requests", 9),
        ("schedules", 8),
        ("planned_sessions", 54),
        ("referrals", 6),
    ] {
        assert_eq!(sql::count(connection, table, "replaced_at IS NULL"), many, "{table}");
    }
    let communes = "(SELECT DISTINCT commune_code FROM places)";
    assert_eq!(sql::count(connection, communes, "true"), 19);
}

/// The reports of summer 2022 name their places, what they were of the plan, partners and tags; one colleague assists, and adds
/// nobody to the annex.
fn reports_name_the_field(database: &TestDatabase) {
    let connection = &mut database.connect();
    let mut named = |condition: &str| sql::count(connection, "interventions", condition);
    assert_eq!(named("participants > 0"), 293);
    for (condition, at_least) in [
        ("place_id IS NOT NULL", 240),
        ("planned_session_id IS NOT NULL", 10),
        ("partner_id IS NOT NULL", 60),
        ("tags IS NOT NULL", 20),
    ] {
        assert!(named(condition) >= at_least, "{condition}: {}", named(condition));
    }
    assert_eq!(named("workshop_id IS NOT NULL AND participants > 0"), 3);
    assert_eq!(named("referral_id IS NOT NULL"), 2);
    assert_eq!(named("participants = 0 AND duration_minutes > 0"), 1);
}

async fn partners_are_in_every_state(api: &Api, by: &Person) {
    let today = Utc::now().date_naive();
    let in_force = format!("/v1/agreements?in_force_on={today}");
    let found = ask(api, by, &in_force).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 4);
    let ending = ask(api, by, &format!("{in_force}&ends_by={}", today + Days::new(60))).await;
    assert_eq!(ending["items"].as_array().unwrap().len(), 1, "{ending}");
    let requests = ask(api, by, "/v1/requests").await;
    let expected = [
        ("declined", 1),
        ("granted", 1),
        ("planned", 3),
        ("received", 3),
        ("withdrawn", 1),
    ];
    assert_eq!(counted(&requests, "status"), counts(&expected));
    let referrals = ask(api, by, "/v1/referrals").await;
    let expected = [("closed", 3), ("held", 1), ("planned", 1), ("received", 1)];
    assert_eq!(counted(&referrals, "state"), counts(&expected));
}

async fn the_catalogue_and_the_calendars_answer(api: &Api, by: &Person) {
    let catalogue = api.get("/v1/catalogue").by(by).send().await.expect(200);
    let catalogue = String::from_utf8_lossy(&catalogue.body).into_owned();
    assert!(catalogue.contains("Premiers clics") && catalogue.contains("Mots de passe et arnaques"));
    let summer = ask(api, by, "/v1/planned-sessions?from=2022-05-01&to=2022-07-31").await;
    let expected = [
        ("first_visit", 2),
        ("presence", 23),
        ("stand", 1),
        ("stop", 19),
        ("workshop", 4),
    ];
    assert_eq!(counted(&summer, "kind"), counts(&expected));
    let open = api
        .get("/open/le-mans-metropole/calendar.json")
        .send()
        .await
        .expect(200);
    let kinds = counted(&open.json(), "kind");
    assert_eq!((kinds["workshop"], kinds["stand"]), (1, 1));
    assert!(kinds["stop"] > 70, "{kinds:?}");
    let feed = api.get("/open/le-mans-metropole/calendar.ics").send().await.expect(200);
    assert!(String::from_utf8_lossy(&feed.body).contains("RRULE:FREQ=WEEKLY"));
}

async fn the_plan_of_action_answers(api: &Api, by: &Person) {
    let summer = figures(api, by, "from=2022-05&to=2022-07").await;
    for (figure, value) in [
        ("action_presences_held", 22),
        ("action_stops_held", 19),
        ("action_workshop_sessions_held", 3),
        ("action_referrals_received", 3),
        ("action_referrals_visited", 2),
        ("action_referrals_accompanied", 2),
        ("action_workshop_requests", 4),
        ("action_workshop_requests_planned", 2),
        ("action_workshop_requests_declined", 1),
        ("action_equipment_granted", 1),
        ("action_partners", 12),
    ] {
        assert_eq!(summer.get(figure), Some(&value), "{figure}");
    }
    assert!(
        summer["action_presences_with_residents"] > 0 && summer["action_stop_people"] > 0,
        "{summer:?}"
    );
    assert!((1..=100).contains(&summer["action_workshop_filling"]), "{summer:?}");
    let before = figures(api, by, "from=2021-12&to=2022-04").await;
    assert_eq!(before["action_meetings"], 77);
}

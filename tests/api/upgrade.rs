//! A database that the program's version of 27 November 2026 filled: today's program reads, lists, exports, counts and
//! replaces its reports, and forgets its notes.

mod earlier_schemas;

use diesel_migrations::MigrationHarness as _;
use quotidien::domain::account::Role;
use quotidien::domain::identifiers::{AccountId, OrganisationId, SessionId};
use quotidien::statistics::tally::Tally;
use quotidien::storage::AnyConnection;
use quotidien::storage::check::{self, Difference};
use quotidien::storage::migrations::{self, POSTGRES, SQLITE};
use serde_json::{Map, Value, json};

use crate::http::{report, workshop};
use crate::jobs::run as run_jobs;
use crate::support::api::{Api, Person};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::sql;

on_both_databases!(
    what_an_older_version_answered_is_answered_still,
    a_report_of_an_older_version_is_replaced_and_its_history_goes_on,
    notes_of_versions_in_the_older_shape_and_in_that_of_today_are_forgotten,
    what_no_list_has_any_more_reads_as_not_said_and_stays_in_the_archive,
    people_are_folded_into_one_column_and_unfolded_again,
    the_tallies_of_advisors_become_one_of_their_month,
);

/// The last migration of the older version.
const LAST_OLDER: &str = "20261127090000";
/// The first migration after it.
const FIRST_NEWER: &str = "20261128080000";
/// The migration that has one tally a month, and not one for each advisor.
const TALLIES_OF_MONTHS: &str = "20261130090000";
const ORGANISATION: &str = "01a21e2f-0613-77e9-8f2e-b4e35cd5332d";
const COORDINATOR: &str = "01a21e2f-062d-7017-b1a6-626d52da33be";
const ADVISOR: &str = "01a21e2f-0679-7000-add5-df158030f7fd";

/// Runs the next migration and tells its version.
fn migrate_once(connection: &mut AnyConnection) -> String {
    let ran = match connection {
        AnyConnection::Sqlite(connection) => connection.run_next_migration(SQLITE).unwrap(),
        AnyConnection::Postgres(connection) => connection.run_next_migration(POSTGRES).unwrap(),
    };
    ran.to_string()
}

/// Undoes the last migration and tells its version.
fn revert_once(connection: &mut AnyConnection) -> String {
    let undone = match connection {
        AnyConnection::Sqlite(connection) => connection.revert_last_migration(SQLITE).unwrap(),
        AnyConnection::Postgres(connection) => connection.revert_last_migration(POSTGRES).unwrap(),
    };
    undone.to_string()
}

/// A database that the older version filled.
fn of_an_older_version(database: &TestDatabase) -> TestDatabase {
    let older = TestDatabase::empty(database.engine()).unwrap();
    let connection = &mut older.connect();
    while migrate_once(connection) != LAST_OLDER {}
    sql::execute(connection, include_str!("upgrade/rows.sql"));
    older
}

/// Today's service on a database of the older version, which the service migrates; the database's advisor and
/// coordinator.
async fn upgraded(database: &TestDatabase) -> (Api, Person, Person) {
    let api = Api::on(database).await;
    api.set_clock("2026-11-28T10:00:00Z");
    let organisation: OrganisationId = ORGANISATION.parse().unwrap();
    let mut people = Vec::new();
    for (id, role) in [(ADVISOR, Role::Advisor), (COORDINATOR, Role::Coordinator)] {
        let id: AccountId = id.parse().unwrap();
        let session: SessionId = api.session(organisation, id).await;
        people.push(Person {
            organisation,
            id,
            role,
            session,
        });
    }
    (api, people[0], people[1])
}

/// What the older version answered to the coordinator, by path. The labels are left out, since they are not stored.
fn answers() -> Map<String, Value> {
    serde_json::from_str(include_str!("upgrade/answers.json")).unwrap()
}

/// The fields that interventions have since, and what they say of one that an older version stored.
fn later_fields() -> [(&'static str, Value); 13] {
    [
        ("assisting", false.into()),
        ("equipment", json!([])),
        ("autonomy", Value::Null),
        ("level", Value::Null),
        ("title", Value::Null),
        ("procedure", Value::Null),
        ("residences", json!({})),
        ("place_id", Value::Null),
        ("partner_id", Value::Null),
        ("planned_session_id", Value::Null),
        ("workshop_id", Value::Null),
        ("referral_id", Value::Null),
        ("tags", json!([])),
    ]
}

/// The filters of figures that there are since.
const LATER_FILTERS: [&str; 7] = [
    "equipment",
    "autonomies",
    "levels",
    "place_ids",
    "partner_ids",
    "workshop_ids",
    "tag_ids",
];

/// An answer without its labels, without the instant at which it was given, and without what it says in fields that later versions
/// brought, which must be their defaults.
fn bare(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            if fields.contains_key("advisor_ids") {
                fields.retain(|name, values| !(LATER_FILTERS.contains(&name.as_str()) && *values == json!([])));
            }
            if fields.contains_key("duration_minutes") {
                for (name, default) in later_fields() {
                    assert!(fields.remove(name).is_none_or(|said| said == default), "{name}");
                }
            }
            if fields.contains_key("supports") && fields.contains_key("share") {
                assert!(fields.remove("days").is_none_or(|days| days.is_null()), "days");
            }
            fields.remove("label");
            fields.remove("as_of");
            fields.values_mut().for_each(|field| *field = bare(field.take()));
        }
        Value::Array(items) => {
            items.retain(|line| !(is_of_a_later_code(line) && line["interventions"] == 0));
            for item in items {
                *item = bare(item.take());
            }
        }
        _ => {}
    }
    value
}

/// Whether this is the line of a breakdown by a code that later versions brought.
fn is_of_a_later_code(line: &Value) -> bool {
    let families = [
        "public_operator",
        "administration",
        "social_support",
        "job_support",
        "digital_mediation",
    ];
    line["code"].as_str().is_some_and(|code| families.contains(&code))
}

async fn ask(api: &Api, by: &Person, path: &str) -> Value {
    bare(api.get(path).by(by).send().await.expect(200).json())
}

fn history_path(date: &str) -> String {
    format!("/v1/advisors/{ADVISOR}/reports/{date}/history")
}

async fn what_an_older_version_answered_is_answered_still(database: TestDatabase) {
    let database = of_an_older_version(&database);
    let (api, advisor, coordinator) = upgraded(&database).await;
    let before = answers();
    for (path, answer) in &before {
        assert_eq!(ask(&api, &coordinator, path).await, *answer, "{path}");
    }
    let listed = items(&before["/v1/reports?from=2022-05-01&to=2022-05-31"]);
    assert_eq!(listed.len(), 3);
    assert_eq!(ask(&api, &advisor, "/v1/me/export").await["reports"], json!(listed));
    for day in listed {
        let path = advisor.report(day["date"].as_str().unwrap());
        assert_eq!(ask(&api, &advisor, &path).await, *day);
    }
    assert_eq!(wrong_tally(&api, &advisor).await, None);
}

/// The tally of the month, when it is not the sum of its reports.
async fn wrong_tally(api: &Api, of: &Person) -> Option<Difference> {
    let (organisation, month) = (of.organisation, "2022-05".parse().unwrap());
    let find = move |connection: &mut _| check::difference(connection, organisation, month);
    api.store.read(find).await.unwrap()
}

fn items(list: &Value) -> &[Value] {
    list["items"].as_array().unwrap()
}

async fn a_report_of_an_older_version_is_replaced_and_its_history_goes_on(database: TestDatabase) {
    let database = of_an_older_version(&database);
    let (api, advisor, _) = upgraded(&database).await;
    let (path, history) = (advisor.report("2022-05-03"), history_path("2022-05-03"));
    let stored = ask(&api, &advisor, &path).await;
    let mut same = json!({"interventions": stored["interventions"], "note": stored["note"]});
    for said in same["interventions"].as_array_mut().unwrap() {
        // A request leaves out the fields that an answer shows as null.
        said.as_object_mut().unwrap().retain(|_, field| !field.is_null());
    }
    let unchanged = api.put(&path).by(&advisor).json(&same).send().await.expect(200);
    assert_eq!(bare(unchanged.json()), stored);
    let other = api.put(&path).by(&advisor).json(&report(&[workshop()])).send().await;
    let replaced = bare(other.expect(200).json());
    let goes_on = ask(&api, &advisor, &history).await;
    let [newest, older @ ..] = items(&goes_on) else {
        panic!("a day that was written has a history")
    };
    assert_eq!(newest["report"], replaced);
    assert_eq!(older, items(&answers()[&history]));
    assert_eq!(wrong_tally(&api, &advisor).await, None);
}

/// A history without its notes.
fn without_notes(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| {
            *field = if name == "note" {
                Value::Null
            } else {
                without_notes(field.take())
            };
        }),
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_notes(item.take())),
        _ => {}
    }
    value
}

async fn notes_of_versions_in_the_older_shape_and_in_that_of_today_are_forgotten(database: TestDatabase) {
    let database = of_an_older_version(&database);
    let (api, advisor, _) = upgraded(&database).await;
    // Replacing the last versions that the older program wrote has today's program archive them.
    for date in ["2022-05-03", "2022-05-05"] {
        let call = api.put(&advisor.report(date)).by(&advisor).json(&report(&[workshop()]));
        call.send().await.expect(200);
    }
    let mut before = Vec::new();
    for date in ["2022-05-03", "2022-05-04", "2022-05-05"] {
        before.push(ask(&api, &advisor, &history_path(date)).await);
    }
    assert!(before.iter().all(|history| without_notes(history.clone()) != *history));
    let connection = &mut database.connect();
    assert_eq!(sql::count(connection, "report_versions", "has_notes"), 4);
    run_jobs(&api, "2026-11-29T03:00:00Z").await.unwrap();
    for (date, before) in ["2022-05-03", "2022-05-04", "2022-05-05"].into_iter().zip(before) {
        let after = ask(&api, &advisor, &history_path(date)).await;
        assert_eq!(after, without_notes(before), "{date}");
    }
    let noted = "has_notes OR note IS NOT NULL OR interventions LIKE '%Untel%'";
    assert_eq!(sql::count(connection, "report_versions", noted), 0);
}

async fn what_no_list_has_any_more_reads_as_not_said_and_stays_in_the_archive(database: TestDatabase) {
    let database = of_an_older_version(&database);
    let (api, advisor, _) = upgraded(&database).await;
    let connection = &mut database.connect();
    let archived = json!({"shape": 7, "interventions": [{
        "id": "01a21e2f-07fe-7455-959a-18c6f4a1bc7d", "kind": "one_off", "participants": 2000, "setting": "home",
        "themes": 1_i64 << 40, "principle": "bygone", "commune_code": "Le Mans", "note": "Madame Untel",
        "people": {"age_groups": {"90_plus": 1, "70_plus": 3000}, "hats": {"red": 1}}, "weather": "rain",
    }]});
    sql::execute(
        connection,
        &format!(
            "UPDATE report_versions SET interventions = '{archived}', has_notes = TRUE WHERE version = 2;
            UPDATE interventions SET principle = 'bygone', themes = {} WHERE kind = 'individual';",
            1_i64 << 40 | 1 << 15
        ),
    );
    let history = ask(&api, &advisor, &history_path("2022-05-03")).await;
    let version = |number: i64| items(&history).iter().find(|item| item["version"] == number).unwrap();
    let said = &version(2)["report"]["interventions"][0];
    let expected = json!({
        "id": "01a21e2f-07fe-7455-959a-18c6f4a1bc7d", "kind": "one_off", "participants": 2000,
        "recurring_participants": 0, "duration_minutes": 0, "setting": "home", "principle": null,
        "commune_code": "Le Mans", "place_name": null, "themes": [], "age_groups": {"70_plus": 3000}, "genders": {},
        "situations": {}, "follow_ups": {}, "redirected_to": [], "referred_by_social_worker": false,
        "first_visit_accompanied": false, "note": "Madame Untel",
    });
    assert_eq!(*said, expected);
    let said = &version(4)["report"]["interventions"][1];
    assert_eq!(
        (&said["principle"], &said["themes"]),
        (&Value::Null, &json!(["security"]))
    );
    api.delete(&advisor.report("2022-05-03"))
        .by(&advisor)
        .send()
        .await
        .expect(204);
    run_jobs(&api, "2026-11-29T03:00:00Z").await.unwrap();
    for kept in [
        "version = 4 AND interventions LIKE '%bygone%'",
        "interventions LIKE '%rain%' AND interventions LIKE '%90_plus%'",
    ] {
        assert_eq!(sql::count(connection, "report_versions", kept), 1, "{kept}");
    }
    assert_eq!(
        sql::count(connection, "report_versions", "interventions LIKE '%Untel%'"),
        0
    );
}

/// Everything of every intervention, as the older version kept it.
const UNFOLDED: &str =
    "SELECT concat_ws(' ', organisation_id, advisor_id, report_date, position, intervention_id, kind,
        participants, recurring_participants, duration_minutes, setting, principle, commune_code, place_name, themes,
        age_under_12, age_12_17, age_18_24, age_25_39, age_40_59, age_60_69, age_70_plus, gender_female, gender_male,
        situation_in_school, situation_unemployed, situation_employed, situation_retired,
        follow_up_individual, follow_up_workshop, follow_up_redirected, referrals, note) AS text
    FROM interventions ORDER BY report_date, position";

const FOLDED: &str = "SELECT people AS text FROM interventions ORDER BY report_date, position";

async fn people_are_folded_into_one_column_and_unfolded_again(database: TestDatabase) {
    let database = of_an_older_version(&database);
    let connection = &mut database.connect();
    let unfolded = sql::texts(connection, UNFOLDED);
    assert_eq!(unfolded.len(), 4);
    migrations::run_pending(connection).unwrap();
    let all = r#"{"a":2,"b":1,"c":2,"d":1,"e":2,"f":3,"g":1,"h":2,"i":4,"j":3,"k":7,"l":4,"m":1,"n":3,"o":5,"p":2}"#;
    let some = r#"{"f":2,"k":2}"#;
    let folded = sql::texts(connection, FOLDED);
    assert_eq!(folded, [all, some, "{}", all]);
    while revert_once(connection) != FIRST_NEWER {}
    assert_eq!(sql::texts(connection, UNFOLDED), unfolded);
    migrations::run_pending(connection).unwrap();
    assert_eq!(sql::texts(connection, FOLDED), folded);
}

async fn the_tallies_of_advisors_become_one_of_their_month(database: TestDatabase) {
    let database = of_an_older_version(&database);
    let connection = &mut database.connect();
    migrations::run_pending(connection).unwrap();
    while revert_once(connection) != TALLIES_OF_MONTHS {}
    let somebody_did_the_same = format!(
        "INSERT INTO tallies SELECT organisation_id, month, '{COORDINATOR}', workshops_held, workshop_participants,
            individual_interventions, individual_supports, one_off_interventions, one_off_requests, recurring_participants,
            workshop_minutes, individual_minutes, one_off_minutes, reports, absences, late_reports, referrals,
            first_visits_accompanied, details FROM tallies"
    );
    sql::execute(connection, &somebody_did_the_same);
    let (organisation, month) = (ORGANISATION.parse().unwrap(), "2022-05".parse().unwrap());
    let mut stored = || {
        migrations::run_pending(connection).unwrap();
        let Difference { stored, recounted, .. } = check::difference(connection, organisation, month).unwrap().unwrap();
        assert_ne!(recounted, Tally::default());
        assert_eq!(stored, recounted.clone() + recounted);
        while revert_once(connection) != TALLIES_OF_MONTHS {}
        stored
    };
    let once = stored();
    assert_eq!(stored(), once, "there, back and there again");
}

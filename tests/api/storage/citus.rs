//! Where Citus is installed, tables are distributed by organisation. Citus comes in no package that a test could install: functions
//! of the same names refuse what it refuses, and the text of every statement is held against what it needs.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use quotidien::http::block_on;
use quotidien::storage::reports::Outcome;
use quotidien::storage::{AnyConnection, check};

use crate::command_line::quotidien;
use crate::isolation::{body, filled, furnish, operations};
use crate::support::api::Api;
use crate::support::database::{Engine, TestDatabase, run};
use crate::support::organisation::{TestOrganisation, workshop};
use crate::support::queue::in_one_batch;
use crate::support::{random, sql};

/// What stays in one place although rows of it name an organisation: it is unique on the instance.
const UNIQUE_ON_THE_INSTANCE: [&str; 2] = ["sign_ins", "slugs"];

fn column(connection: &mut AnyConnection, query: &str) -> Vec<String> {
    sql::texts(connection, query)
}

/// An empty database whose server has the functions of Citus, as far as they refuse; they note what they were asked.
fn beside_citus() -> Option<TestDatabase> {
    let database = TestDatabase::empty(Engine::Postgres)?;
    sql::execute(&mut database.connect(), include_str!("citus.sql"));
    Some(database)
}

#[test]
fn migrating_distributes_every_table_of_organisations_once_and_says_so() {
    let Some(database) = beside_citus() else { return };
    let said = quotidien(&["migrate"], Some(&database.address()), "");
    assert!(said.status.success(), "{said:?}");
    assert!(
        String::from_utf8_lossy(&said.stdout).contains("Citus is installed"),
        "{said:?}"
    );
    let connection = &mut database.connect();
    let distributed = "SELECT logicalrelid::text AS text FROM pg_dist_partition WHERE partmethod = 'h'";
    let expected: BTreeSet<String> = sql::tenant_tables(connection)
        .into_iter()
        .filter(|table| !UNIQUE_ON_THE_INSTANCE.contains(&table.as_str()))
        .collect();
    assert_eq!(BTreeSet::from_iter(column(connection, distributed)), expected);
    let calls = "SELECT call AS text FROM citus.calls ORDER BY number";
    let asked = column(connection, calls);
    assert_eq!(
        asked.first().map(String::as_str),
        Some("create_distributed_table organisations default")
    );
    for table in UNIQUE_ON_THE_INSTANCE {
        assert!(
            asked.contains(&format!("citus_add_local_table_to_metadata {table}")),
            "{asked:?}"
        );
    }
    assert!(
        asked.contains(&"truncate_local_data_after_distributing_table organisations".to_owned()),
        "{asked:?}"
    );
    quotidien(&["migrate"], Some(&database.address()), "");
    assert_eq!(column(connection, calls), asked, "what is distributed stays as it is");
}

#[test]
fn what_citus_refuses_is_refused_by_the_functions_of_this_test() {
    let Some(database) = beside_citus() else { return };
    drop(database.store());
    let connection = &mut database.connect();
    sql::execute(
        connection,
        "CREATE TABLE no_key (organisation_id text, name text UNIQUE);
        CREATE TABLE child (organisation_id text, slug text REFERENCES slugs (slug));
        CREATE TABLE beside (account_id text, organisation_id text, FOREIGN KEY (organisation_id, account_id)
            REFERENCES accounts (organisation_id, account_id));
        CREATE FUNCTION refuses(statement text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
            EXECUTE statement; RETURN false; EXCEPTION WHEN feature_not_supported THEN RETURN true; END $$",
    );
    for statement in [
        "SELECT create_distributed_table(''no_key'', ''organisation_id'')",
        "SELECT create_distributed_table(''slugs'', ''organisation_id'')",
        "SELECT create_distributed_table(''child'', ''organisation_id'')",
        "SELECT citus_add_local_table_to_metadata(''beside'')",
    ] {
        let refused = column(connection, &format!("SELECT refuses('{statement}')::text AS text"));
        assert_eq!(refused, ["true"], "{statement}");
    }
}

#[test]
fn a_batch_of_several_organisations_is_written_one_by_one_and_answered_in_its_order() {
    let Some(database) = beside_citus() else { return };
    block_on(async {
        let store = database.store();
        let mut ours = Vec::new();
        for _ in 0..3 {
            ours.push(TestOrganisation::new(&store, 2).await);
        }
        let day = |number: usize| format!("2022-05-{:02}", 1 + number % 20);
        let writes = |participants: i64| {
            let each = (0..30).map(move |number| (number, participants + i64::try_from(number).unwrap()));
            each.map(|(number, people)| ours[number % 3].put(number % 2, &day(number), vec![workshop(people)]))
                .collect::<Vec<_>>()
        };
        for (participants, outcome) in [(1, Outcome::Created), (2, Outcome::Replaced), (2, Outcome::Unchanged)] {
            let asked = writes(participants);
            let keys: Vec<_> = asked.iter().map(|write| (write.advisor, write.date)).collect();
            let mut answered = Vec::new();
            for answer in in_one_batch(&store, asked).await {
                let answer = answer.unwrap();
                let report = answer.report.unwrap();
                answered.push((report.advisor, report.date));
                assert_eq!(answer.outcome, outcome);
            }
            assert_eq!(answered, keys);
        }
        for of in ours {
            let differences = store
                .read(move |connection| {
                    let months = check::months(connection, of.id)?;
                    assert!(!months.is_empty());
                    let mut found = Vec::new();
                    for month in months {
                        found.extend(check::difference(connection, of.id, month)?);
                    }
                    Ok(found.len())
                })
                .await
                .unwrap();
            assert_eq!(differences, 0);
        }
    });
}

/// The statements that the connections of the tour have sent.
static SENT: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);
const TOUR: &str = "tour_of_the_service";

/// Notes the statements of a connection whose address names the tour.
#[derive(Default)]
struct Noting {
    is_of_the_tour: bool,
}

impl Instrumentation for Noting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.is_of_the_tour = url.contains(TOUR),
            InstrumentationEvent::StartQuery { query, .. } if self.is_of_the_tour => {
                let text = query.to_string().replace('"', "");
                let text = text.split(" -- binds:").next().unwrap_or_default();
                SENT.lock().unwrap().insert(text.to_owned());
            }
            _ => {}
        }
    }
}

/// The tables that a statement reads or writes.
fn tables_of<'t>(statement: &str, tables: &'t [String]) -> Vec<&'t str> {
    let words: Vec<&str> = statement
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let named = words
        .windows(2)
        .filter(|pair| ["FROM", "JOIN", "INTO", "UPDATE"].contains(&pair[0]));
    let named: BTreeSet<&str> = named.map(|pair| pair[1]).collect();
    let found = tables.iter().map(String::as_str);
    found.filter(|table| named.contains(table)).collect()
}

/// Whether a statement says of which organisation the rows are that it reads or writes.
fn names_the_organisation(statement: &str) -> bool {
    let said = if statement.starts_with("INSERT") {
        Some(statement)
    } else {
        statement.split_once("WHERE").map(|(_, condition)| condition)
    };
    said.is_some_and(|said| said.contains("organisation_id"))
}

/// The statements that are of all organisations: how each begins, and why.
const OF_ALL: [(&str, &str); 0] = [];

#[test]
fn every_statement_that_touches_a_distributed_table_names_the_organisation() {
    set_default_instrumentation(|| Some(Box::<Noting>::default())).unwrap();
    run(Engine::Postgres, |database| async move {
        let database = database.called(TOUR);
        let tables: Vec<String> = sql::tenant_tables(&mut database.connect())
            .into_iter()
            .filter(|table| !UNIQUE_ON_THE_INSTANCE.contains(&table.as_str()))
            .collect();
        let api = Api::on(&database).await;
        let cast = api.cast().await;
        SENT.lock().unwrap().clear();
        let names = furnish(&api, &cast).await;
        let rng = &mut random::draws(random::seed());
        for (method, path) in operations(&api).await.iter().cycle().take(400) {
            for caller in [&cast.advisor, &cast.coordinator] {
                let token = api.new_token(caller).await;
                let path = filled(rng, path, &names);
                let mut call = api.call(method.clone(), &path).bearer(&token);
                if let Some(body) = body(rng, method, &path, &names) {
                    call = call.json(&body);
                }
                call.send().await;
            }
        }
        let sent = SENT.lock().unwrap().clone();
        let touching: Vec<&String> = sent
            .iter()
            .filter(|text| !tables_of(text, &tables).is_empty())
            .collect();
        assert!(touching.len() > 100, "{} statements", touching.len());
        let unnamed: Vec<&&String> = touching
            .iter()
            .filter(|text| !names_the_organisation(text))
            .filter(|text| !OF_ALL.iter().any(|(beginning, _)| text.starts_with(beginning)))
            .collect();
        assert!(unnamed.is_empty(), "{unnamed:#?}");
    });
}

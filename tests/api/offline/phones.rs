//! A phone that was away for a month.

use std::time::Instant;

use serde_json::{Value, json};

use super::device::Standing;
use super::network::Network;
use super::town::{Handheld, Town};
use crate::support::database::{Engine, TestDatabase};

/// The advisor writes thirty days with 400 interventions on the phone.
fn write_a_month(phone: &mut Handheld) {
    for day in 1..=30 {
        let held = json!({"kind": "workshop", "participants": 3, "duration_minutes": 60, "setting": "home", "themes": ["email"]});
        let held: Vec<Value> = vec![held; if day <= 10 { 14 } else { 13 }];
        let report = json!({ "interventions": held });
        phone.device.write(&format!("2022-06-{day:02}"), Some(&report)).unwrap();
    }
}

fn stored(town: &Town, advisor: &str) -> Vec<Value> {
    let path = format!("/v1/reports?limit=200&advisor_id={advisor}");
    let (_, page) = town.ask("GET", &path, None, &Value::Null);
    page["items"].as_array().unwrap().clone()
}

/// A phone on which its advisor wrote for a month without a network: the town, the network, the advisor's identifier
/// and the phone.
fn away_for_a_month(database: &TestDatabase, engine: Engine) -> (Town, Network, String, Handheld) {
    let town = Town::on(database, engine);
    let network = Network::before(&town.addresses(), 1);
    let advisor = town.advisor("advisor@test.example");
    let mut phone = town.device("advisor@test.example", 0, &network.url());
    write_a_month(&mut phone);
    phone.restart();
    (town, network, advisor, phone)
}

#[test]
fn a_month_without_a_network_is_one_batch() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::migrated(engine) else {
            continue;
        };
        let (town, _network, advisor, mut phone) = away_for_a_month(&database, engine);
        phone.device.synchronise().unwrap();
        assert_eq!(phone.log.borrow().batches, 1);
        let stored = stored(&town, &advisor);
        let interventions = stored
            .iter()
            .map(|report| report["interventions"].as_array().unwrap().len());
        assert_eq!((stored.len(), interventions.sum::<usize>()), (30, 400));
        assert!(phone.device.notebook().days.values().all(|day| day.draft.is_none()));
    }
}

#[test]
fn a_link_that_loses_three_answers_of_ten_ends_in_the_same_state() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let (town, network, advisor, mut phone) = away_for_a_month(&database, Engine::Sqlite);
    network.lose_answers();
    let mut attempts = 1;
    while phone.device.synchronise().is_err() {
        attempts += 1;
        phone.restart();
        assert!(attempts < 100);
    }
    let stored = stored(&town, &advisor);
    assert_eq!(stored.len(), 30);
    assert!(
        stored.iter().all(|report| report["version"] == 1),
        "nothing was written twice"
    );
    assert!(
        phone
            .device
            .notebook()
            .days
            .values()
            .all(|day| day.draft.is_none() && day.version == 1)
    );
}

#[test]
fn a_phone_reads_all_afresh_after_a_backup_was_restored_and_writes_again_what_it_lost() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let (town, _network, advisor, mut phone) = away_for_a_month(&database, Engine::Sqlite);
    phone.device.synchronise().unwrap();
    let before = stored(&town, &advisor);
    // As if a backup from before the month had been restored.
    let mut connection = database.connect();
    crate::support::sql::execute(
        &mut connection,
        "DELETE FROM interventions; DELETE FROM reports; DELETE FROM tallies; UPDATE organisations SET change_seq = 0",
    );
    let restored = crate::command_line::quotidien(&["changes", "new-epoch"], Some(&database.address()), "");
    assert!(restored.status.success());
    phone.device.synchronise().unwrap();
    let content = |report: &Value| (report["date"].clone(), report["interventions"].clone());
    let after = stored(&town, &advisor);
    assert_eq!(
        after.iter().map(content).collect::<Vec<_>>(),
        before.iter().map(content).collect::<Vec<_>>()
    );
}

#[test]
fn a_day_that_was_refused_is_kept_with_its_problem_until_its_advisor_tries_again() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let (town, _network, advisor, mut phone) = away_for_a_month(&database, Engine::Sqlite);
    let (path, nothing) = ("/v1/months/2022-06/closing", json!({}));
    assert_eq!(town.ask("PUT", path, None, &nothing).0, 200);
    phone.device.synchronise().unwrap();
    for day in phone.device.notebook().days.values() {
        let draft = day.draft.as_ref().unwrap();
        assert!(matches!(&draft.standing, Standing::Refused(problem) if problem["code"] == "month_closed"));
    }
    assert_eq!(
        town.ask("DELETE", &format!("{path}?reason=oubli"), None, &nothing).0,
        204
    );
    phone.device.retry().unwrap();
    phone.device.synchronise().unwrap();
    assert_eq!(stored(&town, &advisor).len(), 30);
}

#[test]
#[ignore = "measures; of use with --release"]
fn a_month_without_a_network_takes_less_than_a_second() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = TestDatabase::migrated(engine) else {
            continue;
        };
        let (_town, _network, _advisor, mut phone) = away_for_a_month(&database, engine);
        let started = Instant::now();
        phone.device.synchronise().unwrap();
        let taken = started.elapsed();
        eprintln!("{engine:?}: 30 days with 400 interventions in {taken:?}, sign-in included");
        assert!(taken.as_millis() < 1000);
    }
}

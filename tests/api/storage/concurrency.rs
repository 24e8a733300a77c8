//! Two instances on one database: nothing is lost or counted twice, however their writes meet.

use quotidien::domain::decision::{Refusal, ReportWrite};
use quotidien::storage::reports::{Outcome, WriteAnswer};
use quotidien::storage::{Store, check};
use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio::task::JoinSet;

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::organisation::{TestOrganisation, if_match, month, workshop};
use crate::support::queue::write_report;
use crate::support::{random, sql};

on_both_databases!(
    writers_of_two_instances_leave_exact_tallies_and_versions,
    of_writers_that_expect_the_same_version_one_wins,
);

const INSTANCES: usize = 2;
const TASKS: u64 = 32;
const WRITES: usize = 40;

/// A write of one of five days of two advisors.
fn write(rng: &mut StdRng, organisation: &TestOrganisation) -> ReportWrite {
    let advisor = rng.random_range(0..2);
    let day = format!("2022-05-{:02}", rng.random_range(29..=33));
    // Days 32 and 33 of May stand for 1 and 2 June, so that the writes are in two months.
    let day = day.replace("05-32", "06-01").replace("05-33", "06-02");
    if rng.random_bool(0.1) {
        organisation.delete(advisor, &day)
    } else {
        let interventions = (0..rng.random_range(0..3)).map(|_| workshop(rng.random_range(1..=5)));
        organisation.put(advisor, &day, interventions.collect())
    }
}

async fn writers_of_two_instances_leave_exact_tallies_and_versions(database: TestDatabase) {
    let seed = random::seed();
    let stores: [Store; INSTANCES] = std::array::from_fn(|_| database.store());
    let ours = TestOrganisation::new(&stores[0], 2).await;
    let mut tasks = JoinSet::new();
    for (store, task) in stores.iter().cycle().zip(0..TASKS) {
        let (store, organisation) = (store.clone(), ours.clone());
        let mut rng = random::draws(seed.wrapping_add(task));
        tasks.spawn(async move {
            let mut written = 0;
            for _ in 0..WRITES {
                let answer = write_report(&store, write(&mut rng, &organisation)).await.unwrap();
                written += i64::from(answer.outcome != Outcome::Unchanged);
            }
            written
        });
    }
    let written: i64 = tasks.join_all().await.into_iter().sum();
    let id = ours.id;
    for of_month in ["2022-05", "2022-06"] {
        let difference = stores[0].read(move |connection| check::difference(connection, id, month(of_month)));
        assert_eq!(difference.await.unwrap(), None, "{of_month}");
    }
    versions_are_complete(&database, written);
}

/// Asserts that every write that changed a day made a version of the day and has a change number that no other write
/// has, and that a day's change numbers are in the order of its versions.
fn versions_are_complete(database: &TestDatabase, written: i64) {
    let connection = &mut database.connect();
    let query = "SELECT advisor_id || ' ' || CAST(report_date AS TEXT) || ' ' || CAST(version AS TEXT) AS text FROM (
            SELECT advisor_id, report_date, version, change_seq FROM reports
            UNION ALL SELECT advisor_id, report_date, version, change_seq FROM report_versions
        ) AS changes ORDER BY change_seq";
    let changes = sql::texts(connection, query);
    assert_eq!(i64::try_from(changes.len()).unwrap(), written);
    let mut last = std::collections::BTreeMap::new();
    for change in &changes {
        let (day, version) = change.rsplit_once(' ').unwrap();
        let before = last.insert(day, version.parse().unwrap()).unwrap_or(0);
        assert_eq!(last[day], before + 1, "{day}");
    }
    let numbers = "SELECT CAST(count(DISTINCT change_seq) AS TEXT) AS text FROM (
            SELECT change_seq FROM reports UNION ALL SELECT change_seq FROM report_versions
        ) AS changes";
    assert_eq!(sql::texts(connection, numbers), [written.to_string()]);
}

async fn of_writers_that_expect_the_same_version_one_wins(database: TestDatabase) {
    let stores: [Store; INSTANCES] = std::array::from_fn(|_| database.store());
    let ours = TestOrganisation::new(&stores[0], 1).await;
    for round in 0..20 {
        let mut tasks = JoinSet::new();
        for (store, participants) in stores
            .iter()
            .flat_map(|store| (1..=4).map(move |number| (store, number)))
        {
            let write = if_match(
                round,
                ours.put(0, "2022-05-03", vec![workshop(10 * (round + 1) + participants)]),
            );
            let store = store.clone();
            tasks.spawn(async move { write_report(&store, write).await });
        }
        let outcomes = tasks.join_all().await;
        // Both instances ask for each report. One write of the report that wins makes it; the other finds it stored:
        // unchanged.
        let won = |outcome: &Result<WriteAnswer, Refusal>| matches!(outcome, Ok(answer) if answer.outcome != Outcome::Unchanged);
        assert_eq!(outcomes.iter().filter(|outcome| won(outcome)).count(), 1);
        let lost = Err(Refusal::VersionMismatch { current: round + 1 });
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == lost).count(), 6);
    }
}

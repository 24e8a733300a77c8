//! Tables that somebody locks as a whole, as `VACUUM FULL` does while `quotidien organisation erase` writes them anew. Whoever waits
//! is told to come again, though PostgreSQL points at the statement that waited, when it is new to its connection, as if that were
//! at fault. Here all statements are. Whoever reads waits until the time of a statement is over, which is told apart (`passing.rs`).

use std::time::Duration;

use futures_util::future::join;
use quotidien::storage::reports::Outcome;
use quotidien::storage::{AnyConnection, Store};

use crate::support::database::{Engine, TestDatabase, run};
use crate::support::organisation::{TestOrganisation, workshop};
use crate::support::queue::write_report;
use crate::support::sql;

/// A transaction of somebody else that locks a table as a whole.
fn lock(database: &TestDatabase, table: &str) -> AnyConnection {
    let mut beside = database.connect();
    sql::execute(
        &mut beside,
        &format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"),
    );
    beside
}

/// An organisation, and a store whose writer has yet to run its first statement.
async fn newly_opened(database: &TestDatabase) -> (TestOrganisation, Store) {
    let organisation = TestOrganisation::new(&database.store(), 1).await;
    (organisation, database.store())
}

#[test]
fn whoever_waits_to_write_while_a_whole_table_is_locked_is_told_to_come_again_or_writes_once_it_is_free() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let elsewhere = TestDatabase::migrated(Engine::Postgres).unwrap();
        let refused = async {
            let (organisation, store) = newly_opened(&database).await;
            // Named as a table alone, and not as the type of its rows, of which the server points at none.
            let mut beside = lock(&database, "activity_periods");
            let report = || organisation.put(0, "2022-05-03", vec![workshop(9)]);
            let refused = store.write_report(report()).await.unwrap_err();
            assert!(refused.is_temporary(), "{refused:?}");
            sql::execute(&mut beside, "ROLLBACK");
            let written = write_report(&store, report()).await.unwrap();
            assert_eq!(written.outcome, Outcome::Created);
        };
        // The table in which the lock of each organisation is: its writes wait, as for any who holds it.
        let held = async {
            let (organisation, store) = newly_opened(&elsewhere).await;
            let mut beside = lock(&elsewhere, "organisations");
            let waiting = write_report(&store, organisation.put(0, "2022-05-03", vec![workshop(9)]));
            let freeing = async {
                // Longer than a write is tried, by itself too.
                tokio::time::sleep(Duration::from_millis(2300)).await;
                sql::execute(&mut beside, "ROLLBACK");
            };
            let (written, ()) = join(waiting, freeing).await;
            assert_eq!(written.unwrap().outcome, Outcome::Created);
        };
        join(refused, held).await;
    });
}

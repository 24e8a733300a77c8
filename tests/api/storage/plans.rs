//! How much of a table PostgreSQL reads for a batch, as long as it has no statistics of it.

use std::sync::mpsc::channel;

use chrono::{Days, NaiveDate};

use crate::support::database::{Engine, TestDatabase, run};
use crate::support::organisation::{TestOrganisation, workshop};
use crate::support::queue::{in_one_batch, pause, put, work, write_report};
use crate::support::sql;

/// How many days have a report, and how many of them a batch changes.
const DAYS: u64 = 200;
const CHANGED: u64 = 8;

#[test]
fn a_batch_that_changes_days_reads_the_interventions_of_no_others() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store();
        let ours = TestOrganisation::new(&store, 1).await;
        let first = NaiveDate::from_ymd_opt(2022, 1, 1).unwrap();
        let day = |number| (first + Days::new(number)).to_string();
        let reports = (0..DAYS).map(|number| ours.put(0, &day(number), vec![workshop(1)]));
        assert!(in_one_batch(&store, reports).await.iter().all(Result::is_ok));
        let busy = pause(&store);
        let changes = (0..CHANGED).map(|number| ours.put(0, &day(number), vec![workshop(2)]));
        let changes: Vec<_> = changes.map(|change| put(write_report(&store, change))).collect();
        let (sender, read) = channel();
        // In the same transaction, so that the rows that it has read are those of the changes.
        let reading = put(work(&store, move |connection| {
            let query = "SELECT (seq_tup_read + idx_tup_fetch)::text AS text FROM pg_stat_xact_user_tables \
                WHERE relname = 'interventions'";
            sender.send(sql::texts(connection, query)).unwrap();
            Ok(())
        }));
        busy.end().await;
        for change in changes {
            assert!(change.await.is_ok());
        }
        reading.await;
        let read: Vec<u64> = read.recv().unwrap().iter().map(|rows| rows.parse().unwrap()).collect();
        assert!(
            matches!(read[..], [rows] if (1..=4 * CHANGED).contains(&rows)),
            "{read:?} rows of {DAYS} days"
        );
    });
}

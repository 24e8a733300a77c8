//! What jobs forget they forget in slices, and the writer is everybody's in between. How long the rest stays was decided, table by table.

use std::cell::Cell;
use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures_util::future::{join, join_all};
use quotidien::domain::report::ReportDraft;
use quotidien::jobs::{Job, Worker};
use quotidien::storage::Store;

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::organisation::{TestOrganisation, workshop};
use crate::support::queue::write_report;
use crate::support::sql;

on_both_databases!(
    every_table_says_how_long_its_rows_stay,
    reports_are_written_between_the_slices_of_a_purge,
    reports_are_written_between_the_slices_in_which_earlier_versions_lose_their_notes,
);

/// The tables whose rows do not say when they expire, each with how long they stay: what `docs/rgpd.md` promises.
const KEPT: [(&str, &str); 25] = [
    ("organisations", "until it is erased"),
    ("slugs", "with the organisation"),
    ("accounts", "a year after the last contact they lose name and address"),
    ("activity_periods", "with the reports that they are about"),
    ("sign_ins", "with the name of the account"),
    (
        "calendar_links",
        "until ended, at the latest with the name of the account",
    ),
    ("refresh_tokens", "with their session"),
    ("audit_entries", "12 months"),
    ("reports", "as long as the contract; notes 24 months"),
    ("interventions", "as the report; places at home as its notes"),
    ("report_versions", "as the report; notes 24 months"),
    ("tallies", "as the reports, of which they are sums"),
    ("months", "as long as the contract"),
    ("refused_writes", "as long as the contract"),
    ("publications", "as long as the contract"),
    ("places", "as long as the contract"),
    ("tags", "as long as the contract"),
    ("workshops", "as long as the contract"),
    ("agreements", "as long as the contract"),
    ("schedules", "as long as the contract"),
    ("partners", "contacts 24 months after the last work with them"),
    ("meetings", "what was said, as the contacts of the partner"),
    ("requests", "contacts, as those of the partner"),
    ("referrals", "what is personal, 24 months after the closing"),
    ("planned_sessions", "words 24 months after the day"),
];

/// A table that is new stands in the list once somebody has decided what of it is forgotten, and when.
async fn every_table_says_how_long_its_rows_stay(database: TestDatabase) {
    let connection = &mut database.connect();
    let expiring = sql::tables_that_expire(connection);
    let tables = sql::tenant_tables(connection).into_iter();
    let others: BTreeSet<String> = tables.filter(|table| !expiring.contains(table)).collect();
    let known: BTreeSet<String> = KEPT.iter().map(|(table, _)| (*table).to_owned()).collect();
    assert_eq!(others, known);
}

/// Many times as many as are forgotten in one write.
const ENTRIES: usize = 600;

async fn reports_are_written_between_the_slices_of_a_purge(database: TestDatabase) {
    let store = database.store();
    let organisation = TestOrganisation::new(&store, 1).await;
    let entry = |number: usize| {
        let id = format!("0198f3c2-7c1e-7d2a-8f20-{number:012}");
        format!("('{}', '2021-01-04 10:00:00', '{id}', 'key_created')", organisation.id)
    };
    let entries: Vec<String> = (0..ENTRIES).map(entry).collect();
    let written = format!(
        "INSERT INTO audit_entries (organisation_id, recorded_at, entry_id, action) VALUES {}",
        entries.join(", ")
    );
    sql::execute(&mut database.connect(), &written);
    let old = ("audit_entries", "action = 'key_created'");
    assert_reports_are_written_while(Job::PurgeAuditLog, old, &database, &store, &organisation).await;
}

async fn reports_are_written_between_the_slices_in_which_earlier_versions_lose_their_notes(database: TestDatabase) {
    let store = database.store();
    let organisation = TestOrganisation::new(&store, 3).await;
    let first = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let days_of = |advisor: usize| {
        first
            .iter_days()
            .take(ENTRIES / 3)
            .map(move |day| (advisor, day.to_string()))
    };
    let days: Vec<(usize, String)> = (0..3).flat_map(days_of).collect();
    // The note stands in the version that was replaced, and nowhere else.
    for note in [Some("Madame Untel"), None] {
        let writes = days.iter().map(|(advisor, day)| {
            let draft = ReportDraft {
                note: note.map(str::to_owned),
                ..ReportDraft::default()
            };
            write_report(&store, organisation.put_draft(*advisor, day, draft))
        });
        for written in join_all(writes).await {
            written.unwrap();
        }
    }
    let old = ("report_versions", "has_notes");
    assert_reports_are_written_while(Job::PurgeNotes, old, &database, &store, &organisation).await;
}

/// Runs a job, while somebody of the organisation reports again and again, on a database with `ENTRIES` rows of a table (that obey
/// a condition) for it to forget.
async fn assert_reports_are_written_while(
    job: Job,
    (table, condition): (&str, &str),
    database: &TestDatabase,
    store: &Store,
    organisation: &TestOrganisation,
) {
    let connection = &mut database.connect();
    let all = i64::try_from(ENTRIES).unwrap();
    assert_eq!(sql::count(connection, table, condition), all);
    let is_done = Cell::new(false);
    let purge = async {
        let worker = Worker {
            store: store.clone(),
            instance: "one".to_owned(),
            notes_months: 24,
            mailer: None,
        };
        let today: DateTime<Utc> = "2022-10-01T10:00:00Z".parse().unwrap();
        // What forgets is only looked at on the first day.
        let yesterday = today - TimeDelta::days(1);
        assert_eq!(worker.run_due(&move || yesterday).await.unwrap(), []);
        let done = worker.run_due(&move || today).await;
        is_done.set(true);
        done.unwrap()
    };
    // How many rows are left after each report that was taken meanwhile.
    let mut left = BTreeSet::new();
    let reports = async {
        let mut participants = 0;
        while !is_done.get() {
            participants += 1;
            let day = organisation.put(0, "2022-05-03", vec![workshop(participants)]);
            write_report(store, day).await.unwrap();
            left.insert(sql::count(connection, table, condition));
        }
    };
    let (done, ()) = join(purge, reports).await;
    assert!(done.contains(&job), "{done:?}");
    assert_eq!(sql::count(connection, table, condition), 0);
    let between = left.iter().filter(|left| (1..all).contains(*left)).count();
    assert!(between >= 4, "after reports so many rows were left: {left:?}");
}

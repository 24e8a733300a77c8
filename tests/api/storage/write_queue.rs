//! The queue of writes: writes that wait are committed together, and a write that fails does no harm to the others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection as _;
use quotidien::domain::decision::Refusal;
use quotidien::domain::identifiers::OrganisationId;
use quotidien::domain::intervention::InterventionDraft;
use quotidien::storage::reports::Outcome;
use quotidien::storage::{AnyConnection, StorageError, Store, organisations};

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::organisation::{TestOrganisation, at, organisation, workshop};
use crate::support::queue::{Pause, Waiting, is_answered, pause, put, work, write_report};
use crate::support::sql;

on_both_databases!(
    what_waits_is_committed_together_and_answered_afterwards,
    a_refusal_undoes_its_own_work_and_nothing_beside_it,
    an_error_of_the_database_makes_each_write_of_the_batch_run_alone,
    a_panic_is_answered_to_its_own_work_alone,
    a_full_queue_refuses_at_once_and_keeps_what_waits,
    large_reports_that_wait_have_a_bound_of_their_own,
    work_sees_what_the_reports_before_it_wrote,
    more_writes_than_a_batch_holds_are_all_done,
    a_commit_that_fails_is_told_to_all_and_the_writer_goes_on,
    changes_are_numbered_by_organisation_in_their_order,
);

fn insert(connection: &mut AnyConnection, id: OrganisationId) -> Result<(), StorageError> {
    organisations::insert(connection, &organisation(id), at(0))
}

fn organisations(connection: &mut AnyConnection) -> i64 {
    sql::count(connection, "organisations", "name <> 'Quotidien'")
}

fn exists(connection: &mut AnyConnection, id: OrganisationId) -> bool {
    organisations::find(connection, id).unwrap().is_some()
}

/// Work that adds an organisation and counts its runs.
async fn insert_counting(store: &Store, id: OrganisationId, runs: Arc<AtomicU32>) -> Result<(), StorageError> {
    let Ok(()) = store
        .write(move |connection| {
            runs.fetch_add(1, Ordering::Relaxed);
            insert(connection, id).map(Ok::<_, std::convert::Infallible>)
        })
        .await?;
    Ok(())
}

async fn what_waits_is_committed_together_and_answered_afterwards(database: TestDatabase) {
    let store = database.store();
    let others = TestOrganisation::new(&store, 1).await;
    let before = pause(&store);
    let mut report = put(store.write_report(others.put(0, "2022-05-03", vec![workshop(9)])));
    let mut inserted = put(work(&store, |connection| insert(connection, OrganisationId::new())));
    let last = Pause::put(&store);
    before.end().await;
    last.until_it_runs();
    let mut beside = database.connect();
    assert_eq!(organisations(&mut beside), 1, "nothing is seen before the commit");
    assert_eq!(
        sql::count(&mut beside, "reports", "true"),
        0,
        "nothing is seen before the commit"
    );
    assert!(
        !is_answered(&mut report) && !is_answered(&mut inserted),
        "nothing is answered before the commit"
    );
    last.end().await;
    report.await.unwrap().unwrap();
    inserted.await;
    assert_eq!(organisations(&mut beside), 2);
    assert_eq!(sql::count(&mut beside, "reports", "true"), 1);
}

async fn a_refusal_undoes_its_own_work_and_nothing_beside_it(database: TestDatabase) {
    let store = database.store();
    let others = TestOrganisation::new(&store, 1).await;
    let [first, refused, last] = [(); 3].map(|()| OrganisationId::new());
    let pause = pause(&store);
    let before = put(work(&store, move |connection| insert(connection, first)));
    let report = put(write_report(&store, others.put(0, "2022-05-03", vec![workshop(9)])));
    let refusal = put(store.write(move |connection| {
        insert(connection, refused)?;
        // Before it is refused the work sees what it wrote itself.
        assert!(exists(connection, refused));
        Ok(Err::<(), _>("refused"))
    }));
    let foreign = put(write_report(&store, {
        let mut write = others.put(0, "2022-05-03", vec![workshop(3)]);
        write.organisation = OrganisationId::new();
        write
    }));
    let after = put(work(&store, move |connection| {
        assert!(exists(connection, first) && !exists(connection, refused));
        insert(connection, last)
    }));
    pause.end().await;
    before.await;
    assert_eq!(refusal.await.unwrap(), Err("refused"));
    assert_eq!(foreign.await, Err(Refusal::UnknownAdvisor));
    assert_eq!(report.await.unwrap().outcome, Outcome::Created);
    after.await;
    let connection = &mut database.connect();
    assert_eq!(
        [first, refused, last].map(|id| exists(connection, id)),
        [true, false, true]
    );
    assert_eq!(sql::count(connection, "interventions", "participants = 9"), 1);
}

async fn an_error_of_the_database_makes_each_write_of_the_batch_run_alone(database: TestDatabase) {
    let store = database.store();
    let others = TestOrganisation::new(&store, 1).await;
    let runs = Arc::new(AtomicU32::new(0));
    let [first, last] = [(); 2].map(|()| OrganisationId::new());
    let pause = pause(&store);
    let before = put(insert_counting(&store, first, Arc::clone(&runs)));
    let report = put(write_report(&store, others.put(0, "2022-05-03", vec![workshop(9)])));
    let twice = put(insert_counting(&store, others.id, Arc::clone(&runs)));
    let again = put(write_report(
        &store,
        others.put(0, "2022-05-03", vec![workshop(4), workshop(5)]),
    ));
    let after = put(insert_counting(&store, last, Arc::clone(&runs)));
    pause.end().await;
    before.await.unwrap();
    assert!(matches!(twice.await, Err(StorageError::Database(_))));
    assert_eq!(report.await.unwrap().outcome, Outcome::Created);
    assert_eq!(again.await.unwrap().report.unwrap().version, 2);
    after.await.unwrap();
    // The first work and the one at fault ran twice, in the batch and alone; the last ran alone only.
    assert_eq!(runs.load(Ordering::Relaxed), 5);
    let connection = &mut database.connect();
    assert_eq!(organisations(connection), 3);
    assert_eq!(sql::count(connection, "interventions", "true"), 2);
    assert_eq!(sql::count(connection, "report_versions", "true"), 1);
    assert_eq!(
        sql::count(
            connection,
            "tallies",
            "workshops_held = 2 AND workshop_participants = 9"
        ),
        1
    );
}

async fn a_panic_is_answered_to_its_own_work_alone(database: TestDatabase) {
    let store = database.store();
    let others = TestOrganisation::new(&store, 1).await;
    let runs = Arc::new(AtomicU32::new(0));
    let pause = pause(&store);
    let before = put(insert_counting(&store, OrganisationId::new(), Arc::clone(&runs)));
    let unwanted = OrganisationId::new();
    let panics = put(store.write(move |connection| -> Result<Result<(), ()>, _> {
        insert(connection, unwanted)?;
        panic!("{unwanted} on purpose")
    }));
    let report = put(write_report(&store, others.put(0, "2022-05-03", vec![workshop(9)])));
    pause.end().await;
    before.await.unwrap();
    let expected = format!("{unwanted} on purpose");
    assert!(matches!(panics.await, Err(StorageError::Panicked(message)) if message == expected));
    assert_eq!(report.await.unwrap().outcome, Outcome::Created);
    work(&store, |connection| insert(connection, OrganisationId::new())).await;
    assert_eq!(organisations(&mut database.connect()), 3);
}

async fn a_full_queue_refuses_at_once_and_keeps_what_waits(database: TestDatabase) {
    const QUEUE_LENGTH: usize = 8192;
    let store = database.store();
    let others = TestOrganisation::new(&store, 1).await;
    let pause = pause(&store);
    let report = others.put(0, "2022-05-03", vec![workshop(9)]);
    let waiting: Vec<_> = (0..QUEUE_LENGTH)
        .map(|_| put(write_report(&store, report.clone())))
        .collect();
    let refused = store.write_report(report.clone()).await;
    assert!(matches!(refused, Err(StorageError::QueueFull)), "{refused:?}");
    let refused = store.write(|_| Ok(Ok::<_, ()>(()))).await;
    assert!(matches!(refused, Err(StorageError::QueueFull)), "{refused:?}");
    pause.end().await;
    let mut unchanged = 0;
    for write in waiting {
        unchanged += usize::from(write.await.unwrap().outcome == Outcome::Unchanged);
    }
    assert_eq!(unchanged, QUEUE_LENGTH - 1, "the first made the report");
    write_report(&store, report).await.unwrap();
}

async fn large_reports_that_wait_have_a_bound_of_their_own(database: TestDatabase) {
    let store = database.store();
    let others = TestOrganisation::new(&store, 1).await;
    let pause = pause(&store);
    let wordy = InterventionDraft {
        duration_minutes: 10,
        note: Some("é".repeat(2000)),
        ..workshop(9)
    };
    let large = others.put(0, "2022-05-03", vec![wordy; 100]);
    let mut waiting = Vec::new();
    let refused = loop {
        let mut write = put_or_refused(store.write_report(large.clone()));
        if is_answered(&mut write) {
            break waiting.len();
        }
        waiting.push(write);
    };
    // A hundred notes of 2,000 letters of two bytes are 400 kB; those that wait are of 64 MiB together.
    assert!((100..168).contains(&refused), "{refused} waited");
    let mut small = put(store.write(|_| Ok(Ok::<_, ()>(()))));
    assert!(!is_answered(&mut small), "what is small has a place still");
    pause.end().await;
    for write in waiting {
        write.await.unwrap().unwrap();
    }
    write_report(&store, large).await.unwrap();
}

/// Puts a write at the end of the queue, which may not take it.
fn put_or_refused<'a, T: 'a>(write: impl Future<Output = T> + 'a) -> Waiting<'a, T> {
    Box::pin(write)
}

async fn work_sees_what_the_reports_before_it_wrote(database: TestDatabase) {
    let store = database.store();
    let others = TestOrganisation::new(&store, 1).await;
    let participants = |connection: &mut AnyConnection| sql::count(connection, "interventions", "participants = 9");
    let pause = pause(&store);
    let before = put(store.write(move |connection| Ok(Ok::<_, ()>(participants(connection)))));
    let first = put(write_report(&store, others.put(0, "2022-05-03", vec![workshop(9)])));
    let between = put(store.write(move |connection| Ok(Ok::<_, ()>(participants(connection)))));
    let second = put(write_report(&store, others.put(0, "2022-05-03", vec![workshop(4)])));
    let after = put(store.write(move |connection| Ok(Ok::<_, ()>(participants(connection)))));
    pause.end().await;
    assert_eq!(first.await.unwrap().outcome, Outcome::Created);
    assert_eq!(second.await.unwrap().outcome, Outcome::Replaced);
    let seen = [before.await, between.await, after.await].map(|seen| seen.unwrap().unwrap());
    assert_eq!(seen, [0, 1, 0]);
}

async fn more_writes_than_a_batch_holds_are_all_done(database: TestDatabase) {
    let store = database.store();
    let others = TestOrganisation::new(&store, 1).await;
    let pause = pause(&store);
    // 600 reports and 200 works: more than the 256 writes and the 64 savepoints of one transaction.
    let days: Vec<String> = (1..=20).map(|day| format!("2022-05-{day:02}")).collect();
    let mut reports = Vec::new();
    let mut works = Vec::new();
    for number in 0..600 {
        let day = &days[number % days.len()];
        let participants = 1 + i64::try_from(number / days.len()).unwrap();
        reports.push(put(write_report(
            &store,
            others.put(0, day, vec![workshop(participants)]),
        )));
        if number % 3 == 0 {
            works.push(put(work(&store, |connection| {
                insert(connection, OrganisationId::new())
            })));
        }
    }
    pause.end().await;
    for report in reports {
        report.await.unwrap();
    }
    for work in works {
        work.await;
    }
    let connection = &mut database.connect();
    assert_eq!(organisations(connection), 201);
    assert_eq!(sql::count(connection, "reports", "version = 30"), 20);
    assert_eq!(sql::count(connection, "interventions", "participants = 30"), 20);
    assert_eq!(
        sql::count(
            connection,
            "tallies",
            "workshops_held = 20 AND workshop_participants = 600"
        ),
        1
    );
}

async fn a_commit_that_fails_is_told_to_all_and_the_writer_goes_on(database: TestDatabase) {
    let store = database.store();
    let others = TestOrganisation::new(&store, 1).await;
    let pause = pause(&store);
    let report = put(store.write_report(others.put(0, "2022-05-03", vec![workshop(9)])));
    let orphan = put(store.write(|connection| {
        let postpone_the_check = match connection {
            AnyConnection::Sqlite(_) => "PRAGMA defer_foreign_keys = ON",
            AnyConnection::Postgres(_) => {
                "ALTER TABLE months ALTER CONSTRAINT months_organisation_id_fkey DEFERRABLE INITIALLY DEFERRED"
            }
        };
        connection.batch_execute(postpone_the_check)?;
        connection.batch_execute(
            "INSERT INTO months (organisation_id, month, status, changed_at, changed_by)
            VALUES ('nobody', '2022-05', 'closed', '2022-06-01 00:00:00', 'nobody')",
        )?;
        Ok(Ok::<_, ()>(()))
    }));
    pause.end().await;
    assert!(matches!(report.await, Err(StorageError::Unavailable(_))));
    assert!(matches!(orphan.await, Err(StorageError::Unavailable(_))));
    assert_eq!(sql::count(&mut database.connect(), "reports", "true"), 0);
    work(&store, |connection| insert(connection, OrganisationId::new())).await;
    assert_eq!(organisations(&mut database.connect()), 2);
}

async fn changes_are_numbered_by_organisation_in_their_order(database: TestDatabase) {
    let store = database.store();
    let (ours, theirs) = (
        TestOrganisation::new(&store, 1).await,
        TestOrganisation::new(&store, 1).await,
    );
    let pause = pause(&store);
    let mut waiting = Vec::new();
    for participants in 1..=5 {
        for organisation in [&theirs, &ours] {
            waiting.push(put(write_report(
                &store,
                organisation.put(0, "2022-05-03", vec![workshop(participants)]),
            )));
        }
    }
    pause.end().await;
    for write in waiting {
        write.await.unwrap();
    }
    for organisation in [&ours, &theirs] {
        assert_eq!(
            change_numbers(&mut database.connect(), organisation.id),
            [1, 2, 3, 4, 5]
        );
    }
}

/// The change numbers of an organisation's reports, in the order of their versions.
fn change_numbers(connection: &mut AnyConnection, organisation: OrganisationId) -> Vec<i64> {
    let query = format!(
        "SELECT CAST(change_seq AS TEXT) AS text FROM (
            SELECT version, change_seq FROM reports WHERE organisation_id = '{organisation}'
            UNION ALL SELECT version, change_seq FROM report_versions WHERE organisation_id = '{organisation}'
        ) AS changes ORDER BY version"
    );
    sql::texts(connection, &query)
        .iter()
        .map(|number| number.parse().unwrap())
        .collect()
}

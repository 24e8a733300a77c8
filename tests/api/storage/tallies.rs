//! Tallies: the sum of their reports after any history, and what `check` finds and mends when they are not.

use quotidien::domain::calendar::Months;
use quotidien::statistics::filter::Filters;
use quotidien::storage::check::{self, Difference};
use quotidien::storage::reports::{self, ListQuery};
use quotidien::storage::{Locked, Store, monthly};

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::history::{self, Book};
use crate::support::organisation::{TestOrganisation, at, month, workshop};
use crate::support::queue::{in_one_batch, write_report};
use crate::support::{random, sql};

on_both_databases!(
    tallies_are_the_sum_of_their_reports_after_any_history,
    check_finds_a_tally_that_is_not_the_sum_and_repair_mends_it,
    check_finds_what_names_rows_that_are_not_there,
    repair_mends_a_tally_that_is_missing_and_one_without_reports,
    repair_leaves_other_organisations_and_months_alone,
);

/// The differences that `check` finds between tallies and reports in every month of an organisation.
async fn differences(store: &Store, organisation: &TestOrganisation) -> Vec<Difference> {
    let id = organisation.id;
    let find = move |connection: &mut _| {
        let mut found = Vec::new();
        for month in check::months(connection, id)? {
            found.extend(check::difference(connection, id, month)?);
        }
        Ok(found)
    };
    store.read(find).await.unwrap()
}

/// Repairs every month of an organisation.
async fn repair(store: &Store, organisation: &TestOrganisation) -> Vec<Difference> {
    let id = organisation.id;
    let mend = move |locked: &mut Locked<'_>| {
        let mut mended = Vec::new();
        for month in check::months(locked, id)? {
            mended.extend(check::repair(locked, month)?);
        }
        Ok(mended)
    };
    store.locking(id).change(mend).await.unwrap()
}

async fn tallies_are_the_sum_of_their_reports_after_any_history(database: TestDatabase) {
    let rng = &mut random::draws(random::seed());
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    let mut book = Book::default();
    for _ in 0..40 {
        let known = book.interventions();
        let writes: Vec<_> = (0..10).map(|_| history::write(rng, &ours, &known)).collect();
        for (write, outcome) in writes.iter().zip(in_one_batch(&store, writes.clone()).await) {
            book.note(write, outcome);
        }
    }
    assert!(book.refused > 0, "a history has refusals");
    assert_eq!(differences(&store, &ours).await, []);
    let connection = &mut database.connect();
    let (replaced, written): (i64, i64) = book.days.values().fold((0, 0), |(replaced, written), (writes, _)| {
        (replaced + (writes - 1).max(0), written + writes)
    });
    assert_eq!(sql::count(connection, "report_versions", "true"), replaced);
    assert_eq!(sql::count(connection, "reports", "true"), written - replaced);
    the_book_agrees(&store, &ours, &book).await;
}

/// Asserts that the list of reports and the monthly table agree with the book, which was kept from the answers.
async fn the_book_agrees(store: &Store, organisation: &TestOrganisation, book: &Book) {
    let id = organisation.id;
    let all = ListQuery {
        organisation: id,
        advisor: None,
        from: None,
        to: None,
        after: None,
        limit: 1000,
    };
    let page = store
        .read(move |connection| reports::page(connection, &all))
        .await
        .unwrap();
    assert!(!page.has_more);
    let mut stored = page.items;
    stored.sort_by_key(|report| (report.advisor, report.date));
    let noted: Vec<_> = book.days.values().filter_map(|(_, report)| report.clone()).collect();
    assert_eq!(stored, noted);
    let summer = Months::new(month("2022-05"), month("2022-07")).unwrap();
    let table = store
        .read_figures(move |snapshot| monthly::statistics(snapshot, id, Filters::default(), summer, at(0)))
        .await;
    let table = table.unwrap().unwrap();
    for (index, month) in summer.iter().enumerate() {
        let column: Vec<i64> = table.annex().map(|row| row.by_month[index]).collect();
        assert_eq!(column, book.annex(month), "{month}");
    }
}

async fn check_finds_a_tally_that_is_not_the_sum_and_repair_mends_it(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    write_report(&store, ours.put(0, "2022-05-03", vec![workshop(9), workshop(4)]))
        .await
        .unwrap();
    write_report(&store, ours.put(1, "2022-05-03", vec![workshop(3)]))
        .await
        .unwrap();
    sql::execute(
        &mut database.connect(),
        "UPDATE tallies SET workshop_participants = 99, details = '{\"theme/email\": [1, 2]}'",
    );
    let found = differences(&store, &ours).await;
    assert_eq!(found.len(), 1);
    let said = found[0].to_string();
    for part in [
        &format!("organisation {}, 2022-05:", ours.id),
        "workshop_participants is 99, should be 16;",
        "theme/email is 1/2, should be 3/16;",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!said.contains("workshops_held"), "{said}");
    assert_eq!(repair(&store, &ours).await, found);
    assert_eq!(differences(&store, &ours).await, []);
    assert_eq!(
        sql::count(&mut database.connect(), "tallies", "workshop_participants = 16"),
        1
    );
}

async fn check_finds_what_names_rows_that_are_not_there(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    write_report(&store, ours.put(0, "2022-05-03", vec![workshop(9)]))
        .await
        .unwrap();
    assert_eq!(store.read(check::faults_of_files).await.unwrap(), Vec::<String>::new());
    let connection = &mut database.connect();
    sql::execute(connection, "UPDATE interventions SET report_date = '2022-05-04'");
    sql::execute(connection, "UPDATE reports SET advisor_id = 'nobody'");
    let found = store.read(check::faults_of_files).await.unwrap();
    for lost in [("interventions", "reports"), ("reports", "accounts")] {
        let said = format!("a row of {} names a row of {} that is not there", lost.0, lost.1);
        assert!(found.contains(&said), "{found:?}");
    }
}

async fn repair_mends_a_tally_that_is_missing_and_one_without_reports(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    write_report(&store, ours.put(0, "2022-05-31", vec![workshop(9)]))
        .await
        .unwrap();
    write_report(&store, ours.put(1, "2022-06-01", vec![workshop(4)]))
        .await
        .unwrap();
    let connection = &mut database.connect();
    sql::execute(connection, "DELETE FROM tallies WHERE month = '2022-05'");
    sql::execute(
        connection,
        "UPDATE tallies SET month = '2021-01' WHERE month = '2022-06'",
    );
    assert_eq!(differences(&store, &ours).await.len(), 3);
    assert_eq!(repair(&store, &ours).await.len(), 3);
    assert_eq!(differences(&store, &ours).await, []);
    assert_eq!(
        sql::count(
            connection,
            "tallies",
            "month >= '2022-05' AND workshop_participants IN (9, 4)"
        ),
        2
    );
    // A later write starts from the mended tally.
    write_report(&store, ours.put(0, "2022-05-30", vec![workshop(1)]))
        .await
        .unwrap();
    assert_eq!(differences(&store, &ours).await, []);
}

async fn repair_leaves_other_organisations_and_months_alone(database: TestDatabase) {
    let store = database.store();
    let (ours, theirs) = (
        TestOrganisation::new(&store, 1).await,
        TestOrganisation::new(&store, 1).await,
    );
    for (organisation, day) in [(&ours, "2022-05-03"), (&ours, "2022-06-03"), (&theirs, "2022-05-03")] {
        write_report(&store, organisation.put(0, day, vec![workshop(9)]))
            .await
            .unwrap();
    }
    sql::execute(&mut database.connect(), "UPDATE tallies SET reports = 7");
    let mend = |locked: &mut Locked<'_>| check::repair(locked, month("2022-05"));
    let mended = store.locking(ours.id).change(mend).await.unwrap();
    assert!(mended.is_some());
    assert_eq!(differences(&store, &ours).await.len(), 1);
    assert_eq!(differences(&store, &theirs).await.len(), 1);
}

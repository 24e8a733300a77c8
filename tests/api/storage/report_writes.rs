//! What writes of reports leave behind: versions, tombstones, tallies, and the order of writes that come together.

use quotidien::domain::decision::{Asked, Refusal};
use quotidien::domain::identifiers::{AdvisorId, InterventionId};
use quotidien::domain::nomenclature::AgeGroup;
use quotidien::domain::report::{DayState, ReportDraft};
use quotidien::storage::reports::{self, Outcome};
use quotidien::storage::{AnyConnection, Store};

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::organisation::{TestOrganisation, at, day, if_match, named, workshop};
use crate::support::queue::{in_one_batch, write_report};
use crate::support::sql;

on_both_databases!(
    every_version_that_is_replaced_or_deleted_is_kept,
    people_of_a_group_that_this_program_does_not_know_are_kept_with_the_version,
    versions_go_on_after_a_deletion,
    a_write_that_changes_nothing_writes_nothing,
    writes_of_one_day_in_one_batch_apply_in_their_order,
    an_intervention_moves_between_reports_of_one_batch_once_it_has_left_the_first,
    interventions_of_a_report_change_places,
    a_day_can_be_made_emptied_and_deleted_in_one_batch,
    only_advisors_of_the_organisation_have_reports,
    a_closed_month_takes_no_write,
    a_day_outside_every_activity_period_takes_no_report,
);

const DAY: &str = "2022-05-03";
const NEXT_DAY: &str = "2022-05-04";

async fn state(store: &Store, organisation: &TestOrganisation, advisor: usize, date: &str) -> DayState {
    let (id, advisor, date) = (organisation.id, organisation.advisors[advisor], day(date));
    store
        .read(move |connection| reports::find_day(connection, id, advisor, date))
        .await
        .unwrap()
}

/// The participants of the interventions of a day, in their order.
async fn participants(store: &Store, organisation: &TestOrganisation, date: &str) -> Vec<i64> {
    let live = state(store, organisation, 0, date).await.live;
    let entries = live.iter().flat_map(|live| live.content.entries());
    entries.map(|entry| entry.intervention.participants).collect()
}

/// The kept versions of all days, by day: their number, note, and the participants of their interventions.
fn versions(connection: &mut AnyConnection) -> Vec<String> {
    let query = "SELECT CAST(version AS TEXT) || ' ' || CASE WHEN deleted_at IS NULL THEN coalesce(note, '-')
            ELSE 'deleted' END || ' ' || interventions AS text FROM report_versions ORDER BY report_date, version";
    let shown = |text: String| {
        let (head, archive) = text.split_once(" {").unwrap();
        let archive: serde_json::Value = serde_json::from_str(&format!("{{{archive}")).unwrap();
        let said = archive["interventions"].as_array().unwrap();
        let participants: Vec<String> = said.iter().map(|said| said["participants"].to_string()).collect();
        format!("{head} [{}]", participants.join(" "))
    };
    sql::texts(connection, query).into_iter().map(shown).collect()
}

async fn every_version_that_is_replaced_or_deleted_is_kept(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    let draft = |note: &str, participants: &[i64]| ReportDraft {
        interventions: participants
            .iter()
            .map(|participants| workshop(*participants))
            .collect(),
        note: Some(note.to_owned()),
        ..ReportDraft::default()
    };
    for write in [
        ours.put_draft(0, DAY, draft("first", &[9, 4])),
        ours.put_draft(0, DAY, draft("second", &[9])),
        ours.delete(0, DAY),
        ours.put_draft(0, DAY, draft("fourth", &[])),
        ours.put_draft(
            0,
            DAY,
            ReportDraft {
                absence: Some("leave".to_owned()),
                ..draft("fifth", &[])
            },
        ),
        ours.put(0, DAY, vec![workshop(1)]),
    ] {
        write_report(&store, write).await.unwrap();
    }
    let connection = &mut database.connect();
    let expected = [
        "1 first [9 4]",
        "2 second [9]",
        "3 deleted []",
        "4 fourth []",
        "5 fifth []",
    ];
    assert_eq!(versions(connection), expected);
    assert_eq!(
        sql::count(connection, "report_versions", "absence = 'leave' AND version = 5"),
        1
    );
    assert_eq!(
        sql::count(connection, "interventions", "true"),
        1,
        "no row of an old version stays"
    );
}

async fn people_of_a_group_that_this_program_does_not_know_are_kept_with_the_version(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    write_report(&store, ours.put(0, DAY, vec![workshop(9)])).await.unwrap();
    let connection = &mut database.connect();
    sql::execute(connection, r#"UPDATE interventions SET people = '{"f":6,"z":3}'"#);
    let live = state(&store, &ours, 0, DAY).await.live.unwrap();
    let [entry] = live.content.entries() else {
        panic!("the report has one intervention")
    };
    assert_eq!(
        entry.intervention.age_groups.iter().collect::<Vec<_>>(),
        [(AgeGroup::From70, 6)]
    );
    write_report(&store, ours.put(0, DAY, vec![workshop(8)])).await.unwrap();
    let kept = sql::texts(connection, "SELECT interventions AS text FROM report_versions");
    assert!(
        kept[0].contains(r#""people":{"age_groups":{"70_plus":6},"letters":{"z":3}}"#),
        "{kept:?}"
    );
}

async fn versions_go_on_after_a_deletion(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    let mut numbers = Vec::new();
    for write in [ours.put(0, DAY, vec![workshop(9)]), ours.delete(0, DAY)]
        .iter()
        .cycle()
        .take(6)
    {
        write_report(&store, write.clone()).await.unwrap();
        let state = state(&store, &ours, 0, DAY).await;
        numbers.push((state.version, state.live.map(|live| live.version)));
    }
    assert_eq!(
        numbers,
        [
            (1, Some(1)),
            (2, None),
            (3, Some(3)),
            (4, None),
            (5, Some(5)),
            (6, None)
        ]
    );
    let old = write_report(&store, if_match(5, ours.put(0, DAY, vec![workshop(9)]))).await;
    assert_eq!(old, Err(Refusal::VersionMismatch { current: 6 }));
    let renewed = write_report(&store, if_match(6, ours.put(0, DAY, vec![workshop(9)])))
        .await
        .unwrap();
    assert_eq!(renewed.outcome, Outcome::Created);
}

async fn a_write_that_changes_nothing_writes_nothing(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    let first = write_report(&store, ours.put(0, DAY, vec![workshop(9)])).await.unwrap();
    let mut retry = if_match(7, ours.put(0, DAY, vec![workshop(9)]));
    retry.at = at(60);
    let again = write_report(&store, retry).await.unwrap();
    assert_eq!(again.outcome, Outcome::Unchanged);
    assert_eq!(
        again.report, first.report,
        "the identifiers and instants are those of the first"
    );
    let nothing = write_report(&store, ours.delete(0, NEXT_DAY)).await.unwrap();
    assert_eq!((nothing.outcome, nothing.report), (Outcome::Unchanged, None));
    let connection = &mut database.connect();
    assert_eq!(sql::count(connection, "reports", "version = 1"), 1);
    assert_eq!(sql::count(connection, "reports", "true"), 1);
    assert_eq!(sql::count(connection, "report_versions", "true"), 0);
    assert_eq!(sql::count(connection, "tallies", "reports = 1"), 1);
}

async fn writes_of_one_day_in_one_batch_apply_in_their_order(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    write_report(&store, ours.put(0, DAY, vec![workshop(1)])).await.unwrap();
    let outcomes = in_one_batch(
        &store,
        [
            ours.put(0, DAY, vec![workshop(2)]),
            if_match(1, ours.put(0, DAY, vec![workshop(3)])),
            if_match(2, ours.put(0, DAY, vec![workshop(4)])),
            ours.put(0, DAY, vec![workshop(4)]),
            ours.delete(0, DAY),
            ours.delete(0, DAY),
            ours.put(0, DAY, vec![workshop(5), workshop(6)]),
        ],
    )
    .await;
    let outcomes: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| outcome.map(|answer| answer.outcome))
        .collect();
    let expected = [
        Ok(Outcome::Replaced),
        Err(Refusal::VersionMismatch { current: 2 }),
        Ok(Outcome::Replaced),
        Ok(Outcome::Unchanged),
        Ok(Outcome::Deleted),
        Ok(Outcome::Unchanged),
        Ok(Outcome::Created),
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(participants(&store, &ours, DAY).await, [5, 6]);
    assert_eq!(state(&store, &ours, 0, DAY).await.version, 5);
    let connection = &mut database.connect();
    assert_eq!(versions(connection), ["1 - [1]", "2 - [2]", "3 - [4]", "4 deleted []"]);
    assert_eq!(
        sql::count(
            connection,
            "tallies",
            "workshops_held = 2 AND workshop_participants = 11"
        ),
        1
    );
}

async fn an_intervention_moves_between_reports_of_one_batch_once_it_has_left_the_first(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    let id = InterventionId::new();
    let moved = || named(id, workshop(9));
    let another = named(InterventionId::new(), workshop(1));
    let elsewhere = |date: &str| Err(Refusal::InterventionElsewhere { id, date: day(date) });
    write_report(&store, ours.put(0, DAY, vec![moved()])).await.unwrap();
    let outcomes = in_one_batch(
        &store,
        [
            ours.put(0, NEXT_DAY, vec![moved()]),
            ours.put(0, DAY, vec![another.clone()]),
            ours.put(0, NEXT_DAY, vec![moved()]),
            ours.put(0, DAY, vec![another, moved()]),
            // An intervention of another advisor may have the same identifier.
            ours.put(1, DAY, vec![moved()]),
        ],
    )
    .await;
    let outcomes: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| outcome.map(|answer| answer.outcome))
        .collect();
    let expected = [
        elsewhere(DAY),
        Ok(Outcome::Replaced),
        Ok(Outcome::Created),
        elsewhere(NEXT_DAY),
        Ok(Outcome::Created),
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(participants(&store, &ours, DAY).await, [1]);
    assert_eq!(participants(&store, &ours, NEXT_DAY).await, [9]);
    // The intervention moves back to the first report, in a batch that begins by deleting the second.
    for outcome in in_one_batch(&store, [ours.delete(0, NEXT_DAY), ours.put(0, DAY, vec![moved()])]).await {
        outcome.unwrap();
    }
    assert_eq!(participants(&store, &ours, DAY).await, [9]);
    assert_eq!(sql::count(&mut database.connect(), "interventions", "true"), 2);
}

async fn interventions_of_a_report_change_places(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    let [first, second] = [1, 2].map(|participants| named(InterventionId::new(), workshop(participants)));
    let there = vec![first.clone(), second.clone()];
    write_report(&store, ours.put(0, DAY, there.clone())).await.unwrap();
    let turned = write_report(&store, ours.put(0, DAY, vec![second, first]))
        .await
        .unwrap();
    assert_eq!(turned.outcome, Outcome::Replaced, "their order is part of the report");
    assert_eq!(participants(&store, &ours, DAY).await, [2, 1]);
    write_report(&store, ours.put(0, DAY, there)).await.unwrap();
    assert_eq!(participants(&store, &ours, DAY).await, [1, 2]);
}

async fn a_day_can_be_made_emptied_and_deleted_in_one_batch(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    let id = InterventionId::new();
    let removal = ours.write(0, DAY, Asked::DeleteIntervention(id));
    let outcomes = in_one_batch(
        &store,
        [
            ours.put(0, DAY, vec![named(id, workshop(9))]),
            removal.clone(),
            removal,
            ours.delete(0, DAY),
        ],
    )
    .await;
    let outcomes: Vec<_> = outcomes.into_iter().map(|outcome| outcome.unwrap().outcome).collect();
    let expected = [
        Outcome::Created,
        Outcome::Replaced,
        Outcome::Unchanged,
        Outcome::Deleted,
    ];
    assert_eq!(outcomes, expected);
    let connection = &mut database.connect();
    assert_eq!(versions(connection), ["1 - [9]", "2 - []"]);
    assert_eq!(
        sql::count(connection, "reports", "version = 3 AND deleted_at IS NOT NULL"),
        1
    );
    assert_eq!(sql::count(connection, "interventions", "true"), 0);
    assert_eq!(
        sql::count(
            connection,
            "tallies",
            "reports <> 0 OR workshops_held <> 0 OR details <> '{}'"
        ),
        0
    );
}

async fn only_advisors_of_the_organisation_have_reports(database: TestDatabase) {
    let store = database.store();
    let (ours, theirs) = (
        TestOrganisation::new(&store, 1).await,
        TestOrganisation::new(&store, 1).await,
    );
    for stranger in [theirs.advisors[0], ours.coordinator.into(), AdvisorId::new()] {
        let mut write = ours.put(0, DAY, vec![workshop(9)]);
        write.advisor = stranger;
        assert_eq!(write_report(&store, write).await, Err(Refusal::UnknownAdvisor));
    }
    assert_eq!(sql::count(&mut database.connect(), "reports", "true"), 0);
}

async fn a_closed_month_takes_no_write(database: TestDatabase) {
    let store = database.store();
    let (ours, theirs) = (
        TestOrganisation::new(&store, 1).await,
        TestOrganisation::new(&store, 1).await,
    );
    write_report(&store, ours.put(0, DAY, vec![workshop(9)])).await.unwrap();
    close(&store, &ours, "closed").await;
    for write in [ours.put(0, DAY, vec![workshop(8)]), ours.delete(0, DAY)] {
        let refused = write_report(&store, write).await;
        let Err(Refusal::MonthClosed(closed)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(
            (closed.month, closed.by),
            ("2022-05".parse().unwrap(), ours.advisors[0].into())
        );
    }
    let retry = write_report(&store, ours.put(0, DAY, vec![workshop(9)])).await.unwrap();
    assert_eq!(retry.outcome, Outcome::Unchanged);
    write_report(&store, ours.put(0, "2022-06-01", vec![workshop(8)]))
        .await
        .unwrap();
    write_report(&store, theirs.put(0, DAY, vec![workshop(8)]))
        .await
        .unwrap();
    close(&store, &ours, "reopened").await;
    write_report(&store, ours.delete(0, DAY)).await.unwrap();
}

/// Stores this status for May 2022.
async fn close(store: &Store, organisation: &TestOrganisation, status: &'static str) {
    let (id, by) = (organisation.id, organisation.advisors[0]);
    let closing = store.locking(id).change(move |locked| {
        let statement = format!(
            "INSERT INTO months (organisation_id, month, status, changed_at, changed_by)
            VALUES ('{id}', '2022-05', '{status}', '2022-06-01 00:00:00', '{by}')
            ON CONFLICT (organisation_id, month) DO UPDATE SET status = excluded.status"
        );
        sql::execute(locked, &statement);
        Ok(())
    });
    closing.await.unwrap();
}

async fn a_day_outside_every_activity_period_takes_no_report(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    write_report(&store, ours.put(0, "2022-05-20", vec![workshop(9)]))
        .await
        .unwrap();
    let id = ours.id;
    let advisor = ours.advisors[0];
    let changing = store.locking(id).change(move |locked| {
        // The advisor gets two activity periods with a gap between them.
        sql::execute(
            locked,
            &format!("UPDATE activity_periods SET ends_on = '2022-05-10' WHERE advisor_id = '{advisor}'"),
        );
        sql::execute(
            locked,
            &format!("INSERT INTO activity_periods VALUES ('{id}', '{advisor}', '2022-06-01', NULL)"),
        );
        Ok(())
    });
    changing.await.unwrap();
    for (date, refused) in [
        ("2022-05-10", false),
        ("2022-05-11", true),
        ("2022-05-31", true),
        ("2022-06-01", false),
    ] {
        let outcome = write_report(&store, ours.put(0, date, vec![workshop(3)])).await;
        assert_eq!(outcome.is_err(), refused, "{date}: {outcome:?}");
        assert_eq!(outcome.err(), refused.then_some(Refusal::OutsideActivityPeriod));
    }
    // A report that was written before the periods changed can be put again or deleted, but not replaced.
    let there = ours.put(0, "2022-05-20", vec![workshop(9)]);
    assert_eq!(write_report(&store, there).await.unwrap().outcome, Outcome::Unchanged);
    let replaced = write_report(&store, ours.put(0, "2022-05-20", vec![workshop(8)])).await;
    assert_eq!(replaced, Err(Refusal::OutsideActivityPeriod));
    assert_eq!(
        write_report(&store, ours.delete(0, "2022-05-20"))
            .await
            .unwrap()
            .outcome,
        Outcome::Deleted
    );
    write_report(&store, ours.put(1, "2022-05-20", vec![workshop(3)]))
        .await
        .unwrap();
}

//! Reports that are read back: every field as it was written, days in their order, nothing of another organisation.

use chrono::{DateTime, Utc};
use quotidien::domain::calendar::Months;
use quotidien::domain::identifiers::{AdvisorId, InterventionId};
use quotidien::domain::report::{RecordedReport, ReportDraft};
use quotidien::statistics::figure::Figure;
use quotidien::statistics::filter::Filters;
use quotidien::storage::reports::{self, ChangeQuery, ListQuery};
use quotidien::storage::{Store, check, monthly};

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::organisation::{TestOrganisation, at, day, month, named, workshop};
use crate::support::queue::{in_one_batch, write_report};
use crate::support::random;

on_both_databases!(
    what_is_answered_is_what_is_stored_whatever_the_report_says,
    instants_far_from_today_are_read_as_they_were_written,
    the_list_has_the_newest_day_first_and_goes_on_where_it_stopped,
    the_list_has_what_the_query_asks_for_and_no_tombstone,
    organisations_do_not_see_each_other_even_with_the_same_identifiers,
    the_monthly_table_has_every_month_of_its_period,
    what_one_advisor_wrote_is_found_the_same_by_days_and_by_changes,
    the_list_of_an_advisor_reaches_over_years_without_reports,
);

async fn listed(store: &Store, query: ListQuery) -> Vec<RecordedReport> {
    store
        .read(move |connection| reports::page(connection, &query))
        .await
        .unwrap()
        .items
}

/// A query for every report of an organisation.
fn all(organisation: &TestOrganisation) -> ListQuery {
    ListQuery {
        organisation: organisation.id,
        advisor: None,
        from: None,
        to: None,
        after: None,
        limit: 1000,
    }
}

async fn what_is_answered_is_what_is_stored_whatever_the_report_says(database: TestDatabase) {
    let rng = &mut random::draws(random::seed());
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await.with_things(&store).await;
    let days = (1..=28).flat_map(|day| ["05", "06", "07"].map(|month| format!("2022-{month}-{day:02}")));
    let mut draft = || {
        let mut draft = random::report(rng, 6);
        for intervention in &mut draft.interventions {
            ours.things.name(rng, intervention);
        }
        draft
    };
    let writes: Vec<_> = days.map(|day| ours.put_draft(0, &day, draft())).collect();
    for outcome in in_one_batch(&store, writes).await {
        let answered = outcome.unwrap().report.unwrap();
        let (id, advisor, date) = (ours.id, answered.advisor, answered.date);
        let find = store.read(move |connection| reports::find_day(connection, id, advisor, date));
        assert_eq!(find.await.unwrap().live, Some(answered));
    }
}

async fn instants_far_from_today_are_read_as_they_were_written(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    for (number, instant) in [
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "1969-12-31T23:59:59.000001Z",
    ]
    .into_iter()
    .enumerate()
    {
        let draft = ReportDraft {
            recorded_at: Some(instant.to_owned()),
            ..ReportDraft::default()
        };
        let mut write = ours.put_draft(0, &format!("2022-05-{:02}", number + 1), draft);
        write.at = instant.parse::<DateTime<Utc>>().unwrap();
        let answered = write_report(&store, write).await.unwrap().report.unwrap();
        let read = listed(&store, all(&ours)).await;
        assert_eq!(read.first(), Some(&answered));
    }
}

async fn the_list_has_the_newest_day_first_and_goes_on_where_it_stopped(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 3).await;
    let days = ["2022-06-01", "2022-05-31", "2022-05-03"];
    let writes = days
        .iter()
        .flat_map(|day| (0..3).map(|advisor| ours.put(advisor, day, vec![workshop(9)])));
    in_one_batch(&store, writes.collect::<Vec<_>>()).await;
    // The tombstone that a deletion leaves is no item of a page.
    write_report(&store, ours.put(0, "2022-06-02", vec![workshop(9)]))
        .await
        .unwrap();
    write_report(&store, ours.delete(0, "2022-06-02")).await.unwrap();
    let mut advisors = ours.advisors.clone();
    advisors.sort_by(|a, b| b.cmp(a));
    let expected: Vec<_> = days
        .iter()
        .flat_map(|date| advisors.iter().map(|advisor| (day(date), *advisor)))
        .collect();
    for limit in [1, 2, 4, 9, 10] {
        let mut seen: Vec<(_, AdvisorId)> = Vec::new();
        loop {
            let query = ListQuery {
                after: seen.last().copied(),
                limit,
                ..all(&ours)
            };
            let page = listed(&store, query).await;
            assert!(page.len() <= usize::try_from(limit).unwrap());
            if page.is_empty() {
                break;
            }
            seen.extend(page.iter().map(|report| (report.date, report.advisor)));
        }
        assert_eq!(seen, expected, "in pages of {limit}");
    }
}

async fn the_list_has_what_the_query_asks_for_and_no_tombstone(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    for (advisor, day) in [
        (0, "2022-05-02"),
        (0, "2022-05-03"),
        (1, "2022-05-03"),
        (0, "2022-05-04"),
    ] {
        write_report(&store, ours.put(advisor, day, vec![workshop(9)]))
            .await
            .unwrap();
    }
    write_report(&store, ours.delete(0, "2022-05-04")).await.unwrap();
    let dates = async |query| -> Vec<String> {
        listed(&store, query)
            .await
            .iter()
            .map(|report| report.date.to_string())
            .collect()
    };
    assert_eq!(dates(all(&ours)).await, ["2022-05-03", "2022-05-03", "2022-05-02"]);
    let first = ListQuery {
        advisor: Some(ours.advisors[0]),
        ..all(&ours)
    };
    assert_eq!(dates(first).await, ["2022-05-03", "2022-05-02"]);
    let late = ListQuery {
        from: Some(day("2022-05-03")),
        ..all(&ours)
    };
    assert_eq!(dates(late).await, ["2022-05-03", "2022-05-03"]);
    let early = ListQuery {
        to: Some(day("2022-05-02")),
        ..all(&ours)
    };
    assert_eq!(dates(early).await, ["2022-05-02"]);
    let one_day = ListQuery {
        from: Some(day("2022-05-03")),
        to: Some(day("2022-05-03")),
        ..all(&ours)
    };
    assert_eq!(dates(one_day).await, ["2022-05-03", "2022-05-03"]);
}

async fn organisations_do_not_see_each_other_even_with_the_same_identifiers(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    let theirs = TestOrganisation::with_advisors(&store, ours.advisors.clone()).await;
    let id = InterventionId::new();
    let first = [
        ours.put(0, "2022-05-03", vec![named(id, workshop(9))]),
        theirs.put(0, "2022-05-03", vec![named(id, workshop(4))]),
        theirs.put(0, "2022-05-04", vec![workshop(3)]),
    ];
    let then = [
        ours.put(0, "2022-05-03", vec![named(id, workshop(8))]),
        theirs.delete(0, "2022-05-04"),
    ];
    for outcome in [in_one_batch(&store, first).await, in_one_batch(&store, then).await].concat() {
        outcome.unwrap();
    }
    for (organisation, participants, version) in [(&ours, 8, 2), (&theirs, 4, 1)] {
        let reports = listed(&store, all(organisation)).await;
        let [report] = reports.as_slice() else {
            panic!("{reports:?}")
        };
        assert_eq!(report.version, version);
        assert_eq!(report.content.entries()[0].intervention.participants, participants);
        assert_eq!(
            row(&store, organisation, None, Figure::WorkshopParticipants).await,
            [participants, 0, 0]
        );
        let (organisation, advisor) = (organisation.id, report.advisor);
        let find =
            store.read(move |connection| reports::find_day(connection, organisation, advisor, day("2022-05-03")));
        assert_eq!(find.await.unwrap().live.as_ref(), Some(report));
        let difference = store.read(move |connection| check::difference(connection, organisation, month("2022-05")));
        assert_eq!(difference.await.unwrap(), None);
    }
}

async fn the_monthly_table_has_every_month_of_its_period(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    for (advisor, day, participants) in [
        (0, "2022-04-30", 100),
        (0, "2022-05-01", 1),
        (1, "2022-05-31", 2),
        (0, "2022-07-31", 4),
        (0, "2022-08-01", 100),
    ] {
        write_report(&store, ours.put(advisor, day, vec![workshop(participants)]))
            .await
            .unwrap();
    }
    for (advisor, expected) in [
        (None, [3, 0, 4]),
        (Some(ours.advisors[0]), [1, 0, 4]),
        (Some(ours.advisors[1]), [2, 0, 0]),
    ] {
        assert_eq!(
            row(&store, &ours, advisor, Figure::WorkshopParticipants).await,
            expected
        );
    }
    assert_eq!(row(&store, &ours, None, Figure::WorkshopsHeld).await, [2, 0, 1]);
}

/// A row of the monthly table of summer 2022.
async fn row(store: &Store, organisation: &TestOrganisation, advisor: Option<AdvisorId>, figure: Figure) -> Vec<i64> {
    let summer = Months::new(month("2022-05"), month("2022-07")).unwrap();
    let id = organisation.id;
    let filters = Filters {
        advisors: advisor.into_iter().collect(),
        ..Filters::default()
    };
    let table = store.read_figures(move |snapshot| monthly::statistics(snapshot, id, filters, summer, at(0)));
    let rows = table.await.unwrap().unwrap().rows;
    rows.into_iter().find(|row| row.figure == figure).unwrap().by_month
}

async fn what_one_advisor_wrote_is_found_the_same_by_days_and_by_changes(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    let days = ["2022-06-01", "2020-02-28", "2022-05-03", "2022-06-01"];
    let writes = days
        .iter()
        .enumerate()
        .flat_map(|(number, day)| (0..2).map(move |advisor| (advisor, number, day)))
        .map(|(advisor, number, day)| ours.put(advisor, day, vec![workshop(1 + i64::try_from(number).unwrap())]));
    in_one_batch(&store, writes.collect::<Vec<_>>()).await;
    write_report(&store, ours.delete(0, "2022-05-03")).await.unwrap();
    for limit in [1, 2, 10] {
        // From far below the first change on there are many changes, so that the days are walked.
        let [walked, followed] = [-1_000_000, 0].map(|after| ChangeQuery {
            organisation: ours.id,
            advisor: Some(ours.advisors[0]),
            after,
            limit,
        });
        let walked = store
            .read(move |connection| reports::changes(connection, walked))
            .await
            .unwrap();
        let followed = store
            .read(move |connection| reports::changes(connection, followed))
            .await
            .unwrap();
        assert_eq!(walked, followed);
        assert_eq!(walked.days.items.len(), 3.min(usize::try_from(limit).unwrap()));
    }
}

async fn the_list_of_an_advisor_reaches_over_years_without_reports(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 2).await;
    let old = ["2020-03-02", "2020-03-03", "2020-03-04"];
    let writes = old.iter().map(|day| ours.put(0, day, vec![workshop(9)]));
    in_one_batch(&store, writes.collect::<Vec<_>>()).await;
    write_report(&store, ours.put(1, "2026-09-30", vec![workshop(9)]))
        .await
        .unwrap();
    let of = |limit, after, advisor: usize| ListQuery {
        advisor: Some(ours.advisors[advisor]),
        limit,
        after,
        ..all(&ours)
    };
    let dates = |found: Vec<RecordedReport>| found.iter().map(|report| report.date).collect::<Vec<_>>();
    let newest = dates(listed(&store, of(2, None, 0)).await);
    assert_eq!(newest, [day("2020-03-04"), day("2020-03-03")]);
    let [lower, higher] = {
        let mut both = ours.advisors.clone();
        both.sort();
        [both[0], both[1]]
    };
    // Behind the report of another advisor of the same day, one's own is still to come, or has been.
    for (advisor, id) in ours.advisors.iter().enumerate().take(1) {
        let other = if *id == lower { higher } else { lower };
        let rest = dates(listed(&store, of(9, Some((day("2020-03-04"), other)), advisor)).await);
        assert_eq!(rest.len(), if other > *id { 3 } else { 2 });
    }
    let of_period = ListQuery {
        from: Some(day("2020-03-03")),
        to: Some(day("2020-03-03")),
        ..of(9, None, 0)
    };
    assert_eq!(dates(listed(&store, of_period).await), [day("2020-03-03")]);
    assert_eq!(listed(&store, of(9, None, 1)).await.len(), 1);
}

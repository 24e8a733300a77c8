//! Stored columns: written as they are looked for, read as values of the domain.

use diesel::prelude::*;
use quotidien::domain::calendar::to_microsecond;
use quotidien::storage::accounts::managed;
use quotidien::storage::{StorageError, organisations};

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::organisation::{TestOrganisation, workshop};
use crate::support::queue::write_report;
use crate::support::sql;

on_both_databases!(
    a_value_that_breaks_a_rule_of_the_domain_is_unsound_and_its_column_is_named,
    days_and_instants_of_reports_are_found_by_what_they_are,
);

diesel::table! {
    reports (report_date) {
        report_date -> Date,
        received_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

/// The service writes the days and instants of reports by themselves, and looks for them by what diesel makes of them; SQLite compares
/// the two as texts.
async fn days_and_instants_of_reports_are_found_by_what_they_are(database: TestDatabase) {
    let store = database.store();
    let ours = TestOrganisation::new(&store, 1).await;
    let instants = [
        "2022-05-03T10:00:00Z",
        "2022-05-03T10:00:00.1Z",
        "2022-05-03T10:00:00.120Z",
        "2022-05-03T10:00:00.000001Z",
        "2022-05-03T10:00:00.999999999Z",
    ];
    for (day, instant) in instants.into_iter().enumerate() {
        let mut write = ours.put(0, &format!("2022-05-{:02}", day + 1), vec![workshop(1)]);
        write.at = instant.parse().unwrap();
        let (date, at) = (write.date.date(), to_microsecond(write.at).naive_utc());
        write_report(&store, write).await.unwrap();
        let found = reports::table
            .filter(reports::report_date.eq(date))
            .filter(reports::received_at.eq(at))
            .filter(reports::updated_at.eq(at))
            .count()
            .get_result(&mut database.connect());
        assert_eq!(found, Ok::<i64, _>(1), "{instant}");
    }
}

async fn a_value_that_breaks_a_rule_of_the_domain_is_unsound_and_its_column_is_named(database: TestDatabase) {
    let store = database.store();
    let made = TestOrganisation::new(&store, 0).await;
    let (organisation, coordinator) = (made.id, made.coordinator);
    for (table, column, unsound, sound) in [
        ("accounts", "role", "'king'", "'coordinator'"),
        ("accounts", "email", "'nowhere'", "'somebody@mairie.example'"),
        ("accounts", "working_days", "128", "1"),
        ("organisations", "time_zone", "'Europe/Atlantis'", "'Europe/Paris'"),
        ("organisations", "working_days", "128", "1"),
        ("organisations", "holidays", "'atlantis'", "'france'"),
    ] {
        let set = |value| format!("UPDATE {table} SET {column} = {value} WHERE organisation_id = '{organisation}'");
        let read = || {
            store.read(move |connection| {
                managed::find(connection, organisation, coordinator)?;
                organisations::find(connection, organisation)
            })
        };
        sql::execute(&mut database.connect(), &set(unsound));
        let outcome = read().await;
        let Err(StorageError::Corrupt(message)) = &outcome else {
            panic!("{table}.{column}: {outcome:?}");
        };
        assert!(message.contains(column), "{message}");
        sql::execute(&mut database.connect(), &set(sound));
        assert!(read().await.is_ok_and(|found| found.is_some()), "{table}.{column}");
    }
}

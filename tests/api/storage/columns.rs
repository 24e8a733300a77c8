//! Stored columns, read as values of the domain.

use quotidien::storage::accounts::managed;
use quotidien::storage::{StorageError, organisations};

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::organisation::TestOrganisation;
use crate::support::sql;

on_both_databases!(a_value_that_breaks_a_rule_of_the_domain_is_unsound_and_its_column_is_named);

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

//! What `Store::read` and `Store::write` promise to their callers.

use quotidien::domain::identifiers::OrganisationId;
use quotidien::storage::{AnyConnection, DatabaseUrl, StorageError, Store, organisations};

use crate::support::database::{Engine, TestDatabase, on_both_databases};
use crate::support::organisation::{at, organisation};
use crate::support::queue::work;
use crate::support::sql;

on_both_databases!(
    a_read_sees_one_state_whatever_is_written_meanwhile,
    a_read_cannot_write,
    a_read_that_panics_harms_no_other,
    a_read_that_fails_harms_no_other,
    a_write_is_seen_by_others_once_it_is_answered,
    a_refused_write_leaves_nothing,
    a_store_that_is_dropped_finishes_what_waits,
);

fn organisations(connection: &mut AnyConnection) -> i64 {
    sql::count(connection, "organisations", "name <> 'Quotidien'")
}

fn insert(connection: &mut AnyConnection, id: OrganisationId) -> Result<(), StorageError> {
    organisations::insert(connection, &organisation(id), at(0))
}

async fn a_read_sees_one_state_whatever_is_written_meanwhile(database: TestDatabase) {
    let store = database.store();
    let mut other = database.connect();
    let (before, after) = store
        .read(move |connection| {
            let before = organisations(connection);
            insert(&mut other, OrganisationId::new())?;
            Ok((before, organisations(connection)))
        })
        .await
        .unwrap();
    assert_eq!((before, after), (0, 0));
    let later = store.read(|connection| Ok(organisations(connection))).await.unwrap();
    assert_eq!(later, 1);
}

async fn a_read_cannot_write(database: TestDatabase) {
    let store = database.store();
    let outcome = store.read(|connection| insert(connection, OrganisationId::new())).await;
    assert!(outcome.is_err());
    assert_eq!(organisations(&mut database.connect()), 0);
    // The writer's connection can still write.
    work(&store, |connection| insert(connection, OrganisationId::new())).await;
}

async fn a_read_that_panics_harms_no_other(database: TestDatabase) {
    let store = database.store();
    for round in 0..20 {
        let outcome = store
            .read(|connection| -> Result<(), _> {
                organisations(connection);
                panic!("on purpose")
            })
            .await;
        assert!(matches!(outcome, Err(StorageError::Panicked(_))), "{outcome:?}");
        work(&store, |connection| insert(connection, OrganisationId::new())).await;
        let seen = store.read(|connection| Ok(organisations(connection))).await.unwrap();
        assert_eq!(seen, round + 1, "a connection keeps an old snapshot");
    }
}

async fn a_read_that_fails_harms_no_other(database: TestDatabase) {
    let store = database.store();
    for round in 0..20 {
        let failed = store
            .read(|_| Err::<(), _>(StorageError::Corrupt("on purpose".to_owned())))
            .await;
        assert!(matches!(failed, Err(StorageError::Corrupt(_))), "{failed:?}");
        work(&store, |connection| insert(connection, OrganisationId::new())).await;
        let seen = store.read(|connection| Ok(organisations(connection))).await.unwrap();
        assert_eq!(seen, round + 1, "a connection keeps an old snapshot");
    }
}

async fn a_write_is_seen_by_others_once_it_is_answered(database: TestDatabase) {
    let (store, other) = (database.store(), database.store());
    for written in 1..=10 {
        work(&store, |connection| insert(connection, OrganisationId::new())).await;
        let seen = other.read(|connection| Ok(organisations(connection))).await.unwrap();
        assert_eq!(seen, written);
    }
}

async fn a_refused_write_leaves_nothing(database: TestDatabase) {
    let store = database.store();
    let outcome = store
        .write(|connection| {
            insert(connection, OrganisationId::new())?;
            Ok(Err::<(), _>("refused"))
        })
        .await;
    assert_eq!(outcome.unwrap(), Err("refused"));
    assert_eq!(organisations(&mut database.connect()), 0);
}

async fn a_store_that_is_dropped_finishes_what_waits(database: TestDatabase) {
    let store = database.store();
    let pause = crate::support::queue::pause(&store);
    for _ in 0..10 {
        // The caller stops waiting before the write is done.
        drop(crate::support::queue::put(work(&store, |connection| {
            insert(connection, OrganisationId::new())
        })));
    }
    pause.end().await;
    drop(store);
    assert_eq!(organisations(&mut database.connect()), 10);
}

#[test]
fn a_store_whose_connections_were_cut_makes_others() {
    crate::support::database::run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store();
        store.read(|connection| Ok(organisations(connection))).await.unwrap();
        database.cut_connections();
        work(&store, |connection| insert(connection, OrganisationId::new())).await;
        // A read may be told that the database is not available, once for each of the 8 connections that were cut.
        let mut seen = Err(StorageError::QueueFull);
        for _ in 0..9 {
            seen = store.read(|connection| Ok(organisations(connection))).await;
            match &seen {
                Ok(_) => break,
                Err(error) => assert!(error.is_temporary(), "{error:?}"),
            }
        }
        assert_eq!(seen.unwrap(), 1);
    });
}

/// A restoration that fails removes the copy that its store had open; a connection that the store still opens would make the
/// file again.
#[test]
fn a_store_of_sqlite_that_is_dropped_opens_no_connection_any_more() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let DatabaseUrl::Sqlite(file) = database.url() else {
        panic!("it is of SQLite")
    };
    let folder = tempfile::tempdir().unwrap();
    let copy_and_drop = &|name: String| {
        let copy = folder.path().join(name);
        std::fs::copy(file, &copy).unwrap();
        drop(Store::open(&DatabaseUrl::Sqlite(copy.clone())).unwrap());
        std::fs::remove_file(copy).unwrap();
    };
    // More at once than there are cores, so that what is done in the background comes late.
    std::thread::scope(|threads| {
        for thread in 0..16 {
            threads.spawn(move || (0..10).for_each(|round| copy_and_drop(format!("{thread}-{round}.db"))));
        }
    });
    std::thread::sleep(std::time::Duration::from_millis(200));
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| !name.to_string_lossy().ends_with(".lock"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

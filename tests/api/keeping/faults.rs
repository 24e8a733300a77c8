//! Faults of the database that pass: answered in time, and a matter of those alone whom they concern.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use quotidien::http::Browsers;
use quotidien::storage::reports::Outcome;
use quotidien::storage::{AnyConnection, DatabaseUrl};
use rlimit::{INFINITY, Resource, prlimit};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::http::report;
use crate::serving::{Serving, ask, make_coordinator, signed_in};
use crate::support::api::Api;
use crate::support::database::{Engine, TestDatabase, on_both_databases, run};
use crate::support::log::Log;
use crate::support::organisation::{TestOrganisation, workshop};
use crate::support::queue::{self, write_report};
use crate::support::sql;

on_both_databases!(
    a_schema_of_another_version_is_not_ready,
    a_service_all_of_whose_readers_are_taken_is_not_ready,
    a_service_whose_writer_does_not_answer_in_time_is_not_ready,
);

async fn a_service_all_of_whose_readers_are_taken_is_not_ready(database: TestDatabase) {
    let api = Api::on(&database).await;
    let log = Log::begin();
    let readiness = async || (api.get("/readyz").send().await.status, log.parts_not_ready());
    assert_eq!(readiness().await, (200, vec![]));
    let (free, wait) = mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let all: Vec<_> = (0..api.store.readers().most())
        .map(|_| {
            let (store, wait) = (api.store.clone(), Arc::clone(&wait));
            tokio::spawn(async move {
                let until_freed = move |_: &mut AnyConnection| {
                    wait.lock().unwrap().recv().ok();
                    Ok(())
                };
                store.read(until_freed).await.unwrap();
            })
        })
        .collect();
    let readers = api.store.readers();
    while readers.busy() < readers.most() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(readiness().await, (503, vec!["readers".to_owned()]));
    drop(free);
    for reader in all {
        reader.await.unwrap();
    }
    assert_eq!(readiness().await, (200, vec![]));
}

async fn a_schema_of_another_version_is_not_ready(database: TestDatabase) {
    let api = Api::on(&database).await;
    let log = Log::begin();
    let readiness = async || (api.get("/readyz").send().await.status, log.parts_not_ready());
    assert_eq!(readiness().await, (200, vec![]));
    let from_tomorrow = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')";
    sql::execute(&mut database.connect(), from_tomorrow);
    assert_eq!(readiness().await, (503, vec!["schema".to_owned()]));
    sql::execute(
        &mut database.connect(),
        "DELETE FROM __diesel_schema_migrations WHERE version = '99991231000000'",
    );
    assert_eq!(readiness().await, (200, vec![]));
}

async fn a_service_whose_writer_does_not_answer_in_time_is_not_ready(database: TestDatabase) {
    let api = Api::set_up(&database, Browsers::default(), |mut application| {
        application.store = application.store.answering_within(Duration::from_millis(300));
        application
    })
    .await;
    let log = Log::begin();
    let readiness = async || (api.get("/readyz").send().await.status, log.parts_not_ready());
    assert_eq!(readiness().await, (200, vec![]));
    let busy = queue::pause(&api.store);
    assert_eq!(readiness().await, (503, vec!["writer".to_owned()]));
    busy.end().await;
    assert_eq!(readiness().await, (200, vec![]));
}

/// As a standby does.
#[test]
fn a_server_that_only_reads_is_not_ready() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let api = Api::on(&database).await;
        let log = Log::begin();
        let readiness = async || (api.get("/readyz").send().await.status, log.parts_not_ready());
        assert_eq!(readiness().await, (200, vec![]));
        let only_reads = |whether: &str| {
            let connection = &mut database.connect();
            let name = sql::texts(connection, "SELECT current_database()::text AS text");
            sql::execute(connection, "SET default_transaction_read_only = off");
            let set = format!(
                "ALTER DATABASE {} SET default_transaction_read_only = {whether}",
                name[0]
            );
            sql::execute(connection, &set);
            database.cut_connections();
        };
        only_reads("on");
        assert_eq!(readiness().await, (503, vec!["writer".to_owned()]));
        only_reads("off");
        assert_eq!(readiness().await, (200, vec![]));
    });
}

/// The disk of both the database and the log, as far as the process can tell: the system lets none of its files grow.
#[test]
fn a_full_disk_under_database_and_log_is_told_and_refused_in_words_until_there_is_room() {
    let database = TestDatabase::migrated(Engine::Sqlite).unwrap();
    let log = tempfile::NamedTempFile::new().unwrap();
    // The system ends a process whose file may not grow, unless it ignores that: then it gets an error, as of a full disk.
    let mut patient = Command::new("sh");
    patient.args([
        "-c",
        "trap '' XFSZ; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_quotidien"),
    ]);
    let server = Serving::started_by(patient, &database, log.reopen().unwrap().into());
    let (id, token) = signed_in(&database, &server);
    let path = |day: u32| format!("/v1/advisors/{id}/reports/2022-05-{day:02}");
    let ask = |method: &str, path: &str, body: &Value| ask(&server, method, path, Some(&token), body);
    let put = |day: u32| ask("PUT", &path(day), &report(&[crate::http::workshop()]));
    let readiness = || ask("GET", "/readyz", &Value::Null).0;
    assert_eq!((put(1).0, readiness()), (201, 200));
    let process = server.process.id().try_into().unwrap();
    let room = |bytes| prlimit(process, Resource::FSIZE, Some((bytes, INFINITY)), None).unwrap();
    room(0);
    let written = std::fs::metadata(log.path()).unwrap().len();
    for day in 2..=5 {
        let (status, refused) = put(day);
        assert_eq!((status, &refused["code"]), (503, &json!("unavailable")));
        assert_eq!(readiness(), 503);
        assert_eq!(ask("GET", &path(1), &Value::Null).0, 200);
    }
    room(INFINITY);
    assert_eq!((put(6).0, readiness()), (201, 200));
    let (_, list) = ask("GET", "/v1/reports?from=2022-05-01&to=2022-05-31", &Value::Null);
    let days: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| &day["date"])
        .collect();
    assert_eq!(
        days,
        ["2022-05-06", "2022-05-01"],
        "what was acknowledged, and nothing else"
    );
    // Lines are written beside the answers.
    let goes_on = (0..250).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        std::fs::metadata(log.path()).unwrap().len() > written
    });
    assert!(goes_on, "the log goes on");
}

/// A transaction of somebody else that holds the lock of an organisation.
fn hold(database: &TestDatabase, organisation: &TestOrganisation) -> AnyConnection {
    let mut beside = database.connect();
    let lock = format!(
        "BEGIN; UPDATE organisations SET change_seq = change_seq WHERE organisation_id = '{}'",
        organisation.id
    );
    sql::execute(&mut beside, &lock);
    beside
}

#[test]
fn an_organisation_whose_lock_somebody_holds_keeps_nobody_else_waiting() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store();
        let (held, free) = (
            TestOrganisation::new(&store, 1).await,
            TestOrganisation::new(&store, 1).await,
        );
        let mut beside = hold(&database, &held);
        let begun = Instant::now();
        let waiting = store.write_report(held.put(0, "2022-05-03", vec![workshop(9)]));
        let behind = store.write_report(held.put(0, "2022-05-03", vec![workshop(4)]));
        for day in 1..=20 {
            let date = format!("2022-05-{day:02}");
            write_report(&store, free.put(0, &date, vec![workshop(3)]))
                .await
                .unwrap();
        }
        let took = begun.elapsed();
        assert!(
            took < Duration::from_millis(2500),
            "twenty writes of another organisation took {took:?}"
        );
        sql::execute(&mut beside, "ROLLBACK");
        assert_eq!(waiting.await.unwrap().unwrap().outcome, Outcome::Created);
        assert_eq!(
            behind.await.unwrap().unwrap().outcome,
            Outcome::Replaced,
            "in the order of arrival"
        );
        let connection = &mut database.connect();
        assert_eq!(sql::count(connection, "interventions", "participants = 4"), 1);
    });
}

#[test]
fn many_new_reports_that_wait_for_a_lock_keep_nobody_else_waiting() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store();
        let (held, free) = (
            TestOrganisation::new(&store, 1).await,
            TestOrganisation::new(&store, 1).await,
        );
        let put_days = |of: &TestOrganisation, month: u32| {
            let days = (1..=8).map(|day| of.put(0, &format!("2022-{month:02}-{day:02}"), vec![workshop(day)]));
            days.map(|write| store.write_report(write)).collect::<Vec<_>>()
        };
        for organisation in [&held, &free] {
            write_report(&store, organisation.put(0, "2022-01-20", vec![workshop(1)]))
                .await
                .unwrap();
        }
        let mut beside = hold(&database, &held);
        // The first waits for the lock, those behind it for the first: of all that decides them the writer knows everything.
        let first = store.write_report(held.put(0, "2022-01-21", vec![workshop(1)]));
        let behind = put_days(&held, 1);
        let mut longest = Duration::ZERO;
        for month in 1..=12 {
            let days = put_days(&free, month);
            let begun = Instant::now();
            for answer in days {
                assert_eq!(answer.await.unwrap().unwrap().outcome, Outcome::Created);
            }
            if month > 1 {
                longest = longest.max(begun.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        assert!(longest < Duration::from_millis(700), "a batch took {longest:?}");
        sql::execute(&mut beside, "ROLLBACK");
        for answer in std::iter::once(first).chain(behind) {
            assert_eq!(answer.await.unwrap().unwrap().outcome, Outcome::Created);
        }
    });
}

#[test]
fn who_waits_too_long_for_the_lock_of_an_organisation_is_told_to_come_again() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store();
        let held = TestOrganisation::new(&store, 1).await;
        let beside = hold(&database, &held);
        let begun = Instant::now();
        let refused = store.write_report(held.put(0, "2022-05-03", vec![workshop(9)])).await;
        assert!(refused.unwrap_err().is_temporary());
        assert!(begun.elapsed() < Duration::from_secs(8));
        drop(beside);
        write_report(&store, held.put(0, "2022-05-03", vec![workshop(9)]))
            .await
            .unwrap();
    });
}

/// Ends every other session of the database.
const END_THE_OTHERS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn connections_that_were_lost_while_nobody_used_them_are_told_to_nobody() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store();
        let slow = |connection: &mut AnyConnection| Ok(connection.batch_execute("SELECT pg_sleep(0.3)")?);
        let all = (0..8).map(|_| store.read(slow));
        for read in futures_util::future::join_all(all).await {
            read.unwrap();
        }
        sql::execute(&mut database.connect(), END_THE_OTHERS);
        for _ in 0..10 {
            store
                .read(|connection| Ok(connection.batch_execute("SELECT 1")?))
                .await
                .unwrap();
        }
        store.change(|_| Ok(())).await.unwrap();
    });
}

/// Sends a signal to the processes of PostgreSQL that serve a database.
fn signal(database: &TestDatabase, signal: Signal) {
    let others = "SELECT pid::text AS text FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    let pids = sql::texts(&mut database.connect(), others);
    assert!(!pids.is_empty());
    for pid in pids {
        let pid = Pid::from_raw(pid.parse().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }
}

#[test]
fn a_database_that_is_frozen_keeps_nobody_waiting_for_ever() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let store = database.store().answering_within(Duration::from_secs(1));
        store
            .read(|connection| Ok(connection.batch_execute("SELECT 1")?))
            .await
            .unwrap();
        signal(&database, Signal::STOP);
        let begun = Instant::now();
        let read = store.read(|connection| Ok(connection.batch_execute("SELECT 1")?)).await;
        let write = store.change(|_| Ok(())).await;
        let took = begun.elapsed();
        signal(&database, Signal::CONT);
        assert!(read.unwrap_err().is_temporary() && write.unwrap_err().is_temporary());
        assert!(took < Duration::from_secs(4), "{took:?}");
        // Both go on once the database does.
        std::thread::sleep(Duration::from_millis(100));
        store.change(|_| Ok(())).await.unwrap();
        store
            .read(|connection| Ok(connection.batch_execute("SELECT 1")?))
            .await
            .unwrap();
    });
}

/// The writer tries once for all that wait: one after the other each would wait as long for what none of them gets.
#[test]
fn writes_that_wait_while_another_program_locks_the_database_are_told_to_come_again_together() {
    run(Engine::Sqlite, async |database: TestDatabase| {
        let store = database.store();
        // The writer waits so long for the lock while its connection is this one.
        let impatient = |connection: &mut AnyConnection| Ok(connection.batch_execute("PRAGMA busy_timeout = 300")?);
        store.change(impatient).await.unwrap();
        let beside = &mut database.connect();
        sql::execute(beside, "BEGIN IMMEDIATE");
        let begun = Instant::now();
        let waiting = (0..4).map(|_| store.change(|_| Ok(())));
        for refused in futures_util::future::join_all(waiting).await {
            assert!(refused.unwrap_err().is_temporary());
        }
        assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
        sql::execute(beside, "ROLLBACK");
        store.change(|_| Ok(())).await.unwrap();
    });
}

#[test]
fn a_server_stops_though_the_database_is_frozen() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let mut serving = Serving::on(&database, Stdio::null());
        assert_eq!(ask(&serving, "GET", "/readyz", None, &Value::Null).0, 200);
        signal(&database, Signal::STOP);
        serving.tell_to_stop();
        let begun = Instant::now();
        let ended = loop {
            if let Some(status) = serving.process.try_wait().unwrap() {
                break Some(status);
            }
            // As `docs/operations.md` promises.
            if begun.elapsed() > Duration::from_secs(20) {
                break None;
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        signal(&database, Signal::CONT);
        assert!(ended.is_some_and(|status| status.success()), "{ended:?}");
    });
}

/// Every failure is a line of a log that nobody reads any more: what looks for ended access must outlive both.
#[test]
fn ended_access_ends_in_time_after_the_log_was_lost_and_the_database_failed() {
    run(Engine::Postgres, async |database: TestDatabase| {
        let (email, password) = ("nadege@example.org", "première phrase de passe");
        make_coordinator(&database.address(), email, password);
        let mut serving = Serving::on(&database, Stdio::piped());
        drop(serving.process.stderr.take());
        let other = Serving::on(&database, Stdio::null());
        let sign_in = json!({"email": email, "password": password});
        let (status, tokens) = ask(&serving, "POST", "/v1/sessions", None, &sign_in);
        assert_eq!(status, 201);
        let token = tokens["access_token"].as_str();
        let lets_in = || ask(&serving, "GET", "/v1/me", token, &Value::Null).0;
        // Connections are lost, and what is looked at every other second is away for longer.
        let connection = &mut database.connect();
        sql::execute(connection, "ALTER TABLE access_counter RENAME TO away");
        sql::execute(connection, END_THE_OTHERS);
        std::thread::sleep(Duration::from_millis(2200));
        sql::execute(connection, "ALTER TABLE away RENAME TO access_counter");
        assert_eq!(lets_in(), 200);
        // On another instance: this one has to look.
        let ended = ask(&other, "DELETE", "/v1/sessions/current", token, &Value::Null);
        assert_eq!(ended.0, 204, "{}", ended.1);
        let begun = Instant::now();
        while lets_in() == 200 {
            assert!(
                begun.elapsed() < Duration::from_secs(5),
                "as `docs/operations.md` promises"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(lets_in(), 401);
    });
}

/// A server whose machine lives while it answers nothing, as behind a firewall.
#[test]
fn a_database_that_takes_connections_and_says_nothing_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://quotidien@{}/quotidien", silent.local_addr().unwrap());
    // Unless the URL says otherwise it takes five seconds.
    for (parameters, least, most) in [("", 4, 8), ("?connect_timeout=2", 1, 4)] {
        let url: DatabaseUrl = format!("{url}{parameters}").parse().unwrap();
        let begun = Instant::now();
        let given_up = AnyConnection::open(&url).err().unwrap();
        let took = begun.elapsed();
        assert!(given_up.is_temporary(), "{given_up}");
        let expected = Duration::from_secs(least)..Duration::from_secs(most);
        assert!(expected.contains(&took), "{parameters}: {took:?}");
    }
}

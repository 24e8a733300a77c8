//! Mail that waits: written with what it speaks of, sent once, tried again for a day, and gone with what it speaks of.

use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use quotidien::auth::seal::Seal;
use quotidien::jobs::Worker;
use quotidien::mail::Mailer;
use quotidien::storage::DatabaseUrl;
use serde_json::{Value, json};

use crate::command_line::quotidien;
use crate::serving::{Serving, ask, make_coordinator};
use crate::support::api::{Api, Cast};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::mail::{Manner, PUBLIC_URL, PostOffice, eventually};
use crate::support::sql;

on_both_databases!(
    mail_that_no_server_takes_is_sent_once_after_a_restart,
    a_message_is_tried_with_growing_pauses_and_given_up_after_a_day,
    a_message_that_is_refused_for_good_is_given_up_at_once,
    a_server_that_wants_a_sign_in_first_is_tried_again,
    an_invitation_that_is_good_no_more_is_not_sent,
    of_two_instances_one_sends_each_message,
    a_message_that_is_being_sent_is_left_to_its_instance_until_that_is_gone,
    a_mail_server_that_hangs_keeps_nobody_waiting,
    a_mail_server_that_hangs_does_not_keep_the_service_from_stopping,
    what_waits_is_sealed_where_there_is_a_secret,
    a_backup_leaves_mail_out_that_waits,
    whoever_runs_the_service_learns_how_much_mail_waits,
);

const PASSWORD: &str = "quatre mots sans rapport";

fn worker(api: &Api, mailer: &Mailer, instance: &str) -> Worker {
    Worker {
        store: api.store.clone(),
        instance: instance.to_owned(),
        notes_months: 24,
        mailer: Some(mailer.clone()),
    }
}

/// A mailer for a mail server that nobody reaches: none listens on port 9 of this machine.
fn to_nobody() -> Mailer {
    Mailer::new("smtp://127.0.0.1:9", "q@test.example", PUBLIC_URL).unwrap()
}

async fn invite(api: &Api, cast: &Cast, email: &str) -> Value {
    let body = json!({
        "role": "advisor", "name": "Élodie Garnier", "email": email,
        "activity_periods": [{"starts_on": "2022-01-03"}]
    });
    let call = api.post("/v1/accounts").by(&cast.coordinator).json(&body);
    call.send().await.expect(201).json()
}

fn waiting(database: &TestDatabase) -> i64 {
    sql::count(&mut database.connect(), "outbox", "true")
}

async fn sent_at(worker: &Worker, now: DateTime<Utc>) {
    worker.send_mail(&move || now).await.unwrap();
}

/// A server that sends its mail by the mail server at this address.
fn serving_with_mail(database: &TestDatabase, mail_server: SocketAddr, log: &tempfile::NamedTempFile) -> Serving {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quotidien"));
    command
        .env("QUOTIDIEN_SMTP_URL", format!("smtp://{mail_server}"))
        .env("QUOTIDIEN_MAIL_FROM", "Quotidien <quotidien@test.example>")
        .env("QUOTIDIEN_PUBLIC_URL", PUBLIC_URL);
    Serving::started_by(command, database, log.reopen().unwrap().into())
}

async fn mail_that_no_server_takes_is_sent_once_after_a_restart(database: TestDatabase) {
    let (email, password) = ("nadege@example.org", "première phrase de passe");
    make_coordinator(&database.address(), email, password);
    // Nobody listens on this port until the mail server is up.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let logs = [(); 2].map(|()| tempfile::NamedTempFile::new().unwrap());
    let serve = |log: &tempfile::NamedTempFile| serving_with_mail(&database, address, log);
    let serving = serve(&logs[0]);
    let body = json!({"email": email, "password": password});
    let (_, tokens) = ask(&serving, "POST", "/v1/sessions", None, &body);
    let token = tokens["access_token"].as_str().unwrap();
    let person = json!({
        "role": "advisor", "name": "Élodie Garnier", "email": "elodie@example.org",
        "activity_periods": [{"starts_on": "2020-01-01"}]
    });
    let (status, invited) = ask(&serving, "POST", "/v1/accounts", Some(token), &person);
    assert_eq!(
        (status, &invited["invitation"]["sent_to"]),
        (201, &json!("elodie@example.org"))
    );
    eventually("the message is tried", || {
        (sql::count(&mut database.connect(), "outbox", "tries = 1") == 1).then_some(())
    })
    .await;
    let told = || {
        std::fs::read_to_string(logs[0].path())
            .unwrap()
            .contains("a message was not sent yet")
    };
    eventually("the log tells of it", || told().then_some(())).await;
    // Killed, as the worst that can happen to it.
    drop(serving);
    let serving = serve(&logs[1]);
    let office = PostOffice::open_at(address, Manner::Takes);
    let message = office.received(1).await.remove(0);
    assert_eq!(message.recipients, ["elodie@example.org"]);
    let choice = json!({"token": message.token(), "password": PASSWORD});
    assert_eq!(ask(&serving, "PUT", "/v1/passwords", None, &choice).0, 204);
    eventually("the message is forgotten", || (waiting(&database) == 0).then_some(())).await;
    assert_eq!(office.received(1).await.len(), 1);
    // What is written while the mail server takes it is sent at once, and waits for no look that is due.
    let begun = Instant::now();
    let forgotten = json!({"email": "elodie@example.org"});
    assert_eq!(ask(&serving, "POST", "/v1/passwords/reset", None, &forgotten).0, 202);
    let reset = office.received(2).await.remove(1);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    drop(serving);
    for log in logs {
        let log = std::fs::read_to_string(log.path()).unwrap();
        for secret in ["elodie@example.org", &message.token(), &reset.token()] {
            assert!(!log.contains(secret), "{secret} stands in the log");
        }
    }
}

async fn a_message_is_tried_with_growing_pauses_and_given_up_after_a_day(database: TestDatabase) {
    let mailer = to_nobody();
    let api = Api::writing_for(&database, mailer.clone()).await;
    let cast = api.cast().await;
    invite(&api, &cast, "elodie@example.org").await;
    let worker = worker(&api, &mailer, "one");
    let next_try = || {
        let connection = &mut database.connect();
        let texts = sql::texts(connection, "SELECT CAST(next_try_at AS TEXT) AS text FROM outbox");
        let next = texts.first()?.replace('T', " ");
        let next = NaiveDateTime::parse_from_str(&next, "%Y-%m-%d %H:%M:%S%.f").unwrap();
        Some(next.and_utc())
    };
    let mut now = api.now();
    let mut pauses = Vec::new();
    sent_at(&worker, now).await;
    while let Some(next) = next_try() {
        pauses.push((next - now).num_seconds());
        sent_at(&worker, next - TimeDelta::seconds(1)).await;
        assert_eq!(next_try(), Some(next), "it is not tried before its time");
        now = next;
        sent_at(&worker, now).await;
    }
    let hours = 4 * 3600;
    assert_eq!(pauses[..6], [10, 60, 300, 900, 3600, 7200]);
    assert_eq!(pauses[6..], [hours, hours, hours, hours, hours]);
    assert!(now < api.now() + TimeDelta::days(1));
    // What no instance could even try goes too.
    invite(&api, &cast, "zoe@example.org").await;
    sent_at(&worker, api.now() + TimeDelta::hours(24)).await;
    assert_eq!(waiting(&database), 0);
}

async fn a_message_that_is_refused_for_good_is_given_up_at_once(database: TestDatabase) {
    let office = PostOffice::open(Manner::Refuses);
    let mailer = office.mailer();
    let api = Api::writing_for(&database, mailer.clone()).await;
    let cast = api.cast().await;
    invite(&api, &cast, "elodie@example.org").await;
    sent_at(&worker(&api, &mailer, "one"), api.now()).await;
    office.is_called().await;
    assert_eq!(waiting(&database), 0);
}

/// The password of the mail server was changed: whoever runs the service mends that, and no message is lost meanwhile.
async fn a_server_that_wants_a_sign_in_first_is_tried_again(database: TestDatabase) {
    let office = PostOffice::open(Manner::SignInFirst);
    let mailer = office.mailer();
    let api = Api::writing_for(&database, mailer.clone()).await;
    let cast = api.cast().await;
    invite(&api, &cast, "elodie@example.org").await;
    sent_at(&worker(&api, &mailer, "one"), api.now()).await;
    assert_eq!(sql::count(&mut database.connect(), "outbox", "tries = 1"), 1);
    let mended = PostOffice::open(Manner::Takes);
    let later = api.now() + TimeDelta::seconds(10);
    sent_at(&worker(&api, &mended.mailer(), "one"), later).await;
    assert_eq!(mended.received(1).await.len(), 1);
}

async fn an_invitation_that_is_good_no_more_is_not_sent(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let mailer = office.mailer();
    let api = Api::writing_for(&database, mailer.clone()).await;
    let cast = api.cast().await;
    let by = &cast.coordinator;
    let mut paths = Vec::new();
    for email in ["anew@example.org", "other@example.org", "left@example.org"] {
        let invited = invite(&api, &cast, email).await;
        paths.push(format!(
            "/v1/accounts/{}",
            invited["account"]["account_id"].as_str().unwrap()
        ));
    }
    assert_eq!(waiting(&database), 3);
    let again = api.post(&format!("{}/invitation", paths[0])).by(by);
    again.send().await.expect(201);
    let corrected = json!({
        "role": "advisor", "name": "Élodie Garnier", "email": "corrected@example.org",
        "activity_periods": [{"starts_on": "2022-01-03"}]
    });
    api.put(&paths[1]).by(by).json(&corrected).send().await.expect(200);
    api.delete(&paths[2]).by(by).send().await.expect(204);
    assert_eq!(waiting(&database), 1, "the one that was invited anew");
    sent_at(&worker(&api, &mailer, "one"), api.now()).await;
    let letters = office.received(1).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].recipients, ["anew@example.org"]);
    let choice = json!({"token": letters[0].token(), "password": PASSWORD});
    api.put("/v1/passwords").json(&choice).send().await.expect(204);
}

async fn of_two_instances_one_sends_each_message(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let mailer = office.mailer();
    let api = Api::writing_for(&database, mailer.clone()).await;
    let cast = api.cast().await;
    for number in 0..20 {
        invite(&api, &cast, &format!("person-{number}@example.org")).await;
    }
    let (one, two) = (worker(&api, &mailer, "one"), worker(&api, &office.mailer(), "two"));
    let other = Worker {
        store: database.store(),
        ..two
    };
    tokio::join!(sent_at(&one, api.now()), sent_at(&other, api.now()));
    let mut recipients: Vec<String> = office
        .received(20)
        .await
        .iter()
        .flat_map(|l| l.recipients.clone())
        .collect();
    assert_eq!(recipients.len(), 20);
    recipients.sort();
    recipients.dedup();
    assert_eq!((recipients.len(), waiting(&database)), (20, 0));
}

async fn a_message_that_is_being_sent_is_left_to_its_instance_until_that_is_gone(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let mailer = office.mailer();
    let api = Api::writing_for(&database, mailer.clone()).await;
    let cast = api.cast().await;
    invite(&api, &cast, "elodie@example.org").await;
    sql::execute(
        &mut database.connect(),
        "UPDATE outbox SET leased_by = 'another', leased_until = '2022-09-29 10:01:00'",
    );
    let worker = worker(&api, &mailer, "one");
    sent_at(&worker, "2022-09-29T10:00:59Z".parse().unwrap()).await;
    assert_eq!((waiting(&database), office.received(0).await.len()), (1, 0));
    sent_at(&worker, "2022-09-29T10:01:00Z".parse().unwrap()).await;
    assert_eq!((waiting(&database), office.received(1).await.len()), (0, 1));
}

async fn a_mail_server_that_hangs_keeps_nobody_waiting(database: TestDatabase) {
    let office = PostOffice::open(Manner::Silent);
    let api = Api::mailing_by(&database, office.mailer()).await;
    let cast = api.cast().await;
    let begun = Instant::now();
    for number in 0..12 {
        invite(&api, &cast, &format!("person-{number}@example.org")).await;
    }
    office.is_called().await;
    api.get("/v1/accounts").by(&cast.coordinator).send().await.expect(200);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(waiting(&database), 12);
    let at_once = sql::count(&mut database.connect(), "outbox", "leased_by IS NOT NULL");
    assert!((1..=4).contains(&at_once), "{at_once} are being sent");
}

async fn a_mail_server_that_hangs_does_not_keep_the_service_from_stopping(database: TestDatabase) {
    let (email, password) = ("nadege@example.org", "première phrase de passe");
    make_coordinator(&database.address(), email, password);
    let office = PostOffice::open(Manner::Silent);
    let log = tempfile::NamedTempFile::new().unwrap();
    let serving = serving_with_mail(&database, office.address, &log);
    let forgotten = json!({"email": email});
    assert_eq!(ask(&serving, "POST", "/v1/passwords/reset", None, &forgotten).0, 202);
    office.is_called().await;
    let took = serving.stop();
    assert!(took < Duration::from_secs(7), "{took:?}");
    let log = std::fs::read_to_string(log.path()).unwrap();
    assert!(!log.contains("left behind"), "the database is not to blame: {log}");
    assert_eq!(waiting(&database), 1);
}

async fn what_waits_is_sealed_where_there_is_a_secret(database: TestDatabase) {
    let office = PostOffice::open(Manner::Takes);
    let sealing = |secret: &str| office.mailer().sealing_by(Seal::new(Some(secret)).unwrap());
    let mailer = sealing("a secret that is as long as it has to be");
    let api = Api::writing_for(&database, mailer.clone()).await;
    let cast = api.cast().await;
    let content = || sql::texts(&mut database.connect(), "SELECT content AS text FROM outbox");
    invite(&api, &cast, "elodie@example.org").await;
    let sealed = content();
    assert!(
        sealed[0].starts_with("sealed:1:") && !sealed[0].contains("token"),
        "{sealed:?}"
    );
    sent_at(&worker(&api, &mailer, "one"), api.now()).await;
    let message = office.received(1).await.remove(0);
    let choice = json!({"token": message.token(), "password": PASSWORD});
    api.put("/v1/passwords").json(&choice).send().await.expect(204);
    // Sealed with a secret that is lost: there is nothing to be sent.
    invite(&api, &cast, "zoe@example.org").await;
    sent_at(
        &worker(&api, &sealing("another secret, which is as long, too"), "one"),
        api.now(),
    )
    .await;
    assert_eq!((waiting(&database), office.received(1).await.len()), (0, 1));
}

async fn a_backup_leaves_mail_out_that_waits(database: TestDatabase) {
    let api = Api::writing_for(&database, to_nobody()).await;
    let cast = api.cast().await;
    invite(&api, &cast, "elodie@example.org").await;
    assert_eq!(waiting(&database), 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy");
    let url = database.address();
    let made = quotidien(&["backup", file.to_str().unwrap()], Some(&url), "");
    assert!(made.status.success(), "{made:?}");
    let kept = match database.url() {
        DatabaseUrl::Sqlite(_) => std::fs::read(&file).unwrap(),
        DatabaseUrl::Postgres(_) => {
            let mut restore = Command::new("pg_restore");
            restore.args(["--data-only", "--file=-"]).arg(&file);
            restore.output().unwrap().stdout
        }
    };
    let holds = |text: &str| kept.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(holds("elodie@example.org"));
    assert!(!holds("good_until"), "no part of the message is in the copy");
    assert_eq!(waiting(&database), 1);
}

async fn whoever_runs_the_service_learns_how_much_mail_waits(database: TestDatabase) {
    let mailer = to_nobody();
    let api = Api::writing_for(&database, mailer.clone()).await;
    let cast = api.cast().await;
    let worker = worker(&api, &mailer, "one");
    let measured = async |now: DateTime<Utc>| {
        let (waiting, _) = worker.measures().await.unwrap();
        api.metrics.mail_waits(waiting, now);
        let text = api.metrics.text();
        let sample = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.unwrap().parse::<i64>().unwrap()
        };
        (
            sample("quotidien_mail_waiting"),
            sample("quotidien_mail_oldest_age_seconds"),
        )
    };
    assert_eq!(measured(api.now()).await, (0, 0));
    let first = api.now();
    invite(&api, &cast, "elodie@example.org").await;
    api.set_clock("2022-09-29T10:20:00Z");
    invite(&api, &cast, "zoe@example.org").await;
    assert_eq!(measured(first + TimeDelta::minutes(30)).await, (2, 1800));
    let doctor = quotidien(&["doctor"], Some(&database.address()), "");
    let said = String::from_utf8(doctor.stdout).unwrap();
    let line = said.lines().find(|line| line.contains("outbox")).unwrap();
    assert!(line.starts_with("check") && line.contains("2 messages wait"), "{line}");
}
